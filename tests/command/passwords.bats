#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# Any password, wherever it stands: in no output of any command, on no channel. More of them than the
# usual few: PASSWORDS=5000 BUILD=build tests/netns bats tests/command/passwords.bats

load ../lib
load command

@test "generated passwords, wherever they stand, are on no channel" {
    make_root
    # A journal that notes what it gets, in the private mounts of tests/netns.
    mkdir -p /run/systemd/journal
    mount -t tmpfs tmpfs /run/systemd/journal || skip "no mount is allowed here"
    run python3 - "$BUILD/ec2-bootstrap" "$ROOT" "${PASSWORDS:-4}" <<'PYTHON'
import base64, json, os, queue, random, shutil, socket, subprocess, sys, threading, urllib.parse
agent, root, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
BETWEEN = [" ", "  ", "//", "://", "http://", "https://", "@", ":", "=", "#", "%", "'", '"', "\\", "?", "/", ",", ";",
           "&", "$", "`", "\t", "\x01", "\x7f", "ä", "[", "]", "{", "(", "*", "!", "-", "+", "x=", "a:", "pass=",
           "token:", "proxy=", "%40", "%3A", "|", "<", ">", "~", "^", "."]
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "AWS_EC2_METADATA_DISABLED": "true"}
OUTPUTS = ["environment", "systemd", "profile", "apt", "dnf", "docker", "sudo"]
COMMANDS = ["run --dry-run --diff --verbose", "run --json --diff --dry-run", "run --verbose", "explain --json --client go,curl",
            "explain --verbose --client go", "seal --json --dry-run", "remove --dry-run --diff", "remove --json --diff"]
random.seed(1)

class Listener:
    """A datagram socket that is always read: its queue is short, and the agent waits for room."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.got = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            self.got.put(self.socket.recv(1 << 20))

    def take(self):
        """All up to now: what is sent last arrives last."""
        sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sender.sendto(b"END", self.socket.getsockname())
        sender.close()
        return b"\n".join(iter(self.got.get, b"END"))

def make_password():
    pieces = ["".join(random.choice("QZXJKVWY") for _ in range(5)) for _ in range(random.randint(1, 4))]
    text = random.choice([""] + BETWEEN) + pieces[0]
    for piece in pieces[1:]:
        text += random.choice(BETWEEN) + piece
    return text + random.choice([""] + BETWEEN), pieces

def put(path, text):
    path = root + path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)

def settings_of(password):
    encoded = urllib.parse.quote(password, safe="")
    good = {"http": "http://proxy.corp:3128"}
    file = {"username": "svc", "password_file": "/run/secret/password"}
    yield {"proxy": {"http": "http://svc:%s@proxy.corp:3128" % password}}
    yield {"proxy": {"http": "http://svc:%s@proxy.corp:3128" % encoded}}
    yield {"proxy": {"https": "svc%%3A%s@proxy.corp:3128" % encoded}}
    yield {"proxy": {"http": "http://svc:%s@proxy.corp:99999999" % encoded}}
    yield {"proxy": good | file}
    yield {"proxy": good | file | {"password_file": password.replace("/", "|")}}
    yield {"proxy": good | {"password": password}}
    yield {"proxy": good, "no_proxy": {"add": ["corp.example", "http://svc:%s@corp.example" % password]}}
    yield {"proxy": good, "no_proxy": {"add": ["corp.example,svc:%s@corp.example" % encoded]}}
    yield {"proxy": good, "case": password}

def plant(password, settings):
    shutil.rmtree(root)
    encoded = urllib.parse.quote(password, safe="")
    basic = base64.b64encode(("svc:" + password).encode()).decode()
    settings = {"credentials": "off", "outputs": OUTPUTS} | settings
    settings["no_proxy"] = settings.get("no_proxy", {}) | {"vpc": False}
    put("/etc/ec2-bootstrap/config.json", json.dumps(settings))
    put("/run/secret/password", password + "\n")
    put("/etc/environment", "A=b\nhttp_proxy=http://old:%s@old.corp:1\nno_proxy=a.corp,http://x:%s@b\n" % (password, encoded))
    put("/etc/dnf/dnf.conf", "[main]\nproxy=http://old:%s@old.corp:1\nproxy_password=%s\n" % (encoded, password))
    # As JSON may escape it, and with a slash behind an '@' of the password's own.
    daemon = json.dumps({"proxies": {"http-proxy": "http://old:%s@old.corp:1" % password,
                                     "https-proxy": "http://old:a@%s/b" % encoded}}, indent=1)
    put("/etc/docker/daemon.json", daemon.replace("/", "\\/").replace("@", "\\u0040"))
    put("/etc/profile.d/zz.sh", "export http_proxy='http://old:%s@old.corp:1'\n" % encoded)
    put("/etc/apt/apt.conf", 'Acquire::http::Proxy "http://old:%s@old.corp:1";\n' % encoded)
    put("/root/.curlrc", 'proxy = http://old:%s@old.corp:1\nheader = "Proxy-Authorization: Basic %s"\n' % (encoded, basic))
    os.makedirs(root + "/usr", exist_ok=True)
    return basic

notify = Listener(root + ".notify")
journal = Listener("/run/systemd/journal/socket")
runs = leaks = 0
heard = set()
for n in range(count):
    password, pieces = make_password()
    for settings in settings_of(password):
        basic = plant(password, settings)
        for command in COMMANDS:
            with open(root + ".err", "wb") as err:
                status = os.fstat(err.fileno())
                environment = ENVIRONMENT | {"NOTIFY_SOCKET": root + ".notify"}
                if runs % 2:
                    environment["JOURNAL_STREAM"] = "%d:%d" % (status.st_dev, status.st_ino)
                out = subprocess.run([agent, *command.split(), "--root", root], env=environment, stderr=err,
                                     stdout=subprocess.PIPE).stdout
            shown = {"stdout": out, "stderr": open(root + ".err", "rb").read(), "notify": notify.take(),
                     "journal": journal.take()}
            runs += 1
            for channel, text in shown.items():
                heard |= {channel} if text else set()
                for secret in [*pieces, basic]:
                    if secret.encode() in text and secret not in root and leaks < 10:
                        leaks += 1
                        line = [l for l in text.split(b"\n") if secret.encode() in l][0]
                        print("a leak:", repr(password), command, json.dumps(settings), channel, line[:300])
print(runs, "runs,", leaks, "leaks")
sys.exit(leaks > 0 or len(heard) < 4)
PYTHON
    assert_status 0
    echo "# $output" >&3
}
