#!/usr/bin/env python3
"""What NSD and Knot serve, held against what was attested.

    confirm.py [--keep DIR]

A revision of several zones is attested and exported. NSD and Knot serve the
exports: as they are, altered, signed, signed and altered, with and without
TSIG, one of them long enough for hundreds of messages. "zonegate confirm" must
confirm the first kind, name the differing RRset of the second, and say of
everything else that it could not be compared: a refusal, a wrong key, and the
answers of a server that was written to be broken. ZONEGATE is the program.
Exit status 0 when all of it held.
"""
import argparse
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "differential"))
from place import Place, Tally, zone_text  # noqa: E402
from servers import free_port, wait_for, wire  # noqa: E402

SECRET = "bm90IGEgc2VjcmV0LCBidXQgMzIgb2N0ZXRzIGxvbmc="
OTHER = "YW5vdGhlciBzZWNyZXQsIGFsc28gMzIgb2N0ZXRzISE="
LONG = 12000

# zone: may it be transferred without a key?
ZONES = {"plain.example.": True, "altered.example.": True,
         "missing.example.": True, "added.example.": True,
         "ttl.example.": True, "older.example.": True,
         "signed.example.": True, "forged.example.": True,
         "keyed.example.": False, "long.example.": False}


def make(p):
    zones = {z: zone_text(z, 5) for z in ZONES}
    zones["long.example."] += "".join(
        "n%d IN TXT \"%s\"\n" % (i, "x" * 120) for i in range(LONG))
    p.make(zones, {"long.example.": "unsigned"})
    p.keys()
    p.write("work/zones/plain.example.zone", zone_text("plain.example.", 6))
    p.git("commit", "-qam", "attested")
    p.git("push", "-q", "origin", "main")
    p.zonegate("attest", "--repo", "remote.git", "--key", "key", ok=(0,))
    p.zonegate("export", "--repo", "remote.git", "--all", "--output-dir",
               "served", ok=(0,))


def edit(p, zone, old, new):
    with open(p.path("served", zone + "zone")) as f:
        text = f.read()
    assert old in text, (zone, old)
    p.write("served/%szone" % zone, text.replace(old, new))


def sign(p, zone):
    p.run("dnssec-keygen", "-q", "-a", "13", "-f", "KSK", zone, ok=(0,))
    p.run("dnssec-keygen", "-q", "-a", "13", zone, ok=(0,))
    p.run("dnssec-signzone", "-S", "-N", "increment", "-o", zone, "-f",
          "served/%szone" % zone, "served/%szone" % zone, ok=(0,))


def alter(p):
    edit(p, "altered.example.", "192.0.2.80", "203.0.113.80")
    edit(p, "missing.example.", "www.missing.example. 3600 IN A 192.0.2.80\n",
         "")
    edit(p, "added.example.", "www.added",
         "evil.added.example. 60 IN A 203.0.113.66\nwww.added")
    edit(p, "ttl.example.", "www.ttl.example. 3600", "www.ttl.example. 86400")
    edit(p, "older.example.", " 5 7200", " 4 7200")
    sign(p, "signed.example.")
    edit(p, "forged.example.", "192.0.2.80", "203.0.113.80")
    sign(p, "forged.example.")


# zone: (status, differing RRsets)
WANT = {"plain.example.": (0, []),
        "altered.example.": (1, ["www.altered.example. A"]),
        "missing.example.": (1, ["www.missing.example. A"]),
        "added.example.": (1, ["evil.added.example. A"]),
        "ttl.example.": (1, ["www.ttl.example. A"]),
        "older.example.": (1, ["older.example. SOA"]),
        "signed.example.": (0, []),
        "forged.example.": (1, ["www.forged.example. A"])}


def nsd(p, port):
    home = p.path("nsd")
    os.mkdir(home)
    conf = f"""server:
  ip-address: 127.0.0.1@{port}
  username: ""
  chroot: ""
  database: ""
  zonesdir: "{p.path('served')}"
  pidfile: "{home}/pid"
  xfrdfile: "{home}/xfrd.state"
  xfrdir: "{home}"
  zonelistfile: "{home}/zone.list"
  server-count: 1
remote-control:
  control-enable: no
key:
  name: "transfer.key"
  algorithm: hmac-sha256
  secret: "{SECRET}"
"""
    for zone, free in ZONES.items():
        conf += f'zone:\n  name: "{zone}"\n  zonefile: "{zone}zone"\n'
        if free:
            conf += "  provide-xfr: 127.0.0.1 NOKEY\n"
        conf += "  provide-xfr: 127.0.0.1 transfer.key\n"
    p.write("nsd/conf", conf)
    return ["nsd", "-d", "-c", home + "/conf"]


