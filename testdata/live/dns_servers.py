"""Name servers and resolvers on loopback for testdata/live/dns.py: NSD, Knot,
BIND and Unbound as they are, and small proxies for what no real server does.

Everything stops with Lab.close(), also when a test fails.
"""
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..",
                                "differential"))
import servers  # noqa: E402

HOST = "127.0.0.1"


def run(*args, **kw):
    done = subprocess.run(args, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **kw)
    if done.returncode != 0:
        raise RuntimeError("%s: %s" % (args, done.stdout.decode()))
    return done.stdout.decode()


# ---- signing ----------------------------------------------------------------

class Keys:
    """One ECDSA P-256 key that signs everything of a zone, by BIND."""

    def __init__(self, home, zone):
        self.home, self.zone = home, zone
        self.base = subprocess.run(
            ["dnssec-keygen", "-q", "-K", home, "-a", "13", "-f", "KSK",
             zone], stdout=subprocess.PIPE, check=True).stdout.decode().strip()

    def ds(self):
        return run("dnssec-dsfromkey", "-2", os.path.join(
            self.home, self.base + ".key")).strip().split(" IN DS ")[1]

    def sign(self, text, out, start="-3600", end="+864000", nsec3=False):
        raw = out + ".raw"
        with open(raw, "w") as f:
            f.write(text + "$INCLUDE %s\n" % os.path.join(
                self.home, self.base + ".key"))
        run("dnssec-signzone", "-q", "-z", "-P", "-O", "full", "-d",
            self.home, "-s",
            absolute(start), "-e", absolute(end), "-o", self.zone, "-f", out,
            *(["-3", "-", "-H", "0"] if nsec3 else []), raw,
            os.path.join(self.home, self.base))
        return out


def absolute(offset):
    return time.strftime("%Y%m%d%H%M%S",
                         time.gmtime(time.time() + int(offset)))


# ---- real servers -----------------------------------------------------------

