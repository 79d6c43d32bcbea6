/*
 * Failover targets, asked one by one at their own address: is the service up
 * there, and is it ours? Two verdicts that are never mixed. Nothing is asked
 * but what the policy's target lists hold, whatever the caller says; no name is
 * ever looked up, no redirect followed, no proxy used, nothing decompressed.
 *
 * It opens sockets: call it in a process that may (keeper.h), never in the one
 * that judges.
 */
#ifndef LIVE_TARGET_H
#define LIVE_TARGET_H

#include "../policy/policy.h"

enum target_available {
	TARGET_AVAILABLE_UNCHECKED = 0, /* never a pass */
	TARGET_UP,
	TARGET_DOWN,
	TARGET_SLOW, /* right, but later than health.latency-ms allows */
};

enum target_identity {
	TARGET_IDENTITY_UNCHECKED = 0, /* never a pass */
	TARGET_PROVEN,
	TARGET_WRONG_CERTIFICATE, /* of another name, or not to be trusted */
	TARGET_EXPIRED,           /* or not valid yet */
	TARGET_SELF_SIGNED,
	TARGET_TLSA_MISMATCH,
};

/* RDATA of a TLSA record (RFC 6698 §2.1). */
struct target_tlsa {
	const uint8_t *rdata;
	uint16_t len;
};

/* One address to ask about one name, by health.url or health.tcp. */
struct target_job {
	const struct policy_protected *protect; /* its lists, its health */
	uint8_t addr[16];
	uint8_t len; /* 4 or 16 */
	bool tcp;    /* connect to health.tcp; false: health.url */
	/* published at _PORT._tcp.NAME; 0: none */
	const struct target_tlsa *tlsa;
	size_t ntlsas;
};

#define TARGET_WHY 200

struct target_result {
	enum target_available available;
	enum target_identity identity;
	uint32_t status; /* of HTTP; 0: there was none */
	uint32_t ms;     /* to the first octet of the answer, or connected */
	int64_t expires; /* the certificate, seconds since 1970; 0: not seen */
	/* what was seen, for people; bytes from outside may be in it */
	char why[TARGET_WHY]; /* about availability */
	char who[TARGET_WHY]; /* about identity */
};

/* Jobs of one run; more are left unchecked. */
#define TARGET_JOBS_MAX 100000

/* Octets of a body that are looked at for health.body. */
#define TARGET_BODY_MAX ((size_t)64 << 10)

/* Certificate authorities; may be opened before the process is confined. */
struct target_trust;

/* FILE (PEM), or the system's with NULL. 0, or -1 with E set. */
int target_trust_open(
    struct target_trust **out, const char *file, struct error *e);
void target_trust_free(struct target_trust *);

/*
 * May the address be contacted for the protected name? It must be in one of its
 * target lists, and if it is private, loopback, link-local or another special
 * one, in a block of the lists that lies within that special block as a whole:
 * 0.0.0.0/0 does not name 169.254.169.254. An IPv4 address carried in an IPv6
 * one counts as itself. NULL when it may, else why not (static).
 */
const char *target_refused(
    const struct policy_protected *, const uint8_t *addr, size_t len);

/*
 * The port that health.url or health.tcp leads to, and for a URL its scheme. 0;
 * or -1 with WHY (static) when no such question can be asked: none given, not
 * http or https, user or password in it, or a host that is not the name.
 */
int target_port(const struct policy_protected *, bool tcp, uint16_t *port,
    bool *tls, const char **why);

/*
 * Ask all N jobs, LIVE.concurrent at once, each within LIVE.timeout_ms, all
 * within LIVE.deadline; what was not reached by then stays unchecked. NOW is
 * the time certificates are judged at. OUT has room for N. 0, or -1 with E set:
 * nothing is known.
 */
int target_run(struct target_result *out, const struct target_job *job,
    size_t n, const struct policy_live *live, const struct target_trust *,
    int64_t now, struct error *e);

/* "up", "down", "slow", "unchecked". */
const char *target_available_text(enum target_available);

/* "proven", "wrong-certificate", "expired", … */
const char *target_identity_text(enum target_identity);

#endif
