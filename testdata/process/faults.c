/*
 * A library to be preloaded: one call of the C library fails, as it does on a
 * machine that is out of memory, descriptors, processes or disk.
 *
 *	FAULT_CALL	its name
 *	FAULT_AT	which call of it in a process and those it forks, from 1
 *	FAULT_ON	set: every call from then on
 *	FAULT_SHORT	set: a read or write that moves one octet only
 *	FAULT_COUNT	file of 8 octets: most calls any process made
 *	FAULT_CLOCK	seconds that are added to every time
 *
 * For tests of zonegate only.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char *call;
static unsigned long at;
static int on, cut;
static time_t ahead;
static atomic_ulong calls;
static _Atomic uint64_t *most;

__attribute__((constructor)) static void
start(void)
{
	const char *s, *file = getenv("FAULT_COUNT");
	void *map;
	int fd;

	if ((s = getenv("FAULT_AT")) != NULL)
		at = strtoul(s, NULL, 10);
	if ((s = getenv("FAULT_CLOCK")) != NULL)
		ahead = strtol(s, NULL, 10);
	on = getenv("FAULT_ON") != NULL;
	cut = getenv("FAULT_SHORT") != NULL;
	if (file != NULL && (fd = open(file, O_RDWR)) >= 0) {
		map = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (map != MAP_FAILED)
			most = map;
		close(fd);
	}
	call = getenv("FAULT_CALL");
}

/* Is it this call's turn? */
static int
due(const char *name)
{
	unsigned long n;

	if (call == NULL || strcmp(call, name) != 0)
		return 0;
	n = atomic_fetch_add(&calls, 1) + 1;
	if (most != NULL && n > atomic_load(most))
		atomic_store(most, n);
	return at != 0 && (n == at || (on && n > at));
}

/* A sanitizer would see dlsym() allocate: for plain builds. */
#define REAL(name)                                                             \
	static __typeof__(&name) real;                                         \
	if (real == NULL)                                                      \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

void *
malloc(size_t n)
{
	if (due("malloc")) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	if (due("malloc")) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	if (due("malloc")) {
		errno = ENOMEM;
		return NULL;
	}
	return __libc_realloc(p, n);
}

void *
mmap(void *p, size_t n, int prot, int flags, int fd, off_t off)
{
	if (due("mmap")) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	return (void *)syscall(SYS_mmap, p, n, prot, flags, fd, off);
}

ssize_t
read(int fd, void *buf, size_t n)
{
	if (due("read")) {
		if (cut)
			return syscall(SYS_read, fd, buf, n > 0 ? 1 : 0);
		errno = EIO;
		return -1;
	}
	return syscall(SYS_read, fd, buf, n);
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	if (due("write")) {
		if (cut)
			return syscall(SYS_write, fd, buf, n > 0 ? 1 : 0);
		errno = ENOSPC;
		return -1;
	}
	return syscall(SYS_write, fd, buf, n);
}

ssize_t
send(int fd, const void *buf, size_t n, int flags)
{
	if (due("send")) {
		errno = EPIPE;
		return -1;
	}
	return syscall(SYS_sendto, fd, buf, n, flags, NULL, 0);
}

ssize_t
recv(int fd, void *buf, size_t n, int flags)
{
	if (due("recv")) {
		errno = ECONNRESET;
		return -1;
	}
	return syscall(SYS_recvfrom, fd, buf, n, flags, NULL, NULL);
}

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	if (due("open")) {
		errno = EMFILE;
		return -1;
	}
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	return open(path, flags, mode);
}

pid_t
fork(void)
{
	REAL(fork);
	if (due("fork")) {
		errno = EAGAIN;
		return -1;
	}
	return real();
}

int
pipe2(int fd[2], int flags)
{
	if (due("pipe2")) {
		errno = EMFILE;
		return -1;
	}
	return (int)syscall(SYS_pipe2, fd, flags);
}

int
socketpair(int domain, int type, int protocol, int fd[2])
{
	if (due("socketpair")) {
		errno = EMFILE;
		return -1;
	}
	return (int)syscall(SYS_socketpair, domain, type, protocol, fd);
}

int
pthread_create(
    pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *ctx)
{
	REAL(pthread_create);
	if (due("pthread_create"))
		return EAGAIN;
	return real(t, a, f, ctx);
}

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int rc;

	if (due("clock_gettime")) {
		errno = EINVAL;
		return -1;
	}
	rc = (int)syscall(SYS_clock_gettime, id, ts);
	if (rc == 0 && id == CLOCK_REALTIME)
		ts->tv_sec += ahead;
	return rc;
}

time_t
time(time_t *out)
{
	struct timespec ts = {0};

	syscall(SYS_clock_gettime, CLOCK_REALTIME, &ts);
	ts.tv_sec += ahead;
	if (out != NULL)
		*out = ts.tv_sec;
	return ts.tv_sec;
}
