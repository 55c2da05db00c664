# SPDX-License-Identifier: MIT
"""The goals, and what was measured beside each: a row for each goal."""

import collections

import lists
import variants

MEGA = 1000000
RUNS = (variants.FIRST, variants.LATER)


class Results:
    """What `bench measure` has found."""

    def __init__(self, found):
        self.found = found

    def row(self, section, **key):
        for row in self.found[section]:
            if all(row.get(name) == value for name, value in key.items()):
                return row
        return {}

    def time(self, variant, job, latency_ms):
        return self.row("times", variant=variant.name, job=job, latency_ms=latency_ms)

    def ratio(self, variant, job, latency_ms):
        return self.time(variant, job, latency_ms).get("ratio")

    def against_curl(self, variant, job):
        ours = self.time(variant, job, 2).get("median_ms")
        return ours and self.time(variants.CURL, variants.ALWAYS, 2)["median_ms"] / ours

    def count(self, variant, job, name):
        return self.row("counts", variant=variant.name, job=job).get(name)

    def megabytes(self, variant, job):
        kib = self.row("memory", variant=variant.name, job=job).get("RSS, KiB")
        return kib and kib * 1024 / MEGA

    def lists(self, variant, size):
        """Instructions in millions by shape."""
        found = {shape: self.count(variant, lists.job(shape, size), "own instructions") for shape in lists.SHAPES}
        return {shape: count / MEGA for shape, count in found.items() if count}

    def worst_list(self, variant):
        return max(self.lists(variant, lists.SIZES[-1]).values(), default=None)

    def worst_growth(self, variant):
        small, large = (self.lists(variant, size) for size in lists.SIZES)
        return max((large[shape] / small[shape] for shape in small), default=None)


def in_millions(count):
    return count and count / MEGA


# figure: of (results, variant, job). shared, portable: the goals, None: there is none. is_least: as much, or more.
Goal = collections.namedtuple("Goal", "words jobs figure unit shared portable is_least", defaults=(False,))
ONCE = ("",)
GOALS = (
    Goal("time with 2 ms a request, times the floor's", RUNS,
         lambda results, variant, job: results.ratio(variant, job, 2), "", 2.0, 1.25),
    Goal("time with 20 ms a request, times the floor's", RUNS,
         lambda results, variant, job: results.ratio(variant, job, 20), "", 1.12, 1.05),
    Goal("times faster than bash with three curl calls, 2 ms", RUNS,
         lambda results, variant, job: results.against_curl(variant, job), "", 3, 5, True),
    Goal("instructions in user mode", RUNS,
         lambda results, variant, job: in_millions(results.count(variant, job, "instructions")), " M", 17, 2.2),
    Goal("system calls", RUNS[1:],
         lambda results, variant, job: results.count(variant, job, "system calls"), "", 450, 300),
    Goal("most memory (RSS)", RUNS,
         lambda results, variant, job: results.megabytes(variant, job), " MB", 12, 3.5),
    Goal("files changed that are not in /run", RUNS[1:],
         lambda results, variant, job: results.count(variant, job, "files changed"), "", 0, 0),
    Goal("fsync(2) on a disk", RUNS[1:],
         lambda results, variant, job: results.count(variant, job, "fsyncs on a disk"), "", 0, 0),
    Goal("explain, 20 URLs, all clients: instructions above --version", ONCE,
         lambda results, variant, job: in_millions(results.count(
             variant, lists.job(lists.URLS, 1), "own instructions")), " M", 2, None),
    Goal("explain, a list of 8 KB, all clients: the same, for the worst of the lists", ONCE,
         lambda results, variant, job: results.worst_list(variant), " M", 5, None),
    Goal("explain, twice the list: how many times the instructions, at most", ONCE,
         lambda results, variant, job: results.worst_growth(variant), "", 2.1, None),
)


def shown(value, unit=""):
    """With as many digits as tell something."""
    if value is None:
        return ""
    if isinstance(value, int) or value == int(value):
        return f"{value:,.0f}{unit}"
    return f"{value:,.{2 if value < 10 else 1}f}{unit}"


def judged(goal, wanted, value):
    """What was measured, with a mark where the goal is missed."""
    if value is None or wanted is None:
        return ""
    is_met = value >= wanted if goal.is_least else value <= wanted
    return shown(value, goal.unit) if is_met else f"**{shown(value, goal.unit)}**"


def goal_words(goal, wanted):
    if wanted is None:
        return ""
    sign = "≥ " if goal.is_least else "≤ " if wanted > 0 else ""
    return f"{sign}{wanted:g}{goal.unit}"


def rows(results):
    for goal in GOALS:
        for job in goal.jobs:
            yield [f"{goal.words}{job and ', ' + job}"] + [
                cell for variant, wanted in ((variants.SHARED, goal.shared), (variants.PORTABLE, goal.portable))
                for cell in (goal_words(goal, wanted), judged(goal, wanted, goal.figure(results, variant, job)))]


COSTS = ("instructions", "libraries", "system calls", "started", "page faults", "RSS, KiB", "requests", "round trips",
         "fsyncs", "fsyncs on a disk", "files changed")


def costs(results):
    """A row for each program and job."""
    for row in results.found["counts"]:
        memory = results.row("memory", variant=row["variant"], job=row["job"])
        if memory:
            yield [row["variant"], row["job"], *(shown({**memory, **row}.get(name)) for name in COSTS)]
