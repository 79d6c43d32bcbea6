#!/usr/bin/env python3
"""Kill -9 at random points of a push.

    kill.py [--kills N] [--lanes N] [--seed N] [--keep DIR]

Pushes good and bad changes, with audit log and attestation, and kills some
process of the push at a random moment: git receive-pack, the hook's shell, the
gate, its judging child, its helpers, the one that attests or signs; or all of
them at once. Afterwards the repository is whole (git fsck), the log's chain
holds, a note is whole or not there, a bad change is never on the branch, and a
change is on the branch only if the log says that it passed. Locks of git's own
that a killed git leaves behind are removed, as an administrator has to. At the
end a push works as ever. ZONEGATE is the program. Exit status 0 when all of it
held.
"""
import argparse
import collections
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from place import Place, Tally, program, zone_text  # noqa: E402

ZONE = "example.com."
MARK = "ZONEGATE_KILL_TEST"
STAGES = [None, None, "git-receive-pack", "hook pre-receive",
          "zonegate pre-receive", "zonegate pre-receive"]
AFTER = ["hook post-receive", "zonegate attest", "zonegate attest"]


def processes(mark):
    """{pid: what it is} of everything that has MARK in its environment."""
    out, wanted = {}, (MARK + "=" + mark).encode()
    for pid in os.listdir("/proc"):
        if not pid.isdigit():
            continue
        try:
            with open("/proc/%s/environ" % pid, "rb") as f:
                if wanted not in f.read().split(b"\0"):
                    continue
            with open("/proc/%s/cmdline" % pid, "rb") as f:
                words = f.read().decode("utf-8", "replace").split("\0")
            with open("/proc/%s/stat" % pid) as f:
                stat = f.read()
        except OSError:
            continue
        if stat[stat.rindex(")") + 2] == "Z":
            continue
        out[int(pid)] = kind(words)
    return out


def kind(words):
    name = os.path.basename(words[0])
    if "zonegate" in name:
        return "zonegate " + (words[1] if len(words) > 1 else "")
    if name == "git" and len(words) > 1:
        return "git-" + words[1]
    if name in ("sh", "dash", "bash"):
        return "hook " + os.path.basename(words[1] if len(words) > 1 else "")
    return name


