# SPDX-License-Identifier: MIT
"""The machines: a row each, with what is broken and the findings that this gives, and no others."""

import collections
import json
import os
import shutil

import world
from world import DOMAIN, PASSWORD, REGION, USER, read, write

# name; findings: their ids; proxy: NAME of world.ports, a URL, or None; settings: over the usual ones; before: what the
# machine has before `run`; after: what happens to it then; rules, tree: of the metadata service when the doctor comes;
# endpoint: another one than that; environment: of the doctor; hosts: lines of /etc/hosts; aws_offset_s: of AWS's clock;
# silent_names: the name server never answers; listen: where the metadata service does.
Machine = collections.namedtuple(
    "Machine", "name findings proxy settings before after rules tree endpoint environment hosts aws_offset_s "
    "silent_names listen",
    defaults=("tiny", {}, None, None, (), None, None, {}, "", 0, False, None))

ROLE = "/latest/meta-data/iam/security-credentials/"
TOKEN = "/latest/api/token"
UNITS = "usr/lib/systemd/system"


def merged(one, other):
    """Settings, group by group."""
    both = dict(one)
    for key, value in other.items():
        both[key] = {**both[key], **value} if isinstance(both.get(key), dict) and isinstance(value, dict) else value
    return both


def settings_of(machine, ports):
    settings = {"imds": {"deadline_s": 2, "request_timeout_ms": 500}}
    if machine.proxy:
        url = f"http://127.0.0.1:{ports[machine.proxy]}" if machine.proxy in ports else machine.proxy
        settings["proxy"] = {"http": url, "https": url}
    return merged(settings, machine.settings)


