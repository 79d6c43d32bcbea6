#include "note.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "repo_impl.h"

#define NOTE_MAX ((size_t)64 << 20)
#define WAIT_MS 30000 /* for other writers */
#define STEP_MS 10

static void
nap(void)
{
	static const struct timespec step = {0, STEP_MS * 1000000};

	nanosleep(&step, NULL);
}

/* One of us at a time; closing the descriptor unlocks. -1 with E set. */
static int
lock(struct repo *r, struct error *e)
{
	int fd = open(r->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), waited;

	if (fd < 0)
		return error_set(
		    e, ERROR_SYSTEM, "%s: %s", r->path, strerror(errno));
	for (waited = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; waited += STEP_MS) {
		if (waited < WAIT_MS &&
		    (errno == EWOULDBLOCK || errno == EINTR)) {
			nap();
			continue;
		}
		close(fd);
		return error_set(e, ERROR_SYSTEM,
		    "another process writes notes in %s and does not end",
		    r->path);
	}
	return fd;
}

/* Where the notes are now: 0; 1 nowhere; -1. */
static int
find_tip(struct repo *r, const char *ref, git_commit **tip, git_tree **tree,
    struct error *e)
{
	git_oid id;
	int rc = git_reference_name_to_id(&id, r->git, ref);

	if (rc == GIT_ENOTFOUND)
		return 1;
	if (rc < 0 || git_commit_lookup(tip, r->git, &id) < 0 ||
	    git_commit_tree(tree, *tip) < 0)
		return repo_fail(e, "the notes at %s", ref);
	return 0;
}

/* A tree of one entry. */
static int
tree_of(git_oid *out, struct repo *r, const char *name, const git_oid *id,
    git_filemode_t mode)
{
	git_treebuilder *b = NULL;
	int rc = git_treebuilder_new(&b, r->git, NULL);

	if (rc == 0)
		rc = git_treebuilder_insert(NULL, b, name, id, mode);
	if (rc == 0)
		rc = git_treebuilder_write(out, b);
	git_treebuilder_free(b);
	return rc;
}

static int
put_first(git_oid *out, struct repo *r, const char *hex, const git_oid *blob)
{
	char folder[3] = {hex[0], hex[1], '\0'};
	git_oid id;
	int rc = tree_of(&id, r, hex + 2, blob, GIT_FILEMODE_BLOB);

	return rc < 0 ? rc : tree_of(out, r, folder, &id, GIT_FILEMODE_TREE);
}

/* TREE (NULL: empty) with BLOB as the note of HEX. 0, -1. */
static int
put_note(git_oid *out, struct repo *r, git_tree *tree, const char *hex,
    const git_oid *blob)
{
	char path[GIT_OID_HEXSZ + 2];
	git_tree_update update[2] = {{.action = GIT_TREE_UPDATE_UPSERT,
					 .id = *blob,
					 .filemode = GIT_FILEMODE_BLOB,
					 .path = path},
	    {.action = GIT_TREE_UPDATE_REMOVE, .path = hex}};
	size_t n = 1;

	/* Folders of 256, which git reads as well as a flat tree. */
	snprintf(path, sizeof(path), "%.2s/%s", hex, hex + 2);
	if (tree == NULL)
		return put_first(out, r, hex, blob);
	/* Git itself may have written it flat. */
	if (git_tree_entry_byname(tree, hex) != NULL)
		n = 2;
	return git_tree_create_updated(out, r->git, tree, n, update);
}

