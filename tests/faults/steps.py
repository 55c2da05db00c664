# SPDX-License-Identifier: MIT
"""The steps of the units around the agent: what each leaves where one of its system calls fails."""

import collections
import os
import re
import shutil
import subprocess

import commands

REPOSITORY = os.path.dirname(commands.TESTS)
UNITS = os.path.join(REPOSITORY, "units")
AFTER_RUN = "units/after-run"
# What the Exec lines of a unit run -> the row; None: where it fails, the agent says what it misses.
STEPS = {"/usr/bin/ec2-bootstrap": None, "/bin/mkdir": None, "/usr/bin/nsenter": None,
         "/usr/libexec/ec2-bootstrap/after-run": AFTER_RUN}
PROGRAM = re.compile(r"^Exec\w+=\S*?(/\S+)(?:.* (/usr/libexec\S+))?", re.MULTILINE)
OWN = "ec2-bootstrap.service"
# What systemd is asked for, when all goes well.
ASKED = {"import-environment http_proxy no_proxy",
         "unset-environment http_proxy=http://old:1 https_proxy=http://old:1", "daemon-reload"}
ENVIRONMENT = {"proxy.env": "# Written by ec2-bootstrap at every boot: changes are lost.\nhttp_proxy=http://new:1\nno_proxy=*.x\n",
               "manager.env": "http_proxy=http://old:1\nhttps_proxy=http://old:1\n"}
# strace counts the calls of each process on its own. Not read(2): to a shell its own script then has an end.
CALLS = (
    ("unlinkat", ("EACCES", "EBUSY", "EIO", "EROFS"), 2),
    ("execve", ("EACCES", "EIO", "ENOMEM"), 2),
    ("clone,clone3,vfork,fork", ("EAGAIN", "ENOMEM"), 16),
    ("pipe2", ("EMFILE", "ENFILE"), 4),
    ("newfstatat", ("EIO", "ENOMEM"), 32),
    ("openat", ("EIO", "EMFILE", "ENOMEM"), 32),
)
DIRECTORY = "etc/systemd/system/docker.service.d"
DROPIN = os.path.join(commands.OUTPUTS, "golden/docker/plain", DIRECTORY, "50-ec2-bootstrap.conf")

Result = collections.namedtuple("Result", "status err asked is_injected")


def missing_rows():
    found = set()
    for unit in os.listdir(UNITS):
        with open(os.path.join(UNITS, unit), encoding="utf-8") as file:
            found |= {match[2] or match[1] for match in PROGRAM.finditer(file.read())}
    if AFTER_RUN not in {STEPS.get(program) for program in found}:
        raise SystemExit("steps.py: no unit is found")
    return sorted(found - STEPS.keys())


class Machine:
    """What the agent has left for its step, and a systemctl that writes down what it is asked."""

    def __init__(self, folder):
        self.root, self.programs = os.path.join(folder, "root"), os.path.join(folder, "bin")
        self.asked, self.trace = os.path.join(folder, "asked"), os.path.join(folder, "trace")
        os.makedirs(self.programs)
        systemctl = os.path.join(self.programs, "systemctl")
        with open(systemctl, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\necho "$*" >>{self.asked}\n')
        os.chmod(systemctl, 0o755)

    def make(self):
        shutil.rmtree(self.root, ignore_errors=True)
        for path in ("run/ec2-bootstrap", "run/systemd/units", DIRECTORY):
            os.makedirs(os.path.join(self.root, path))
        shutil.copy(DROPIN, os.path.join(self.root, DIRECTORY))
        os.symlink("id", os.path.join(self.root, f"run/systemd/units/invocation:{OWN}"))
        for name, text in ENVIRONMENT.items():
            with open(os.path.join(self.root, "run/ec2-bootstrap", name), "w",
                      encoding="utf-8") as file:
                file.write(text)
        with open(os.path.join(self.root, "run/ec2-bootstrap/reload"), "wb"):
            pass
        if os.path.exists(self.asked):
            os.unlink(self.asked)

    def run(self, names, error, number):
        self.make()
        found = subprocess.run(
            ["strace", "-f", "-o", self.trace, "-e", "trace=" + names,
             "-e", f"inject={names}:error={error}:when={number}",
             "/bin/sh", os.path.join(REPOSITORY, AFTER_RUN), OWN, self.root],
            env={"PATH": self.programs + ":/usr/bin:/bin"}, stdin=subprocess.DEVNULL,
            capture_output=True, check=False, text=True, errors="replace", timeout=60)
        with open(self.trace, encoding="utf-8", errors="replace") as file:
            is_injected = any("INJECTED" in line for line in file)
        asked = set()
        if os.path.exists(self.asked):
            with open(self.asked, encoding="utf-8") as file:
                asked = set(file.read().splitlines())
        return Result(found.returncode, found.stderr, asked, is_injected)


def judge(name, result):
    """Either systemd is asked for all, or somebody is told."""
    if result.asked == ASKED or result.status != 0 and result.err:
        return []
    return [f"{AFTER_RUN}: {name}: exit status {result.status}, systemd is asked for {result.asked}, "
            f"said {result.err!r}"]


def check(folder, most):
    """What is wrong, of each point that was reached."""
    machine = Machine(os.path.join(folder, "steps"))
    results = []
    for names, errors, count in CALLS:
        for error in errors[:most]:
            for number in range(1, min(count, most) + 1):
                result = machine.run(names, error, number)
                if result.is_injected and not result.err.startswith("strace: "):
                    results.append(judge(f"{names} {number}: {error}", result))
    return results
