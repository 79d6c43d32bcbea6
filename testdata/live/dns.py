#!/usr/bin/env python3
"""zonegate probe against real servers: NSD, Knot, BIND and Unbound on loopback.

Each case names a server (and how it fails) and the pair of verdicts that every
row must get: is it available, is it authentic.

usage: ZONEGATE=PATH dns.py [CASE...]
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from dns_servers import HOST, Keys, Lab, flag, later, run, truncate
from targets_servers import Ca
import servers

ZONEGATE = os.environ.get("ZONEGATE", "build/zonegate")
TIMEOUT = 2000  # milliseconds of one question: machines that test are busy
SERIAL = 2026112401

RECORDS = """
@ NS ns1
@ NS ns2
ns1 A 192.0.2.53
ns2 A 192.0.2.54
api A 192.0.2.1
api A 192.0.2.2
alias CNAME api
*.wild A 192.0.2.3
x.deep A 192.0.2.4
old DNAME new
www.new A 192.0.2.5
out CNAME www.elsewhere.example.
@ TXT "a text that is here to make answers longer"
"""
# name, types, what each must answer is the zone's affair
PROTECTED = [("api", "A, AAAA"), ("alias", "A"), ("any.wild", "A"),
             ("deep", "A"), ("gone", "A"), ("www.old", "A"), ("out", "A")]
NAMES = ["example.test. SOA"] + [
    "%s.example.test. %s" % (n, t) for n, ts in PROTECTED
    for t in ts.split(", ")]


def zone(serial=SERIAL, records=RECORDS, origin="example.test."):
    return ("$TTL 3600\n$ORIGIN %s\n@ SOA ns1 hostmaster %d 7200 3600 "
            "1209600 300\n%s" % (origin, serial, records))


# ---- the repository and one probe -------------------------------------------

class Repo:
    def __init__(self, lab, keys, ds):
        self.lab, self.ds = lab, ds
        self.dir = lab.path("repo")
        os.makedirs(os.path.join(self.dir, "zones"))
        self.put("example.test", zone())
        self.put("plain.test", zone(origin="plain.test.", records="@ NS "
                 "ns1.example.test.\napi A 192.0.2.9\n"))
        self.put("deep.test", zone(origin="deep.test.", records="@ NS "
                 "ns1.example.test.\napi A 192.0.2.8\n"))
        self.git("init", "-q", "-b", "main")
        self.commit()

    def git(self, *args):
        return run("git", "-c", "user.name=a", "-c", "user.email=a@b.example",
                   *args, cwd=self.dir)

    def put(self, name, text):
        with open(os.path.join(self.dir, "zones", name + ".zone"), "w") as f:
            f.write(text)

    def commit(self):
        self.git("add", ".")
        self.git("commit", "-q", "--allow-empty", "-m", "zones")

    def policy(self, live, zones=("example.test",), more=""):
        lines = ["version: 1", "zones:"]
        for z in zones:
            mode = "unsigned" if z == "plain.test" else "trial"
            lines.append("  - {path: zones/%s.zone, zone: %s, dnssec: {mode: "
                         "%s}}" % (z, z, mode))
        lines += ["targets:", "  any: {addresses: [192.0.2.0/24]}", "failover:"]
        for n, types in PROTECTED if "example.test" in zones else []:
            lines.append("  - {name: %s.example.test, types: [%s], targets: "
                         "[any]}" % (n, types))
        for z in zones:
            if z != "example.test":
                lines.append("  - {name: api.%s, types: [A], targets: [any]}"
                             % z)
        text = "\n".join(lines) + "\n" + more + "live:\n" + live
        self.lab.n += 1
        path = self.lab.path("policy%d.yaml" % self.lab.n)
        with open(path, "w") as f:
            f.write(text)
        return path


class Result:
    def __init__(self, status, report, seconds):
        self.status, self.report, self.seconds = status, report, seconds

    def rules(self):
        return {f["rule"] for f in self.report["findings"]}

    def cells(self):
        """{(row, server): (udp, tcp, https, authentic)}"""
        out = {}
        for row in self.report["probe"] or []:
            for c in row["servers"]:
                out["%s %s" % (row["name"], row["type"]), c["server"]] = tuple(
                    [c["available"][w]["state"] for w in
                     ("udp", "tcp", "https")] + [c["authentic"]["state"]])
        return out

    def why(self):
        out = [f["rule"] + ": " + f["message"] for f in
               self.report["findings"]]
        for row in self.report["probe"] or []:
            for c in row["servers"]:
                out.append("%s %s at %s: %s %s" % (
                    row["name"], row["type"], c["server"],
                    c["authentic"]["state"], c["authentic"]["reason"]))
        if self.report["error"]:
            out.append(self.report["error"]["message"])
        return "\n".join(out)


def probe(repo, policy, *args):
    begun = time.monotonic()
    done = subprocess.run(
        [ZONEGATE, "probe", "--repo", repo.dir, "--policy", policy,
         "--format", "json", *args], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=dict(os.environ, LC_ALL="C"))
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError("no report: %d %s %s" % (
            done.returncode, done.stdout, done.stderr))
    return Result(done.returncode, report, time.monotonic() - begun)


# ---- cases ------------------------------------------------------------------

UP = ("answered", "answered", "unused")
DEAD = ("timed-out", "timed-out", "unused")
# rows that carry something else than the default of a case
SOA, GONE = NAMES[0], "gone.example.test. A"


class Case:
    def __init__(self, label, live, status, rules, ways, authentic, rows=None,
                 server="s", zones=("example.test",), more="", args=()):
        self.label, self.live, self.status = label, live, status
        self.rules, self.ways, self.authentic = set(rules), ways, authentic
        self.rows, self.server, self.zones = rows or {}, server, zones
        self.more, self.args = more, args

    def check(self, repo):
        """None, or what is wrong."""
        r = probe(repo, repo.policy(self.live, self.zones, self.more),
                  *self.args)
        wrong = []
        if r.status != self.status:
            wrong.append("status %d, not %d" % (r.status, self.status))
        if r.rules() != self.rules:
            wrong.append("rules %s, not %s" % (sorted(r.rules()),
                                               sorted(self.rules)))
        cells = r.cells()
        mine = {row: c for (row, s), c in cells.items() if s == self.server}
        want = set(NAMES) if "example.test" in self.zones else set()
        if self.args == () and want - set(mine):
            wrong.append("no row for %s" % sorted(want - set(mine)))
        if not mine:
            wrong.append("no cell at all")
        for row, got in mine.items():
            ways, authentic = self.rows.get(row, (self.ways, self.authentic))
            if got != ways + (authentic,):
                wrong.append("%s: %s, not %s" % (row, got,
                                                 ways + (authentic,)))
        return "\n  ".join([self.label] + wrong + [r.why()]) if wrong else None


def one(port, more="", name="s", zone=None):
    return "{name: %s, address: %s, port: %d%s%s}" % (
        name, HOST, port, ", zone: " + zone if zone else "", more)


def live(entries, anchors, resolvers=(), more=""):
    text = "  timeout-ms: %d\n  deadline: 20s\n" % TIMEOUT + more
    if entries:
        text += "  servers: [%s]\n" % ", ".join(entries)
    if resolvers:
        text += "  resolvers: [%s]\n" % ", ".join(resolvers)
    if anchors:
        text += "  anchors: [%s]\n" % ", ".join('"%s"' % a for a in anchors)
    return text


def sign_all(lab, keys):
    """Every state a zone can be in: {label: file}."""
    def sign(label, text, **kw):
        return label, keys.sign(text, lab.path(label + ".signed"), **kw)
    files = dict([
        sign("good", zone()),
        sign("nsec3", zone(), nsec3=True),
        sign("old", zone(serial=SERIAL - 5, records=RECORDS.replace(
            "192.0.2.1\n", "192.0.2.77\n"))),
        sign("wrapped", zone(serial=(SERIAL + (1 << 31) + 1) % (1 << 32))),
        sign("other", zone(serial=SERIAL, records=RECORDS.replace(
            "192.0.2.1\n", "203.0.113.7\n"))),
        sign("newer", zone(serial=SERIAL + 7)),
        sign("expired", zone(), start="-864000", end="-60"),
        sign("future", zone(), start="+3600", end="+864000"),
        sign("bare", zone(records="@ NS ns1\n@ NS ns2\nns1 A 192.0.2.53\n"
                          "ns2 A 192.0.2.54\n")),
    ])
    with open(files["good"]) as f:
        good = f.read()
    # One address changed after signing; the rest of the zone is as it was.
    tampered = good.replace("192.0.2.1\n", "203.0.113.66\n")
    assert tampered != good
    for label, text in (
            ("tampered", tampered),
            ("unsigned", zone()),
            ("empty", zone(records="@ NS ns1\n@ NS ns2\nns1 A 192.0.2.53\n"
                           "ns2 A 192.0.2.54\n")),
            # the denial of existence is left out
            ("nodenial", re.sub(r"(?m)^\S+\s+\d+\s+IN\s+(NSEC\s|RRSIG\s+NSEC"
                                r"\s).*\n", "", good))):
        files[label] = lab.path(label + ".signed")
        with open(files[label], "w") as f:
            f.write(text)
    return files


def authoritative(lab, f, anchors):
    n = lab.nsd([("example.test", f["good"])])
    knot = lab.knot([("example.test", None)], primary=n)
    bind = lab.bind([("example.test", f["good"])])
    refuses = lab.bind([])
    broken = lab.nsd([("example.test", lab.path("no-such-file"))])

    def nsd(label):
        return lab.nsd([("example.test", f[label])])

    def a(label, port, *rest, **kw):
        return Case(label, live([one(port)], anchors), *rest, **kw)
    api = "api.example.test. A"
    bogus_api = {r: (UP, "bogus") for r in (api, "alias.example.test. A")}
    wait_transfer(knot)
    yield a("NSD, all good", n, 0, [], UP, "secure")
    yield a("Knot, a secondary", knot, 0, [], UP, "secure")
    yield a("BIND", bind, 0, [], UP, "secure")
    yield a("NSEC3", nsd("nsec3"), 0, [], UP, "secure")
    yield a("NSEC3 at Knot", lab.knot([("example.test", f["nsec3"])]), 0, [],
            UP, "secure")
    yield a("stopped", servers.free_port(), 3,
            ["live-no-response", "live-unchecked"],
            ("unreachable", "unreachable", "unused"), "unchecked")
    yield a("stopped, no response is an error", servers.free_port(), 1,
            ["live-no-response", "live-unchecked"],
            ("unreachable", "unreachable", "unused"), "unchecked",
            more="severity: {live-no-response: error}\n")
    yield a("stopped, and known", servers.free_port(), 0, [],
            ("unreachable", "unreachable", "unused"), "unchecked",
            more="severity: {live-no-response: 'off', live-unchecked: "
            "'off'}\n")
    yield a("a hole", lab.hole(), 3, ["live-no-response", "live-unchecked"],
            DEAD, "unchecked", args=("example.test",),
            rows={})
    yield a("without the zone", refuses, 1,
            ["live-bad-response", "live-unchecked"],
            ("refused", "refused", "unused"), "unchecked")
    yield a("SERVFAIL is not down", broken, 1,
            ["live-bad-response", "live-unchecked"],
            ("servfail", "servfail", "unused"), "unchecked")
    yield a("an empty zone", nsd("empty"), 1, ["live-bad-response"], UP,
            "bogus")
    # Signed, so nobody can say that it is not the zone: names are missing.
    yield a("a signed zone without names", nsd("bare"), 1,
            ["live-bad-response"], UP, "differs",
            rows={SOA: (UP, "secure"), GONE: (UP, "secure")})
    yield a("stale", nsd("old"), 1, ["live-stale"], UP, "secure",
            rows={SOA: (UP, "stale"), api: (UP, "stale"),
                  "alias.example.test. A": (UP, "stale")})
    yield a("stale by serial arithmetic", nsd("wrapped"), 1, ["live-stale"],
            UP, "secure", rows={SOA: (UP, "stale")})
    yield a("newer, the same data", nsd("newer"), 0, [], UP, "secure")
    yield a("tampered", nsd("tampered"), 1, ["live-bad-response"], UP,
            "secure", rows=bogus_api)
    yield a("other data, well signed", nsd("other"), 1,
            ["live-bad-response"], UP, "secure", rows={
                r: (UP, "differs") for r in (api, "alias.example.test. A")})
    yield a("expired", nsd("expired"), 1, ["live-bad-response"], UP, "bogus")
    yield a("not valid yet", nsd("future"), 1, ["live-bad-response"], UP,
            "bogus")
    yield a("unsigned copy", nsd("unsigned"), 1, ["live-bad-response"], UP,
            "bogus")
    yield a("no denial of existence", nsd("nodenial"), 1,
            ["live-bad-response"], UP, "secure", rows={
                r: (UP, "bogus") for r in (
                    "api.example.test. AAAA", "deep.example.test. A", GONE,
                    "any.wild.example.test. A")})
    yield a("no TCP", lab.proxy(n, tcp=False), 0, ["live-no-response"],
            ("answered", "unreachable", "unused"), "secure")
    yield a("slow, in time", lab.proxy(n, later(TIMEOUT / 8000)), 0, [], UP,
            "secure")
    yield a("too slow over UDP", lab.proxy(n, later(TIMEOUT / 400)), 0,
            ["live-no-response"], ("timed-out", "answered", "unused"),
            "secure", args=("api.example.test",))
    yield a("truncated", lab.proxy(n, truncate), 0, [],
            ("truncated", "answered", "unused"), "secure")
    yield a("truncated, no TCP", lab.proxy(n, truncate, tcp=False), 3,
            ["live-no-response", "live-unchecked"],
            ("truncated", "unreachable", "unused"), "unchecked")
    yield a("without authority", lab.proxy(n, flag(0, 0x400)), 1,
            ["live-bad-response"], ("lame", "answered", "unused"), "secure")
    yield Case("no anchor", live([one(n)], []), 3, ["live-unchecked"], UP,
               "unchecked")
    yield Case("no anchor, unsigned", live([one(nsd("unsigned"))], []), 1,
               ["live-bad-response"], UP, "insecure")
    yield Case("an anchor of another key", live([one(n)], [
        "example.test. DS 12345 13 2 " + "ab" * 32]), 1,
        ["live-bad-response"], UP, "bogus")
    yield Case("two servers, one stopped", live(
        [one(n), one(servers.free_port(), name="dead")], anchors), 3,
        ["live-no-response", "live-unchecked"], UP, "secure")
    yield Case("as of next year", live([one(n)], anchors), 1,
               ["live-bad-response"], UP, "bogus",
               args=("--at", "2031-01-01"))
    yield from tsig(lab, f, anchors)


def wait_transfer(port):
    for _ in range(200):
        out = subprocess.run(["dig", "+short", "+time=1", "@" + HOST, "-p",
                              str(port), "example.test", "SOA"],
                             stdout=subprocess.PIPE).stdout
        if str(SERIAL).encode() in out:
            return
        time.sleep(0.05)
    raise RuntimeError("no transfer")


def tsig(lab, f, anchors):
    key = 'key "probe.key" { algorithm hmac-sha256; secret "%s"; };\n' % (
        "c2VjcmV0IGtleSBvZiB0aGUgcHJvYmUgdGVzdHM=")
    port = lab.bind([("example.test", f["good"])],
                    options='allow-query { key "probe.key"; };', before=key)
    files = {}
    for label, text in (("right", key), ("wrong", key.replace("c2Vj", "d3Jv"))):
        files[label] = lab.path(label + ".key")
        with open(files[label], "w") as out:
            out.write(text)
        os.chmod(files[label], 0o600)

    def case(label, more, *rest):
        return Case(label, live([one(port, more)], anchors), *rest)
    signed = ", tsig: probe.key"
    yield case("TSIG is wanted", "", 1,
               ["live-bad-response", "live-unchecked"],
               ("refused", "refused", "unused"), "unchecked")
    c = case("TSIG", signed, 0, [], UP, "secure")
    c.args = ("--tsig", files["right"])
    yield c
    c = case("TSIG by another key", signed, 1,
             ["live-bad-response", "live-unchecked"],
             ("broken", "broken", "unused"), "unchecked")
    c.args = ("--tsig", files["wrong"])
    yield c
    yield case("TSIG without a file", signed, 3, ["live-unchecked"],
               ("forbidden", "forbidden", "unused"), "unchecked")


def resolvers(lab, f, anchors, keys):
    good = lab.nsd([("example.test", f["good"])])
    bad = lab.nsd([("example.test", f["tampered"])])
    ca = Ca(lab.home)
    cert, key = ca.issue("doh", "doh.example.test")
    anchor = ["example.test. IN DS " + keys.ds()]
    with open(lab.path("elsewhere.zone"), "w") as out:
        out.write(zone(origin="elsewhere.example.",
                       records="@ NS ns1\nwww A 192.0.2.99\n"))
    other = {"elsewhere.example": lab.nsd([("elsewhere.example", out.name)])}
    stub = {"example.test": good, **other}
    stub_bad = {"example.test": bad, **other}
    https = servers.free_port()
    unbound = lab.unbound(stub, anchor)
    naive = lab.unbound(stub_bad)
    strict = lab.unbound(stub_bad, anchor)
    lab.unbound(stub, anchor, https=(https, cert, key), do53=False)
    named = lab.bind([], resolver=True, options="forward only; forwarders "
                     "{ %s port %d; };" % (HOST, unbound))
    cases = []

    def r(label, port, *rest, **kw):
        kw.setdefault("server", "r")
        cases.append(Case(label, live([one(good)], anchors,
                                      [one(port, name="r")]), *rest, **kw))
    bogus_api = {n: (UP, "bogus") for n in ("api.example.test. A",
                                            "alias.example.test. A")}
    fail_api = {n: (("servfail", "servfail", "unused"), "bogus")
                for n in bogus_api}
    r("Unbound", unbound, 0, [], UP, "secure")
    r("BIND as a forwarder", named, 0, [], UP, "secure")
    r("a resolver that does not validate", naive, 1, ["live-bad-response"],
      UP, "secure", rows=bogus_api)
    r("a resolver that sets AD without validating",
      lab.proxy(naive, flag(0x20)), 1, ["live-bad-response"], UP, "secure",
      rows=bogus_api)
    r("a resolver that validates what is bogus", strict, 1,
      ["live-bad-response"], UP, "secure", rows=fail_api)
    yield from cases

    def doh(label, url, port, *rest, **kw):
        entries = ["{name: doh, address: %s, url: '%s'}" % (HOST, url)]
        if port:
            entries.append(one(port, name="do53"))
        return Case(label, live([one(good)], anchors, entries,
                                "  ca-file: %s\n" % kw.pop("ca", ca.file)),
                    *rest, args=("api.example.test",), **kw)
    url = "https://doh.example.test:%d/dns-query" % https
    over = ("unused", "unused", "answered")
    gone = ("unused", "unused", "unreachable")
    yield doh("DoH", url, 0, 0, [], over, "secure", server="doh")
    yield doh("DoH up while Do53 is down", url, servers.free_port(), 3,
              ["live-no-response", "live-unchecked"], over, "secure",
              server="doh")
    yield doh("Do53 down while DoH is up", url, servers.free_port(), 3,
              ["live-no-response", "live-unchecked"],
              ("unreachable", "unreachable", "unused"), "unchecked",
              server="do53")
    yield doh("DoH of another name", url.replace("doh.", "other."), 0, 3,
              ["live-no-response", "live-unchecked"], gone, "unchecked",
              server="doh")
    yield doh("DoH by an unknown CA", url, 0, 3,
              ["live-no-response", "live-unchecked"], gone, "unchecked",
              server="doh", ca=Ca(lab.home, "another").file)
    yield doh("DoH at another path", url + "x", 0, 1,
              ["live-bad-response", "live-unchecked"],
              ("unused", "unused", "broken"), "unchecked", server="doh")
    yield doh("DoH stopped", "https://doh.example.test:%d/dns-query" %
              servers.free_port(), 0, 3,
              ["live-no-response", "live-unchecked"], gone, "unchecked",
              server="doh")


def chains(lab, f):
    """Trust from a zone above that is not in the repository."""
    top, deep, low = (Keys(lab.path("keys"), z) for z in
                      ("test", "deep.test", "example.test"))
    ns = "@ NS ns1.example.test.\n"
    files = {
        "plain.test": lab.path("plain.zone"),
        "deep.test": deep.sign(zone(origin="deep.test.", records=ns +
                                    "api A 192.0.2.8\n"),
                               lab.path("deep.signed"))}
    with open(files["plain.test"], "w") as out:
        out.write(zone(origin="plain.test.", records=ns + "api A 192.0.2.9\n"))
    cut = "%s NS ns1.example.test.\n"
    files["test"] = top.sign(
        zone(origin="test.", records=ns + cut % "deep" + cut % "plain" +
             "deep DS %s\n" % deep.ds()), lab.path("test.signed"))
    files["test3"] = top.sign(
        zone(origin="test.", records=ns + cut % "deep" + cut % "plain"),
        lab.path("test3.signed"), nsec3=True)
    children = [(z, files[z]) for z in ("deep.test", "plain.test")]
    child = lab.nsd(children)
    above = ["test. DS " + top.ds()]
    both = ("deep.test", "plain.test")

    def resolver(parent):
        return lab.unbound({"test": lab.nsd([("test", files[parent])]),
                            "deep.test": child, "plain.test": child})
    secure, insecure = resolver("test"), resolver("test3")
    rows = {"plain.test. SOA": (UP, "insecure"),
            "api.plain.test. A": (UP, "insecure")}
    for server in ("s", "r"):
        yield Case("a chain from above, " + server, live(
            [one(child)], above, [one(secure, name="r")]), 0, [], UP,
            "secure", rows=rows, server=server, zones=both)
        yield Case("an unsigned delegation, " + server, live(
            [one(child)], above, [one(insecure, name="r")]), 1,
            ["live-bad-response"], UP, "insecure", server=server, zones=both)
    yield Case("nobody tells the DS", live([one(child)], above), 3,
               ["live-unchecked"], UP, "unchecked", rows={
                   r: (UP, "unchecked") for r in rows}, zones=both)
    yield Case("an anchor above of another key", live(
        [one(child)], ["test. DS " + low.ds()], [one(secure, name="r")]), 1,
        ["live-bad-response"], UP, "bogus", zones=both)


# ---- more than single cases -------------------------------------------------

def check_names(repo, good, anchors):
    """The zones' own NS are asked only where the policy lets them."""
    wrong = []
    p = repo.policy(live([], anchors))
    r = probe(repo, p)
    if r.status != 3 or r.rules() != {"live-unchecked"} or \
            {c[:3] for c in r.cells().values()} != {("unused",) * 3}:
        wrong.append("nobody may be asked: " + r.why())
    for args, status in ((["nowhere.test"], 2), (["a..b"], 2),
                         (["--rev", "nothing"], 2),
                         (["--tsig", "/nonexistent", "example.test"], 2)):
        p = repo.policy(live([one(good, ", tsig: k" if "--tsig" in args
                                  else "")], anchors))
        r = probe(repo, p, *args)
        if r.status != status or r.report["verdict"] != "error":
            wrong.append("%s: %d" % (args, r.status))
    return wrong


