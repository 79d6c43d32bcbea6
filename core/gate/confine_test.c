/* What a confined child can still open, against the real kernel and git. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

#include "../base/sandbox.h"
#include "../source/sandbox_test.h"
#include "supervise.h"

#define BROKEN 255 /* the child could not be prepared */

/* In a confined child: the errno of opening PATH for reading, or 0. */
static int
open_confined(const char *dir, const char *path)
{
	struct error e = {0};
	struct repo *repo;
	int fd;

	if (repo_open(&repo, dir, false, &e) != 0 ||
	    gate_confine_repo(repo, &e) != 0)
		return BROKEN;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? 0 : errno;
}

/* The same for reading the object NAME through the library. */
static int
read_confined(const char *dir, const char *hex)
{
	struct error e = {0};
	struct repo *repo;

	if (repo_open(&repo, dir, false, &e) != 0 ||
	    gate_confine_repo(repo, &e) != 0)
		return BROKEN;
	return repo_object_type(repo, hex) != NULL ? 0 : ENOENT;
}

static int
in_child(int (*deed)(const char *, const char *), const struct sandbox *box,
    const char *repo, const char *what)
{
	char dir[PATH_MAX];
	pid_t pid;
	int status;

	/* sandbox_path() may hand out one buffer for all. */
	snprintf(dir, sizeof(dir), "%s/%s", box->dir, repo);
	if ((pid = fork()) == 0)
		_exit(deed(dir, what));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/*
 * far is an alternate of near, near one of r by a relative path; tree is a
 * linked work tree of r; quarantine and more are named by the environment.
 */
static void
lay(struct sandbox *box)
{
	sandbox_sh(box,
	    "echo secret >key; mkdir -p 'quarantine' more\n"
	    "echo x >quarantine/x; echo x >more/x\n"
	    "git init -q far; cd far; echo 1 >f; git add f\n"
	    "git commit -qm 1; cd ..\n"
	    "git clone -q --bare --shared far near\n"
	    "git clone -q --shared near r; cd r\n"
	    "echo ../../../near/objects >.git/objects/info/alternates\n"
	    "echo 2 >g; git add g; git commit -qm 2\n"
	    "ln -s ../../key .git/link; echo secret >.git-key\n"
	    "git worktree add -q ../tree\n");
}

static void
test_paths(void **state)
{
	static const struct {
		const char *repo;
		const char *path; /* absolute, or in the sandbox */
		int want;
	} c[] = {
	    {"r", "key", EACCES},
	    {"r", "r/.git-key", EACCES},
	    {"r", "r/g", EACCES},
	    {"r", "r", EACCES},
	    {"r", "r/.git/link", EACCES},
	    {"r", "r/.git/../../key", EACCES},
	    {"r", "/etc/passwd", EACCES},
	    {"r", "/proc/self/environ", EACCES},
	    {"r", "far/.git/config", EACCES},
	    {"r", "near/config", EACCES},
	    {"r", "tree/g", EACCES},
	    {"r", "r/.git/HEAD", 0},
	    {"r", "r/.git/objects/pack", 0},
	    {"r", "near/objects", 0},
	    {"r", "far/.git/objects", 0},
	    {"r", "quarantine/x", 0},
	    {"r", "more/x", 0},
	    {"r", "/dev/urandom", 0},
	    {"near", "near/HEAD", 0},
	    {"near", "far/.git/objects", 0},
	    {"near", "r/.git/HEAD", EACCES},
	    {"tree", "r/.git/objects", 0},
	    {"tree", "r/.git/refs", 0},
	    {"tree", "tree/g", EACCES},
	    {"tree", "key", EACCES},
	};
	struct sandbox *box = *state;
	char path[PATH_MAX], list[2 * PATH_MAX];
	size_t i, bad = 0;
	int got;

	if (!sandbox_knows_files())
		skip();
	lay(box);
	snprintf(path, sizeof(path), "%s/quarantine", box->dir);
	snprintf(list, sizeof(list), "/nonexistent::%s/more", box->dir);
	setenv("GIT_OBJECT_DIRECTORY", path, 1);
	setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", list, 1);
	for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s",
		    c[i].path[0] == '/' ? "" : box->dir, c[i].path);
		got = in_child(open_confined, box, c[i].repo, path);
		if (got != c[i].want) {
			print_error("%s reads %s: %d, not %d\n", c[i].repo,
			    c[i].path, got, c[i].want);
			bad++;
		}
	}
	unsetenv("GIT_OBJECT_DIRECTORY");
	unsetenv("GIT_ALTERNATE_OBJECT_DIRECTORIES");
	assert_int_equal(bad, 0);
}

/* Also without Landlock: what has to be read can be read. */
static void
test_objects(void **state)
{
	static const struct {
		const char *repo, *rev;
	} c[] = {
	    {"r", "HEAD:g"},
	    {"r", "HEAD~1:f"},
	    {"tree", "HEAD:g"},
	    {"near", "HEAD:f"},
	    {"far", "HEAD:f"},
	};
	struct sandbox *box = *state;
	char hex[REPO_HEX];
	size_t i, bad = 0;
	int got, turn;

	lay(box);
	for (turn = 0; turn < 2; turn++) {
		for (i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
			snprintf(hex, sizeof(hex), "%s",
			    sandbox_out(box, "git -C %s rev-parse %s",
				c[i].repo, c[i].rev));
			got = in_child(read_confined, box, c[i].repo, hex);
			if (got != 0) {
				print_error(
				    "%s, %s: %d\n", c[i].repo, c[i].rev, got);
				bad++;
			}
		}
		sandbox_sh(box, "git -C far gc -q; git -C r repack -qad");
	}
	assert_int_equal(bad, 0);
}

/* A path that is not there is no fault; one that cannot be looked up is. */
static void
test_refused(void **state)
{
	static char longest[2 * PATH_MAX];
	const char *gone[] = {"/nonexistent/a", "/dev/null/b"};
	const char *wrong[] = {"/", longest};
	struct error e = {0};
	pid_t pid;
	int status;

	(void)state;
	if (!sandbox_knows_files())
		skip();
	memset(longest, 'x', sizeof(longest) - 1);
	assert_int_equal(gate_confine_to(wrong, 2, &e), -1);
	assert_int_equal(e.code, ERROR_SYSTEM);
	if ((pid = fork()) == 0)
		_exit(gate_confine_to(gone, 2, &e) != 0 ||
		      open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_paths, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test_setup_teardown(
		test_objects, sandbox_setup, sandbox_teardown),
	    cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("confine", tests, NULL, NULL);
}
