/* Whatever happens to the child, only a whole report brings another status
 * than 3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"
#include "supervise.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

static int
say(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	(void)o;
	(void)err;
	printf("a library prints\n");
	fflush(stdout);
	text_str(out, "report\n");
	return *(int *)ctx;
}

static int
die(const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	(void)o;
	(void)err;
	text_str(out, "report\n");
	raise(*(int *)ctx);
	return 0;
}

static int
leave(
    const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	(void)o;
	(void)err;
	(void)out;
	_exit(*(int *)ctx);
}

static int
hang(
    const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	(void)o;
	(void)ctx;
	(void)err;
	(void)out;
	for (;;)
		pause();
	return 0;
}

static int
lose_text(
    const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	(void)o;
	(void)ctx;
	(void)err;
	out->lost = true;
	return 0;
}

static int
eat_memory(
    const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	size_t i;
	char *p;

	(void)o;
	(void)ctx;
	(void)err;
	for (i = 0; i < 4096; i++) {
		if ((p = malloc((size_t)1 << 20)) == NULL)
			_exit(3);
		memset(p, 1, (size_t)1 << 20);
	}
	text_str(out, "so much memory\n");
	return 0;
}

/* Run JOB with standard output in a file; what was printed goes to GOT. */
static int
run(const struct gate_options *o, gate_job job, int arg, char *got, size_t size)
{
	char path[] = "/tmp/zonegate-supervise-XXXXXX";
	int fd = mkstemp(path), saved = dup(STDOUT_FILENO), status;
	ssize_t n;

	assert_true(fd >= 0 && saved >= 0);
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	status = gate_supervise(o, job, &arg);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	n = pread(fd, got, size - 1, 0);
	assert_true(n >= 0);
	got[n] = '\0';
	close(fd);
	unlink(path);
	return status;
}

static void
test_status(void **state)
{
	struct gate_options o = {0};
	char got[256];
	int i;

	(void)state;
	for (i = 0; i <= 3; i++) {
		assert_int_equal(run(&o, say, i, got, sizeof(got)), i);
		assert_string_equal(got, "report\n");
	}
	assert_int_equal(run(&o, say, 4, got, sizeof(got)), 3);
	assert_int_equal(run(&o, say, -1, got, sizeof(got)), 3);
	o.exit_zero = true;
	assert_int_equal(run(&o, say, 1, got, sizeof(got)), 0);
	assert_int_equal(run(&o, say, 2, got, sizeof(got)), 2);
	assert_int_equal(run(&o, say, 3, got, sizeof(got)), 3);
}

struct recording {
	struct text record;
	int how; /* status; or a signal, negative */
};

static int
record(
    const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	struct recording *r = ctx;

	(void)o;
	(void)err;
	(void)out;
	text_add(&r->record, "data\0beside", 11);
	if (r->how < 0)
		raise(-r->how);
	return r->how;
}

/* What the child hands over beside its text arrives whole or not at all. */
static void
test_record(void **state)
{
	struct gate_options o = {0};
	struct recording r = {.record = TEXT_INIT, .how = 1};

	(void)state;
	assert_int_equal(gate_supervise_record(&o, record, &r, &r.record), 1);
	assert_int_equal(r.record.len, 11);
	assert_memory_equal(r.record.data, "data\0beside", 11);
	text_free(&r.record);
	r = (struct recording){.record = TEXT_INIT, .how = -SIGKILL};
	assert_int_equal(gate_supervise_record(&o, record, &r, &r.record), 3);
	assert_int_equal(r.record.len, 0);
	text_free(&r.record);
}

static void
test_lost_child(void **state)
{
	static const int signals[] = {SIGKILL, SIGTERM, SIGXCPU, SIGABRT};
	struct gate_options o = {0};
	char got[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		assert_int_equal(run(&o, die, signals[i], got, sizeof(got)), 3);
		assert_string_equal(got, "");
	}
	assert_int_equal(run(&o, leave, 0, got, sizeof(got)), 3);
	assert_int_equal(run(&o, leave, 1, got, sizeof(got)), 3);
	assert_int_equal(run(&o, lose_text, 0, got, sizeof(got)), 3);
	assert_string_equal(got, "");
	o.seconds = 1;
	assert_int_equal(run(&o, hang, 0, got, sizeof(got)), 3);
}

static void
test_memory(void **state)
{
	struct gate_options o = {.memory = (uint64_t)512 << 20};
	char got[256];

	(void)state;
	if (SANITIZED)
		skip(); /* sanitizers reserve more than any limit */
	assert_int_equal(run(&o, eat_memory, 0, got, sizeof(got)), 3);
	assert_string_equal(got, "");
}

