"""pack.py SIZE COPIES BASE: a pack of BASE and of a delta that copies its
first SIZE octets COPIES times, then what follows them. Prints the names of the
two blobs to standard error, the pack to standard output."""
import hashlib
import struct
import sys
import zlib

size, copies = int(sys.argv[1]), int(sys.argv[2])
with open(sys.argv[3], "rb") as f:
    base = f.read()


def number(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def header(kind, n):
    first, n = kind << 4 | n & 15, n >> 4
    return bytes([first | 128]) + number(n) if n else bytes([first])


def copy(at, n):
    return b"\xff" + struct.pack("<I", at) + struct.pack("<I", n)[:3]


def blob(parts):
    parts = list(parts)
    h = hashlib.sha1(b"blob %d\0" % sum(map(len, parts)))
    for p in parts:
        h.update(p)
    return h


rest = len(base) - size
delta = number(len(base)) + number(size * copies + rest) + \
    copy(0, size) * copies + (copy(size, rest) if rest else b"")
old = blob([base])
new = blob([base[:size]] * copies + [base[size:]])
pack = b"PACK" + struct.pack(">II", 2, 2) + \
    header(3, len(base)) + zlib.compress(base) + \
    header(7, len(delta)) + old.digest() + zlib.compress(delta)
sys.stdout.buffer.write(pack + hashlib.sha1(pack).digest())
print(old.hexdigest(), new.hexdigest(), file=sys.stderr)
