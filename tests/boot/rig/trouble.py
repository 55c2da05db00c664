# SPDX-License-Identifier: MIT
"""Boots of an instance without cloud-init while something is wrong: each has to come up all the same."""

import json
import threading
import time

from rig import evidence, instance, world
from rig.evidence import AGENT
from rig.instance import NO_PROXY, NO_PROXY_ALONE
from rig.world import INSTANCE

ROLES = "/latest/meta-data/iam/security-credentials/*"
DEADLINE_S = 4
# How much later a boot may come, also when this computer has other work: still far from a wait for something that
# is not there, which would be 60 s (imds.deadline_s) or more.
LATER_S = 20
SWITCHED_OFF = ("exit-code", "69", "switched off")

# name; rules of the simulator; settings of imds; what the unit must be: Result, ExecMainStatus, words
# of its status; how long it runs at least, in seconds; NO_PROXY
CASES = (
    ("all is well", [], {}, ("success", "0", "role web-server has credentials"), 0, NO_PROXY),
    ("the role comes after 5 s", [{"path": ROLES, "status": 404, "for_ms": 5000}], {},
     ("success", "0", "role web-server has credentials"), 0, NO_PROXY),
    ("no role at all", [{"path": ROLES, "status": 404}], {"deadline_s": DEADLINE_S},
     ("exit-code", "75", "no role"), DEADLINE_S - 1, NO_PROXY),
    ("IMDS is switched off: 403", [{"status": 403}], {},
     SWITCHED_OFF, 0, NO_PROXY_ALONE),
    ("IMDS is silent", [{"send": "nothing"}], {"deadline_s": DEADLINE_S},
     ("exit-code", "69", "169.254.169.254"), DEADLINE_S - 1, NO_PROXY_ALONE),
    ("IMDS by a host name", [], {"endpoint": "http://imds.corp.example"},
     ("success", "0", "role web-server has credentials"), 0, NO_PROXY),
    ("IMDS has a fault: 503", [{"status": 503}], {"deadline_s": DEADLINE_S},
     ("exit-code", "69", "HTTP 503"), DEADLINE_S - 1, NO_PROXY_ALONE),
)


def userspace_s(found):
    """From systemd's start to multi-user.target."""
    reached = int(found["units"]["multi-user.target"]["ActiveEnterTimestampMonotonic"])
    return (reached - int(found["manager"]["UserspaceTimestampMonotonic"])) / 1e6


def boot_bare(rig):
    rig.world.start_simulator(world.metadata_tree("i-0b1", None))
    with rig.machine("bare", agent=False, cloud_init=False) as machine:
        machine.boot()
        return rig.keep("bare", evidence.collect(machine))


def check_failed_units(rig, found, bare, expected):
    own = [line for line in found["failed"] if line not in bare["failed"]]
    rig.tap.equal("failed units", [line.split()[0] for line in own], expected)
    rig.tap.equal("the boot completes", found["units"]["multi-user.target"]["ActiveState"], "active")
    rig.tap.equal("no ordering cycle in the journal", found["cycles"], [])
    rig.tap.equal("no secret of the role's in a file, a process or the journal", found["secrets"], [])


def check_unit(rig, found, expected):
    unit = found["units"][AGENT]
    result, status, words = expected
    rig.tap.check(f"the unit's result is {result}, its exit code {status}, its status \"{words}\"",
                  unit["Result"] == result and unit["ExecMainStatus"] == status and
                  words in unit["StatusText"],
                  f"{unit['Result']}, {unit['ExecMainStatus']}, {unit['StatusText']}")


def check_delay(rig, found, bare, least=0):
    """A wait that is wanted takes its time; one that is not would be seen on any computer."""
    later, unit = userspace_s(found) - userspace_s(bare), found["units"][AGENT]
    took = (int(unit["ExecMainExitTimestampMonotonic"]) - int(unit["ExecMainStartTimestampMonotonic"])) / 1e6
    rig.tap.check(f"multi-user.target comes less than {LATER_S} s later than without the agent", later < LATER_S,
                  f"{later:.3f} s later")
    rig.tap.check(f"the unit runs for {least} s at least", took >= least, f"{took:.3f} s")
    rig.tap.note(f"multi-user.target {later:.3f} s later, the unit {took:.3f} s")


def play(rig):
    bare = boot_bare(rig)
    for case in CASES:
        play_case(rig, bare, *case)
    play_kept_facts(rig, bare)
    play_other_firmware(rig, bare)
    play_late_network(rig, bare)
    play_short_timeout(rig)
    play_failing_module(rig)
    if rig.generation.has_imds_lock:
        play_lock(rig)


