#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A megabyte of what is refused, or taken: it is told of in few lines, and takes memory in proportion. The
# unit has 256 MiB.

load ../lib
load command

@test "a megabyte of entries, names or lines is a few lines and a few megabytes" {
    ! grep -qa __asan_init "$BUILD/ec2-bootstrap" || skip "AddressSanitizer has memory of its own"
    make_root
    run python3 - "$BUILD/ec2-bootstrap" "$ROOT" <<'PYTHON'
import json, os, shutil, subprocess, sys
agent, root = sys.argv[1:]
SIZE, MORE_MAX, TOLD_MAX = 1000000, 64, 64 * 1024 # bytes, MiB, bytes
SETTINGS = "/etc/ec2-bootstrap/config.json"
OUTPUTS = ["environment", "systemd", "profile", "apt", "dnf", "docker", "sudo"]
# In a process that is small itself: a child begins with what its parent has.
MEASURE = """import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
sys.stderr.write("\\nPEAK %d %d" % (os.waitstatus_to_exitcode(status), usage.ru_maxrss))"""

def settings(**keys):
    good = {"proxy": {"http": "http://proxy.corp:3128"}, "credentials": "off", "outputs": OUTPUTS}
    text = json.dumps(good | {"no_proxy": {"vpc": False}} | keys)
    assert len(text) < 1024 * 1024
    return text

def add(*entries):
    return settings(no_proxy={"vpc": False, "add": list(entries)})

def lines(unit):
    return "".join(unit % i for i in range(SIZE // len(unit)))

def many(unit):
    return ["%s%d" % (unit, i) for i in range(SIZE // (len(unit) + 9))]

CASES = {
    "nothing": (SETTINGS, settings()),
    "control characters": (SETTINGS, add("\x01," * (SIZE // 7))),
    "wildcards": (SETTINGS, add("*a*," * (SIZE // 4))),
    "one letter": (SETTINGS, add("?," * (SIZE // 2))),
    "wildcards, each alone": (SETTINGS, add(*["*a*"] * (SIZE // 7))),
    "names": (SETTINGS, add("a," * (SIZE // 2))),
    "names, each alone": (SETTINGS, add(*["a"] * (SIZE // 5))),
    "placeholders": (SETTINGS, add(",".join("<your-host-%d>" % i for i in range(SIZE // 20)))),
    "IPv6 blocks": (SETTINGS, add(",".join("fd00:%x::/64" % (i % 65536) for i in range(SIZE // 16)))),
    "services": (SETTINGS, settings(no_proxy={"vpc": False, "services": many("x")})),
    "refused services": (SETTINGS, settings(no_proxy={"vpc": False, "services": many("?")})),
    "outputs": (SETTINGS, settings(outputs=["environment"] + ["x"] * (SIZE // 6))),
    "other outputs": (SETTINGS, settings(outputs=["environment"] + many("x"))),
    "unknown keys": (SETTINGS, settings(**{"x%d" % i: 1 for i in range(SIZE // 16)})),
    "/etc/environment": ("/etc/environment", lines("http_proxy=x%d\n")),
    "a list in /etc/environment": ("/etc/environment", "no_proxy=" + lines("h%d.x,") + "\n"),
    "daemon.json": ("/etc/docker/daemon.json",
                    json.dumps({"proxies": {"no-proxy": lines("h%d.x,")}})),
    "members of daemon.json": ("/etc/docker/daemon.json", json.dumps({"x%d" % i: i for i in range(SIZE // 18)})),
    "dnf.conf": ("/etc/dnf/dnf.conf", "[main]\n" + lines("proxy=x%d\n")),
    "apt.conf": ("/etc/apt/apt.conf", lines('Acquire::http::Proxy::h%d "http://x:1";\n')),
    "/etc/profile": ("/etc/profile", lines("export http_proxy=x%d\n")),
    "sudoers": ("/etc/sudoers", lines('Defaults:u%d env_delete+="http_proxy"\n')),
    "a unit": ("/etc/systemd/system/a.service", "[Service]\n" + lines("Environment=http_proxy=x%d\n")),
    "npmrc": ("/etc/npmrc", lines("proxy=x%d\n")),
    "gitconfig": ("/etc/gitconfig", lines('[http "x%d"]\nproxy=y\n')),
    "a repository": ("/etc/yum.repos.d/a.repo", lines("[r%d]\nproxy=x\n")),
    "facts": ("/run/ec2-bootstrap/facts.json", "[" + "1," * (SIZE // 2) + "1]"),
}
COMMANDS = ["run", "seal --dry-run"]
base, bad = {}, 0
for name, (path, text) in CASES.items():
    for file, content in ((SETTINGS, settings()), (path, text)):
        os.makedirs(os.path.dirname(root + file), exist_ok=True)
        with open(root + file, "w") as out:
            out.write(content)
    for command in COMMANDS:
        done = subprocess.run([sys.executable, "-ISc", MEASURE, agent, *command.split(), "--root", root],
                              env={"PATH": os.environ["PATH"]}, capture_output=True)
        told, peak = done.stderr.rsplit(b"\nPEAK ", 1)
        status, peak = (int(number) for number in peak.split())
        base.setdefault(command, peak)
        size, more = len(told) + len(done.stdout), (peak - base[command]) / 1024
        if status < 0 or more > MORE_MAX or size > TOLD_MAX:
            bad += 1
            print("%s: %s: exit status %d, %.0f MiB more, %d bytes told" % (name, command, status, more, size))
    shutil.rmtree(root)
sys.exit(bad > 0 or len(base) < len(COMMANDS))
PYTHON
    assert_status 0
}
