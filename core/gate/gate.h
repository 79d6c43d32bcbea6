/*
 * The only room that knows the order of the flow. One function a command; each
 * returns the exit status of the contract (0 passed, 1 blocked, 2 usage or
 * policy, 3 could not check). Everything that reads judged bytes runs in a
 * supervised child (supervise.h).
 */
#ifndef GATE_GATE_H
#define GATE_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "../base/text.h"

enum gate_colour {
	GATE_COLOUR_AUTO,
	GATE_COLOUR_ALWAYS,
	GATE_COLOUR_NEVER,
};

/* Options that most commands share; zeroed is valid. */
struct gate_options {
	const char *repo;   /* --repo, or NULL: around the current directory */
	const char *policy; /* --policy FILE, or NULL */
	const char *format; /* --format, or NULL: text */
	const char *output; /* --output FILE, or NULL: standard output */
	int64_t at;         /* --at, seconds since 1970; 0: now */
	enum gate_colour colour;
	bool quiet;
	bool fail_on_warning; /* --fail-on warning */
	bool exit_zero;       /* --exit-zero: 1 becomes 0; 2 and 3 stay */
	bool hook;            /* running inside git */
	bool drill;           /* check --drill */
	bool live;            /* check --live */
	unsigned jobs;        /* --jobs, 0: as many as processors */
	uint64_t memory;      /* bytes for the child, 0: default */
	unsigned seconds;     /* wall time for the child, 0: default */
};

/* check: BASE and HEAD may be NULL (see the contract). */
int gate_check(const struct gate_options *, const char *base, const char *head);

/* pre-receive: reads "old new ref" lines from file descriptor FD. */
int gate_pre_receive(const struct gate_options *, int fd);

struct gate_review {
	const char *const *file;
	size_t nfiles;
	const char *zone;    /* --zone, or NULL */
	const char *view;    /* --view, or NULL */
	const char *against; /* --against REV or FILE, or NULL */
	const char *dnssec;  /* --dnssec, or NULL */
};
int gate_review(const struct gate_options *, const struct gate_review *);

struct gate_diff {
	const char *old, *new; /* FILE or REV:PATH */
	const char *zone;      /* --zone, or NULL */
	bool answers;
};
int gate_diff(const struct gate_options *, const struct gate_diff *);

struct gate_sign {
	const char *file, *zone, *out;
	const char *const *key;
	size_t nkeys;
	const char *denial; /* nsec, nsec3, nsec3-optout; NULL: nsec */
	/* Seconds; 0: what sign_cmd.c says. */
	int64_t validity, inception, refresh, jitter;
	const char *reuse;  /* zone signed before, or NULL */
	const char *zonemd; /* add one: sha384 or sha512, or NULL */
	bool sync;          /* CDS and CDNSKEY as the keys' times say */
	/* PKCS#11: .key files of keys named by URI, module, file with PIN */
	const char *const *published;
	size_t npublished;
	const char *module, *pin_file;
};
int gate_sign(const struct gate_options *, const struct gate_sign *);

struct gate_verify {
	const char *const *file;
	size_t nfiles;
	const char *zone;   /* --zone, or NULL: from the SOA */
	const char *anchor; /* file with DS or DNSKEY records, or NULL */
};
int gate_verify(const struct gate_options *, const struct gate_verify *);

struct gate_drill {
	const char *rev; /* --rev, or NULL: HEAD */
	const char *const *name;
	size_t nnames; /* 0: every protected name */
};
int gate_drill(const struct gate_options *, const struct gate_drill *);

struct gate_probe {
	const char *rev;  /* --rev, or NULL: HEAD */
	const char *tsig; /* --tsig, or NULL: git config zonegate.tsigFile */
	const char *const *name;
	size_t nnames; /* 0: every zone and protected name */
};
int gate_probe(const struct gate_options *, const struct gate_probe *);

/* Times in seconds, 0: the default. */
struct gate_watch {
	const char *rev;     /* --rev, or NULL: HEAD */
	const char *state;   /* --state FILE, or NULL: in memory */
	const char *webhook; /* --webhook URL, or NULL: nobody is told */
	const char *webhook_secret, *webhook_ca; /* files */
	bool webhook_allow_http;
	bool once;
	int64_t interval, remind, horizon;
};
int gate_watch(const struct gate_options *, const struct gate_watch *);

int gate_policy_lint(const struct gate_options *, const char *file);
int gate_policy_show(const struct gate_options *, const char *file);

/* policy test: each of the N folders DIR is a scenario or holds scenarios.
 * 0 all as expected, 1 some not, 2 faults in scenarios or policy, 3. */
int gate_policy_test(
    const struct gate_options *, const char *const *dir, size_t n);

/* init: draft a policy from the zones of the work tree; FORCE overwrites. */
int gate_init(const struct gate_options *, bool force, bool to_stdout);

struct gate_attest {
	const char *rev;        /* NULL: HEAD */
	const char *base;       /* NULL or the zero id: its first parent */
	const char *ref;        /* only if the policy guards it; or NULL */
	const char *key;        /* private, PEM; NULL: zonegate.attestKey */
	const char *public_key; /* verify only */
};

/* attest: judge an accepted revision, sign what passed, keep it as a note. */
int gate_attest(const struct gate_options *, const struct gate_attest *);

/* attest verify: 0 it holds; 1 it does not, or there is none. */
int gate_attest_verify(const struct gate_options *, const struct gate_attest *);

struct gate_export {
	const char *rev, *base; /* as for attest */
	const char *zone, *view;
	const char *out;     /* file; NULL: standard output */
	const char *out_dir; /* with ALL: the directory */
	bool all;
	bool force; /* also what did not pass */
};
int gate_export(const struct gate_options *, const struct gate_export *);

struct gate_confirm {
	const char *file;   /* what is compared: a file, or */
	const char *server; /* a transfer from ADDRESS[:PORT] */
	const char *tsig;   /* file with its key, or NULL */
	const char *zone, *view;
	const char *rev;        /* NULL: HEAD */
	const char *public_key; /* of the attestation */
	const char *serial;     /* exact, newer; NULL: what fits the zone */
	bool whole;             /* DNSSEC records, too */
};
int gate_confirm(const struct gate_options *, const struct gate_confirm *);

/* audit verify, audit show. FILE NULL: the one of git config. EXPECT: N hashes
 * of lines that must be there. */
int gate_audit_verify(const struct gate_options *, const char *file,
    const char *const *expect, size_t n);
int gate_audit_show(const struct gate_options *, const char *file);

struct gate_install {
	const char *dir;        /* the bare repository */
	const char *policy;     /* git config to set, or NULL */
	const char *layout;     /* NULL: found out */
	const char *audit_log;  /* git config to set, or NULL */
	const char *attest_key; /* NULL: without the post-receive hook */
};
int gate_install_hook(const struct gate_options *, const struct gate_install *);

int gate_explain(const struct gate_options *, const char *rule);
int gate_rules(const struct gate_options *);

#endif
