# SPDX-License-Identifier: MIT
"""What a boot left behind, as JSON: the checks read this, and a person who wonders why they failed."""

import hashlib
import json
import os
import stat

from rig.world import PROXY_LOGIN, secrets

AGENT = "ec2-bootstrap.service"
VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
SEARCHED = ("/run", "/var", "/etc", "/tmp", "/root")
WRITTEN = ("/etc/environment", "/run/ec2-bootstrap/proxy.env", "/etc/profile.d/ec2-bootstrap.sh",
           "/etc/apt/apt.conf.d/95ec2-bootstrap", "/etc/sudoers.d/50-ec2-bootstrap",
           "/etc/systemd/system/amazon-ssm-agent.service.d/50-ec2-bootstrap.conf",
           "/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml")
FOLDERS = ("/run/ec2-bootstrap", "/etc/systemd/system/amazon-ssm-agent.service.d")
MANAGER = ("Version", "SystemState", "FirmwareTimestampMonotonic", "UserspaceTimestampMonotonic",
           "FinishTimestampMonotonic", "GeneratorsStartTimestampMonotonic",
           "UnitsLoadFinishTimestampMonotonic")


def collect(machine, units=()):
    entries = machine.journal()
    early = (machine.read("/dev/kmsg").decode(errors="backslashreplace").splitlines()
             if machine.keeps_early else [])
    journal = machine.run("journalctl", "-a", "-q", "--no-pager", "-o", "export", seconds=600)
    return {
        "manager": manager(machine),
        "units": {unit: machine.show(unit) for unit in (AGENT, "multi-user.target", *units)},
        "failed": machine.run("systemctl", "list-units", "--failed", "--plain", "--no-legend")
                  .split("\n")[:-1],
        "status": machine.try_run("systemctl", "status", "--no-pager", "-l", AGENT),
        "agent_journal": [entry for entry in entries if is_of_agent(entry)],
        "early": early,
        "cycles": [line for line in early + [str(entry.get("MESSAGE")) for entry in entries]
                   if "ordering cycle" in line.lower()],
        "files": {path: describe(machine, path) for path in WRITTEN},
        "folders": {path: oct(stat.S_IMODE(os.stat(machine.path(path)).st_mode))
                    for path in FOLDERS if os.path.exists(machine.path(path))},
        "environments": environments(machine),
        "secrets": places_of_secrets(machine, journal),
        "password_in_journal": PROXY_LOGIN[1] in journal,
        "cloud_init": cloud_init(machine),
        "blame": machine.try_run("systemd-analyze", "blame", "--no-pager").splitlines()[:20],
    }


def is_of_agent(entry):
    """journald does not learn the unit of a process that ends right after its last message."""
    return entry.get("_SYSTEMD_UNIT") == AGENT or "EC2_BOOTSTRAP_ROLE" in entry


def manager(machine):
    options = [word for name in MANAGER for word in ("-p", name)]
    lines = machine.run("systemctl", "show", *options).splitlines()
    return dict(line.partition("=")[::2] for line in lines)


def describe(machine, path):
    """None when it is not there."""
    try:
        status = os.lstat(machine.path(path))
    except FileNotFoundError:
        return None
    content = machine.read(path)
    return {"mode": oct(stat.S_IMODE(status.st_mode)), "owner": [status.st_uid, status.st_gid],
            "inode": status.st_ino, "written_ns": status.st_mtime_ns,
            "sha256": hashlib.sha256(content).hexdigest(),
            "text": content.decode(errors="backslashreplace")}


def variables_of(text, separator="\n"):
    """NAME=VALUE lines to a dictionary of the proxy variables among them."""
    pairs = [entry.partition("=") for entry in text.split(separator)]
    return {name: value for name, _, value in pairs if name in VARIABLES}


def pids(machine):
    """Of all processes of the machine, as they are called outside, with what they are."""
    own = os.readlink(f"/proc/{machine.pid}/ns/pid")
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.readlink(f"/proc/{name}/ns/pid") == own:
                yield name
        except OSError:
            continue


def process_text(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read().decode(errors="backslashreplace")
    except OSError:
        return ""


def environments(machine):
    """The proxy variables of each running service's main process; one that has ended has no environment."""
    found = {}
    for pid in pids(machine):
        unit = process_text(pid, "cgroup").strip().rpartition("/")[2]
        environment = process_text(pid, "environ")
        if unit.endswith(".service") and environment:
            found.setdefault(unit, variables_of(environment, "\0"))
    return found


def places_of_secrets(machine, journal):
    """Files, processes and the journal: where one of the credentials' secrets can be read."""
    wanted = [secret.encode() for secret in secrets()]
    found = [path for folder in SEARCHED for path in files_with(machine, folder, wanted)]
    for pid in pids(machine):
        for name in ("environ", "cmdline"):
            if any(secret.decode() in process_text(pid, name) for secret in wanted):
                found.append(f"{name} of {process_text(pid, 'comm').strip()}")
    found += ["journal"] * any(secret.decode() in journal for secret in wanted)
    return sorted(found)


def files_with(machine, folder, wanted):
    base = machine.path(folder)
    for path, _, names in os.walk(base):
        for name in names:
            full = os.path.join(path, name)
            if not stat.S_ISREG(os.lstat(full).st_mode):
                continue
            with open(full, "rb") as file:
                content = file.read()
            if any(secret in content for secret in wanted):
                yield folder + full[len(base):]


def cloud_init(machine):
    """What it says of itself, or None where it is not."""
    if not machine.cloud_init:
        return None
    text = machine.try_run("cloud-init", "status", "--long")
    said = {"status_exit": machine.status, "status_text": text}
    for name in ("status.json", "result.json"):
        try:
            said[name] = json.loads(machine.read(f"/run/cloud-init/{name}"))
        except (FileNotFoundError, ValueError):
            said[name] = None
    log = machine.read("/var/log/cloud-init.log").decode(errors="backslashreplace")
    said["complaints"] = [line for line in log.splitlines() if "WARNING" in line or "ERROR" in line]
    said["ran_module"] = any(line.endswith("config-ec2-bootstrap ran successfully") or
                             "config-ec2-bootstrap ran successfully" in line
                             for line in log.splitlines())
    return said
