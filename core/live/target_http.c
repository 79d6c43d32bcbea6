/* One question to one address: what curl is told, and what its answer means. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "target_impl.h"

void
target_say(char out[TARGET_WHY], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(out, TARGET_WHY, fmt, ap);
	va_end(ap);
}

/* ---- the URL ------------------------------------------------------------- */

static bool
host_is_name(const char *host, const uint8_t *name)
{
	uint8_t wire[NAME_MAX_LEN];

	return name_from_text(wire, host, strlen(host), NULL, NULL) != 0 &&
	       name_equal(wire, name);
}

struct url_part {
	CURLUPart part;
	const char *why; /* it must not be there */
};

static const struct url_part forbidden[] = {
    {CURLUPART_USER, "the health URL holds a user name"},
    {CURLUPART_PASSWORD, "the health URL holds a password"},
    {CURLUPART_OPTIONS, "the health URL holds login options"},
    {CURLUPART_ZONEID, "the health URL holds a zone id"},
};

static const char *
url_parts(CURLU *u, const uint8_t *name, uint16_t *port, bool *tls)
{
	char *s = NULL;
	const char *why = NULL;
	size_t i;

	for (i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		if (curl_url_get(u, forbidden[i].part, &s, 0) == CURLUE_OK) {
			curl_free(s);
			return forbidden[i].why;
		}
	}
	if (curl_url_get(u, CURLUPART_SCHEME, &s, 0) != CURLUE_OK)
		return "the health URL has no scheme";
	*tls = strcmp(s, "https") == 0;
	if (!*tls && strcmp(s, "http") != 0)
		why = "the health URL is neither http nor https";
	curl_free(s);
	s = NULL;
	if (why != NULL)
		return why;
	if (curl_url_get(u, CURLUPART_HOST, &s, 0) != CURLUE_OK)
		return "the health URL has no host";
	if (!host_is_name(s, name))
		why = "the health URL is of another name";
	curl_free(s);
	s = NULL;
	if (why == NULL && curl_url_get(u, CURLUPART_PORT, &s,
			       CURLU_DEFAULT_PORT) == CURLUE_OK)
		*port = (uint16_t)strtoul(s, NULL, 10);
	curl_free(s);
	return why == NULL && *port == 0 ? "the health URL has no port" : why;
}

int
target_port(const struct policy_protected *p, bool tcp, uint16_t *port,
    bool *tls, const char **why)
{
	CURLU *u;

	*port = 0;
	*tls = false;
	*why = NULL;
	if (tcp) {
		*port = (uint16_t)p->health.tcp;
		if (p->health.tcp == 0 || p->health.tcp > UINT16_MAX)
			*why = "the policy gives no port";
		return *why == NULL ? 0 : -1;
	}
	if (p->health.url == NULL) {
		*why = "the policy gives no health URL";
		return -1;
	}
	if ((u = curl_url()) == NULL) {
		*why = "out of memory";
		return -1;
	}
	/* No scheme is guessed, no other one known. */
	if (curl_url_set(u, CURLUPART_URL, p->health.url, 0) != CURLUE_OK)
		*why = "the health URL is malformed";
	else
		*why = url_parts(u, p->name, port, tls);
	curl_url_cleanup(u);
	return *why == NULL ? 0 : -1;
}

/* ---- where it may connect to --------------------------------------------- */

static void
set_address(struct flight *f, uint16_t port)
{
	const struct target_job *job = f->job;
	struct sockaddr_in *v4 = (struct sockaddr_in *)&f->to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&f->to;

	memset(&f->to, 0, sizeof(f->to));
	if (job->len == 4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		memcpy(&v4->sin_addr, job->addr, 4);
		f->to_len = sizeof(*v4);
	} else {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		memcpy(&v6->sin6_addr, job->addr, 16);
		f->to_len = sizeof(*v6);
	}
}

