#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define MEMORY ((rlim_t)2 << 30)
#define DESCRIPTORS_SPARE 64 /* besides two for each socket at once */

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* A packet that made us do this has taken over: the process dies. */
static const int deadly[] = {SCMP_SYS(execve), SCMP_SYS(execveat),
    SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(mount),
    SCMP_SYS(umount2), SCMP_SYS(chroot), SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open), SCMP_SYS(keyctl), SCMP_SYS(add_key),
    SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(kexec_load),
    SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup), SCMP_SYS(setuid),
    SCMP_SYS(setgid), SCMP_SYS(kill), SCMP_SYS(tkill)};

/* A library that tries gets an error. */
static const int refused[] = {SCMP_SYS(creat), SCMP_SYS(unlink),
    SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir),
    SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink), SCMP_SYS(symlinkat),
    SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(chmod), SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchown), SCMP_SYS(fchownat),
    SCMP_SYS(lchown), SCMP_SYS(truncate), SCMP_SYS(ftruncate),
    SCMP_SYS(setxattr), SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr),
    SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone), SCMP_SYS(clone3),
    SCMP_SYS(utimensat), SCMP_SYS(openat2)};

static int
add_all(scmp_filter_ctx ctx, uint32_t action, const int *call, size_t n)
{
	size_t i;
	int rc;

	for (i = 0; i < n; i++) {
		rc = seccomp_rule_add(ctx, action, call[i], 0);
		/* A call this kernel or machine does not have is no loss. */
		if (rc != 0 && rc != -EDOM && rc != -ENOENT)
			return rc;
	}
	return 0;
}

static int
read_only(scmp_filter_ctx ctx)
{
	static const uint64_t bits[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < sizeof(bits) / sizeof(bits[0]); i++) {
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES),
		    SCMP_SYS(openat), 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, bits[i], bits[i]));
		if (rc == 0)
			rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES),
			    SCMP_SYS(open), 1,
			    SCMP_A1(SCMP_CMP_MASKED_EQ, bits[i], bits[i]));
		if (rc == -EDOM)
			rc = 0;
	}
	return rc;
}

/* IPv4 and IPv6; not the local sockets of other programs, not raw packets. */
static int
internet_only(scmp_filter_ctx ctx)
{
	uint64_t family;
	int rc = 0;

	for (family = 0; rc == 0 && family < AF_INET6; family++)
		if (family != AF_INET)
			rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES),
			    SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, family));
	if (rc == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES),
		    SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_GT, AF_INET6));
	return rc;
}

static int
limit(int what, rlim_t value)
{
	struct rlimit r = {value, value}, now;

	/* A limit that is stricter already stays. */
	if (getrlimit(what, &now) != 0)
		return -1;
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < value)
		r.rlim_cur = r.rlim_max = now.rlim_max;
	return setrlimit(what, &r);
}

static int
set_limits(const struct live_setup *s, struct error *e)
{
	rlim_t sockets = (rlim_t)s->policy->live.concurrent;
	int bad = 0;

#ifndef SANITIZED /* address sanitizers reserve terabytes */
	bad |= limit(RLIMIT_AS, MEMORY);
#endif
	bad |= limit(RLIMIT_NOFILE, 2 * sockets + DESCRIPTORS_SPARE);
	bad |= limit(RLIMIT_FSIZE, 0);
	bad |= limit(RLIMIT_CORE, 0);
	bad |= prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return bad == 0 ? 0
			: error_set(e, ERROR_SYSTEM,
			      "limits for live questions: %s", strerror(errno));
}

int
live_confine(const struct live_setup *s, struct error *e)
{
	scmp_filter_ctx ctx;
	int rc;

	if (set_limits(s, e) != 0)
		return -1;
	if ((ctx = seccomp_init(SCMP_ACT_ALLOW)) == NULL)
		return error_memory(e);
	rc = add_all(ctx, SCMP_ACT_KILL_PROCESS, deadly,
	    sizeof(deadly) / sizeof(deadly[0]));
	if (rc == 0)
		rc = add_all(ctx, SCMP_ACT_ERRNO(EACCES), refused,
		    sizeof(refused) / sizeof(refused[0]));
	if (rc == 0)
		rc = read_only(ctx);
	if (rc == 0)
		rc = internet_only(ctx);
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	if (rc != 0)
		return error_set(e, ERROR_SYSTEM,
		    "the kernel refused the sandbox of live questions: %s",
		    strerror(-rc));
	return 0;
}
