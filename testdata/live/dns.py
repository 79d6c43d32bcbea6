#!/usr/bin/env python3
"""zonegate probe against real servers: NSD, Knot, BIND and Unbound on loopback.

Each case names a server (and how it fails) and the pair of verdicts that every
row must get: is it available, is it authentic.

usage: ZONEGATE=PATH dns.py [CASE...]
"""
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from dns_cases import (authoritative, chains, hostile_https, resolvers,
                       sign_all)
from dns_probe import (DEAD, NAMES, RECORDS, TIMEOUT, UP, ZONEGATE, Repo,
                       live, one, probe, zone)
from dns_servers import Keys, Lab
import servers


# ---- more than single cases -------------------------------------------------

def check_names(repo, good, anchors):
    """The zones' own NS are asked only where the policy lets them."""
    wrong = []
    p = repo.policy(live([], anchors))
    r = probe(repo, p)
    if r.status != 3 or r.rules() != {"live-unchecked"} or \
            {c[:3] for c in r.cells().values()} != {("unused",) * 3}:
        wrong.append("nobody may be asked: " + r.why())
    for args, status in ((["nowhere.test"], 2), (["a..b"], 2),
                         (["--rev", "nothing"], 2),
                         (["--tsig", "/nonexistent", "example.test"], 2)):
        p = repo.policy(live([one(good, ", tsig: k" if "--tsig" in args
                                  else "")], anchors))
        r = probe(repo, p, *args)
        if r.status != status or r.report["verdict"] != "error":
            wrong.append("%s: %d" % (args, r.status))
    return wrong


def check_silent(lab, repo, good, anchors, trap):
    """Zones and proposed policies cannot choose whom to contact."""
    wrong, traps = [], [trap]
    if trap.count:
        wrong.append("%d came to the listener before" % trap.count)
    try:  # the port that zones lead to needs a privilege
        traps.append(lab.listener("127.0.0.66", 53))
    except (OSError, RuntimeError):
        print("no right to listen on port 53: part of silence is not tested")
    hostile = zone(records="@ NS ns1\n@ NS ns2\nns1 A 127.0.0.66\nns2 A "
                   "169.254.169.254\nns2 A 10.0.0.1\nns2 AAAA ::ffff:"
                   "127.0.0.66\nns2 AAAA ::1\napi A 127.0.0.66\n")
    repo.put("example.test", hostile)
    # The proposal brings a policy along that would allow everything.
    with open(repo.policy(live([one(trap.port)], anchors))) as f:
        proposed = f.read()
    with open(os.path.join(repo.dir, "zonegate.yaml"), "w") as f:
        f.write(proposed)
    repo.commit()
    allow = "nameservers: {allow: ['*.test.']}\n"
    with open(repo.policy(live([], anchors), more=allow)) as f:
        trusted = f.read()
    path = lab.path("trusted.yaml")
    with open(path, "w") as f:
        f.write(trusted)
    r = probe(repo, path)
    states = {w for c in r.cells().values() for w in c[:2]}
    if r.status != 3 or states - {"forbidden"}:
        wrong.append("hostile addresses: %d %s" % (r.status, states))
    # An entry of the policy with the trap's port, at another address.
    r = probe(repo, repo.policy(live([one(good)], anchors)))
    if r.status != 1:
        wrong.append("hostile zone: %d" % r.status)
    if any(t.count for t in traps):
        wrong.append("somebody came to a listener")
    # That would be seen: what the trusted policy names is contacted.
    probe(repo, repo.policy(live([one(trap.port)], anchors)))
    if not trap.count:
        wrong.append("the listener sees nothing")
    os.unlink(os.path.join(repo.dir, "zonegate.yaml"))
    repo.put("example.test", zone())
    repo.commit()
    return wrong


def check_prometheus(repo, good, anchors):
    p = repo.policy(live([one(good), one(servers.free_port(), name="dead")],
                         anchors))
    out = subprocess.run([ZONEGATE, "probe", "--repo", repo.dir, "--policy",
                          p, "--format", "prometheus"],
                         stdout=subprocess.PIPE).stdout.decode()
    sample = re.compile(r'^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)'
                        r'*\})? [0-9.]+$')
    wrong, seen, last = [], set(), None
    for line in out.splitlines():
        if line.startswith("# HELP "):
            last = line.split(" ")[2]
            if last in seen:
                wrong.append("twice: " + last)
            seen.add(last)
        elif not line.startswith("# TYPE "):
            m = sample.match(line)
            if not m or m.group(1) != last:
                wrong.append("sample: " + line)
    for want in ('zonegate_probe_available{zone="example.test.",view="",name='
                 '"example.test.",type="SOA",server="s",address="127.0.0.1:%d'
                 '",way="udp",state="answered"} 1' % good,
                 'state="unchecked"} 0', 'verdict="error"} 1'):
        if want not in out:
            wrong.append("missing: " + want)
    return wrong


