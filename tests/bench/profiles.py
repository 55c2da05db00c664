# SPDX-License-Identifier: MIT
"""Where the instructions of a job are: by program and library, and by function of the agent."""

import collections
import os

import callgrind
import counts
import lists
import variants

OBJECTS, FUNCTIONS = 8, 20
WORST = lists.job("one letter", lists.SIZES[-1])
URLS = lists.job(lists.URLS, 1)


def of_task(job):
    return lambda folder, out: counts.count_instructions(variants.Task(variants.SHARED, job), folder, out)


def of_explain(shape, size):
    return lambda folder, out: counts.count_explain(variants.SHARED, shape, size, folder, out)


# What writes a file of callgrind, by (directory, file).
JOBS = {
    variants.VERSION: of_task(variants.VERSION),
    variants.FIRST: of_task(variants.FIRST),
    variants.LATER: of_task(variants.LATER),
    URLS: of_explain(lists.URLS, 1),
    WORST: of_explain("one letter", lists.SIZES[-1]),
}


def profile_in(job, folder):
    path = os.path.join(folder, "callgrind")
    JOBS[job](folder, path)
    return callgrind.Profile(path)


def measure(job):
    profile = counts.in_a_folder(profile_in, job)
    objects = collections.Counter()
    for (name, _), cost in profile.own.items():
        objects[name] += cost
    agent = os.path.basename(variants.program_of(variants.SHARED))
    functions = [{"function": name, "file": profile.files[place, name], "whole": cost, "own": profile.own[place, name]}
                 for (place, name), cost in profile.whole.most_common()
                 if place == agent and profile.files[place, name].startswith("agent/")]
    return {"job": job, "instructions": sum(objects.values()), "objects": dict(objects.most_common()),
            "functions": functions[:FUNCTIONS]}


def millions(count):
    return f"{count / 1e6:.2f} M"


def object_rows(profiles):
    """A row for each program and library, a column for each job."""
    largest = collections.Counter()
    for profile in profiles:
        largest |= collections.Counter(profile["objects"])
    names = [name for name, _ in largest.most_common(OBJECTS)]
    rows = [[f"`{name}`", *(millions(profile["objects"].get(name, 0)) for profile in profiles)] for name in names]
    rest = [sum(cost for name, cost in profile["objects"].items() if name not in names) for profile in profiles]
    return [*rows, ["others", *map(millions, rest)],
            ["**all**", *(millions(profile["instructions"]) for profile in profiles)]]


def function_rows(profile):
    return [[f"`{row['function']}`", f"`{row['file']}`", millions(row["whole"]), millions(row["own"]),
             f"{row['whole'] / profile['instructions']:.1%}"] for row in profile["functions"]]
