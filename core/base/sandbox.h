/*
 * What processes that read hostile bytes give up: system calls (seccomp) and
 * limits. Each of them begins with sandbox_new(), adds rules of its own to the
 * filter, and ends with sandbox_enter().
 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <seccomp.h>
#include <stddef.h>
#include <sys/resource.h>

#include "error.h"

/* Address sanitizers reserve terabytes: there is no limit of memory for them.
 */
#if defined(__SANITIZE_ADDRESS__)
#define SANDBOX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANDBOX_SANITIZED 1
#endif
#endif

/*
 * A filter under which nothing can be changed: calls that no parser makes kill
 * the process; those that would write, or make a process, fail with EACCES.
 * Threads, reading and what is open already stay. NULL with E set.
 */
scmp_filter_ctx sandbox_new(struct error *e);

/* ACTION for each of N CALLs that the kernel knows. 0, or a negative errno. */
int sandbox_add(
    scmp_filter_ctx ctx, uint32_t action, const int *call, size_t n);

/*
 * Load the filter if RC is 0, and release it either way. 0, or -1 with E set:
 * then WHOM ("the sandbox") is not confined and must not go on.
 */
int sandbox_enter(
    scmp_filter_ctx ctx, int rc, const char *whom, struct error *e);

/* Lower the limit WHAT to VALUE, hard and soft; one that is lower already
 * stays. 0, or -1 with errno set. */
int sandbox_limit(int what, rlim_t value);

#endif
