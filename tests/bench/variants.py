# SPDX-License-Identifier: MIT
"""What is measured: programs that do the job, and in which state they find the machine.

A row of VARIANTS is a program; one that is not there is left out, and said to be.
"""

import collections
import contextlib
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
REPOSITORY = os.path.dirname(TESTS)
BUILD = os.path.join(REPOSITORY, os.environ.get("BUILD", "build"))
START = os.path.join(BUILD, "bench/start")
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": "/nonexistent"}

SETTINGS = {"proxy": {"http": "http://proxy.corp:3128", "https": "http://proxy.corp:3129"},
            "no_proxy": {"add": ["corp.example"]},
            # What is run under valgrind takes its time.
            "imds": {"request_timeout_ms": 60000}}
# What a Debian has before anything is installed: where consumers' files are.
DIRECTORIES = ("etc/ec2-bootstrap", "etc/apt/apt.conf.d", "etc/profile.d", "etc/sudoers.d", "etc/systemd/system",
               "var/lib", "run")
FILES = {"etc/environment": "LANG=C.UTF-8\n", "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
         "etc/ec2-bootstrap/config.json": json.dumps(SETTINGS)}
# /run as the service manager has made it.
RUN_DIRECTORY = "run/systemd/system"

FIRST, LATER, CREDENTIALS, VERSION, ALWAYS = "first boot", "later boot", "credentials", "--version", "any boot"

# jobs: {job: words behind the program}, with {url}, {address}, {port} and {root}; is_ours: what the goals are for;
# takes_minutes: under callgrind, so its instructions are not counted.
Variant = collections.namedtuple("Variant", "name program jobs is_ours takes_minutes", defaults=(False, False))
RUN = ["run", "--root", "{root}", "--endpoint", "{url}"]
# --version is what each of our commands begins with.
OUR_JOBS = {FIRST: RUN, LATER: RUN, CREDENTIALS: ["credentials", *RUN[1:]], VERSION: ["--version"]}
FLOOR = Variant("the floor", "{build}/bench/floor",
                {job: ["{address}", "{port}", "{root}"] for job in (FIRST, LATER)})
SHARED = Variant("ec2-bootstrap", "{build}/ec2-bootstrap", OUR_JOBS, is_ours=True)
PORTABLE = Variant("portable", "{build}/portable/ec2-bootstrap", OUR_JOBS, is_ours=True)
CURL = Variant("bash, three times curl", HERE + "/with-curl", {ALWAYS: ["{url}", "{root}/etc/environment"]})
VARIANTS = (
    FLOOR, SHARED, PORTABLE, CURL,
    Variant("Python's urllib", HERE + "/with-urllib", {ALWAYS: ["{url}", "{root}/etc/environment"]},
            takes_minutes=True),
    Variant("AWS CLI", "/usr/bin/aws", {ALWAYS: ["configure", "export-credentials"]}, takes_minutes=True),
)


class Task(collections.namedtuple("Task", "variant job")):
    """A variant that does one of its jobs."""

    def __hash__(self):
        return hash((self.variant.name, self.job))

    @property
    def key(self):
        return {"variant": self.variant.name, "job": self.job}

    def words(self, url, root):
        address, _, port = url.removeprefix("http://").partition(":")
        return [program_of(self.variant)] + [
            word.format(url=url, address=address, port=port, root=root) for word in self.variant.jobs[self.job]]


def program_of(variant):
    return variant.program.format(build=BUILD)


def present(variants=VARIANTS):
    """Those whose program is there."""
    there = [variant for variant in variants if os.access(program_of(variant), os.X_OK)]
    for variant in variants:
        if variant not in there:
            print(f"bench: left out: {variant.name}: there is no {os.path.relpath(program_of(variant), REPOSITORY)}",
                  file=sys.stderr)
    return there


def tasks_of(variants):
    return [Task(variant, job) for variant in variants for job in variant.jobs]


def environment_for(url):
    """The AWS CLI asks no other endpoint than this one, and has nothing else to ask."""
    return {**ENVIRONMENT, "AWS_EC2_METADATA_SERVICE_ENDPOINT": url + "/", "AWS_METADATA_SERVICE_TIMEOUT": "60",
            "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}


@contextlib.contextmanager
def machine(root):
    """A tree for as long as a `with` lasts. Its /run is a tmpfs, as on each machine that was booted."""
    make_root(root)
    run = os.path.join(root, "run")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "none", run], check=True)
    os.makedirs(os.path.join(root, RUN_DIRECTORY))
    try:
        yield root
    finally:
        subprocess.run(["umount", "--lazy", run], check=True)


def make_root(root):
    for directory in DIRECTORIES:
        os.makedirs(os.path.join(root, directory), exist_ok=True)
    for path, text in FILES.items():
        with open(os.path.join(root, path), "w", encoding="utf-8") as file:
            file.write(text)


def empty(directory):
    for entry in os.scandir(directory):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)


def reset(root, job):
    """As a boot finds it: /run is empty; on a first one all is as it was installed, else as the last boot left it.

    What has changed here is on the disk then: fsync(2) of the program has only its own to wait for.
    """
    empty(os.path.join(root, "run"))
    os.makedirs(os.path.join(root, RUN_DIRECTORY))
    if job != LATER:
        for directory in ("etc", "var"):
            shutil.rmtree(os.path.join(root, directory))
        make_root(root)
    fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(fd)
    os.close(fd)
