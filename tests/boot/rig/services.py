# SPDX-License-Identifier: MIT
"""Which variables a service starts with: our values are a default, and what its unit says wins."""

import subprocess

from rig import evidence, instance, world
from rig.evidence import AGENT, VARIABLES
from rig.instance import NO_PROXY, OTHER_PROXY

OWN_LIST = "10.42.0.0/16,169.254.169.254,.svc"
OWN_PROXY = "http://own.corp.example:1"
FILE = "/etc/default/own-file"

PLAIN = instance.variables(OTHER_PROXY)

# A unit; what its [Service] says; a drop-in; the variables that differ from ours (None: not set).
CASES = (
    ("nothing of its own", "", "", {}),
    ("Environment= of its own", f"Environment=NO_PROXY={OWN_LIST} https_proxy={OWN_PROXY}\n", "",
     {"NO_PROXY": OWN_LIST, "https_proxy": OWN_PROXY}),
    ("EnvironmentFile= of its own", f"EnvironmentFile=-{FILE}\n", "",
     {"no_proxy": OWN_LIST, "HTTP_PROXY": OWN_PROXY}),
    ("a drop-in of its own", "", f"Environment=NO_PROXY={OWN_LIST}\n", {"NO_PROXY": OWN_LIST}),
    ("UnsetEnvironment=", f"UnsetEnvironment={' '.join(VARIABLES)}\n", "",
     dict.fromkeys(VARIABLES)),
)

PROBE = """\
[Unit]
After=ec2-bootstrap.service
StartLimitIntervalSec=0
[Service]
Type=exec
ExecStart=/bin/sleep infinity
"""
USER_PROBE = """\
[Service]
ExecStart=/bin/sleep infinity
"""

USER = "1000"
AS_USER = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups")


def unit_of(number):
    return f"own-{number}.service"


def furnish(machine):
    machine.write(FILE, f"no_proxy={OWN_LIST}\nHTTP_PROXY={OWN_PROXY}\n")
    for number, (_, text, dropin, _) in enumerate(CASES):
        machine.enable(unit_of(number), PROBE + text)
        if dropin:
            machine.write(f"/etc/systemd/system/{unit_of(number)}.d/10-own.conf",
                          f"[Service]\n{dropin}")
    world.command("chroot", machine.root, "useradd", "--uid", USER, "--create-home", "user")
    machine.write("/etc/systemd/user/user-probe.service", USER_PROBE)


def expected(common, own):
    values = {**common, **own}
    return {name: value for name, value in values.items() if value is not None}


def check(rig, machine, common, when):
    """All of them, started again where they run already."""
    machine.run("systemctl", "restart", *map(unit_of, range(len(CASES))))
    found = evidence.environments(machine)
    for number, (name, _, _, own) in enumerate(CASES):
        rig.tap.equal(f"{when}, {name}", found.get(unit_of(number)), expected(common, own))


def check_user(rig, machine, common, when):
    """A service of a user whose manager starts now."""
    machine.try_run("systemctl", "stop", f"user@{USER}.service")
    machine.run("systemctl", "start", f"user@{USER}.service")
    machine.run(*AS_USER, "env", f"XDG_RUNTIME_DIR=/run/user/{USER}", "systemctl", "--user",
                "start", "user-probe.service")
    rig.tap.equal(f"{when}, a service of a user",
                  evidence.environments(machine).get("user-probe.service"), common)


def systemd_has(machine, *user):
    """It quotes a value with a star."""
    text = machine.run(*user, "systemctl", "show-environment")
    return evidence.variables_of(text.replace("=$'", "=").replace("'\n", "\n"))


def play(rig):
    rig.world.start_simulator(world.metadata_tree("i-0e1", None))
    with rig.machine("services", cloud_init=False) as machine:
        furnish(machine)
        machine.write("/etc/ec2-bootstrap/config.json",
                      instance.settings(proxy=OTHER_PROXY, login=False))
        machine.boot()
        play_lives(rig, machine)
        play_by_hand(rig, machine)
        play_login(rig, machine)
        machine.shut_down()


def play_lives(rig, machine):
    """What systemd itself goes through."""
    rig.tap.group = f"{rig.generation.suite}, services"
    rig.tap.equal("what each has started with at boot", {
        unit: values for unit, values in evidence.environments(machine).items()
        if unit.startswith("own-")}, {
            unit_of(number): expected(PLAIN, own) for number, (*_, own) in enumerate(CASES)})
    check(rig, machine, PLAIN, "started again")
    check_user(rig, machine, PLAIN, "after the boot")
    for verb in ("daemon-reload", "daemon-reexec"):
        machine.run("systemctl", verb)
        check(rig, machine, PLAIN, f"after {verb}")
    if int(rig.generation.systemd) >= 254:
        soft_reboot(machine)
        rig.tap.equal("after soft-reboot the unit has run",
                      machine.show(AGENT)["ActiveState"], "active")
        check(rig, machine, PLAIN, "after soft-reboot")


def soft_reboot(machine):
    before = machine.show(unit_of(0))["InvocationID"]
    machine.run("systemctl", "soft-reboot", "--no-block")
    world.wait_for("the end of the soft reboot", lambda: has_rebooted(machine, before), 300)


def has_rebooted(machine, before):
    """A systemd that starts again meanwhile answers nobody who has asked the one before."""
    try:
        text = machine.try_run("systemctl", "show", "-p", "InvocationID", "-p", "ActiveState",
                               unit_of(0), seconds=10)
        state = machine.try_run("systemctl", "is-system-running", seconds=10).strip()
    except subprocess.TimeoutExpired:
        return False
    return "ActiveState=active" in text and before not in text and state in ("running", "degraded")


def play_by_hand(rig, machine):
    """Without the unit: the agent asks systemd itself."""
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, services, by hand"
    machine.run("ec2-bootstrap", "run", "--http-proxy", "http://third.example:1")
    third = {**PLAIN, "http_proxy": "http://third.example:1", "HTTP_PROXY": "http://third.example:1"}
    check(rig, machine, third, "run")
    machine.run("systemctl", "set-environment", "https_proxy=http://mine:1")
    machine.run("ec2-bootstrap", "remove")
    mine = {"https_proxy": "http://mine:1"}
    tap.equal("remove: systemd has what others set", systemd_has(machine), mine)
    check(rig, machine, mine, "remove")
    machine.run("systemctl", "unset-environment", "https_proxy")
    machine.run("systemctl", "restart", AGENT)
    check(rig, machine, PLAIN, "the unit, started again")
    machine.write("/etc/ec2-bootstrap/config.json", "{}")
    machine.run("systemctl", "restart", AGENT)
    tap.equal("no proxy any more: systemd has none", systemd_has(machine), {})
    machine.run("systemctl", "stop", AGENT)


def play_login(rig, machine):
    """A value with a login is not told to everybody, so it is no default: a file has it."""
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, services, a login"
    instance.give_settings(machine)
    machine.run("systemctl", "start", AGENT)
    lists = {"no_proxy": NO_PROXY, "NO_PROXY": NO_PROXY}
    tap.equal("what systemd tells a user",
              systemd_has(machine, *AS_USER),
              lists)
    machine.run("systemctl", "restart", *map(unit_of, range(len(CASES))))
    found = evidence.environments(machine)
    ours = instance.variables()
    for number, (name, _, _, own) in enumerate(CASES):
        # Only lists, and what is unset.
        own = {key: value for key, value in own.items() if value is None or "NO_PROXY" in key.upper()}
        tap.equal(name, found.get(unit_of(number)), expected(ours, own))
    check_user(rig, machine, ours, "with a login")
