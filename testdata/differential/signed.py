"""A signed zone as records in wire form, to change and to sign again."""
import base64
import hashlib
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import servers  # noqa: E402

A, NS, CNAME, SOA, MX, TXT, AAAA, DNAME = 1, 2, 5, 6, 15, 16, 28, 39
DS, RRSIG, NSEC, DNSKEY, NSEC3, NSEC3PARAM = 43, 46, 47, 48, 50, 51

NAME = {A: "A", NS: "NS", CNAME: "CNAME", SOA: "SOA", MX: "MX", TXT: "TXT",
        AAAA: "AAAA", DNAME: "DNAME", DS: "DS", RRSIG: "RRSIG",
        NSEC: "NSEC", DNSKEY: "DNSKEY", NSEC3: "NSEC3",
        NSEC3PARAM: "NSEC3PARAM"}

# RRSIG RDATA before the signer's name (RFC 4034 section 3.1): where each field
# stands, and how it is packed.
FIELD = {"covered": (0, ">H"), "algorithm": (2, ">B"), "labels": (3, ">B"),
         "ttl": (4, ">I"), "expiration": (8, ">I"), "inception": (12, ">I"),
         "tag": (16, ">H")}
HEADER = 18


def labels(name):
    out, at = [], 0
    while name[at]:
        out.append(name[at + 1:at + 1 + name[at]])
        at += 1 + name[at]
    return out


def order(name):
    """Sorts names canonically (RFC 4034 section 6.1)."""
    return labels(name)[::-1]


def below(name, top):
    """Is NAME strictly below TOP?"""
    n, t = labels(name), labels(top)
    return len(n) > len(t) and n[len(n) - len(t):] == t


def child(label, name):
    label = label.encode()
    return bytes([len(label)]) + label + name


def text(name):
    return "".join(label.decode() + "." for label in labels(name)) or "."


def get(rdata, field):
    at, form = FIELD[field]
    return struct.unpack_from(form, rdata, at)[0]


def put(rdata, field, value):
    at, form = FIELD[field]
    raw = struct.pack(form, value)
    return rdata[:at] + raw + rdata[at + len(raw):]


def signer_end(rdata):
    at = HEADER
    while rdata[at]:
        at += 1 + rdata[at]
    return at + 1


def types_of(bitmap):
    out, at = [], 0
    while at < len(bitmap):
        window, n = bitmap[at:at + 2]
        out += [window << 8 | i for i in range(n * 8)
                if bitmap[at + 2 + (i >> 3)] & 128 >> (i & 7)]
        at += 2 + n
    return out


