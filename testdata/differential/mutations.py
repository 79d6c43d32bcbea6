"""Single faults in a signed zone: its signatures and keys.

Each is a function (zone, random) that changes the zone, or returns False where
it does not apply. Those named "signed: …" are made with the zone's own keys:
no signature gives them away. mutations_zone.py has the faults in data and
chain.
"""
import base64
import struct

from signed import (A, AAAA, DNSKEY, HEADER, MX, NS, NSEC, NSEC3, NSEC3PARAM,
                    RRSIG, SOA, TXT, child, get, labels, put, signer_end)

TABLE = {}


def mutation(name):
    def register(function):
        TABLE[name] = function
        return function
    return register


def flip(data, r, first=0, last=None):
    """DATA with one bit of [FIRST, LAST) changed."""
    at = r.randrange(first, len(data) if last is None else last)
    return data[:at] + bytes([data[at] ^ 1 << r.randrange(8)]) + data[at + 1:]


def other_ttl(ttl, r):
    return r.choice([t for t in (ttl - 1, ttl + 1, ttl + 60) if t >= 0])


def same_algorithm(z, x):
    """RRSIGs of the set of X that its algorithm made, with X."""
    return [y for y in z.sigs(x[0], get(x[3], "covered"))
            if get(y[3], "algorithm") == get(x[3], "algorithm")]


def any_sig(z, r, *covered):
    """The only signature of its algorithm on some RRset."""
    return r.choice([x for x in z.records if x[1] == RRSIG and
                     (not covered or get(x[3], "covered") in covered) and
                     len(same_algorithm(z, x)) == 1])


def plain(z):
    """Sets that are neither keys, denial nor SOA."""
    return [s for s in z.sets()
            if s[1] not in (NSEC, NSEC3, NSEC3PARAM, DNSKEY, SOA)]


# ---- signatures ------------------------------------------------------------

@mutation("signature bits")
def signature_bits(z, r):
    x = any_sig(z, r)
    z.replace(x, flip(x[3], r, signer_end(x[3])))


@mutation("signature too short")
def signature_short(z, r):
    x = any_sig(z, r)
    n = len(x[3]) - signer_end(x[3])
    z.replace(x, x[3][:-r.randrange(1, n)])


@mutation("signature too long")
def signature_long(z, r):
    x = any_sig(z, r)
    z.replace(x, x[3] + bytes(r.randrange(256)
                              for _ in range(r.randrange(1, 9))))


@mutation("signature of another RRset")
def signature_swapped(z, r):
    x = any_sig(z, r)
    y = r.choice([y for y in z.records if y[1] == RRSIG and y != x and
                  get(y[3], "algorithm") == get(x[3], "algorithm")])
    z.replace(x, x[3][:signer_end(x[3])] + y[3][signer_end(y[3]):])


def field(name, change):
    @mutation("RRSIG " + name)
    def fault(z, r):
        x = any_sig(z, r)
        z.replace(x, put(x[3], name, change(get(x[3], name), r)))


field("covered", lambda v, r: r.choice([t for t in (A, MX, TXT, AAAA, 99)
                                        if t != v]))
field("algorithm", lambda v, r: r.choice([a for a in (5, 8, 10, 13, 14, 15,
                                                      16, 200) if a != v]))
field("labels", lambda v, r: r.choice([n for n in (v - 1, v + 1) if n >= 0]))
field("ttl", other_ttl)
field("expiration", lambda v, r: v ^ 1 << r.randrange(12))
field("inception", lambda v, r: v ^ 1 << r.randrange(8))
field("tag", lambda v, r: v ^ 1 << r.randrange(16))


@mutation("RRSIG signer")
def rrsig_signer(z, r):
    x = any_sig(z, r)
    end = signer_end(x[3])
    z.replace(x, x[3][:HEADER] + r.choice(
        [b"\0", child("sub", z.apex), child("x", b"\0")]) + x[3][end:])


@mutation("RRSIG missing")
def rrsig_missing(z, r):
    z.drop([any_sig(z, r)])


@mutation("RRSIG of the DNSKEYs missing")
def rrsig_missing_key(z, r):
    z.drop(z.sigs(z.apex, DNSKEY))


