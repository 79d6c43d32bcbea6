"""What BIND, NSD and Knot read in zone files, as sets of wire-form records.

A reading is a frozenset of (owner, type, ttl, rdata) with names in lower case,
or None when the server refuses the zone. BIND is asked through
named-compilezone (its raw format), NSD and Knot by starting them on loopback
with all zones and transferring each (AXFR, RFC 5936).
"""
import os
import shutil
import socket
import struct
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

# Names in RDATA: octets before the first name, names, then the rest.
NAMES = {2: (0, 1), 3: (0, 1), 4: (0, 1), 5: (0, 1), 6: (0, 2), 7: (0, 1),
         8: (0, 1), 9: (0, 1), 12: (0, 1), 14: (0, 2), 15: (2, 1), 17: (0, 2),
         18: (2, 1), 21: (2, 1), 26: (2, 2), 33: (6, 1), 36: (2, 1),
         39: (0, 1), 46: (18, 1), 47: (0, 1), 64: (2, 1), 65: (2, 1),
         107: (2, 1)}


def read_name(msg, at):
    """(name in lower case, offset behind it); pointers are followed."""
    out, end, hops = b"", None, 0
    while True:
        n = msg[at]
        if n >= 0xc0:
            end = end if end is not None else at + 2
            at = (n & 0x3f) << 8 | msg[at + 1]
            hops += 1
            if hops > 200:
                raise ValueError("compression loop")
            continue
        out += msg[at:at + 1 + n]
        at += 1 + n
        if n == 0:
            return out.lower(), end if end is not None else at


def canonical(rtype, msg, at, length):
    """RDATA with its names decompressed and in lower case."""
    end = at + length
    if rtype == 35 and length >= 7:
        skip = 4
        for _ in range(3):
            skip += 1 + msg[at + skip]
        layout = (skip, 1)
    elif rtype == 45 and length > 3 and msg[at + 1] == 3:
        layout = (3, 1)
    elif rtype in NAMES:
        layout = NAMES[rtype]
    else:
        return bytes(msg[at:end])
    out = bytes(msg[at:at + layout[0]])
    at += layout[0]
    for _ in range(layout[1]):
        name, at = read_name(msg, at)
        out += name
    return out + bytes(msg[at:end])


# ---- BIND -------------------------------------------------------------------

def parse_raw(data):
    records, at = set(), 24
    while at < len(data):
        total, = struct.unpack_from(">I", data, at)
        end = at + total
        _, rtype, _, ttl, count, _ = struct.unpack_from(
            ">HHHIIH", data, at + 4)
        at += 20
        owner, at = read_name(data, at)
        for _ in range(count):
            n, = struct.unpack_from(">H", data, at)
            at += 2
            records.add((owner, rtype, ttl, canonical(rtype, data, at, n)))
            at += n
        at = end
    return frozenset(records)


