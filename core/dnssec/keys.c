#include "keys.h"

#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "holder.h"

struct dnssec_keys *
keys_new(const uint8_t *apex)
{
	struct dnssec_keys *k = calloc(1, sizeof(*k));

	if (k != NULL)
		memcpy(k->apex, apex, name_len(apex));
	return k;
}

static void
key_clear(struct dnssec_key *k)
{
	if (k->key != NULL)
		ldns_key_deep_free(k->key);
	free(k->rdata);
	memset(k, 0, sizeof(*k));
}

void
dnssec_keys_free(struct dnssec_keys *keys)
{
	unsigned i;

	if (keys == NULL)
		return;
	for (i = 0; i < keys->n; i++)
		key_clear(&keys->key[i]);
	for (i = 0; i < keys->nwithdrawn; i++)
		free(keys->withdrawn[i].rdata);
	free(keys);
}

uint8_t *
keys_public(ldns_key *key, const uint8_t *apex, uint16_t flags, size_t *len)
{
	ldns_rdf *owner, *pub;
	ldns_rr *rr;
	uint8_t *out = NULL;
	size_t n;

	owner = ldns_rdf_new_frm_data(
	    LDNS_RDF_TYPE_DNAME, name_len(apex), apex);
	if (owner == NULL)
		return NULL;
	ldns_key_set_pubkey_owner(key, owner); /* freed with the key */
	ldns_key_set_flags(key, flags);
	if ((rr = ldns_key2rr(key)) == NULL)
		return NULL;
	pub = ldns_rr_rd_count(rr) == 4 ? ldns_rr_rdf(rr, 3) : NULL;
	n = pub == NULL ? 0 : ldns_rdf_size(pub);
	if (n != 0 && n <= UINT16_MAX - DNSKEY_HEADER)
		out = malloc(DNSKEY_HEADER + n);
	if (out != NULL) {
		put16(out, flags);
		out[2] = DNSKEY_PROTOCOL;
		out[3] = (uint8_t)ldns_key_algorithm(key);
		memcpy(out + DNSKEY_HEADER, ldns_rdf_data(pub), n);
		*len = DNSKEY_HEADER + n;
	}
	ldns_rr_free(rr);
	return out;
}

size_t
keys_signature_size(const uint8_t *rdata, size_t len)
{
	const struct dnssec_algorithm *a;
	struct dnssec_rsa rsa;

	if (len <= DNSKEY_HEADER || (a = algorithm_find(rdata[3])) == NULL)
		return 0;
	if (a->sig_len != 0)
		return a->sig_len;
	return dnssec_rsa_size(rdata, len, &rsa) == 1 ? (rsa.bits + 7) / 8 : 0;
}

/* DNSKEY RDATA of KEY; -1 without memory or when ldns cannot tell. */
static int
public_half(struct dnssec_key *k, const struct dnssec_keys *keys)
{
	size_t n;

	k->rdata = keys_public(k->key, keys->apex, k->flags, &n);
	if (k->rdata == NULL)
		return -1;
	k->rdlen = (uint16_t)n;
	k->tag = dnskey_tag(k->rdata, k->rdlen);
	k->sig_len = keys_signature_size(k->rdata, n);
	ldns_key_set_keytag(k->key, k->tag);
	return k->sig_len != 0 ? 0 : -1;
}

/* What kinds of keys of ALGORITHM there are, published or not. */
static void
find_kinds(
    const struct dnssec_keys *keys, uint8_t algorithm, bool *ksk, bool *zsk)
{
	const uint8_t *rdata;
	unsigned i;

	*ksk = *zsk = false;
	for (i = 0; i < keys->n + keys->nwithdrawn; i++) {
		if (i >= keys->n && !keys->withdrawn[i - keys->n].idle)
			continue;
		rdata = i < keys->n ? keys->key[i].rdata
				    : keys->withdrawn[i - keys->n].rdata;
		if (rdata[3] != algorithm || (get16(rdata) & DNSKEY_REVOKE))
			continue;
		if (get16(rdata) & DNSKEY_SEP)
			*ksk = true;
		else
			*zsk = true;
	}
}

/*
 * A KSK signs the keys, a ZSK the data. An algorithm with one kind of key only
 * has a combined signing key: it does both. One that is inactive, or not
 * published, is replaced by nobody: that would be somebody's mistake, not a
 * plan. A revoked KSK signs the keys and nothing else (RFC 5011 §2.1), a
 * revoked ZSK nothing.
 */