def make_root(around, root):
    """A sound machine: docker, apt, a person's shell, some clients, the agent's units."""
    for path in ("etc/apt/apt.conf.d", "etc/profile.d", "etc/systemd/system/multi-user.target.wants", "run/systemd/units",
                 "var/lib", "usr/bin", "usr/share/ca-certificates", "usr/local/share/ca-certificates", "etc/ssl/certs",
                 "run/secret", "proc", "tmp"):
        os.makedirs(os.path.join(root, path), exist_ok=True)
    for name in ("curl", "wget", "python3", "dockerd", "apt-get", "bash"):
        write(f"{root}/usr/bin/{name}", "", 0o755)
    write(f"{root}/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
    versions = {"curl": "7.88.1-10", "wget": "1.21.3-1", "python3": "3.11.2-1", "apt": "2.6.1"}
    write(f"{root}/var/lib/dpkg/status", "".join(
        f"Package: {name}\nStatus: install ok installed\nVersion: {version}\n\n" for name, version in versions.items()))
    shutil.copy(around.path("public.pem"), f"{root}/etc/ssl/certs/ca-certificates.crt")
    for unit in ("ec2-bootstrap", "ec2-bootstrap-trust", "ec2-bootstrap-fetch"):
        shutil.copy(os.path.join(os.path.dirname(world.TESTS), f"units/{unit}.service"),
                    os.path.join(root, "tmp", unit))
        write(f"{root}/{UNITS}/{unit}.service", read(os.path.join(root, "tmp", unit)))
    shutil.rmtree(f"{root}/tmp")
    write(f"{root}/{UNITS}/docker.service", "[Unit]\nAfter=network.target\n[Service]\nExecStart=/usr/bin/dockerd\n")
    os.symlink(f"/{UNITS}/ec2-bootstrap.service",
               f"{root}/etc/systemd/system/multi-user.target.wants/ec2-bootstrap.service")
    write(f"{root}/run/secret/password", PASSWORD, 0o600)


def put_process(root, pid, unit, environment, parent=1, slice_name="system.slice"):
    directory = f"{root}/proc/{pid}"
    write(f"{directory}/cgroup", f"0::/{slice_name}/{unit}\n")
    write(f"{directory}/stat", f"{pid} (a ) name) S {parent} {pid} {pid} 0 -1\n")
    write(f"{directory}/environ", "".join(f"{name}={value}\0" for name, value in environment.items()))


def proxy_variables(root):
    """As `run` has written them for services."""
    path = f"{root}/run/ec2-bootstrap/proxy.env"
    lines = read(path).splitlines() if os.path.exists(path) else []
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def start_services(root):
    """Docker and another service have started behind `run`; systemd's own have not, and need no proxy."""
    put_process(root, 1, "init.scope", {}, 0, "")
    put_process(root, 200, "systemd-udevd.service", {"PATH": "/usr/bin"})
    put_process(root, 300, "docker.service", {"PATH": "/usr/bin", **proxy_variables(root)})
    for pid in (250, 301):  # numbers begin again at some time
        put_process(root, pid, "docker.service", {"http_proxy": "http://of.a.container:1"}, 300)
    put_process(root, 400, "web.service", proxy_variables(root))
    put_process(root, 410, "web2.service/payload", proxy_variables(root))
    put_process(root, 500, "user@1000.service/app.slice/x.service", {"http_proxy": "http://of.a.user:1"},
                1, "user.slice/user-1000.slice")


# -- what is broken

def remove(path):
    return lambda around, root: os.unlink(os.path.join(root, path))


def put(path, text, mode=0o644):
    return lambda around, root: write(os.path.join(root, path), text, mode)


def append(path, text):
    def change(around, root):
        del around
        with open(os.path.join(root, path), "a", encoding="utf-8") as file:
            file.write(text)
    return change


def replace(path, old, new):
    def change(around, root):
        del around
        whole = os.path.join(root, path)
        assert old in read(whole), f"{path}: no {old}"
        write(whole, read(whole).replace(old, new), os.stat(whole).st_mode & 0o777)
    return change


def mode(path, bits):
    return lambda around, root: os.chmod(os.path.join(root, path), bits)


def link(path, target):
    def change(around, root):
        del around
        whole = os.path.join(root, path)
        if os.path.lexists(whole):
            os.unlink(whole)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        os.symlink(target, whole)
    return change


def all_of(*changes):
    def change(around, root):
        for one in changes:
            one(around, root)
    return change


def change_settings(**more):
    def change(around, root):
        del around
        path = f"{root}/etc/ec2-bootstrap/config.json"
        write(path, json.dumps(merged(json.loads(read(path)), more)))
    return change


def environment_is_directory(around, root):
    del around
    os.unlink(f"{root}/etc/environment")
    os.mkdir(f"{root}/etc/environment")


def process(pid, unit, **environment):
    return lambda around, root: put_process(root, pid, unit, environment)


def stale_docker(around, root):
    del around
    put_process(root, 300, "docker.service", {**proxy_variables(root), "https_proxy": "http://old.corp:3128"})


def own_values(around, root):
    """A unit with a proxy of its own, and its process."""
    write(f"{root}/etc/systemd/system/web.service.d/proxy.conf", "[Service]\nEnvironment=https_proxy=http://own.corp:1\n")
    write(f"{root}/{UNITS}/web.service", "[Service]\nExecStart=/bin/true\n")
    put_process(root, 400, "web.service", {**proxy_variables(root), "https_proxy": "http://own.corp:1"})


def ecs_as_configured(around, root):
    """Its unit reads /etc/ecs/ecs.config, in which a proxy has no scheme, and the list one more entry."""
    del around
    lines = read(f"{root}/etc/ecs/ecs.config").splitlines()
    put_process(root, 600, "ecs.service", dict(line.split("=", 1) for line in lines if line[:1] not in ("#", "")))


def kept_out(around, root):
    """A service that is to have no proxy."""
    del around
    names = "http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY"
    write(f"{root}/{UNITS}/snapd.service", f"[Service]\nExecStart=/bin/true\nUnsetEnvironment={names}\n")
    put_process(root, 600, "snapd.service", {"PATH": "/usr/bin"})


def authority(*names):
    """The company's file, and a store that has it."""
    def change(around, root):
        text = "".join(read(around.path(name + ".pem")) for name in names)
        write(f"{root}/etc/ec2-bootstrap/ca.pem", text)
        append("etc/ssl/certs/ca-certificates.crt", text)(around, root)
    return change


def settle_store(around, root):
    """What the store's program would have done in an image's first boot."""
    del around
    mark = f"{root}/usr/local/share/ec2-bootstrap/update-due"
    if os.path.exists(mark):
        os.unlink(mark)


def lose_authority(around, root):
    shutil.copy(around.path("public.pem"), f"{root}/etc/ssl/certs/ca-certificates.crt")


def ended_authority(around, root):
    """Beside one that counts."""
    authority("company")(around, root)
    append("etc/ec2-bootstrap/ca.pem", read(os.path.join(world.TESTS, "trust/kinds/expired.pem")))(around, root)


def old_authority(around, root):
    """One that the agent added, and that the file does not have any more."""
    settle_store(around, root)
    write(f"{root}/usr/local/share/ca-certificates/ec2-bootstrap-0a1b2c3d.crt", read(around.path("other.pem")))


# Private, as of interface endpoints.
EVERY_CODEDEPLOY = "".join(f"10.0.0.7 {name}\n" for name in (
    f"codedeploy.{REGION}.{DOMAIN}", f"codedeploy-commands-secure.{REGION}.{DOMAIN}"))
CA = {"proxy": {"ca_file": "/etc/ec2-bootstrap/ca.pem"}}
LOGIN = {"proxy": {"username": USER, "password_file": "/run/secret/password"}}
EXPIRED = ROLE + "web-server"


def expire(tree):
    role = tree["latest"]["meta-data"]["iam"]["security-credentials"]["web-server"]["$json"]
    role["Expiration"] = "{{now-1m}}"


def ipv6_blocks(tree):
    for interface in tree["latest"]["meta-data"]["network"]["interfaces"]["macs"].values():
        interface["vpc-ipv6-cidr-blocks"] = "2001:db8:7::/56"


SOUND = (
    Machine("healthy", ()),
    Machine("healthy, without any settings of a proxy", (), None),
    Machine("healthy, squid", (), "open"),
    Machine("healthy, with a login", (), "basic", LOGIN),
    Machine("healthy, NTLM behind Cntlm", (), "cntlm"),
    Machine("healthy, behind a proxy that inspects TLS", (), "bump", CA, authority("company"), settle_store),
    Machine("healthy, a service is kept out", (), after=kept_out),
    Machine("healthy, ECS has values of its own form", (), before=put("usr/libexec/amazon-ecs-init", ""),
            after=ecs_as_configured),
    Machine("healthy, somebody else gives services a proxy", (), None,
            after=process(400, "web.service", https_proxy="http://by.hand:1")),
    Machine("healthy, credentials are not wanted", (), settings={"credentials": "off"}),
    Machine("healthy, no /proc to look at", (), after=lambda around, root: shutil.rmtree(f"{root}/proc")),
    Machine("healthy, the role is optional", (), settings={"credentials": "optional"}, rules=[{"path": ROLE, "status": 404}]),
    Machine("healthy, no EC2 instance", (), settings={"no_proxy": {"vpc": False}, "credentials": "off"},
            after=put("sys/class/dmi/id/sys_vendor", "QEMU\n"), endpoint="none"),
    Machine("healthy, IMDS by IPv6", (), listen="[::1]:0"),
    Machine("healthy, IMDS at its own address of IPv6", (), endpoint="none", listen="[fd00:ec2::254]:80"),
    Machine("healthy, cloud-init has the module", (), before=all_of(
        put("usr/lib/python3/dist-packages/cloudinit/config/cc_ec2_bootstrap.py", ""),
        put("etc/cloud/cloud.cfg", "cloud_init_modules:\n - write_files\n"),
        put("etc/cloud/cloud.cfg.d/zz_ec2-bootstrap.cfg", "cloud_init_modules:\n- write_files\n- ec2-bootstrap\n"))),
)

BROKEN = (
    # The metadata service.
    Machine("IMDS is off", {"imds-switched-off"}, rules=[{"status": 403}]),
    Machine("IMDS is off for the SDKs", {"imds-switched-off-here"}, environment={"AWS_EC2_METADATA_DISABLED": "true"}),
    Machine("nothing at IMDS's address", {"imds-unreachable"}, endpoint="http://127.0.0.1:{nobody}"),
    Machine("IMDS by a name that nobody has", {"imds-unreachable"}, endpoint="http://nobody.corp"),
    Machine("no route to IMDS", {"imds-unreachable"}, endpoint="http://203.0.113.9:80"),
    Machine("a prohibit route to IMDS", {"imds-locked"}, endpoint="http://203.0.113.66:80"),
    Machine("packets to IMDS are dropped", {"imds-no-answer"}, endpoint="http://127.0.0.1:{full}"),
    Machine("the hop limit is too low", {"imds-hop-limit"}, rules=[{"path": TOKEN, "send": "nothing", "end": "hang"}]),
    Machine("SSH answers in the place of IMDS", {"imds-foreign"}, rules=[{"raw": "SSH-2.0-x\r\n", "end": "close"}]),
    Machine("a web server answers in the place of IMDS", {"imds-foreign"}, rules=[{"status": 404}]),
    Machine("a portal answers in the place of IMDS", {"imds-foreign"},
            rules=[{"body": "<html>Please log in</html>"}]),
    Machine("IMDS has a fault", {"imds-fault"}, rules=[{"status": 503}]),
    Machine("IMDS throttles", {"imds-fault"}, rules=[{"status": 429}]),
    Machine("IMDS takes no token", {"imds-fault"}, rules=[{"path": "/latest/meta-data/*", "status": 401}]),
    Machine("the token is refused, by IPv6", {"imds-switched-off"}, rules=[{"status": 403}], listen="[::1]:0"),
    Machine("nothing at IMDS's address of IPv6", {"imds-unreachable"}, endpoint="http://[::1]:{nobody}"),
    Machine("a bad endpoint in the environment", {"imds-endpoint"}, endpoint="none",
            environment={"AWS_EC2_METADATA_SERVICE_ENDPOINT": "ftp://x"}),
    Machine("IMDS is off, and the settings want the VPC", {"imds-switched-off"}, rules=[{"status": 403}],
            settings={"no_proxy": {"vpc": "required"}}),
    Machine("IMDSv1 is allowed", {"imds-v1-allowed"}, settings={"imds": {"allow_v1": True}}),
    Machine("IMDSv1 is allowed, and the hop limit is too low", {"imds-v1-allowed", "imds-hop-limit"},
            settings={"imds": {"allow_v1": True}}, rules=[{"path": TOKEN, "send": "nothing", "end": "hang"}],
            tree=lambda tree: tree.update(http_tokens="optional")),
    Machine("IMDS has a fault, and no facts are kept", {"imds-fault"}, rules=[{"status": 503}],
            after=remove("var/lib/ec2-bootstrap/facts.json")),
    Machine("no role", {"imds-no-role"}, rules=[{"path": ROLE, "status": 404}]),
    Machine("a role without credentials", {"imds-no-credentials"}, rules=[{"path": EXPIRED, "status": 404}]),
    Machine("credentials that have expired", {"imds-credentials-expired"}, tree=expire),
    # The proxy.
    Machine("the proxy's name is wrong", {"proxy-name-unknown"}, "http://nobody.corp:3128"),
    Machine("name servers that are silent", {"proxy-name-unknown"}, "http://proxy.corp:{tiny}", silent_names=True,
            settings={"no_proxy": {"services": ["ssm"]}}),
    Machine("the proxy's port is wrong", {"proxy-refused"}, "nobody"),
    Machine("no route to the proxy", {"proxy-unreachable"}, "http://203.0.113.9:3128"),
    Machine("packets to the proxy are dropped", {"proxy-connect-timeout"}, "full"),
    Machine("the proxy is silent", {"proxy-silent"}, "silent"),
    Machine("the proxy closes each connection", {"proxy-reset"}, "reset"),
    Machine("SSH at the proxy's port", {"proxy-no-http"}, "ssh"),
    Machine("the proxy wants a login", {"proxy-wants-login"}, "basic"),
    Machine("the login is wrong", {"proxy-refuses-login"}, "basic", LOGIN,
            put("run/secret/password", "wrong", 0o600)),
    Machine("NTLM alone, without Cntlm", {"proxy-without-basic"}, "ntlm", LOGIN),
    Machine("an ACL denies it", {"proxy-denies"}, "deny"),
    Machine("an ACL denies plain http", {"proxy-denies"}, "deny-http"),
    Machine("the proxy has no way out", {"proxy-no-way-out"}, "blind"),
    Machine("the proxy inspects TLS", {"proxy-inspects"}, "bump"),
    Machine("the proxy speaks TLS itself, by an authority nobody knows", {"proxy-certificate", "value-doubtful"},
            "https://localhost:{tls}"),
    Machine("https for a proxy without TLS", {"proxy-no-tls", "value-doubtful"}, "https://localhost:{tiny}"),
    Machine("http for a proxy with TLS", {"proxy-reset"}, "tls"),
    Machine("TLS is cut behind the proxy", {"proxy-tls"}, "cuts",
            {"proxy": {"http": "http://127.0.0.1:{tiny}"}}),
    # The settings.
    Machine("settings that are no JSON", {"settings-invalid"}, after=put("etc/ec2-bootstrap/config.json", "{")),
    Machine("an unknown key", {"settings-invalid"}, after=change_settings(prxoy={})),
    Machine("a user without a password file", {"settings-invalid"},
            after=change_settings(proxy={"password_file": "/run/secret/password"})),
    Machine("an entry that is none", {"settings-entry-left-out"}, settings={"no_proxy": {"add": ["a.corp", "a..b"]}}),
    # What users have reported of their settings.
    Machine("the socket of docker in the list, as AWS's page of ECS has it", {"settings-entry-left-out"},
            settings={"no_proxy": {"add": ["/var/run/docker.sock"]}}),
    Machine("a service that has no such name", {"value-doubtful"}, settings={"no_proxy": {"services": ["s4"]}}),
    Machine("a placeholder in the list", {"value-doubtful"},
            settings={"no_proxy": {"add": ["VPC_CIDR_RANGE"]}}),
    Machine("a password that is not encoded in the URL", {"settings-invalid"},
            after=change_settings(proxy={"http": "http://me:P@ss#w/rd@proxy.corp:3128"})),
    Machine("an empty password file", {"settings-password-file"}, "basic", LOGIN,
            after=put("run/secret/password", "\n", 0o600)),
    Machine("no password file", {"settings-password-file"}, "basic", LOGIN, after=remove("run/secret/password")),
    Machine("a password that all can read", {"settings-password-readable"}, "basic", LOGIN,
            after=mode("run/secret/password", 0o644)),
    Machine("a password in the image", {"settings-password-in-image"}, "basic",
            {"proxy": {"username": USER, "password_file": "/usr/lib/ec2-bootstrap/password"}},
            put("usr/lib/ec2-bootstrap/password", PASSWORD, 0o600)),
    Machine("settings that were not fetched", {"settings-not-fetched"}, settings={"remote": {"secret": "prod/proxy"}}),
    Machine("services that were not looked for", {"settings-not-fetched"}, settings={"no_proxy": {"services": "auto"}}),
    # The files.
    Machine("a file in /run is gone", {"output-missing"}, after=remove("run/ec2-bootstrap/proxy.env")),
    Machine("a file in /etc was changed", {"output-drifted"},
            after=replace("etc/environment", "169.254.169.254", "169.254.169.255")),
    Machine("our block was deleted", {"output-drifted"}, before=put("etc/environment", "EDITOR=vi\n"),
            after=put("etc/environment", "EDITOR=vi\n")),
    Machine("files of a proxy that is not configured any more", {"output-stale"},
            after=put("etc/ec2-bootstrap/config.json", "{\"imds\": {\"deadline_s\": 2}}")),
    Machine("a file is masked", {"output-masked"}, after=link("etc/profile.d/ec2-bootstrap.sh", "/dev/null")),
    Machine("a directory in the place of a file", {"output-unusable"}, after=environment_is_directory),
    Machine("a later script sets the proxy", {"output-overridden"},
            after=put("etc/profile.d/zz-corp.sh", "export https_proxy=http://old.corp:3128\n")),
    Machine("a later script takes the proxy away", {"output-overridden"},
            after=put("etc/profile.d/zz-corp.sh", "unset https_proxy\n")),
    Machine("a service in a part of its own group with an old proxy", {"service-other-values"},
            after=process(420, "api.service/payload", https_proxy="http://old.corp:3128")),
    Machine("a later file of apt's", {"output-overridden"},
            after=put("etc/apt/apt.conf.d/zz-proxy", "Acquire::http::Proxy \"http://old.corp:3128\";\n")),
    Machine("a list that is too long for old logins", {"output-line-long"},
            settings={"no_proxy": {"add": [f"host-{number}.corp.example" for number in range(30)]}}),
    Machine("the login is in a file that all can read", {"output-login-shown"}, "basic", LOGIN,
            after=mode("run/ec2-bootstrap/services.env", 0o644)),
    Machine("a later file of sudo's", {"output-overridden"},
            before=all_of(put("usr/bin/sudo", "", 0o755),
                          put("etc/sudoers", "Defaults env_reset\n@includedir /etc/sudoers.d\n", 0o440),
                          put("etc/sudoers.d/README", "", 0o440)),
            after=put("etc/sudoers.d/zz-corp", "Defaults env_keep = \"LANG\"\n", 0o440)),
    Machine("a proxy of systemd's for all services", {"service-own-values"},
            after=put("etc/systemd/system.conf.d/corp.conf", "[Manager]\nDefaultEnvironment=https_proxy=http://old.corp:1\n")),
    Machine("a proxy in dockerd's options", {"output-overridden"},
            after=put("etc/systemd/system/docker.service.d/zz.conf",
                      "[Service]\nExecStart=\nExecStart=/usr/bin/dockerd --https-proxy=http://old.corp:3128\n")),
    Machine("a consumer without a list, and hosts that it asks are exempt", {"output-without-list"},
            settings={"no_proxy": {"services": ["codedeploy"]}}, hosts=EVERY_CODEDEPLOY,
            before=put("etc/codedeploy-agent/conf/codedeployagent.yml", "---\n:log_dir: /x\n")),
    Machine("a list of docker's unit that ours displaces", {"output-displaces"},
            after=append(f"{UNITS}/docker.service", "Environment=NO_PROXY=harbor.corp,169.254.169.254\n")),
    # Services.
    Machine("a service with an old proxy", {"service-other-values"}, after=stale_docker),
    Machine("a service with a proxy that is not configured any more", {"service-other-values"}, None,
            after=process(400, "web.service", https_proxy="http://old.corp:3128",
                          no_proxy="localhost,127.0.0.1,169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254")),
    Machine("ECS with an old proxy", {"service-other-values"}, before=put("usr/libexec/amazon-ecs-init", ""),
            after=process(600, "ecs.service", HTTP_PROXY="old.corp:3128")),
    Machine("a service with a proxy of its own", {"service-own-values"}, after=own_values),
    Machine("a service that started first", {"service-started-before"}, after=process(300, "docker.service", PATH="x")),
    Machine("a node agent that started first", {"service-started-before"},
            after=process(700, "kubelet.service", PATH="x")),
    # Clients.
    Machine("a proxy by hand, without IMDS in its list", {"no-proxy-metadata"}, None,
            after=put("etc/environment", "http_proxy=http://old.corp:3128\nno_proxy=localhost\n")),
    Machine("a block that wget does not know", {"no-proxy-not-honoured"},
            settings={"no_proxy": {"add": ["172.20.0.0/16"]}}),
    Machine("a VPC with IPv6, of which most clients know no block", {"value-doubtful"}, tree=ipv6_blocks),
    Machine("a Perl that checks no certificate", {"client-http-tiny"},
            before=put("usr/share/perl/5.36.0/HTTP/Tiny.pm", "our $VERSION = '0.080';\n")),
    Machine("wget2 that shows URLs", {"client-wget2-clear"}, before=all_of(
        put("usr/bin/wget2", "", 0o755),
        append("var/lib/dpkg/status", "Package: wget2\nStatus: install ok installed\nVersion: 2.2.0-1\n\n"))),
    Machine("a Python that refuses squid's certificates", {"client-python-leaf"},
            before=replace("var/lib/dpkg/status", "3.11.2-1", "3.13.1-1")),
    # The company's CA.
    Machine("a CA file that is none", {"trust-ca-file"}, settings=CA, before=authority("company"),
            after=put("etc/ec2-bootstrap/ca.pem", "none\n")),
    Machine("a CA that has ended", {"trust-ca-ended"}, "bump", CA, ended_authority, settle_store),
    Machine("a CA that is lost", {"trust-ca-lost"}, "bump", CA, authority("company"),
            all_of(settle_store, lose_authority)),
    Machine("a CA that was replaced", {"trust-ca-old"}, "bump", CA, authority("company"), old_authority),
    Machine("a broken block in the bundle", {"trust-bundle-broken"}, "bump", CA, authority("company"),
            all_of(settle_store, append("etc/ssl/certs/ca-certificates.crt",
                                        "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n"))),
    Machine("no store", {"trust-no-store"}, "bump", CA, authority("company"), all_of(
        settle_store, lambda around, root: shutil.rmtree(f"{root}/usr/share/ca-certificates"))),
    Machine("the file that Node reads is gone", {"trust-file-missing"}, "bump", CA, authority("company"),
            all_of(settle_store, remove("usr/local/share/ec2-bootstrap/ca.pem"))),
    # Endpoints.
    Machine("a service that is public", {"endpoint-public"}, settings={"no_proxy": {"services": ["ssm"]}}),
    Machine("a gateway endpoint", {"endpoint-gateway"}, settings={"no_proxy": {"services": ["s3"]}},
            hosts=f"192.0.2.7 s3.dualstack.{REGION}.{DOMAIN} s3-{REGION}.{DOMAIN}\n"),
    Machine("a service without an address", {"endpoint-unknown"}, settings={"no_proxy": {"services": ["athena"]}}),
    Machine("a private endpoint that is not exempt", {"endpoint-private-proxied"},
            hosts=f"10.0.0.7 kms.{REGION}.{DOMAIN}\n"),
    # Units.
    Machine("the unit is not enabled", {"unit-not-enabled"},
            after=remove("etc/systemd/system/multi-user.target.wants/ec2-bootstrap.service")),
    Machine("the unit is masked", {"unit-masked"}, after=link("etc/systemd/system/ec2-bootstrap.service", "/dev/null")),
    Machine("a cycle of two", {"unit-cycle"}, after=put(
        "etc/systemd/system/docker.service.d/order.conf", "[Unit]\nBefore=ec2-bootstrap.service\n")),
    Machine("a cycle of three", {"unit-cycle"}, after=all_of(
        put(f"{UNITS}/mine.service", "[Unit]\nAfter=docker.service\n"),
        put("etc/systemd/system/ec2-bootstrap.service.d/x.conf", "[Unit]\nAfter=mine.service\n"))),
    Machine("cloud-init's list lacks the module", {"unit-cloud-init"}, before=all_of(
        put("usr/lib/python3/dist-packages/cloudinit/config/cc_ec2_bootstrap.py", ""),
        put("etc/cloud/cloud.cfg", "cloud_init_modules:\n - write_files\n - ec2-bootstrap\n"),
        put("etc/cloud/cloud.cfg.d/zz_own.cfg", "cloud_init_modules:\n- write_files\n"))),
    # The clock.
    Machine("the clock is behind IMDS's", {"clock-skew"},
            rules=[{"headers": {"Date": "Thu, 01 Jan 2099 00:00:00 GMT"}}]),
    Machine("the clock is ahead of AWS's", {"clock-skew"}, settings={"credentials": "off", "no_proxy": {"vpc": False}},
            after=put("sys/class/dmi/id/sys_vendor", "QEMU\n"), endpoint="none", aws_offset_s=-600),
)

# What systemd says of units, with "unit" alone: name; findings; (unit, property): value, over those of SYSTEMD; None: it
# cannot be asked.
Running = collections.namedtuple("Running", "name findings systemd")
OURS = "ec2-bootstrap.service"
SYSTEMD = {"ActiveState": "active", "Result": "success", "ExecMainStatus": "0",
           "ExecMainStartTimestampMonotonic": "2500000", "ExecMainExitTimestampMonotonic": "3750000"}
RUNNING = (
    Running("the unit has run", (), {}),
    Running("no systemd, as in a container", (), None),
    Running("the unit has failed", {"unit-failed"},
            {(OURS, "ActiveState"): "failed", (OURS, "Result"): "exit-code", (OURS, "ExecMainStatus"): "78"}),
    Running("the unit of the CA has failed", {"unit-failed"}, {("ec2-bootstrap-trust.service", "ActiveState"): "failed"}),
    Running("the unit that fetches has failed", {"unit-failed"},
            {("ec2-bootstrap-fetch.service", "ActiveState"): "failed"}),
    Running("the unit has not run", {"unit-not-run"}, {(OURS, "ActiveState"): "inactive"}),
)
