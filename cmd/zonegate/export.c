#include "command.h"

static const struct option options[] = {
    {"rev", 0, OPTION_STRING, "REV", "the revision (default: HEAD)",
	offsetof(struct arguments, rev), NULL, false},
    {"base", 0, OPTION_STRING, "REV",
	"what it is compared with (default: its first parent)",
	offsetof(struct arguments, base), NULL, false},
    {"zone", 0, OPTION_STRING, "NAME", "the zone",
	offsetof(struct arguments, zone), NULL, false},
    {"view", 0, OPTION_STRING, "VIEW", "its view",
	offsetof(struct arguments, view), NULL, false},
    {"output", 'o', OPTION_STRING, "OUT",
	"where the zone goes (default: standard output)",
	offsetof(struct arguments, out), NULL, false},
    {"all", 0, OPTION_FLAG, NULL, "every zone of the revision",
	offsetof(struct arguments, all), NULL, false},
    {"output-dir", 0, OPTION_STRING, "DIR",
	"with --all: DIR/[VIEW/]NAME.zone each",
	offsetof(struct arguments, out_dir), NULL, false},
    {"force", 0, OPTION_FLAG, NULL,
	"also when the revision did not pass; the file says so",
	offsetof(struct arguments, force), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	struct gate_export export = {.rev = a->rev,
	    .base = a->base,
	    .zone = a->zone,
	    .view = a->view,
	    .out = a->out,
	    .out_dir = a->out_dir,
	    .all = a->all,
	    .force = a->force};

	if (a->all && (a->zone != NULL || a->out != NULL))
		return command_misuse("export",
		    "export: --all goes with --output-dir DIR, not with "
		    "--zone or -o");
	if (a->all && a->out_dir == NULL)
		return command_misuse(
		    "export", "export: --output-dir DIR is missing");
	if (!a->all && a->zone == NULL)
		return command_misuse(
		    "export", "export: --zone NAME or --all is missing");
	if (!a->all && a->out_dir != NULL)
		return command_misuse(
		    "export", "export: --output-dir goes with --all");
	return gate_export(&a->gate, &export);
}

const struct command command_export = {
    .name = "export",
    .usage = "--zone NAME [--view VIEW] [-o OUT] | --all --output-dir DIR",
    .summary = "write the canonical zone that was judged, to deploy it",
    .help =
	"Writes the zone as it was read and judged: absolute names, canonical "
	"order,\n"
	"TTL and class on every line, no directives. BIND, NSD and Knot load "
	"it alike,\n"
	"so that what is deployed is what was judged and not the source text. "
	"The\n"
	"revision is judged first, and refused (exit status 1) when it does "
	"not pass.\n"
	"Every file is whole or not there.",
    .option = options,
    .min = 0,
    .max = 0,
    .run = run,
};