/* Last line of defence: whatever curl was made to believe, one address only. */
static curl_socket_t
open_socket(void *flight, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct flight *f = flight;
	int fd;

	if (purpose != CURLSOCKTYPE_IPCXN || a->socktype != SOCK_STREAM ||
	    a->addrlen != f->to_len ||
	    memcmp(&a->addr, &f->to, f->to_len) != 0) {
		f->strayed = true;
		errno = EACCES;
		return CURL_SOCKET_BAD;
	}
	fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/* ---- what comes in ------------------------------------------------------- */

static size_t
take_header(char *data, size_t size, size_t n, void *flight)
{
	struct flight *f = flight;

	(void)data;
	f->headers += size * n;
	if (f->headers <= TARGET_HEADERS_MAX)
		return size * n;
	f->headers_over = true;
	return 0;
}

/* A short count ends the transfer: nothing more is wanted. */
static size_t
take_body(char *data, size_t size, size_t n, void *flight)
{
	struct flight *f = flight;
	const char *want = f->job->protect->health.body;
	size_t len = size * n;

	f->body_begun = true;
	if (want == NULL || len == 0)
		return 0;
	if (f->body == NULL && (f->body = malloc(TARGET_BODY_MAX)) == NULL)
		return 0;
	if (len > TARGET_BODY_MAX - f->body_len)
		len = TARGET_BODY_MAX - f->body_len;
	memcpy(f->body + f->body_len, data, len);
	f->body_len += len;
	f->body_found = memmem(f->body, f->body_len, want, strlen(want)) !=
			NULL;
	f->body_over = f->body_len == TARGET_BODY_MAX;
	return f->body_found || f->body_over ? 0 : size * n;
}

static CURLcode
take_ssl(CURL *easy, void *ctx, void *flight)
{
	struct flight *f = flight;

	(void)easy;
	f->tls_begun = true;
	f->out->ms = (uint32_t)(target_clock_ms() - f->began);
	return identity_watch(ctx, flight) == 0 ? CURLE_OK
						: CURLE_ABORTED_BY_CALLBACK;
}

/* ---- options ------------------------------------------------------------- */

struct number_option {
	CURLoption option;
	long value;
};

/*
 * Certificates are judged by identity_watch(), and a connection over which that
 * did not happen is never a proof: so curl's own verdict, which would end the
 * connection, is switched off.
 */
static const struct number_option numbers[] = {
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_FOLLOWLOCATION, 0},
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
    {CURLOPT_HTTP09_ALLOWED, 0},
    {CURLOPT_FRESH_CONNECT, 1},
    {CURLOPT_FORBID_REUSE, 1},
    {CURLOPT_SSL_SESSIONID_CACHE, 0},
    {CURLOPT_SSL_VERIFYPEER, 0},
    {CURLOPT_SSL_VERIFYHOST, 0},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
    {CURLOPT_DISALLOW_USERNAME_IN_URL, 1},
    {CURLOPT_PATH_AS_IS, 1},
    {CURLOPT_HTTP_CONTENT_DECODING, 0},
    {CURLOPT_HTTP_TRANSFER_DECODING, 1},
    {CURLOPT_MAXREDIRS, 0},
    {CURLOPT_UPLOAD_BUFFERSIZE, 16384},
    {CURLOPT_BUFFERSIZE, 16384},
};

struct text_option {
	CURLoption option;
	const char *value;
};

static const struct text_option texts[] = {
    {CURLOPT_PROTOCOLS_STR, "http,https"},
    {CURLOPT_REDIR_PROTOCOLS_STR, "https"},
    {CURLOPT_PROXY, ""}, /* not even that of the environment */
    {CURLOPT_NOPROXY, "*"},
    {CURLOPT_USERAGENT, "zonegate/" ZONEGATE_VERSION},
};

static bool
set_tables(CURL *c)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		ok &= curl_easy_setopt(
			  c, numbers[i].option, numbers[i].value) == CURLE_OK;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ok &= curl_easy_setopt(c, texts[i].option, texts[i].value) ==
		      CURLE_OK;
	return ok;
}

#define SET(c, option, value)                                                  \
	(curl_easy_setopt((c), (option), (value)) == CURLE_OK)