def check_silent(lab, repo, good, anchors):
    """Zones and proposed policies cannot choose whom to contact."""
    wrong, trap = [], lab.listener()
    hostile = zone(records="@ NS ns1\n@ NS ns2\nns1 A 127.0.0.1\nns2 A "
                   "169.254.169.254\nns2 A 10.0.0.1\nns2 AAAA ::ffff:"
                   "127.0.0.1\nns2 AAAA ::1\napi A 127.0.0.1\n")
    repo.put("example.test", hostile)
    # The proposal brings a policy along that would allow everything.
    with open(repo.policy(live([one(trap.port)], anchors))) as f:
        proposed = f.read()
    with open(os.path.join(repo.dir, "zonegate.yaml"), "w") as f:
        f.write(proposed)
    repo.commit()
    allow = "nameservers: {allow: ['*.test.']}\n"
    with open(repo.policy(live([], anchors), more=allow)) as f:
        trusted = f.read()
    path = lab.path("trusted.yaml")
    with open(path, "w") as f:
        f.write(trusted)
    r = probe(repo, path)
    states = {w for c in r.cells().values() for w in c[:2]}
    if r.status != 3 or states - {"forbidden"}:
        wrong.append("hostile addresses: %d %s" % (r.status, states))
    # An entry of the policy with the trap's port, at another address.
    r = probe(repo, repo.policy(live([one(good)], anchors)))
    if r.status != 1:
        wrong.append("hostile zone: %d" % r.status)
    if trap.count:
        wrong.append("%d came to the listener" % trap.count)
    os.unlink(os.path.join(repo.dir, "zonegate.yaml"))
    repo.put("example.test", zone())
    repo.commit()
    return wrong


