#include "override_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "../change/commits.h"
#include "../change/lane.h"

#define OPTIONS_MAX 64
#define REASON_MAX 500
#define FRESH_MAX 100000 /* commits of one push */

/* ---- the push option ------------------------------------------------------
 */

static const char *
option(size_t i)
{
	char name[48];

	snprintf(name, sizeof(name), "GIT_PUSH_OPTION_%zu", i);
	return getenv(name);
}

/* Without the blanks around it. */
static const char *
trimmed(struct arena *a, const char *s)
{
	size_t len;

	s += strspn(s, " \t\r\n");
	len = strlen(s);
	while (len > 0 && strchr(" \t\r\n", s[len - 1]) != NULL)
		len--;
	return arena_dup(a, s, len);
}

int
override_option(struct arena *a, const char **out, struct error *e)
{
	const char *count = getenv("GIT_PUSH_OPTION_COUNT"), *s;
	size_t i, n = count == NULL ? 0 : (size_t)strtoul(count, NULL, 10);

	*out = NULL;
	for (i = 0; i < n && i < OPTIONS_MAX; i++) {
		s = option(i);
		if (s == NULL ||
		    strncmp(s, OVERRIDE_OPTION, strlen(OVERRIDE_OPTION)) != 0)
			continue;
		if (*out != NULL)
			return error_set(e, ERROR_USAGE,
			    "the push option zonegate.override is there twice");
		*out = trimmed(a, s + strlen(OVERRIDE_OPTION));
		if (*out == NULL)
			return error_memory(e);
		if ((*out)[0] != '\0' && strlen(*out) <= REASON_MAX)
			continue;
		error_set(e, ERROR_USAGE,
		    "the push option zonegate.override needs a reason, in "
		    "%d bytes at most",
		    REASON_MAX);
		return error_hint(e,
		    "git push -o zonegate.override='the primary site is down'");
	}
	return 0;
}

/* ---- granting -------------------------------------------------------------
 */

static bool
listed(const char *const *list, size_t n, const char *word)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcasecmp(list[i], word) == 0)
			return true;
	return false;
}

static bool
may_override(const struct policy_override *o, const struct change_commit *c)
{
	size_t i;

	if (c->seal != SEAL_GOOD || c->signer.other == NULL)
		return false;
	for (i = 0; c->signer.other[i] != NULL; i++)
		if (listed(o->signer, o->nsigners, c->signer.other[i]))
			return true;
	return false;
}

bool
override_blocks(const struct finding *f)
{
	return f->severity == SEVERITY_ERROR && !f->waived;
}

bool
override_covers(const struct policy_override *o, const struct finding *f)
{
	const struct rule *rule = rules_find(f->rule);

	return override_blocks(f) && rule != NULL && !rule->fixed &&
	       listed(o->rule, o->nrules, f->rule);
}

const char *
override_when(struct findings *fs, int64_t t)
{
	time_t at = (time_t)t;
	char text[32];
	struct tm tm;

	if (gmtime_r(&at, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &tm) == 0)
		return "an unknown time";
	return findings_text(fs, "%s", text);
}

/* Why the override that REV asks for is not granted; NULL: it is. */
static const char *
refusal(const struct trust *t, const struct revisions *rev,
    const struct change_commit *tip, bool policy_changed, int64_t now,
    struct findings *fs)
{
	const struct policy_override *o = &t->policy->change.override;
	const char *reason;

	if (o->nsigners == 0)
		return "the policy knows no override";
	if (policy_changed)
		return "the push changes the policy or its signers: that is "
		       "never done in a hurry";
	if (tip == NULL)
		return "there is no commit that could be signed for it";
	if (tip->override == NULL)
		return "the pushed commit has no trailer Zonegate-Override";
	reason = trimmed(fs->arena, tip->override);
	if (reason == NULL || strcmp(reason, rev->override) != 0)
		return "the trailer Zonegate-Override of the pushed commit "
		       "gives another reason than the push option";
	if (tip->seal != SEAL_GOOD)
		return findings_text(fs,
		    "the pushed commit is not signed by "
		    "an allowed signer: %s",
		    tip->why);
	if (!may_override(o, tip))
		return findings_text(fs,
		    "the policy does not let %s override anything",
		    tip->signer.principal);
	if (rev->created || rev->base == NULL || tip->parent == NULL ||
	    strcmp(tip->parent, rev->base) != 0)
		return "the pushed commit does not stand directly on what is "
		       "there now";
	if (tip->time < now - EARLY_MAX || tip->time > now + LATE_MAX)
		return "the date of the pushed commit is not that of now";
	return NULL;
}

static const struct change_commit *
tip_of(const struct revisions *rev)
{
	const struct change_set *set = rev->commits;

	if (set == NULL || set->n == 0 ||
	    strcmp(set->commit[set->n - 1].id, set->tip) != 0)
		return NULL;
	return &set->commit[set->n - 1];
}

