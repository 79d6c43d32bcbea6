/* Failover targets that were asked whether they are up and whether they are
 * ours. */
#include "../live/target.h"
#include "check.h"
#include "table.h"

/* "https://api.example.com/healthz at 198.51.100.7". */
static const char *
question(struct findings *fs, const struct evidence_target *t)
{
	const struct policy_health *h = &t->protect->health;
	const char *at = rule_address(fs, t->addr, t->len);

	if (t->tcp)
		return findings_text(fs, "port %u of %s at %s", h->tcp,
		    rule_name(fs, t->protect->name), at);
	return findings_text(fs, "%s at %s",
	    h->url == NULL ? rule_name(fs, t->protect->name) : h->url, at);
}

static struct finding *report(const struct evidence *ev,
    const struct evidence_target *t, const char *id, struct findings *fs,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static struct finding *
report(const struct evidence *ev, const struct evidence_target *t,
    const char *id, struct findings *fs, const char *fmt, ...)
{
	struct finding *f;
	va_list ap;

	va_start(ap, fmt);
	f = findings_vadd(fs, id, fmt, ap);
	va_end(ap);
	f->view = t->view;
	f->name = rule_name(fs, t->protect->name);
	f->authority = rule_authority(
	    fs, ev->policy, t->protect->line, t->protect->owner);
	if (t->zone == NULL || t->rr == NULL)
		return f;
	f->zone = rule_name(fs, t->zone->apex);
	f->type = rule_type(fs, t->rr->type);
	zone_place(t->zone, t->rr, fs, &f->place);
	return f;
}

static void
check_available(const struct evidence *ev, struct findings *fs)
{
	const struct evidence_target *t = ev->target, *end = t + ev->ntargets;

	for (; t < end; t++) {
		if (t->result.available != TARGET_DOWN &&
		    t->result.available != TARGET_SLOW)
			continue;
		report(ev, t, "live-target-down", fs, "%s is %s: %s",
		    question(fs, t), target_available_text(t->result.available),
		    t->result.why)
		    ->help = "bring the target back before traffic depends on "
			     "it, or correct its health check in the policy";
	}
}

const struct rule rule_live_target_down = {
    .id = "live-target-down",
    .title = "a failover target is not healthy",
    .severity = SEVERITY_WARNING,
    .what = "A target was asked at its own address, as the name's health says, "
	    "and does not answer, answers with another status or body, or "
	    "takes longer than latency-ms allows. Seen from where zonegate "
	    "runs. 'check --live' asks the targets that a change brings in, "
	    "'probe' and 'watch' all of them.",
    .why = "A standby that has been dead for months is found out on the day "
	   "it is needed.",
    .bad = "; https://api.example.com/healthz at 198.51.100.7: refused\n",
    .good = "; https://api.example.com/healthz at 198.51.100.7: 200\n",
    .fix = "Bring the target back before traffic depends on it. Redirects are "
	   "not followed: let health.url be what answers itself.",
    .run = check_available,
};

/* ---- live-target-identity -------------------------------------------------
 */

static const char *
identity_help(enum target_identity i)
{
	return i == TARGET_TLSA_MISMATCH
		   ? "publish the TLSA record of its certificate first, then "
		     "bring the target in (RFC 7671 section 8)"
		   : "install a certificate for the name on the target, too";
}

/* Nobody asked, or nobody can say: of a URL with TLS, identity is expected. */
static void
check_unchecked(const struct evidence *ev, const struct evidence_target *t,
    struct findings *fs)
{
	struct finding *f;

	if (t->result.available == TARGET_AVAILABLE_UNCHECKED)
		f = report(ev, t, "live-unchecked", fs,
		    "%s could not be checked: %s", question(fs, t),
		    t->result.why);
	else if (t->result.available == TARGET_UP && t->proof_expected)
		f = report(ev, t, "live-unchecked", fs,
		    "who answers as %s could not be checked: %s",
		    question(fs, t), t->result.who);
	else
		return;
	f->help = "run zonegate where the targets can be reached";
}

static void
check_identity(const struct evidence *ev, struct findings *fs)
{
	const struct evidence_target *t = ev->target, *end = t + ev->ntargets;

	for (; t < end; t++) {
		if (t->result.identity == TARGET_PROVEN &&
		    t->result.available != TARGET_AVAILABLE_UNCHECKED)
			continue;
		if (t->result.identity == TARGET_IDENTITY_UNCHECKED ||
		    t->result.identity == TARGET_PROVEN) {
			check_unchecked(ev, t, fs);
			continue;
		}
		report(ev, t, "live-target-identity", fs,
		    "%s does not prove to be %s: %s", question(fs, t),
		    rule_name(fs, t->protect->name), t->result.who)
		    ->help = identity_help(t->result.identity);
	}
}

const struct rule rule_live_target_identity = {
    .id = "live-target-identity",
    .title = "a failover target cannot prove who it is",
    .severity = SEVERITY_ERROR,
    .what = "A target answers, but its certificate is of another name, "
	    "expired, signed by itself or by nobody who is "
	    "trusted (live.ca-file), or does not match the TLSA records that "
	    "are published for it. Asked at its own address, with the name in "
	    "SNI and Host; whether it is up is another question.",
    .why = "After the failover every client refuses the connection, or, if "
	   "they do not check, talks to a stranger. Proof before the change is "
	   "cheap, proof during an outage is not to be had.",
    .bad = "; 198.51.100.7: certificate of default.example.net\n",
    .good = "; 198.51.100.7: certificate of api.example.com\n",
    .fix = "Install the certificate on the standby, too. Where TLSA is used, "
	   "publish the record of the new certificate before it is served "
	   "(RFC 7671 section 8).",
    .run = check_identity,
};
