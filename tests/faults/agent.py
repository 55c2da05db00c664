"""The agent on a tree, as it is or under a fault, and what it did."""

import collections
import os
import re
import resource
import signal
import socket
import struct
import subprocess

import calls
import commands

HANGS_S = 60
# As preload.c writes it.
Report = collections.namedtuple("Report", "memory library bytes failed ended live descriptors")
REPORT = struct.Struct("=7Q")
INTEGER = struct.Struct("=i")

# status: as of subprocess; report: None under strace.
Result = collections.namedtuple("Result", "status out err report")
TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:]+Z")
TOOK = re.compile(r'"\w*ms":\s*(\d+|\{[^}]*\})')
# Four connections at once answer in whatever order.
REQUESTS = re.compile(r'"requests":\s*\[[^\]]*\]')


def normal(text, root):
    """Without what differs from run to run."""
    text = TIME.sub("TIME", text.replace(root, ""))
    return TOOK.sub("TOOK", REQUESTS.sub("REQUESTS", text))


class Server:
    """One command, ready to begin, of which each call is a fork: see preload.c."""

    def __init__(self, command, environment, out, err):
        self.socket, end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with end:
            self.process = subprocess.Popen(
                command, env={**environment, "FAULT_SERVER": str(end.fileno())},
                pass_fds=(end.fileno(),), stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        self.socket.settimeout(HANGS_S)

    def call(self, fault):
        """The status, as of subprocess."""
        self.socket.send(fault.encode() or b"none")
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
    """Commands on one root, one at a time."""

    def __init__(self, build, folder, url):
        self.folder, self.url = folder, url
        self.root = os.path.join(folder, "root")
        self.program = os.path.join(build, "ec2-bootstrap")
        self.preload = os.path.join(build, "faults-preload.so")
        self.report = os.path.join(folder, "report")
        self.servers = {}
        self.texts = [open(os.path.join(folder, name), "a+b")  # pylint: disable=consider-using-with
                      for name in ("out", "err")]
        with open(self.report, "wb") as file:
            file.write(bytes(REPORT.size))

    def words(self, words, settings, asks):
        result = [self.program, *words, "--root", self.root]
        if words[0] in commands.WITH_SETTINGS:
            result += ["--config", os.path.join(self.folder, settings + ".json")]
        return result + (["--endpoint", self.url] if asks else [])

    def environment(self, fault=""):
        return {"FAULT": fault, "FAULT_REPORT": self.report, "LD_PRELOAD": self.preload,
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}

    def serve(self, command, fault):
        key = tuple(command)
        if key not in self.servers:
            self.servers[key] = Server(command, self.environment(), *self.texts)
        return self.servers[key].call(fault)

    def start(self, command, fault, prefix, descriptors):
        environment = self.environment(fault)
        if prefix:  # not for strace itself
            trace = os.path.join(self.folder, "trace")
            prefix = [trace if word == calls.TRACE else word for word in prefix]
            prefix = [*prefix, *(word for name in ("FAULT", "FAULT_REPORT", "LD_PRELOAD")
                                 for word in ("-E", name + "=" + environment.pop(name)))]
        limit = descriptors and (lambda: resource.setrlimit(
            resource.RLIMIT_NOFILE, (descriptors, descriptors)))
        with open(self.report, "r+b") as file:
            file.write(bytes(REPORT.size))
        try:
            return subprocess.run(
                [*prefix, *command], env=environment, stdin=subprocess.DEVNULL,
                stdout=self.texts[0], stderr=self.texts[1], check=False, timeout=HANGS_S,
                preexec_fn=limit).returncode  # pylint: disable=subprocess-popen-preexec-fn
        except subprocess.TimeoutExpired:
            return "hangs"

    def call(self, command, fault="", prefix=(), descriptors=None):
        """fault: FAULT of preload.c; prefix: a program that starts it."""
        for file in self.texts:
            file.truncate(0)
        status = self.start(command, fault, prefix, descriptors) if prefix or descriptors else \
            self.serve(command, fault)
        texts = []
        for file in self.texts:
            file.seek(0)
            texts.append(normal(file.read().decode(errors="replace"), self.root))
        with open(self.report, "rb") as file:
            return Result(status, *texts, Report(*REPORT.unpack(file.read())))

    def run(self, row, **fault):
        return self.call(self.words(row.words, row.settings, row.asks), **fault)

    def settle(self, words, settings):
        """What comes after a fault: `run` or `remove`."""
        return self.call(self.words([words], settings, words == "run"))

    def close(self):
        for server in self.servers.values():
            server.close()
        for file in self.texts:
            file.close()
