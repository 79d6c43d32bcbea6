#!/usr/bin/env python3
"""Timing metadata of keys: which are published and which sign, as zonegate
reads them and as BIND's "dnssec-signzone -S" does.

keys.py [--count N] [--seed S] ZONEGATE

Each case gives four keys, two KSKs and two ZSKs, times around now by chance
(none, long ago, just now, soon, later) and signs one small zone with both.
Compared are the DNSKEY RRset, the CDS and CDNSKEY RRsets, and by which keys
the DNSKEY RRset and the rest are signed. Where BIND makes a zone that its own
dnssec-verify refuses, or none at all, zonegate must refuse, too.
"""
import argparse
import base64
import os
import random
import struct
import subprocess
import sys
import tempfile
import time

ORIGIN = "example."
ZONE = """$TTL 300
@ SOA ns1 host 1 7200 3600 1209600 300
@ NS ns1
ns1 A 192.0.2.53
www A 192.0.2.1
"""
EVENTS = ("Publish", "Activate", "Revoke", "Inactive", "Delete",
          "SyncPublish", "SyncDelete")
# How often an event is set at all.
OFTEN = {"Publish": 0.9, "Activate": 0.85, "Revoke": 0.15, "Inactive": 0.3,
         "Delete": 0.2, "SyncPublish": 0.5, "SyncDelete": 0.2}
# Seconds from now: nothing close enough to pass while the case runs.
PAST = (-400 * 86400, -86400, -3600, -60)
FUTURE = (3600, 86400, 400 * 86400)
# How often it lies in the past: most keys are in use.
OVER = {"Publish": 0.85, "Activate": 0.8, "Revoke": 0.5, "Inactive": 0.3,
        "Delete": 0.3, "SyncPublish": 0.7, "SyncDelete": 0.5}


def run(*argv, cwd=None):
    return subprocess.run(argv, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, cwd=cwd)


def make_keys(folder):
    """Names of the pairs and the lines of their .private files without times.
    Files are plain text: the times are written into them anew."""
    keys = {}
    for flags in (("-f", "KSK"), ("-f", "KSK"), (), ()):
        p = subprocess.run(
            ["dnssec-keygen", "-q", "-K", folder, "-a", "13", *flags, ORIGIN],
            check=True, stdout=subprocess.PIPE, text=True)
        name = p.stdout.strip()
        with open(os.path.join(folder, name + ".private")) as f:
            keys[name] = [line for line in f
                          if line.split(":")[0] not in EVENTS + ("Created",)]
    return keys


def set_times(rng, folder, keys, sep, now):
    said = {}
    for name, lines in keys.items():
        times = {}
        for event in EVENTS:
            # Only a key that a DS can name has anything to synchronise.
            if event.startswith("Sync") and name not in sep:
                continue
            if rng.random() < OFTEN[event]:
                times[event] = now + rng.choice(
                    PAST if rng.random() < OVER[event] else FUTURE)
        # A key without any time was made without a plan: zonegate uses it,
        # BIND only if it is named instead of found.
        if not set(times) & set(EVENTS[:5]):
            times["Publish"] = now - 60
        said[name] = times
        with open(os.path.join(folder, name + ".private"), "w") as f:
            f.writelines(lines)
            f.write("Created: 20200101000000\n")
            for event, when in times.items():
                stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(when))
                f.write(f"{event}: {stamp}\n")
    return said


def tag(key):
    """RFC 4034 appendix B."""
    flags, protocol, algorithm, text = key
    rdata = (struct.pack("!HBB", int(flags), int(protocol), int(algorithm)) +
             base64.b64decode(text))
    total = sum(c << 8 if i % 2 == 0 else c for i, c in enumerate(rdata))
    return total + (total >> 16) & 0xffff


def read(path):
    """What a signed zone says of its keys. One record a line, full names."""
    p = run("named-compilezone", "-q", "-i", "none", "-k", "ignore", "-o", "-",
            ORIGIN, path)
    sets = {"DNSKEY": set(), "CDS": set(), "CDNSKEY": set()}
    signers = {"keys": set(), "data": set()}
    for line in p.stdout.splitlines():
        fields = line.split()
        if len(fields) < 5:
            continue
        kind, data = fields[3], fields[4:]
        if kind in sets:
            sets[kind].add((*data[:3], "".join(data[3:])))
        elif kind == "RRSIG":
            who = "keys" if data[0] in sets else "data"
            signers[who].add(int(data[6]))
    # BIND signs with keys that are active and not published, too; nobody can
    # validate by those.
    known = {tag(key) for key in sets["DNSKEY"]}
    for who in signers:
        signers[who] &= known
    # It announces keys that it does not publish, which a parent could not
    # check (RFC 7344 section 4.1), and revoked ones.
    fine = {key for key in sets["DNSKEY"] if not int(key[0]) & 0x80}
    tags = {tag(key) for key in fine}
    sets["CDS"] = {r for r in sets["CDS"] if int(r[0]) in tags}
    sets["CDNSKEY"] &= fine
    return {**sets, **signers}


def by_bind(folder, keys, zone):
    """The state that BIND makes, or why not."""
    out = os.path.join(folder, "bind")
    if os.path.exists(out):
        os.unlink(out)
    p = run("dnssec-signzone", "-q", "-S", "-x", "-P", "-K", folder, "-o",
            ORIGIN, "-f", out, "-d", folder, zone, cwd=folder)
    if p.returncode != 0 or not os.path.exists(out):
        return None, p.stdout
    # It may leave a zone without a key that validates it.
    p = run("dnssec-verify", "-q", "-z", "-o", ORIGIN, out)
    return (read(out), "") if p.returncode == 0 else (None, p.stdout)


def by_zonegate(zonegate, folder, keys, zone):
    out = os.path.join(folder, "ours")
    if os.path.exists(out):
        os.unlink(out)
    argv = [zonegate, "sign", zone, "--zone", ORIGIN, "-o", out, "--sync",
            "--quiet"]
    for name in keys:
        argv += ["--key", os.path.join(folder, name)]
    p = run(*argv)
    if p.returncode == 0:
        return read(out), ""
    if os.path.exists(out):
        sys.exit("a refused zone was written")
    return None, p.stdout


def describe(said, now):
    for name, times in said.items():
        print("   ", name, ", ".join(
            f"{e} {t - now:+d}" for e, t in times.items()) or "no times")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("zonegate")
    a = parser.parse_args()
    rng = random.Random(a.seed)
    zonegate = os.path.realpath(a.zonegate)
    signed = refused = stricter = bad = 0
    with tempfile.TemporaryDirectory() as folder:
        zone = os.path.join(folder, "zone")
        with open(zone, "w") as f:
            f.write(ZONE)
        keys = make_keys(folder)
        sep = list(keys)[:2]
        for case in range(a.count):
            now = int(time.time())
            said = set_times(rng, folder, keys, sep, now)
            theirs, why = by_bind(folder, keys, zone)
            ours, ours_why = by_zonegate(zonegate, folder, keys, zone)
            if theirs == ours:
                signed += ours is not None
                refused += ours is None
                continue
            bad += 1
            print(f"case {case}:")
            describe(said, now)
            print("  BIND:    ", theirs or why.strip())
            print("  zonegate:", ours or ours_why.strip())
    print(f"timing metadata: {a.count} cases, {signed} signed alike, "
          f"{refused} refused by both, {bad} differ")
    sys.exit(bad != 0 or signed < a.count // 4)


main()
