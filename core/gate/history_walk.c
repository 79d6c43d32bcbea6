/* Going back through the history of a zone's keys. */
#include "../source/history.h"

#include <stdlib.h>
#include <string.h>

#include "../base/when.h"
#include "../rules/parent.h"
#include "history.h"

enum {
	POINTS_MAX = 20000, /* commits looked at */
	LOADS_MAX = 64,     /* versions of a zone that are read */
	PUSHED_MAX = 1000,  /* commits of one push */
	/* Dates before which nothing counts, in a row, where they were written
	 * by committers: one that is too old may be forged. */
	OLD_POINTS = 64,
	DATE_AHEAD = 300, /* of clocks that do not agree, in seconds */
};

/* What a file says something about. */
enum {
	OF_ZONE = 1,  /* keys and signatures */
	OF_ABOVE = 2, /* DS: the parent's zone, the policy */
};

/* A file that counts, at the point looked at last. */
struct watched {
	const char *path;
	unsigned of;
	uint8_t id[20];
	bool there;
};

struct walk {
	struct judge_run *r;
	struct evidence_chain *c;
	struct vec states;  /* struct continuity_state */
	struct vec watched; /* struct watched */
	size_t loads;
	const char *path;     /* of the zone's own file, last */
	unsigned pending;     /* what changed since a version was read */
	char begin[REPO_HEX]; /* first point known to have the newest state */
	int64_t begin_time;
	bool begin_exact;
};

static struct continuity_state *
last(struct walk *w)
{
	return (struct continuity_state *)w->states.item + w->states.n - 1;
}

static const struct policy_zone *
entry_in(const struct policy *p, const char *path)
{
	struct policy_match m;
	struct error why;

	return policy_match_path(p, path, &m, &why) == 1 ? m.entry : NULL;
}

/* ---- watched files ------------------------------------------------------ */

static int
watch(struct walk *w, const char *path, unsigned of, struct error *e)
{
	struct watched *x = w->watched.item;
	size_t i;

	for (i = 0; i < w->watched.n; i++)
		if (strcmp(x[i].path, path) == 0) {
			x[i].of |= of;
			return 0;
		}
	if ((x = vec_add(&w->watched)) == NULL)
		return error_memory(e);
	x->of = of;
	x->path = arena_strdup(w->r->j->arena, path);
	return x->path == NULL ? error_memory(e) : 0;
}

static int
watch_zone(struct walk *w, const struct zone *z, unsigned of, struct error *e)
{
	uint16_t i;

	for (i = 0; z != NULL && i < z->nfiles; i++)
		if (z->file[i].path != NULL &&
		    watch(w, z->file[i].path, of, e) != 0)
			return -1;
	return 0;
}

/* No longer watch what is only OF this. */
static void
unwatch(struct walk *w, unsigned of)
{
	struct watched *x = w->watched.item;
	size_t i, n = 0;

	for (i = 0; i < w->watched.n; i++) {
		x[i].of &= ~of;
		if (x[i].of != 0)
			x[n++] = x[i];
	}
	w->watched.n = n;
}

/* Everything that decides about the keys of ZONE, below PARENT if it is here.
 */
static int
watch_all(struct walk *w, const struct zone *zone, const struct zone *parent,
    struct error *e)
{
	w->watched.n = 0;
	if (w->r->pair->policy_in_tree &&
	    watch(w, POLICY_FILE, OF_ABOVE, e) != 0)
		return -1;
	if (watch_zone(w, zone, OF_ZONE, e) != 0)
		return -1;
	return watch_zone(w, parent, OF_ABOVE, e);
}

/* Bring the watched files to COMMIT: what those are of that are not as they
 * were; or -1. */
static int
look(struct walk *w, const char *commit, struct error *e)
{
	struct watched *x = w->watched.item;
	uint8_t id[20] = {0};
	unsigned changed = 0;
	int rc;
	size_t i;

	for (i = 0; i < w->watched.n; i++) {
		rc = history_file(w->r->pair->repo, commit, x[i].path, id, e);
		if (rc < 0)
			return -1;
		if (x[i].there != (rc == 1) ||
		    (rc == 1 && memcmp(x[i].id, id, sizeof(id)) != 0))
			changed |= x[i].of;
		x[i].there = rc == 1;
		memcpy(x[i].id, id, sizeof(id));
	}
	return (int)changed;
}

