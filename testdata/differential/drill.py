#!/usr/bin/env python3
"""Failover drill against real servers.

    drill.py [--rounds N] [--seed N] [--keep DIR] [ZONEGATE]

Signs zones with ZONEGATE, serves them with NSD and Knot on loopback, one
process a name server, and asks Unbound, which validates from one trust anchor.
Then each name server is stopped alone, and each provider (all name servers
under one suffix) as a whole; a fresh Unbound with an empty cache is asked for
every protected name, each time. What it says must be what the row of "zonegate
drill" predicts:

    resolves yes, validates yes       an answer with the AD bit
    resolves yes, validates unsigned  an answer without it
    resolves yes, validates no        SERVFAIL, but an answer with CD set
    resolves no                       SERVFAIL

The first round is laid out by hand; the further ones give every zone name
servers at random, cycles and missing addresses included.

A row that a name does not have is about a server that the name does not need:
then the prediction is that of today.

Unbound finds the servers through stub zones, because they listen on high ports:
by address where a resolver has glue or where the server's name is outside of
the repository, else by name, so that it must look the name up first. It begins
at the closest zone, so the zones above are needed for their DS records only. It
asks over TCP: a stopped server then refuses at once, where Unbound would wait
out every UDP time-out.
Exit status 0 without a difference.
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
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import servers as common  # noqa: E402
from servers import (Reply, free_port, knot_server,  # noqa: E402
                     nsd_server, wait_for, wire)

SERVERS = {  # name: (program, loopback address)
    "a1.dns-a.test.": ("nsd", "127.0.0.11"),
    "a2.dns-a.test.": ("knotd", "127.0.0.12"),
    "b1.dns-b.test.": ("knotd", "127.0.0.13"),
    "ns1.glue.example.": ("nsd", "127.0.0.14"),
    "ns2.glue.example.": ("knotd", "127.0.0.15"),
    "x.oneb.example.": ("nsd", "127.0.0.16"),
}
A1, A2, B1, NS1, NS2, X = SERVERS

# zone: (name servers, signed, DS in the zone above: good, wrong or none)
ZONES = {
    "example.": ([A1, B1], True, None),
    "two.example.": ([A1, A2, B1], True, "good"),
    "onea.example.": ([A1, A2], True, "good"),
    "oneb.example.": ([B1], True, "good"),
    "deep.oneb.example.": ([A1, A2, B1], True, "good"),
    "glue.example.": ([NS1, NS2], True, "good"),
    "far.example.": ([X], True, "good"),
    "mixed.example.": ([X, A2], True, "good"),
    "plain.example.": ([A1, B1], False, None),
    "island.example.": ([A2, B1], True, None),
    "bogus.example.": ([A1, B1], True, "wrong"),
    "lost.example.": ([A1, B1], False, "wrong"),
}
ALIASES = {"alias.two.example.": "www.oneb.example.",
           "alias.onea.example.": "www.plain.example.",
           "alias.glue.example.": "www.bogus.example.",
           "alias.plain.example.": "www.two.example."}
PROTECTED = ["www." + z for z in ZONES] + sorted(ALIASES)


# ---- zones ------------------------------------------------------------------

def shuffle(seed):
    """Other name servers for every zone."""
    r = random.Random(seed)
    for z, (_, is_signed, link) in ZONES.items():
        servers = r.sample(sorted(SERVERS), r.choice([1, 1, 2, 2, 3]))
        ZONES[z] = (servers, is_signed, link)


def parent(zone):
    above = [z for z in ZONES if z != zone and zone.endswith("." + z)]
    return max(above, key=len) if above else None


def under(name, zone):
    return name == zone or name.endswith("." + zone)


def closest(name):
    return max((z for z in ZONES if under(name, z)), key=len, default=None)


def keys(directory, zone):
    """Base names of a new KSK and ZSK."""
    out = []
    for flags in (["-f", "KSK"], []):
        run = subprocess.run(
            ["dnssec-keygen", "-q", "-a", "ECDSAP256SHA256", "-K", directory,
             *flags, zone], stdout=subprocess.PIPE, check=True)
        out.append(os.path.join(directory, run.stdout.decode().strip()))
    return out


def ds(key, good):
    run = subprocess.run(["dnssec-dsfromkey", "-2", key + ".key"],
                         stdout=subprocess.PIPE, check=True)
    text = run.stdout.decode().strip()
    return text if good else text[:-8] + "00112233"


def zone_text(zone, made):
    servers, _, _ = ZONES[zone]
    out = ["$TTL 300", "%s SOA h.test. h.test. 1 7200 900 1209600 300" % zone]
    out += ["%s NS %s" % (zone, s) for s in servers]
    out += ["www.%s A 192.0.2.1" % zone, "www.%s A 198.51.100.1" % zone]
    for name, target in ALIASES.items():
        if closest(name) == zone:
            out.append("%s CNAME %s" % (name, target))
    for name, (_, address) in SERVERS.items():
        if closest(name) == zone:
            out.append("%s A %s" % (name, address))
    for child in ZONES:
        if parent(child) != zone:
            continue
        for s in ZONES[child][0]:
            out.append("%s NS %s" % (child, s))
            if under(s, child):
                out.append("%s A %s" % (s, SERVERS[s][1]))
        if ZONES[child][2] is not None:
            out.append(ds(made[child][0], ZONES[child][2] == "good"))
    return "\n".join(out) + "\n"


def make_zones(zonegate, directory):
    """Write and sign the zones; the trust anchor's file."""
    private = os.path.join(directory, "keys")
    zones = os.path.join(directory, "repo", "zones")
    os.makedirs(private)
    os.makedirs(zones)
    made = {z: keys(private, z) for z in ZONES}
    for z in ZONES:
        path = os.path.join(zones, z + "zone")
        with open(path, "w") as f:
            f.write(zone_text(z, made))
        if not ZONES[z][1]:
            continue
        subprocess.run(
            [zonegate, "sign", path, "--zone", z, "-o", path + ".signed",
             "--key", made[z][0], "--key", made[z][1]],
            stdout=subprocess.DEVNULL, check=True)
        os.rename(path + ".signed", path)
    anchor = os.path.join(directory, "anchor")
    with open(anchor, "w") as f:
        f.write(ds(made["example."][0], True) + "\n")
    return zones, anchor


