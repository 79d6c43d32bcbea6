#!/usr/bin/env python3
"""check --live against real name servers: what a change of NS, of a zone or of
keys needs from servers that run now.

usage: ZONEGATE=BUILD/zonegate targets_dns.py
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import targets_check as c
from targets_servers import free_port, run

failures = []


def expect(what, good, seen=""):
    if not good:
        failures.append(what)
        print("FAILED: %s %s" % (what, seen))


class Nsd:
    """NSD at one address with ZONES ({name: text})."""
    number = 0

    def __init__(self, home, address, port, zones):
        Nsd.number += 1
        self.home = os.path.join(home, "nsd%d" % Nsd.number)
        os.mkdir(self.home)
        conf = os.path.join(self.home, "nsd.conf")
        with open(conf, "w") as f:
            f.write(f"""server:
  ip-address: {address}@{port}
  username: ""
  chroot: ""
  database: ""
  zonesdir: "{self.home}"
  pidfile: "{self.home}/nsd.pid"
  xfrdfile: "{self.home}/xfrd.state"
  xfrdir: "{self.home}"
  zonelistfile: "{self.home}/zone.list"
  server-count: 1
remote-control:
  control-enable: no
""")
            for name, text in zones.items():
                with open(os.path.join(self.home, name + "zone"), "w") as z:
                    z.write(text)
                f.write('zone:\n  name: "%s"\n  zonefile: "%szone"\n'
                        % (name, name))
        with open(os.path.join(self.home, "log"), "wb") as log:
            self.process = subprocess.Popen(["nsd", "-d", "-c", conf],
                                            stdout=log, stderr=log)
        for _ in range(200):
            try:
                socket.create_connection((address, port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.02)
        self.close()
        raise RuntimeError("NSD does not start at %s" % address)

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Silent:
    """UDP and TCP at one address: counts what comes."""

    def __init__(self, address, port):
        self.count, self.closed = 0, False
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.tcp = socket.socket()
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for s in (self.udp, self.tcp):
            s.bind((address, port))
            s.settimeout(0.05)
        self.tcp.listen(16)
        self.threads = [threading.Thread(target=self._wait, args=(f,))
                        for f in (lambda: self.udp.recvfrom(4096),
                                  lambda: self.tcp.accept()[0].close())]
        for t in self.threads:
            t.start()

    def _wait(self, receive):
        while not self.closed:
            try:
                receive()
                self.count += 1
            except socket.timeout:
                pass

    def close(self):
        self.closed = True
        for t in self.threads:
            t.join()
        self.udp.close()
        self.tcp.close()


def policy(port, zones, servers, more=""):
    return """version: 1
zones: [%s]
targets: {edge: {addresses: [192.0.2.0/24]}}
failover:
  - {name: api.example.com., targets: [edge]}
live:
  timeout-ms: 700
  servers:
