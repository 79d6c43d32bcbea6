/*
 * What the judging child hands the parent beside its text: the decision as one
 * JSON object, for the audit log and the attestation. docs/attestation.md
 * describes it.
 */
#ifndef GATE_RECORD_H
#define GATE_RECORD_H

#include "../policy/policy.h"
#include "../report/report.h"

/* A zone of the revision that could not be attested. */
struct record_gap {
	const char *name, *view, *file, *why;
};

/* A ZONEMD record of a zone: one each. */
struct record_zonemd {
	const char *name, *view, *rdata;
};

struct record_extra {
	const struct policy *policy; /* its waivers; or NULL */
	const struct record_gap *gap;
	size_t ngaps;
	const struct record_zonemd *zonemd; /* zones in the report's order */
	size_t nzonemd;
	size_t max; /* entries of each list; 0: all of them */
};

/* Append the decision REP. OUT is marked lost without memory. */
void record_add(
    struct text *out, const struct report *rep, const struct record_extra *);

/* Append one that decided nothing. */
void record_add_error(struct text *out, const struct error *);

#endif
