"""A repository, its zones and `zonegate check --live` on them."""
import json
import os
import subprocess

from targets_servers import NAME, run

ZONE = """$TTL 60
@ SOA ns1 hostmaster %d 3600 600 604800 60
@ NS ns1
@ NS ns2
ns1 A 127.0.20.1
ns2 A 127.0.20.2
"""


class Repo:
    def __init__(self, home, program):
        self.home, self.program, self.serial = home, program, 2026010100
        self.env = dict(os.environ, HOME=home, GIT_CONFIG_NOSYSTEM="1",
                        GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@a.example",
                        GIT_COMMITTER_NAME="a",
                        GIT_COMMITTER_EMAIL="a@a.example",
                        https_proxy="http://127.0.0.1:9")
        self.dir = os.path.join(home, "repo")
        os.mkdir(self.dir)
        self.git("init", "-q", "-b", "main", ".")

    def git(self, *args):
        return run("git", *args, cwd=self.dir, env=self.env).decode().strip()

    def commit(self, records, policy=None, name="example.com"):
        """The commit of a zone with RECORDS (lines) behind ZONE."""
        self.serial += 1
        with open(os.path.join(self.dir, name + ".zone"), "w") as f:
            f.write(ZONE % self.serial + "".join(r + "\n" for r in records))
        if policy is not None:
            with open(os.path.join(self.dir, "zonegate.yaml"), "w") as f:
                f.write(policy)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def zonegate(self, *args, timeout=60):
        """(exit status, standard output, standard error)"""
        done = subprocess.run([self.program, *args], cwd=self.dir,
                              env=self.env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=timeout)
        return (done.returncode, done.stdout.decode(), done.stderr.decode())

    def check(self, base, head, *args):
        """(exit status, [(rule, message)]) of check --live."""
        status, out, err = self.zonegate("check", "--live", "--base", base,
                                         "--head", head, "--format", "json",
                                         *args)
        try:
            report = json.loads(out)
        except ValueError:
            return status, [("none", out + err)]
        return status, [(f["rule"], f["message"])
                        for f in report["findings"]]


def api(*addresses):
    return ["api %s %s" % ("AAAA" if ":" in a else "A", a)
            for a in addresses]


__all__ = ["Repo", "api", "NAME"]