%s%s""" % (zones, "".join(
        "    - {name: %s, address: %s, port: %d%s}\n" % (
            name, address, port, ", zone: " + zone if zone else "")
        for name, address, zone in servers), more)


def zone(serial, records, servers=("127.0.20.1",)):
    text = "$ORIGIN example.com.\n$TTL 60\n"
    text += "@ SOA ns1 hostmaster %d 3600 600 604800 60\n" % serial
    for i, address in enumerate(servers):
        text += "@ NS ns%d\nns%d A %s\n" % (i + 1, i + 1, address)
    return text + "".join(r + "\n" for r in records)


RECORDS = ["api 60 A 192.0.2.1", "www A 192.0.2.2", "a.b.c TXT x",
           "mail MX 10 www"]
SERVERS = [("one", "127.0.20.1", None), ("two", "127.0.20.2", None)]


class Case:
    def __init__(self, home, program):
        self.repo = c.Repo(home, program)
        self.file = os.path.join(self.repo.dir, "example.com.zone")

    def commit(self, text, policy_text=None):
        with open(self.file, "w") as f:
            f.write(text)
        if policy_text is not None:
            with open(os.path.join(self.repo.dir, "zonegate.yaml"),
                      "w") as f:
                f.write(policy_text)
        self.repo.git("add", "-A")
        self.repo.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.repo.git("rev-parse", "HEAD")

    def check(self, case, base, head, status, *rules):
        got = self.repo.check(base, head)
        live = sorted(set(r for r, _ in got[1] if r.startswith("live-")))
        expect(case, got[0] == status and live == sorted(rules), got)
        return got


def test_new_server(case, home, port):
    """A name server that a change brings in must serve the zone already."""
    both = ("127.0.20.1", "127.0.20.2")
    text = policy(port, '{path: "{zone}.zone"}', SERVERS)
    base_text = zone(10, RECORDS)
    base = case.commit(base_text, text)
    head = case.commit(zone(11, RECORDS, both))
    one = Nsd(home, "127.0.20.1", port, {"example.com.": base_text})
    cases = [
        ("serves the zone", {"example.com.": base_text}, 0, []),
        ("serves nothing", {"example.net.": base_text.replace(
            "example.com", "example.net")}, 1, ["live-bad-response"]),
        ("has an empty zone", {"example.com.": zone(10, [])}, 1,
         ["live-bad-response"]),
        ("has another address for a protected name",
         {"example.com.": zone(10, ["api 60 A 203.0.113.7"] + RECORDS[1:])},
         1, ["live-bad-response"]),
        ("has an old zone", {"example.com.": zone(9, RECORDS)}, 1,
         ["live-stale"]),
        ("has a newer zone", {"example.com.": zone(12, RECORDS)}, 1,
         ["live-serial-ahead"]),
    ]
    for name, zones, status, rules in cases:
        two = Nsd(home, "127.0.20.2", port, zones)
        case.check("new server " + name, base, head, status, *rules)
        two.close()
    case.check("new server is down", base, head, 0, "live-no-response")
    silent = Silent("127.0.67.1", port)
    mute = Silent("127.0.67.1", 53)
    head = case.commit(zone(11, RECORDS, ("127.0.20.1", "127.0.67.1")))
    case.check("new server that the policy does not name", base, head, 0,
               "live-no-response", "live-unchecked")
    expect("it stays silent", silent.count + mute.count == 0)
    silent.close()
    mute.close()
    head = case.commit(zone(11, RECORDS) + "@ NS ns.example.net.\n")
    case.check("new server outside", base, head, 0, "live-no-response",
               "live-unchecked")
    one.close()


def test_old_server(case, home, port):
    """Servers that are there already: ahead, behind, gone."""
    text = policy(port, '{path: "{zone}.zone"}', SERVERS[:1])
    base = case.commit(zone(10, RECORDS), text)
    head = case.commit(zone(11, RECORDS + ["new TXT x"]))
    cases = [
        ("as the base", zone(10, RECORDS), 0, []),
        ("ahead of the base", zone(12, RECORDS), 1, ["live-serial-ahead"]),
        ("ahead of the base, as what is proposed", zone(11, RECORDS), 1,
         ["live-serial-ahead"]),
        ("behind the base", zone(9, RECORDS), 1, ["live-stale"]),
        ("over 2^31", zone(2**31 + 10, RECORDS), 1, ["live-serial-ahead"]),
    ]
    for name, served, status, rules in cases:
        one = Nsd(home, "127.0.20.1", port, {"example.com.": served})
        case.check("server " + name, base, head, status, *rules)
        one.close()
    case.check("server is down", base, head, 0, "live-no-response")
    text = """version: 1
