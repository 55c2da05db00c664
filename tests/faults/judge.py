# SPDX-License-Identifier: MIT
"""What is wrong with what the agent did under a fault, as words. Nothing wrong: an empty list."""

import errno
import os
import re

import commands
import machine

NO_MEMORY = ("out of memory", "Cannot allocate memory")
# An exit status from here on says that the command failed: sysexits(3).
FAILED = range(64, 79)
NOT_LOADED = 127
HIDDEN = "***"
RELOAD = "systemctl daemon-reload"
# What an earlier run learned cannot be read, or is not known to be of this machine.
UNUSED_FACTS = re.compile(r"facts\.json: .*: not used")
UNKNOWN_LOCK = re.compile(r"newfstatat .*\.lock>")
# What a cause leads to, as docs/design.md says it: sysexits(3).
EX_UNAVAILABLE, EX_OSERR, EX_IOERR, EX_TEMPFAIL, EX_NOPERM = 69, 71, 74, 75, 77
STATUSES = {errno.ENOMEM: {EX_OSERR}, errno.EACCES: {EX_NOPERM}, errno.EPERM: {EX_NOPERM}}
OF_FILES = {EX_IOERR}
OF_NETWORK = {EX_UNAVAILABLE, EX_OSERR, EX_TEMPFAIL, EX_NOPERM}
# That it cannot be written is a warning: it only helps a later boot.
KEPT_IF_POSSIBLE = ("var/lib/ec2-bootstrap/facts.json:", "var/lib/ec2-bootstrap/fetched")
KEPT_OF_OWNED = ("var/lib/ec2-bootstrap/" + commands.OWNED.replace("/", "-"),)


def causes(error):
    """What a message can call it."""
    if error is None:
        return ()
    words = (os.strerror(error),)
    return words + NO_MEMORY if error == errno.ENOMEM else words


def shows_secret(plan, result):
    shown = result.out + result.err
    own = () if plan.row.name == "credentials" else plan.credentials
    return [f"shown: {secret!r}" for secret in commands.SECRETS + own if secret in shown]


def leaks(plan, result):
    clean, report = plan.clean.report, result.report
    if not report.ended:
        return []
    return [f"leaked: {name}: {getattr(report, name)} instead of {getattr(clean, name)}"
            for name in ("live", "descriptors") if getattr(report, name) > getattr(clean, name)]


def lines(text):
    return set(text.splitlines())


def hides(shown, whole):
    """Whether a line is another one of which more is hidden, as where redaction has no memory."""
    pattern = ".*".join(map(re.escape, shown.split(HIDDEN)))
    return HIDDEN in shown and re.fullmatch(pattern, whole, re.DOTALL) is not None


def done(plan, fault, result, found):
    """The exit status is that of a clean run: all of it is there, or a word says what is not."""
    missing = lines(plan.clean.err) - lines(result.err)
    extra = lines(result.err) - lines(plan.clean.err)
    # doctor says what it could not see in its result.
    told = lines(result.out) - lines(plan.clean.out) if plan.row.words[0] == "doctor" else set()
    says_cause = any(cause in line for line in extra | told for cause in causes(fault.error))
    wrong = machine.differences(found, plan.new if plan.row.writes else plan.old)
    if says_cause:
        wrong = [line for line in wrong if not line.startswith(KEPT_IF_POSSIBLE)]
    if UNUSED_FACTS.search(result.err):
        wrong = []
    # Which systemd could not be asked for: see reloads().
    if RELOAD in result.err:
        wrong = [line for line in wrong if not line.startswith(machine.RELOAD)]
    # What another user's directory costs is its own output.
    if any(f"/{commands.OWNED}/" in line and "is left out" in line for line in extra):
        wrong = [line for line in wrong if not line.startswith((commands.OWNED, *KEPT_OF_OWNED))]
    if fault.hides_messages or says_cause:
        return wrong
    missing = {line for line in missing if not any(hides(other, line) for other in extra)}
    if result.out != plan.clean.out and not hides(result.out, plan.clean.out):
        wrong.append(f"exit status {result.status}, another result, and no word: "
                     f"{sorted(lines(result.out) ^ lines(plan.clean.out))[:4]}")
    if missing and not (extra and fault.error is None):
        wrong.append(f"exit status {result.status}, and no word of the cause: not said "
                     f"{sorted(missing)}, said {sorted(extra)}")
    return wrong


def statuses(fault):
    """Those that the cause can lead to."""
    return STATUSES.get(fault.error, OF_FILES) if fault.must_name else OF_NETWORK


def failed(fault, result, found):
    """It says that it failed, and why."""
    wrong = [f"left: {path}" for path in found if machine.is_temporary(path)
             # Of which nothing can be known: it can be somebody else's.
             and not (machine.is_lock(path) and UNKNOWN_LOCK.match(fault.name))]
    if fault.error is not None and result.status not in statuses(fault):
        wrong.append(f"exit status {result.status}, and {os.strerror(fault.error)!r} leads to "
                     f"{sorted(statuses(fault))}: {result.err[-300:]!r}")
    if fault.hides_messages:
        return wrong
    errors = [line for line in result.err.splitlines() if " error: " in line]
    if not errors:
        wrong.append(f"exit status {result.status}, and no error: {result.err!r}")
    elif fault.error is not None and fault.must_name and \
            not any(cause in line for line in errors for cause in causes(fault.error)):
        wrong.append(f"exit status {result.status}, and no word of the cause: {errors}")
    return wrong


def reloads(plan, fault, result, found):
    """systemd learns of each unit that was changed, now or never: the next run sees no change."""
    changed = machine.changed_units(found, plan.old)
    if not plan.row.is_booted or fault.kills or fault.hides_messages or not changed or \
            machine.RELOAD in found or RELOAD in result.err:
        return []
    return [f"exit status {result.status}, and systemd is not told of {changed}"]


def claims(plan, result, found):
    """What the last word says of the files."""
    changed = [path for path in found.keys() | plan.old.keys()
               if not machine.is_own(path) and not machine.is_temporary(path) and
               found.get(path) != plan.old.get(path)]
    if changed and "no file was changed" in result.err:
        return [f"exit status {result.status}, said \"no file was changed\", but: {sorted(changed)}"]
    return []


def end(plan, fault, result, found):
    if fault.kills:
        return [] if result.status == -9 else [f"was not killed: exit status {result.status}"]
    if result.status == plan.clean.status:
        return done(plan, fault, result, found)
    if result.status in FAILED and not fault.heals:
        return failed(fault, result, found)
    return [f"exit status {result.status}, clean is {plan.clean.status}: {result.err[-500:]!r}"]


def without_imds(plan, fault, result):
    """Whether a fault of the network has made the command do without the metadata service, or one of a file
    without what it told an earlier run."""
    return plan.row.asks and result.status in FAILED and \
        (not fault.must_name or UNUSED_FACTS.search(result.err))


def judge(plan, fault, result, found):
    wrong = end(plan, fault, result, found) + shows_secret(plan, result) + \
        reloads(plan, fault, result, found) + claims(plan, result, found)
    # Without the metadata service the files are others: made from what is known.
    if without_imds(plan, fault, result):
        return wrong + leaks(plan, result)
    return wrong + leaks(plan, result) + machine.not_whole(found, plan.old, plan.new)
