/* The process above the one that holds the file: what is damaged goes. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memo_impl.h"

#define CPU_SECONDS 3 /* a damaged tree may have circles */
#define SOCKET_FD 3
#define FOLDER_FD 4

/*
 * Keep nothing but the two descriptors: an end of somebody's pipe that stayed
 * open here would keep them waiting.
 */
static int
keep_two(int fd, int folder)
{
	struct rlimit max;
	rlim_t i;
	int null;

	/* Out of the way first: they may stand in each other's place. */
	if ((fd = fcntl(fd, F_DUPFD, 16)) < 0 ||
	    (folder = fcntl(folder, F_DUPFD, 16)) < 0 ||
	    (null = open("/dev/null", O_RDWR)) < 0 || dup2(null, 0) < 0 ||
	    dup2(null, 1) < 0 || dup2(null, 2) < 0 || dup2(fd, SOCKET_FD) < 0 ||
	    dup2(folder, FOLDER_FD) < 0)
		return -1;
	if (close_range(FOLDER_FD + 1, ~0U, 0) == 0)
		return 0;
	/* An old kernel. */
	if (getrlimit(RLIMIT_NOFILE, &max) != 0 || max.rlim_cur > 1 << 20)
		return -1;
	for (i = FOLDER_FD + 1; i < max.rlim_cur; i++)
		close((int)i);
	return 0;
}

/* Nobody else may hold the folder: another gate uses the file then. */
static void
begin_anew(void)
{
	if (flock(FOLDER_FD, LOCK_EX | LOCK_NB) != 0)
		return;
	(void)unlinkat(FOLDER_FD, MEMO_FILE, 0);
	(void)unlinkat(FOLDER_FD, MEMO_LOCK_FILE, 0);
}

static void
die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
	    getppid() != parent)
		_exit(STORE_NONE);
}

static enum store_end
hold(int (*confine)(struct error *))
{
	struct rlimit cpu = {CPU_SECONDS, CPU_SECONDS}, none = {0, 0};
	struct rlimit now;

	if (getrlimit(RLIMIT_CPU, &now) == 0 && now.rlim_max > CPU_SECONDS &&
	    setrlimit(RLIMIT_CPU, &cpu) != 0)
		return STORE_NONE;
	(void)setrlimit(RLIMIT_CORE, &none);
	return store_serve(SOCKET_FD, confine);
}

void
keeper_run(int fd, int folder, int (*confine)(struct error *))
{
	pid_t self = getpid(), child, got;
	int status = 0;

	signal(SIGCHLD, SIG_DFL);
	if (keep_two(fd, folder) != 0 || fchdir(FOLDER_FD) != 0 ||
	    (child = fork()) < 0)
		_exit(STORE_NONE);
	if (child == 0) {
		/* The library's own crashes are expected: no handlers. */
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		signal(SIGABRT, SIG_DFL);
		signal(SIGFPE, SIG_DFL);
		signal(SIGXCPU, SIG_DFL);
		die_with(self);
		_exit(hold(confine));
	}
	while ((got = waitpid(child, &status, 0)) < 0)
		if (errno != EINTR)
			break;
	if (got == child &&
	    (!WIFEXITED(status) || WEXITSTATUS(status) == STORE_DAMAGED))
		begin_anew();
	_exit(STORE_DONE);
}
