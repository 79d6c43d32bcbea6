#include "alias_list.h"

#include <string.h>
#include <strings.h>

#include "../dns/name.h"
#include "../dns/rdata.h"
#include "../dns/rrtype.h"

/* Another layout, or another reading of zones: another number. */
#define FORMAT "aliases 1"
#define INCLUDES_MAX 64
#define ID_LEN 20

static void
add_number(struct text *t, uint64_t n)
{
	uint8_t b[8];
	size_t i;

	for (i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(n >> 8 * i);
	text_add(t, b, sizeof(b));
}

/* The id of the file PATH in the tree, or NULL. */
static const uint8_t *
id_of(struct source *src, const char *path)
{
	struct error ignored = {0};
	const struct source_entry *en = source_find(src, path, &ignored);

	if (en == NULL || en->kind != SOURCE_FILE || en->id_len != ID_LEN)
		return NULL;
	return en->id;
}

int
alias_list_key(char key[HASH_HEX], const struct zone_load_args *a)
{
	const struct zone_limits *l = a->limits != NULL ? a->limits
							: &zone_limits_default;
	const uint64_t numbers[] = {a->dialect, l->bytes, l->records, l->rrset,
	    l->include_depth, l->includes, l->generate, l->findings};
	const uint8_t *id = id_of(a->source, a->path);
	struct text t = TEXT_INIT;
	size_t i;
	int rc;

	if (id == NULL)
		return 1;
	text_add(&t, FORMAT, sizeof(FORMAT));
	text_add(&t, ZONEGATE_VERSION, sizeof(ZONEGATE_VERSION));
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		add_number(&t, numbers[i]);
	text_add(&t, a->apex, name_len(a->apex));
	/* Includes are relative to it. */
	text_add(&t, a->path, strlen(a->path) + 1);
	text_add(&t, id, ID_LEN);
	rc = text_lost(&t) ? -1 : hash_sha256_hex(key, t.data, t.len);
	text_free(&t);
	return rc;
}

/* ---- writing --------------------------------------------------------------
 */

/* Does the text speak of includes at all? In doubt it does. */
static bool
may_include(const struct zone_load_args *a)
{
	struct error ignored = {0};
	const char *data, *end, *p;
	size_t len;

	if (source_read(a->source, a->path, &data, &len, &ignored) != 0)
		return true;
	for (p = data, end = data + len;
	     (p = memchr(p, '$', (size_t)(end - p))) != NULL; p++)
		if (strncasecmp(p, "$include", 8) == 0)
			return true;
	return false;
}

/* How many files Z has besides its own, then their paths and ids. */
static int
add_includes(
    struct text *out, const struct zone *z, const struct zone_load_args *a)
{
	const uint8_t *id;
	uint32_t i, n = 0;

	if (z->broken || z->nfiles > INCLUDES_MAX) {
		add_number(out, 0);
		return z->nfiles > 1 || may_include(a);
	}
	for (i = 0; i < z->nfiles; i++)
		n += strcmp(z->file[i].path, a->path) != 0;
	add_number(out, n);
	for (i = 0; i < z->nfiles; i++) {
		if (strcmp(z->file[i].path, a->path) == 0)
			continue;
		if ((id = id_of(a->source, z->file[i].path)) == NULL) {
			/* Not to be remembered: to be read once, now. */
			text_clear(out);
			add_number(out, 0);
			return 1;
		}
		text_add(out, z->file[i].path, strlen(z->file[i].path) + 1);
		text_add(out, id, ID_LEN);
	}
	return 0;
}

int
alias_list_encode(
    struct text *out, const struct zone *z, const struct zone_load_args *a)
{
	int rc = add_includes(out, z, a);
	const struct zone_rr *rr;
	const uint8_t *target;
	uint32_t i;

	for (i = 0; !z->broken && i < z->nrrs; i++) {
		rr = &z->rr[i];
		if (rr->type != RRTYPE_CNAME && rr->type != RRTYPE_DNAME)
			continue;
		target = rdata_target(rr->type, zone_rr_data(z, rr), rr->rdlen);
		if (target == NULL)
			continue; /* leads nowhere */
		text_char(out, rr->type == RRTYPE_DNAME ? 'D' : 'C');
		text_add(
		    out, zone_rr_owner(z, rr), name_len(zone_rr_owner(z, rr)));
		text_add(out, target, name_len(target));
	}
	return rc;
}

/* ---- reading --------------------------------------------------------------
 */

struct reader {
	const uint8_t *p;
	size_t left;
};

/* The next LEN bytes, or NULL. */
static const uint8_t *
take(struct reader *r, size_t len)
{
	const uint8_t *p = r->p;

	if (len == 0 || len > r->left)
		return NULL;
	r->p += len;
	r->left -= len;
	return p;
}

static const uint8_t *
take_name(struct reader *r)
{
	return r->left == 0 ? NULL : take(r, name_check(r->p, r->left));
}

/* Are all included files still what they were? */
static bool
same_includes(struct reader *r, struct source *src)
{
	const uint8_t *b = take(r, 8), *id, *now, *nul;
	const char *path;
	uint64_t i, n = 0;

	if (b == NULL)
		return false;
	for (i = 0; i < 8; i++)
		n |= (uint64_t)b[i] << 8 * i;
	for (i = 0; i < n; i++) {
		if (r->left == 0 || (nul = memchr(r->p, '\0', r->left)) == NULL)
			return false;
		path = (const char *)take(r, (size_t)(nul - r->p) + 1);
		if ((id = take(r, ID_LEN)) == NULL ||
		    (now = id_of(src, path)) == NULL ||
		    memcmp(id, now, ID_LEN) != 0)
			return false;
	}
	return true;
}

/* The next alias: 1, 0 at the end, -1 it is none. */
static int
next_alias(struct reader *r, const uint8_t *apex, struct alias *a)
{
	const uint8_t *kind;

	if (r->left == 0)
		return 0;
	kind = take(r, 1);
	a->owner = take_name(r);
	a->target = take_name(r);
	if ((*kind != 'C' && *kind != 'D') || a->owner == NULL ||
	    a->target == NULL || !name_is_under(a->owner, apex))
		return -1;
	a->dname = *kind == 'D';
	return 1;
}

int
alias_list_add(struct alias_index *x, const char *view,
    const struct zone_load_args *args, const void *data, size_t len)
{
	struct reader r = {data, len}, again;
	struct alias a = {.view = view, .apex = args->apex};
	int rc;

	if (!same_includes(&r, args->source))
		return 1;
	/* All of it first: half a list is none. */
	again = r;
	while ((rc = next_alias(&r, args->apex, &a)) > 0)
		continue;
	if (rc < 0)
		return 1;
	while (next_alias(&again, args->apex, &a) > 0)
		if (alias_index_add_one(x, &a) != 0)
			return -1;
	return 0;
}
