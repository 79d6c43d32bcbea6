#include "commits.h"

#include <ctype.h>
#include <git2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../base/vec.h"
#include "merge.h"

/* Bytes of one commit object: messages are not books. */
#define COMMIT_BYTES ((size_t)1 << 20)
/* Trailers of one kind in one commit. */
#define TRAILERS_MAX 32

static int
fail(struct error *e, const char *id)
{
	const git_error *why = git_error_last();

	return error_set(e, ERROR_SYSTEM, "commit %.12s cannot be read: %s", id,
	    why != NULL && why->message != NULL ? why->message : "no reason");
}

static const char *
hex(struct arena *a, const git_oid *id)
{
	char s[GIT_OID_HEXSZ + 1];

	return arena_strdup(a, git_oid_tostr(s, sizeof(s), id));
}

/* An address as identities are compared: without case, without blanks. */
static const char *
address(struct arena *a, const git_signature *who)
{
	char *s = arena_strdup(
	    a, who == NULL || who->email == NULL ? "" : who->email);
	size_t i;

	for (i = 0; s != NULL && s[i] != '\0'; i++)
		s[i] = (char)tolower((unsigned char)s[i]);
	return s;
}

/* ---- signature ---------------------------------------------------------- */

/* Lines of the header that begin a signature. */
static size_t
count_signatures(const char *header)
{
	const char *p = header;
	size_t n = 0;

	for (; p != NULL && *p != '\0'; p = strchr(p, '\n'), p += p != NULL) {
		if (strncmp(p, "gpgsig ", 7) == 0 ||
		    strncmp(p, "gpgsig-sha256 ", 14) == 0)
			n++;
	}
	return n;
}

static int
read_signature(struct change_commit *c, struct arena *a, git_repository *git,
    git_commit *commit, struct error *e)
{
	git_buf sig = {NULL, 0, 0}, data = {NULL, 0, 0};
	git_oid id = *git_commit_id(commit);
	size_t n = count_signatures(git_commit_raw_header(commit));
	int rc;

	rc = git_commit_extract_signature(&sig, &data, git, &id, NULL);
	if (rc == GIT_ENOTFOUND) {
		/* Something like one, but nothing git would look at. */
		c->doubled = n != 0;
		return 0;
	}
	if (rc < 0)
		return fail(e, c->id);
	c->doubled = n != 1;
	c->signature = arena_dup(a, sig.ptr, sig.size);
	c->payload = arena_dup(a, data.ptr, data.size);
	c->payload_len = data.size;
	git_buf_dispose(&sig);
	git_buf_dispose(&data);
	return c->signature == NULL || c->payload == NULL ? error_memory(e) : 0;
}

/* ---- trailers ----------------------------------------------------------- */

static int
add_word(const char *list[TRAILERS_MAX + 1], size_t *n, struct arena *a,
    const char *value, struct error *e)
{
	if (*n == TRAILERS_MAX)
		return error_set(e, ERROR_SYSTEM,
		    "more than %d trailers of one kind in one commit",
		    TRAILERS_MAX);
	list[*n] = arena_strdup(a, value);
	if (list[*n] == NULL)
		return error_memory(e);
	++*n;
	return 0;
}

static const char *const *
keep(struct arena *a, const char *list[TRAILERS_MAX + 1], size_t n)
{
	const char **out = arena_calloc(a, n + 1, sizeof(*out));

	if (out != NULL && n != 0)
		memcpy(out, list, n * sizeof(*out));
	return out;
}

static int
read_trailers(struct change_commit *c, struct arena *a, const char *message,
    struct error *e)
{
	const char *approved[TRAILERS_MAX + 1], *resolved[TRAILERS_MAX + 1];
	git_message_trailer_array all = {NULL, 0, NULL};
	size_t i, na = 0, nr = 0;
	const char *key, *value;
	int rc = 0;

	if (git_message_trailers(&all, message == NULL ? "" : message) != 0)
		return fail(e, c->id);
	for (i = 0; rc == 0 && i < all.count; i++) {
		key = all.trailers[i].key;
		value = all.trailers[i].value;
		if (strcasecmp(key, "Approved-by") == 0) {
			rc = add_word(approved, &na, a, value, e);
		} else if (strcasecmp(key, "Zonegate-Resolved") == 0) {
			rc = add_word(resolved, &nr, a, value, e);
		} else if (strcasecmp(key, "Zonegate-Override") == 0) {
			c->override = arena_strdup(a, value);
			if (c->override == NULL)
				rc = error_memory(e);
		}
	}
	git_message_trailer_array_free(&all);
	if (rc != 0)
		return -1;
	c->approved_by = keep(a, approved, na);
	c->resolved = keep(a, resolved, nr);
	return c->approved_by == NULL || c->resolved == NULL ? error_memory(e)
							     : 0;
}

/* ---- one commit --------------------------------------------------------- */

/* Sizes are looked at before anything is read. */
static int
look_up(git_commit **out, git_repository *git, const char *id, struct error *e)
{
	git_odb *odb = NULL;
	git_object_t type;
	git_oid oid;
	size_t size;
	int rc;

	if (git_oid_fromstr(&oid, id) < 0 || git_repository_odb(&odb, git) < 0)
		return fail(e, id);
	rc = git_odb_read_header(&size, &type, odb, &oid);
	git_odb_free(odb);
	if (rc < 0)
		return fail(e, id);
	if (type != GIT_OBJECT_COMMIT)
		return error_set(e, ERROR_SYSTEM, "%.12s is no commit", id);
	if (size > COMMIT_BYTES)
		return error_set(e, ERROR_SYSTEM,
		    "commit %.12s has more than %zu bytes", id, COMMIT_BYTES);
	return git_commit_lookup(out, git, &oid) < 0 ? fail(e, id) : 0;
}

