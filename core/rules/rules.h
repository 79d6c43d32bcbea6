/*
 * The table of rules, and what they look at. Rules are pure: evidence in,
 * findings out. They open nothing, print nothing, and do not decide how severe
 * they are.
 */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "../base/finding.h"
#include "../change/approve.h"
#include "../change/effect.h"
#include "../change/lane.h"
#include "../diff/diff.h"
#include "../dnssec/continuity.h"
#include "../dnssec/dnssec.h"
#include "../drill/drill.h"
#include "../live/probe.h"
#include "../live/target.h"
#include "../policy/policy.h"
#include "../resolve/resolve.h"
#include "../zone/zoneset.h"

enum zone_status {
	STATUS_UNCHANGED,
	STATUS_ADDED,
	STATUS_CHANGED,
	STATUS_REMOVED,
};

/* One zone of one view, before and after. */
struct evidence_zone {
	const uint8_t *apex;
	const char *apex_text; /* "example.com." */
	const char *view;      /* "" without views */
	const char *file;
	enum zone_status status;
	const struct policy_zone *entry; /* NULL in a review without policy */
	const struct policy_view *policy_view; /* NULL: none */
	enum policy_dnssec_mode mode;
	const struct zone *old, *new; /* NULL: not there */
	const struct diff *diff;      /* NULL: nothing to compare with */
	const struct zone *judged; /* zone validated: signed by trial, or new */
	const struct dnssec_result *dnssec; /* NULL: not validated */
};

/*
 * A signed zone whose keys, signers or DS change, with what was published
 * before: see continuity.h. It is the judged zone ZONE, or a child of it that
 * did not change itself.
 */
struct evidence_chain {
	const uint8_t *apex;
	const char *apex_text;
	const char *view;
	const struct policy_zone *entry; /* of the signed zone, or NULL */
	size_t zone;                     /* judged zone: index of evidence */
	const struct zone *new;          /* the signed zone, never NULL */
	/* the proposal, what is published now, then older ones */
	const struct continuity_state *state;
	size_t nstates;
	bool in_motion;    /* the proposal differs from what is published */
	const char *doubt; /* why history says too little, or NULL */
	const char *mend;  /* then: what to do */
};

/*
 * A protected name in one view and of one type, before and after. The answers
 * of one name and view stand together in the evidence: some rules judge all
 * types at once.
 */
struct evidence_answer {
	const struct policy_protected *protect;
	const char *view;
	uint16_t type;
	const struct resolve_answer *old; /* NULL: there was no base */
	const struct resolve_answer *new;
};

/* One ref of a push, or base and head of a check. */
struct evidence_ref {
	const char *ref;                  /* NULL in a check */
	const char *old, *new;            /* commit ids, NULL: none */
	bool created, deleted, rewritten; /* rewritten: not a fast-forward */
	bool policy_changed, zones_changed;
	const char *policy_path;
	/* faults of the proposed policy, NULL when it did not change */
	const struct findings *policy_faults;
	/* the change's commits with their signatures verified; NULL: the policy
	 * asks for none, or nothing is committed yet */
	const struct change_set *commits;
	bool uncommitted;
	const struct change_lanes *lanes; /* NULL: was not classified */
	/* what the proposed policy does, and what the zones that are there
	 * would be blocked for under it; NULL: it did not change, or has faults
	 */
	const struct change_effects *effects;
	const struct findings *policy_blocks;
};

/* A path of the proposed tree that is a zone's or is included by one and is no
 * plain file, or collides with another. */
struct evidence_path {
	const char *path;
	const char *problem; /* "is a symbolic link" */
	const char *rule;    /* change-not-a-file, change-unmapped, … */
	const char *help;
};

/* A failover target that was asked at its own address. */
struct evidence_target {
	const struct policy_protected *protect;
	const char *view;
	uint8_t addr[16];
	uint8_t len;             /* 4 or 16 */
	bool tcp;                /* by health.tcp, else health.url */
	bool proof_expected;     /* asked over TLS */
	const struct zone *zone; /* whose record RR gave it, or NULL */
	const struct zone_rr *rr;
	struct target_result result;
};