/* A report that cannot be written is no pass. */
/* What is no regular file is written to and stays what it is. */
static void
test_output_special(void **state)
{
	char dir[] = "/tmp/zonegate-special-XXXXXX", path[64], buf[16] = "";
	struct stat st;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/pipe", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_true((fd = open(path, O_RDWR | O_NONBLOCK)) >= 0);
	assert_int_equal(output_write(path, "report", 6), 0);
	assert_int_equal(read(fd, buf, sizeof(buf) - 1), 6);
	assert_string_equal(buf, "report");
	assert_int_equal(output_publish("/nonexistent", fd, path, 0600), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	close(fd);
	unlink(path);
	rmdir(dir);
}

static void
test_output(void **state)
{
	struct gate_options o = {.output = "/nonexistent/dir/report"};
	char got[256], path[] = "/tmp/zonegate-output-XXXXXX", buf[16] = "";
	int zero = 0, fd, full, saved;

	(void)state;
	assert_int_equal(run(&o, say, 0, got, sizeof(got)), 3);
	fd = mkstemp(path);
	o.output = path;
	assert_int_equal(run(&o, say, 0, got, sizeof(got)), 0);
	close(fd);
	fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, buf, sizeof(buf) - 1), 7);
	assert_string_equal(buf, "report\n");
	close(fd);
	unlink(path);
	/* A full disk. */
	o.output = NULL;
	saved = dup(STDOUT_FILENO);
	full = open("/dev/full", O_WRONLY);
	dup2(full, STDOUT_FILENO);
	assert_int_equal(gate_supervise(&o, say, &zero), 3);
	/* A closed stream. */
	close(STDOUT_FILENO);
	assert_int_equal(gate_supervise(&o, say, &zero), 3);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(full);
}

enum deed {
	DEED_READ,
	DEED_WRITE,
	DEED_UNLINK,
	DEED_FORK,
	DEED_THREAD,
	DEED_EXEC,
	DEED_SOCKET
};

static void *
nothing(void *ctx)
{
	return ctx;
}

static int
misbehave(
    const struct gate_options *o, void *ctx, struct text *out, struct text *err)
{
	char *argv[] = {(char *)"/bin/true", NULL};
	struct error e = {0};
	pthread_t thread;
	int fd = -1;

	(void)o;
	(void)err;
	if (gate_confine(&e) != 0)
		return 3;
	switch ((enum deed) * (int *)ctx) {
	case DEED_READ:
		fd = open("/etc/passwd", O_RDONLY);
		break;
	case DEED_WRITE:
		fd = open("/tmp/zonegate-written", O_WRONLY | O_CREAT, 0600);
		break;
	case DEED_UNLINK:
		fd = unlink("/tmp/zonegate-written");
		break;
	case DEED_FORK:
		if ((fd = fork()) == 0)
			_exit(0);
		break;
	case DEED_THREAD:
		if (pthread_create(&thread, NULL, nothing, NULL) == 0)
			fd = pthread_join(thread, NULL);
		break;
	case DEED_EXEC:
		execv(argv[0], argv);
		break;
	case DEED_SOCKET:
		fd = socket(AF_INET, SOCK_STREAM, 0);
		break;
	}
	text_str(out, fd < 0 ? "refused\n" : "done\n");
	return 0;
}

static void
test_confine(void **state)
{
	struct gate_options o = {0};
	char got[256];

	(void)state;
	assert_int_equal(run(&o, misbehave, DEED_READ, got, sizeof(got)), 0);
	assert_string_equal(got, "done\n");
	assert_int_equal(run(&o, misbehave, DEED_WRITE, got, sizeof(got)), 0);
	assert_string_equal(got, "refused\n");
	assert_int_equal(access("/tmp/zonegate-written", F_OK), -1);
	assert_int_equal(run(&o, misbehave, DEED_UNLINK, got, sizeof(got)), 0);
	assert_string_equal(got, "refused\n");
	assert_int_equal(run(&o, misbehave, DEED_FORK, got, sizeof(got)), 0);
	assert_string_equal(got, "refused\n");
	assert_int_equal(run(&o, misbehave, DEED_THREAD, got, sizeof(got)), 0);
	assert_string_equal(got, "done\n");
	assert_int_equal(run(&o, misbehave, DEED_EXEC, got, sizeof(got)), 3);
	assert_int_equal(run(&o, misbehave, DEED_SOCKET, got, sizeof(got)), 3);
	assert_string_equal(got, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_status),
	    cmocka_unit_test(test_record),
	    cmocka_unit_test(test_lost_child),
	    cmocka_unit_test(test_memory),
	    cmocka_unit_test(test_output),
	    cmocka_unit_test(test_output_special),
	    cmocka_unit_test(test_confine),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("supervise", tests, NULL, NULL);
}
