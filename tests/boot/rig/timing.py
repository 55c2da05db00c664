# SPDX-License-Identifier: MIT
"""What the agent adds to a boot when all is well: the median of five boots with it, five without, or of
more where that is too much.

Two kinds of boots: an instance's first, where the agent writes all its files, and a later one, where it
finds them as they should be.
"""

import json
import os
import statistics

from rig import instance, world
from rig.evidence import AGENT, manager

BOOTS = 5
BOOTS_MOST = 15
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


def median(boots, kind):
    """Of the ways to multi-user.target, of first or of later boots."""
    return statistics.median(boot[kind][0] for boot in boots)


def play(rig):
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, timing"
    load = os.getloadavg()[0]
    if load > BUSY_LOAD * os.cpu_count():
        tap.skip(tap.group, f"this computer is busy with other work: its load is {load}")
        return
    rig.world.start_simulator(world.metadata_tree("i-0c1", None))
    measured = {"with": [], "without": []}
    added = [LIMIT_MS + 1]
    # What else this computer does moves the medians by some ten ms; more boots tell.
    while max(added) > LIMIT_MS and len(measured["with"]) < BOOTS_MOST:
        for _ in range(BOOTS):  # in turns: other work strikes both
            measured["without"].append(measure(rig, False))
            measured["with"].append(measure(rig, True))
        added = [median(measured["with"], kind) - median(measured["without"], kind) for kind in (0, 1)]
    rig.keep("timing", measured)
    for kind, name in enumerate(("first", "later")):
        unit = statistics.median(boots[kind][1] for boots in measured["with"])
        ways = {key: round(median(boots, kind)) for key, boots in measured.items()}
        tap.note(f"{name} boot: {json.dumps(ways)} ms, {added[kind]:.0f} ms more, of "
                 f"{len(measured['with'])} boots; the unit: {unit:.0f} ms")
        tap.check(f"a {name} boot takes at most {LIMIT_MS} ms more to multi-user.target",
                  added[kind] <= LIMIT_MS, json.dumps(ways))
