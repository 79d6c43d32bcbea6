/*
 * The only file that knows libzscanner. It gets one record at a time, without
 * owner, TTL and class, never a directive: so it has no occasion to open a
 * file. After an error it is made anew, because a scanner that stopped in the
 * middle keeps its state.
 */
#include <libzscanner/scanner.h>
#include <stdlib.h>
#include <string.h>

#include "load_int.h"

struct rdata_parser {
	zs_scanner_t scanner;
	uint8_t origin[NAME_MAX_LEN];
	size_t origin_len;
	bool ready;
};

struct rdata_parser *
rdata_parser_new(void)
{
	struct rdata_parser *r = malloc(sizeof(*r));

	if (r == NULL)
		return NULL;
	r->origin[0] = 0;
	r->origin_len = 1;
	r->ready = false;
	return r;
}

void
rdata_parser_free(struct rdata_parser *r)
{
	if (r != NULL && r->ready)
		zs_deinit(&r->scanner);
	free(r);
}

static int
make_ready(struct rdata_parser *r)
{
	zs_scanner_t *s = &r->scanner;

	if (r->ready)
		return 0;
	if (zs_init(s, ".", 1, 0) != 0)
		return -1;
	memcpy(s->zone_origin, r->origin, r->origin_len);
	s->zone_origin_length = (uint32_t)r->origin_len;
	/* A line that begins with a blank needs an owner before it: any. */
	s->r_owner[0] = 0;
	s->r_owner_length = 1;
	r->ready = true;
	return 0;
}

void
rdata_parser_origin(struct rdata_parser *r, const uint8_t *origin, size_t len)
{
	memcpy(r->origin, origin, len);
	r->origin_len = len;
	if (!r->ready)
		return;
	memcpy(r->scanner.zone_origin, origin, len);
	r->scanner.zone_origin_length = (uint32_t)len;
}

static int
fail(struct rdata_parser *r, size_t len, struct rdata_out *out)
{
	zs_scanner_t *s = &r->scanner;
	size_t rest = s->buffer_length;

	out->why = s->error.code == 0 ? "not a record"
				      : zs_strerror(s->error.code);
	/* The scanner keeps what it could not read, up to the newline. */
	out->offset = 1;
	if (s->state == ZS_STATE_ERROR && rest >= 1 && rest <= len - 1)
		out->offset = len - rest;
	zs_deinit(s);
	r->ready = false;
	return 1;
}

int
rdata_parser_parse(
    struct rdata_parser *r, const char *text, size_t len, struct rdata_out *out)
{
	zs_scanner_t *s = &r->scanner;

	if (make_ready(r) != 0)
		return -1;
	if (zs_set_input_string(s, text, len) != 0 || zs_parse_record(s) != 0 ||
	    s->state != ZS_STATE_DATA || s->input.current != text + len - 1 ||
	    s->r_data_length > UINT16_MAX)
		return fail(r, len, out);
	out->rdata = s->r_data;
	out->rdlen = (uint16_t)s->r_data_length;
	out->type = s->r_type;
	return 0;
}
