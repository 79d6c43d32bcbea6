#!/usr/bin/env python3
"""Differential test of the validator on damaged zones.

    mutate.py [--count N] [--seed N] [--keep DIR] ZONEGATE

Signs zones with dnssec-signzone and `zonegate sign` (three algorithms and two
together, NSEC, NSEC3 and opt-out), makes N seeded copies with a single change
each (mutations.py, mutations_zone.py) and asks `zonegate verify`,
dnssec-verify, kzonecheck and ldns-verify-zone about every copy. It is a
failure when

  - dnssec-verify or kzonecheck rejects a zone and zonegate does not,
  - zonegate rejects what none of the two rejects, and ALONE has no section of
    an RFC for that change and rule,
  - a change that is a fault is rejected by nobody, or one that is none is
    rejected by zonegate.

ldns-verify-zone is asked for information: it never looks at type bitmaps.
Prints change by change who rejects. Keys are new in every run; --keep keeps
the zones that failed.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mutations  # noqa: E402
import mutations_zone  # noqa: E402,F401
import signed  # noqa: E402
import signing  # noqa: E402

APEX = b"\7example\0"

ZONE = """$TTL 3600
@ SOA ns1 admin 7 7200 900 1209600 600
@ NS ns1
@ NS ns.other.net.
@ MX 10 mail
@ TYPE65280 \\# 2 abcd
ns1 A 192.0.2.1
ns1 AAAA 2001:db8::1
mail A 192.0.2.2
mail MX 0 mail
www 60 A 192.0.2.3
www 60 A 192.0.2.4
www 60 TXT "one" "two"
www 60 CAA 0 issue "ca.example"
*.wild TXT "any"
*.wild MX 0 .
d.e.ent A 192.0.2.5
f.ent A 192.0.2.6
alias CNAME www
dn DNAME other.net.
sub NS ns.sub
sub NS ns1
ns.sub A 192.0.2.7
ns.sub AAAA 2001:db8::7
x.only NS ns.other.net.
y.z.only NS ns.other.net.
safe NS ns.safe
safe DS 4711 13 2 (
0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef )
ns.safe AAAA 2001:db8::2
"""

ALGORITHMS = {"8": ["RSASHA256"], "13": ["ECDSAP256SHA256"],
              "15": ["ED25519"], "8+13": ["RSASHA256", "ECDSAP256SHA256"]}

# dnssec-signzone's arguments and zonegate's --denial.
CHAINS = {"nsec": ([], "nsec"), "nsec3": (["-3", "-"], "nsec3"),
          "nsec3 with salt": (["-3", "c0ffee", "-H", "5"], None),
          "opt-out": (["-3", "-", "-A"], "nsec3-optout")}

# What zonegate rejects and neither dnssec-verify nor kzonecheck does: rule by
# rule and change by change, where the RFCs say so.
ALONE = {
    # The chain with a salt and 5 iterations, as it was signed. The other zones
    # of that chain are judged by what is said beyond it.
    ("fine: unchanged", "dnssec-nsec3-iterations"):
        "RFC 9276 3.1: iterations MUST be 0",
    ("RRSIG TTL", "dnssec-ttl"):
        "RFC 4034 3: an RRSIG has the TTL of the RRset it covers",
    ("RRSIG for a type that is not there", "dnssec-extra-rrsig"):
        "RFC 4034 3: an RRSIG is the signature of an RRset at its name",
    ("RRSIG of an unknown key beside a good one", "dnssec-bogus"):
        "RFC 4035 2.2: made by a key of the zone's DNSKEY RRset",
    ("RRSIG of the DNSKEYs damaged beside a good one", "dnssec-bogus"):
        "RFC 4034 3.1.8, RFC 4035 5.3.3: resolvers may test every RRSIG",
    ("signed: RRSIG labels more", "dnssec-bogus"):
        "RFC 4034 3.1.3: the label of a wildcard does not count",
    ("signed: DNSKEY of an algorithm that signs nothing",
     "dnssec-algorithm-incomplete"):
        "RFC 4035 2.2, RFC 6840 5.11: every algorithm signs every RRset",
    ("signed: TTL of the denial", "dnssec-ttl"):
        "RFC 9077 3: the lesser of the SOA's TTL and its minimum",
    ("signed: NSEC of a name that is not there", "dnssec-denial-chain"):
        "RFC 4035 2.3: no NSEC as the only record of a name",
}


def run(*args, **kw):
    return subprocess.run(args, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **kw)


def must(*args, **kw):
    done = run(*args, **kw)
    if done.returncode != 0:
        sys.exit("%s: %s" % (" ".join(args), done.stdout.decode()))
    return done.stdout.decode()


# ---- zones to damage -------------------------------------------------------

def make_keys(directory, names):
    """Base names of a ZSK and a KSK of each algorithm."""
    out = []
    for name in names:
        for more in ([], ["-f", "KSK"]):
            size = ["-b", "2048"] if name.startswith("RSA") else []
            out.append(must("dnssec-keygen", "-q", "-K", directory, "-a",
                            name, *size, *more, "example.").strip())
    return out


def bases(directory, zonegate):
    """{name: SignedZone}, each accepted by everybody."""
    out = {}
    for algorithm, names in ALGORITHMS.items():
        home = os.path.join(directory, "keys-" + algorithm)
        os.mkdir(home)
        with open(os.path.join(home, "zone"), "w") as f:
            f.write("$ORIGIN example.\n" + ZONE)
        files = make_keys(home, names)
        keys = [signing.Key(os.path.join(home, k)) for k in files]
        for chain, (args, ours) in CHAINS.items():
            must("dnssec-signzone", "-q", "-P", "-S", "-K", ".", "-o",
                 "example.", "-f", "bind", *args, "zone", cwd=home)
            out["%s, %s, dnssec-signzone" % (algorithm, chain)] = \
                signed.load(home, "bind", APEX, keys)
            if ours is None:
                continue
            must(zonegate, "sign", "zone", "--zone", "example.", "-o", "ours",
                 "--denial", ours, *[x for k in files for x in ("-k", k)],
                 cwd=home)
            out["%s, %s, zonegate" % (algorithm, chain)] = signed.load(
                home, "ours", APEX, keys)
    return out


# ---- who rejects -----------------------------------------------------------

def zonegate_says(program, directory, files, at):
    """{file: rules of errors}."""
    out = {f: set() for f in files}
    for i in range(0, len(files), 100):
        done = subprocess.run(
            [program, "verify", *files[i:i + 100], "--zone", "example.",
             "--at", str(at), "--format", "json", "-j", "1"],
            cwd=directory, stdout=subprocess.PIPE)
        if done.returncode not in (0, 1):
            sys.exit("zonegate verify: status %d: %s" % (
                done.returncode, done.stdout.decode()[-2000:]))
        report = json.loads(done.stdout)
        for f in report["findings"]:
            if f["severity"] == "error" and not f["waived"]:
                out[f["file"]].add(f["rule"])
        if len(report["zones"]) != len(files[i:i + 100]):
            sys.exit("zonegate verify: zones are missing in the report")
    return out


def bind_says(directory, file, at):
    return run("dnssec-verify", "-q", "-x", "-o", "example.", file,
               cwd=directory)


def knot_says(directory, file, at):
    return run("kzonecheck", "-d", "on", "-o", "example.", "-t", str(at),
               file, cwd=directory)


def ldns_says(directory, file, at):
    return run("ldns-verify-zone", "-t", time.strftime(
        "%Y%m%d%H%M%S", time.gmtime(at)), file, cwd=directory)


PEERS = {"bind": bind_says, "knot": knot_says, "ldns": ldns_says}


# ---- judging ---------------------------------------------------------------

class Case:
    def __init__(self, number, base, change):
        self.file = "m%d.zone" % number
        self.base, self.change = base, change
        self.fine = change.startswith("fine: ")

    def alone(self):
        return bool(self.rules) and not (
            self.peers["bind"] or self.peers["knot"])

    def failure(self):
        """What is wrong, or None."""
        others = [p for p in ("bind", "knot") if self.peers[p]]
        if others and not self.rules:
            return "zonegate accepts what %s rejects" % " and ".join(others)
        if not self.rules:
            return None if self.fine else "nobody rejects it"
        if others:
            return None
        if all((self.change, rule) in ALONE for rule in self.rules):
            return None
        return "zonegate rejects what is no fault" if self.fine else \
            "zonegate alone rejects it, no RFC section is given"


def make_cases(directory, zones, count, seed):
    """Every change in turn, each time on another zone."""
    out, names = [], sorted(zones)
    r = random.Random(seed)
    while True:
        for change, function in mutations.TABLE.items():
            for _ in range(50):
                base = r.choice(names)
                zone = zones[base].copy()
                if function(zone, r) is not False:
                    break
            else:
                sys.exit("%s: applies to no zone" % change)
            case = Case(len(out), base, change)
            zone.write(os.path.join(directory, case.file))
            out.append(case)
            if len(out) == count:
                return out


def ask(directory, cases, program, at, tolerated):
    """Fill in what everybody says; rules TOLERATED of a base do not count."""
    rules = zonegate_says(program, directory, [c.file for c in cases], at)
    for c in cases:
        c.rules = rules[c.file]
        c.rules -= tolerated.get(c.base, set())
        c.peers, c.said = {}, {}
        for name, says in PEERS.items():
            done = says(directory, c.file, at)
            c.peers[name] = done.returncode != 0
            c.said[name] = done.stdout.decode("latin-1").split("\n")


def print_table(cases):
    print("%-58s %5s %8s %5s %5s %5s %5s" % (
        "change", "zones", "zonegate", "bind", "knot", "ldns", "alone"))
    rows = defaultdict(list)
    for c in cases:
        rows[c.change].append(c)
    for change in mutations.TABLE:
        some = rows.get(change, [])
        n = Counter()
        for c in some:
            n["zonegate"] += bool(c.rules)
            n["alone"] += c.alone()
            for p in PEERS:
                n[p] += c.peers[p]
        print("%-58s %5d %8d %5d %5d %5d %5d" % (
            change, len(some), n["zonegate"], n["bind"], n["knot"],
            n["ldns"], n["alone"]))
    print("%-58s %5d %8d %5d %5d %5d" % (
        "all", len(cases), sum(bool(c.rules) for c in cases),
        *(sum(c.peers[p] for c in cases) for p in PEERS)))


def print_alone(cases):
    """The explained ones: change, rules, section."""
    seen = Counter()
    for c in cases:
        if c.alone():
            for rule in sorted(c.rules):
                seen[c.change, rule] += 1
    if seen:
        print("\nRejected by zonegate alone, and why:")
    for (change, rule), n in sorted(seen.items()):
        print("%4d  %s: %s\n      %s" % (
            n, change, rule, ALONE.get((change, rule), "-")))


def print_failures(directory, cases, keep):
    bad = [c for c in cases if c.failure()]
    for c in bad[:50]:
        print("\n%s: %s (zone signed with %s)" % (
            c.failure(), c.change, c.base))
        print("  zonegate: %s" % (", ".join(sorted(c.rules)) or "accepts"))
        for p in PEERS:
            print("  %s %s: %s" % (p, "rejects" if c.peers[p] else "accepts",
                                   " | ".join(c.said[p])[:300]))
        if keep:
            shutil.copy(os.path.join(directory, c.file), keep)
            print("  kept: " + os.path.join(keep, c.file))
    return len(bad)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--count", type=int, default=2400)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--keep")
    p.add_argument("program")
    args = p.parse_args()
    program = os.path.abspath(args.program)
    started, at = time.time(), int(time.time())
    if args.keep:
        os.makedirs(args.keep, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="zonegate-mutate-") as d:
        zones = bases(d, program)
        sound = [Case(-1 - i, b, "fine: unchanged")
                 for i, b in enumerate(sorted(zones))]
        for c in sound:
            zones[c.base].write(os.path.join(d, c.file))
        ask(d, sound, program, at, {})
        wrong = print_failures(d, sound, args.keep)
        cases = make_cases(d, zones, args.count, args.seed)
        ask(d, cases, program, at, {c.base: c.rules for c in sound})
        print_table(cases)
        print_alone(cases)
        wrong += print_failures(d, cases, args.keep)
    print("\n%d damaged zones of %d signed ones, seed %d, %.0f s: %d failures"
          % (len(cases), len(zones), args.seed, time.time() - started, wrong))
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
