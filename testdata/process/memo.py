#!/usr/bin/env python3
"""Whatever the memo is, the verdict is the same.

    ZONEGATE=PROGRAM memo.py

The file that earlier runs left is damaged, cut, emptied, of another version or
repository, somebody else's, open to others, or no file at all. Verdicts,
findings and answers must be those of a run without it, and what is not ours
alone must stay as it was.
"""
import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gates  # noqa: E402

# An unchanged zone with names that follow those of the zone that changes.
MORE = [("zones/example%d.zone" % i, gates.OTHER.replace(
    "example.net", "example%d" % i)) for i in range(40)]


def judge(g, new):
    """(status, what was found and what answers) of one run."""
    done = subprocess.run(
        [g.zonegate, "check", "--base", g.base, "--head", new, "--format",
         "json"], cwd=g.bare, env=g.env, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=60)
    if done.returncode > 1:
        return done.returncode, done.stdout + done.stderr, None
    doc = json.loads(done.stdout)
    return (done.returncode, {k: doc[k] for k in (
        "verdict", "findings", "answers", "changes")},
        doc["stats"]["cache"])


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


class Memo:
    def __init__(self, g):
        self.dir = os.path.join(g.bare, "zonegate")
        self.file = os.path.join(self.dir, "memo.mdb")
        self.lock = self.file + "-lock"
        self.g = g
        shutil.rmtree(self.dir, ignore_errors=True)
        judge(g, g.good)
        with open(self.file, "rb") as f:
            self.sound = f.read()

    def again(self):
        """A sound memo of ours."""
        if os.path.islink(self.dir) or os.path.isfile(self.dir):
            os.unlink(self.dir)
        shutil.rmtree(self.dir, ignore_errors=True)
        os.mkdir(self.dir, 0o700)
        self.put(self.sound)

    def put(self, data, path=None):
        with open(path or self.file, "wb") as f:
            f.write(data)
        os.chmod(path or self.file, 0o600)


def damage(m):
    """(what, function) that leaves a file of ours without sense."""
    r = random.Random(1)

    def flip(count, first, last):
        def f():
            data = bytearray(m.sound)
            for _ in range(count):
                data[r.randrange(first, min(last, len(data)))] ^= \
                    1 << r.randrange(8)
            m.put(bytes(data))
        return f

    def noise(n):
        return lambda: m.put(r.randbytes(n))

    def sparse():
        m.put(m.sound)
        os.truncate(m.file, 1 << 34)

    def version(n):
        # The meta pages hold the version after their magic number.
        data = bytearray(m.sound)
        for at in range(0, len(data) - 8, 4):
            if data[at:at + 4] == struct.pack("<I", 0xbeefc0de):
                data[at + 4:at + 8] = struct.pack("<I", n)
        return lambda: m.put(bytes(data))

    for i in range(30):
        yield "bits, %d" % i, flip(1 + i, 0, len(m.sound))
        yield "bits of the meta pages, %d" % i, flip(1 + i % 4, 0, 8192)
    for n in (0, 1, 100, 4095, 4096, 8192, 12288, len(m.sound) // 2,
              len(m.sound) - 1):
        yield "cut to %d" % n, lambda n=n: m.put(m.sound[:n])
    for n in (16, 4096, 65536):
        yield "noise, %d" % n, noise(n)
    yield "sparse, 16 GiB", sparse
    yield "version 0", version(0)
    yield "version 2", version(2)
    yield "version of tomorrow", version(0x7fffffff)
    yield "deleted", lambda: os.unlink(m.file)
    yield "a lock file without sense", lambda: m.put(b"\xff" * 8192, m.lock)
    yield "an empty lock file", lambda: m.put(b"", m.lock)


def strange(m):
    """(what, function, is the file to stay as it is): not ours alone."""
    def elsewhere(link):
        def f():
            path = os.path.join(m.g.dir, "elsewhere")
            m.put(m.sound, path)
            os.unlink(m.file)
            (os.link if link else os.symlink)(path, m.file)
        return f

    def folder():
        path = os.path.join(m.g.dir, "folder")
        shutil.rmtree(path, ignore_errors=True)
        os.rename(m.dir, path)
        os.symlink(path, m.dir)

    def instead(make):
        def f():
            os.unlink(m.file)
            make(m.file)
        return f

    def no_folder():
        shutil.rmtree(m.dir)
        m.put(b"", m.dir)

    yield "open to others", lambda: os.chmod(m.file, 0o666), True
    yield "a folder open to others", lambda: os.chmod(m.dir, 0o777), True
    yield "a link", elsewhere(False), True
    yield "a second name", elsewhere(True), True
    yield "a folder that is a link", folder, True
    yield "a pipe", instead(os.mkfifo), False
    yield "a folder instead", instead(os.mkdir), False
    yield "a device", instead(lambda p: os.symlink("/dev/zero", p)), False
    yield "a file instead of the folder", no_folder, False
    if os.geteuid() == 0:
        yield "somebody else's", lambda: os.chown(m.file, 65534, 65534), True
        yield "in somebody else's folder", \
            lambda: os.chown(m.dir, 65534, 65534), True


def at_once(g, t, want):
    """Runs that share the file, one after the other begun."""
    running = [(subprocess.Popen(
        [g.zonegate, "check", "--base", g.base, "--head",
         (g.good, g.bad)[i % 2]], cwd=g.bare, env=g.env,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL), i % 2)
        for i in range(12)]
    for p, bad in running:
        t.check(p.wait(timeout=60) == bad, "at once: verdict")
    t.check(judge(g, g.good)[:2] == want[g.good], "after many at once")


def main():
    t = gates.Tally()
    with gates.Gates(MORE) as g:
        g.good = g.proposal("www  A   192.0.2.10\n", "www  A   192.0.2.11\n")
        g.git("push", "-q", "origin", g.good + ":refs/heads/good2")
        m = Memo(g)
        shutil.rmtree(m.dir)
        m.put(b"", m.dir)
        want = {new: judge(g, new)[:2] for new in (g.good, g.bad)}
        t.check(want[g.good][0] == 0 and want[g.bad][0] == 1, "without")
        m.again()
        status, found, cache = judge(g, g.good)
        t.check((status, found) == want[g.good], "with")
        t.check(cache is not None and cache["hits"] > 30, "not used at all: "
                "%s" % cache)
        for what, change in damage(m):
            m.again()
            change()
            for new in (g.bad, g.good, g.good):
                t.check(judge(g, new)[:2] == want[new], what)
        for what, change, stays in strange(m):
            m.again()
            change()
            before = digest(m.file) if stays else None
            for new in (g.bad, g.good):
                t.check(judge(g, new)[:2] == want[new], what)
            t.check(not stays or digest(m.file) == before,
                    what + ": was written")
        m.again()
        at_once(g, t, want)
    return t.end("memo")


if __name__ == "__main__":
    sys.exit(main())
