"""Single faults in a signed zone: its data and its denial chain.

Those named "signed: …" are made with the zone's own keys: no signature gives
them away. Those named "fine: …" are no faults, the zone must stay valid.
"""
import struct

import signing
from mutations import flip, mutation, other_ttl, plain, with_keys
from signed import (A, AAAA, CNAME, DNAME, DNSKEY, DS, MX, NS, NSEC, NSEC3,
                    NSEC3PARAM, RRSIG, SOA, TXT, bitmap_of, child, labels,
                    order, types_of, unhash32)

# ---- data ------------------------------------------------------------------

BITS = {A: 0, AAAA: 0, TXT: 1, 65280: 0, 257: 9, DS: 4}


@mutation("data bits")
def data_bits(z, r):
    owner, rtype = r.choice(z.sets(*BITS))
    x = r.choice(z.of(owner, rtype))
    z.replace(x, flip(x[3], r, BITS[rtype]))


@mutation("SOA bits")
def soa_bits(z, r):
    x = z.of(z.apex, SOA)[0]
    z.replace(x, flip(x[3], r, len(x[3]) - 20, len(x[3]) - 4))


@mutation("DS under its RRSIG")
def ds_bits(z, r):
    x = r.choice([x for x in z.records if x[1] == DS])
    z.replace(x, flip(x[3], r, r.choice([0, 4])))


@mutation("record added to an RRset")
def data_added(z, r):
    owner, rtype = r.choice(z.sets(A, AAAA, TXT))
    x = r.choice(z.of(owner, rtype))
    z.add(*x[:3], flip(x[3], r, BITS[rtype]))


@mutation("record missing from an RRset")
def data_missing(z, r):
    owner, rtype = r.choice([s for s in z.sets() if len(z.of(*s)) > 1 and
                             s[1] != DNSKEY])
    z.drop([r.choice(z.of(owner, rtype))])


@mutation("RRset missing")
def set_missing(z, r):
    z.drop(z.of(*r.choice(plain(z))))


@mutation("RRset missing with its RRSIG")
def set_missing_signed(z, r):
    owner, rtype = r.choice([s for s in plain(z) if s != (z.apex, NS)])
    z.drop_set(owner, rtype)


@mutation("RRset without RRSIG")
def set_unsigned(z, r):
    owner = r.choice([o for o, t in z.sets(A, MX) if o != z.apex])
    z.add(owner, 99, z.of(owner, r.choice([A, MX]))[0][2]
          if z.of(owner, A) and z.of(owner, MX) else 3600, b"\1x")


@mutation("name without RRSIG")
def name_unsigned(z, r):
    z.add(child(r.choice(["a0", "m5", "zz"]), z.apex), A, 3600,
          bytes([192, 0, 2, 99]))


@mutation("TTL of an RRset")
def set_ttl(z, r):
    owner, rtype = r.choice(z.sets())
    old = z.of(owner, rtype)
    ttl = other_ttl(old[0][2], r)
    z.drop(old)
    for x in old:
        z.add(*x[:2], ttl, x[3])


@mutation("TTL of one record of an RRset")
def record_ttl(z, r):
    owner, rtype = r.choice([s for s in z.sets() if len(z.of(*s)) > 1])
    x = r.choice(z.of(owner, rtype))
    z.drop([x])
    z.add(*x[:2], other_ttl(x[2], r), x[3])


def signed_set(z, owner, rtype, rdata, ttl=3600):
    z.add(owner, rtype, ttl, rdata)
    z.sign(owner, rtype)


@mutation("signed: type that the chain does not name")
def type_added(z, r):
    owner = r.choice([o for o, t in z.sets(A, MX, SOA)])
    signed_set(z, owner, 99, b"\1x")


@mutation("signed: name that the chain does not name")
def name_added(z, r):
    signed_set(z, child(r.choice(["a0", "m5", "zz"]), z.apex), A,
               bytes([192, 0, 2, 99]))


@mutation("signed: empty name that the chain does not name")
def ent_added(z, r):
    name = child("leaf", child(r.choice(["b0", "q5"]), z.apex))
    signed_set(z, name, A, bytes([192, 0, 2, 99]))
    if not z.nsec3():
        return
    # Only the empty non-terminal is missing.
    link(z, z.hash_owner(name), [A, RRSIG])


def link(z, owner, types, flags=0):
    """Put an NSEC3 for OWNER, a hash, into the chain."""
    chain = z.chain()
    before = chain[-1]
    for x in chain:
        if order(x[0]) < order(owner):
            before = x
    if all(order(x[0]) > order(owner) for x in chain):
        before = chain[-1]
    head, after, bitmap = z.split(before)
    digest = unhash32(labels(owner)[0])
    z.replace(before, head + bytes([20]) + digest + bitmap)
    z.sign(before[0], NSEC3)
    z.add(owner, NSEC3, before[2], head[:1] + bytes([head[1] | flags]) +
          head[2:] + after + bitmap_of(types))
    z.sign(owner, NSEC3)


