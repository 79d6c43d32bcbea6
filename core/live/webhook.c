#include "webhook.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "curl.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#define SECRET_MIN 16
#define SECRET_MAX 4096
#define ANSWER_MAX ((size_t)64 << 10)

/* ---- opening ------------------------------------------------------------- */

/* "127.0.0.1" or "[::1]": by number, so that no name decides. */
static bool
is_loopback(const char *host)
{
	uint8_t v4[4], v6[16];
	static const uint8_t one[16] = {[15] = 1};

	if (inet_pton(AF_INET, host, v4) == 1)
		return v4[0] == 127;
	if (strcmp(host, "[::1]") == 0)
		return true;
	return inet_pton(AF_INET6, host, v6) == 1 && memcmp(v6, one, 16) == 0;
}

static bool
has_part(CURLU *u, CURLUPart part)
{
	char *s = NULL;
	bool has = curl_url_get(u, part, &s, 0) == CURLUE_OK;

	curl_free(s);
	return has;
}

static const char *
url_fault(CURLU *u, bool allow_http)
{
	char *scheme = NULL, *host = NULL;
	const char *why = NULL;

	if (has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD) ||
	    has_part(u, CURLUPART_OPTIONS))
		return "credentials in a URL end up in logs";
	if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		why = "no scheme or no host";
	else if (strcmp(scheme, "http") == 0 && !allow_http)
		why = "http without TLS";
	else if (strcmp(scheme, "http") == 0 && !is_loopback(host))
		why = "http without TLS to another machine";
	else if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)
		why = "neither https nor http";
	curl_free(scheme);
	curl_free(host);
	return why;
}

static int
check_url(const char *url, bool allow_http, struct error *e)
{
	CURLU *u = curl_url();
	const char *why = "malformed";

	if (u == NULL)
		return error_memory(e);
	if (curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK)
		why = url_fault(u, allow_http);
	curl_url_cleanup(u);
	if (why == NULL)
		return 0;
	error_set(e, ERROR_USAGE, "the webhook cannot be used: %s", why);
	return error_hint(e,
	    "give an https:// URL; http:// to 127.0.0.1 or [::1] needs "
	    "--webhook-allow-http");
}

static int
read_secret(struct webhook *w, int fd, const char *file, struct error *e)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return error_set(e, ERROR_USAGE, "%s is no plain file", file);
	if ((st.st_mode & 077) != 0) {
		error_set(e, ERROR_USAGE, "others may read %s", file);
		return error_hint(e, "chmod 600 %s", file);
	}
	if ((w->secret = malloc(SECRET_MAX + 1)) == NULL)
		return error_memory(e);
	while ((n = read(fd, w->secret + w->secret_len,
		    SECRET_MAX + 1 - w->secret_len)) > 0)
		w->secret_len += (size_t)n;
	if (n < 0)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", file, strerror(errno));
	if (w->secret_len > 0 && w->secret[w->secret_len - 1] == '\n')
		w->secret_len--;
	if (w->secret_len >= SECRET_MIN && w->secret_len <= SECRET_MAX)
		return 0;
	error_set(e, ERROR_USAGE, "the secret in %s is not of %d to %d octets",
	    file, SECRET_MIN, SECRET_MAX);
	return error_hint(e, "openssl rand -hex 32 > %s", file);
}

