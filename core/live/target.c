#include "target.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "target_impl.h"

/* ---- words --------------------------------------------------------------- */

const char *
target_available_text(enum target_available a)
{
	static const char *const text[] = {
	    [TARGET_AVAILABLE_UNCHECKED] = "unchecked",
	    [TARGET_UP] = "up",
	    [TARGET_DOWN] = "down",
	    [TARGET_SLOW] = "slow",
	};

	return (size_t)a < sizeof(text) / sizeof(text[0]) ? text[a] : text[0];
}

const char *
target_identity_text(enum target_identity i)
{
	static const char *const text[] = {
	    [TARGET_IDENTITY_UNCHECKED] = "unchecked",
	    [TARGET_PROVEN] = "proven",
	    [TARGET_WRONG_CERTIFICATE] = "wrong-certificate",
	    [TARGET_EXPIRED] = "expired",
	    [TARGET_SELF_SIGNED] = "self-signed",
	    [TARGET_TLSA_MISMATCH] = "tlsa-mismatch",
	};

	return (size_t)i < sizeof(text) / sizeof(text[0]) ? text[i] : text[0];
}

/* ---- what may be contacted ----------------------------------------------- */

/* Are both ends of the block in the special block BLOCK (its static name)? */
static bool
lies_within(const struct policy_net *net, const char *block)
{
	uint8_t last[16];
	unsigned i;

	memcpy(last, net->addr, sizeof(last));
	for (i = net->prefix; i < net->len * 8u; i++)
		last[i / 8] |= (uint8_t)(0x80 >> i % 8);
	return policy_private_block(net->addr, net->len) == block &&
	       policy_private_block(last, net->len) == block;
}

static bool
names_block(const struct policy_protected *p, const uint8_t *addr, size_t len,
    const char *block)
{
	const struct policy_target *t;
	size_t i, k;

	for (i = 0; i < p->ntargets; i++) {
		t = p->target[i];
		for (k = 0; k < t->nnets; k++)
			if (address_in(&t->net[k], addr, len) &&
			    lies_within(&t->net[k], block))
				return true;
	}
	return false;
}

const char *
target_refused(
    const struct policy_protected *p, const uint8_t *addr, size_t len)
{
	const uint8_t *carried;
	const char *block;

	if (len != 4 && len != 16)
		return "no address";
	if (policy_allows_address(p, addr, len) == NULL)
		return "the address is in no target list of the name";
	if ((block = policy_private_block(addr, len)) == NULL)
		return NULL;
	carried = len == 16 ? address_carried(addr) : NULL;
	if (carried != NULL) {
		addr = carried;
		len = 4;
	}
	if (names_block(p, addr, len, block))
		return NULL;
	return "the address is special (private, loopback, link-local, …), and "
	       "no target list names that very block";
}

/* ---- the run ------------------------------------------------------------- */

struct run {
	struct target_result *out;
	const struct target_job *job;
	size_t n, next; /* next to begin */
	const struct policy_live *live;
	const struct target_trust *trust;
	int64_t now, deadline; /* deadline: monotonic milliseconds */
	CURLM *multi;
	struct flight *flight; /* SLOTS of them; easy NULL: free */
	size_t slots, flying;
};

int64_t
target_clock_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) != 0)
		return INT64_MAX; /* every deadline has passed */
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* As many at once as the policy says and the process has descriptors for. */
static size_t
slots_of(const struct policy_live *live, size_t n)
{
	size_t slots = live->concurrent != 0 ? live->concurrent : 128;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0 &&
	    files.rlim_cur < slots + 32)
		slots = files.rlim_cur > 40 ? files.rlim_cur - 32 : 8;
	if (slots > 1024)
		slots = 1024;
	return slots < n ? slots : n;
}

static struct flight *
free_slot(struct run *r)
{
	size_t i;

	for (i = 0; i < r->slots; i++)
		if (r->flight[i].easy == NULL)
			return &r->flight[i];
	return NULL;
}

