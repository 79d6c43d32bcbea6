/* A report in the format and style that the options ask for. */
#ifndef GATE_PRINT_H
#define GATE_PRINT_H

#include "../report/report.h"
#include "gate.h"

/* Colour only when the options say "always": the judging child cannot see the
 * terminal, so the command line settles "auto" before. */
void print_style(const struct gate_options *, struct report_style *);

/* Append REPORT to OUT; an unknown format marks OUT lost. */
void print_report(
    const struct gate_options *, const struct report *, struct text *out);

/*
 * Append a report that decided nothing because of E; its exit status (that of
 * the error, 3 if it has none).
 */
int print_undecided(const struct gate_options *, const char *command,
    const struct error *e, struct text *out);

/* The same at once on standard error, for commands without a report. */
int print_failure(const struct gate_options *, const struct error *e);

#endif
