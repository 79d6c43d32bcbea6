/* The emergency override: told by the gate, which alone knows the history. */
#include "table.h"

const struct rule rule_change_override = {
    .id = "change-override",
    .title = "an emergency override is in force",
    .severity = SEVERITY_WARNING,
    .fixed = true,
    .what = "Findings were overridden with the push option zonegate.override, "
	    "by a signer and for rules that change-control.override names. "
	    "They are still there, and its time is not over yet.",
    .why = "In an outage a wrong rule must not be in the way of the right "
	   "change. But what was let through in a hurry stays until somebody "
	   "looks at it again: so every report says it.",
    .bad = "git push -o zonegate.override='primary site is down'\n",
    .good = "git revert 1f3c9a2   # or a waiver in the policy, with a date\n",
    .fix = "Mend what was overridden, or have the policy's owners waive it.",
};

const struct rule rule_change_override_expired = {
    .id = "change-override-expired",
    .title = "the time of an emergency override is over",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "Findings that were overridden are still there, and "
	    "change-control.override.duration has passed.",
    .why = "An exception that nobody ends is the rule. Until it is resolved "
	   "only its resolution can be pushed.",
    .bad = "override: {duration: 4h}   # and five hours passed\n",
    .good = "git revert 1f3c9a2\n",
    .fix = "Push a change that mends the findings, or a policy that waives "
	   "them.",
};

const struct rule rule_change_override_refused = {
    .id = "change-override-refused",
    .title = "an override was asked for and is not granted",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "The push option zonegate.override is there, but not all it needs: "
	    "a pushed commit that stands directly on the branch, is signed "
	    "now by a signer that change-control.override names, and has the "
	    "trailer Zonegate-Override with the same reason. Or a commit says "
	    "Zonegate-Resolved of an override whose findings are still there.",
    .why = "The history must hold who overrode what and why; and it must not "
	   "hold that something was resolved that was not.",
    .bad = "git push -o zonegate.override='primary site is down'\n",
    .good = "git commit --amend -S --no-edit \\\n"
	    "    --trailer 'Zonegate-Override: primary site is down'\n"
	    "git push -o zonegate.override='primary site is down'\n",
    .fix = "Sign the reason into the commit; ask one of the signers whom the "
	   "policy names.",
};
