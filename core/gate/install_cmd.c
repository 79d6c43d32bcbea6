/* zonegate install-hook: into a bare repository, over no one else's hook. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "hook_script.h"
#include "log.h"
#include "output.h"

/* Where servers look for hooks, below the repository. */
struct layout {
	const char *name;
	const char *dir, *post_dir;   /* made when they are not there */
	const char *file, *post_file; /* in them */
	const char *sign; /* a path that only this layout has, or NULL */
};

static const struct layout layouts[] = {
    {"gitlab", "custom_hooks/pre-receive.d", "custom_hooks/post-receive.d",
	"zonegate", "zonegate", "custom_hooks"},
    {"gitea", "hooks/pre-receive.d", "hooks/post-receive.d", "zonegate",
	"zonegate", "hooks/pre-receive.d"},
    {"forgejo", "hooks/pre-receive.d", "hooks/post-receive.d", "zonegate",
	"zonegate", "hooks/pre-receive.d"},
    {"plain", "hooks", "hooks", "pre-receive", "post-receive", NULL},
};

static const struct layout *
find_layout(const char *dir, const char *name, struct error *e)
{
	char path[PATH_MAX];
	struct stat st;
	size_t i;

	for (i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		if (name != NULL) {
			if (strcmp(layouts[i].name, name) == 0)
				return &layouts[i];
			continue;
		}
		if (layouts[i].sign == NULL)
			return &layouts[i];
		if (snprintf(path, sizeof(path), "%s/%s", dir,
			layouts[i].sign) < (int)sizeof(path) &&
		    stat(path, &st) == 0)
			return &layouts[i];
	}
	error_set(e, ERROR_USAGE, "unknown layout %s", name);
	error_hint(e, "one of plain, gitea, forgejo, gitlab");
	return NULL;
}

/* DIR must be a bare repository; its real path goes to OUT. *MOVED is 0 when
 * core.hooksPath makes git look elsewhere, else 1. */
static int
find_repository(
    char out[PATH_MAX], int *moved, const char *dir, struct error *e)
{
	char real[PATH_MAX], value[PATH_MAX];
	struct repo *repo = NULL;
	bool bare;

	if (realpath(dir, real) == NULL)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", dir, strerror(errno));
	if (repo_open(&repo, dir, false, e) != 0)
		return -1;
	bare = repo_workdir(repo) == NULL;
	*moved = repo_config(repo, "core.hooksPath", value, sizeof(value), e);
	if (realpath(repo_path(repo), out) == NULL)
		*moved = -1;
	repo_free(repo);
	if (*moved < 0)
		return error_set(
		    e, ERROR_SYSTEM, "%s: the repository cannot be read", dir);
	if (!bare) {
		error_set(e, ERROR_USAGE,
		    "%s has a work tree; the hook belongs into the bare "
		    "repository that people push to",
		    dir);
		return error_hint(
		    e, "for a work tree there is hooks/pre-commit");
	}
	/* It was looked for upwards, too: that is not what was named. */
	if (strcmp(real, out) != 0)
		return error_set(e, ERROR_USAGE,
		    "%s is no repository, but inside of %s", dir, out);
	return 0;
}

/* Make DIR/SUB, one component after the other. */
static int
make_dirs(const char *dir, const char *sub, struct error *e)
{
	char path[PATH_MAX], end;
	size_t base = strlen(dir) + 1, i;

	if (snprintf(path, sizeof(path), "%s/%s", dir, sub) >=
	    (int)sizeof(path))
		return error_set(e, ERROR_USAGE, "%s: too long a path", dir);
	for (i = base;; i++) {
		if ((end = path[i]) != '/' && end != '\0')
			continue;
		path[i] = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			return error_set(
			    e, ERROR_SYSTEM, "%s: %s", path, strerror(errno));
		if ((path[i] = end) == '\0')
			return 0;
	}
}

/* What is at PATH: 0 nothing, 1 our hook, as it should be or of another
 * version, 2 somebody else's; -1 error. */
