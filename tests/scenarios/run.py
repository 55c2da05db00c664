#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Plays every line of table.json against the agent and speaks TAP: see README.md.

    tests/netns tests/scenarios/run.py [PART-OF-A-NAME...]

Runs only in a private network namespace, as all tests do.
"""

import concurrent.futures
import json
import math
import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import scenario  # pylint: disable=wrong-import-position

# Most of them wait most of the time.
WORKERS = 8
# The deadline, in times of what an agent takes that has nothing to wait for.
PATIENCE = 20
TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(os.path.dirname(TESTS), os.environ.get("BUILD", "build"))
AGENT = os.path.join(BUILD, "ec2-bootstrap")
SANITIZER_OPTIONS = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")


def require_private_network():
    """tests/lib.bash knows what that is, and fails elsewhere."""
    command = 'bats_require_minimum_version() { :; }; . "$1"'
    library = os.path.join(TESTS, "lib.bash")
    if subprocess.run(["/bin/bash", "-c", command, "bash", library], check=False).returncode != 0:
        print("Bail out! not in a private network namespace: start it with tests/netns")
        sys.exit(1)


class Simulator:
    """imds-sim on a free port, for as long as a `with` lasts; then .requests is what it was asked."""

    def __init__(self, folder, name, rules, tree=scenario.TREE_PATH, options=()):
        self.log = os.path.join(folder, name + ".log")
        self.requests = []
        rules_path = os.path.join(folder, name + ".json")
        with open(rules_path, "w", encoding="utf-8") as file:
            json.dump({"rules": rules}, file)
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", os.path.join(BUILD, "imds-sim"),
             "--tree", tree, "--scenario", rules_path, "--log", self.log, *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError(f"the simulator refuses these rules: {rules}")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.terminate()
        if self.process.wait(scenario.HANGS_S) != 0:
            raise RuntimeError(f"the simulator ended with {self.process.returncode}")
        self.process.stdout.close()
        with open(self.log, encoding="utf-8") as file:
            self.requests = [json.loads(line) for line in file]


def agent_environment(folder):
    kept = {name: os.environ[name] for name in SANITIZER_OPTIONS if name in os.environ}
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder, **kept}


def run_agent(folder, arguments):
    """Returns its exit status ("hangs" for one that had to be killed), output, errors, and ms."""
    started = time.monotonic()
    with subprocess.Popen([AGENT, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=agent_environment(folder)) as process:
        try:
            out, err = process.communicate(timeout=scenario.HANGS_S)
            status = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            status = "hangs"
    took_ms = (time.monotonic() - started) * 1000
    return scenario.Result(status, out, err, took_ms)


def play(test, deadline_s):
    """Returns the result and what is wrong with it."""
    with tempfile.TemporaryDirectory(prefix="scenario.") as folder:
        root = os.path.join(folder, "root")
        scenario.make_root(root, test, deadline_s)
        before = scenario.snapshot(root)
        tree = os.path.join(folder, "tree.json")
        scenario.write_tree(tree, test)
        with Simulator(folder, "other", []) as other:
            rules = scenario.simulator_rules(test, other.url)
            with Simulator(folder, "imds", rules, tree) as imds, scenario.closed_port() as nobody:
                url = nobody if test.get("refused") else test.get("endpoint", imds.url)
                arguments = [test["command"], "--root", root, "--endpoint", url]
                arguments += test.get("arguments", [])
                if test["command"] == "run":
                    arguments.append("--json")
                result = run_agent(folder, arguments)
        result.endpoint = url
        result.requests = imds.requests
        result.other_requests = other.requests
        result.before, result.after = before, scenario.snapshot(root)
        return result, scenario.faults(test, result, deadline_s)


def play_or_explain(test, deadline_s):
    """As play(); a line that cannot be played is a failure like others."""
    try:
        return play(test, deadline_s)
    except Exception as error:  # pylint: disable=broad-except
        return scenario.Result("not known", b"", b"", 0), [f"cannot be played: {error!r}"]


def choose_deadline_s(workers):
    """A multiple of what an agent takes with a service that is well, while others run, too. On a busy
    machine, or with sanitizers, that is long."""
    test = {"name": "a service that is well", "command": "run", "exit": 0}
    results = list(workers.map(lambda _: play(test, scenario.DEADLINE_MIN_S)[0], range(3 * WORKERS)))
    longest_s = max(result.took_ms for result in results) / 1000
    return min(max(math.ceil(PATIENCE * longest_s), scenario.DEADLINE_MIN_S), scenario.DEADLINE_MAX_S)


def print_failure(test, result, found):
    text = ["what is wrong:", *("  " + fault for fault in found), "the line of table.json:",
            "  " + json.dumps(test["row"], ensure_ascii=True),
            f"exit status: {result.status} after {result.took_ms:.0f} ms", "standard output:",
            result.out.decode(errors="backslashreplace"), "standard error:",
            result.err.decode(errors="backslashreplace"), "requests:",
            *(f"  {r['ms']} {r['method']} {r['path']} {r['status']}" for r in result.requests)]
    for line in "\n".join(text).splitlines():
        print("# " + line)


def main():
    require_private_network()
    tests = [test for test in scenario.load()
             if not sys.argv[1:] or any(part in test["name"] for part in sys.argv[1:])]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as workers:
        deadline_s = choose_deadline_s(workers)
        print(f"# deadline: {deadline_s} s", flush=True)
        results = workers.map(lambda test: play_or_explain(test, deadline_s), tests)
        for number, (test, (result, found)) in enumerate(zip(tests, results), 1):
            print(f"{'not ok' if found else 'ok'} {number} {test['name']}", flush=True)
            if found:
                failed += 1
                print_failure(test, result, found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
