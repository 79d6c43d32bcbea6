#!/usr/bin/env python3
"""Roll-overs of keys, push by push, against a validating resolver.

    rollover.py [--keep DIR] [ZONEGATE]

Four roll-overs run side by side, each in a repository of its own with the hook
that "zonegate install-hook" puts there: a ZSK (pre-publication), a KSK
(double-DS), a KSK (double-signature) and the algorithm, 8 to 13. Each zone and
its parent are signed by dnssec-signzone with keys of dnssec-keygen and are
committed signed. Every version that the hook accepts is published by NSD at
once; every step is pushed as soon as the one before was accepted, must be
blocked by the rule that is named, and is pushed again at the time that the
finding gave. Steps left out are tried, too.

All the while Unbound, whose cache is never flushed and which insists on every
algorithm, is asked for answers and denials in every zone: each must carry the
AD bit. TTLs are two seconds (of DS four) and "propagation" is two, so that nothing but real
time has to pass: no clock is set anywhere.

Three more repositories have no hook and get such a step all the same: there,
Unbound must fail, else this test could not.

Exit status 0 when every step went as it must.
"""
import argparse
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import servers  # noqa: E402
from servers import free_port, wait_for  # noqa: E402

TTL = 2
DS_TTL = 4  # longer, or caches lose DS and keys together
PROPAGATION = 2
CONTINUITY = "dnssec-key-continuity"
POLICY = """version: 1
zones:
  - path: zones/{zone}.zone
    dnssec: {mode: presigned, propagation: %ds}
""" % PROPAGATION
ENV = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC",
       "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A U Thor",
       "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "C",
       "GIT_COMMITTER_EMAIL": "c@example.com"}
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
    if name in os.environ:
        ENV[name] = os.environ[name]


def run(args, cwd, check=True):
    got = subprocess.run(args, cwd=cwd, env=dict(ENV, HOME=cwd),
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    text = got.stdout.decode("utf-8", "replace")
    if check and got.returncode != 0:
        raise RuntimeError("%s: %d\n%s" % (args, got.returncode, text))
    return got.returncode, text


# ---- keys and zones ---------------------------------------------------------

class Key:
    def __init__(self, directory, zone, algorithm, ksk):
        args = ["dnssec-keygen", "-q", "-K", directory, "-a", str(algorithm)]
        if algorithm == 8:
            args += ["-b", "2048"]
        if ksk:
            args += ["-f", "KSK"]
        self.directory, self.algorithm = directory, algorithm
        self.name = run(args + [zone], directory)[1].split()[-1]
        with open(os.path.join(directory, self.name + ".key")) as f:
            self.dnskey = "".join(x for x in f if not x.startswith(";"))

    def ds(self):
        text = run(["dnssec-dsfromkey", "-2", "-T", str(DS_TTL),
                    self.name + ".key"], self.directory)[1]
        return text


def stamp(offset):
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(time.time() + offset))


def signed_once(directory, zone, text, published, signing):
    """Lines of the signed zone, one record each."""
    scratch = tempfile.mkdtemp(dir=directory)
    for key in signing:
        for end in (".key", ".private"):
            shutil.copy(os.path.join(key.directory, key.name + end), scratch)
    with open(os.path.join(scratch, "zone"), "w") as f:
        f.write(text + "".join(k.dnskey for k in published))
    run(["dnssec-signzone", "-q", "-P", "-x", "-K", ".", "-o", zone, "-O",
         "full", "-T", str(TTL), "-s", stamp(-3600), "-e",
         stamp(12 * 86400), "-f", "out", "zone"] +
        [k.name for k in signing], scratch)
    with open(os.path.join(scratch, "out")) as f:
        lines = [x for x in f if not x.startswith(";")]
    shutil.rmtree(scratch)
    return lines


