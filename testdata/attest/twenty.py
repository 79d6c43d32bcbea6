#!/usr/bin/env python3
"""Twenty pushes at once to one repository.

    twenty.py [--rounds N] [--keep DIR]

Each round makes twenty clones with one commit each, good or bad, for branches
of their own and for one that they share, and pushes all at the same time.
Every decision must be right, every one must be a line of the audit log, the
log's chain must hold, branches are where their accepted push put them, exactly
one of the good pushes to the shared branch is there, and every accepted tip has
an attestation that verifies. ZONEGATE is the program. Exit status 0 when all of
it held.
"""
import argparse
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from place import Place, Tally, program, zone_text  # noqa: E402

ZONE = "example.com."
PUSHES = 20


def prepare(p, round_, i, shared):
    """A clone with a commit: (its folder, branch, new id, is it good?)."""
    work = "r%d-%d" % (round_, i)
    p.git("clone", "-q", "--shared", "remote.git", work, cwd=".")
    good = i % 3 != 2
    branch = "main" if shared(i) else "b%d-%d" % (round_, i)
    text = zone_text(ZONE, 2 + round_, "n%d-%d IN A 192.0.2.9\n" % (round_, i))
    if not good:
        text = text.replace("api 60 IN A 192.0.2.1\n",
                            "api 60 IN A 203.0.113.%d\n" % (i + 1))
    p.write(work + "/zones/%szone" % ZONE, text)
    p.git("commit", "-qam", "change", cwd=work)
    return work, branch, p.git("rev-parse", "HEAD", cwd=work), good


def push_all(p, jobs):
    """Statuses of all pushes, run at the same time."""
    running = [subprocess.Popen(
        ["git", "push", "-q", "origin", "HEAD:refs/heads/" + branch],
        cwd=p.path(work), env=dict(p.env, REMOTE_USER=work),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for work, branch, _, _ in jobs]
    out = []
    for r in running:
        err = r.communicate()[1].decode()
        out.append((r.returncode, err))
    return out


def kept_back(status, err):
    """Git saw that another push was first, and did not send this one."""
    return status != 0 and ("(fetch first)" in err or
                            "(non-fast-forward)" in err)


def lines(p):
    with open(p.path("audit.jsonl")) as f:
        return [json.loads(line) for line in f]


def hold_round(p, t, jobs, results, fresh):
    by_new = {line["refs"][0]["new"]: line for line in fresh}
    sent = [r for r in results if not kept_back(*r)]
    t.check(len(fresh) == len(sent) > 1, "%d pushes, %d lines" % (
        len(sent), len(fresh)))
    shared = 0
    for (work, branch, new, good), (status, err) in zip(jobs, results):
        line = by_new.get(new)
        if kept_back(status, err):
            t.check(line is None and branch == "main",
                    work + ": never sent, yet in the log")
            continue
        if not t.check(line is not None, work + ": not in the log"):
            continue
        t.check(line["verdict"] == ("pass" if good else "block"),
                "%s: %s was decided" % (work, line["verdict"]))
        t.check(line["pusher"]["claimed"].get("REMOTE_USER") == work,
                "%s: pushed by %s" % (work, line["pusher"]))
        tip = p.git("rev-parse", "-q", "--verify", "refs/heads/" + branch,
                    cwd="remote.git", ok=(0, 1))
        if not good:
            t.check(status != 0 and tip != new, work + ": bad, yet there")
        elif branch == "main":
            shared += tip == new
            t.check((status == 0) == (tip == new),
                    "%s: status %d: %s" % (work, status, err))
        else:
            t.check(status == 0 and tip == new,
                    "%s: good, not there: %s" % (work, err))
        if tip == new:
            done = p.zonegate("attest", "verify", new, "--repo",
                              "remote.git", "--public-key", "key.pub")
            t.check(done.returncode == 0, "%s: not attested: %s %s" % (
                work, done.stderr.decode(), err))
    return shared


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep")
    parser.add_argument("--rounds", type=int, default=2)
    args = parser.parse_args()
    p, t = Place(args.keep), Tally()
    try:
        p.make({ZONE: zone_text(ZONE)})
        p.install()
        seen = 0
        for round_ in range(args.rounds):
            # First half of the pushes share a branch, then all of them.
            jobs = [prepare(p, round_, i,
                            lambda i: round_ % 2 == 1 or i < PUSHES // 2)
                    for i in range(PUSHES)]
            results = push_all(p, jobs)
            log = lines(p)
            shared = hold_round(p, t, jobs, results, log[seen:])
            t.check(shared == 1, "%d pushes moved the same branch" % shared)
            seen = len(log)
        done = p.zonegate("audit", "verify", "audit.jsonl")
        t.check(done.returncode == 0, "chain: " + done.stdout.decode())
        done = p.run("git", "fsck", "--strict", cwd=p.path("remote.git"))
        t.check(done.returncode == 0, "fsck: " + done.stderr.decode())
    finally:
        p.close()
    return t.end("twenty pushes at once (%s)" % os.path.basename(program()))


if __name__ == "__main__":
    sys.exit(main())