static bool
set_own(CURL *c, struct flight *f)
{
	return SET(c, CURLOPT_URL, f->url) &&
	       SET(c, CURLOPT_CONNECT_TO, f->connect_to) &&
	       SET(c, CURLOPT_PRIVATE, f) &&
	       SET(c, CURLOPT_ERRORBUFFER, f->error) &&
	       SET(c, CURLOPT_TIMEOUT_MS, (long)f->timeout_ms) &&
	       SET(c, CURLOPT_CONNECTTIMEOUT_MS, (long)f->timeout_ms) &&
	       SET(c, CURLOPT_CONNECT_ONLY, f->job->tcp ? 1L : 0L) &&
	       SET(c, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
	       SET(c, CURLOPT_OPENSOCKETDATA, f) &&
	       SET(c, CURLOPT_HEADERFUNCTION, take_header) &&
	       SET(c, CURLOPT_HEADERDATA, f) &&
	       SET(c, CURLOPT_WRITEFUNCTION, take_body) &&
	       SET(c, CURLOPT_WRITEDATA, f) &&
	       SET(c, CURLOPT_SSL_CTX_FUNCTION, take_ssl) &&
	       SET(c, CURLOPT_SSL_CTX_DATA, f);
}

/* ---- opening ------------------------------------------------------------- */

static char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static char *
format(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return s;
}

/* "::[2001:db8::1]:443": whatever host and port the URL names. */
static int
set_connect_to(struct flight *f, uint16_t port)
{
	char text[INET6_ADDRSTRLEN], *s;

	if (inet_ntop(f->job->len == 4 ? AF_INET : AF_INET6, f->job->addr, text,
		sizeof(text)) == NULL)
		return -1;
	s = format(f->job->len == 4 ? "::%s:%u" : "::[%s]:%u", text, port);
	if (s == NULL)
		return -1;
	f->connect_to = curl_slist_append(NULL, s);
	free(s);
	return f->connect_to == NULL ? -1 : 0;
}

static int
refuse(struct flight *f, const char *why)
{
	target_say(f->out->why, "%s", why);
	target_say(f->out->who, "not asked");
	return 1;
}

int
flight_open(struct flight *f)
{
	const struct policy_protected *p = f->job->protect;
	const char *why;
	uint16_t port;
	size_t len;

	if ((why = target_refused(p, f->job->addr, f->job->len)) != NULL)
		return refuse(f, why);
	if (target_port(p, f->job->tcp, &port, &f->tls, &why) != 0)
		return refuse(f, why);
	len = name_to_text(f->name, p->name);
	if (len < 2 || strchr(f->name, '\\') != NULL)
		return refuse(f, "the name cannot be a host name");
	f->name[len - 1] = '\0';
	/* Only TLSA says that a port without URL speaks TLS. */
	f->tls |= f->job->tcp && f->job->ntlsas != 0;
	f->url = f->job->tcp ? format("%s://%s:%u/", f->tls ? "https" : "http",
				   f->name, port)
			     : strdup(p->health.url);
	set_address(f, port);
	f->began = target_clock_ms();
	if (f->url == NULL || set_connect_to(f, port) != 0 ||
	    (f->easy = curl_easy_init()) == NULL || !set_tables(f->easy) ||
	    !set_own(f->easy, f))
		return -1;
	target_say(f->out->who, f->tls ? "its certificate was not seen"
				       : "nothing was asked that proves it");
	return 0;
}

void
flight_close(struct flight *f)
{
	curl_easy_cleanup(f->easy);
	curl_slist_free_all(f->connect_to);
	free(f->url);
	free(f->body);
	f->easy = NULL;
	f->connect_to = NULL;
	f->url = f->body = NULL;
}

/* ---- the verdict on availability ----------------------------------------- */

static uint32_t
milliseconds(CURL *c, CURLINFO info)
{
	curl_off_t us = 0;

	if (curl_easy_getinfo(c, info, &us) != CURLE_OK || us < 0)
		return 0;
	return us / 1000 > INT32_MAX ? INT32_MAX : (uint32_t)(us / 1000);
}

/* That something here is missing says nothing about the target. */
static bool
is_ours(int os_errno)
{
	static const int ours[] = {ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT,
	    EACCES, EPERM, EMFILE, ENFILE, ENOBUFS, ENOMEM, EINVAL};
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (ours[i] == os_errno)
			return true;
	return false;
}

static void
set(struct flight *f, enum target_available a)
{
	f->out->available = a;
}

static void
conclude_failure(struct flight *f, CURLcode rc)
{
	struct target_result *r = f->out;
	long os = 0;

	(void)curl_easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &os);
	switch (rc) {
	case CURLE_OPERATION_TIMEDOUT:
		set(f, TARGET_DOWN);
		target_say(r->why, "no answer within %u ms", f->timeout_ms);
		break;
	case CURLE_COULDNT_CONNECT:
		set(f, is_ours((int)os) ? TARGET_AVAILABLE_UNCHECKED
					: TARGET_DOWN);
		target_say(r->why, "%s",
		    os == 0 ? "no connection" : strerror((int)os));
		break;
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FAILED_INIT:
	case CURLE_ABORTED_BY_CALLBACK:
		target_say(r->why, "could not be asked");
		break;
	case CURLE_SSL_CONNECT_ERROR:
		set(f, TARGET_DOWN);
		target_say(r->why, "connected, but no TLS: %s", f->error);
		break;
	default:
		set(f, TARGET_DOWN);
		target_say(r->why, "%s",
		    f->error[0] != '\0' ? f->error : curl_easy_strerror(rc));
	}
}

