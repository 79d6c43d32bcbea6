/* The key holder itself. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "algorithm.h"
#include "holder_wire.h"
#include "sign_key.h"

struct server;

/* One thread: its socket, its own keys made ready, its buffers. */
struct lane {
	struct server *server;
	int fd;
	struct sign_key *key[HOLDER_KEYS_MAX];
	uint8_t *in, *out;
	size_t in_cap, out_cap;
	pthread_t thread;
};

struct server {
	struct held_keys keys;
	int64_t now;
	uint32_t validity_max;
	unsigned nlanes;
	struct lane lane[HOLDER_LANES_MAX];
	pthread_barrier_t confined;
};

bool
holder_wanted(int argc, char *const argv[])
{
	return argc == 2 && strcmp(argv[1], HOLDER_WORD) == 0;
}

/* Room for LEN octets; what was there before is gone. */
static bool
reserve(uint8_t **p, size_t *cap, size_t len)
{
	if (len <= *cap)
		return true;
	free(*p);
	*cap = 0;
	if ((*p = malloc(len)) == NULL)
		return false;
	*cap = len;
	return true;
}

static bool
refuse(int fd, const struct error *e)
{
	struct holder_answer a = {
	    .status = 1, .bytes = sizeof(struct holder_refusal)};
	struct holder_refusal r = {.code = e->code};

	memcpy(r.message, e->message, sizeof(r.message));
	memcpy(r.hint, e->hint, sizeof(r.hint));
	return holder_send(fd, &a, sizeof(a)) && holder_send(fd, &r, sizeof(r));
}

/* ---- signing ------------------------------------------------------------- */

/* Sign the item at *AT of the LEN octets; its signature goes to the end of
 * what is in OUT. 0, or -1 with E set. */
static int
sign_item(struct lane *l, size_t *at, size_t len, size_t *done, struct error *e)
{
	const struct server *s = l->server;
	struct holder_item item;
	const char *why;
	size_t n;

	if (len - *at < sizeof(item))
		return error_set(e, ERROR_SYSTEM, "a request is cut short");
	memcpy(&item, l->in + *at, sizeof(item));
	*at += sizeof(item);
	if (item.key >= s->keys.n || item.len > len - *at ||
	    item.len > HOLDER_RRSET_MAX)
		return error_set(e, ERROR_SYSTEM, "a request is malformed");
	why = holder_check(&s->keys.key[item.key].public, l->in + *at, item.len,
	    s->now, s->validity_max);
	if (why != NULL)
		return error_set(
		    e, ERROR_SYSTEM, "the key holder refused to sign: %s", why);
	n = sign_key_size(l->key[item.key]);
	if (sign_key_sign(
		l->key[item.key], l->in + *at, item.len, l->out + *done) != 0)
		return error_set(e, ERROR_SYSTEM, "signing with %s failed",
		    s->keys.key[item.key].public.name);
	*at += item.len;
	*done += n;
	return 0;
}

/* One request. False: the lane is closed, or not worth keeping. */
static bool
serve_request(struct lane *l)
{
	struct holder_answer a = {0};
	struct holder_request q;
	struct error e = {0};
	size_t at = 0, done = 0;

	if (!holder_receive(l->fd, &q, sizeof(q)) || q.kind != HOLDER_SIGN ||
	    q.n == 0 || q.n > HOLDER_ITEMS_MAX || q.bytes > HOLDER_BYTES_MAX ||
	    !reserve(&l->in, &l->in_cap, (size_t)q.bytes) ||
	    !reserve(&l->out, &l->out_cap, (size_t)q.n * SIGN_KEY_MAX) ||
	    !holder_receive(l->fd, l->in, (size_t)q.bytes))
		return false;
	for (; a.n < q.n; a.n++)
		if (sign_item(l, &at, (size_t)q.bytes, &done, &e) != 0)
			return refuse(l->fd, &e);
	a.bytes = done;
	return at == q.bytes && holder_send(l->fd, &a, sizeof(a)) &&
	       holder_send(l->fd, l->out, done);
}

static void *
serve(void *arg)
{
	struct lane *l = arg;

	pthread_barrier_wait(&l->server->confined);
	while (serve_request(l))
		continue;
	return NULL;
}

/* ---- starting ------------------------------------------------------------ */

/* The next of the strings in BODY, which ends with a NUL; NULL: no more. */
static const char *
next_string(const char **at, const char *end)
{
	const char *s = *at;

	if (s >= end)
		return NULL;
	*at = s + strlen(s) + 1;
	return s;
}

static const char *
or_none(const char *s)
{
	return s == NULL || *s == '\0' ? NULL : s;
}

static int
load(struct server *s, const char *body, size_t len, const char **list,
    struct error *e)
{
	struct holder_config c = {.key = list};
	const char *at = body + sizeof(struct holder_load), *end = body + len;
	struct holder_load l;
	uint32_t i;

