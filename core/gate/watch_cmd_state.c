/* What is news: a look against what was known before. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../report/json.h"
#include "output.h"
#include "watch_cmd.h"

#define SCHEMA 1
#define STATE_MAX ((off_t)64 << 20)

/* ---- the file ------------------------------------------------------------ */

static void
begin_anew(struct watch_state *s)
{
	watch_state_free(s);
	s->open = json_object();
	s->facts = json_object();
}

/* All of FD. NULL with errno set. */
static char *
read_all(int fd, size_t *len)
{
	struct stat st;
	char *data;
	ssize_t n;

	*len = 0;
	if (fstat(fd, &st) != 0)
		return NULL;
	if (!S_ISREG(st.st_mode) || st.st_size > STATE_MAX) {
		errno = EFBIG;
		return NULL;
	}
	if ((data = malloc((size_t)st.st_size + 1)) == NULL)
		return NULL;
	while ((n = read(fd, data + *len, (size_t)st.st_size - *len)) > 0)
		*len += (size_t)n;
	if (n == 0)
		return data;
	free(data);
	return NULL;
}

/* Each is an object of objects or of strings: nothing else was written. */
static bool
all_are(const json_t *object, bool (*is)(const json_t *))
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return false;
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		(void)key;
		if (!is(value))
			return false;
	}
	return true;
}

static bool
is_object(const json_t *v)
{
	return json_is_object(v);
}

static bool
is_string(const json_t *v)
{
	return json_is_string(v);
}

static bool
take_state(struct watch_state *s, json_t *root)
{
	json_t *open = json_object_get(root, "open");
	json_t *facts = json_object_get(root, "facts");

	if (json_integer_value(json_object_get(root, "schema")) != SCHEMA ||
	    !all_are(open, is_object) || !all_are(facts, is_string))
		return false;
	watch_state_free(s);
	s->open = json_incref(open);
	s->facts = json_incref(facts);
	return true;
}

