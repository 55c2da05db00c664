# SPDX-License-Identifier: MIT
"""What the pages say: their blocks of code, the commands in them, and the exceptions of exceptions.tsv."""

import fnmatch
import os
import re
import subprocess

from around import REPOSITORY, TESTS

BLOCK = re.compile(r"^( *)```(sh|json)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def blocks_of(page):
    """[(line, language, text)]"""
    with open(os.path.join(REPOSITORY, page), encoding="utf-8") as file:
        text = file.read()
    return [(text.count("\n", 0, block.start()) + 2, block[2],
             "\n".join(line[len(block[1]):] for line in block[3].split("\n"))) for block in BLOCK.finditer(text)]


def inline_of(page):
    """[words] of each command in the text, such as `make lint`: of this program, and of make."""
    with open(os.path.join(REPOSITORY, page), encoding="utf-8") as file:
        text = re.sub(r"^ *```.*?^ *```$", "", file.read(), flags=re.DOTALL | re.MULTILINE)
    found = [code.split() for code in re.findall(r"`([^`]+)`", text)]
    return [words for words in found if words[:1] in (["ec2-bootstrap"], ["make"]) and len(words) > 1]


def is_whole(command):
    return not command.endswith("\\") and subprocess.run(
        ["bash", "-n", "-c", command], check=False, stderr=subprocess.DEVNULL).returncode == 0


def commands_of(line, text):
    """[(line, command)]: one can take several lines."""
    found, command, start = [], "", line
    for number, part in enumerate(text.split("\n"), line):
        if not command and (not part.strip() or part.startswith("#")):
            continue
        start = start if command else number
        command += ("\n" if command else "") + part
        if is_whole(command):
            found.append((start, command))
            command = ""
    assert not command, f"line {start}: no whole command: {command}"
    return found


class Exceptions:
    """The rows of exceptions.tsv: a pattern of the command, what is done, and why."""

    def __init__(self):
        with open(os.path.join(TESTS, "docs/exceptions.tsv"), encoding="utf-8") as file:
            self.rows = [line.rstrip("\n").split("\t") for line in file if line.strip() and not line.startswith("#")]
        self.used = set()

    def find(self, command):
        """(what, why); ("0", "") where there is no row."""
        words = re.sub(r"\s+", " ", re.sub(r"\s+# .*", "", command)).strip()
        for number, (pattern, what, why) in enumerate(self.rows):
            if fnmatch.fnmatchcase(words, pattern):
                self.used.add(number)
                return what, why
        return "0", ""

    def unused(self):
        return [row[0] for number, row in enumerate(self.rows) if number not in self.used]
