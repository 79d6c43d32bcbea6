#include "doh.h"

#include <arpa/inet.h>
#include "curl.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	CONNECTIONS_MAX = 4, /* to one server: requests share them */
	HTTPS_PORT = 443,
	HTTP_OK = 200,
};

struct request {
	CURL *easy; /* NULL: the slot is free */
	struct curl_slist *resolve;
	struct live_address at;
	const struct query *query;
	uint8_t *in;
	size_t len;
	bool too_long, refused;
};

struct doh {
	CURLM *multi;
	const char *ca_file;
	struct curl_slist *headers;
	struct request *slot;
	size_t nslots;
};

/* ---- URLs ---------------------------------------------------------------- */

/* Host and port of an https URL without user, password or fragment. */
static bool
split(const char *url, char host[256], uint16_t *port)
{
	CURLU *u = curl_url();
	char *part = NULL;
	bool fine = false;
	unsigned long n;

	*port = 0;
	if (u == NULL)
		return false;
	if (url == NULL || strncasecmp(url, "https://", 8) != 0 ||
	    curl_url_set(u, CURLUPART_URL, url,
		CURLU_DISALLOW_USER | CURLU_NO_DEFAULT_PORT) != CURLUE_OK)
		goto out;
	if (curl_url_get(u, CURLUPART_FRAGMENT, &part, 0) == CURLUE_OK)
		goto out;
	if (curl_url_get(u, CURLUPART_HOST, &part, 0) != CURLUE_OK ||
	    strlen(part) >= 256)
		goto out;
	memcpy(host, part, strlen(part) + 1);
	curl_free(part);
	part = NULL;
	*port = HTTPS_PORT;
	fine = true;
	if (curl_url_get(u, CURLUPART_PORT, &part, 0) == CURLUE_OK) {
		n = strtoul(part, NULL, 10);
		fine = n > 0 && n <= UINT16_MAX;
		*port = fine ? (uint16_t)n : 0;
	}
out:
	curl_free(part);
	curl_url_cleanup(u);
	return fine;
}

uint16_t
doh_port(const char *url)
{
	char host[256];
	uint16_t port;

	return split(url, host, &port) ? port : 0;
}

bool
doh_literal(const char *url, struct live_address *out)
{
	char host[256];
	size_t n;

	memset(out, 0, sizeof(*out));
	if (!split(url, host, &out->port))
		return false;
	n = strlen(host);
	if (host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		out->len = 16;
		return inet_pton(AF_INET6, host + 1, out->addr) == 1;
	}
	out->len = 4;
	return inet_pton(AF_INET, host, out->addr) == 1;
}

/* ---- one request --------------------------------------------------------- */

static size_t
receive(char *data, size_t size, size_t n, void *ctx)
{
	struct request *r = ctx;

	n *= size;
	if (n > LIVE_MESSAGE_MAX - r->len) {
		r->too_long = true;
		return 0;
	}
	memcpy(r->in + r->len, data, n);
	r->len += n;
	return n;
}

/* The last word before a connection: whatever curl made of the URL, only the
 * address that was asked for is connected to. */
