#include "sign_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../zone/load.h"

#define CHUNK ((size_t)1 << 20) /* of text written at once */

static int
flush_text(int fd, struct text *t, struct error *e)
{
	size_t at = 0;
	ssize_t n;

	if (text_lost(t))
		return error_memory(e);
	while (at < t->len) {
		n = write(fd, t->data + at, t->len - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(e, ERROR_SYSTEM,
			    "the signed zone could not be written: %s",
			    strerror(errno));
		at += (size_t)n;
	}
	text_clear(t);
	return 0;
}

int
sign_file_write(int fd, const struct zone *z, struct error *e)
{
	const struct zone_rrset *soa = &z->rrset[z->soa];
	struct text t = TEXT_INIT;
	uint32_t i;
	int rc = 0;

	for (i = 0; i < soa->count; i++)
		zone_rr_to_text(z, &z->rr[soa->rr + i], &t);
	for (i = 0; rc == 0 && i < z->nrrs; i++) {
		if (i >= soa->rr && i < soa->rr + soa->count)
			continue;
		zone_rr_to_text(z, &z->rr[i], &t);
		if (t.len >= CHUNK)
			rc = flush_text(fd, &t, e);
	}
	if (rc == 0)
		rc = flush_text(fd, &t, e);
	text_free(&t);
	return rc;
}

int
sign_file_read(struct zone **out, struct source **source, const uint8_t *apex,
    const char *path, struct findings *fs, struct error *e)
{
	struct source_limits sl = source_limits_default;
	struct zone_limits zl = zone_limits_default;
	const char *slash = strrchr(path, '/'), *dir = ".";
	struct zone_load_args args = {.apex = apex, .limits = &zl};

	sl.file_bytes = sl.total_bytes = zl.bytes = (uint64_t)1 << 40;
	zl.records = UINT32_MAX - 1;
	if (slash != NULL)
		dir = arena_dup(fs->arena, path, (size_t)(slash - path) + 1);
	if (dir == NULL)
		return error_memory(e);
	if (source_open_dir(source, dir, &sl, e) != 0)
		return -1;
	args.source = *source;
	args.path = slash == NULL ? path : slash + 1;
	return zone_load(out, &args, fs, e);
}
