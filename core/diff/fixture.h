/*
 * For tests: zones from a few lines of text, without the loader. A line is
 * "owner ttl TYPE rdata", names relative to the apex unless they end in a dot,
 * "@" the apex; RDATA of the types below or in RFC 3597 form.
 */
#ifndef DIFF_FIXTURE_H
#define DIFF_FIXTURE_H

#include <arpa/inet.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../dns/name.h"
#include "../dns/rrtype.h"
#include "../zone/zone.h"

#define FIXTURE_SOA "@ 3600 SOA ns1 host 1 7200 900 1209600 300\n"

static inline size_t
fixture_name(uint8_t out[NAME_MAX_LEN], const char *text, const uint8_t *origin)
{
	const char *why = "";
	size_t n = name_from_text(out, text, strlen(text), origin, &why);

	if (n == 0)
		fail_msg("fixture name %s: %s", text, why);
	return n;
}

static inline size_t
fixture_number(uint8_t *out, const char *text, size_t octets)
{
	unsigned long v = strtoul(text, NULL, 10);
	size_t i;

	for (i = 0; i < octets; i++)
		out[i] = (uint8_t)(v >> (8 * (octets - 1 - i)));
	return octets;
}

static inline size_t
fixture_hex(uint8_t *out, const char *text)
{
	unsigned v;
	size_t n = 0;

	for (; text[0] != '\0' && text[1] != '\0'; text += 2) {
		if (sscanf(text, "%2x", &v) != 1)
			fail_msg("fixture hex %s", text);
		out[n++] = (uint8_t)v;
	}
	return n;
}

/* What the words of RDATA are: n name, 1 2 4 numbers, a A, 6 AAAA, t a string,
 * h hex to the end. */
static inline const char *
fixture_form(uint16_t type)
{
	static const struct {
		uint16_t type;
		const char *form;
	} forms[] = {
	    {RRTYPE_A, "a"},
	    {RRTYPE_AAAA, "6"},
	    {RRTYPE_NS, "n"},
	    {RRTYPE_CNAME, "n"},
	    {RRTYPE_DNAME, "n"},
	    {RRTYPE_PTR, "n"},
	    {RRTYPE_MX, "2n"},
	    {RRTYPE_SRV, "222n"},
	    {RRTYPE_SOA, "nn44444"},
	    {RRTYPE_TXT, "t"},
	    {RRTYPE_DS, "211h"},
	    {RRTYPE_CDS, "211h"},
	    {RRTYPE_ZONEMD, "411h"},
	    {RRTYPE_NAPTR, "22tttn"},
	    {RRTYPE_SVCB, "2nh"},
	    {RRTYPE_HTTPS, "2nh"},
	    {RRTYPE_URI, "22x"},
	    {RRTYPE_CAA, "1tx"},
	};
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i].type == type)
			return forms[i].form;
	return "h";
}

static inline size_t
fixture_rdata(uint8_t *out, uint16_t type, char *words, const uint8_t *apex)
{
	const char *form = fixture_form(type);
	char *save = NULL, *w = strtok_r(words, " ", &save);
	size_t n = 0;

	if (w != NULL && strcmp(w, "\\#") == 0) {
		strtok_r(NULL, " ", &save);
		form = "h";
		w = strtok_r(NULL, " ", &save);
	}
	for (; *form != '\0'; form++) {
		if (w == NULL && *form != 'h')
			fail_msg("fixture: too few words");
		if (*form == 'n') {
			n += fixture_name(out + n, w, apex);
		} else if (*form >= '1' && *form <= '4') {
			n += fixture_number(out + n, w, (size_t)(*form - '0'));
		} else if (*form == 'a') {
			assert_int_equal(inet_pton(AF_INET, w, out + n), 1);
			n += 4;
		} else if (*form == '6') {
			assert_int_equal(inet_pton(AF_INET6, w, out + n), 1);
			n += 16;
		} else if (*form == 't') { /* "-" is the empty string */
			out[n] = strcmp(w, "-") == 0 ? 0 : (uint8_t)strlen(w);
			memcpy(out + n + 1, w, out[n]);
			n += out[n] + 1u;
		} else if (*form == 'x') {
			memcpy(out + n, w, strlen(w));
			n += strlen(w);
		} else if (w != NULL) {
			n += fixture_hex(out + n, w);
		}
		w = strtok_r(NULL, " ", &save);
	}
	return n;
}

static inline void
fixture_line(struct zone_builder *b, const uint8_t *apex, char *line,
    uint32_t number, int file)
{
	uint8_t owner[NAME_MAX_LEN], rdata[4096];
	struct zone_record rec = {owner, rdata, 0, number, 0, 0, 0, 1};
	struct error e;
	char *save = NULL, *w[3];
	size_t i;

	w[0] = strtok_r(line, " ", &save);
	for (i = 1; i < 3; i++)
		w[i] = strtok_r(NULL, " ", &save);
	if (w[0] == NULL)
		return;
	if (w[2] == NULL)
		fail_msg("fixture line %u", number);
	fixture_name(owner, w[0], apex);
	rec.ttl = (uint32_t)strtoul(w[1], NULL, 10);
	rec.type = rrtype_from_text(w[2], strlen(w[2]));
	rec.file = (uint16_t)file;
	rec.rdlen = (uint16_t)fixture_rdata(
	    rdata, rec.type, save == NULL ? line + strlen(line) : save, apex);
	if (zone_builder_add(b, &rec, &e) != 0)
		fail_msg("fixture line %u: %s", number, e.message);
}

/* The zone of TEXT; PATH is what its records say they come from. */
static inline struct zone *
fixture_zone_at(const char *apex_text, const char *path, const char *text)
{
	uint8_t apex[NAME_MAX_LEN];
	struct zone_builder *b;
	struct zone_file f = {.path = path, .data = text, .len = strlen(text)};
	struct zone *z = NULL;
	struct error e;
	char *copy = strdup(text), *line, *next;
	uint32_t number = 0;
	int file;

	assert_non_null(copy);
	fixture_name(apex, apex_text, NULL);
	b = zone_builder_new(apex, &zone_limits_default);
	assert_non_null(b);
	file = zone_builder_file(b, &f);
	assert_true(file >= 0);
	for (line = copy; line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		fixture_line(b, apex, line, ++number, file);
	}
	free(copy);
	if (zone_builder_finish(b, &z, NULL, &e) != 0)
		fail_msg("fixture zone %s: %s", apex_text, e.message);
	return z;
}

static inline struct zone *
fixture_zone(const char *apex_text, const char *text)
{
	return fixture_zone_at(apex_text, "test.zone", text);
}

#endif
