#!/usr/bin/env python3
"""Write a zone of about N records: generate.py N [SEED] > zone.

Hosts with A and AAAA, aliases, mail, text, delegations (a third of them with
DS), empty non-terminals and a wildcard. The same N and SEED give the same zone.
"""
import random
import sys


def label(i):
    """Every fifth host stands below an empty non-terminal."""
    return f"h{i:07d}" if i % 5 else f"h{i:07d}.r{i % 97}"


def hosts(n, rnd):
    left = n - 10
    i = 0
    while left > 0:
        kind = i % 16
        name = label(i)
        if kind < 9:
            yield (f"{name} A 198.18.{rnd.randrange(256)}."
                   f"{rnd.randrange(256)}\n"
                   f" AAAA 2001:db8:{rnd.randrange(65536):x}:{i >> 16:x}::{i & 0xffff:x}")
            left -= 2
        elif kind < 11:
            yield f"{name} CNAME {label(i - kind)}"
            left -= 1
        elif kind < 13:
            yield f"{name} MX 10 mail\n MX 20 mail2"
            left -= 2
        elif kind < 14:
            yield f'{name} TXT "v=spf1 ip4:198.18.{rnd.randrange(256)}.0/24 -all"'
            left -= 1
        else:
            yield f"{name} NS ns1.provider.example.\n NS ns2.provider.example."
            left -= 2
            if kind == 14 and i % 3 == 0:
                yield (f"{name} DS {rnd.randrange(65536)} 13 2 "
                       f"{rnd.getrandbits(256):064X}")
                left -= 1
        i += 1


def main():
    n = int(sys.argv[1])
    rnd = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    out = sys.stdout
    out.write("$ORIGIN bench.example.\n$TTL 3600\n"
              "@ SOA ns1 hostmaster 2026010101 7200 3600 1209600 3600\n"
              "@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n"
              "mail A 192.0.2.3\nmail2 A 192.0.2.4\n*.wild A 192.0.2.5\n"
              "a.b.c A 192.0.2.6\n")
    for line in hosts(n, rnd):
        out.write(line + "\n")


main()