static int
begin_one(struct run *r)
{
	struct flight *f = free_slot(r);
	size_t i = r->next++;
	int rc;

	*f = (struct flight){.job = &r->job[i],
	    .out = &r->out[i],
	    .trust = r->trust,
	    .now = r->now,
	    .timeout_ms = r->live->timeout_ms != 0 ? r->live->timeout_ms
						   : 2000};
	rc = flight_open(f);
	if (rc == 0 && curl_multi_add_handle(r->multi, f->easy) != CURLM_OK)
		rc = -1;
	if (rc != 0) {
		flight_close(f);
		return rc < 0 ? -1 : 0;
	}
	r->flying++;
	return 0;
}

static void
end_one(struct run *r, struct flight *f)
{
	curl_multi_remove_handle(r->multi, f->easy);
	flight_close(f);
	r->flying--;
}

static void
collect(struct run *r)
{
	struct flight *f;
	CURLMsg *msg;
	char *private;
	CURLcode rc;
	int left;

	while ((msg = curl_multi_info_read(r->multi, &left)) != NULL) {
		if (msg->msg != CURLMSG_DONE ||
		    curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
			&private) != CURLE_OK)
			continue;
		rc = msg->data.result;
		f = (struct flight *)(void *)private;
		flight_conclude(f, rc);
		end_one(r, f);
	}
}

/* Time is up: what is under way was asked, but nothing is known of it. */
static void
abandon(struct run *r)
{
	struct flight *f;
	size_t i;

	for (i = 0; i < r->slots; i++) {
		f = &r->flight[i];
		if (f->easy == NULL)
			continue;
		f->out->available = TARGET_AVAILABLE_UNCHECKED;
		target_say(f->out->why, "the time of the run was over");
		end_one(r, f);
	}
}

static int
loop(struct run *r)
{
	int64_t left;
	int running;

	for (;;) {
		while (r->next < r->n && r->flying < r->slots)
			if (begin_one(r) != 0)
				return -1;
		if (r->flying == 0)
			return 0;
		if ((left = r->deadline - target_clock_ms()) <= 0)
			return 0;
		if (curl_multi_perform(r->multi, &running) != CURLM_OK)
			return -1;
		collect(r);
		if (r->flying == 0)
			continue;
		if (curl_multi_poll(r->multi, NULL, 0,
			left > 1000 ? 1000 : (int)left, NULL) != CURLM_OK)
			return -1;
	}
}

static void
mark_unchecked(struct run *r, size_t all)
{
	size_t i;

	memset(r->out, 0, all * sizeof(*r->out));
	for (i = 0; i < all; i++) {
		target_say(
		    r->out[i].why, i < r->n ? "the time of the run was over"
					    : "more targets than one run asks");
		target_say(r->out[i].who, "not asked");
	}
}

int
target_run(struct target_result *out, const struct target_job *job, size_t n,
    const struct policy_live *live, const struct target_trust *trust,
    int64_t now, struct error *e)
{
	struct run r = {.out = out,
	    .job = job,
	    .n = n < TARGET_JOBS_MAX ? n : TARGET_JOBS_MAX,
	    .live = live,
	    .trust = trust,
	    .now = now};
	uint32_t seconds = live->deadline != 0 ? live->deadline : 60;
	int rc = -1;

	mark_unchecked(&r, n);
	if (n == 0)
		return 0;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return error_set(e, ERROR_SYSTEM, "libcurl could not start");
	r.slots = slots_of(live, r.n);
	r.deadline = target_clock_ms() + (int64_t)seconds * 1000;
	r.flight = calloc(r.slots, sizeof(*r.flight));
	r.multi = curl_multi_init();
	if (r.flight != NULL && r.multi != NULL)
		rc = loop(&r);
	if (r.flight != NULL && r.multi != NULL)
		abandon(&r);
	curl_multi_cleanup(r.multi);
	free(r.flight);
	curl_global_cleanup();
	return rc == 0 ? 0
		       : error_set(
			     e, ERROR_SYSTEM, "the targets could not be asked");
}
