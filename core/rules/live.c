/*
 * Live servers: what a probe found, told once for each server and kind of fault
 * and not once for each name. Changes: live_change.c; targets: live_target.c.
 */
#include <string.h>

#include "../base/hash.h"
#include "../base/vec.h"
#include "../resolve/resolve.h"
#include "check.h"
#include "settle.h"
#include "table.h"

#define ANY_ZONE UINT32_MAX

/* Cells that are one fault. */
struct group {
	const struct probe_row *row; /* the first */
	const struct probe_cell *cell;
	size_t n;
};

/* What a cell is told with: never padded, it is compared as bytes. */
struct key {
	uint32_t server, zone, kind;
};

/* Does the cell have the fault, and which one exactly? */
typedef bool (*fault_fn)(
    const struct probe_row *, const struct probe_cell *, struct key *);

typedef void (*tell_fn)(
    const struct evidence *, const struct group *, struct findings *);

static int
add_cell(struct vec *groups, struct hash_table *known, struct findings *fs,
    const struct probe_row *row, const struct probe_cell *cell,
    const struct key *key)
{
	struct key *kept = arena_dup(fs->arena, key, sizeof(*key));
	struct group *g;
	uint32_t *at;
	int added;

	if (kept == NULL || (at = hash_table_put(known, kept, sizeof(*kept),
				 (uint32_t)groups->n, &added)) == NULL)
		return -1;
	if (added && vec_add(groups) == NULL)
		return -1;
	g = (struct group *)groups->item + *at;
	if (g->n++ == 0) {
		g->row = row;
		g->cell = cell;
	}
	return 0;
}

static void
each_group(const struct evidence *ev, fault_fn fault, tell_fn tell,
    struct findings *fs)
{
	struct vec groups = VEC_INIT(struct group);
	struct hash_table *known = hash_table_new(64);
	const struct probe_row *row;
	struct key key;
	size_t i, k;

	if (known == NULL)
		fs->lost = true;
	for (i = 0; !fs->lost && i < ev->probe->nrows; i++) {
		row = &ev->probe->row[i];
		for (k = 0; !fs->lost && k < row->ncells; k++) {
			memset(&key, 0, sizeof(key));
			key.server = row->cell[k].server;
			key.zone = row->zone;
			if (fault(row, &row->cell[k], &key) &&
			    add_cell(&groups, known, fs, row, &row->cell[k],
				&key) != 0)
				fs->lost = true;
		}
	}
	for (i = 0; !fs->lost && i < groups.n; i++)
		tell(ev, (struct group *)groups.item + i, fs);
	hash_table_free(known);
	vec_free(&groups);
}

/* "ns1.example. (192.0.2.1)". */
static const char *
server_text(
    const struct evidence *ev, const struct probe_cell *c, struct findings *fs)
{
	const struct probe_server *s = &ev->probe->server[c->server];

	return findings_text(fs, "%s%s (%s)", s->resolver ? "resolver " : "",
	    s->name, s->address == NULL ? "-" : s->address);
}

/* "; and 3 more", or nothing. */
static const char *
more_text(const struct group *g, struct findings *fs)
{
	return g->n == 1
		   ? ""
		   : findings_text(fs, "; the same for %zu more question%s",
			 g->n - 1, g->n == 2 ? "" : "s");
}

/* DATA: it is about records that were judged, which the finding points at. */
static void
complete(const struct evidence *ev, const struct group *g, bool data,
    struct finding *f, struct findings *fs)
{
	const struct probe_server *s = &ev->probe->server[g->cell->server];
	const struct resolve_answer *x = g->row->expected;
	const struct zone *z = x == NULL ? NULL : x->zone;

