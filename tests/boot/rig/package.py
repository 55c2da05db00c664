# SPDX-License-Identifier: MIT
"""The Debian package: installed into an image, booted, removed and purged on the running instance."""

import os
import shutil

from rig import evidence, image, instance, life, world
from rig.evidence import AGENT

# Logs, and what dpkg and cloud-init remember of what was there.
MEMORIES = ("/var/log/", "/var/lib/dpkg/", "/var/lib/systemd/deb-systemd-helper", "/var/lib/cloud/",
            "/run/", "/tmp/", "/etc/cloud/cloud.cfg.d/90_boot-test.cfg")


def install(machine):
    """As an image build does it: nothing runs in the tree."""
    shutil.copy(image.PACKAGE, machine.path("/tmp/package.deb"))
    world.command("chroot", machine.root, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                  "DEBIAN_FRONTEND=noninteractive", "dpkg", "--install", "/tmp/package.deb")
    os.unlink(machine.path("/tmp/package.deb"))


def left(machine):
    return [path for path in image.ours(machine.root) if not path.startswith(MEMORIES)]


def play(rig):
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, the package"
    if not image.PACKAGE:
        tap.skip(tap.group, "PACKAGE names no package to install")
        return
    rig.world.start_simulator(world.metadata_tree(
        "i-0d1", instance.user_data(instance.settings(), packages=False)))
    with rig.machine("package", agent=False) as machine:
        instance.furnish(machine)
        before = left(machine)
        install(machine)
        machine.boot()
        found = rig.keep("package", evidence.collect(machine, life.UNITS))
        tap.equal("it is enabled", found["units"][AGENT]["UnitFileState"], "enabled")
        life.check_message(rig, found)
        life.check_values(rig, machine, found, instance.variables())
        machine.run("dpkg", "--purge", "ec2-bootstrap", seconds=600)
        found = evidence.collect(machine, life.UNITS)
        tap.equal("purged: /etc/environment", evidence.variables_of(
            (found["files"]["/etc/environment"] or {"text": ""})["text"]), {})
        machine.shut_down()
        tap.equal("purged: what is left of it", sorted(set(left(machine)) - set(before)), [])
        machine.boot()
        found = rig.keep("package-purged", evidence.collect(machine, ()))
        tap.equal("it boots without it", found["units"]["multi-user.target"]["ActiveState"], "active")
        tap.equal("no failed unit of its own",
                  [line for line in found["failed"] if "ec2" in line], [])
        machine.shut_down()
