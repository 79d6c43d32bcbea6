/*
 * Paths inside a tree: what may be a name, and how a written path is folded.
 */
#include "source.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../base/text.h"
#include "source_impl.h"

struct source_shown
source_show(const char *path)
{
	struct source_shown out;
	struct text t = TEXT_INIT;
	size_t len = strlen(path);

	/* Escaping makes up to four bytes of one. */
	text_escaped(&t, path, len < SOURCE_SHOWN / 4 ? len : SOURCE_SHOWN / 4);
	if (text_lost(&t) || t.data == NULL)
		out.s[0] = '\0';
	else if (len > SOURCE_SHOWN / 4)
		snprintf(out.s, sizeof(out.s), "%.*s…", SOURCE_SHOWN, t.data);
	else
		snprintf(out.s, sizeof(out.s), "%.*s", SOURCE_SHOWN, t.data);
	text_free(&t);
	return out;
}

const char *
source_bad_name(const char *name, size_t len)
{
	if (len == 0)
		return "an empty name";
	if (len > SOURCE_COMPONENT)
		return "an over-long name";
	if (memchr(name, '/', len) != NULL)
		return "a name with a slash";
	if (memchr(name, '\0', len) != NULL)
		return "a name with a NUL";
	if ((len == 1 && name[0] == '.') ||
	    (len == 2 && memcmp(name, "..", 2) == 0))
		return "a name that leads elsewhere";
	/* git~1 is what Windows calls .git as well. */
	if ((len == 4 && strncasecmp(name, ".git", 4) == 0) ||
	    (len == 5 && strncasecmp(name, "git~1", 5) == 0))
		return "a name that belongs to git";
	return NULL;
}

const char *
source_bad_path(const char *path, size_t max)
{
	const char *why;
	size_t len, depth;

	if (strlen(path) > max)
		return "an over-long path";
	for (depth = 0;; depth++) {
		if (depth > SOURCE_DEPTH)
			return "too many directories";
		len = strcspn(path, "/");
		if ((why = source_bad_name(path, len)) != NULL)
			return why;
		if (path[len] == '\0')
			return NULL;
		path += len + 1;
	}
}

static int
refuse(struct error *e, const char *name, const char *why)
{
	return error_set(
	    e, ERROR_USAGE, "path %s: %s", source_show(name).s, why);
}

/* Drop the last component of the *USED bytes at OUT; -1 at the top. */
static int
go_up(const char *out, size_t *used)
{
	if (*used == 0)
		return -1;
	while (*used > 0 && out[*used - 1] != '/')
		*used -= 1;
	if (*used > 0)
		*used -= 1;
	return 0;
}

/* Fold the components of PATH onto the *USED bytes at OUT. */
static const char *
fold(char *out, size_t size, size_t *used, const char *path)
{
	const char *why;
	size_t len;

	for (;; path += len + 1) {
		len = strcspn(path, "/");
		if (len == 2 && memcmp(path, "..", 2) == 0) {
			if (go_up(out, used) != 0)
				return "it leaves the tree";
		} else if (len != 1 || path[0] != '.') {
			if ((why = source_bad_name(path, len)) != NULL)
				return why;
			if (*used + (*used > 0) + len + 1 > size)
				return "an over-long path";
			if (*used > 0)
				out[(*used)++] = '/';
			memcpy(out + *used, path, len);
			*used += len;
		}
		if (path[len] == '\0')
			return NULL;
	}
}

int
source_resolve(
    char *out, size_t size, const char *from, const char *name, struct error *e)
{
	const unsigned char *p;
	const char *why;
	size_t used = 0;

	if (size == 0)
		return refuse(e, name, "no room");
	out[0] = '\0';
	if (name[0] == '/')
		return refuse(e, name, "an absolute path");
	for (p = (const unsigned char *)name; *p != '\0'; p++)
		if (*p < 0x20 || *p == 0x7f)
			return refuse(e, name, "a control byte");
	if (from[0] == '/')
		return refuse(e, from, "an absolute path");
	if ((why = fold(out, size, &used, from)) != NULL)
		return refuse(e, from, why);
	if (go_up(out, &used) != 0)
		return refuse(e, from, "no file name");
	if ((why = fold(out, size, &used, name)) != NULL) {
		out[0] = '\0';
		return refuse(e, name, why);
	}
	out[used] = '\0';
	if (used == 0)
		return refuse(e, name, "no file name");
	return 0;
}
