/*
 * What about a tree makes its files mean different things to different
 * readers: paths that fall together elsewhere, entries that are no files,
 * contents kept elsewhere, attributes that change bytes on their way out.
 */
#ifndef SOURCE_AUDIT_H
#define SOURCE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

enum source_fault_kind {
	SOURCE_FAULT_COLLISION, /* ENTRY and OTHER are one path elsewhere */
	SOURCE_FAULT_SYMLINK,
	SOURCE_FAULT_SUBMODULE,
	SOURCE_FAULT_OTHER,
};

struct source_fault {
	enum source_fault_kind kind;
	const struct source_entry *entry;
	const struct source_entry *other; /* of a collision, or NULL */
};

/*
 * All faults of the tree, in path order of ENTRY. Paths collide when they
 * differ by case or by Unicode normal form only, or when one is a file where
 * the other has a directory. This is an approximation on the safe side:
 * Latin, Greek and Cyrillic case; accents are left away in composed Latin
 * letters (U+00C0–024F, U+1E00–1EFF) and as combining marks, so that two
 * different accents on one letter collide too, but never a letter with an
 * accent and one without. Composed letters of other scripts are not taken
 * apart. The list is freed with free(). 0, -1 with E set.
 */
int source_audit(
    struct source *, struct source_fault **out, size_t *n, struct error *);

/* Does the file PATH hold a Git LFS pointer in place of its content? 1 yes, 0
 * no, -1 with E set (it cannot be read). */
int source_is_lfs_pointer(struct source *, const char *path, struct error *);

struct source_attribute {
	const char *name;  /* "filter"; ".gitattributes" if that is no file */
	const char *value; /* "crlf" of eol=crlf, or "" */
	const char *file;  /* which .gitattributes */
	uint32_t line;     /* of it; 0 for the file as a whole */
	bool depends;      /* only where the one who checks out wants CRLF */
};

/*
 * Do the .gitattributes files of the tree change the bytes of PATH, or leave
 * it out, when it is checked out or archived? filter, ident,
 * working-tree-encoding, export-subst, export-ignore (of a directory above it
 * too), eol, and text or crlf without eol=lf. Patterns, order and macros are
 * git's. 1 with OUT filled (the most certain one), 0 no, -1 with E set: the
 * attributes cannot be read or would take too long to match.
 */
int source_attributes_touch(struct source *, const char *path,
    struct source_attribute *out, struct error *);

#endif