static void
assign_roles(struct dnssec_keys *keys)
{
	struct dnssec_key *k;
	bool ksk, zsk, sep, revoked;
	unsigned i;

	for (i = 0; i < keys->n; i++) {
		k = &keys->key[i];
		find_kinds(keys, k->algorithm, &ksk, &zsk);
		sep = (k->flags & DNSKEY_SEP) != 0;
		revoked = (k->flags & DNSKEY_REVOKE) != 0;
		k->signs_keys = k->state.sign && (sep || (!revoked && !ksk));
		k->signs_data = k->state.sign && !revoked && (!sep || !zsk);
	}
}

/* Take *K over, whatever comes of it. */
static int
take(struct dnssec_keys *keys, struct dnssec_key *k, struct error *e)
{
	unsigned i;

	if (keys->n == DNSSEC_KEYS_MAX) {
		key_clear(k);
		return error_set(e, ERROR_USAGE, "more than %d signing keys",
		    DNSSEC_KEYS_MAX);
	}
	for (i = 0; i < keys->n; i++)
		if (keys->key[i].rdlen == k->rdlen &&
		    memcmp(keys->key[i].rdata, k->rdata, k->rdlen) == 0) {
			key_clear(k);
			return 0;
		}
	keys->key[keys->n++] = *k;
	assign_roles(keys);
	return 0;
}

int
keys_take(
    struct dnssec_keys *keys, ldns_key *key, uint16_t flags, struct error *e)
{
	struct dnssec_key k = {.key = key,
	    .flags = flags,
	    .algorithm = (uint8_t)ldns_key_algorithm(key),
	    .state = {.publish = true, .sign = true}};

	if (public_half(&k, keys) != 0) {
		key_clear(&k);
		return error_set(e, ERROR_SYSTEM,
		    "the public half of a key cannot be derived");
	}
	return take(keys, &k, e);
}

static uint8_t *
copy(const uint8_t *rdata, size_t len)
{
	uint8_t *p = malloc(len);

	if (p != NULL)
		memcpy(p, rdata, len);
	return p;
}

/* A key that must not stand in the zone, even if its file says so. */
static int
withdraw(struct dnssec_keys *keys, const uint8_t *rdata, size_t len, bool idle,
    struct error *e)
{
	struct dnssec_withdrawn *w = &keys->withdrawn[keys->nwithdrawn];

	if (keys->nwithdrawn == DNSSEC_KEYS_MAX)
		return error_set(
		    e, ERROR_USAGE, "more than %d keys", DNSSEC_KEYS_MAX);
	if ((w->rdata = copy(rdata, len)) == NULL)
		return error_memory(e);
	w->rdlen = (uint16_t)len;
	w->idle = idle;
	keys->nwithdrawn++;
	assign_roles(keys);
	return 0;
}

int
keys_take_held(struct dnssec_keys *keys, uint32_t held, const uint8_t *rdata,
    size_t len, size_t sig_len, const struct timing_state *state,
    struct error *e)
{
	struct dnssec_key k = {.held = held,
	    .sig_len = sig_len,
	    .rdlen = (uint16_t)len,
	    .flags = get16(rdata),
	    .algorithm = rdata[3],
	    .state = *state};

	if (!state->publish || state->revoke) {
		if (withdraw(keys, rdata, len, !state->publish, e) != 0)
			return -1;
		if (!state->publish)
			return 0;
	}
	if ((k.rdata = copy(rdata, len)) == NULL)
		return error_memory(e);
	if (state->revoke) {
		k.flags |= DNSKEY_REVOKE;
		put16(k.rdata, k.flags);
	}
	k.tag = dnskey_tag(k.rdata, k.rdlen);
	return take(keys, &k, e);
}

void
keys_drop_last(struct dnssec_keys *keys)
{
	key_clear(&keys->key[--keys->n]);
	assign_roles(keys);
}

static bool
collides(const struct dnssec_key *k, const uint8_t *rdata, size_t len)
{
	if (len < DNSKEY_HEADER || rdata[3] != k->algorithm ||
	    dnskey_tag(rdata, len) != k->tag)
		return false;
	return len != k->rdlen || memcmp(rdata, k->rdata, len) != 0;
}

bool
keys_collide(const struct dnssec_keys *keys, const struct zone *z)
{
	const struct zone_rrset *set = NULL;
	const struct zone_rr *rr;
	unsigned i, j;

	if (z != NULL)
		set = zone_find_rrset(z, z->apex, RRTYPE_DNSKEY);
	for (i = 0; i < keys->n; i++) {
		for (j = i + 1; j < keys->n; j++)
			if (collides(&keys->key[i], keys->key[j].rdata,
				keys->key[j].rdlen))
				return true;
		for (j = 0; set != NULL && j < set->count; j++) {
			rr = &z->rr[set->rr + j];
			if (collides(
				&keys->key[i], zone_rr_data(z, rr), rr->rdlen))
				return true;
		}
	}
	return false;
}

