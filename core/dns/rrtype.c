#include "rrtype.h"

#include <libknot/descriptor.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *
rrtype_to_text(char out[RRTYPE_MAX_TEXT], uint16_t type)
{
	if (knot_rrtype_to_string(type, out, RRTYPE_MAX_TEXT) <= 0)
		snprintf(out, RRTYPE_MAX_TEXT, "TYPE%u", type);
	return out;
}

uint16_t
rrtype_from_text(const char *text, size_t len)
{
	char buf[RRTYPE_MAX_TEXT], back[RRTYPE_MAX_TEXT];
	uint16_t type;

	if (len == 0 || len >= sizeof(buf))
		return 0;
	memcpy(buf, text, len);
	buf[len] = '\0';
	if (knot_rrtype_from_string(buf, &type) != 0)
		return 0;
	/* TYPE00001 and its like are read differently by servers. */
	if (strncasecmp(buf, "TYPE", 4) == 0) {
		snprintf(back, sizeof(back), "TYPE%u", type);
		if (strcasecmp(buf, back) != 0)
			return 0;
	}
	return type;
}

bool
rrtype_is_data(uint16_t type)
{
	return type != 0 && type != 41 && (type < 128 || type > 255) &&
	       type != 65535;
}

bool
rrtype_is_folded(uint16_t type)
{
	return knot_rrtype_should_be_lowercased(type);
}
