# SPDX-License-Identifier: MIT
"""An instance's life: its first boot, the second, one with a new identity; against a boot without us."""

import os
import re
import shutil

from rig import evidence, instance, timeline, world
from rig.evidence import AGENT

UNITS = ("late-probe.service", "early-probe.service", "amazon-ssm-agent.service")
EXPOSURE_MAX = 1.5

OVERRIDE = """[Service]
Environment="http_proxy=http://old.corp:1" "HTTP_PROXY=http://old.corp:1" "NO_PROXY=localhost"
"""

# Whether these are in the tree or not.
ORDER = {
    "After": ("network.target", "network-online.target", "cloud-init.service",
              "cloud-init-network.service"),
    "Before": ("cloud-config.service", "docker.service", "containerd.service", "podman.service",
               "crio.service", "ecs.service", "kubelet.service", "nodeadm-run.service",
               "k3s.service", "k3s-agent.service", "rke2-server.service", "rke2-agent.service",
               "amazon-ssm-agent.service", "snap.amazon-ssm-agent.amazon-ssm-agent.service",
               "amazon-cloudwatch-agent.service", "codedeploy-agent.service", "snapd.service",
               "guestregister.service", "ubuntu-advantage.service", "ua-auto-attach.service",
               "rhsm.service", "rhsmcertd.service", "rhcd.service", "yggdrasil.service",
               "insights-client-boot.service", "insights-client.service", "apt-daily.service",
               "apt-daily-upgrade.service", "unattended-upgrades.service",
               "dnf-makecache.service", "dnf-automatic.service", "packagekit.service"),
}


def boot_reference(rig):
    """The same instance without the agent: what fails there is not our fault."""
    rig.world.start_simulator(world.metadata_tree(
        "i-0a1", instance.user_data(instance.settings(), packages=False)))
    with rig.machine("reference", agent=False) as machine:
        instance.furnish(machine)
        machine.boot()
        return rig.keep("reference", evidence.collect(machine, UNITS))


def live(rig):
    reference = boot_reference(rig)
    with rig.machine("life") as machine:
        instance.furnish(machine)
        # As AWS' documentation has people write it, and read after ours.
        machine.write("/etc/systemd/system/amazon-ssm-agent.service.d/override.conf", OVERRIDE)
        first = first_boot(rig, machine, reference)
        second_boot(rig, machine, first)
        new_identity(rig, machine)
        rig.tap.group = f"{rig.generation.suite}, while it runs"
        check_restart(rig, machine)
        check_security(rig, machine)
        check_schema(rig, machine)
        machine.shut_down()


def first_boot(rig, machine, reference):
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, first boot"
    rig.world.start_simulator(world.metadata_tree("i-0a1", instance.user_data(instance.settings())))
    proxied = len(rig.world.proxy_requests())
    machine.boot()
    found = rig.keep("first", evidence.collect(machine, UNITS))
    check_versions(rig, machine, found)
    check_place(rig, found, reference)
    check_message(rig, found)
    check_reload(rig, found)
    check_warnings(rig, found)
    check_values(rig, machine, found, instance.variables())
    check_secrets(rig, found, reference)
    check_cloud_init(rig, machine, found, reference, rig.world.proxy_requests()[proxied:])
    save_plot(rig, machine, found)
    check_verify(rig, machine)
    machine.shut_down()
    return found


def check_versions(rig, machine, found):
    """That the generation is the one it is taken for."""
    text = machine.run("cloud-init", "--version")
    rig.tap.equal("the versions of systemd and cloud-init",
                  (re.match(r"\d+", found["manager"]["Version"])[0],
                   re.search(r"(\d+\.\d+)", text)[1]),
                  (rig.generation.systemd, rig.generation.cloud_init))


def check_place(rig, found, reference):
    """The unit's place in the boot."""
    tap, units = rig.tap, found["units"]
    tap.equal("the unit is enabled by the preset", units[AGENT]["UnitFileState"], "enabled")
    if not rig.generation.has_imds_lock:  # tests/boot/start; there systemd-analyze verify has to do
        tap.check("what PID 1 says before the journal is known", found["early"], "nothing")
    for relation, others in ORDER.items():
        tap.equal(f"its {relation}=, as systemd has it, lacks nobody",
                  sorted(set(others) - set(units[AGENT][relation].split())), [])
    tap.equal("no ordering cycle in the journal", found["cycles"], [])
    started = {unit: int(units[unit]["ExecMainStartTimestampMonotonic"]) for unit in UNITS}
    done = int(units[AGENT]["ActiveEnterTimestampMonotonic"])
    tap.check("the SSM agent starts after it", started["amazon-ssm-agent.service"] >= done, started)
    tap.check("what starts earlier does not break",
              started["early-probe.service"] < done and
              units["early-probe.service"]["ActiveState"] == "active", units["early-probe.service"])
    tap.equal("no unit fails that does not fail without the agent",
              sorted(set(found["failed"]) - set(reference["failed"])), [])


