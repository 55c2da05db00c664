# SPDX-License-Identifier: MIT
"""The little world a client lives in: addresses on the loopback interface, names in a hosts file.

Only for a private network and mount namespace: enter() fails elsewhere.
"""

import os
import signal
import subprocess
import sys

ADDRESSES = (
    "10.1.2.3/32", "110.1.2.3/32", "10.1.169.254/32", "198.51.100.1/32", "198.51.100.10/32",
    "198.51.100.254/32", "169.254.169.254/32", "169.254.170.2/32", "169.254.170.23/32",
)
ADDRESSES_6 = (
    "fd00:ec2::254/128", "fd00:ec2::23/128", "fd00:ec2::1:254/128", "2001:db8::1/128",
)

# A resolver that reads only files compares names as they are, so a name that is asked for with a
# trailing dot stands here with it.
NAMES = {
    "198.51.100.10": "example.com example.com. www.example.com www.example.com. a.b.example.com"
                     " notexample.com example.com.evil.net com intranet s3.us-east-1.amazonaws.com"
                     " bucket.s3.us-east-1.amazonaws.com nots3.us-east-1.amazonaws.com"
                     " sts.us-east-1.amazonaws.com ip-10-0-0-1.ec2.internal",
    "10.1.2.3": "tenhost.example.net",
    "127.0.0.1": "localhost foo.localhost",
}


def _run(*command):
    subprocess.run(command, check=True)


def require_namespace(own_processes=False):
    """Starts the program again in a namespace of its own, if it is not in one that this made.

    With own_processes it is the first process of another namespace: with it ends whatever it has
    started.
    """
    if sys.argv[1:2] == ["--inside"]:
        sys.argv.pop(1)
        if own_processes:
            # To the first process a signal that it does not handle means nothing.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        return
    tests = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    program = [sys.executable, os.path.abspath(sys.argv[0]), "--inside", *sys.argv[1:]]
    if own_processes:
        program = ["unshare", "--pid", "--fork", "--kill-child", "--", *program]
    os.execv(f"{tests}/netns", [f"{tests}/netns", *program])


def _require_private_network():
    links = subprocess.run(["ip", "-o", "link", "show", "up"], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    if any(link.split()[1] != "lo:" for link in links):
        sys.exit("clients: not a private network namespace, no client is started")


class World:
    """What enter() has made, and how to start a command in it.

    `scratch` is an empty folder. What is written there goes with the namespace.
    """

    def __init__(self, scratch):
        os.makedirs(scratch, exist_ok=True)
        _run("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", scratch)
        self.home = os.path.join(scratch, "home")
        os.mkdir(self.home)
        self._scratch = scratch
        self._trees = set()

    def _hide(self, path, content):
        source = os.path.join(self._scratch, path.strip("/").replace("/", "_"))
        with open(source, "w") as file:
            file.write(content)
        os.chmod(source, 0o644)
        return source

    def settle(self, root):
        """Lays our names over those of the system below `root`."""
        lines = [f"{address} {names}\n" for address, names in NAMES.items()]
        files = {
            "/etc/hosts": "".join(lines),
            "/etc/nsswitch.conf": "hosts: files\npasswd: files\ngroup: files\n",
            "/etc/resolv.conf": "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
        }
        for path, content in files.items():
            target = os.path.realpath(root + path)
            if root and not os.path.exists(target):
                target = root + path
                if os.path.islink(target):
                    os.unlink(target)
                open(target, "a").close()
            if os.path.exists(target):
                _run("mount", "--bind", self._hide(path, content), target)

    def open_tree(self, tree, folders):
        """Makes a tree of another suite usable, once: `folders` (inside: outside) are seen in it."""
        if tree in self._trees:
            return
        self._trees.add(tree)
        for name in ("dev", "proc"):
            os.makedirs(f"{tree}/{name}", exist_ok=True)
            _run("mount", "--rbind", f"/{name}", f"{tree}/{name}")
        os.makedirs(f"{tree}/tmp", exist_ok=True)
        _run("mount", "-t", "tmpfs", "tmpfs", f"{tree}/tmp")
        for inside, outside in folders.items():
            os.makedirs(f"{tree}{inside}", exist_ok=True)
            _run("mount", "--bind", outside, f"{tree}{inside}")
        self.settle(tree)


def enter(scratch):
    """Fills the namespace this process is in."""
    _require_private_network()
    for address in ADDRESSES:
        _run("ip", "address", "add", address, "dev", "lo")
    for address in ADDRESSES_6:
        _run("ip", "-6", "address", "add", address, "dev", "lo", "nodad")
    world = World(scratch)
    world.settle("")
    return world
