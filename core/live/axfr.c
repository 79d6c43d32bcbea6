#include "axfr.h"

#include <errno.h>
#include <fcntl.h>
#include <ldns/ldns.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"

#define HEADER 12
#define MESSAGE_MAX 65535
#define BYTES_DEFAULT ((uint64_t)256 << 20)
#define SECONDS_DEFAULT 60
#define TYPE_AXFR 252
#define FLAG_QR 0x8000
#define FLAG_TC 0x0200
#define OPCODE 0x7800
#define RCODE 0x000f
#define NOTAUTH 9

struct axfr {
	const struct axfr_args *args;
	int fd;
	int64_t deadline; /* ms of the monotonic clock */
	uint16_t id;
	uint64_t bytes;
	struct axfr_tsig_session *tsig;
	uint8_t *msg; /* of the message being read */
	size_t len;
	struct zone_builder *builder;
	ldns_buffer *rdata;
	uint64_t records; /* the two SOAs included */
	uint8_t soa[512];
	size_t soa_len;
	bool done;    /* the last SOA was seen */
	bool trusted; /* nothing unsigned is behind the last signature */
};

static int64_t
clock_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) != 0)
		return INT64_MAX; /* no clock: the time is over */
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int
broken(struct error *e, const char *what)
{
	return error_set(
	    e, ERROR_SYSTEM, "no transfer: the server's answer %s", what);
}

/* ---- the connection ------------------------------------------------------ */

