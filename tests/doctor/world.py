# SPDX-License-Identifier: MIT
"""What a machine has around it: names, AWS, proxies of each kind, a metadata service. All of it in a private
namespace, started once for all machines."""

import contextlib
import http.server
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
BUILD = os.path.join(os.path.dirname(TESTS), os.environ.get("BUILD", "build"))
AGENT = os.path.join(BUILD, "ec2-bootstrap")
HANGS_S = 120
# Where servers are; some users have no such directories in it.
os.environ["PATH"] = "/usr/local/sbin:/usr/sbin:/sbin:" + os.environ.get("PATH", "/usr/bin:/bin")

REGION = "us-east-1"
DOMAIN = "amazonaws.com"
# AWS outside, and an interface endpoint in the VPC of imds-sim/tree.json.
PUBLIC, PRIVATE = "192.0.2.7", "10.0.0.7"
USER, PASSWORD = "svc", "pa55/w0rd of the proxy"
NTLM_USER = "CORP\\svc"


def require_private_network():
    """tests/lib.bash knows what that is, and fails anywhere else."""
    command = 'bats_require_minimum_version() { :; }; . "$1"'
    library = os.path.join(TESTS, "lib.bash")
    if subprocess.run(["/bin/bash", "-c", command, "bash", library], check=False).returncode != 0:
        print("Bail out! not in a private network namespace: start it with tests/netns")
        sys.exit(1)


def lacking():
    """What of it this machine does not have, as a word; "": nothing."""
    for program in ("squid", "tinyproxy", "cntlm", "dnsmasq", "openssl", "ip", "setpriv"):
        if not shutil.which(program):
            return f"no {program}"
    with tempfile.NamedTemporaryFile() as file:
        try:
            shutil.chown(file.name, "proxy")
        except (OSError, LookupError):
            return "squid's user cannot be had in this namespace: root can"
    return ""


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def do(*command):
    done = subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}")


def wait_until(what, condition):
    end = time.monotonic() + HANGS_S
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not ready")
        time.sleep(0.02)


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Quiet(http.server.BaseHTTPRequestHandler):
    """AWS, as far as it can be told from something else."""

    def answer(self):
        self.send_response(404)
        self.send_header("x-amzn-RequestId", "1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_POST = answer

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + self.server.offset_s)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    offset_s = 0

    def handle_error(self, *arguments):
        pass  # a client that does not like the certificate


