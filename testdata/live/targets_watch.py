#!/usr/bin/env python3
"""zonegate watch against real servers, and a webhook that checks signatures.

usage: ZONEGATE=BUILD/zonegate targets_watch.py
"""
import hashlib
import hmac
import http.server
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

import targets_servers as t
from targets_dns import Case, Nsd, failures, zone
from targets_servers import NAME, Server, free_port

SECRET = b"0123456789abcdef0123456789abcdef"


def expect(what, good, seen=""):
    if not good:
        failures.append(what)
        print("FAILED: %s %s" % (what, seen))


class Receiver:
    """A webhook on loopback. STATUSES are answered one after the other, then
    200; keeps (verified, seconds, body)."""

    def __init__(self, context=None):
        self.got, self.statuses, self.headers = [], [], {}
        self.paths = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.take(self.headers, body)
                receiver.paths.append(self.path)
                status = (receiver.statuses.pop(0) if receiver.statuses
                          else 200)
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket,
                                                     server_side=True)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def take(self, headers, body):
        stamp = headers["X-Zonegate-Timestamp"]
        mac = hmac.new(SECRET, b"v1:%s:%s" % (stamp.encode(), body),
                       hashlib.sha256).hexdigest()
        fine = hmac.compare_digest("v1=" + mac,
                                   headers["X-Zonegate-Signature"])
        self.got.append((fine and abs(time.time() - int(stamp)) < 60,
                         time.monotonic(), json.loads(body)))

    def events(self):
        """[(event, kind)] of all that was sent since the last time."""
        got, self.got = self.got, []
        if not all(fine for fine, _, _ in got):
            return "a bad signature"
        return sorted((e["event"], e["kind"]) for _, _, body in got
                      for e in body["events"])

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def policy(ca, port, dns, more=""):
    return """version: 1
zones: [{path: "{zone}.zone", dnssec: {mode: unsigned}}]
targets:
  edge: {addresses: [127.0.40.0/28]}
  standby: {addresses: [127.0.40.20/32]}
failover:
  - name: api.example.com.
    targets: [edge, standby]
    health: {url: "https://%s:%d/healthz", body: "all is well"}
live:
  timeout-ms: 700
  deadline: 20
  ca-file: %s
  servers:
    - {name: one, address: 127.0.20.1, port: %d, zone: example.com.}
    - {name: parent, address: 127.0.20.9, port: %d, zone: com.}
%s""" % (NAME, port, ca, dns, dns, more)


class Watch:
    def __init__(self, case, home, url):
        self.case, self.url = case, url
        self.secret = os.path.join(home, "secret")
        with open(self.secret, "wb") as f:
            f.write(SECRET + b"\n")
        os.chmod(self.secret, 0o600)
        self.state = os.path.join(home, "state.json")

    def args(self, *more):
        return ["watch", "--state", self.state, "--webhook", self.url,
                "--webhook-secret", self.secret, "--webhook-allow-http",
                *more]

    def once(self, *more):
        return self.case.repo.zonegate(*self.args("--once", *more))


def parent(*records):
    return {"com.": """$ORIGIN com.
$TTL 60
@ SOA a.nic b.nic 1 2 3 4 5
@ NS a.nic
a.nic A 127.0.20.9
""" + "".join(r + "\n" for r in records)}


DELEGATED = ["example NS ns1.example", "ns1.example A 127.0.20.1"]
WAIVED = """waivers:
  - {rule: dnssec-unsigned, zone: example.com., until: %s, owner: a, reason: b}
severity: {live-unchecked: "off"}
"""