class Lab:
    def __init__(self, home):
        self.home, self.processes, self.stops, self.n = home, [], [], 0

    def path(self, name):
        return os.path.join(self.home, name)

    def _dir(self, kind):
        self.n += 1
        path = self.path("%s%d" % (kind, self.n))
        os.mkdir(path)
        return path

    def _start(self, args, port, home):
        log = open(os.path.join(home, "log"), "wb")
        process = subprocess.Popen(args, stdout=log, stderr=log,
                                   stdin=subprocess.DEVNULL, cwd=home)
        log.close()
        self.processes.append(process)
        try:
            servers.wait_for(port, process)
        except RuntimeError:
            with open(os.path.join(home, "log")) as f:
                sys.stderr.write(f.read())
            raise
        return process

    def nsd(self, zones):
        """[(zone, file)]: port. A file that is missing gives SERVFAIL."""
        port, home = servers.free_port(), self._dir("nsd")
        conf = os.path.join(home, "nsd.conf")
        with open(conf, "w") as f:
            f.write(f"""server:
  ip-address: {HOST}@{port}
  username: ""
  chroot: ""
  database: ""
  zonesdir: "{home}"
  pidfile: "{home}/nsd.pid"
  xfrdfile: "{home}/xfrd.state"
  xfrdir: "{home}"
  zonelistfile: "{home}/zone.list"
  server-count: 1
remote-control:
  control-enable: no
""")
            for zone, file in zones:
                f.write(f'zone:\n  name: "{zone}"\n  zonefile: "{file}"\n'
                        f"  provide-xfr: {HOST} NOKEY\n")
        self._start(["nsd", "-d", "-c", conf], port, home)
        return port

    def knot(self, zones, primary=None):
        """[(zone, file or None)]: port; with PRIMARY a secondary of it."""
        port, home = servers.free_port(), self._dir("knot")
        conf = os.path.join(home, "knot.conf")
        with open(conf, "w") as f:
            f.write(f"""server:
  listen: {HOST}@{port}
  rundir: {home}
  pidfile: {home}/knot.pid
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: info
database:
  storage: {home}
  journal-db-max-size: 1M
""")
            if primary:
                f.write(f"remote:\n  - id: primary\n"
                        f"    address: {HOST}@{primary}\n")
            f.write("zone:\n")
            for zone, file in zones:
                f.write(f"  - domain: {zone}\n    storage: {home}\n"
                        "    journal-content: none\n")
                if file:
                    f.write(f"    file: {file}\n    zonefile-sync: -1\n")
                if primary:
                    f.write("    master: primary\n")
        self._start(["knotd", "-c", conf], port, home)
        return port

    def bind(self, zones, options="", before="", resolver=False):
        """[(zone, file)]: port of named."""
        port, home = servers.free_port(), self._dir("bind")
        conf = os.path.join(home, "named.conf")
        with open(conf, "w") as f:
            f.write(f"""{before}
options {{
  directory "{home}";
  listen-on port {port} {{ {HOST}; }};
  listen-on-v6 {{ none; }};
  pid-file "{home}/named.pid";
  session-keyfile "{home}/session.key";
  recursion {"yes" if resolver else "no"};
  dnssec-validation no;
  empty-zones-enable no;
  {options}
}};
controls {{ }};
""")
            for zone, file in zones:
                f.write(f'zone "{zone}" {{ type primary; file "{file}"; }};\n')
        self._start(["named", "-g", "-c", conf, "-n", "1"], port, home)
        return port

    def unbound(self, stubs, anchors=(), https=None, do53=True, extra=""):
        """{zone: port of its server}: port. HTTPS: (port, cert, key)."""
        port, home = servers.free_port(), self._dir("unbound")
        conf = os.path.join(home, "unbound.conf")
        with open(conf, "w") as f:
            f.write(f"""server:
  directory: "{home}"
  chroot: ""
  username: ""
  pidfile: "{home}/unbound.pid"
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  so-rcvbuf: 0
  so-sndbuf: 0
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  module-config: "{'validator ' if anchors else ''}iterator"
  local-zone: "test." nodefault
  {extra}
""")
            if do53:
                f.write(f"  interface: {HOST}@{port}\n")
            if https:
                f.write(f"""  interface: {HOST}@{https[0]}
  https-port: {https[0]}
  tls-service-pem: "{https[1]}"
  tls-service-key: "{https[2]}"
""")
            for anchor in anchors:
                f.write(f'  trust-anchor: "{anchor}"\n')
            f.write("remote-control:\n  control-enable: no\n")
            for zone, target in stubs.items():
                f.write(f"stub-zone:\n  name: {zone}\n"
                        f"  stub-addr: {HOST}@{target}\n  stub-prime: no\n")
        self._start(["unbound", "-d", "-c", conf],
                    port if do53 else https[0], home)
        return port

    # ---- what no server does ------------------------------------------------

    def proxy(self, upstream, udp=None, tcp=True):
        """A proxy before UPSTREAM. UDP: f(query, answer) to what is sent (or
        None); TCP: served too, or refused."""
        p = Proxy(upstream, udp or (lambda q, a: a), tcp)
        self.stops.append(p.close)
        return p.port

    def hole(self):
        """Takes UDP and TCP and never says anything."""
        udp, tcp, port = pair()
        tcp.listen(128)
        self.stops += [udp.close, tcp.close]
        return port

    def https(self, cert, key, behave):
        """BEHAVE(DNS question) gives the octets of an HTTP answer: port."""
        server = Https(cert, key, behave)
        self.stops.append(server.close)
        return server.port

    def listener(self, host=HOST, port=0):
        """A socket that nobody may come to: the object counts."""
        trap = Listener(host, port)
        self.stops.append(trap.close)
        return trap

    def close(self):
        for stop in self.stops:
            stop()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def pair(host=HOST, port=0):
    """A UDP and a TCP socket of one port."""
    for _ in range(50):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            udp.bind((host, port))
            tcp.bind(udp.getsockname())
            return udp, tcp, udp.getsockname()[1]
        except OSError:
            udp.close()
            tcp.close()
    raise RuntimeError("no port for UDP and TCP")


def ask_tcp(port, query):
    with socket.create_connection((HOST, port), 5) as s:
        s.sendall(struct.pack(">H", len(query)) + query)
        n, = struct.unpack(">H", exact(s, 2))
        return exact(s, n)


