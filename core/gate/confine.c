#include "supervise.h"

#include <stdlib.h>
#include <string.h>

#include "../base/sandbox.h"
#include "../source/reach.h"

/* Judging asks no network, whatever is open already. */
static const int deadly[] = {
    SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind)};

int
gate_confine(struct error *e)
{
	scmp_filter_ctx ctx = sandbox_new(e);

	if (ctx == NULL)
		return -1;
	return sandbox_enter(ctx,
	    sandbox_add(ctx, SCMP_ACT_KILL_PROCESS, deadly,
		sizeof(deadly) / sizeof(deadly[0])),
	    "the sandbox", e);
}

/*
 * What the libraries below us open late and that holds no secret: libgcc_s when
 * a thread ends early, character sets, the time zone, the number of processors.
 */
static const char *const common[] = {"/lib", "/lib64", "/usr/lib", "/usr/lib64",
    "/usr/local/lib", "/usr/share/zoneinfo", "/etc/localtime", "/dev/urandom",
    "/sys/devices/system/cpu"};

int
gate_confine_to(const char *const *path, size_t n, struct error *e)
{
	const size_t ncommon = sizeof(common) / sizeof(common[0]);
	const char **all = calloc(n + ncommon, sizeof(*all));
	int rc;

	if (all == NULL)
		return error_memory(e);
	memcpy(all, common, sizeof(common));
	if (n != 0)
		memcpy(all + ncommon, path, n * sizeof(*all));
	rc = sandbox_files(all, n + ncommon, e);
	free(all);
	return rc != 0 ? rc : gate_confine(e);
}

int
gate_confine_repo(struct repo *repo, struct error *e)
{
	struct arena *arena = arena_new();
	const char *const *path;
	size_t n;
	int rc;

	if (arena == NULL)
		return error_memory(e);
	rc = repo_reach(repo, arena, &path, &n, e);
	if (rc == 0)
		rc = gate_confine_to(path, n, e);
	arena_free(arena);
	return rc;
}