def test_rounds(home, ca, case, hook, port, dns):
    """What is new is told once; the rest is silence."""
    right = ca.issue("watch", NAME)
    other = ca.issue("watch-other", "default.example.net")
    text = zone(10, ["api A 127.0.40.1"])
    case.commit(text, policy(ca.file, port, dns, WAIVED % "2999-01-01"))
    watch = Watch(case, home, "http://127.0.0.1:%d/hook" % hook.port)
    one = Nsd(home, "127.0.20.1", dns, {"example.com.": text})
    above = Nsd(home, "127.0.20.9", dns, parent(*DELEGATED))
    primary = Server("127.0.40.1", port, right)
    standby = Server("127.0.40.20", port, right)

    def round_of(case_name, status, *events, args=()):
        got = watch.once(*args)
        seen = hook.events()
        expect(case_name, got[0] == status and seen == sorted(events),
               (got, seen))

    round_of("all is well", 0)
    round_of("the standby was asked, though no zone names it", 0)
    expect("by now twice", standby.count == 2, standby.count)
    standby.close()
    round_of("the standby is gone", 0, ("new", "live-target-down"))
    round_of("and still gone", 0)
    time.sleep(1.1)
    round_of("a reminder", 0, ("reminder", "live-target-down"),
             args=("--remind", "1s"))
    standby = Server("127.0.40.20", port, other)
    round_of("a stranger in its place", 1, ("resolved", "live-target-down"),
             ("new", "live-target-identity"))
    standby.close()
    standby = Server("127.0.40.20", port, right)
    round_of("back again", 0, ("resolved", "live-target-identity"))
    one.close()
    one = Nsd(home, "127.0.20.1", dns,
              {"example.com.": zone(10, ["api A 203.0.113.7"])})
    round_of("a zone was tampered with on its server", 1,
             ("new", "live-bad-response"))
    one.close()
    round_of("and the server is down", 0, ("new", "live-no-response"),
             ("resolved", "live-bad-response"))
    one = Nsd(home, "127.0.20.1", dns, {"example.com.": text})
    round_of("and back", 0, ("resolved", "live-no-response"))
    above.close()
    above = Nsd(home, "127.0.20.9", dns,
                parent("example NS ns.evil.example."))
    round_of("another delegation", 0, ("changed", "delegation-changed"))
    above.close()
    above = Nsd(home, "127.0.20.9", dns, parent(
        "example NS ns.evil.example.", "example DS 1 13 2 " + "ab" * 32))
    round_of("a DS where no zone is signed", 1, ("new", "live-ds"),
             ("changed", "delegation-changed"))
    above.close()
    above = Nsd(home, "127.0.20.9", dns, parent(*DELEGATED))
    round_of("and back to what it was", 0, ("resolved", "live-ds"),
             ("changed", "delegation-changed"), ("changed",
                                                 "delegation-changed"))
    test_delivery(watch, hook, round_of, standby)
    standby = Server("127.0.40.20", port, right)
    round_of("all is well again", 0, ("resolved", "live-target-down"))
    short = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400))
    case.commit(text, policy(ca.file, port, dns, WAIVED % short))
    round_of("a waiver ends tomorrow", 0, ("new", "waiver-ends"))
    round_of("a far horizon", 0, ("new", "certificate-ends"),
             ("new", "certificate-ends"), args=("--horizon", "52w"))
    case.commit(text, "version: 1\nbroken: [\n")
    round_of("a policy with faults", 2, ("new", "could-not-check"))
    case.commit(text, policy(ca.file, port, dns, WAIVED % "2999-01-01"))
    round_of("mended: what was open is told to be over", 0,
             ("resolved", "certificate-ends"),
             ("resolved", "certificate-ends"),
             ("resolved", "could-not-check"), ("resolved", "waiver-ends"))
    test_doubt(watch, case, hook, text, ca, port, dns)
    test_keys(home, watch, case, hook, text, ca, port, dns)
    test_override(watch, case, hook, text, ca, port, dns)
    test_service(watch, hook, standby)
    for s in (one, above, primary, standby):
        s.close()


