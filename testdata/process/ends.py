#!/usr/bin/env python3
"""However the gate ends, a bad push does not get through.

    ZONEGATE=PROGRAM ends.py

Killed, timed out, short of memory, descriptors or disk, with standard input or
output closed, cut or full, and with a wrong clock; each beside the push that
passes when there is just enough of it.
"""
import os
import resource
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import faults  # noqa: E402
import gates  # noqa: E402


def rejected(done):
    """Ended by itself, and said no."""
    return done.returncode in (1, 2, 3)


def limited(what, value):
    def f():
        resource.setrlimit(what, (value, value))
    return f


def starved(g, t, name, what, values, start):
    """Less and less of WHAT; below START the loader itself gives up."""
    for value in values:
        for new, ok in ((g.bad, (1, 2, 3)), (g.good, (0, 2, 3))):
            done = g.ask(new, preexec_fn=limited(what, value))
            died = value < start and done.returncode in (127, -6, -11)
            t.check(done.returncode in ok or died, "%s %d: %s push" % (
                name, value, "bad" if new == g.bad else "good"), done)
    t.check(g.ask(g.bad, preexec_fn=limited(what, values[0]))
            .returncode == 1, name + ": enough, not blocked")
    t.check(g.ask(g.good, preexec_fn=limited(what, values[0]))
            .returncode == 0, name + ": enough, not passed")
    t.check(g.ask(g.good, preexec_fn=limited(what, values[-1]))
            .returncode != 0, name + ": too little, and passed")


def input_ends(g, t):
    """What git would never write, and what it would not have finished."""
    good, bad = g.line(g.good), g.line(g.bad)
    for name, text in (
            ("nothing", b""), ("cut in the id", bad[:30]),
            ("cut before the ref", bad[:81]), ("cut in the ref", bad[:90]),
            ("no line feed", bad[:-1]), ("good, no line feed", good[:-1]),
            ("good, then a cut one", good + bad[:60]),
            ("good, then bad without line feed", good + bad[:-1]),
            ("an empty line", good + b"\n"), ("CR LF", bad[:-1] + b"\r\n"),
            ("NUL in the ref", bad[:-1] + b"\0x\n"),
            ("a space more", bad.replace(b" ", b"  ", 1)),
            ("id in upper case", bad.upper()),
            ("an id that is nobody's", g.line("1" * 40)),
            ("not a ref", bad.replace(b"refs/heads/main", b"main")),
            ("60 kB of ref", bad[:-1] + b"x" * 60000 + b"\n"),
            ("20 MB", bad * 140000), ("ten thousand and one refs", b"".join(
                b"%s %s refs/tags/t%d\n" % (
                    b"0" * 40, g.base.encode(), i) for i in range(10001)))):
        done = g.ask(None, text=text)
        # A ref that the policy does not guard is a pass of its own.
        t.check(rejected(done) or name == "60 kB of ref" and
                b"not judged" in done.stdout, "input: " + name, done)
    t.check(g.ask(g.good).returncode == 0, "input: whole")
    done = g.ask(None, stdin=None, preexec_fn=lambda: os.close(0))
    t.check(done.returncode == 3, "input: closed", done)
    done = g.ask(None, stdin=open("/dev/full", "wb"))
    t.check(done.returncode == 3, "input: not for reading", done)
    done = g.ask(None, stdin=os.open("/", os.O_RDONLY))
    t.check(done.returncode == 3, "input: a directory", done)


def output_ends(g, t):
    """A report that did not arrive is no pass."""
    def close(*fds):
        return lambda: [os.close(fd) for fd in fds]

    def broken_pipe():
        r, w = os.pipe()
        os.close(r)
        return w

    full = open("/dev/full", "wb")
    for name, kw in (("closed", {"preexec_fn": close(1)}),
                     ("all closed but input", {"preexec_fn": close(1, 2)}),
                     ("full", {"stdout": full}),
                     ("a broken pipe", {"stdout": broken_pipe()}),
                     ("for reading only", {"stdout": open("/dev/null")})):
        for new in (g.bad, g.good):
            done = g.ask(new, **kw)
            t.check(done.returncode == 3, "output: " + name, done)
    for name, kw in (("closed", {"preexec_fn": close(2)}),
                     ("full", {"stderr": full}),
                     ("a broken pipe", {"stderr": broken_pipe()})):
        done = g.ask(g.bad, **kw)
        t.check(done.returncode == 1, "errors: " + name, done)
        done = g.ask(g.good, **kw)
        t.check(done.returncode == 0, "errors: good, " + name, done)
    for new in (g.bad, g.good):
        for path in ("/dev/full", "/nonexistent/report", "/proc/self/maps"):
            done = g.ask(new, "--output", path)
            t.check(done.returncode == 3, "--output " + path, done)


def disk_full(g, t):
    """A file that may not grow: the limit stands in for a full disk."""
    out = os.path.join(g.dir, "report")

    def f():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    for new in (g.bad, g.good):
        done = g.ask(new, "--output", out, preexec_fn=f)
        t.check(done.returncode == 3, "disk full", done)
        t.check(not os.path.exists(out), "disk full: half a report is there")
    done = g.ask(g.good, "--output", out)
    t.check(done.returncode == 0 and os.path.getsize(out) > 100,
            "disk not full", done)


