/* What an edit of the policy means. */
#include "table.h"

const struct rule rule_change_policy_loosened = {
    .id = "change-policy-loosened",
    .title = "the new policy allows more than the old one",
    .severity = SEVERITY_WARNING,
    .planned = true,
    .what = "The proposed policy has a protected name less, a target or name "
	    "server more, a lower severity, a new waiver, or higher limits.",
    .why = "Loosening is sometimes right and always worth a second look: it is "
	   "how the next push is prepared.",
    .bad = "-  edge-primary: {addresses: [192.0.2.0/28]}\n"
	   "+  edge-primary: {addresses: [0.0.0.0/0]}\n",
    .good = "+  edge-standby: {addresses: [198.51.100.16/28]}\n",
    .fix = "Have the policy's owner confirm the change.",
};
