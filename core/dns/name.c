#include "name.h"

#include <string.h>

static inline uint8_t
low(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

size_t
name_len(const uint8_t *name)
{
	const uint8_t *p = name;

	while (*p != 0)
		p += *p + 1;
	return (size_t)(p - name) + 1;
}

size_t
name_check(const uint8_t *data, size_t len)
{
	size_t at = 0;

	if (len > NAME_MAX_LEN)
		len = NAME_MAX_LEN;
	while (at < len) {
		if (data[at] == 0)
			return at + 1;
		if (data[at] > NAME_MAX_LABEL)
			return 0;
		at += data[at] + 1u;
	}
	return 0;
}

unsigned
name_labels(const uint8_t *name)
{
	unsigned n = 0;

	for (; *name != 0; name += *name + 1)
		n++;
	return n;
}

const uint8_t *
name_parent(const uint8_t *name)
{
	return *name == 0 ? name : name + *name + 1;
}

const uint8_t *
name_skip(const uint8_t *name, unsigned n)
{
	while (n-- > 0)
		name = name_parent(name);
	return name;
}

bool
name_is_wildcard(const uint8_t *name)
{
	return name[0] == 1 && name[1] == '*';
}

size_t
name_lower(uint8_t *name)
{
	size_t i, n = name_len(name);

	/* Length octets are below 64, where there are no letters. */
	for (i = 0; i < n; i++)
		name[i] = low(name[i]);
	return n;
}

static bool
same(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (low(a[i]) != low(b[i]))
			return false;
	return true;
}

bool
name_equal(const uint8_t *a, const uint8_t *b)
{
	size_t n = name_len(a);

	return n == name_len(b) && same(a, b, n);
}

bool
name_is_under(const uint8_t *name, const uint8_t *ancestor)
{
	unsigned n = name_labels(name), m = name_labels(ancestor);

	return n >= m && name_equal(name_skip(name, n - m), ancestor);
}

int
name_compare(const uint8_t *a, const uint8_t *b)
{
	uint8_t ka[NAME_MAX_KEY], kb[NAME_MAX_KEY];
	size_t na = name_key(ka, a), nb = name_key(kb, b);
	int c = memcmp(ka, kb, na < nb ? na : nb);

	return c != 0 ? c : na < nb ? -1 : na > nb;
}

size_t
name_key(uint8_t out[NAME_MAX_KEY], const uint8_t *name)
{
	const uint8_t *label[NAME_MAX_LABELS];
	const uint8_t *p;
	size_t at = 0;
	unsigned n = 0;
	uint8_t c, i;

	for (p = name; *p != 0; p += *p + 1)
		label[n++] = p;
	while (n-- > 0) {
		/* cppcheck-suppress uninitvar */
		p = label[n];
		for (i = 1; i <= p[0]; i++) {
			c = low(p[i]);
			if (c <= 1) {
				out[at++] = 1;
				c++;
			}
			out[at++] = c;
		}
		out[at++] = 0;
	}
	return at;
}

size_t
name_to_text(char out[NAME_MAX_TEXT], const uint8_t *name)
{
	size_t at = 0;
	uint8_t c, i;

	if (*name == 0)
		out[at++] = '.';
	for (; *name != 0; name += *name + 1) {
		for (i = 1; i <= name[0]; i++) {
			c = name[i];
			if (c <= 0x20 || c >= 0x7f) {
				out[at++] = '\\';
				out[at++] = (char)('0' + c / 100);
				out[at++] = (char)('0' + c / 10 % 10);
				out[at++] = (char)('0' + c % 10);
				continue;
			}
			if (strchr(".\\\"();@$", c) != NULL)
				out[at++] = '\\';
			out[at++] = (char)c;
		}
		out[at++] = '.';
	}
	out[at] = '\0';
	return at;
}

/* One octet of a label at TEXT[*AT], escapes resolved; -1 for a bad escape. */
static int
octet(const char *text, size_t len, size_t *at)
{
	const uint8_t *p = (const uint8_t *)text + *at;
	size_t left = len - *at;
	int v;

	if (p[0] != '\\') {
		*at += 1;
		return p[0] <= 0x20 || p[0] >= 0x7f ? -1 : p[0];
	}
	if (left >= 4 && p[1] >= '0' && p[1] <= '9') {
		if (p[2] < '0' || p[2] > '9' || p[3] < '0' || p[3] > '9')
			return -1;
		v = (p[1] - '0') * 100 + (p[2] - '0') * 10 + (p[3] - '0');
		*at += 4;
		return v > 255 ? -1 : v;
	}
	if (left < 2 || (p[1] >= '0' && p[1] <= '9') || p[1] < 0x20 ||
	    p[1] >= 0x7f)
		return -1;
	*at += 2;
	return p[1];
}

static size_t
fail(const char **why, const char *reason)
{
	if (why != NULL)
		*why = reason;
	return 0;
}

size_t
name_from_text(uint8_t out[NAME_MAX_LEN], const char *text, size_t len,
    const uint8_t *origin, const char **why)
{
	static const uint8_t root[1] = {0};
	size_t at = 0, label = 0, n = 1, tail;
	int c;

	if (origin == NULL)
		origin = root;
	if (len == 0)
		return fail(why, "empty name");
	if (len == 1 && text[0] == '.') {
		out[0] = 0;
		return 1;
	}
	if (len == 1 && text[0] == '@') {
		memcpy(out, origin, name_len(origin));
		return name_lower(out);
	}
	while (at < len) {
		if (text[at] == '.') {
			if (n - label - 1 == 0)
				return fail(why, "empty label");
			out[label] = (uint8_t)(n - label - 1);
			label = n++;
			at++;
			if (n > NAME_MAX_LEN)
				return fail(why, "name over 255 octets");
			continue;
		}
		if ((c = octet(text, len, &at)) < 0)
			return fail(why, "bad character or escape");
		if (n - label - 1 == NAME_MAX_LABEL)
			return fail(why, "label over 63 octets");
		if (n >= NAME_MAX_LEN)
			return fail(why, "name over 255 octets");
		out[n++] = low((uint8_t)c);
	}
	if (n - label - 1 == 0) { /* it ended with a dot: absolute */
		out[label] = 0;
		return n;
	}
	out[label] = (uint8_t)(n - label - 1);
	tail = name_len(origin);
	if (n + tail > NAME_MAX_LEN)
		return fail(why, "name over 255 octets");
	memcpy(out + n, origin, tail);
	name_lower(out);
	return n + tail;
}

size_t
name_join(
    uint8_t out[NAME_MAX_LEN], const uint8_t *prefix, const uint8_t *suffix)
{
	size_t a = name_len(prefix) - 1, b = name_len(suffix);

	if (a + b > NAME_MAX_LEN)
		return 0;
	memmove(out, prefix, a);
	memcpy(out + a, suffix, b);
	return a + b;
}

size_t
name_substitute(uint8_t out[NAME_MAX_LEN], const uint8_t *name,
    const uint8_t *owner, const uint8_t *target)
{
	size_t head = name_len(name) - name_len(owner);
	size_t tail = name_len(target);

	if (head + tail > NAME_MAX_LEN)
		return 0;
	memcpy(out, name, head);
	memcpy(out + head, target, tail);
	return head + tail;
}