static int
look(const char *path, struct error *e)
{
	char head[4096];
	struct stat st;
	size_t n;
	FILE *f;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? 0
				       : error_set(e, ERROR_SYSTEM, "%s: %s",
					     path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return 2; /* a link, too: its target may be shared */
	if ((f = fopen(path, "re")) == NULL)
		return error_set(
		    e, ERROR_SYSTEM, "%s: %s", path, strerror(errno));
	n = fread(head, 1, sizeof(head) - 1, f);
	fclose(f);
	head[n] = '\0';
	return strstr(head, HOOK_MARK) != NULL ? 1 : 2;
}

/* Run "git config KEY VALUE" without a shell and without anybody's
 * environment. */
static int
set_config(
    const char *git_dir, const char *key, const char *value, struct error *e)
{
	char dir[PATH_MAX + 16], env_home[PATH_MAX + 8];
	char env_path[PATH_MAX + 8], name[64], copy[PATH_MAX];
	char git[] = "git", config[] = "config";
	char *argv[] = {git, dir, config, name, copy, NULL};
	char *env[] = {env_home, env_path, NULL};
	const char *home = getenv("HOME"), *search = getenv("PATH");
	int wstatus;
	pid_t pid;

	snprintf(name, sizeof(name), "%s", key);
	snprintf(copy, sizeof(copy), "%s", value);
	snprintf(dir, sizeof(dir), "--git-dir=%s", git_dir);
	snprintf(
	    env_home, sizeof(env_home), "HOME=%s", home == NULL ? "/" : home);
	snprintf(env_path, sizeof(env_path), "PATH=%s",
	    search == NULL ? "/usr/local/bin:/usr/bin:/bin" : search);
	if (posix_spawnp(&pid, "git", NULL, NULL, argv, env) != 0)
		return error_set(e, ERROR_SYSTEM, "git could not be run");
	while (waitpid(pid, &wstatus, 0) < 0)
		if (errno != EINTR)
			return error_set(e, ERROR_SYSTEM, "git was lost");
	if (!WIFEXITED(wstatus) || WEXITSTATUS(wstatus) != 0)
		return error_set(e, ERROR_SYSTEM, "git config %s failed", key);
	return 0;
}

/* Where the policy and this very program are: a server's PATH is short. And
 * the branches' history is to be kept, by the time of the pushes. */
static int
set_paths(const char *git_dir, const char *policy, struct error *e)
{
	char path[PATH_MAX];

	if (policy != NULL && realpath(policy, path) == NULL)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", policy, strerror(errno));
	if (policy != NULL &&
	    set_config(git_dir, "zonegate.policy", path, e) != 0)
		return -1;
	/* By the server's own clock: when was which key published? */
	if (set_config(git_dir, "core.logAllRefUpdates", "true", e) != 0)
		return -1;
	if (realpath("/proc/self/exe", path) == NULL)
		return 0; /* then PATH must do */
	return set_config(git_dir, "zonegate.path", path, e);
}

/* A policy that does not parse would reject every push. */
static int
check_policy(const struct gate_options *o, const char *policy, struct error *e)
{
	struct gate_options copy = *o;
	struct trust t;
	int rc;

	copy.policy = policy;
	rc = trust_load(&t, &copy, NULL, NULL, e);
	trust_free(&t);
	if (rc == 1) {
		error_set(e, ERROR_USAGE, "%s has faults", policy);
		error_hint(e, "zonegate policy lint %s", policy);
		return -1;
	}
	return rc;
}

/* An override is asked for with a push option, which git offers only if it is
 * told to. A policy that is not there yet asks for nothing. */
static int
offer_push_options(const struct gate_options *o, const char *git_dir,
    const char *policy, struct error *e)
{
	struct gate_options copy = *o;
	char head[REPO_HEX];
	struct repo *repo = NULL;
	struct error ignored = {0};
	struct trust t = {0};
	int rc = 0;

	if (repo_open(&repo, git_dir, false, e) != 0)
		return -1;
	copy.policy = policy;
	if (trust_load(&t, &copy, repo,
		repo_commit(repo, "HEAD", head, &ignored) == 0 ? head : NULL,
		&ignored) == 0 &&
	    t.policy->change.override.nsigners != 0)
		rc = set_config(
		    git_dir, "receive.advertisePushOptions", "true", e);
	trust_free(&t);
	repo_free(repo);
	return rc;
}

static int
refuse_other(const char *path, const char *does, struct error *e)
{
	error_set(
	    e, ERROR_USAGE, "%s is another hook; nothing was changed", path);
	return error_hint(e,
	    "let that hook run 'zonegate %s' as hooks/ of zonegate does, or "
	    "choose another --layout",
	    does);
}

/* What is to be installed where. */
struct hook_place {
	char git_dir[PATH_MAX];
	const struct layout *layout;
	char pre[PATH_MAX], post[PATH_MAX]; /* hooks */
};

static int
find_place(
    struct hook_place *p, const struct gate_install *args, struct error *e)
{
	const struct layout *l;
	int moved = 0;

	if (find_repository(p->git_dir, &moved, args->dir, e) != 0 ||
	    (l = find_layout(p->git_dir, args->layout, e)) == NULL)
		return -1;
	p->layout = l;
	if (moved == 0 && strcmp(l->name, "plain") == 0) {
		error_set(e, ERROR_USAGE,
		    "core.hooksPath is set: git would not run a hook in %s",
		    p->git_dir);
		return error_hint(e,
		    "unset it there, or link hooks/pre-receive into the "
		    "directory it names");
	}
	if (snprintf(p->pre, PATH_MAX, "%s/%s/%s", p->git_dir, l->dir,
		l->file) >= PATH_MAX ||
	    snprintf(p->post, PATH_MAX, "%s/%s/%s", p->git_dir, l->post_dir,
		l->post_file) >= PATH_MAX)
		return error_set(
		    e, ERROR_USAGE, "%s: too long a path", args->dir);
	return 0;
}

/* Nobody else's hook may be at PATH. */
static int
check_free(const char *path, const char *does, struct error *e)
{
	int there = look(path, e);

	return there == 2 ? refuse_other(path, does, e) : there < 0 ? -1 : 0;
}

/* The log must be where the hook will take it, and writable. */
static int
check_log(const struct hook_place *p, const char *path, struct error *e)
{
	struct repo *repo = NULL;
	int fd, rc = repo_open(&repo, p->git_dir, false, e);

	if (rc == 0)
		rc = log_check_path(repo, path, e);
	repo_free(repo);
	if (rc != 0) {
		e->code = ERROR_USAGE;
		return -1;
	}
	fd = open(
	    path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
	if (fd < 0)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", path, strerror(errno));
	close(fd);
	return 0;
}

static int
check_all(const struct gate_options *o, const struct gate_install *args,
    const struct hook_place *p, struct error *e)
{
	if (args->policy != NULL && check_policy(o, args->policy, e) != 0)
		return -1;
	if (check_free(p->pre, "pre-receive", e) != 0)
		return -1;
	if (args->attest_key != NULL && check_free(p->post, "attest", e) != 0)
		return -1;
	return args->audit_log != NULL ? check_log(p, args->audit_log, e) : 0;
}

static int
put_hook(const struct hook_place *p, const char *dir, const char *path,
    const char *script, struct error *e)
{
	if (make_dirs(p->git_dir, dir, e) != 0)
		return -1;
	if (output_write(path, script, strlen(script)) != 0 ||
	    chmod(path, 0755) != 0)
		return error_set(
		    e, ERROR_SYSTEM, "%s: %s", path, strerror(errno));
	return 0;
}

static int
set_extras(const struct hook_place *p, const struct gate_install *args,
    struct error *e)
{
	char key[PATH_MAX];

	if (args->audit_log != NULL &&
	    set_config(p->git_dir, "zonegate.auditLog", args->audit_log, e) !=
		0)
		return -1;
	if (args->attest_key == NULL)
		return 0;
	if (realpath(args->attest_key, key) == NULL)
		return error_set(e, ERROR_USAGE, "%s: %s", args->attest_key,
		    strerror(errno));
	return set_config(p->git_dir, "zonegate.attestKey", key, e);
}

/* The settings first: a hook without them rejects everything. */
static int
install(const struct gate_options *o, const struct gate_install *args,
    struct hook_place *p, struct error *e)
{
	if (find_place(p, args, e) != 0 || check_all(o, args, p, e) != 0 ||
	    set_extras(p, args, e) != 0 ||
	    set_paths(p->git_dir, args->policy, e) != 0 ||
	    offer_push_options(o, p->git_dir, args->policy, e) != 0)
		return -1;
	if (args->attest_key != NULL &&
	    put_hook(p, p->layout->post_dir, p->post, hook_post_script, e) != 0)
		return -1;
	return put_hook(p, p->layout->dir, p->pre, hook_script, e);
}

int
gate_install_hook(const struct gate_options *o, const struct gate_install *args)
{
	struct hook_place p = {.layout = NULL};
	struct error e = {0};

	if (install(o, args, &p, &e) != 0)
		return print_failure(o, &e);
	if (o->quiet)
		return 0;
	printf("installed %s\n", p.pre);
	if (args->attest_key != NULL)
		printf("installed %s\n", p.post);
	if (args->audit_log != NULL)
		printf("audit log %s\n", args->audit_log);
	if (args->policy == NULL)
		printf("next: a trusted policy, if the repository has "
		       "no zonegate.yaml yet:\n"
		       "  git -C %s config zonegate.policy "
		       "/etc/zonegate/policy.yaml\n",
		    args->dir);
	else
		printf("policy %s\n", args->policy);
	return 0;
}