def exact(sock, n):
    out = b""
    while len(out) < n:
        got = sock.recv(n - len(out))
        if not got:
            raise ConnectionError
        out += got
    return out


class Proxy:
    def __init__(self, upstream, udp, tcp):
        self.upstream, self.change, self.open = upstream, udp, True
        self.udp, self.tcp, self.port = pair()
        threading.Thread(target=self._udp, daemon=True).start()
        if tcp:
            self.tcp.listen(64)
            threading.Thread(target=self._tcp, daemon=True).start()
        else:
            self.tcp.close()

    def _udp(self):
        while self.open:
            try:
                query, peer = self.udp.recvfrom(4096)
            except OSError:
                return
            threading.Thread(target=self._answer, args=(query, peer),
                             daemon=True).start()

    def _answer(self, query, peer):
        try:
            answer = self.change(query, ask_tcp(self.upstream, query))
            if answer is not None:
                self.udp.sendto(answer, peer)
        except (OSError, ConnectionError):
            pass

    def _tcp(self):
        while self.open:
            try:
                sock, _ = self.tcp.accept()
            except OSError:
                return
            threading.Thread(target=self._stream, args=(sock,),
                             daemon=True).start()

    def _stream(self, sock):
        try:
            with sock:
                n, = struct.unpack(">H", exact(sock, 2))
                answer = ask_tcp(self.upstream, exact(sock, n))
                sock.sendall(struct.pack(">H", len(answer)) + answer)
        except (OSError, ConnectionError):
            pass

    def close(self):
        self.open = False
        self.udp.close()
        self.tcp.close()


class Listener:
    """Counts datagrams and connections."""

    def __init__(self, host, port):
        self.count, self.open = 0, True
        self.udp, self.tcp, self.port = pair(host, port)
        self.tcp.listen(64)
        for target in (self._udp, self._tcp):
            threading.Thread(target=target, daemon=True).start()

    def _udp(self):
        while self.open:
            try:
                self.udp.recvfrom(4096)
                self.count += 1
            except OSError:
                return

    def _tcp(self):
        while self.open:
            try:
                self.tcp.accept()[0].close()
                self.count += 1
            except OSError:
                return

    def close(self):
        self.open = False
        self.udp.close()
        self.tcp.close()


class Https:
    """HTTP/1.1 over TLS, one request a connection."""

    def __init__(self, cert, key, behave):
        self.behave, self.open = behave, True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self.context = context
        self.sock = socket.create_server((HOST, 0))
        self.port = self.sock.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while self.open:
            try:
                sock, _ = self.sock.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,),
                             daemon=True).start()

    def _serve(self, plain):
        try:
            with self.context.wrap_socket(plain, server_side=True) as sock:
                data = b""
                while b"\r\n\r\n" not in data:
                    data += sock.recv(4096) or self._end()
                head, body = data.split(b"\r\n\r\n", 1)
                length = [int(h.split(b":")[1]) for h in head.split(b"\r\n")
                          if h.lower().startswith(b"content-length:")][0]
                while len(body) < length:
                    body += sock.recv(4096) or self._end()
                for part in self.behave(body):
                    sock.sendall(part)
        except OSError:
            pass

    @staticmethod
    def _end():
        raise ConnectionError

    def close(self):
        self.open = False
        self.sock.close()


def http(body, status="200 OK", kind="application/dns-message", more=""):
    head = "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n" \
        "Connection: close\r\n%s\r\n" % (status, kind, len(body), more)
    return [head.encode() + body]


# ---- answers as bytes -------------------------------------------------------

def flag(on, off=0):
    """A change of the header's flags."""
    def change(_query, answer):
        flags, = struct.unpack_from(">H", answer, 2)
        return answer[:2] + struct.pack(">H", (flags | on) & ~off & 0xffff) \
            + answer[4:]
    return change


def truncate(query, _answer):
    """TC and nothing else but the question."""
    end = servers.read_name(query, 12)[1] + 4
    return query[:2] + b"\x86\x00\x00\x01" + b"\0" * 6 + query[12:end]


def later(seconds):
    def change(_query, answer):
        time.sleep(seconds)
        return answer
    return change
