# SPDX-License-Identifier: MIT
"""One instance: a copy-on-write view of a tree, and its boots one after the other."""

import glob
import json
import os
import shutil
import subprocess
import time

from rig.world import GATEWAY, INSTANCE, METADATA, command, wait_for

# Those whose systemd is older than 258: see tests/boot/start.
EARLY_SUITES = ("bullseye", "bookworm", "trixie")

START = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "start")
BOOT_S = 900
STOP_S = 60

HOSTS = f"""127.0.0.1 localhost
::1 localhost
{GATEWAY[0]} proxy.corp.example
{METADATA[0]} imds.corp.example
"""

# The datasource is asked as on EC2, but does not wait minutes for a service that is not there. The
# rest is what a small tree has not: a network to configure, locales, an SSH server.
CLOUD_CONFIG = """\
datasource_list: [Ec2]
datasource: {Ec2: {strict_id: false, apply_network_config: false, max_wait: 5, timeout: 1}}
network: {config: disabled}
apt: {preserve_sources_list: true}
locale: C.UTF-8
ssh_deletekeys: false
ssh_genkeytypes: []
"""

FIRMWARE = {
    "ec2": {"sys_vendor": "Amazon EC2", "bios_version": "1.0",
            "product_uuid": "ec2e1916-9099-7caf-fd21-012345abcdef", "board_asset_tag": "i-0123"},
    "other": {"sys_vendor": "QEMU", "bios_version": "1.16.2",
              "product_uuid": "7f1d3a52-9099-7caf-fd21-012345abcdef", "board_asset_tag": "rack 4"},
}