def sign(directory, zone, text, published, signing):
    """As signed_once(), where keys that sign need not be published."""
    lines = signed_once(directory, zone, text, published,
                        [k for k in signing if k in published])
    hidden = {k.algorithm for k in signing if k not in published}
    if hidden:
        both = signed_once(directory, zone, text,
                           published + [k for k in signing
                                        if k not in published], signing)
        for line in both:
            word = line.split()
            if word[3] == "RRSIG" and word[4] != "DNSKEY" and \
                    int(word[5]) in hidden:
                lines.append(line)
    return "".join(lines)


def unsigned(zone, serial, rest):
    return ("%s %d SOA ns1.dns.example. h.dns.example. %d 7200 900 1209600 %d\n"
            "%s %d NS ns1.dns.example.\n%s %d NS ns2.dns.example.\n" % (
                zone, TTL, serial, TTL, zone, TTL, zone, TTL)) + rest


# ---- one roll-over ----------------------------------------------------------

class Failure(Exception):
    pass


class Rollover:
    """A repository with a parent and a child zone, and its hook."""

    def __init__(self, directory, name, program):
        self.directory = os.path.join(directory, name)
        self.name, self.program = name, program
        self.parent, self.child = name + ".", "child." + name + "."
        self.work = os.path.join(self.directory, "work")
        self.remote = os.path.join(self.directory, "remote.git")
        self.public = os.path.join(self.directory, "public")
        self.serial, self.blocked, self.accepted = 0, 0, 0
        self.publish = None
        for d in (self.work + "/zones", self.public,
                  self.directory + "/keys"):
            os.makedirs(d)
        self.parent_keys = [self.key(self.parent, 13, True),
                            self.key(self.parent, 13, False)]

    def key(self, zone, algorithm, ksk):
        return Key(self.directory + "/keys", zone, algorithm, ksk)

    def write(self, zone, rest, published, signing):
        text = unsigned(zone, self.serial, rest)
        with open("%s/zones/%szone" % (self.work, zone), "w") as f:
            f.write(sign(self.directory, zone, text, published, signing))

    def version(self, ds, published, signing):
        """Commit a version of both zones."""
        self.serial += 1
        self.write(self.parent,
                   "%s %d NS ns1.dns.example.\n%s %d NS ns2.dns.example.\n" % (
                       self.child, TTL, self.child, TTL) +
                   "".join(k.ds() for k in ds), self.parent_keys,
                   self.parent_keys)
        self.write(self.child,
                   "www.%s %d A 192.0.2.1\nwww.%s %d TXT \"%d\"\n" % (
                       self.child, TTL, self.child, TTL, self.serial),
                   published, signing)
        run(["git", "add", "-A"], self.work)
        run(["git", "commit", "-q", "-m", "version %d" % self.serial],
            self.work)

    def push(self):
        return run(["git", "push", "origin", "HEAD:main"], self.work,
                   check=False)

    def force(self, ds, published, signing):
        """Publish what a hook would have blocked."""
        self.version(ds, published, signing)
        run(["git", "push", "-q", "origin", "main"], self.work)
        self.take()
        time.sleep(TTL + DS_TTL)

    def begin(self, ds, published, signing):
        run(["git", "init", "-q", "-b", "main", self.work], self.directory)
        run(["git", "init", "-q", "--bare", "-b", "main", self.remote],
            self.directory)
        run(["git", "remote", "add", "origin", self.remote], self.work)
        with open(self.work + "/zonegate.yaml", "w") as f:
            f.write(POLICY)
        self.version(ds, published, signing)
        run(["git", "push", "-q", "origin", "main"], self.work)
        if not self.name.startswith("no-hook"):
            run([self.program, "install-hook", self.remote], self.directory)
        self.take()

    def take(self):
        """Publish what the server has."""
        for zone in (self.parent, self.child):
            text = run(["git", "show", "main:zones/%szone" % zone],
                       self.remote)[1]
            path = "%s/%szone" % (self.public, zone)
            with open(path + ".new", "w") as f:
                f.write(text)
            os.rename(path + ".new", path)
        if self.publish is not None:
            self.publish(self)

    def rules(self, said):
        return set(re.findall(r"error\[([a-z-]+)\]", said))

    def expect_blocked(self, what, said, rules):
        if self.rules(said) != rules:
            raise Failure("%s: %s: errors %s, not %s\n%s" % (
                self.name, what, sorted(self.rules(said)), sorted(rules),
                said))
        self.blocked += 1

    def skip(self, what, ds, published, signing, rules=None):
        """A step for which another one is missing: blocked at any time."""
        self.version(ds, published, signing)
        status, said = self.push()
        if status == 0:
            raise Failure("%s: %s: accepted" % (self.name, what))
        self.expect_blocked(what, said, rules or {CONTINUITY})
        run(["git", "reset", "-q", "--hard", "HEAD~1"], self.work)

    def step(self, what, ds, published, signing, early=True):
        """Push; with EARLY it is blocked first, then at its time accepted."""
        self.version(ds, published, signing)
        status, said = self.push()
        if early:
            if status == 0:
                raise Failure("%s: %s: accepted too early" % (
                    self.name, what))
            self.expect_blocked(what, said, {CONTINUITY})
            said = re.sub(r"\s*\nremote:\s*", " ", said)
            times = re.findall(r"not before (\d+-\d+-\d+T\d+:\d+:\d+)Z", said)
            if not times:
                raise Failure("%s: %s: no time\n%s" % (self.name, what, said))
            at = max(time.mktime(time.strptime(t, "%Y-%m-%dT%H:%M:%S"))
                     for t in times)
            time.sleep(max(0, at - time.time()))
            status, said = self.push()
        if status != 0:
            raise Failure("%s: %s: not accepted\n%s" % (
                self.name, what, said))
        self.accepted += 1
        self.take()


