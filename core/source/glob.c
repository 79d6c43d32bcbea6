#include "glob.h"

#include <ctype.h>
#include <string.h>

struct glob {
	bool pathname;
	unsigned long *steps;
};

size_t
glob_literal(const char *pattern)
{
	return strcspn(pattern, "*?[\\");
}

static int
in_class(const char *name, size_t len, unsigned char c)
{
	static const struct {
		const char *name;
		int (*is)(int);
	} class[] = {
	    {"alnum", isalnum},
	    {"alpha", isalpha},
	    {"blank", isblank},
	    {"cntrl", iscntrl},
	    {"digit", isdigit},
	    {"graph", isgraph},
	    {"lower", islower},
	    {"print", isprint},
	    {"punct", ispunct},
	    {"space", isspace},
	    {"upper", isupper},
	    {"xdigit", isxdigit},
	};
	size_t i;

	for (i = 0; i < sizeof(class) / sizeof(class[0]); i++)
		if (strlen(class[i].name) == len &&
		    memcmp(class[i].name, name, len) == 0)
			return c < 0x80 && class[i].is(c) != 0;
	return -1;
}

/* One member of a set, at *P: 1 if C is in it, 0, -1 when it is malformed. */
static int
in_member(const char **p, unsigned char c)
{
	const char *s = *p, *end;
	unsigned char low, high;

	if (s[0] == '[' && s[1] == ':' && (end = strchr(s + 2, ']')) != NULL &&
	    end - s >= 3 && end[-1] == ':') {
		*p = end + 1;
		return in_class(s + 2, (size_t)(end - s - 3), c);
	}
	if (*s == '\\')
		s++;
	if ((low = (unsigned char)*s++) == '\0')
		return -1;
	high = low;
	if (s[0] == '-' && s[1] != ']' && s[1] != '\0') {
		s++;
		if (*s == '\\')
			s++;
		if ((high = (unsigned char)*s++) == '\0')
			return -1;
	}
	*p = s;
	return c >= low && c <= high;
}

/* The set behind the "[" before *P, which is moved behind its "]". */
static int
in_set(const char **p, unsigned char c)
{
	const char *s = *p;
	bool negated, found = false, first;
	int rc;

	negated = *s == '!' || *s == '^';
	s += negated;
	for (first = true; first || *s != ']'; first = false) {
		if (*s == '\0' || (rc = in_member(&s, c)) < 0)
			return 0; /* never closed: matches nothing */
		found |= rc;
	}
	*p = s + 1;
	return found != negated;
}

static int match(
    const struct glob *, const char *p, const char *t, const char *start);

/* P stands behind the stars; DEEP: they may cover slashes. */
static int
match_rest(const struct glob *g, const char *p, const char *t, bool deep)
{
	int rc;

	if (*p == '\0')
		return deep || strchr(t, '/') == NULL;
	for (;; t++) {
		if ((rc = match(g, p, t, p)) != 0)
			return rc;
		if (*t == '\0' || (*t == '/' && !deep))
			return 0;
	}
}

static int
match_stars(
    const struct glob *g, const char *p, const char *t, const char *start)
{
	const char *star = p;
	bool deep = !g->pathname;
	int rc;

	while (*p == '*')
		p++;
	if (g->pathname && p - star >= 2 &&
	    (star == start || star[-1] == '/') &&
	    (*p == '\0' || *p == '/' || (p[0] == '\\' && p[1] == '/'))) {
		/* Between slashes: no directory at all as well. */
		deep = true;
		if (*p == '/' && (rc = match(g, p + 1, t, p + 1)) != 0)
			return rc;
	}
	return match_rest(g, p, t, deep);
}

/* START is where this (part of the) pattern begins. */
static int
match(const struct glob *g, const char *p, const char *t, const char *start)
{
	for (; *p != '\0'; t++) {
		if (*g->steps == 0)
			return -1;
		*g->steps -= 1;
		if (*p == '*')
			return match_stars(g, p, t, start);
		if (*t == '\0')
			return 0;
		if (*p == '?' || *p == '[') {
			if (g->pathname && *t == '/')
				return 0;
			if (*p++ == '[' && !in_set(&p, (unsigned char)*t))
				return 0;
			continue;
		}
		if (*p == '\\')
			p++;
		if (*p == '\0' || *p++ != *t)
			return 0;
	}
	return *t == '\0';
}

int
glob_match(
    const char *pattern, const char *text, bool pathname, unsigned long *steps)
{
	struct glob g = {pathname, steps};

	return match(&g, pattern, text, pattern);
}
