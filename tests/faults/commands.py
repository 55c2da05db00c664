"""What is tried: a row for each command, and the machine it is tried on."""

import collections
import json
import os
import re
import shutil

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
OUTPUTS = os.path.join(TESTS, "outputs")

# words: the command and its options; earlier: what has run before it; settings: NAME of SETTINGS, for
# the command where it takes them and for the `run` that comes after a fault; asks: whether it asks
# the metadata service; writes: whether it changes files.
Row = collections.namedtuple("Row", "name words earlier settings asks writes")
ROWS = (
    Row("run", ["run"], [], "plain", True, True),
    Row("run, other settings", ["run"], ["plain"], "password", True, True),
    Row("run --dry-run --diff --json", ["run", "--dry-run", "--diff", "--json"], ["plain"],
        "password", True, False),
    Row("credentials", ["credentials"], [], "plain", True, False),
    Row("explain", ["explain", "http://10.0.0.1/", "http://[fd00:ec2::254]/",
                    "https://s3.us-east-1.amazonaws.com/"], ["password"], "password", False, False),
    Row("remove", ["remove"], ["password"], "password", False, True),
    Row("remove --diff --json", ["remove", "--diff", "--json"], ["plain"], "plain", False, True),
    Row("seal", ["seal"], ["password"], "password", False, True),
)
# The commands that take --config.
WITH_SETTINGS = ("run", "credentials", "explain")

PASSWORD = "pa55/w0rd of the proxy"
SETTINGS = {
    "plain": {"proxy": {"http": "http://proxy.corp:3128", "https": "http://proxy.corp:3129"},
              "no_proxy": {"add": ["corp.example", "10.0.0.0/8"]}},
    "password": {"proxy": {"http": "http://proxy.corp:3128", "username": "svc@corp/x",
                           "password_file": "/run/secret/password"}},
}
# Not in any word of a command, but for `credentials`, which prints its own.
SECRETS = (PASSWORD, PASSWORD.replace("/", "%2F").replace(" ", "%20"))


def output_names():
    with open(os.path.join(os.path.dirname(TESTS), "agent/outputs/table.h"), encoding="utf-8") as file:
        return [row.replace("_", "-") for row in re.findall(r"\brow\((\w+)\)", file.read())]


def make_root(root):
    """A machine with each consumer, something to bring back, something that wins, secrets."""
    shutil.copytree(os.path.join(HERE, "machine"), root)
    for name in sorted(os.listdir(os.path.join(OUTPUTS, "golden"))):
        before = os.path.join(OUTPUTS, "golden", name, "before")
        if os.path.isdir(before):
            shutil.copytree(before, root, dirs_exist_ok=True)
    # Every machine has it. Where the agent made it, an interrupted removal can leave it there, empty.
    os.makedirs(os.path.join(root, "var/lib"))
    os.makedirs(os.path.join(root, "run/secret"))
    password = os.path.join(root, "run/secret/password")
    with open(password, "w", encoding="utf-8") as file:
        file.write(PASSWORD)
    os.chmod(password, 0o600)


def make_settings(folder):
    for name, settings in SETTINGS.items():
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
            json.dump({**settings, "outputs": output_names(), "credentials": "required",
                       "imds": {"deadline_s": 2, "request_timeout_ms": 1000}}, file)
