/* What the rules about protected names share. */
#ifndef RULES_FAILOVER_H
#define RULES_FAILOVER_H

#include "../resolve/targets.h"
#include "check.h"

/* The answers of one protected name in one view, all types. */
struct group {
	const struct evidence *ev;
	const struct evidence_answer *answer;
	size_t n;
	struct findings *fs;
};

/* Is EA the first of its group? Then G is the group. */
bool group_begin(struct group *g, const struct evidence *,
    const struct evidence_answer *ea, struct findings *);

/*
 * Where an answer of the new (or old) side leads. NULL when there is no such
 * side, or with *FAILED set when it could not be followed.
 */
const struct targets *group_targets(const struct group *,
    const struct evidence_answer *, bool old, bool *failed);

/* A finding about EA; ZONE and RR give the place, or are NULL. */
struct finding *group_report(const struct group *,
    const struct evidence_answer *, const char *id, const struct zone *,
    const struct zone_rr *, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/*
 * Is EA no type that the policy lists for the name, but an HTTPS record beside
 * its addresses, which clients follow first (RFC 9460 section 3)? It may lead
 * nowhere else than they do, but it is no target more, and may go.
 */
bool answer_is_beside(const struct evidence_answer *);

/* The protected name as text. */
const char *group_name(const struct group *);

/* Who may change what the policy says about it: "netops", or a description. */
const char *group_owner(const struct group *);

/* Is NAME in a zone of VIEW, or of what it falls back to, at the new side? */
bool group_in_repo(const struct group *, const char *view, const uint8_t *name);

/*
 * Do zones of this repository have the last word on the target name N of the
 * answer EA? Not when they delegate it to servers whose zone is not here.
 */
bool group_answers_target(const struct group *,
    const struct evidence_answer *ea, const struct target_name *n);

/* Does this side answer nothing at all? */
bool answer_is_empty(const struct resolve_answer *);

/*
 * Does a client that is given the new (or old) answer of EA come to an address?
 * Records that only name others (MX, SRV, HTTPS, ...) lead nowhere when no name
 * they lead to has one: hints are none, because clients may ignore them (RFC
 * 9460 section 7.3). What is for others to say counts as an address.
 */
bool group_leads(
    const struct group *, const struct evidence_answer *ea, bool old);

/* A set of distinct addresses; those that carry an IPv4 address count as it. */
struct address_set {
	struct {
		uint8_t addr[16];
		uint8_t len;
	} * item;
	size_t n, cap;
	bool lost;
};

void address_set_add(struct address_set *, const uint8_t *addr, size_t len);
bool address_set_has(
    const struct address_set *, const uint8_t *addr, size_t len);
void address_set_free(struct address_set *);

/* All addresses of the group's new (or old) side that clients can rely on: not
 * those that only hints give. *FAILED as above. */
void group_addresses(
    const struct group *, bool old, struct address_set *, bool *failed);

#endif
