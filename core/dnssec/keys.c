#include "keys.h"

#include <stdlib.h>
#include <string.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

struct dnssec_keys *
keys_new(const uint8_t *apex)
{
	struct dnssec_keys *k = calloc(1, sizeof(*k));

	if (k != NULL)
		memcpy(k->apex, apex, name_len(apex));
	return k;
}

void
dnssec_keys_free(struct dnssec_keys *keys)
{
	unsigned i;

	if (keys == NULL)
		return;
	for (i = 0; i < keys->n; i++) {
		ldns_key_deep_free(keys->key[i].key);
		free(keys->key[i].rdata);
	}
	free(keys);
}

/* DNSKEY RDATA of KEY; -1 without memory or when ldns cannot tell. */
static int
public_half(struct dnssec_key *k, const struct dnssec_keys *keys)
{
	ldns_rdf *owner, *pub;
	ldns_rr *rr;
	size_t n;
	int rc = -1;

	owner = ldns_rdf_new_frm_data(
	    LDNS_RDF_TYPE_DNAME, name_len(keys->apex), keys->apex);
	if (owner == NULL)
		return -1;
	ldns_key_set_pubkey_owner(k->key, owner); /* freed with the key */
	ldns_key_set_flags(k->key, k->flags);
	if ((rr = ldns_key2rr(k->key)) == NULL)
		return -1;
	pub = ldns_rr_rd_count(rr) == 4 ? ldns_rr_rdf(rr, 3) : NULL;
	n = pub == NULL ? 0 : ldns_rdf_size(pub);
	if (n == 0 || n > UINT16_MAX - DNSKEY_HEADER)
		goto out;
	if ((k->rdata = malloc(DNSKEY_HEADER + n)) == NULL)
		goto out;
	k->rdlen = (uint16_t)(DNSKEY_HEADER + n);
	put16(k->rdata, k->flags);
	k->rdata[2] = DNSKEY_PROTOCOL;
	k->rdata[3] = k->algorithm;
	memcpy(k->rdata + DNSKEY_HEADER, ldns_rdf_data(pub), n);
	k->tag = dnskey_tag(k->rdata, k->rdlen);
	ldns_key_set_keytag(k->key, k->tag);
	rc = 0;
out:
	ldns_rr_free(rr);
	return rc;
}

/*
 * A KSK signs the keys, a ZSK the data. An algorithm with one kind of key only
 * has a combined signing key: it does both.
 */
static void
assign_roles(struct dnssec_keys *keys)
{
	struct dnssec_key *k;
	const struct dnssec_key *o;
	bool ksk, zsk;
	unsigned i, j;

	for (i = 0; i < keys->n; i++) {
		k = &keys->key[i];
		ksk = zsk = false;
		for (j = 0; j < keys->n; j++) {
			o = &keys->key[j];
			if (o->algorithm != k->algorithm)
				continue;
			if (o->flags & DNSKEY_SEP)
				ksk = true;
			else
				zsk = true;
		}
		k->signs_keys = (k->flags & DNSKEY_SEP) || !ksk;
		k->signs_data = !(k->flags & DNSKEY_SEP) || !zsk;
	}
}

int
keys_take(
    struct dnssec_keys *keys, ldns_key *key, uint16_t flags, struct error *e)
{
	struct dnssec_key k = {.key = key, .flags = flags};
	unsigned i;

	k.algorithm = (uint8_t)ldns_key_algorithm(key);
	if (keys->n == DNSSEC_KEYS_MAX) {
		ldns_key_deep_free(key);
		return error_set(e, ERROR_USAGE, "more than %d signing keys",
		    DNSSEC_KEYS_MAX);
	}
	if (public_half(&k, keys) != 0) {
		ldns_key_deep_free(key);
		return error_set(e, ERROR_SYSTEM,
		    "the public half of a key cannot be derived");
	}
	for (i = 0; i < keys->n; i++)
		if (keys->key[i].rdlen == k.rdlen &&
		    memcmp(keys->key[i].rdata, k.rdata, k.rdlen) == 0) {
			ldns_key_deep_free(key);
			free(k.rdata);
			return 0;
		}
	keys->key[keys->n++] = k;
	assign_roles(keys);
	return 0;
}

void
keys_drop_last(struct dnssec_keys *keys)
{
	struct dnssec_key *k = &keys->key[--keys->n];

	ldns_key_deep_free(k->key);
	free(k->rdata);
	memset(k, 0, sizeof(*k));
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