static int
add_fresh(struct dnssec_keys *keys, const struct dnssec_algorithm *a,
    uint16_t flags, struct error *e)
{
	ldns_key *key;

	key = ldns_key_new_frm_algorithm(
	    (ldns_signing_algorithm)a->number, a->new_bits);
	if (key == NULL)
		return error_set(e, ERROR_SYSTEM,
		    "cannot make a key of algorithm %s", a->text);
	return keys_take(keys, key, flags, e);
}

int
dnssec_keys_trial(struct dnssec_keys **out, const uint8_t *apex,
    uint8_t algorithm, struct error *e)
{
	const struct dnssec_algorithm *a = algorithm_find(algorithm);
	struct dnssec_keys *keys;
	int tries;

	*out = NULL;
	if (a == NULL)
		return error_set(e, ERROR_USAGE,
		    "algorithm %u is not supported for signing", algorithm);
	for (tries = 0; tries < 16; tries++) {
		if ((keys = keys_new(apex)) == NULL)
			return error_memory(e);
		keys->trial = true;
		if (add_fresh(keys, a, DNSKEY_ZONE | DNSKEY_SEP, e) != 0 ||
		    add_fresh(keys, a, DNSKEY_ZONE, e) != 0) {
			dnssec_keys_free(keys);
			return -1;
		}
		if (keys->n == 2 && !keys_collide(keys, NULL)) {
			*out = keys;
			return 0;
		}
		dnssec_keys_free(keys);
	}
	return error_set(
	    e, ERROR_SYSTEM, "cannot make two keys of different key tags");
}

static void
add_names(struct text *t, const struct holder_key *k, const char *words)
{
	text_printf(
	    t, "%s%.100s (%s)", t->len == 0 ? "" : ", ", k->name, words);
}

static bool
is_named(const struct holder_key *k, const char *const *name, size_t n)
{
	size_t i;

	for (i = 0; name != NULL && i < n; i++)
		if (strcmp(name[i], k->name) == 0)
			return true;
	return name == NULL;
}

/* Every key of the zone into KEYS; WORDS gets what each is used for. */
static int
take_all(struct dnssec_keys *keys, const struct holder *holder,
    const char *const *name, size_t n, int64_t now, struct text *words,
    struct error *e)
{
	const struct holder_key *k;
	struct timing_state state;
	uint32_t i;

	for (i = 0; i < holder_count(holder); i++) {
		k = holder_key(holder, i);
		if (!name_equal(k->apex, keys->apex) || !is_named(k, name, n))
			continue;
		state = timing_at(&k->timing, now);
		add_names(words, k, timing_words(&state));
		if (keys_take_held(keys, i, k->rdata, k->rdlen, k->sig_len,
			&state, e) != 0)
			return -1;
	}
	return 0;
}

static int
check_held(
    const struct dnssec_keys *keys, const struct text *words, struct error *e)
{
	char zone[NAME_MAX_TEXT];
	bool data = false, own = false;
	unsigned i;

	name_to_text(zone, keys->apex);
	if (words->len == 0)
		return error_set(
		    e, ERROR_USAGE, "no key belongs to %.200s", zone);
	for (i = 0; i < keys->n; i++) {
		if (keys->key[i].flags & DNSKEY_REVOKE)
			continue;
		data = data || keys->key[i].signs_data;
		own = own || keys->key[i].signs_keys;
	}
	if (!data || !own) {
		error_set(e, ERROR_USAGE,
		    "no key signs %s of %.100s now: %.300s",
		    data ? "the DNSKEY records" : "the data", zone,
		    text_lost(words) ? "" : words->data);
		return error_hint(
		    e, "the times are in the .private files: dnssec-settime");
	}
	if (keys_collide(keys, NULL))
		return error_set(e, ERROR_USAGE,
		    "two keys of %.200s have one key tag: %.200s", zone,
		    text_lost(words) ? "" : words->data);
	return 0;
}

int
dnssec_keys_held(struct dnssec_keys **out, const uint8_t *apex,
    struct holder *holder, const char *const *name, size_t n, int64_t now,
    struct error *e)
{
	struct dnssec_keys *keys = keys_new(apex);
	struct text words = TEXT_INIT;
	int rc = -1;

	*out = NULL;
	if (keys == NULL)
		return error_memory(e);
	keys->holder = holder;
	if (take_all(keys, holder, name, n, now, &words, e) == 0 &&
	    check_held(keys, &words, e) == 0)
		rc = 0;
	text_free(&words);
	if (rc == 0)
		*out = keys;
	else
		dnssec_keys_free(keys);
	return rc;
}
