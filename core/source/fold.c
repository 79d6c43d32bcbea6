/*
 * Fold a path so that two paths a file system may take for one fold alike. See
 * audit.h for what this covers.
 */
#include "fold.h"

#include <stdint.h>
#include <string.h>

#include "../base/text.h"

/* First letter of the canonical decomposition, in lower case; '.' if there is
 * none. From the Unicode character data. */
static const char latin_base[] = /* U+00C0 */
    "aaaaaa.ceeeeiiii.nooooo..uuuuy.."
    "aaaaaa.ceeeeiiii.nooooo..uuuuy.y"
    "aaaaaaccccccccdd..eeeeeeeeeegggg"
    "gggghh..iiiiiiiii...jjkk.llllll."
    "...nnnnnn...oooooo..rrrrrrssssss"
    "sstttt..uuuuuuuuuuuuwwyyyzzzzzz."
    "................................"
    "oo.............uu..............."
    ".............aaiioouuuuuuuuuu.aa"
    "aa....ggkkoooo..j...gg..nnaa...."
    "aaaaeeeeiiiioooorrrruuuusstt..hh"
    "......aaeeooooooooyy............"
    "................";

static const char latin_more[] = /* U+1E00 */
    "aabbbbbbccddddddddddeeeeeeeeeeff"
    "gghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrr"
    "ssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwy......"
    "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooo"
    "oooouuuuuuuuuuuuuuyyyyyyyy......";

/* Letters whose other case stands ADD further on: every STEPth from FIRST. */
static const struct {
	uint16_t first, last;
	uint8_t step, add;
} upper[] = {
    {0x00c0, 0x00d6, 1, 0x20}, /* Æ Ð; the others were taken apart */
    {0x00d8, 0x00de, 1, 0x20}, /* Ø Þ */
    {0x0110, 0x0132, 2, 1},    /* Đ Ħ Ĳ */
    {0x013f, 0x0141, 2, 1},    /* Ŀ Ł */
    {0x014a, 0x0166, 2, 1},    /* Ŋ Œ Ŧ */
    {0x0391, 0x03a9, 1, 0x20}, /* Greek */
    {0x0400, 0x040f, 1, 0x50}, /* Cyrillic */
    {0x0410, 0x042f, 1, 0x20}, {0x0460, 0x0480, 2, 1}, {0x048a, 0x04be, 2, 1},
    {0x04d0, 0x052e, 2, 1}, {0xff21, 0xff3a, 1, 0x20}, /* full width */
};

/* Folded to ASCII or another letter by case alone. */
static const struct {
	uint16_t from, to;
} single[] = {
    {0x017f, 's'},    /* long s */
    {0x212a, 'k'},    /* Kelvin */
    {0x03c2, 0x03c3}, /* final sigma */
};

/*
 * The code point at P, of the END - P bytes there, into *CP; its length. A byte
 * that is not UTF-8 stands for itself, above all code points.
 */
static size_t
decode(const unsigned char *p, const unsigned char *end, uint32_t *cp)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len, i;

	len = *p < 0x80                 ? 1
	      : *p >= 0xf0 && *p < 0xf5 ? 4
	      : *p >= 0xe0 && *p < 0xf0 ? 3
	      : *p >= 0xc2 && *p < 0xe0 ? 2
					: 0;
	if (len == 1) {
		*cp = *p;
		return 1;
	}
	if (len == 0 || (size_t)(end - p) < len)
		goto raw;
	*cp = *p & (0x7fu >> len);
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			goto raw;
		*cp = *cp << 6 | (p[i] & 0x3fu);
	}
	if (*cp >= least[len] && *cp <= 0x10ffff)
		return len;
raw:
	*cp = 0x110000u + *p;
	return 1;
}

/* Invisible to some file systems: joiners, marks of direction, BOM. */
static bool
ignorable(uint32_t cp)
{
	return (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff || cp == 0x00ad;
}

static uint32_t
lower(uint32_t cp)
{
	size_t i;

	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + 0x20 : cp;
	for (i = 0; i < sizeof(single) / sizeof(single[0]); i++)
		if (single[i].from == cp)
			return single[i].to;
	for (i = 0; i < sizeof(upper) / sizeof(upper[0]); i++)
		if (cp >= upper[i].first && cp <= upper[i].last &&
		    (cp - upper[i].first) % upper[i].step == 0)
			return cp + upper[i].add;
	return cp;
}

/* The letter below the accents of CP, or 0. */
static uint32_t
unaccented(uint32_t cp)
{
	char c = '.';

	if (cp >= 0xc0 && cp - 0xc0 < sizeof(latin_base) - 1)
		c = latin_base[cp - 0xc0];
	else if (cp >= 0x1e00 && cp - 0x1e00 < sizeof(latin_more) - 1)
		c = latin_more[cp - 0x1e00];
	else if (cp == 0x212b) /* Angstrom */
		c = 'a';
	return c == '.' ? 0 : (uint32_t)c;
}

bool
fold_path(struct text *out, const char *path, size_t len)
{
	const unsigned char *p = (const unsigned char *)path, *end = p + len;
	bool accents = false;
	uint32_t cp, base;
	char key[3];

	while (p < end) {
		p += decode(p, end, &cp);
		if (cp < 0x80) {
			text_char(out, (char)lower(cp));
			continue;
		}
		if (ignorable(cp))
			continue;
		if (cp >= 0x0300 && cp <= 0x036f) {
			accents = true;
			continue;
		}
		if ((base = unaccented(cp)) != 0) {
			accents = true;
			cp = base;
		} else {
			cp = lower(cp);
		}
		if (cp < 0x80) {
			text_char(out, (char)cp);
			continue;
		}
		/* Never read again: any form will do that is one to one. Its
		 * first byte is no ASCII, so no folded name can forge it. */
		key[0] = (char)(0x80 | (cp >> 14 & 0x7f));
		key[1] = (char)(0x80 | (cp >> 7 & 0x7f));
		key[2] = (char)(0x80 | (cp & 0x7f));
		text_add(out, key, sizeof(key));
	}
	return accents;
}
