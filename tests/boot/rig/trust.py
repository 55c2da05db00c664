# SPDX-License-Identifier: MIT
"""The CA of a proxy that inspects TLS comes by user-data: who trusts it from when on."""

import json
import os
import time

from rig import evidence, instance, world
from rig.authority import Authority
from rig.evidence import AGENT
from rig.instance import SEEN

UNIT = "ec2-bootstrap-trust.service"
CA_FILE = "/etc/ec2-bootstrap/proxy-ca.pem"
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
EXTRA = "/usr/local/share/ec2-bootstrap/ca.pem"
VARIABLES = [f"AWS_CA_BUNDLE={BUNDLE}", f"NODE_EXTRA_CA_CERTS={EXTRA}", f"REQUESTS_CA_BUNDLE={BUNDLE}"]
EXPOSURE_MAX = 8.0
PORT = 8443

SERVER = f"""\
import http.server, ssl
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        open("{SEEN}/asked", "a").write(self.path + "\\n")
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
server = http.server.HTTPServer(("127.0.0.1", {PORT}), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/usr/lib/tls/server.pem", "/usr/lib/tls/server.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""
SERVER_UNIT = f"""\
[Unit]
DefaultDependencies=no
[Service]
ExecStartPre=/bin/mkdir -p {SEEN}
ExecStart=/usr/bin/python3 /usr/lib/tls/server
"""
# It says what it starts with, and whether Python trusts the server, and Go.
CLIENT_UNIT = f"""\
[Unit]
After=ec2-bootstrap.service tls.service
[Service]
Type=oneshot
RemainAfterExit=yes
Environment=HOME=/root
StandardError=file:{SEEN}/go
ExecStart=-/usr/bin/skopeo inspect docker://localhost:{PORT}/go
ExecStart=/bin/sh -c 'env > {SEEN}/client; exec /usr/bin/python3 /usr/lib/tls/client > {SEEN}/trusts 2>&1'
"""
CLIENT = f"""\
import urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))
print(opener.open("https://localhost:{PORT}/", timeout=60).read().decode())
"""


def user_data(authority):
    """The CA and the proxy, and a package that only comes over https, so by that proxy."""
    content = json.loads(instance.settings(world.INSPECTING_PROXY, login=False))
    content["proxy"]["ca_file"] = CA_FILE
    return "#cloud-config\n" + json.dumps({
        "write_files": [{"path": "/etc/ec2-bootstrap/config.json", "content": json.dumps(content)},
                        {"path": CA_FILE, "content": authority}],
        "package_update": True, "packages": ["boot-probe"], "runcmd": [["sh", "-c", f"env > {SEEN}/runcmd"]]})


def furnish(machine, certificate, key):
    for name, content in (("server", SERVER), ("client", CLIENT), ("server.pem", certificate), ("server.key", key)):
        machine.write(f"/usr/lib/tls/{name}", content)
    machine.enable("tls.service", SERVER_UNIT, "sysinit.target")
    machine.enable("client.service", CLIENT_UNIT)
    machine.write("/etc/apt/sources.list.d/boot-test.list", instance.APT_SOURCE.replace("http:", "https:"))


def variables(machine):
    """Of the service."""
    return variables_in(machine, "client")


def variables_in(machine, name):
    lines = machine.read(f"{SEEN}/{name}").decode().splitlines()
    return sorted(line for line in lines if "_CA_" in line)


def play(rig):
    with Authority("Company") as company, Authority("Public") as public:
        rig.world.start_simulator(world.metadata_tree("i-0f7", user_data(company.certificate)))
        rig.world.start_inspecting_proxy(company, public)
        certificate, key = company.issue("localhost")
        with rig.machine("trust") as machine:
            furnish(machine, certificate, key)
            play_boots(rig, machine)


def play_boots(rig, machine):
    tap = rig.tap
    tap.group = f"{rig.generation.suite}, an inspecting proxy, first boot"
    check_boot(rig, machine, "trust")
    check_packages(rig, machine)
    note_update(tap, machine)
    machine.shut_down()
    tap.group = f"{rig.generation.suite}, an inspecting proxy, second boot"
    check_boot(rig, machine, "trust-again")
    tap.group = f"{rig.generation.suite}, an inspecting proxy, while it runs"
    check_security(rig, machine)
    check_remove(rig, machine)
    machine.shut_down()


def note_update(tap, machine):
    """What the store's program takes by itself where all is new: the unit waits for it."""
    begun = time.monotonic()
    machine.run("update-ca-certificates", "--fresh")
    print(f"# {tap.group}: update-ca-certificates --fresh takes {time.monotonic() - begun:.3f} s", flush=True)