class Machine:
    """`with Machine(...) as machine:` mounts it, boot() boots it, and at the end nothing is left."""

    def __init__(self, trees, suite, folder, agent=True, cloud_init=True, firmware="ec2"):
        self.folder = folder
        self.root = os.path.join(folder, "root")
        layers = [os.path.join(trees, suite)]
        if agent:
            layers.insert(0, os.path.join(trees, suite + ".agent"))
        self.layers = layers
        self.keeps_early = suite in EARLY_SUITES
        self.cloud_init = cloud_init
        self.firmware = os.path.join(folder, "firmware")
        self.process = None
        self.pid = None
        self.started_s = self.booted_s = None
        self.status = None  # of the last command
        for name in ("root", "upper", "work", "firmware/dmi/id"):
            os.makedirs(os.path.join(folder, name))
        self.set_firmware(**FIRMWARE[firmware])

    def __enter__(self):
        command("mount", "-t", "overlay", "overlay", "-o",
                f"lowerdir={':'.join(self.layers)},upperdir={self.folder}/upper,"
                f"workdir={self.folder}/work", self.root)
        self.write("/etc/hosts", HOSTS)
        os.symlink("/dev/null", self.path("/etc/systemd/system/console-getty.service"))
        if self.cloud_init:
            self.write("/etc/cloud/cloud.cfg.d/90_boot-test.cfg", CLOUD_CONFIG)
        else:
            self.remove_cloud_init()
        return self

    def __exit__(self, *error):
        self.kill()
        command("umount", self.root)
        shutil.rmtree(self.folder)

    def remove_cloud_init(self):
        """As in an image that never had it: no unit, no generator, no script of System V's."""
        for pattern in ("usr/lib/systemd/system/", "usr/lib/systemd/system-generators/",
                        "etc/systemd/system/", "etc/init.d/", "etc/rc?.d/[SK][0-9][0-9]"):
            for path in glob.glob(os.path.join(self.root, pattern) + "cloud-*"):
                if os.path.isdir(path) and not os.path.islink(path):
                    shutil.rmtree(path)
                else:
                    os.unlink(path)

    def set_firmware(self, **fields):
        """What the firmware says from the next boot on."""
        for name, content in fields.items():
            with open(os.path.join(self.firmware, "dmi/id", name), "w", encoding="ascii") as file:
                file.write(content + "\n")

    # -- files, running or not

    def path(self, path):
        return os.path.join(f"/proc/{self.pid}/root" if self.pid else self.root, path.lstrip("/"))

    def write(self, path, content, mode=0o644):
        path = self.path(path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        os.chmod(path, mode)

    def read(self, path):
        with open(self.path(path), "rb") as file:
            return file.read()

    def enable(self, unit, content, target="multi-user.target"):
        """A unit of the test's own, or with no content one that the tree has."""
        if content:
            self.write(f"/etc/systemd/system/{unit}", content)
        wants = self.path(f"/etc/systemd/system/{target}.wants")
        os.makedirs(wants, exist_ok=True)
        os.symlink(f"../{unit}" if content else f"/usr/lib/systemd/system/{unit}",
                   os.path.join(wants, unit))

    # -- its life

    def boot(self, cable=True, before=None):
        """Returns when the boot is over: no job is left. before(): called once it has a PID. A cable
        can be "without routes": the machine has to set them itself."""
        output = os.path.join(self.folder, "console")
        # It waits with its namespaces made, until the cable is there.
        script = 'echo ready; read -r go; exec unshare --mount --pid --uts --ipc --cgroup --fork ' \
                 '--kill-child -- "$0" "$@"'
        with open(output, "ab") as console:
            self.process = subprocess.Popen(
                ["unshare", "--net", "--", "sh", "-c", script, START, self.root, self.firmware,
                 "yes" if self.keeps_early else "no"],
                stdin=subprocess.PIPE, stdout=console, stderr=subprocess.STDOUT)
        wait_for("a namespace", lambda: b"ready" in open(output, "rb").read(), 10)
        os.unlink(output)
        if cable:
            self.plug(cable is True)
        started = time.monotonic()
        self.started_s = time.time()
        self.process.stdin.write(b"go\n")
        self.process.stdin.close()
        wait_for("PID 1", lambda: self.find_pid() is not None or self.process.poll() is not None, 10)
        self.pid = self.find_pid()
        if before:
            before()
        self.wait_booted()
        self.booted_s = time.monotonic() - started

    def find_pid(self):
        """The machine's PID 1: the only child of unshare --fork, once it is systemd."""
        try:
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children",
                      encoding="ascii") as file:
                pid = file.read().split()[0]
            with open(f"/proc/{pid}/comm", encoding="ascii") as file:
                return int(pid) if file.read().strip() == "systemd" else None
        except (OSError, IndexError):
            return None

    def plug(self, routes=True):
        """The cable to the host, and, if wanted, the addresses and the routes on it."""
        pid = str(self.process.pid)
        command("ip", "link", "add", "host0", "type", "veth", "peer", "name", "eth0", "netns", pid)
        for number, address in enumerate(GATEWAY):
            bits, more = (("64", ["nodad"]) if number else ("24", []))
            command("ip", "addr", "add", f"{address}/{bits}", "dev", "host0", *more)
        command("ip", "link", "set", "host0", "up")
        inside = ("nsenter", f"--net=/proc/{pid}/ns/net", "--", "ip")
        command(*inside, "link", "set", "lo", "up")
        command(*inside, "link", "set", "eth0", "up")
        if not routes:
            return
        for number, address in enumerate(INSTANCE):
            bits, more = (("64", ["nodad"]) if number else ("24", []))
            command(*inside, "addr", "add", f"{address}/{bits}", "dev", "eth0", *more)
        for gateway, address in zip(GATEWAY, METADATA):
            command(*inside, "route", "add", address, "via", gateway)

    def wait_booted(self):
        end = time.monotonic() + BOOT_S
        while not self.is_booted():
            if self.process.poll() is not None:
                raise RuntimeError("the machine ended during its boot")
            if time.monotonic() > end:
                raise RuntimeError(f"not booted after {BOOT_S} s:\n" +
                                   self.try_run("systemctl", "list-jobs"))
            time.sleep(0.2)

    def is_booted(self):
        text = self.try_run("systemctl", "show", "--value", "-p", "FinishTimestampMonotonic").strip()
        return text.isdecimal() and text != "0"

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.wait_dead()
        self.process = self.pid = None

    def wait_dead(self):
        """With PID 1 all of it dies, but not at once, and its cable with it."""
        if self.pid:
            wait_for("the machine's end", lambda: not os.path.exists(f"/proc/{self.pid}"), STOP_S)
        # Until there is none to delete. (/sys shows another namespace's.)
        wait_for("the cable's end", lambda: subprocess.run(
            ["ip", "link", "del", "host0"], check=False, stderr=subprocess.DEVNULL).returncode != 0,
                 STOP_S)

    def shut_down(self):
        """As systemctl halt does it: services are stopped, the journal is flushed."""
        self.try_run("systemctl", "halt", "--no-block")
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            pass
        self.kill()

    # -- commands in it

    def try_run(self, *words, seconds=300):
        """A command's output, whatever its exit code was: in `status`."""
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                       "LC_ALL": "C", "HOME": "/root", "SYSTEMD_PAGER": "", "SYSTEMD_COLORS": "0"}
        done = subprocess.run(["nsenter", "-t", str(self.pid), "-m", "-u", "-i", "-n", "-p", "-C",
                               "--", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, env=environment,
                              timeout=seconds)
        self.status = done.returncode
        return done.stdout.decode(errors="backslashreplace")

    def run(self, *words, seconds=300):
        text = self.try_run(*words, seconds=seconds)
        if self.status != 0:
            raise RuntimeError(f"{' '.join(words)}: exit code {self.status}\n{text}")
        return text

    def show(self, unit):
        """All properties of a unit."""
        lines = self.run("systemctl", "show", unit).splitlines()
        return dict(line.partition("=")[::2] for line in lines)

    def journal(self, *match):
        """The entries of this boot, as journald stores them. (All boots have the kernel's boot ID.)"""
        text = self.run("journalctl", "-a", "-q", "--no-pager", "-o", "json",
                        f"--since=@{self.started_s:.3f}", *match)
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]
