# SPDX-License-Identifier: MIT
"""What the test's instances are launched with: settings, user-data, and services that look around."""

import email.mime.multipart
import email.mime.text
import json

from rig.world import ARCHIVE, PROXY_LOGIN, PROXY_PORT

SEEN = "/var/lib/boot-test"
PASSWORD_FILE = "/etc/ec2-bootstrap/proxy-password"
OTHER_PROXY = "http://proxy2.corp.example:8080"

ALWAYS = ("localhost,127.0.0.1,169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254,"
          "fd00:ec2::23,")
ADDED = "corp.example,.corp.example,*.corp.example"
NO_PROXY = (f"{ALWAYS}.ec2.internal,*.ec2.internal,10.0.0.0/16,100.64.0.0/16,"
            "s3.us-east-1.amazonaws.com,.s3.us-east-1.amazonaws.com,*.s3.us-east-1.amazonaws.com,"
            "s3.dualstack.us-east-1.amazonaws.com,.s3.dualstack.us-east-1.amazonaws.com,"
            "*.s3.dualstack.us-east-1.amazonaws.com,s3-us-east-1.amazonaws.com,"
            ".s3-us-east-1.amazonaws.com,*.s3-us-east-1.amazonaws.com,"
            ".s3-accesspoint.us-east-1.amazonaws.com,*.s3-accesspoint.us-east-1.amazonaws.com,"
            "s3.amazonaws.com,.s3.amazonaws.com,*.s3.amazonaws.com,"
            f"{ADDED}")
# Without a word of the metadata service, now or ever: the subnet of the cable.
NO_PROXY_ALONE = f"{ALWAYS}10.0.1.0/24,{ADDED}"


def settings(proxy=f"http://proxy.corp.example:{PROXY_PORT}", login=True, **imds):
    content = {"proxy": {"http": proxy, "https": proxy},
               "no_proxy": {"add": ["corp.example"], "services": ["s3"]}}
    if login:
        content["proxy"].update(username=PROXY_LOGIN[0], password_file=PASSWORD_FILE)
    if imds:
        content["imds"] = imds
    return json.dumps(content)


def variables(proxy=f"http://{':'.join(PROXY_LOGIN)}@proxy.corp.example:{PROXY_PORT}",
              no_proxy=NO_PROXY):
    """The six that a service must have."""
    values = {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": no_proxy}
    return {**values, **{name.upper(): value for name, value in values.items()}}


def user_data(text, packages=True):
    """A cloud-config that brings these settings, and a user script."""
    config = {
        "write_files": [
            {"path": "/etc/ec2-bootstrap/config.d/50-user-data.json", "content": text},
            {"path": PASSWORD_FILE, "content": PROXY_LOGIN[1] + "\n", "permissions": "0600"},
        ],
        "runcmd": [["sh", "-c", f"mkdir -p {SEEN} && env > {SEEN}/runcmd"]],
    }
    if packages:
        config.update(package_update=True, packages=["boot-probe"])
    parts = email.mime.multipart.MIMEMultipart()
    # JSON is YAML.
    parts.attach(email.mime.text.MIMEText("#cloud-config\n" + json.dumps(config), "cloud-config"))
    script = f"#!/bin/sh\nmkdir -p {SEEN} && env > {SEEN}/script\n"
    parts.attach(email.mime.text.MIMEText(script, "x-shellscript"))
    return parts.as_string()


EARLY_PROBE = """\
[Unit]
DefaultDependencies=no
Before=sysinit.target cloud-init-local.service cloud-init-main.service
[Service]
Type=exec
ExecStart=/bin/sleep infinity
"""

LATE_PROBE = """\
[Unit]
After=ec2-bootstrap.service
[Service]
Type=exec
ExecStart=/bin/sleep infinity
"""

# Looks like the SSM agent: the agent under test knows its name, and has to come before it.
SSM_AGENT = """\
[Service]
Type=exec
ExecStart=/usr/bin/amazon-ssm-agent
"""

APT_SOURCE = f"deb [trusted=yes] http://{ARCHIVE[1]}/ ./\n"


def furnish(machine):
    """Services started before and after the agent, one that it writes for, and a second consumer."""
    machine.enable("early-probe.service", EARLY_PROBE, "sysinit.target")
    machine.enable("late-probe.service", LATE_PROBE)
    machine.write("/usr/bin/amazon-ssm-agent", "#!/bin/sh\nexec sleep infinity\n", 0o755)
    machine.enable("amazon-ssm-agent.service", SSM_AGENT)
    machine.write("/opt/aws/amazon-cloudwatch-agent/bin/here", "")
    machine.write("/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml", "# [proxy]\n", 0o600)
    machine.write("/etc/apt/sources.list.d/boot-test.list", APT_SOURCE)


def give_settings(machine, **imds):
    """Settings that the image has, for an instance without cloud-init."""
    machine.write("/etc/ec2-bootstrap/config.json", settings(**imds))
    machine.write(PASSWORD_FILE, PROXY_LOGIN[1] + "\n", 0o600)
