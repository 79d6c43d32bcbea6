/*
 * Which addresses may be contacted. Decided from the policy alone, in the
 * process that uses the network: what a zone says can only choose among them.
 */
#ifndef LIVE_ALLOW_H
#define LIVE_ALLOW_H

#include "ask.h"

/*
 * May a question be sent to AT over TRANSPORT (and URL)?
 *
 * - The policy names this address and port under live.servers or
 *   live.resolvers; for HTTPS, also this URL with it, or an address that is the
 *   URL's host.
 * - Or it names no live.servers at all but says whose name servers there may be
 *   (nameservers.allow): then a public address on port 53, without HTTPS, may
 *   be a name server of a zone. Private, loopback, link-local and other special
 *   addresses never are, also those that an IPv6 address carries.
 *
 * NULL if so; else static words why not.
 */
const char *live_refuses(const struct policy *, const struct live_address *at,
    enum live_transport, const char *url);

/* Is AT a unicast address of the public Internet? */
bool live_is_public(const uint8_t *addr, size_t len);

/* "192.0.2.1" or "2001:db8::1", for people; PORT is added unless it is 53. */
#define LIVE_ADDRESS_TEXT 64
void live_address_text(
    char out[LIVE_ADDRESS_TEXT], const struct live_address *);

#endif