def policy_text():
    out = ["version: 1", "zones:"]
    for z, (_, is_signed, _) in ZONES.items():
        out.append("  - path: zones/%szone\n    zone: %s\n"
                   "    dnssec: {mode: %s}" % (
                       z, z, "presigned" if is_signed else "unsigned"))
    out.append("targets:\n  one: {addresses: [192.0.2.0/28]}\n"
               "  two: {addresses: [198.51.100.0/28]}")
    out.append("failover:")
    for name in PROTECTED:
        out.append("  - {name: %s, types: [A], targets: [one, two]}" % name)
    return "\n".join(out) + "\n"


def commit(directory):
    repo = os.path.join(directory, "repo")
    with open(os.path.join(repo, "zonegate.yaml"), "w") as f:
        f.write(policy_text())
    git = ["git", "-C", repo, "-c", "user.name=A U Thor",
           "-c", "user.email=author@example.com", "-c", "commit.gpgsign=no"]
    for args in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run(git + args, check=True)
    return repo


# ---- the prediction ---------------------------------------------------------

class Prediction:
    def __init__(self, zonegate, repo):
        run = subprocess.run(
            [zonegate, "drill", "--repo", repo, "--format", "json"],
            stdout=subprocess.PIPE)
        if run.returncode not in (0, 1):
            raise RuntimeError(run.stdout.decode())
        self.rows = {}
        for d in json.loads(run.stdout)["drill"]:
            for c in d["outages"]:
                self.rows[d["name"], c["kind"], c["what"]] = (
                    c["resolves"]["state"], c["validates"]["state"])

    def of(self, name, outage):
        return self.rows.get((name,) + outage, self.rows[name, "none", None])

    def outages(self):
        return sorted({(k, w) for _, k, w in self.rows
                       if k in ("none", "server", "provider")},
                      key=lambda o: (o[0], o[1] or ""))


