# SPDX-License-Identifier: MIT
"""The kinds of fault: a row each, with its points for a command."""

import collections
import errno
import os

import calls
import machine

# preload: FAULT of preload.c; late: it is where the command has begun; descriptors: the limit of them.
# error: which errno it is; must_name: a failure says so. hides_messages: standard error itself fails. heals: the agent has to try again, and to
# succeed.
Fault = collections.namedtuple(
    "Fault", "name preload late descriptors error must_name kills hides_messages heals",
    defaults=("none", True, None, None, True, False, False, False))

DESCRIPTORS = range(3, 21)
TRANSFER_SIZES = (1, 2, 3, 7, 64)
INTERRUPT_EACH = (2, 3, 5)
# Of a variant of a command each call fails with one of its errors, and the disk is full at one byte of
# so many.
VARIANT_BYTES = 16


def counted(counter, name, error):
    """N from 1 to what a clean run counts. What libraries allocate before the command begins is the same for
    each command: tried with the first one."""
    def points(plan):
        report = plan.clean.report
        early = getattr(report, "early_" + counter)
        first = 1 if plan.first or counter == "memory" else early + 1
        return [Fault(f"{name} {n}", preload=f"{name}:{n}", late=n > early, error=error)
                for n in range(first, getattr(report, counter) + 1)]
    return points


def disk(plan):
    return [Fault(f"disk full after {n} bytes", preload=f"bytes:{n}", error=errno.ENOSPC)
            for n in range(0, plan.clean.report.bytes, VARIANT_BYTES if plan.row.is_variant else 1)]


def transfers(plan):
    del plan
    return [Fault(f"{name} {n}", preload=f"{name}:{n}", late=False, error=error, heals=True)
            for name, error, numbers in (("short", None, TRANSFER_SIZES),
                                         ("interrupt", errno.EINTR, INTERRUPT_EACH))
            for n in numbers]


def few_descriptors(plan):
    del plan
    return [Fault(f"{n} descriptors", descriptors=n, error=errno.EMFILE) for n in DESCRIPTORS]


def failing_calls(plan):
    found = []
    for call in plan.calls:
        errors = calls.errors_of(call)
        if plan.row.is_variant and errors:
            errors = [errors[call.number % len(errors)]]
        for error in errors:
            # What the metadata service's connection does is tried again; the message is of its end.
            is_network = "<socket:" in call.line or "<TCP:" in call.line or "<UNIX" in call.line or \
                call.name in calls.NETWORK
            found.append(Fault(
                f"{call.name} {call.number}: {errno.errorcode[error]}: {call.line}",
                preload=f"call:{call.code}:{call.number}:{error}", late=call.late, error=error,
                must_name=not is_network, hides_messages=call.line.startswith("write(2<")))
    return found


def kills(plan):
    return [Fault(f"killed at {call.name} {call.number}: {call.line}",
                  preload=f"kill:{call.code}:{call.number}", late=call.late, kills=True)
            for call in plan.calls if calls.is_changing(call)]


def order(plan):
    """Not tried but read from the trace of the clean run."""
    return calls.not_synced(plan.calls, machine.is_temporary)


def none(tried):
    del tried
    return 0


def some(tried):
    """The network's calls are not the same in each run."""
    return 2 + tried // 20


def all_but_one(tried):
    """With few descriptors the loader does not start it; not each command moves much at once."""
    del tried
    return len(DESCRIPTORS) - 1


# may_miss: how many points need not be reached. is_read: not tried, but read; of_writes: a command that changes nothing need not have any.
Kind = collections.namedtuple("Kind", "name points may_miss is_read of_writes", defaults=(none, False, False))
KINDS = (
    Kind("one allocation of the agent fails", counted("memory", "memory", errno.ENOMEM), some),
    Kind("all from one on", counted("memory", "memory-from", errno.ENOMEM), some),
    Kind("one allocation of a library fails", counted("library", "library", errno.ENOMEM), some),
    Kind("all of libraries from one on", counted("library", "library-from", errno.ENOMEM), some),
    Kind("a system call fails", failing_calls, some),
    Kind("short or interrupted transfers", transfers, all_but_one),
    Kind("SIGKILL at a system call", kills, some, of_writes=True),
    Kind("power cut: order of fsync", order, is_read=True, of_writes=True),
    Kind("few descriptors", few_descriptors, all_but_one),
    Kind("disk full at a byte", disk, of_writes=True),
)
# Not of the agent: see steps.py.
OF_STEPS = "a call of a unit's step fails"


def sample(points, most):
    """At most so many, evenly, the first and the last among them."""
    if len(points) <= most:
        return points
    return [points[index * (len(points) - 1) // (most - 1)] for index in range(most)]


def build_folder(repository):
    return os.path.join(repository, os.environ.get("BUILD", "build"))