def bitmap_of(types):
    out = b""
    for window in sorted({t >> 8 for t in types}):
        low = [t & 255 for t in types if t >> 8 == window]
        octets = bytearray(max(low) // 8 + 1)
        for t in low:
            octets[t >> 3] |= 128 >> (t & 7)
        out += bytes([window, len(octets)]) + octets
    return out


def hash32(digest):
    """base32hex in lower case (RFC 5155 section 3.3)."""
    return base64.b32encode(digest).decode().translate(str.maketrans(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "0123456789abcdefghijklmnopqrstuv"))


def unhash32(label):
    return base64.b32decode(label.decode().translate(str.maketrans(
        "0123456789abcdefghijklmnopqrstuv",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")))


class SignedZone:
    """Records are tuples (owner, type, ttl, rdata); KEYS are their pairs."""

    def __init__(self, apex, records, keys):
        self.apex, self.records, self.keys = apex, list(records), list(keys)
        like = self.sigs(apex, SOA)[0][3]
        self.times = get(like, "inception"), get(like, "expiration")

    def copy(self):
        return SignedZone(self.apex, self.records, self.keys)

    def write(self, path):
        soa = [r for r in self.records if r[1] == SOA]
        with open(path, "w") as f:
            for owner, rtype, ttl, rdata in soa + [
                    r for r in self.records if r[1] != SOA]:
                f.write("%s %d IN %s \\# %d %s\n" % (
                    text(owner), ttl, NAME.get(rtype, "TYPE%d" % rtype),
                    len(rdata), rdata.hex()))

    # ---- looking

    def of(self, owner, rtype):
        return [r for r in self.records if r[:2] == (owner, rtype)]

    def sigs(self, owner, covered):
        return [r for r in self.of(owner, RRSIG)
                if get(r[3], "covered") == covered]

    def owners(self):
        return sorted({r[0] for r in self.records}, key=order)

    def cut(self, owner):
        return owner != self.apex and bool(self.of(owner, NS))

    def hidden(self, owner):
        """Below a delegation or a DNAME."""
        return any(r[1] in (NS, DNAME) and below(owner, r[0]) and
                   (r[1] == DNAME or r[0] != self.apex)
                   for r in self.records)

    def authoritative(self, owner, rtype):
        return not self.hidden(owner) and (
            not self.cut(owner) or rtype in (DS, NSEC))

    def sets(self, *types):
        """(owner, type) of what must be signed, in order."""
        found = {r[:2] for r in self.records
                 if r[1] != RRSIG and (not types or r[1] in types)}
        return sorted((s for s in found if self.authoritative(*s)),
                      key=lambda s: (order(s[0]), s[1]))

    def key(self, tag, algorithm):
        return next((k for k in self.keys
                     if (k.tag, k.algorithm) == (tag, algorithm)), None)

    def zsk(self):
        return next(k for k in self.keys if not k.flags & 1)

    def ksk(self):
        return next(k for k in self.keys if k.flags & 1)

    # ---- changing

    def add(self, *record):
        self.records.append(record)

    def drop(self, records):
        self.records = [r for r in self.records if r not in records]

    def replace(self, old, rdata):
        self.records = [r if r != old else old[:3] + (rdata,)
                        for r in self.records]

    def drop_set(self, owner, rtype):
        self.drop(self.of(owner, rtype) + self.sigs(owner, rtype))

    # ---- signing

    def make_sig(self, owner, rtype, key=None, ttl=None, signer=None, **field):
        """An RRSIG over the set; FIELDs stand in for what is right."""
        key = key or self.zsk()
        rrs = self.of(owner, rtype)
        wild = labels(owner)[:1] == [b"*"]
        rdata = bytes(HEADER)
        values = {"covered": rtype, "algorithm": key.algorithm,
                  "labels": len(labels(owner)) - wild, "ttl": rrs[0][2],
                  "inception": self.times[0], "expiration": self.times[1],
                  "tag": key.tag}
        values.update(field)
        for name, value in values.items():
            rdata = put(rdata, name, value)
        rdata += signer or self.apex
        name, n = owner, values["labels"]
        if n < len(labels(owner)) - wild:  # RFC 4034 section 3.1.8.1
            name = b"\1*" + b"".join(
                bytes([len(x)]) + x for x in labels(owner)[-n:]) + b"\0"
        data = rdata + b"".join(
            name + struct.pack(">HHIH", rtype, 1, values["ttl"], len(d)) + d
            for d in sorted({r[3] for r in rrs}))
        return (owner, RRSIG, rrs[0][2] if ttl is None else ttl,
                rdata + key.sign(data))

    def sign(self, owner, rtype, **how):
        """Sign the set anew, by the keys that signed it (or the ZSK)."""
        old = self.sigs(owner, rtype)
        signers = [self.key(get(r[3], "tag"), get(r[3], "algorithm"))
                   for r in old] or [
            k for k in self.keys if not k.flags & 1]
        self.drop(old)
        for key in signers:
            self.add(*self.make_sig(owner, rtype, **{"key": key, **how}))

    # ---- the denial chain

    def nsec3(self):
        return bool(self.of(self.apex, NSEC3PARAM))

    def hash(self, name):
        p = self.of(self.apex, NSEC3PARAM)[0][3]
        iterations, salt = struct.unpack_from(">H", p, 2)[0], p[5:]
        digest = hashlib.sha1(name + salt).digest()
        for _ in range(iterations):
            digest = hashlib.sha1(digest + salt).digest()
        return digest

    def hash_owner(self, name):
        return child(hash32(self.hash(name)), self.apex)

    def denial(self, owner):
        """The NSEC or NSEC3 record of a name, or None."""
        if self.nsec3():
            found = self.of(self.hash_owner(owner), NSEC3)
        else:
            found = self.of(owner, NSEC)
        return found[0] if found else None

    def chain(self):
        """NSEC or NSEC3 records in their order."""
        rtype = NSEC3 if self.nsec3() else NSEC
        return sorted((r for r in self.records if r[1] == rtype),
                      key=lambda r: order(r[0]))

    @staticmethod
    def split(record):
        """(octets before the next name, next, bitmap) of NSEC or NSEC3."""
        rdata = record[3]
        if record[1] == NSEC:
            end = servers.read_name(rdata, 0)[1]
            return b"", rdata[:end], rdata[end:]
        at = 5 + rdata[4]
        end = at + 1 + rdata[at]
        return rdata[:at], rdata[at:end], rdata[end:]

    def set_types(self, record, types):
        head, after, _ = self.split(record)
        new = head + after + bitmap_of(types)
        self.replace(record, new)
        self.sign(record[0], record[1])

    def unlink(self, record):
        """Take a record out of the chain and close it again."""
        chain = self.chain()
        before = chain[chain.index(record) - 1]
        self.drop_set(record[0], record[1])
        head, _, bitmap = self.split(before)
        self.replace(before, head + self.split(record)[1] + bitmap)
        self.sign(before[0], before[1])


def load(directory, file, apex, keys):
    records, log = servers.bind_one(directory, file, text(apex))
    if records is None:
        raise RuntimeError(log)
    return SignedZone(apex, sorted(records), keys)