	f->view = g->row->view[0] == '\0' ? NULL : g->row->view;
	f->name = rule_name(fs, g->row->name);
	f->type = rule_type(fs, g->row->type);
	f->authority = s->line == 0
			   ? NULL
			   : rule_authority(fs, ev->policy, s->line, NULL);
	if (x != NULL && x->nsteps > 0 && x->step[0].zone != NULL)
		f->zone = rule_name(fs, x->step[0].zone->apex);
	if (data && z != NULL && x->rrset != NULL)
		zone_place(z, rule_first(z, x->rrset), fs, &f->place);
}

/* ---- live-no-response ---------------------------------------------------- */

static bool
is_silent(enum probe_availability a)
{
	return a == PROBE_TIMED_OUT || a == PROBE_UNREACHABLE ||
	       a == PROBE_SILENT;
}

static bool
no_response(
    const struct probe_row *row, const struct probe_cell *c, struct key *key)
{
	unsigned way;

	(void)row;
	key->zone = ANY_ZONE;
	for (way = 0; way < PROBE_WAYS; way++)
		if (is_silent(c->available[way]))
			key->kind |= 1u << way;
	return key->kind != 0;
}

static void
tell_no_response(
    const struct evidence *ev, const struct group *g, struct findings *fs)
{
	const struct probe_cell *c = g->cell;
	const char *ways = "", *gap = "", *why = NULL;
	struct finding *f;
	unsigned way;

	for (way = 0; way < PROBE_WAYS; way++) {
		if (!is_silent(c->available[way]))
			continue;
		ways = findings_text(fs, "%s%s%s", ways, gap,
		    probe_way_text((enum probe_way)way));
		gap = " and ";
		if (why == NULL)
			why = c->why_available[way] != NULL
				  ? c->why_available[way]
				  : probe_availability_text(c->available[way]);
	}
	f = findings_add(fs, "live-no-response",
	    "%s gives no answer over %s: %s%s", server_text(ev, c, fs), ways,
	    why == NULL ? "" : why, more_text(g, fs));
	f->help = "bring the server back, open the way to it (UDP and TCP port "
		  "53), or take it out of the NS records";
	complete(ev, g, false, f, fs);
}

static void
check_no_response(const struct evidence *ev, struct findings *fs)
{
	if (ev->probe != NULL)
		each_group(ev, no_response, tell_no_response, fs);
}

/* ---- live-bad-response --------------------------------------------------- */

static bool
is_bad(enum probe_availability a)
{
	return a == PROBE_REFUSED || a == PROBE_SERVFAIL || a == PROBE_LAME ||
	       a == PROBE_BROKEN;
}

static bool
bad_response(
    const struct probe_row *row, const struct probe_cell *c, struct key *key)
{
	unsigned way;

	(void)row;
	for (way = 0; way < PROBE_WAYS; way++)
		if (is_bad(c->available[way]))
			key->kind |= (unsigned)c->available[way] << 4 * way;
	return key->kind != 0;
}

static void
tell_bad_response(
    const struct evidence *ev, const struct group *g, struct findings *fs)
{
	const struct probe_cell *c = g->cell;
	struct finding *f;
	unsigned way = 0;

	while (way < PROBE_WAYS - 1 && !is_bad(c->available[way]))
		way++;
	f = findings_add(fs, "live-bad-response",
	    "%s is up, but answers wrongly over %s: %s%s",
	    server_text(ev, c, fs), probe_way_text((enum probe_way)way),
	    c->why_available[way] != NULL
		? c->why_available[way]
		: probe_availability_text(c->available[way]),
	    more_text(g, fs));
	f->help = "load the zone on that server, and see its log";
	complete(ev, g, false, f, fs);
}

static bool
bad_data(
    const struct probe_row *row, const struct probe_cell *c, struct key *key)
{
	(void)row;
	key->kind = (uint32_t)c->authentic;
	return c->authentic == PROBE_BOGUS || c->authentic == PROBE_DIFFERS ||
	       (c->authentic == PROBE_INSECURE && !c->accepted);
}

