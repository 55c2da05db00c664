# SPDX-License-Identifier: MIT
"""The agent on a tree, as it is or under a fault, and what it did."""

import collections
import contextlib
import os
import re
import resource
import signal
import socket
import struct
import subprocess

import commands

HANGS_S = 60
# As preload.c writes it.
Report = collections.namedtuple("Report", "memory library bytes failed ended live descriptors early_memory early_library")
REPORT = struct.Struct("=9Q")
INTEGER = struct.Struct("=i")

# status: as of subprocess; report: None under strace.
Result = collections.namedtuple("Result", "status out err report")
TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:]+Z")
TOOK = re.compile(r'"\w*ms":\s*(\d+|\{[^}]*\})')
# Four connections at once answer in whatever order.
REQUESTS = re.compile(r'"requests":\s*\[[^\]]*\]')
# A connection that is not permitted is tried with a mark.
MARKED = re.compile(r'"marked":\s*\w+')


def normal(text, root, folder):
    """Without what differs from run to run."""
    text = TIME.sub("TIME", text.replace(root, "").replace(folder, ""))
    return TOOK.sub("TOOK", REQUESTS.sub("REQUESTS", MARKED.sub("MARKED", text)))


class Server:
    """One command, ready to begin, of which each call is a fork: see preload.c. Late: its options have
    been read."""

    def __init__(self, command, environment, late, out, err):
        self.socket, end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with end:
            self.process = subprocess.Popen(
                command, env={**environment, "FAULT_SERVER": str(end.fileno()),
                              "FAULT_LATE": "yes" if late else ""},
                pass_fds=(end.fileno(),), stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        self.socket.settimeout(HANGS_S)

    def call(self, fault):
        """The status, as of subprocess."""
        self.socket.send(fault.encode())
        child = INTEGER.unpack(self.socket.recv(INTEGER.size))[0]
        try:
            status = INTEGER.unpack(self.socket.recv(INTEGER.size))[0]
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            self.socket.recv(INTEGER.size)
            return "hangs"
        return os.waitstatus_to_exitcode(status)

    def close(self):
        self.socket.close()
        self.process.wait()


class Agent:
    """Commands on one root, one at a time. urls: NAME of commands.SERVICES -> its address."""

    def __init__(self, build, folder, urls):
        self.folder, self.urls = folder, urls
        self.root = os.path.join(folder, "root")
        self.program = os.path.join(build, "ec2-bootstrap")
        self.preload = os.path.join(build, "faults-preload.so")
        self.report = os.path.join(folder, "report")
        self.servers = {}
        self.texts = [open(os.path.join(folder, name), "a+b")  # pylint: disable=consider-using-with
                      for name in ("out", "err")]
        with open(self.report, "wb") as file:
            file.write(bytes(REPORT.size))
        # As systemd's, which reads what it is told.
        self.notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notified.setblocking(False)
        self.notified.bind("")

    def words(self, row):
        result = [self.program, *row.words]
        if not row.is_booted:
            result += ["--root", self.root]
        if row.words[0] in commands.WITH_SETTINGS and row.settings != commands.USUAL:
            result += ["--config", os.path.join(self.folder, row.settings + ".json")]
        return result + (["--endpoint", self.urls[row.asks]] if row.asks else [])

    def environment(self, row, fault=""):
        result = {"FAULT": fault, "FAULT_REPORT": self.report, "LD_PRELOAD": self.preload,
                  "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        if row.is_booted:
            result["FAULT_CHROOT"] = self.root
            result["NOTIFY_SOCKET"] = self.notified.getsockname().decode().replace("\0", "@")
        return result

    def serve(self, row, fault, late):
        key = (late, row.is_booted, *self.words(row))
        if key not in self.servers:
            self.servers[key] = Server(self.words(row), self.environment(row), late, *self.texts)
        return self.servers[key].call(fault)

    def start(self, row, fault, prefix, descriptors):
        environment = self.environment(row, fault)
        if prefix:  # not for strace itself
            prefix = [*prefix, *(word for name in list(environment) if name != "PATH"
                                 for word in ("-E", name + "=" + environment.pop(name)))]
        limit = descriptors and (lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, (descriptors, descriptors)))
        with open(self.report, "r+b") as file:
            file.write(bytes(REPORT.size))
        try:
            return subprocess.run(
                [*prefix, *self.words(row)], env=environment, stdin=subprocess.DEVNULL,
                stdout=self.texts[0], stderr=self.texts[1], check=False, timeout=HANGS_S,
                preexec_fn=limit).returncode  # pylint: disable=subprocess-popen-preexec-fn
        except subprocess.TimeoutExpired:
            return "hangs"

    def run(self, row, fault="none", prefix=(), descriptors=None, late=True):
        """fault: FAULT of preload.c; prefix: a program that starts it; late: where the fault can only be
        when the command has begun."""
        for file in self.texts:
            file.truncate(0)
        status = self.start(row, fault, prefix, descriptors) if prefix or descriptors else \
            self.serve(row, fault, late)
        texts = []
        for file in self.texts:
            file.seek(0)
            texts.append(normal(file.read().decode(errors="replace"), self.root, self.folder))
        with contextlib.suppress(BlockingIOError):
            while self.notified.recv(1):
                pass
        with open(self.report, "rb") as file:
            return Result(status, *texts, Report(*REPORT.unpack(file.read())))

    def settle(self, words, row, settings):
        """What comes before or after a fault in a row's command: `run` or `remove` on the same machine."""
        return self.run(row._replace(words=[words], settings=settings,
                                     asks=None if words == "remove" else "sound"))

    def close(self):
        for server in self.servers.values():
            server.close()
        self.notified.close()
        for file in self.texts:
            file.close()
