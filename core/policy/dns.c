/* Values that the DNS defines: names, addresses, types, algorithms, DS. */
#include "schema.h"

#include "../dns/name.h"
#include "../dns/rrtype.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool
refuse(struct reader *r, const struct schema_key *k, const struct node *n,
    const char *why, const char *help)
{
	fault(r, n, "`%s`: %s: `%.*s`", k->key, why, CUT(n))->help = help;
	return false;
}

const uint8_t *
schema_name(struct reader *r, const struct schema_key *k, const struct node *n,
    const char *text)
{
	uint8_t wire[NAME_MAX_LEN];
	const char *why = "not a domain name";
	const uint8_t *name;
	size_t len = strlen(text), i;

	for (i = 0; i < len; i++)
		if ((uint8_t)text[i] >= 0x80) {
			refuse(r, k, n, "not an ASCII name",
			    "write internationalised labels as xn--…");
			return NULL;
		}
	if (strcmp(text, "@") == 0 ||
	    (len = name_from_text(wire, text, len, NULL, &why)) == 0) {
		refuse(r, k, n, why, "write a name such as www.example.com.");
		return NULL;
	}
	if ((name = arena_dup(r->arena, wire, len)) == NULL)
		r->memory = true;
	return name;
}

/* Is there a label with a literal "*" in it? */
static bool
has_star(const uint8_t *name)
{
	return memchr(name, '*', name_len(name)) != NULL;
}

static bool
set_name(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	const uint8_t *name = schema_name(r, k, n, n->text);

	if (name == NULL)
		return false;
	memcpy(slot, &name, sizeof(name));
	return true;
}

static json_t *
get_name(const struct schema_key *k, const void *slot)
{
	char text[NAME_MAX_TEXT];
	const uint8_t *name;

	(void)k;
	memcpy(&name, slot, sizeof(name));
	if (name == NULL)
		return json_null();
	name_to_text(text, name);
	return json_string(text);
}

const struct schema_type type_name = {
    .name = "domain name",
    .size = sizeof(uint8_t *),
    .set = set_name,
    .get = get_name,
};

/* What CAA can say (RFC 8659 section 4.2): labels of letters, digits and
 * hyphens, the latter inside only. */
