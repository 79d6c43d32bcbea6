#include "command.h"

static const char *const serials[] = {"exact", "newer", NULL};

static const struct option options[] = {
    {"file", 0, OPTION_STRING, "FILE", "compare this zone file",
	offsetof(struct arguments, file), NULL, false},
    {"server", 0, OPTION_STRING, "ADDR[:PORT]",
	"compare what this server transfers (AXFR); [ADDR]:PORT for IPv6",
	offsetof(struct arguments, server), NULL, false},
    {"tsig", 0, OPTION_STRING, "FILE",
	"key of the transfer, as tsig-keygen writes it",
	offsetof(struct arguments, tsig), NULL, false},
    {"zone", 0, OPTION_STRING, "NAME", "the zone",
	offsetof(struct arguments, zone), NULL, false},
    {"view", 0, OPTION_STRING, "VIEW", "its view",
	offsetof(struct arguments, view), NULL, false},
    {"rev", 0, OPTION_STRING, "REV", "the attested revision (default: HEAD)",
	offsetof(struct arguments, rev), NULL, false},
    {"public-key", 0, OPTION_STRING, "FILE",
	"the public keys that are trusted, in PEM",
	offsetof(struct arguments, public_key), NULL, false},
    {"serial", 0, OPTION_CHOICE, "exact|newer",
	"what the SOA serial may be (default: newer only where a signer "
	"signed)",
	offsetof(struct arguments, serial), serials, false},
    {"whole", 0, OPTION_FLAG, NULL,
	"compare DNSSEC records too, as for zones committed signed",
	offsetof(struct arguments, whole), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	struct gate_confirm confirm = {.file = a->file,
	    .server = a->server,
	    .tsig = a->tsig,
	    .zone = a->zone,
	    .view = a->view,
	    .rev = a->rev,
	    .public_key = a->public_key,
	    .serial = a->serial,
	    .whole = a->whole};

	if ((a->file == NULL) == (a->server == NULL))
		return command_misuse("confirm",
		    "confirm: either --file FILE or --server ADDR[:PORT]");
	if (a->tsig != NULL && a->server == NULL)
		return command_misuse(
		    "confirm", "confirm: --tsig goes with --server");
	if (a->zone == NULL)
		return command_misuse(
		    "confirm", "confirm: --zone NAME is missing");
	if (a->public_key == NULL)
		return command_misuse(
		    "confirm", "confirm: --public-key FILE is missing");
	return gate_confirm(&a->gate, &confirm);
}

const struct command command_confirm = {
    .name = "confirm",
    .usage = "--file FILE | --server ADDR[:PORT] --zone NAME --public-key "
	     "FILE",
    .summary = "is what is deployed what was attested?",
    .help =
	"Compares a zone file, or a zone transferred from a server, with the "
	"zone of an\n"
	"attested revision. What a signer adds (RRSIG, NSEC, NSEC3, and at "
	"the apex\n"
	"DNSKEY, CDS, CDNSKEY, NSEC3PARAM, ZONEMD) is set aside, unless the "
	"zone was\n"
	"committed signed or --whole is given; and a signer may raise the SOA "
	"serial.\n"
	"Exit status 0: it is what was attested; 1: it differs, each RRset is "
	"named; 3:\n"
	"it could not be compared.",
    .option = options,
    .min = 0,
    .max = 0,
    .run = run,
};
