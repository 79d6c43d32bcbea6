#include "codec.h"

#include <string.h>

#include "../dns/name.h"

enum {
	RECURSE = 1,
	CHECK_DISABLED = 2,
	TEXT_MAX = 4096, /* of a URL, a key's name, a reason */
};

/* ---- writing ------------------------------------------------------------- */

static void
put32(struct text *t, uint32_t v)
{
	uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
	    (uint8_t)(v >> 8), (uint8_t)v};

	text_add(t, b, sizeof(b));
}

static void
put8(struct text *t, unsigned v)
{
	text_char(t, (char)v);
}

/* Length and octets with their NUL; NULL is of length 0. */
static void
put_text(struct text *t, const char *s)
{
	size_t n = s == NULL ? 0 : strlen(s) + 1;

	put32(t, (uint32_t)n);
	if (n > 0)
		text_add(t, s, n);
}

int
codec_put_questions(struct text *out, const struct live_question *q, size_t n)
{
	size_t i;

	put32(out, (uint32_t)n);
	for (i = 0; i < n; i++, q++) {
		if ((q->url != NULL && strlen(q->url) >= TEXT_MAX) ||
		    (q->tsig != NULL && strlen(q->tsig) >= TEXT_MAX))
			return -1;
		text_add(out, q->at.addr, sizeof(q->at.addr));
		put8(out, q->at.len);
		put32(out, q->at.port);
		put8(out, (unsigned)q->transport);
		put8(out, (q->recurse ? RECURSE : 0u) |
			      (q->check_disabled ? CHECK_DISABLED : 0u));
		put32(out, q->type);
		text_add(out, q->name, name_len(q->name));
		put_text(out, q->tsig);
		put_text(out, q->url);
	}
	return text_lost(out) ? -1 : 0;
}

void
codec_put_replies(struct text *out, const struct live_reply *r, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++, r++) {
		put8(out, (unsigned)r->outcome);
		put32(out, r->ms);
		put32(out, r->flags);
		put_text(out, r->why);
		put32(out, (uint32_t)r->len);
		if (r->len > 0)
			text_add(out, r->message, r->len);
	}
}

/* ---- reading ------------------------------------------------------------- */

struct in {
	const uint8_t *p;
	size_t left;
	bool bad;
};

/* The next N octets; NULL when they are not there. */
static const uint8_t *
take(struct in *in, size_t n)
{
	const uint8_t *p = in->p;

	if (in->bad || n > in->left) {
		in->bad = true;
		return NULL;
	}
	in->p += n;
	in->left -= n;
	return p;
}

static uint32_t
get32(struct in *in)
{
	const uint8_t *p = take(in, 4);

	return p == NULL ? 0
			 : (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
			       (uint32_t)p[2] << 8 | p[3];
}

static uint8_t
get8(struct in *in)
{
	const uint8_t *p = take(in, 1);

	return p == NULL ? 0 : *p;
}

static uint16_t
get16(struct in *in)
{
	uint32_t v = get32(in);

	if (v > UINT16_MAX)
		in->bad = true;
	return (uint16_t)v;
}

static const char *
get_text(struct in *in)
{
	uint32_t n = get32(in);
	const uint8_t *p;

	if (n == 0)
		return NULL;
	if (n > TEXT_MAX || (p = take(in, n)) == NULL ||
	    memchr(p, '\0', n) != p + n - 1) {
		in->bad = true;
		return NULL;
	}
	return (const char *)p;
}

static void
get_question(struct in *in, struct live_question *q)
{
	const uint8_t *addr = take(in, sizeof(q->at.addr));
	uint8_t flags;

	if (addr != NULL)
		memcpy(q->at.addr, addr, sizeof(q->at.addr));
	q->at.len = get8(in);
	if (q->at.len != 0 && q->at.len != 4 && q->at.len != 16)
		in->bad = true;
	q->at.port = get16(in);
	q->transport = (enum live_transport)get8(in);
	if (q->transport >= LIVE_TRANSPORTS)
		in->bad = true;
	flags = get8(in);
	q->recurse = (flags & RECURSE) != 0;
	q->check_disabled = (flags & CHECK_DISABLED) != 0;
	q->type = get16(in);
	q->name = take(in, name_check(in->p, in->left));
	q->tsig = get_text(in);
	q->url = get_text(in);
	if (in->bad || q->name == NULL ||
	    name_check(q->name, NAME_MAX_LEN) == 0)
		in->bad = true;
	if (q->transport == LIVE_HTTPS && q->url == NULL)
		in->bad = true;
}

int
codec_get_questions(const uint8_t *data, size_t len, struct live_question **q,
    size_t *n, struct arena *arena)
{
	struct in in = {data, len, false};
	uint32_t i, count = get32(&in);

	if (in.bad || count > LIVE_QUESTIONS_MAX || count > len)
		return -1;
	if ((*q = arena_calloc(arena, count + (size_t)1, sizeof(**q))) == NULL)
		return -1;
	for (i = 0; i < count && !in.bad; i++)
		get_question(&in, &(*q)[i]);
	*n = count;
	return in.bad || in.left != 0 ? -1 : 0;
}

static void
get_reply(struct in *in, struct live_reply *r)
{
	bool answered;

	r->outcome = (enum live_outcome)get8(in);
	r->ms = get32(in);
	r->flags = get16(in);
	r->why = get_text(in);
	r->len = get32(in);
	if (r->len > LIVE_MESSAGE_MAX || r->outcome >= LIVE_OUTCOMES)
		in->bad = true;
	else if (r->len > 0)
		r->message = take(in, r->len);
	answered = r->outcome == LIVE_ANSWERED || r->outcome == LIVE_TRUNCATED;
	if (answered != (r->message != NULL))
		in->bad = true;
}

int
codec_get_replies(
    const uint8_t *data, size_t len, struct live_reply *r, size_t n)
{
	struct in in = {data, len, false};
	size_t i;

	memset(r, 0, n * sizeof(*r));
	for (i = 0; i < n && !in.bad; i++)
		get_reply(&in, &r[i]);
	if (!in.bad && in.left == 0)
		return 0;
	memset(r, 0, n * sizeof(*r));
	return -1;
}
