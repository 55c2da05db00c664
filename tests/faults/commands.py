# SPDX-License-Identifier: MIT
"""What is tried: a row for each command, and the machine it is tried on."""

import collections
import json
import os
import re
import shutil
import struct
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
OUTPUTS = os.path.join(TESTS, "outputs")

# words: the command and its options; earlier: settings that have been run with before it, "fetch:NAME": that
# have been fetched with; settings: NAME
# of SETTINGS, or the usual place, for the command where it takes them and for the `run` that comes after
# a fault; asks: which metadata service, of SERVICES, or None; writes: whether it changes files; status:
# its exit status when nothing fails; is_booted: no --root, but the tree is its root, as a service;
# is_variant: much of it is as in a row before, see kinds.py.
Row = collections.namedtuple(
    "Row", "name words earlier settings asks writes status is_booted is_variant",
    defaults=(0, False, False))
USUAL = "usual"
EX_UNAVAILABLE, EX_TEMPFAIL = 69, 75
ROWS = (
    Row("run", ["run"], [], "plain", "sound", True),
    Row("run, other settings", ["run"], ["plain"], "password", "sound", True),
    Row("run at boot", ["run"], [], USUAL, "sound", True, is_booted=True, is_variant=True),
    Row("run, fetched settings kept", ["run"], ["fetch:tags"], USUAL, "sound", True, is_variant=True),
    Row("run, IMDS silent", ["run"], [], "plain", "none", True, EX_UNAVAILABLE, is_variant=True),
    Row("run, IMDS silent, facts kept", ["run"], ["plain"], "password", "none", True, EX_UNAVAILABLE,
        is_variant=True),
    Row("run, no role", ["run"], [], "plain", "no role", True, EX_TEMPFAIL, is_variant=True),
    Row("run, a CA", ["run"], [], "authority", "sound", True, is_variant=True),
    Row("run --dry-run --diff --json", ["run", "--dry-run", "--diff", "--json"], ["plain"],
        "password", "sound", False),
    Row("trust", ["trust"], [], "authority", None, True),
    Row("trust, taken back", ["trust"], ["authority"], "plain", None, True, is_variant=True),
    Row("fetch", ["fetch"], [], "tags", "sound", True),
    Row("credentials", ["credentials"], [], "plain", "sound", False),
    Row("credentials, no role", ["credentials"], [], "plain", "no role", False, EX_TEMPFAIL),
    Row("explain", ["explain", "http://10.0.0.1/", "http://[fd00:ec2::254]/",
                    "https://s3.us-east-1.amazonaws.com/"], ["password"], "password", None, False, 1),
    Row("doctor", ["doctor", "imds", "settings", "outputs", "services", "no_proxy", "trust", "unit"],
        ["password"], "password", "sound", False, 1),
    Row("doctor, a process of its own", ["doctor", "--json", "proxy"], [], "address", "sound", False, 1,
        is_variant=True),
    Row("remove", ["remove"], ["password"], "password", None, True),
    Row("remove at boot", ["remove"], [USUAL], USUAL, None, True, is_booted=True, is_variant=True),
    Row("remove --diff --json", ["remove", "--diff", "--json"], ["plain"], "plain", None, True),
    Row("seal", ["seal"], ["password"], "password", None, True, 1),
)


def next_of(row):
    """What makes up for a command that failed."""
    return "fetch" if row.words[0] == "fetch" else "run"


# What imds-sim is told; None: nothing answers.
SERVICES = {
    "sound": [],
    "no role": [{"path": "/latest/meta-data/iam/security-credentials/", "status": 404}],
    "none": None,
}
# The commands that take --config.
WITH_SETTINGS = ("run", "doctor", "fetch", "credentials", "explain", "trust")

PASSWORD = "pa55/w0rd of the proxy"
SETTINGS = {
    "plain": {"proxy": {"http": "http://proxy.corp:3128", "https": "http://proxy.corp:3129"},
              "no_proxy": {"add": ["corp.example", "10.0.0.0/8"]}},
    "password": {"proxy": {"http": "http://proxy.corp:3128", "username": "svc@corp/x",
                           "password_file": "/run/secret/password"}},
    # Nothing listens there.
    "address": {"proxy": {"http": "http://127.0.0.1:1"}},
    "tags": {"remote": {"tags": "ec2-bootstrap:", "keep": True}},
    "authority": {"proxy": {"http": "http://proxy.corp:3128", "ca_file": "/etc/company.pem"}},
}
# Not in any word of a command, but for `credentials`, which prints its own.
SECRETS = (PASSWORD, PASSWORD.replace("/", "%2F").replace(" ", "%20"))


