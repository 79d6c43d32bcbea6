/* Steps between versions: what stands against them, and until when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../dns/rrtype.h"
#include "continuity.h"

#include <cmocka.h>

#define NOW 1780272000 /* 2026-06-01 */
#define HOUR 3600

/*
 * A state in a few letters. Keys: upper case a key-signing key, lower case a
 * zone-signing key; A to M are of algorithm 13, N to Z of 8; x and y have one
 * tag. "k=A*za" the DNSKEY RRset, * behind a key that signs it; "s=z,za" the
 * signers of two kinds of RRsets; "d=A" the DS, "d=?" nobody knows; "c=A" CDS.
 */
struct letters {
	uint8_t rdata['z' + 1][5];
};

static const struct letters *
letters(void)
{
	static struct letters l;
	int c;

	for (c = 'A'; c <= 'z'; c++) {
		l.rdata[c][0] = 1;
		l.rdata[c][1] = c < 'a';
		l.rdata[c][2] = 3;
		l.rdata[c][3] = (c & ~0x20) <= 'M' ? 13 : 8;
		l.rdata[c][4] = (uint8_t)c;
	}
	return &l;
}

static uint16_t
tag_of(char c)
{
	return c == 'y' ? 'x' : (uint16_t)c;
}

static void
put_key(struct continuity_state *s, char c)
{
	struct continuity_key *k = &s->key[s->nkeys++];

	k->rdata = letters()->rdata[(int)c];
	k->rdlen = 5;
	k->flags = c < 'a' ? 257 : 256;
	k->tag = tag_of(c);
	k->algorithm = k->rdata[3];
}

static void
put_set(struct continuity_state *s, const char *p)
{
	struct continuity_set *set = &s->set[s->nsets++];
	uint32_t i;

	set->ttl = HOUR;
	for (; *p != '\0' && *p != ' ' && *p != ','; p++) {
		for (i = 0; i < s->nsigners; i++)
			if (s->signer[i].tag == tag_of(*p))
				break;
		s->signer[i].tag = tag_of(*p);
		s->signer[i].algorithm = letters()->rdata[(int)*p][3];
		s->nsigners += i == s->nsigners;
		set->signers |= UINT32_C(1) << i;
	}
}

static uint32_t
put_links(struct continuity_link *l, const char *p)
{
	uint32_t n = 0;

	for (; *p != '\0' && *p != ' '; p++, n++)
		l[n] = (struct continuity_link){
		    letters()->rdata[(int)*p], 5, true};
	return n;
}

static void
state(struct continuity_state *s, const char *text)
{
	const char *p;

	memset(s, 0, sizeof(*s));
	s->key_ttl = HOUR;
	s->ds_ttl = 24 * HOUR;
	s->ds_known = true;
	if ((p = strstr(text, "k=")) != NULL)
		for (p += 2; *p != '\0' && *p != ' '; p++) {
			if (*p == '*')
				s->key[s->nkeys - 1].signs_keys = true;
			else
				put_key(s, *p);
		}
	for (p = strstr(text, "s="); p != NULL; p = strchr(p, ',')) {
		p += *p == ',' ? 1 : 2;
		put_set(s, p);
		p += strcspn(p, " ,");
		if (*p != ',')
			break;
	}
	if ((p = strstr(text, "d=?")) != NULL)
		s->ds_known = false;
	else if ((p = strstr(text, "d=")) != NULL)
		s->nds = put_links(s->ds, p + 2);
	if ((p = strstr(text, "c=")) != NULL)
		s->nasked = put_links(s->asked, p + 2);
}

#define STATES 4

struct step {
	const char *label;
	const char *state[STATES]; /* the proposal, published now, before */
	int64_t until[STATES];     /* seconds before now, from the third on */
	/* "o" DS old, "d" DS new, "n" signatures new, "s" signatures old, "c"
	 * asked; each with its state, and "~" if only one algorithm is in the
	 * way */
	const char *want;
	int64_t safe; /* after now, of the first; 0: not looked at */
};

