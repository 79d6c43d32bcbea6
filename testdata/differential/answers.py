#!/usr/bin/env python3
"""Differential test of the lookup over a set of zones.

    answers.py [--sets N] [--seed N] [--keep DIR] PROGRAM

Writes N seeded random sets of zones (cuts with and without a child zone, glue,
wildcards, empty non-terminals, DNAMEs, alias chains and loops over several
zones), each set under a top-level label of its own. NSD and Knot load all of
them on loopback. Every existing name is asked for every type, and a sample of
names below and beside them that do not exist. PROGRAM (the binary of
core/resolve/resolve_test.c) answers the same questions with --answers.

Compared are outcome, every RRset of the chain with owner, TTL and records, and
for negative answers the zone that denied and its TTL. A server that stops at an
alias (Knot follows only inside one zone) is asked again for the alias's target,
as a resolver would. Exit status 0 without a disagreement.

Where a server's answer is not what a resolver makes of it:
- DS at the apex of a zone whose parent is not served: the server can only deny
  it (RFC 4035 section 3.1.4.1), a resolver asks the parent, which is elsewhere.
  Ours is leaves-repo.

Two things that a server does to zones which do not fit together, where RFC 1034
section 4.3.2 (go back to step 1 with the alias's target; then look in the one
zone nearest to the name) decides. Every second set is untidy in these ways:
- NSD keeps the names of all zones in one tree: a name that one zone holds below
  the apex of another exists for both and stops the other's wildcards, and the
  apex of a zone exists in the zone above without being delegated. NSD is asked
  for the tidy sets only.
- Knot follows an alias inside the zone it began in, also to a name that has a
  nearer zone, if that is not delegated. In untidy sets only the first step of an
  answer is taken from it, and the target asked for anew, as resolvers do.
"""
import argparse
import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from servers import (Reply, free_port, knot_server,  # noqa: E402
                     nsd_server, query, read_name, stop, wait_for, wire)

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16,
         "AAAA": 28, "DNAME": 39, "DS": 43}
NUMBERS = {v: k for k, v in TYPES.items()}
MAX_ALIASES = 16
APEXES = ["example", "s.example", "b.s.example", "a.example", "net", "c.net"]
LABELS = ["a", "b", "c", "d", "s", "*"]
LONG = "l" * 60


# ---- zones ------------------------------------------------------------------

def parent(name):
    return name.split(".", 1)[1]


def under(name, ancestor):
    return name == ancestor or name.endswith("." + ancestor)


class Zone:
    def __init__(self, apex, beside, tidy):
        self.apex, self.beside, self.tidy = apex, beside, tidy
        self.rrs = {}  # (owner, type) -> set of RDATA texts
        self.ttl = {}

    def types(self, owner):
        return {t for (o, t) in self.rrs if o == owner}

    def add(self, owner, rtype, rdata, ttl):
        """Add what all servers load; False when they would refuse it."""
        have = self.types(owner)
        if self.tidy and self.foreign(owner, rtype):
            return False
        single = rtype in ("CNAME", "DNAME")
        if single and rtype in have:
            return False
        if rtype == "CNAME" and (have or owner == self.apex) or \
                "CNAME" in have and rtype != "CNAME":
            return False
        if owner != self.apex and \
                (rtype == "NS" and "DNAME" in have or
                 rtype == "DNAME" and "NS" in have):
            return False
        # A wildcard with NS or DNAME: RFC 4592 sections 4.2 and 4.4 leave
        # open what it means, and the servers differ.
        if owner.startswith("*.") and rtype in ("NS", "DNAME"):
            return False
        # NSD looks for names below a DNAME over all zones it serves.
        owners = {(o, t) for z in self.beside for (o, t) in z.rrs}
        if rtype == "DNAME" and any(
                o != owner and under(o, owner) for (o, _) in owners):
            return False
        if any(t == "DNAME" and o != owner and under(owner, o)
               for (o, t) in owners):
            return False
        self.rrs.setdefault((owner, rtype), set()).add(rdata)
        self.ttl.setdefault((owner, rtype), ttl)
        return True

    def foreign(self, owner, rtype):
        """Does it stand where a deeper zone answers, and is no delegation?"""
        return any(z.apex != self.apex and under(z.apex, self.apex) and
                   under(owner, z.apex) and
                   not (owner == z.apex and rtype in ("NS", "DS"))
                   for z in self.beside)

    def text(self):
        out = []
        for (owner, rtype), rdatas in sorted(
                self.rrs.items(), key=lambda x: x[0][1] != "SOA"):
            for rdata in sorted(rdatas):
                out.append("%s %d IN %s %s\n" % (
                    owner, self.ttl[owner, rtype], rtype, rdata))
        return "".join(out)


