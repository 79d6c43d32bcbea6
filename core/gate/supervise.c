#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/sandbox.h"
#include "../base/stream.h"
#include "output.h"

#define MEMORY_DEFAULT ((uint64_t)4 << 30)
#define SECONDS_DEFAULT 600u
#define TEXT_MAX ((uint64_t)256 << 20) /* of one report */

/* What the child sends: this, OUT, ERR, RECORD, and the seal once more. */
struct frame {
	char seal[8];
	uint64_t out_len;
	uint64_t err_len;
	uint64_t record_len;
	uint32_t status;
	uint32_t pad;
};

static const char seal[8] = {'z', 'g', 'a', 't', 'e', 'd', '0', '2'};

static int
limit_child(const struct gate_options *o)
{
	unsigned seconds = o->seconds != 0 ? o->seconds : SECONDS_DEFAULT;
	unsigned jobs = o->jobs != 0 ? o->jobs : 64;
	int bad = 0;

#ifndef SANDBOX_SANITIZED /* address sanitizers reserve terabytes */
	bad |= sandbox_limit(
	    RLIMIT_AS, o->memory != 0 ? o->memory : MEMORY_DEFAULT);
#endif
	bad |= sandbox_limit(RLIMIT_CPU, (rlim_t)seconds * jobs);
	bad |= sandbox_limit(RLIMIT_CORE, 0);
	bad |= prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	bad |= prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	return bad;
}

static int
send_text(int fd, const struct text *t)
{
	return t->len == 0 ? 0 : output_write_fd(fd, t->data, t->len);
}

#ifndef SANDBOX_SANITIZED /* a sanitizer reports crashes by itself */
/* The parent is to see of what signal a crash was. */
static void
crash_plainly(void)
{
	static const int crash[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
	size_t i;

	for (i = 0; i < sizeof(crash) / sizeof(crash[0]); i++)
		signal(crash[i], SIG_DFL);
}
#endif

/* The child: whatever goes wrong here, no sealed frame leaves it. */
static void
run_child(const struct gate_options *o, gate_job job, void *ctx,
    struct text *record, int fd, pid_t parent)
{
	struct text out = TEXT_INIT, err = TEXT_INIT;
	struct frame f = {.status = 3};
	int null;

#ifndef SANDBOX_SANITIZED
	crash_plainly();
#endif
	if (limit_child(o) != 0 || getppid() != parent)
		_exit(3);
	/* Libraries may print: only the frame counts as output. */
	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0 ||
	    dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(3);
	f.status = (uint32_t)job(o, ctx, &out, &err);
	if (text_lost(&out) || text_lost(&err) || text_lost(record))
		_exit(3);
	memcpy(f.seal, seal, sizeof(seal));
	f.out_len = out.len;
	f.err_len = err.len;
	f.record_len = record->len;
	if (output_write_fd(fd, &f, sizeof(f)) != 0 ||
	    send_text(fd, &out) != 0 || send_text(fd, &err) != 0 ||
	    send_text(fd, record) != 0 ||
	    output_write_fd(fd, seal, sizeof(seal)) != 0)
		_exit(3);
	_exit(0);
}

/* How the child ended, for people. */
static void
explain_loss(int timed_out, int wstatus, unsigned seconds)
{
	if (timed_out)
		fprintf(stderr,
		    "zonegate: judging took longer than %u s and was stopped\n",
		    seconds);
	else if (WIFSIGNALED(wstatus) && WTERMSIG(wstatus) == SIGXCPU)
		fprintf(
		    stderr, "zonegate: judging used up its processor time\n");
	else if (WIFSIGNALED(wstatus))
		fprintf(stderr, "zonegate: judging was killed by signal %d\n",
		    WTERMSIG(wstatus));
	else
		fprintf(stderr,
		    "zonegate: judging ended without a complete report "
		    "(memory or another limit?)\n");
	fprintf(stderr, "zonegate: could not check, so nothing was accepted\n");
}

/*
 * The one place where a status other than 3 comes from: the child ended by
 * itself, and its frame is whole.
 */
static int
conclude(const struct text *in, int rc, int wstatus, struct frame *f)
{
	memset(f, 0, sizeof(*f));
	if (rc != 0 || !WIFEXITED(wstatus) || WEXITSTATUS(wstatus) != 0)
		return 3;
	if (in->len < sizeof(*f) + sizeof(seal))
		return 3;
	memcpy(f, in->data, sizeof(*f));
	if (memcmp(f->seal, seal, sizeof(seal)) != 0 || f->out_len > TEXT_MAX ||
	    f->err_len > TEXT_MAX || f->record_len > TEXT_MAX ||
	    in->len != sizeof(*f) + f->out_len + f->err_len + f->record_len +
			   sizeof(seal) ||
	    memcmp(in->data + in->len - sizeof(seal), seal, sizeof(seal)) !=
		0) {
		memset(f, 0, sizeof(*f)); /* its lengths are worth nothing */
		return 3;
	}
	return f->status > 3 ? 3 : (int)f->status;
}

static int
deliver(const struct gate_options *o, const struct text *in,
    const struct frame *f, int status)
{
	const char *out = in->data + sizeof(*f);
	const char *err = out + f->out_len;

	if (f->err_len != 0)
		(void)!write(STDERR_FILENO, err, f->err_len);
	/* A run that has nothing to say leaves an older report alone. */
	if (status >= 2 && f->out_len == 0)
		return status;
	if (output_write(o->output, out, f->out_len) != 0) {
		fprintf(stderr,
		    "zonegate: the report could not be written to %s: %s\n",
		    o->output == NULL ? "standard output" : o->output,
		    strerror(errno));
		return 3;
	}
	return status == 1 && o->exit_zero ? 0 : status;
}

int
gate_supervise(const struct gate_options *o, gate_job job, void *ctx)
{
	struct text record = TEXT_INIT;
	int status = gate_supervise_record(o, job, ctx, &record);

	text_free(&record);
	return status;
}

int
gate_supervise_record(
    const struct gate_options *o, gate_job job, void *ctx, struct text *record)
{
	unsigned seconds = o->seconds != 0 ? o->seconds : SECONDS_DEFAULT;
	struct text in = TEXT_INIT;
	struct frame f;
	int fd[2], wstatus = 0, status = 3, rc;
	pid_t parent = getpid(), child;

	fflush(NULL);
	if (pipe2(fd, O_CLOEXEC) != 0 || (child = fork()) < 0) {
		fprintf(stderr, "zonegate: could not start judging: %s\n",
		    strerror(errno));
		return 3;
	}
	if (child == 0) {
		close(fd[0]);
		run_child(o, job, ctx, record, fd[1], parent);
	}
	close(fd[1]);
	rc = stream_collect(
	    fd[0], &in, TEXT_MAX, stream_now() + (int64_t)seconds * 1000);
	close(fd[0]);
	if (rc != 0)
		kill(child, SIGKILL);
	while (waitpid(child, &wstatus, 0) < 0)
		if (errno != EINTR)
			goto out;
	status = conclude(&in, rc, wstatus, &f);
	if (f.seal[0] == '\0') {
		explain_loss(rc == 1, wstatus, seconds);
		goto out;
	}
	text_add(
	    record, in.data + sizeof(f) + f.out_len + f.err_len, f.record_len);
	status = deliver(o, &in, &f, text_lost(record) ? 3 : status);
out:
	text_free(&in);
	return status;
}
