"""A repository of zones with its server's side, for the tests of this folder.

Nothing of whoever runs the tests gets in: HOME and git's configuration are in
the place itself.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

SOA = """$TTL 3600
$ORIGIN {origin}
@ IN SOA ns1 host {serial} 7200 3600 1209600 300
@ IN NS ns1
@ IN NS ns2
ns1 IN A 192.0.2.53
ns2 IN A 198.51.100.53
"""

POLICY = """version: 1
zones:
{zones}
targets:
  edge: {{addresses: [192.0.2.0/28]}}
failover:
  - name: api.{first}
    types: [A]
    targets: [edge]
change-control:
  refs: [refs/heads/*]
"""


def program():
    return os.path.realpath(os.environ["ZONEGATE"])


def zone_text(origin, serial=1, more=""):
    return SOA.format(origin=origin, serial=serial) + (
        "www IN A 192.0.2.80\napi 60 IN A 192.0.2.1\napi 60 IN A 192.0.2.2\n"
    ) + more


class Place:
    def __init__(self, keep=None):
        self.dir = keep or tempfile.mkdtemp(prefix="zonegate-attest.")
        os.makedirs(self.dir, exist_ok=True)
        self.keep = keep is not None
        self.env = {
            "HOME": self.dir, "PATH": os.environ["PATH"], "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "t",
            "GIT_AUTHOR_EMAIL": "t@example.com", "GIT_COMMITTER_NAME": "t",
            "GIT_COMMITTER_EMAIL": "t@example.com"}
        with open(self.path(".gitconfig"), "w") as f:
            f.write("[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"
                    "[maintenance]\n\tauto = false\n"
                    "[receive]\n\tautogc = false\n[core]\n\tfsync = none\n")

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w") as f:
            f.write(text)

    def commit(self, serial, good=True, origin="example.com."):
        """Commit the zone anew in "work"; what is not good leaves the list."""
        text = zone_text(origin, serial)
        if not good:
            text = text.replace("192.0.2.1\n", "203.0.113.1\n")
        self.write("work/zones/%szone" % origin, text)
        self.git("commit", "-qam", "serial %d" % serial)

    def run(self, *args, cwd=None, ok=None, env=None, **kw):
        """Run; with OK a set of statuses it must end with one of them."""
        done = subprocess.run(
            args, cwd=cwd or self.dir, env=dict(self.env, **(env or {})),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kw)
        if ok is not None and done.returncode not in ok:
            sys.stderr.write(done.stdout.decode("utf-8", "replace"))
            sys.stderr.write(done.stderr.decode("utf-8", "replace"))
            raise RuntimeError("%s: status %d" % (args, done.returncode))
        return done

    def git(self, *args, cwd="work", ok=(0,), **kw):
        return self.run("git", *args, cwd=self.path(cwd), ok=ok,
                        **kw).stdout.decode().strip()

    def zonegate(self, *args, **kw):
        return self.run(program(), *args, **kw)

    def make(self, zones, modes=None):
        """work/ and remote.git with one commit of ZONES {origin: text}."""
        modes = modes or {}
        self.git("init", "-q", "work", cwd=".")
        self.git("init", "-q", "--bare", "remote.git", cwd=".")
        entries = "".join(
            "  - path: zones/%szone\n    zone: %s\n"
            "    dnssec: {mode: %s}\n" % (o, o, modes.get(o, "trial"))
            for o in zones)
        self.write("work/zonegate.yaml", POLICY.format(
            zones=entries, first=sorted(zones)[0]))
        for origin, text in zones.items():
            self.write("work/zones/%szone" % origin, text)
        self.git("add", "-A")
        self.git("commit", "-qm", "base")
        self.git("remote", "add", "origin", self.path("remote.git"))
        self.git("push", "-q", "origin", "main")

    def keys(self):
        self.run("openssl", "genpkey", "-algorithm", "ed25519", "-out", "key",
                 ok=(0,))
        os.chmod(self.path("key"), 0o600)
        self.run("openssl", "pkey", "-in", "key", "-pubout", "-out", "key.pub",
                 ok=(0,))

    def install(self):
        """Hooks, audit log and attestations, as an administrator would."""
        self.keys()
        self.zonegate("install-hook", self.path("remote.git"), "--audit-log",
                      self.path("audit.jsonl"), "--attest", self.path("key"),
                      ok=(0,))

    def close(self):
        if not self.keep:
            shutil.rmtree(self.dir, ignore_errors=True)


class Tally:
    """Expectations that did and did not hold."""

    def __init__(self):
        self.good = self.bad = 0

    def check(self, holds, what):
        if holds:
            self.good += 1
        else:
            self.bad += 1
            print("FAILED: " + what)
        return holds

    def end(self, what):
        print("%s: %d held, %d did not" % (what, self.good, self.bad))
        return 0 if self.bad == 0 and self.good > 0 else 1


def run_test(test_class, name):
    """The main program of a test that has a place p, a tally t and a run()."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep")
    test = test_class(parser.parse_args().keep)
    try:
        test.run()
    finally:
        test.p.close()
    return test.t.end(name)