struct evidence {
	const struct policy *policy; /* never NULL: policy_default() */
	int64_t now;
	struct zoneset *old, *new;        /* old may be NULL */
	const struct evidence_zone *zone; /* that changed, or are reviewed */
	size_t nzones;
	const struct evidence_chain *chain;
	size_t nchains;
	const struct evidence_answer *answer;
	size_t nanswers;
	const struct evidence_ref *ref; /* or NULL */
	const struct evidence_path *path;
	size_t npaths;
	const struct drill *drill; /* NULL: was not asked for */
	const struct evidence_target *target;
	size_t ntargets;
	const struct probe *probe; /* NULL: no servers were probed */
};

struct rule;
struct rule_quota; /* check.h */
struct rule_memo;  /* reach.h */

/* State of one walk over one zone. */
struct rule_walk {
	const struct evidence *ev;
	const struct evidence_zone *ez;
	const struct zone *zone; /* ez->new, never NULL, never broken */
	struct findings *out;
	struct rule_quota *quota; /* how much the rule at work may still say */
	struct rule_memo *memo;   /* lookups of this walk */
};

/* RRset types one rule may ask for. */
#define RULE_TYPES_MAX 6

struct rule {
	const char *id;
	const char *title; /* one line */
	enum severity severity;
	bool fixed;       /* a repository's policy cannot lower it */
	bool planned;     /* described, but not checked by this version */
	const char *what; /* what it means */
	const char *why;  /* why it matters, with an example of the damage */
	const char *bad;  /* an example, master file or policy text */
	const char *good; /* the same, mended */
	const char *fix;  /* how to mend it */
	/* At most one of each; all NULL: the finding comes from an earlier
	 * room (parser, validator), the table only describes it. */
	void (*rrset)(const struct rule_walk *, const struct zone_rrset *);
	uint16_t rrset_type[RULE_TYPES_MAX]; /* RRsets it is called with */
	void (*zone)(
	    const struct rule_walk *); /* each changed zone, new side */
	/* each changed zone, also removed and broken ones */
	void (*pair)(const struct evidence *, const struct evidence_zone *,
	    struct findings *);
	void (*answer)(const struct evidence *, const struct evidence_answer *,
	    struct findings *);
	void (*run)(const struct evidence *, struct findings *);
};

/* The table, by group then in the order of the contract. */
extern const struct rule *const rules_all[];
extern const size_t rules_count;

const struct rule *rules_find(const char *id);

/* Closest id to a misspelt one, or NULL. */
const char *rules_closest(const char *id);

/* For policy_parse(). */
extern const struct policy_rules rules_for_policy;

/* A type that rules can ask for is below this. */
#define RULE_TYPE_LIMIT 258

/*
 * Run every rule over the evidence: one walk a zone. Findings (those of
 * earlier rooms already in FS included) then get severity and waivers from the
 * policy, are completed with zone and view, put in order (zone, file, line) and
 * exact repetitions dropped. 0; or -1 with E set: nothing is decided.
 */
int rules_run(const struct evidence *, struct findings *fs, struct error *e);

/*
 * What a probe found, without the rules about changes: findings with severity
 * and waivers, in order. 0, or -1 with E set.
 */
int rules_probe(const struct evidence *, struct findings *fs, struct error *e);

/* Decide severity and waivers of findings [from, n) only. */
void rules_settle(
    const struct policy *, int64_t now, struct findings *fs, size_t from);

/* What the ZONEMD records of a zone are worth. */
struct rules_zonemd {
	uint32_t records; /* at the apex */
	uint32_t known;   /* of them, of a kind that is checked */
};

/*
 * Hold a zone that is published as it stands against its ZONEMD records (RFC
 * 8976 section 4), outside of a run: findings of dnssec-zonemd go to FS.
 */
struct rules_zonemd rules_verify_zonemd(
    const struct zone *zone, const char *apex_text, struct findings *fs);

/* Errors and warnings that are not waived; waived ones. */
void rules_count_findings(
    const struct findings *, size_t *errors, size_t *warnings, size_t *waived);

#endif
