/* Names that machines send credentials to; answers that change unasked. */
#include "failover.h"
#include "table.h"

/*
 * Is there a CAA record for NAME: at the name (aliases followed) or at the
 * closest of the names above it, as RFC 8659 section 3 climbs? 1 yes, 0 no, -1
 * the zones cannot say.
 */
static int
has_caa(const struct group *g, const char *view, const uint8_t *name)
{
	struct resolve_answer *a;
	struct error e;

	for (; !name_is_root(name); name = name_parent(name)) {
		if (!group_in_repo(g, view, name))
			return 0;
		if (resolve(&a, g->ev->new, g->ev->policy, view, name,
			RRTYPE_CAA, g->fs->arena, &e) != 0)
			return -1;
		if (a->outcome == RESOLVE_ANSWER)
			return 1;
	}
	return 0;
}

static void
check_caa(const struct evidence *ev, const struct evidence_answer *ea,
    struct findings *fs)
{
	struct finding *f;
	struct group g;
	int found;

	if (!ea->protect->require.caa || !group_begin(&g, ev, ea, fs) ||
	    ev->new == NULL)
		return;
	if ((found = has_caa(&g, ea->view, ea->protect->name)) > 0)
		return;
	f = group_report(&g, ea, "identity-caa", NULL, NULL,
	    found == 0 ? "no CAA record limits who may issue certificates for "
			 "%s"
		       : "it cannot be said whether a CAA record covers %s",
	    group_name(&g));
	f->type = "CAA";
	f->expected = "require: caa";
	f->help = "add a CAA record at the name or above it";
}

const struct rule rule_identity_caa = {
    .id = "identity-caa",
    .title = "no CAA record covers an identity endpoint",
    .severity = SEVERITY_ERROR,
    .what = "The policy says require.caa for the name, and neither it nor a "
	    "name above it inside this repository has a CAA record (RFC 8659).",
    .why = "Without CAA any certificate authority may issue for the name: a "
	   "short hijack of its address is enough for a certificate that lasts "
	   "for months. Removing the CAA record is the quiet first step.",
    .bad = "login  A    192.0.2.1\n",
    .good = "login  A    192.0.2.1\n"
	    "login  CAA  0 issue \"ca.example.net\"\n",
    .fix = "Add the CAA record, or restore the one that was removed.",
    .answer = check_caa,
};

const struct rule rule_answer_collateral = {
    .id = "answer-collateral",
    .title = "a name that nobody edited answers differently",
    .severity = SEVERITY_WARNING,
    .what = "The effective answer of a name changes although no record of the "
	    "name was edited: through a new delegation, an empty non-terminal, "
	    "a DNAME, a wildcard, an alias's target, or a zone that was added "
	    "or removed.",
    .why = "The diff shows one line; the effect is elsewhere. These are the "
	   "changes that reviewers cannot see.",
    .bad = "_acme-challenge.shop  TXT  \"...\"  ; shop no longer answers\n",
    .good = "shop                  A    192.0.2.10\n"
	    "_acme-challenge.shop  TXT  \"...\"\n",
    .fix = "Look at the answers before and after. If the change is not meant, "
	   "give the name records of its own.",
};