# Of another user, who can write there.
OWNED = "opt/aws/amazon-cloudwatch-agent/etc"
OWNER = 1000
# A list of access: (who, what, id) each. As in linux/posix_acl_xattr.h.
USER_OBJ, USER, GROUP_OBJ, MASK, OTHER, NO_ID = 1, 2, 4, 16, 32, 0xffffffff


def access_list(*entries):
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


READABLE_FOR_ONE = access_list((USER_OBJ, 6, NO_ID), (USER, 4, 1001), (GROUP_OBJ, 4, NO_ID),
                               (MASK, 4, NO_ID), (OTHER, 4, NO_ID))
WRITABLE_FOR_ONE = access_list((USER_OBJ, 7, NO_ID), (USER, 7, 1001), (GROUP_OBJ, 5, NO_ID),
                               (MASK, 7, NO_ID), (OTHER, 5, NO_ID))
ATTRIBUTES = (
    ("etc/environment", "system.posix_acl_access", READABLE_FOR_ONE),
    ("etc/environment", "user.origin", b"of the administrator"),
    ("etc/docker/daemon.json", "user.origin", b"of the administrator"),
    (OWNED + "/common-config.toml", "user.origin", b"of the agent"),
    # What is made below gets it, but not what is ours.
    ("etc/apt/apt.conf.d", "system.posix_acl_default", WRITABLE_FOR_ONE),
)


def output_names():
    with open(os.path.join(os.path.dirname(TESTS), "agent/outputs/table.h"), encoding="utf-8") as file:
        return [row.replace("_", "-") for row in re.findall(r"\brow\((\w+)\)", file.read())]


def make_root(root):
    """A machine with each consumer, something to bring back, something that wins, secrets."""
    shutil.copytree(os.path.join(HERE, "machine"), root)
    for name in sorted(os.listdir(os.path.join(OUTPUTS, "golden"))):
        before = os.path.join(OUTPUTS, "golden", name, "before")
        if os.path.isdir(before):
            shutil.copytree(before, root, dirs_exist_ok=True)
    # Every machine has it. Where the agent made it, an interrupted removal can leave it there, empty.
    os.makedirs(os.path.join(root, "var/lib"))
    os.makedirs(os.path.join(root, "run/secret"))
    password = os.path.join(root, "run/secret/password")
    with open(password, "w", encoding="utf-8") as file:
        file.write(PASSWORD)
    os.chmod(password, 0o600)
    # A store of CAs, and a company's.
    for directory in ("usr/share/ca-certificates", "usr/local/share/ca-certificates", "etc/ssl/certs"):
        os.makedirs(os.path.join(root, directory))
    kinds = os.path.join(TESTS, "trust/kinds")
    shutil.copy(os.path.join(kinds, "good.pem"), os.path.join(root, "etc/company.pem"))
    shutil.copy(os.path.join(kinds, "other.pem"), os.path.join(root, "etc/ssl/certs/ca-certificates.crt"))
    # A service that has been started before the agent, and the usual places of settings.
    os.makedirs(os.path.join(root, "run/systemd/units"))
    os.symlink("0", os.path.join(root, "run/systemd/units/invocation:docker.service"))
    for path, settings in (("usr/lib/ec2-bootstrap/config.json", {"outputs": []}),
                           ("etc/ec2-bootstrap/config.json", whole_settings("plain")),
                           ("etc/ec2-bootstrap/config.d/50-more.json", {"no_proxy": {"add": [".vpn.example"]}})):
        os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(root, path), "w", encoding="utf-8") as file:
            json.dump(settings, file)
    make_owners(root)


def make_owners(root):
    for name in ("", "/common-config.toml"):
        os.chown(os.path.join(root, OWNED + name), OWNER, OWNER)
    for path, name, value in ATTRIBUTES:
        os.setxattr(os.path.join(root, path), name, value)


def whole_settings(name):
    return {**SETTINGS[name], "outputs": output_names(), "credentials": "required",
            "imds": {"deadline_s": 2, "request_timeout_ms": 1000}}


def make_settings(folder):
    for name in SETTINGS:
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(whole_settings(name), file)


def missing_rows(program):
    """Commands of the program, and of its units, that have no row."""
    words = subprocess.run([program, "--help"], capture_output=True, check=True, text=True).stdout
    names = re.findall(r"^  ([a-z]\S*)  ", words.partition("Commands:")[2].partition("\n\n")[0], re.MULTILINE)
    units = os.path.join(os.path.dirname(TESTS), "units")
    for unit in os.listdir(units):
        with open(os.path.join(units, unit), encoding="utf-8") as file:
            names += re.findall(r"^Exec\w+=.*/ec2-bootstrap ([a-z]\S*)", file.read(), re.MULTILINE)
    if not names:
        raise SystemExit("commands.py: no command is found")
    return sorted(set(names) - {row.words[0] for row in ROWS})