int
watch_state_load(struct watch_state *s, const char *path, struct error *e)
{
	json_t *root;
	char *data;
	size_t len;
	bool fine;
	int fd;

	begin_anew(s);
	if (s->open == NULL || s->facts == NULL)
		return error_memory(e);
	if (path == NULL)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return 0;
	data = fd < 0 ? NULL : read_all(fd, &len);
	if (data == NULL)
		error_set(e, ERROR_USAGE, "the state %s cannot be read: %s",
		    path, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (data == NULL)
		return -1;
	root = json_loadb(data, len, JSON_REJECT_DUPLICATES, NULL);
	free(data);
	fine = take_state(s, root);
	json_decref(root);
	return fine ? 0 : 1;
}

int
watch_state_save(const struct watch_state *s, const char *path, struct error *e)
{
	struct text t = TEXT_INIT;
	json_t *root;
	bool failed = false;
	int rc;

	if (path == NULL)
		return 0;
	root = json_object();
	json_put(root, "schema", json_integer(SCHEMA), &failed);
	json_put(root, "open", json_incref(s->open), &failed);
	json_put(root, "facts", json_incref(s->facts), &failed);
	json_write(root, failed, &t);
	if (text_lost(&t)) {
		text_free(&t);
		return error_memory(e);
	}
	rc = output_write(path, t.data, t.len);
	text_free(&t);
	return rc == 0 ? 0
		       : error_set(e, ERROR_SYSTEM,
			     "the state %s could not be written: %s", path,
			     strerror(errno));
}

void
watch_state_free(struct watch_state *s)
{
	json_decref(s->open);
	json_decref(s->facts);
	s->open = s->facts = NULL;
}

/* ---- news ---------------------------------------------------------------- */

struct comparison {
	struct watch_news *out;
	const struct watch_state *before;
	int64_t now, remind;
	bool failed;
};

static void
add_event(struct comparison *c, const char *event, const char *key,
    const json_t *condition)
{
	json_t *o = json_copy((json_t *)(uintptr_t)condition);

	json_put(o, "event", json_string(event), &c->failed);
	json_put(o, "key", json_string(key), &c->failed);
	json_push(c->out->events, o, &c->failed);
}

static bool
same_member(const json_t *a, const json_t *b, const char *name)
{
	return json_equal(json_object_get(a, name), json_object_get(b, name));
}

static bool
is_doubt(const json_t *condition)
{
	const char *kind = json_string_value(
	    json_object_get(condition, "kind"));

	return kind != NULL && (strcmp(kind, "live-unchecked") == 0 ||
				   strcmp(kind, "could-not-check") == 0);
}

/* A condition that is open now. */
static void
add_open(struct comparison *c, const char *key, const json_t *condition)
{
	const json_t *old = json_object_get(c->before->open, key);
	int64_t since = c->now, told = c->now;
	json_t *o = json_copy((json_t *)(uintptr_t)condition);
	const char *severity;

	if (old != NULL) {
		since = json_integer_value(json_object_get(old, "since"));
		told = json_integer_value(json_object_get(old, "told"));
	}
	json_put(o, "since", json_integer(since), &c->failed);
	if (old == NULL || !same_member(old, condition, "severity")) {
		add_event(c, "new", key, o);
		told = c->now;
	} else if (c->now - told >= c->remind || told > c->now) {
		add_event(c, "reminder", key, o);
		told = c->now;
	}
	json_put(o, "told", json_integer(told), &c->failed);
	severity = json_string_value(json_object_get(condition, "severity"));
	if (severity != NULL && strcmp(severity, "error") == 0)
		c->out->errors++;
	else
		c->out->warnings++;
	c->out->unchecked += is_doubt(condition);
	json_put(c->out->after.open, key, o, &c->failed);
}

static void
take_conditions(struct comparison *c, const json_t *list)
{
	const char *key;
	json_t *condition;
	size_t i;

	json_array_foreach(list, i, condition)
	{
		key = json_string_value(json_object_get(condition, "key"));
		if (key == NULL) {
			c->failed = true;
			return;
		}
		if (json_object_get(c->out->after.open, key) == NULL)
			add_open(c, key, condition);
	}
}

static void
take_gone(struct comparison *c, bool complete)
{
	const char *key;
	json_t *old;

	json_object_foreach(c->before->open, key, old)
	{
		if (json_object_get(c->out->after.open, key) != NULL)
			continue;
		if (complete)
			add_event(c, "resolved", key, old);
		else
			add_open(c, key, old);
	}
}

/* What nobody could tell this time stays as it was known. */
static void
take_facts(struct comparison *c, const json_t *facts)
{
	json_t *now, *old, *event;
	const char *name;

	if (json_object_update(c->out->after.facts, c->before->facts) != 0)
		c->failed = true;
	json_object_foreach((json_t *)(uintptr_t)facts, name, now)
	{
		old = json_object_get(c->before->facts, name);
		if (old != NULL && !json_equal(old, now)) {
			event = json_object();
			json_put(
			    event, "event", json_string("changed"), &c->failed);
			json_put(event, "key", json_string(name), &c->failed);
			json_put(event, "kind",
			    json_string("delegation-changed"), &c->failed);
			json_put(event, "severity", json_string("warning"),
			    &c->failed);
			json_put(event, "message",
			    json_sprintf("%s changed", name), &c->failed);
			json_put(event, "before", json_incref(old), &c->failed);
			json_put(event, "after", json_incref(now), &c->failed);
			json_push(c->out->events, event, &c->failed);
		}
		json_put(
		    c->out->after.facts, name, json_incref(now), &c->failed);
	}
}

/* The look itself failed: that is something to know, too. */
static void
add_unchecked(struct comparison *c, const json_t *root)
{
	const char *why = json_string_value(json_object_get(root, "error"));
	json_t *o = json_object();

	json_put(o, "kind", json_string("could-not-check"), &c->failed);
	json_put(o, "severity", json_string("error"), &c->failed);
	json_put(o, "message",
	    json_string(why != NULL ? why : "the look was lost: see the log"),
	    &c->failed);
	json_put(o, "help",
	    root != NULL && json_object_get(root, "help") != NULL
		? json_incref(json_object_get(root, "help"))
		: json_null(),
	    &c->failed);
	add_open(c, "could-not-check", o);
	json_decref(o);
}

int
watch_compare(struct watch_news *out, const struct watch_state *before,
    const char *record, size_t len, int status, int64_t now, int64_t remind,
    struct error *e)
{
	struct comparison c = {
	    .out = out, .before = before, .now = now, .remind = remind};
	json_t *root = len == 0 ? NULL : json_loadb(record, len, 0, NULL);
	const json_t *list = json_object_get(root, "conditions");
	bool complete = status < 2 && json_is_array(list);

	*out = (struct watch_news){.events = json_array()};
	out->after.open = json_object();
	out->after.facts = json_object();
	if (complete) {
		take_conditions(&c, list);
		take_facts(&c, json_object_get(root, "facts"));
	} else {
		add_unchecked(&c, root);
		take_facts(&c, NULL);
	}
	take_gone(&c, complete);
	json_decref(root);
	if (!c.failed && out->events != NULL)
		return 0;
	watch_news_free(out);
	return error_memory(e);
}

void
watch_news_free(struct watch_news *n)
{
	json_decref(n->events);
	watch_state_free(&n->after);
	n->events = NULL;
}