def knot(p, port):
    home = p.path("knot")
    os.mkdir(home)
    conf = f"""server:
  listen: 127.0.0.1@{port}
  rundir: {home}
  pidfile: {home}/pid
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: info
database:
  storage: {home}
  journal-db-max-size: 8M
key:
  - id: transfer.key
    algorithm: hmac-sha256
    secret: {SECRET}
acl:
  - id: free
    address: 127.0.0.1
    action: transfer
  - id: keyed
    key: transfer.key
    action: transfer
policy:
  - id: auto
    algorithm: ecdsap256sha256
    cds-cdnskey-publish: always
template:
  - id: default
    storage: {p.path('served')}
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
    semantic-checks: off
zone:
"""
    for zone, free in ZONES.items():
        conf += f'  - domain: "{zone}"\n    file: "{zone}zone"\n'
        conf += "    acl: [keyed%s]\n" % (", free" if free else "")
    # A server that signs by itself and publishes CDS.
    conf += ("  - domain: auto.example.\n    file: auto.example.zone\n"
             "    acl: [keyed, free]\n    dnssec-signing: on\n"
             "    dnssec-policy: auto\n")
    p.write("knot/conf", conf)
    return ["knotd", "-c", home + "/conf"]


def confirm(p, zone, port, *more, rev="main"):
    done = p.zonegate(
        "confirm", "--repo", "remote.git", "--rev", rev, "--public-key",
        "key.pub", "--zone", zone, "--server", "127.0.0.1:%d" % port,
        "--format", "json", *more)
    report = json.loads(done.stdout) if done.stdout else {}
    return done.returncode, report, done.stderr.decode()


def names(report):
    return ["%s %s" % (d["name"], d["type"]) for d in report["differences"]]


def hold_zones(p, t, server, port):
    for zone, (status, differs) in WANT.items():
        for key in ([], ["--tsig", "good.key"]):
            got, report, err = confirm(p, zone, port, *key)
            t.check(got == status and names(report) == differs,
                    "%s %s %s: status %d, %s %s" % (
                        server, zone, key, got, report.get("differences"),
                        err))
    for zone in ("keyed.example.", "long.example."):
        got, report, err = confirm(p, zone, port, "--tsig", "good.key")
        t.check(got == 0, "%s %s: %d %s" % (server, zone, got, err))
        for key in ([], ["--tsig", "bad.key"], ["--tsig", "other.key"]):
            got, report, err = confirm(p, zone, port, *key)
            t.check(got == 3 and not report and err.startswith("error"),
                    "%s %s %s: %d %s" % (server, zone, key, got, err))
    for more, status in ((["--serial", "exact"], 1), (["--whole"], 1)):
        got, report, err = confirm(p, "signed.example.", port, *more)
        t.check(got == status, "%s signed %s: %d" % (server, more, got))
    # Zones that were not attested, a revision that was not.
    got, _, err = confirm(p, "nowhere.example.", port)
    t.check(got == 3, "%s nowhere: %d %s" % (server, got, err))
    got, _, err = confirm(p, "plain.example.", port, rev="main~1")
    t.check(got == 3, "%s unattested: %d %s" % (server, got, err))


def hold_auto(p, t, port):
    """Knot signs auto.example itself: what it adds is named."""
    for _ in range(100):
        got, report, err = confirm(p, "auto.example.", port)
        if got == 0 and report["aside"].get("RRSIG"):
            break
        time.sleep(0.1)
    t.check(got == 0 and report["aside"].get("CDS") == 1,
            "knot signs by itself: %d %s %s" % (got, report, err))


def serve(p, t, name, make_server):
    port = free_port()
    with open(p.path(name + ".log"), "wb") as log:
        process = subprocess.Popen(make_server(p, port), stdout=log,
                                   stderr=log)
    try:
        wait_for(port, process)
        for _ in range(200):  # the long zone is loaded last
            if confirm(p, "long.example.", port, "--tsig",
                       "good.key")[0] != 3:
                break
            time.sleep(0.05)
        hold_zones(p, t, name, port)
        hold_flips(p, t, name, port)
        if name == "knot":
            hold_auto(p, t, port)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# ---- servers that are broken --------------------------------------------------

ZONE = "plain.example."