def bind_one(directory, file, origin):
    out = os.path.join(directory, file + ".raw")
    run = subprocess.run(
        ["named-compilezone", "-i", "none", "-k", "ignore", "-m", "ignore",
         "-M", "ignore", "-n", "ignore", "-r", "ignore", "-S", "ignore",
         "-T", "ignore", "-W", "ignore", "-F", "raw", "-o", out, origin,
         file], cwd=directory, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    if run.returncode != 0:
        return None, run.stdout.decode("latin-1")
    with open(out, "rb") as f:
        data = f.read()
    os.unlink(out)
    return parse_raw(data), run.stdout.decode("latin-1")


def bind(directory, zones, jobs=2):
    """{file: reading} of [(file, origin)]."""
    with ThreadPoolExecutor(jobs) as pool:
        got = pool.map(lambda z: bind_one(directory, *z)[0], zones)
        return {z[0]: r for z, r in zip(zones, got)}


# ---- AXFR -------------------------------------------------------------------

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wire(origin):
    out = b""
    for label in origin.rstrip(".").split("."):
        out += bytes([len(label)]) + label.encode() if label else b""
    return out + b"\0"


class Axfr:
    """One TCP connection for many transfers, one after the other."""

    def __init__(self, port):
        self.port, self.sock = port, None

    def _exact(self, n):
        out = b""
        while len(out) < n:
            got = self.sock.recv(n - len(out))
            if not got:
                raise ConnectionError
            out += got
        return out

    def _message(self):
        n, = struct.unpack(">H", self._exact(2))
        return self._exact(n)

    def _try(self, origin):
        if self.sock is None:
            self.sock = socket.create_connection(
                ("127.0.0.1", self.port), 10)
        query = struct.pack(">HHHHHH", 77, 0, 1, 0, 0, 0) + wire(origin) + \
            struct.pack(">HH", 252, 1)
        self.sock.sendall(struct.pack(">H", len(query)) + query)
        records, soas = set(), 0
        while soas < 2:
            msg = self._message()
            _, flags, qd, an, _, _ = struct.unpack_from(">HHHHHH", msg)
            if flags & 15 != 0 or an == 0:
                return None
            at = 12
            for _ in range(qd):
                at = read_name(msg, at)[1] + 4
            for _ in range(an):
                owner, at = read_name(msg, at)
                rtype, _, ttl, n = struct.unpack_from(">HHIH", msg, at)
                at += 10
                soas += rtype == 6 and owner == wire(origin).lower()
                records.add((owner, rtype, ttl,
                             canonical(rtype, msg, at, n)))
                at += n
        return frozenset(records)

    def get(self, origin):
        for _ in range(3):
            try:
                return self._try(origin)
            except (ConnectionError, socket.timeout):
                self.close()
        raise RuntimeError("no transfer of " + origin)

    def close(self):
        if self.sock is not None:
            self.sock.close()
        self.sock = None


def wait_for(port, process):
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("server ended: %s" % process.args)
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("server does not answer: %s" % process.args)


def stop(process):
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# ---- asking -----------------------------------------------------------------

class Reply:
    """What counts of a message: rcode, AA, AD, RRsets of answer and
    authority."""

    def __init__(self, msg):
        _, flags, qd, an, ns, _ = struct.unpack_from(">HHHHHH", msg)
        self.rcode, self.aa = flags & 15, bool(flags & 0x400)
        self.ad = bool(flags & 0x20)
        at = 12
        for _ in range(qd):
            at = read_name(msg, at)[1] + 4
        self.answer, at = self.section(msg, at, an)
        self.authority, at = self.section(msg, at, ns)

    @staticmethod
    def section(msg, at, n):
        out = {}
        for _ in range(n):
            owner, at = read_name(msg, at)
            rtype, _, ttl, length = struct.unpack_from(">HHIH", msg, at)
            at += 10
            out.setdefault((owner, rtype), (ttl, set()))[1].add(
                canonical(rtype, msg, at, length))
            at += length
        return out, at


def query(number, name, rtype, flags=0, size=4096, dnssec=False):
    """A question for NAME in wire form, with EDNS."""
    return struct.pack(">HHHHHH", number, flags, 1, 0, 0, 1) + name + \
        struct.pack(">HH", rtype, 1) + b"\0" + \
        struct.pack(">HHIH", 41, size, 0x8000 if dnssec else 0, 0)


def ask(to, name, rtype, flags, seconds, size=1232):
    """The message that answers over UDP, RD and DO set; None in time."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(to)
        s.settimeout(seconds)
        s.send(query(4711, wire(name), rtype, 0x0100 | flags, size, True))
        try:
            return s.recv(65535)
        except socket.timeout:
            return None


# ---- servers ----------------------------------------------------------------

def nsd_server(home, address, port, zones, more=""):
    """What every configuration of NSD here begins with."""
    return f"""server:
  ip-address: {address}@{port}
  username: ""
  chroot: ""
  database: ""
  zonesdir: "{zones}"
  pidfile: "{home}/nsd.pid"
  xfrdfile: "{home}/xfrd.state"
  xfrdir: "{home}"
  zonelistfile: "{home}/zone.list"
  server-count: 1
{more}remote-control:
  control-enable: no
"""


def knot_server(home, address, port, zones, server="", acl="", template=""):
    """The same of Knot, up to the list of zones."""
    return f"""server:
  listen: {address}@{port}
  rundir: {home}
  pidfile: {home}/knot.pid
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
{server}log:
  - target: stderr
    any: info
database:
  storage: {home}
  journal-db-max-size: 1M
{acl}template:
  - id: default
    storage: {zones}
    zonefile-load: whole
    journal-content: none
    semantic-checks: off
{template}zone:
"""


def transfer(port, process, zones):
    client, out = Axfr(port), {}
    wait_for(port, process)
    for file, origin in zones:
        out[file] = client.get(origin)
    client.close()
    return out


def with_server(args, port, zones, log):
    with open(log, "wb") as f:
        process = subprocess.Popen(args, stdout=f, stderr=f)
    try:
        return transfer(port, process, zones)
    finally:
        stop(process)


def nsd(directory, zones):
    """{file: reading}; every origin may appear once."""
    port, home = free_port(), os.path.join(directory, ".nsd")
    shutil.rmtree(home, ignore_errors=True)
    os.mkdir(home)
    conf = os.path.join(home, "nsd.conf")
    with open(conf, "w") as f:
        f.write(nsd_server(home, "127.0.0.1", port, directory,
                           "  tcp-query-count: 0\n"
                           "  minimal-responses: no\n"))
        for file, origin in zones:
            f.write(f'zone:\n  name: "{origin}"\n  zonefile: "{file}"\n'
                    "  provide-xfr: 127.0.0.1 NOKEY\n")
    return with_server(["nsd", "-d", "-c", conf], port, zones,
                       os.path.join(home, "log"))


def knot(directory, zones):
    """{file: reading}; every origin may appear once."""
    port, home = free_port(), os.path.join(directory, ".knot")
    shutil.rmtree(home, ignore_errors=True)
    os.mkdir(home)
    conf = os.path.join(home, "knot.conf")
    with open(conf, "w") as f:
        f.write(knot_server(
            home, "127.0.0.1", port, directory, "  tcp-idle-timeout: 60\n",
            "acl:\n  - id: all\n    address: 127.0.0.1\n"
            "    action: transfer\n", "    acl: all\n"))
        for file, origin in zones:
            f.write(f'  - domain: "{origin}"\n    file: "{file}"\n')
    return with_server(["knotd", "-c", conf], port, zones,
                       os.path.join(home, "log"))


# ---- the program under test -------------------------------------------------

def ours(program, directory, dialect, zones):
    """{file: (reading or None, findings)}."""
    text = "".join("%s %s\n" % z for z in zones)
    run = subprocess.run([program, "--dump", directory, dialect],
                         input=text.encode(), stdout=subprocess.PIPE)
    if run.returncode != 0:
        raise RuntimeError("%s ended with %d" % (program, run.returncode))
    lines = iter(run.stdout.decode("utf-8", "replace").split("\n"))
    out = {}
    for file, _ in zones:
        accepted, records, findings = next(lines) == "accepted", set(), []
        for line in lines:
            if line == "end":
                break
            if accepted:
                owner, rtype, ttl, *rdata = line.split(" ")
                data = bytes.fromhex(rdata[0] if rdata else "")
                records.add((bytes.fromhex(owner), int(rtype), int(ttl),
                             canonical(int(rtype), data, 0, len(data))))
            else:
                findings.append(line)
        out[file] = (frozenset(records) if accepted else None, findings)
    return out
