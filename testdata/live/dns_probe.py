"""A repository, a policy, one run of zonegate probe, and what it must say."""
import json
import os
import subprocess
import time

from dns_servers import HOST, run

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