static bool
is_issuer(const uint8_t *name)
{
	static const uint8_t good[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	uint8_t i;

	if (name_is_root(name))
		return false;
	for (; !name_is_root(name); name = name_parent(name)) {
		if (name[1] == '-' || name[name[0]] == '-')
			return false;
		for (i = 1; i <= name[0]; i++)
			if (memchr(good, name[i], sizeof(good) - 1) == NULL)
				return false;
	}
	return true;
}

static bool
set_issuer(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	const uint8_t *name = schema_name(r, k, n, n->text);

	if (name == NULL)
		return false;
	if (!is_issuer(name))
		return refuse(r, k, n, "no issuer that CAA could name",
		    "write the name alone, as in CAA: letsencrypt.org");
	memcpy(slot, &name, sizeof(name));
	return true;
}

const struct schema_type type_issuer = {
    .name = "domain name",
    .size = sizeof(uint8_t *),
    .set = set_issuer,
    .get = get_name,
};

static bool
set_name_pattern(struct reader *r, const struct schema_key *k,
    const struct node *n, void *slot)
{
	struct policy_pattern p = {.below = strncmp(n->text, "*.", 2) == 0};

	if (strcmp(n->text, "*") == 0 || strcmp(n->text, "*.") == 0)
		return refuse(r, k, n, "this allows every name",
		    "name the domain: *.example.net.");
	p.name = schema_name(r, k, n, n->text + (p.below ? 2 : 0));
	if (p.name == NULL)
		return false;
	if (has_star(p.name))
		return refuse(r, k, n, "* stands for whole labels in front",
		    "write *.example.net. or an exact name");
	memcpy(slot, &p, sizeof(p));
	return true;
}

static json_t *
get_name_pattern(const struct schema_key *k, const void *slot)
{
	const struct policy_pattern *p = slot;
	char text[NAME_MAX_TEXT + 2] = "*.";

	(void)k;
	name_to_text(text + (p->below ? 2 : 0), p->name);
	return json_string(text);
}

const struct schema_type type_name_pattern = {
    .name = "name pattern",
    .size = sizeof(struct policy_pattern),
    .set = set_name_pattern,
    .get = get_name_pattern,
};

static void
net_text(char out[64], const struct policy_net *net)
{
	char addr[INET6_ADDRSTRLEN];

	inet_ntop(
	    net->len == 4 ? AF_INET : AF_INET6, net->addr, addr, sizeof(addr));
	if (net->prefix == net->len * 8)
		snprintf(out, 64, "%s", addr);
	else
		snprintf(out, 64, "%s/%u", addr, net->prefix);
}

/* Address and prefix length; false if it is no address block. */
static bool
parse_net(const char *text, struct policy_net *net)
{
	char addr[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t len = slash == NULL ? strlen(text) : (size_t)(slash - text);
	uint64_t prefix;

	if (len == 0 || len >= sizeof(addr))
		return false;
	memcpy(addr, text, len);
	addr[len] = '\0';
	if (inet_pton(AF_INET, addr, net->addr) == 1)
		net->len = 4;
	else if (inet_pton(AF_INET6, addr, net->addr) == 1)
		net->len = 16;
	else
		return false;
	prefix = (uint64_t)net->len * 8;
	if (slash != NULL &&
	    !value_number(slash + 1, strlen(slash + 1), prefix, &prefix))
		return false;
	net->prefix = (uint8_t)prefix;
	return true;
}

/* Clear the bits behind the prefix; true if there were any. */
static bool
clear_host(struct policy_net *net)
{
	bool any = false;
	unsigned i, keep;

	for (i = 0; i < net->len; i++) {
		keep = net->prefix >= (i + 1) * 8 ? 8
		       : net->prefix > i * 8      ? net->prefix - i * 8
						  : 0;
		if ((net->addr[i] & (0xff >> keep)) == 0)
			continue;
		any = true;
		net->addr[i] &= (uint8_t)(0xff00 >> keep);
	}
	return any;
}

/* The blocks whose addresses are judged as the IPv4 address they carry. */
static bool
carries(const struct policy_net *net)
{
	const uint8_t *carried;

	if (net->len != 16)
		return false;
	carried = address_carried(net->addr);
	if (carried == NULL && net->prefix == 96)
		return memcmp(net->addr, (uint8_t[12]){0}, 12) == 0;
	return carried != NULL &&
	       (carried == net->addr + 12 ? net->prefix >= 96
					  : net->prefix >= 16);
}

static bool
set_net(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	struct policy_net net;
	char text[64];

	memset(&net, 0, sizeof(net));
	if (!parse_net(n->text, &net))
		return refuse(r, k, n, "not an address or address block",
		    "write 192.0.2.0/28, 192.0.2.1, or \"2001:db8::/48\"");
	if (clear_host(&net)) {
		net_text(text, &net);
		return refuse(r, k, n, "address bits behind the prefix",
		    findings_text(r->faults, "did you mean `%s`?", text));
	}
	if (net.prefix == 0)
		return refuse(r, k, n, "this allows every address",
		    "name the networks that may answer");
	if (carries(&net))
		return refuse(r, k, n,
		    "addresses of this block are judged as the IPv4 address "
		    "they carry",
		    "list the IPv4 addresses instead");
	memcpy(slot, &net, sizeof(net));
	return true;
}

static json_t *
get_net(const struct schema_key *k, const void *slot)
{
	char text[64];

	(void)k;
	net_text(text, slot);
	return json_string(text);
}

const struct schema_type type_net = {
    .name = "address block",
    .size = sizeof(struct policy_net),
    .set = set_net,
    .get = get_net,
};

/* One address; every bit of it counts. */
static bool
set_address(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	struct policy_net net;

	memset(&net, 0, sizeof(net));
	if (!parse_net(n->text, &net) || net.prefix != net.len * 8)
		return refuse(r, k, n, "not one address",
		    "write 192.0.2.1 or \"2001:db8::1\"");
	memcpy(slot, &net, sizeof(net));
	return true;
}

const struct schema_type type_address = {
    .name = "address",
    .size = sizeof(struct policy_net),
    .set = set_address,
    .get = get_net,
};

static bool
set_rrtype(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	static const char *const common[] = {"A", "AAAA", "CNAME", "MX", "NS",
	    "SRV", "SVCB", "HTTPS", "TXT", "CAA", "TLSA", "PTR", "NAPTR"};
	uint16_t type = rrtype_from_text(n->text, n->len);
	struct closest c = closest_start(r, n->text);
	size_t i;

	if (type != 0 && rrtype_is_data(type)) {
		memcpy(slot, &type, sizeof(type));
		return true;
	}
	for (i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		closest_try(&c, common[i]);
	return refuse(r, k, n, "not a type of records in a zone",
	    closest_help(r, &c, "write A, AAAA, MX, … or TYPE65280"));
}

static json_t *
get_rrtype(const struct schema_key *k, const void *slot)
{
	char text[RRTYPE_MAX_TEXT];

	(void)k;
	return json_string(rrtype_to_text(text, *(const uint16_t *)slot));
}

const struct schema_type type_rrtype = {
    .name = "record type",
    .size = sizeof(uint16_t),
    .set = set_rrtype,
    .get = get_rrtype,
};

/* IANA's numbers. Those without a purpose any more are known to say so. */
static const struct algorithm {
	const char *text;
	uint8_t number;
	bool refused; /* must not be signed with: RFC 8624 §3.1 */
} algorithms[] = {
    {"RSAMD5", 1, true},
    {"DSA", 3, true},
    {"RSASHA1", 5, true},
    {"DSA-NSEC3-SHA1", 6, true},
    {"RSASHA1-NSEC3-SHA1", 7, true},
    {"NSEC3RSASHA1", 7, true},
    {"RSASHA256", 8, false},
    {"RSASHA512", 10, false},
    {"ECC-GOST", 12, true},
    {"ECDSAP256SHA256", 13, false},
    {"ECDSAP384SHA384", 14, false},
    {"ED25519", 15, false},
    {"ED448", 16, false},
};

#define NALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

static bool
set_algorithm(struct reader *r, const struct schema_key *k,
    const struct node *n, void *slot)
{
	struct closest c = closest_start(r, n->text);
	const struct algorithm *a;
	uint64_t number = 0;
	size_t i;

	value_number(n->text, n->len, 255, &number);
	for (i = 0; i < NALGORITHMS; i++) {
		a = &algorithms[i];
		if (strcasecmp(a->text, n->text) != 0 && a->number != number)
			continue;
		if (a->refused)
			return refuse(r, k, n,
			    "RFC 8624 forbids to sign with this algorithm",
			    "take ECDSAP256SHA256");
		memcpy(slot, &a->number, sizeof(a->number));
		return true;
	}
	for (i = 0; i < NALGORITHMS; i++)
		if (!algorithms[i].refused)
			closest_try(&c, algorithms[i].text);
	return refuse(r, k, n, "no such DNSSEC algorithm",
	    closest_help(r, &c, "take ECDSAP256SHA256"));
}

static json_t *
get_algorithm(const struct schema_key *k, const void *slot)
{
	size_t i;

	(void)k;
	for (i = 0; i < NALGORITHMS; i++)
		if (algorithms[i].number == *(const uint8_t *)slot)
			return json_string(algorithms[i].text);
	return json_null();
}

const struct schema_type type_algorithm = {
    .name = "algorithm",
    .size = sizeof(uint8_t),
    .set = set_algorithm,
    .get = get_algorithm,
};

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The digest's bytes, over spaces; 0 if it is no hexadecimal of full bytes. */
static size_t
parse_digest(const char *p, uint8_t *out, size_t max)
{
	size_t n = 0;
	int v;

	for (; *p != '\0'; p++) {
		if (*p == ' ')
			continue;
		if ((v = hex(*p)) < 0 || n / 2 == max)
			return 0;
		out[n / 2] = (uint8_t)(n % 2 == 0 ? v << 4 : out[n / 2] | v);
		n++;
	}
	return n % 2 == 0 ? n / 2 : 0;
}

/* Octets of a DS digest (RFC 4509, RFC 6605, RFC 4034); 0: unknown. */
static size_t
digest_len(uint64_t type)
{
	return type == 1 ? 20 : type == 2 ? 32 : type == 4 ? 48 : 0;
}

/* "TAG ALGORITHM DIGEST-TYPE HEX", as in a DS record. */
bool
schema_ds(struct reader *r, const struct schema_key *k, const struct node *n,
    const char *text, struct policy_ds *ds)
{
	static const uint64_t max[3] = {65535, 255, 255};
	uint8_t digest[48];
	const char *p = text;
	uint64_t v[3];
	size_t i, len;

	memset(ds, 0, sizeof(*ds));
	for (i = 0; i < 3; i++) {
		len = strcspn(p, " ");
		if (!value_number(p, len, max[i], &v[i]) || v[i] == 0)
			return refuse(r, k, n, "not a DS",
			    "write key tag, algorithm, digest type and digest "
			    "as in the DS record: 12345 13 2 9F2E…");
		p += len + strspn(p + len, " ");
	}
	if (digest_len(v[2]) == 0)
		return refuse(r, k, n, "unknown digest type in a DS",
		    "digest types are 1 (SHA-1), 2 (SHA-256), 4 (SHA-384)");
	len = parse_digest(p, digest, sizeof(digest));
	if (len != digest_len(v[2]))
		return refuse(r, k, n, "digest of the wrong length in a DS",
		    findings_text(r->faults,
			"digest type %u has %zu hexadecimal digits",
			(unsigned)v[2], digest_len(v[2]) * 2));
	ds->tag = (uint16_t)v[0];
	ds->algorithm = (uint8_t)v[1];
	ds->digest_type = (uint8_t)v[2];
	ds->digest_len = (uint16_t)len;
	if ((ds->digest = arena_dup(r->arena, digest, len)) == NULL)
		r->memory = true;
	return ds->digest != NULL;
}

static bool
set_ds(struct reader *r, const struct schema_key *k, const struct node *n,
    void *slot)
{
	struct policy_ds ds;

	if (!schema_ds(r, k, n, n->text, &ds))
		return false;
	memcpy(slot, &ds, sizeof(ds));
	return true;
}

void
schema_ds_text(const struct policy_ds *ds, struct text *t)
{
	size_t i;

	text_printf(t, "%u %u %u ", ds->tag, ds->algorithm, ds->digest_type);
	for (i = 0; i < ds->digest_len; i++)
		text_printf(t, "%02X", ds->digest[i]);
}

static json_t *
get_ds(const struct schema_key *k, const void *slot)
{
	struct text t = TEXT_INIT;
	json_t *v;

	(void)k;
	schema_ds_text(slot, &t);
	v = text_lost(&t) ? NULL : json_string(t.data);
	text_free(&t);
	return v;
}

const struct schema_type type_ds = {
    .name = "DS",
    .size = sizeof(struct policy_ds),
    .set = set_ds,
    .get = get_ds,
};
