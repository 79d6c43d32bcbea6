/* What happens to findings once all rules have spoken; see rules_run(). */
#ifndef RULES_SETTLE_H
#define RULES_SETTLE_H

#include "rules.h"

/* Zone and view for findings that know only their file. */
void settle_complete(const struct evidence *, struct findings *);

/* change-waiver-expired for each waiver that would have covered a finding. */
void settle_expired(const struct evidence *, struct findings *);

/* change-waiver-unused for each that no finding needs, though all zones it may
 * be about were judged. */
void settle_unused(const struct evidence *, struct findings *);

/*
 * The net under everything: a zone that could not be read or validated
 * completely, and about which no error was said, gets one.
 */
void settle_doubt(const struct evidence *, struct findings *);

/* Sort by zone, view, file, line; drop exact repetitions. */
void settle_order(struct findings *);

#endif
