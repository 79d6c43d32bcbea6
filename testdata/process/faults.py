#!/usr/bin/env python3
"""No call of the C library may fail into a pass.

    ZONEGATE=PROGRAM faults.py [--points N]

For each call that can fail (faults.c) and N places among its calls, the gate
judges a bad push with that one call failing, and with all calls from then on
failing. The bad push must be rejected every time, and the process that git
waits for must end by itself. A good push may be rejected then, but must not be
called bad (but for what ALIKE says).
"""
import argparse
import os
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gates  # noqa: E402

CALLS = ["malloc", "mmap", "read", "write", "open", "fork", "pipe2",
         "socketpair", "send", "recv", "clock_gettime"]

# OpenSSL does not tell an allocation that failed while it verified from a
# signature that does not match, so the good push is bogus then: rejected, too.
ALIKE = {"malloc": b"error[dnssec-bogus]"}

# So many records that trial signing and validation use several threads.
LARGE = "".join("h%d A 192.0.2.9\n" % i for i in range(3000))


def build(directory):
    """The library; a compiler is there, since zonegate was built."""
    out = os.path.join(directory, "faults.so")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                          "faults.c")
    subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", "-D_GNU_SOURCE",
                    "-O1", "-shared", "-fPIC", "-o", out, source, "-ldl"],
                   check=True)
    return out


def points(total, n):
    """All of the first and the last, and N in between."""
    if total <= n:
        return range(1, total + 1)
    step = (total - 1) / (n - 1)
    return sorted({1 + round(i * step) for i in range(n)} |
                  set(range(1, n // 4)) |
                  set(range(total - n // 4, total + 1)))


def count(g, library, call, new):
    """How often the gate makes CALL when nothing fails."""
    path = os.path.join(g.dir, "count")
    with open(path, "wb") as f:
        f.write(bytes(8))
    done = g.ask(new, more={"LD_PRELOAD": library, "FAULT_CALL": call,
                            "FAULT_COUNT": path})
    with open(path, "rb") as f:
        return done, struct.unpack("=Q", f.read())[0]


def attempt(g, t, library, call, points_wanted):
    """Fail CALL at every point, and print what came of it."""
    done, total = count(g, library, call, g.bad)
    t.check(done.returncode == 1, call + ": not blocked", done)
    done = count(g, library, call, g.good)[0]
    t.check(done.returncode == 0, call + ": good, not passed", done)
    t.check(total > 0, call + ": never called")
    seen = {}
    for at in points(total, points_wanted):
        for more in ({}, {"FAULT_ON": "1"}, {"FAULT_SHORT": "1"}):
            if "FAULT_SHORT" in more and call not in ("read", "write"):
                continue
            env = {"LD_PRELOAD": library, "FAULT_CALL": call,
                   "FAULT_AT": str(at), **more}
            what = "%s %d of %d%s" % (call, at, total, " ".join(["", *more]))
            done = g.ask(g.bad, more=env)
            seen[done.returncode] = seen.get(done.returncode, 0) + 1
            t.check(done.returncode in (1, 2, 3), what + ": bad push", done)
            if more:
                continue
            done = g.ask(g.good, more=env)
            alike = done.returncode == 1 and call in ALIKE and \
                ALIKE[call] in done.stdout
            t.check(done.returncode in (0, 2, 3) or alike,
                    what + ": good push", done)
    print("%-14s %6d calls, statuses of the bad push: %s" % (
        call, total, ", ".join("%d × %d" % x for x in sorted(seen.items()))))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--points", type=int, default=16)
    args = p.parse_args()
    t = gates.Tally()
    with gates.Gates() as g:
        library = build(g.dir)
        for call in CALLS:
            attempt(g, t, library, call, args.points)
        with gates.Gates(more=LARGE) as large:
            attempt(large, t, library, "pthread_create", args.points)
    return t.end("faults")


if __name__ == "__main__":
    sys.exit(main())