zones: [{path: "{zone}.zone"}]
"""
    base = case.commit(zone(10, RECORDS), text)
    head = case.commit(zone(11, RECORDS + ["new TXT x"],
                            ("127.0.20.1", "127.0.67.1")))
    silent = Silent("127.0.67.1", 53)
    case.check("a policy that names no server", base, head, 0,
               "live-unchecked")
    expect("nobody is asked then", silent.count == 0)
    silent.close()


def signed(home, text, keys):
    """TEXT signed with KEYS by BIND."""
    plain = os.path.join(home, "plain.zone")
    with open(plain, "w") as f:
        f.write(text)
    run("dnssec-signzone", "-S", "-z", "-o", "example.com.", "-K", home, "-d",
        home, "-f", plain + ".signed", plain, *keys, cwd=home)
    with open(plain + ".signed") as f:
        return f.read()


def test_parent(case, home, port):
    """DS at the live parent against the keys that are proposed."""
    key = [run("dnssec-keygen", "-q", "-a", "ECDSAP256SHA256", "-f", "KSK",
               "-K", home, "example.com.").decode().strip()
           for _ in range(2)]
    ds = [run("dnssec-dsfromkey", "-2", os.path.join(home, k + ".key"))
          .decode().strip() for k in key]
    servers = SERVERS[:1] + [("parent", "127.0.20.9", "com.")]
    presigned = policy(port, "{path: \"{zone}.zone\", dnssec: {mode: "
                       "presigned}}", servers)
    unsigned = policy(port, "{path: \"{zone}.zone\", dnssec: {mode: "
                      "unsigned}}", servers)
    other = ds[1].split(" DS ")[1].strip()
    named = policy(port, "{path: \"{zone}.zone\", dnssec: {mode: trial, "
                   "parent-ds: [\"%s\"]}}" % other, servers)

    def parent(*records):
        return Nsd(home, "127.0.20.9", port, {"com.": """$ORIGIN com.
$TTL 60
@ SOA a.nic.com. b.nic.com. 1 2 3 4 5
@ NS a.nic.com.
a.nic.com. A 127.0.20.9
example NS ns1.example
ns1.example A 127.0.20.1
""" + "".join(r + "\n" for r in records)})

    def go(name, policy_text, base_text, head_text, records, status, *rules):
        base = case.commit(base_text, policy_text)
        head = case.commit(head_text)
        one = Nsd(home, "127.0.20.1", port, {"example.com.": base_text})
        up = parent(*records) if records is not None else None
        got = case.repo.check(base, head)
        live = sorted(set(r for r, _ in got[1] if r.startswith("live-")))
        expect(name, live == sorted(rules) and
               (status is None or got[0] == status), got)
        one.close()
        if up is not None:
            up.close()

    def sign(serial, which):
        # Keys of a folder of their own: all in it would sign.
        folder = os.path.join(home, "keys%d" % serial)
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        for k in which:
            for end in (".key", ".private"):
                shutil.copy(os.path.join(home, k + end), folder)
        return signed(folder, zone(serial, RECORDS), which)

    first, again = sign(10, key[:1]), sign(11, key[:1])
    second = sign(12, key[1:])
    go("DS of the key", presigned, first, again, ds[:1], 0)
    go("DS of both keys", presigned, first, again, ds, 0)
    go("DS of another key", presigned, first, again, ds[1:], 1, "live-ds")
    go("no DS", presigned, first, again, [], 0)
    # The key continuity of the zone blocks that, too.
    go("the key the DS names leaves", presigned, first, second, ds[:1], 1,
       "live-ds")
    go("parent is down", presigned, first, again, None, 0, "live-unchecked")
    plain, later = zone(10, RECORDS), zone(11, RECORDS + ["new TXT x"])
    go("DS of a zone that is not signed", unsigned, plain, later, ds[:1], 1,
       "live-ds")
    go("no DS of a zone that is not signed", unsigned, plain, later, [], 1)
    go("DS as the policy says", named, plain, later, ds[1:], 0)
    go("DS other than the policy says", named, plain, later, ds[:1], 1,
       "live-ds")
    go("no DS though the policy says so", named, plain, later, [], 1,
       "live-ds")


def main():
    port = free_port()
    program = os.environ["ZONEGATE"]
    with tempfile.TemporaryDirectory() as home:
        case = Case(home, program)
        test_new_server(case, home, port)
        test_old_server(case, home, port)
        test_parent(case, home, port)
    print("targets_dns: %s" % ("FAILED, %d" % len(failures) if failures
                               else "all as expected"))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
