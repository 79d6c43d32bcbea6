/* The rule table as text: explain, rules, docs/rules.md. */
#ifndef RULES_DOCS_H
#define RULES_DOCS_H

#include "../base/text.h"
#include "rules.h"

/* "error, fixed", "warning, not checked by this version yet". */
void rules_severity_text(const struct rule *, struct text *);

/* One rule for a person at a terminal, 80 columns (zonegate explain). */
void rules_explain_text(const struct rule *, struct text *);

/* All rules, one a line, by group (zonegate rules). */
void rules_list_text(struct text *);

/* One rule with all fields, as a JSON object. */
void rules_rule_json(const struct rule *, struct text *);

/* All of them, as a JSON array. */
void rules_list_json(struct text *);

/* docs/rules.md: a heading, and so an anchor, for each rule. */
void rules_docs_markdown(struct text *);

#endif
