/* zonegate install-hook: into a bare repository, over no one else's hook. */
#include <errno.h>
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
#include "output.h"

/* Where servers look for hooks, below the repository. */
struct layout {
	const char *name;
	const char *dir;  /* must be there already, or is made */
	const char *file; /* in DIR */
	const char *sign; /* a path that only this layout has, or NULL */
};

static const struct layout layouts[] = {
    {"gitlab", "custom_hooks/pre-receive.d", "zonegate", "custom_hooks"},
    {"gitea", "hooks/pre-receive.d", "zonegate", "hooks/pre-receive.d"},
    {"forgejo", "hooks/pre-receive.d", "zonegate", "hooks/pre-receive.d"},
    {"plain", "hooks", "pre-receive", NULL},
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

static int
refuse_other(const char *path, struct error *e)
{
	error_set(
	    e, ERROR_USAGE, "%s is another hook; nothing was changed", path);
	return error_hint(e,
	    "let that hook run 'zonegate pre-receive' with its standard "
	    "input, or choose another --layout");
}

static int
install(const struct gate_options *o, const char *dir, const char *policy,
    const char *layout, char path[PATH_MAX], struct error *e)
{
	char git_dir[PATH_MAX];
	const struct layout *l;
	int moved = 0, there;

	if (find_repository(git_dir, &moved, dir, e) != 0 ||
	    (l = find_layout(git_dir, layout, e)) == NULL ||
	    (policy != NULL && check_policy(o, policy, e) != 0))
		return -1;
	if (moved == 0 && strcmp(l->name, "plain") == 0) {
		error_set(e, ERROR_USAGE,
		    "core.hooksPath is set: git would not run a hook in %s",
		    git_dir);
		return error_hint(e,
		    "unset it there, or link hooks/pre-receive into the "
		    "directory it names");
	}
	if (snprintf(path, PATH_MAX, "%s/%s/%s", git_dir, l->dir, l->file) >=
	    PATH_MAX)
		return error_set(e, ERROR_USAGE, "%s: too long a path", dir);
	if ((there = look(path, e)) < 0)
		return -1;
	if (there == 2)
		return refuse_other(path, e);
	/* The settings first: a hook without them rejects everything. */
	if (make_dirs(git_dir, l->dir, e) != 0 ||
	    set_paths(git_dir, policy, e) != 0)
		return -1;
	if (output_write(path, hook_script, strlen(hook_script)) != 0 ||
	    chmod(path, 0755) != 0)
		return error_set(
		    e, ERROR_SYSTEM, "%s: %s", path, strerror(errno));
	return 0;
}

int
gate_install_hook(const struct gate_options *o, const char *dir,
    const char *policy, const char *layout)
{
	char path[PATH_MAX];
	struct error e = {0};

	if (install(o, dir, policy, layout, path, &e) != 0)
		return print_failure(o, &e);
	if (!o->quiet) {
		printf("installed %s\n", path);
		if (policy == NULL)
			printf("next: a trusted policy, if the repository has "
			       "no zonegate.yaml yet:\n"
			       "  git -C %s config zonegate.policy "
			       "/etc/zonegate/policy.yaml\n",
			    dir);
		else
			printf("policy %s\n", policy);
	}
	return 0;
}