def test_delivery(watch, hook, round_of, standby):
    """Retried, with back-off; kept as news until it was taken."""
    standby.close()
    hook.statuses = [500, 503]
    got = watch.once()
    times = [seconds for _, seconds, _ in hook.got]
    expect("taken at the third try", got[0] == 0 and len(times) == 3,
           (got, times))
    expect("later each time", len(times) == 3 and
           0.9 < times[1] - times[0] < 1.8 and
           1.8 < times[2] - times[1] < 2.8, times)
    expect("each signed", hook.events() != "a bad signature")
    round_of("told is told", 0)
    os.unlink(watch.state)
    hook.statuses = [403]
    got = watch.once()
    expect("refused", got[0] == 3, got)
    expect("and not tried again", len(hook.got) == 1, len(hook.got))
    hook.events()
    hook.statuses = [302]
    hook.headers = {"Location": "http://127.0.0.1:%d/elsewhere" % hook.port}
    os.unlink(watch.secret)
    with open(watch.secret, "wb") as f:
        f.write(SECRET)
    os.chmod(watch.secret, 0o600)
    paths = len(hook.paths)
    expect("a redirect is no yes", watch.once()[0] == 0 and
           hook.paths[paths:] == ["/hook", "/hook"], hook.paths[paths:])
    expect("told", hook.events() == [("new", "live-target-down")] * 2)
    os.unlink(watch.state)
    hook.statuses, hook.headers = [], {}
    round_of("news until somebody took it", 0, ("new", "live-target-down"))
    with open(watch.state, "w") as f:
        f.write("{}")
    got = watch.once()
    expect("a state nobody understands", got[0] == 0 and
           "begun anew" in got[2], got)
    expect("is told anew", hook.events() == [("new", "live-target-down")])


def test_doubt(watch, case, hook, text, ca, port, dns):
    """Could not check is never a pass, however mild the policy finds it."""
    mild = policy(ca.file, port, dns, WAIVED % "2999-01-01").replace(
        '"off"', "warning")
    mild = "".join(line + "\n" for line in mild.split("\n")
                   if "{name: one" not in line)
    case.commit(text, mild)
    got = watch.once()
    expect("in doubt", got[0] == 3 and
           ("new", "live-unchecked") in hook.events(), got)
    case.commit(text, policy(ca.file, port, dns, WAIVED % "2999-01-01"))
    expect("and not", watch.once()[0] == 0)
    hook.events()


def test_keys(home, watch, case, hook, text, ca, port, dns):
    """Keys that stop, by the times in their public half."""
    key = t.run("dnssec-keygen", "-q", "-a", "ECDSAP256SHA256", "-K", home,
                "-I", "+3d", "-D", "+40d", "example.com.").decode().strip()
    os.unlink(os.path.join(home, key + ".private"))
    gate = policy(ca.file, port, dns, WAIVED % "2999-01-01").replace(
        'path: "{zone}.zone", dnssec: {mode: unsigned}',
        'path: "{zone}.zone", dnssec: {mode: gate, keys: [%s]}' % key)
    case.commit(text, gate)
    case.repo.git("config", "zonegate.keyDirectory", home)
    watch.once()
    events = hook.events()
    expect("a key stops in three days", events.count(("new", "key-ends")) == 1,
           events)
    os.unlink(os.path.join(home, key + ".key"))
    case.commit(text, gate.replace('"off"', "warning"))
    watch.once()
    events = hook.events()
    expect("a key nobody can read", ("new", "live-unchecked") in events,
           events)
    case.repo.git("config", "--unset", "zonegate.keyDirectory")
    case.commit(text, policy(ca.file, port, dns, WAIVED % "2999-01-01"))
    expect("all over", watch.once()[0] == 0)
    hook.events()


def test_override(watch, case, hook, text, ca, port, dns):
    """An emergency override that nobody has resolved yet."""
    rules = """change-control:
  allowed-signers: signers
  override: {signers: [a@a.example], rules: [zone-mx-target], duration: %s}
"""
    whole = policy(ca.file, port, dns, WAIVED % "2999-01-01")
    case.commit(text, whole + rules % "1d")
    bad = text + "mail MX 10 nowhere\n"
    with open(case.file, "w") as f:
        f.write(bad)
    long_ago = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                             time.gmtime(time.time() - 5 * 3600))
    case.repo.env["GIT_COMMITTER_DATE"] = long_ago
    case.repo.git("commit", "-q", "-a", "-m",
                  "change\n\nZonegate-Override: primary is down")
    del case.repo.env["GIT_COMMITTER_DATE"]
    watch.once()
    events = hook.events()
    expect("an override is open", ("new", "change-override") in events,
           events)
    case.commit(bad, whole + rules % "4h")
    watch.once()
    events = hook.events()
    expect("and its time is over",
           ("new", "change-override-expired") in events, events)
    case.commit(text, whole)
    watch.once()
    events = hook.events()
    expect("and resolved", ("resolved", "change-override-expired") in events,
           events)