def check_message(rig, found):
    """systemctl status and the journal."""
    tap, unit = rig.tap, found["units"][AGENT]
    tap.equal("the unit is active", (unit["ActiveState"], unit["SubState"], unit["Result"]),
              ("active", "exited", "success"))
    words = r"proxy settings are in place; role web-server has credentials until \d{4}-.*Z"
    tap.check("its status text", re.fullmatch(words, unit["StatusText"]), unit["StatusText"])
    tap.check("systemctl status shows it", f'Status: "{unit["StatusText"]}"' in found["status"],
              found["status"])
    entries = [entry for entry in found["agent_journal"] if "EC2_BOOTSTRAP_ROLE" in entry]
    tap.equal("its structured entry in the journal",
              [(entry["MESSAGE"], entry["PRIORITY"], entry["EC2_BOOTSTRAP_ROLE"],
                entry["EC2_BOOTSTRAP_REGION"]) for entry in entries],
              [(unit["StatusText"], "6", "web-server", "us-east-1")])


def check_reload(rig, found):
    """What this boot has written of units, this boot knows."""
    unit = found["units"]["amazon-ssm-agent.service"]
    dropin = "/etc/systemd/system/amazon-ssm-agent.service.d/50-ec2-bootstrap.conf"
    rig.tap.check("systemd has read the drop-in", dropin in unit["DropInPaths"].split() and
                  unit["NeedDaemonReload"] == "no", (unit["DropInPaths"], unit["NeedDaemonReload"]))


def check_warnings(rig, found):
    """On what the distribution ships nothing wins over the proxy settings."""
    rig.tap.equal("run warns about nothing",
                  [entry["MESSAGE"] for entry in found["agent_journal"]
                   if int(entry.get("PRIORITY", 6)) <= 4], [])


def check_values(rig, machine, found, expected):
    """Who sees the variables."""
    tap, files = rig.tap, found["files"]
    for path in ("/etc/environment", "/run/ec2-bootstrap/proxy.env"):
        tap.equal(path, evidence.variables_of((files[path] or {"text": ""})["text"]), expected)
    for unit in ("late-probe.service", "amazon-ssm-agent.service"):
        tap.equal(f"the environment of {unit}", found["environments"].get(unit), expected)
    tap.equal("the environment of a service from before",
              found["environments"].get("early-probe.service"), {})
    for how in ((), ("-",)):
        text = machine.try_run("su", *how, "debian", "-s", "/bin/sh", "-c", "env")
        tap.equal(f"su {' '.join(how)}".strip() + ": PAM's environment",
                  evidence.variables_of(text), expected)


def check_secrets(rig, found, reference):
    rig.tap.equal("no secret of the role's in a file, a process or the journal",
                  sorted(set(found["secrets"]) - set(reference["secrets"])), [])
    rig.tap.equal("no password of the proxy's in the journal", found["password_in_journal"], False)


def check_cloud_init(rig, machine, found, reference, proxied):
    tap, said, before = rig.tap, found["cloud_init"], reference["cloud_init"]
    for what in ("runcmd", "script"):
        try:
            text = machine.read(f"{instance.SEEN}/{what}").decode()
        except FileNotFoundError:
            text = "it did not run"
        tap.equal(f"cloud-init's {what}: its environment", evidence.variables_of(text) or text,
                  instance.variables())
    asked = f"http://{world.ARCHIVE[1]}/./boot-probe_1_all.deb"
    tap.check("cloud-init's packages come through the proxy",
              any(asked in request for request in proxied) and
              os.path.exists(machine.path("/usr/share/boot-probe/here")), proxied)
    tap.check("cloud-init ran the module, after write_files",
              said["ran_module"], "no such line in its log")
    first = [said["status_text"].splitlines()[0], said["status_exit"]]
    tap.equal("cloud-init's status is no worse than without us", first,
              [before["status_text"].splitlines()[0], before["status_exit"]])
    known = {message_of(line) for line in before["complaints"]}
    tap.equal("cloud-init complains of nothing more",
              [line for line in said["complaints"] if message_of(line) not in known], [])


def message_of(line):
    return line.partition(" - ")[2]


