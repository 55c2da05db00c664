# SPDX-License-Identifier: MIT
"""The four Debian generations that are booted: a row each."""

import collections

Generation = collections.namedtuple("Generation", "suite systemd cloud_init has_imds_lock")

GENERATIONS = (
    Generation("bullseye", "247", "20.4", False),
    Generation("bookworm", "252", "22.4", False),
    Generation("trixie", "257", "25.1", False),
    Generation("sid", "262", "26.2", True),
)