static const struct step steps[] = {
    {"nothing changes", {"k=A*z s=z d=A", "k=A*z s=z d=A"}, {0}, "", 0},

    /* ZSK, pre-publication */
    {"publish", {"k=A*zy s=z d=A", "k=A*z s=z d=A"}, {0}, "", 0},
    {"sign at once", {"k=A*zy s=y d=A", "k=A*z s=z d=A"}, {0}, "n1", 2 * HOUR},
    {"sign half an hour after",
	{"k=A*zy s=y d=A", "k=A*zy s=z d=A", "k=A*z s=z d=A"}, {0, 0, HOUR / 2},
	"n2", HOUR + HOUR / 2},
    {"sign at the last second",
	{"k=A*zy s=y d=A", "k=A*zy s=z d=A", "k=A*z s=z d=A"},
	{0, 0, 2 * HOUR - 1}, "n2", 1},
    {"sign in time", {"k=A*zy s=y d=A", "k=A*zy s=z d=A", "k=A*z s=z d=A"},
	{0, 0, 2 * HOUR}, "", 0},
    {"remove too early", {"k=A*y s=y d=A", "k=A*zy s=y d=A", "k=A*zy s=z d=A"},
	{0, 0, HOUR / 2}, "s2", HOUR + HOUR / 2},
    {"one RRset was signed by it alone",
	{"k=A*y s=y d=A", "k=A*zy s=y d=A", "k=A*zy s=y,z d=A"},
	{0, 0, HOUR / 2}, "s2", 0},
    {"all were signed by both",
	{"k=A*y s=y d=A", "k=A*zy s=y d=A", "k=A*zy s=yz d=A"},
	{0, 0, HOUR / 2}, "", 0},
    {"the standby signer", {"k=A*y s=y d=A", "k=A*z s=z d=A"}, {0}, "n1s1", 0},
    {"back to what was before: old caches are fine, new ones are not",
	{"k=A*z s=z d=A", "k=A*y s=y d=A", "k=A*z s=z d=A"}, {0, 0, 60}, "n1s1",
	0},
    {"the key of the same tag", {"k=A*y s=y d=A", "k=A*x s=x d=A"}, {0}, "n1s1",
	0},
    {"withdrawn, never used", {"k=A*z s=z d=A", "k=A*zy s=z d=A"}, {0}, "", 0},

    /* KSK */
    {"second DS", {"k=A*z s=z d=AB", "k=A*z s=z d=A"}, {0}, "", 0},
    {"key after DS, too early",
	{"k=B*z s=z d=AB", "k=A*z s=z d=AB", "k=A*z s=z d=A"}, {0, 0, HOUR},
	"o2", 24 * HOUR},
    {"key after DS", {"k=B*z s=z d=AB", "k=A*z s=z d=AB", "k=A*z s=z d=A"},
	{0, 0, 25 * HOUR}, "", 0},
    {"old DS removed too early",
	{"k=B*z s=z d=B", "k=B*z s=z d=AB", "k=A*z s=z d=AB"}, {0, 0, HOUR / 2},
	"d2", HOUR + HOUR / 2},
    {"both sign", {"k=A*B*z s=z d=A", "k=A*z s=z d=A"}, {0}, "", 0},
    {"published, does not sign: its DS leads nowhere",
	{"k=A*Bz s=z d=B", "k=A*Bz s=z d=A"}, {0}, "d1", 0},
    {"DS too early", {"k=A*B*z s=z d=B", "k=A*B*z s=z d=A", "k=A*z s=z d=A"},
	{0, 0, 60}, "d2", 2 * HOUR - 60},
    {"old key leaves too early (.nz)",
	{"k=B*z s=z d=B", "k=A*B*z s=z d=B", "k=A*B*z s=z d=A"},
	{0, 0, 2 * HOUR}, "o2", 23 * HOUR},
    {"all at once", {"k=B*z s=z d=B", "k=A*z s=z d=A"}, {0}, "o1d1", 0},
    {"CDS too early", {"k=A*B*z s=z d=A c=B", "k=A*z s=z d=A"}, {0}, "c1",
	2 * HOUR},
    {"CDS in time", {"k=A*B*z s=z d=A c=B", "k=A*B*z s=z d=A", "k=A*z s=z d=A"},
	{0, 0, 2 * HOUR}, "", 0},

    /* Algorithm 8 (N, o) to 13 (A, b), the careful way */
    {"signatures first", {"k=N*o s=ob d=N", "k=N*o s=o d=N"}, {0}, "", 0},
    {"keys at once", {"k=N*oA*b s=ob d=N", "k=N*o s=o d=N"}, {0}, "s1~", 0},
    {"keys too early", {"k=N*oA*b s=ob d=N", "k=N*o s=ob d=N", "k=N*o s=o d=N"},
	{0, 0, 60}, "s2~", 2 * HOUR - 60},
    {"keys in time", {"k=N*oA*b s=ob d=N", "k=N*o s=ob d=N", "k=N*o s=o d=N"},
	{0, 0, 2 * HOUR}, "", 0},
    {"DS too early",
	{"k=N*oA*b s=ob d=A", "k=N*oA*b s=ob d=N", "k=N*o s=ob d=N"},
	{0, 0, 60}, "d2", 0},
    {"DS of both too early",
	{"k=N*oA*b s=ob d=AN", "k=N*oA*b s=ob d=N", "k=N*o s=ob d=N"},
	{0, 0, 60}, "d2~", 0},
    {"keys leave while the DS is cached",
	{"k=A*b s=ob d=A", "k=N*oA*b s=ob d=A", "k=N*oA*b s=ob d=N"},
	{0, 0, HOUR}, "o2", 24 * HOUR},
    {"signatures leave with the keys", {"k=A*b s=b d=A", "k=N*oA*b s=ob d=A"},
	{0}, "n1~", 0},
    {"signatures leave too early",
	{"k=A*b s=b d=A", "k=A*b s=ob d=A", "k=N*oA*b s=ob d=A"}, {0, 0, 60},
	"n2~", 0},
    {"signatures leave in time",
	{"k=A*b s=b d=A", "k=A*b s=ob d=A", "k=N*oA*b s=ob d=A"},
	{0, 0, 2 * HOUR}, "", 0},

    /* What nobody validates, and what was broken before */
    {"no DS anywhere", {"k=B*y s=y", "k=A*z s=z"}, {0}, "", 0},
    {"the DS has left all caches", {"k=B*y s=y", "k=A*z s=z", "k=A*z s=z d=A"},
	{0, 0, 26 * HOUR}, "", 0},
    {"the DS has not", {"k=B*y s=y", "k=A*z s=z", "k=A*z s=z d=A"},
	{0, 0, 2 * HOUR}, "o2n1s1", 0},
    {"nobody knows the DS", {"k=B*y s=y d=?", "k=A*z s=z d=?"}, {0}, "n1s1", 0},
    {"first DS too early", {"k=A*z s=z d=A", "k=A*z s=z", "k=B*z s=z"},
	{0, 0, 60}, "d2", 0},
    {"mended: it was broken before",
	{"k=A*z s=z d=A", "k=B*y s=y d=A", "k=B*y s=y d=A"}, {0, 0, 60}, "n1s1",
	0},
    {"what caches hold fits neither side",
	{"k=A*zw s=z d=A", "k=A*z s=z d=A", "k=C*w s=w d=C"}, {0, 0, 60}, "",
	0},

    /* Going unsigned */
    {"keys go with the DS", {"", "k=A*z s=z d=A"}, {0}, "o1", 25 * HOUR},
    {"keys go after the DS", {"", "k=A*z s=z", "k=A*z s=z d=A"}, {0, 0, HOUR},
	"o2", 24 * HOUR},
    {"signatures go first", {"k=Az", "k=A*z s=z", "k=A*z s=z d=A"},
	{0, 0, HOUR}, "o2", 0},
    {"all caches know that the DS is gone", {"", "k=A*z s=z", "k=A*z s=z d=A"},
	{0, 0, 25 * HOUR}, "", 0},
};

