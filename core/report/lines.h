/*
 * Lines as people read them: bytes from outside escaped, long lines wrapped
 * with indentation, nothing that a git client, a terminal or a CI log would
 * take for a command of its own.
 */
#ifndef REPORT_LINES_H
#define REPORT_LINES_H

#include "report.h"

#define COLOUR_ERROR "\033[1;31m"
#define COLOUR_WARNING "\033[1;33m"
#define COLOUR_PASS "\033[1;32m"
#define COLOUR_FAINT "\033[36m"
#define COLOUR_BOLD "\033[1m"

/* Columns of the style, never unreasonably few. */
unsigned lines_width(const struct report_style *);

/* Columns that well-formed UTF-8 text takes on a terminal. */
size_t lines_columns(const char *s, size_t len);

/* Bytes of S that fit into COLUMNS, at a character's border. */
size_t lines_fit(const char *s, size_t len, size_t columns);

/*
 * Azure Pipelines, TeamCity and old GitHub runners act on "##[command]" and
 * "##vso[command]" anywhere in a line. Is there one at S?
 */
bool lines_marker(const char *s, size_t len);

/*
 * Append LEN raw bytes to OUT, escaped (text_escaped()); and the markers that
 * CI systems act on wherever they stand in a line ("##[", "##vso[") broken.
 */
void lines_escape(struct text *out, const char *data, size_t len);

/*
 * Finish the logical line LINE: escape it, wrap it at the style's width with
 * INDENT columns before each further line, append it to OUT and clear LINE.
 * Its first PAINT bytes get COLOUR (NULL: none) if the style wants colour. The
 * painted part must be plain ASCII of the caller's.
 */
void lines_end(struct text *out, const struct report_style *, struct text *line,
    unsigned indent, const char *colour, size_t paint);

/* One line in one go. */
void lines_printf(struct text *out, const struct report_style *,
    unsigned indent, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* An empty line. */
void lines_blank(struct text *out);

/* "3 zones", "1 zone". */
void lines_count(struct text *line, uint64_t n, const char *one);

/* How the findings count, and the first that decides. */
struct tally {
	size_t errors, warnings, waived;
	const struct finding *first; /* first error, else first warning */
};

struct tally tally_findings(const struct findings *);

/* "error", "warning" or "off"; undecided counts as an error. */
const char *severity_text(enum severity);

/* Append the verdict without line end: "BLOCKED: 1 error." */
void verdict_text(const struct report *, struct text *line);

/* The format functions of the table. */
void report_text(
    const struct report *, const struct report_style *, struct text *);
void report_json(
    const struct report *, const struct report_style *, struct text *);
void report_sarif(
    const struct report *, const struct report_style *, struct text *);
void report_github(
    const struct report *, const struct report_style *, struct text *);
void report_prometheus(
    const struct report *, const struct report_style *, struct text *);

/* Parts of the text format. */
void report_changes_text(
    const struct report *, const struct report_style *, struct text *);
void report_answers_text(
    const struct report *, const struct report_style *, struct text *);
void report_drill_text(
    const struct report *, const struct report_style *, struct text *);
void report_targets_text(
    const struct report *, const struct report_style *, struct text *);
void report_probe_text(
    const struct report *, const struct report_style *, struct text *);

#endif
