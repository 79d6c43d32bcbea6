/*
 * The tree of a revision. Tree objects are read as bytes, by our own eyes:
 * libgit2 normalises modes and lets duplicates and odd names through, and what
 * two readers of a tree could see differently is refused here. Blobs are the
 * stored bytes; no filter and no attribute is ever applied to them.
 */
#include "source.h"

#include <git2.h>
#include <stdlib.h>
#include <string.h>

#include "../base/arena.h"
#include "repo_impl.h"
#include "source_impl.h"

#define ID_LEN 20
#define TREE_BYTES ((size_t)64 << 20)
#define MODE_DIR 0040000u
#define MODE_FMT 0170000u

/* One entry of a tree object, its bytes borrowed from the object. */
struct item {
	uint32_t mode;
	const char *name;
	size_t len;
	const uint8_t *id;
};

struct walk {
	struct source *src;
	struct error *e;
	char *path; /* limits.path_bytes and a NUL */
};

static enum source_kind
kind_of(uint32_t mode)
{
	static const struct {
		uint32_t mode;
		enum source_kind kind;
	} known[] = {
	    {0100644, SOURCE_FILE},
	    {0100755, SOURCE_FILE},
	    {0100664, SOURCE_FILE}, /* git before 1.0 */
	    {0120000, SOURCE_SYMLINK},
	    {0160000, SOURCE_SUBMODULE},
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].mode == mode)
			return known[i].kind;
	return SOURCE_OTHER;
}

/* Cut the next entry off the *LEFT bytes at *P. NULL, or what is wrong. */
static const char *
next_item(const uint8_t **p, size_t *left, struct item *it)
{
	const uint8_t *q = *p, *end = *p + *left, *nul;

	for (it->mode = 0; q < end && *q >= '0' && *q <= '7'; q++) {
		if (q - *p >= 6)
			return "an over-long mode";
		it->mode = it->mode << 3 | (uint32_t)(*q - '0');
	}
	if (q == *p || q == end || *q != ' ')
		return "a broken mode";
	q++;
	if ((nul = memchr(q, '\0', (size_t)(end - q))) == NULL)
		return "an unfinished name";
	it->name = (const char *)q;
	it->len = (size_t)(nul - q);
	if (end - nul - 1 < ID_LEN)
		return "an unfinished object id";
	it->id = nul + 1;
	*p = nul + 1 + ID_LEN;
	*left = (size_t)(end - *p);
	if ((it->mode & MODE_FMT) == MODE_DIR && it->mode != MODE_DIR)
		return "a directory of an odd mode";
	return source_bad_name(it->name, it->len);
}

/* Git's order: a directory is compared as if its name ended in a slash. */
static int
git_order(const struct item *a, const struct item *b)
{
	size_t min = a->len < b->len ? a->len : b->len;
	int cmp = memcmp(a->name, b->name, min);
	unsigned char x, y;

	if (cmp != 0)
		return cmp;
	x = a->len > min          ? (unsigned char)a->name[min]
	    : a->mode == MODE_DIR ? '/'
				  : '\0';
	y = b->len > min          ? (unsigned char)b->name[min]
	    : b->mode == MODE_DIR ? '/'
				  : '\0';
	return x < y ? -1 : x > y;
}

/* File names that begin each other, the longest last: each is a byte longer at
 * least, so there is room for all. */
struct prefixes {
	struct item item[SOURCE_COMPONENT + 1];
	size_t n;
};

/*
 * A file "a" and a directory "a" need not be neighbours ("a.b" sorts between
 * them): remember the file names that a later directory could repeat.
 */
static bool
repeats_file(struct prefixes *p, const struct item *it)
{
	const struct item *top;

	for (; p->n > 0; p->n--) {
		top = &p->item[p->n - 1];
		if (top->len <= it->len &&
		    memcmp(top->name, it->name, top->len) == 0)
			break;
	}
	if (it->mode == MODE_DIR)
		return p->n > 0 && p->item[p->n - 1].len == it->len;
	p->item[p->n++] = *it;
	return false;
}

