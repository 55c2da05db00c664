# SPDX-License-Identifier: MIT
"""A CA, and the certificates that it issues; all as PEM texts, made with openssl."""

import os
import shutil
import subprocess
import tempfile

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "90")


class Authority:
    """It is removed when a `with` is left."""

    def __init__(self, name):
        self.folder = tempfile.mkdtemp()
        self._openssl("req", "-x509", *KEY, "-subj", f"/CN={name}", "-keyout", "ca.key", "-out", "ca.pem",
                      "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
        self.certificate, self.key = self._text("ca.pem"), self._text("ca.key")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        shutil.rmtree(self.folder)

    def issue(self, *hosts):
        """The certificate of a server, and its key."""
        names = ",".join(f"DNS:{host}" for host in hosts)
        self._openssl("req", *KEY, "-subj", f"/CN={hosts[0]}", "-keyout", "server.key", "-out", "server.csr")
        with open(os.path.join(self.folder, "extensions"), "w", encoding="ascii") as file:
            file.write(f"subjectAltName={names}\nauthorityKeyIdentifier=keyid\n")
        self._openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                      "-days", "90", "-extfile", "extensions", "-out", "server.pem")
        return self._text("server.pem"), self._text("server.key")

    def _openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def _text(self, name):
        with open(os.path.join(self.folder, name), encoding="ascii") as file:
            return file.read()
