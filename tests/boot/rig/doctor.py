# SPDX-License-Identifier: MIT
"""What `doctor` says of a booted system: nothing after `run`, and what was broken after that."""

import json

from rig import instance, world
from rig.authority import Authority
from rig.evidence import AGENT

CA_FILE = "/etc/ec2-bootstrap/proxy-ca.pem"
SETTINGS = "/etc/ec2-bootstrap/config.json"
TRUST = "ec2-bootstrap-trust.service"
# Of those that the probe of the proxy asks for.
HOSTS = ("sts.us-east-1.amazonaws.com", "ec2.us-east-1.amazonaws.com")
# All but that of endpoints: no name server is there.
CHECKS = ("imds", "proxy", "settings", "outputs", "services", "no_proxy", "trust", "unit", "clock")
AS_USER = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def settings(**no_proxy):
    content = json.loads(instance.settings(world.INSPECTING_PROXY, login=False))
    content["proxy"]["ca_file"] = CA_FILE
    content["no_proxy"].update(no_proxy)
    return json.dumps(content)


def play(rig):
    with Authority("Company") as company, Authority("Public") as public:
        rig.world.start_simulator(world.metadata_tree("i-0d7", None))
        rig.world.start_inspecting_proxy(company, public, *HOSTS)
        with rig.machine("doctor", cloud_init=False) as machine:
            instance.furnish(machine)
            machine.write(SETTINGS, settings())
            machine.write(CA_FILE, company.certificate)
            rig.tap.group = f"{rig.generation.suite}, doctor"
            machine.boot()
            for part in (check_sound, check_drift, check_stale, check_trust, check_settings):
                part(rig, machine)
            machine.shut_down()


def ask(machine, *words, prefix=()):
    """The checks, by name, and the ids of what is wrong, each with its subjects."""
    text = machine.try_run(*prefix, "ec2-bootstrap", "doctor", "--json", *(words or CHECKS))
    # Standard error is in it, and has nothing.
    checks = {check["check"]: check for check in json.loads(text)}
    wrong = {}
    for check in checks.values():
        for finding in check["findings"]:
            if finding["severity"] != "note":
                wrong.setdefault(finding["id"], []).append(finding["subject"])
    return checks, wrong


def expect(rig, machine, what, wrong, *words):
    """Exactly these findings, and the exit status that goes with them."""
    checks, found = ask(machine, *words)
    rig.tap.equal(f"{what}: what is wrong", found, wrong)
    rig.tap.equal(f"{what}: the exit status", machine.status, 1 if wrong else 0)
    return rig.keep(f"doctor {what}", checks)


def check_sound(rig, machine):
    checks = expect(rig, machine, "after the boot", {})
    # Not every kernel shows root in a container the variables of each service.
    hidden = [name for name, check in checks.items() if check["state"] == "incomplete"]
    rig.tap.check("each check has passed, or could not see a service",
                  set(hidden) <= {"services"} and
                  all(check["state"] == "passed" for name, check in checks.items() if name not in hidden),
                  {name: (check["state"], check["unseen"]) for name, check in checks.items()})
    facts = " ".join(checks["unit"]["facts"])
    rig.tap.check("how long the unit took", f"{AGENT}: its last run began" in facts, facts)
    proxy = " ".join(checks["proxy"]["facts"])
    rig.tap.check("whose certificate is behind the proxy", "Company" in proxy, proxy)
    checks, wrong = ask(machine, prefix=AS_USER)
    rig.tap.equal("another user finds nothing wrong", wrong, {})
    unseen = " ".join(checks["services"]["unseen"] + checks["outputs"]["unseen"])
    rig.tap.check("and is told what he does not see", "only root" in unseen or "Permission denied" in unseen, checks)


def check_drift(rig, machine):
    text = machine.read("/etc/environment").decode()
    machine.write("/etc/environment", text.replace("169.254.169.254,", ""))
    expect(rig, machine, "a file that drifted", {"output-drifted": ["/etc/environment"]})
    machine.run("systemctl", "restart", AGENT)
    expect(rig, machine, "after a restart of the unit", {})


def check_stale(rig, machine):
    """The services of instance.furnish() and all others that have started behind the agent."""
    machine.write(SETTINGS, settings(add=["corp.example", "more.example"]))
    machine.run("systemctl", "restart", AGENT)
    checks, wrong = ask(machine, "services")
    stale = wrong.get("service-other-values", [])
    rig.tap.equal("nothing but services with a previous list", sorted(wrong), ["service-other-values"])
    rig.tap.check("those that started behind the agent", {"late-probe.service", "amazon-ssm-agent.service"} <= set(stale),
                  stale)
    rig.tap.check("but not one before it", "early-probe.service" not in stale, stale)
    remedies = [finding["remedy"] for finding in checks["services"]["findings"]]
    rig.tap.equal("each has its command", sorted(remedies), sorted(f"systemctl restart {unit}" for unit in stale))
    for remedy in remedies:
        machine.run(*remedy.split())
    expect(rig, machine, "after these commands", {})


def check_trust(rig, machine):
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    machine.run("sh", "-c", "rm /usr/local/share/ca-certificates/ec2-bootstrap-*.crt && update-ca-certificates")
    expect(rig, machine, "a CA that is lost", {"trust-ca-lost": [bundle]})
    machine.run("systemctl", "restart", TRUST)
    expect(rig, machine, "after a restart of its unit", {})


def check_settings(rig, machine):
    machine.write(SETTINGS, "{")
    machine.try_run("systemctl", "restart", AGENT)
    checks, wrong = ask(machine)
    rig.tap.equal("settings that are broken", sorted(wrong), ["settings-invalid", "unit-failed"])
    rig.tap.check("both units have failed by them", AGENT in wrong.get("unit-failed", []), checks["unit"])
    machine.write(SETTINGS, settings(add=["corp.example", "more.example"]))
    machine.run("systemctl", "restart", AGENT)
    expect(rig, machine, "mended", {}, "settings", "unit", "outputs")