def check_packages(rig, machine):
    tap = rig.tap
    tap.check("cloud-init has installed a package over https",
              os.path.exists(machine.path("/usr/share/boot-probe/here")),
              machine.try_run("cat", "/var/log/cloud-init-output.log"))
    tap.equal("its commands have the variables", variables_in(machine, "runcmd"), VARIABLES)
    asked = rig.world.text("squid/access.log")
    tap.check("the proxy has looked into it", f"GET https://{world.ARCHIVE[1]}/./boot-probe_1_all.deb" in asked, asked)


def check_boot(rig, machine, name):
    tap = rig.tap
    machine.boot()
    found = rig.keep(name, evidence.collect(machine, (UNIT, "client.service")))
    unit, agent, client = (found["units"][each] for each in (UNIT, AGENT, "client.service"))
    tap.equal("both units have run", [(each["ActiveState"], each["Result"]) for each in (unit, agent)],
              [("active", "success")] * 2)
    done, started = (int(each[field]) for each, field in
                     ((unit, "ActiveEnterTimestampMonotonic"), (agent, "ExecMainStartTimestampMonotonic")))
    tap.check("the store comes before the variables", done <= started, (done, started))
    took = (int(unit["ExecMainExitTimestampMonotonic"]) - int(unit["ExecMainStartTimestampMonotonic"])) / 1e6
    print(f"# {tap.group}: {UNIT} took {took:.3f} s", flush=True)
    tap.equal("a service has the variables", variables(machine), VARIABLES)
    tap.equal("and trusts a server of the CA's", machine.read(f"{SEEN}/trusts").decode().strip(), "ok")
    tap.check("and so does a program of Go's", "/v2/" in machine.read(f"{SEEN}/asked").decode().splitlines(),
              machine.read(f"{SEEN}/go").decode())
    tap.equal("so has a login", machine.run("su", "-", "-c", "echo $AWS_CA_BUNDLE").strip(), BUNDLE)
    tap.equal("nothing failed", [line for line in found["failed"] if "ec2-boot" in line or "client" in line], [])
    tap.equal("no ordering cycle in the journal", found["cycles"], [])
    tap.check("the client has started after both", int(client["ExecMainStartTimestampMonotonic"]) >= done, client)


def check_security(rig, machine):
    text = machine.run("systemd-analyze", "security", "--no-pager", UNIT)
    level = float(text.strip().splitlines()[-1].split(":")[1].split()[0])
    rig.tap.check(f"the exposure of its unit is at most {EXPOSURE_MAX}", level <= EXPOSURE_MAX, text)


def check_remove(rig, machine):
    tap = rig.tap
    machine.run("ec2-bootstrap", "remove")
    tap.equal("remove takes it out of the store",
              machine.run("sh", "-c", "ls /etc/ssl/certs /usr/local/share/ca-certificates | grep -c ec2-boot || true")
              .strip(), "0")
    machine.try_run("systemctl", "restart", "client.service")
    tap.equal("and out of systemd's environment", variables(machine), [])
    tap.check("the server is not trusted any more",
              "CERTIFICATE_VERIFY_FAILED" in machine.read(f"{SEEN}/trusts").decode(), "it is")
    go = machine.read(f"{SEEN}/go").decode()
    tap.check("nor by Go", "x509: certificate signed by unknown authority" in go, go)