/* Order and uniqueness of the entries of one tree object. */
static const char *
check_order(const uint8_t *p, size_t left)
{
	struct prefixes files = {.n = 0};
	struct item it, last = {0};
	const char *why;
	int cmp;

	for (; left > 0; last = it) {
		if ((why = next_item(&p, &left, &it)) != NULL)
			return why;
		if (last.name != NULL) {
			cmp = git_order(&last, &it);
			if (cmp == 0 ||
			    (last.len == it.len &&
				memcmp(last.name, it.name, it.len) == 0))
				return "the same name twice";
			if (cmp > 0)
				return "names out of order";
		}
		if (repeats_file(&files, &it))
			return "the same name twice";
	}
	return NULL;
}

static int
malformed(struct walk *w, size_t dir, const char *why)
{
	w->path[dir] = '\0';
	error_set(w->e, ERROR_SYSTEM, "malformed tree \"%s\" in %s: %s",
	    source_show(w->path).s, w->src->label, why);
	return error_hint(w->e,
	    "no git makes such a tree: look with git fsck, and set "
	    "receive.fsckObjects on the server");
}

static int walk_tree(
    struct walk *, const git_oid *, size_t dir, unsigned depth);

/* One entry below the DIR bytes of w->path. */
static int
walk_item(struct walk *w, const struct item *it, size_t dir, unsigned depth)
{
	struct source_entry entry = {.mode = it->mode, .id_len = ID_LEN};
	git_oid id;

	if (source_count(w->src, w->e) != 0)
		return -1;
	if (dir + it->len > w->src->limits.path_bytes)
		return malformed(w, dir, "an over-long path");
	memcpy(w->path + dir, it->name, it->len);
	w->path[dir + it->len] = '\0';
	if (it->mode == MODE_DIR) {
		git_oid_fromraw(&id, it->id);
		w->path[dir + it->len] = '/';
		return walk_tree(w, &id, dir + it->len + 1, depth + 1);
	}
	entry.path = w->path;
	entry.kind = kind_of(it->mode);
	memcpy(entry.id, it->id, ID_LEN);
	return source_add(w->src, &entry, w->e);
}

static int
read_object(struct source *src, const git_oid *id, git_object_t want,
    uint64_t max, const char *path, git_odb_object **out, struct error *e)
{
	git_object_t type;
	size_t size;

	if (repo_header(src->repo, id, &size, &type, e) != 0)
		return -1;
	if (type != want)
		return error_set(e, ERROR_SYSTEM, "%s is a %s, not a %s",
		    source_show(path).s, git_object_type2string(type),
		    git_object_type2string(want));
	if (size > max)
		return source_too_big(e, path, size, max);
	if (git_odb_read(out, src->repo->odb, id) < 0)
		return repo_fail(e, "%s", source_show(path).s);
	/* The header is a promise: a pack may break it. */
	if (git_odb_object_size(*out) == size &&
	    git_odb_object_type(*out) == want)
		return 0;
	git_odb_object_free(*out);
	return error_set(e, ERROR_SYSTEM,
	    "%s: the object is not what its header says", source_show(path).s);
}

static int
walk_tree(struct walk *w, const git_oid *id, size_t dir, unsigned depth)
{
	git_odb_object *o = NULL;
	const uint8_t *p;
	const char *why;
	struct item it;
	size_t left;
	int rc = 0;

	if (depth > SOURCE_DEPTH)
		return malformed(w, dir, "too many directories");
	w->path[dir] = '\0';
	if (read_object(w->src, id, GIT_OBJECT_TREE, TREE_BYTES,
		dir == 0 ? "the tree" : w->path, &o, w->e) != 0)
		return -1;
	p = git_odb_object_data(o);
	left = git_odb_object_size(o);
	if ((why = check_order(p, left)) != NULL)
		rc = malformed(w, dir, why);
	while (rc == 0 && left > 0) {
		why = next_item(&p, &left, &it);
		rc = why != NULL ? malformed(w, dir, why)
				 : walk_item(w, &it, dir, depth);
	}
	git_odb_object_free(o);
	return rc;
}

