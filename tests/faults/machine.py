# SPDX-License-Identifier: MIT
"""A tree of files: what it holds, how it gets that back, and what is neither as before nor as after."""

import functools
import os
import re
import shutil
import stat
import time

TEMPORARY = re.compile(r"\..*\.ec2-bootstrap(\.\d|\.[0-9a-f]{16}-[0-9a-f]{16})?|\.ec2-bootstrap\.lock")
# What the agent keeps for itself is right when the next run and `remove` are: they are tried.
OWN = re.compile(r"(run|var|var/lib|(run|var/lib)/ec2-bootstrap(/.*)?|usr/local/share/ec2-bootstrap/update-due)")
# By this the agent asks its unit for `systemctl daemon-reload`; the unit takes it away.
RELOAD = "run/ec2-bootstrap/reload"
UNITS = "etc/systemd/system/"
# It is taken by an open file, and may stay.
LOCK = re.compile(r"run/ec2-bootstrap(/lock)?|\.ec2-bootstrap\.lock")


# PATH -> its inode and ctime, and the entry that was read then.
known = {}
# As coarse as the kernel's clock for files, and a few times more: later changes can have the same time.
FRESH_NS = 20_000_000


def read_entry(path, status):
    """(mode, owner, group, content, extended attributes, ACLs among them) of what is there; of a directory
    no content."""
    content, attributes = None, ()
    if stat.S_ISREG(status.st_mode):
        with open(path, "rb") as file:
            content = file.read()
    elif stat.S_ISLNK(status.st_mode):
        content = os.readlink(path)
    if not stat.S_ISLNK(status.st_mode):
        attributes = tuple((name, os.getxattr(path, name)) for name in sorted(os.listxattr(path)))
    return status.st_mode, status.st_uid, status.st_gid, content, attributes


def entry_of(path, status, now_ns):
    key, entry = known.get(path, (None, None))
    if key == (status.st_ino, status.st_ctime_ns):
        return entry
    entry = read_entry(path, status)
    if status.st_ctime_ns < now_ns - FRESH_NS:
        known[path] = ((status.st_ino, status.st_ctime_ns), entry)
    return entry


def read(root):
    """PATH -> entry, below root."""
    found, now_ns, directories = {}, time.time_ns(), [""]
    while directories:
        directory = directories.pop()
        with os.scandir(os.path.join(root, directory)) as entries:
            for each in entries:
                path = directory + each.name
                found[path] = entry_of(each.path, each.stat(follow_symlinks=False), now_ns)
                if each.is_dir(follow_symlinks=False):
                    directories.append(path + "/")
    return found


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def put(path, entry):
    mode, owner, group, content, attributes = entry
    if stat.S_ISDIR(mode):
        os.makedirs(path, exist_ok=True)
    elif stat.S_ISLNK(mode):
        os.symlink(content, path)
        return
    else:
        with open(path, "wb") as file:
            file.write(content)
    os.chown(path, owner, group)
    for name in os.listxattr(path):  # also those that came from the directory
        os.removexattr(path, name)
    os.chmod(path, stat.S_IMODE(mode))
    for name, value in attributes:
        os.setxattr(path, name, value)


def restore(root, found, wanted):
    """Makes the tree, which is as found, as it is wanted."""
    for path in sorted(found.keys() | wanted.keys()):
        entry = wanted.get(path)
        if found.get(path) == entry:
            continue
        whole = os.path.join(root, path)
        is_same_directory = (entry and stat.S_ISDIR(entry[0]) and os.path.isdir(whole) and
                             not os.path.islink(whole))
        if not is_same_directory:
            remove(whole)
        if entry:
            put(whole, entry)


@functools.cache
def is_lock(path):
    return LOCK.fullmatch(path) is not None


@functools.cache
def is_temporary(path):
    return TEMPORARY.fullmatch(os.path.basename(path)) is not None


@functools.cache
def is_own(path):
    return OWN.fullmatch(path) is not None


def reloaded(state):
    """What the unit leaves of it, once the agent has ended."""
    return {path: entry for path, entry in state.items() if path != RELOAD}


def changed_units(state, old):
    return sorted(path for path in state.keys() | old.keys() if path.startswith(UNITS) and
                  path.endswith(".conf") and state.get(path) != old.get(path))


def settled(state):
    """What counts when nobody is at work: no lock, and the list of directories in whatever order."""
    result = {path: entry for path, entry in state.items() if not is_lock(path)}
    for path in result.keys() & {"var/lib/ec2-bootstrap/folders"}:
        mode, owner, group, content, attributes = result[path]
        result[path] = (mode, owner, group, b"".join(sorted(content.splitlines(keepends=True))), attributes)
    return result


def differences(found, expected):
    if found == expected:
        return []
    found, expected = settled(found), settled(expected)
    return [f"{path}: expected {expected.get(path)}, found {found.get(path)}"
            for path in sorted(found.keys() | expected.keys())
            if found.get(path) != expected.get(path)]


def not_whole(found, old, new):
    """What is neither as before nor as after."""
    return [f"not whole: {path}: {entry}" for path, entry in found.items()
            if entry not in (old.get(path), new.get(path)) and
            not is_temporary(path) and not is_own(path)] + [
                f"lost: {path}" for path in (old.keys() & new.keys()) - found.keys()
                if not is_own(path)]