def roll_zsk(r):
    k, z1, z2 = (r.key(r.child, 13, x) for x in (True, False, False))
    r.begin([k], [k, z1], [k, z1])
    yield
    r.skip("other ZSK at once", [k], [k, z2], [k, z2])
    r.skip("sign at once", [k], [k, z1, z2], [k, z2])
    r.step("publish", [k], [k, z1, z2], [k, z1], early=False)
    r.step("sign with it", [k], [k, z1, z2], [k, z2])
    r.step("remove the old one", [k], [k, z2], [k, z2])


def roll_ksk_ds(r):
    k1, k2, z = (r.key(r.child, 13, x) for x in (True, True, False))
    r.begin([k1], [k1, z], [k1, z])
    yield
    r.skip("key and DS at once", [k2], [k2, z], [k2, z])
    r.step("second DS", [k1, k2], [k1, z], [k1, z], early=False)
    r.step("other key", [k1, k2], [k2, z], [k2, z])
    r.step("remove the DS", [k2], [k2, z], [k2, z])


def roll_ksk_signature(r):
    k1, k2, z = (r.key(r.child, 13, x) for x in (True, True, False))
    r.begin([k1], [k1, z], [k1, z])
    yield
    r.step("second key", [k1], [k1, k2, z], [k1, k2, z], early=False)
    r.step("other DS", [k2], [k1, k2, z], [k1, k2, z])
    r.step("remove the key", [k2], [k2, z], [k2, z])


def roll_algorithm(r):
    k8, z8 = r.key(r.child, 8, True), r.key(r.child, 8, False)
    k, z = r.key(r.child, 13, True), r.key(r.child, 13, False)
    r.begin([k8], [k8, z8], [k8, z8])
    yield
    r.skip("all at once", [k], [k, z], [k, z])
    r.skip("keys with their signatures", [k8], [k8, z8, k, z],
           [k8, z8, k, z])
    r.step("sign", [k8], [k8, z8], [k8, z8, k, z], early=False)
    r.step("publish", [k8], [k8, z8, k, z], [k8, z8, k, z])
    r.step("other DS", [k], [k8, z8, k, z], [k8, z8, k, z])
    r.step("remove the keys", [k], [k, z], [k8, z8, k, z])
    r.step("remove the signatures", [k], [k, z], [k, z])


def force_zsk(r):
    k, z1, z2 = (r.key(r.child, 13, x) for x in (True, False, False))
    r.begin([k], [k, z1], [k, z1])
    yield
    r.force([k], [k, z2], [k, z2])