static void
tell_bad_data(
    const struct evidence *ev, const struct group *g, struct findings *fs)
{
	const struct probe_cell *c = g->cell;
	struct finding *f;

	f = findings_add(fs, "live-bad-response", "%s gives %s: %s%s",
	    server_text(ev, c, fs),
	    c->authentic == PROBE_BOGUS ? "an answer that does not validate"
	    : c->authentic == PROBE_INSECURE ? "an answer that nothing protects"
					     : "another answer than was judged",
	    c->why == NULL ? "not known why" : c->why, more_text(g, fs));
	f->help = c->authentic == PROBE_DIFFERS
		      ? "deploy what was judged, or find out who changed it "
			"on the server"
		      : "load the signed zone again; sign it again if its "
			"signatures have expired";
	complete(ev, g, true, f, fs);
}

static void
check_bad_response(const struct evidence *ev, struct findings *fs)
{
	if (ev->probe == NULL)
		return;
	each_group(ev, bad_response, tell_bad_response, fs);
	each_group(ev, bad_data, tell_bad_data, fs);
}

/* ---- live-stale ---------------------------------------------------------- */

static bool
stale(const struct probe_row *row, const struct probe_cell *c, struct key *key)
{
	(void)row;
	(void)key;
	return c->authentic == PROBE_STALE;
}

static void
tell_stale(
    const struct evidence *ev, const struct group *g, struct findings *fs)
{
	struct finding *f;

	f = findings_add(fs, "live-stale", "%s has an old version: %s%s",
	    server_text(ev, g->cell, fs),
	    g->cell->why == NULL ? "" : g->cell->why, more_text(g, fs));
	f->help = "see why the server does not fetch the zone: NOTIFY, "
		  "transfers, TSIG, its log";
	complete(ev, g, true, f, fs);
}

static void
check_stale(const struct evidence *ev, struct findings *fs)
{
	if (ev->probe != NULL)
		each_group(ev, stale, tell_stale, fs);
}

/* ---- live-unchecked ------------------------------------------------------ */

static bool
unchecked(
    const struct probe_row *row, const struct probe_cell *c, struct key *key)
{
	bool came = false;
	unsigned way;

	(void)row;
	for (way = 0; way < PROBE_WAYS; way++)
		came |= probe_came(c->available[way]);
	if (!came)
		key->zone = ANY_ZONE;
	key->kind = c->why == NULL
			? 0
			: (uint32_t)hash_bytes(c->why, strlen(c->why));
	return c->authentic == PROBE_UNCHECKED;
}

static void
tell_unchecked(
    const struct evidence *ev, const struct group *g, struct findings *fs)
{
	struct finding *f;

	f = findings_add(fs, "live-unchecked",
	    "what %s serves could not be checked: %s%s",
	    server_text(ev, g->cell, fs),
	    g->cell->why == NULL ? "not known why" : g->cell->why,
	    more_text(g, fs));
	f->help = "could not check is no pass: mend the reason, or waive the "
		  "finding";
	complete(ev, g, false, f, fs);
}

static void
check_unchecked(const struct evidence *ev, struct findings *fs)
{
	const struct probe_row *row;
	struct finding *f;
	size_t i;

	if (ev->probe == NULL)
		return;
	each_group(ev, unchecked, tell_unchecked, fs);
	for (i = 0; i < ev->probe->nrows; i++) {
		row = &ev->probe->row[i];
		if (row->ncells != 0)
			continue;
		f = findings_add(fs, "live-unchecked",
		    "%s could not be probed: %s", rule_name(fs, row->name),
		    row->why == NULL ? "nobody serves it" : row->why);
		f->help = "name its servers under live.servers";
		f->name = rule_name(fs, row->name);
		f->type = rule_type(fs, row->type);
		f->view = row->view[0] == '\0' ? NULL : row->view;
		if (row->protect != NULL)
			f->authority = rule_authority(fs, ev->policy,
			    row->protect->line, row->protect->owner);
	}
}

