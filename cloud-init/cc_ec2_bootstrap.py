# SPDX-License-Identifier: MIT
"""Runs ec2-bootstrap in cloud-init's network stage and gives cloud-init its proxy variables.

Since cloud-init 24.3 all stages are one process that starts before the network is up, so what
systemd gives to services does not reach package installs, runcmd and user scripts. What stands in
os.environ does. Works with cloud-init 20.4 and later. Settings come from files, which user-data can
bring with write_files: there is no key of user-data for this module.
"""

import logging
import os
import re
import select
import signal
import stat
import subprocess
import time

AGENT = "/usr/bin/ec2-bootstrap"
PROXY_ENV = "/run/ec2-bootstrap/proxy.env"
NAMES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")

ENCODED_NAMES = tuple(name.encode() for name in NAMES)
# Those of a company's CA, with the values that the agent gives them (agent/proxy/ca_variables.c) and no others:
# each has a program trust a file, or take options.
AUTHORITY = re.compile(rb"""
    (?:(?:AWS|REQUESTS|CURL)_CA_BUNDLE|SSL_CERT_FILE|PIP_CERT|npm_config_cafile|GIT_SSL_CAINFO
        |CARGO_HTTP_CAINFO|COMPOSER_CAFILE|PERL_LWP_SSL_CA_FILE)
    =(?:/etc/ssl/certs/ca-certificates\.crt|/etc/pki/ca-trust/extracted/pem/tls-ca-bundle\.pem
        |/var/lib/ca-certificates/ca-bundle\.pem)
    |(?:NODE_EXTRA_CA_CERTS|DENO_CERT)=/usr/local/share/ec2-bootstrap/ca\.pem
    |DENO_TLS_CA_STORE=system,mozilla
    |JAVA_TOOL_OPTIONS=-Djavax\.net\.ssl\.trustStore=(?:/etc/ssl/certs/java/cacerts
        |/etc/pki/ca-trust/extracted/java/cacerts|/var/lib/ca-certificates/java-cacerts)
    |NODE_OPTIONS=--use-openssl-ca
    |NODE_USE_SYSTEM_CA=1""", re.VERBOSE)

# The agent writes the proxy settings before it waits for credentials. Waiting for those is the
# unit's task: it holds up less of the boot.
LIMIT_S = 15
# What `fetch --check` exits with where AWS holds no settings.
NOTHING_TO_FETCH = 1
# Until it is gone, once it is killed: the kernel lets nobody go who waits for a disk.
KILLED_S = 2
# Of what the agent says, as much as a pipe holds; and of the file. Both have far less.
MESSAGES_BYTES = 64 * 1024
FILE_BYTES = 64 * 1024

LOG = logging.getLogger(__name__)

# cloud-init before 22.2 reads these two, later ones `meta`. At every boot: /run is new.
frequency = "always"  # pylint: disable=invalid-name
distros = ["all"]  # pylint: disable=invalid-name
meta = {
    "id": "cc_ec2_bootstrap",
    "name": "ec2-bootstrap",
    "title": "Proxy settings of an EC2 instance",
    "description": __doc__,
    "distros": distros,
    "examples": [],
    "frequency": frequency,
    "activate_by_schema_keys": [],
}


def handle(name, *_positional, **_keywords):
    """Called by position up to cloud-init 22, by keyword later; a fifth parameter would be taken for
    the logger of old. What this raises, cloud-init reports; the boot goes on."""
    failures = [failure for failure in (fetch_settings(), run_agent("run")[1]) if failure]
    set_variables(read_variables())
    if failures:
        # Settings at fault are so for both.
        raise RuntimeError(f"{name}: {'; '.join(dict.fromkeys(failures))}")


def fetch_settings():
    """Those that AWS holds, which `run` reads. What went wrong, or None."""
    status, failure = run_agent("fetch", "--check")
    if status == 0:
        failure = run_agent("fetch", "--ahead")[1]
    return None if status == NOTHING_TO_FETCH else failure


def run_agent(*command):
    """Its exit code, or None; and what went wrong, or None."""
    try:
        # A session of its own: with the agent its children end.
        agent = subprocess.Popen(  # pylint: disable=consider-using-with
            [AGENT, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, start_new_session=True)
    except OSError as error:
        return None, str(error)
    with agent.stderr:
        messages, done = collect(agent, time.monotonic() + LIMIT_S)
    if not done:
        LOG.info("ec2-bootstrap %s is not done after %d s: its unit goes on", " ".join(command), LIMIT_S)
        return None, None
    lines = messages.decode(errors="replace").strip().splitlines()
    for line in lines:
        LOG.debug("%s", line)
    if agent.returncode == 0:
        return 0, None
    last = lines[-1] if lines else "no message"
    return agent.returncode, f"exit code {agent.returncode}: {last}"


def collect(agent, end):
    """The last that the agent said, and whether it ended in time. More than is kept is read nevertheless:
    an agent that cannot speak would not go on."""
    messages, pipe = b"", agent.stderr.fileno()
    while agent.poll() is None and time.monotonic() < end:
        if not select.select([pipe], [], [], 0.05)[0]:
            continue
        more = os.read(pipe, MESSAGES_BYTES)
        messages = (messages + more)[-MESSAGES_BYTES:]
        if not more:
            wait(agent, end)
    done = agent.poll() is not None
    # What is in the pipe; not what a child may still add that has it, too.
    if done and select.select([pipe], [], [], 0)[0]:
        messages += os.read(pipe, MESSAGES_BYTES)
    try:
        os.killpg(agent.pid, signal.SIGKILL)
    except OSError:
        pass  # all of them have ended
    wait(agent, time.monotonic() + KILLED_S)
    return messages[-MESSAGES_BYTES:], done


def wait(agent, end):
    try:
        agent.wait(max(0, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        pass


def read_file(path):
    """A regular file that is no longer than FILE_BYTES. Raises OSError or ValueError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("not a regular file")
        content = os.read(descriptor, FILE_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(content) > FILE_BYTES:
        raise ValueError(f"longer than {FILE_BYTES} bytes")
    return content


def read_variables():
    """The variables of the file that systemd gives to services: none when it is not there, or is
    none that the agent has written."""
    try:
        content = read_file(PROXY_ENV)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        LOG.warning("%s: %s", PROXY_ENV, error)
        return {}
    lines = content.split(b"\n")
    pairs = [line.partition(b"=") for line in lines if line.split(b"=")[0] in ENCODED_NAMES
             or AUTHORITY.fullmatch(line)]
    found = {variable.decode(): value for variable, _, value in pairs}
    if any(not 32 < byte < 127 for value in found.values() for byte in value):
        LOG.warning("%s: a value has other bytes than a proxy setting", PROXY_ENV)
        return {}
    return {variable: value.decode("ascii") for variable, value in found.items()}


def set_variables(variables):
    """Clients differ in which letter case they prefer: of a variable that is set, no other is left."""
    names = {variable.lower() for variable in variables}
    for variable in [name for name in os.environ if name.lower() in names]:
        del os.environ[variable]
    os.environ.update(variables)
