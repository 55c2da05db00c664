# SPDX-License-Identifier: MIT
"""The metadata service of the tests, with a time that each answer takes; and programs that ask it."""

import os
import subprocess
import sys

import variants

sys.dont_write_bytecode = True
sys.path[1:1] = [os.path.join(variants.TESTS, "scenarios")]
import run  # pylint: disable=wrong-import-position

require_private_network = run.require_private_network


def service(folder, latency_ms):
    """For as long as a `with` lasts; .requests is then what it was asked."""
    return run.Simulator(folder, "imds", [], options=["--latency", str(latency_ms)])


def start(words, url):
    """Milliseconds from exec to exit, page faults, and the most memory in KiB."""
    done = subprocess.run([variants.START, *words], env=variants.environment_for(url), stdout=subprocess.PIPE,
                          text=True, check=True)
    took_ns, faults, rss_kib, status = (int(word) for word in done.stdout.split())
    if status != 0:
        raise SystemExit(f"bench: {' '.join(words)}: wait status {status}")
    return took_ns / 1e6, faults, rss_kib
