/* What is taken from the key holder before it gets its first request. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "../base/sandbox.h"
#include "holder_wire.h"

/* All that signing with keys in memory needs. */
static const int needed[] = {SCMP_SYS(read), SCMP_SYS(write),
    SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg),
    SCMP_SYS(close), SCMP_SYS(futex), SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(getrandom), SCMP_SYS(exit),
    SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction), SCMP_SYS(sigaltstack), SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(tgkill), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(restart_syscall), SCMP_SYS(set_robust_list), SCMP_SYS(rseq)};

/* A library may look for a file: it gets an error, not the file. */
static const int refused[] = {SCMP_SYS(open), SCMP_SYS(openat),
    SCMP_SYS(openat2), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(fstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(ioctl), SCMP_SYS(sysinfo), SCMP_SYS(prctl)};

/* What no module of a token does. */
static const int deadly[] = {SCMP_SYS(execve), SCMP_SYS(execveat),
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(chroot), SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open), SCMP_SYS(keyctl), SCMP_SYS(add_key),
    SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(kexec_load),
    SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup), SCMP_SYS(setuid),
    SCMP_SYS(setgid)};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Memory, but none that could be run. */
static int
add_memory(scmp_filter_ctx ctx)
{
	static const int call[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < COUNT(call); i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call[i], 1,
		    SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return rc;
}

static int
fill(scmp_filter_ctx ctx, bool tokens)
{
	int rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);

	if (rc == 0 && tokens)
		return sandbox_add(
		    ctx, SCMP_ACT_KILL_PROCESS, deadly, COUNT(deadly));
	if (rc == 0)
		rc = sandbox_add(ctx, SCMP_ACT_ALLOW, needed, COUNT(needed));
	if (rc == 0)
		rc = sandbox_add(
		    ctx, SCMP_ACT_ERRNO(EACCES), refused, COUNT(refused));
	return rc == 0 ? add_memory(ctx) : rc;
}

int
holder_confine(bool tokens, struct error *e)
{
	scmp_filter_ctx ctx;

	ctx = seccomp_init(tokens ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS);
	if (ctx == NULL)
		return error_memory(e);
	return sandbox_enter(
	    ctx, fill(ctx, tokens), "to confine the key holder", e);
}

int
holder_limit(struct error *e)
{
	const struct rlimit none = {0, 0};

	/* Nobody of this user may look into its memory, either. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0)
		return error_set(e, ERROR_SYSTEM,
		    "the key holder cannot be protected: %s", strerror(errno));
	return 0;
}
