# SPDX-License-Identifier: MIT
"""How long it takes: all variants in one run, in random order, each as often as the others.

Times are of this machine at this moment: only those of one run can be compared.
"""

import collections
import contextlib
import os
import random
import statistics
import sys
import tempfile

import service
import variants

LATENCIES_MS = (0, 2, 20)
# Where memory is taken from: it does not depend on it.
MEMORY_MS = 2


def quartile(values, number):
    return statistics.quantiles(values, n=4)[number - 1] if len(values) > 1 else values[0]


def rows_of(samples):
    """samples: {(task, latency): [(ms, faults, KiB), …]}"""
    floors = {(task.job, latency): statistics.median(ms for ms, _, _ in values)
              for (task, latency), values in samples.items() if task.variant == variants.FLOOR}
    rows = []
    for (task, latency), values in samples.items():
        times = [ms for ms, _, _ in values]
        median = statistics.median(times)
        row = {**task.key, "latency_ms": latency, "rounds": len(values), "median_ms": median,
               "quartile_1_ms": quartile(times, 1), "quartile_3_ms": quartile(times, 3),
               "ratio": median / floors[variants.FIRST, latency]}
        if task.job == variants.LATER:
            row["ratio_later"] = median / floors[variants.LATER, latency]
        rows.append(row)
    return rows


def memory_of(samples):
    return [{**task.key, "page faults": round(statistics.median(faults for _, faults, _ in values)),
             "RSS, KiB": round(statistics.median(kib for _, _, kib in values))}
            for (task, latency), values in samples.items() if latency == MEMORY_MS]


def measure(chosen, rounds):
    """Two lists of rows of these variants: times, and memory."""
    tasks = variants.tasks_of(chosen)
    samples = collections.defaultdict(list)
    # On a disk: on others fsync(2) costs nothing.
    with tempfile.TemporaryDirectory(prefix="bench.", dir=variants.BUILD) as folder, contextlib.ExitStack() as stack:
        roots = {task: stack.enter_context(variants.machine(os.path.join(folder, f"root-{number}")))
                 for number, task in enumerate(tasks)}
        for latency in LATENCIES_MS:
            with service.service(folder, latency) as imds:
                for task, root in roots.items():
                    variants.reset(root, variants.FIRST)
                    service.start(task.words(imds.url, root), imds.url)
                for number in range(1, rounds + 1):
                    print(f"bench: {latency} ms a request: round {number} of {rounds}", end="\r", file=sys.stderr)
                    for task in random.sample(tasks, len(tasks)):
                        variants.reset(roots[task], task.job)
                        samples[task, latency].append(service.start(task.words(imds.url, roots[task]), imds.url))
        print(file=sys.stderr)
    return rows_of(samples), memory_of(samples)