class Lane:
    """One repository and its pushes, one after the other."""

    def __init__(self, number, args, tally, left, stats):
        keep = args.keep and os.path.join(args.keep, str(number))
        self.p, self.t = Place(keep), tally
        self.number, self.left, self.stats = number, left, stats
        self.random = random.Random(args.seed * 1000 + number)
        self.serial, self.turn = 1, 0
        self.p.make({ZONE: zone_text(ZONE)})
        self.p.install()
        self.tip = self.p.git("rev-parse", "HEAD")
        began = time.time()
        self.push_good()
        self.span = time.time() - began

    def commit(self, good):
        self.serial += 1
        self.p.commit(self.serial, good, ZONE)
        return self.p.git("rev-parse", "HEAD")

    def start(self, mark):
        return subprocess.Popen(
            ["git", "push", "-q", "origin", "main"], cwd=self.p.path("work"),
            env=dict(self.p.env, **{MARK: mark}), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def push_good(self):
        """A push that nobody disturbs."""
        new = self.commit(True)
        push = self.start("none")
        ok = push.wait() == 0 and self.branch() == new
        self.t.check(ok, "lane %d: a good push does not work" % self.number)
        self.tip = new if ok else self.tip
        ok = self.verify_note(new) == 0
        self.t.check(ok, "lane %d: it is not attested" % self.number)

    def branch(self):
        return self.p.git("rev-parse", "refs/heads/main", cwd="remote.git")

    def verify_note(self, commit):
        return self.p.zonegate("attest", "verify", commit, "--repo",
                               "remote.git", "--public-key",
                               "key.pub").returncode

    def wait_for(self, mark, push, good):
        """A random moment of a random stage, or of all of the push."""
        stage = self.random.choice(STAGES + AFTER if good else STAGES)
        if stage is None:
            time.sleep(self.random.uniform(0, self.span))
            return processes(mark), None
        while push.poll() is None:
            if stage in processes(mark).values():
                time.sleep(self.random.uniform(0, self.span / 4))
                break
        return processes(mark), stage

    def kill_one(self, mark, push, good):
        """Kill some process of the push. What was killed, or None."""
        there, stage = self.wait_for(mark, push, good)
        there.pop(push.pid, None)
        if not there:
            return None
        if self.random.random() < 0.2:
            victims, what = list(there), "everything"
        else:
            what = stage if stage in there.values() else \
                self.random.choice(sorted(set(there.values())))
            victims = [self.random.choice(
                [p for p, k in there.items() if k == what])]
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return what

    def settle(self, mark, push):
        push.wait()
        for _ in range(2000):
            if not processes(mark):
                return
            time.sleep(0.01)
        self.t.check(False, "lane %d: processes stay behind" % self.number)

    def remove_locks(self):
        """Git's own, of a git that was killed while it held them."""
        n = 0
        for root, _, files in os.walk(self.p.path("remote.git")):
            for f in files:
                if f.endswith(".lock"):
                    os.unlink(os.path.join(root, f))
                    n += 1
        return n

    def logged(self, new):
        with open(self.p.path("audit.jsonl")) as f:
            lines = [json.loads(line) for line in f]
        return [x["verdict"] for x in lines
                if x["refs"] and x["refs"][0]["new"] == new]

    def hold(self, new, good, what):
        t, p = self.t, self.p
        where = "lane %d, %s killed, %s" % (
            self.number, what, "good" if good else "bad")
        done = p.zonegate("audit", "verify", "audit.jsonl")
        t.check(done.returncode == 0,
                "%s: log: %s" % (where, done.stdout.decode()))
        done = p.run("git", "fsck", "--strict", "--no-dangling",
                     cwd=p.path("remote.git"))
        t.check(done.returncode == 0,
                "%s: fsck: %s" % (where, done.stderr.decode()))
        verdicts, moved = self.logged(new), self.branch() == new
        t.check(moved or self.branch() == self.tip,
                where + ": the branch is somewhere else")
        t.check(not moved or (good and verdicts == ["pass"]),
                "%s: moved, yet the log says %s" % (where, verdicts))
        t.check(good or "pass" not in verdicts, where + ": passed")
        note = p.run("git", "notes", "--ref=zonegate", "show", new,
                     cwd=p.path("remote.git")).returncode == 0
        t.check(not note or (moved and self.verify_note(new) == 0),
                where + ": a note that does not hold")
        self.stats[what, "on the branch" if moved else "not there"] += 1
        if moved:
            self.tip = new
        else:
            p.git("reset", "-q", "--hard", self.tip)

    def round(self):
        self.turn += 1
        mark = "%d-%d-%d" % (os.getpid(), self.number, self.turn)
        good = self.random.random() < 0.6
        new = self.commit(good)
        push = self.start(mark)
        what = self.kill_one(mark, push, good)
        self.settle(mark, push)
        self.stats["locks", "removed"] += self.remove_locks()
        if what is not None:
            self.left.pop()
        self.hold(new, good, what or "nothing")

    def run(self):
        try:
            while self.left:
                self.round()
            self.push_good()
        except (IndexError, RuntimeError, OSError, ValueError) as e:
            if not isinstance(e, IndexError):
                self.t.check(False, "lane %d: %r" % (self.number, e))
        finally:
            self.p.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--lanes", type=int, default=4)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep")
    args = parser.parse_args()
    tally, stats = Tally(), collections.Counter()
    left = [None] * args.kills
    lanes = [Lane(i, args, tally, left, stats) for i in range(args.lanes)]
    threads = [threading.Thread(target=lane.run) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for (what, how), n in sorted(stats.items()):
        print("  %4d  %s: %s" % (n, what, how))
    tally.check(not left, "%d kills were not done" % len(left))
    return tally.end("%d kills, seed %d, %s" % (
        args.kills, args.seed, os.path.basename(program())))


if __name__ == "__main__":
    sys.exit(main())