def save_plot(rig, machine, found):
    text = machine.run("systemd-analyze", "plot")
    started = int(found["manager"]["UserspaceTimestampMonotonic"])
    small = timeline.draw(timeline.times(machine, started),
                          f"A first boot: systemd {rig.generation.systemd}, "
                          f"cloud-init {rig.generation.cloud_init}; until each unit is up")
    for name, content in (("timeline.svg", text), ("timeline-small.svg", small)):
        with open(rig.path(name), "w", encoding="utf-8") as file:
            file.write(content)
    rig.tap.check("the timeline of this boot has the unit",
                  "<svg" in text and AGENT in text and AGENT in small, text[:300])


def check_verify(rig, machine):
    """Complaints of other units, which it reads along, are not ours."""
    text = machine.try_run("systemd-analyze", "verify", "--man=no", AGENT, "multi-user.target")
    bad = [line for line in text.splitlines() if "ec2-bootstrap" in line or "cycle" in line]
    rig.tap.equal("systemd-analyze verify", bad, [])


def second_boot(rig, machine, first):
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, second boot"
    machine.boot()
    found = rig.keep("second", evidence.collect(machine, UNITS))
    check_message(rig, found)
    kept = {path: facts for path, facts in first["files"].items()
            if facts and path.startswith("/etc/")}
    tap.equal("the files in /etc are not written again",
              {path: found["files"][path] for path in kept}, kept)
    tap.equal("/run/ec2-bootstrap/proxy.env has the same bytes",
              found["files"]["/run/ec2-bootstrap/proxy.env"]["text"],
              first["files"]["/run/ec2-bootstrap/proxy.env"]["text"])
    check_values(rig, machine, found, instance.variables())
    tap.equal("no ordering cycle in the journal", found["cycles"], [])
    machine.shut_down()


def new_identity(rig, machine):
    """The same disk as another instance, with other user-data: stays up for what follows."""
    rig.tap.group = f"{rig.generation.suite}, a new instance id"
    text = instance.settings(proxy=instance.OTHER_PROXY, login=False)
    rig.world.start_simulator(world.metadata_tree(
        "i-0a2", instance.user_data(text, packages=False)))
    machine.boot()
    found = rig.keep("new-identity", evidence.collect(machine, UNITS))
    check_message(rig, found)
    check_values(rig, machine, found, instance.variables(instance.OTHER_PROXY))
    tap, files = rig.tap, found["files"]
    tap.equal("nothing of the old values is left",
              [path for path, facts in files.items() if facts and "proxy.corp" in facts["text"]], [])


def check_restart(rig, machine):
    """Services that run while their file changes."""
    tap, unit = rig.tap, "amazon-ssm-agent.service"
    before = machine.show(unit)["MainPID"]
    text = machine.try_run("ec2-bootstrap", "run", "--http-proxy", "http://third.example:1")
    tap.check("run names the service and the command",
              f"systemctl restart {unit}" in text and machine.status == 0, text)
    tap.equal("and leaves it alone", machine.show(unit)["MainPID"], before)
    text = machine.try_run("ec2-bootstrap", "run", "--http-proxy", "http://fourth.example:1",
                           "--restart")
    fourth = instance.variables("http://fourth.example:1")["http_proxy"]
    seen = {}

    def has_restarted():
        seen.update(evidence.environments(machine).get(unit, {}))
        return seen.get("http_proxy") == fourth

    try:
        world.wait_for("the restart", has_restarted, 10)
    except RuntimeError as error:
        text += str(error)
    tap.check("run --restart gives it the new values", seen.get("http_proxy") == fourth,
              f"{seen}\n{text}")


def check_security(rig, machine):
    text = machine.run("systemd-analyze", "security", "--no-pager", AGENT)
    with open(rig.path("security.txt"), "w", encoding="utf-8") as file:
        file.write(text)
    exposure = float(re.search(rf"exposure level for {AGENT}: ([\d.]+)", text)[1])
    rig.tap.check(f"systemd-analyze security: exposure at most {EXPOSURE_MAX}",
                  exposure <= EXPOSURE_MAX, text)
    rig.tap.note(f"exposure {exposure}")


def check_schema(rig, machine):
    """The example that people copy."""
    example = os.path.join(world.REPOSITORY, "cloud-init", "user-data.yaml")
    shutil.copy(example, machine.path("/run/user-data.yaml"))
    text = machine.try_run("cloud-init", "schema", "--config-file", "/run/user-data.yaml")
    if "invalid choice" in text:  # before 22.2
        text = machine.try_run("cloud-init", "devel", "schema", "--config-file",
                               "/run/user-data.yaml")
    rig.tap.check("cloud-init schema accepts the example user-data",
                  machine.status == 0 and "Valid" in text, text)
