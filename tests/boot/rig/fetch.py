# SPDX-License-Identifier: MIT
"""AWS holds settings: the proxy's user name in a parameter, its password in a secret; no disk has it."""

import base64
import collections
import json
import os
import stat

from rig import evidence, image, instance, life, world
from rig.authority import Authority
from rig.evidence import AGENT
from rig.world import PROXY_LOGIN

UNIT = "ec2-bootstrap-fetch.service"
TRUST = "ec2-bootstrap-trust.service"
UNITS = (UNIT, TRUST, "late-probe.service")
PROXY = f"http://proxy.corp.example:{world.PROXY_PORT}"
FILES = "/run/ec2-bootstrap-fetch"
# The list of cloud-init's modules with ours.
MODULES = "/etc/cloud/cloud.cfg.d/zz_ec2-bootstrap.cfg"
SETTINGS_FILE = "/etc/ec2-bootstrap/config.d/50-user-data.json"
SECRET = "prod/proxy"
PARAMETER = "/app/proxy/username"
REMOTE = {"parameters": "/app", "secret": SECRET}
EXPOSURE_MAX = 2.0
HELD_S = 6
OTHER_PASSWORD = "an0ther0neFourTheProxy"
# What the unit sees of /run, and can write there: nothing that serves root, and no variables of other services.
SEEN = f"{FILES}/seen"
SEES = (".", "./ec2-bootstrap", "./ec2-bootstrap-fetch", "./systemd", "./systemd/journal", "./systemd/journal/socket",
        "./systemd/notify", "ec2-bootstrap-fetch can be written", "ec2-bootstrap/lock can be written")
# Names of services for host names; and where systemd mounts for a unit, 252 for one.
MAY_SEE = {"./systemd/resolve", "./systemd/incoming"}
LOOK = f"""\
#!/bin/sh
exec >{SEEN}
cd /run
find . -path './ec2-bootstrap*/*' -prune -o -path './systemd/resolve/*' -prune -o -print
for path in . ec2-bootstrap ec2-bootstrap-fetch ec2-bootstrap/lock systemd /etc /var /var/lib/ec2-bootstrap /root; do
    if [ -d $path ]; then file=$path/try; else file=$path; fi
    if (: >>$file) 2>/dev/null; then echo "$path can be written"; fi
done
rm -f */try
"""
LOOK_DROPIN = """\
[Service]
ExecStartPost=/bin/sh /usr/lib/look
"""

def user_data(remote, proxy=PROXY):
    """The settings, and a package that only comes by the proxy. An output that names a login on the disk is none of
    those: what writes /etc/environment, say, would have the password there."""
    content = {"proxy": {"http": proxy, "https": proxy}, "outputs": ["systemd"], "remote": remote,
               "no_proxy": {"add": ["corp.example"], "services": ["s3"]}}
    config = {"write_files": [{"path": SETTINGS_FILE, "content": json.dumps(content)}]}
    if remote:
        config.update(package_update=True, packages=["boot-probe"])
    return "#cloud-config\n" + json.dumps(config)


def holds(password):
    return {"ssm": {"parameters": {PARAMETER: {"value": PROXY_LOGIN[0]}}},
            "secretsmanager": {"secrets": {SECRET: {"SecretString": json.dumps({"password": password})}}}}


def furnish(machine, public):
    instance.furnish(machine)
    lines = "".join(f"{address} {host}\n" for address, host in world.SERVICES.values())
    machine.write("/etc/hosts", machine.read("/etc/hosts").decode() + lines)
    machine.write("/usr/local/share/ca-certificates/public.crt", public.certificate)
    world.command("chroot", machine.root, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "update-ca-certificates")


def play(rig):
    with Authority("Public") as public, rig.machine("fetch") as machine:
        furnish(machine, public)
        rig.world.start_services(public, holds(PROXY_LOGIN[1]))
        rig.world.start_simulator(world.metadata_tree("i-0e1", user_data(REMOTE)))
        rig.tap.group = f"{rig.generation.suite}, settings from AWS, by cloud-init's module"
        found = check_boot(rig, machine, "fetch", ("inactive", "exec-condition"))
        check_order(rig, found, "InactiveEnterTimestampMonotonic")
        check_package(rig, machine)
        machine.shut_down()
        check_disk(rig, machine, SETTINGS_FILE)
        rig.tap.group = f"{rig.generation.suite}, settings from AWS, by the unit"
        modules = machine.read(MODULES).decode()
        machine.write(MODULES, "{}\n")
        check_unit_boot(rig, machine)
        rig.tap.group = f"{rig.generation.suite}, settings from AWS, while it runs"
        check_sandbox(rig, machine)
        check_restart(rig, machine, public)
        machine.shut_down()
        check_disk(rig, machine, SETTINGS_FILE, image.JOURNAL)
        machine.write(MODULES, modules)
        rig.tap.group = f"{rig.generation.suite}, AWS holds no settings"
        rig.world.start_simulator(world.metadata_tree("i-0e2", user_data({}, instance.OTHER_PROXY)))
        check_without(rig, machine)


