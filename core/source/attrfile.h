/*
 * Inside of this room only: the lines of one .gitattributes file.
 */
#ifndef SOURCE_ATTRFILE_H
#define SOURCE_ATTRFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

struct arena;

enum attr_value {
	ATTR_UNKNOWN = 0, /* nothing said */
	ATTR_SET,         /* name */
	ATTR_UNSET,       /* -name */
	ATTR_RESET,       /* !name: as if nothing was said */
	ATTR_STRING,      /* name=value */
};

struct attr_state {
	const char *name;
	const char *string; /* of ATTR_STRING, else "" */
	enum attr_value value;
};

struct attr_line {
	const char *pattern; /* or the macro's name; no leading slash */
	const char *file;    /* path of the file */
	const char *dir;     /* its directory: "" or "a/b/" */
	uint32_t number;
	bool macro;
	bool basename; /* the pattern looks at the last component only */
	bool only_dir; /* it ended in a slash */
	const struct attr_state *state;
	size_t n;
};

struct attr_file {
	const struct attr_line *line;
	size_t n;
};

/*
 * Read the LEN bytes DATA of the file PATH as git does: comments, quoted
 * patterns, lines with a bad attribute name or a "!pattern" do not count. What
 * versions of git read differently (a line past their limit, a NUL byte) is an
 * error. All of it lives in ARENA.
 */
int attrfile_parse(struct attr_file *out, struct arena *, const char *path,
    const char *data, size_t len, struct error *);

#endif