/* Mark the findings; the rules they are of, for people. */
static const char *
cover(struct findings *fs, size_t from, const struct policy_override *o,
    const char *waiver, size_t *n)
{
	const char *rules = "";
	struct finding *f;
	size_t i;

	for (i = from; i < fs->n; i++) {
		f = &fs->item[i];
		if (!override_covers(o, f))
			continue;
		if (strstr(rules, f->rule) == NULL)
			rules = findings_text(fs, "%s%s%s", rules,
			    rules[0] == '\0' ? "" : ", ", f->rule);
		f->waived = true;
		f->waiver = waiver;
		++*n;
	}
	return rules;
}

/* Is there anything that an override could be about? */
static bool
is_needed(
    const struct findings *fs, size_t from, const struct policy_override *o)
{
	size_t i;

	for (i = from; i < fs->n; i++)
		if (o->nsigners == 0 ? override_blocks(&fs->item[i])
				     : override_covers(o, &fs->item[i]))
			return true;
	return false;
}

static void
refuse(struct findings *fs, const char *why)
{
	findings_add(
	    fs, "change-override-refused", "the override is refused: %s", why)
	    ->help = "git commit --amend -S --trailer 'Zonegate-Override: "
		     "REASON', then git push -o zonegate.override='REASON'";
}

/* Granted, and with the commit that is to be kept in the history for it. */
static const struct change_commit *
grant(struct judgement *j, const struct trust *t, const struct revisions *rev,
    size_t from, int64_t now)
{
	const struct policy_override *o = &t->policy->change.override;
	const struct change_commit *tip = tip_of(rev);
	struct findings *fs = &j->findings;
	const char *why, *waiver, *rules, *end;
	struct finding *f;
	bool needed;
	size_t n = 0;

	if (rev->override == NULL)
		return NULL;
	needed = is_needed(fs, from, o);
	if ((why = refusal(t, rev, tip, (j->lanes & LANE_POLICY) != 0, now,
		 fs)) != NULL) {
		if (needed)
			refuse(fs, why);
		return NULL;
	}
	if (!needed)
		return tip;
	end = override_when(fs, tip->time + o->duration);
	waiver = findings_text(fs, "until %s (override by %s): %s", end,
	    tip->signer.principal, rev->override);
	rules = cover(fs, from, o, waiver, &n);
	f = findings_add(fs, "change-override",
	    "EMERGENCY OVERRIDE by %s: %zu finding%s of %s overridden until "
	    "%s: %s",
	    tip->signer.principal, n, n == 1 ? "" : "s", rules, end,
	    rev->override);
	f->place.commit = findings_text(fs, "%.7s", tip->id);
	f->help = "mend what was overridden, or have the policy waive it; "
		  "after that time nothing else can be pushed";
	return tip;
}

/*
 * Only what was granted may stand in the history as an override: others would
 * cover faults that somebody brings later.
 */
static int
refuse_others(struct judgement *j, struct repo *repo,
    const struct revisions *rev, const struct change_commit *granted,
    struct error *e)
{
	struct change_set fresh;
	struct finding *f;
	char head[REPO_HEX];
	size_t i;
	int rc;

	/* What a repository begins with was not judged before anywhere. That
	 * a new branch has nothing in common with it is no such beginning. */
	if (rev->base == NULL) {
		rc = repo_commit(repo, "HEAD", head, e);
		if (rc != 0 || strcmp(head, rev->head) == 0)
			return rc < 0 ? -1 : 0;
	}
	if (change_history_read(&fresh, j->arena, repo, rev->head, rev->base,
		FRESH_MAX, e) != 0)
		return -1;
	if (fresh.cut)
		return error_set(e, ERROR_SYSTEM,
		    "more than %d new commits in one push", FRESH_MAX);
	for (i = 0; i < fresh.n; i++) {
		if (fresh.commit[i].override == NULL ||
		    (granted != NULL &&
			strcmp(granted->id, fresh.commit[i].id) == 0))
			continue;
		f = findings_add(&j->findings, "change-override-refused",
		    "commit %.12s has the trailer Zonegate-Override, and no "
		    "override was granted for it",
		    fresh.commit[i].id);
		f->place.commit = findings_text(
		    &j->findings, "%.7s", fresh.commit[i].id);
		f->help = "take the trailer out of it, or push it alone with "
			  "-o zonegate.override='REASON'";
	}
	return 0;
}

int
override_settle(struct judgement *j, const struct gate_options *o,
    struct repo *repo, const struct trust *t, const struct revisions *rev,
    size_t from, struct error *e)
{
	size_t told = j->findings.n;
	struct override_look l = {j, o, repo, t, rev, gate_now(o), from, told};
	const struct change_commit *granted;

	if (rev->uncommitted)
		return 0;
	granted = grant(j, t, rev, from, l.now);
	/* A check does not accept anything, and may look at what is there. */
	if (rev->ref != NULL && refuse_others(j, repo, rev, granted, e) != 0)
		return -1;
	if (t->policy->change.override.nsigners != 0 &&
	    override_open(&l, granted == NULL ? NULL : granted->id, e) != 0)
		return -1;
	rules_settle(t->policy, l.now, &j->findings, told);
	return j->findings.lost ? error_memory(e) : 0;
}
