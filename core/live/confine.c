#include "confine.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "../base/sandbox.h"

#define MEMORY ((rlim_t)2 << 30)
#define DESCRIPTORS_SPARE 64 /* besides two for each socket at once */

/* A packet that made us do this has taken over: the process dies. */
static const int deadly[] = {SCMP_SYS(kill), SCMP_SYS(tkill)};

/* No threads: the network is all that it needs. */
static const int refused[] = {SCMP_SYS(clone), SCMP_SYS(clone3)};

/* IPv4 and IPv6; not the local sockets of other programs, not raw packets. */
static int
internet_only(scmp_filter_ctx ctx)
{
	uint64_t family;
	int rc = 0;

	for (family = 0; rc == 0 && family < AF_INET6; family++)
		if (family != AF_INET)
			rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES),
			    SCMP_SYS(socket), 1,
			    SCMP_A0(SCMP_CMP_EQ, family, 0));
	if (rc == 0)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES),
		    SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_GT, AF_INET6, 0));
	return rc;
}

static int
set_limits(const struct live_setup *s, struct error *e)
{
	rlim_t sockets = (rlim_t)s->policy->live.concurrent;
	int bad = 0;

#ifndef SANDBOX_SANITIZED /* address sanitizers reserve terabytes */
	bad |= sandbox_limit(RLIMIT_AS, MEMORY);
#endif
	bad |= sandbox_limit(RLIMIT_NOFILE, 2 * sockets + DESCRIPTORS_SPARE);
	bad |= sandbox_limit(RLIMIT_FSIZE, 0);
	bad |= sandbox_limit(RLIMIT_CORE, 0);
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
	if ((ctx = sandbox_new(e)) == NULL)
		return -1;
	rc = sandbox_add(ctx, SCMP_ACT_KILL_PROCESS, deadly,
	    sizeof(deadly) / sizeof(deadly[0]));
	if (rc == 0)
		rc = sandbox_add(ctx, SCMP_ACT_ERRNO(EACCES), refused,
		    sizeof(refused) / sizeof(refused[0]));
	if (rc == 0)
		rc = internet_only(ctx);
	return sandbox_enter(ctx, rc, "the sandbox of live questions", e);
}
