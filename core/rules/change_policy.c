/* What an edit of the policy means. */
#include <string.h>

#include "check.h"
#include "table.h"

/* Subjects, and rules of zones, that a report names. */
#define TELL_MAX 100

/* ---- change-policy-loosened -----------------------------------------------
 */

static void
check_loosened(const struct evidence *ev, struct findings *fs)
{
	const struct change_effects *all;
	const struct change_effect *e;
	struct finding *f;
	size_t i, n = 0;

	if (ev->ref == NULL || (all = ev->ref->effects) == NULL)
		return;
	for (i = 0; i < all->n; i++) {
		e = &all->item[i];
		if (e->kind != EFFECT_LOOSER || n++ >= TELL_MAX)
			continue;
		f = findings_add(fs, "change-policy-loosened", "%s: %s",
		    e->subject, e->words);
		f->name = e->name;
		f->place.file = e->file != NULL ? e->file
						: ev->ref->policy_path;
		f->help = "is it meant? Whoever approves this push approves "
			  "that";
	}
	if (n > TELL_MAX)
		findings_add(fs, "change-policy-loosened",
		    "%zu more like the %d shown", n - TELL_MAX, TELL_MAX)
		    ->help = "split the change, so that it can be read";
}

const struct rule rule_change_policy_loosened = {
    .id = "change-policy-loosened",
    .title = "the new policy allows more than the old one",
    .severity = SEVERITY_WARNING,
    .what = "The proposed policy, compared key by key with the trusted one, "
	    "allows more: a name is protected no longer or by less, a target, "
	    "name server or signer is added, a limit is higher, a severity "
	    "lower, a waiver new. A difference of which nobody can say which "
	    "way it works counts too. What is tightened is a note of the "
	    "report.",
    .why = "Loosening is sometimes right and always worth a second look: it is "
	   "how the next push is prepared.",
    .bad = "-  edge-primary: {addresses: [192.0.2.0/28]}\n"
	   "+  edge-primary: {addresses: [192.0.2.0/28, 203.0.113.0/24]}\n",
    .good = "-  require: {max-ttl: 300}\n"
	    "+  require: {max-ttl: 60}\n",
    .fix = "Have the policy's owner confirm the change: approvals.policy asks "
	   "for it.",
    .run = check_loosened,
};

/* ---- change-policy-blocks -------------------------------------------------
 */

static bool
same(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

/* Faults of one rule in one zone and view are one sentence. */
static bool
is_like(const struct finding *a, const struct finding *b)
{
	return b->severity == SEVERITY_ERROR && same(a->rule, b->rule) &&
	       same(a->zone, b->zone) && same(a->view, b->view);
}

static void
check_blocks(const struct evidence *ev, struct findings *fs)
{
	const struct findings *all;
	const struct finding *b;
	struct finding *f;
	size_t i, k, count, n = 0;

	if (ev->ref == NULL || (all = ev->ref->policy_blocks) == NULL)
		return;
	fs->lost |= all->lost;
	for (i = 0; i < all->n && n < TELL_MAX; i++) {
		b = &all->item[i];
		if (b->severity != SEVERITY_ERROR)
			continue;
		for (k = 0; k < i && !is_like(b, &all->item[k]); k++)
			continue;
		if (k < i)
			continue;
		for (count = 0; k < all->n; k++)
			count += is_like(b, &all->item[k]);
		n++;
		f = findings_add(fs, "change-policy-blocks",
		    "%s would be blocked under the proposed policy: %s (%zu), "
		    "the first: %s",
		    b->zone == NULL ? "the tree" : b->zone, b->rule, count,
		    b->message == NULL ? "" : b->message);
		f->zone = b->zone;
		f->view = b->view;
		f->name = b->name;
		f->place.file = ev->ref->policy_path;
		f->help = "mend the zone first, or let the policy allow what "
			  "is there";
	}
}

const struct rule rule_change_policy_blocks = {
    .id = "change-policy-blocks",
    .title = "the new policy would block zones that are there",
    .severity = SEVERITY_WARNING,
    .what = "The zones as they are now were judged by the proposed policy, and "
	    "it finds errors in them.",
    .why = "The policy would be in force from the next push on. Whoever pushes "
	   "next, perhaps in an outage, is blocked by what somebody else left "
	   "behind.",
    .bad = "+  require: {min-targets: 3}   # api has two\n",
    .good = "+  require: {min-targets: 2}\n",
    .fix = "Mend the zones first, in a push of their own; or give a waiver "
	   "with a date in the same policy.",
    .run = check_blocks,
};
