#include "signers_lint.h"

#include <stdbool.h>
#include <string.h>

#define FAULTS_MAX 50

struct word {
	const char *at;
	size_t len;
};

/* The next word of the line; quotes may hold blanks. */
static bool
next(const char **p, const char *end, struct word *w)
{
	bool quoted = false;

	while (*p < end && strchr(" \t\r", **p) != NULL)
		++*p;
	w->at = *p;
	for (; *p < end && (quoted || strchr(" \t\r", **p) == NULL); ++*p)
		if (**p == '"')
			quoted = !quoted;
	w->len = (size_t)(*p - w->at);
	return w->len != 0;
}

static bool
is_key_type(const struct word *w)
{
	static const char *const types[] = {"ssh-ed25519", "ssh-rsa",
	    "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
	    "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i]) == w->len &&
		    memcmp(types[i], w->at, w->len) == 0)
			return true;
	return false;
}

/* What is wrong with the line, or NULL; *AT is the word. */
static const char *
fault_of(const char *line, const char *end, struct word *at)
{
	const char *p = line;
	struct word type;

	if (!next(&p, end, at))
		return NULL;
	if (memchr(at->at, '*', at->len) != NULL ||
	    memchr(at->at, '?', at->len) != NULL ||
	    memchr(at->at, '!', at->len) != NULL)
		return "names more than one person";
	if (!next(&p, end, &type))
		return "has no key";
	if (!is_key_type(&type)) {
		*at = type;
		if (!next(&p, end, &type) || !is_key_type(&type))
			return "has no key of a known type";
	}
	*at = type;
	return next(&p, end, &type) ? NULL : "has no key behind its type";
}

void
signers_lint(
    const char *data, size_t len, const char *path, struct findings *faults)
{
	const char *p = data, *end = data + len, *nl, *why;
	struct finding *f;
	struct word at = {0};
	uint32_t line = 1;
	size_t n = 0, told = 0;

	for (; p < end; p = nl + 1, line++) {
		if ((nl = memchr(p, '\n', (size_t)(end - p))) == NULL)
			nl = end;
		if (*p == '#' || nl == p)
			continue;
		n++;
		if ((why = fault_of(p, nl, &at)) == NULL || ++told > FAULTS_MAX)
			continue;
		f = findings_add(
		    faults, "policy", "a line of %s %s", path, why);
		f->help = "write: ADDRESS [OPTIONS] ssh-ed25519 AAAAC3...";
		f->place.file = path;
		f->place.line = line;
		f->place.column = (uint32_t)(at.at - p) + 1;
		f->place.width = (uint32_t)at.len;
	}
	if (n == 0) {
		f = findings_add(faults, "policy", "%s names nobody", path);
		f->help = "without signers nothing could be pushed any more";
		f->place.file = path;
	}
}