class World:
    """For as long as a `with` lasts."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="doctor.")
        os.chmod(self.directory, 0o755)
        self.processes = []
        self.ports = {}
        self.sockets = []

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def __enter__(self):
        do("ip", "address", "replace", PUBLIC + "/32", "dev", "lo")
        do("ip", "address", "replace", PRIVATE + "/32", "dev", "lo")
        do("ip", "address", "replace", "fd00:ec2::254/128", "dev", "lo", "nodad")
        for name in ("public", "company", "other"):
            self.make_ca(name)
        self.make_certificate("aws", "public", f"*.{REGION}.{DOMAIN}")
        self.make_certificate("proxy", "other", "localhost")
        self.start_names()
        self.start_aws()
        self.start_squids()
        self.start_tinyproxy()
        self.start_cntlm()
        self.start_odd_proxies()
        return self

    def __exit__(self, *error):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(HANGS_S)
            except subprocess.TimeoutExpired:
                process.kill()
        do("umount", "/etc/ssl/certs/ca-certificates.crt", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/hosts")
        shutil.rmtree(self.directory)

    def start(self, *command, **more):
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *command], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
        self.processes.append(process)
        return process

    # -- certificates

    def make_ca(self, name, days="30"):
        do("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", days, "-subj",
           f"/O=Example/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE", "-addext",
           "keyUsage=critical,keyCertSign,cRLSign", "-keyout", self.path(name + ".key"), "-out",
           self.path(name + ".pem"))

    def make_certificate(self, name, authority, host):
        write(self.path(name + ".cnf"), f"subjectAltName=DNS:{host}\nextendedKeyUsage=serverAuth\n")
        do("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server", "-keyout",
           self.path(name + ".key"), "-out", self.path(name + ".csr"))
        do("openssl", "x509", "-req", "-in", self.path(name + ".csr"), "-CA", self.path(authority + ".pem"), "-CAkey",
           self.path(authority + ".key"), "-CAcreateserial", "-days", "2", "-extfile", self.path(name + ".cnf"),
           "-out", self.path(name + ".pem"))

    # -- names: dnsmasq is the name server of this machine, and of the proxies

    def start_names(self):
        for name, text in (("hosts", "127.0.0.1 localhost\n"), ("nsswitch.conf", "hosts: files dns\n"),
                           ("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")):
            write(self.path(name), text)
            do("mount", "--bind", self.path(name), "/etc/" + name)
        shutil.copy(self.path("public.pem"), self.path("store"))
        do("mount", "--bind", self.path("store"), "/etc/ssl/certs/ca-certificates.crt")
        write(self.path("names"), "")
        self.start("dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null",
                   "--listen-address=127.0.0.1", "--bind-interfaces", "--user=root", "--pid-file=",
                   "--addn-hosts=" + self.path("names"), f"--address=/sts.{REGION}.{DOMAIN}/{PUBLIC}",
                   f"--address=/ssm.{REGION}.{DOMAIN}/{PUBLIC}", f"--address=/ec2.{REGION}.{DOMAIN}/{PUBLIC}",
                   f"--address=/s3.{REGION}.{DOMAIN}/{PUBLIC}",
                   "--local=/com/", "--local=/aws/", "--local=/corp/", "--address=/proxy.corp/127.0.0.1", f"--address=/logs.{REGION}.{DOMAIN}/{PUBLIC}")
        wait_until("dnsmasq", self.resolves)

    @staticmethod
    def resolves():
        with contextlib.suppress(OSError):
            return socket.gethostbyname("proxy.corp") == "127.0.0.1"
        return False

    @contextlib.contextmanager
    def silent_names(self):
        """A name server that never answers."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.9", 53))
            before = read(self.path("resolv.conf"))
            write(self.path("resolv.conf"), "nameserver 127.0.0.9\noptions timeout:30 attempts:5\n")
            yield
            write(self.path("resolv.conf"), before)

    # -- AWS

    def start_aws(self):
        self.aws = [Server((PUBLIC, 443), Quiet), Server((PUBLIC, 80), Quiet)]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path("aws.pem"), self.path("aws.key"))
        self.aws[0].socket = context.wrap_socket(self.aws[0].socket, server_side=True, do_handshake_on_connect=False)
        for server in self.aws:
            threading.Thread(target=server.serve_forever, daemon=True).start()

    @contextlib.contextmanager
    def aws_clock(self, offset_s):
        for server in self.aws:
            server.offset_s = offset_s
        yield
        for server in self.aws:
            server.offset_s = 0

    # -- proxies

    def free_port(self, name):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.ports[name] = probe.getsockname()[1]
        return self.ports[name]

    def url(self, name):
        return f"http://127.0.0.1:{self.ports[name]}"

    def start_squid(self, name, *lines):
        directory = self.path("squid-" + name)
        os.makedirs(directory)
        write(f"{directory}/squid.conf", "\n".join([
            *lines, "cache deny all", "pid_filename none", f"cache_log {directory}/cache.log",
            f"access_log stdio:{directory}/access.log", "shutdown_lifetime 0", "dns_nameservers 127.0.0.1",
            f"coredump_dir {directory}", "pinger_enable off", "netdb_filename none", ""]))
        do("chown", "-R", "proxy:", directory)
        self.start("squid", "-N", "-f", f"{directory}/squid.conf")

    def start_squids(self):
        helper = self.path("basic-helper")
        # Blanks of a password are percent-encoded on their way to the helper.
        write(helper, f"#!/bin/sh\nwhile read -r user password; do\n"
                      f"    [ \"$user $password\" = '{USER} {PASSWORD.replace(' ', '%20')}' ] && echo OK || echo ERR\n"
                      "done\n", 0o755)
        certificates = self.path("certificates")
        do("/usr/lib/squid/security_file_certgen", "-c", "-s", certificates, "-M", "4MB")
        do("chown", "-R", "proxy:", certificates)
        shutil.copy(self.path("company.pem"), self.path("bump.pem"))
        for name in ("company.key", "proxy.key"):
            os.chmod(self.path(name), 0o644)
        self.start_squid(
            "open", f"http_port 127.0.0.1:{self.free_port('open')} name=open",
            f"http_port 127.0.0.1:{self.free_port('deny')} name=deny",
            f"http_port 127.0.0.1:{self.free_port('deny-http')} name=deny-http",
            f"http_port 127.0.0.1:{self.free_port('bump')} name=bump ssl-bump tls-cert={self.path('company.pem')} "
            f"tls-key={self.path('company.key')} generate-host-certificates=on",
            f"https_port 127.0.0.1:{self.free_port('tls')} name=tls tls-cert={self.path('proxy.pem')} "
            f"tls-key={self.path('proxy.key')}",
            f"sslcrtd_program /usr/lib/squid/security_file_certgen -s {certificates} -M 4MB",
            "acl bumped myportname bump", "ssl_bump bump bumped", "ssl_bump none all",
            f"tls_outgoing_options cafile={self.path('public.pem')}", "acl denied myportname deny",
            "acl by_http myportname deny-http", "acl plain proto HTTP", "acl connect method CONNECT",
            "http_access deny denied", "http_access deny by_http plain !connect", "http_access allow all")
        self.start_squid(
            "basic", f"http_port 127.0.0.1:{self.free_port('basic')}",
            f"auth_param basic program {helper}", "auth_param basic children 1", "auth_param basic realm proxy",
            "acl known proxy_auth REQUIRED", "http_access allow known", "http_access deny all")
        self.start_squid(
            "ntlm", f"http_port 127.0.0.1:{self.free_port('ntlm')}",
            "auth_param ntlm program /usr/lib/squid/ntlm_fake_auth", "auth_param ntlm children 2",
            "acl known proxy_auth REQUIRED", "http_access allow known", "http_access deny all")
        self.start_squid(
            "blind", f"http_port 127.0.0.1:{self.free_port('blind')}", "http_access allow all",
            f"hosts_file {self.path('blind-hosts')}")
        # Its own name for AWS leads to a port that nobody has.
        write(self.path("blind-hosts"), "".join(
            f"127.0.0.66 {service}.{REGION}.{DOMAIN}\n" for service in ("sts", "ssm", "ec2")))
        for name in ("open", "deny", "bump", "tls", "basic", "ntlm", "blind"):
            wait_until("squid", lambda name=name: accepts(self.ports[name]))

    def start_tinyproxy(self):
        write(self.path("tinyproxy.conf"), "\n".join([
            "Listen 127.0.0.1", f"Port {self.free_port('tiny')}", "Timeout 30", "LogLevel Info",
            f"LogFile \"{self.path('tinyproxy.log')}\"", ""]))
        self.start("tinyproxy", "-d", "-c", self.path("tinyproxy.conf"))
        wait_until("tinyproxy", lambda: accepts(self.ports["tiny"]))

    def start_cntlm(self):
        """As the AWS CLI's guide advises: it has the login, and speaks NTLM to the proxy."""
        port = self.free_port("cntlm")
        user = NTLM_USER.split("\\")
        write(self.path("cntlm.conf"), "\n".join([
            f"Username {user[1]}", f"Domain {user[0]}", "Password secret", f"Proxy 127.0.0.1:{self.ports['ntlm']}",
            f"Listen 127.0.0.1:{port}", "Auth NTLM", "Workstation test", ""]), 0o600)
        self.start("cntlm", "-f", "-c", self.path("cntlm.conf"))
        wait_until("cntlm", lambda: accepts(port))

    def start_odd_proxies(self):
        """What takes a connection and says nothing, closes it, or is another protocol."""
        for name, answer in (("silent", None), ("reset", b""), ("ssh", b"SSH-2.0-OpenSSH_9.2\r\n"),
                             ("cuts", b"HTTP/1.1 200 Connection established\r\n\r\n")):
            listener = socket.create_server(("127.0.0.1", self.free_port(name)), backlog=50)
            self.sockets.append(listener)
            threading.Thread(target=self.serve_odd, args=(listener, answer), daemon=True).start()
        # A queue that is full: packets to it are dropped, as by a firewall.
        full = socket.socket()
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        self.ports["full"] = full.getsockname()[1]
        self.sockets.append(full)
        for _ in range(4):
            client = socket.socket()
            client.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                client.connect(("127.0.0.1", self.ports["full"]))
            self.sockets.append(client)
        self.free_port("nobody")

    def serve_odd(self, listener, answer):
        while True:
            client, _ = listener.accept()
            self.sockets.append(client)
            if answer is None:
                continue
            with contextlib.suppress(OSError):
                client.settimeout(5)
                client.recv(4096)
                client.sendall(answer)
            client.close()

    def proxy_logs(self):
        """What the proxies were asked for."""
        texts = [read(self.path("tinyproxy.log"))]
        for name in ("open", "basic", "ntlm", "blind"):
            path = self.path("squid-" + name, "access.log")
            texts += [read(path)] if os.path.exists(path) else []
        return "".join(texts)


class Simulator:
    """imds-sim, for as long as a `with` lasts; then .requests is what it was asked."""

    def __init__(self, world, rules=(), change=None, listen=None):
        self.log = world.path("imds.log")
        self.requests = []
        with open(os.path.join(TESTS, "imds-sim/tree.json"), encoding="utf-8") as file:
            tree = json.load(file)
        if change:
            change(tree)
        write(world.path("imds-rules.json"), json.dumps({"rules": list(rules)}))
        write(world.path("imds-tree.json"), json.dumps(tree))
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", os.path.join(BUILD, "imds-sim"), "--tree",
             world.path("imds-tree.json"), "--scenario", world.path("imds-rules.json"), "--log", self.log,
             *(["--listen", listen] if listen else [])],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError(f"the simulator refuses these rules: {rules}")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait(HANGS_S)
        self.process.stdout.close()
        with open(self.log, encoding="utf-8") as file:
            self.requests = [json.loads(line) for line in file]