static int
fill(struct change_commit *c, struct arena *a, struct repo *repo,
    git_commit *commit, const char *base, struct error *e)
{
	int rc;

	c->tree = hex(a, git_commit_tree_id(commit));
	c->nparents = git_commit_parentcount(commit);
	if (c->nparents != 0)
		c->parent = hex(a, git_commit_parent_id(commit, 0));
	c->author = address(a, git_commit_author(commit));
	c->committer = address(a, git_commit_committer(commit));
	c->time = git_commit_time(commit);
	if (c->tree == NULL || c->author == NULL || c->committer == NULL ||
	    (c->nparents != 0 && c->parent == NULL))
		return error_memory(e);
	if (read_signature(c, a, repo_git(repo), commit, e) != 0 ||
	    read_trailers(c, a, git_commit_message(commit), e) != 0 ||
	    merge_adds_nothing(&c->adds_nothing, repo_git(repo), commit, e) !=
		0)
		return -1;
	c->over_base = true;
	if (base == NULL || c->approved_by[0] == NULL)
		return 0;
	if ((rc = repo_is_ancestor(repo, base, c->id, e)) < 0)
		return -1;
	c->over_base = rc == 1;
	return 0;
}

int
change_commit_read(struct change_commit *c, struct arena *a, struct repo *repo,
    const char *id, const char *base, struct error *e)
{
	git_commit *commit = NULL;
	int rc;

	memset(c, 0, sizeof(*c));
	if ((c->id = arena_strdup(a, id)) == NULL)
		return error_memory(e);
	if (look_up(&commit, repo_git(repo), id, e) != 0)
		return -1;
	rc = fill(c, a, repo, commit, base, e);
	git_commit_free(commit);
	return rc;
}

int
change_commits_read(struct change_set *out, struct arena *a, struct repo *repo,
    const char *base, const char *head, struct error *e)
{
	char(*id)[REPO_HEX] = NULL;
	struct change_commit tip;
	size_t i, n = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	out->arena = a;
	rc = repo_commits_between(
	    repo, base, head, CHANGE_COMMITS_MAX, &id, &n, e);
	if (rc == 0) {
		out->commit = arena_calloc(a, n + 1, sizeof(*out->commit));
		if (out->commit == NULL)
			rc = error_memory(e);
	}
	for (i = 0; rc == 0 && i < n; i++, out->n++)
		rc = change_commit_read(
		    &out->commit[i], a, repo, id[i], base, e);
	free(id);
	if (rc != 0)
		return -1;
	out->base = base == NULL ? NULL : arena_strdup(a, base);
	if (change_commit_read(&tip, a, repo, head, NULL, e) != 0)
		return -1;
	out->tip = tip.id;
	out->tip_tree = tip.tree;
	return base != NULL && out->base == NULL ? error_memory(e) : 0;
}

/* ---- history ------------------------------------------------------------ */

/* Keep the commit if it opens or closes an override. */
static int
keep_marked(struct vec *kept, struct arena *a, struct repo *repo,
    const git_oid *oid, struct error *e)
{
	struct change_commit c = {0}, *at;
	char id[GIT_OID_HEXSZ + 1];
	git_commit *commit = NULL;
	const char *message;
	int rc = 0;

	git_oid_tostr(id, sizeof(id), oid);
	if (look_up(&commit, repo_git(repo), id, e) != 0)
		return -1;
	message = git_commit_message(commit);
	/* Most have none: their trees need not be looked at. */
	if (message != NULL && strcasestr(message, "zonegate-") != NULL)
		rc = change_commit_read(&c, a, repo, id, NULL, e);
	git_commit_free(commit);
	if (rc != 0 || c.id == NULL ||
	    (c.override == NULL && c.resolved[0] == NULL))
		return rc;
	if ((at = vec_add(kept)) == NULL)
		return error_memory(e);
	*at = c;
	return 0;
}

static int
start_walk(git_revwalk **walk, struct repo *repo, const char *head,
    const char *without, struct error *e)
{
	git_oid oid;

	if (git_oid_fromstr(&oid, head) < 0 ||
	    git_revwalk_new(walk, repo_git(repo)) < 0 ||
	    git_revwalk_push(*walk, &oid) < 0)
		return fail(e, head);
	if (without != NULL && (git_oid_fromstr(&oid, without) < 0 ||
				   git_revwalk_hide(*walk, &oid) < 0))
		return fail(e, without);
	return 0;
}

int
change_history_read(struct change_set *out, struct arena *a, struct repo *repo,
    const char *head, const char *without, size_t max, struct error *e)
{
	struct vec kept = VEC_INIT(struct change_commit);
	git_revwalk *walk = NULL;
	git_oid oid;
	size_t seen = 0;
	int rc, got = 0;

	memset(out, 0, sizeof(*out));
	out->arena = a;
	rc = start_walk(&walk, repo, head, without, e);
	while (rc == 0 && (got = git_revwalk_next(&oid, walk)) == 0) {
		if (seen++ == max) {
			out->cut = true;
			break;
		}
		rc = keep_marked(&kept, a, repo, &oid, e);
	}
	git_revwalk_free(walk);
	if (rc == 0 && got != 0 && got != GIT_ITEROVER)
		rc = fail(e, head);
	if (rc == 0 && (out->commit = arena_calloc(
			    a, kept.n + 1, sizeof(*out->commit))) == NULL)
		rc = error_memory(e);
	if (rc == 0 && kept.n != 0)
		memcpy(out->commit, kept.item, kept.n * sizeof(*out->commit));
	out->n = rc == 0 ? kept.n : 0;
	vec_free(&kept);
	return rc;
}
