/* jansson values that fail closed: shared by the JSON formats. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <jansson.h>

#include "lines.h"

/*
 * A string, escaped first: jansson refuses bytes that are not UTF-8. JSON null
 * for NULL. NULL without memory, which json_put() notes.
 */
json_t *json_text(const char *s);

/* A number of JSON; null unless KNOWN. */
json_t *json_number(bool known, uint64_t n);

/* Set KEY of OBJECT, or append to ARRAY; VALUE is used up. *FAILED is set when
 * it was NULL or could not be stored. */
void json_put(json_t *object, const char *key, json_t *value, bool *failed);
void json_push(json_t *array, json_t *value, bool *failed);

/* An array of the strings of a NULL-terminated list; null for NULL. */
json_t *json_list(const char *const *list, bool *failed);

/* "A, B" as an array; null for NULL. */
json_t *json_words(const char *s, bool *failed);

/* Which rule says something about what, and whether it is waived. */
json_t *json_finding_short(const struct finding *, bool *failed);

/* A finding with all of its fields; null where nothing is known. */
json_t *json_finding(const struct finding *, bool *failed);

/* "pass", "block", "error"; static. */
const char *json_verdict(enum report_verdict);

/* A failure and how to mend it; null for NULL and for ERROR_NONE. */
json_t *json_error(const struct error *, bool *failed);

/* The drill's matrix, a part of the report; null when there was no drill. */
json_t *json_drill(const struct report *, bool *failed);

/* Failover targets that were asked. */
json_t *json_targets(const struct report *, bool *failed);

/* The same of a probe's, and the serials that servers have. */
json_t *json_probe(const struct report *, bool *failed);
json_t *json_serials(const struct report *, bool *failed);

/* Append ROOT with sorted keys, in ASCII, and release it. OUT is marked lost
 * when FAILED or when it cannot be written whole. */
void json_write(json_t *root, bool failed, struct text *out);

/* The same on one line, without the line's end. */
void json_compact(json_t *value, bool failed, struct text *out);

#endif
