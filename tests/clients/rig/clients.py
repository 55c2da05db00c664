# SPDX-License-Identifier: MIT
"""The clients of clients.tsv: what each is started with, and where it lives."""

import os
import shutil

from . import rows, run

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPOSITORY = os.path.dirname(os.path.dirname(FOLDER))

# Where a tree of another suite sees the folders that commands name. Its /tmp is empty, and its own.
INSIDE = {"drivers": "/clients/drivers", "build": "/clients/build", "home": "/tmp"}


def build_folder():
    """What prepare made: trees, node_modules, compiled drivers."""
    build = os.environ.get("BUILD", "build")
    return os.path.join(REPOSITORY, build, "clients")


def scratch_folder():
    """Where a namespace mounts a file system of its own, with a home for the clients."""
    return os.path.join(build_folder(), "scratch")


class Client:
    """A row of clients.tsv."""

    def __init__(self, fields):
        self.name, self.model, self.size, self.suite, self.packages, self.mode, line = fields
        self.tree = None if self.suite == "here" else f"{build_folder()}/{self.suite}"
        # As in a shell, the words before the command are assignments.
        self._words = line.split()
        self._assignments = []
        while "=" in self._words[0]:
            self._assignments.append(self._words.pop(0).split("=", 1))
        self.has_token = "{plain_url}" not in line

    def _places(self):
        if self.tree:
            return dict(INSIDE)
        return {"drivers": f"{FOLDER}/drivers", "build": build_folder(),
                "home": f"{scratch_folder()}/home"}

    def command(self, **values):
        """The words to start it with."""
        words = [word.format(**values, **self._places()) for word in self._words]
        return ["chroot", self.tree, *words] if self.tree else words

    def environment(self, no_proxy, url):
        """The variables it gets."""
        places = {**self._places(), "plain_url": url}
        extra = {name: value.format(**places) for name, value in self._assignments}
        return run.environment(no_proxy, places["home"], extra)

    def missing(self):
        """What keeps it from being started, or None."""
        if self.tree and not os.path.isdir(self.tree):
            return f"no {self.tree}: run tests/clients/prepare {self.name}"
        if self.tree:
            return None
        program = self._words[0].format(**self._places())
        if not shutil.which(program, path=run.SYSTEM_PATH):
            return f"no {program}: run tests/clients/prepare {self.name}"
        return None


def read():
    return [Client(fields) for fields in rows.read(f"{FOLDER}/clients.tsv")]


def choose(words, everything):
    """The client of each name, or else all clients of that model, size or suite."""
    chosen = []
    for word in words:
        found = [client for client in everything if client.name == word]
        found = found or [client for client in everything
                          if word in ("all", client.model, client.size, client.suite)]
        if not found:
            raise SystemExit(f"clients: no client {word}; see tests/clients/clients.tsv")
        chosen += [client for client in found if client not in chosen]
    return chosen