def check_many(lab, repo, anchors, keys, names=1000):
    """1,000 names at four servers, one of them dead."""
    records = RECORDS + "".join("n%d A 192.0.2.%d\n" % (i, i % 250)
                                for i in range(names))
    file = keys.sign(zone(records=records), lab.path("many.signed"))
    ports = [lab.nsd([("example.test", file)]),
             lab.knot([("example.test", file)]),
             lab.bind([("example.test", file)]), lab.hole()]
    repo.put("example.test", zone(records=records))
    repo.commit()
    entries = [one(p, name="s%d" % i) for i, p in enumerate(ports)]
    with open(repo.policy(live(entries, anchors, more="  concurrent: "
                               "64\n"))) as f:
        text = f.read()
    text = text.replace("failover:\n", "failover:\n" + "".join(
        "  - {name: n%d.example.test, types: [A], targets: [any]}\n" % i
        for i in range(names)))
    path = lab.path("many.yaml")
    with open(path, "w") as f:
        f.write(text)
    r = probe(repo, path)
    cells, wrong = r.cells(), []
    rows = names + len(NAMES)
    if len(cells) != 4 * rows:
        wrong.append("%d cells" % len(cells))
    good = sum(c == UP + ("secure",) for c in cells.values())
    if good != 3 * rows or r.status != 3:
        wrong.append("%d good, status %d" % (good, r.status))
        wrong += ["%s: %s" % c for c in cells.items() if c[0][1] != "s3" and
                  c[1] != UP + ("secure",)][:10]
    dead = [c for (_, s), c in cells.items() if s == "s3"]
    if any(c[3] != "unchecked" or set(c[:2]) - {"timed-out", "silent"}
           for c in dead) or DEAD + ("unchecked",) not in dead:
        wrong.append("the dead server: %s" % set(dead))
    total = rows * TIMEOUT / 1000
    if r.seconds > min(total / 4, 10 * TIMEOUT / 1000):
        wrong.append("%.1f s, the sum of time-outs is %.1f s" % (r.seconds,
                                                                 total))
    print("%d names, 4 servers, one dead: %.1f s" % (names, r.seconds))
    repo.put("example.test", zone())
    repo.commit()
    return wrong


def main():
    only = sys.argv[1:]
    failed = passed = 0
    with tempfile.TemporaryDirectory(prefix="zonegate-dns-") as home:
        lab = Lab(home)
        try:
            os.mkdir(lab.path("keys"))
            keys = Keys(lab.path("keys"), "example.test")
            anchors = ["example.test. DS " + keys.ds()]
            files = sign_all(lab, keys)
            repo = Repo(lab, keys, anchors)
            trap = lab.listener()
            cases = [*authoritative(lab, files, anchors),
                     *hostile_https(lab, files, anchors, trap),
                     *resolvers(lab, files, anchors, keys),
                     *chains(lab, files)]
            if only:
                cases = [c for c in cases if any(o in c.label for o in only)]
            with ThreadPoolExecutor(3) as pool:
                for wrong in pool.map(lambda c: c.check(repo), cases):
                    failed += wrong is not None
                    passed += wrong is None
                    if wrong:
                        print("FAILED: " + wrong)
            good = lab.nsd([("example.test", files["good"])])
            whole = [] if only else [
                ("names and options", lambda: check_names(
                    repo, good, anchors)),
                ("silence", lambda: check_silent(lab, repo, good, anchors,
                                                 trap)),
                ("metrics", lambda: check_prometheus(repo, good, anchors)),
                ("many names", lambda: check_many(lab, repo, anchors, keys))]
            for label, check in whole:
                wrong = check()
                failed += bool(wrong)
                passed += not wrong
                if wrong:
                    print("FAILED: %s\n  %s" % (label, "\n  ".join(wrong)))
        finally:
            lab.close()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