/* "ADDR", "ADDR:PORT", "[ADDR]:PORT" into host and port. */
static int
split(const char *s, char host[128], char port[8])
{
	const char *colon = strrchr(s, ':'), *end = s + strlen(s), *from = s;

	if (s[0] == '[') {
		from = s + 1;
		if ((end = strchr(s, ']')) == NULL)
			return -1;
		colon = end[1] == ':' ? end + 1 : NULL;
		if (colon == NULL && end[1] != '\0')
			return -1;
	} else if (colon != NULL && memchr(s, ':', (size_t)(colon - s))) {
		colon = NULL; /* an IPv6 address alone */
	} else if (colon != NULL) {
		end = colon;
	}
	if (end == from || end - from >= 128)
		return -1;
	memcpy(host, from, (size_t)(end - from));
	host[end - from] = '\0';
	if (colon == NULL) {
		memcpy(port, "53", sizeof("53"));
		return 0;
	}
	if (strlen(colon + 1) > 5 || colon[1] == '\0' ||
	    strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return -1;
	memcpy(port, colon + 1, strlen(colon + 1) + 1);
	return 0;
}

/* Wait until FD can do EVENTS. 0; -1 with errno set. */
static int
await(struct axfr *x, short events)
{
	struct pollfd p = {.fd = x->fd, .events = events};
	int64_t left;
	int n;

	do {
		left = x->deadline - clock_ms();
		if (left <= 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		n = poll(&p, 1, left > 10000 ? 10000 : (int)left);
	} while (n == 0 || (n < 0 && errno == EINTR));
	return n < 0 ? -1 : 0;
}

static int
connect_to(struct axfr *x, const struct addrinfo *ai)
{
	socklen_t n = sizeof(int);
	int code = 0;

	x->fd = socket(
	    ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (x->fd < 0)
		return -1;
	if (connect(x->fd, ai->ai_addr, ai->ai_addrlen) == 0)
		return 0;
	if (errno != EINPROGRESS || await(x, POLLOUT) != 0)
		return -1;
	if (getsockopt(x->fd, SOL_SOCKET, SO_ERROR, &code, &n) != 0)
		return -1;
	errno = code;
	return code == 0 ? 0 : -1;
}

static int
fill(struct axfr *x, const struct axfr_args *args, struct error *e)
{
	x->args = args;
	x->deadline = clock_ms() + (int64_t)1000 * (args->seconds != 0
							   ? args->seconds
							   : SECONDS_DEFAULT);
	x->msg = malloc(MESSAGE_MAX + AXFR_ROOM);
	x->rdata = ldns_buffer_new(MESSAGE_MAX);
	x->builder = zone_builder_new(args->zone, args->limits);
	if (args->key != NULL)
		x->tsig = axfr_tsig_new(args->key);
	return x->msg == NULL || x->rdata == NULL || x->builder == NULL ||
		       (args->key != NULL && x->tsig == NULL)
		   ? error_memory(e)
		   : 0;
}

int
axfr_connect(struct axfr **out, const struct axfr_args *args, struct error *e)
{
	static const struct addrinfo hints = {
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
	    .ai_socktype = SOCK_STREAM};
	struct addrinfo *ai = NULL;
	char host[128], port[8];
	struct axfr *x;
	int rc;

	*out = NULL;
	if (split(args->server, host, port) != 0 ||
	    getaddrinfo(host, port, &hints, &ai) != 0) {
		error_set(e, ERROR_USAGE, "%.200s is no address of a server",
		    args->server);
		return error_hint(
		    e, "such as 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53");
	}
	if ((x = calloc(1, sizeof(*x))) == NULL) {
		freeaddrinfo(ai);
		return error_memory(e);
	}
	x->fd = -1;
	rc = fill(x, args, e);
	if (rc == 0 && connect_to(x, ai) != 0)
		rc = error_set(e, ERROR_SYSTEM, "no connection to %.200s: %s",
		    args->server, strerror(errno));
	freeaddrinfo(ai);
	if (rc == 0)
		*out = x;
	else
		axfr_free(x);
	return rc;
}

void
axfr_free(struct axfr *x)
{
	if (x == NULL)
		return;
	if (x->fd >= 0)
		close(x->fd);
	axfr_tsig_free(x->tsig);
	zone_builder_free(x->builder);
	if (x->rdata != NULL)
		ldns_buffer_free(x->rdata);
	free(x->msg);
	free(x);
}

/* ---- octets -------------------------------------------------------------- */

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static int
send_all(struct axfr *x, const uint8_t *data, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(x->fd, data, len);
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			if (await(x, POLLOUT) != 0)
				return -1;
		} else if (n == 0 || errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

static int
read_all(struct axfr *x, uint8_t *data, size_t len, struct error *e)
{
	ssize_t n;

	while (len > 0) {
		n = read(x->fd, data, len);
		if (n > 0) {
			data += n;
			len -= (size_t)n;
			continue;
		}
		if (n == 0)
			return broken(e, "ends in the middle");
		if (errno == EINTR)
			continue;
		if (errno == EAGAIN && await(x, POLLIN) == 0)
			continue;
		return error_set(e, ERROR_SYSTEM, "no transfer: %s",
		    errno == ETIMEDOUT ? "it took too long" : strerror(errno));
	}
	return 0;
}

static int
ask(struct axfr *x, struct error *e)
{
	uint8_t q[2 + HEADER + NAME_MAX_LEN + 4 + AXFR_ROOM] = {0};
	size_t name = name_len(x->args->zone), len = HEADER + name + 4;
	uint8_t *msg = q + 2;

	if (getrandom(&x->id, sizeof(x->id), 0) != sizeof(x->id))
		return error_set(e, ERROR_SYSTEM, "no random numbers");
	msg[0] = (uint8_t)(x->id >> 8);
	msg[1] = (uint8_t)x->id;
	msg[5] = 1; /* one question */
	memcpy(msg + HEADER, x->args->zone, name);
	msg[HEADER + name + 1] = TYPE_AXFR;
	msg[HEADER + name + 3] = RRCLASS_IN;
	if (x->tsig != NULL &&
	    axfr_tsig_sign(x->tsig, msg, &len, time(NULL), e) != 0)
		return -1;
	q[0] = (uint8_t)(len >> 8);
	q[1] = (uint8_t)len;
	if (send_all(x, q, len + 2) != 0)
		return error_set(
		    e, ERROR_SYSTEM, "no transfer: %s", strerror(errno));
	return 0;
}

static int
next_message(struct axfr *x, struct error *e)
{
	uint64_t max = x->args->bytes != 0 ? x->args->bytes : BYTES_DEFAULT;
	uint8_t size[2];
	unsigned rcode;
	int rc;

	if (clock_ms() >= x->deadline)
		return error_set(
		    e, ERROR_SYSTEM, "no transfer: it took too long");
	if (read_all(x, size, sizeof(size), e) != 0)
		return -1;
	x->len = get16(size);
	x->bytes += x->len;
	if (x->bytes > max)
		return error_set(e, ERROR_SYSTEM,
		    "no transfer: more than %llu bytes",
		    (unsigned long long)max);
	if (x->len < HEADER)
		return broken(e, "is no message");
	if (read_all(x, x->msg, x->len, e) != 0)
		return -1;
	/* A refusal need not be signed to be one; NOTAUTH has TSIG's reasons.
	 */
	rcode = get16(x->msg + 2) & RCODE;
	if (x->tsig == NULL || (rcode != 0 && rcode != NOTAUTH)) {
		x->trusted = x->tsig == NULL;
		return 0;
	}
	rc = axfr_tsig_verify(x->tsig, x->msg, &x->len, time(NULL), e);
	x->trusted = rc == 1;
	return rc < 0 ? -1 : 0;
}

/* ---- messages ------------------------------------------------------------ */

/* Header and question; *AT is where the answer begins. */
static int
check_header(struct axfr *x, bool first, size_t *at, struct error *e)
{
	static const char *const words[] = {"NOERROR", "FORMERR", "SERVFAIL",
	    "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET",
	    "NOTAUTH", "NOTZONE"};
	uint16_t flags = get16(x->msg + 2), questions = get16(x->msg + 4);
	size_t name = name_len(x->args->zone), i;
	const uint8_t *q = x->msg + HEADER;

	if (get16(x->msg) != x->id || (flags & FLAG_QR) == 0 ||
	    (flags & OPCODE) != 0 || (flags & FLAG_TC) != 0)
		return broken(e, "is none to this question");
	i = flags & RCODE;
	if (i != 0) {
		error_set(e, ERROR_SYSTEM, "no transfer: the server says %s",
		    i < sizeof(words) / sizeof(words[0]) ? words[i]
							 : "an error");
		return error_hint(e,
		    "may this address transfer the zone, and with which key "
		    "(--tsig)?");
	}
	*at = HEADER;
	if (questions == 0 && !first)
		return 0;
	if (questions != 1 || x->len < HEADER + name + 4 ||
	    name_check(q, x->len - HEADER) != name ||
	    !name_equal(q, x->args->zone) || get16(q + name) != TYPE_AXFR ||
	    get16(q + name + 2) != RRCLASS_IN)
		return broken(e, "is none to this question");
	*at = HEADER + name + 4;
	return 0;
}

/* The SOA at the beginning and the end; they must be the same. */
static int
take_soa(struct axfr *x, const struct zone_record *rec, struct error *e)
{
	if (x->records == 1) {
		if (rec->rdlen > sizeof(x->soa))
			return broken(e, "has a malformed SOA");
		memcpy(x->soa, rec->rdata, rec->rdlen);
		x->soa_len = rec->rdlen;
		return 0;
	}
	if (rec->rdlen != x->soa_len ||
	    memcmp(rec->rdata, x->soa, x->soa_len) != 0)
		return broken(e, "ends with another SOA than it begins with");
	x->done = true;
	return 0;
}

static int
add(struct axfr *x, const struct zone_record *rec, struct error *e)
{
	bool soa = rec->type == RRTYPE_SOA &&
		   name_equal(rec->owner, x->args->zone);

	if (x->done)
		return broken(e, "goes on behind its end");
	x->records++;
	if (x->records == 1 && !soa)
		return broken(e, "does not begin with the zone's SOA");
	if (!name_is_under(rec->owner, x->args->zone))
		return broken(e, "holds records of another zone");
	if (!rrtype_is_data(rec->type))
		return broken(e, "holds records that cannot be in a zone");
	if (soa && take_soa(x, rec, e) != 0)
		return -1;
	if (x->done)
		return 0; /* it is there already */
	if (zone_builder_add(x->builder, rec, e) != 0) {
		e->code = ERROR_SYSTEM;
		return -1;
	}
	return 0;
}

static int
take(struct axfr *x, const ldns_rr *rr, struct error *e)
{
	const ldns_rdf *owner = ldns_rr_owner(rr);
	struct zone_record rec = {
	    .type = (uint16_t)ldns_rr_get_type(rr), .ttl = ldns_rr_ttl(rr)};

	if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
		return broken(e, "holds records of another class");
	if (owner == NULL || name_check(ldns_rdf_data(owner),
				 ldns_rdf_size(owner)) != ldns_rdf_size(owner))
		return broken(e, "holds a malformed name");
	rec.owner = ldns_rdf_data(owner);
	ldns_buffer_clear(x->rdata);
	if (ldns_rr_rdata2buffer_wire(x->rdata, rr) != LDNS_STATUS_OK)
		return error_memory(e);
	if (ldns_buffer_position(x->rdata) > UINT16_MAX)
		return broken(e, "holds a malformed record");
	rec.rdata = ldns_buffer_begin(x->rdata);
	rec.rdlen = (uint16_t)ldns_buffer_position(x->rdata);
	return add(x, &rec, e);
}

static int
take_answer(struct axfr *x, size_t at, struct error *e)
{
	uint16_t n = get16(x->msg + 6), i;
	ldns_rr *rr;
	int rc = 0;

	if (n == 0)
		return broken(e, "is empty");
	if (get16(x->msg + 8) != 0)
		return broken(e, "has records that belong nowhere");
	for (i = 0; rc == 0 && i < n; i++) {
		if (ldns_wire2rr(&rr, x->msg, x->len, &at,
			LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
			return broken(e, "holds a malformed record");
		rc = take(x, rr, e);
		ldns_rr_free(rr);
	}
	return rc;
}

int
axfr_receive(struct axfr *x, struct zone **out, struct error *e)
{
	struct zone_builder *b;
	bool first = true;
	size_t at = HEADER;

	*out = NULL;
	if (ask(x, e) != 0)
		return -1;
	for (; !x->done; first = false) {
		if (next_message(x, e) != 0 ||
		    check_header(x, first, &at, e) != 0 ||
		    take_answer(x, at, e) != 0)
			return -1;
	}
	/* With a key, the last message must be signed: section 5.3.1. */
	if (!x->trusted)
		return broken(e, "ends without a signature");
	b = x->builder;
	x->builder = NULL;
	return zone_builder_finish(b, out, NULL, e);
}
