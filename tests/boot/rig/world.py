# SPDX-License-Identifier: MIT
"""What is around an instance: the metadata service, a proxy, a package archive behind it, services of AWS.

All of it is in the private network namespace that tests/netns made. A machine has a namespace of its
own, joined to it by a cable, as an instance is joined to its host.
"""

import hashlib
import json
import os
import shutil
import subprocess
import time

TESTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REPOSITORY = os.path.dirname(TESTS)
BUILD = os.path.join(REPOSITORY, os.environ.get("BUILD", "build"))

METADATA = ("169.254.169.254", "fd00:ec2::254")
GATEWAY = ("10.0.1.1", "fd09::1")
INSTANCE = ("10.0.1.23", "fd09::23")
# Only the proxy knows the name of the archive, and only its namespace has the address.
ARCHIVE = ("10.77.0.1", "packages.example")
PROXY_PORT = 3128
INSPECTING_PROXY = "http://proxy.corp.example:3129"
PROXY_LOGIN = ("svc", "s3cretFourTheProxy")
READY_S = 120
# Addresses of interface endpoints in the instance's own subnet, as private DNS has them.
SERVICES = {"ssm": ("10.0.1.7", "ssm.us-east-1.amazonaws.com"),
            "secretsmanager": ("10.0.1.8", "secretsmanager.us-east-1.amazonaws.com")}


SQUID = """\
http_port 3129 ssl-bump tls-cert={folder}/ca.pem generate-host-certificates=on
sslcrtd_program /usr/lib/squid/security_file_certgen -s {folder}/certificates -M 4MB
ssl_bump bump all
http_access allow all
tls_outgoing_options cafile={folder}/public.pem
hosts_file {folder}/hosts
cache deny all
pid_filename none
cache_log {folder}/cache.log
access_log stdio:{folder}/access.log
shutdown_lifetime 0
dns_nameservers 127.0.0.1
pinger_enable off
netdb_filename none
"""
TLS_ARCHIVE = """\
import functools, http.server, ssl, sys
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[2])
server = http.server.ThreadingHTTPServer((sys.argv[1], 443), handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[3])
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""


def command(*words, **keywords):
    """Runs a command that has to succeed; returns its output."""
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **keywords)
    text = done.stdout.decode(errors="backslashreplace")
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: exit code {done.returncode}\n{text}")
    return text


def wait_for(what, condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds} s for {what}")
        time.sleep(0.05)


def metadata_tree(instance_id, user_data):
    """The simulator's tree as it is for one instance. user_data: text, or None."""
    with open(os.path.join(TESTS, "imds-sim", "tree.json"), encoding="utf-8") as file:
        tree = json.load(file)
    tree["latest"]["meta-data"]["instance-id"] = instance_id
    tree["latest"]["dynamic"]["instance-identity"]["document"]["$json"]["instanceId"] = instance_id
    # cloud-init in a container asks without a token: it does not look at the firmware there.
    tree["http_tokens"] = "optional"
    if user_data is not None:
        tree["latest"]["user-data"] = user_data
    return tree


def role_keys():
    """Those that the simulator gives out, as tests/aws/server takes them."""
    roles = metadata_tree("i-0", None)["latest"]["meta-data"]["iam"]["security-credentials"]
    return {role["$json"]["AccessKeyId"]: {"secret": role["$json"]["SecretAccessKey"], "token": role["$json"]["Token"]}
            for role in roles.values()}


def secrets():
    """What must not be found anywhere: keys of the credentials that the simulator gives out."""
    return [text for keys in role_keys().values() for text in keys.values()]