/* ---- versions ----------------------------------------------------------- */

/* The policy's entry for PATH as it was in SRC; *KEPT holds the policy. */
static const struct policy_zone *
entry_then(
    struct walk *w, struct source *src, const char *path, struct policy **kept)
{
	const struct policy_zone *now = entry_in(w->r->pair->policy, path);
	struct findings faults;
	struct error why = {0};
	const char *data;
	size_t len;

	*kept = NULL;
	if (!w->r->pair->policy_in_tree ||
	    source_read(src, POLICY_FILE, &data, &len, &why) != 0)
		return now;
	findings_init(&faults, w->r->j->arena);
	if (policy_parse(kept, data, len, POLICY_FILE, &rules_for_policy,
		&faults, &why) != 0)
		*kept = NULL;
	findings_free(&faults);
	return *kept != NULL ? entry_in(*kept, path) : now;
}

/* ZONE as it was, and what was above it. */
static int
read_all(struct walk *w, struct snapshot *s, const struct zone *z,
    struct continuity_state *out, struct error *e)
{
	const struct evidence_chain *c = w->c;
	const struct policy_zone *entry;
	struct policy *kept = NULL;
	int rc = 0;

	entry = entry_then(w, s->source, w->path, &kept);
	if (history_state(out, z, s->set, c->view, entry, w->r->j->arena) != 0)
		rc = error_memory(e);
	policy_free(kept);
	return rc != 0
		   ? -1
		   : watch_all(w, z, parent_zone(s->set, c->view, c->apex), e);
}

/* The same, where nothing above it is different: a parent may be large. */
static int
read_zone(struct walk *w, const struct zone *z, struct continuity_state *out,
    struct error *e)
{
	const struct continuity_state *x = last(w);

	if (continuity_read(out, z, w->r->j->arena) != 0)
		return error_memory(e);
	memcpy(out->ds, x->ds, sizeof(out->ds));
	out->nds = x->nds;
	out->ds_ttl = x->ds_ttl;
	out->ds_known = x->ds_known;
	unwatch(w, OF_ZONE);
	return watch_zone(w, z, OF_ZONE, e);
}

/* The version in S, of which CHANGED is not as in the last one: 1 with OUT set;
 * 0 when the zone was not there or could not have been loaded; -1. */
static int
read_version(struct walk *w, struct snapshot *s, unsigned changed,
    struct continuity_state *out, struct error *e)
{
	uint32_t i = zoneset_find(s->set, w->c->view, w->c->apex);
	const struct zone *z;
	const char *path;

	if (i == ZONE_NONE)
		return 0;
	if ((z = zoneset_zone(s->set, i, NULL, e)) == NULL)
		return -1;
	if (z->broken)
		return 0;
	path = zoneset_entry(s->set, i)->path;
	if (strcmp(path, w->path) == 0 && changed == OF_ZONE)
		return read_zone(w, z, out, e) != 0 ? -1 : 1;
	w->path = arena_strdup(w->r->j->arena, path);
	if (w->path == NULL)
		return error_memory(e);
	return read_all(w, s, z, out, e) != 0 ? -1 : 1;
}

static int
load(struct walk *w, const char *commit, unsigned changed,
    struct continuity_state *out, struct error *e)
{
	struct source_limits limits = source_limits_default;
	const struct policy *p = w->r->pair->policy;
	struct snapshot *s = NULL;
	struct source *src;
	int rc;

	w->loads++;
	if (p->limits.zone_bytes > limits.file_bytes)
		limits.file_bytes = p->limits.zone_bytes;
	if (source_open_git(&src, w->r->pair->repo, commit, &limits, e) != 0 ||
	    snapshot_open(&s, src, p, e) != 0)
		return -1;
	rc = read_version(w, s, changed, out, e);
	snapshot_free(s);
	/* Where the files are there now, and what they are. */
	return rc < 0 || look(w, commit, e) < 0 ? -1 : rc;
}

/* ---- the walk ----------------------------------------------------------- */

static const char *
short_id(struct walk *w, const char *commit)
{
	return findings_text(&w->r->fs, "%.7s", commit);
}