static int
git_list(struct source *src, struct error *e)
{
	struct walk w = {.src = src, .e = e};
	git_oid id;
	int rc;

	if ((w.path = malloc((size_t)src->limits.path_bytes + 2)) == NULL)
		return error_memory(e);
	git_oid_fromraw(&id, src->tree);
	rc = walk_tree(&w, &id, 0, 0);
	free(w.path);
	return rc;
}

static int
refuse_kind(struct error *e, const struct source_entry *entry)
{
	static const char *const word[] = {
	    [SOURCE_SYMLINK] = "a symbolic link",
	    [SOURCE_SUBMODULE] = "a submodule",
	    [SOURCE_OTHER] = "neither file nor directory",
	};

	return error_set(e, ERROR_USAGE, "%s is %s, not a file",
	    source_show(entry->path).s, word[entry->kind]);
}

static int
git_load(struct source *src, const char *path, uint64_t max, char **data,
    size_t *len, struct error *e)
{
	const struct source_entry *entry = source_find(src, path, e);
	git_odb_object *o = NULL;
	git_oid id;

	if (entry == NULL)
		return error_set(e, ERROR_USAGE, "%s: no such file in %s",
		    source_show(path).s, src->label);
	if (entry->kind != SOURCE_FILE)
		return refuse_kind(e, entry);
	git_oid_fromraw(&id, entry->id);
	if (read_object(src, &id, GIT_OBJECT_BLOB, max, path, &o, e) != 0)
		return -1;
	*len = git_odb_object_size(o);
	if ((*data = malloc(*len + 1)) != NULL) {
		memcpy(*data, git_odb_object_data(o), *len);
		(*data)[*len] = '\0';
	}
	git_odb_object_free(o);
	return *data != NULL ? 0 : error_memory(e);
}

/* The tree REV stands for, and what to call it. */
static int
find_tree(struct source *src, const char *rev, struct error *e)
{
	git_object_t type;
	git_oid id, tree;
	char hex[REPO_HEX];
	int rc;

	if ((rc = repo_resolve(src->repo, rev, &id, e)) < 0)
		return -1;
	if (rc == 1)
		return error_set(
		    e, ERROR_USAGE, "no such revision: %s", source_show(rev).s);
	if (repo_peel(src->repo, &id, &type, e) != 0)
		return -1;
	if (type == GIT_OBJECT_BLOB)
		return error_set(e, ERROR_USAGE, "%s is a file, not a revision",
		    source_show(rev).s);
	git_oid_cpy(&tree, &id);
	git_oid_tostr(hex, sizeof(hex), &id);
	if (type == GIT_OBJECT_COMMIT) {
		memcpy(src->commit, hex, sizeof(hex));
		if (repo_tree(src->repo, &id, &tree, e) != 0)
			return -1;
	}
	memcpy(src->tree, tree.id, ID_LEN);
	src->label = arena_printf(src->arena, "%.7s", hex);
	return src->label != NULL ? 0 : error_memory(e);
}

int
source_open_git(struct source **out, struct repo *repo, const char *rev,
    const struct source_limits *limits, struct error *e)
{
	static const struct source_ops ops = {git_list, NULL, git_load};
	struct source *src;
	size_t n;

	*out = NULL;
	if ((src = source_new(&ops, limits)) == NULL)
		return error_memory(e);
	src->repo = repo;
	src->is_git = true;
	if (find_tree(src, rev, e) != 0 || source_entries(src, &n, e) == NULL) {
		source_free(src);
		return -1;
	}
	*out = src;
	return 0;
}
