#!/usr/bin/env python3
"""Real pushes at once: every verdict is right, and none slips in beside another.

    ZONEGATE=PROGRAM pushes.py

Two pushes to one branch, each fine alone and bad together, are judged at the
same moment: git takes one of them, and the other cannot follow by a merge.
Twelve pushes to branches of their own share one repository and one memo.
"""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gates  # noqa: E402

ONE = ("api  60 A 192.0.2.1\n", "")
TWO = ("api  60 A 198.51.100.1\n", "")
FOLLOWS = ("ns2  A   198.51.100.53\n", "ns2  A   198.51.100.54\n")


def push(g, *refs):
    return subprocess.Popen(["git", "-C", g.work, "push", "origin", *refs],
                            env=g.env, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def ended(p):
    out, err = p.communicate(timeout=120)
    return subprocess.CompletedProcess(p.args, p.returncode, out, err)


def tip(g, ref="main"):
    return g.must("git", "-C", g.bare, "rev-parse", ref).strip()


def slow(g, seconds, count):
    """The gate waits until COUNT of them are about to judge."""
    path = os.path.join(g.dir, "slow")
    with open(path, "w") as f:
        f.write("#!/bin/sh\nmkdir -p '%s/in'; touch '%s/in/'$$\n"
                "i=0; while [ $(ls '%s/in' | wc -l) -lt %d ] && "
                "[ $i -lt %d ]; do sleep 0.05; i=$((i + 1)); done\n"
                "exec '%s' \"$@\"\n" % (g.dir, g.dir, g.dir, count,
                                        seconds * 20, g.zonegate))
    os.chmod(path, 0o755)
    g.must("git", "-C", g.bare, "config", "zonegate.path", path)


def merge(g, ours, theirs):
    """The merge of two proposals, both changes taken."""
    tree = g.git("merge-tree", "--write-tree", ours, theirs).split("\n")[0]
    return g.git("commit-tree", "-m", "merge", "-p", ours, "-p", theirs, tree)


def race(g, t, name, one, two, together):
    """Push both at once; then the one that lost, merged."""
    g.must("git", "-C", g.bare, "update-ref", "refs/heads/main", g.base)
    g.must("rm", "-rf", os.path.join(g.dir, "in"))
    slow(g, 10, 2)
    done = [ended(p) for p in [push(g, c + ":main") for c in (one, two)]]
    won = [d for d in done if d.returncode == 0]
    passed = [d for d in done if b"PASSED" in d.stderr]
    t.check(len(passed) == 2, name + ": both pass the gate", done[0])
    t.check(len(won) == 1, name + ": git takes one", done[0])
    t.check(tip(g) in (one, two), name + ": main is neither of them")
    other = two if tip(g) == one else one
    slow(g, 1, 1)
    done = ended(push(g, merge(g, tip(g), other) + ":main"))
    t.check((done.returncode == 0) == together, name + ": the merge", done)
    t.check((b"failover-too-few-targets" in done.stderr) != together,
            name + ": the reason", done)


def many(g, t, count):
    """Half of them bad; the verdict of each is its own."""
    g.must("git", "-C", g.bare, "config", "zonegate.path", g.zonegate)
    wanted = []
    for i in range(count):
        bad = i % 2 == 1
        new = g.proposal(*(("www  A   192.0.2.10\n",
                            "www  A   192.0.2.%d\n" % (20 + i)) if not bad
                           else ("api  60 A 192.0.2.2\n",
                                 "api  60 A 203.0.113.%d\n" % i)))
        wanted.append((new, "side%d" % i, bad))
    running = [(push(g, "%s:refs/heads/%s" % (new, ref)), new, ref, bad)
               for new, ref, bad in wanted]
    for p, new, ref, bad in running:
        done = ended(p)
        t.check((done.returncode != 0) == bad, ref + ": verdict", done)
        t.check((b"failover-target-not-allowed" in done.stderr) == bad,
                ref + ": reason", done)
        there = subprocess.run(["git", "-C", g.bare, "rev-parse", "-q",
                                "--verify", "refs/heads/" + ref], env=g.env,
                               stdout=subprocess.PIPE).stdout.decode().strip()
        t.check(there == ("" if bad else new), ref + ": what is there")
    left = [x for x in os.listdir(os.path.join(g.bare, "objects"))
            if x.startswith("tmp_objdir")]
    for _ in range(50):
        if not left:
            break
        time.sleep(0.1)
        left = [x for x in os.listdir(os.path.join(g.bare, "objects"))
                if x.startswith("tmp_objdir")]
    t.check(not left, "quarantines left: %s" % left)
    g.must("git", "-C", g.bare, "fsck", "--strict")


def main():
    t = gates.Tally()
    with gates.Gates() as g:
        # Branches beside main are guarded, too.
        g.git("checkout", "-q", "--detach", g.base)
        g.put("zonegate.yaml", gates.POLICY +
              "change-control: {refs: [\"refs/heads/*\"]}\n")
        g.base = g.commit("guard all branches")
        g.git("push", "-q", "origin", g.base + ":main")
        g.hook()
        one = g.proposal(*ONE)
        race(g, t, "bad together", one, g.proposal(*TWO), False)
        race(g, t, "fine together", one, g.proposal(*FOLLOWS), True)
        g.must("git", "-C", g.bare, "update-ref", "refs/heads/main", g.base)
        many(g, t, 12)
    return t.end("pushes")


if __name__ == "__main__":
    sys.exit(main())
