#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds `doctor` against sound and broken machines, and speaks TAP: see machines.py.

    tests/netns tests/doctor/run.py [PART-OF-A-NAME...]

Of each machine: exactly its findings, nothing is written, no secret is said, IMDS is asked with a token and never
through a proxy.
"""

import contextlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys

sys.dont_write_bytecode = True
import machines  # pylint: disable=wrong-import-position
import world  # pylint: disable=wrong-import-position

SANITIZER_OPTIONS = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
# Also as it is in a URL; the credentials of imds-sim/tree.json.
SECRETS = (world.PASSWORD, world.PASSWORD.replace("/", "%2F").replace(" ", "%20"),
           "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "IQoJb3JpZ2luX2VjEXAMPLEZ3V4")
OK, WRONG = 0, 1
# What it says of a host that it cannot ask (docs/portable.md).
NO_TLS = "this build of ec2-bootstrap has no TLS"
# All end before that by a clock of their own, and a machine that is slow has some time more.
DEADLINE_MS = 20000
# Of the moment, or how long it took.
TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:]+Z|\d+\.\d s|\d+ s (behind|ahead)|\d+ milliseconds")


def snapshot(root):
    """All that can be known of each file."""
    found = {}
    for directory, names, files in os.walk(root):
        for name in [".", *names, *files]:
            path = os.path.join(directory, name)
            status = os.lstat(path)
            content = os.readlink(path) if stat.S_ISLNK(status.st_mode) else None
            if stat.S_ISREG(status.st_mode):
                with open(path, "rb") as file:
                    content = file.read()
            found[os.path.relpath(path, root)] = (status.st_mode, status.st_uid, status.st_ino, status.st_mtime_ns,
                                                  content)
    return found


class Doctor:
    """The agent in this world."""

    def __init__(self, around):
        self.around = around
        self.trap_log = around.path("trap.log")
        trap = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", os.path.join(world.TESTS, "trap-proxy"),
                                 self.trap_log], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        around.processes.append(trap)
        self.trap_url = trap.stdout.readline().strip()

    def environment(self, more):
        kept = {name: os.environ[name] for name in SANITIZER_OPTIONS if name in os.environ}
        traps = {name: self.trap_url for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY",
                                                  "ALL_PROXY")}
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": self.around.directory, **traps, **kept, **more}

    def run(self, *arguments, environment=None, prefix=()):
        return subprocess.run([*prefix, world.AGENT, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False, timeout=world.HANGS_S,
                              env=self.environment(environment or {}))

    def was_trapped(self):
        return os.path.getsize(self.trap_log) > 0


def filled(text, around):
    return text.format(**{name.replace("-", "_"): port for name, port in around.ports.items()}) if text else text


def prepare(machine, doctor, root):
    """The machine as its boot has left it, and then as it is."""
    around = doctor.around
    machine = machine._replace(
        proxy=filled(machine.proxy, around) if machine.proxy and "{" in machine.proxy else machine.proxy)
    machines.make_root(around, root)
    if machine.before:
        machine.before(around, root)
    settings = json.dumps(machines.settings_of(machine, around.ports))
    for name, port in around.ports.items():
        settings = settings.replace("{" + name + "}", str(port))
    world.write(f"{root}/etc/ec2-bootstrap/config.json", settings, 0o600)
    with world.Simulator(around, listen=machine.listen) as imds:
        endpoint = ["--endpoint", imds.url] if machine.endpoint != "none" or not machine.listen else []
        done = doctor.run("run", "--root", root, *endpoint)
    machines.start_services(root)
    if machine.after:
        machine.after(around, root)
    return done


def problems_of(done, found, before, after, simulator, doctor):
    problems = []
    if done.returncode != (WRONG if any(severity != "note" for _, severity in found) else OK):
        problems.append(f"exit status {done.returncode}")
    if before != after:
        problems.append("it has written: " + ", ".join(
            sorted(path for path in {*before, *after} if before.get(path) != after.get(path))))
    for request in simulator.requests if simulator else []:
        is_token = request["path"] == "/latest/api/token"
        if not is_token and request["token"] != "valid":
            problems.append(f"IMDS was asked without a token: {request}")
    if doctor.was_trapped():
        problems.append("something went to the proxy of the environment")
    if "169.254" in doctor.around.proxy_logs() or "meta-data" in doctor.around.proxy_logs():
        problems.append("the metadata service was asked through a proxy")
    return problems


def examine(machine, doctor, root):
    """Returns the findings, (id, severity) each, what is wrong with the doctor, and its words."""
    around = doctor.around
    prepare(machine, doctor, root)
    with contextlib.ExitStack() as stack:
        world.write(around.path("hosts"), "127.0.0.1 localhost\n" + machine.hosts)
        stack.enter_context(around.aws_clock(machine.aws_offset_s))
        if machine.silent_names:
            stack.enter_context(around.silent_names())
        simulator = None
        arguments = ["--root", root]
        if machine.endpoint is None or machine.listen:
            simulator = stack.enter_context(world.Simulator(around, machine.rules, machine.tree, machine.listen))
        if machine.endpoint is None:
            arguments += ["--endpoint", simulator.url]
        elif machine.endpoint != "none":
            arguments += ["--endpoint", filled(machine.endpoint, around)]
        before = snapshot(root)
        done = doctor.run("doctor", "--json", *arguments, environment=machine.environment)
        text = doctor.run("doctor", "--verbose", *arguments, environment=machine.environment)
        after = snapshot(root)
    words = done.stdout + done.stderr + text.stdout + text.stderr
    try:
        checks = json.loads(done.stdout)
    except ValueError:
        return set(), [f"no JSON: exit status {done.returncode}"], words
    found = {(finding["id"], finding["severity"]) for check in checks for finding in check["findings"]}
    problems = problems_of(done, found, before, after, simulator, doctor)
    problems += [f"{check['check']} took {check['took_ms']} ms" for check in checks if check["took_ms"] > DEADLINE_MS]
    problems += [f"a secret is in its words: {secret}" for secret in SECRETS if secret in words]
    shown = TIME.sub("TIME", text.stdout)
    problems += [f"the text lacks: {finding['seen']}" for check in checks for finding in check["findings"]
                 if TIME.sub("TIME", finding["seen"]) not in shown]
    return found, problems, words


def try_machine(machine, doctor, root):
    """What is wrong, a line each; None where it takes TLS to see it, and this build of the agent has none."""
    try:
        found, problems, words = examine(machine, doctor, root)
    except Exception as error:  # pylint: disable=broad-except
        return [f"cannot be tried: {error!r}"]
    finally:
        shutil.rmtree(root, ignore_errors=True)
    ids = {name for name, _ in found}
    if ids < set(machine.findings) and NO_TLS in words and not problems:
        return None
    if ids != set(machine.findings):
        problems.append(f"found {sorted(ids)}, not {sorted(machine.findings)}")
    return problems + words.splitlines() if problems else []


# It alone sees these units and this systemctl.
IN_MACHINE = """
mount --bind "$1/units" /etc/systemd/system
mount --bind "$1/systemctl" /usr/bin/systemctl
shift
exec "$@"
"""


def try_running(row, doctor):
    """The check of the units on this machine itself, where systemd can be asked. What is wrong, a line each."""
    around = doctor.around
    directory = around.path("running")
    shutil.rmtree(directory, ignore_errors=True)
    units = os.path.join(os.path.dirname(world.TESTS), "units", machines.OURS)
    world.write(f"{directory}/units/{machines.OURS}", world.read(units))
    world.write(f"{directory}/units/multi-user.target.wants/{machines.OURS}", "")
    cases = [f'"{unit} {name}") echo "{value}" ;;' for (unit, name), value in (row.systemd or {}).items()]
    cases += [f'*" {name}") echo "{value}" ;;' for name, value in machines.SYSTEMD.items()]
    world.write(f"{directory}/systemctl", "#!/bin/sh\n" + ("exit 1\n" if row.systemd is None else "") +
                'case "$5 $4" in\n' + "\n".join(cases) + "\nesac\n", 0o755)
    done = doctor.run("doctor", "--json", "unit",
                      prefix=["unshare", "--mount", "sh", "-ec", IN_MACHINE, "sh", directory])
    try:
        check = json.loads(done.stdout)[0]
    except ValueError:
        return [f"no JSON: exit status {done.returncode}", *done.stderr.splitlines()]
    problems = []
    ids = {finding["id"] for finding in check["findings"]}
    if ids != set(row.findings) or done.returncode != (WRONG if ids else OK):
        problems.append(f"found {sorted(ids)}, not {sorted(row.findings)}; exit status {done.returncode}")
    if row.systemd is None and check["state"] != "incomplete":
        problems.append(f"state {check['state']}")
    took = f"{machines.OURS}: its last run began 2.5 s after the boot and took 1250 ms"
    if row.systemd is not None and took not in check["facts"]:
        problems.append(f"not how long it took: {check['facts']}")
    return problems


def main(parts):
    world.require_private_network()
    rows = [machine for machine in (*machines.SOUND, *machines.BROKEN, *machines.RUNNING)
            if not parts or any(part in machine.name for part in parts)]
    failed = 0
    why = world.lacking()
    if why:
        print(f"1..0 # SKIP {why}")
        return 0
    world.do("ip", "route", "add", "prohibit", "203.0.113.66/32")
    with world.World() as around:
        doctor = Doctor(around)
        for number, machine in enumerate(rows, 1):
            problems = try_running(machine, doctor) if isinstance(machine, machines.Running) else \
                try_machine(machine, doctor, around.path("root"))
            failed += bool(problems)
            skipped = " # SKIP this build of the agent has no TLS" if problems is None else ""
            print(f"{'not ok' if problems else 'ok'} {number} - {machine.name}{skipped}", flush=True)
            for problem in problems or []:
                print(f"# {problem}", flush=True)
    print(f"1..{len(rows)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
