#include "lookalike.h"

#include <string.h>

#include "../dns/name.h"

/* Longest text that is compared. */
#define TEXT_MAX 256

/* Letters of other scripts that look like one of ours (UTS 39, the part that
 * registries have let through). */
static const struct {
	uint32_t code;
	char looks;
} letters[] = {
    {0x0430, 'a'},
    {0x0435, 'e'},
    {0x043e, 'o'},
    {0x0440, 'p'},
    {0x0441, 'c'},
    {0x0443, 'y'},
    {0x0445, 'x'},
    {0x0455, 's'},
    {0x0456, 'i'},
    {0x0458, 'j'},
    {0x043a, 'k'},
    {0x043c, 'm'},
    {0x0442, 't'},
    {0x043d, 'h'},
    {0x0432, 'b'},
    {0x04bb, 'h'},
    {0x04cf, 'l'},
    {0x0501, 'd'},
    {0x051b, 'q'},
    {0x051d, 'w'},
    {0x03b1, 'a'},
    {0x03b5, 'e'},
    {0x03b9, 'i'},
    {0x03ba, 'k'},
    {0x03bd, 'v'},
    {0x03bf, 'o'},
    {0x03c1, 'p'},
    {0x03c4, 't'},
    {0x03c5, 'u'},
    {0x03c7, 'x'},
    {0x0131, 'i'},
    {0x0142, 'l'},
    {0x0111, 'd'},
    {0x0127, 'h'},
    {0x0261, 'g'},
    {0x0251, 'a'},
    {0x026a, 'i'},
    {0x00f8, 'o'},
    {0x00f0, 'd'},
    {0x00fe, 'p'},
    {0x0585, 'o'},
    {0x057d, 'u'},
    {0x0578, 'n'},
    {0x0570, 'h'},
};

/* Latin letters with marks, by range: what is left without them. */
static const struct {
	uint16_t first, last;
	char looks;
} marked[] = {
    {0x00e0, 0x00e5, 'a'},
    {0x00e7, 0x00e7, 'c'},
    {0x00e8, 0x00eb, 'e'},
    {0x00ec, 0x00ef, 'i'},
    {0x00f1, 0x00f1, 'n'},
    {0x00f2, 0x00f6, 'o'},
    {0x00f9, 0x00fc, 'u'},
    {0x00fd, 0x00ff, 'y'},
    {0x0100, 0x0105, 'a'},
    {0x0106, 0x010d, 'c'},
    {0x010e, 0x010f, 'd'},
    {0x0112, 0x011b, 'e'},
    {0x011c, 0x0123, 'g'},
    {0x0124, 0x0125, 'h'},
    {0x0128, 0x012f, 'i'},
    {0x0134, 0x0135, 'j'},
    {0x0136, 0x0138, 'k'},
    {0x0139, 0x0140, 'l'},
    {0x0143, 0x0149, 'n'},
    {0x014c, 0x0151, 'o'},
    {0x0154, 0x0159, 'r'},
    {0x015a, 0x0161, 's'},
    {0x0162, 0x0167, 't'},
    {0x0168, 0x0173, 'u'},
    {0x0174, 0x0175, 'w'},
    {0x0176, 0x0178, 'y'},
    {0x0179, 0x017e, 'z'},
    {0x1ea1, 0x1eb7, 'a'},
    {0x1eb9, 0x1ec7, 'e'},
    {0x1ec9, 0x1ecb, 'i'},
    {0x1ecd, 0x1ee3, 'o'},
    {0x1ee5, 0x1ef1, 'u'},
    {0x1ef3, 0x1ef9, 'y'},
};

static char
looks_like(uint32_t code)
{
	size_t i;

	if (code < 0x80)
		return (char)code;
	for (i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (letters[i].code == code)
			return letters[i].looks;
	for (i = 0; i < sizeof(marked) / sizeof(marked[0]); i++)
		if (code >= marked[i].first && code <= marked[i].last)
			return marked[i].looks;
	return '?';
}

/* ---- punycode (RFC 3492) --------------------------------------------------
 */

static unsigned
adapt(unsigned delta, unsigned points, bool first)
{
	unsigned k = 0;

	delta = first ? delta / 700 : delta / 2;
	delta += delta / points;
	for (; delta > 455; k += 36)
		delta /= 35;
	return k + 36 * delta / (delta + 38);
}

static int
digit(uint8_t c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= '0' && c <= '9')
		return c - '0' + 26;
	return -1;
}

/*
 * Decode the LEN bytes after "xn--" into at most 63 code points. Their number;
 * 0 when it is no punycode.
 */
