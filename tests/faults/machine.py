"""A tree of files: what it holds, how it gets that back, and what is neither as before nor as after."""

import os
import re
import shutil
import stat

TEMPORARY = re.compile(r"\..*\.ec2-bootstrap(\.\d|\.[0-9a-f]{16}-[0-9a-f]{16})?|\.ec2-bootstrap\.lock")
# What the agent keeps for itself is right when the next run and `remove` are: they are tried.
OWN = re.compile(r"(run|var|var/lib|(run|var/lib)/ec2-bootstrap(/.*)?)")
# It is taken by an open file, and may stay.
LOCK = re.compile(r"run/ec2-bootstrap(/lock)?|\.ec2-bootstrap\.lock")


def entry_of(path):
    """(mode, owner, group, content) of what is there; of a directory no content."""
    status = os.lstat(path)
    content = None
    if stat.S_ISREG(status.st_mode):
        with open(path, "rb") as file:
            content = file.read()
    elif stat.S_ISLNK(status.st_mode):
        content = os.readlink(path)
    return status.st_mode, status.st_uid, status.st_gid, content


def read(root):
    """PATH -> entry, below root."""
    found = {}
    for directory, directories, files in os.walk(root):
        for name in directories + files:
            path = os.path.join(directory, name)
            found[os.path.relpath(path, root)] = entry_of(path)
    return found


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def put(path, entry):
    mode, owner, group, content = entry
    if stat.S_ISDIR(mode):
        os.makedirs(path, exist_ok=True)
    elif stat.S_ISLNK(mode):
        os.symlink(content, path)
        return
    else:
        with open(path, "wb") as file:
            file.write(content)
    os.chown(path, owner, group)
    os.chmod(path, stat.S_IMODE(mode))


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


def is_temporary(path):
    return TEMPORARY.fullmatch(os.path.basename(path)) is not None


def settled(state):
    """What counts when nobody is at work: no lock, and the list of directories in whatever order."""
    result = {path: entry for path, entry in state.items() if not LOCK.fullmatch(path)}
    for path in result.keys() & {"var/lib/ec2-bootstrap/folders"}:
        mode, owner, group, content = result[path]
        result[path] = (mode, owner, group, b"".join(sorted(content.splitlines(keepends=True))))
    return result


def differences(found, expected):
    found, expected = settled(found), settled(expected)
    return [f"{path}: expected {expected.get(path)}, found {found.get(path)}"
            for path in sorted(found.keys() | expected.keys())
            if found.get(path) != expected.get(path)]


def not_whole(found, old, new):
    """What is neither as before nor as after."""
    return [f"not whole: {path}: {entry}" for path, entry in found.items()
            if not is_temporary(path) and not OWN.fullmatch(path) and
            entry not in (old.get(path), new.get(path))] + [
                f"lost: {path}" for path in (old.keys() & new.keys()) - found.keys()
                if not OWN.fullmatch(path)]