@mutation("RRSIG TTL")
def rrsig_ttl(z, r):
    x = any_sig(z, r)
    # All of the set: servers give the RRSIGs of one set one TTL.
    old = z.sigs(x[0], get(x[3], "covered"))
    z.drop(old)
    for y in old:
        z.add(y[0], RRSIG, y[2] + r.choice([1, 60]), y[3])


@mutation("RRSIG forged beside a good one")
def rrsig_forged(z, r):
    x = any_sig(z, r)
    z.add(*x[:3], flip(x[3], r, signer_end(x[3])))


@mutation("RRSIG of the DNSKEYs damaged beside a good one")
def rrsig_damaged(z, r):
    some = [x for x in z.sigs(z.apex, DNSKEY) if len(same_algorithm(z, x)) > 1
            and get(x[3], "tag") != z.ksk().tag]
    if not some:
        return False
    x = r.choice(some)
    z.replace(x, flip(x[3], r, signer_end(x[3])))
    return True


@mutation("RRSIG of an unknown key beside a good one")
def rrsig_unknown(z, r):
    x = any_sig(z, r)
    tag = r.choice([t for t in range(1, 100) if z.key(
        t, get(x[3], "algorithm")) is None])
    z.add(*x[:3], put(x[3], "tag", tag))


@mutation("RRSIG expired beside a good one")
def rrsig_old(z, r):
    owner, rtype = r.choice(plain(z))
    x = z.sigs(owner, rtype)[0]
    ends = get(x[3], "inception") - 60
    z.add(*z.make_sig(owner, rtype, expiration=ends, inception=ends - 600,
                      key=z.key(get(x[3], "tag"), get(x[3], "algorithm"))))


@mutation("RRSIG for a type that is not there")
def rrsig_stray(z, r):
    x = any_sig(z, r, A, MX, TXT, NS)
    z.add(*x[:3], put(x[3], "covered", 999))


@mutation("RRSIG at a name that is not there")
def rrsig_nowhere(z, r):
    x = any_sig(z, r, A, MX)
    z.add(child("nobody", z.apex), *x[1:])


@mutation("RRSIG over RRSIG")
def rrsig_rrsig(z, r):
    owner, rtype = r.choice(plain(z))
    x = z.sigs(owner, rtype)[0]
    z.add(*x[:3], put(x[3], "covered", RRSIG))


@mutation("signed: glue")
def sign_glue(z, r):
    rrs = [x for x in z.records if x[1] in (A, AAAA) and z.hidden(x[0])]
    x = r.choice(rrs)
    z.add(*z.make_sig(x[0], x[1]))


@mutation("signed: NS of a delegation")
def sign_delegation(z, r):
    x = r.choice([x for x in z.records if x[1] == NS and x[0] != z.apex])
    z.add(*z.make_sig(x[0], NS))


def forged(name, **change):
    """A signature that the key made, with a field of our choice."""
    @mutation("signed: RRSIG " + name)
    def fault(z, r):
        owner, rtype = r.choice(z.sets())
        x = z.sigs(owner, rtype)[0]
        values = {f: v(x, r) for f, v in change.items()}
        if None in values.values():
            return False
        z.sign(owner, rtype, **values)
        return True


def fewer_labels(x, r):
    n = get(x[3], "labels")
    return n - 1 if n > 1 and labels(x[0])[0] != b"*" else None


forged("labels less", labels=fewer_labels)
forged("labels more", labels=lambda x, r: get(x[3], "labels") + 1)


@mutation("signed: RRSIG original TTL")
def forged_ttl(z, r):
    owner, rtype = r.choice(z.sets())
    ttl = z.of(owner, rtype)[0][2]
    old = z.of(owner, rtype)
    other = other_ttl(ttl, r)
    z.drop(old)
    for x in old:
        z.add(*x[:2], other, x[3])
    z.sign(owner, rtype)
    sigs = z.sigs(owner, rtype)
    z.drop(z.of(owner, rtype) + sigs)
    for x in old:
        z.add(*x)
    for x in sigs:
        z.add(*x[:2], ttl, x[3])


forged("expired", expiration=lambda x, r: get(x[3], "inception") +
       r.randrange(1, 1800))
forged("not yet valid", inception=lambda x, r: get(x[3], "expiration") -
       r.randrange(1, 3600))
forged("ends before it begins",
       expiration=lambda x, r: get(x[3], "inception"),
       inception=lambda x, r: get(x[3], "expiration"))