def children(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            return [int(x) for x in f.read().split()]
    except OSError:
        return []


def killed(g, t):
    """SIGKILL to the judging process, or to the one that git waits for."""
    for victim in ("child", "parent"):
        for delay in (0, 0.001, 0.003, 0.006, 0.01, 0.02, 0.04, 0.08):
            p = subprocess.Popen(
                [g.zonegate, "pre-receive"], cwd=g.bare,
                env=dict(g.env, GIT_DIR="."), stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            p.stdin.write(g.line(g.bad))
            p.stdin.close()
            p.stdin = None
            end = time.monotonic() + 5
            while not children(p.pid) and time.monotonic() < end and \
                    p.poll() is None:
                pass
            time.sleep(delay)
            for pid in (children(p.pid) if victim == "child" else [p.pid]):
                if p.poll() is None:
                    os.kill(pid, signal.SIGKILL)
            out, err = p.communicate(timeout=30)
            t.check(p.returncode in (1, 3, -signal.SIGKILL) and
                    (victim == "parent" or p.returncode > 0),
                    "killed: %s after %g s" % (victim, delay),
                    subprocess.CompletedProcess([], p.returncode, out, err))


def is_stopped(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rpartition(")")[2].split()[0] in "Tt"
    except OSError:
        return False


def stopped_push(g):
    """A push whose judging is stopped while it works: process, output, errors,
    and whether the stop came before the end of it."""
    p = subprocess.Popen(
        [g.zonegate, "pre-receive", "--timeout", "1"], cwd=g.bare,
        env=dict(g.env, GIT_DIR="."), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    stopped = []

    def stop():
        while p.poll() is None and not stopped:
            for pid in children(p.pid):
                try:
                    os.kill(pid, signal.SIGSTOP)
                except ProcessLookupError:
                    continue
                if is_stopped(pid):
                    stopped.append(pid)
    stopper = threading.Thread(target=stop)
    stopper.start()
    out, err = p.communicate(g.line(g.good), timeout=30)
    stopper.join()
    return p, out, err, bool(stopped)


def timed_out(g, t):
    """The judging is stopped for good while it works, then time runs out."""
    for _ in range(50):
        p, out, err, stopped = stopped_push(g)
        if stopped:
            break
    t.check(p.returncode == 3 and b"longer than 1 s" in err, "timed out",
            subprocess.CompletedProcess([], p.returncode, out, err))
    t.check(g.ask(g.good, "--timeout", "60").returncode == 0, "in time")


YEAR = 365 * 86400


def clocks(g, t, library):
    """A bad push stays bad at any time; signatures and waivers have theirs."""
    for ahead in (-56 * YEAR, -20 * YEAR, -YEAR, 0, YEAR, 11 * YEAR,
                  80 * YEAR, 110 * YEAR, 10 ** 11):
        env = {"LD_PRELOAD": library, "FAULT_CLOCK": str(ahead)}
        done = g.ask(g.bad, more=env)
        t.check(rejected(done), "clock %+d s: bad push" % ahead, done)
        done = g.ask(g.good, more=env)
        t.check(done.returncode in ((0,) if abs(ahead) < 75 * YEAR
                                    else (0, 1, 2, 3)),
                "clock %+d s: good push" % ahead, done)


def places(g, t):
    """What the pusher's session may have set."""
    for more in ({"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
                 {"LC_NUMERIC": "de_DE.UTF-8"}, {"LC_ALL": "\x1b[31m"},
                 {"TZ": "Pacific/Kiritimati"}, {"TZ": ":/etc/passwd"},
                 {"TZ": "A" * 100000}, {"ZONEGATE_POLICY": "/dev/null"},
                 {"ZONEGATE_EXIT_ZERO": "1", "ZONEGATE_FORMAT": "json"},
                 {"TERM": "\x1b]0;x\7", "NO_COLOR": ""}, {"PATH": ""},
                 {"GIT_PUSH_OPTION_COUNT": "1",
                  "GIT_PUSH_OPTION_0": "zonegate.policy=/dev/null"},
                 {"GIT_REPLACE_REF_BASE": "refs/heads/"},
                 {"GIT_SHALLOW_FILE": "/etc/passwd"},
                 {"GIT_GRAFT_FILE": "/etc/passwd"},
                 {"GIT_NAMESPACE": "evil"}, {"GIT_WORK_TREE": "/"},
                 {"GIT_COMMON_DIR": "/"}, {"GIT_INDEX_FILE": "/etc/passwd"},
                 {"GIT_OBJECT_DIRECTORY": "/nonexistent"},
                 {"GIT_ALTERNATE_OBJECT_DIRECTORIES": "/a:\"b:/c"},
                 {"GIT_CEILING_DIRECTORIES": "/"}):
        done = g.ask(g.bad, more=more)
        t.check(rejected(done), "environment %s" % str(more)[:60], done)


def main():
    t = gates.Tally()
    with gates.Gates() as g:
        library = faults.build(g.dir)
        mega = 1 << 20
        starved(g, t, "memory", resource.RLIMIT_AS, [
            x * mega for x in (4096, 256, 128, 100, 80, 64, 56, 48, 44, 40,
                               36, 32, 28, 24, 20, 12)], 128 * mega)
        starved(g, t, "descriptors", resource.RLIMIT_NOFILE,
                [64, 24, *range(20, 2, -1)], 8)
        input_ends(g, t)
        output_ends(g, t)
        disk_full(g, t)
        killed(g, t)
        timed_out(g, t)
        clocks(g, t, library)
        places(g, t)
    return t.end("ends")


if __name__ == "__main__":
    sys.exit(main())