/* The newest state so far began where it was seen first; S was before it. */
static int
turn(struct walk *w, const struct continuity_state *s, struct error *e)
{
	struct continuity_state *x = last(w);

	x->commit = short_id(w, w->begin);
	x->since = w->begin_time;
	x->exact = w->begin_exact;
	if ((x = vec_add(&w->states)) == NULL)
		return error_memory(e);
	*x = *s;
	return 0;
}

/* P may hold another version. */
static int
compare(struct walk *w, const struct history_point *p, struct error *e)
{
	struct continuity_state s;
	int rc = look(w, p->commit, e);

	if (rc <= 0)
		return rc;
	w->pending |= (unsigned)rc;
	if (w->loads == LOADS_MAX) {
		w->c->doubt = findings_text(&w->r->fs,
		    "more than %d versions of it, or of its parent, were "
		    "published in the time that caches remember",
		    LOADS_MAX);
		w->c->mend = "change the keys when fewer changes are around, "
			     "or under a waiver with an end date";
		return 0;
	}
	if ((rc = load(w, p->commit, w->pending, &s, e)) < 0)
		return -1;
	if (rc == 1)
		w->pending = 0;
	return rc == 0 || continuity_same(&s, last(w)) ? 0 : turn(w, &s, e);
}

static int64_t
window(const struct walk *w)
{
	const struct policy_zone *entry = w->c->entry;

	return (int64_t)CONTINUITY_TTL_MAX + HISTORY_DATE_SLACK +
	       (entry != NULL ? entry->dnssec.propagation : 0);
}

static int
walk_points(struct walk *w, struct history *h, struct error *e)
{
	int64_t now = w->r->pair->now, limit = now - window(w);
	struct history_point p;
	size_t n, old = 0;
	int rc;

	for (n = 0; n < POINTS_MAX; n++) {
		if ((rc = history_next(h, &p, e)) <= 0)
			return rc;
		/* A date in the future tells nothing but "lately". */
		if (p.time > now)
			p.time = now;
		if (n != 0 && compare(w, &p, e) != 0)
			return -1;
		if (w->c->doubt != NULL)
			return 0;
		memcpy(w->begin, p.commit, sizeof(w->begin));
		w->begin_time = p.time;
		w->begin_exact = p.exact;
		old = p.time < limit ? old + 1 : 0;
		if (old == (p.exact ? 1 : OLD_POINTS))
			return 0;
	}
	w->c->doubt = findings_text(&w->r->fs,
	    "its history of %d commits says nothing older", POINTS_MAX);
	w->c->mend = "have the server keep a reflog: git config "
		     "core.logAllRefUpdates true";
	return 0;
}

/*
 * Committers' dates made to fit: what was pushed before another push is not
 * younger, what came after is not older. A state ended when the next one came.
 */
static void
put_in_order(struct walk *w)
{
	struct continuity_state *s = w->states.item;
	int64_t most = w->r->pair->now, least = 0;
	size_t i;

	for (i = 1; i < w->states.n; i++) {
		if (s[i].since > most)
			s[i].since = most;
		if (s[i].exact)
			most = s[i].since;
	}
	for (i = w->states.n; i-- > 1;) {
		if (s[i].since < least)
			s[i].since = least;
		least = s[i].since;
	}
	for (i = 2; i < w->states.n; i++) {
		s[i].until = s[i - 1].since;
		if (!s[i - 1].exact)
			s[i].until += HISTORY_DATE_SLACK;
	}
}

static bool
is_commit(struct repo *repo, const char *hex)
{
	const char *type = hex == NULL ? NULL : repo_object_type(repo, hex);

	return type != NULL && strcmp(type, "commit") == 0;
}

int
history_walk(struct judge_run *r, struct evidence_chain *c,
    const struct zone *old, struct error *e)
{
	struct walk w = {.r = r,
	    .c = c,
	    .states = VEC_INIT(struct continuity_state),
	    .watched = VEC_INIT(struct watched)};
	const char *base = r->ref == NULL ? NULL : r->ref->old;
	struct continuity_state *x;
	struct history *h = NULL;
	int rc = -1;

	if (r->pair->repo == NULL || !is_commit(r->pair->repo, base))
		return 0;
	if ((x = vec_add(&w.states)) != NULL)
		*x = c->state[0];
	if (x == NULL || (x = vec_add(&w.states)) == NULL) {
		error_memory(e);
		goto out;
	}
	*x = c->state[1];
	w.path = zoneset_entry(r->pair->old->set,
	    zoneset_find(r->pair->old->set, c->view, c->apex))
		     ->path;
	if (watch_all(&w, old,
		parent_zone(
		    history_above(r, c->view, c->apex), c->view, c->apex),
		e) != 0 ||
	    look(&w, base, e) < 0 ||
	    history_open(&h, r->pair->repo, r->ref->ref, base, e) != 0 ||
	    walk_points(&w, h, e) != 0)
		goto out;
	put_in_order(&w);
	c->nstates = w.states.n;
	x = arena_calloc(r->j->arena, w.states.n, sizeof(*x));
	if (x == NULL) {
		error_memory(e);
		goto out;
	}
	memcpy(x, w.states.item, w.states.n * sizeof(*x));
	c->state = x;
	rc = 0;
out:
	history_free(h);
	vec_free(&w.states);
	vec_free(&w.watched);
	return rc;
}