@mutation("signed: DS that the chain does not name")
def ds_added(z, r):
    owner = r.choice([o for o in z.owners() if z.cut(o) and not
                      z.of(o, DS) and not z.hidden(o)])
    signed_set(z, owner, DS, bytes([0, 1, 13, 2]) + bytes(32))


@mutation("signed: DS is gone, the chain names it")
def ds_missing(z, r):
    owner = r.choice([x[0] for x in z.records if x[1] == DS])
    z.drop_set(owner, DS)


# ---- the chain -------------------------------------------------------------

def any_denial(z, r):
    return r.choice(z.chain())


@mutation("NSEC/NSEC3 next")
def next_bits(z, r):
    x = any_denial(z, r)
    head, after, bitmap = z.split(x)
    if x[1] == NSEC3:
        after = after[:1] + flip(after[1:], r)
    else:
        after = child("n" + str(r.randrange(1000)), z.apex)
    z.replace(x, head + after + bitmap)


def other_types(types, r):
    """One type more, or one less."""
    if types and r.random() < 0.5:
        return sorted(set(types) - {r.choice(types)})
    return sorted(set(types) | {r.choice([t for t in range(1, 250)
                                          if t not in types])})


@mutation("NSEC/NSEC3 bitmap")
def bitmap_bits(z, r):
    x = any_denial(z, r)
    head, after, bitmap = z.split(x)
    z.replace(x, head + after + bitmap_of(other_types(types_of(bitmap), r)))


@mutation("NSEC/NSEC3 missing")
def denial_missing(z, r):
    z.drop([any_denial(z, r)])


@mutation("NSEC/NSEC3 missing with its RRSIG")
def denial_missing_signed(z, r):
    x = any_denial(z, r)
    z.drop_set(x[0], x[1])


@mutation("NSEC3 parameters")
def nsec3_parameters(z, r):
    if not z.nsec3():
        return False
    x = any_denial(z, r)
    at = r.choice([0, 1, 2, 3])
    z.replace(x, flip(x[3], r, at, at + 1))
    return True


@mutation("NSEC3PARAM missing")
def nsec3param_missing(z, r):
    if not z.nsec3():
        return False
    z.drop_set(z.apex, NSEC3PARAM)
    return True


@mutation("signed: next is not the next")
def signed_next(z, r):
    x = any_denial(z, r)
    head, after, bitmap = z.split(x)
    other = r.choice([z.split(y)[1] for y in z.chain()
                      if z.split(y)[1] != after])
    z.replace(x, head + other + bitmap)
    z.sign(x[0], x[1])


@mutation("signed: bitmap")
def signed_bitmap(z, r):
    x = any_denial(z, r)
    z.set_types(x, other_types(types_of(z.split(x)[2]), r))


@mutation("signed: bitmap without RRSIG, NSEC or the cut's NS")
def signed_bitmap_own(z, r):
    x = any_denial(z, r)
    types = types_of(z.split(x)[2])
    less = [t for t in types if t in (RRSIG, NSEC, NS)]
    if not less:
        return False
    gone = r.choice(less)
    z.set_types(x, [t for t in types if t != gone])
    return True


@mutation("signed: bitmap ends in zeros")
def signed_bitmap_zeros(z, r):
    x = any_denial(z, r)
    head, after, bitmap = z.split(x)
    if len(bitmap) < 3 or len(bitmap) != 2 + bitmap[1]:
        return False
    z.replace(x, head + after + bytes([0, bitmap[1] + 1]) + bitmap[2:] +
              b"\0")
    z.sign(x[0], x[1])
    return True


@mutation("signed: chain skips a name")
def signed_skip(z, r):
    z.unlink(any_denial(z, r))


@mutation("signed: TTL of the denial")
def signed_denial_ttl(z, r):
    x = any_denial(z, r)
    z.drop([x])
    z.add(*x[:2], x[2] + r.choice([1, 3600]), x[3])
    z.sign(x[0], x[1])


@mutation("signed: two records of denial at one name")
def signed_twice(z, r):
    x = any_denial(z, r)
    head, after, bitmap = z.split(x)
    z.add(*x[:3], head + r.choice([z.split(y)[1] for y in z.chain()
                                   if z.split(y)[1] != after]) + bitmap)
    z.sign(x[0], x[1])


@mutation("signed: NSEC of a name that is not there")
def signed_nsec_nobody(z, r):
    if z.nsec3():
        return False
    name = child(r.choice(["a1", "n1", "zz"]), z.apex)
    before = [x for x in z.chain() if order(x[0]) < order(name)][-1]
    _, after, bitmap = z.split(before)
    z.replace(before, name + bitmap)
    z.sign(before[0], NSEC)
    z.add(name, NSEC, before[2], after + bitmap_of([RRSIG, NSEC]))
    z.sign(name, NSEC)
    return True


@mutation("signed: NSEC at glue")
def signed_nsec_glue(z, r):
    if z.nsec3():
        return False
    name = r.choice([x[0] for x in z.records
                     if x[1] in (A, AAAA) and z.hidden(x[0])])
    x = z.chain()[0]
    z.add(name, NSEC, x[2], z.split(x)[1] + bitmap_of([A, RRSIG, NSEC]))
    z.sign(name, NSEC)
    return True


