/*
 * The text of master files. The reader of zone files finds these faults and
 * gives them their place; here is what they mean.
 */
#include "table.h"

const struct rule rule_syntax_error = {
    .id = "syntax-error",
    .title = "the text is no valid master file",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "The file cannot be read as a master file (RFC 1035 section 5): an "
	    "unclosed quote or parenthesis, a wrong field, a name or label "
	    "that is too long, a control byte where none may be.",
    .why = "A server refuses the whole zone, or reads something else than what "
	   "was meant. What cannot be read cannot be judged, so nothing else "
	   "that the zone says is trusted.",
    .bad = "www  A  192.0.2.300\n",
    .good = "www  A  192.0.2.30\n",
    .fix = "Correct the line that is shown. All faults of a file are reported "
	   "at once.",
};

const struct rule rule_syntax_dialect = {
    .id = "syntax-dialect",
    .title = "servers read this text differently, or one refuses it",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "BIND, NSD and Knot do not agree about this text. In the dialect "
	    "\"common\" only what all three read alike is accepted; a policy "
	    "that names its server (dialect: bind, nsd or knot) accepts what "
	    "that one reads.",
    .why = "Where readers differ, an attacker hides: the reviewer sees one "
	   "record and the server answers another. A relative $ORIGIN is "
	   "below the old origin in BIND and refused by Knot; carriage "
	   "returns are ends of lines to one and data to another.",
    .bad = "$ORIGIN sub\n"
	   "www  A  192.0.2.10\n",
    .good = "$ORIGIN sub.example.com.\n"
	    "www  A  192.0.2.10\n",
    .fix = "Write it in the form that is shown; docs/dialect.md lists them "
	   "all.",
};

const struct rule rule_syntax_include = {
    .id = "syntax-include",
    .title = "an included file is missing or not to be read",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "An $INCLUDE names a file that is missing, lies outside of the "
	    "tree, is a link, a directory or a submodule, includes itself, or "
	    "is nested too deeply. Included files are read at the judged "
	    "revision only.",
    .why = "Without the file the zone is not the one that servers would load. "
	   "With a path out of the tree it could be any file of the machine, "
	   "shown to whoever may push.",
    .bad = "$INCLUDE /etc/passwd\n",
    .good = "$INCLUDE common/mail.inc\n",
    .fix = "Put the file into the repository and name it relative to the "
	   "including file.",
};

const struct rule rule_syntax_out_of_zone = {
    .id = "syntax-out-of-zone",
    .title = "a record's name is not in the zone",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "The owner of a record is neither the zone's apex nor a name "
	    "below it.",
    .why = "Servers ignore the record or refuse the zone. A forgotten "
	   "$ORIGIN, or evilexample.com. for example.com., looks right at a "
	   "glance.",
    .bad = "; zone example.com.\n"
	   "www.example.org.  A  192.0.2.10\n",
    .good = "www.example.com.  A  192.0.2.10\n",
    .fix = "Correct the name, or move the record to the zone it belongs to.",
};

const struct rule rule_syntax_class = {
    .id = "syntax-class",
    .title = "a record is not of class IN",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "A record has the class CH, HS or another one than IN, or writes "
	    "IN in a form that not all servers read.",
    .why = "A zone has one class. Servers refuse such a zone, and readers that "
	   "skip the record make it invisible to review.",
    .bad = "www  CH  A  192.0.2.10\n",
    .good = "www  IN  A  192.0.2.10\n",
    .fix = "Write IN, or leave the class out.",
};

const struct rule rule_syntax_limit = {
    .id = "syntax-limit",
    .title = "the zone is larger than the policy allows",
    .severity = SEVERITY_ERROR,
    .fixed = true,
    .what = "A limit was reached before everything was read: bytes or records "
	    "of the zone, records in one RRset, length of a line, depth or "
	    "number of includes, records from $GENERATE, number of faults "
	    "shown for one file.",
    .why = "A zone that grows a hundredfold in one change is a mistake or an "
	   "attack on the servers that must load it; hundreds of keys or "
	   "signatures at one name exhaust validators (KeyTrap, 2024).",
    .bad = "$GENERATE 0-4294967295 h$ A 192.0.2.1\n",
    .good = "$GENERATE 1-100 h$ A 192.0.2.$\n",
    .fix = "Make the zone smaller. If it must be that large, the policy's "
	   "owner raises limits.zone-bytes, limits.records or "
	   "limits.rrset-records.",
};

const struct rule rule_syntax_ttl_mismatch = {
    .id = "syntax-ttl-mismatch",
    .title = "records of one RRset have different TTLs",
    .severity = SEVERITY_ERROR,
    .what = "Two records of the same name and type have different TTLs, which "
	    "RFC 2181 section 5.2 forbids.",
    .why = "Each server picks another of the values. For a failover name the "
	   "longer one decides how long clients stay with a dead target.",
    .bad = "api  60    A  192.0.2.1\n"
	   "api  86400 A  198.51.100.1\n",
    .good = "api  60    A  192.0.2.1\n"
	    "api  60    A  198.51.100.1\n",
    .fix = "Give all records of the RRset the same TTL.",
};

const struct rule rule_syntax_duplicate = {
    .id = "syntax-duplicate",
    .title = "a record stands there twice",
    .severity = SEVERITY_WARNING,
    .what = "The same record, in canonical form, stands in the zone more than "
	    "once. Servers keep one (RFC 2181 section 5).",
    .why = "It does no harm by itself, but one copy is going to be changed and "
	   "the other forgotten: the old target then stays in the answer.",
    .bad = "api  A  192.0.2.1\n"
	   "API  A  192.0.2.1\n",
    .good = "api  A  192.0.2.1\n",
    .fix = "Remove one of them.",
};

const struct rule rule_syntax_doubled_origin = {
    .id = "syntax-doubled-origin",
    .title = "a name ends with the origin twice: a final dot is missing",
    .severity = SEVERITY_ERROR,
    .what = "An owner or a target ends with the zone's name twice, as "
	    "ns1.example.com.example.com. does. A name without a final dot is "
	    "relative: the origin was added to it.",
    .why = "On 12 October 2009 a script left out final dots in .se: every "
	   "target ended in .se.se., and a million domains were away until "
	   "caches forgot.",
    .bad = "@  NS  ns1.example.com\n",
    .good = "@  NS  ns1.example.com.\n",
    .fix = "Add the final dot, or leave the origin out. If the doubled name "
	   "is really meant, write it out with its final dot and ask for a "
	   "waiver.",
};

const struct rule rule_syntax_encoding = {
    .id = "syntax-encoding",
    .title = "the text holds bytes that people do not see",
    .severity = SEVERITY_WARNING,
    .what = "The file holds control bytes, bytes outside of ASCII that are not "
	    "inside quotes, or invisible characters: a byte order mark, "
	    "non-breaking or zero-width spaces, right-to-left overrides.",
    .why = "What the reviewer sees is not what the server reads. A "
	   "right-to-left override turns a name around on the screen; a "
	   "non-breaking space becomes part of a name.",
    .bad = "; a no-break space before the address\n"
	   "www  A\\u00a0192.0.2.10\n",
    .good = "www  A  192.0.2.10\n",
    .fix = "Retype the line in plain ASCII. Names of other scripts are written "
	   "in their xn-- form, other bytes as \\DDD.",
};
