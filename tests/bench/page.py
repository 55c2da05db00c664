# SPDX-License-Identifier: MIT
"""Writes what was measured into docs/performance.md, between the marks that name each part; and its chart."""

import os
import re

import chart
import goals
import lists
import profiles
import times
import variants

# How many are named.
CALLS = 12


def table(head, rows):
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def machine(results):
    found = results.found["machine"]
    rounds = results.found["times"][0]["rounds"]
    return (f"{found['cpu']}, {found['cores']} cores, {found['architecture']}; Linux {found['kernel']}; "
            f"{found['distribution']}; {found['libraries']}; {found['file system']}. Each time is the median "
            f"of {rounds} starts. valgrind {found['valgrind']}.")


def goal_table(results):
    return table(["", "goal, shared", "shared build", "goal, portable", "portable build"], goals.rows(results))


def names(results):
    """(variant, job) in the order of the table of variants."""
    return [(variant, job) for variant in variants.VARIANTS for job in variant.jobs
            if results.row("times", variant=variant.name, job=job)]


def time_table(results):
    rows = []
    for variant, job in names(results):
        found = [results.time(variant, job, latency) for latency in times.LATENCIES_MS]
        later = found[1].get("ratio_later")
        rows.append([variant.name, job, *(goals.shown(row["median_ms"]) for row in found),
                     *(goals.shown(row["ratio"]) for row in found), goals.shown(later)])
    latencies = [f"{latency} ms" for latency in times.LATENCIES_MS]
    return table(["", "", *latencies, *("× floor, " + words for words in latencies),
                  "× floor of a later boot, 2 ms"], rows)


def cost_table(results):
    return table(["", "", *goals.COSTS], goals.costs(results))


def list_table(results):
    small, large = (results.lists(variants.SHARED, size) for size in lists.SIZES)
    return table(["each entry is", *(f"{size:,} bytes" for size in lists.SIZES), "growth"],
                 [[f"`{lists.SHAPES[shape] or 'a.a.a.…'}`", f"{small[shape]:.1f} M", f"{large[shape]:.1f} M",
                   f"{large[shape] / small[shape]:.2f}"] for shape in sorted(large, key=large.get, reverse=True)])


def object_table(results):
    found = results.found["profiles"]
    return table(["", *(profile["job"] for profile in found)], profiles.object_rows(found))


def function_table(job):
    """As a function of the results."""
    def words(results):
        return table(["function", "in", "with all it calls", "itself", "of the whole"],
                     profiles.function_rows(results.row("profiles", job=job)))
    return words


def call_table(results):
    """By name, of a later boot, and what --version has of each."""
    later, base = (results.count(variants.SHARED, job, "calls") for job in (variants.LATER, variants.VERSION))
    named = list(later)[:CALLS]
    rows = [[f"`{name}`", *(goals.shown(calls.get(name, 0)) for calls in (later, base))] for name in named]
    rest = [sum(number for name, number in calls.items() if name not in named) for calls in (later, base)]
    return table(["", "a later boot", "`--version`"], [*rows, ["others", *map(goals.shown, rest)]])


PARTS = {"machine": machine, "goals": goal_table, "times": time_table, "costs": cost_table, "lists": list_table,
         "calls": call_table, "libraries": object_table, "a later boot": function_table(variants.LATER),
         "20 URLs": function_table(profiles.URLS), "the worst list": function_table(profiles.WORST)}


def draw(results):
    labels = {(variant.name, job): variant.name + ("" if job == variants.ALWAYS else ", " + job)
              for variant, job in names(results) if job != variants.VERSION}
    found = {(labels[row["variant"], row["job"]], row["latency_ms"]): row["median_ms"]
             for row in results.found["times"] if row["job"] != variants.VERSION}
    ours = [label for (name, _), label in labels.items() if name in (variants.SHARED.name, variants.PORTABLE.name)]
    return chart.draw(list(labels.values()), times.LATENCIES_MS, found, ours)


def write(found, path):
    results = goals.Results(found)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for name, make in PARTS.items():
        begin, end = f"<!-- {name}: made by `make bench`. -->\n", f"<!-- End of {name}. -->"
        if begin not in text:
            raise SystemExit(f"{path}: there is no {begin.strip()}")
        text = re.sub(re.escape(begin) + ".*?" + re.escape(end),
                      lambda _, words=f"{begin}\n{make(results)}\n\n{end}": words, text, flags=re.DOTALL)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    with open(os.path.splitext(path)[0] + ".svg", "w", encoding="utf-8") as file:
        file.write(draw(results))
