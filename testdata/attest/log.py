#!/usr/bin/env python3
"""The audit log when nothing works: full disk, no rights, closed streams.

    log.py [--keep DIR]

A decision that cannot be logged is no acceptance. Pushes meet a log on a full
file system (a small tmpfs where that can be mounted, else a limit on file
sizes), one that is a directory, one that lies in the repository, one whose
folder is gone; and the hook alone meets closed standard output, closed or cut
standard input, and a child that is killed. ZONEGATE is the program. Exit status
0 when all of it held.
"""
import json
import os
import resource
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from place import Place, Tally, program, run_test, zone_text  # noqa: E402

ZONE = "example.com."
ZERO = "0" * 40


class Test:
    def __init__(self, keep):
        self.p, self.t = Place(keep), Tally()
        self.serial = 1
        self.log = self.p.path("audit.jsonl")

    def commit(self):
        self.serial += 1
        self.p.write("work/zones/%szone" % ZONE, zone_text(ZONE, self.serial))
        self.p.git("commit", "-qam", "serial %d" % self.serial)
        return self.p.git("rev-parse", "HEAD")

    def set_log(self, path):
        self.p.git("config", "zonegate.auditLog", path, cwd="remote.git")

    def push(self, **kw):
        """(was it accepted?, what was said)"""
        new = self.p.git("rev-parse", "HEAD")
        done = self.p.run("git", "push", "origin", "main",
                          cwd=self.p.path("work"), **kw)
        there = self.p.git("rev-parse", "main", cwd="remote.git") == new
        self.t.check((done.returncode == 0) == there, "git disagrees")
        return there, done.stderr.decode()

    def lines(self):
        with open(self.log) as f:
            return [json.loads(line) for line in f]

    def whole(self, what, count=None):
        done = self.p.zonegate("audit", "verify", self.log)
        self.t.check(done.returncode == 0,
                     "%s: %s" % (what, done.stdout.decode()))
        if count is not None:
            got = len(self.lines())
            self.t.check(got == count, "%s: %d lines" % (what, got))

    # ---- logs that cannot be written ------------------------------------------

    def hold_unwritable(self):
        p, t = self.p, self.t
        os.mkdir(p.path("folder"))
        for path in (p.path("folder"), p.path("gone/audit.jsonl"),
                     p.path("remote.git/audit.jsonl"), "audit.jsonl",
                     "/dev/full", "/dev/null"):
            self.set_log(path)
            self.commit()
            there, said = self.push()
            t.check(not there and "could not be logged" in said,
                    "log %s: %s %s" % (path, there, said))
        self.set_log(self.log)
        there, said = self.push()
        t.check(there, "and then: " + said)

    def hold_full(self):
        """A file system that fills up while pushes come in."""
        p, t = self.p, self.t
        disk = p.path("disk")
        os.mkdir(disk)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=16k", "none", disk],
            stderr=subprocess.DEVNULL).returncode == 0
        limit = None if mounted else self.limit_size
        self.log = disk + "/audit.jsonl"
        self.set_log(self.log)
        try:
            accepted = refused = 0
            for _ in range(60):
                self.commit()
                there, said = self.push(preexec_fn=limit)
                accepted += there
                if not there:
                    refused += 1
                    t.check("could not be logged" in said, said)
                if refused == 3:
                    break
            t.check(accepted > 2 and refused == 3,
                    "%d accepted, %d refused" % (accepted, refused))
            self.whole("full", accepted)
            t.check(all(x["verdict"] == "pass" for x in self.lines()), "full")
            self.make_room(mounted, disk)
            there, said = self.push()
            t.check(there, "with room: " + said)
            self.whole("with room", accepted + 1)
        finally:
            if mounted:
                subprocess.run(["umount", disk], check=True)

    @staticmethod
    def limit_size():
        resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384))

    @staticmethod
    def make_room(mounted, disk):
        if mounted:
            subprocess.run(["mount", "-o", "remount,size=1m", disk],
                           check=True)

    # ---- the hook alone ---------------------------------------------------------

    def hook(self, stdin, **kw):
        """Run it as git does. (status, lines it has logged)"""
        before = len(self.lines()) if os.path.exists(self.log) else 0
        env = dict(self.p.env, GIT_DIR=".")
        done = subprocess.run(
            [program(), "pre-receive"], cwd=self.p.path("remote.git"),
            env=env, input=stdin, stderr=subprocess.DEVNULL, **kw)
        return done.returncode, self.lines()[before:]

    def hold_streams(self):
        p, t = self.p, self.t
        self.log = p.path("streams.jsonl")
        self.set_log(self.log)
        old = p.git("rev-parse", "main", cwd="remote.git")
        base = p.git("rev-parse", "main~1", cwd="remote.git")
        good = ("%s %s refs/heads/main\n" % (base, old)).encode()
        status, lines = self.hook(good, stdout=subprocess.DEVNULL)
        t.check(status == 0 and lines[0]["verdict"] == "pass" and
                lines[0]["repository"] == p.path("remote.git"), "good")
        for name, stdin, kw in (
                ("closed standard output", good, {"preexec_fn":
                                                  lambda: os.close(1)}),
                ("full standard output", good, {"stdout": "full"}),
                ("empty standard input", b"", {}),
                ("cut standard input", good[:60], {}),
                ("no line feed", good[:-1], {}),
                ("a second line that is cut", good + good[:30], {}),
                ("noise", b"\xff\x00\n", {}),
                ("no such object", ("%s %s refs/heads/main\n" % (
                    base, "1" * 40)).encode(), {}),
                ("closed standard input", None, {"preexec_fn":
                                                 lambda: os.close(0)})):
            if kw.get("stdout") == "full":
                kw = {"stdout": open("/dev/full", "wb")}
            kw.setdefault("stdout", subprocess.DEVNULL)
            status, lines = self.hook(stdin, **kw)
            t.check(status == 3, "%s: status %d" % (name, status))
            t.check(len(lines) == 1 and lines[0]["verdict"] == "error" and
                    lines[0]["status"] == 3, "%s: %s" % (name, lines))
        self.whole("streams")

    def hold_lost_child(self):
        """The judging child is killed: the decision is an error, and logged."""
        p, t = self.p, self.t
        old = p.git("rev-parse", "main", cwd="remote.git")
        before = len(self.lines())
        for _ in range(20):
            hook = subprocess.Popen(
                [program(), "pre-receive"], cwd=p.path("remote.git"),
                env=dict(p.env, GIT_DIR="."), stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            hook.stdin.write(("%s %s refs/heads/new\n" % (
                ZERO, old)).encode())
            hook.stdin.close()
            killed = self.kill_child(hook)
            status = hook.wait()
            line = self.lines()[-1]
            if killed and status == 3:
                break
        t.check(status == 3 and line["verdict"] == "error" and
                line["refs"][0]["ref"] == "refs/heads/new" and
                line["error"] == "judging was lost", str(line))
        t.check(len(self.lines()) > before, "nothing was logged")
        self.whole("a lost child")

    @staticmethod
    def kill_child(hook):
        path = "/proc/%d/task/%d/children" % (hook.pid, hook.pid)
        for _ in range(2000):
            try:
                with open(path) as f:
                    children = f.read().split()
            except OSError:
                return False
            if children:
                try:
                    os.kill(int(children[0]), signal.SIGKILL)
                except ProcessLookupError:
                    return False
                return True
            time.sleep(0.0005)
        return False

    # ---- what is found ----------------------------------------------------------

    def hold_tampering(self):
        p, t = self.p, self.t
        with open(self.log, "rb") as f:
            whole = f.read()
        lines = whole.split(b"\n")[:-1]
        head = p.zonegate("audit", "verify", self.log,
                          ok=(0,)).stdout.decode().split()[-1]
        cases = {
            "missing": lines[:2] + lines[3:],
            "first missing": lines[1:],
            "altered": lines[:2] + [lines[2].replace(
                b'"error"', b'"pass"')] + lines[3:],
            "moved": [lines[1], lines[0]] + lines[2:],
            "twice": lines[:2] + lines[1:],
            "a foreign line": lines[:2] + [b"{}"] + lines[2:],
        }
        for name, left in cases.items():
            with open(p.path("copy"), "wb") as f:
                f.write(b"\n".join(left) + b"\n")
            done = p.zonegate("audit", "verify", "copy")
            t.check(done.returncode == 1, "%s was not found" % name)
        for cut in (whole[:-1], whole[:-40], b"\n".join(lines[:-1]) + b"\n"):
            with open(p.path("copy"), "wb") as f:
                f.write(cut)
            done = p.zonegate("audit", "verify", "copy", "--expect-head",
                              head)
            t.check(done.returncode == 1, "a cut end was not found")
        done = p.zonegate("audit", "show", self.log)
        t.check(done.returncode == 0 and b"refs/heads/main" in done.stdout,
                "show")
        done = p.zonegate("audit", "verify", "gone")
        t.check(done.returncode == 3, "no log: %d" % done.returncode)

    def run(self):
        self.p.make({ZONE: zone_text(ZONE)})
        self.p.install()
        os.unlink(self.p.path("remote.git/hooks/post-receive"))
        self.hold_unwritable()
        self.whole("unwritable", 1)
        self.hold_full()
        self.hold_streams()
        self.hold_lost_child()
        self.hold_tampering()


if __name__ == "__main__":
    sys.exit(run_test(Test, "log"))
