"""Seeded random zone files full of syntax oddities, for parse.py."""
import base64
import random

ORDINARY = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_"
ODD = "*/+!#%&'<=>?[]^`{|}~@$,:"


class Zone:
    """Text of one zone and of the files it includes."""

    def __init__(self, seed, number):
        self.r = random.Random(seed * 1000003 + number)
        self.number = number
        self.origin = "z%d.example." % number
        self.files = {}
        # How often something odd happens; most zones hold little of it.
        self.odd = self.r.choice([0, 0.003, 0.003, 0.01, 0.03])
        self.mutated = self.r.random() < 0.3

    def often(self, p):
        return self.r.random() < p

    def rarely(self):
        return self.r.random() < self.odd

    # ---- words

    def char(self):
        r = self.r
        if self.rarely():
            return r.choice(["\\" + r.choice(ODD + ".\\\"();"),
                             "\\%03d" % r.randrange(0, 300),
                             r.choice(ODD), "\\ ", "\\" + r.choice("aZ#[")])
        if self.often(0.01):
            return "\\%03d" % r.randrange(1, 256)
        if self.often(0.01):
            return "\\" + r.choice("abcXYZ@$.;()\"-_")
        return r.choice(ORDINARY)

    def label(self):
        n = self.r.choice([1, 2, 3, 3, 4, 5, 8])
        if self.rarely():
            n = self.r.choice([62, 63, 64])
        if self.often(0.03):
            return "*"
        return "".join(self.char() for _ in range(n))

    def relative(self):
        n = self.r.choice([1, 1, 1, 2, 2, 3])
        if self.rarely():
            n = self.r.choice([60, 120, 126])
        return ".".join(self.label() for _ in range(n))

    def name(self, outside=True):
        r = self.r
        if self.rarely():
            return r.choice([".", "@", "..", "@." + self.origin, ".a", "a..",
                             '"www"', "www.", self.origin.rstrip("."),
                             "www." + self.origin.rstrip("."), "\\@",
                             "ww@w", "\\[x", "\\#"])
        if outside and self.often(0.2):
            return r.choice(["ns.example.net.", "mail.Example.ORG.", ".",
                             "a.b.c.d.example."])
        if self.often(0.1):
            return "@"
        if self.often(0.2):
            return self.relative() + "." + self.origin
        return self.relative()

    def string(self):
        r = self.r
        n = r.choice([0, 1, 3, 8, 20])
        if self.rarely():
            n = r.choice([254, 255, 256, 300])
        if self.often(0.6):
            body = "".join(r.choice(" ;()\t@$'\\x") if self.often(0.1)
                           else self.char() for _ in range(n))
            body = body.replace("\\x", "\\\"")
            return '"' + body + '"'
        body = "".join(self.char() for _ in range(max(n, 1)))
        if self.rarely():
            body = r.choice(["$", "@", ".", "\\#", "(", "a\\\\", "a=\"b\"",
                             "\"a\"\"b\"", "\"a\"b", "$x", ".x", "x.",
                             "a..b", "a.$b", "a.@", "-", "\\", "\"x"]) + body
        return body

    def number_(self, top):
        r = self.r
        if self.rarely():
            return r.choice(["0", "00", "01", "-1", "+1", "0x1", str(top),
                             str(top + 1), "1.0", "1e3", "99999999999", "a",
                             "1h", "\"1\"", "\\049"])
        return str(r.choice([0, 1, 2, 10, r.randrange(top + 1)]))

    def time(self):
        r = self.r
        if self.rarely():
            return r.choice(["0", "2147483647", "2147483648", "4294967295",
                             "4294967296", "60xyz", "1h30", "1h 30m", "h",
                             "1hh", "3550w", "3551w", "00300", "1H30M",
                             "1y", "1s1w", "1d1d", "-5", "\"300\""])
        return r.choice(["300", "3600", "0", "1h", "1H", "1h30m", "1w2d3h4m5s",
                         "86400", "2D"])

    def hex(self, n):
        text = "".join(self.r.choice("0123456789abcdefABCDEF")
                       for _ in range(2 * n))
        if n > 2 and self.often(0.3):
            at = self.r.randrange(1, n) * 2
            if self.rarely():
                at += 1
            text = text[:at] + " " + text[at:]
        if self.rarely():
            text = self.r.choice([text + "0", text[:-1], text + "zz",
                                  text + " 0x", "\"" + text + "\""])
        return text

    def base64(self, n):
        text = base64.b64encode(bytes(self.r.randrange(256)
                                      for _ in range(n))).decode()
        if len(text) > 8 and self.often(0.3):
            at = self.r.randrange(4, len(text) - 4, 4)
            if self.rarely():
                at += 1
            text = text[:at] + " " + text[at:]
        if self.rarely():
            text = self.r.choice([text.rstrip("="), text + "=", text + "A",
                                  text[:-1], "=" + text])
        return text

    def type_name(self):
        r = self.r
        if self.rarely():
            return r.choice(["TYPE0", "ANY", "TYPE00001", "AXFR", "FOO",
                             "TYPE65536", "OPT", "TYPE41", "TYPE255", "NULL",
                             "type65280", "SIG", "NXT", "HIP", "X25",
                             "TYPE10", "TYPE55", "MAILA", "DLV", "WKS"])
        return r.choice(["A", "NS", "SOA", "MX", "TXT", "AAAA", "RRSIG",
                         "NSEC", "DNSKEY", "CAA", "SVCB", "HTTPS", "TYPE65280",
                         "TYPE1", "a", "ZONEMD", "SPF", "CDS", "NSEC3PARAM"])

    def algorithm(self):
        r = self.r
        if self.rarely():
            return r.choice(["RSASHA1", "ecdsap256sha256", "ED25519", "FOO",
                             "ED448", "300", "PRIVATEDNS", "DH", "ECC",
                             "RSA", "ECCGOST", "ECC-GOST", "DSA", "ECDSA256"])
        return r.choice(["8", "13", "14", "15", "16", "RSASHA256",
                         "ECDSAP256SHA256", "5"])

    # ---- RDATA

    def v4(self):
        r = self.r
        if self.rarely():
            return r.choice(["1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5",
                             "0x1.2.3.4", "1.2.3.4.", "16909060", "1..2.3",
                             "1.2.3.04", "255.255.255.255", "\\049.2.3.4",
                             "\"1.2.3.4\""])
        return ".".join(str(r.randrange(256)) for _ in range(4))

    def v6(self):
        r = self.r
        if self.rarely():
            return r.choice(["1::2::3", ":::", "12345::", "::1%lo", "1:2",
                             "::1.2.3.256", "1:2:3:4:5:6:7:8:9", "::g",
                             "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
                             "::00001", "1:2:3:4:5:6:7:1.2.3.4",
                             "\"::1\"", "0:0:0:0:0:0:0:0"])
        return r.choice(["::", "::1", "2001:DB8::%x" % r.randrange(65536),
                         "2001:db8:0:0:1::1", "::ffff:192.0.2.1",
                         "1:2:3:4:5:6:7:8", "64:ff9b::192.0.2.33",
                         "fe80::0123"])

    def svcparams(self):
        r = self.r
        out = []
        for _ in range(r.choice([0, 0, 1, 1, 2, 3])):
            out.append(r.choice([
                "alpn=h2", "alpn=h2,h3", 'alpn="h2,h3"', "port=443",
                "ipv4hint=192.0.2.1", "ipv4hint=192.0.2.1,192.0.2.2",
                "ipv6hint=2001:db8::1", "ech=YWJj", "no-default-alpn",
                "mandatory=alpn", "mandatory=port,alpn", "key65333=abc",
                "key65333", 'key65000="a b"', 'port="8443"',
                "dohpath=/q{?dns}", "key667=\"hello\\210\"", "key7=/q{?dns}",
                "key8", "key9=x", "key100=\"\""]))
            if self.rarely():
                out.append(r.choice([
                    "alpn=", "alpn", "port=", "port=70000", "ipv4hint=1",
                    "key1=h2", "key0=abc", "key65535=x", "key65536=x",
                    "KEY667=x", "alpn=h2", "foo=bar", "mandatory=mandatory",
                    "mandatory=alpn,alpn", "key5=YWJj", "key00009=x",
                    "alpn=\"a\\\\,b\"", "alpn=a\\,b", "alpn=h2,,h3",
                    "ech=", "ipv6hint=::1,", "key4=\\192\\000\\002\\001",
                    "port=00443", "no-default-alpn=", "key667=a;b",
                    "key667=(a)", "\"key667=a\"", "key667=@", "key667=$x",
                    "key667=.", "key667=a\"b\"", "key667=\"a\"b", "ohttp",
                    "key6=::1", "key2", "key2=", "key7=x", "alpn=h\\050"]))
        if self.often(0.9):  # the same key twice is refused by all
            seen, out2 = set(), []
            for p in out:
                if p.split("=")[0] not in seen:
                    seen.add(p.split("=")[0])
                    out2.append(p)
            out = out2
        return " ".join(out)

    def loc(self):
        r = self.r
        def angle(top):
            out = [str(r.randrange(top + 1))]
            if self.often(0.8):
                out.append(str(r.randrange(60)))
                if self.often(0.8):
                    out.append(r.choice(["0", "59", "1.5", "7.25", "3.125",
                                         "59.999"]))
            if self.rarely():
                out.append(r.choice(["60", "1.2345", ".5", "1.", "-1", "00",
                                     "007"]))
            return " ".join(out)
        def meters(big):
            if self.rarely():
                return r.choice(["-100000m", "-100000.01m", "42849672.95m",
                                 "42849673m", "1.234m", "+5m", "10.m", "1M",
                                 "0x5", "90000000m", "5mm", ".5m"])
            return r.choice(["10m", "0", "-24m", "10.5m", "0.50m", "7",
                             "1500.25m", "3m"] if big else
                            ["1m", "0m", "20m", "2000m", "0.5m", "5", "9m"])
        out = [angle(89), r.choice("NSNSns"), angle(179), r.choice("EWEWew"),
               meters(True)]
        for _ in range(r.choice([0, 0, 1, 2, 3])):
            out.append(meters(False))
        return " ".join(out)

    def naptr(self):
        r = self.r
        regexp = r.choice(['""', '"!^.*$!sip:a@b.example!"',
                           '"/^(.*)$/\\\\1/i"', '"!a+(b)!x\\\\1!"'])
        if self.rarely():
            regexp = r.choice(['"bad"', '"!a!b"', "!a!b!", '"!(a!b!"',
                               '"!a!\\\\1!"', '"!a|b!c!"', '"!a{2}!c!"',
                               '"![a-z]*!c!"', '"!*a!c!"', '"1a1b1"',
                               '"iaibi"', '"!a!b!x"', '"!!b!"', '"!a!!"',
                               '"!a\\\\!b!c!"', '"!()!c!"', '"!^!c!"',
                               '"!a**!c!"', '"![]!c!"', '"![z-a]!c!"',
                               '"!a!b\\\\\\\\c!"', "!^.*$!x!", '"!$!x!"'])
        return "%s %s %s %s %s %s" % (
            self.number_(65535), self.number_(65535),
            r.choice(['"u"', '"s"', '""', "u", "A"]) if not self.rarely()
            else r.choice(['"-"', '"us"', '"!"', '"\\117"']),
            r.choice(['"E2U+sip"', '""', "SIP+D2U", '"x"']), regexp,
            self.name())

    def rdata(self, rtype, original):
        r, n8, n16 = self.r, self.number_(255), self.number_(65535)
        if rtype == "A":
            return self.v4()
        if rtype == "AAAA":
            return self.v6()
        if rtype in ("NS", "CNAME", "PTR", "DNAME"):
            return self.name()
        if rtype in ("MX", "AFSDB", "KX", "RT", "LP"):
            return n16 + " " + self.name()
        if rtype in ("RP", "MINFO"):
            return self.name() + " " + self.name()
        if rtype in ("TXT", "SPF"):
            return " ".join(self.string()
                            for _ in range(r.choice([1, 1, 1, 2, 3])))
        if rtype == "HINFO":
            return self.string() + " " + self.string()
        if rtype == "SRV":
            return " ".join([n16, self.number_(65535), self.number_(65535),
                             self.name()])
        if rtype == "NAPTR":
            return self.naptr()
        if rtype in ("SVCB", "HTTPS"):
            return "%s %s %s" % (r.choice(["0", "1", "1", "1", "2", n16]),
                                 r.choice([".", self.name()]),
                                 self.svcparams())
        if rtype == "CAA":
            tag = r.choice(["issue", "issuewild", "iodef", "contactemail"])
            if self.rarely():
                tag = r.choice(["ISSUE", "is-sue", '"issue"', "a" * 15,
                                "a" * 16, "", "issue1", "i\\115sue"])
            return n8 + " " + tag + " " + self.string()
        if rtype == "URI":
            return n16 + " " + self.number_(65535) + " " + self.string()
        if rtype in ("DS", "CDS"):
            kind, n = r.choice([("1", 20), ("2", 32), ("4", 48), ("9", 5),
                                ("0", 3)])
            if self.rarely():
                n = r.choice([0, 1, 20, 32, 33, 48, 64])
                kind = r.choice(["1", "2", "3", "4", "5", "6", "SHA256",
                                 "SHA-256", "300"])
            return " ".join([n16, self.algorithm(), kind, self.hex(n)])
        if rtype in ("DNSKEY", "CDNSKEY", "KEY"):
            return " ".join([r.choice(["256", "257", "0", n16]),
                             r.choice(["3", "3", "3", n8]), self.algorithm(),
                             self.base64(r.choice([3, 4, 5, 64, 130]))])
        if rtype == "SSHFP":
            kind, n = r.choice([("1", 20), ("2", 32), ("9", 4)])
            if self.rarely():
                n = r.choice([0, 1, 20, 32, 33])
            return "%s %s %s" % (n8, kind, self.hex(n))
        if rtype in ("TLSA", "SMIMEA"):
            return "%s %s %s %s" % (n8, self.number_(255), self.number_(255),
                                    self.hex(r.choice([1, 32, 64])))
        if rtype == "CERT":
            return "%s %s %s %s" % (
                r.choice(["PKIX", "1", "PGP", "URI", "oid", n16]), n16,
                r.choice([self.algorithm(), "0"]),
                self.base64(r.choice([1, 2, 3, 40])))
        if rtype == "APL":
            return " ".join(r.choice(
                ["1:192.0.2.0/24", "!1:192.0.2.0/28", "2:2001:db8::/32",
                 "1:0.0.0.0/0", "2:::/0", "1:1.2.3.4/8", "!2:ff00::/8"]
                + (["1:1.2.3/8", "3:aa/1", "1:1.2.3.4/33", "1:1.2.3.4",
                    "!!1:1.2.3.4/8", "01:1.2.3.4/8", "1:1.2.3.4/08",
                    "2:::/129"]
                   if self.rarely() else []))
                for _ in range(r.choice([0, 1, 2])))
        if rtype == "LOC":
            return self.loc()
        if rtype == "IPSECKEY":
            kind, gateway = r.choice([("0", "."), ("1", self.v4()),
                                      ("2", self.v6()), ("3", self.name())])
            return "%s %s %s %s %s" % (
                n8, kind, r.choice(["1", "2", "3", n8]), gateway,
                "" if self.rarely() else self.base64(9))
        if rtype in ("OPENPGPKEY", "DHCID"):
            return self.base64(r.choice([1, 2, 3, 35, 64]))
        if rtype == "EUI48":
            return r.choice(["00-00-5e-00-53-2a", "AA-bb-00-11-22-33"])
        if rtype == "EUI64":
            return "00-00-5e-ef-10-00-00-2A"
        if rtype in ("NID", "L64"):
            return n16 + " " + r.choice(["0014:4fff:ff20:ee64",
                                         "2001:0DB8:1140:1000"])
        if rtype == "L32":
            return n16 + " " + self.v4()
        if rtype == "CSYNC":
            return "%s %s %s" % (self.number_(4294967295), n16,
                                 " ".join(self.type_name() for _ in
                                          range(r.choice([0, 1, 2, 4]))))
        if rtype == "ZONEMD":
            kind, n = r.choice([("1", 48), ("2", 64), ("240", 12), ("7", 40)])
            if self.rarely():
                n = r.choice([11, 12, 32, 47, 48])
            return "%s %s %s %s" % (self.number_(4294967295), n8, kind,
                                    self.hex(n))
        if rtype == "NSEC":
            return self.name() + " " + " ".join(
                self.type_name() for _ in range(r.choice([1, 2, 4, 6])))
        if rtype == "NSEC3PARAM":
            return "%s %s %s %s" % (
                r.choice(["1", "1", n8]), r.choice(["0", "1", n8]),
                r.choice(["0", "10", n16]),
                r.choice(["-", "aabb", "AABBCCDD"]) if not self.rarely()
                else r.choice(["aab", '""', "a a", "-aa", "--"]))
        if rtype == "NSEC3":
            h = "".join(r.choice("0123456789abcdefghijklmnopqrstuvABV")
                        for _ in range(32 if not self.rarely()
                                       else r.choice([8, 16, 31, 33, 40])))
            return "%s %s %s %s %s %s" % (
                r.choice(["1", "1", "1", n8]), r.choice(["0", "1"]),
                r.choice(["0", "10"]), r.choice(["-", "aabb"]), h,
                " ".join(self.type_name()
                         for _ in range(r.choice([0, 1, 2, 4]))))
        if rtype == "RRSIG":
            times = ["20300101000000", "20200229235959", "20991231235959",
                     "19700101000001"]
            if self.rarely():
                times = ["20300230000000", "2030010100", "1893456000",
                         "20300101240000", "21060207062816", "19690101000000",
                         "20300101000060", "20301301000000", "0",
                         "2030010100000", "99991231235959"]
            return " ".join([self.type_name(), self.algorithm(),
                             r.choice(["9", "9", "127", self.number_(255)]),
                             original, r.choice(times),
                             r.choice(times), n16, self.name(),
                             self.base64(64)])
        if rtype.startswith("TYPE"):
            n = r.choice([0, 1, 4, 16])
            if self.rarely():
                return "\\# %d %s" % (n + 1, self.hex(n))
            return "\\# %d %s" % (n, self.hex(n) if n else "")
        raise KeyError(rtype)

    TYPES = ("A AAAA NS CNAME PTR DNAME MX AFSDB KX RT LP RP MINFO TXT TXT TXT "
             "TXT SPF HINFO SRV NAPTR SVCB HTTPS HTTPS CAA URI DS CDS DNSKEY "
             "CDNSKEY KEY SSHFP TLSA SMIMEA CERT APL LOC IPSECKEY OPENPGPKEY "
             "DHCID EUI48 EUI64 NID L64 L32 CSYNC ZONEMD NSEC NSEC3PARAM "
             "NSEC3 RRSIG TYPE65280 TYPE65281 TYPE1000 A A A MX").split()

    NUMBERS = {"A": 1, "MX": 15, "AAAA": 28, "TXT": 16, "NS": 2, "SRV": 33}

    def generic(self, rtype):
        """A known type in RFC 3597 form."""
        r = self.r
        body = {"A": bytes(r.randrange(256) for _ in range(4)),
                "AAAA": bytes(r.randrange(256) for _ in range(16)),
                "MX": b"\0\x0a\3Foo\0", "NS": b"\2ns\7example\0",
                "TXT": b"\1a\2bc", "SRV": b"\0\1\0\2\0\3\1a\0"}[rtype]
        if self.rarely():
            body = r.choice([body[:-1], body + b"\0", b""])
        shown = rtype if self.often(0.5) else "TYPE%d" % self.NUMBERS[rtype]
        length = len(body) if not self.rarely() else len(body) + 1
        text = body.hex()
        if self.often(0.3) and len(text) > 4:
            text = text[:4] + " " + text[4:]
        return "%s \\# %d %s" % (shown, length, text)

    # ---- lines

    def case(self, word):
        return word.lower() if self.often(0.2) else word

    def blank(self):
        if self.rarely():
            return self.r.choice(["\f", "\v", "\r", "\xa0", "\0", "  ", "\t"])
        return self.r.choice([" ", " ", "  ", "\t", " \t "])

    def comment(self):
        r = self.r
        text = r.choice(["; note", ";", "; \"quoted", "; ) ( \\", ";;;",
                         "; caf\xe9"])
        if self.rarely():
            text += r.choice(["\r", "\0x", "\x1b[31m", "\f", "\v"])
        return text

    def wrap(self, fields, strings):
        """Join fields, perhaps over several lines with parentheses."""
        if len(fields) == 0 or not self.often(0.15):
            return self.blank().join(fields)
        a = self.r.randrange(len(fields))
        b = self.r.randrange(a, len(fields)) + 1
        glue = "" if self.rarely() or (not strings and self.often(0.2)) \
            else " "
        out = []
        for i, f in enumerate(fields):
            if i == a:
                f = "(" + glue + f
            if i == b - 1:
                f += glue + (")" if not self.rarely() else "")
            out.append(f)
            if a <= i < b - 1 and self.often(0.4):
                out[-1] += self.r.choice(
                    ["\n", " ; c (\n", "\n\t", "\n\n ", "\n;x\n", ";\n"])
        text = self.blank().join(out)
        if self.rarely():
            text = text.replace("(", "((", 1)
        return text

    def record(self):
        r = self.r
        rtype = r.choice(self.TYPES)
        owner = self.name(outside=False) if not self.rarely() \
            else self.name()
        if rtype == "NSEC3":
            owner = "0123456789ABCDEFghijklmnopqrstuv"
        if self.often(0.2) and rtype != "NSEC3":
            owner = ""
        fields = []
        original = self.time()
        if rtype == "RRSIG":
            # Knot serves an RRSIG with its original TTL: the rule dnssec-ttl
            # sees to it that both are the same.
            fields.append(original)
        elif self.often(0.3):
            fields.append(self.time())
        if self.often(0.4):
            fields.append(self.case("IN") if not self.rarely() else
                          r.choice(["CH", "HS", "CLASS1", "CLASS3", "IN IN",
                                    "ANY", "NONE", "CLASS01"]))
        if self.often(0.5):
            fields.reverse()
        if rtype in self.NUMBERS and self.often(0.1):
            data = self.generic(rtype)
        else:
            shown = self.case(rtype)
            if self.rarely() and rtype in self.NUMBERS:
                shown = "TYPE%d" % self.NUMBERS[rtype]
            if self.rarely():
                shown = r.choice(["TYPE00001", "TYPE65536", "FOO", "TYPE0",
                                  "TYPE255", "NULL", "HIP", "ANY", '"A"'])
            data = shown + " " + self.rdata(rtype, original)
        parts = self.split_fields(data)
        strings = rtype in ("TXT", "SPF", "HINFO", "CAA", "URI", "NAPTR",
                            "SVCB", "HTTPS")
        if self.rarely():
            parts.append(r.choice(["x", '""', "1", ")", "("]))
        text = owner + self.blank() + self.wrap(fields + parts, strings)
        if self.often(0.1):
            text += (" " if self.often(0.7) else "") + self.comment()
        if self.often(0.05):
            text += r.choice([" ", "\t", "  "])
        return text

    @staticmethod
    def split_fields(text):
        """At blanks outside quotes, as a person would break the line."""
        out, word, quoted, i = [], "", False, 0
        while i < len(text):
            c = text[i]
            if c == "\\" and i + 1 < len(text):
                word += text[i:i + 2]
                i += 2
                continue
            if c == '"':
                quoted = not quoted
            if c in " \t" and not quoted:
                if word:
                    out.append(word)
                word = ""
            else:
                word += c
            i += 1
        return out + [word] if word else out

    def include(self, depth):
        name = "z%d-%d.inc" % (self.number, len(self.files))
        self.files[name] = ""
        self.files[name] = self.body(self.r.choice([1, 2, 4]), depth + 1)
        text = self.case("$INCLUDE") + " " + name
        if self.rarely():
            text = '$INCLUDE "%s"' % name
        if self.often(0.4):
            text += " " + (self.r.choice(["sub", "@", "a.b"])
                           if self.rarely() else "sub." + self.origin)
        return text

    def directive(self, depth):
        r, pick = self.r, self.r.random()
        if self.rarely():
            return r.choice(["$FOO x", " $TTL 5", "$TTL", "$ORIGIN", "$",
                             "$TTL 5 6", "$ORIGIN a b", "$TTL (5)",
                             "$GENERATE 1-3 a$ A 192.0.2.$", "$DATE 1"])
        if pick < 0.4:
            text = self.case("$TTL") + self.blank() + self.time()
        elif pick < 0.75 or depth >= 3:
            origin = r.choice([self.origin, "sub." + self.origin,
                               "A.B." + self.origin, "@" if self.rarely()
                               else self.origin])
            if self.rarely():
                origin = r.choice(["sub", "example.", ".", "x." + origin,
                                   self.relative() + "." + self.origin])
            text = self.case("$ORIGIN") + self.blank() + origin
        else:
            text = self.include(depth)
        if self.often(0.1):
            text += " " + self.comment()
        return text

    def line(self, depth):
        if self.often(0.12 if depth == 0 else 0.25):
            return self.directive(depth)
        if self.often(0.08):
            return self.r.choice(["", "  ", "\t", self.comment(),
                                  "  " + self.comment()])
        if self.rarely():
            return self.r.choice([")", "(", "()", '"', "\\", "\"\n\"", "a",
                                  "\xef\xbb\xbf", "@", "\r", "www A"])
        return self.record()

    def body(self, lines, depth):
        out = [self.line(depth) for _ in range(lines)]
        text = ("\r\n" if self.rarely() else "\n").join(out)
        return text if self.often(0.1) else text + "\n"

    def text(self):
        head = "$TTL " + ("300" if not self.rarely() else self.time()) + "\n"
        if self.rarely():
            head = ""
        soa = "@ IN SOA ns host 1 3600 900 1209600 300\n"
        if self.often(0.5):
            soa = "%s 300 SOA ns host ( %s\n %s %s ; x\n%s %s )\n" % (
                self.origin, self.number_(4294967295), self.time(),
                self.time(), self.time(), self.time())
        return head + soa + "@ 300 NS ns.example.net.\n" + \
            self.body(self.r.choice([1, 3, 6, 12]), 0)


def mutate(r, text):
    """Break the text at random bytes, as no writer of zones would."""
    special = "\"();\\$@. \t\n\r#\x0b\0\x1b\xe9=,-0A*"
    for _ in range(r.choice([1, 1, 2, 4])):
        at = r.randrange(len(text) or 1)
        kind = r.random()
        if kind < 0.4:
            text = text[:at] + r.choice(special) + text[at:]
        elif kind < 0.6:
            text = text[:at] + text[at + 1:]
        elif kind < 0.8:
            text = text[:at] + r.choice(special) + text[at + 1:]
        else:
            end = min(len(text), at + r.randrange(1, 30))
            text = text[:end] + text[at:end] + text[end:]
    return text
