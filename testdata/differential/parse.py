#!/usr/bin/env python3
"""Differential test of the master-file loader.

    parse.py [--count N] [--seed N] [--keep DIR] [--dialect D] PROGRAM

Writes N seeded random zones full of syntax oddities, lets PROGRAM (the binary
of core/zone/load_test.c) read them, and asks the servers about every zone it
accepts. In dialect common BIND, NSD and Knot must all load exactly the records
that it read; in the dialect of one server that one must. Zones it refuses are
not compared: refusing is always allowed, but their share is printed, so that a
loader that refuses everything is seen. Exit status 0 without a disagreement.
"""
import argparse
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import servers  # noqa: E402
from zone_text import Zone, mutate  # noqa: E402


def write(directory, seed, count):
    zones = []
    for i in range(count):
        zone = Zone(seed, i)
        files = {"z%d.zone" % i: zone.text()}
        files.update(zone.files)
        for name, text in files.items():
            if zone.mutated and text:
                text = mutate(zone.r, text)
            with open(os.path.join(directory, name), "wb") as f:
                f.write(text.encode("latin-1"))
        zones.append(("z%d.zone" % i, zone.origin))
    return zones


# What is no matter of syntax, and other rules decide: no SOA or NS at the apex,
# SOA elsewhere, several CNAME, SOA, DNAME or NSEC3PARAM records, CNAME beside
# other data, names below a DNAME, name servers without address, an RRSIG whose
# TTL is not its original TTL, and what BIND checks about keys. Such zones are left out before anybody is asked.
def is_structural(records, apex):
    types, structural = {}, False
    for owner, rtype, ttl, data in records:
        if rtype == 46 and int.from_bytes(data[4:8], "big") != ttl:
            structural = True
        types.setdefault(owner, []).append(rtype)
        if rtype == 2 and owner == apex and data.endswith(apex):
            structural = True
        if rtype == 51 and int.from_bytes(data[2:4], "big") > 150:
            structural = True
    dnames = [o for o in types if 39 in types[o]]
    at_apex = types.get(apex, [])
    if 6 not in at_apex or 2 not in at_apex:
        structural = True
    if any(6 in types[o] for o in types if o != apex):
        structural = True
    for owner, have in types.items():
        if have.count(5) > 1 or have.count(39) > 1 or have.count(6) > 1:
            structural = True
        if 5 in have and any(t not in (5, 46, 47) for t in have):
            structural = True
        if have.count(51) > 1:
            structural = True
        if 39 in have and 2 in have and owner != apex:
            structural = True
        if owner == apex and (59 in have or 60 in have):
            structural = True
        if any(owner != d and owner.endswith(d) for d in dnames):
            structural = True
    return structural


def show(records):
    return sorted("%s %d %d %s" % (o.hex(), t, ttl, d.hex())
                  for o, t, ttl, d in records)


def compare(directory, ours, readings):
    wrong = 0
    for file in sorted(readings):
        for server, theirs in readings[file].items():
            if theirs == ours[file][0]:
                continue
            wrong += 1
            print("DISAGREE %s %s" % (os.path.join(directory, file), server))
            if theirs is None:
                print("  %s refuses it" % server)
                continue
            for line in show(ours[file][0] - theirs):
                print("  ours only:   " + line)
            for line in show(theirs - ours[file][0]):
                print("  %s only: %s" % (server, line))
    return wrong


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("program")
    p.add_argument("--count", type=int, default=2000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--dialect", default="common",
                   choices=["common", "bind", "nsd", "knot"])
    p.add_argument("--keep", help="directory for the zones (kept)")
    args = p.parse_args()
    start = time.time()
    directory = os.path.abspath(args.keep or tempfile.mkdtemp("zonegate"))
    os.makedirs(directory, exist_ok=True)
    zones = write(directory, args.seed, args.count)
    ours = servers.ours(os.path.abspath(args.program), directory,
                        args.dialect, zones)
    asked = [z for z in zones if ours[z[0]][0] is not None
             and not is_structural(ours[z[0]][0], servers.wire(z[1]))]
    ask = {"bind": servers.bind, "nsd": servers.nsd, "knot": servers.knot}
    names = list(ask) if args.dialect == "common" else [args.dialect]
    got = {n: ask[n](directory, asked) for n in names}
    readings = {z[0]: {n: got[n][z[0]] for n in names} for z in asked}
    wrong = compare(directory, ours, readings)
    accepted = sum(ours[z[0]][0] is not None for z in zones)
    records = sum(len(ours[z[0]][0]) for z in asked)
    print("%d zones, %d accepted, %d compared (%d records) with %s: "
          "%d disagreements, %.1f s" %
          (len(zones), accepted, len(asked), records, ", ".join(names), wrong,
           time.time() - start))
    if not args.keep and wrong == 0:
        shutil.rmtree(directory)
    if accepted * 10 < len(zones):
        print("too few zones were accepted for this to mean anything")
        return 2
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
