/*
 * Inside of the policy room: the policy's keys as a table. One walk over a
 * schema reads a map into an object; another turns the object back into JSON.
 * docs/policy.md describes every key, which a test holds it to.
 */
#ifndef POLICY_SCHEMA_H
#define POLICY_SCHEMA_H

#include <jansson.h>

#include "reader.h"

#define SCHEMA_NONE SIZE_MAX
#define SCHEMA_MAX_KEYS 20

struct schema;
struct schema_key;

/* How one value is read and shown. */
struct schema_type {
	const char *name;     /* "boolean": for the documentation */
	const char *expected; /* "true or false"; NULL: the set function says */
	size_t size;          /* of the field */
	/* Read NODE, a scalar, into FIELD; false after a fault. */
	bool (*set)(struct reader *, const struct schema_key *,
	    const struct node *, void *field);
	/* The value, JSON's null for nothing to show; NULL without memory. */
	json_t *(*get)(const struct schema_key *, const void *field);
};

struct schema_word {
	const char *text;
	int value;
};

enum schema_shape {
	SCHEMA_VALUE,  /* one value */
	SCHEMA_VALUES, /* a list of values */
	SCHEMA_MAP,    /* a map with known keys, inside the object */
	SCHEMA_LIST,   /* a list of such maps */
	SCHEMA_NAMED,  /* a map from free keys to such maps */
};

struct schema_key {
	const char *key; /* NULL: the map is written as this value alone */
	enum schema_shape shape;
	bool required;                   /* and a list not empty */
	bool filled;                     /* if there, a list is not empty */
	const struct schema_type *type;  /* of a value */
	const struct schema *map;        /* of a map */
	size_t offset;                   /* of the field, or of the array */
	size_t count;                    /* offset of the array's size_t */
	const struct schema_word *words; /* end: text NULL */
	uint64_t min, max; /* of numbers, of a text's length, of entries */
};

struct schema {
	const char *what; /* "a target list": for messages */
	size_t size;
	const struct schema_key *keys;
	size_t nkeys;
	size_t line;                     /* offset of a uint32_t, or NONE */
	size_t name;                     /* of the free key, or NONE */
	const struct schema_type *named; /* how the free key is read */
	void (*init)(void *object);
	/* After a map was read, also with faults in it. */
	void (*check)(struct reader *, const struct node *, void *object);
	bool (*absent)(const void *object); /* nothing to show */
};

/* The whole policy: reads into a struct draft. */
extern const struct schema schema_policy;

void schema_init(const struct schema *, void *object);
void schema_read(
    struct reader *, const struct schema *, const struct node *, void *object);
/* The object as JSON, without what is not set. NULL without memory. */
json_t *schema_json(const struct schema *, const void *object);

/* A scalar that has text; false after a fault. WHAT names it in messages. */
bool schema_scalar(struct reader *, const struct node *, const char *what,
    const char *expected);

/* Checks between keys, see check.c. */
void check_zone(struct reader *, const struct node *, void *);
void check_dnssec(struct reader *, const struct node *, void *);
void check_target(struct reader *, const struct node *, void *);
void check_protected(struct reader *, const struct node *, void *);
void check_require(struct reader *, const struct node *, void *);
void check_limits(struct reader *, const struct node *, void *);
void check_health(struct reader *, const struct node *, void *);
void check_server(struct reader *, const struct node *, void *);
void check_live(struct reader *, const struct node *, void *);
void check_override(struct reader *, const struct node *, void *);
void check_change(struct reader *, const struct node *, void *);
void check_waiver(struct reader *, const struct node *, void *);
void check_severity(struct reader *, const struct node *, void *);
void check_policy(struct reader *, const struct node *, void *);

/* Plain values (value.c). */
extern const struct schema_type type_bool;
extern const struct schema_type type_number;
extern const struct schema_type type_choice;  /* enum field */
extern const struct schema_type type_choice8; /* bool or uint8_t field */
extern const struct schema_type type_share;
extern const struct schema_type type_size;
extern const struct schema_type type_ttl;
extern const struct schema_type type_date;
extern const struct schema_type type_text;
extern const struct schema_type type_body;

/* Texts with a form of their own (word.c). */
extern const struct schema_type type_label;
extern const struct schema_type type_file;
extern const struct schema_type type_pattern_path;
extern const struct schema_type type_ref;
extern const struct schema_type type_url;
extern const struct schema_type type_view;
extern const struct schema_type type_target;
extern const struct schema_type type_rule;

/* What the DNS defines (dns.c). */
extern const struct schema_type type_name;
extern const struct schema_type type_name_pattern;
extern const struct schema_type type_issuer;
extern const struct schema_type type_net;
extern const struct schema_type type_rrtype;
extern const struct schema_type type_algorithm;
extern const struct schema_type type_ds;
extern const struct schema_type type_address;

/* Keys and who holds them (key.c). */
extern const struct schema_type type_dnskey;
extern const struct schema_type type_anchor;
extern const struct schema_type type_signing_key;
extern const struct schema_type type_fingerprint;
extern const struct schema_type type_principal;

/* Parse TEXT, the value of N or its end, as a domain name or as the RDATA of a
 * DS; NULL or false after a fault. */
const uint8_t *schema_name(struct reader *, const struct schema_key *,
    const struct node *, const char *text);
bool schema_ds(struct reader *, const struct schema_key *, const struct node *,
    const char *text, struct policy_ds *);
/* A text as it is, JSON's null if there is none: for get. */
json_t *schema_text_json(const struct schema_key *, const void *slot);
/* Append the DS as it is written. */
void schema_ds_text(const struct policy_ds *, struct text *);

/* Days since 1970-01-01 of "YYYY-MM-DD"; false if there is no such day. */
bool value_date(const char *text, size_t len, int64_t *days);

/* An unsigned number of decimal digits only, up to MAX. */
bool value_number(const char *text, size_t len, uint64_t max, uint64_t *out);

/* The text of a date's, list's, … offending part, cut for a message. */
#define CUT(n) (int)((n)->len > 60 ? 60 : (n)->len), (n)->text

#endif