def force_ksk(r):
    k1, k2, z = (r.key(r.child, 13, x) for x in (True, True, False))
    r.begin([k1], [k1, z], [k1, z])
    yield
    r.force([k2], [k2, z], [k2, z])


def force_algorithm(r):
    k8, z8 = r.key(r.child, 8, True), r.key(r.child, 8, False)
    k, z = r.key(r.child, 13, True), r.key(r.child, 13, False)
    r.begin([k8], [k8, z8], [k8, z8])
    yield
    r.force([k], [k, z], [k, z])


ROLLS = {"zsk": roll_zsk, "ksk-ds": roll_ksk_ds,
         "ksk-sig": roll_ksk_signature, "algorithm": roll_algorithm,
         "no-hook-zsk": force_zsk, "no-hook-ksk": force_ksk,
         "no-hook-algorithm": force_algorithm}


# ---- servers ----------------------------------------------------------------

def ask(port, name, rtype, wait=3):
    """(rcode, AD, answer message) over UDP, truncated answers over TCP."""
    msg = servers.ask(("127.0.0.1", port), name, rtype, 0x20, wait, 4096)
    if msg is None:
        raise socket.timeout
    flags, = struct.unpack_from(">H", msg, 2)
    return flags & 15, bool(flags & 0x20), msg


class Servers:
    def __init__(self, directory, rolls):
        self.nsd_port, self.port = free_port(), free_port()
        self.home = os.path.join(directory, "servers")
        os.mkdir(self.home)
        self.processes = []
        self.lock = threading.Lock()
        self.zones = [(z, r) for r in rolls for z in (r.parent, r.child)]

    def start(self, args, port):
        log = open(os.path.join(self.home, args[0] + ".log"), "wb")
        process = subprocess.Popen(args, stdout=log, stderr=log)
        log.close()
        self.processes.append(process)
        wait_for(port, process)
        return process

    def start_nsd(self):
        conf = os.path.join(self.home, "nsd.conf")
        with open(conf, "w") as f:
            f.write(servers.nsd_server(
                self.home, "127.0.0.1", self.nsd_port, self.home,
                "  rrl-ratelimit: 0\n  minimal-responses: no\n"))
            for zone, r in self.zones:
                f.write(f'zone:\n  name: "{zone}"\n'
                        f'  zonefile: "{r.public}/{zone}zone"\n')
        self.nsd = self.start(["nsd", "-d", "-c", conf], self.nsd_port)

    def start_unbound(self):
        conf = os.path.join(self.home, "unbound.conf")
        with open(conf, "w") as f:
            f.write(f"""server:
  interface: 127.0.0.1@{self.port}
  access-control: 127.0.0.0/8 allow
  username: ""
  chroot: ""
  directory: "{self.home}"
  pidfile: ""
  use-syslog: no
  logfile: ""
  num-threads: 1
  do-ip6: no
  do-not-query-localhost: no
  local-zone: "test." nodefault
  module-config: "validator iterator"
  harden-algo-downgrade: yes
  prefetch: no
  aggressive-nsec: no
  serve-expired: no
  val-log-level: 2
""")
            for r in {r.name: r for _, r in self.zones}.values():
                ds = r.parent_keys[0].ds().split()
                ds = " ".join(ds[ds.index("DS"):])
                f.write(f'  trust-anchor: "{r.parent} {ds}"\n')
            for zone, _ in self.zones:
                f.write(f'stub-zone:\n  name: "{zone}"\n'
                        f'  stub-addr: 127.0.0.1@{self.nsd_port}\n'
                        "  stub-prime: no\n")
        self.start(["unbound", "-d", "-c", conf], self.port)

    def publish(self, r):
        """Have NSD load the new files; wait until it serves them."""
        begin = time.time()
        with self.lock:
            self.nsd.send_signal(1)
        while time.time() - begin < 10:
            _, _, msg = ask(self.nsd_port, "www." + r.child, 16)
            text = str(r.serial).encode()
            if bytes([len(text)]) + text in msg[30:]:
                break
            time.sleep(0.05)
            if time.time() - begin > 1.5:
                with self.lock:
                    self.nsd.send_signal(1)
        took = time.time() - begin
        if took > PROPAGATION:
            raise Failure("%s: NSD took %.1f s to publish: the machine is too "
                          "slow for this test" % (r.name, took))

    def stop(self):
        for p in self.processes:
            p.terminate()
        for p in self.processes:
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()


