# SPDX-License-Identifier: MIT
"""What a line of table.json means: the simulator's rules, the settings, and what must come out."""

import collections
import contextlib
import copy
import json
import os
import re
import socket

FOLDER = os.path.dirname(os.path.abspath(__file__))
TREE_PATH = os.path.join(os.path.dirname(FOLDER), "imds-sim", "tree.json")

DATA = "/latest/meta-data/"
PATHS = {
    "{TOKEN}": "/latest/api/token",
    "{ROLE}": DATA + "iam/security-credentials/",
    "{CREDENTIALS}": DATA + "iam/security-credentials/web-server",
    "{INFO}": DATA + "iam/info",
    "{REGION}": DATA + "placement/region",
    "{DOMAIN}": DATA + "services/domain",
    "{MACS}": DATA + "network/interfaces/macs/",
    "{CIDRS}": DATA + "network/interfaces/macs/0e:49:61:0f:c3:11/vpc-ipv4-cidr-blocks",
    "{CIDRS6}": DATA + "network/interfaces/macs/0e:49:61:0f:c3:11/vpc-ipv6-cidr-blocks",
}

ROW_KEYS = {"name", "command", "arguments", "rules", "tree", "refused", "endpoint", "settings",
            "exit", "error", "error_not", "warning", "environment", "no_proxy", "time", "requests",
            "paths", "role", "json", "hidden"}

# What the settings are where a line says nothing else.
SETTINGS = {"proxy": {"http": "http://proxy.corp:3128"}}
# The deadline of an agent that must not wait for it, and when it must be done at the latest: far from
# the deadline, and from what any machine needs.
LONG_S = 100
AT_ONCE_MS = 50 * 1000
# The deadline of one that must wait for it: the runner chooses it by the machine.
DEADLINE_MIN_S, DEADLINE_MAX_S = 2, 50
# What takes longer than this does not end by itself.
HANGS_S = 200

FOREIGN = 'LANG=C.UTF-8\nPATH="/usr/sbin:/usr/bin"\n# by hand\nEDITOR = vi'

# What became of the files of a `run` that failed: the last words of its error.
HINT = "; ec2-bootstrap doctor finds the cause"
OUTCOMES = {"written": "; the proxy settings have been written",
            "partial": "; the proxy settings have been written",
            "unchanged": "; no file was changed"}
# The first words of the warning that says what NO_PROXY lacks.
LACKS = "without the metadata service no_proxy "

# An error says what to do: one of these words is in it.
ADVICE = re.compile(r"\b(check|attach|aws ec2|set \"|raise|try again|run as)\b|\bset \"")
SANITIZERS = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:|==\d+==")
# So much of a secret in a row is a leak.
SECRET_PART = 12


class Result:
    """What an agent did; the runner adds endpoint, requests, other_requests, before and after."""

    def __init__(self, status, out, err, took_ms):
        self.status, self.out, self.err, self.took_ms = status, out, err, took_ms
        self.endpoint = ""
        self.requests, self.other_requests, self.before, self.after = [], [], {}, {}

    def lines(self, level):
        """The messages on standard error of a level: "error" or "warning"."""
        prefix = f"ec2-bootstrap: {level}: "
        text = self.err.decode(errors="backslashreplace")
        return [line[len(prefix):] for line in text.split("\n") if line.startswith(prefix)]


# -- the table

def load():
    """The tests, one for each command of each line."""
    with open(os.path.join(FOLDER, "table.json"), encoding="utf-8") as file:
        rows = json.load(file)
    tests = []
    for row in rows:
        unknown = set(row) - ROW_KEYS
        if unknown or "name" not in row or "exit" not in row:
            raise SystemExit(f"table.json: {row.get('name')}: unknown key, or no name or exit: {unknown}")
        command = row.get("command", "run")
        for one in ("run", "credentials") if command == "both" else (command,):
            tests.append({**row, "command": one, "row": row, "name": f"{one}: {row['name']}"})
    return tests


def standard_credentials():
    with open(TREE_PATH, encoding="utf-8") as file:
        data = json.load(file)["latest"]["meta-data"]
    return data["iam"]["security-credentials"]["web-server"]["$json"]


def credentials_text(rule):
    """The body of a rule that has one of the keys with, without, twice, before, after, size."""
    document = standard_credentials()
    document.update(rule.pop("with", {}))
    document.pop(rule.pop("without", None), None)
    members = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in document.items()]
    twice = rule.pop("twice", None)
    if twice:
        members.append(f"{json.dumps(twice)}: {json.dumps(document[twice])}")
    text = rule.pop("before", "") + "{" + ", ".join(members) + "}" + rule.pop("after", "")
    size = rule.pop("size", 0)
    # The simulator makes a time of 20 bytes of each {{now...}}.
    sent = re.sub(r"{{now[^}]*}}", "2026-01-02T03:04:05Z", text)
    return text + " " * (size - len(sent.encode()))