def play_case(rig, bare, name, rules, imds, unit, least, no_proxy):
    rig.tap.group = f"{rig.generation.suite}, {name}"
    rig.world.start_simulator(world.metadata_tree("i-0b1", None), rules)
    with rig.machine("trouble", cloud_init=False) as machine:
        instance.furnish(machine)
        instance.give_settings(machine, **imds)
        machine.boot()
        found = rig.keep(name, evidence.collect(machine))
    check_unit(rig, found, unit)
    check_delay(rig, found, bare, least)
    check_failed_units(rig, found, bare, [] if unit[0] == "success" else [AGENT])
    check_environment(rig, found, no_proxy)
    check_modes(rig, found)


def check_environment(rig, found, no_proxy):
    text = (found["files"]["/etc/environment"] or {"text": ""})["text"]
    rig.tap.equal("/etc/environment", evidence.variables_of(text),
                  instance.variables(no_proxy=no_proxy))


def check_modes(rig, found):
    """What the agent makes under the unit's UMask."""
    modes = {path: facts["mode"] for path, facts in found["files"].items() if facts}
    rig.tap.equal("the modes of files and folders", {**modes, **found["folders"]}, {
        "/etc/environment": "0o644", "/run/ec2-bootstrap/proxy.env": "0o600",
        "/etc/profile.d/ec2-bootstrap.sh": "0o644", "/etc/sudoers.d/50-ec2-bootstrap": "0o440",
        "/etc/apt/apt.conf.d/95ec2-bootstrap": "0o644",
        "/etc/systemd/system/amazon-ssm-agent.service.d/50-ec2-bootstrap.conf": "0o644",
        "/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml": "0o600",
        "/run/ec2-bootstrap": "0o755", "/etc/systemd/system/amazon-ssm-agent.service.d": "0o755"})


def play_kept_facts(rig, bare):
    """One disk: a boot that goes well; one with IMDS switched off; the same as another instance."""
    well, off = world.metadata_tree("i-0b1", None), [{"status": 403}]
    boots = (("IMDS answers", [], CASES[0][3], NO_PROXY),
             ("a later boot, IMDS is switched off", off, SWITCHED_OFF, NO_PROXY),
             ("another instance from the same disk, IMDS is switched off", off, SWITCHED_OFF,
              NO_PROXY_ALONE))
    with rig.machine("kept", cloud_init=False) as machine:
        instance.furnish(machine)
        instance.give_settings(machine)
        for name, rules, unit, no_proxy in boots:
            rig.tap.group = f"{rig.generation.suite}, {name}"
            rig.world.start_simulator(well, rules)
            if "another instance" in name:
                machine.set_firmware(board_asset_tag="i-0456")
            machine.boot()
            found = rig.keep(f"kept-{name}", evidence.collect(machine))
            machine.shut_down()
            check_unit(rig, found, unit)
            check_failed_units(rig, found, bare, [] if unit[0] == "success" else [AGENT])
            check_environment(rig, found, no_proxy)


def play_other_firmware(rig, bare):
    """A machine that is not at EC2: asked nothing, not delayed, not degraded."""
    rig.tap.group = f"{rig.generation.suite}, not at EC2"
    rig.world.start_simulator(world.metadata_tree("i-0b1", None))
    with rig.machine("firmware", cloud_init=False, firmware="other") as machine:
        machine.boot(cable=False)
        found = rig.keep("other-firmware", evidence.collect(machine))
    unit = found["units"][AGENT]
    rig.tap.equal("the unit's result", (unit["Result"], unit["ExecMainStatus"]), ("success", "0"))
    check_delay(rig, found, bare)
    check_failed_units(rig, found, bare, [])
    rig.tap.equal("IMDS is asked nothing", rig.world.requests(), [])
    said = [entry for entry in found["agent_journal"] if entry.get("_COMM") == "ec2-bootstrap"]
    rig.tap.equal("it says so, once", sum("not an EC2 instance" in str(entry["MESSAGE"])
                                          for entry in said), 1)
    rig.tap.equal("it warns of nothing",
                  [entry["MESSAGE"] for entry in said if int(entry["PRIORITY"]) < 6], [])
    rig.tap.equal("no file is written",
                  [path for path, facts in found["files"].items() if facts and facts["text"]], [])


def play_late_network(rig, bare):
    """The unit does not wait for the network: the agent does."""
    rig.tap.group = f"{rig.generation.suite}, the network comes after 3 s"
    rig.world.start_simulator(world.metadata_tree("i-0b1", None))
    with rig.machine("late", cloud_init=False) as machine:
        instance.give_settings(machine)

        def plug_later():
            time.sleep(3)
            machine.plug()

        machine.boot(cable=False, before=threading.Thread(target=plug_later).start)
        found = rig.keep("late-network", evidence.collect(machine))
    check_unit(rig, found, CASES[0][3])
    check_delay(rig, found, bare)
    check_failed_units(rig, found, bare, [])