/* One try: 0; 1 when somebody else was faster; -1. */
static int
try_write(struct repo *r, const char *ref, const char *hex, const git_oid *blob,
    const git_signature *who, struct error *e)
{
	git_commit *tip = NULL;
	git_tree *tree = NULL, *next = NULL;
	git_reference *moved = NULL;
	git_oid id, commit;
	const git_oid *from;
	int rc = find_tip(r, ref, &tip, &tree, e);

	if (rc < 0)
		goto out;
	rc = put_note(&id, r, tree, hex, blob);
	if (rc == 0)
		rc = git_tree_lookup(&next, r->git, &id);
	if (rc == 0)
		rc = git_commit_create(&commit, r->git, NULL, who, who, NULL,
		    "zonegate: attestation\n", next, tip != NULL,
		    (const git_commit **)&tip);
	from = tip == NULL ? NULL : git_commit_id(tip);
	if (rc == 0 && from == NULL)
		rc = git_reference_create(
		    &moved, r->git, ref, &commit, 0, "zonegate: attestation");
	else if (rc == 0)
		rc = git_reference_create_matching(&moved, r->git, ref, &commit,
		    1, from, "zonegate: attestation");
	if (rc == GIT_ELOCKED || rc == GIT_EMODIFIED || rc == GIT_EEXISTS)
		rc = 1;
	else if (rc < 0)
		rc = repo_fail(e, "the note of %.12s", hex);
out:
	git_reference_free(moved);
	git_tree_free(next);
	git_tree_free(tree);
	git_commit_free(tip);
	return rc;
}

static int
write_locked(struct repo *r, const char *ref, const char *hex,
    const git_oid *blob, int64_t now, struct error *e)
{
	git_signature *who = NULL;
	int rc = 1, waited;

	if (git_signature_new(&who, "zonegate", "zonegate@localhost", now, 0) <
	    0)
		return repo_fail(e, "the note of %.12s", hex);
	for (waited = 0; rc == 1 && waited < WAIT_MS; waited += STEP_MS) {
		rc = try_write(r, ref, hex, blob, who, e);
		if (rc == 1)
			nap();
	}
	git_signature_free(who);
	if (rc != 1)
		return rc;
	error_set(e, ERROR_SYSTEM, "%s is locked", ref);
	return error_hint(e,
	    "a git that was killed may have left %.100s/%s.lock behind: remove "
	    "it when no git is running",
	    r->path, ref);
}

static int
parse_commit(git_oid *id, const char *hex, struct error *e)
{
	if (strlen(hex) == GIT_OID_HEXSZ && git_oid_fromstr(id, hex) == 0)
		return 0;
	return error_set(e, ERROR_SYSTEM, "%.64s is no commit id", hex);
}

int
note_write(struct repo *r, const char *ref, const char *commit,
    const void *data, size_t len, int64_t now, struct error *e)
{
	git_oid id, blob;
	int fd, rc;

	if (getenv("GIT_QUARANTINE_PATH") != NULL)
		return error_set(e, ERROR_USAGE,
		    "no note is written while git has not accepted the push");
	if (parse_commit(&id, commit, e) != 0)
		return -1;
	if (git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1) < 0 ||
	    git_blob_create_from_buffer(&blob, r->git, data, len) < 0)
		return repo_fail(e, "the note of %.12s", commit);
	if ((fd = lock(r, e)) < 0)
		return -1;
	rc = write_locked(r, ref, commit, &blob, now, e);
	close(fd);
	return rc;
}

int
note_read(struct repo *r, const char *ref, const char *commit, char **out,
    size_t *len, struct error *e)
{
	git_note *note = NULL;
	const char *text;
	git_oid id;
	int rc;

	*out = NULL;
	*len = 0;
	if (parse_commit(&id, commit, e) != 0)
		return -1;
	rc = git_note_read(&note, r->git, ref, &id);
	if (rc == GIT_ENOTFOUND)
		return 1;
	if (rc < 0)
		return repo_fail(e, "the note of %.12s", commit);
	text = git_note_message(note);
	*len = strlen(text);
	if (*len > NOTE_MAX)
		rc = error_set(
		    e, ERROR_SYSTEM, "the note of %.12s: too large", commit);
	else if ((*out = strdup(text)) == NULL)
		rc = error_memory(e);
	git_note_free(note);
	return rc;
}