def simulator_rules(test, other_url):
    """The rules of a line with all its shorthands written out."""
    rules = copy.deepcopy(test.get("rules", []))
    for rule in rules:
        if {"with", "without", "twice", "before", "after", "size"} & set(rule):
            rule["body"] = credentials_text(rule)
    text = json.dumps(rules).replace("{OTHER}", other_url)
    for name, path in PATHS.items():
        text = text.replace(name, path)
    return json.loads(text)


def environment_of(test):
    return test.get("environment", "partial" if test["exit"] else "written")


def waits_for_deadline(test):
    return test.get("time") == "deadline"


def write_tree(path, test):
    """What the simulator serves, with the changes of a line: "a/b" to a value, or null to remove it."""
    with open(TREE_PATH, encoding="utf-8") as file:
        tree = json.load(file)
    for place, value in test.get("tree", {}).items():
        *parents, name = place.split("/")
        node = tree
        for parent in parents:
            node = node[parent]
        if value is None:
            del node[name]
        else:
            node[name] = value
    with open(path, "w", encoding="utf-8") as file:
        json.dump(tree, file)


def settings_of(test, deadline_s):
    settings = copy.deepcopy(SETTINGS)
    # A silent service is asked more than once until the deadline.
    settings["imds"] = {"deadline_s": deadline_s, "request_timeout_ms": deadline_s * 1000 // 4} \
        if waits_for_deadline(test) else {"deadline_s": LONG_S, "request_timeout_ms": 60000}
    for key, value in test.get("settings", {}).items():
        if isinstance(value, dict):
            settings.setdefault(key, {}).update(value)
        else:
            settings[key] = value
    return settings


# -- the machine

def make_root(root, test, deadline_s):
    os.makedirs(os.path.join(root, "run"))
    os.makedirs(os.path.join(root, "etc", "ec2-bootstrap"))
    with open(os.path.join(root, "etc", "environment"), "w", encoding="utf-8") as file:
        file.write(FOREIGN)
    with open(os.path.join(root, "etc", "ec2-bootstrap", "config.json"), "w", encoding="utf-8") as file:
        json.dump(settings_of(test, deadline_s), file)


def snapshot(root):
    """Each file below the root: path to (bytes, inode, time of change)."""
    files = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            status = os.stat(path)
            with open(path, "rb") as file:
                files[os.path.relpath(path, root)] = (file.read(), status.st_ino, status.st_mtime_ns)
    return files


@contextlib.contextmanager
def closed_port():
    """A URL where nobody listens, and nobody else can."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


# -- what must come out: each function yields what is wrong

def faults(test, result, deadline_s):
    found = []
    for check in (check_status, check_messages, check_output, check_files, check_requests,
                  check_secrets):
        found += check(test, result)
    return found + list(check_time(test, result, deadline_s))


def check_status(test, result):
    if result.status != test["exit"]:
        yield f"exit status: expected {test['exit']}, got {result.status}"
    if SANITIZERS.search(result.err.decode(errors="replace")):
        yield "a sanitizer found something: see standard error"


def check_messages(test, result):
    errors, warnings = result.lines("error"), result.lines("warning")
    if len(errors) != (1 if test["exit"] else 0):
        yield f"expected {'one error' if test['exit'] else 'no error'}, got {len(errors)}: {errors}"
    text = result.err.decode(errors="backslashreplace")
    for line in text.splitlines():
        if not line.startswith("ec2-bootstrap: "):
            yield f"a line of standard error that is no message: {line!r}"
        if not line.isprintable() or len(line) > 1100:
            yield f"a message that is not one printable line of decent length: {line!r}"
    for line in errors:
        for part in [result.endpoint, *test.get("error", [])]:
            if part not in line:
                yield f"expected the error to contain {part!r}, got {line!r}"
        for part in test.get("error_not", []):
            if part in line:
                yield f"expected the error not to contain {part!r}, got {line!r}"
        if not ADVICE.search(line):
            yield f"the error does not say what to do: {line!r}"
    if test["command"] == "run" and test["exit"] and not errors[0].endswith(OUTCOMES[environment_of(test)] + HINT):
        yield f"the error does not say what became of the files: {errors[0]!r}"
    if test["command"] == "credentials" and len(text.splitlines()) != len(errors + warnings):
        yield f"expected nothing but errors and warnings, got {text!r}"
    # What clients make of NO_PROXY has tests of its own.
    warnings = [line for line in warnings if not line.startswith("no_proxy ")]
    is_partial = test["command"] == "run" and environment_of(test) == "partial"
    expected = ([LACKS] if is_partial else []) + test.get("warning", [])
    if len(warnings) != len(expected):
        yield f"expected {len(expected)} warnings, got {len(warnings)}: {warnings}"
    for part, line in zip(expected, warnings):
        if part not in line:
            yield f"expected the warning to contain {part!r}, got {line!r}"


def expected_credentials(test):
    """What `credentials` prints; only the time that the simulator fills in is not known."""
    document = standard_credentials()
    for rule in test.get("rules", []):
        document.update(rule.get("with", {}))
    return {"Version": 1, "AccessKeyId": document["AccessKeyId"],
            "SecretAccessKey": document["SecretAccessKey"], "SessionToken": document["Token"]}


def check_output(test, result):
    if test["command"] == "credentials" and test["exit"]:
        if result.out:
            yield "expected nothing on standard output"
        return
    try:
        printed = json.loads(result.out)
    except ValueError:
        yield "standard output is not JSON"
        return
    if test["command"] == "credentials":
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(printed.pop("Expiration", None))):
            yield "no time of Expiration on standard output"
        if printed != expected_credentials(test):
            yield f"expected on standard output {expected_credentials(test)}"
        return
    error = (result.lines("error") or [None])[0]
    if printed["status"] != test["exit"] or printed["error"] != error:
        yield f"expected status {test['exit']} and error {error!r} in --json"
    if test["exit"] == 0 and printed["role"] != test.get("role", "web-server"):
        yield f"expected role {test.get('role', 'web-server')!r} in --json"
    if not has_part(printed, test.get("json", {})):
        yield f"expected {test['json']} in --json"


def has_part(document, part):
    """Whether a JSON document has these members, with these values."""
    if not isinstance(document, dict) or not isinstance(part, dict):
        return document == part
    return all(key in document and has_part(document[key], part[key]) for key in part)


def check_files(test, result):
    name = "etc/environment"
    written = environment_of(test) != "unchanged"
    before, after = dict(result.before), dict(result.after)
    if test["command"] == "run" and written:
        text = after.pop(name)[0].decode()
        if not text.endswith(before.pop(name)[0].decode()) or "http_proxy=http://proxy.corp:3128\n" not in text:
            yield f"expected /etc/environment with the proxy and what was there, got {text!r}"
        text = after.pop("run/ec2-bootstrap/proxy.env", [b""])[0].decode()
        if "\nhttp_proxy=http://proxy.corp:3128\n" not in text:
            yield "expected /run/ec2-bootstrap/proxy.env with the proxy"
        if "no_proxy" in test and f"\nno_proxy={test['no_proxy']}\n" not in text:
            yield f"expected /run/ec2-bootstrap/proxy.env with no_proxy={test['no_proxy']}, got {text!r}"
    for path in sorted(set(before) | set(after)):
        if before.get(path) != after.get(path):
            yield f"expected {path} unchanged, was {before.get(path)}, is {after.get(path)}"


def check_requests(test, result):
    if result.other_requests:
        yield f"requests at the other host, expected none: {result.other_requests}"
    known = set(PATHS.values()) | {fill(path) for path in test.get("paths", [])}
    for path in sorted({r["path"] for r in result.requests} - known):
        yield f"a request for an unexpected path: {path!r}"
    counts = collections.Counter(f"{r['method']} {r['path']}" for r in result.requests)
    expected = {fill(request): count for request, count in test.get("requests", {}).items()}
    counts["other"] = sum(count for request, count in counts.items() if request not in expected)
    for request, count in expected.items():
        least, most = count if isinstance(count, list) else (count, count)
        if not least <= counts[request] <= most:
            yield f"{request}: expected {least} to {most} requests, got {counts[request]}"


def fill(text):
    for name, path in PATHS.items():
        text = text.replace(name, path)
    return text


def check_secrets(test, result):
    shown = result.err + (result.out if test["command"] == "run" else b"")
    credentials = standard_credentials()
    secrets = [credentials[key] for key in ("AccessKeyId", "SecretAccessKey", "Token")]
    for secret in secrets + test.get("hidden", []):
        for start in range(max(1, len(secret) - SECRET_PART + 1)):
            part = secret[start:start + SECRET_PART]
            if part.encode() in shown:
                yield f"a secret is shown: {part!r}"
                break


def check_time(test, result, deadline_s):
    imds = settings_of(test, deadline_s)["imds"]
    deadline, timeout = imds["deadline_s"] * 1000, imds["request_timeout_ms"]
    gave_up = any(line.startswith("gave up after ") for line in result.lines("error"))
    if waits_for_deadline(test):
        # The time for a last request is kept.
        least, most = deadline - min(timeout, deadline // 4), deadline + AT_ONCE_MS
    else:
        least, most = test.get("time", 0), AT_ONCE_MS
    if gave_up and not waits_for_deadline(test):
        yield "gave up at the deadline, expected not to wait for it"
    if not least <= result.took_ms <= most:
        yield f"took {result.took_ms:.0f} ms, expected {least} to {most}"
