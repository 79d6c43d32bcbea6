/* Base64 as in RFC 4648 section 4: padded, without line breaks. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "text.h"

/* Append LEN bytes of DATA. */
void base64_add(struct text *out, const void *data, size_t len);

/*
 * Decode LEN characters of TEXT, all of them and nothing else, into *OUT, which
 * is malloc'ed (NULL for no bytes). 0; -1 when they are no base64, hold bits
 * that belong to no byte, or without memory.
 */
int base64_decode(const char *text, size_t len, uint8_t **out, size_t *out_len);

#endif
