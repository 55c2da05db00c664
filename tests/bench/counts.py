# SPDX-License-Identifier: MIT
"""What it costs, without a look at the clock: system calls, libraries, requests, instructions.

Each answer takes a second here. So all that can be asked at once has been asked before the first answer comes, on a
slow machine too: the connections are always as many, and what has waited for an answer is told from what has not.
"""

import collections
import concurrent.futures
import contextlib
import glob
import os
import re
import subprocess
import tempfile

import callgrind
import lists
import service
import variants

LATENCY_MS = 1000
# They wait most of the time.
WORKERS = 4
# How often these are called depends on when answers come: libcurl asks its sockets each time that it wakes.
WAITING = ("poll", "ppoll", "epoll_wait", "epoll_pwait", "select", "pselect6", "futex", "getsockopt")
# On how long another program runs; brk: on where the kernel has put the heap. All others are steady.
UNSTEADY = ("wait4", "waitid", "clock_nanosleep", "nanosleep", "restart_syscall", "brk")


class Trace:
    """What strace has written of a program, and perhaps of what it has started: a file for each process."""

    CALL = re.compile(r"(\w+)\((.*)")

    def __init__(self, paths, with_children):
        processes = [self.calls_of(path) for path in paths]
        # That of the program itself begins with its start; a child is at first a copy of its parent.
        chosen = [calls for calls in processes if with_children or calls[0][0] == "execve"]
        self.calls = [call for calls in chosen for call in calls]
        self.started = len(processes) - 1

    def calls_of(self, path):
        with open(path, encoding="utf-8", errors="replace") as lines:
            return [call.groups() for call in map(self.CALL.match, lines) if call]

    def counts(self):
        calls = collections.Counter(name for name, _ in self.calls)
        waiting, unsteady = (sum(calls[name] for name in names) for names in (WAITING, UNSTEADY))
        return {"libraries": self.libraries(), "system calls": len(self.calls), "waiting calls": waiting,
                "steady calls": len(self.calls) - waiting - unsteady, "started": self.started,
                "calls": dict(calls.most_common())}

    def libraries(self):
        opened = (re.search(r"= \d+<(.*)>$", rest) for name, rest in self.calls if name.startswith("open"))
        return len({path.group(1) for path in opened if path and re.search(r"\.so(\.[\d.]+)?$", path.group(1))})

    def fsyncs(self, root):
        """Also those of what is not in /run alone."""
        paths = [re.match(r"\d+<(.*?)>", rest) for name, rest in self.calls if name in ("fsync", "fdatasync")]
        return {"fsyncs": len(paths), "fsyncs on a disk": sum(
            not (path and path.group(1).startswith(root + "/run")) for path in paths)}


def trace(words, environment, folder, with_children=False):
    log = os.path.join(folder, "strace")
    done = subprocess.run(["strace", "-ff", "-y", "-o", log, *words], env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"bench: {' '.join(words)}: {done.returncode}: {done.stderr[-500:]}")
    return Trace(glob.glob(log + ".*"), with_children)


def round_trips(requests):
    """What comes a whole answer's time after another request has waited for that answer."""
    trips, began_ms = 0, None
    for request in sorted(requests, key=lambda request: request["ms"]):
        if began_ms is None or request["ms"] - began_ms >= LATENCY_MS * 0.9:
            trips, began_ms = trips + 1, request["ms"]
    return trips


def snapshot(root):
    """Of each file that is not in /run, what a write to it, or beside it, changes."""
    found = {}
    for directory, directories, files in os.walk(root):
        if directory == root:
            directories.remove("run")
        for name in [".", *files]:
            path = os.path.normpath(os.path.join(directory, name))
            status = os.lstat(path)
            found[os.path.relpath(path, root)] = (status.st_ino, status.st_size, status.st_mtime_ns,
                                                  status.st_ctime_ns)
    return found


@contextlib.contextmanager
def prepared(task, folder):
    """A machine as the job finds it, and its metadata service."""
    with variants.machine(os.path.join(folder, "root")) as root:
        if task.job == variants.LATER:
            with service.service(folder, 0) as imds:
                service.start(task.words(imds.url, root), imds.url)
            variants.reset(root, task.job)
        with service.service(folder, LATENCY_MS) as imds:
            yield root, imds, task.words(imds.url, root), variants.environment_for(imds.url)


def count_traced(task, folder):
    with prepared(task, folder) as (root, imds, words, environment):
        before = snapshot(root)
        traced = trace(words, environment, folder, with_children=not task.variant.is_ours)
        after = snapshot(root)
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return {**traced.counts(), **traced.fsyncs(root), "requests": len(imds.requests),
            "round trips": round_trips(imds.requests), "files changed": len(changed), "changed": changed,
            "asked": sorted(f"{request['method']} {request['path']}" for request in imds.requests)}


def count_instructions(task, folder, out="/dev/null"):
    if task.variant.takes_minutes:
        return {}
    with prepared(task, folder) as (_, _, words, environment):
        return {"instructions": callgrind.instructions(
            words, environment, with_children=not task.variant.is_ours, out=out)}


def in_a_folder(work, *arguments):
    """Of a short name and always as long: the path is part of what the program reads."""
    with tempfile.TemporaryDirectory(prefix="bench.") as folder:
        return work(*arguments, folder)


def count_explain(variant, shape, size, folder, out="/dev/null"):
    """Exit status 1: clients disagree."""
    variants.make_root(folder + "/root")
    words = [variants.program_of(variant), "explain", "--root", folder + "/root", *lists.words(shape, size)]
    return {"instructions": callgrind.instructions(words, variants.ENVIRONMENT, statuses=(0, 1), out=out)}


def add_own(rows):
    """What is above --version of the same program."""
    bases = {row["variant"]: row for row in rows if row["job"] == variants.VERSION}
    for row in rows:
        base = bases.get(row["variant"], {})
        for name in ("instructions", "steady calls"):
            if row is not base and name in row and name in base:
                row["own " + name] = row[name] - base[name]


def require_same_requests(rows):
    """The floor has to do what the agent does: else nothing could be said of the ratio."""
    asked = {row["variant"]: row["asked"] for row in rows if row["job"] == variants.FIRST}
    for name, paths in asked.items():
        if paths != asked.get(variants.FLOOR.name, paths):
            differing = collections.Counter(paths)
            differing.subtract(asked[variants.FLOOR.name])
            raise SystemExit(f"bench: {name} and the floor do not ask for the same: "
                             f"{ {path: count for path, count in differing.items() if count} }")


def works(chosen, shapes, sizes):
    """[(key, [(function, argument…), …]), …]: what counts each row."""
    ours = [variant for variant in chosen if variant.is_ours]
    explains = [(lists.URLS, 1)] + [(shape, size) for shape in shapes for size in sizes]
    return ([(task.key, [(count_traced, task), (count_instructions, task)]) for task in variants.tasks_of(chosen)] +
            [({"variant": ours[0].name, "job": lists.job(*explain)}, [(count_explain, ours[0], *explain)])
             for explain in explains])


def measure(chosen, shapes, sizes, wanted=lambda key: True):
    """A row for each job of these variants, and for explain with lists of these shapes and sizes in bytes.

    wanted: of which keys; what own costs are taken from is counted in any case.
    """
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as workers:
        futures = [(key, [workers.submit(in_a_folder, *work) for work in parts])
                   for key, parts in works(chosen, shapes, sizes) if key["job"] == variants.VERSION or wanted(key)]
        rows = [dict(key, **{name: count for part in parts for name, count in part.result().items()})
                for key, parts in futures]
    add_own(rows)
    require_same_requests(rows)
    return rows
