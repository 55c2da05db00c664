# SPDX-License-Identifier: MIT
"""What a process can do that has taken the agent's place in its unit: the agent is replaced by a program
that tries, as root in the same sandbox, to get out of it, and notes what it could do."""

import json
import os

from rig import evidence, instance, world
from rig.evidence import AGENT
from rig.world import GATEWAY

DROPIN = """\
[Service]
ExecStart=
ExecStart=/usr/bin/python3 /usr/local/lib/hijack.py
"""
TRIED = "/run/ec2-bootstrap/tried.json"

# The sockets of programs that serve root. Those that a small tree does not have are made.
SOCKETS = ("/run/systemd/private", "/run/dbus/system_bus_socket", "/run/docker.sock",
           "/run/containerd/containerd.sock", "/run/snapd.socket", "/run/udev/control",
           "/run/systemd/io.systemd.ManagedOOM", "/run/NetworkManager/private")
MADE = [path for path in SOCKETS if path.split("/")[2] not in ("systemd", "dbus", "udev")]
SOCKET = """\
[Socket]
ListenStream={path}
Service=made.service
[Install]
WantedBy=sockets.target
"""
# Directories of other packages, which a small tree has not.
DIRECTORIES = ("/etc/ssh", "/etc/cron.d", "/etc/cron.hourly", "/etc/pki", "/etc/yum.repos.d")
# Where nothing of ours is.
OUTSIDE = ("/run", "/run/systemd/system", "/run/systemd/units", "/usr/bin", "/usr/lib/systemd/system",
           "/etc/systemd", "/etc/systemd/system", "/etc/systemd/system/late-probe.service.d",
           "/etc/apt/sources.list.d", "/boot", "/root", "/home", "/srv", "/opt", "/var/lib", "/var/lib/dpkg/info", "/var/log",
           "/var/spool", "/var/cache", "/usr/local/bin", "/sys/fs/cgroup", "/proc/sys/kernel")
DROPINS = tuple(f"/etc/systemd/system/{unit}.service.d" for unit in (
    "docker", "containerd", "ecs", "amazon-ssm-agent", "snap.amazon-ssm-agent.amazon-ssm-agent"))
# What it is for, and what it can do as long as it has to do its work.
ALLOWED = ("write in /etc", "write in /etc/sudoers.d", "write in /etc/apt/apt.conf.d",
           "write in /var/lib/ec2-bootstrap", "write in /run/ec2-bootstrap", "tell systemd",
           "tell the journal", *(f"write in {path}" for path in DROPINS))

# What it leaves behind for what is not in the sandbox: for the step after it, and for services.
OTHERS_DROPIN = DROPINS[0] + "/hijacked.conf"
OUTSIDE_MARK = "/root/hijacked"
DOCKER = """\
[Unit]
After=ec2-bootstrap.service
[Service]
ExecStart=/bin/sleep infinity
"""

PROGRAM = '''
import ctypes, json, os, socket, subprocess

SOCKETS, PLACES, FILES, PROTECTED, ADDRESS = json.loads({arguments!r})
libc = ctypes.CDLL(None, use_errno=True)
tried = {{}}

def note(name, attempt):
    try:
        attempt()
        tried[name] = True
    except Exception as error:
        tried[name] = str(error) or repr(error)

def write_in(directory):
    os.makedirs(directory, exist_ok=True)
    path = directory + "/hijacked"
    with open(path, "w") as file:
        file.write("x")
    os.unlink(path)

def move_away(path):
    os.rename(path, "/etc/hijacked")
    os.rename("/etc/hijacked", path)

def write_to(path):
    open(path, "r+").close()

def move_over(path):
    with open("/etc/hijacked", "w") as file:
        file.write("x")
    try:
        os.rename("/etc/hijacked", path)
    finally:
        if os.path.exists("/etc/hijacked"):
            os.unlink("/etc/hijacked")

def connect(path):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(path)

def send(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
        client.sendto(b"STATUS=hijacked" if "notify" in path else b"MESSAGE=hijacked\\n", path)

def call(function, *arguments):
    if getattr(libc, function)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)

def reach():
    socket.create_connection((ADDRESS, 3128), 2).close()

def get_setuid():
    os.chmod(os.open("/etc/hijacked", os.O_CREAT | os.O_WRONLY, 0o700), 0o4755)

for path in SOCKETS:
    note("connect to " + path, lambda: connect(path))
    note("connect to " + path + " by another root", lambda: connect("/proc/1/root" + path))
for path in PLACES:
    note("write in " + path, lambda: write_in(path))
for path in PROTECTED:
    note("move away " + path, lambda: move_away(path))
for path in FILES:
    note("write to " + path, lambda: write_to(path))
    note("move over " + path, lambda: move_over(path))
note("tell systemd", lambda: send("/run/systemd/notify"))
note("tell the journal", lambda: send("/run/systemd/journal/socket"))
note("systemctl daemon-reload", lambda: run("systemctl", "daemon-reload"))
note("systemctl stop", lambda: run("systemctl", "stop", "late-probe.service"))
note("busctl", lambda: run("busctl", "list"))
note("systemd-run", lambda: run("systemd-run", "true"))
note("mount", lambda: call("mount", b"tmpfs", b"/etc", b"tmpfs", 0, None))
note("umount", lambda: call("umount2", b"/run", 2))
note("remount", lambda: call("mount", None, b"/usr", None, 32 | 4096, None))
note("unshare", lambda: call("unshare", 0x20000))
note("user namespace", lambda: call("unshare", 0x10000000))
note("enter another", lambda: call("setns", os.open("/proc/1/ns/mnt", os.O_RDONLY), 0))
note("kexec_load", lambda: call("syscall", 246, 0, 0, None, 0))
note("reboot", lambda: call("syscall", 169, 0xfee1dead, 672274793, 0x89abcdef, None))
note("a kernel module", lambda: call("syscall", 175, b"", 0, b""))
note("bpf", lambda: call("syscall", 321, 0, None, 0))
note("ptrace", lambda: call("ptrace", 16, 1, None, None))
note("read PID 1", lambda: open("/proc/1/environ").read())
note("chroot", lambda: call("chroot", b"/etc"))
note("a device", lambda: os.mknod("/etc/hijacked", 0o60600, os.makedev(8, 0)))
note("another user", lambda: os.setuid(65534))
note("set-user-ID", get_setuid)
note("swap off", lambda: call("swapoff", b"/none"))
note("a raw socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
note("the proxy's address", reach)
with open({tried!r}, "w") as file:
    json.dump(tried, file)

# A drop-in of a service, and the wish that systemd reads it; variables of all services; a process.
with open("{dropin}", "w") as file:
    file.write("[Service]\\nExecStartPre=/bin/touch {mark}\\n")
open("/run/ec2-bootstrap/reload", "w").close()
os.mkdir("/run/ec2-bootstrap/bin")
for name in ("rm", "systemctl"):
    with open("/run/ec2-bootstrap/bin/" + name, "w") as file:
        file.write("#!/bin/sh\\n/bin/touch {mark}\\n")
    os.chmod("/run/ec2-bootstrap/bin/" + name, 0o755)
with open("/run/ec2-bootstrap/proxy.env", "w") as file:
    file.write("PATH=/run/ec2-bootstrap/bin:/usr/bin:/bin\\n")
subprocess.Popen(["sleep", "86399"], start_new_session=True)
'''