forged("signer", signer=lambda x, r: r.choice([b"\0", b"\1x\0"]))
forged("tag", tag=lambda x, r: get(x[3], "tag") ^ 1 << r.randrange(16))


@mutation("signed: by a key that is not published")
def signed_unpublished(z, r):
    zsk = z.zsk()
    if len({k.algorithm for k in z.keys}) > 1:
        return False
    x = z.of(z.apex, DNSKEY)
    z.drop([y for y in x if y[3] == zsk.rdata])
    z.sign(z.apex, DNSKEY, key=z.ksk())
    return True


@mutation("signed: as the wildcard's expansion")
def signed_expansion(z, r):
    wild = r.choice([s for s in z.sets(TXT, MX) if labels(s[0])[0] == b"*"])
    base = wild[0][2:]
    name = child("leaf", base)
    for x in z.of(*wild):
        z.add(name, *x[1:])
    for x in z.sigs(*wild):
        z.add(name, *x[1:])


# ---- keys ------------------------------------------------------------------

def any_key(z, r):
    return r.choice(z.of(z.apex, DNSKEY))


@mutation("DNSKEY bits")
def key_bits(z, r):
    x = any_key(z, r)
    z.replace(x, flip(x[3], r, 4))


@mutation("DNSKEY flags")
def key_flags(z, r):
    x = any_key(z, r)
    at = r.choice([0, 1])
    bit = 1 << r.randrange(8)
    z.replace(x, x[3][:at] + bytes([x[3][at] ^ bit]) + x[3][at + 1:])


@mutation("DNSKEY protocol")
def key_protocol(z, r):
    x = any_key(z, r)
    z.replace(x, x[3][:2] + bytes([r.choice([0, 1, 2, 4, 255])]) + x[3][3:])


@mutation("DNSKEY algorithm")
def key_algorithm(z, r):
    x = any_key(z, r)
    z.replace(x, x[3][:3] + bytes([r.choice(
        [a for a in (5, 8, 10, 13, 14, 15, 16) if a != x[3][3]])]) + x[3][4:])


@mutation("DNSKEY removed")
def key_removed(z, r):
    z.drop([any_key(z, r)])


@mutation("DNSKEY added")
def key_added(z, r):
    x = any_key(z, r)
    z.add(*x[:3], flip(x[3], r, 8))


def with_keys(z, change):
    """Publish the DNSKEYs that CHANGE makes of ours, and sign them."""
    old = z.of(z.apex, DNSKEY)
    z.drop(old)
    for rdata in change([x[3] for x in old]):
        z.add(z.apex, DNSKEY, old[0][2], rdata)
    z.sign(z.apex, DNSKEY)


@mutation("signed: ZSK is no zone key")
def zsk_no_zone_key(z, r):
    zsk = z.zsk().rdata
    with_keys(z, lambda keys: [
        b"\0\0" + k[2:] if k == zsk else k for k in keys])


@mutation("signed: ZSK of another protocol")
def zsk_protocol(z, r):
    zsk = z.zsk().rdata
    with_keys(z, lambda keys: [
        k[:2] + b"\1" + k[3:] if k == zsk else k for k in keys])


@mutation("signed: ZSK is revoked")
def zsk_revoked(z, r):
    zsk = z.zsk().rdata
    with_keys(z, lambda keys: [
        b"\1\x80" + k[2:] if k == zsk else k for k in keys])


# Public keys of the examples in RFC 6605 section 6 and RFC 8080 section 6.
RFC_KEYS = {
    13: "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edb"
        "krSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
    14: "xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1"
        "w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8"
        "/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40",
    15: "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
}


@mutation("signed: DNSKEY of an algorithm that signs nothing")
def key_more(z, r):
    have = {k.algorithm for k in z.keys}
    number = r.choice([a for a in RFC_KEYS if a not in have])
    with_keys(z, lambda keys: keys + [struct.pack(
        ">HBB", 256, 3, number) + base64.b64decode(RFC_KEYS[number])])


@mutation("signed: two keys of one tag")
def key_collision(z, r):
    if z.zsk().algorithm != 8:
        return False
    # The sum of 16-bit words stays the same when two of them are swapped.
    k = z.zsk().rdata
    at = r.randrange(10, 100) * 2
    with_keys(z, lambda keys: keys + [
        k[:at] + k[at + 2:at + 4] + k[at:at + 2] + k[at + 4:]])
    return True
