# SPDX-License-Identifier: MIT
"""Tests as TAP, each with what is needed to understand a failure."""


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0
        self.group = ""

    def check(self, name, passed, detail=""):
        self.count += 1
        self.failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.count} {self.group}: {name}", flush=True)
        if not passed:
            for line in str(detail).splitlines():
                print(f"# {line}", flush=True)

    def equal(self, name, actual, expected):
        self.check(name, actual == expected, f"expected: {expected!r}\nactual:   {actual!r}")

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} {name} # SKIP {why}", flush=True)

    def note(self, text):
        print(f"# {self.group}: {text}", flush=True)
