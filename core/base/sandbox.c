#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Calls that reading never makes: seeing one means that the parser was turned
 * against us, so the process dies and its verdict with it. */
static const int deadly[] = {SCMP_SYS(execve), SCMP_SYS(execveat),
    SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(process_madvise), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal), SCMP_SYS(mount), SCMP_SYS(umount2),
    SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen),
    SCMP_SYS(mount_setattr), SCMP_SYS(pivot_root), SCMP_SYS(chroot),
    SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(open_by_handle_at),
    SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(keyctl),
    SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(init_module),
    SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load), SCMP_SYS(reboot), SCMP_SYS(swapon),
    SCMP_SYS(swapoff), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime),
    SCMP_SYS(sethostname), SCMP_SYS(setdomainname), SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup), SCMP_SYS(setuid), SCMP_SYS(setgid),
    SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid),
    SCMP_SYS(setresgid), SCMP_SYS(setgroups)};

/* Calls that would change something; a library that tries gets an error. */
static const int refused[] = {SCMP_SYS(creat), SCMP_SYS(unlink),
    SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir),
    SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink), SCMP_SYS(symlinkat),
    SCMP_SYS(mknod), SCMP_SYS(mknodat), SCMP_SYS(chmod), SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchown), SCMP_SYS(fchownat),
    SCMP_SYS(lchown), SCMP_SYS(truncate), SCMP_SYS(ftruncate),
    SCMP_SYS(setxattr), SCMP_SYS(lsetxattr), SCMP_SYS(fsetxattr),
    SCMP_SYS(removexattr), SCMP_SYS(lremovexattr), SCMP_SYS(fremovexattr),
    SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(utimensat), SCMP_SYS(openat2)};

int
sandbox_add(scmp_filter_ctx ctx, uint32_t action, const int *call, size_t n)
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

/* Opening a file for anything but reading is refused. */
static int
read_only(scmp_filter_ctx ctx)
{
	static const uint64_t bits[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC};
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < COUNT(bits); i++) {
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

/*
 * fork() of the C library is a clone() without CLONE_THREAD. The flags of
 * clone3() lie in memory, where a filter cannot see them: it is said not to be
 * there, and the library falls back to clone().
 */
static int
threads_only(scmp_filter_ctx ctx)
{
	static const int hidden[] = {SCMP_SYS(clone3)};
	int rc;

	rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(clone), 1,
	    SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
	return rc != 0 ? rc
		       : sandbox_add(ctx, SCMP_ACT_ERRNO(ENOSYS), hidden, 1);
}

scmp_filter_ctx
sandbox_new(struct error *e)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int rc;

	if (ctx == NULL) {
		error_memory(e);
		return NULL;
	}
	rc = sandbox_add(ctx, SCMP_ACT_KILL_PROCESS, deadly, COUNT(deadly));
	if (rc == 0)
		rc = sandbox_add(
		    ctx, SCMP_ACT_ERRNO(EACCES), refused, COUNT(refused));
	if (rc == 0)
		rc = read_only(ctx);
	if (rc == 0)
		rc = threads_only(ctx);
	if (rc == 0)
		return ctx;
	seccomp_release(ctx);
	error_set(e, ERROR_SYSTEM, "the sandbox cannot be described: %s",
	    strerror(-rc));
	return NULL;
}

int
sandbox_enter(scmp_filter_ctx ctx, int rc, const char *whom, struct error *e)
{
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	if (rc != 0)
		return error_set(e, ERROR_SYSTEM, "the kernel refused %s: %s",
		    whom, strerror(-rc));
	return 0;
}

int
sandbox_limit(int what, rlim_t value)
{
	struct rlimit r = {value, value}, now;

	if (getrlimit(what, &now) != 0)
		return -1;
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < value)
		r.rlim_cur = r.rlim_max = now.rlim_max;
	return setrlimit(what, &r);
}
