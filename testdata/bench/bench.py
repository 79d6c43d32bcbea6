#!/usr/bin/env python3
"""Measure zonegate against its peers in one run, as ratios.

bench.py [--sizes 10000,100000,1000000] [--runs 3] [--skip-sign]

Times are the best of the runs; memory is the largest resident set of one
process. Ratios are peer divided by zonegate: above 1, zonegate is faster.
"""
import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ZONEGATE = os.environ.get("ZONEGATE", "build/zonegate")
ORIGIN = "bench.example"


def run(*argv, ok=(0,), cwd=None, out=subprocess.DEVNULL):
    """Wall seconds and peak MiB of one command; complain if it fails."""
    started = time.monotonic()
    p = subprocess.Popen(argv, stdout=out, stderr=subprocess.PIPE, cwd=cwd)
    err = p.stderr.read()
    _, status, usage = os.wait4(p.pid, 0)
    spent = time.monotonic() - started
    code = os.waitstatus_to_exitcode(status)
    p.returncode = code
    if code not in ok:
        sys.exit(f"{' '.join(argv)}: exit {code}\n{err.decode()[-2000:]}")
    return spent, usage.ru_maxrss / 1024


def chain(*commands, cwd=None):
    """Commands one after the other: summed time, largest memory."""
    spent, memory = 0.0, 0.0
    for argv in commands:
        s, m = run(*argv, cwd=cwd)
        spent, memory = spent + s, max(memory, m)
    return spent, memory


def best(runs, fn):
    results = [fn() for _ in range(runs)]
    return min(r[0] for r in results), max(r[1] for r in results)


def table(title, rows):
    ours = rows[0][1]
    print(f"\n### {title}\n")
    print("| program | seconds | MiB | ratio |")
    print("|---|---:|---:|---:|")
    for name, spent, memory in rows:
        print(f"| {name} | {spent:.3f} | {memory:.0f} | {spent / ours:.1f} |")
    sys.stdout.flush()


def check(zone, size, runs):
    rows = [("zonegate review", *best(runs, lambda: run(
        ZONEGATE, "review", zone, "--zone", ORIGIN, "--quiet")))]
    for name, argv in (
            ("named-checkzone", ("named-checkzone", ORIGIN, zone)),
            ("kzonecheck", ("kzonecheck", "-o", ORIGIN, zone)),
            ("nsd-checkzone", ("nsd-checkzone", ORIGIN, zone))):
        rows.append((name, *best(runs, lambda: run(*argv))))
    table(f"check of an unsigned zone, {size:,} records", rows)


def keys(folder):
    for flags in ((), ("-f", "KSK")):
        subprocess.run(["dnssec-keygen", "-q", "-K", folder, "-a", "13",
                        *flags, ORIGIN], check=True,
                       stdout=subprocess.DEVNULL)
    return sorted(os.path.join(folder, f[:-4]) for f in os.listdir(folder)
                  if f.endswith(".key"))


def knot_sign(zone, folder):
    """kzonesign needs a server configuration with keys of its own."""
    base = os.path.join(folder, "knot")
    os.makedirs(base, exist_ok=True)
    shutil.copy(zone, os.path.join(base, "zone"))
    conf = os.path.join(base, "knot.conf")
    with open(conf, "w") as f:
        f.write(f"""database:
  storage: {base}
policy:
  - id: bench
    algorithm: ecdsap256sha256
    single-type-signing: off
    signing-threads: 2
template:
  - id: default
    storage: {base}
    journal-content: none
zone:
  - domain: {ORIGIN}
    file: zone
    dnssec-signing: on
    dnssec-policy: bench
""")
    out = os.path.join(base, "out")
    os.makedirs(out, exist_ok=True)
    return chain(("kzonesign", "-c", conf, "-o", out, ORIGIN),
                 ("kzonecheck", "-d", "on", "-o", ORIGIN,
                  os.path.join(out, "zone")), cwd=base)