/* ---- dates of what is pushed --------------------------------------------- */

struct dates {
	struct walk w;
	size_t touching; /* commits that touch the watched files */
	bool found;      /* the base is on the line of first parents */
	char odd[REPO_HEX];
	int64_t odd_time; /* of a touching commit, if it is not now */
};

/* From the tip to the base: which commits touch the keys' files, and when? */
static int
walk_pushed(struct dates *d, struct history *h, struct error *e)
{
	const struct judge_run *r = d->w.r;
	struct history_point p, newer = {.time = 0};
	size_t n;
	int rc;

	for (n = 0; n < PUSHED_MAX; n++, newer = p) {
		if ((rc = history_next(h, &p, e)) <= 0)
			return rc;
		if ((rc = look(&d->w, p.commit, e)) < 0)
			return -1;
		if (n != 0 && rc != 0) {
			d->touching++;
			if (newer.time < r->pair->now - HISTORY_DATE_SLACK ||
			    newer.time > r->pair->now + DATE_AHEAD) {
				memcpy(d->odd, newer.commit, sizeof(d->odd));
				d->odd_time = newer.time;
			}
		}
		if (strcmp(p.commit, r->ref->old) == 0) {
			d->found = true;
			return 0;
		}
	}
	return 0;
}

static void
doubt_dates(struct dates *d, struct evidence_chain *c)
{
	struct findings *fs = &d->w.r->fs;
	char when[WHEN_TEXT];

	if (c->in_motion && !d->found) {
		c->doubt = "what was published is no first parent of what is "
			   "pushed, so that later nobody can tell when the "
			   "keys changed";
		c->mend = "merge your branch into the published one, not the "
			  "other way around; or rebase it";
	} else if (d->odd[0] != '\0' && (c->in_motion || d->touching > 1)) {
		c->doubt = findings_text(fs,
		    "commit %.7s changes it and is dated %s, so that later "
		    "nobody can tell when the keys changed",
		    d->odd, when_text(when, d->odd_time));
		c->mend = d->touching > 1
			      ? "give the commits of this push the date of "
				"today: git rebase --force-rebase @{upstream}"
			      : "give the commit the date of today: git "
				"commit --amend --no-edit";
	}
}

/*
 * Whose clock? Where the server keeps a reflog it is the server's, and dates
 * do not count; nor do they when it judges as of another time (--at).
 */
int
history_dates(struct judge_run *r, struct evidence_chain *c,
    const struct zone *old, struct error *e)
{
	const struct judge_pair *pair = r->pair;
	struct dates d = {
	    .w = {.r = r, .c = c, .watched = VEC_INIT(struct watched)}};
	struct history *h = NULL;
	int rc = -1;

	if (pair->repo == NULL || r->ref == NULL || r->ref->ref == NULL ||
	    r->ref->rewritten || pair->findings_only ||
	    pair->options->at != 0 || !is_commit(pair->repo, r->ref->old) ||
	    !is_commit(pair->repo, r->ref->new) ||
	    history_is_logged(pair->repo, r->ref->ref))
		return 0;
	if (watch_all(&d.w, old,
		parent_zone(
		    history_above(r, c->view, c->apex), c->view, c->apex),
		e) == 0 &&
	    history_open(&h, pair->repo, NULL, r->ref->new, e) == 0 &&
	    walk_pushed(&d, h, e) == 0) {
		doubt_dates(&d, c);
		rc = 0;
	}
	history_free(h);
	vec_free(&d.w.watched);
	return rc;
}
