#include "lines.h"

#include <string.h>

static const struct report_format format_text = {
    "text", "for people (default)", report_text};
static const struct report_format format_json = {
    "json", "one document with everything, for programs", report_json};
static const struct report_format format_sarif = {
    "sarif", "SARIF 2.1.0, for code scanning", report_sarif};
static const struct report_format format_github = {
    "github", "annotations of a GitHub or Forgejo workflow", report_github};
static const struct report_format format_prometheus = {"prometheus",
    "metrics in Prometheus' text format, for monitoring", report_prometheus};

const struct report_format *const report_formats[] = {
    &format_text,
    &format_json,
    &format_sarif,
    &format_github,
    &format_prometheus,
    NULL,
};

const struct report_format *
report_format_find(const char *name)
{
	size_t i;

	if (name == NULL)
		return &format_text;
	for (i = 0; report_formats[i] != NULL; i++)
		if (strcmp(report_formats[i]->name, name) == 0)
			return report_formats[i];
	return NULL;
}
