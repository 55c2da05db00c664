# SPDX-License-Identifier: MIT
"""Instructions in user mode, as valgrind's callgrind counts them: nearly the same at each run."""

import collections
import glob
import os
import re
import subprocess
import tempfile


def instructions(words, environment, statuses=(0,), with_children=False, out="/dev/null"):
    """Of the program, and perhaps of all that it starts."""
    with tempfile.TemporaryDirectory(prefix="bench.") as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--trace-children={'yes' if with_children else 'no'}",
             "--child-silent-after-fork=yes", f"--log-file={folder}/log.%p", f"--callgrind-out-file={out}", *words],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            check=False)
        counts = [int(count) for path in glob.glob(folder + "/log.*") for count in collected(path)]
    if done.returncode not in statuses or not counts:
        raise SystemExit(f"bench: {' '.join(words)}: {done.returncode}: {done.stderr[-500:]}")
    return sum(counts)


def collected(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return re.findall(r"Collected : (\d+)", file.read())


class Profile:
    """A file that callgrind has written. Costs are in instructions.

    own: {(object, function): cost}; whole: the same, with all that the function calls; files: {(object, function):
    source file}, as the debug information has it.
    """

    NAME = re.compile(r"(c?)(ob|fl|fi|fe|fn)=\((\d+)\)(?: (.*))?$")
    # Of names. fi, fe: a part that was inlined from another file, or its end.
    SPACES = {"ob": "ob", "fl": "fl", "fi": "fl", "fe": "fl", "fn": "fn"}
    COST = re.compile(r"(?:[+-]?\d+|\*) (\d+)$")

    def __init__(self, path):
        self.own, self.whole, self.files = collections.Counter(), collections.Counter(), {}
        self.names = {"ob": {}, "fl": {}, "fn": {}}
        self.here = {"ob": "", "fl": "", "fn": ""}
        self.is_call = False
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                self.take(line)

    def take(self, line):
        name, cost = self.NAME.match(line), self.COST.match(line)
        if name:
            is_callee, kind, number, text = name.groups()
            names = self.names[self.SPACES[kind]]
            if text:
                names[number] = text
            if not is_callee and kind in self.here:
                self.here[kind] = names[number]
        elif line.startswith("calls="):
            self.is_call = True
        elif cost:
            self.add(int(cost.group(1)))

    def add(self, cost):
        key = os.path.basename(self.here["ob"]), self.here["fn"]
        self.files[key] = os.path.normpath(self.here["fl"])
        self.whole[key] += cost
        if not self.is_call:
            self.own[key] += cost
        self.is_call = False
