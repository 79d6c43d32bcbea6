/* zonegate policy test: what came of one scenario, and how it is printed. */
#ifndef GATE_POLICY_TEST_H
#define GATE_POLICY_TEST_H

#include <jansson.h>

#include "common.h"
#include "policy_case.h"

enum case_result {
	CASE_FAULT = 0, /* it could not be judged: the start value */
	CASE_OK,
	CASE_FAIL,
	CASE_SKIP,
};
#define CASE_RESULTS 4

struct case_outcome {
	enum case_result result;
	struct policy_case c;
	int status;  /* what the gate said, as exit status */
	bool judged; /* status is 0 or 1: there are findings to compare */
	struct judgement j;
	struct trust t;
	struct error e;       /* why it was not judged */
	struct vec silent;    /* const char *: rules that did not fire */
	struct vec too_many;  /* const struct finding *: not expected */
	struct vec near_miss; /* const struct finding *: NAME's, in NAME-ok */
};

/* How many came out how, over all. */
struct case_tally {
	size_t n[CASE_RESULTS];
	bool system; /* a fault was not the scenario's: could not check */
};

/* Append the line of one scenario, and what is wrong with it. */
void case_print(
    const struct gate_options *, const struct case_outcome *, struct text *out);

/* The closing count. */
void case_print_tally(
    const struct gate_options *, const struct case_tally *, struct text *out);

/* The same as JSON values; *FAILED is set without memory. */
json_t *case_json(const struct case_outcome *, bool *failed);
json_t *case_json_tally(const struct case_tally *, bool *failed);

#endif
