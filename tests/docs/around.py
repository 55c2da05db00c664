# SPDX-License-Identifier: MIT
"""What is around a machine of the documentation: the metadata service at its own address, and names. In a private
network namespace, where that address is the simulator's."""

import contextlib
import os
import subprocess
import sys

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESTS = os.path.join(REPOSITORY, "tests")
BUILD = os.path.join(REPOSITORY, os.environ.get("BUILD", "build"))
AGENT = os.path.join(BUILD, "ec2-bootstrap")


def require_private_network():
    """tests/lib.bash knows what that is, and fails anywhere else."""
    command = 'bats_require_minimum_version() { :; }; . "$1"'
    library = os.path.join(TESTS, "lib.bash")
    if subprocess.run(["/bin/bash", "-c", command, "bash", library], check=False).returncode != 0:
        sys.exit("not in a private network namespace: start it with tests/netns")


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


@contextlib.contextmanager
def names(directory):
    """The proxy is a machine on which nothing listens, and there is no name server."""
    for name, text in (("hosts", "127.0.0.1 localhost proxy.corp.example\n"), ("resolv.conf", "nameserver 127.0.0.9\n")):
        write(f"{directory}/{name}", text)
        subprocess.run(["mount", "--bind", f"{directory}/{name}", f"/etc/{name}"], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "/etc/hosts", "/etc/resolv.conf"], check=True)


@contextlib.contextmanager
def metadata_service():
    subprocess.run(["ip", "address", "replace", "169.254.169.254/32", "dev", "lo"], check=True)
    with subprocess.Popen([os.path.join(BUILD, "imds-sim"), "--listen", "169.254.169.254:80", "--tree",
                           os.path.join(TESTS, "imds-sim/tree.json")], stdout=subprocess.PIPE, text=True) as simulator:
        simulator.stdout.readline()
        try:
            yield
        finally:
            simulator.terminate()