def stopped(outage):
    kind, what = outage
    if kind == "server":
        return {what}
    if kind == "provider":
        return {s for s in SERVERS if s.split(".", 1)[1] == what}
    return set()


# ---- the servers ------------------------------------------------------------

def nsd_conf(home, address, port, zones, served):
    return nsd_server(home, address, port, zones,
                      "  rrl-ratelimit: 0\n") + "".join(
        f'zone:\n  name: "{z}"\n  zonefile: "{z}zone"\n' for z in served)


def knot_conf(home, address, port, zones, served):
    return knot_server(home, address, port, zones) + "".join(
        f'  - domain: "{z}"\n    file: "{z}zone"\n' for z in served)


class Process:
    """A program that can be stopped and started again."""

    def __init__(self, args, home):
        self.args, self.home, self.process = args, home, None

    def start(self):
        with open(os.path.join(self.home, "log"), "ab") as log:
            self.process = subprocess.Popen(self.args, stdout=log, stderr=log)

    def stop(self):
        if self.process is None:
            return
        common.stop(self.process)
        self.process = None


class Server(Process):
    def __init__(self, directory, zones, name):
        program, self.address = SERVERS[name]
        self.port = free_port()
        self.served = [z for z in ZONES if name in ZONES[z][0]]
        home = os.path.join(directory, name + "d")
        os.mkdir(home)
        conf = os.path.join(home, "conf")
        with open(conf, "w") as f:
            f.write((nsd_conf if program == "nsd" else knot_conf)(
                home, self.address, self.port, zones, self.served))
        args = ["nsd", "-d", "-c", conf] if program == "nsd" else \
            ["knotd", "-c", conf]
        super().__init__(args, home)

    def wait(self):
        for z in self.served:
            for _ in range(200):
                if self.process.poll() is not None:
                    raise RuntimeError("ended: %s" % self.args)
                try:
                    reply = ask((self.address, self.port), z, 6, 0, 0.3)
                except OSError:
                    reply = None
                if reply is not None and (wire(z), 6) in reply.answer:
                    break
                time.sleep(0.05)
            else:
                raise RuntimeError("%s does not serve %s" % (self.args, z))


def unbound_conf(home, port, anchor, servers):
    out = f"""server:
  interface: 127.0.0.1@{port}
  port: {port}
  username: ""
  chroot: ""
  directory: "{home}"
  pidfile: "{home}/unbound.pid"
  use-syslog: no
  num-threads: 1
  do-ip6: no
  do-not-query-localhost: no
  module-config: "validator iterator"
  trust-anchor-file: "{anchor}"
  target-fetch-policy: "0 0 0 0 0"
  tcp-upstream: yes
  trust-anchor-signaling: no
  val-max-restart: 1
  infra-keep-probing: yes
remote-control:
  control-enable: no
"""
    for z, (names, _, _) in ZONES.items():
        out += f'stub-zone:\n  name: "{z}"\n  stub-no-cache: no\n'
        for n in names:
            s = servers[n]
            if closest(n) is None or under(n, z):
                out += f"  stub-addr: {s.address}@{s.port}\n"
            else:
                out += f"  stub-host: {n}@{s.port}\n"
    return out


# ---- asking -----------------------------------------------------------------

def ask(*args):
    """The reply; None when there is none in time."""
    data = common.ask(*args)
    return None if data is None else Reply(data)


def addresses(reply):
    return {r for (_, t), (_, rdatas) in reply.answer.items() if t == 1
            for r in rdatas}


