# SPDX-License-Identifier: MIT
"""The agent's tables, as the agent prints them."""
import functools
import json
import os
import subprocess
import tempfile

BUILD = os.environ.get("BUILD", "build")
AGENT = os.path.join(BUILD, "ec2-bootstrap")


def agent(*arguments):
    """The JSON that a command prints, on a machine that has nothing."""
    with tempfile.TemporaryDirectory() as root:
        done = subprocess.run([AGENT, *arguments, "--json", "--root", root], check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


@functools.cache
def tables():
    done = subprocess.run([os.path.join(BUILD, "doc-tables")], check=True, text=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


@functools.cache
def checks():
    return agent("doctor", "--list")


@functools.cache
def clients():
    return agent("explain", "--list-clients")


@functools.cache
def ca_clients():
    return agent("explain", "--ca")["clients"]


@functools.cache
def routes(no_proxy, *urls):
    """{client: [route of each URL]}"""
    found = {}
    for row in agent("explain", "--no-proxy", no_proxy, *urls):
        found.setdefault(row["client"], []).append(row["route"])
    return found


def options(command):
    """The options that a command has beside those of all, or with None these."""
    every = tables()["all"]
    if command is None:
        return [row for row in tables()["options"] if row["commands"] == every]
    bit = next(row["bit"] for row in tables()["commands"] if row["name"] == command)
    return [row for row in tables()["options"] if row["commands"] != every and int(row["commands"]) & int(bit)]
