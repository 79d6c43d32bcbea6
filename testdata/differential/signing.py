"""Keys of dnssec-keygen and the signatures they make, in plain Python.

For tests only: not constant in time, and nonces follow from the message. What
is signed by this file is signed by nothing that is under test.
"""
import base64
import hashlib
import struct

# ---- Ed25519 (RFC 8032 section 5.1) -----------------------------------------

ED_P = 2**255 - 19
ED_L = 2**252 + 27742317777372353535851937790883648493
ED_D = -121665 * pow(121666, -1, ED_P) % ED_P
ED_Y = 4 * pow(5, -1, ED_P) % ED_P


def ed_x(y):
    """The even x of a point (RFC 8032 section 5.1.3)."""
    square = (y * y - 1) * pow(ED_D * y * y + 1, -1, ED_P) % ED_P
    x = pow(square, (ED_P + 3) // 8, ED_P)
    if (x * x - square) % ED_P:
        x = x * pow(2, (ED_P - 1) // 4, ED_P) % ED_P
    return ED_P - x if x & 1 else x


def ed_add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % ED_P
    b = (p[1] + p[0]) * (q[1] + q[0]) % ED_P
    c = 2 * p[3] * q[3] * ED_D % ED_P
    d = 2 * p[2] * q[2] % ED_P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % ED_P, g * h % ED_P, f * g % ED_P, e * h % ED_P


def ed_multiple(n):
    x = ed_x(ED_Y)
    point, out = (x, ED_Y, 1, x * ED_Y % ED_P), (0, 1, 1, 0)
    while n:
        if n & 1:
            out = ed_add(out, point)
        point = ed_add(point, point)
        n >>= 1
    z = pow(out[2], -1, ED_P)
    x, y = out[0] * z % ED_P, out[1] * z % ED_P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def ed_number(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(),
                          "little") % ED_L


def ed_sign(seed, public, data):
    h = hashlib.sha512(seed).digest()
    a = int.from_bytes(h[:32], "little") & (1 << 254) - 8 | 1 << 254
    r = ed_number(h[32:], data)
    point = ed_multiple(r)
    s = (r + ed_number(point, public, data) * a) % ED_L
    return point + s.to_bytes(32, "little")


# ---- ECDSA P-256 (RFC 6605) -------------------------------------------------

EC_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
EC_N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
EC_G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
        0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)


def ec_add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % EC_P == 0:
            return None
        m = 3 * (p[0] * p[0] - 1) * pow(2 * p[1], -1, EC_P) % EC_P
    else:
        m = (q[1] - p[1]) * pow(q[0] - p[0], -1, EC_P) % EC_P
    x = (m * m - p[0] - q[0]) % EC_P
    return x, (m * (p[0] - x) - p[1]) % EC_P


def ec_multiple(n):
    point, out = EC_G, None
    while n:
        if n & 1:
            out = ec_add(out, point)
        point = ec_add(point, point)
        n >>= 1
    return out


def ec_sign(secret, data):
    digest = hashlib.sha256(data).digest()
    k = int.from_bytes(hashlib.sha256(secret + digest).digest(), "big") % EC_N
    r = ec_multiple(k)[0] % EC_N
    s = (int.from_bytes(digest, "big") + r * int.from_bytes(secret, "big")) \
        * pow(k, -1, EC_N) % EC_N
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


# ---- RSA/SHA-256 (RFC 5702) -------------------------------------------------

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def rsa_sign(field, data):
    n, d = (int.from_bytes(field[f], "big")
            for f in ("Modulus", "PrivateExponent"))
    size = (n.bit_length() + 7) // 8
    tail = b"\0" + SHA256_INFO + hashlib.sha256(data).digest()
    block = b"\0\1" + b"\xff" * (size - 2 - len(tail)) + tail
    return pow(int.from_bytes(block, "big"), d, n).to_bytes(size, "big")


# ---- keys -------------------------------------------------------------------

def key_tag(rdata):
    """RFC 4034 appendix B."""
    total = sum(b if i & 1 else b << 8 for i, b in enumerate(rdata))
    return total + (total >> 16) & 0xffff


class Key:
    """A key pair of dnssec-keygen, by the base name of its files."""

    def __init__(self, base):
        with open(base + ".key") as f:
            line = [x for x in f if not x.startswith(";")][0].split()
        at = line.index("DNSKEY")
        flags, protocol, self.algorithm = map(int, line[at + 1:at + 4])
        public = base64.b64decode("".join(line[at + 4:]))
        self.rdata = struct.pack(">HBB", flags, protocol, self.algorithm) \
            + public
        self.field = {}
        with open(base + ".private") as f:
            for x in f:
                name, _, value = x.partition(": ")
                if name in ("Modulus", "PrivateExponent", "PrivateKey"):
                    self.field[name] = base64.b64decode(value)

    @property
    def tag(self):
        return key_tag(self.rdata)

    @property
    def flags(self):
        return struct.unpack_from(">H", self.rdata)[0]

    def sign(self, data):
        if self.algorithm == 8:
            return rsa_sign(self.field, data)
        if self.algorithm == 13:
            return ec_sign(self.field["PrivateKey"], data)
        return ed_sign(self.field["PrivateKey"], self.rdata[4:], data)
