#include "envelope.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../base/base64.h"

#define SIGNATURES_MAX 64

void
envelope_pae(
    struct text *out, const char *type, const void *payload, size_t len)
{
	text_printf(out, "DSSEv1 %zu %s %zu ", strlen(type), type, len);
	text_add(out, payload, len);
}

void
envelope_build(struct text *out, const void *payload, size_t len,
    const char *keyid, const uint8_t signature[ATTEST_SIGNATURE])
{
	/* None of these characters needs an escape in JSON. */
	text_str(out, "{\"payload\":\"");
	base64_add(out, payload, len);
	text_printf(out,
	    "\",\"payloadType\":\"%s\",\"signatures\":[{\"keyid\":\"%s\","
	    "\"sig\":\"",
	    ATTEST_PAYLOAD_TYPE, keyid);
	base64_add(out, signature, ATTEST_SIGNATURE);
	text_str(out, "\"}]}");
}

static int
bad(struct error *e, const char *what)
{
	error_set(e, ERROR_SYSTEM, "%s", what);
	return 1;
}

/* Does one of the signatures hold? Its keyid, or NULL. */
static const char *
check_signatures(const json_t *list, const struct text *pae,
    const struct attest_public *keys)
{
	const char *sig, *keyid = NULL;
	uint8_t *bytes;
	json_t *one;
	size_t i, n;

	json_array_foreach(list, i, one)
	{
		sig = json_string_value(json_object_get(one, "sig"));
		if (i >= SIGNATURES_MAX || keyid != NULL)
			break;
		if (sig == NULL ||
		    base64_decode(sig, strlen(sig), &bytes, &n) != 0)
			continue;
		if (n == ATTEST_SIGNATURE)
			keyid = attest_public_check(
			    keys, pae->data, pae->len, bytes, n);
		free(bytes);
	}
	return keyid;
}

/* The payload must be what was signed, byte for byte. */
static int
open_payload(struct text *out, char id[HASH_HEX], const char *encoded,
    const json_t *signatures, const struct attest_public *keys, struct error *e)
{
	struct text pae = TEXT_INIT;
	const char *keyid = NULL;
	uint8_t *bytes = NULL;
	size_t n = 0;
	int rc = 0;

	if (base64_decode(encoded, strlen(encoded), &bytes, &n) != 0)
		return bad(e, "the payload of the envelope is no base64");
	envelope_pae(&pae, ATTEST_PAYLOAD_TYPE, bytes, n);
	if (text_lost(&pae))
		rc = error_memory(e);
	else if ((keyid = check_signatures(signatures, &pae, keys)) == NULL)
		rc = bad(e, "no signature of the envelope is by a given key");
	if (rc == 0) {
		text_add(out, bytes, n);
		if (id != NULL)
			memcpy(id, keyid, HASH_HEX);
		rc = text_lost(out) ? error_memory(e) : 0;
	}
	text_free(&pae);
	free(bytes);
	return rc;
}

int
envelope_open(struct text *payload, char keyid[HASH_HEX], const char *data,
    size_t len, const struct attest_public *keys, struct error *e)
{
	json_t *root = json_loadb(data, len, JSON_REJECT_DUPLICATES, NULL);
	const char *encoded, *type;
	const json_t *signatures;
	int rc;

	encoded = json_string_value(json_object_get(root, "payload"));
	type = json_string_value(json_object_get(root, "payloadType"));
	signatures = json_object_get(root, "signatures");
	if (encoded == NULL || type == NULL || !json_is_array(signatures))
		rc = bad(e, "this is no DSSE envelope");
	else if (strcmp(type, ATTEST_PAYLOAD_TYPE) != 0)
		rc = bad(e, "the envelope holds another type of payload");
	else
		rc = open_payload(payload, keyid, encoded, signatures, keys, e);
	json_decref(root);
	return rc;
}