def check_unit_boot(rig, machine):
    found = check_boot(rig, machine, "fetch-again", ("active", "success"))
    unit = found["units"][UNIT]
    check_order(rig, found, "ActiveEnterTimestampMonotonic")
    took = (int(unit["ExecMainExitTimestampMonotonic"]) - int(unit["ExecMainStartTimestampMonotonic"])) / 1e6
    rig.tap.note(f"{UNIT} took {took:.3f} s")
    rig.tap.equal("its unit's status", unit["StatusText"], "the settings that AWS holds are there")


def check_boot(rig, machine, name, result):
    """What was found; `result` is that of the unit."""
    tap, asked = rig.tap, collections.Counter(rig.world.service_requests())
    machine.boot()
    found = rig.keep(name, evidence.collect(machine, UNITS))
    agent = found["units"][AGENT]
    tap.equal("how the units have ended", [(found["units"][each]["ActiveState"], found["units"][each]["Result"])
                                           for each in (UNIT, TRUST, AGENT)], [result] + [("active", "success")] * 2)
    tap.equal("no ordering cycle in the journal", found["cycles"], [])
    tap.equal("nothing failed", [line for line in found["failed"] if "ec2-boot" in line], [])
    check_requests(rig, asked)
    check_files(rig, machine)
    tap.equal("a service has the proxy, with the login", found["environments"].get("late-probe.service"),
              instance.variables())
    tap.check("but who asks systemd has not", PROXY_LOGIN[1] not in machine.run("systemctl", "show-environment"),
              "the password is in its environment")
    check_lock(rig, machine, agent)
    tap.equal("no secret of the role's in a file, a process or the journal", found["secrets"], [])
    tap.equal("no password of the proxy's in the journal", found["password_in_journal"], False)
    return found


def check_order(rig, found, end):
    started = [int(found["units"][each]["ExecMainStartTimestampMonotonic"]) for each in (TRUST, AGENT)]
    done = int(found["units"][UNIT][end])
    rig.tap.check("it is done before those that read settings", all(0 < done <= each for each in started),
                  (done, started))


def check_requests(rig, asked):
    rig.tap.equal("both services have been asked, once, and take the signature",
                  sorted((collections.Counter(rig.world.service_requests()) - asked).elements()),
                  [("AmazonSSM.GetParameters", "ok"), ("secretsmanager.GetSecretValue", "ok")])


def check_files(rig, machine):
    modes = {}
    for name in sorted(os.listdir(machine.path(FILES))):
        status = os.stat(machine.path(f"{FILES}/{name}"))
        modes[name] = (oct(stat.S_IMODE(status.st_mode)), status.st_uid)
    rig.tap.equal("what it has written is root's alone", modes,
                  {name: ("0o600", 0) for name in ("password", "record.json", "settings.json")})
    text = machine.read(f"{FILES}/password").decode() if "password" in modes else ""
    rig.tap.equal("the password is the secret's", text, PROXY_LOGIN[1] + "\n")


def check_lock(rig, machine, agent):
    """The unit with all rights of writing stays where it was."""
    addresses = machine.show("ec2bootstrap.slice")["IPAddressAllow"].split()
    rig.tap.equal("the main unit still reaches the metadata service alone",
                  (sorted(agent["IPAddressDeny"].split()), agent.get("IPAddressAllow"), agent["Slice"],
                   sorted(addresses)),
                  (["0.0.0.0/0", "::/0"], None, "ec2bootstrap.slice",
                   ["127.0.0.0/8", "169.254.169.254/32", "::1/128", "fd00:ec2::254/128"]))


def check_package(rig, machine):
    tap = rig.tap
    requests = rig.world.proxy_requests()
    tap.check("cloud-init has installed a package by the proxy, which asks for that login",
              os.path.exists(machine.path("/usr/share/boot-probe/here")) and
              any("boot-probe_1_all.deb" in request for request in requests),
              machine.try_run("cat", "/var/log/cloud-init-output.log"))


def check_disk(rig, machine, *named):
    """All that is not in memory, and what journald has compressed. `named`: where the secret's name must be found."""
    login = base64.b64encode(":".join(PROXY_LOGIN).encode()).decode()
    rig.tap.equal("no byte of a secret is on the disk", image.places_of(
        machine.root, [PROXY_LOGIN[1], OTHER_PASSWORD, login, *world.secrets()]), [])
    places = image.places_of(machine.root, [SECRET])
    rig.tap.check("where the secret's name is", set(named) <= set(places), places)


