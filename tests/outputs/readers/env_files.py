# SPDX-License-Identifier: MIT
"""systemd's reader of an EnvironmentFile=, for many files in one process: see ../../real/load-env-file."""
import ctypes
import glob
import os

FOLDERS = ("/usr/lib/systemd", "/usr/lib64/systemd", "/usr/lib/*/systemd", "/lib/systemd",
           "/lib/*/systemd")


def load_reader():
    """A function from a path to the valid assignments of that file; None without the library."""
    paths = [path for folder in FOLDERS for path in glob.glob(folder + "/libsystemd-shared-*.so")]
    for path in sorted(paths):
        try:
            library = ctypes.CDLL(path)
            load, is_valid = library.load_env_file, library.env_assignment_is_valid
        except (OSError, AttributeError):
            continue
        load.argtypes = [ctypes.c_void_p, ctypes.c_char_p,
                         ctypes.POINTER(ctypes.POINTER(ctypes.c_char_p))]
        is_valid.argtypes = [ctypes.c_char_p]
        is_valid.restype = ctypes.c_bool
        return lambda file: read(load, is_valid, file)
    return None


def read(load, is_valid, path):
    entries = ctypes.POINTER(ctypes.c_char_p)()
    status = load(None, os.fsencode(path), ctypes.byref(entries))
    if status < 0:
        raise OSError(-status, os.strerror(-status), path)
    lines, index = [], 0
    while entries and entries[index] is not None:
        if is_valid(entries[index]):
            lines.append(entries[index].decode())
        index += 1
    return lines
