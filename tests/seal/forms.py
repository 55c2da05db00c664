# SPDX-License-Identifier: MIT
"""How programs write a secret, and how they pack it: by the encoders of Python and by real programs."""

import base64
import bz2
import gzip
import html
import io
import json
import lzma
import os
import shlex
import subprocess
import tarfile
import tempfile
import urllib.parse
import zipfile
import zlib

UNRESERVED = "!'()*"
LONG = "x" * 40


def percent(text, kept="", lower=False):
    done = urllib.parse.quote(text, safe=kept)
    if not lower:
        return done
    return "".join(c if c.isalnum() else "".join(f"%{b:02x}" for b in c.encode()) for c in text)


def lines(data, width, indent=b""):
    return (b"\n" + indent).join(data[i:i + width] for i in range(0, len(data), width))


def encoded(text):
    return base64.b64encode(text.encode())


def folded(text):
    """As YAML writes it at the end of a line."""
    middle = text.index(" ") if " " in text else len(text) // 2
    return text[:middle] + "\n    " + text[middle:].lstrip(" ")


def double_quoted(text):
    return "".join("\\" + c if c in '\\"$`' else c for c in text)


# Of USER and PASSWORD.
FORMS = {
    "raw": lambda u, p: p,
    "percent: RFC 3986": lambda u, p: percent(p),
    "percent: lower case": lambda u, p: percent(p, lower=True),
    "percent: encodeURIComponent": lambda u, p: percent(p, UNRESERVED),
    "percent: Python's quote": lambda u, p: percent(p, "/"),
    "percent: Go's UserPassword": lambda u, p: percent(p, "!$&'()*+,;="),
    "percent: quote_plus": lambda u, p: urllib.parse.quote_plus(p),
    "percent: only @ and /": lambda u, p: p.replace("@", "%40").replace("/", "%2F"),
    "percent: only @": lambda u, p: p.replace("@", "%40"),
    "percent: each byte": lambda u, p: "".join(f"%{b:02X}" for b in p.encode()),
    "percent: twice": lambda u, p: percent(percent(p)),
    "percent: three times": lambda u, p: percent(percent(percent(p))),
    "percent: escape()": lambda u, p: "".join(f"%u{ord(c):04X}" for c in p),
    "systemd: %% of a URL": lambda u, p: percent(p).replace("%", "%%"),
    "systemd: %%": lambda u, p: p.replace("%", "%%"),
    "systemd: \\x": lambda u, p: "".join(c if c.isalnum() else f"\\x{ord(c):02x}" for c in p),
    "JSON": lambda u, p: json.dumps(p),
    "JSON: UTF-8": lambda u, p: json.dumps(p, ensure_ascii=False),
    "JSON: \\/": lambda u, p: json.dumps(p).replace("/", "\\/"),
    "JSON: \\u everywhere": lambda u, p: "".join(f"\\u{ord(c):04x}" for c in p),
    "JSON in JSON": lambda u, p: json.dumps(json.dumps(p)),
    "JSON in JSON in JSON": lambda u, p: json.dumps(json.dumps(json.dumps({"p": p}))),
    "XML": lambda u, p: html.escape(p),
    "XML: decimal": lambda u, p: "".join(f"&#{ord(c)};" for c in p),
    "XML: hexadecimal": lambda u, p: "".join(f"&#x{ord(c):x};" for c in p),
    "XML in XML": lambda u, p: html.escape(html.escape(p)),
    "shell: single quotes": lambda u, p: shlex.quote(p),
    "shell: double quotes": lambda u, p: '"' + double_quoted(p) + '"',
    "shell: backslashes": lambda u, p: "".join(c if c.isalnum() else "\\" + c for c in p),
    "shell: in JSON": lambda u, p: json.dumps("echo " + shlex.quote(p)),
    "YAML: single quotes": lambda u, p: p.replace("'", "''"),
    "YAML: folded": lambda u, p: folded(p),
    "YAML: folded in double quotes": lambda u, p: p[:5] + "\\\n    " + p[5:],
    "C: octal": lambda u, p: "".join(f"\\{b:03o}" for b in p.encode()),
    "CSV": lambda u, p: p.replace('"', '""'),
    "compose file": lambda u, p: p.replace("$", "$$"),
    "LDAP": lambda u, p: "".join(c if c.isalnum() else f"\\{ord(c):02x}" for c in p),
    "quoted-printable": lambda u, p: "".join(f"={b:02X}" if b in b"=@$%" else chr(b) for b in p.encode()),
    "base64": lambda u, p: encoded(p),
    "base64: user:password": lambda u, p: b"Proxy-Authorization: Basic " + encoded(f"{u}:{p}"),
    "base64: alignment 0": lambda u, p: encoded("xxx" + p + LONG),
    "base64: alignment 1": lambda u, p: encoded("xxxx" + p + LONG),
    "base64: alignment 2": lambda u, p: encoded("xxxxx" + p + LONG),
    "base64: lines of 64": lambda u, p: lines(encoded(LONG + p + LONG), 64),
    "base64: lines of 76": lambda u, p: lines(encoded(LONG + "xxxx" + p + LONG), 76),
    "base64: lines of 76, CR LF": lambda u, p: lines(encoded(LONG + "xxxx" + p + LONG), 76).replace(b"\n", b"\r\n"),
    "base64: indented lines": lambda u, p: lines(encoded(LONG + p + LONG), 60, b"        "),
    "base64: lines in JSON": lambda u, p: json.dumps(lines(encoded(LONG + p + LONG), 64).decode()),
    "base64: in JSON of PHP": lambda u, p: json.dumps(encoded("??>" + p).decode()).replace("/", "\\/"),
    "base64: in a URL": lambda u, p: urllib.parse.quote(encoded("??>" + p), safe=""),
    "base64url": lambda u, p: base64.urlsafe_b64encode(("??>" + p).encode()),
    "base64: of a URL": lambda u, p: encoded(f"http_proxy=http://{u}:{percent(p)}@proxy:3128\n"),
    "base64: of JSON": lambda u, p: encoded(json.dumps({"password": p})),
    "base64: of base64": lambda u, p: base64.b64encode(b'{"auth": "' + encoded(f"{u}:{p}") + b'"}'),
    "base64: of UTF-16": lambda u, p: base64.b64encode(f"$p = '{p}'".encode("utf-16-le")),
    "hexadecimal": lambda u, p: p.encode().hex(),
    "hexadecimal: upper case": lambda u, p: p.encode().hex().upper(),
    "hexadecimal: colons": lambda u, p: p.encode().hex(":"),
    "hexadecimal: a dump": lambda u, p: p.encode().hex(" "),
    "hexadecimal: an array": lambda u, p: ", ".join(f"0x{b:02x}" for b in p.encode()),
    "UTF-16 LE": lambda u, p: p.encode("utf-16-le"),
    "UTF-16 BE": lambda u, p: p.encode("utf-16-be"),
    "UTF-16 LE of JSON": lambda u, p: json.dumps(p).encode("utf-16-le"),
    "user name": lambda u, p: f"user = {u}\n",
    "user name: in an encoded URL": lambda u, p: f"http%3A%2F%2F{u}%3A",
    "user name: base64": lambda u, p: encoded(f"{u}:"),
    # Out of reach.
    "reversed": lambda u, p: p[::-1],
    "base32": lambda u, p: base64.b32encode(p.encode()),
    "rot13": lambda u, p: p.translate(str.maketrans(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM")),
    "a hash": lambda u, p: __import__("hashlib").sha256(p.encode()).hexdigest(),
    "one letter a line": lambda u, p: "\n\n".join(p),
    "half of it": lambda u, p: p[:len(p) // 2],
    "UTF-32": lambda u, p: p.encode("utf-32-le"),
    "xor": lambda u, p: bytes(b ^ 0x5a for b in p.encode()),
}



def middle(text, before):
    """Of the base64 of a text behind so many bytes, what no other byte has a part in."""
    data = base64.b64encode(bytes(before) + text.encode() + bytes(3))
    return data[(8 * before + 5) // 6:8 * (before + len(text.encode())) // 6]


def needles(*texts):
    """What a search of raw bytes has to look for: each text in all forms but those that stand between lines."""
    alone = [name for name in FORMS if name.split(":")[0] in (
        "raw", "percent", "systemd", "JSON", "XML", "shell", "C", "CSV", "compose file", "LDAP", "hexadecimal",
        "UTF-16 LE", "UTF-16 BE")]
    found = set()
    for text in texts:
        written = [FORMS[name]("", text) for name in alone]
        found |= {data if isinstance(data, bytes) else data.strip("\"'").encode() for data in written}
        dialects = {text, percent(text), percent(text, lower=True), percent(text, "/"), json.dumps(text)[1:-1]}
        found |= {middle(dialect, before) for dialect in dialects for before in range(3)}
        found |= {data.replace(b"+", b"-").replace(b"/", b"_") for data in list(found) if data.isalnum()}
    return sorted(data for data in found if len(data) >= 6)


SALT = os.urandom(100000)
# Letters that are packed as letters, one by one, so that nothing in between stands there as it is.
TEXT = "".join(" abcdefghijklm"[b % 14] for b in SALT[:9000]).encode()


def program(words, data):
    return subprocess.run(words, input=data, check=True, capture_output=True).stdout


def tar(members, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def zipped(data, method=zipfile.ZIP_DEFLATED, streamed=False):
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def tell(self):
            raise OSError

    out = Pipe() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("first.txt", "nothing " * 100)
        archive.writestr("directory/file.txt", data)
    return out.getvalue()


def ar(members):
    out = b"!<arch>\n"
    for name, data in members:
        out += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
    return out


def seven_zip_like(data):
    return b"7z\xbc\xaf\x27\x1c\0\4" + zlib.compress(data)


def damaged(data):
    packed = bytearray(gzip.compress(data + SALT))
    packed[len(packed) // 2:len(packed) // 2 + 64] = bytes(64)
    return bytes(packed)


def journal(data):
    """A journal with one long, so compressed, field: by systemd's own program."""
    with tempfile.TemporaryDirectory() as folder:
        export = b"__REALTIME_TIMESTAMP=1700000000000000\n_BOOT_ID=0123456789abcdef0123456789abcdef\nMESSAGE\n"
        text = TEXT + data + TEXT
        export += len(text).to_bytes(8, "little") + text + b"\n\n"
        remote = "/usr/lib/systemd/systemd-journal-remote"
        path = os.path.join(folder, "a.journal")
        program([remote, "-o", path, "-"], export)
        with open(path, "rb") as file:
            return file.read()


PACKINGS = {
    "": lambda d: d,
    "a program": lambda d: b"\x7fELF\2\1\1" + bytes(9) + b"\3\0" + d,
    "a core dump": lambda d: b"\x7fELF\2\1\1" + bytes(9) + b"\4\0" + d,
    "after 64 KiB": lambda d: b"." * 65530 + d,
    "after 1 MiB": lambda d: SALT * 11 + d,
    "in a hole": None,
    "gzip": gzip.compress,
    "gzip of gzip": lambda d: gzip.compress(gzip.compress(d)),
    "gzip, two members": lambda d: gzip.compress(b"first") + gzip.compress(d),
    "gzip, large": lambda d: gzip.compress(SALT * 20 + d),
    "xz": lzma.compress,
    "xz, two streams": lambda d: lzma.compress(b"first") + lzma.compress(d),
    "lzma": lambda d: lzma.compress(d, lzma.FORMAT_ALONE),
    "bzip2": bz2.compress,
    "bzip2, two streams": lambda d: bz2.compress(b"first") + bz2.compress(d),
    "zstd": lambda d: program(["zstd", "-q", "-c"], d),
    "zstd, skippable frame": lambda d: b"\x50\x2a\x4d\x18\4\0\0\0abcd" + program(["zstd", "-q", "-c"], d),
    "tar": lambda d: tar([("a", b"x"), ("b", d)]),
    "tar.gz": lambda d: tar([("a", b"x"), ("b", d)], "w:gz"),
    "tar.xz": lambda d: tar([("a", b"x"), ("b", d)], "w:xz"),
    "tar.bz2": lambda d: tar([("a", b"x"), ("b", d)], "w:bz2"),
    "gzip in tar": lambda d: tar([("a", b"x"), ("b.gz", gzip.compress(d))]),
    "gzip in tar.xz": lambda d: tar([("a", b"x" * 700), ("b.gz", gzip.compress(d))], "w:xz"),
    "zip": zipped,
    "zip, stored": lambda d: zipped(d, zipfile.ZIP_STORED),
    "zip, streamed": lambda d: zipped(d, streamed=True),
    "zip in tar.gz": lambda d: tar([("a", b"x"), ("b.zip", zipped(d))], "w:gz"),
    "deb": lambda d: ar([("debian-binary", b"2.0\n"), ("control.tar.xz", tar([("control", b"x")], "w:xz")),
                         ("data.tar.xz", tar([("etc/a", d)], "w:xz"))]),
    "journal": journal,
    # Not to be read: a finding by itself.
    "7z": seven_zip_like,
    "zip, bzip2": lambda d: zipped(d, zipfile.ZIP_BZIP2),
    "compress": lambda d: b"\x1f\x9d\x90" + zlib.compress(d),
    "lzop": lambda d: b"\x89LZO\0\r\n\x1a\n" + zlib.compress(d),
    "lz4": lambda d: b"\x04\x22\x4d\x18" + zlib.compress(d),
    "rpm-like": lambda d: b"\xed\xab\xee\xdb" + zlib.compress(d),
    "openssl enc": lambda d: b"Salted__" + bytes(b ^ 0x5a for b in d),
    "gzip, damaged": damaged,
    "gzip, cut": lambda d: gzip.compress(SALT + d)[:50000],
    "gzip, four times": lambda d: gzip.compress(gzip.compress(gzip.compress(gzip.compress(d)))),
    # Nothing tells that it is packed.
    "brotli-like": lambda d: zlib.compress(d)[2:],
    "zlib": zlib.compress,
}


def write(form, user, password):
    data = FORMS[form](user, password)
    return data if isinstance(data, bytes) else data.encode()