class Set:
    """One set of zones below the top-level label "s<number>."."""

    def __init__(self, seed, number):
        self.r = random.Random(seed * 1000003 + number)
        self.top = "s%d." % number
        self.tidy = number % 2 == 0
        self.zones = []
        for apex in APEXES:
            if self.r.random() < 0.65:
                self.start(apex + "." + self.top)
        if self.tidy:
            self.delegate()
        for z in self.zones:
            self.fill(z)

    def delegate(self):
        for z in self.zones:
            above = [p for p in self.zones
                     if p is not z and under(z.apex, p.apex)]
            if above:
                p = max(above, key=lambda p: len(p.apex))
                p.add(z.apex, "NS", self.target(), 60)

    def name(self, apex):
        n = self.r.choice([1, 1, 1, 1, 2, 2, 2, 3])
        return "".join(self.r.choice(LABELS) + "." for _ in range(n)) + apex

    def target(self):
        r = self.r.random()
        if r < 0.04:
            return "x.elsewhere.invalid."
        if r < 0.1:
            return "zz." + self.name(self.r.choice(APEXES) + "." + self.top)
        if r < 0.12:
            return self.r.choice(APEXES) + "." + self.top
        return self.name(self.r.choice(APEXES) + "." + self.top)

    def rdata(self, rtype):
        n = self.r.randrange(1, 4)
        if rtype == "A":
            return "192.0.2.%d" % n
        if rtype == "AAAA":
            return "2001:db8::%d" % n
        if rtype == "TXT":
            return "t%d" % n
        if rtype == "DS":
            return "%d 13 2 %s" % (n, "ab" * 32)
        if rtype == "MX":
            return "%d %s" % (n, self.target())
        if rtype == "DNAME" and self.r.random() < 0.15:
            return "%s.%s.%s.%s" % (LONG, LONG, LONG, self.top)
        return self.target()

    def start(self, apex):
        z, r = Zone(apex, self.zones, self.tidy), self.r
        z.add(apex, "SOA", "ns.%s h.%s 1 7200 900 1209600 %d" % (
            apex, apex, r.choice([60, 300])), r.choice([30, 100, 3600]))
        z.add(apex, "NS", self.target(), 400)
        self.zones.append(z)

    def fill(self, z):
        r, apex = self.r, z.apex
        for _ in range(r.randrange(0, 14)):
            owner = apex if r.random() < 0.06 else self.name(apex)
            rtype = r.choice(["A", "A", "A", "AAAA", "TXT", "TXT", "CNAME",
                              "CNAME", "CNAME", "NS", "NS", "DNAME", "MX"])
            z.add(owner, rtype, self.rdata(rtype), r.choice([20, 60, 500]))
            if rtype == "NS" and owner != apex and r.random() < 0.4:
                z.add(owner, "DS", self.rdata("DS"), 70)
            if rtype in ("A", "TXT") and r.random() < 0.3:
                z.add(owner, rtype, self.rdata(rtype), 0)

    def questions(self):
        """Existing names for all types, and some that do not exist."""
        out, beside, r = set(), set(), self.r
        for z in self.zones:
            for owner, _ in z.rrs:
                name = owner
                while under(name, z.apex):
                    out.update((name, t) for t in TYPES)
                    beside.add("zz." + name)
                    beside.add("*." + name)
                    beside.add("y.zz." + name)
                    name = parent(name)
                if ("DNAME" in z.types(owner)):
                    beside.add("a." + owner)
                    beside.add("%s.%s" % (LONG[:r.randrange(40, 61)], owner))
        beside.add("nothing." + self.top)
        for name in sorted(beside):
            if len(name) < 250:
                out.update((name, t) for t in
                           ["A"] + r.sample(sorted(TYPES), 2))
        return out