# As another agent that writes for long; from before ours.
HOLDER = f"""\
[Unit]
Before={AGENT}
[Service]
Type=exec
ExecStartPre=/bin/mkdir -p /run/ec2-bootstrap
ExecStart=/bin/sh -c 'umask 077; exec flock /run/ec2-bootstrap/lock sleep {{seconds}}'
"""


def play_short_timeout(rig):
    """What the unit waits for may be longer than TimeoutStartSec: IMDS, and then the lock."""
    rig.tap.group = f"{rig.generation.suite}, a start timeout of 1 s"
    rig.world.start_simulator(world.metadata_tree("i-0b1", None), [{"send": "nothing"}])
    with rig.machine("short", cloud_init=False) as machine:
        instance.furnish(machine)
        instance.give_settings(machine, deadline_s=DEADLINE_S)
        machine.write(f"/etc/systemd/system/{AGENT}.d/short.conf", "[Service]\nTimeoutStartSec=1\n")
        machine.enable("holder.service", HOLDER.format(seconds=5 * DEADLINE_S))
        machine.boot()
        found = rig.keep("short-timeout", evidence.collect(machine, ("holder.service",)))
    check_unit(rig, found, ("exit-code", "69", "169.254.169.254"))
    check_environment(rig, found, NO_PROXY_ALONE)
    holder, unit = found["units"]["holder.service"], found["units"][AGENT]
    rig.tap.check("it has waited for the lock", int(unit["ExecMainExitTimestampMonotonic"]) >
                  int(holder["ExecMainExitTimestampMonotonic"]) > 0, f"{holder} {unit}")


def play_failing_module(rig):
    """With cloud-init: it reports that the agent failed, and goes on, with the proxy."""
    rig.tap.group = f"{rig.generation.suite}, cloud-init, and no role at all"
    text = instance.settings(deadline_s=DEADLINE_S)
    rig.world.start_simulator(
        world.metadata_tree("i-0b2", instance.user_data(text, packages=False)),
        [{"path": ROLES, "status": 404}])
    with rig.machine("module") as machine:
        machine.boot()
        found = rig.keep("failing-module", evidence.collect(machine))
        seen = evidence.variables_of(machine.read(f"{instance.SEEN}/runcmd").decode())
    check_unit(rig, found, CASES[2][3])
    said = found["cloud_init"]
    rig.tap.check("cloud-init reports the failure", "ec2-bootstrap: exit code 75" in
                  json.dumps(said["status.json"]), json.dumps(said["status.json"], indent=1))
    rig.tap.equal("runcmd sees the proxy all the same", seen, instance.variables())
    rig.tap.equal("the boot completes", found["units"]["multi-user.target"]["ActiveState"], "active")


# What systemd does by itself where it knows the cloud by its hardware database.
LOCK = """\
[Unit]
DefaultDependencies=no
Before=systemd-networkd.service
[Service]
Type=oneshot
RemainAfterExit=yes
Environment=SYSTEMD_PROC_CMDLINE=systemd.imds.network=locked
ExecStart=/usr/lib/systemd/systemd-imdsd --setup-network --vendor=amazon-ec2 \\
    --data-url=http://169.254.169.254/latest --address-ipv4=169.254.169.254 \\
    --address-ipv6=fd00:ec2::254
"""

# The cable is no hardware, and there is no DHCP.
LOCK_NETWORK = f"""\
[Match]
Kind=
[Network]
DHCP=no
Address={INSTANCE[0]}/24
"""


def play_lock(rig):
    rig.tap.group = f"{rig.generation.suite}, systemd locks IMDS away"
    rig.world.start_simulator(world.metadata_tree("i-0b1", None))
    with rig.machine("lock", cloud_init=False) as machine:
        instance.give_settings(machine)
        machine.enable("imds-lock.service", LOCK)
        machine.enable("systemd-networkd.service", None)
        machine.write("/etc/systemd/network/85-imds-early.network.d/cable.conf", LOCK_NETWORK)
        machine.boot(cable="without routes")
        found = rig.keep("lock", evidence.collect(machine, ("imds-lock.service",)))
        routes = machine.run("ip", "route", "show", "table", "all")
        text = machine.try_run("python3", "-c", "import socket; socket.create_connection("
                               "('169.254.169.254', 80), 2)")
    rig.tap.check("systemd has set its route", "prohibit 169.254.169.254" in routes, routes)
    rig.tap.check("others are locked out", "Permission denied" in text, text)
    check_unit(rig, found, CASES[0][3])
    rig.tap.check("it says that it is let through", any(
        "mark 0x7FFF0815 pass" in str(entry["MESSAGE"]) for entry in found["agent_journal"]),
                  [entry["MESSAGE"] for entry in found["agent_journal"]])