def read_only(unit):
    """The paths that the unit protects."""
    words = [word for line in unit.splitlines() if line.startswith("ReadOnlyPaths=")
             for word in line.partition("=")[2].split()]
    return [word.lstrip("-") for word in words]


def check_after(tap, machine):
    """What it has left behind has no effect."""
    tap.equal("nothing of it runs outside of the sandbox",
              os.path.exists(machine.path(OUTSIDE_MARK)), False)
    tap.equal("systemd has not read its drop-in",
              "hijacked" in machine.show("docker.service")["DropInPaths"], False)
    tap.equal("variables that the agent does not write are gone",
              os.path.exists(machine.path("/run/ec2-bootstrap/proxy.env")), False)
    machine.try_run("pgrep", "-f", "sleep 86399")
    tap.equal("no process of it is left", machine.status, 1)
    said = [str(entry["MESSAGE"]) for entry in machine.journal(f"_SYSTEMD_UNIT={AGENT}")]
    for part in (OTHERS_DROPIN, "/run/ec2-bootstrap/proxy.env had lines"):
        tap.check(f"the journal has {part}", any(part in line for line in said), "\n".join(said))


def play(rig):
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, the agent is replaced"
    rig.world.start_simulator(world.metadata_tree("i-0d1", None))
    with rig.machine("hijack", cloud_init=False) as machine:
        instance.furnish(machine)
        for path in DIRECTORIES:
            os.makedirs(machine.path(path), exist_ok=True)
        for number, path in enumerate(MADE):
            machine.enable(f"made-{number}.socket", SOCKET.format(path=path), "sockets.target")
        machine.enable("docker.service", DOCKER)
        machine.write("/etc/systemd/system/made.service", "[Service]\nExecStart=/bin/sleep infinity\n")
        protected = [path for path in read_only(machine.read(f"/usr/lib/systemd/system/{AGENT}").decode())
                     if os.path.exists(machine.path(path))]
        files = [path for path in protected if not os.path.isdir(machine.path(path))]
        own = [name.partition(" in ")[2] for name in ALLOWED if name.startswith("write in ")]
        places = [*own, *OUTSIDE, *(path for path in protected if path not in files)]
        arguments = json.dumps([SOCKETS, places, files, protected, GATEWAY[0]])
        machine.write("/usr/local/lib/hijack.py", PROGRAM.format(
            arguments=arguments, tried=TRIED, dropin=OTHERS_DROPIN, mark=OUTSIDE_MARK))
        machine.write(f"/etc/systemd/system/{AGENT}.d/hijack.conf", DROPIN)
        before = machine.read("/etc/shadow")
        machine.boot()
        rig.keep("hijack", evidence.collect(machine))
        unit = machine.show(AGENT)
        tap.equal("it ran to its end", (unit["Result"], unit["ExecMainStatus"]), ("success", "0"))
        tried = json.loads(machine.read(TRIED)) if unit["Result"] == "success" else {}
        rig.keep("hijack-tried", tried)
        could = [name for name, result in tried.items() if result is True]
        tap.equal("what it could do", sorted(could), sorted(ALLOWED))
        tap.check("the attempts are made for what is there", len(files) >= 4 and len(places) > 35,
                  f"{files} {places}")
        # systemd-sysusers can add users at a first boot.
        tap.check("/etc/shadow is as it was", machine.read("/etc/shadow").startswith(before),
                  machine.read("/etc/shadow"))
        check_after(tap, machine)
        tap.note(f"{len(tried) - len(could)} of {len(tried)} attempts refused")