# ---- a client ---------------------------------------------------------------

def wire_under(name, ancestor):
    return len(name) > len(ancestor) and name.endswith(ancestor) and any(
        name[i:] == ancestor for i in label_starts(name))


def label_starts(name):
    at = 0
    while name[at]:
        yield at
        at += 1 + name[at]
    yield at


class Client:
    """Many questions in flight over UDP; truncated answers again by TCP."""

    WINDOW = 200

    def __init__(self, port):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.connect(("127.0.0.1", port))
        self.sock.settimeout(2)
        self.port, self.cache = port, {}

    def tcp(self, question):
        with socket.create_connection(("127.0.0.1", self.port), 5) as s:
            msg = query(1, *question)
            s.sendall(struct.pack(">H", len(msg)) + msg)
            f = s.makefile("rb")
            n, = struct.unpack(">H", f.read(2))
            return f.read(n)

    def ask(self, questions):
        todo = [q for q in questions if q not in self.cache]
        for _ in range(10):
            for i in range(0, len(todo), self.WINDOW):
                self.window(todo[i:i + self.WINDOW])
            todo = [q for q in todo if q not in self.cache]
            if not todo:
                return
        raise RuntimeError("no answer to %r" % (todo[0],))

    def window(self, part):
        for i, q in enumerate(part):
            self.sock.send(query(i, *q))
        left = len(part)
        while left > 0:
            try:
                msg = self.sock.recv(65535)
            except socket.timeout:
                return
            number, = struct.unpack_from(">H", msg)
            if number >= len(part) or part[number] in self.cache or \
                    read_name(msg, 12)[0] != part[number][0]:
                continue
            if msg[2] & 2:
                msg = self.tcp(part[number])
            self.cache[part[number]] = Reply(msg)
            left -= 1


class Chain:
    """A resolver's way from one question, each step from one server."""

    def __init__(self, name, rtype, whole):
        self.name, self.rtype = name, rtype
        self.whole = whole  # take all of an answer section, not one step
        self.steps, self.seen = [], set()
        self.outcome = self.zone = None
        self.ttl = 0xffffffff
        self.odd = None  # something no resolver would expect

    def add(self, owner, rtype, rrset):
        self.steps.append((owner, rtype, rrset[0], frozenset(rrset[1])))
        self.ttl = min(self.ttl, rrset[0])

    def alias(self, rrset, target):
        self.seen.add(self.name)
        self.name = target
        if len(self.seen) > MAX_ALIASES or target in self.seen:
            self.outcome = "loop"

    def follow(self, reply, asked):
        """Walk along the answer section; False when it holds no more."""
        for owner in [self.name[i:] for i in label_starts(self.name)][1:]:
            d = reply.answer.get((owner, 39))
            if d is None:
                continue
            synth = reply.answer.get((self.name, 5))
            if synth is None and self.name != asked:
                return False  # it stops here: ask again
            self.add(owner, 39, d)
            if synth is None:
                self.outcome = "loop"
                if reply.rcode != 6:
                    self.odd = "DNAME without CNAME, rcode %d" % reply.rcode
                return False
            self.add(self.name, 5, synth)
            self.alias(synth, next(iter(synth[1])))
            return True
        rrset = reply.answer.get((self.name, self.rtype))
        if rrset is not None:
            self.add(self.name, self.rtype, rrset)
            self.outcome = "answer"
            return False
        rrset = reply.answer.get((self.name, 5))
        if rrset is None:
            return False
        self.add(self.name, 5, rrset)
        self.alias(rrset, next(iter(rrset[1])))
        return True

    def step(self, reply):
        """Use one reply; a question to go on with, or None at the end."""
        asked, before = self.name, len(self.steps)
        while self.outcome is None and self.follow(reply, asked):
            if not self.whole:
                return None if self.outcome else (self.name, self.rtype)
        used = {(s[0], s[1]) for s in self.steps[before:]}
        if self.outcome != "loop" and used != set(reply.answer):
            self.odd = "answer section holds more than the chain"
        if self.outcome is None and self.name == asked:
            self.finish(reply)
        return None if self.outcome else (self.name, self.rtype)

    def finish(self, reply):
        soa = [(o, r) for (o, t), r in reply.authority.items() if t == 6]
        ns = [(o, r) for (o, t), r in reply.authority.items() if t == 2]
        if reply.rcode == 5:
            self.outcome = "leaves-repo"
        elif reply.rcode in (0, 3) and soa:
            self.outcome = "nxdomain" if reply.rcode == 3 else "nodata"
            self.zone = soa[0][0]
            self.ttl = min(self.ttl, soa[0][1][0])
        elif reply.rcode == 0 and ns and not reply.aa:
            self.outcome = "referral"
            self.add(ns[0][0], 2, ns[0][1])
        else:
            self.outcome = "rcode %d" % reply.rcode

    def result(self):
        ttl = 0 if self.ttl == 0xffffffff else self.ttl
        return self.outcome, ttl, self.zone, tuple(self.steps)