class World:
    """Everything in it ends when a `with` is left, and with the test's PID namespace in any case."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        self.simulator = None
        self.inspecting = []
        self.services = []
        os.makedirs(folder, exist_ok=True)

    def __enter__(self):
        for address in (*METADATA, ARCHIVE[0]):
            bits = "128" if ":" in address else "32"
            nodad = ["nodad"] if ":" in address else []
            command("ip", "addr", "add", f"{address}/{bits}", "dev", "lo", *nodad)
        self.start_archive()
        self.start_proxy()
        return self

    def __exit__(self, *error):
        for process in reversed(self.processes):
            process.kill()
            process.wait()

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, name, *words):
        with open(self.path(name), "wb") as output:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    def end(self, process):
        process.terminate()
        process.wait(10)
        self.processes.remove(process)

    # -- the metadata service

    def start_simulator(self, tree, rules=()):
        """Replaces the one before. What it is asked is in `requests()`."""
        self.stop_simulator()
        for name, content in (("tree.json", tree), ("scenario.json", {"rules": list(rules)})):
            with open(self.path(name), "w", encoding="utf-8") as file:
                json.dump(content, file)
        listen = []
        for address in METADATA:
            listen += ["--listen", f"[{address}]:80" if ":" in address else f"{address}:80"]
        self.simulator = self.start(
            "imds-sim.out", os.path.join(BUILD, "imds-sim"), "--tree", self.path("tree.json"),
            "--scenario", self.path("scenario.json"), "--log", self.path("requests"), *listen)
        wait_for("the simulator", lambda: self.text("imds-sim.out").count("http://") == len(METADATA),
                 READY_S)

    def stop_simulator(self):
        if self.simulator:
            self.end(self.simulator)
        self.simulator = None

    def requests(self):
        return [json.loads(line) for line in self.text("requests").splitlines()]

    def text(self, name):
        with open(self.path(name), encoding="utf-8", errors="backslashreplace") as file:
            return file.read()

    # -- the proxy, and what is behind it

    def start_proxy(self):
        user, password = PROXY_LOGIN
        with open(self.path("tinyproxy.conf"), "w", encoding="utf-8") as file:
            file.write(f"Port {PROXY_PORT}\nTimeout 30\nMaxClients 20\nLogLevel Info\n"
                       f"LogFile \"{self.path('tinyproxy.log')}\"\nBasicAuth {user} {password}\n")
        etc = self.path("etc")
        os.makedirs(etc, exist_ok=True)
        with open(os.path.join(etc, "hosts"), "w", encoding="utf-8") as file:
            file.write(f"{ARCHIVE[0]} {ARCHIVE[1]}\n")
        # It alone sees this folder as /etc.
        self.start("tinyproxy.out", "unshare", "--mount", "--", "sh", "-ec",
                   'mount --bind "$2" /etc; exec tinyproxy -d -c "$1"', "sh",
                   self.path("tinyproxy.conf"), etc)
        wait_for("tinyproxy", lambda: os.path.exists(self.path("tinyproxy.log")) and
                 "Accepting connections" in self.text("tinyproxy.log"), READY_S)

    def proxy_requests(self):
        """As in "GET http://packages.example/./Packages": those it was asked so far."""
        lines = [line.partition("): ")[2] for line in self.text("tinyproxy.log").splitlines()
                 if "Request (file descriptor" in line]
        return [line.rpartition(" HTTP/")[0] for line in lines]

    def start_inspecting_proxy(self, company, public, *names):
        """It signs with the company's CA, and the archive behind it, which has these names, too, has a
        certificate of the public one. It forwards what is not TLS, too. Replaces the one before."""
        folder = self.path("squid")
        while self.inspecting:
            self.end(self.inspecting.pop())
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        certificate, key = public.issue(ARCHIVE[1], *names)
        for name, text in (("ca.pem", company.certificate + company.key), ("public.pem", public.certificate),
                           ("archive.pem", certificate + key), ("hosts", f"{ARCHIVE[0]} {' '.join((ARCHIVE[1], *names))}\n"),
                           ("squid.conf", SQUID.format(folder=folder))):
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                file.write(text)
        command("/usr/lib/squid/security_file_certgen", "-c", "-s", f"{folder}/certificates", "-M", "4MB")
        command("chown", "-R", "proxy:", folder)
        self.inspecting = [
            self.start("archive-tls.out", "python3", "-uc", TLS_ARCHIVE, ARCHIVE[0], self.path("archive"),
                       f"{folder}/archive.pem"),
            self.start("squid.out", "squid", "-N", "-f", f"{folder}/squid.conf")]
        wait_for("squid", lambda: os.path.exists(f"{folder}/cache.log") and
                 "Accepting SSL bumped" in self.text("squid/cache.log"), READY_S)

    # -- services of AWS

    def start_services(self, public, holds):
        """Replaces those before. holds: what each has, as tests/aws/server takes it; the role's keys are right."""
        while self.services:
            self.end(self.services.pop())
        for service, (address, host) in SERVICES.items():
            command("ip", "address", "replace", f"{address}/32", "dev", "lo")
            certificate, key = public.issue(host)
            scenario = {"keys": role_keys(), "region": "us-east-1", "service": service, **holds[service]}
            for name, text in (("scenario", json.dumps(scenario)), ("pem", certificate), ("key", key), ("log", "")):
                with open(self.path(f"{service}.{name}"), "w", encoding="ascii") as file:
                    file.write(text)
            files = [self.path(f"{service}.{name}") for name in ("scenario", "pem", "key", "log")]
            self.services.append(self.start(f"{service}.out", os.path.join(TESTS, "aws", "server"), *files,
                                            address, "443"))
        for service in SERVICES:
            wait_for(service, lambda name=f"{service}.out": "ready" in self.text(name), READY_S)

    def service_requests(self):
        """As in ("AmazonSSM.GetParameters", "ok"): what the services were asked so far, and of the signature."""
        entries = [json.loads(line) for service in SERVICES for line in self.text(f"{service}.log").splitlines()]
        return [(entry["target"], entry["check"]) for entry in entries]

    def start_archive(self):
        make_archive(self.path("archive"))
        self.start("archive.out", "python3", "-u", "-m", "http.server", "--bind", ARCHIVE[0],
                   "--directory", self.path("archive"), "80")
        wait_for("the archive", lambda: "Serving" in self.text("archive.out"), READY_S)


def make_archive(folder):
    """A Debian archive that has one package, boot-probe, with one file."""
    content = os.path.join(folder, "content")
    os.makedirs(os.path.join(content, "DEBIAN"), exist_ok=True)
    os.makedirs(os.path.join(content, "usr", "share", "boot-probe"), exist_ok=True)
    control = ("Package: boot-probe\nVersion: 1\nArchitecture: all\n"
               "Maintainer: Nobody <nobody@example.com>\nDescription: what a boot installs\n")
    with open(os.path.join(content, "DEBIAN", "control"), "w", encoding="ascii") as file:
        file.write(control)
    with open(os.path.join(content, "usr", "share", "boot-probe", "here"), "w",
              encoding="ascii") as file:
        file.write("installed through the proxy\n")
    package = os.path.join(folder, "boot-probe_1_all.deb")
    command("dpkg-deb", "--root-owner-group", "-Zgzip", "--build", content, package)
    with open(package, "rb") as file:
        data = file.read()
    packages = (f"{control}Filename: ./boot-probe_1_all.deb\nSize: {len(data)}\n"
                f"SHA256: {hashlib.sha256(data).hexdigest()}\n\n").encode()
    with open(os.path.join(folder, "Packages"), "wb") as file:
        file.write(packages)
    with open(os.path.join(folder, "Release"), "w", encoding="ascii") as file:
        file.write("Date: Sat, 01 Jan 2022 00:00:00 UTC\nSHA256:\n "
                   f"{hashlib.sha256(packages).hexdigest()} {len(packages)} Packages\n")
