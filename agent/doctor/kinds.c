/* SPDX-License-Identifier: MIT */
/* table */
/* Data: what the checks can find. `make lint` holds docs/doctor.md against it. */

#include "doctor/kinds.h"

#include <string.h>

#define RUN_AGAIN "systemctl restart ec2-bootstrap"

const struct doctor_kind doctor_kinds[DOCTOR_KINDS] = {
    [IMDS_SWITCHED_OFF] = { "imds-switched-off", "imds", DOCTOR_ERROR,
        "The metadata service answers 403: it is switched off for this instance.",
        "aws ec2 modify-instance-metadata-options --instance-id ID --http-endpoint enabled; if "
        "that is on "
        "purpose, set \"credentials\" to \"off\" and \"no_proxy.vpc\" to false",
        "No program on the instance gets credentials of the role then. A security agent that "
        "answers in "
        "the place of the metadata service can say 403, too." },
    [IMDS_SWITCHED_OFF_HERE] = { "imds-switched-off-here", "imds", DOCTOR_ERROR,
        "The variable AWS_EC2_METADATA_DISABLED keeps this program, and every SDK that sees it, "
        "from the "
        "metadata service.",
        "unset AWS_EC2_METADATA_DISABLED where it is set: systemctl show-environment, "
        "/etc/environment",
        "" },
    [IMDS_UNREACHABLE] = { "imds-unreachable", "imds", DOCTOR_ERROR,
        "No connection to the metadata service could be made.",
        "check the endpoint (imds.endpoint, AWS_EC2_METADATA_SERVICE_ENDPOINT), and that no route "
        "or firewall "
        "is in the way: ip route get 169.254.169.254",
        "Refused, or without a route: something on the machine is in the way, or nothing is at "
        "that address. "
        "With `imds.mode` \"ipv6\" the IPv6 endpoint of the metadata service has to be enabled, "
        "too." },
    [IMDS_NO_ANSWER] = { "imds-no-answer", "imds", DOCTOR_ERROR,
        "Nobody answers at the address of the metadata service.",
        "check that no firewall drops packets to it (nft list ruleset, iptables -S OUTPUT), and "
        "that this is "
        "an EC2 instance",
        "A rule that drops packets looks like this, and so does any machine that is not an "
        "instance. Where "
        "the firmware names another vendor than EC2's, the agent does not ask." },
    [IMDS_HOP_LIMIT] = { "imds-hop-limit", "imds", DOCTOR_ERROR,
        "The metadata service takes the connection, and its answer to the request for a token "
        "never arrives.",
        "aws ec2 modify-instance-metadata-options --instance-id ID --http-put-response-hop-limit 2",
        "The packets of a token live as many hops as the instance's options say, by default one. "
        "In a "
        "container, or behind a bridge, they need two." },
    [IMDS_LOCKED] = { "imds-locked", "imds", DOCTOR_ERROR,
        "A prohibit route or a firewall rule keeps this process from the metadata service.",
        "run this as root, or with CAP_NET_ADMIN; or look for the rule: ip rule, ip route show "
        "table all type "
        "prohibit",
        "systemd 261 and later can lock the metadata service away from all packets without the "
        "mark "
        "0x7FFF0815. The agent's unit may set that mark." },
    [IMDS_FOREIGN] = { "imds-foreign", "imds", DOCTOR_ERROR,
        "Something other than the metadata service answers at its address.",
        "find what answers there (imds.endpoint, ip route get ADDRESS, nft list ruleset), and take "
        "it away",
        "A proxy that takes all traffic of port 80 for itself does so, and a tool that gives out "
        "credentials "
        "in the place of the metadata service without knowing tokens." },
    [IMDS_FAULT] = { "imds-fault", "imds", DOCTOR_ERROR,
        "The metadata service answers, and throttles, fails, or refuses the token.",
        "try again later; find what asks it so often: tcpdump -n host 169.254.169.254", "" },
    [IMDS_ENDPOINT] = { "imds-endpoint", "imds", DOCTOR_ERROR,
        "What names the endpoint of the metadata service cannot be used.",
        "correct imds.endpoint, or the variable that the message names", "" },
    [IMDS_V1_ALLOWED] = { "imds-v1-allowed", "imds", DOCTOR_WARNING,
        "imds.allow_v1 lets the agent ask without a token, as any program can that is tricked into "
        "a request.",
        "delete imds.allow_v1, and require IMDSv2: aws ec2 modify-instance-metadata-options "
        "--instance-id ID "
        "--http-tokens required",
        "doctor itself never asks without a token." },
    [IMDS_NO_ROLE] = { "imds-no-role", "imds", DOCTOR_ERROR,
        "The instance has no role, and the settings say that it needs credentials.",
        "attach an instance profile: aws ec2 associate-iam-instance-profile; or set "
        "\"credentials\" to "
        "\"optional\" or \"off\"",
        "" },
    [IMDS_NO_CREDENTIALS] = { "imds-no-credentials", "imds", DOCTOR_ERROR,
        "The role is there, and the metadata service has no credentials for it.",
        "look at the role's trust policy: it has to name ec2.amazonaws.com; a new profile takes up "
        "to a minute",
        "" },
    [IMDS_CREDENTIALS_EXPIRED] = { "imds-credentials-expired", "imds", DOCTOR_ERROR,
        "The credentials that the metadata service gives have expired by this machine's clock.",
        "compare the clock: ec2-bootstrap doctor clock; where it is right, detach the profile and "
        "attach it "
        "again",
        "" },
    [PROXY_NAME_UNKNOWN] = { "proxy-name-unknown", "proxy", DOCTOR_ERROR,
        "The name of the proxy does not resolve.",
        "correct proxy.http and proxy.https, or the name servers of this machine: resolvectl "
        "status, "
        "/etc/resolv.conf",
        "The name of a company's proxy is often in a private zone that only some VPCs see." },
    [PROXY_REFUSED] = { "proxy-refused", "proxy", DOCTOR_ERROR,
        "The proxy's address refuses the connection: nothing listens at that port.",
        "correct the port in proxy.http and proxy.https, or start the proxy; a Cntlm on this "
        "machine: systemctl "
        "status cntlm",
        "" },
    [PROXY_UNREACHABLE] = { "proxy-unreachable", "proxy", DOCTOR_ERROR,
        "There is no route to the proxy.",
        "check routes and the route table of the subnet: ip route get ADDRESS", "" },
    [PROXY_CONNECT_TIMEOUT] = { "proxy-connect-timeout", "proxy", DOCTOR_ERROR,
        "No connection to the proxy within the time: its packets are dropped.",
        "check the security groups of both sides, network ACLs and this machine's firewall for the "
        "proxy's port",
        "" },
    [PROXY_SILENT] = { "proxy-silent", "proxy", DOCTOR_ERROR,
        "The proxy takes the connection and answers nothing.",
        "look at the proxy itself; that its port is one of a proxy for HTTP; that it can reach its "
        "own name "
        "servers",
        "An overloaded proxy is like that, one whose own name servers are silent, and a port of "
        "another "
        "protocol." },
    [PROXY_RESET] = { "proxy-reset", "proxy", DOCTOR_ERROR,
        "The proxy takes the connection and closes it without an answer.",
        "look at the proxy's log: this machine's address may not be in its ACL; or its port wants "
        "TLS: write "
        "https:// for the proxy",
        "" },
    [PROXY_NO_HTTP] = { "proxy-no-http", "proxy", DOCTOR_ERROR,
        "What answers at the proxy's port does not speak HTTP.",
        "correct the port in proxy.http and proxy.https; a SOCKS proxy cannot be used", "" },
    [PROXY_WANTS_LOGIN] = { "proxy-wants-login", "proxy", DOCTOR_ERROR,
        "The proxy answers 407, and no login is configured.",
        "set proxy.username and proxy.password_file", "" },
    [PROXY_REFUSES_LOGIN] = { "proxy-refuses-login", "proxy", DOCTOR_ERROR,
        "The proxy answers 407 to the login that is configured.",
        "correct proxy.username and the password in proxy.password_file; a user of a domain may "
        "need another "
        "form",
        "A password that is percent-encoded in its file is one cause: the file has it as it is. "
        "The agent "
        "encodes it where that is needed." },
    [PROXY_WITHOUT_BASIC] = { "proxy-without-basic", "proxy", DOCTOR_ERROR,
        "The proxy answers 407 and offers no Basic, the one scheme that all programs know.",
        "run Cntlm on this machine, with the domain's login, and set proxy.http and proxy.https to "
        "http://127.0.0.1:3128",
        "NTLM and Negotiate are known by a few programs only, and not by the AWS CLI: its guide "
        "advises "
        "Cntlm, too." },
    [PROXY_DENIES] = { "proxy-denies", "proxy", DOCTOR_ERROR,
        "The proxy answers, and does not let this request through.",
        "have the host allowed in the proxy's ACL; or reach it by a VPC endpoint and name it in "
        "no_proxy.services",
        "That a proxy answers does not mean that it lets anything through. The reason is the "
        "proxy's own." },
    [PROXY_NO_WAY_OUT] = { "proxy-no-way-out", "proxy", DOCTOR_ERROR,
        "The proxy would let the request through, and does not reach the host itself.",
        "look at the proxy: its name servers, its route to the internet, its parent proxy", "" },
    [PROXY_INSPECTS] = { "proxy-inspects", "proxy", DOCTOR_ERROR,
        "This proxy inspects TLS: the certificate behind it is of an authority that this system "
        "does not know.",
        "set proxy.ca_file to a PEM file with that authority, then run ec2-bootstrap run",
        "Clients say \"certificate verify failed\" or \"self-signed certificate in certificate "
        "chain\". Ask "
        "who runs the proxy for the file, and do not take it from the connection: anybody could "
        "have put it "
        "there." },
    [PROXY_CERTIFICATE] = { "proxy-certificate", "proxy", DOCTOR_ERROR,
        "The proxy is reached by TLS, and its own certificate is not trusted.",
        "set proxy.ca_file to a PEM file with its authority; or correct the name of the proxy to "
        "that of its "
        "certificate",
        "" },
    [PROXY_NO_TLS] = { "proxy-no-tls", "proxy", DOCTOR_ERROR,
        "The URL of the proxy says https, and the proxy does not speak TLS there.",
        "write http:// in front of the proxy's host in proxy.http and proxy.https",
        "The scheme is that of the connection to the proxy, not that of the URLs which it is for: "
        "those with https are "
        "encrypted from end to end by either." },
    [PROXY_TLS] = { "proxy-tls", "proxy", DOCTOR_ERROR,
        "The proxy lets the request through, and TLS behind it fails.",
        "look at what stands between the proxy and the host: a second proxy, a firewall that cuts "
        "TLS",
        "" },
    [SETTINGS_INVALID] = { "settings-invalid", "settings", DOCTOR_ERROR,
        "The settings cannot be used, so no run changes anything.",
        "correct that place, then " RUN_AGAIN, "" },
    [SETTINGS_ENTRY_LEFT_OUT] = { "settings-entry-left-out", "settings", DOCTOR_WARNING,
        "An entry of a list in the settings cannot be read, and is left out.",
        "correct or delete the entry", "" },
    [SETTINGS_PASSWORD_FILE] = { "settings-password-file", "settings", DOCTOR_ERROR,
        "The file with the proxy's password cannot be used.",
        "write the password alone, on one line, into the file that proxy.password_file names; mode "
        "0600",
        "" },
    [SETTINGS_PASSWORD_READABLE] = { "settings-password-readable", "settings", DOCTOR_ERROR,
        "A file with the proxy's password can be read by other users than root.", "chmod 0600 FILE",
        "Then change the password: it may have been read." },
    [SETTINGS_PASSWORD_IN_IMAGE] = { "settings-password-in-image", "settings", DOCTOR_WARNING,
        "The proxy's password is in clear in what an image is made of.",
        "keep it in Secrets Manager or Parameter Store (remote.secret, remote.parameters), or in a "
        "file that "
        "each boot gets",
        "All who may launch or copy the image have it. A password file of the image is as clear." },
    [SETTINGS_NOT_FETCHED] = { "settings-not-fetched", "settings", DOCTOR_ERROR,
        "The settings that AWS holds have not been fetched at this boot.",
        "systemctl status ec2-bootstrap-fetch says why; systemctl restart ec2-bootstrap-fetch "
        "ec2-bootstrap",
        "" },
    [OUTPUT_FILE_MISSING] = { "output-missing", "outputs", DOCTOR_ERROR,
        "A file that run writes is not there.", RUN_AGAIN,
        "In `/run` files live as long as a boot: run has failed, or has not run yet." },
    [OUTPUT_DRIFTED] = { "output-drifted", "outputs", DOCTOR_ERROR,
        "A file is not as run would write it now.",
        "ec2-bootstrap run --dry-run --diff shows what would change; " RUN_AGAIN " changes it",
        "Somebody changed the file, or the settings, or the VPC has another block than at the last "
        "run. "
        "`--verbose` and `--json` show the difference, without passwords." },
    [OUTPUT_STALE] = { "output-stale", "outputs", DOCTOR_WARNING,
        "A file, or our part of it, is still there and should be gone.", RUN_AGAIN, "" },
    [OUTPUT_FILE_MASKED] = { "output-masked", "outputs", DOCTOR_WARNING,
        "A file of ours is masked by a link to /dev/null, so its consumer has no proxy.",
        "delete the link if that is not meant; if it is, take the output out of \"outputs\"", "" },
    [OUTPUT_OF_OTHERS] = { "output-of-others", "outputs", DOCTOR_WARNING,
        "A file is in a directory of another user, where it cannot be written safely, and is left "
        "out.",
        "give the directory to root, or the right that the message names", "" },
    [OUTPUT_UNUSABLE] = { "output-unusable", "outputs", DOCTOR_ERROR,
        "A file cannot be read or written as its consumer wants it.",
        "do what the message says, then " RUN_AGAIN, "" },
    [OUTPUT_OVERRIDDEN] = { "output-overridden", "outputs", DOCTOR_WARNING,
        "A setting of somebody else wins over ours for one kind of consumer.", "remove it there",
        "The rules by which each consumer reads its files are [with the "
        "outputs](outputs.md#what-wins-over-these-settings)." },
    [OUTPUT_DISPLACES] = { "output-displaces", "outputs", DOCTOR_WARNING,
        "Ours takes the place of a setting that exempts more than ours does.",
        "add to no_proxy.add what has to stay direct", "" },
    [OUTPUT_LINE_LONG] = { "output-line-long", "outputs", DOCTOR_WARNING,
        "A line is longer than some versions of its consumer can read.", "shorten no_proxy.add",
        "[File formats](file-formats.md) has the limits." },
    [OUTPUT_LOGIN_SHOWN] = { "output-login-shown", "outputs", DOCTOR_WARNING,
        "A file with the login for the proxy can be read by others than its owner.",
        "do what the message says", "" },
    [OUTPUT_WITHOUT_LIST] = { "output-without-list", "outputs", DOCTOR_WARNING,
        "A consumer knows no NO_PROXY, and hosts that it asks are exempt.",
        "do what the message says", "" },
    [SERVICE_OTHER_VALUES] = { "service-other-values", "services", DOCTOR_ERROR,
        "A service runs with other proxy variables than the files have: it has started before they "
        "changed.",
        "systemctl restart UNIT",
        "`ec2-bootstrap run --restart` restarts the consumers that it knows." },
    [SERVICE_OWN_VALUES] = { "service-own-values", "services", DOCTOR_WARNING,
        "A service's unit sets proxy variables itself, and they win over ours.",
        "remove it there, then run systemctl daemon-reload and restart the service", "" },
    [SERVICE_STARTED_BEFORE] = { "service-started-before", "services", DOCTOR_ERROR,
        "A service that needs the proxy has started before it was configured, and has no proxy "
        "variable.",
        "systemctl restart UNIT", "" },
    [NO_PROXY_METADATA] = { "no-proxy-metadata", "no_proxy", DOCTOR_ERROR,
        "Clients on this machine send requests for the metadata service to the proxy.",
        "let ec2-bootstrap write the list: set proxy.http and proxy.https in its settings; or add "
        "169.254.169.254 to no_proxy where the proxy is set",
        "A proxy on EC2 then answers with its own instance's credentials; any other with an "
        "error." },
    [NO_PROXY_NOT_HONOURED] = { "no-proxy-not-honoured", "no_proxy", DOCTOR_WARNING,
        "A client that is installed here does not honour an entry of the list.",
        "write the hosts' names into no_proxy.add, which every client reads; ec2-bootstrap explain "
        "shows who "
        "reads what",
        "[NO_PROXY](no-proxy.md) has what each client makes of each form." },
    [VALUE_DOUBTFUL] = { "value-doubtful", "no_proxy", DOCTOR_WARNING,
        "A value in the settings has no effect, or another one than it seems to have.",
        "correct it where the settings have it, then " RUN_AGAIN,
        "run warns of the same. Examples are a service that AWS does not have, a placeholder, and "
        "a VPC whose IPv6 blocks are not in the list." },
    [CLIENT_WGET2_CLEAR] = { "client-wget2-clear", "no_proxy", DOCTOR_NOTE,
        "wget2 2.2 sends the whole URL of an https request to the proxy in clear.",
        "use wget or curl through the proxy", "No list can mend it." },
    [CLIENT_HTTP_TINY] = { "client-http-tiny", "no_proxy", DOCTOR_NOTE,
        "HTTP::Tiny of Perl up to 0.080 checks no certificate.",
        "update HTTP::Tiny to 0.083 or later, or have the programs that use it set verify_SSL",
        "No list can mend it. A proxy that inspects TLS goes unnoticed, and so does anybody "
        "else." },
    [CLIENT_PYTHON_LEAF] = { "client-python-leaf", "no_proxy", DOCTOR_NOTE,
        "Python 3.13 and later refuses certificates that squid 5.7 and earlier makes when it "
        "inspects TLS.",
        "have the proxy updated: what squid 5 makes lacks an authorityKeyIdentifier",
        "No list can mend it." },
    [TRUST_CA_FILE] = { "trust-ca-file", "trust", DOCTOR_ERROR, "proxy.ca_file cannot be used.",
        "correct the file as the message says, then " RUN_AGAIN, "" },
    [TRUST_CA_ENDED] = { "trust-ca-ended", "trust", DOCTOR_ERROR,
        "A CA in proxy.ca_file has ended, and is left out.",
        "replace it by the new one: ask who runs the proxy; then " RUN_AGAIN, "" },
    [TRUST_CA_LOST] = { "trust-ca-lost", "trust", DOCTOR_ERROR,
        "The system's store does not have the company's CA.",
        "systemctl restart ec2-bootstrap-trust, or ec2-bootstrap run by hand",
        "Something has made the store again without it, or its file was deleted." },
    [TRUST_CA_OLD] = { "trust-ca-old", "trust", DOCTOR_WARNING,
        "The system's store still has a CA of ours that proxy.ca_file does not have any more.",
        "systemctl restart ec2-bootstrap-trust, or ec2-bootstrap run by hand", "" },
    [TRUST_BUNDLE_BROKEN] = { "trust-bundle-broken", "trust", DOCTOR_ERROR,
        "The system's bundle has a block that clients cannot read, so most trust none of its CAs.",
        "find the file that brings it, mend or remove it, and make the store again", "" },
    [TRUST_NO_STORE] = { "trust-no-store", "trust", DOCTOR_ERROR,
        "This system has no store of CAs that is known, so nothing trusts the company's CA.",
        "install the package ca-certificates", "" },
    [TRUST_FILE_MISSING] = { "trust-file-missing", "trust", DOCTOR_ERROR,
        "A variable names a file with CAs that is not there, or is not as it should be.",
        "systemctl restart ec2-bootstrap-trust, or ec2-bootstrap run by hand",
        "A variable that names a missing file takes the trust in all CAs away from some clients." },
    [ENDPOINT_PUBLIC] = { "endpoint-public", "endpoints", DOCTOR_ERROR,
        "A host that is exempt from the proxy, by no_proxy.services, has public addresses here.",
        "enable private DNS on its VPC endpoint, or take it out of no_proxy.services",
        "Requests to it leave for the internet without the proxy, and a subnet without another way "
        "out drops "
        "them." },
    [ENDPOINT_GATEWAY] = { "endpoint-gateway", "endpoints", DOCTOR_NOTE,
        "A host of s3 or dynamodb is exempt from the proxy and has public addresses, which is "
        "right with a "
        "gateway endpoint alone.",
        "aws ec2 describe-route-tables: the route table of this subnet has to have the endpoint's "
        "prefix list",
        "DNS cannot tell whether there is a gateway endpoint." },
    [ENDPOINT_UNKNOWN] = { "endpoint-unknown", "endpoints", DOCTOR_WARNING,
        "A host of no_proxy.services does not resolve.",
        "check the name in no_proxy.services, and the name servers of this machine", "" },
    [ENDPOINT_PRIVATE_PROXIED] = { "endpoint-private-proxied", "endpoints", DOCTOR_NOTE,
        "A host has private addresses here, and requests for it go to the proxy.",
        "add its service to no_proxy.services, or set that to \"auto\", unless the proxy is to see "
        "them",
        "A proxy outside of the VPC does not reach it, or reaches the public one." },
    [UNIT_NOT_ENABLED] = { "unit-not-enabled", "unit", DOCTOR_ERROR,
        "ec2-bootstrap.service is installed, and no boot starts it.",
        "systemctl enable ec2-bootstrap", "" },
    [UNIT_MASKED] = { "unit-masked", "unit", DOCTOR_ERROR, "ec2-bootstrap.service is masked.",
        "systemctl unmask ec2-bootstrap, if that is not meant", "" },
    [UNIT_FAILED] = { "unit-failed", "unit", DOCTOR_ERROR,
        "A unit of the agent's failed when it last ran.", "journalctl -b -u UNIT says why",
        "The codes are [with the commands](commands.md#exit-codes). Another finding is "
        "often its cause." },
    [UNIT_NOT_RUN] = { "unit-not-run", "unit", DOCTOR_ERROR,
        "ec2-bootstrap.service has not run at this boot.", "systemctl start ec2-bootstrap", "" },
    [UNIT_CYCLE] = { "unit-cycle", "unit", DOCTOR_ERROR,
        "Units are to start before and after each other, so systemd leaves one of them out.",
        "take one of these orders out (Before=, After=), then systemctl daemon-reload", "" },
    [UNIT_CLOUD_INIT] = { "unit-cloud-init", "unit", DOCTOR_WARNING,
        "cloud-init has the module, and its list of modules does not.",
        "add \"ec2-bootstrap\" behind write_files to cloud_init_modules of that file",
        "A later file of /etc/cloud/cloud.cfg.d replaces the whole list. Packages and user scripts "
        "of the first "
        "boot then have no proxy." },
    [CLOCK_SKEW] = { "clock-skew", "clock", DOCTOR_ERROR,
        "This machine's clock is wrong: AWS refuses signatures from five minutes on.",
        "chronyc tracking, timedatectl; the time service of EC2 is 169.254.169.123", "" },
    [CHECK_TIMEOUT] = { "check-timeout", NULL, DOCTOR_ERROR,
        "A check did not end within the time that all have.",
        "run it alone: ec2-bootstrap doctor CHECK; look at the name servers of this machine", "" },
    [CHECK_FAILED] = { "check-failed", NULL, DOCTOR_ERROR, "A check could not be made.",
        "do what the message says, and run it again", "" },
};

const char *doctor_severity_name(enum doctor_severity severity)
{
    static const char *const names[] = {
        [DOCTOR_ERROR] = "error",
        [DOCTOR_WARNING] = "warning",
        [DOCTOR_NOTE] = "note",
    };
    return names[severity];
}

enum doctor_kind_id doctor_kind_find(const char *id)
{
    int i = 0;
    while (i < DOCTOR_KINDS && strcmp(doctor_kinds[i].id, id) != 0)
        i++;
    return (enum doctor_kind_id) i;
}
