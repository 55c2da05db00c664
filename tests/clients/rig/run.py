# SPDX-License-Identifier: MIT
"""Starts clients and asks the witness where each request went."""

import contextlib
import os
import select
import signal
import subprocess
import time

from . import rows, witness

# Longer than any of the clients waits by itself, also on a machine that has much else to do.
REQUEST_SECONDS = 120

PROXY_URL = f"http://{witness.PROXY[0]}:{witness.PROXY[1]}"
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def environment(no_proxy, home, extra):
    """All that a client gets: the variables in both cases, as the agent writes them."""
    variables = {"PATH": SYSTEM_PATH, "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8", **extra}
    for name in ("http_proxy", "https_proxy"):
        variables[name] = variables[name.upper()] = PROXY_URL
    if no_proxy != rows.UNSET:
        variables["no_proxy"] = variables["NO_PROXY"] = no_proxy
    return variables


def end(process):
    """Kills a process that leads a session, and all its children; returns when they are gone."""
    # Not yet waited for, so the number is still its own.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    # This is the first process of its namespace: it inherits the children.
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-process.pid, 0)


def has_ended(process, seconds):
    """Whether it ends within this time. Its number stays its own, so that end() can be called."""
    until = time.monotonic() + seconds
    options = os.WEXITED | os.WNOHANG | os.WNOWAIT
    while not os.waitid(os.P_PID, process.pid, options):
        if time.monotonic() >= until:
            return False
        time.sleep(0.001)
    return True


class Conversation:
    """A driver that reads a URL a line, requests it, and answers with a line when it is done."""

    def __init__(self, command, variables):
        self._process = subprocess.Popen(command, env=variables, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                         start_new_session=True)
        os.set_blocking(self._process.stdout.fileno(), False)
        os.set_blocking(self._process.stderr.fileno(), False)
        self.is_over = False
        self.complaints = b""

    def ask(self, url):
        """The driver's answer; None when it ended or took too long, and is_over is set."""
        try:
            self._process.stdin.write(url.encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            return self._end()
        answer = b""
        streams = [self._process.stdout, self._process.stderr]
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select(streams, [], [], REQUEST_SECONDS)
            if not ready:
                return self._end()
            if self._process.stderr in ready:
                part = self._process.stderr.read()
                self.complaints = (self.complaints + (part or b""))[-2000:]
                if not part:
                    streams.remove(self._process.stderr)
            if self._process.stdout in ready:
                part = self._process.stdout.read()
                if not part:
                    return self._end()
                answer += part
        return answer.decode("utf-8", "replace").strip()

    def _end(self):
        self.is_over = True
        return None

    def close(self):
        end(self._process)
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        with contextlib.suppress(OSError, ValueError):
            self.complaints = (self.complaints + (self._process.stderr.read() or b""))[-2000:]
        self._process.stdout.close()
        self._process.stderr.close()


class Observer:
    """Observes one client, case by case."""

    def __init__(self, client, seer, complain):
        self._client = client
        self._witness = seer
        self._complain = complain
        self._count = 0
        self._conversation = None
        self._no_proxy = None
        self.answer = None

    def observe(self, no_proxy, url):
        """The route of one request: direct, proxy or error."""
        self._count += 1
        token = f"t{os.getpid()}x{self._count}"
        self._witness.begin()
        if self._client.mode == "url":
            self.answer = self._run_once(no_proxy, url, token)
        else:
            self.answer = self._converse(no_proxy, url + token)
        return self._route(no_proxy, url, token)

    def close(self):
        if self._conversation:
            self._conversation.close()
            self._conversation = None

    def _run_once(self, no_proxy, url, token):
        command = self._client.command(url=url + token, plain_url=url, token=token)
        process = subprocess.Popen(command, env=self._client.environment(no_proxy, url),
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, start_new_session=True)
        # What a client does with its answer does not matter; wget2 waits after a TLS alert.
        latest = time.monotonic() + REQUEST_SECONDS
        while time.monotonic() < latest and not self._witness.has_answered():
            if has_ended(process, 0.02):
                break
        has_ended(process, 0.05)
        end(process)
        self._witness.settle()
        complaint = process.stderr.read()[-500:].decode("utf-8", "replace")
        process.stderr.close()
        return f"exit code {process.returncode}: {complaint}"

    def _converse(self, no_proxy, url):
        # The environment is read as in any process: at its start. So a list has its own process.
        if self._no_proxy != no_proxy or not self._conversation:
            self.close()
            self._no_proxy = no_proxy
            self._conversation = Conversation(self._client.command(),
                                              self._client.environment(no_proxy, url))
        answer = self._conversation.ask(url)
        if self._conversation.is_over:
            conversation = self._conversation
            self.close()
            self._witness.settle()
            return f"ended: {conversation.complaints.decode('utf-8', 'replace')}"
        return answer

    def _route(self, no_proxy, url, token):
        visits = self._witness.seen()
        if self._client.has_token and url.startswith("http:"):
            strangers = [visit for visit in visits if visit.request and token not in visit.request
                         and not visit.request.startswith("CONNECT ")]
            if strangers:
                self._complain(f"{no_proxy!r} {url}: not ours: {strangers[0].request}")
                visits = [visit for visit in visits if visit not in strangers]
        routes = [visit.route for visit in visits]
        if len(set(routes)) > 1:
            self._complain(f"{no_proxy!r} {url}: went {', then '.join(routes)}")
        if not routes:
            self._complain(f"{no_proxy!r} {url}: no connection: {self.answer}")
        return routes[0] if routes else "error"