def check_prometheus(repo, good, anchors):
    p = repo.policy(live([one(good), one(servers.free_port(), name="dead")],
                         anchors))
    out = subprocess.run([ZONEGATE, "probe", "--repo", repo.dir, "--policy",
                          p, "--format", "prometheus"],
                         stdout=subprocess.PIPE).stdout.decode()
    sample = re.compile(r'^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)'
                        r'*\})? [0-9.]+$')
    wrong, seen, last = [], set(), None
    for line in out.splitlines():
        if line.startswith("# HELP "):
            last = line.split(" ")[2]
            if last in seen:
                wrong.append("twice: " + last)
            seen.add(last)
        elif not line.startswith("# TYPE "):
            m = sample.match(line)
            if not m or m.group(1) != last:
                wrong.append("sample: " + line)
    for want in ('zonegate_probe_available{zone="example.test.",view="",name='
                 '"example.test.",type="SOA",server="s",address="127.0.0.1:%d'
                 '",way="udp",state="answered"} 1' % good,
                 'state="unchecked"} 0', 'verdict="error"} 1'):
        if want not in out:
            wrong.append("missing: " + want)
    return wrong


def check_many(lab, repo, anchors, keys, names=1000):
    """1,000 names at four servers, one of them dead."""
    records = RECORDS + "".join("n%d A 192.0.2.%d\n" % (i, i % 250)
                                for i in range(names))
    file = keys.sign(zone(records=records), lab.path("many.signed"))
    ports = [lab.nsd([("example.test", file)]),
             lab.knot([("example.test", file)]),
             lab.bind([("example.test", file)]), lab.hole()]
    repo.put("example.test", zone(records=records))
    repo.commit()
    entries = [one(p, name="s%d" % i) for i, p in enumerate(ports)]
    with open(repo.policy(live(entries, anchors, more="  concurrent: "
                               "64\n"))) as f:
        text = f.read()
    text = text.replace("failover:\n", "failover:\n" + "".join(
        "  - {name: n%d.example.test, types: [A], targets: [any]}\n" % i
        for i in range(names)))
    path = lab.path("many.yaml")
    with open(path, "w") as f:
        f.write(text)
    r = probe(repo, path)
    cells, wrong = r.cells(), []
    rows = names + len(NAMES)
    if len(cells) != 4 * rows:
        wrong.append("%d cells" % len(cells))
    good = sum(c == UP + ("secure",) for c in cells.values())
    if good != 3 * rows or r.status != 3:
        wrong.append("%d good, status %d" % (good, r.status))
        wrong += ["%s: %s" % c for c in cells.items() if c[0][1] != "s3" and
                  c[1] != UP + ("secure",)][:10]
    dead = [c for (_, s), c in cells.items() if s == "s3"]
    if any(c[3] != "unchecked" or set(c[:2]) - {"timed-out", "silent"}
           for c in dead) or DEAD + ("unchecked",) not in dead:
        wrong.append("the dead server: %s" % set(dead))
    total = rows * TIMEOUT / 1000
    if r.seconds > min(total / 4, 10 * TIMEOUT / 1000):
        wrong.append("%.1f s, the sum of time-outs is %.1f s" % (r.seconds,
                                                                 total))
    print("%d names, 4 servers, one dead: %.1f s" % (names, r.seconds))
    repo.put("example.test", zone())
    repo.commit()
    return wrong