def ask_server(port, questions, whole):
    client = Client(port)
    chains = {q: Chain(*q, whole(q)) for q in questions}
    todo = {q: q for q in questions}
    while todo:
        client.ask(set(todo.values()))
        todo = {q: more for q, more in
                ((q, chains[q].step(client.cache[asked]))
                 for q, asked in todo.items()) if more}
    return chains


# ---- the servers ------------------------------------------------------------

def start_nsd(directory, zones):
    port, home = free_port(), os.path.join(directory, ".nsd")
    os.mkdir(home)
    with open(os.path.join(home, "nsd.conf"), "w") as f:
        f.write(nsd_server(home, "127.0.0.1", port, directory,
                           "  rrl-ratelimit: 0\n"))
        for file, apex, _ in zones:
            f.write(f'zone:\n  name: "{apex}"\n  zonefile: "{file}"\n')
    return port, ["nsd", "-d", "-c", os.path.join(home, "nsd.conf")]


def start_knot(directory, zones):
    port, home = free_port(), os.path.join(directory, ".knot")
    os.mkdir(home)
    with open(os.path.join(home, "knot.conf"), "w") as f:
        f.write(knot_server(home, "127.0.0.1", port, directory))
        for file, apex, _ in zones:
            f.write(f'  - domain: "{apex}"\n    file: "{file}"\n')
    return port, ["knotd", "-c", os.path.join(home, "knot.conf")]


def all_loaded(port, zones):
    client = Client(port)
    questions = {apex: (wire(apex), 6) for _, apex, _ in zones}
    for _ in range(200):
        client.cache.clear()
        client.ask(set(questions.values()))
        missing = [a for a, q in questions.items()
                   if q not in client.cache[q].answer]
        if not missing:
            return
        time.sleep(0.1)
    raise RuntimeError("not loaded: %s" % " ".join(missing[:5]))


def with_server(start, directory, zones, questions, whole):
    port, args = start(directory, zones)
    with open(os.path.join(directory, "." + args[0] + ".log"), "wb") as log:
        process = subprocess.Popen(args, stdout=log, stderr=log)
    try:
        wait_for(port, process)
        all_loaded(port, zones)
        return ask_server(port, questions, whole)
    finally:
        stop(process)


# ---- the program under test -------------------------------------------------

def ours(program, directory, questions):
    """{question: (outcome, ttl, zone, steps)} in the form of Chain.result()."""
    path = os.path.join(directory, ".questions")
    with open(path, "w") as f:
        for name, rtype in questions:
            f.write("%s %d\n" % (name.hex(), rtype))
    run = subprocess.run([program, "--answers", directory, path],
                         stdout=subprocess.PIPE)
    if run.returncode != 0:
        raise RuntimeError("%s ended with %d" % (program, run.returncode))
    lines, out = run.stdout.decode().splitlines(), {}
    if len(lines) != len(questions):
        raise RuntimeError("%d lines for %d questions" % (
            len(lines), len(questions)))
    for q, line in zip(questions, lines):
        head, *rrsets = line.split("|")
        outcome, ttl, zone = head.split(" ")
        steps = []
        for rrset in rrsets:
            owner, rtype, rttl, *rdatas = rrset.split(" ")
            steps.append((bytes.fromhex(owner), int(rtype), int(rttl),
                          frozenset(map(bytes.fromhex, rdatas))))
        out[q] = (outcome, int(ttl),
                  bytes.fromhex(zone) if zone != "-" else None, tuple(steps))
    return out


