#!/usr/bin/env python3
"""Zones that "zonegate sign" signed with real keys, by four validators.

sign_real.py [--count N] [--seed S] ZONEGATE

Each case takes an algorithm, a denial of existence, a digest, CDS and jitter by
chance, signs, changes the zone, and signs again with what may be kept. Both
zones must be accepted by dnssec-verify, kzonecheck and ldns-verify-zone; one of
each algorithm is served by Unbound, which gets the KSK as its trust anchor,
checks the ZONEMD, and must answer with the AD bit.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile
import time

import servers

ORIGIN = "example."
ALGORITHMS = (8, 13, 14, 15)
ZONE = """$TTL 300
@ SOA ns1 host {serial} 7200 3600 1209600 300
@ NS ns1
@ NS ns2.other.test.
ns1 A 192.0.2.53
www A 192.0.2.{last}
www TXT "a" "b;c"
*.wild MX 10 www
a.b.ent A 192.0.2.7
alias CNAME www
sub NS ns.sub
ns.sub A 192.0.2.8
safe NS ns1
safe DS 4711 13 2 {digest}
"""


def run(*argv):
    return subprocess.run(argv, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)


def must(what, *argv):
    p = run(*argv)
    if p.returncode != 0:
        sys.exit(f"{what}: {' '.join(argv)}\n{p.stdout}")
    return p.stdout


def make_keys(folder, algorithm):
    names = []
    for flags in (("-f", "KSK", "-P", "sync", "now-1h"), ()):
        size = ("-b", "2048") if algorithm == 8 else ()
        out = subprocess.run(
            ["dnssec-keygen", "-q", "-K", folder, "-a", str(algorithm), *size,
             *flags, ORIGIN], check=True, stdout=subprocess.PIPE, text=True)
        names.append(os.path.join(folder, out.stdout.strip()))
    return names


def check(path, zonemd, denial):
    must("BIND", "dnssec-verify", "-q", "-z", "-o", ORIGIN, path)
    must("Knot", "kzonecheck", "-d", "on", "-o", ORIGIN, path)
    # ldns-verify-zone 1.8.3 does not end for our opt-out zones with a ZONEMD;
    # the others accept them.
    if zonemd is None or denial != "nsec3-optout":
        must("ldns", "ldns-verify-zone", *(("-ZZ",) if zonemd else ()), path)


def by_unbound(folder, path, key, zonemd):
    """The AD bit for what is there and what is not."""
    port = servers.free_port()
    conf = os.path.join(folder, "unbound.conf")
    with open(conf, "w") as f:
        f.write(f"""server:
  interface: 127.0.0.1@{port}
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  module-config: "validator iterator"
  trust-anchor-file: "{key}.key"
  root-hints: ""
remote-control:
  control-enable: no
auth-zone:
  name: "{ORIGIN}"
  zonefile: "{path}"
  for-downstream: no
  for-upstream: yes
  zonemd-check: {"yes" if zonemd else "no"}
  zonemd-reject-absence: {"yes" if zonemd else "no"}
""")
    with open(os.path.join(folder, "unbound.log"), "w") as log:
        p = subprocess.Popen(["unbound", "-d", "-c", conf], stdout=log,
                             stderr=log)
    try:
        servers.wait_for(port, p)
        for name, rtype, status in (
                ("www", "A", "NOERROR"), ("x.wild", "MX", "NOERROR"),
                ("nothing", "A", "NXDOMAIN"), ("ent", "A", "NOERROR"),
                ("www", "AAAA", "NOERROR"), ("safe", "DS", "NOERROR")):
            out = must("dig", "dig", "-p", str(port), "@127.0.0.1",
                       "+tries=2", "+time=3", "+adflag", f"{name}.{ORIGIN}",
                       rtype)
            flags = out.split("flags:")[1].split(";")[0].split()
            if f"status: {status}" not in out or "ad" not in flags:
                with open(os.path.join(folder, "unbound.log")) as log:
                    sys.exit(f"Unbound, {name} {rtype}:\n{out}\n{log.read()}")
    finally:
        servers.stop(p)


def sign(zonegate, keys, source, out, *options):
    argv = [zonegate, "sign", source, "--zone", ORIGIN, "-o", out, *options]
    for k in keys:
        argv += ["--key", k]
    return must("zonegate", *argv)


def case(rng, zonegate, folder, keys, serve):
    source, out = os.path.join(folder, "in"), os.path.join(folder, "out")
    old = os.path.join(folder, "old")
    zonemd = rng.choice((None, "sha384", "sha512"))
    # Where opt-out covers a name, nobody sets the AD bit (RFC 5155 9.2).
    denials = ("nsec", "nsec3") if serve else ("nsec", "nsec3", "nsec3-optout")
    options = ["--denial", rng.choice(denials),
               "--jitter", rng.choice(("1s", "2h", "3d"))]
    if zonemd is not None:
        options.append("--zonemd=" + zonemd)
    if rng.random() < 0.5:
        options.append("--sync")
    values = {"serial": 1, "last": 1, "digest": "ab" * 32}
    with open(source, "w") as f:
        f.write(ZONE.format(**values))
    sign(zonegate, keys, source, old, *options)
    check(old, zonemd, options[1])
    values.update(serial=2, last=rng.randrange(2, 200))
    with open(source, "w") as f:
        f.write(ZONE.format(**values))
    said = sign(zonegate, keys, source, out, "--reuse", old, *options)
    if ", 0 kept" in said:
        sys.exit(f"nothing was kept:\n{said}")
    check(out, zonemd, options[1])
    if serve:
        by_unbound(folder, out, keys[0], zonemd)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("zonegate")
    a = parser.parse_args()
    rng = random.Random(a.seed)
    zonegate = os.path.realpath(a.zonegate)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        keys = {n: make_keys(folder, n) for n in ALGORITHMS}
        served = set()
        for i in range(a.count):
            n = ALGORITHMS[i % len(ALGORITHMS)]
            case(rng, zonegate, folder, keys[n], n not in served)
            served.add(n)
    print(f"signed with real keys: {a.count} zones, each signed twice, "
          f"accepted by all, {len(served)} served by Unbound, in "
          f"{time.monotonic() - started:.0f} s")


main()