def main():
    only = sys.argv[1:]
    failed = passed = 0
    with tempfile.TemporaryDirectory(prefix="zonegate-dns-") as home:
        lab = Lab(home)
        try:
            os.mkdir(lab.path("keys"))
            keys = Keys(lab.path("keys"), "example.test")
            anchors = ["example.test. DS " + keys.ds()]
            files = sign_all(lab, keys)
            repo = Repo(lab, keys, anchors)
            cases = [*authoritative(lab, files, anchors),
                     *resolvers(lab, files, anchors, keys),
                     *chains(lab, files)]
            if only:
                cases = [c for c in cases if any(o in c.label for o in only)]
            with ThreadPoolExecutor(3) as pool:
                for wrong in pool.map(lambda c: c.check(repo), cases):
                    failed += wrong is not None
                    passed += wrong is None
                    if wrong:
                        print("FAILED: " + wrong)
            good = lab.nsd([("example.test", files["good"])])
            whole = [] if only else [
                ("names and options", lambda: check_names(
                    repo, good, anchors)),
                ("silence", lambda: check_silent(lab, repo, good, anchors)),
                ("metrics", lambda: check_prometheus(repo, good, anchors)),
                ("many names", lambda: check_many(lab, repo, anchors, keys))]
            for label, check in whole:
                wrong = check()
                failed += bool(wrong)
                passed += not wrong
                if wrong:
                    print("FAILED: %s\n  %s" % (label, "\n  ".join(wrong)))
        finally:
            lab.close()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
