#include "command.h"

static const struct option options[] = {
    {"once", 0, OPTION_FLAG, NULL,
	"look once and exit, as from cron (default: again and again)",
	offsetof(struct arguments, once), NULL, false},
    {"interval", 0, OPTION_DURATION, "TIME",
	"from one look to the next, as 5m (the default)",
	offsetof(struct arguments, interval), NULL, false},
    {"state", 0, OPTION_STRING, "FILE",
	"what was told already (default: in memory)",
	offsetof(struct arguments, state), NULL, false},
    {"remind", 0, OPTION_DURATION, "TIME",
	"tell again what is still open after TIME (default: 1d)",
	offsetof(struct arguments, remind), NULL, false},
    {"horizon", 0, OPTION_DURATION, "TIME",
	"tell what ends within TIME (default: 7d)",
	offsetof(struct arguments, horizon), NULL, false},
    {"webhook", 0, OPTION_STRING, "URL",
	"POST what is new there, signed; https, or http to loopback",
	offsetof(struct arguments, webhook), NULL, false},
    {"webhook-secret", 0, OPTION_STRING, "FILE",
	"key of the signature, in a file that only the owner reads",
	offsetof(struct arguments, webhook_secret), NULL, false},
    {"webhook-ca", 0, OPTION_STRING, "FILE",
	"certificate authorities (PEM) of the webhook (default: the system's)",
	offsetof(struct arguments, webhook_ca), NULL, false},
    {"webhook-allow-http", 0, OPTION_FLAG, NULL,
	"allow http:// to 127.0.0.0/8 or [::1]",
	offsetof(struct arguments, webhook_allow_http), NULL, false},
    {"rev", 0, OPTION_STRING, "REV", "what should be served (default: HEAD)",
	offsetof(struct arguments, rev), NULL, false},
    {NULL, 0, OPTION_FLAG, NULL, NULL, 0, NULL, true},
};

static int
run(const struct arguments *a)
{
	struct gate_watch watch = {
	    .rev = a->rev,
	    .state = a->state,
	    .webhook = a->webhook,
	    .webhook_secret = a->webhook_secret,
	    .webhook_ca = a->webhook_ca,
	    .webhook_allow_http = a->webhook_allow_http,
	    .once = a->once,
	    .interval = a->interval,
	    .remind = a->remind,
	    .horizon = a->horizon,
	};

	return gate_watch(&a->gate, &watch);
}

const struct command command_watch = {
    .name = "watch",
    .usage = "[--repo DIR] [--once | --interval TIME] [--state FILE]\n"
	     "                      [--webhook URL --webhook-secret FILE]",
    .summary = "look at the live service again and again, tell what changed",
    .help =
	"Holds what is served against a revision: every name server and "
	"resolver\n"
	"as 'probe' does, every failover target as 'check --live' does, the DS "
	"and\n"
	"NS that parents serve, and what ends soon: signatures, certificates,\n"
	"waivers. Prints and POSTs what is new, changed, resolved, or still "
	"open\n"
	"after a while; the rest is silence. With --once the exit status is 1 "
	"when\n"
	"an error is open and 3 when something could not be checked or told;\n"
	"without, it runs until SIGTERM. See docs/watch.md.",
    .option = options,
    .min = 0,
    .max = 0,
    .run = run,
};