def test_service(watch, hook, standby):
    """Again and again, until SIGTERM."""
    process = subprocess.Popen(
        [watch.case.repo.program, *watch.args("--interval", "1s")],
        cwd=watch.case.repo.dir, env=watch.case.repo.env,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        time.sleep(1.5)
        expect("silence", hook.events() == [])
        standby.close()
        deadline, seen = time.monotonic() + 8, []
        while not seen and time.monotonic() < deadline:
            time.sleep(0.1)
            seen = hook.events()
        expect("told while it runs", seen == [("new", "live-target-down")],
               seen)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=5)
        expect("SIGTERM ends it at once, with 0",
               process.returncode == 0 and time.monotonic() - began < 1,
               (process.returncode, err))
        expect("what it printed", b"live-target-down" in out, out)
        with open(watch.state) as f:
            state = json.load(f)
        expect("the state is whole", len(state["open"]) == 1, state)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_usage(home, ca, case, hook):
    """What is refused before anything is looked at."""
    watch = Watch(case, home, "http://127.0.0.1:%d/" % hook.port)
    base = ["watch", "--once", "--webhook-secret", watch.secret]
    cases = [
        ("http", ["--webhook", watch.url]),
        ("http to another machine",
         ["--webhook", "http://192.0.2.1/", "--webhook-allow-http"]),
        ("http to a name", ["--webhook", "http://localhost/",
                            "--webhook-allow-http"]),
        ("a file", ["--webhook", "file:///tmp/x", "--webhook-allow-http"]),
        ("credentials", ["--webhook", "https://user:word@127.0.0.1/"]),
        ("a secret for nobody", []),
    ]
    for name, args in cases:
        got = case.repo.zonegate(*base, *args)
        expect("webhook: " + name, got[0] == 2 and "hint:" in got[2], got)
    os.chmod(watch.secret, 0o644)
    got = watch.once()
    expect("a secret that others read", got[0] == 2 and "chmod" in got[2],
           got)
    os.chmod(watch.secret, 0o600)
    with open(watch.secret, "wb") as f:
        f.write(b"short\n")
    expect("a short secret", watch.once()[0] == 2)
    got = case.repo.zonegate("watch", "--once", "--rev", "nothing")
    expect("no such revision", got[0] == 2, got)
    expect("nobody was told", hook.got == [], hook.got)


def test_https(home, ca, case, port, dns):
    """The webhook must be who it says it is."""
    import ssl
    for name, cert, status in (
            ("right", ca.issue("hook", "127.0.0.1"), 3),
            ("right address", None, 0)):
        if cert is None:
            cert = ip_cert(ca)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*cert)
        hook = Receiver(context)
        watch = Watch(case, home, "https://127.0.0.1:%d/" % hook.port)
        state = os.path.join(home, "https-%s.json" % name.replace(" ", "-"))
        got = case.repo.zonegate(
            "watch", "--once", "--state", state, "--webhook", watch.url,
            "--webhook-secret", watch.secret, "--webhook-ca", ca.file)
        expect("webhook over TLS: " + name, (got[0] == 3) == (status == 3),
               got)
        expect("told or not", bool(hook.got) == (status != 3), hook.got)
        hook.close()


def ip_cert(ca):
    cert, key = ca.path("ip.crt"), ca.path("ip.key")
    with open(ca.path("ip.ext"), "w") as f:
        f.write("subjectAltName=IP:127.0.0.1\n")
    t.run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
          "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
          ca.path("ip.csr"), "-subj", "/CN=hook")
    t.run("openssl", "x509", "-req", "-in", ca.path("ip.csr"), "-out", cert,
          "-days", "9", "-extfile", ca.path("ip.ext"), "-CA", ca.file,
          "-CAkey", ca.key_file, "-CAcreateserial")
    return cert, key


def main():
    port, dns = free_port(), free_port()
    hook = Receiver()
    try:
        with tempfile.TemporaryDirectory() as home:
            ca, case = t.Ca(home), Case(home, os.environ["ZONEGATE"])
            test_rounds(home, ca, case, hook, port, dns)
            test_https(home, ca, case, port, dns)
            test_usage(home, ca, case, hook)
    finally:
        hook.close()
    print("targets_watch: %s" % ("FAILED, %d" % len(failures) if failures
                                 else "all as expected"))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