def sign(zone, size, runs, folder):
    names = keys(os.path.join(folder, "keys"))
    signed = os.path.join(folder, "signed")
    for n in names:
        with open(n + ".key") as f, open(os.path.join(
                folder, "dnskeys"), "a") as g:
            g.write(f.read())
    with_keys = os.path.join(folder, "with-keys")
    with open(zone) as f, open(os.path.join(folder, "dnskeys")) as g, \
            open(with_keys, "w") as out:
        out.write(f.read() + g.read())
    rows = [("zonegate review --dnssec trial", *best(runs, lambda: run(
        ZONEGATE, "review", zone, "--zone", ORIGIN, "--dnssec", "trial",
        "--quiet")))]
    rows.append(("dnssec-signzone -P + dnssec-verify", *best(
        runs, lambda: chain(
            ("dnssec-signzone", "-P", "-o", ORIGIN, "-f", signed, "-K",
             os.path.join(folder, "keys"), "-S", "-n", "2", zone),
            ("dnssec-verify", "-o", ORIGIN, signed), cwd=folder))))
    rows.append(("kzonesign + kzonecheck -d on", *best(
        runs, lambda: knot_sign(zone, folder))))
    rows.append(("ldns-signzone + ldns-verify-zone", *best(
        runs, lambda: chain(
            ("ldns-signzone", "-b", "-o", ORIGIN, "-f", signed, zone, *names),
            ("ldns-verify-zone", signed), cwd=folder))))
    table(f"sign and validate (algorithm 13, NSEC), {size:,} records", rows)


def arithmetic():
    """Signatures and verifications per second of all processors, by OpenSSL's
    own measure."""
    p = subprocess.run(
        ["openssl", "speed", "-elapsed", "-seconds", "1", "-multi",
         str(os.cpu_count()), "ecdsap256"], check=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    line = [x for x in p.stdout.splitlines() if "nistp256" in x][-1]
    return [float(x) for x in line.split()[-2:]]


def limit(zone, size, folder):
    """Sign and validate against what the processors could do at best. OpenSSL
    is measured right before and right after, as other work on the machine
    slows down both."""
    report = os.path.join(folder, "limit.json")
    argv = [ZONEGATE, "sign", zone, "--zone", ORIGIN, "--format", "json",
            "-o", os.path.join(folder, "limit.signed")]
    argv += [x for f in sorted(os.listdir(os.path.join(folder, "keys")))
             if f.endswith(".key")
             for x in ("--key", os.path.join(folder, "keys", f))]
    before = arithmetic()
    with open(report, "w") as f:
        spent, memory = run(*argv, out=f)
    after = arithmetic()
    with open(report) as f:
        n = json.load(f)["stats"]["signatures"]
    sign_rate, verify_rate = (sum(x) / 2 for x in zip(before, after))
    least = n / sign_rate + n / verify_rate
    print(f"\n### sign, write, read back and validate, {size:,} records\n")
    print("| signatures | seconds | MiB | of the cryptographic limit |")
    print("|---:|---:|---:|---:|")
    print(f"| {n:,} | {spent:.2f} | {memory:.0f} | {least / spent:.0%} of "
          f"{sign_rate:.0f} signatures and {verify_rate:.0f} verifications "
          "a second |")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--sign-runs", type=int, default=1)
    parser.add_argument("--skip-sign", action="store_true")
    a = parser.parse_args()
    print(f"{os.cpu_count()} processors")
    for size in (int(s) for s in a.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            zone = os.path.join(folder, "zone")
            with open(zone, "w") as f:
                subprocess.run([sys.executable, os.path.join(
                    HERE, "generate.py"), str(size)], stdout=f, check=True)
            check(zone, size, a.runs)
            if not a.skip_sign:
                os.makedirs(os.path.join(folder, "keys"))
                sign(zone, size, a.sign_runs, folder)
                limit(zone, size, folder)


main()
