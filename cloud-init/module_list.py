# SPDX-License-Identifier: MIT
"""Prints the image's list of cloud-init modules with ec2-bootstrap behind write_files. `install` calls it.

    python3 module_list.py ROOT <NAMES

NAMES are files below ROOT, in the order in which cloud-init reads them: the last list counts. It is
read as cloud-init reads it, which knows many ways to write one. Fails, and says why, when it cannot be
extended. Python 3.6 will do.
"""

import re
import sys

import yaml

KEY = "cloud_init_modules"
OWN = "ec2-bootstrap"


def read(path):
    """A file's settings. One that cannot be parsed may have a list: none that can be extended."""
    with open(path, "rb") as file:
        content = file.read()
    try:
        settings = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError):
        settings = {KEY: None}
    return settings if isinstance(settings, dict) else {}


def name_of(entry):
    """cloud-init takes a name, a list that begins with it, or a dictionary; it may look like a file's."""
    if isinstance(entry, list):
        entry = entry[0] if entry else ""
    if isinstance(entry, dict):
        entry = entry.get("name")
    return re.sub(r"^cc_|\.py$", "", str(entry).strip().replace("-", "_"))


def extended(modules):
    """Raises TypeError or ValueError when there is no list, or no write_files in it."""
    others = [entry for entry in modules if name_of(entry) != name_of(OWN)]
    place = [name_of(entry) for entry in others].index("write_files") + 1
    return others[:place] + [OWN] + others[place:]


def main():
    root = sys.argv[1]
    for name in reversed(sys.stdin.read().splitlines()):
        settings = read(f"{root}/{name}")
        if KEY in settings:
            break
    else:
        sys.exit(f"cloud-init/install: no {KEY} in {root}/etc/cloud")
    try:
        modules = extended(settings[KEY])
    except (TypeError, ValueError):
        sys.exit(f"cloud-init/install: {root}/{name}: no write_files in {KEY}")
    print(f"# The list of /{name} with {OWN}.")
    print(yaml.safe_dump({KEY: modules}, default_flow_style=False), end="")


main()
