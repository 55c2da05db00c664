#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs each command of the documentation, and gives each settings block to the agent; speaks TAP.

    tests/netns tests/docs/run.py [PART-OF-A-PAGE...]

A page is read from top to bottom on one machine, as its reader does: a copy of this one that vanishes, with the agent
installed, the README's settings, the metadata service at its own address and no other network. What cannot be run there, or
does not end with 0, is a row of exceptions.tsv with the reason; a row that nothing needs is a failure.
"""
import contextlib
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from around import AGENT, REPOSITORY, metadata_service, names, require_private_network, write  # pylint: disable=wrong-import-position
from pages import Exceptions, blocks_of, commands_of, inline_of  # pylint: disable=wrong-import-position

PAGES = ["README.md", *sorted(os.path.relpath(page, REPOSITORY) for page in glob.glob(f"{REPOSITORY}/docs/*.md"))]
HANGS_S = 300
# The AWS CLI checks its arguments, and then finds nobody to ask.
AWS = '''#!/bin/sh
words=$(PATH=/usr/bin:/bin AWS_MAX_ATTEMPTS=1 aws "$@" --no-sign-request --endpoint-url http://127.0.0.1:9 2>&1)
case $words in *"Could not connect to the endpoint URL"*) exit 0 ;; esac
echo "$words"
exit 1
'''
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "EDITOR": "touch",
               "AWS_DEFAULT_REGION": "us-east-1", "LC_ALL": "C.UTF-8"}
# Their texts name commands, too.
MORE_PAGES = ["CONTRIBUTING.md", "SECURITY.md", "cloud-init/README.md", "tests/README.md"]
SETTINGS_FILE = "etc/ec2-bootstrap/config.d/50-page.json"


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


class Machine:
    """A copy of this machine, in memory; what a page does to it goes with it."""

    def __init__(self, directory):
        self.root = f"{directory}/merged"
        mount("-t", "tmpfs", "tmpfs", directory)
        self.overlay("/", self.root, f"{directory}/system")
        for path in ("proc", "sys", "dev"):
            mount("--rbind", f"/{path}", f"{self.root}/{path}")
        for path in ("run", "tmp", "mnt"):
            mount("-t", "tmpfs", "tmpfs", f"{self.root}/{path}")
        for path in ("/etc/hosts", "/etc/resolv.conf"):
            mount("--bind", path, self.root + path)
        # At its own path: what was built there need not be built again.
        self.overlay(REPOSITORY, self.root + REPOSITORY, f"{directory}/source")
        self.fill()

    @staticmethod
    def overlay(lower, merged, changes):
        for path in (merged, f"{changes}/upper", f"{changes}/work"):
            os.makedirs(path, exist_ok=True)
        mount("-t", "overlay", "overlay", "-o",
              f"lowerdir={lower},upperdir={changes}/upper,workdir={changes}/work", merged)

    def fill(self):
        """What the pages take for given: the agent, the README's settings, and the files that settings name."""
        subprocess.run(["cp", AGENT, f"{self.root}/usr/bin/ec2-bootstrap"], check=True)
        write(f"{self.root}/usr/local/bin/aws", AWS, 0o755)
        settings = next(text for _, language, text in blocks_of("README.md") if language == "json")
        write(f"{self.root}/etc/ec2-bootstrap/config.json", settings)
        # No page says how long to wait for AWS, which is not there.
        write(f"{self.root}/usr/lib/ec2-bootstrap/config.d/10-wait.json", '{"remote": {"deadline_s": 1}}\n')
        write(f"{self.root}/run/credentials/ec2-bootstrap.service/proxy-password", "secret\n", 0o600)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/O=Example/CN=proxy",
                        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
                        "-keyout", "/dev/null", "-out", f"{self.root}/etc/ec2-bootstrap/proxy-ca.pem"],
                       check=True, stderr=subprocess.DEVNULL)
        os.makedirs(f"{self.root}/mnt/image/etc")
        write(f"{self.root}/mnt/image/etc/os-release", "ID=debian\n")
        os.makedirs(f"{self.root}/mnt/image/usr/bin")

    def run(self, command):
        """(exit status, words)"""
        done = subprocess.run(
            ["chroot", self.root, "/bin/bash", "-c", f"cd '{REPOSITORY}' && {command}"], check=False, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT, timeout=HANGS_S)
        return done.returncode, done.stdout