static void
words(char *out, const struct continuity_conflict *x, size_t n)
{
	static const char kind[] = "odnsc";
	size_t i;

	for (i = 0; i < n; i++) {
		*out++ = kind[x[i].kind];
		*out++ = (char)('0' + x[i].state);
		if (x[i].algorithm_only)
			*out++ = '~';
	}
	*out = '\0';
}

static void
test_steps(void **unused)
{
	static const uint8_t apex[] = "\7example";
	struct continuity_when when = {NOW, HOUR};
	struct continuity_conflict x[CONTINUITY_KINDS];
	struct continuity_state *s = calloc(STATES, sizeof(*s));
	char got[64];
	size_t i, j, n;

	(void)unused;
	assert_non_null(s);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		for (j = 0; j < STATES && steps[i].state[j] != NULL; j++) {
			state(&s[j], steps[i].state[j]);
			s[j].until = NOW - steps[i].until[j];
		}
		n = continuity_find(s, j, apex, &when, x);
		words(got, x, n);
		if (strcmp(got, steps[i].want) != 0)
			fail_msg("%s: %s, not %s", steps[i].label, got,
			    steps[i].want);
		if (steps[i].safe != 0 && x[0].safe != NOW + steps[i].safe)
			fail_msg("%s: safe after %lld s, not %lld",
			    steps[i].label, (long long)(x[0].safe - NOW),
			    (long long)steps[i].safe);
	}
	free(s);
}