def check_sandbox(rig, machine):
    tap = rig.tap
    text = machine.run("systemd-analyze", "security", "--no-pager", UNIT)
    level = float(text.strip().splitlines()[-1].split(":")[1].split()[0])
    tap.check(f"the exposure of its unit is at most {EXPOSURE_MAX}", level <= EXPOSURE_MAX, text)
    tap.note(f"exposure {level}")


def check_restart(rig, machine, public):
    """The secret is another one now. And what the unit sees is noted."""
    tap = rig.tap
    rig.world.start_services(public, holds(OTHER_PASSWORD))
    machine.write("/usr/lib/look", LOOK)
    machine.write(f"/etc/systemd/system/{UNIT}.d/look.conf", LOOK_DROPIN)
    machine.run("systemctl", "daemon-reload")
    text = machine.try_run("systemctl", "restart", AGENT)
    tap.equal("a restart of the main unit", (machine.status, text), (0, ""))
    tap.equal("takes the secret as it is now", machine.read(f"{FILES}/password").decode(), OTHER_PASSWORD + "\n")
    machine.run("systemctl", "restart", "late-probe.service")
    tap.equal("and so does a service", evidence.environments(machine).get("late-probe.service"),
              instance.variables(PROXY.replace("//", f"//{PROXY_LOGIN[0]}:{OTHER_PASSWORD}@")))
    seen = machine.read(SEEN).decode().splitlines()
    tap.equal("the unit sees nothing in /run that serves root, and can write its own files",
              sorted(set(seen) - MAY_SEE), sorted(SEES))
    os.unlink(machine.path(SEEN))
    os.unlink(machine.path(f"/etc/systemd/system/{UNIT}.d/look.conf"))
    check_lock_waits(rig, machine)
    check_denied(rig, machine, public)


def check_lock_waits(rig, machine):
    """In its sandbox it has the lock of all agents, also where none has run."""
    lock = "/run/ec2-bootstrap/lock"
    os.unlink(machine.path(lock))
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", UNIT)
    rig.tap.equal("it has the lock made, as root's alone", machine.run("stat", "-c", "%a %U", lock), "600 root\n")
    machine.run("sh", "-c", f"flock {lock} sleep {HELD_S} & sleep 1; systemctl restart {UNIT}; wait")
    unit = machine.show(UNIT)
    took = (int(unit["ExecMainExitTimestampMonotonic"]) - int(unit["ExecMainStartTimestampMonotonic"])) / 1e6
    rig.tap.check("it waits for another agent's lock", unit["Result"] == "success" and took > HELD_S / 2, took)


def check_denied(rig, machine, public):
    """What AWS gave at this boot stays, and the boot goes on."""
    tap = rig.tap
    rig.world.start_services(public, {"ssm": {"steps": [{"answer": "denied"}]}, "secretsmanager": {}})
    text = machine.try_run("systemctl", "restart", AGENT)
    unit = machine.show(UNIT)
    tap.equal("AWS denies it: its unit fails", (unit["ActiveState"], unit["ExecMainStatus"]), ("failed", "77"))
    tap.check("and says what is missing", '"Action": "ssm:GetParameters"' in unit["StatusText"], unit["StatusText"])
    tap.equal("the main unit runs", (machine.status, text, machine.show(AGENT)["Result"]), (0, "", "success"))
    machine.run("systemctl", "restart", "late-probe.service")
    tap.check("and a service has what AWS gave before", OTHER_PASSWORD in
              evidence.environments(machine).get("late-probe.service", {}).get("http_proxy", ""),
              machine.try_run("systemctl", "status", "--no-pager", AGENT))


def check_without(rig, machine):
    tap = rig.tap
    asked = rig.world.service_requests()
    machine.boot()
    found = rig.keep("fetch-nothing", evidence.collect(machine, UNITS))
    unit = found["units"][UNIT]
    tap.equal("its unit is skipped", (unit["ActiveState"], unit["Result"], unit["ExecMainStartTimestampMonotonic"]),
              ("inactive", "exec-condition", "0"))
    took = (int(unit["InactiveEnterTimestampMonotonic"]) - int(unit["InactiveExitTimestampMonotonic"])) / 1e6
    tap.note(f"{UNIT} took {took:.3f} s")
    tap.equal("nothing failed", [line for line in found["failed"] if "ec2-boot" in line], [])
    tap.equal("AWS is not asked", rig.world.service_requests(), asked)
    tap.equal("and nothing is fetched", machine.run("find", "/run", "-path", f"{FILES}/*"), "")
    tap.equal("the main unit has run", found["units"][AGENT]["ActiveState"], "active")
    tap.equal("a service has the proxy", found["environments"].get("late-probe.service"),
              instance.variables(instance.OTHER_PROXY))
    tap.equal("cloud-init complains of nothing", [line for line in found["cloud_init"]["complaints"]
                                                  if "bootstrap" in line], [])
    life.check_message(rig, found)
    machine.shut_down()
