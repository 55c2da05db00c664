"""The kinds of fault: a row each, with its points for a command."""

import collections
import errno
import os

import calls
import machine

# preload: FAULT of preload.c; prefix: what starts the agent. error: which errno it is; must_name: a
# failure says so. hides_messages: standard error itself fails. heals: the agent has to try again, and to
# succeed.
Fault = collections.namedtuple(
    "Fault", "name preload prefix descriptors error must_name kills hides_messages heals",
    defaults=("", (), None, None, True, False, False, False))

DESCRIPTORS = range(3, 21)
TRANSFER_SIZES = (1, 2, 3, 7, 64)
INTERRUPT_EACH = (2, 3, 5)


def counted(counter, name, error):
    """N from 1 to what a clean run counts."""
    def points(plan):
        return [Fault(f"{name} {n}", preload=f"{name}:{n}", error=error)
                for n in range(1, getattr(plan.clean.report, counter) + 1)]
    return points


def disk(plan):
    return [Fault(f"disk full after {n} bytes", preload=f"bytes:{n}", error=errno.ENOSPC)
            for n in range(plan.clean.report.bytes)]


def transfers(plan):
    del plan
    return [Fault(f"{name} {n}", preload=f"{name}:{n}", error=error, heals=True)
            for name, error, numbers in (("short", None, TRANSFER_SIZES),
                                         ("interrupt", errno.EINTR, INTERRUPT_EACH))
            for n in numbers]


def few_descriptors(plan):
    del plan
    return [Fault(f"{n} descriptors", descriptors=n, error=errno.EMFILE) for n in DESCRIPTORS]


def failing_calls(plan):
    found = []
    for call in plan.calls:
        for error in calls.errors_of(call):
            # What the metadata service's connection does is tried again; the message is of its end.
            is_network = "<socket:" in call.line or "<TCP:" in call.line or "<UNIX" in call.line or \
                call.name in calls.NETWORK
            found.append(Fault(
                f"{call.name} {call.number}: {errno.errorcode[error]}: {call.line}",
                prefix=calls.inject(call, f"error={error}"), error=error,
                must_name=not is_network, hides_messages=call.line.startswith("write(2<")))
    return found


def kills(plan):
    return [Fault(f"killed at {call.name} {call.number}: {call.line}",
                  prefix=calls.inject(call, "signal=KILL"), kills=True)
            for call in plan.calls if calls.is_changing(call)]


def order(plan):
    """Not tried but read from the trace of the clean run."""
    return calls.not_synced(plan.calls, machine.is_temporary)


Kind = collections.namedtuple("Kind", "name points is_read", defaults=(False,))
KINDS = (
    Kind("one allocation of the agent fails", counted("memory", "memory", errno.ENOMEM)),
    Kind("all from one on", counted("memory", "memory-from", errno.ENOMEM)),
    Kind("one allocation of a library fails", counted("library", "library", errno.ENOMEM)),
    Kind("all of libraries from one on", counted("library", "library-from", errno.ENOMEM)),
    Kind("a system call fails", failing_calls),
    Kind("short or interrupted transfers", transfers),
    Kind("SIGKILL at a system call", kills),
    Kind("power cut: order of fsync", order, True),
    Kind("few descriptors", few_descriptors),
    Kind("disk full at a byte", disk),
)


def sample(points, most):
    """At most so many, evenly, the first and the last among them."""
    if len(points) <= most:
        return points
    return [points[index * (len(points) - 1) // (most - 1)] for index in range(most)]


def build_folder(repository):
    return os.path.join(repository, os.environ.get("BUILD", "build"))