@contextlib.contextmanager
def machine():
    """For as long as a `with` lasts."""
    with tempfile.TemporaryDirectory() as directory:
        try:
            yield Machine(directory)
        finally:
            subprocess.run(["umount", "--recursive", "--lazy", directory], check=False)


def lacking():
    """Why there can be no such machine, as a word; "": it can."""
    if not os.path.exists(os.path.join(REPOSITORY, ".git")):
        return "no clone: make dist is one of the commands"
    try:
        with machine():
            return ""
    except (OSError, subprocess.CalledProcessError) as error:
        return f"this user can make no copy of this machine: {error}"


class Page:
    """The steps of one page, in order."""

    def __init__(self, page, here, exceptions):
        self.page, self.here, self.exceptions = page, here, exceptions
        self.steps = 0
        self.problems = []

    def try_settings(self, line, text):
        value = json.loads(text)
        if "Statement" in value or "Effect" in value:
            return  # a policy
        write(f"{self.here.root}/{SETTINGS_FILE}", text)
        status, words = self.here.run("ec2-bootstrap run --dry-run")
        if status != 0:
            self.problems.append(f"{self.page}:{line}: these settings end with {status}: {words}")

    def try_command(self, line, command):
        what, why = self.exceptions.find(command)
        if what == "skip":
            print(f"# {self.page}:{line}: not run: {why}: {' '.join(command.split())}", flush=True)
            return
        status, words = self.here.run(command)
        if str(status) not in what.split(","):
            self.problems.append(f"{self.page}:{line}: {command}: ends with {status}, not {what}: {words[-2000:]}")

    def run(self):
        for line, language, text in blocks_of(self.page):
            self.steps += 1
            if language == "json":
                self.try_settings(line, text)
                continue
            for start, command in commands_of(line, text):
                self.try_command(start, command)


def unknown_words(words):
    """What of a command in the text is none: its command, options, target."""
    if words[0] == "make":
        rules = ""
        for name in ("Makefile", "tests/fuzz/rules.mk"):
            with open(os.path.join(REPOSITORY, name), encoding="utf-8") as file:
                rules += "\n" + file.read()
        return [word for word in words[1:] if re.fullmatch(r"[a-z][a-z-]*", word) and f"\n{word}:" not in rules]
    command = words[1:2] if re.fullmatch(r"[a-z]+", words[1]) else []
    done = subprocess.run([AGENT, *command, "--help"], check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        return command
    return [word for word in words if word.startswith("--") and not re.search(rf"{re.escape(word)}\b", done.stdout)]


def inline_problems():
    return [f"{page}: `{' '.join(words)}`: there is no {' '.join(unknown)}" for page in [*PAGES, *MORE_PAGES]
            for words in inline_of(page) if (unknown := unknown_words(words))]


def main(parts):
    require_private_network()
    why = lacking()
    if why:
        print(f"1..0 # SKIP {why}")
        return 0
    pages = [page for page in PAGES if blocks_of(page) and (not parts or any(part in page for part in parts))]
    exceptions = Exceptions()
    failed = 0
    with tempfile.TemporaryDirectory() as directory, names(directory), metadata_service():
        for number, page in enumerate(pages, 1):
            with machine() as here:
                steps = Page(page, here, exceptions)
                steps.run()
            failed += bool(steps.problems)
            print(f"{'not ok' if steps.problems else 'ok'} {number} - {page}, {steps.steps} blocks", flush=True)
            for problem in steps.problems:
                print("# " + problem.replace("\n", "\n# "), flush=True)
    unused = [] if parts else [f"exceptions.tsv: nothing needs {pattern}" for pattern in exceptions.unused()]
    for number, (what, problems) in enumerate((("each exception is needed", unused),
                                               ("what the texts name is there", inline_problems())), len(pages) + 1):
        failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} - {what}")
        for problem in problems:
            print(f"# {problem}")
    print(f"1..{len(pages) + 2}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
