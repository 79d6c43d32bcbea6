#include "command.h"

static const char *const denials[] = {"nsec", "nsec3", "nsec3-optout", NULL};
static const char *const digests[] = {"sha384", "sha512", NULL};

static const struct option options[] = {
    {"zone", 0, OPTION_STRING, "NAME", "the zone in the file",
	offsetof(struct arguments, zone), NULL, false},
    {"output", 'o', OPTION_STRING, "OUT", "where the signed zone goes",
	offsetof(struct arguments, out), NULL, false},
    {"key", 'k', OPTION_KEY, "KEY",
	"BIND key pair (base name or .private file), or a pkcs11: URI; several "
	"times",
	0, NULL, false},
    {"public", 0, OPTION_PUBLIC, "FILE",
	".key file of a key that is named by URI; several times", 0, NULL,
	false},
    {"pkcs11-module", 0, OPTION_STRING, "FILE",
	"the token's library (default: of the URI, else p11-kit's)",
	offsetof(struct arguments, module), NULL, false},
    {"pin-file", 0, OPTION_STRING, "FILE",
	"file whose first line is the token's PIN (default: pin-source of the "
	"URI)",
	offsetof(struct arguments, pin_file), NULL, false},
    {"denial", 0, OPTION_CHOICE, "nsec|nsec3|nsec3-optout",
	"denial of existence (default: nsec)",
	offsetof(struct arguments, denial), denials, false},
    {"validity", 0, OPTION_DURATION, "TIME",
	"how long signatures hold (default: 14d)",
	offsetof(struct arguments, validity), NULL, false},
    {"inception", 0, OPTION_DURATION, "TIME",
	"how long ago they begin, for clocks that differ (default: 1h)",
	offsetof(struct arguments, inception), NULL, false},
    {"jitter", 0, OPTION_DURATION, "TIME",
	"their ends are spread over TIME (default: 12h, at most an eighth of "
	"the validity)",
	offsetof(struct arguments, jitter), NULL, false},
    {"reuse", 0, OPTION_STRING, "OLD_SIGNED",
	"keep signatures of this zone over what did not change",
	offsetof(struct arguments, reuse), NULL, false},
    {"refresh", 0, OPTION_DURATION, "TIME",
	"but not those that end sooner than this (default: 7d, at most half "
	"the validity)",
	offsetof(struct arguments, refresh), NULL, false},
    {"zonemd", 0, OPTION_CHOICE, "[=sha384|sha512]",
	"add a digest of the whole zone (RFC 8976)",
	offsetof(struct arguments, zonemd), digests, false},
    {"sync", 0, OPTION_FLAG, NULL,
	"CDS and CDNSKEY as SyncPublish and SyncDelete of the keys say",
	offsetof(struct arguments, sync), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	struct gate_sign sign = {
	    .file = a->operand[0],
	    .zone = a->zone,
	    .out = a->out,
	    .key = a->key,
	    .nkeys = a->nkeys,
	    .published = a->published,
	    .npublished = a->npublished,
	    .module = a->module,
	    .pin_file = a->pin_file,
	    .denial = a->denial,
	    .validity = a->validity,
	    .inception = a->inception,
	    .jitter = a->jitter,
	    .reuse = a->reuse,
	    .refresh = a->refresh,
	    .zonemd = a->zonemd,
	    .sync = a->sync,
	};

	if (a->zone == NULL)
		return command_misuse("sign", "sign: --zone NAME is missing");
	if (a->out == NULL)
		return command_misuse("sign", "sign: -o OUT is missing");
	if (a->nkeys == 0)
		return command_misuse("sign", "sign: --key KEY is missing");
	return gate_sign(&a->gate, &sign);
}

const struct command command_sign = {
    .name = "sign",
    .usage = "FILE --zone NAME -o OUT --key KEY...",
    .summary = "sign a zone with real keys and validate what was written",
    .help = "Signs the zone, writes it beside OUT, reads it back as a server "
	    "would,\n"
	    "validates it completely, and only then renames it to OUT. OUT is "
	    "never half\n"
	    "written and never holds a zone that does not validate.\n\n"
	    "Private keys are read by a process of their own that only signs; "
	    "the one that\n"
	    "reads the zone never sees them. Which keys are published, sign or "
	    "are revoked is\n"
	    "decided by the times in their .private files, as dnssec-signzone "
	    "-S does.",
    .option = options,
    .min = 1,
    .max = 1,
    .run = run,
};
