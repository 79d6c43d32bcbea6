#include "log.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../attest/chain.h"
#include "../attest/statement.h"
#include "../report/json.h"
#include "print.h"
#include "record.h"

#define REFS_MAX 10000 /* more are refused: what passes is told whole */
#define VALUE_MAX 256  /* of an environment variable */

/* Is the folder of PATH inside of the directory DIR? */
static bool
is_inside(const char *path, const char *dir)
{
	char real[PATH_MAX], folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = strlen(dir);

	if (slash == NULL || slash - path >= PATH_MAX)
		return true;
	memcpy(folder, path, (size_t)(slash - path));
	folder[slash - path] = '\0';
	/* A folder that is not there is no log, either: opening it says so. */
	if (realpath(slash == path ? "/" : folder, real) == NULL)
		return false;
	return strncmp(real, dir, n) == 0 &&
	       (real[n] == '/' || real[n] == '\0');
}

int
log_check_path(const struct repo *repo, const char *path, struct error *e)
{
	const char *work = repo_workdir(repo);
	char dir[PATH_MAX];

	if (realpath(repo_path(repo), dir) == NULL)
		return error_set(e, ERROR_SYSTEM, "%s: %s", repo_path(repo),
		    strerror(errno));
	if (path[0] == '/' && !is_inside(path, dir) &&
	    (work == NULL || !is_inside(path, work)))
		return 0;
	error_set(e, ERROR_SYSTEM,
	    "the audit log %.300s must be an absolute path outside of the "
	    "repository",
	    path);
	return error_hint(e,
	    "git -C %.100s config zonegate.auditLog "
	    "/var/log/zonegate/audit.jsonl",
	    repo_path(repo));
}

int
log_path(struct repo *repo, char out[PATH_MAX], struct error *e)
{
	int rc = repo_config(repo, "zonegate.auditlog", out, PATH_MAX, e);

	return rc != 0 ? rc : log_check_path(repo, out, e);
}

/* ---- the line ------------------------------------------------------------ */

/* Who pushes, as the server's environment says. Nothing proves it here, and
 * the word "claimed" says so. */
static json_t *
pusher_json(bool *failed)
{
	static const char *const names[] = {"GL_ID", "GL_USERNAME", "GL_USER",
	    "GITEA_PUSHER_ID", "GITEA_PUSHER_NAME", "REMOTE_USER",
	    "REMOTE_ADDR", "SSH_CONNECTION"};
	json_t *claimed = json_object(), *o = json_object();
	char value[VALUE_MAX];
	const char *v;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((v = getenv(names[i])) == NULL)
			continue;
		snprintf(value, sizeof(value), "%s", v);
		json_put(claimed, names[i], json_text(value), failed);
	}
	json_put(o, "claimed", claimed, failed);
	json_put(o, "uid", json_integer((json_int_t)getuid()), failed);
	return o;
}

static json_t *
ref_json(const char *line, size_t len, bool *failed)
{
	json_t *o = json_object();
	char *copy = strndup(line, len), *save = NULL;

	if (copy == NULL)
		*failed = true;
	json_put(o, "old",
	    json_text(copy == NULL ? "" : strtok_r(copy, " ", &save)), failed);
	json_put(o, "new",
	    json_text(copy == NULL ? "" : strtok_r(NULL, " ", &save)), failed);
	json_put(o, "ref",
	    json_text(copy == NULL ? "" : strtok_r(NULL, "", &save)), failed);
	free(copy);
	return o;
}

/* Whatever git said, also what was refused as malformed. */
static void
put_refs(json_t *root, const char *s, size_t len, bool *failed)
{
	json_t *list = json_array();
	const char *end = s + len, *nl;
	uint64_t n = 0;

	for (; s < end; s = nl + 1) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (nl == NULL)
			nl = end;
		if (++n <= REFS_MAX)
			json_push(list, ref_json(s, (size_t)(nl - s), failed),
			    failed);
	}
	json_put(root, "refs", list, failed);
	json_put(root, "refs_total", json_number(true, n), failed);
}

static const char *
verdict_of(int status)
{
	return status == 0 ? "pass" : status == 1 ? "block" : "error";
}

/* Times of the log are those of the clock, whatever --at says. */
static int
compose(struct text *line, const char *dir, const char *input, size_t len,
    const struct text *record, int status)
{
	json_t *root = NULL;
	bool failed = false;
	char when[32];

	if (record->len != 0)
		root = json_loadb(
		    record->data, record->len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(root)) {
		json_decref(root);
		root = json_object();
		json_put(root, "error", json_text("judging was lost"), &failed);
	}
	statement_time(when, time(NULL));
	json_object_del(root, "base");
	json_object_del(root, "head");
	json_put(root, "event", json_text("pre-receive"), &failed);
	json_put(root, "repository", json_text(dir), &failed);
	json_put(root, "time", json_text(when), &failed);
	json_put(
	    root, "tool", json_text("zonegate " ZONEGATE_VERSION), &failed);
	/* What the hook answers, which the child's record cannot know. */
	json_put(root, "verdict", json_text(verdict_of(status)), &failed);
	json_put(root, "status", json_integer(status), &failed);
	json_put(root, "pusher", pusher_json(&failed), &failed);
	put_refs(root, input == NULL ? "" : input, len, &failed);
	json_compact(root, failed, line);
	return text_lost(line) ? -1 : 0;
}

static int
find_log(const struct gate_options *o, char path[PATH_MAX], char dir[PATH_MAX],
    struct error *e)
{
	struct repo *repo = NULL;
	int rc = repo_open(&repo, o->repo, o->repo == NULL, e);

	if (rc == 0) {
		snprintf(dir, PATH_MAX, "%s", repo_path(repo));
		rc = log_path(repo, path, e);
	}
	repo_free(repo);
	return rc;
}

int
log_decision(const struct gate_options *o, const char *input, size_t len,
    const struct text *record, int status)
{
	struct text line = TEXT_INIT;
	struct error e = {0};
	char path[PATH_MAX], dir[PATH_MAX];
	int rc = find_log(o, path, dir, &e);

	if (rc == 1)
		return status;
	if (rc == 0 && compose(&line, dir, input, len, record, status) != 0)
		rc = error_memory(&e);
	if (rc == 0)
		rc = chain_append(path, line.data, line.len, NULL, &e);
	text_free(&line);
	if (rc == 0)
		return status;
	print_failure(o, &e);
	fprintf(stderr,
	    "zonegate: the decision could not be logged, so nothing was "
	    "accepted\n");
	return status == 2 ? 2 : 3;
}
