# SPDX-License-Identifier: MIT
"""What figures depend on: the machine, its distribution and its libraries. Nothing that names who measured."""

import ctypes
import os
import platform
import re
import subprocess

import variants


def os_release():
    with open("/etc/os-release", encoding="utf-8") as lines:
        return dict(line.strip().replace('"', "").split("=", 1) for line in lines if "=" in line)


def suite():
    """debian-bookworm-x86_64: whose libraries these are."""
    release = os_release()
    return "-".join((release["ID"], release.get("VERSION_CODENAME") or release.get("VERSION_ID", "rolling"),
                     platform.machine()))


def libcurl():
    """As libcurl names itself, and the libraries in it."""
    listed = subprocess.run(["ldd", variants.program_of(variants.SHARED)], stdout=subprocess.PIPE, text=True,
                            check=True).stdout
    path = re.search(r"libcurl\S* => (\S+)", listed)
    if not path:
        return "no shared libcurl"
    version = ctypes.CDLL(path.group(1)).curl_version
    version.restype = ctypes.c_char_p
    return version().decode()


def libraries():
    """The same words, the same instructions in the loader and in the libraries."""
    return f"{os.confstr('CS_GNU_LIBC_VERSION').replace(' ', '/')} {libcurl()}"


def cpu():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def file_system():
    """Of BUILD, whose fsync(2) counts."""
    return subprocess.run(["findmnt", "--noheadings", "--output", "FSTYPE", "--target", variants.BUILD],
                          stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def commit():
    def git(*words):
        return subprocess.run(["git", "-C", variants.REPOSITORY, *words], stdout=subprocess.PIPE, text=True,
                              check=False).stdout.strip()
    return git("rev-parse", "--short=12", "HEAD") + ("+" if git("status", "--porcelain", "agent", "Makefile") else "")


def description():
    return {"cpu": cpu(), "cores": os.cpu_count(), "kernel": re.match(r"[\d.]+", platform.release()).group(0),
            "distribution": os_release()["PRETTY_NAME"], "architecture": platform.machine(),
            "libraries": libraries(), "file system": file_system(),
            "valgrind": subprocess.run(["valgrind", "--version"], stdout=subprocess.PIPE, text=True,
                                       check=True).stdout.strip().removeprefix("valgrind-")}