def rr(owner, rtype, rdata, ttl=3600, rclass=1):
    return wire(owner) + struct.pack(">HHIH", rtype, rclass, ttl,
                                     len(rdata)) + rdata


def soa(serial=6, origin=ZONE):
    return rr(origin, 6, wire("ns1." + ZONE) + wire("host." + ZONE) +
              struct.pack(">IIIII", serial, 7200, 3600, 1209600, 300))


A = b"\xc0\x00\x02\x01"


def reply(query, *records, flags=0x8400, qd=None, ident=None, count=None):
    question = query[12:12 + len(wire(ZONE)) + 4] if qd is None else qd
    head = struct.pack(
        ">HHHHHH", struct.unpack(">H", query[:2])[0] if ident is None
        else ident, flags, 1 if question else 0,
        len(records) if count is None else count, 0, 0)
    return head + question + b"".join(records)


def framed(message):
    return struct.pack(">H", len(message)) + message


def drip(sock, query):
    message = framed(reply(query, soa(), soa()))
    for octet in message:
        sock.sendall(bytes([octet]))
        time.sleep(0.5)


def endless(sock, query):
    sock.sendall(framed(reply(query, soa())))
    body = [rr("n%d.%s" % (i, ZONE), 1, A) for i in range(1000)]
    while True:
        sock.sendall(framed(reply(query, *body)))


BROKEN = {
    "nothing": lambda q: b"",
    "a length only": lambda q: b"\xff\xff",
    "cut": lambda q: framed(reply(q, soa(), soa()))[:-5],
    "closed before the end": lambda q: framed(reply(q, soa())),
    "no SOA first": lambda q: framed(reply(q, rr(ZONE, 2, wire("n." + ZONE)),
                                           soa())),
    "another SOA at the end": lambda q: framed(reply(q, soa(), soa(7))),
    "another zone's SOA": lambda q: framed(
        reply(q, soa(origin="other.example."), soa(origin="other.example."))),
    "records of another zone": lambda q: framed(
        reply(q, soa(), rr("www.other.example.", 1, A), soa())),
    "class CH": lambda q: framed(
        reply(q, soa(), rr("www." + ZONE, 1, A, rclass=3), soa())),
    "records behind the end": lambda q: framed(
        reply(q, soa(), soa(), rr("www." + ZONE, 1, A))),
    "another id": lambda q: framed(reply(q, soa(), soa(), ident=(
        struct.unpack(">H", q[:2])[0] + 1) & 0xffff)),
    "another question": lambda q: framed(
        reply(q, soa(), soa(), qd=wire("other.example.") + b"\0\xfc\0\1")),
    "a query": lambda q: framed(reply(q, soa(), soa(), flags=0)),
    "truncated": lambda q: framed(reply(q, soa(), soa(), flags=0x8600)),
    "REFUSED": lambda q: framed(reply(q, flags=0x8405)),
    "empty": lambda q: framed(reply(q)),
    "more records than there are": lambda q: framed(
        reply(q, soa(), soa(), count=9)),
    "a compression loop": lambda q: framed(
        reply(q, soa(), b"\xc0\x2b" * 8, count=3)),
    "malformed A": lambda q: framed(
        reply(q, soa(), rr("www." + ZONE, 1, b"\1\2\3"), soa())),
    "type ANY": lambda q: framed(
        reply(q, soa(), rr("www." + ZONE, 255, A), soa())),
    "OPT as a record": lambda q: framed(
        reply(q, soa(), rr(ZONE, 41, b""), soa())),
    "noise": lambda q: framed(os.urandom(400)),
}


class Broken(threading.Thread):
    def __init__(self, behaviour):
        super().__init__(daemon=True)
        self.behaviour = behaviour
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        self.start()

    def run(self):
        conn, _ = self.sock.accept()
        with conn:
            try:
                n, = struct.unpack(">H", conn.recv(2))
                query = conn.recv(n)
                if self.behaviour in (drip, endless):
                    self.behaviour(conn, query)
                else:
                    conn.sendall(self.behaviour(query))
                    conn.shutdown(socket.SHUT_WR)
                    conn.recv(1)
            except OSError:
                pass
        self.sock.close()


