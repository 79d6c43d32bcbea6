"""The cases of dns.py: servers and resolvers, and how each of them fails."""
import os
import re
import subprocess
import time

from dns_probe import (DEAD, GONE, RECORDS, SERIAL, SOA, TIMEOUT, UP, Case,
                       live, one, zone)
from dns_servers import HOST, Keys, ask_tcp, flag, http, later, truncate
from targets_servers import Ca
import servers


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


def hostile_https(lab, f, anchors, trap):
    """HTTPS servers that do not behave; nobody may be led to TRAP."""
    good = lab.nsd([("example.test", f["good"])])
    ca = Ca(lab.home, "hostile")
    cert, key = ca.issue("unkind", "doh.example.test")

    def fine(query):
        return http(ask_tcp(good, query))

    def slow(query):
        for octet in fine(query)[0]:
            time.sleep(TIMEOUT / 10000)
            yield bytes([octet])

    def endless(_query):
        yield b"HTTP/1.1 200 OK\r\nContent-Type: application/dns-message" \
            b"\r\nConnection: close\r\n\r\n"
        while True:
            yield b"x" * 65536
    elsewhere = "Location: https://doh.example.test:%d/\r\n" % trap.port
    for label, behave, state in (
            ("honest", fine, "answered"),
            ("a redirect", lambda q: http(
                b"", "302 Found", more=elsewhere), "broken"),
            ("another question", lambda q: http(
                ask_tcp(good, q).replace(b"example", b"exbmple")), "broken"),
            ("a query", lambda q: http(q), "broken"),
            ("another type", lambda q: http(
                ask_tcp(good, q), kind="text/plain"), "broken"),
            ("an error with a body", lambda q: http(
                ask_tcp(good, q), "500 Broken"), "broken"),
            ("nothing", lambda q: http(b""), "broken"),
            ("too long", lambda q: http(b"x" * 65536), "broken"),
            ("no end", endless, "broken"),
            ("a slow drip", slow, "timed-out")):
        port = lab.https(cert, key, behave)
        url = "https://doh.example.test:%d/" % port
        fault = "live-no-response" if state == "timed-out" else \
            "live-bad-response"
        ok = state == "answered"
        yield Case("HTTPS: " + label, live(
            ["{name: s, address: %s, url: '%s'}" % (HOST, url)], anchors, [],
            "  ca-file: %s\n" % ca.file),
            0 if ok else 3 if state == "timed-out" else 1,
            [] if ok else [fault, "live-unchecked"],
            ("unused", "unused", state), "secure" if ok else "unchecked",
            args=("api.example.test",))


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