	memcpy(&l, body, sizeof(l));
	if (l.nkeys == 0 || l.nkeys > HOLDER_KEYS_MAX ||
	    l.npublished > HOLDER_KEYS_MAX || l.lanes == 0 ||
	    l.lanes > HOLDER_LANES_MAX)
		return error_set(e, ERROR_SYSTEM, "no configuration");
	for (i = 0; i < l.nkeys + l.npublished; i++)
		if ((list[i] = next_string(&at, end)) == NULL)
			return error_set(e, ERROR_SYSTEM, "no configuration");
	c.nkeys = l.nkeys;
	c.published = list + l.nkeys;
	c.npublished = l.npublished;
	c.directory = next_string(&at, end);
	if (!l.with_directory)
		c.directory = NULL;
	c.module = or_none(next_string(&at, end));
	c.pin_file = or_none(next_string(&at, end));
	s->nlanes = l.lanes;
	s->now = l.now;
	s->validity_max = l.validity_max;
	return holder_keys_load(&s->keys, &c, e);
}

/* The configuration from the first lane. 0; -1 with E set, or not when nobody
 * is there to be told. */
static int
receive_load(struct server *s, struct error *e)
{
	const char *list[2 * HOLDER_KEYS_MAX];
	struct holder_request q;
	char *body;
	int rc = -1;

	if (!holder_receive(HOLDER_FD, &q, sizeof(q)) ||
	    q.kind != HOLDER_LOAD || q.bytes > HOLDER_CONFIG_MAX ||
	    q.bytes < sizeof(struct holder_load) ||
	    (body = malloc((size_t)q.bytes + 1)) == NULL)
		return -1;
	body[q.bytes] = '\0';
	if (holder_receive(HOLDER_FD, body, (size_t)q.bytes))
		rc = load(s, body, (size_t)q.bytes, list, e);
	free(body);
	return rc;
}

/* Every lane makes every key ready; what OpenSSL loads, it loads now. */
static int
prepare(struct server *s, struct error *e)
{
	const struct held *k;
	unsigned i;
	size_t j;

	for (i = 0; i < s->nlanes; i++) {
		s->lane[i].server = s;
		s->lane[i].fd = HOLDER_FD + (int)i;
		for (j = 0; j < s->keys.n; j++) {
			k = &s->keys.key[j];
			s->lane[i].key[j] = sign_key_new(
			    k->key, k->public.rdata[3]);
			if (s->lane[i].key[j] == NULL ||
			    sign_key_size(s->lane[i].key[j]) !=
				k->public.sig_len)
				return error_set(e, ERROR_USAGE,
				    "%s cannot be used to sign with",
				    k->public.name);
		}
	}
	return 0;
}

/* One signature by each key, so that nothing is loaded later and no key is
 * found unusable in the middle of a zone. */
static int
try_keys(struct server *s, struct error *e)
{
	uint8_t sig[SIGN_KEY_MAX];
	size_t i;

	for (i = 0; i < s->keys.n; i++)
		if (sign_key_sign(
			s->lane[0].key[i], (const uint8_t *)"", 0, sig) != 0)
			return error_set(e, ERROR_USAGE,
			    "%s does not sign: is it a private key?",
			    s->keys.key[i].public.name);
	return 0;
}

static bool
announce(const struct server *s)
{
	struct holder_answer a = {.n = (uint32_t)s->keys.n,
	    .bytes = s->keys.n * sizeof(struct holder_key)};
	bool fine = holder_send(HOLDER_FD, &a, sizeof(a));
	size_t i;

	for (i = 0; fine && i < s->keys.n; i++)
		fine = holder_send(HOLDER_FD, &s->keys.key[i].public,
		    sizeof(struct holder_key));
	return fine;
}

/* Threads first: the filter then holds for all of them. */
static int
start_lanes(struct server *s, struct error *e)
{
	unsigned i;

	if (pthread_barrier_init(&s->confined, NULL, s->nlanes) != 0)
		return error_memory(e);
	for (i = 1; i < s->nlanes; i++)
		if (pthread_create(
			&s->lane[i].thread, NULL, serve, &s->lane[i]) != 0)
			return error_set(e, ERROR_SYSTEM,
			    "the key holder cannot start its threads");
	return holder_confine(s->keys.tokens, e);
}

int
holder_main(void)
{
	struct server *s = calloc(1, sizeof(*s));
	struct error e = {0};
	unsigned i;

	if (s == NULL)
		_exit(1);
	if (holder_limit(&e) != 0 || receive_load(s, &e) != 0 ||
	    prepare(s, &e) != 0 || try_keys(s, &e) != 0 ||
	    start_lanes(s, &e) != 0) {
		if (e.code != ERROR_NONE)
			refuse(HOLDER_FD, &e);
		_exit(1);
	}
	if (!announce(s))
		_exit(1);
	serve(&s->lane[0]);
	for (i = 1; i < s->nlanes; i++)
		pthread_join(s->lane[i].thread, NULL);
	_exit(0); /* the memory goes back as it is: no hooks, no checks */
}