def observed(port, name):
    """(resolves, validates) as Unbound sees it; the same words."""
    to = ("127.0.0.1", port)
    reply = ask(to, name, 1, 0, 20)
    if reply is not None and reply.rcode == 0 and addresses(reply):
        return "yes", "yes" if reply.ad else "unsigned"
    if reply is None or reply.rcode != 2:
        return "rcode %s" % (None if reply is None else reply.rcode), None
    reply = ask(to, name, 1, 0x10, 20)
    if reply is not None and reply.rcode == 0 and addresses(reply):
        return "yes", "no"
    return "no", None


def agrees(predicted, seen):
    if predicted[0] == "yes":
        return seen == predicted
    # Whether an answer could be had without validation is not predicted: see
    # the head of this file.
    return seen in (("no", None), ("yes", "no"))


def observe(directory, anchor, servers, number):
    home = os.path.join(directory, "unbound%d" % number)
    os.mkdir(home)
    port = free_port()
    conf = os.path.join(home, "conf")
    with open(conf, "w") as f:
        f.write(unbound_conf(home, port, anchor, servers))
    unbound = Process(["unbound", "-d", "-c", conf], home)
    unbound.start()
    try:
        wait_for(port, unbound.process)
        with ThreadPoolExecutor(len(PROTECTED)) as pool:
            return dict(zip(PROTECTED, pool.map(
                lambda n: observed(port, n), PROTECTED)))
    finally:
        unbound.stop()


def drill(prediction, directory, zones, anchor):
    servers, wrong, cells, reds = {}, 0, 0, 0
    try:
        for name in SERVERS:
            servers[name] = Server(directory, zones, name)
            servers[name].start()
        for number, outage in enumerate(prediction.outages()):
            down = stopped(outage)
            for name, s in servers.items():
                if name in down:
                    s.stop()
                elif s.process is None:
                    s.start()
            for name, s in servers.items():
                if name not in down:
                    s.wait()
            seen = observe(directory, anchor, servers, number)
            for name in PROTECTED:
                want = prediction.of(name, outage)
                cells += 1
                reds += "no" in want
                if not agrees(want, seen[name]):
                    wrong += 1
                    print("%s, %s %s out: predicted %s, Unbound: %s" % (
                        name, outage[0], outage[1], want, seen[name]))
    finally:
        for s in servers.values():
            s.stop()
    return wrong, cells, reds


def one_round(zonegate, directory, number):
    """(differences, cells, failures)"""
    os.makedirs(directory)
    zones, anchor = make_zones(zonegate, directory)
    prediction = Prediction(zonegate, commit(directory))
    started = time.time()
    wrong, cells, reds = drill(prediction, directory, zones, anchor)
    print("drill, round %d: %d cells of %d names and %d outages, %d of them "
          "failures, %d differences, %.0f s" % (
              number, cells, len(PROTECTED), len(prediction.outages()), reds,
              wrong, time.time() - started))
    return wrong, cells, reds


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--keep", metavar="DIR", help="work there and leave it")
    p.add_argument("zonegate", nargs="?", default=os.environ.get("ZONEGATE"),
                   help="the program (default: $ZONEGATE)")
    args = p.parse_args()
    if args.zonegate is None:
        p.error("which zonegate?")
    zonegate = os.path.abspath(args.zonegate)
    directory = os.path.abspath(args.keep) if args.keep else \
        tempfile.mkdtemp(prefix="zonegate-drill.")
    total = [0, 0, 0]
    try:
        for number in range(args.rounds):
            if number > 0:
                shuffle(args.seed * 1000003 + number)
            got = one_round(zonegate, os.path.join(
                directory, "round%d" % number), number)
            total = [a + b for a, b in zip(total, got)]
    finally:
        if not args.keep:
            shutil.rmtree(directory, ignore_errors=True)
    wrong, cells, reds = total
    # A matrix without failures, or of failures only, proves nothing.
    return 1 if wrong or not 0 < reds < cells else 0


if __name__ == "__main__":
    sys.exit(main())
