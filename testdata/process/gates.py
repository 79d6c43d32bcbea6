"""A bare repository with a good and a bad proposal, and the gate run on it.

Shared by the tests of this folder.
"""
import os
import shutil
import subprocess
import tempfile

ZONE = """$ORIGIN example.com.
$TTL 3600
@    SOA ns1 hostmaster 2026010101 7200 900 1209600 300
     NS  ns1
     NS  ns2
ns1  A   192.0.2.53
ns2  A   198.51.100.53
www  A   192.0.2.10
api  60 A 192.0.2.1
api  60 A 192.0.2.2
api  60 A 198.51.100.1
"""
OTHER = """$ORIGIN example.net.
$TTL 3600
@    SOA ns1.example.com. hostmaster 2026010101 7200 900 1209600 300
     NS  ns1.example.com.
     NS  ns2.example.com.
www  CNAME www.example.com.
"""
POLICY = """version: 1
zones:
  - path: zones/{zone}.zone
    dnssec: {mode: trial}
targets:
  edge-primary: {addresses: [192.0.2.0/28]}
  edge-standby: {addresses: [198.51.100.0/28]}
failover:
  - name: api.example.com.
    types: [A]
    targets: [edge-primary, edge-standby]
    require: {min-targets: 2, max-ttl: 60}
severity: {zone-serial: "off"}
"""
FILE = "zones/example.com.zone"
GOOD = ("api  60 A 192.0.2.2\n", "api  60 A 192.0.2.3\n")
BAD = ("api  60 A 192.0.2.2\n", "api  60 A 203.0.113.77\n")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def clean(home):
    """An environment of our own for git and the gate."""
    out = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C",
           "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1",
           "GIT_TERMINAL_PROMPT": "0", "GIT_TEMPLATE_DIR": ""}
    for who in ("AUTHOR", "COMMITTER"):
        out["GIT_%s_NAME" % who] = "A U Thor"
        out["GIT_%s_EMAIL" % who] = "author@example.com"
        out["GIT_%s_DATE" % who] = "2026-01-02T03:04:05Z"
    return out


class Gates:
    """with Gates() as g: g.bare is served, g.good and g.bad follow g.base."""

    def __init__(self, files=(), more=""):
        self.zonegate = os.path.abspath(os.environ.get(
            "ZONEGATE", os.path.join(ROOT, "build", "zonegate")))
        self.dir = tempfile.mkdtemp(prefix="zonegate-process-")
        self.env = clean(self.dir)
        self.bare = os.path.join(self.dir, "bare.git")
        self.work = os.path.join(self.dir, "work")
        self.must("git", "init", "-q", "--bare", "-b", "main", self.bare)
        self.must("git", "init", "-q", "-b", "main", self.work)
        self.must("git", "-C", self.work, "remote", "add", "origin",
                  self.bare)
        for key, value in (("core.fsync", "none"), ("gc.auto", "0"),
                           ("receive.autogc", "false")):
            self.must("git", "-C", self.bare, "config", key, value)
        self.put("zonegate.yaml", POLICY)
        self.put(FILE, ZONE + more)
        self.put("zones/example.net.zone", OTHER)
        for path, text in files:
            self.put(path, text)
        self.base = self.commit("base")
        self.git("push", "-q", "origin", "main")
        self.good = self.proposal(*GOOD)
        self.bad = self.proposal(*BAD)
        self.git("push", "-q", "origin", self.good + ":refs/heads/good",
                 self.bad + ":refs/heads/bad")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir, ignore_errors=True)

    def must(self, *args, **kw):
        return subprocess.run(args, env=self.env, check=True,
                              stdout=subprocess.PIPE, **kw).stdout.decode()

    def git(self, *args):
        return self.must("git", "-C", self.work, *args).strip()

    def put(self, path, text):
        path = os.path.join(self.work, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())

    def commit(self, message):
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def proposal(self, old, new, base=None, file=FILE):
        """The commit that puts NEW in the place of OLD."""
        self.git("checkout", "-q", "--detach", base or self.base)
        with open(os.path.join(self.work, file)) as f:
            text = f.read()
        assert text.count(old) == 1, old
        self.put(file, text.replace(old, new))
        return self.commit("change")

    def hook(self):
        """Install the hook for real pushes."""
        path = os.path.join(self.bare, "hooks", "pre-receive")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy(os.path.join(ROOT, "hooks", "pre-receive"), path)
        os.chmod(path, 0o755)
        self.must("git", "-C", self.bare, "config", "zonegate.path",
                  self.zonegate)

    def line(self, new):
        return ("%s %s refs/heads/main\n" % (self.base, new)).encode()

    def ask(self, new, *args, program=None, more=None, text=None, **kw):
        """What the hook does, without git around it: a CompletedProcess."""
        env = dict(self.env, GIT_DIR=".", **(more or {}))
        kw.setdefault("stdout", subprocess.PIPE)
        kw.setdefault("stderr", subprocess.PIPE)
        if "stdin" not in kw:
            kw["input"] = self.line(new) if text is None else text
        return subprocess.run(
            [*(program or [self.zonegate]), "pre-receive", *args],
            cwd=self.bare, env=env, timeout=120, **kw)


class Tally:
    """Counts what held; says what did not."""

    def __init__(self):
        self.held, self.failed = 0, 0

    def check(self, ok, what, done=None):
        if ok:
            self.held += 1
            return
        self.failed += 1
        print("FAILED: " + what)
        if done is not None:
            print("  status %d\n%s" % (
                done.returncode, "".join(
                    "  | %s\n" % line for out in (done.stdout, done.stderr)
                    for line in (out or b"").decode(
                        "latin-1").split("\n")[:20] if line)))

    def end(self, what):
        print("%s: %d checks, %d failed" % (
            what, self.held + self.failed, self.failed))
        return 1 if self.failed or not self.held else 0
