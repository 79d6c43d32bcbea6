"""HTTPS servers on loopback that behave well or badly, and a test CA.

Every server has an address of its own in 127.0.0.0/8 and the same port, as
targets of one name have. A listener that must stay silent counts who came.
"""
import gzip
import os
import socket
import ssl
import subprocess
import threading
import time

NAME = "api.example.com"
GOOD = b"all is well"


def run(*args, **kw):
    done = subprocess.run(args, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **kw)
    if done.returncode != 0:
        raise RuntimeError("%s: %s" % (args, done.stdout.decode()))
    return done.stdout


class Ca:
    """A certificate authority in a directory, by the openssl program."""

    def __init__(self, home, label="ca"):
        self.home, self.label = home, label
        self.file = self.path(label + ".pem")
        self.key_file = self.path(label + ".key")
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.key_file,
            "-out", self.file, "-days", "30", "-subj", "/CN=Test " + label,
            "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign")

    def path(self, name):
        return os.path.join(self.home, name)

    def issue(self, label, name, days=20, own=False):
        """(certificate file, key file); OWN: signed by itself."""
        cert, key = self.path(label + ".crt"), self.path(label + ".key")
        request, ext = self.path(label + ".csr"), self.path(label + ".ext")
        run("openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
            request, "-subj", "/CN=" + name)
        with open(ext, "w") as f:
            f.write("subjectAltName=DNS:%s\nbasicConstraints=CA:FALSE\n"
                    "extendedKeyUsage=serverAuth\n" % name)
        signer = (("-signkey", key) if own else
                  ("-CA", self.file, "-CAkey", self.key_file,
                   "-CAcreateserial"))
        run("openssl", "x509", "-req", "-in", request, "-out", cert, "-days",
            str(days), "-extfile", ext, *signer)
        return cert, key


def tlsa(cert, usage, selector, matching):
    """RDATA of a TLSA record for the certificate, in hexadecimal."""
    import hashlib
    if selector == 0:
        data = run("openssl", "x509", "-in", cert, "-outform", "DER")
    else:
        pem = run("openssl", "x509", "-in", cert, "-noout", "-pubkey")
        data = run("openssl", "pkey", "-pubin", "-outform", "DER", input=pem)
    digest = {0: lambda d: d, 1: lambda d: hashlib.sha256(d).digest(),
              2: lambda d: hashlib.sha512(d).digest()}[matching](data)
    return (bytes([usage, selector, matching]) + digest).hex()


# ---- behaviours: a function that has read the request -----------------------

def answer(status, body, *header):
    def behave(sock, _request):
        lines = ["HTTP/1.1 %s" % status, "Content-Length: %d" % len(body),
                 "Connection: close", *header]
        sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    return behave


def redirect(to):
    return answer("302 Found", b"", "Location: " + to)


def bomb():
    """A body of 256 MiB in 256 KiB, whether it was asked for or not."""
    body = gzip.compress(GOOD + b"\0" * (256 << 20), 1)
    return answer("200 OK", body, "Content-Encoding: gzip")


def endless(sock, _request):
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        sock.sendall(b"x" * 65536)


def endless_header(sock, _request):
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        sock.sendall(b"X-Header: " + b"y" * 4000 + b"\r\n")


def endless_continue(sock, _request):
    while True:
        sock.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)


def drip_body(sock, _request):
    sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        sock.sendall(b"x")
        time.sleep(0.1)


def drip_header(sock, _request):
    while True:
        for c in b"HTTP/1.1 200 OK\r\nX-Header: " + b"y" * 1000:
            sock.sendall(bytes([c]))
            time.sleep(0.1)


def silent(sock, _request):
    sock.recv(1)


def garbage(sock, _request):
    sock.sendall(b"hello, this is no HTTP\r\n" + bytes(range(256)))


def late(seconds):
    def behave(sock, request):
        time.sleep(seconds)
        answer("200 OK", GOOD)(sock, request)
    return behave


GOOD_ANSWER = answer("200 OK", GOOD)


# ---- servers ----------------------------------------------------------------

class Server:
    """One address. CERT None: no TLS. Counts connections and keeps requests."""

    def __init__(self, address, port, cert=None, behave=GOOD_ANSWER):
        self.behave, self.count, self.requests = behave, 0, []
        self.at_once = self.most = 0
        self.lock = threading.Lock()
        self.context = None
        if cert is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*cert)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.sock = socket.socket(family)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind((address, port))
        self.sock.listen(1024)
        self.port = self.sock.getsockname()[1]
        self.closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while not self.closed:
            try:
                sock, _ = self.sock.accept()
            except OSError:
                return
            with self.lock:
                self.count += 1
                self.at_once += 1
                self.most = max(self.most, self.at_once)
            threading.Thread(target=self._serve, args=(sock,),
                             daemon=True).start()

    def _serve(self, sock):
        try:
            sock.settimeout(10)
            if self.context is not None:
                sock = self.context.wrap_socket(sock, server_side=True)
            if self.behave is not None:
                request = b""
                while b"\r\n\r\n" not in request:
                    got = sock.recv(4096)
                    if not got:
                        return
                    request += got
                self.requests.append(request)
                self.behave(sock, request)
        except OSError:
            pass
        finally:
            with self.lock:
                self.at_once -= 1
            try:
                sock.close()
            except OSError:
                pass

    def close(self):
        self.closed = True
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()


def free_port():
    """A port that is free on every address of 127.0.0.0/8."""
    with socket.socket() as s:
        s.bind(("0.0.0.0", 0))
        return s.getsockname()[1]
