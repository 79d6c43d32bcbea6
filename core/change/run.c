#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/sandbox.h"
#include "../base/stream.h"

#define FIRST_FD 3
#define SECONDS 20              /* wall time of one program */
#define CPU_SECONDS 10          /* processor time */
#define OUTPUT_MAX (1u << 20)   /* bytes it may say */
#define SPACE ((rlim_t)1 << 30) /* bytes of memory */
#define FILE_BYTES ((rlim_t)64 << 20)
#define LOST 126 /* exit status: it could not be started */

static const char *const folders[] = {
    "/usr/local/bin/", "/usr/bin/", "/bin/", "/run/current-system/sw/bin/"};

static const char *const fixed_env[] = {
    "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"};

const char *
run_file_path(size_t i)
{
	static const char *const path[RUN_FILES_MAX] = {"/proc/self/fd/3",
	    "/proc/self/fd/4", "/proc/self/fd/5", "/proc/self/fd/6"};

	return i < RUN_FILES_MAX ? path[i] : "";
}

/* ---- in the child ------------------------------------------------------- */

/* The descriptors in KEEP become 0, 1, 2, 3, …; all others are closed. */
static int
arrange(const int *keep, int n)
{
	int high[FIRST_FD + RUN_FILES_MAX], i;
	struct rlimit max;

	for (i = 0; i < n; i++)
		if ((high[i] = fcntl(keep[i], F_DUPFD, 32)) < 0)
			return -1;
	for (i = 0; i < n; i++)
		if (dup2(high[i], i) < 0)
			return -1;
	if (close_range((unsigned)n, ~0U, 0) == 0)
		return 0;
	/* An old kernel. */
	if (getrlimit(RLIMIT_NOFILE, &max) != 0 || max.rlim_cur > 1 << 20)
		return -1;
	for (i = n; i < (int)max.rlim_cur; i++)
		(void)close(i);
	return 0;
}

static void
set_free(void)
{
	sigset_t none;
	int s;

	for (s = 1; s < 32; s++)
		(void)signal(s, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void
start(const struct run *r, const int *keep, int n, pid_t parent)
{
	const char *env[16], *program = r->argv[0];
	char path[128];
	size_t i, k = 0;

	for (i = 0; i < sizeof(fixed_env) / sizeof(fixed_env[0]); i++)
		env[k++] = fixed_env[i];
	for (i = 0; r->env != NULL && r->env[i] != NULL && k < 15; i++)
		env[k++] = r->env[i];
	env[k] = NULL;
	set_free();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    getppid() != parent || arrange(keep, n) != 0 || chdir("/") != 0 ||
	    sandbox_limit(RLIMIT_CPU, CPU_SECONDS) != 0 ||
	    sandbox_limit(RLIMIT_CORE, 0) != 0 ||
	    sandbox_limit(RLIMIT_NOFILE, 64) != 0 ||
	    sandbox_limit(RLIMIT_FSIZE, FILE_BYTES) != 0 ||
	    sandbox_limit(RLIMIT_AS, SPACE) != 0)
		_exit(LOST);
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (snprintf(path, sizeof(path), "%s%s", folders[i], program) >=
		    (int)sizeof(path))
			break;
		execve(path, (char *const *)(uintptr_t)r->argv,
		    (char *const *)(uintptr_t)env);
	}
	_exit(LOST);
}

/* ---- in the parent ------------------------------------------------------ */

/* LEN bytes in memory, to be read from their beginning; -1. */
static int
file_of(const struct run_file *f)
{
	int fd = memfd_create("zonegate", MFD_CLOEXEC);
	const char *p = f->data;
	size_t left = f->len;
	ssize_t n;

	while (fd >= 0 && left > 0) {
		n = write(fd, p, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			goto fail;
		p += n;
		left -= (size_t)n;
	}
	if (fd >= 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
fail:
	if (fd >= 0)
		close(fd);
	return -1;
}

static int
conclude(const struct run *r, pid_t pid, int rc, int *status, struct error *e)
{
	int wstatus;

	if (rc != 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, &wstatus, 0) < 0)
		if (errno != EINTR)
			return error_set(
			    e, ERROR_SYSTEM, "%s was lost", r->argv[0]);
	if (rc != 0)
		return error_set(e, ERROR_SYSTEM,
		    "%s took too long or said too much", r->argv[0]);
	if (!WIFEXITED(wstatus))
		return error_set(
		    e, ERROR_SYSTEM, "%s did not end by itself", r->argv[0]);
	*status = WEXITSTATUS(wstatus);
	if (*status != LOST)
		return 0;
	error_set(e, ERROR_SYSTEM, "%s could not be run", r->argv[0]);
	return error_hint(e,
	    "signatures are verified by ssh-keygen and gpg: install "
	    "openssh-client and gnupg on the server");
}

int
run_program(const struct run *r, struct text *out, int *status, struct error *e)
{
	/* stdin, stdout, stderr, files, the pipe's other end */
	int fd[FIRST_FD + RUN_FILES_MAX], pipes[2] = {-1, -1};
	pid_t pid = -1, parent = getpid();
	size_t i, n = 0;
	int rc = -1;

	text_clear(out);
	if (r->nfiles > RUN_FILES_MAX || pipe2(pipes, O_CLOEXEC) != 0)
		return error_set(e, ERROR_SYSTEM, "%s: no pipe", r->argv[0]);
	fd[n++] = file_of(&r->input);
	fd[n++] = pipes[1];
	fd[n++] = open("/dev/null", O_WRONLY | O_CLOEXEC);
	for (i = 0; i < r->nfiles; i++)
		fd[n++] = file_of(&r->file[i]);
	for (i = 0; i < n && fd[i] >= 0; i++)
		continue;
	if (i == n && (pid = fork()) == 0)
		start(r, fd, (int)n, parent);
	for (i = 0; i < n; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	if (pid > 0)
		rc = conclude(r, pid,
		    stream_collect(pipes[0], out, OUTPUT_MAX,
			stream_now() + SECONDS * 1000),
		    status, e);
	else
		error_set(
		    e, ERROR_SYSTEM, "%s: %s", r->argv[0], strerror(errno));
	close(pipes[0]);
	return rc;
}
