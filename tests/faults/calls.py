# SPDX-License-Identifier: MIT
"""System calls: which error each can give, and those that a command makes.

A call that the agent makes and that has no row is said to be missing."""

import collections
import errno
import os
import re

READ = "EIO ENOMEM"
LOOK = "EIO ENOMEM"
CHANGE = "EACCES EIO ENOSPC EROFS EDQUOT EPERM ENOMEM"
SOCKET = "ENOBUFS ENOMEM"
ERRORS = {
    "openat": "EACCES EIO EMFILE ENFILE ENOMEM ENOSPC EPERM EROFS",
    "openat2": "EACCES EAGAIN EIO EMFILE ENFILE ENOMEM ENOSYS EPERM",
    "read": READ, "pread64": READ, "getdents64": READ, "lseek": "EIO",
    "readlink": LOOK, "readlinkat": LOOK, "newfstatat": LOOK, "fstat": LOOK, "statx": LOOK,
    "access": LOOK, "faccessat2": LOOK, "statfs": LOOK, "fstatfs": LOOK,
    "write": "EIO ENOSPC EDQUOT EFBIG EPIPE", "fsync": "EIO ENOSPC EDQUOT",
    "ftruncate": CHANGE, "mkdirat": CHANGE + " EMLINK", "renameat": CHANGE + " EBUSY",
    "renameat2": CHANGE + " EBUSY EINVAL", "linkat": CHANGE, "symlinkat": CHANGE,
    "unlinkat": CHANGE + " EBUSY", "fchmod": CHANGE, "fchmodat": CHANGE, "fchown": CHANGE,
    "fchownat": CHANGE, "fsetxattr": CHANGE + " ENOTSUP", "fremovexattr": CHANGE,
    "fgetxattr": "EIO ENOTSUP ERANGE", "flistxattr": "EIO ENOTSUP ERANGE", "flock": "EINTR ENOLCK",
    "utimensat": CHANGE, "memfd_create": "EMFILE ENFILE ENOMEM",
    "dup3": "EMFILE", "pipe2": "EMFILE ENFILE",
    "socket": "EACCES EAFNOSUPPORT EMFILE ENFILE " + SOCKET, "socketpair": "EMFILE ENFILE",
    "connect": "EACCES ECONNREFUSED ETIMEDOUT ENETUNREACH EADDRNOTAVAIL", "bind": "EADDRINUSE EACCES",
    "sendto": "ECONNRESET EPIPE " + SOCKET, "sendmsg": "ECONNRESET EPIPE " + SOCKET,
    "sendmmsg": "ECONNRESET " + SOCKET,
    "recvfrom": "ECONNRESET ETIMEDOUT " + SOCKET, "recvmsg": "ECONNRESET " + SOCKET,
    "setsockopt": SOCKET, "getsockopt": SOCKET, "getsockname": SOCKET, "getpeername": SOCKET,
    "poll": "EINTR ENOMEM", "ppoll": "EINTR ENOMEM", "ioctl": "EIO ENOTTY",
    "vfork": "EAGAIN ENOMEM", "fork": "EAGAIN ENOMEM", "clone": "EAGAIN ENOMEM",
    "clone3": "EAGAIN ENOMEM", "wait4": "ECHILD", "uname": "EFAULT", "sysinfo": "EFAULT",
    "prctl": "EINVAL EPERM", "prlimit64": "EPERM", "setrlimit": "EPERM", "getrandom": "EAGAIN EINTR",
}
NETWORK = {"socket", "socketpair", "connect", "bind", "poll", "ppoll"}
# They cannot fail, or only for memory, which has kinds of its own; a failed close has closed.
WITHOUT = {
    "brk", "mmap", "munmap", "mprotect", "madvise", "mremap", "close", "close_range", "exit_group",
    "exit", "futex", "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "umask",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "kill", "tgkill", "clock_gettime",
    "clock_nanosleep", "nanosleep", "restart_syscall", "execve", "set_robust_list", "rseq",
    "fcntl", "sched_getaffinity", "sched_yield", "arch_prctl", "setpgid", "getppid", "dup2", "pidfd_open",
    "setfsuid", "setfsgid", "setgroups",  # without the right to them a directory is left out: foreign-directory.bats
    "getgroups",  # nor has root more groups than there is room for
    "waitid",  # preload.c's
}
# These do nothing that a power cut or a kill could tear.
READING = re.compile(r"openat2?\(.*(O_RDONLY|O_PATH|flags=O_(RDONLY|PATH))(?!.*O_CREAT)|write\([12]<|"
                     r"flock\(")
