/* What may stand in a policy's text, before any YAML is read. */
#include "reader.h"

#include <string.h>

struct range {
	uint32_t first, last;
	const char *what;
};

/*
 * Characters that end a line for one reader and not for another, show nothing,
 * or change the order in which the rest is shown: a reviewer would not see what
 * the gate reads.
 */
static const struct range refused[] = {
    {0x00, 0x08, "control character"},
    {0x0b, 0x0c, "control character"},
    {0x0d, 0x0d, "carriage return without line feed"},
    {0x0e, 0x1f, "control character"},
    {0x7f, 0x9f, "control character"},
    {0xad, 0xad, "invisible character"},
    {0x61c, 0x61c, "text direction character"},
    {0x180e, 0x180e, "invisible character"},
    {0x200b, 0x200d, "invisible character"},
    {0x200e, 0x200f, "text direction character"},
    {0x2028, 0x2029, "line separator"},
    {0x202a, 0x202e, "text direction character"},
    {0x2060, 0x2064, "invisible character"},
    {0x2066, 0x206f, "text direction character"},
    {0xfe00, 0xfe0f, "invisible character"},
    {0xfeff, 0xfeff, "byte order mark inside the text"},
    {0xfff0, 0xfffb, "invisible character"},
    {0xfffe, 0xffff, "character that is none"},
    {0xe0000, 0xe0fff, "invisible character"},
};

static const char *
refusal(uint32_t cp)
{
	size_t i;

	if (cp >= 0x20 && cp < 0x7f)
		return NULL;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (cp >= refused[i].first && cp <= refused[i].last)
			return refused[i].what;
	return NULL;
}

static void
find_lines(struct reader *r)
{
	size_t i, n = 1;
	uint32_t *line;

	for (i = 0; i < r->len; i++)
		n += r->data[i] == '\n';
	if ((line = arena_calloc(r->arena, n, sizeof(*line))) == NULL) {
		r->memory = true;
		return;
	}
	r->line = line;
	r->nlines = n;
	for (i = 0; i < r->len; i++)
		if (r->data[i] == '\n')
			*++line = (uint32_t)i + 1;
}

void
reader_check_bytes(struct reader *r)
{
	const uint8_t *p = (const uint8_t *)r->data;
	const char *why;
	size_t i, n;
	uint32_t cp;

	if (r->len > READER_MAX_BYTES) {
		fault(r, NULL, "the policy is larger than %zu bytes",
		    READER_MAX_BYTES)
		    ->help = "use path patterns for zones that are alike";
		return;
	}
	find_lines(r);
	for (i = 0; i < r->len && !r->memory; i += n) {
		n = text_utf8(p + i, r->len - i, &cp);
		if (n == 0) {
			for (n = 1;
			     i + n < r->len && (p[i + n] & 0xc0) == 0x80;)
				n++;
			fault_at(r, i, n, "byte 0x%02x is not UTF-8", p[i])
			    ->help = "save the file as UTF-8";
			continue;
		}
		if ((why = refusal(cp)) == NULL ||
		    (cp == '\r' && i + 1 < r->len && p[i + 1] == '\n') ||
		    (cp == 0xfeff && i == 0))
			continue;
		fault_at(r, i, n, "%s U+%04X", why, (unsigned)cp)->help =
		    "remove it: what a reviewer sees must be what is read";
	}
}
