/* The side that asks: it starts the key holder and never sees a key. */
#include "holder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/stream.h"
#include "../base/text.h"
#include "../base/workers.h"
#include "holder_wire.h"

struct lane {
	int fd;
	struct error error; /* why the last request failed */
};

struct holder {
	pid_t pid;
	unsigned nlanes;
	struct lane lane[HOLDER_LANES_MAX];
	struct holder_key *key;
	size_t n;
};

/* ---- both sides ---------------------------------------------------------- */

bool
holder_send(int fd, const void *data, size_t len)
{
	return stream_send(fd, data, len, STREAM_FOREVER);
}

bool
holder_receive(int fd, void *data, size_t len)
{
	return stream_receive(fd, data, len, STREAM_FOREVER);
}

/* ---- starting ------------------------------------------------------------ */

/* What the libraries of a token look at; nothing else of the environment, which
 * may be somebody else's in a hook. */
static const char *const kept[] = {
    "SOFTHSM2_CONF", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};

enum { KEPT = sizeof(kept) / sizeof(kept[0]) };

static int
environment(char *env[KEPT + 1])
{
	const char *value;
	size_t i, n = 0;

	memset(env, 0, (KEPT + 1) * sizeof(*env));
	for (i = 0; i < KEPT; i++) {
		if ((value = getenv(kept[i])) == NULL)
			continue;
		if (asprintf(&env[n], "%s=%s", kept[i], value) < 0) {
			env[n] = NULL;
			return -1;
		}
		n++;
	}
	return 0;
}

/* Sockets to where the holder expects them, everything else closed. FD is
 * above all places. */
static int
arrange(const int *fd, unsigned n)
{
	unsigned i;
	int null = open("/dev/null", O_RDWR);

	for (i = 0; null >= 0 && i < HOLDER_FD; i++)
		if (null != (int)i && dup2(null, (int)i) < 0)
			return -1;
	for (i = 0; i < n; i++)
		if (dup2(fd[i], HOLDER_FD + (int)i) < 0)
			return -1;
	return null < 0 ? -1 : close_range(HOLDER_FD + n, ~0U, 0);
}

static void __attribute__((noreturn))
become(const int *fd, unsigned n, char *const env[], pid_t parent)
{
	static char name[] = "zonegate", word[] = HOLDER_WORD;
	char *const argv[] = {name, word, NULL};

	signal(SIGPIPE, SIG_DFL);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 &&
	    getppid() == parent && arrange(fd, n) == 0)
		execve("/proc/self/exe", argv, env);
	_exit(127);
}

/* Fork and become the holder; ours are the lanes' other ends. */
static int
launch(struct holder *h, struct error *e)
{
	const int high = HOLDER_FD + HOLDER_LANES_MAX;
	int theirs[HOLDER_LANES_MAX], pair[2], rc = -1;
	char *env[KEPT + 1];
	pid_t parent = getpid();
	unsigned i, made = 0;

	if (environment(env) != 0)
		goto out;
	for (; made < h->nlanes; made++) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) !=
		    0)
			goto out;
		theirs[made] = fcntl(pair[1], F_DUPFD_CLOEXEC, high);
		h->lane[made].fd = pair[0];
		close(pair[1]);
		if (theirs[made] < 0)
			goto out;
	}
	h->pid = fork();
	if (h->pid == 0)
		become(theirs, made, env, parent);
	rc = h->pid < 0 ? -1 : 0;
out:
	if (rc != 0)
		error_set(e, ERROR_SYSTEM,
		    "the key holder could not be started: %s", strerror(errno));
	for (i = 0; i < made; i++)
		close(theirs[i]);
	for (i = 0; i < KEPT; i++)
		free(env[i]);
	return rc;
}

static int
lost(struct error *e)
{
	error_set(e, ERROR_SYSTEM, "the key holder ended unexpectedly");
	return error_hint(
	    e, "was it killed? nothing was signed; /proc must be mounted");
}

/* ---- what it is told, what it answers ------------------------------------ */

static void
add_string(struct text *t, const char *s)
{
	if (s == NULL)
		s = "";
	text_add(t, s, strlen(s) + 1);
}

static int
tell(struct holder *h, const struct holder_config *c, struct error *e)
{
	struct holder_load load = {.now = c->now,
	    .validity_max = c->validity_max,
	    .lanes = h->nlanes,
	    .nkeys = (uint32_t)c->nkeys,
	    .npublished = (uint32_t)c->npublished,
	    .with_directory = c->directory != NULL};
	struct holder_request q = {.kind = HOLDER_LOAD};
	struct text t = TEXT_INIT;
	size_t i;
	int rc = 0;

	text_add(&t, &load, sizeof(load));
	for (i = 0; i < c->nkeys; i++)
		add_string(&t, c->key[i]);
	for (i = 0; i < c->npublished; i++)
		add_string(&t, c->published[i]);
	add_string(&t, c->directory);
	add_string(&t, c->module);
	add_string(&t, c->pin_file);
	q.n = (uint32_t)(c->nkeys + c->npublished + 3);
	q.bytes = t.len;
	if (text_lost(&t))
		rc = error_memory(e);
	else if (t.len > HOLDER_CONFIG_MAX || c->nkeys > HOLDER_KEYS_MAX ||
		 c->npublished > HOLDER_KEYS_MAX)
		rc = error_set(
		    e, ERROR_USAGE, "more than %d keys", HOLDER_KEYS_MAX);
	else if (!holder_send(h->lane[0].fd, &q, sizeof(q)) ||
		 !holder_send(h->lane[0].fd, t.data, t.len))
		rc = lost(e);
	text_free(&t);
	return rc;
}

