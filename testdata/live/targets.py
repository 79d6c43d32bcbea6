#!/usr/bin/env python3
"""Failover targets against real HTTPS servers: is it up, and is it ours?

usage: ZONEGATE=BUILD/zonegate targets.py BUILD/test/live/target

Every case is a server with an address of its own; expected is a pair of words.
Listeners that must stay silent prove that nobody else was contacted.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

import targets_check as c
import targets_servers as t
from targets_servers import NAME, Server

failures = []


def expect(what, good, seen=""):
    if not good:
        failures.append(what)
        print("FAILED: %s %s" % (what, seen))


def policy(ca, port, lists, **health):
    """A policy of one name; LISTS are blocks, HEALTH its keys."""
    health.setdefault("url", "https://%s:%d/healthz" % (NAME, port))
    keys = ", ".join("%s: %s" % (k.replace("_", "-"),
                                 v if isinstance(v, int) else '"%s"' % v)
                     for k, v in health.items() if v is not None)
    return """version: 1
zones: [{path: "{zone}.zone"}]
targets: {edge: {addresses: [%s]}}
failover:
  - {name: %s., targets: [edge], health: {%s}}
live: {timeout-ms: 1500, deadline: 30, concurrent: 64, ca-file: %s}
""" % (", ".join('"%s"' % b for b in lists), NAME, keys, ca)



class Asker:
    def __init__(self, program, home):
        self.program, self.home = program, home

    def __call__(self, policy_text, jobs):
        """[(available, identity, status, ms, why, who)] of JOBS, lines."""
        file = os.path.join(self.home, "policy.yaml")
        with open(file, "w") as f:
            f.write(policy_text)
        env = dict(os.environ, https_proxy="http://127.0.0.1:9",
                   http_proxy="http://127.0.0.1:9",
                   all_proxy="socks5h://127.0.0.1:9",
                   SSL_CERT_FILE="/dev/null")
        done = subprocess.run([self.program, "--ask", file],
                              input="".join(j + "\n" for j in jobs).encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=env, timeout=60)
        if done.returncode != 0:
            return [["refused", done.stderr.decode()]] * len(jobs)
        return [line.split("\t")
                for line in done.stdout.decode().splitlines()]


def table(home, ca, port):
    """[(case, available, identity, behaviour and certificate)]"""
    right = ca.issue("right", NAME)
    other = ca.issue("other", "default.example.net")
    own = ca.issue("own", NAME, own=True)
    own_other = ca.issue("own-other", "localhost", own=True)
    old = ca.issue("old", NAME, days=-1)
    stranger = t.Ca(home, "stranger").issue("strange", NAME)
    wild = ca.issue("wild", "*.example.com")
    deep = ca.issue("deep", "*.com")
    silent = "http://127.0.66.1:%d/" % port
    return right, [
        ("right", "up", "proven", right, t.GOOD_ANSWER),
        ("right, wildcard", "up", "proven", wild, t.GOOD_ANSWER),
        ("wildcard too high", "up", "wrong-certificate", deep, t.GOOD_ANSWER),
        ("wrong name", "up", "wrong-certificate", other, t.GOOD_ANSWER),
        ("self-signed", "up", "self-signed", own, t.GOOD_ANSWER),
        ("self-signed of another name", "up", "self-signed", own_other,
         t.GOOD_ANSWER),
        ("expired", "up", "expired", old, t.GOOD_ANSWER),
        ("authority of a stranger", "up", "wrong-certificate", stranger,
         t.GOOD_ANSWER),
        ("down", "down", "unchecked", None, None),
        ("status 503", "down", "proven", right,
         t.answer("503 Service Unavailable", t.GOOD)),
        ("status 204", "down", "proven", right, t.answer("204 None", b"")),
        ("body of another", "down", "proven", right,
         t.answer("200 OK", b"all is lost")),
        ("no body", "down", "proven", right, t.answer("200 OK", b"")),
        ("slow to answer", "slow", "proven", right, t.late(0.5)),
        ("too slow to answer", "down", "proven", right, t.late(3)),
        ("drips its body", "slow", "proven", right, t.drip_body),
        ("drips its header", "down", "proven", right, t.drip_header),
        ("says nothing", "down", "proven", right, t.silent),
        ("endless body", "down", "proven", right, t.endless),
        ("endless header", "down", "proven", right, t.endless_header),
        ("endless early hints", "down", "proven", right, t.endless_continue),
        ("gzip bomb", "down", "proven", right, t.bomb()),
        ("no HTTP", "down", "proven", right, t.garbage),
        ("no TLS", "down", "unchecked", None, t.GOOD_ANSWER),
        ("redirect to a silent listener", "down", "proven", right,
         t.redirect(silent)),
        ("redirect to metadata", "down", "proven", right,
         t.redirect("http://169.254.169.254/latest/meta-data/")),
        ("redirect to a file", "down", "proven", right,
         t.redirect("file:///etc/passwd")),
        ("redirect to itself", "down", "proven", right,
         t.redirect("https://%s:%d/healthz" % (NAME, port))),
    ]


def test_words(ask, home, ca, port):
    right, cases = table(home, ca, port)
    silent = Server("127.0.66.1", port, behave=None)
    servers, jobs = [], []
    for i, (case, _, _, cert, behave) in enumerate(cases):
        address = "127.0.1.%d" % (i + 1)
        jobs.append("0 %s url" % address)
        servers.append(None if behave is None
                       else Server(address, port, cert, behave))
    began = time.monotonic()
    got = ask(policy(ca.file, port, ["127.0.0.0/8"], body="all is well",
                     latency_ms=300), jobs)
    took = time.monotonic() - began
    for (case, available, identity, _, _), row in zip(cases, got):
        expect(case, row[:2] == [available, identity], row)
    expect("all of them within one time-out or so", took < 4.0, took)
    expect("nobody followed a redirect", silent.count == 0)
    request = servers[0].requests[0].decode()
    expect("Host is the name", "Host: %s:%d" % (NAME, port) in request,
           request)
    expect("nothing compressed is asked for",
           "accept-encoding" not in request.lower(), request)
    expect("a redirect was asked once",
           servers[-1].count == 1, servers[-1].count)
    # Without a body to look for, the status alone decides.
    got = ask(policy(ca.file, port, ["127.0.0.0/8"]), jobs)
    for case, available in (("endless body", "up"), ("gzip bomb", "up"),
                            ("drips its body", "up"),
                            ("status 503", "down")):
        i = [c[0] for c in cases].index(case)
        expect(case + ", no body asked", got[i][0] == available, got[i])
    for s in servers + [silent]:
        if s is not None:
            s.close()
    return right


def test_tlsa(ask, ca, port, right, home):
    own = ca.issue("dane", NAME, own=True)
    other = ca.issue("dane-other", "default.example.net")
    servers = [Server("127.0.2.1", port, right), Server("127.0.2.2", port, own),
               Server("127.0.2.3", port, other),
               Server("127.0.2.4", port, None, t.GOOD_ANSWER)]
    match = [t.tlsa(right[0], 3, s, m) for s in (0, 1) for m in (0, 1, 2)]
    match += [t.tlsa(right[0], 1, 1, 1), t.tlsa(ca.file, 0, 1, 1),
              t.tlsa(ca.file, 2, 0, 0)]
    wrong = t.tlsa(own[0], 3, 1, 1)
    rows = [("TLSA %s" % m[:6], "127.0.2.1 url " + m, "up", "proven")
            for m in match]
    rows += [
        ("TLSA of another key", "127.0.2.1 url " + wrong, "up",
         "tlsa-mismatch"),
        ("TLSA of two keys", "127.0.2.1 url %s %s" % (wrong, match[4]), "up",
         "proven"),
        ("TLSA, authority of a stranger",
         "127.0.2.1 url " + t.tlsa(ca.path("stranger.pem"), 2, 1, 1), "up",
         "tlsa-mismatch"),
        ("TLSA nobody can use", "127.0.2.1 url 09010100", "up", "proven"),
        ("TLSA cut short", "127.0.2.1 url 0301", "up", "proven"),
        ("TLSA matches, but browsers do not ask",
         "127.0.2.2 url " + wrong, "up", "self-signed"),
        ("TCP", "127.0.2.1 tcp", "up", "unchecked"),
        ("TCP with TLSA", "127.0.2.1 tcp " + match[4], "up", "proven"),
        ("TCP with TLSA, self-signed", "127.0.2.2 tcp " + wrong, "up",
         "proven"),
        ("TCP with TLSA, another key", "127.0.2.3 tcp " + wrong, "up",
         "tlsa-mismatch"),
        ("TCP with TLSA, no TLS", "127.0.2.4 tcp " + wrong, "up",
         "unchecked"),
        ("TCP, down", "127.0.2.5 tcp", "down", "unchecked"),
    ]
    got = ask(policy(ca.file, port, ["127.0.0.0/8"], tcp=port),
              ["0 " + r[1] for r in rows])
    for (case, _, available, identity), row in zip(rows, got):
        expect(case, row[:2] == [available, identity], row)
    for s in servers:
        s.close()


def test_refused(ask, ca, port, right):
    """A hostile policy or zone: nobody outside the lists hears of it."""
    everyone = ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"]
    silent = [Server("127.0.67.%d" % i, port, right) for i in (1, 2)]
    silent.append(Server("::1", port, right))
    cases = [
        ("outside the list", ["127.0.3.0/24"], "127.0.67.1"),
        ("a list of everyone is no list of loopback", everyone,
         "127.0.67.1"),
        ("mapped", everyone, "::ffff:127.0.67.1"),
        ("compatible", everyone, "::127.0.67.1"),
        ("NAT64", everyone, "64:ff9b::127.0.67.1"),
        ("6to4", everyone, "2002:7f00:4301::1"),
        ("loopback", everyone, "::1"),
        ("unspecified", everyone, "0.0.0.0"),
        ("unspecified, IPv6", everyone, "::"),
        ("metadata", everyone, "169.254.169.254"),
        ("metadata, NAT64", everyone, "64:ff9b::169.254.169.254"),
        ("metadata, IPv6", everyone, "fd00:ec2::254"),
        ("RFC 1918", everyone, "10.0.0.1"),
    ]
    for case, lists, address in cases:
        got = ask(policy(ca.file, port, lists), ["0 %s url" % address,
                                                 "0 %s tcp" % address])
        for row in got:
            expect(case, row[:2] == ["unchecked", "unchecked"], row)
    for url in ("file:///etc/passwd", "gopher://%s:%d/1" % (NAME, port),
                "ftp://%s/" % NAME, "https://user:secret@%s/" % NAME,
                "https://127.0.67.1:%d/" % port, "dict://%s:1/" % NAME,
                "https://other.example.com:%d/" % port,
                "http://[::1]:%d/" % port, "scp://%s/a" % NAME):
        got = ask(policy(ca.file, port, ["127.0.67.0/24"], url=url),
                  ["0 127.0.67.1 url"])
        # The policy is refused, or nothing is asked.
        expect(url, got[0][0] == "refused" or
               got[0][:2] == ["unchecked", "unchecked"], got)
    expect("the silent listeners stayed silent",
           sum(s.count for s in silent) == 0, [s.count for s in silent])
    for s in silent:
        s.close()


def test_many(ask, ca, port, right):
    """1,000 targets: bounded at once, in the time of some time-outs."""
    server = Server("0.0.0.0", port, right, t.late(0.1))
    jobs = ["0 127.%d.%d.1 url" % (1 + i // 250, i % 250)
            for i in range(1000)]
    began = time.monotonic()
    got = ask(policy(ca.file, port, ["127.0.0.0/8"], url="https://%s:%d/" %
                     (NAME, port)).replace("timeout-ms: 1500",
                                           "timeout-ms: 15000"), jobs)
    took = time.monotonic() - began
    up = sum(row[:2] == ["up", "proven"] for row in got)
    expect("1,000 up", up == 1000, "%d, %s" % (
        up, [r for r in got if r[:2] != ["up", "proven"]][:3]))
    expect("at most 64 at once", server.most <= 64 + 4, server.most)
    print("1,000 targets in %.1f s, %d at once" % (took, server.most))
    server.close()


def test_deadline(ask, ca, port, right):
    """The time of the run is over: what was not reached is unchecked."""
    server = Server("0.0.0.0", port, right, t.silent)
    jobs = ["0 127.9.%d.1 url" % i for i in range(200)]
    text = policy(ca.file, port, ["127.0.0.0/8"])
    text = text.replace("deadline: 30", "deadline: 2")
    text = text.replace("concurrent: 64", "concurrent: 8")
    began = time.monotonic()
    got = ask(text, jobs)
    took = time.monotonic() - began
    expect("ended in time", took < 4, took)
    expect("some were down", got[0][0] == "down", got[0])
    expect("the rest is unchecked", got[-1][0] == "unchecked", got[-1])
    expect("none passed", not [r for r in got if r[0] == "up"])
    server.close()


def test_check(ca, port, right, home):
    """check --live asks what the change brings in, and that alone."""
    repo = c.Repo(home, os.environ["ZONEGATE"])
    other = ca.issue("check-other", "default.example.net")
    primary = Server("127.0.30.1", port, right)
    standby = Server("127.0.30.2", port, right)
    stranger = Server("127.0.30.3", port, other)
    broken = Server("127.0.30.4", port, right,
                    t.answer("503 Unavailable", b""))
    silent = [Server("127.0.31.1", port, right),
              Server("127.0.30.9", port, None, t.silent)]
    text = policy(ca.file, port, ["127.0.30.0/24", "10.0.0.0/7"])
    base = repo.commit(c.api("127.0.30.1"), text)

    def check(case, records, status, *rules):
        head = repo.commit(records)
        got = repo.check(base, head)
        live = sorted(r for r, _ in got[1] if r.startswith("live-"))
        expect(case, got[0] == status and live == sorted(rules), got)
        return got

    check("standby of ours", c.api("127.0.30.1", "127.0.30.2"), 0)
    expect("the standby was asked", standby.count == 1, standby.count)
    expect("what stays is not asked again", primary.count == 0)
    check("standby of a stranger", c.api("127.0.30.1", "127.0.30.3"), 1,
          "live-target-identity")
    check("standby with status 503", c.api("127.0.30.1", "127.0.30.4"), 0,
          "live-target-down")
    check("standby down", c.api("127.0.30.1", "127.0.30.5"), 0,
          "live-target-down")
    got = check("outside of every list", c.api("127.0.30.1", "127.0.31.1"), 1)
    expect("and why", got[1][0][0] == "failover-target-not-allowed", got)
    check("in a list that does not name that very block",
          c.api("127.0.30.1", "10.0.0.7"), 0, "live-unchecked")
    expect("nobody was asked who may not be", silent[0].count == 0)
    check("all at once", c.api("127.0.30.1", "127.0.30.3", "127.0.30.5",
                               "10.0.0.7"), 1, "live-target-identity",
          "live-target-down", "live-unchecked")
    mail = "unrelated A 192.0.2.1"
    count = primary.count
    check("an unrelated change asks nobody", c.api("127.0.30.1") + [mail], 0)
    expect("nobody at all", primary.count == count)
    tlsa = "_%d._tcp.api TLSA %s"
    check("TLSA of the certificate", c.api("127.0.30.1") +
          [tlsa % (port, words(t.tlsa(right[0], 3, 1, 1)))], 0)
    expect("a new TLSA asks all of them", primary.count == count + 1)
    check("TLSA of another certificate", c.api("127.0.30.1") +
          [tlsa % (port, words(t.tlsa(other[0], 3, 1, 1)))], 1,
          "live-target-identity")
    check("TLSA behind an alias",
          ["api CNAME edge", "edge A 127.0.30.2",
           "_%d._tcp.edge TLSA %s" % (port, words(t.tlsa(other[0], 3, 1,
                                                         1)))], 1,
          "live-target-identity")
    head = repo.commit(c.api("127.0.30.1", "127.0.30.3"))
    status, out, _ = repo.zonegate("check", "--base", base, "--head", head,
                                   "--format", "json")
    expect("without --live nobody is asked", status == 0 and
           "live-" not in out, out)
    repo.git("config", "zonegate.live", "true")
    status, out, _ = repo.zonegate("check", "--base", base, "--head", head)
    expect("git config zonegate.live", status == 1, out)
    repo.git("config", "zonegate.live", "maybe")
    status, out, _ = repo.zonegate("check", "--base", base, "--head", head)
    expect("a word that is neither", status == 2, out)
    repo.git("config", "--unset", "zonegate.live")
    test_pairs(repo, base)
    for s in [primary, standby, stranger, broken] + silent:
        s.close()


def test_pairs(repo, base):
    """Both verdicts of each target, in every format; probe asks all."""
    want = {"127.0.30.1": ("up", "proven"),
            "127.0.30.3": ("up", "wrong-certificate"),
            "127.0.30.4": ("down", "proven"),
            "127.0.30.5": ("down", "unchecked")}
    head = repo.commit(c.api(*want))
    for args in (("check", "--live", "--base", base, "--head", head),
                 ("probe",)):
        _, out, err = repo.zonegate(*args, "--format", "json")
        got = {row["address"]: (row["available"]["state"],
                                row["identity"]["state"])
               for row in json.loads(out)["targets"]}
        # What was there before, a change does not ask again.
        all_of = dict(want)
        if args[0] == "check":
            del all_of["127.0.30.1"]
        expect("pairs of %s, JSON" % args[0], got == all_of, (got, err))
        _, out, _ = repo.zonegate(*args)
        lines = [line.split() for line in out.splitlines()]
        for address, pair in all_of.items():
            expect("pairs of %s, text: %s" % (args[0], address),
                   any(address in line and tuple(line[-2:]) == pair
                       for line in lines), out)
        _, out, _ = repo.zonegate(*args, "--format", "prometheus")
        up = [line for line in out.splitlines()
              if line.startswith("zonegate_target_available")]
        expect("pairs of %s, metrics" % args[0], len(up) == len(all_of) and
               sum(line.endswith(" 1") for line in up) ==
               sum(p[0] == "up" for p in all_of.values()), out)


def words(rdata):
    """Presentation form of TLSA RDATA in hexadecimal."""
    return "%d %d %d %s" % (int(rdata[0:2], 16), int(rdata[2:4], 16),
                            int(rdata[4:6], 16), rdata[6:])


def main():
    program = sys.argv[1]
    port = t.free_port()
    with tempfile.TemporaryDirectory() as home:
        ca, ask = t.Ca(home), Asker(program, home)
        right = test_words(ask, home, ca, port)
        test_tlsa(ask, ca, port, right, home)
        test_refused(ask, ca, port, right)
        test_many(ask, ca, port, right)
        test_deadline(ask, ca, port, right)
        test_check(ca, port, right, home)
    print("targets: %s" % ("FAILED, %d" % len(failures) if failures
                           else "all as expected"))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
