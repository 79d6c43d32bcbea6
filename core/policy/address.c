/* Addresses: what carries what, what is private (IANA special-purpose). */
#include "schema.h"

#include <string.h>

const uint8_t *
address_carried(const uint8_t a[16])
{
	static const uint8_t zero[15] = {0};
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};

	if (memcmp(a, mapped, 12) == 0 || memcmp(a, nat64, 12) == 0)
		return a + 12;
	/* IPv4-compatible, but for :: and ::1 (RFC 4291 §2.5.5.1). */
	if (memcmp(a, zero, 12) == 0 && (memcmp(a, zero, 15) != 0 || a[15] > 1))
		return a + 12;
	if (a[0] == 0x20 && a[1] == 0x02) /* 6to4, RFC 3056 */
		return a + 2;
	return NULL;
}

bool
address_in(const struct policy_net *net, const uint8_t *addr, size_t len)
{
	unsigned full = net->prefix / 8, rest = net->prefix % 8;

	if (net->len != len || memcmp(net->addr, addr, full) != 0)
		return false;
	return rest == 0 ||
	       ((net->addr[full] ^ addr[full]) & (0xff00 >> rest) & 0xff) == 0;
}

/*
 * Not reachable from the Internet, or no unicast address at all (RFC 6890 and
 * its registries). Documentation blocks are left out: examples and tests live
 * there.
 */
static const struct {
	struct policy_net net;
	const char *name;
} blocks[] = {
    {{{0}, 4, 8}, "this network (RFC 1122)"},
    {{{10}, 4, 8}, "private (RFC 1918)"},
    {{{100, 64}, 4, 10}, "shared (RFC 6598)"},
    {{{127}, 4, 8}, "loopback (RFC 1122)"},
    {{{169, 254}, 4, 16}, "link-local (RFC 3927)"},
    {{{172, 16}, 4, 12}, "private (RFC 1918)"},
    {{{192, 0, 0}, 4, 24}, "protocol assignments (RFC 6890)"},
    {{{192, 168}, 4, 16}, "private (RFC 1918)"},
    {{{198, 18}, 4, 15}, "benchmarking (RFC 2544)"},
    {{{224}, 4, 4}, "multicast (RFC 5771)"},
    {{{240}, 4, 4}, "reserved (RFC 1112)"},
    {{{0}, 16, 128}, "unspecified (RFC 4291)"},
    {{{[15] = 1}, 16, 128}, "loopback (RFC 4291)"},
    {{{0, 0x64, 0xff, 0x9b, 0, 1}, 16, 48}, "local NAT64 (RFC 8215)"},
    {{{1}, 16, 64}, "discard (RFC 6666)"},
    {{{0x20, 0x01, 0, 2}, 16, 48}, "benchmarking (RFC 5180)"},
    {{{0x5f, 0}, 16, 16}, "segment routing (RFC 9602)"},
    {{{0xfc}, 16, 7}, "unique local (RFC 4193)"},
    {{{0xfe, 0x80}, 16, 10}, "link-local (RFC 4291)"},
    {{{0xfe, 0xc0}, 16, 10}, "site-local (RFC 3879)"},
    {{{0xff}, 16, 8}, "multicast (RFC 4291)"},
};

const char *
policy_private_block(const uint8_t *addr, size_t len)
{
	const uint8_t *carried = len == 16 ? address_carried(addr) : NULL;
	size_t i;

	if (carried != NULL) {
		addr = carried;
		len = 4;
	}
	for (i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (address_in(&blocks[i].net, addr, len))
			return blocks[i].name;
	return NULL;
}