static bool
is_late(struct flight *f)
{
	uint32_t most = f->job->protect->health.latency_ms;

	if (most == 0 || f->out->ms <= most)
		return false;
	set(f, TARGET_SLOW);
	target_say(
	    f->out->why, "after %u ms, %u are allowed", f->out->ms, most);
	return true;
}

static void
conclude_tcp(struct flight *f, CURLcode rc)
{
	if (rc == CURLE_OK)
		f->out->ms = milliseconds(f->easy, CURLINFO_CONNECT_TIME_T);
	/* Whether it speaks TLS is about identity only. */
	if (rc != CURLE_OK && !f->tls_begun) {
		conclude_failure(f, rc);
		return;
	}
	if (rc != CURLE_OK && f->out->who[0] != '\0' &&
	    f->out->identity == TARGET_IDENTITY_UNCHECKED)
		target_say(f->out->who,
		    "TLSA is published, but the port speaks no TLS at once");
	if (is_late(f))
		return;
	set(f, TARGET_UP);
	target_say(f->out->why, "connected in %u ms", f->out->ms);
}

static void
conclude_http(struct flight *f, CURLcode rc)
{
	const struct policy_health *h = &f->job->protect->health;
	struct target_result *r = f->out;
	uint32_t expect = h->expect != 0 ? h->expect : 200;

	if (r->status != expect) {
		set(f, TARGET_DOWN);
		target_say(r->why, "status %u, expected %u%s", r->status,
		    expect,
		    r->status / 100 == 3 ? ": redirects are not followed" : "");
		return;
	}
	if (h->body != NULL && !f->body_found) {
		/* It began well and may yet come: it is late, not wrong. */
		set(f,
		    rc == CURLE_OPERATION_TIMEDOUT ? TARGET_SLOW : TARGET_DOWN);
		target_say(r->why, "status %u, but the body %s", r->status,
		    rc == CURLE_OPERATION_TIMEDOUT ? "did not come in time"
		    : f->body_over
			? "is long and does not begin with what is expected"
			: "does not hold what is expected");
		return;
	}
	if (is_late(f))
		return;
	set(f, TARGET_UP);
	target_say(r->why, "status %u in %u ms", r->status, r->ms);
}

void
flight_conclude(struct flight *f, CURLcode rc)
{
	struct target_result *r = f->out;
	long status = 0;

	if (f->strayed) {
		r->available = TARGET_AVAILABLE_UNCHECKED;
		r->identity = TARGET_IDENTITY_UNCHECKED;
		target_say(r->why, "was led to another address");
		target_say(r->who, "not asked");
		return;
	}
	if (f->job->tcp) {
		conclude_tcp(f, rc);
		return;
	}
	r->ms = milliseconds(f->easy, CURLINFO_STARTTRANSFER_TIME_T);
	(void)curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	r->status = status > 0 ? (uint32_t)status : 0;
	if (f->headers_over) {
		set(f, TARGET_DOWN);
		target_say(r->why, "its header has no end");
	} else if (rc == CURLE_OK || f->body_begun) {
		conclude_http(f, rc);
	} else {
		conclude_failure(f, rc);
	}
}