static curl_socket_t
open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct request *r = ctx;
	const struct sockaddr_in *in = (const void *)&a->addr;
	const struct sockaddr_in6 *in6 = (const void *)&a->addr;
	bool same = false;

	if (purpose == CURLSOCKTYPE_IPCXN && a->family == AF_INET)
		same = r->at.len == 4 && ntohs(in->sin_port) == r->at.port &&
		       memcmp(&in->sin_addr, r->at.addr, 4) == 0;
	else if (purpose == CURLSOCKTYPE_IPCXN && a->family == AF_INET6)
		same = r->at.len == 16 && ntohs(in6->sin6_port) == r->at.port &&
		       memcmp(&in6->sin6_addr, r->at.addr, 16) == 0;
	if (!same) {
		r->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static bool
set_target(struct request *r, const char *url)
{
	char host[256], addr[INET6_ADDRSTRLEN], entry[400];
	uint16_t port;

	if (!split(url, host, &port) || port != r->at.port ||
	    inet_ntop(r->at.len == 4 ? AF_INET : AF_INET6, r->at.addr, addr,
		sizeof(addr)) == NULL)
		return false;
	snprintf(entry, sizeof(entry),
	    r->at.len == 4 ? "%s:%u:%s" : "%s:%u:[%s]", host, port, addr);
	r->resolve = curl_slist_append(NULL, entry);
	return r->resolve != NULL &&
	       curl_easy_setopt(r->easy, CURLOPT_RESOLVE, r->resolve) ==
		   CURLE_OK &&
	       curl_easy_setopt(r->easy, CURLOPT_URL, url) == CURLE_OK;
}

static bool
set_limits(const struct doh *d, struct request *r, uint32_t ms)
{
	CURL *c = r->easy;
	bool bad = false;

	bad |= curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https") != 0;
	bad |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) != 0;
	bad |= curl_easy_setopt(c, CURLOPT_PROXY, "") != 0;
	bad |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) != 0;
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) != 0;
	bad |= curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) != 0;
	bad |= curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)ms) != 0;
	bad |= curl_easy_setopt(
		   c, CURLOPT_MAXFILESIZE, (long)LIVE_MESSAGE_MAX) != 0;
	bad |= curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) !=
	       0;
	bad |= curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, r) != 0;
	if (d->ca_file != NULL) {
		bad |= curl_easy_setopt(c, CURLOPT_CAINFO, d->ca_file) != 0;
		bad |= curl_easy_setopt(c, CURLOPT_CAPATH, NULL) != 0;
	}
	return !bad;
}

static bool
set_body(const struct doh *d, struct request *r)
{
	CURL *c = r->easy;
	bool bad = false;

	bad |= curl_easy_setopt(c, CURLOPT_HTTPHEADER, d->headers) != 0;
	bad |= curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->query->wire) != 0;
	bad |= curl_easy_setopt(
		   c, CURLOPT_POSTFIELDSIZE, (long)r->query->len) != 0;
	bad |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, receive) != 0;
	bad |= curl_easy_setopt(c, CURLOPT_WRITEDATA, r) != 0;
	bad |= curl_easy_setopt(
		   c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS) != 0;
	bad |= curl_easy_setopt(c, CURLOPT_PIPEWAIT, 1L) != 0;
	bad |= curl_easy_setopt(c, CURLOPT_PRIVATE, r) != 0;
	return !bad;
}

int
doh_begin(struct doh *d, size_t slot, const struct live_question *q,
    const struct query *query, uint32_t ms)
{
	struct request *r = &d->slot[slot];

	doh_end(d, slot);
	r->at = q->at;
	r->query = query;
	r->in = malloc(LIVE_MESSAGE_MAX);
	r->easy = curl_easy_init();
	if (r->in != NULL && r->easy != NULL && set_target(r, q->url) &&
	    set_limits(d, r, ms) && set_body(d, r) &&
	    curl_multi_add_handle(d->multi, r->easy) == CURLM_OK)
		return 0;
	doh_end(d, slot);
	return -1;
}

void
doh_end(struct doh *d, size_t slot)
{
	struct request *r = &d->slot[slot];

	if (r->easy != NULL) {
		(void)curl_multi_remove_handle(d->multi, r->easy);
		curl_easy_cleanup(r->easy);
	}
	curl_slist_free_all(r->resolve);
	free(r->in);
	memset(r, 0, sizeof(*r));
}

/* ---- all of them --------------------------------------------------------- */