/* The head of an answer; a refusal becomes an error. */
static int
hear(int fd, struct holder_answer *a, struct error *e)
{
	struct holder_refusal r;

	if (!holder_receive(fd, a, sizeof(*a)))
		return lost(e);
	if (a->status == 0)
		return 0;
	if (a->bytes != sizeof(r) || !holder_receive(fd, &r, sizeof(r)))
		return lost(e);
	r.message[sizeof(r.message) - 1] = '\0';
	r.hint[sizeof(r.hint) - 1] = '\0';
	error_set(e, r.code == ERROR_USAGE ? ERROR_USAGE : ERROR_SYSTEM, "%s",
	    r.message);
	return r.hint[0] != '\0' ? error_hint(e, "%s", r.hint) : -1;
}

/* A key as it must be, so that nothing later has to ask. */
static bool
is_sound(const struct holder_key *k)
{
	return memchr(k->name, '\0', sizeof(k->name)) != NULL && k->rdlen > 4 &&
	       k->rdlen <= sizeof(k->rdata) && k->sig_len != 0;
}

static int
hear_keys(struct holder *h, struct error *e)
{
	struct holder_answer a;
	size_t i;

	if (hear(h->lane[0].fd, &a, e) != 0)
		return -1;
	if (a.n == 0 || a.n > HOLDER_KEYS_MAX ||
	    a.bytes != a.n * sizeof(*h->key))
		return lost(e);
	if ((h->key = calloc(a.n, sizeof(*h->key))) == NULL)
		return error_memory(e);
	if (!holder_receive(h->lane[0].fd, h->key, (size_t)a.bytes))
		return lost(e);
	h->n = a.n;
	for (i = 0; i < h->n; i++)
		if (!is_sound(&h->key[i]))
			return lost(e);
	return 0;
}

int
holder_start(
    struct holder **out, const struct holder_config *config, struct error *e)
{
	struct holder *h = calloc(1, sizeof(*h));
	unsigned i;

	*out = NULL;
	if (h == NULL)
		return error_memory(e);
	h->nlanes = config->lanes != 0 ? config->lanes : workers_default();
	if (h->nlanes > HOLDER_LANES_MAX)
		h->nlanes = HOLDER_LANES_MAX;
	for (i = 0; i < HOLDER_LANES_MAX; i++)
		h->lane[i].fd = -1;
	if (launch(h, e) != 0 || tell(h, config, e) != 0 ||
	    hear_keys(h, e) != 0) {
		holder_free(h);
		return -1;
	}
	*out = h;
	return 0;
}

void
holder_free(struct holder *h)
{
	unsigned i;

	if (h == NULL)
		return;
	for (i = 0; i < HOLDER_LANES_MAX; i++)
		if (h->lane[i].fd >= 0)
			close(h->lane[i].fd);
	while (h->pid > 0 && waitpid(h->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	free(h->key);
	free(h);
}

size_t
holder_count(const struct holder *h)
{
	return h->n;
}

const struct holder_key *
holder_key(const struct holder *h, size_t i)
{
	return &h->key[i];
}

unsigned
holder_lanes(const struct holder *h)
{
	return h->nlanes;
}

/* ---- signing ------------------------------------------------------------- */

int
holder_sign(struct holder *h, unsigned lane, const uint8_t *items, size_t len,
    uint32_t n, uint8_t *sig, size_t sig_len)
{
	struct lane *l = &h->lane[lane];
	struct holder_request q = {HOLDER_SIGN, n, len};
	struct holder_answer a;

	if (!holder_send(l->fd, &q, sizeof(q)) ||
	    !holder_send(l->fd, items, len))
		return lost(&l->error);
	if (hear(l->fd, &a, &l->error) != 0)
		return -1;
	if (a.n != n || a.bytes != sig_len ||
	    !holder_receive(l->fd, sig, sig_len))
		return lost(&l->error);
	return 0;
}

int
holder_failure(const struct holder *h, struct error *e)
{
	unsigned i;

	for (i = 0; i < h->nlanes; i++) {
		if (h->lane[i].error.code == ERROR_NONE)
			continue;
		if (e != NULL)
			*e = h->lane[i].error;
		return -1;
	}
	return error_set(e, ERROR_SYSTEM, "a signature failed");
}
