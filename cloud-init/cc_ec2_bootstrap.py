"""Runs ec2-bootstrap in cloud-init's network stage and gives cloud-init its proxy variables.

Since cloud-init 24.3 all stages are one process that starts before the network is up, so what
systemd gives to services does not reach package installs, runcmd and user scripts. What stands in
os.environ does. Works with cloud-init 20.4 and later. Settings come from files, which user-data can
bring with write_files: there is no key of user-data for this module.
"""

import logging
import os
import subprocess

AGENT = "/usr/bin/ec2-bootstrap"
PROXY_ENV = "/run/ec2-bootstrap/proxy.env"
NAMES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")

# The agent writes the proxy settings before it waits for credentials. Waiting for those is the
# unit's task: it holds up less of the boot.
LIMIT_S = 15

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
    failure = run_agent()
    for variable, value in read_variables().items():
        os.environ[variable] = value
    if failure:
        raise RuntimeError(f"{name}: {failure}")


def run_agent():
    """What went wrong, or None."""
    try:
        done = subprocess.run([AGENT, "run"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        LOG.info("ec2-bootstrap is not done after %d s: its unit goes on", LIMIT_S)
        return None
    except OSError as error:
        return str(error)
    messages = done.stderr.decode(errors="replace").strip()
    for line in messages.splitlines():
        LOG.debug("%s", line)
    if done.returncode == 0:
        return None
    last = messages.splitlines()[-1] if messages else "no message"
    return f"exit code {done.returncode}: {last}"


def read_variables():
    """The proxy variables of the file that systemd gives to services: none when it is not there."""
    try:
        with open(PROXY_ENV, encoding="ascii") as file:
            pairs = [line.rstrip("\n").partition("=") for line in file]
    except FileNotFoundError:
        return {}
    return {variable: value for variable, _, value in pairs if variable in NAMES}