# ---- comparing --------------------------------------------------------------

def name_text(name):
    out, at = "", 0
    while name[at]:
        out += name[at + 1:at + 1 + name[at]].decode("latin-1") + "."
        at += 1 + name[at]
    return out or "."


def top_of(name):
    return name_text(name).rstrip(".").split(".")[-1] + "."


def result_text(result):
    outcome, ttl, zone, steps = result
    out = "%s, TTL %d%s" % (
        outcome, ttl, ", by " + name_text(zone) if zone else "")
    for owner, rtype, rttl, rdatas in steps:
        out += "\n      %s %d %s %s" % (
            name_text(owner), rttl, NUMBERS.get(rtype, rtype),
            ", ".join(name_text(r) if rtype in (2, 5, 39) else r.hex()
                      for r in sorted(rdatas)))
    return out


def apex_ds_of_parent(question, apexes):
    """DS at an apex with no zone above it here: see the head of this file."""
    name, rtype = question
    return rtype == 43 and name in apexes and not any(
        wire_under(name, apex) for apex in apexes)


def agree(question, result, chain, apexes):
    if chain.odd:
        return False
    if result == chain.result():
        return True
    last = (chain.name, chain.rtype)
    return result[0] == "leaves-repo" and chain.outcome == "nodata" and \
        chain.zone == chain.name and apex_ds_of_parent(last, apexes) and \
        result[3] == tuple(chain.steps)


def compare(server, questions, mine, chains, apexes, sets):
    wrong = 0
    for q in questions:
        if agree(q, mine[q], chains[q], apexes):
            continue
        wrong += 1
        if wrong > 3:
            continue
        print("%s disagrees about %s %s%s" % (
            server, name_text(q[0]), NUMBERS[q[1]],
            ": " + chains[q].odd if chains[q].odd else ""))
        print("    ours   " + result_text(mine[q]))
        print("    server " + result_text(chains[q].result()))
        for z in sets[top_of(q[0])].zones:
            print("".join("        " + x + "\n"
                          for x in z.text().splitlines()))
    return wrong


def run(options, directory):
    sets = {}
    for n in range(options.sets):
        s = Set(options.seed, n)
        sets[s.top] = s
    zones, questions, apexes = [], set(), set()
    for s in sets.values():
        for z in s.zones:
            file = z.apex.rstrip(".") + ".zone"
            with open(os.path.join(directory, file), "w") as f:
                f.write(z.text())
            zones.append((file, z.apex, s.tidy))
            apexes.add(wire(z.apex))
        questions.update((wire(n), TYPES[t]) for n, t in s.questions())
    with open(os.path.join(directory, ".zones"), "w") as f:
        f.writelines("%s %s\n" % (file, wire(apex).hex())
                     for file, apex, _ in zones)
    questions = sorted(questions)
    mine = ours(options.program, directory, questions)
    outcomes = {}
    for result in mine.values():
        outcomes[result[0]] = outcomes.get(result[0], 0) + 1
    print("%d sets, %d zones, %d questions: %s" % (
        len(sets), len(zones), len(questions), ", ".join(
            "%d %s" % (n, o) for o, n in sorted(outcomes.items()))))
    wrong = 0
    for server, start in (("NSD", start_nsd), ("Knot", start_knot)):
        served = [z for z in zones if server != "NSD" or z[2]]
        asked = [q for q in questions
                 if server != "NSD" or sets[top_of(q[0])].tidy]
        chains = with_server(start, directory, served, asked,
                             lambda q: sets[top_of(q[0])].tidy)
        n = compare(server, asked, mine, chains, apexes, sets)
        print("%s: %d questions, %d disagreements" % (server, len(asked), n))
        wrong += n
    # The generator must not have gone blind.
    if len(outcomes) < 6:
        print("not every outcome was met")
        return 1
    return 1 if wrong else 0


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--sets", type=int, default=300)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--keep")
    p.add_argument("program")
    options = p.parse_args()
    directory = options.keep or tempfile.mkdtemp(prefix="answers.")
    os.makedirs(directory, exist_ok=True)
    try:
        return run(options, directory)
    finally:
        if not options.keep:
            shutil.rmtree(directory)


if __name__ == "__main__":
    sys.exit(main())
