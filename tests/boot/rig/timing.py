"""What the agent adds to a boot when all is well: the median of five boots with it, five without.

Two kinds of boots: an instance's first, where the agent writes all its files, and a later one, where it
finds them as they should be.
"""

import json
import os
import statistics

from rig import instance, world
from rig.evidence import AGENT, manager

BOOTS = 5
LIMIT_MS = 50
BUSY_LOAD = 1.5  # for each processor: then every boot takes longer, by as much as what is measured


def measure(rig, agent):
    """Two boots of a new machine: for each, in ms, the way to multi-user.target, and the unit alone."""
    with rig.machine("timing", agent=agent, cloud_init=False) as machine:
        instance.give_settings(machine)
        boots = []
        for _ in ("first", "later"):
            machine.boot()
            started = int(manager(machine)["UserspaceTimestampMonotonic"])
            reached = int(machine.show("multi-user.target")["ActiveEnterTimestampMonotonic"])
            unit = machine.show(AGENT) if agent else {}
            own = [int(unit.get(name, 0)) for name in
                   ("InactiveExitTimestampMonotonic", "ActiveEnterTimestampMonotonic")]
            boots.append(((reached - started) / 1000, (own[1] - own[0]) / 1000))
            machine.shut_down()
        return boots


def play(rig):
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, timing"
    load = os.getloadavg()[0]
    if load > BUSY_LOAD * os.cpu_count():
        tap.skip(tap.group, f"this computer is busy with other work: its load is {load}")
        return
    rig.world.start_simulator(world.metadata_tree("i-0c1", None))
    without, with_agent = [], []
    for _ in range(BOOTS):  # in turns: what else this computer does then strikes both
        without.append(measure(rig, False))
        with_agent.append(measure(rig, True))
    rig.keep("timing", {"with": with_agent, "without": without})
    for number, kind in enumerate(("first", "later")):
        ways = {name: [boots[number][0] for boots in measured]
                for name, measured in (("with", with_agent), ("without", without))}
        unit = statistics.median(boots[number][1] for boots in with_agent)
        medians = {name: statistics.median(values) for name, values in ways.items()}
        added = medians["with"] - medians["without"]
        tap.note(f"{kind} boot: {json.dumps(medians)}, {added:.1f} ms more; the unit: {unit:.1f} ms")
        tap.check(f"a {kind} boot takes at most {LIMIT_MS} ms more to multi-user.target",
                  added <= LIMIT_MS, json.dumps(ways))
