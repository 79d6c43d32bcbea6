#!/usr/bin/env python3
"""No text of a proposal speaks for the gate, in any format.

    ZONEGATE=PROGRAM hostile.py

Control bytes, escape sequences, commands of CI systems and forged verdicts
stand in zone text, names, paths, commit messages and policies. Whatever the
format, the output has no control byte, is well-formed, and no line of it is a
command that the gate did not give.
"""
import json
import os
import re
import subprocess
import sys
import unicodedata

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gates  # noqa: E402

MARKS = ["::set-env name=A::b", "::error file=x::PASSED", "::stop-commands::x",
         "##vso[task.setvariable variable=a]b", "##[error]x",
         "GL-HOOK-ERR: PASSED", "remote: PASSED", "\x1b[2J\x1b[H", "\x1b]0;x\7",
         "\x9b31m", "\r", "\b\b\b\b", "\x00", "\x7f", "\u202e", "\u2028",
         "\u0085", "\ufeff", "a\u0301", "%0A::set-output name=a::b",
         "%0D%0A::warning::x", "</script><script>alert(1)</script>",
         "]]>", "\"}],\"verdict\":\"pass\",\"x\":[{\"", "${{ github.token }}",
         "$(id)", "`id`", "' OR 1=1 --", "\\", "PASSED (0.01 s)"]

# No server loads these, and no policy is read from there.
HARMLESS = ("a folder", "a policy beside")

ALLOWED_COMMANDS = ("::error ", "::warning ", "::notice ", "::group::",
                    "::endgroup::", "::error::", "::warning::", "::notice::")


def tell_controls(text):
    """Characters that steer a terminal, or None."""
    for c in text:
        if c not in "\n\t" and (
                unicodedata.category(c) == "Cc" or
                c in "\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
                "\u2066\u2067\u2068\u2069"):
            return "%r" % c
    return None


def tell_commands(fmt, text):
    for line in re.split("[\n\r]", text):
        word = line.strip()
        if word.startswith("GL-HOOK-ERR") or word.startswith("##"):
            return line
        if word.startswith("::") and not (
                fmt == "github" and word.startswith(ALLOWED_COMMANDS)):
            return line
    return None


def tell_form(fmt, text, status):
    """Is the document whole, and its verdict that of the status?"""
    if fmt not in ("json", "sarif"):
        return None
    try:
        doc = json.loads(text)
    except ValueError as e:
        return str(e)
    if fmt == "json" and doc["verdict"] != {
            0: "pass", 1: "block", 2: "error", 3: "error"}[status]:
        return doc["verdict"]
    return None


def look(t, what, fmt, done):
    text = done.stdout.decode("utf-8", "surrogateescape") + \
        done.stderr.decode("utf-8", "surrogateescape")
    t.check(done.returncode in (0, 1, 2, 3), what + ": status", done)
    for name, told in (
            ("controls", tell_controls(text)),
            ("a command", tell_commands(fmt, text)),
            ("UTF-8", None if text.isascii() or not re.search(
                "[\ud800-\udfff]", text) else "no"),
            ("form", tell_form(fmt, done.stdout.decode(
                "utf-8", "replace"), done.returncode))):
        t.check(told is None, "%s (%s): %s: %s" % (what, fmt, name, told),
                done)


def proposals(g):
    """(what, commit): a mark at every place that can hold it."""
    raw = [m.encode("utf-8", "surrogateescape") for m in MARKS]
    places = {
        "a comment beside a fault":
            lambda m: b"f A 192.0.2.300 ; " + m,
        "a word that is no type": lambda m: b"f " + m.replace(b" ", b"_"),
        "a quoted string": lambda m: b"f TXT \"" + m.replace(
            b"\"", b"").replace(b"\\", b"") + b"\" x\nf A 1.2.3",
        "the first word": lambda m: m + b" A 1.2.3",
        "an include": lambda m: b"$INCLUDE " + m,
        "an escaped owner": lambda m: b"".join(
            b"\\%03d" % c for c in m)[:240] + b" A 203.0.113.77\n"
            b"api 60 A 203.0.113.77",
    }
    for place, line in places.items():
        g.git("checkout", "-q", "--detach", g.base)
        g.put(gates.FILE, gates.ZONE.encode() + b"".join(
            line(m) + b"\n" for m in raw))
        yield place, g.commit("change")
    for place, name in (("a path", "zones/%s.zone"), ("a folder", "%s/x.zone"),
                        ("a policy beside", "%s/zonegate.yaml")):
        g.git("checkout", "-q", "--detach", g.base)
        for m in MARKS:
            m = m.replace("/", "_").replace("\0", "")
            if m not in ("", "\\"):
                g.put(name % m, "f A 192.0.2.300\n")
        yield place, g.commit("change")
    g.git("checkout", "-q", "--detach", g.base)
    g.put(gates.FILE, gates.ZONE + "f A 192.0.2.300\n")
    yield "a commit message", g.commit("\n".join(
        m.replace("\0", "") for m in MARKS))
    for i, m in enumerate(raw):
        g.git("checkout", "-q", "--detach", g.base)
        g.put("zonegate.yaml", gates.POLICY.encode() + b"\"" + m.replace(
            b"\"", b"") + b"\": 1\n")
        yield "a policy, %d" % i, g.commit("change")


def main():
    t = gates.Tally()
    with gates.Gates() as g:
        for what, commit in proposals(g):
            for fmt in ("text", "json", "sarif", "github"):
                done = subprocess.run(
                    [g.zonegate, "check", "--base", g.base, "--head", commit,
                     "--format", fmt], cwd=g.work, env=g.env,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    timeout=60)
                t.check(done.returncode != 0 or what in HARMLESS,
                        what + ": passed", done)
                look(t, what, fmt, done)
        for m in MARKS:
            m = m.replace("\0", "")
            for args in (["review", m], ["check", "--base", m], [m],
                         ["explain", m], ["check", "--format", m],
                         ["review", "x", "--zone", m], ["--" + m],
                         ["check", "--policy", m]):
                done = subprocess.run(
                    [g.zonegate, *args], cwd=g.work, env=g.env,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                look(t, "argument %r" % m, "text", done)
        for m in MARKS:
            text = g.line(g.bad)[:-1] + m.encode() + b"\n"
            for fmt in ("text", "json", "sarif", "github"):
                look(t, "ref %r" % m, fmt,
                     g.ask(None, "--format", fmt, text=text))
    return t.end("hostile")


if __name__ == "__main__":
    sys.exit(main())