@mutation("signed: NSEC3 of a name that is not there")
def signed_nsec3_nobody(z, r):
    if not z.nsec3():
        return False
    link(z, z.hash_owner(child("nobody%d" % r.randrange(1000), z.apex)),
         [A, RRSIG])
    return True


@mutation("signed: NSEC in a zone with NSEC3")
def signed_both(z, r):
    if not z.nsec3():
        return False
    z.add(z.apex, NSEC, z.chain()[0][2],
          z.apex + bitmap_of([NS, SOA, RRSIG, NSEC, DNSKEY]))
    z.sign(z.apex, NSEC)
    return True


@mutation("signed: salt or iterations of one NSEC3")
def signed_mix(z, r):
    if not z.nsec3():
        return False
    x = any_denial(z, r)
    head, after, bitmap = z.split(x)
    if r.random() < 0.5:
        head = head[:4] + bytes([2]) + bytes(r.randrange(256)
                                             for _ in range(2))
    else:
        head = head[:2] + struct.pack(">H", struct.unpack_from(
            ">H", head, 2)[0] + 1) + head[4:]
    z.replace(x, head + after + bitmap)
    z.sign(x[0], NSEC3)
    return True


@mutation("signed: NSEC3PARAM of another chain")
def signed_param(z, r):
    if not z.nsec3():
        return False
    x = z.of(z.apex, NSEC3PARAM)[0]
    z.replace(x, r.choice([
        x[3][:2] + struct.pack(">H", x[3][3] + 1) + x[3][4:],
        x[3][:4] + b"\2\xca\xfe", b"\2" + x[3][1:]]))
    z.sign(z.apex, NSEC3PARAM)
    return True


@mutation("signed: a span without opt-out leaves out a delegation")
def signed_optout_off(z, r):
    if not z.nsec3():
        return False
    gone = [o for o in z.owners() if z.cut(o) and not z.hidden(o) and
            z.denial(o) is None]
    if not gone:
        return False
    h = z.hash_owner(r.choice(gone))
    chain = z.chain()
    x = ([y for y in chain if order(y[0]) < order(h)] or chain)[-1]
    z.replace(x, x[3][:1] + b"\0" + x[3][2:])
    z.sign(x[0], NSEC3)
    return True


# ---- what is no fault ------------------------------------------------------

@mutation("fine: signed again")
def fine_again(z, r):
    z.sign(*r.choice(z.sets()))


@mutation("fine: data changed and signed again")
def fine_data(z, r):
    owner, rtype = r.choice(z.sets(A, AAAA, TXT))
    data_bits_of = r.choice(z.of(owner, rtype))
    z.replace(data_bits_of, flip(data_bits_of[3], r, len(
        data_bits_of[3]) - 1))
    z.sign(owner, rtype)


@mutation("fine: type added, chain and all")
def fine_type(z, r):
    owner = r.choice([o for o, t in z.sets(A, MX, SOA) if z.denial(o)])
    signed_set(z, owner, 99, b"\1x")
    x = z.denial(owner)
    z.set_types(x, types_of(z.split(x)[2]) + [99])


@mutation("fine: RRset removed, chain and all")
def fine_removed(z, r):
    owner, rtype = r.choice([
        (o, t) for o, t in plain(z) if z.denial(o) and (o, t) != (z.apex, NS)
        and t not in (CNAME, DNAME) and
        len([s for s in z.sets() if s[0] == o and s[1] != NSEC]) > 1])
    z.drop_set(owner, rtype)
    x = z.denial(owner)
    z.set_types(x, [t for t in types_of(z.split(x)[2]) if t != rtype])


@mutation("fine: stand-by key")
def fine_key(z, r):
    k = z.zsk()
    if k.algorithm != 13:
        return False
    secret = r.randrange(1, signing.EC_N)
    x, y = signing.ec_multiple(secret)
    with_keys(z, lambda keys: keys + [
        k.rdata[:4] + x.to_bytes(32, "big") + y.to_bytes(32, "big")])
    return True


@mutation("fine: opt-out that leaves out nothing")
def fine_optout(z, r):
    if not z.nsec3() or any(z.cut(o) and not z.hidden(o) and
                            z.denial(o) is None for o in z.owners()):
        return False
    x = any_denial(z, r)
    z.replace(x, x[3][:1] + b"\1" + x[3][2:])
    z.sign(x[0], NSEC3)
    return True


@mutation("fine: TTL changed and signed again")
def fine_ttl(z, r):
    owner, rtype = r.choice(plain(z))
    old = z.of(owner, rtype)
    z.drop(old)
    for x in old:
        z.add(*x[:2], x[2] + 60, x[3])
    z.sign(owner, rtype)


@mutation("fine: glue changed")
def fine_glue(z, r):
    x = r.choice([x for x in z.records
                  if x[1] in (A, AAAA) and z.hidden(x[0])])
    z.replace(x, flip(x[3], r, len(x[3]) - 1))


@mutation("fine: signed by the KSK, too")
def fine_ksk(z, r):
    owner, rtype = r.choice(plain(z))
    z.add(*z.make_sig(owner, rtype, key=z.ksk()))
