/* Is a zone the one that was attested? Comparing and telling. */
#ifndef GATE_CONFIRM_H
#define GATE_CONFIRM_H

#include "../diff/diff.h"
#include "attest.h"
#include "gate.h"

/* Types that a signer makes, and how many records were set aside. */
#define CONFIRM_TYPES 9

struct confirm_result {
	const struct statement_zone *attested;
	const char *commit, *keyid, *time;
	const char *from; /* the file or server */
	struct zone *found, *stripped;
	struct diff *diff;
	uint32_t aside[CONFIRM_TYPES];
	bool is_signed;      /* by a signer, after it was attested */
	bool whole;          /* DNSSEC records were compared, too */
	bool serial_differs; /* and nothing else of the SOA */
	bool serial_accepted;
	size_t differences;
};

/* The types of ASIDE, in its order. */
extern const uint16_t confirm_types[CONFIRM_TYPES];

/*
 * Compare FOUND (owned by R from now on) with ATTESTED (borrowed, alive as long
 * as R). 0, or -1 with E set. confirm_free() in any case.
 */
int confirm_compare(struct confirm_result *r, const struct zone *attested,
    struct zone *found, const struct gate_confirm *, struct error *e);
void confirm_free(struct confirm_result *);

/* As text, or as JSON. */
void confirm_print(
    const struct gate_options *, const struct confirm_result *, struct text *);

#endif
