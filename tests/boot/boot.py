#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Boots the trees that tests/boot/prepare made and checks what happened; speaks TAP.

    tests/boot/boot.py TREES OUTPUT STATE:SUITE[:PART,...]...

Called by tests/boot/run, in namespaces that end with it. STATE says what came of the suite's trees:
ready; skipped (they cannot be had here); failed (they can, but the agent could not be put in). PART is
timing, life, trouble, image, hijack, services, order, trust, fetch, doctor or package.
"""

import json
import os
import shutil
import sys
import time
import traceback

sys.dont_write_bytecode = True
# pylint: disable=wrong-import-position
from rig import doctor, fetch, hijack, image, life, order, package, services, timing, trouble, trust
from rig.generations import GENERATIONS
from rig.machine import Machine
from rig.tap import Tap
from rig.world import World

PARTS = {"timing": timing.play, "life": life.live, "trouble": trouble.play, "image": image.play,
         "hijack": hijack.play, "services": services.play, "order": order.play,
         "trust": trust.play, "fetch": fetch.play, "doctor": doctor.play,
         "package": package.play}
# Without a package there is nothing to try of it.
DEFAULT = [part for part in PARTS if part != "package" or image.PACKAGE]


class Rig:
    """What every part works with."""

    def __init__(self, trees, output, generation, world, tap):
        self.trees, self.generation, self.world, self.tap = trees, generation, world, tap
        self.output = os.path.join(output, generation.suite)
        os.makedirs(self.output, exist_ok=True)

    def machine(self, name, **keywords):
        folder = os.path.join(self.output, "scratch", name)
        shutil.rmtree(folder, ignore_errors=True)
        return Machine(self.trees, self.generation.suite, folder, **keywords)

    def path(self, name):
        return os.path.join(self.output, name.replace(" ", "-").replace(":", ""))

    def keep(self, name, evidence):
        with open(self.path(f"{name}.json"), "w", encoding="utf-8") as file:
            json.dump(evidence, file, indent=1)
        return evidence


def play(rig, part):
    """A part that cannot be played to its end is a failure like others."""
    started = time.monotonic()
    try:
        PARTS[part](rig)
    except Exception:  # pylint: disable=broad-except
        rig.tap.check(f"{part}: is played to its end", False, traceback.format_exc())
    print(f"# {rig.generation.suite}, {part}: {time.monotonic() - started:.0f} s", flush=True)


def main():
    trees, output = sys.argv[1:3]
    tap = Tap()
    table = {generation.suite: generation for generation in GENERATIONS}
    with World(os.path.join(output, "world")) as world:
        for argument in sys.argv[3:]:
            state, suite, *parts = argument.split(":")
            rig = Rig(trees, output, table[suite], world, tap)
            tap.group = suite
            if state == "skipped":
                tap.skip(suite, "its trees cannot be had here")
            elif state == "failed":
                tap.check("the agent is built and installed", False, "see above")
            else:
                for part in parts[0].split(",") if parts else DEFAULT:
                    play(rig, part)
            shutil.rmtree(os.path.join(rig.output, "scratch"), ignore_errors=True)
    print(f"1..{tap.count}", flush=True)
    sys.exit(1 if tap.failed else 0)


main()
