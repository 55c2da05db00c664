# SPDX-License-Identifier: MIT
"""An EKS node's order of things: nodeadm before cloud-init, both by stubs with the ordering of theirs."""

from rig import evidence, instance, world
from rig.evidence import AGENT
from rig.instance import OTHER_PROXY

EARLY = "ec2-bootstrap-early.service"
SEEN = "/var/lib/order-test"
FIRST = "http://image.corp.example:1"

# Each keeps its environment. The [Unit] sections: amazon-eks-ami, templates/al2023; cloud-init's own on
# Amazon Linux 2023; guestregister.service of cloud-regionsrv-client.
STUB = """\
[Unit]
{unit}
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'mkdir -p {seen}; env > {seen}/{name}{more}'
"""
# What user-data brings: cloud-init's network stage writes it.
USER_DATA = "; cp /etc/user-data.json /etc/ec2-bootstrap/config.d/50-user-data.json"
UNITS = (
    ("systemd-networkd-wait-online", "DefaultDependencies=no\nBefore=network-online.target", ""),
    ("nodeadm-config", "Before=cloud-init.service\nAfter=systemd-networkd-wait-online.service", ""),
    ("cloud-init", "DefaultDependencies=no\nAfter=systemd-networkd-wait-online.service\n"
     "Before=network-online.target sshd.service systemd-user-sessions.service", USER_DATA),
    ("cloud-config", "After=network-online.target cloud-init.service", ""),
    ("cloud-final", "After=network-online.target cloud-config.service multi-user.target", ""),
    ("nodeadm-run", "After=nodeadm-config.service cloud-final.service\n"
     "Requires=nodeadm-config.service", ""),
    ("guestregister", "After=network-online.target\nBefore=cloud-final.service\n"
     "Wants=network-online.target", ""),
    ("crio", "Wants=network-online.target\nAfter=network-online.target\nBefore=kubelet.service", ""),
)


def furnish(machine, nodeadm=True):
    for name, unit, more in UNITS:
        if not nodeadm and name.startswith("nodeadm"):
            continue
        # After multi-user.target, so not wanted by it.
        target = "cloud.target" if name in ("cloud-final", "nodeadm-run") else "multi-user.target"
        machine.enable(f"{name}.service", STUB.format(unit=unit, seen=SEEN, name=name, more=more),
                       target)
    machine.enable("cloud.target", "[Unit]\nWants=multi-user.target\n", "multi-user.target")
    machine.write("/etc/ec2-bootstrap/config.json", instance.settings(proxy=FIRST, login=False))
    machine.write("/etc/ec2-bootstrap/config.d/10-image.json", "{}")
    machine.write("/etc/user-data.json", '{"proxy": {"http": "%s", "https": "%s"}}' %
                  (OTHER_PROXY, OTHER_PROXY))


def environment(machine, name):
    try:
        return evidence.variables_of(machine.read(f"{SEEN}/{name}").decode())
    except FileNotFoundError:
        return "it did not run"


def play(rig):
    rig.world.start_simulator(world.metadata_tree("i-0f1", None))
    play_node(rig)
    play_other(rig)


def play_node(rig):
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, an EKS node"
    with rig.machine("order", cloud_init=False) as machine:
        furnish(machine)
        machine.boot()
        found = rig.keep("order", evidence.collect(machine, (EARLY, "nodeadm-config.service")))
        early = found["units"][EARLY]
        tap.equal("the early unit has run", (early["ActiveState"], early["Result"]),
                  ("active", "success"))
        image, other = instance.variables(FIRST), instance.variables(OTHER_PROXY)
        tap.equal("nodeadm-config has the image's settings",
                  environment(machine, "nodeadm-config"), image)
        tap.equal("so has cloud-init", environment(machine, "cloud-init"), image)
        for name in ("cloud-config", "cloud-final", "nodeadm-run", "guestregister", "crio"):
            tap.equal(f"{name} has those of user-data", environment(machine, name), other)
        tap.equal("no ordering cycle in the journal", found["cycles"], [])
        tap.equal("nothing failed", [line for line in found["failed"] if "ec2-boot" in line], [])
        text = machine.run("systemd-analyze", "security", "--no-pager", EARLY)
        tap.check("it is as locked down as the other", "level for ec2-bootstrap-early.service: 1.5"
                  in text, text)
        machine.shut_down()


def play_other(rig):
    """Where no nodeadm is."""
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, no EKS node"
    with rig.machine("order-other", cloud_init=False) as machine:
        furnish(machine, nodeadm=False)
        machine.boot()
        tap.equal("the early unit has not run", (machine.show(EARLY)["ActiveState"],
                                                 machine.show(EARLY)["UnitFileState"]),
                  ("inactive", "enabled"))
        tap.equal("the unit has", machine.show(AGENT)["ActiveState"], "active")
        machine.run("systemctl", "disable", AGENT)
        tap.equal("both are disabled together", machine.show(EARLY)["UnitFileState"], "disabled")
        machine.shut_down()
