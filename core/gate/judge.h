/*
 * One pair of revisions through the flow: zones, diff, signatures, answers,
 * rules. What comes out is a judgement; one function turns it into a verdict.
 */
#ifndef GATE_JUDGE_H
#define GATE_JUDGE_H

#include "../base/vec.h"
#include "../live/keeper.h"
#include "../memo/memo.h"
#include "../report/report.h"
#include "../rules/rules.h"
#include "gate.h"
#include "snapshot.h"

/* Grows over all refs of a push. */
struct judgement {
	struct arena *arena;
	struct findings findings;
	struct vec zones;      /* struct report_zone */
	struct vec changes;    /* struct report_change */
	struct vec answers;    /* struct report_answer */
	struct vec checks;     /* struct report_check */
	struct vec notes;      /* const char *: remarks of the report */
	struct memo *memo;     /* owned; NULL: nothing is remembered */
	struct holder *holder; /* owned: real keys; NULL: no zone needs them */
	struct vec live;    /* struct live_link, see live.h; empty: not asked */
	struct vec targets; /* struct report_target */
	struct vec waivers; /* struct report_waiver */
	struct report_cache cache;
	struct {
		uint64_t bytes, records;
		uint32_t zones;
	} aside; /* read of zones that were not judged: see aliases.c */
	size_t changes_total;
	uint64_t records, signatures;
	uint32_t cache_seconds;
	unsigned lanes;            /* of all refs, see lane.h */
	bool classified;           /* somebody looked for them */
	unsigned begun, completed; /* parts of the judging: see verdict */
};

int judgement_init(struct judgement *, struct error *);
void judgement_free(struct judgement *);

enum judge_select {
	JUDGE_CHANGED, /* zones whose bytes differ */
	JUDGE_ALL,     /* every zone of the new side */
};

struct judge_pair {
	const struct gate_options *options;
	const struct policy *policy;
	struct snapshot *old; /* NULL: nothing to compare with */
	struct snapshot *new; /* never NULL */
	enum judge_select select;
	const char *only;    /* path of the one zone to judge, or NULL */
	const char *dnssec;  /* --dnssec of a review, or NULL */
	const char *commit;  /* goes into every place, or NULL */
	struct repo *repo;   /* where history is, or NULL */
	bool policy_in_tree; /* the policy is a file of the revisions */
	/* else: when it may have changed last; 0: does not count */
	int64_t policy_time;
	int64_t now;
	bool all_answers;   /* report unchanged answers too */
	bool findings_only; /* a commit on the way: show only its faults */
	bool policy_only;   /* a branch that holds the policy and no zones */
};

/*
 * Judge the pair and add to J. REF may be NULL; its zones_changed is filled. 0,
 * or -1 with E set: then nothing was decided.
 */
int judge(struct judgement *j, const struct judge_pair *,
    struct evidence_ref *ref, struct error *e);

/*
 * The only place where a pass comes from: every part that was begun has
 * completed, no finding was lost, and none of them blocks.
 */
enum report_verdict judge_verdict(
    const struct judgement *, const struct gate_options *);

/* Exit status of a verdict. */
int judge_status(enum report_verdict);

/* Add the check list of a review. 0, or -1 without memory. */
int judge_checks(struct judgement *);

/* ---- between the files of the room -------------------------------------- */

struct judged_zone {
	struct evidence_zone ev;
	struct diff *diff;
	struct zone *signed_zone; /* with real keys (mode gate), or NULL */
	struct dnssec_result dnssec;
	bool validated;
	char digest[97];
	uint32_t entry_new, entry_old; /* of the zonesets, or ZONE_NONE */
};

struct judge_run {
	const struct judge_pair *pair;
	struct judgement *j;
	struct findings fs; /* of this pair */
	struct vec zones;   /* struct judged_zone */
	struct vec answers; /* struct evidence_answer */
	struct vec paths;   /* struct evidence_path */
	struct vec chains;  /* struct evidence_chain */
	struct evidence_ref *ref;
	struct collateral *collateral; /* NULL: not looked for */
	struct drill *drill;           /* NULL: not asked for */
	struct vec targets;            /* struct evidence_target */
	struct source_change *changes;
	size_t nchanges;
};

/* select.c: which zones are judged, and paths that must be refused. */
int select_zones(struct judge_run *, struct error *);

/* answers.c: what the protected names answer, before and after. */
int judge_answers(struct judge_run *, struct error *);

/* aliases.c: CNAMEs and DNAMEs of the zones of the new side, as far as one run
 * goes. 0 with *OUT set, or -1. */
struct alias_index;
int judge_aliases(struct judge_run *, struct alias_index **out, struct error *);

/* Is a zone of the pair broken on its new side, or with OLD on either? */
bool judge_any_broken(const struct judge_run *, bool old);

/* history.c: signed zones whose keys or DS change, and what was published
 * before. */
int judge_history(struct judge_run *, struct error *);

/* When a policy that is no file of the judged revisions changed last, at most;
 * 0: never, or it is one. */
struct trust;
int64_t history_policy_time(const struct trust *, const struct gate_options *);

/* collateral.c: names nobody edited that answer differently now. */
int judge_collateral(struct judge_run *, struct error *);

/* drill.c: what single outages leave of the protected names, if asked for. */
int judge_drill(struct judge_run *, struct error *);

/* live.c: ask the servers and targets that the change is about, if asked for.
 */
int judge_live(struct judge_run *, struct error *);

/* Sign Z with keys made for this run, as ENTRY (may be NULL) asks for, and
 * forget them. 0 with *OUT set (it borrows from Z), or -1. */
int judge_trial(struct zone **out, const struct zone *z,
    const struct policy_zone *entry, int64_t now, unsigned jobs,
    struct error *e);

/* waivers.c: the policy's waivers into the judgement, once the findings are
 * settled. */
int judge_waivers(struct judge_run *, struct error *);

/* present.c: evidence into the judgement's report structures. */
int present(struct judge_run *, const struct evidence *, struct error *);

#endif