/* TTLs that no cache honours, and an end that lies in the future. */
static void
test_bounds(void **unused)
{
	static const uint8_t apex[] = "\7example";
	struct continuity_when when = {NOW, 0};
	struct continuity_conflict x[CONTINUITY_KINDS];
	struct continuity_state *s = calloc(3, sizeof(*s));

	(void)unused;
	assert_non_null(s);
	state(&s[0], "k=A*zy s=y d=A");
	state(&s[1], "k=A*zy s=z d=A");
	state(&s[2], "k=A*z s=z d=A");
	s[2].key_ttl = UINT32_MAX;
	s[2].until = NOW + 1000000;
	assert_int_equal(continuity_find(s, 3, apex, &when, x), 1);
	assert_int_equal(x[0].safe, NOW + CONTINUITY_TTL_MAX);
	s[2].until = NOW - CONTINUITY_TTL_MAX;
	assert_int_equal(continuity_find(s, 3, apex, &when, x), 0);
	/* Nothing is kept, and everything is there at once. */
	state(&s[0], "k=B*y s=y d=B");
	s[1].key_ttl = s[1].ds_ttl = s[1].set[0].ttl = 0;
	assert_int_equal(continuity_find(s, 2, apex, &when, x), 0);
	free(s);
}

/* ---- reading ------------------------------------------------------------- */

static void
add(struct zone_builder *b, const uint8_t *owner, uint16_t type, uint32_t ttl,
    const void *rdata, size_t len)
{
	struct zone_record r = {.owner = owner,
	    .type = type,
	    .ttl = ttl,
	    .rdata = rdata,
	    .rdlen = (uint16_t)len};
	struct error e;

	if (zone_builder_add(b, &r, &e) != 0)
		fail_msg("%s", e.message);
}

static void
add_sig(struct zone_builder *b, const uint8_t *owner, uint16_t covered,
    uint32_t ttl, uint8_t algorithm, uint16_t tag)
{
	uint8_t d[18 + 9 + 1] = {0};

	d[0] = (uint8_t)(covered >> 8);
	d[1] = (uint8_t)covered;
	d[2] = algorithm;
	d[16] = (uint8_t)(tag >> 8);
	d[17] = (uint8_t)tag;
	memcpy(d + 18, "\7example", 9);
	add(b, owner, RRTYPE_RRSIG, ttl, d, sizeof(d));
}

static struct zone *
small_zone(uint16_t second)
{
	static const uint8_t apex[] = "\7example", www[] = "\3www\7example";
	static const uint8_t key[] = {1, 1, 3, 13, 9, 9};
	static const uint8_t address[] = {192, 0, 2, 1};
	struct zone_builder *b = zone_builder_new(apex, &zone_limits_default);
	struct zone *z;
	struct error e;

	assert_non_null(b);
	add(b, apex, RRTYPE_DNSKEY, 300, key, sizeof(key));
	add(b, apex, RRTYPE_NS, 500, "\2ns\7example", 12);
	add(b, www, RRTYPE_A, 700, address, sizeof(address));
	add_sig(b, apex, RRTYPE_DNSKEY, 300, 13, 0x0d09 + 0x0101 + 0x0909);
	add_sig(b, apex, RRTYPE_NS, 500, 13, 7);
	add_sig(b, apex, RRTYPE_NS, 500, 13, 5);
	add_sig(b, www, RRTYPE_A, 700, 13, second);
	if (zone_builder_finish(b, &z, NULL, &e) != 0)
		fail_msg("%s", e.message);
	return z;
}

static void
test_read(void **unused)
{
	struct continuity_state *s = calloc(3, sizeof(*s));
	struct arena *a = arena_new();
	struct zone *z[3] = {small_zone(7), small_zone(7), small_zone(8)};
	int i;

	(void)unused;
	for (i = 0; i < 3; i++) {
		assert_int_equal(continuity_read(&s[i], z[i], a), 0);
		zone_free(z[i]); /* nothing of it is kept */
	}
	assert_int_equal(s[0].nkeys, 1);
	assert_int_equal(s[0].key_ttl, 300);
	assert_int_equal(s[0].nns, 1);
	assert_int_equal(s[0].nsigners, 2);
	assert_int_equal(s[0].signer[0].tag, 5);
	assert_int_equal(s[0].signer[1].tag, 7);
	assert_int_equal(s[0].nsets, 2);
	assert_int_equal(s[0].set[0].signers, 2);
	assert_int_equal(s[0].set[0].ttl, 700);
	assert_int_equal(s[0].set[1].signers, 3);
	assert_int_equal(s[0].set[1].ttl, 500);
	assert_true(continuity_same(&s[0], &s[1]));
	assert_false(continuity_same(&s[0], &s[2]));
	assert_int_equal(continuity_add_ds(
			     &s[1], (const uint8_t *)"\0\5\15\2abcd", 8, 60, a),
	    0);
	assert_false(continuity_same(&s[0], &s[1]));
	arena_free(a);
	free(s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_steps),
	    cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
