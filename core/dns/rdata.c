#include "rdata.h"

#include <libknot/descriptor.h>
#include <libknot/rrset-dump.h>
#include <libknot/rrset.h>
#include <stdlib.h>
#include <string.h>

#include "name.h"
#include "rrtype.h"

static const knot_rdata_descriptor_t *
descriptor(uint16_t type)
{
	const knot_rdata_descriptor_t *d = knot_get_rdata_descriptor(type);

	if (d->type_name == NULL)
		d = knot_get_obsolete_rdata_descriptor(type);
	return d;
}

/* Octets of NAPTR before its replacement name (RFC 3403 §4.1); 0 if short. */
static size_t
naptr_header(const uint8_t *p, size_t len)
{
	size_t at = 4;
	int i;

	for (i = 0; i < 3; i++) {
		if (at >= len)
			return 0;
		at += p[at] + 1u;
	}
	return at > len ? 0 : at;
}

/* Walk RDATA by its descriptor, calling for each name. -1 if malformed. */
static int
walk(uint16_t type, const uint8_t *rdata, size_t len, uint16_t *offset, int max)
{
	const knot_rdata_descriptor_t *d = descriptor(type);
	size_t at = 0, n;
	int names = 0, i;

	for (i = 0; i < KNOT_MAX_RDATA_BLOCKS &&
		    d->block_types[i] != KNOT_RDATA_WF_END;
	     i++) {
		switch (d->block_types[i]) {
		case KNOT_RDATA_WF_FIXED_DNAME:
		case KNOT_RDATA_WF_COMPRESSIBLE_DNAME:
		case KNOT_RDATA_WF_DECOMPRESSIBLE_DNAME:
			n = at < len ? name_check(rdata + at, len - at) : 0;
			if (n == 0)
				return -1;
			if (names < max)
				offset[names] = (uint16_t)at;
			names++;
			break;
		case KNOT_RDATA_WF_NAPTR_HEADER:
			n = naptr_header(rdata + at, len - at);
			if (n == 0)
				return -1;
			break;
		case KNOT_RDATA_WF_REMAINDER:
			n = len - at;
			break;
		default:
			n = (size_t)d->block_types[i];
			break;
		}
		if (n > len - at)
			return -1;
		at += n;
	}
	return at != len && d->type_name != NULL ? -1 : names;
}

int
rdata_names(
    uint16_t type, const uint8_t *rdata, size_t len, uint16_t *offset, int max)
{
	return walk(type, rdata, len, offset, max);
}

const uint8_t *
rdata_target(uint16_t type, const uint8_t *rdata, size_t len)
{
	uint16_t at[2];

	switch (type) {
	case RRTYPE_NS:
	case RRTYPE_CNAME:
	case RRTYPE_DNAME:
	case RRTYPE_PTR:
	case RRTYPE_MX:
	case RRTYPE_SRV:
	case RRTYPE_SVCB:
	case RRTYPE_HTTPS:
	case RRTYPE_NAPTR:
		if (walk(type, rdata, len, at, 2) < 1)
			return NULL;
		return rdata + at[0];
	default:
		return NULL;
	}
}

int
rdata_canonical(uint16_t type, uint8_t *rdata, size_t len)
{
	uint16_t at[4];
	int i, n;

	if ((n = walk(type, rdata, len, at, 4)) < 0)
		return -1;
	if (!rrtype_is_folded(type))
		return 0;
	for (i = 0; i < n && i < 4; i++)
		name_lower(rdata + at[i]);
	return 0;
}

bool
rdata_valid(uint16_t type, const uint8_t *rdata, size_t len)
{
	return walk(type, rdata, len, NULL, 0) >= 0;
}

/* RFC 3597 §5: "\# 4 c0000201". */
static void
generic(struct text *out, const uint8_t *rdata, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char hex[2];
	size_t i;

	text_printf(out, "\\# %zu", len);
	if (len != 0)
		text_char(out, ' ');
	for (i = 0; i < len; i++) {
		hex[0] = digits[rdata[i] >> 4];
		hex[1] = digits[rdata[i] & 15];
		text_add(out, hex, 2);
	}
}

void
rdata_to_text(struct text *out, uint16_t type, const uint8_t *rdata, size_t len)
{
	static const knot_dname_t owner[1] = {0};
	knot_dump_style_t style = KNOT_DUMP_STYLE_DEFAULT;
	knot_rrset_t rrset;
	size_t size = len * 4 + 1024;
	uint16_t raw_len = (uint16_t)len;
	char *buf = NULL;
	uint8_t *raw;
	int n = -1;

	style.wrap = false;
	style.human_timestamp = true;
	style.now = 0;
	if (descriptor(type)->type_name == NULL || len > UINT16_MAX ||
	    !rdata_valid(type, rdata, len)) {
		generic(out, rdata, len);
		return;
	}
	knot_rrset_init(&rrset, (knot_dname_t *)owner, type, RRCLASS_IN, 0);
	if ((raw = malloc(size)) == NULL) {
		out->lost = true;
		return;
	}
	if (knot_rrset_add_rdata(&rrset, rdata, raw_len, NULL) == 0)
		n = knot_rrset_txt_dump_data(
		    &rrset, 0, (char *)raw, size, &style);
	if (n >= 0) {
		buf = (char *)raw;
		while (n > 0 && (buf[n - 1] == ' ' || buf[n - 1] == '\n'))
			n--;
		text_add(out, buf, (size_t)n);
	} else {
		generic(out, rdata, len);
	}
	knot_rdataset_clear(&rrset.rrs, NULL);
	free(raw);
}
