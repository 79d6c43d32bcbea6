#!/usr/bin/env python3
"""One changed record in a repository of many zones: many.py [50,500,5000].

Pushes through the real hook and prints how long the gate judged: the first time
(cold), when it reads every zone once, and afterwards (warm), when that must not
grow with the zones that did not change.
"""
import os
import re
import subprocess
import sys
import tempfile

ZONEGATE = os.path.abspath(os.environ.get("ZONEGATE", "build/zonegate"))
POLICY = """version: 1
zones:
  - path: zones/{zone}.zone
targets:
  edge: {addresses: [192.0.2.0/24]}
failover:
  - name: www.z0.example.
    types: [A]
    targets: [edge]
"""


def git(cwd, *argv):
    p = subprocess.run(["git", *argv], cwd=cwd, capture_output=True, text=True)
    if p.returncode:
        sys.exit(f"git {' '.join(argv)}\n{p.stdout}{p.stderr}")
    return p.stdout + p.stderr


def zone(i, serial, address):
    return (f"$TTL 300\n@ SOA ns1 h {serial} 3600 900 1209600 300\n"
            f"@ NS ns1\n@ NS ns2\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n"
            f"www A {address}\nmail A 192.0.2.4\n@ MX 10 mail\n"
            f"alias CNAME www.z{(i + 1) % 50}.example.\n")


def measure(count, folder):
    server, work = os.path.join(folder, "s.git"), os.path.join(folder, "w")
    git(folder, "init", "-q", "--bare", server)
    git(folder, "init", "-q", work)
    git(work, "config", "user.name", "bench")
    git(work, "config", "user.email", "bench@example.net")
    git(work, "checkout", "-q", "-b", "main")
    os.mkdir(os.path.join(work, "zones"))
    with open(os.path.join(work, "zonegate.yaml"), "w") as f:
        f.write(POLICY)
    for i in range(count):
        with open(os.path.join(work, "zones", f"z{i}.example.zone"), "w") as f:
            f.write(zone(i, 1, "192.0.2.3"))
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "base")
    git(work, "push", "-q", server, "main")
    git(server, "symbolic-ref", "HEAD", "refs/heads/main")
    subprocess.run([ZONEGATE, "install-hook", server], check=True,
                   stdout=subprocess.DEVNULL)
    git(server, "config", "zonegate.path", ZONEGATE)
    times = []
    for n in range(5):
        with open(os.path.join(work, "zones", "z0.example.zone"), "w") as f:
            f.write(zone(0, n + 2, f"192.0.2.{n + 10}"))
        git(work, "commit", "-q", "-a", "-m", "change")
        out = git(work, "push", server, "main")
        times.append(float(re.search(r"PASSED.*\((\d+\.\d+) s\)", out)[1]))
    return times[0], min(times[1:])


def main():
    counts = sys.argv[1] if len(sys.argv) > 1 else "50,500,5000"
    print("| zones in the repository | first push, seconds | later pushes |\n"
          "|---:|---:|---:|")
    for count in (int(c) for c in counts.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            cold, warm = measure(count, folder)
            print(f"| {count:,} | {cold:.2f} | {warm:.2f} |", flush=True)


main()