int
rules_probe(const struct evidence *ev, struct findings *fs, struct error *e)
{
	check_no_response(ev, fs);
	check_bad_response(ev, fs);
	check_stale(ev, fs);
	check_unchecked(ev, fs);
	rule_live_target_down.run(ev, fs);
	rule_live_target_identity.run(ev, fs);
	rules_settle(ev->policy, ev->now, fs, 0);
	settle_order(fs);
	return fs->lost ? error_memory(e) : 0;
}

const struct rule rule_live_no_response = {
    .id = "live-no-response",
    .title = "a name server does not answer",
    .severity = SEVERITY_WARNING,
    .what = "A name server of the zone, or a resolver of the policy, gave no "
	    "answer over UDP, over TCP or over HTTPS: a time-out, or the host "
	    "or network refused. Asked by 'zonegate probe' and 'check --live'. "
	    "A server that answers with an error is up: that is "
	    "live-bad-response.",
    .why = "What looks like four servers may be two. The loss is seen only "
	   "when another one goes away. Without TCP, answers that do not fit "
	   "into a packet cannot be had at all.",
    .bad = "; ns2.dns-b.example. 192.0.2.53: udp answered, tcp timed-out\n",
    .good = "; ns2.dns-b.example. 192.0.2.53: udp answered, tcp answered\n",
    .fix = "Bring the server back, open the way to it, or take it out of the "
	   "NS records.",
    .run = check_no_response,
};

const struct rule rule_live_bad_response = {
    .id = "live-bad-response",
    .title = "a name server answers wrongly",
    .severity = SEVERITY_ERROR,
    .what = "A name server of the zone answers without authority or with an "
	    "error; or what it answers is not what was judged, does not "
	    "validate from the policy's trust anchors, or is not signed "
	    "although the policy says that the zone is. A resolver is held to "
	    "the same; its AD bit counts for nothing.",
    .why = "In May 2019 one of four new name servers of Azure had an empty "
	   "zone: a share of all questions got NXDOMAIN. A server whose zone "
	   "somebody edited by hand, or whose signatures have expired, fails "
	   "the same share of users.",
    .bad = "; ns4: REFUSED\n"
	   "; ns3: bogus, the signature has expired\n",
    .good = "; ns3, ns4: answered, secure, serial 2026112401\n",
    .fix = "Load the judged and signed zone on that server, before it is named "
	   "in NS records.",
    .run = check_bad_response,
};

const struct rule rule_live_stale = {
    .id = "live-stale",
    .title = "a name server has an old version of the zone",
    .severity = SEVERITY_ERROR,
    .what =
	"The serial of a name server stays behind the judged one (RFC 1982 "
	"arithmetic). In a probe that is the serial of the revision probed, "
	"in a check that of the base.",
    .why = "A change that reached some servers only is a change that works "
	   "for some users only; in the end the old copy expires.",
    .bad = "; ns1: serial 2026112401, ns2: serial 2026092001\n",
    .good = "; ns1 and ns2: serial 2026112401\n",
    .fix = "Find out why the server does not fetch the zone.",
    .run = check_stale,
};

const struct rule rule_live_unchecked = {
    .id = "live-unchecked",
    .title = "something live could not be checked",
    .severity = SEVERITY_WARNING,
    .what =
	"A server or target could not be asked, or what it said could not "
	"be judged: no answer, no route, a limit, an address that the "
	"policy does not name, no trust anchor. It is neither good nor bad. "
	"A probe with such a finding ends with status 3, never 0.",
    .why = "A check that could not be made must not look like one that "
	   "passed.",
    .bad = "; no route to 2001:db8:1::/48 from here\n",
    .good = "; asked over IPv4 and IPv6\n",
    .fix = "Run zonegate where the servers can be reached; name their "
	   "addresses under live.servers and the anchors under live.anchors.",
    .run = check_unchecked,
};
