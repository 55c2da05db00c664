# SPDX-License-Identifier: MIT
"""What may not grow: recorded.tsv, a row for each job, for each suite of a distribution.

An instruction count is the same within a part in a thousand at each run, and all others are the same, on a busy
machine too. They differ between suites, as nearly all libraries are the system's. What is above --version of
the same program is ours, and what can be compared when a library was updated.
"""

import collections
import csv
import re

import counts
import machine
import variants

TRIES = 3
SIZE = 8192
SHAPES = ("one letter", "hosts", "labels")

# part: by how much it may be above the record. where: SAME, with the libraries of the record alone; SUITE, in
# its suite; ANY, everywhere.
SAME, SUITE, ANY = range(3)
Measure = collections.namedtuple("Measure", "name part where why")
MEASURES = (
    Measure("instructions", 0.03, SAME, "what the processor has decides which memcpy() is called"),
    Measure("own instructions", 0.03, SUITE, "the same"),
    Measure("libraries", 0, SAME, ""),
    Measure("steady calls", 0, SAME, ""),
    Measure("own steady calls", 0, SUITE, ""),
    Measure("waiting calls", 0.5, SUITE, "how often it wakes depends on when answers come"),
    Measure("started", 0, ANY, ""),
    Measure("requests", 0, ANY, ""),
    Measure("round trips", 0, ANY, ""),
    Measure("fsyncs", 0, ANY, ""),
    Measure("fsyncs on a disk", 0, ANY, ""),
    Measure("files changed", 0, ANY, ""),
)
NAMES = [measure.name for measure in MEASURES]
COLUMNS = ["suite", "variant", "job", *NAMES]
HEAD = """\
# What a job costs: a row may not grow. Written by `make bench-record`, read by `make bench-check`. Own: above --version
# of the same program. Waiting: calls whose number depends on when answers come; steady: those that depend on no time.
# Of each suite:
"""


def load(path):
    """The rows, and the versions of the libraries by suite."""
    with open(path, encoding="utf-8", newline="") as file:
        lines = file.readlines()
    notes = (re.match(r"# ([\w.-]+): (.*)", line) for line in lines)
    return (list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")),
            {note.group(1): note.group(2) for note in notes if note})


def row_key(row):
    return row["variant"], row["job"]


def present():
    return variants.present((variants.SHARED, variants.PORTABLE))


def count(chosen, wanted=lambda key: True):
    """{row_key: row}"""
    return {row_key(row): row for row in counts.measure(chosen, SHAPES, (SIZE,), wanted)}


def combine(choose, old, new):
    """Of two counts of the same job."""
    return {name: choose(value, old[name]) if isinstance(value, int) else value for name, value in new.items()}


def save(path):
    """In place of what is recorded of this suite. A variant that is not there keeps its rows."""
    here, chosen = machine.suite(), present()
    rows, versions = load(path)
    versions[here] = machine.libraries()
    names = [variant.name for variant in chosen]
    once, again = count(chosen), count(chosen)
    rows = [row for row in rows if row["suite"] != here or row["variant"] not in names] + [
        {"suite": here, **combine(max, once[key], again[key])} for key in once]
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(HEAD)
        file.writelines(f"# {suite}: {words}\n" for suite, words in sorted(versions.items()))
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["suite"]))


class Record:
    """What of the file holds on this machine."""

    def __init__(self, path):
        rows, versions = load(path)
        suite = machine.suite()
        of_suite = [row for row in rows if row["suite"] == suite]
        self.reach = ANY if not of_suite else SUITE
        if of_suite and versions.get(suite) == machine.libraries():
            self.reach = SAME
        self.rows = {row_key(row): row for row in of_suite or rows}
        self.words = suite + {
            SAME: ": all is compared",
            SUITE: ": libraries are not of the recorded versions: what loading them costs is not compared",
            ANY: " is not recorded: only requests, round trips, fsyncs and changed files are compared",
        }[self.reach]

    def measures(self, row):
        """(measure, recorded, counted) of those that count here."""
        recorded = self.rows.get(row_key(row), {})
        for measure in MEASURES:
            if measure.where >= self.reach and recorded.get(measure.name) and measure.name in row:
                yield measure, int(recorded[measure.name]), row[measure.name]

    def grown(self, row):
        return [(measure.name, old, new) for measure, old, new in self.measures(row)
                if new > old * (1 + measure.part)]

    def shrunk(self, row):
        return [(measure.name, old, new) for measure, old, new in self.measures(row)
                if new < old * (1 - measure.part)]


def check(path):
    """Prints what has grown. Returns whether something has, or there was nothing to compare.

    What has grown has grown each time that it is counted.
    """
    record, chosen = Record(path), present()
    print(f"bench-check: {record.words}", flush=True)
    rows = count(chosen)
    for _ in range(TRIES - 1):
        suspects = {key for key, row in rows.items() if record.grown(row)}
        if not suspects:
            break
        again = count(chosen, lambda key, suspects=suspects: row_key(key) in suspects)
        rows.update({key: combine(min, rows[key], again[key]) for key in suspects})
    return report(record, rows)


def report(record, rows):
    compared, failed = 0, 0
    for key, row in rows.items():
        job = ", ".join(key)
        grown, shrunk = record.grown(row), record.shrunk(row)
        compared += len(list(record.measures(row)))
        failed += len(grown)
        if key not in record.rows:
            print(f"bench-check: {job}: not recorded: `make bench-record` does")
        for words, changes in (("has grown", grown), ("is less than recorded: `make bench-record`", shrunk)):
            for name, old, new in changes:
                print(f"bench-check: {job}: {name}: {old:,} → {new:,}: {words}")
    print(f"bench-check: {compared} figures compared, {failed} have grown")
    return failed > 0 or compared == 0