static unsigned
punycode(const uint8_t *p, size_t len, uint32_t out[NAME_MAX_LABEL])
{
	unsigned n = 0, bias = 72, i = 0, w, t, k, old;
	uint32_t code = 128;
	size_t at = 0, b;
	int d;

	for (b = len; b > 0 && p[b - 1] != '-'; b--)
		;
	for (; b > 1 && at < b - 1; at++)
		out[n++] = p[at];
	if (b > 0)
		at = b;
	while (at < len) {
		old = i;
		for (w = 1, k = 36;; k += 36) {
			if (at == len || (d = digit(p[at++])) < 0 ||
			    (unsigned)d > (0x7fffffff - i) / w)
				return 0;
			i += (unsigned)d * w;
			t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
			if ((unsigned)d < t)
				break;
			if (w > 0x7fffffff / (36 - t))
				return 0;
			w *= 36 - t;
		}
		if (n == NAME_MAX_LABEL)
			return 0;
		bias = adapt(i - old, n + 1, old == 0);
		code += i / (n + 1);
		i %= n + 1;
		if (code > 0x10ffff)
			return 0;
		memmove(out + i + 1, out + i, (n - i) * sizeof(*out));
		out[i++] = code;
		n++;
	}
	return n;
}

/* ---- what the eye sees ----------------------------------------------------
 */

/* Two characters that look like one, one that looks like another. */
static size_t
blur(char *text, size_t len)
{
	static const char pair[][4] = {"rnm", "vvw", "cld"};
	size_t i, n = 0, k;

	for (i = 0; i < len; i++) {
		text[n] = text[i] == '0'   ? 'o'
			  : text[i] == '1' ? 'l'
			  : text[i] == '5' ? 's'
					   : text[i];
		for (k = 0; n > 0 && k < 3; k++)
			if (text[n - 1] == pair[k][0] &&
			    text[n] == pair[k][1]) {
				text[--n] = pair[k][2];
				break;
			}
		n++;
	}
	return n;
}

/* How NAME looks, with a dot after every label; its length. */
static size_t
skeleton(const uint8_t *name, char out[TEXT_MAX])
{
	uint32_t code[NAME_MAX_LABEL];
	size_t n = 0;
	unsigned points, i;
	char *label;

	for (; *name != 0; name += *name + 1) {
		label = out + n;
		points = 0;
		if (name[0] > 4 && memcmp(name + 1, "xn--", 4) == 0)
			points = punycode(name + 5, name[0] - 4u, code);
		for (i = 0; i < points; i++)
			label[i] = looks_like(code[i]);
		if (points == 0)
			for (; points < name[0]; points++)
				label[points] = (char)name[points + 1];
		n += blur(label, points);
		out[n++] = '.';
	}
	return n;
}

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edit distance; two neighbours exchanged count as two. */
static unsigned
distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned row[TEXT_MAX + 1], diagonal, above;
	size_t i, j;

	for (i = 0; i <= na; i++)
		row[i] = (unsigned)i;
	for (j = 0; j < nb; j++) {
		diagonal = row[0]++;
		for (i = 1; i <= na; i++) {
			above = row[i];
			row[i] = least(row[i - 1] + 1, above + 1,
			    diagonal + (a[i - 1] != b[j]));
			diagonal = above;
		}
	}
	return row[na];
}

static bool
is_joint(char c)
{
	return c == '.' || c == '-';
}

/* Do the texts differ in nothing but their dots and hyphens? */
static bool
same_without_joints(const char *a, size_t na, const char *b, size_t nb)
{
	size_t i = 0, j = 0;

	for (;; i++, j++) {
		while (i < na && is_joint(a[i]))
			i++;
		while (j < nb && is_joint(b[j]))
			j++;
		if (i == na || j == nb)
			return i == na && j == nb;
		if (a[i] != b[j])
			return false;
	}
}

/* Does A end as B does, behind a dot or a hyphen, hyphens read as dots? */
static bool
same_end(const char *a, size_t na, const char *b, size_t nb)
{
	size_t i;

	if (na <= nb || !is_joint(a[na - nb - 1]))
		return false;
	for (a += na - nb, i = 0; i < nb; i++)
		if (a[i] != b[i] && !(is_joint(a[i]) && is_joint(b[i])))
			return false;
	return true;
}

/* Letters that may differ in a model of LEN characters. */
static unsigned
tolerance(size_t len)
{
	return len < 6 ? 0 : len < 9 ? 1 : 2;
}

bool
lookalike(const uint8_t *name, const uint8_t *model)
{
	unsigned labels = name_labels(name), m = name_labels(model), k;
	char a[TEXT_MAX], b[TEXT_MAX];
	size_t na, nb = skeleton(model, b);
	const uint8_t *end;

	if (m == 0 || name_is_under(name, model))
		return false;
	for (k = m > 1 ? m - 1 : 1; k <= m + 1 && k <= labels; k++) {
		end = name_skip(name, labels - k);
		na = skeleton(end, a);
		if (k == m && distance(a, na, b, nb) <= tolerance(nb))
			return true;
		if (nb >= 6 && same_without_joints(a, na, b, nb))
			return true;
	}
	na = skeleton(name, a);
	return nb >= 6 && same_end(a, na, b, nb);
}

const struct policy_pattern *
lookalike_find(
    const struct policy_pattern *pattern, size_t n, const uint8_t *name)
{
	size_t i;

	if (policy_name_matches(pattern, n, name))
		return NULL;
	for (i = 0; i < n; i++)
		if (lookalike(name, pattern[i].name))
			return &pattern[i];
	return NULL;
}