CHANGING = {"openat", "openat2", "mkdirat", "write", "fchmod", "fchmodat", "fchown", "fchownat",
            "fsetxattr", "fremovexattr", "fsync", "ftruncate", "renameat", "renameat2", "linkat",
            "symlinkat", "unlinkat", "utimensat"}
LINE = re.compile(r"(\d+) +\[ *(\d+)\] ((\w+)\(.*)")
# The agent's own first call, where the command begins, and preload.c's last: what stands before and
# behind is not the agent's.
BORDER = "umask"

# code: the kernel's number of the call; number: of those of its name, from the border on; late: the
# command has begun.
Call = collections.namedtuple("Call", "name code number late line")


def trace(agent, row):
    """The calls of the agent itself."""
    path = os.path.join(agent.folder, "trace")
    result = agent.run(row, fault="trace",
                       prefix=["strace", "-f", "-n", "-y", "-s", "64", "-o", path])
    calls, seen, borders, process = [], collections.Counter(), 0, None
    with open(path, encoding="utf-8", errors="replace") as file:
        for match in filter(None, map(LINE.match, file)):
            process = process or match[1]
            if match[1] != process:
                continue
            seen[match[4]] += 1
            if match[4] == BORDER:
                borders, seen = borders + 1, collections.Counter()
            elif borders in (1, 2):
                calls.append(Call(match[4], int(match[2]), seen[match[4]], borders == 2, match[3]))
    return result, calls


def errors_of(call):
    names = ERRORS.get(call.name, "").split()
    if call.name.startswith("openat") and "O_CREAT" not in call.line:
        # That it is not for us to read is an answer.
        names = [name for name in names if name not in ("EACCES", "ENOSPC", "EPERM", "EROFS")]
    if call.name == "flistxattr" and not call.line.endswith(" = 0"):
        # Where there are attributes, the file system has them.
        names.remove("ENOTSUP")
    if "TCP_INFO" in call.line:  # needs nothing that could be short
        return []
    if "AT_REMOVEDIR" in call.line:  # a directory that is in use, or mounted, stays: an answer
        names = [name for name in names if name not in ("EBUSY", "EROFS")]
    return [getattr(errno, name) for name in names]


def missing(calls):
    return sorted({call.name for call in calls} - ERRORS.keys() - WITHOUT)


def is_changing(call):
    return call.name in CHANGING and not READING.match(call.line)


LOCK = re.compile(r"lock$")
# As strace -y shows them: with the path of each descriptor.
WRITE = re.compile(r"(?:write|fchmod|fchown|fsetxattr|ftruncate)\(\d+<([^>]*)>")
FSYNC = re.compile(r"fsync\(\d+<([^>]*)>\) += 0")
RENAME = re.compile(r'renameat2?\(\d+<([^>]*)>, "([^"]*)", \d+<[^>]*>, "([^"]*)".* = 0')
REMOVE = re.compile(r'unlinkat\(\d+<([^>]*)>, "([^"]*)", 0\) = 0')


def not_synced(calls, is_temporary):
    """For each rename or removal, what a power cut could undo or tear, or None: a new file is on the
    disk before it is renamed, and the directory before the next file is renamed or removed."""
    found, synced, directory = [], set(), None
    for line in [call.line for call in calls if is_changing(call)] + [""]:
        fsync, rename, removal = (each.match(line) for each in (FSYNC, RENAME, REMOVE))
        if removal and (is_temporary(removal[2]) or LOCK.search(removal[2])):
            continue
        if fsync and fsync[1] == directory:
            directory = found.append(None)
        elif fsync:
            synced.add(fsync[1])
        elif directory and (rename or removal or not line):
            found.append(f"no fsync of {directory} before {line or 'the end'}")
        if rename and is_temporary(rename[2]) and is_temporary(rename[3]):
            # It gets a name with marks, and is what it was.
            if os.path.join(rename[1], rename[2]) in synced:
                synced.add(os.path.join(rename[1], rename[3]))
            continue
        if rename or removal:
            directory = (rename or removal)[1]
        # A file that is to go has the name of a temporary one first.
        is_new = rename and (not is_temporary(rename[3]) or "RENAME_EXCHANGE" in line)
        if is_new and os.path.join(rename[1], rename[2]) not in synced:
            found.append("no fsync of the file before " + line)
        if WRITE.match(line):
            synced.discard(WRITE.match(line)[1])
    return found
