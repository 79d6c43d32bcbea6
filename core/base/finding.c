#include "finding.h"

#include <stdlib.h>
#include <string.h>

void
findings_init(struct findings *fs, struct arena *arena)
{
	memset(fs, 0, sizeof(*fs));
	fs->arena = arena;
}

void
findings_free(struct findings *fs)
{
	free(fs->item);
	fs->item = NULL;
	fs->n = fs->cap = 0;
}

static struct finding *
slot(struct findings *fs)
{
	static _Thread_local struct finding scratch;
	struct finding *p;
	size_t cap;

	if (fs->n == fs->cap) {
		cap = fs->cap == 0 ? 16 : fs->cap * 2;
		p = realloc(fs->item, cap * sizeof(*p));
		if (p == NULL) {
			fs->lost = true;
			memset(&scratch, 0, sizeof(scratch));
			return &scratch;
		}
		fs->item = p;
		fs->cap = cap;
	}
	p = &fs->item[fs->n++];
	memset(p, 0, sizeof(*p));
	return p;
}

struct finding *
findings_vadd(
    struct findings *fs, const char *rule, const char *fmt, va_list ap)
{
	struct finding *f = slot(fs);

	f->rule = rule;
	f->message = arena_vprintf(fs->arena, fmt, ap);
	if (f->message == NULL) {
		f->message = "";
		fs->lost = true;
	}
	return f;
}

struct finding *
findings_add(struct findings *fs, const char *rule, const char *fmt, ...)
{
	struct finding *f;
	va_list ap;

	va_start(ap, fmt);
	f = findings_vadd(fs, rule, fmt, ap);
	va_end(ap);
	return f;
}

static const char *
copy(struct findings *fs, const char *s)
{
	const char *p;

	if (s == NULL)
		return NULL;
	if ((p = arena_strdup(fs->arena, s)) == NULL)
		fs->lost = true;
	return p;
}

void
findings_append(struct findings *to, const struct findings *from)
{
	struct finding *f;
	size_t i;

	for (i = 0; i < from->n; i++) {
		f = slot(to);
		*f = from->item[i];
		f->zone = copy(to, f->zone);
		f->view = copy(to, f->view);
		f->name = copy(to, f->name);
		f->type = copy(to, f->type);
		f->message = copy(to, f->message);
		f->help = copy(to, f->help);
		f->expected = copy(to, f->expected);
		f->authority = copy(to, f->authority);
		f->place.file = copy(to, f->place.file);
		f->place.commit = copy(to, f->place.commit);
		f->place.excerpt = copy(to, f->place.excerpt);
		f->waiver = copy(to, f->waiver);
	}
	if (from->lost)
		to->lost = true;
}

const char *
findings_text(struct findings *fs, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = arena_vprintf(fs->arena, fmt, ap);
	va_end(ap);
	if (p == NULL) {
		fs->lost = true;
		return "";
	}
	return p;
}
