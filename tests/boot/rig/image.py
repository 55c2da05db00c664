# SPDX-License-Identifier: MIT
"""An image's life: a builder boots as instance A and is sealed, its copy boots as instance B.

The image is the tree with what `make install` lays down; where PACKAGE names a package, it is what the
recipe for mmdebstrap makes of it.
"""

import bz2
import contextlib
import gzip
import hashlib
import json
import lzma
import os
import shutil
import stat
import sys

from rig import evidence, world

sys.path.append(os.path.join(world.REPOSITORY, "tests", "seal"))
import forms  # pylint: disable=wrong-import-position

# A builder's own settings do not belong in the image, so they are where no image gets them.
FOLDER = "/run/ec2-bootstrap"
A = {"id": "i-0aaaaaaaaaaaaaaaa", "proxy": "http://proxy-of-a.corp.example:3128", "user": "svc-of-a",
     "password": "s3cretOfTheBuilder"}
B = {"id": "i-0bbbbbbbbbbbbbbbb", "proxy": "http://proxy-of-b.corp.example:8080", "role": "batch",
     "region": "eu-west-1"}
RECIPES = os.path.join(world.REPOSITORY, "images")
PACKAGE = os.environ.get("PACKAGE")


def cloud_config(files):
    return "#cloud-config\n" + json.dumps({"write_files": [
        {"path": path, "content": content, "permissions": "0600"} for path, content in files]})


def tree_of_a():
    settings = {"proxy": {"http": A["proxy"], "https": A["proxy"], "username": A["user"],
                          "password_file": f"{FOLDER}/password"}}
    return world.metadata_tree(A["id"], cloud_config([
        (f"{FOLDER}/config.json", json.dumps(settings)), (f"{FOLDER}/password", A["password"])]))


def tree_of_b():
    settings = {"proxy": {"http": B["proxy"], "https": B["proxy"]}}
    tree = world.metadata_tree(B["id"], cloud_config([
        ("/etc/ec2-bootstrap/config.d/50-user-data.json", json.dumps(settings))]))
    data = tree["latest"]["meta-data"]
    data["placement"]["region"] = B["region"]
    roles = data["iam"]["security-credentials"]
    data["iam"]["security-credentials"] = {B["role"]: next(iter(roles.values()))}
    return tree


# The journal goes on to the last moment; apt's cache has the names of all packages.
JOURNAL = "/var/log/journal"
NEVER_THE_SAME = (JOURNAL + "/", "/var/cache/apt/")


def files_of(root):
    """Every regular file: path and content. What journald has compressed is in the last one."""
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            short = path[len(root):]
            if stat.S_ISREG(os.lstat(path).st_mode):
                with open(path, "rb") as file:
                    yield short, file.read()
    # Without /proc journalctl 262 opens no journal, and says nothing.
    yield JOURNAL, world.command("unshare", "--mount", "sh", "-ec",
                                 'mount -t proc proc "$1/proc"; exec chroot "$@"', "sh", root, "journalctl", "-a", "-q",
                                 "--no-pager", "-o", "export", f"--directory={JOURNAL}").encode()


def is_ours(path, content):
    """Whether our name is in a file's or in the file. Byte code is Python's."""
    return (not (path + "/").startswith(NEVER_THE_SAME) and not path.endswith(".pyc") and
            any(word in path.encode() + content for word in (b"ec2-bootstrap", b"ec2_bootstrap")))


def ours(root):
    """{path: checksum} of our files."""
    return {path: hashlib.sha256(content).hexdigest() for path, content in files_of(root)
            if is_ours(path, content)}


UNPACKERS = ((b"\x1f\x8b\x08", gzip.decompress), (b"\xfd7zXZ", lzma.decompress), (b"BZh", bz2.decompress))


def unpacked(content):
    """What is packed there, or nothing."""
    for magic, unpack in UNPACKERS:
        if content.startswith(magic):
            with contextlib.suppress(OSError, EOFError, lzma.LZMAError, ValueError):
                return unpack(content)
    return b""


def places_of(root, values):
    """Where one of the values is, in any form, in a name, as it is or packed."""
    needles = forms.needles(*values)
    return sorted(path for path, content in files_of(root)
                  if any(needle in text for text in (path.encode() + content, unpacked(content))
                         for needle in needles))


@contextlib.contextmanager
def image_of(rig, name):
    with rig.machine(name, agent=not PACKAGE) as machine:
        if PACKAGE:
            world.command(os.path.join(RECIPES, "mmdebstrap-hook"), PACKAGE, machine.root)
        yield machine


def boot(rig, machine, name, tree):
    rig.world.start_simulator(tree)
    machine.boot()
    return rig.keep(f"image-{name}", evidence.collect(machine))


def check_values(rig, found, expected, unexpected):
    text = found["files"]["/etc/environment"]["text"]
    rig.tap.check(f"/etc/environment has {', '.join(expected)}, not {', '.join(unexpected)}",
                  all(word in text for word in expected) and
                  not any(word in text for word in unexpected), text)


def seal(rig, machine):
    """As Packer does it: with the recipe, as the last thing on the instance."""
    machine.write("/home/admin/.bash_history", f"curl -x http://{A['user']}:{A['password']}@proxy-of-a/\n")
    # So long that journald compresses it.
    machine.run("systemd-cat", "echo", f"{A['id']} {A['user']}:{A['password']} " * 50)
    shutil.copy(os.path.join(RECIPES, "seal-builder"), machine.path("/run/seal-builder"))
    text = machine.try_run("sh", "/run/seal-builder")
    rig.tap.check("the recipe seals the builder", machine.status == 0 and "sealed: nothing is left" in text,
                  text)
    machine.shut_down()


def play(rig):
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, an image"
    with image_of(rig, "never booted") as machine:
        expected = ours(machine.root)
    with image_of(rig, "image") as machine:
        found = boot(rig, machine, "a", tree_of_a())
        check_values(rig, found, [A["proxy"].partition("//")[2], "ec2.internal"], [])
        seal(rig, machine)
        tap.equal("nothing of A's is in the sealed tree",
                  places_of(machine.root, [A["id"], A["user"], A["password"], "proxy-of-a", *world.secrets()]), [])
        tap.equal("what is ours is as in a tree that never booted",
                  sorted(path for path, _ in set(ours(machine.root).items()) ^ set(expected.items())), [])
        found = boot(rig, machine, "b", tree_of_b())
        check_values(rig, found, [B["proxy"], f"{B['region']}.compute.internal"],
                     ["proxy-of-a", "ec2.internal"])
        entries = [entry["EC2_BOOTSTRAP_ROLE"] for entry in found["agent_journal"]
                   if "EC2_BOOTSTRAP_ROLE" in entry]
        tap.equal("the role is B's", entries, [B["role"]])
        machine.shut_down()