class Watch(threading.Thread):
    """Ask for everything in one zone, again and again."""

    def __init__(self, port, r):
        super().__init__(daemon=True)
        self.port, self.r = port, r
        self.done, self.asked, self.bad = False, 0, []

    def questions(self):
        n = 0
        while True:
            n += 1
            yield "www." + self.r.child, 1, 0
            yield "www." + self.r.child, 15, 0
            yield "no%d.%s" % (n, self.r.child), 1, 3
            yield self.r.child, 6, 0
            yield self.r.child, 48, 0
            yield "www." + self.r.child, 28, 0

    def run(self):
        for name, rtype, want in self.questions():
            if self.done:
                return
            try:
                rcode, ad, _ = ask(self.port, name, rtype, 5)
            except OSError as e:
                self.bad.append("%s %d: %s" % (name, rtype, e))
                continue
            self.asked += 1
            if rcode != want or not ad:
                self.bad.append("%s: %s type %d: rcode %d, AD %d" % (
                    time.strftime("%H:%M:%S"), name, rtype, rcode, ad))
            time.sleep(0.04)


# ---- all of them ------------------------------------------------------------

class Run(threading.Thread):
    def __init__(self, r, steps):
        super().__init__(daemon=True)
        self.r, self.steps, self.error = r, steps, None

    def run(self):
        try:
            for _ in self.steps:
                pass
        except (Failure, RuntimeError, OSError) as e:
            self.error = e


def report(runs, watches):
    failed = 0
    for run_, watch in zip(runs, watches):
        r = run_.r
        print("%-18s %d steps accepted, %d blocked, %d answers, %d not "
              "validated" % (r.name, r.accepted, r.blocked, watch.asked,
                             len(watch.bad)))
        guarded = not r.name.startswith("no-hook")
        for bad in watch.bad[:5 if guarded else 0]:
            print("   ", bad)
        if run_.error is not None:
            print("   ", run_.error)
        if run_.error is not None or bool(watch.bad) == guarded or \
                watch.asked < 20:
            failed += 1
    return failed


def play(directory, program):
    rolls = [Rollover(directory, name, program) for name in ROLLS]
    steps = [ROLLS[r.name](r) for r in rolls]
    for s in steps:
        next(s)
    servers = Servers(directory, rolls)
    try:
        servers.start_nsd()
        servers.start_unbound()
        for r in rolls:
            r.publish = servers.publish
        watches = [Watch(servers.port, r) for r in rolls]
        runs = [Run(r, s) for r, s in zip(rolls, steps)]
        for t in watches + runs:
            t.start()
        for t in runs:
            t.join()
        time.sleep(TTL)
        for w in watches:
            w.done = True
            w.join()
        return report(runs, watches)
    finally:
        servers.stop()


def main():
    os.environ["TZ"] = "UTC"
    time.tzset()
    p = argparse.ArgumentParser()
    p.add_argument("--keep")
    p.add_argument("program", nargs="?",
                   default=os.environ.get("ZONEGATE", "build/zonegate"))
    a = p.parse_args()
    directory = a.keep or tempfile.mkdtemp(prefix="zonegate-rollover-")
    os.makedirs(directory, exist_ok=True)
    os.chmod(directory, 0o755)
    begin = time.time()
    try:
        failed = play(directory, os.path.abspath(a.program))
    finally:
        if not a.keep:
            shutil.rmtree(directory, ignore_errors=True)
    print("%d of %d roll-overs as they must be, %.0f s" % (
        len(ROLLS) - failed, len(ROLLS), time.time() - begin))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