struct doh *
doh_new(size_t slots, const char *ca_file)
{
	struct doh *d = calloc(1, sizeof(*d));
	struct curl_slist *more;

	if (d == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(d);
		return NULL;
	}
	d->ca_file = ca_file;
	d->nslots = slots;
	d->slot = calloc(slots, sizeof(*d->slot));
	d->multi = curl_multi_init();
	d->headers = curl_slist_append(
	    NULL, "Content-Type: application/dns-message");
	more = d->headers == NULL ? NULL
				  : curl_slist_append(d->headers,
					"Accept: application/dns-message");
	if (d->slot == NULL || d->multi == NULL || more == NULL ||
	    curl_multi_setopt(d->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
		(long)CONNECTIONS_MAX) != CURLM_OK ||
	    curl_multi_setopt(d->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
		(long)slots) != CURLM_OK) {
		doh_free(d);
		return NULL;
	}
	return d;
}

void
doh_free(struct doh *d)
{
	size_t i;

	if (d == NULL)
		return;
	for (i = 0; d->slot != NULL && i < d->nslots; i++)
		doh_end(d, i);
	if (d->multi != NULL)
		curl_multi_cleanup(d->multi);
	curl_slist_free_all(d->headers);
	free(d->slot);
	free(d);
	curl_global_cleanup();
}

int
doh_wait(struct doh *d, struct curl_waitfd *fd, unsigned n, int ms)
{
	int running;

	if (curl_multi_poll(d->multi, fd, n, ms, NULL) != CURLM_OK)
		return -1;
	return curl_multi_perform(d->multi, &running) == CURLM_OK ? 0 : -1;
}

/* Media type alone, parameters apart. */
static bool
is_dns_message(CURL *c)
{
	static const char want[] = "application/dns-message";
	char *type = NULL;
	size_t n = sizeof(want) - 1;

	return curl_easy_getinfo(c, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK &&
	       type != NULL && strncasecmp(type, want, n) == 0 &&
	       strchr("; \t", type[n]) != NULL;
}

static void
conclude(const struct request *r, CURLcode rc, struct doh_done *out)
{
	long status = 0;

	out->outcome = LIVE_UNREACHABLE;
	switch (rc) {
	case CURLE_OK:
		break;
	case CURLE_OPERATION_TIMEDOUT:
		out->outcome = LIVE_TIMED_OUT;
		return;
	case CURLE_PEER_FAILED_VERIFICATION:
		out->why = "its certificate is not valid for the URL's host";
		return;
	case CURLE_SSL_CACERT_BADFILE:
		out->outcome = LIVE_FORBIDDEN;
		out->why = "the policy's ca-file cannot be read";
		return;
	case CURLE_SSL_CONNECT_ERROR:
		out->why = "no TLS connection could be made";
		return;
	case CURLE_WRITE_ERROR:
	case CURLE_FILESIZE_EXCEEDED:
		out->outcome = LIVE_BROKEN;
		out->why = "the answer is longer than a DNS message can be";
		return;
	default:
		if (r->refused)
			out->why = "its address is not the one asked for";
		return;
	}
	out->outcome = LIVE_BROKEN;
	if (curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status) !=
		CURLE_OK ||
	    status != HTTP_OK)
		out->why = status >= 300 && status < 400
			       ? "the HTTP answer is a redirect"
			       : "the HTTP status is not 200";
	else if (!is_dns_message(r->easy))
		out->why = "the HTTP answer is no application/dns-message";
	else if (!query_matches(r->query, r->in, r->len))
		out->why = "the answer is to another question";
	else
		out->outcome = LIVE_ANSWERED;
}

int
doh_next(struct doh *d, struct doh_done *out)
{
	struct request *r = NULL;
	CURLMsg *m;
	int left;

	do {
		if ((m = curl_multi_info_read(d->multi, &left)) == NULL)
			return 0;
	} while (m->msg != CURLMSG_DONE);
	memset(out, 0, sizeof(*out));
	if (curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &r) !=
		CURLE_OK ||
	    r == NULL)
		return 0;
	out->slot = (size_t)(r - d->slot);
	conclude(r, m->data.result, out);
	out->message = r->in;
	out->len = r->len;
	return 1;
}