int
webhook_open(struct webhook *w, const char *url, const char *secret,
    bool allow_http, struct error *e)
{
	int fd, rc;

	*w = (struct webhook){0};
	if (check_url(url, allow_http, e) != 0)
		return -1;
	if (secret == NULL) {
		error_set(e, ERROR_USAGE, "a webhook needs a secret");
		return error_hint(e, "add --webhook-secret FILE");
	}
	if ((w->url = strdup(url)) == NULL)
		return error_memory(e);
	if ((fd = open(secret, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return error_set(
		    e, ERROR_USAGE, "%s: %s", secret, strerror(errno));
	rc = read_secret(w, fd, secret, e);
	close(fd);
	return rc;
}

void
webhook_free(struct webhook *w)
{
	if (w->secret != NULL)
		OPENSSL_cleanse(w->secret, SECRET_MAX + 1);
	free(w->secret);
	free(w->url);
	*w = (struct webhook){0};
}

/* ---- signing ------------------------------------------------------------- */

int
webhook_sign(char out[WEBHOOK_SIGNATURE], const struct webhook *w, int64_t when,
    const void *body, size_t len)
{
	uint8_t mac[EVP_MAX_MD_SIZE], *signed_text;
	unsigned mac_len = 0, i;
	char head[40];
	size_t head_len;
	bool fine;

	head_len = (size_t)snprintf(
	    head, sizeof(head), "v1:%" PRId64 ":", when);
	if (len > WEBHOOK_BODY_MAX ||
	    (signed_text = malloc(head_len + len)) == NULL)
		return -1;
	memcpy(signed_text, head, head_len);
	memcpy(signed_text + head_len, body, len);
	fine = HMAC(EVP_sha256(), w->secret, (int)w->secret_len, signed_text,
		   head_len + len, mac, &mac_len) != NULL &&
	       mac_len == 32;
	free(signed_text);
	if (!fine)
		return -1;
	snprintf(out, WEBHOOK_SIGNATURE, "v1=");
	for (i = 0; i < mac_len; i++)
		snprintf(out + 3 + 2 * i, 3, "%02x", mac[i]);
	return 0;
}

/* ---- sending ------------------------------------------------------------- */

struct attempt {
	const struct webhook *w;
	const void *body;
	size_t len;
	size_t heard; /* octets of the answer */
	char error[CURL_ERROR_SIZE];
	long status;
};

/* The answer is of no interest but for its status; it may not be endless. */
static size_t
ignore(char *data, size_t size, size_t n, void *attempt)
{
	struct attempt *a = attempt;

	(void)data;
	a->heard += size * n;
	return a->heard <= ANSWER_MAX ? size * n : 0;
}

static bool
add_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *l = curl_slist_append(*list, line);

	if (l == NULL)
		return false;
	*list = l;
	return true;
}

/* Signed anew each time: the receiver looks at the time. */
static struct curl_slist *
headers(const struct attempt *a)
{
	char signature[WEBHOOK_SIGNATURE], line[128];
	struct curl_slist *list = NULL;
	int64_t now = (int64_t)time(NULL);
	bool fine;

	if (webhook_sign(signature, a->w, now, a->body, a->len) != 0)
		return NULL;
	snprintf(line, sizeof(line), "X-Zonegate-Timestamp: %" PRId64, now);
	fine = add_header(&list, "Content-Type: application/json") &&
	       add_header(&list, "Expect:") && add_header(&list, line);
	snprintf(line, sizeof(line), "X-Zonegate-Signature: %s", signature);
	if (fine && add_header(&list, line))
		return list;
	curl_slist_free_all(list);
	return NULL;
}

#define SET(c, option, value)                                                  \
	(curl_easy_setopt((c), (option), (value)) == CURLE_OK)

static bool
set_options(CURL *c, struct attempt *a, struct curl_slist *list)
{
	long ms = a->w->timeout_ms != 0 ? (long)a->w->timeout_ms : 10000;

	return SET(c, CURLOPT_URL, a->w->url) && SET(c, CURLOPT_NOSIGNAL, 1L) &&
	       SET(c, CURLOPT_PROTOCOLS_STR, "http,https") &&
	       SET(c, CURLOPT_FOLLOWLOCATION, 0L) &&
	       SET(c, CURLOPT_PROXY, "") && SET(c, CURLOPT_NOPROXY, "*") &&
	       SET(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
	       SET(c, CURLOPT_SSL_VERIFYPEER, 1L) &&
	       SET(c, CURLOPT_SSL_VERIFYHOST, 2L) &&
	       SET(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
	       (a->w->ca_file == NULL ||
		   SET(c, CURLOPT_CAINFO, a->w->ca_file)) &&
	       SET(c, CURLOPT_HTTPHEADER, list) &&
	       SET(c, CURLOPT_POSTFIELDS, a->body) &&
	       SET(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)a->len) &&
	       SET(c, CURLOPT_USERAGENT, "zonegate/" ZONEGATE_VERSION) &&
	       SET(c, CURLOPT_TIMEOUT_MS, ms) &&
	       SET(c, CURLOPT_CONNECTTIMEOUT_MS, ms) &&
	       SET(c, CURLOPT_ERRORBUFFER, a->error) &&
	       SET(c, CURLOPT_WRITEFUNCTION, ignore) &&
	       SET(c, CURLOPT_WRITEDATA, a);
}

/* 0 it arrived; 1 try again; 2 no use; -1 it could not be tried. */
static int
try_once(struct attempt *a)
{
	struct curl_slist *list = headers(a);
	CURL *c = curl_easy_init();
	CURLcode rc = CURLE_FAILED_INIT;
	bool ready = list != NULL && c != NULL && set_options(c, a, list);

	a->heard = 0;
	a->status = 0;
	a->error[0] = '\0';
	if (ready) {
		rc = curl_easy_perform(c);
		(void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &a->status);
		if (rc != CURLE_OK && a->error[0] == '\0')
			snprintf(a->error, sizeof(a->error), "%s",
			    curl_easy_strerror(rc));
	}
	curl_easy_cleanup(c);
	curl_slist_free_all(list);
	if (!ready)
		return -1;
	if (a->status >= 200 && a->status <= 299)
		return 0;
	if (a->status >= 400 && a->status <= 499 && a->status != 408 &&
	    a->status != 425 && a->status != 429)
		return 2;
	return 1;
}

/* In slices, so that a signal does not have to wait. */
static bool
wait_for(const struct webhook *w, uint64_t ms)
{
	struct timespec slice = {0, 50 * 1000000};
	uint64_t i;

	for (i = 0; i < ms; i += 50) {
		if (w->stop != NULL && w->stop())
			return false;
		(void)nanosleep(&slice, NULL);
	}
	return w->stop == NULL || !w->stop();
}

static int
not_sent(const struct attempt *a, unsigned tries, struct error *e)
{
	if (a->status != 0)
		error_set(e, ERROR_SYSTEM,
		    "the webhook answered with status %ld (%u attempt%s)",
		    a->status, tries, tries == 1 ? "" : "s");
	else
		error_set(e, ERROR_SYSTEM,
		    "the webhook was not reached: %s (%u attempt%s)", a->error,
		    tries, tries == 1 ? "" : "s");
	return error_hint(
	    e, "it is tried again with the next run, until it was delivered");
}

int
webhook_send(
    const struct webhook *w, const void *body, size_t len, struct error *e)
{
	struct attempt a = {.w = w, .body = body, .len = len};
	unsigned most = w->attempts != 0 ? w->attempts : 4, i;
	uint64_t pause = w->backoff_ms != 0 ? w->backoff_ms : 1000;
	int rc = 1;

	if (len > WEBHOOK_BODY_MAX)
		return error_set(e, ERROR_SYSTEM,
		    "the notification is longer than %zu octets",
		    WEBHOOK_BODY_MAX);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return error_set(e, ERROR_SYSTEM, "libcurl could not start");
	for (i = 0; rc == 1 && i < most; i++) {
		if (i > 0 && !wait_for(w, pause << (i - 1)))
			break;
		rc = try_once(&a);
	}
	curl_global_cleanup();
	if (rc == 0)
		return 0;
	if (rc < 0)
		return error_memory(e);
	return not_sent(&a, i, e);
}
