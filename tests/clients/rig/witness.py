# SPDX-License-Identifier: MIT
"""The server that sees what a client does: it is the proxy, and every host on every port beside it.

What a client says of itself does not count. Whatever comes to the proxy's port went through the
proxy; whatever comes to another port went direct.
"""

import contextlib
import re
import socket
import threading
import time

PROXY = ("127.0.0.1", 3128)
PLAIN_PORTS = (80, 8080)
TLS_PORTS = (443, 8443)

# More than any client waits.
PATIENCE_S = 120

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"
TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"
# RFC 8446: fatal, handshake_failure
TLS_ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
FIRST_BYTES_OF_HTTP = (b"C", b"G", b"P", b"H")


class Visit:
    """One connection: where it came in, and the first line that was sent on it, if any."""

    def __init__(self, route, port):
        self.route = route
        self.port = port
        self.request = None
        self.is_answered = False


class Witness:
    def __init__(self):
        self._lock = threading.Lock()
        self._visits = []
        self._barriers = set()
        self._listeners = []
        self._listen(socket.AF_INET, PROXY, "proxy")
        for port in PLAIN_PORTS + TLS_PORTS:
            self._listen(socket.AF_INET, ("0.0.0.0", port), "direct")
            self._listen(socket.AF_INET6, ("::", port), "direct")

    def _listen(self, family, address, route):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(64)
        self._listeners.append((family, address[1]))
        threading.Thread(target=self._accept, args=(listener, route), daemon=True).start()

    def _accept(self, listener, route):
        while True:
            connection, peer = listener.accept()
            with self._lock:
                if peer[:2] in self._barriers:
                    self._barriers.remove(peer[:2])
                    connection.close()
                    continue
                visit = Visit(route, listener.getsockname()[1])
                self._visits.append(visit)
            threading.Thread(target=self._serve, args=(connection, visit), daemon=True).start()

    def _serve(self, connection, visit):
        # A client may break off at any point.
        with connection, contextlib.suppress(OSError):
            connection.settimeout(PATIENCE_S)
            # Behind a tunnel comes what would have come without: TLS, or http from some clients.
            # wget2 1.99 speaks TLS to a proxy, too.
            while visit.request is None or visit.request.startswith("CONNECT "):
                if connection.recv(1, socket.MSG_PEEK) not in FIRST_BYTES_OF_HTTP:
                    connection.recv(65536)
                    connection.sendall(TLS_ALERT)
                    break
                visit.request = self._answer(connection)
                visit.is_answered = True
            visit.is_answered = True
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass

    @staticmethod
    def _answer(connection):
        """Reads a request, answers it and returns its first line."""
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(65536)
            if not part:
                raise ConnectionError
            head += part
        length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
        body = len(head.split(b"\r\n\r\n", 1)[1])
        while length and body < int(length.group(1)):
            part = connection.recv(65536)
            if not part:
                break
            body += len(part)
        connection.sendall(TUNNEL if head.startswith(b"CONNECT ") else ANSWER)
        return head.split(b"\r\n", 1)[0].decode("latin-1")

    def begin(self):
        """Forgets all that was seen."""
        with self._lock:
            self._visits.clear()

    def has_answered(self):
        """Whether a visit since begin() has had all of its answer."""
        with self._lock:
            return any(visit.is_answered for visit in self._visits)

    def seen(self):
        """All visits since begin()."""
        # A client that has an answer was seen. Only one that gave up may be in a queue still.
        if not self._visits:
            self.settle()
        with self._lock:
            return list(self._visits)

    def settle(self):
        """Waits until all is seen that the processes have done which are gone."""
        # Each listener takes its connections in their order: once it has taken ours, it has taken
        # whatever a client had opened before.
        ours = []
        for family, port in self._listeners:
            knock = socket.socket(family, socket.SOCK_STREAM)
            loopback = "127.0.0.1" if family == socket.AF_INET else "::1"
            knock.bind((loopback, 0))
            with self._lock:
                self._barriers.add(knock.getsockname()[:2])
            knock.connect((loopback, port))
            ours.append(knock)
        end = time.monotonic() + PATIENCE_S
        while self._barriers:
            if time.monotonic() > end:
                raise RuntimeError("a listener takes no connections")
            time.sleep(0.0005)
        for knock in ours:
            knock.close()