def hold_broken(p, t):
    for name, behaviour in BROKEN.items():
        for key in ([], ["--tsig", "good.key"]):
            got, report, err = confirm(p, ZONE, Broken(behaviour).port, *key)
            t.check(got == 3 and not report and err.startswith("error") and
                    "judging" not in err,
                    "%s %s: status %d %s %s" % (name, key, got, report, err))
    for behaviour in (drip, endless):
        began = time.time()
        got, _, err = confirm(p, ZONE, Broken(behaviour).port, "--timeout",
                              "2")
        t.check(got == 3 and time.time() - began < 8,
                "%s: status %d %s" % (behaviour.__name__, got, err))
    # An answer that is whole, but without the signature that was asked for.
    got, _, err = confirm(
        p, ZONE, Broken(lambda q: framed(reply(q, soa(), soa()))).port,
        "--tsig", "good.key")
    t.check(got == 3 and "signed" in err, "unsigned: %d %s" % (got, err))


class Proxy(threading.Thread):
    """Between confirm and a server; flips one bit of what the server says."""

    def __init__(self, port, at):
        super().__init__(daemon=True)
        self.server, self.at, self.seen = port, at, 0
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        self.start()

    def run(self):
        conn, _ = self.sock.accept()
        with conn, socket.create_connection(("127.0.0.1",
                                             self.server)) as up:
            try:
                n, = struct.unpack(">H", conn.recv(2))
                up.sendall(struct.pack(">H", n) + conn.recv(n))
                up.settimeout(1)
                while True:
                    data = bytearray(up.recv(65536))
                    if not data:
                        break
                    if self.at is not None and \
                            self.seen <= self.at < self.seen + len(data):
                        # Not bit 5: names differ by it in case only.
                        data[self.at - self.seen] ^= 1 << self.at % 5
                    self.seen += len(data)
                    conn.sendall(data)
            except OSError:
                pass
        self.sock.close()


def hold_flips(p, t, server, port):
    """No single bit of a signed transfer can be changed unnoticed."""
    whole = Proxy(port, None)
    got, _, err = confirm(p, "keyed.example.", whole.port, "--tsig",
                          "good.key")
    if not t.check(got == 0, "%s through a proxy: %s" % (server, err)):
        return
    whole.join(5)
    # Without a key a changed bit may be a changed zone, but never a crash.
    for at in range(0, whole.seen, max(1, whole.seen // 60)):
        got, _, err = confirm(p, "plain.example.", Proxy(port, at).port,
                              "--timeout", "3")
        t.check(got in (0, 1, 3) and "judging" not in err,
                "%s: octet %d: status %d %s" % (server, at, got, err))
    # Past the length, which decides how much is read, and the id.
    places = range(4, whole.seen, max(1, whole.seen // 90))
    for at in places:
        got, _, err = confirm(p, "keyed.example.", Proxy(port, at).port,
                              "--tsig", "good.key", "--timeout", "3")
        t.check(got == 3, "%s: bit of octet %d of %d flipped: status %d %s" % (
            server, at, whole.seen, got, err))


def hold_files(p, t):
    """The exports load the same in BIND, Knot and NSD, and are confirmed."""
    for zone in ("plain.example.", "long.example."):
        file = "served/%szone" % zone
        for check in (["named-checkzone", "-q", zone, file],
                      ["kzonecheck", "-o", zone, file],
                      ["nsd-checkzone", zone, file]):
            t.check(p.run(*check).returncode == 0, " ".join(check))
        again = p.run("named-compilezone", "-q", "-i", "none", "-s", "full",
                      "-o", "again", zone, file)
        t.check(again.returncode == 0, "named-compilezone " + zone)
        for name in (file, "again"):
            done = p.zonegate(
                "confirm", "--repo", "remote.git", "--public-key", "key.pub",
                "--zone", zone, "--file", name)
            t.check(done.returncode == 0, "file %s: %s" % (
                name, done.stderr))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep")
    args = parser.parse_args()
    p, t = Place(args.keep), Tally()
    try:
        ZONES["auto.example."] = True
        make(p)
        del ZONES["auto.example."]
        hold_files(p, t)
        alter(p)
        for name, secret in (("good", SECRET), ("bad", OTHER),
                             ("other", SECRET)):
            p.write(name + ".key", 'key "%s" {\n\talgorithm hmac-sha256;\n'
                    '\tsecret "%s";\n};\n' % (
                        "unknown.key" if name == "other" else "transfer.key",
                        secret))
            os.chmod(p.path(name + ".key"), 0o600)
        serve(p, t, "nsd", nsd)
        serve(p, t, "knot", knot)
        hold_broken(p, t)
    finally:
        p.close()
    return t.end("confirm")


if __name__ == "__main__":
    sys.exit(main())
