#!/usr/bin/env python3
"""Attestations: what is attested, what is not, and what a verifier refuses.

    attest.py [--keep DIR]

Pushes through the real hooks, then reads the notes with git and holds the
envelopes against openssl and a digest computed by hand; forges notes in every
way a pusher or an administrator without the key could; asks for attestations
of what did not pass, of what nobody guards, and inside a push. Exports are
loaded by BIND, Knot and NSD. ZONEGATE is the program. Exit status 0 when all of
it held.
"""
import base64
import hashlib
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from place import Place, Tally, run_test, zone_text  # noqa: E402

ZONE, OTHER = "example.com.", "other.example."
NOTES = "--ref=zonegate"


class Test:
    def __init__(self, keep):
        self.p, self.t = Place(keep), Tally()
        self.serial = 1

    def verify(self, rev, key="key.pub", *more):
        return self.p.zonegate("attest", "verify", rev, "--repo",
                               "remote.git", "--public-key", key, *more)

    def attest(self, *more, **kw):
        return self.p.zonegate("attest", "--repo", "remote.git", *more, **kw)

    def note(self, rev):
        return json.loads(self.p.git("notes", NOTES, "show", rev,
                                     cwd="remote.git"))

    def put_note(self, rev, text):
        self.p.run("git", "notes", NOTES, "add", "-f", "-F", "-", rev,
                   cwd=self.p.path("remote.git"), input=text.encode(),
                   ok=(0,))

    def statement(self, rev):
        return json.loads(base64.b64decode(self.note(rev)["payload"]))

    def change(self, good=True, branch="main", push=True):
        self.serial += 1
        self.p.commit(self.serial, good, ZONE)
        if push:
            self.p.git("push", "-q", "origin", "HEAD:refs/heads/" + branch,
                       ok=(0, 1))
        return self.p.git("rev-parse", "HEAD")

    # ---- the envelope, by hand ----------------------------------------------

    def hold_envelope(self, rev):
        p, t, note = self.p, self.t, self.note(rev)
        payload = base64.b64decode(note["payload"])
        kind = note["payloadType"]
        t.check(kind == "application/vnd.in-toto+json", "type " + kind)
        pae = b"DSSEv1 %d %s %d " % (len(kind), kind.encode(),
                                     len(payload)) + payload
        sig = note["signatures"][0]
        with open(p.path("pae"), "wb") as f:
            f.write(pae)
        with open(p.path("sig"), "wb") as f:
            f.write(base64.b64decode(sig["sig"]))
        done = p.run("openssl", "pkeyutl", "-verify", "-pubin", "-inkey",
                     "key.pub", "-rawin", "-in", "pae", "-sigfile", "sig")
        t.check(done.returncode == 0, "openssl refuses the signature")
        der = p.run("openssl", "pkey", "-pubin", "-in", "key.pub", "-outform",
                    "DER", ok=(0,)).stdout
        t.check(sig["keyid"] == hashlib.sha256(der).hexdigest(), "keyid")

    def hold_statement(self, rev):
        p, t, s = self.p, self.t, self.statement(rev)
        t.check(s["_type"] == "https://in-toto.io/Statement/v1", "_type")
        t.check(s["subject"][0]["digest"] == {"gitCommit": rev}, "subject")
        x = s["predicate"]
        t.check(x["verdict"] == "pass" and x["lane"] is not None and
                x["time"].endswith("Z"), "verdict, lane, time")
        with open(p.path("work/zonegate.yaml"), "rb") as f:
            digest = hashlib.sha256(f.read()).hexdigest()
        t.check(x["policy"]["digest"] == {"sha256": digest}, "policy digest")
        zones = {z["name"]: z for z in x["zones"]}
        t.check(sorted(zones) == [ZONE, OTHER], "zones %s" % sorted(zones))
        t.check(zones[ZONE]["status"] == "changed" and
                zones[OTHER]["status"] == "unchanged", "status")
        # The digest of an exported zone is the one in its first line.
        for name, zone in zones.items():
            out = p.zonegate("export", "--repo", "remote.git", "--rev", rev,
                             "--zone", name, ok=(0,)).stdout.decode()
            first = out.split("\n")[0]
            t.check(first.endswith("commit %s sha384:%s" % (
                rev, zone["digest"]["sha384"])), first)
        with open(p.path("audit.jsonl"), "rb") as f:
            heads = [hashlib.sha256(line.rstrip(b"\n")).hexdigest()
                     for line in f]
        t.check(x["audit"]["head"] == heads[-1], "audit head")

    # ---- what is not attested -----------------------------------------------

    def hold_refusals(self, rev):
        p, t = self.p, self.t
        bad = self.change(good=False, push=False)
        p.git("push", "-q", "origin", "HEAD:refs/unguarded/bad")
        done = self.attest("--rev", bad)
        t.check(done.returncode == 1 and b"failover-target" in done.stdout,
                "a bad revision: %d" % done.returncode)
        t.check(self.verify(bad).returncode == 1, "it is attested")
        done = self.attest("--rev", bad, "--ref", "refs/unguarded/bad")
        t.check(done.returncode == 0 and
                self.verify(bad).returncode == 1, "unguarded")
        done = self.attest("--rev", bad, "--exit-zero")
        t.check(done.returncode == 0 and self.verify(bad).returncode == 1,
                "exit-zero attests")
        for more, env, status in (
                ([], {"GIT_QUARANTINE_PATH": "/x"}, 2),
                (["--key", "missing"], {}, 2), (["--key", "key.pub"], {}, 2),
                (["--key", "key.open"], {}, 2), (["--rev", "nowhere"], {}, 2),
                (["--policy", "missing"], {}, 2)):
            done = self.attest(*more, env=env)
            t.check(done.returncode == status and
                    (done.stderr + done.stdout).find(b"error") >= 0,
                    "%s %s: status %d" % (more, env, done.returncode))
        for more in (["--zone", "none.example"], ["--zone", ".."]):
            done = p.zonegate("export", "--repo", "remote.git", *more)
            t.check(done.returncode == 2 and not done.stdout,
                    "export %s: %d" % (more, done.returncode))
        out = p.zonegate("export", "--repo", "remote.git", "--rev", bad,
                         "--zone", ZONE, "-o", "bad.zone")
        t.check(out.returncode == 1 and
                not os.path.exists(p.path("bad.zone")), "a bad export")
        out = p.zonegate("export", "--repo", "remote.git", "--rev", bad,
                         "--zone", ZONE, "--force")
        t.check(out.returncode == 0 and b"FORCED" in out.stdout, "forced")
        p.git("reset", "-q", "--hard", rev)

    # ---- forged notes ---------------------------------------------------------

    def hold_forgeries(self, rev):
        p, t, good = self.p, self.t, self.note(rev)
        other = p.git("rev-parse", "main~1")
        payload = base64.b64decode(good["payload"]).decode()

        def changed(**kw):
            return json.dumps(dict(good, **kw))

        def encoded(text):
            return base64.b64encode(text.encode()).decode()

        sig = good["signatures"][0]["sig"]
        forged = {
            "nothing": "", "no envelope": "{}", "text": "attested!",
            "another payload": changed(payload=encoded(
                payload.replace('"pass"', '"PASS"'))),
            "another type": changed(payloadType="text/plain"),
            "no signature": changed(signatures=[]),
            "a damaged signature": changed(signatures=[
                {"keyid": "", "sig": ("B" if sig[0] == "A" else "A") +
                 sig[1:]}]),
            "a short signature": changed(signatures=[{"sig": sig[:40]}]),
            "two payloads": json.dumps(good).replace(
                '"payload": ', '"payload": "%s", "payload": ' % encoded("{}")),
        }
        for name, text in forged.items():
            if text == "":
                p.git("notes", NOTES, "remove", rev, cwd="remote.git")
            else:
                self.put_note(rev, text)
            done = self.verify(rev)
            t.check(done.returncode == 1 and not done.stdout and
                    b"error" in done.stderr,
                    "%s: %d" % (name, done.returncode))
        # The same note at another commit; another key; both keys.
        self.put_note(other, json.dumps(good))
        t.check(self.verify(other).returncode == 1, "moved to another commit")
        self.put_note(rev, json.dumps(good))
        t.check(self.verify(rev).returncode == 0, "put back")
        t.check(self.verify(rev, "new.pub").returncode == 1, "another key")
        t.check(self.verify(rev, "both.pub").returncode == 0, "two keys")
        done = p.zonegate("confirm", "--repo", "remote.git", "--rev", other,
                          "--public-key", "key.pub", "--zone", ZONE,
                          "--file", "bad.pub")
        t.check(done.returncode == 1, "confirm of a forged attestation")
        # Nobody pushes notes, and nobody else's note is overwritten silently.
        p.git("fetch", "-q", "origin", "refs/notes/*:refs/notes/*")
        p.git("notes", NOTES, "add", "-f", "-m", "mine", rev)
        done = p.run("git", "push", "-q", "origin", "-f",
                     "refs/notes/zonegate", cwd=p.path("work"))
        t.check(done.returncode != 0 and
                self.verify(rev).returncode == 0, "notes can be pushed")

    def hold_branches(self):
        """New branches, deleted ones, many refs, rotation of the key."""
        p, t = self.p, self.t
        new = self.change(branch="topic")
        t.check(self.verify(new).returncode == 0, "a new branch")
        t.check(self.statement(new)["predicate"]["base"] ==
                p.git("rev-parse", "main~1"), "its base")
        done = p.run("git", "push", "-q", "origin", ":refs/heads/topic",
                     cwd=p.path("work"))
        t.check(done.returncode != 0, "a guarded branch was deleted")
        p.git("config", "zonegate.attestKey", p.path("new"), cwd="remote.git")
        new = self.change()
        t.check(self.verify(new, "new.pub").returncode == 0, "the new key")
        # A key that is gone: accepted, told, not attested.
        p.git("config", "zonegate.attestKey", p.path("gone"),
              cwd="remote.git")
        self.serial += 1
        p.write("work/zones/%szone" % ZONE, zone_text(ZONE, self.serial))
        p.git("commit", "-qam", "gone")
        done = p.run("git", "push", "origin", "main", cwd=p.path("work"))
        new = p.git("rev-parse", "HEAD")
        t.check(done.returncode == 0 and b"is not attested" in done.stderr and
                self.verify(new).returncode == 1, "without key")

    def hold_override(self):
        """What was pushed in an emergency is attested, and says so."""
        p, t = self.p, self.t
        p.git("config", "zonegate.attestKey", p.path("key"), cwd="remote.git")
        p.git("config", "receive.advertisePushOptions", "true",
              cwd="remote.git")
        p.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "alice",
              ok=(0,))
        with open(p.path("alice.pub")) as f:
            p.write("work/.zonegate/allowed_signers", 'alice@example.com '
                    'namespaces="git" ' + f.read())
        with open(p.path("work/zonegate.yaml"), "a") as f:
            f.write("  allowed-signers: .zonegate/allowed_signers\n"
                    "  override:\n    signers: [alice@example.com]\n"
                    "    rules: [zone-serial]\n")
        p.git("add", "-A")
        p.git("commit", "-qm", "who may override")
        p.git("push", "-q", "origin", "main")
        p.write("work/zones/%szone" % ZONE, zone_text(
            ZONE, self.serial, "more IN A 192.0.2.7\n"))
        p.git("-c", "gpg.format=ssh", "-c",
              "user.signingKey=" + p.path("alice.pub"), "commit", "-S", "-qam",
              "an emergency", "--trailer", "Zonegate-Override: it burns")
        done = p.run("git", "push", "origin", "main", cwd=p.path("work"))
        t.check(done.returncode != 0, "without the option")
        done = p.run("git", "push", "-o", "zonegate.override=it burns",
                     "origin", "main", cwd=p.path("work"))
        new = p.git("rev-parse", "HEAD")
        t.check(done.returncode == 0 and self.verify(new).returncode == 0,
                "override: " + done.stderr.decode())
        waived = self.statement(new)["predicate"]["waived"]
        t.check([w["rule"] for w in waived] == ["zone-serial"] and
                "it burns" in waived[0]["waiver"], "override: %s" % waived)
        with open(p.path("audit.jsonl")) as f:
            last = json.loads(f.readlines()[-1])
        t.check(last["verdict"] == "pass" and "change-override" in [
            f["rule"] for f in last["findings"]], "override: %s" % last)
        done = p.zonegate("export", "--repo", "remote.git", "--zone", ZONE)
        t.check(done.returncode == 0, "export of it: " + done.stderr.decode())

    def hold_exports(self, rev):
        p, t = self.p, self.t
        p.zonegate("export", "--repo", "remote.git", "--rev", rev, "--all",
                   "--output-dir", "all/zones", ok=(0,))
        for zone in (ZONE, OTHER):
            file = "all/zones/%szone" % zone
            for check in (["named-checkzone", "-q", zone, file],
                          ["kzonecheck", "-o", zone, file],
                          ["nsd-checkzone", zone, file]):
                done = p.run(*check)
                t.check(done.returncode == 0, " ".join(check))

    def run(self):
        p, t = self.p, self.t
        p.make({ZONE: zone_text(ZONE), OTHER: zone_text(OTHER)})
        p.install()
        p.run("openssl", "genpkey", "-algorithm", "ed25519", "-out", "new",
              ok=(0,))
        os.chmod(p.path("new"), 0o600)
        p.run("openssl", "pkey", "-in", "new", "-pubout", "-out", "new.pub",
              ok=(0,))
        p.run("sh", "-c", "cat new.pub key.pub >both.pub; cp key key.open; "
              "chmod 644 key.open; cp key.pub bad.pub", ok=(0,))
        rev = self.change()
        done = self.verify(rev)
        t.check(done.returncode == 0, done.stderr.decode())
        self.hold_envelope(rev)
        self.hold_statement(rev)
        self.hold_exports(rev)
        self.hold_refusals(rev)
        self.hold_forgeries(rev)
        self.hold_branches()
        self.hold_override()
        done = p.run("git", "fsck", "--strict", cwd=p.path("remote.git"))
        t.check(done.returncode == 0, done.stderr.decode())


if __name__ == "__main__":
    sys.exit(run_test(Test, "attest"))
