#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Leaves a secret in a tree in each way of cases.tsv, and holds what `seal` finds against it.

    BUILD=build tests/netns tests/seal/run.py [WORD...]

Words choose the cases that have one of them. Speaks TAP.
"""

import json
import os
import shutil
import string
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import forms  # pylint: disable=wrong-import-position

AGENT = os.path.join(os.environ["BUILD"], "ec2-bootstrap")
USER, PASSWORD = "svc-of-nobody", "p@55/w0rd of 'nobody' $x\"%&"
# A name has no slash, and a link no NUL.
SETTINGS = {"credentials": "off", "proxy": {"http": "http://proxy.corp:3128", "username": USER,
                                           "password_file": "/run/secret/password"}}
LETTERS = (string.ascii_letters + string.digits) * 4


def cases():
    with open(os.path.join(HERE, "cases.tsv"), encoding="utf-8") as table:
        for line in table:
            if not line.startswith("#"):
                place, form, packing, expected, why = (line.rstrip("\n").split("\t") + [""] * 2)[:5]
                yield place, form, packing, expected, why


def content(form, packing):
    if form.startswith("text: "):
        text = form[len("text: "):].replace("\\n", "\n").replace("\\\n", "\\n").replace("@Q", "QWERTY1234567890")
        for number in (120, 60, 36, 30, 27, 24, 20):
            text = text.replace(f"@{number}", LETTERS[:number])
        return forms.PACKINGS[packing](text.encode() + b"\n" * (text != ""))
    data = b"before " + forms.write(form, USER, PASSWORD) + b" after\n"
    return data if packing == "in a hole" else forms.PACKINGS[packing](data)


def leave(root, place, form, packing):
    """Returns the path that a finding should have."""
    how, _, path = place.rpartition(" ") if place.startswith("@") else ("", "", place)
    secret = PASSWORD.replace("/", "%2F")
    path = os.path.join(root, path.replace("SECRET", secret))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if how == "@link":
        os.symlink("/nowhere/" + PASSWORD, path)
    elif how == "@attribute-directory":
        os.mkdir(path)
        os.setxattr(path, "user.a", PASSWORD.encode())
    elif how == "@attribute":
        with open(path, "wb"):
            pass
        os.setxattr(path, "user.a", b"x" + PASSWORD.encode())
    else:
        with open(path, "wb") as file:
            if packing == "in a hole":
                file.truncate(50_000_000)
                file.seek(30_000_001)
            file.write(content(form, packing))
    return path[len(root):]


def make_tree(root):
    for path, data in (("etc/ec2-bootstrap/config.json", json.dumps(SETTINGS)), ("run/secret/password", PASSWORD)):
        path = os.path.join(root, path)
        os.makedirs(os.path.dirname(path))
        with open(path, "w", encoding="utf-8") as file:
            file.write(data + "\n")
    os.mkdir(os.path.join(root, "usr"))


def try_case(folder, place, form, packing):
    """What is found, in words, beside the settings' own."""
    root = os.path.join(folder, "root")
    make_tree(root)
    leave(root, place, form, packing)
    done = subprocess.run([AGENT, "seal", "--dry-run", "--json", "--root", root], capture_output=True, check=False)
    shutil.rmtree(root)
    if done.returncode not in (0, 1):
        return f"exit status {done.returncode}: {done.stderr.decode()}"
    for secret in (PASSWORD.encode(), PASSWORD.replace("/", "%2F").encode()):
        if secret in done.stdout + done.stderr:
            return "the secret is shown"
    found = {finding["kind"] for finding in json.loads(done.stdout)["findings"]
             if finding["path"] != "/run/secret/password"}
    return "; ".join(sorted(found))


def main(words):
    wanted = [case for case in cases() if not words or any(word in "\t".join(case) for word in words)]
    print(f"1..{len(wanted)}", flush=True)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (place, form, packing, expected, why) in enumerate(wanted, 1):
            found = try_case(folder, place, form, packing)
            holds = expected == (found or "-")
            failed += not holds
            print(f"{'' if holds else 'not '}ok {number} - {place}: {form[:60]}{', ' if packing else ''}{packing}"
                  f"{': out of reach: ' if why else ''}{why}".replace("#", "\\#"), flush=True)
            if not holds:
                print(f"# expected {expected}\n# found    {found or '-'}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
