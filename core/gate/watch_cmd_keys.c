/*
 * When the keys of zones in mode gate end, and overrides that are still open.
 * Of keys only the public half is read, where BIND notes the times, too: who
 * watches needs no secret.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../base/when.h"
#include "override.h"
#include "watch_cmd_look.h"

#define KEY_FILE_MAX ((size_t)64 << 10)

/* ---- before the process is confined -------------------------------------- */

/* "; Inactive: 20261129173319 (Sun …)" as it stands in a private file. */
static void
add_line(struct text *out, const char *line, size_t len)
{
	const char *colon;
	size_t digits;

	if (len < 3 || line[0] != ';' || line[1] != ' ' ||
	    (colon = memchr(line, ':', len)) == NULL ||
	    memchr(line, ',', (size_t)(colon - line)) != NULL ||
	    colon + 2 >= line + len)
		return;
	digits = strspn(colon + 2, "0123456789");
	text_add(out, line + 2, (size_t)(colon + 2 + digits - line - 2));
	text_char(out, '\n');
}

static int
parse_public(struct timing *t, const char *data, struct error *e)
{
	struct text lines = TEXT_INIT;
	size_t len;
	int rc;

	for (; *data != '\0'; data += len + (data[len] == '\n')) {
		len = strcspn(data, "\n");
		add_line(&lines, data, len);
	}
	text_char(&lines, '\n');
	rc = text_lost(&lines) ? error_memory(e)
			       : timing_parse(t, lines.data, e);
	text_free(&lines);
	return rc;
}

/* The whole file, NUL-terminated; NULL with errno set. */
static char *
read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char *data = malloc(KEY_FILE_MAX + 1);
	size_t len = 0;
	ssize_t n = -1;

	if (fd >= 0 && data != NULL)
		while ((n = read(fd, data + len, KEY_FILE_MAX - len)) > 0)
			len += (size_t)n;
	if (fd >= 0)
		close(fd);
	if (n == 0 && data != NULL && len < KEY_FILE_MAX) {
		data[len] = '\0';
		return data;
	}
	free(data);
	return NULL;
}

static int
read_key(struct watch_eye *w, const char *directory, const char *name,
    struct error *e)
{
	struct watched_key *k = vec_add(&w->keys);
	const char *path = arena_printf(
	    w->j.arena, "%s/%s.key", directory, name);
	struct error why = {0};
	char *data;

	if (k == NULL || path == NULL)
		return error_memory(e);
	k->name = name;
	if ((data = read_file(path)) == NULL) {
		k->why = arena_strdup(w->j.arena, strerror(errno));
	} else if (parse_public(&k->timing, data, &why) != 0) {
		k->why = arena_strdup(w->j.arena, why.message);
	}
	free(data);
	return 0;
}

/* Keys in tokens have no times here. */
static bool
is_file(const char *name)
{
	return strncmp(name, "pkcs11:", 7) != 0 && strchr(name, '/') == NULL;
}

int
watch_keys_read(struct watch_eye *w, struct error *e)
{
	const struct policy *p = w->t.policy;
	const struct policy_dnssec *d;
	char directory[4096];
	size_t i, k;
	int rc;

	rc = repo_config(
	    w->repo, "zonegate.keyDirectory", directory, sizeof(directory), e);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	for (i = 0; i < p->nzones; i++) {
		d = &p->zone[i].dnssec;
		for (k = 0; d->mode == POLICY_DNSSEC_GATE && k < d->nkeys; k++)
			if (is_file(d->key[k]) &&
			    read_key(w, directory, d->key[k], e) != 0)
				return -1;
	}
	return 0;
}

/* ---- in the confined child ----------------------------------------------- */

static void
tell_key(struct watch_eye *w, const struct watched_key *k)
{
	static const struct {
		enum timing_event event;
		const char *what;
	} ends[] = {
	    {TIMING_INACTIVE, "stops to sign"},
	    {TIMING_REVOKE, "is revoked"},
	    {TIMING_DELETE, "leaves the zone"},
	};
	char when[WHEN_TEXT];
	struct finding *f;
	int64_t at;
	size_t i;

	if (k->why != NULL) {
		f = watch_report(w, "live-unchecked", SEVERITY_WARNING,
		    "the times of the key %s are not known: %s", k->name,
		    k->why);
		f->help = "let this user read the .key files in "
			  "zonegate.keyDirectory; the .private files stay the "
			  "gate's";
	}
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		at = k->timing.at[ends[i].event];
		/* What is over is a matter of the next signing. */
		if (k->why != NULL || at <= w->now || at - w->now > w->horizon)
			continue;
		f = watch_report(w, "key-ends", SEVERITY_WARNING,
		    "the key %s %s: at %s", k->name, ends[i].what,
		    when_text(when, at));
		f->help = "see that its successor is published, and where it "
			  "is the one the DS names, that the DS was changed";
	}
}

int
watch_keys_tell(struct watch_eye *w, struct error *e)
{
	struct revisions rev = {
	    .base = w->rev, .head = w->rev, .repo = w->repo};
	const struct watched_key *k = w->keys.item;
	size_t i;

	for (i = 0; i < w->keys.n; i++)
		tell_key(w, &k[i]);
	/* Of what is in the history: those that nobody resolved. */
	if (override_settle(&w->j, w->options, w->repo, &w->t, &rev, 0, e) != 0)
		return -1;
	findings_append(&w->r.fs, &w->j.findings);
	return 0;
}
