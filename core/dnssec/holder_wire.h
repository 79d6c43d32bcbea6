/* Between the two ends of the socket: both are the same program on the same
 * machine. Inside of the key holder only. */
#ifndef DNSSEC_HOLDER_WIRE_H
#define DNSSEC_HOLDER_WIRE_H

#include "holder.h"

enum holder_fd {
	HOLDER_FD = 3, /* the first lane; the others follow */
};

enum holder_request_kind {
	HOLDER_LOAD = 0x6b657931, /* once, on the first lane */
	HOLDER_SIGN = 0x6b657932,
};

struct holder_request {
	uint32_t kind;
	uint32_t n;     /* items, or strings of the configuration */
	uint64_t bytes; /* that follow */
};

/* Before an answer. STATUS 0: BYTES follow; else a struct holder_refusal. */
struct holder_answer {
	uint32_t status;
	uint32_t n;
	uint64_t bytes;
};

struct holder_refusal {
	uint32_t code; /* enum error_code */
	char message[512];
	char hint[256];
};

/* What follows a HOLDER_LOAD before its strings, each with its NUL: the keys,
 * then the published ones, directory, module and PIN file ("": none). */
struct holder_load {
	int64_t now;
	uint32_t validity_max;
	uint32_t lanes;
	uint32_t nkeys;
	uint32_t npublished;
	uint32_t with_directory;
};

/* All of it or false. */
bool holder_send(int fd, const void *data, size_t len);
bool holder_receive(int fd, void *data, size_t len);

/* ---- holder_keys.c: loading ---------------------------------------------- */

struct evp_pkey_st;

struct held {
	struct holder_key public;
	struct evp_pkey_st *key; /* owned */
};

struct held_keys {
	struct held *key;
	size_t n;
	bool tokens;  /* one of them is in a token */
	void *module; /* pkcs11.h */
};

/* Load what CONFIG names. 0, or -1 with E set. */
int holder_keys_load(
    struct held_keys *, const struct holder_config *, struct error *e);
void holder_keys_free(struct held_keys *);

/* ---- holder_check.c ------------------------------------------------------ */

/*
 * Are these LEN octets the header of an RRSIG by KEY, in its zone and in the
 * time from NOW on, followed by an RRset of the covered type? NULL, or why not.
 */
const char *holder_check(const struct holder_key *, const uint8_t *data,
    size_t len, int64_t now, uint32_t validity_max);

/* ---- holder_confine.c ---------------------------------------------------- */

/* Before keys are read: no core, no ptrace, no files written. 0, or -1. */
int holder_limit(struct error *e);

/*
 * For all threads of the process. Keys of files: nothing is left but memory,
 * time, and the sockets that are open. With TOKENS the module of the token
 * works inside of this process and may open files and sockets; running
 * programs and reading other processes end the process. 0, or -1.
 */
int holder_confine(bool tokens, struct error *e);

#endif
