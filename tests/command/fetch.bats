#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
# Settings that AWS holds: the metadata service, Parameter Store and Secrets Manager are servers of the tests, and
# each signature is verified with botocore's signer.

load ../lib
load ../aws/aws

SSM=ssm.us-east-1.amazonaws.com
SECRETS=secretsmanager.us-east-1.amazonaws.com
FETCHED=run/ec2-bootstrap-fetch
PASSWORD='pass word/+=:@#'

setup() {
    make_root
    make_world
    echo "$PRIVATE $SECRETS" >>"$BATS_TEST_TMPDIR/hosts"
    take_simulator_keys
    start_simulator
}

teardown() {
    stop_all
}

# configure REMOTE [MORE]: members of "remote", and other members of the settings
configure() {
    mkdir -p "$ROOT/etc/ec2-bootstrap"
    echo "{\"credentials\": \"off\", \"no_proxy\": {\"vpc\": false}, \"outputs\": [\"environment\"], \
\"remote\": {\"deadline_s\": ${DEADLINE_S:-20}, $1}${2:+, $2}}" >"$ROOT/etc/ec2-bootstrap/config.json"
}

# parameters NAME=VALUE...: as the server has them
parameters() {
    python3 -c '
import json, sys
pairs = dict(word.split("=", 1) for word in sys.argv[1:])
kind = lambda name: "SecureString" if name.endswith("password") else "String"
print("\"parameters\":", json.dumps({name: {"type": kind(name), "value": value} for name, value in pairs.items()}))' "$@"
}

# secrets ID=VALUE...
secrets() {
    python3 -c '
import json, sys
pairs = dict(word.split("=", 1) for word in sys.argv[1:])
print("\"service\": \"secretsmanager\", \"secrets\":",
      json.dumps({name: {"SecretString": value} for name, value in pairs.items()}))' "$@"
}

start_parameter_store() {
    make_certificate server public "$SSM"
    start_service "\"region\": \"us-east-1\", $1"
}

start_secrets_manager() {
    make_certificate server public "$SECRETS"
    start_service "\"region\": \"us-east-1\", $1"
}

# fetch [COMMAND [OPTION...]]: sets status, output and stderr
fetch() {
    local command=${1:-fetch}

    shift || true
    run --separate-stderr agent_in_world "$command" --root "$ROOT" --endpoint "$IMDS_URL" "$@"
    [[ $stderr != *"need TLS, which this build"* ]] || require_tls
    # What nobody may see, whatever went wrong.
    refute_contains "$output$stderr" "$PASSWORD"
    refute_contains "$output$stderr" wJalrXUtnFEMI
}

agent_in_world() {
    timeout "$HANGS_S" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "HOME=$BATS_TEST_TMPDIR" \
        unshare --mount "$BATS_TEST_TMPDIR/in-world" "$BUILD/ec2-bootstrap" "$@"
}

# variable NAME: its value in /etc/environment
variable() {
    sed -n "s/^$1=//p" "$ROOT/etc/environment"
}

@test "parameters become settings, in one request" {
    configure '"parameters": "/app"'
    start_parameter_store "$(parameters /app/proxy/http=http://proxy.corp:3128 /app/proxy/username=svc \
        "/app/proxy/password=$PASSWORD" /app/no_proxy/add=corp.example,10.0.0.0/8 /app/other=1)"
    fetch
    assert_status 0
    assert_contains "$stderr" "proxy.http: from parameter /app/proxy/http"
    assert_contains "$stderr" "settings fetched: 4; requests to AWS: 1"
    assert_equal "$(requests)" "ASIAEXAMPLESIMULATED ok ok"
    assert_equal "$(cat "$ROOT/$FETCHED/password")" "$PASSWORD"
    assert_equal "$(stat -c %a "$ROOT/$FETCHED"/{password,settings.json} | sort -u)" 600
    refute_contains "$(cat "$ROOT/$FETCHED/settings.json")" "$PASSWORD"

    fetch run
    assert_status 0
    assert_equal "$(variable http_proxy)" "http://svc:pass%20word%2F%2B%3D%3A%40%23@proxy.corp:3128"
    assert_contains "$(variable no_proxy)" 10.0.0.0/8
}

@test "the secret is an object, or the password alone" {
    local text

    configure '"secret": "prod/proxy"' '"proxy": {"http": "http://proxy.corp:3128", "username": "svc"}'
    for text in "$PASSWORD" "$(printf '{"password": "%s"}' "$PASSWORD")" \
        "$(printf '{"proxy": {"password": "%s"}}' "$PASSWORD")" "$(printf '{"proxy/password": "%s"}' "$PASSWORD")" \
        "$(printf '{"username": "other", "password": "%s", "no_proxy.add": "a.example"}' "$PASSWORD")"; do
        start_secrets_manager "$(secrets "prod/proxy=$text")"
        fetch
        assert_status 0
        assert_equal "$(cat "$ROOT/$FETCHED/password")" "$PASSWORD"
        fetch run
        assert_status 0
        # What the machine's files have counts more.
        assert_contains "$(variable http_proxy)" http://svc:pass
        stop_process "$!"
    done
    assert_contains "$(variable no_proxy)" a.example
}

@test "no setting, nothing is asked" {
    configure '"required": true'
    run --separate-stderr agent fetch --check --root "$ROOT"
    assert_status 1
    fetch
    assert_status 0
    assert_contains "$stderr" "nothing to fetch"
    assert_equal "$(simulator_requests)" ""
    assert_absent "$ROOT/$FETCHED/settings.json"
    configure '"parameters": "/app"'
    run --separate-stderr agent fetch --check --root "$ROOT"
    assert_status 0
}

# check_status: of `fetch --check`
check_status() {
    run --separate-stderr agent fetch --check --root "$ROOT"
    echo "$status"
}

@test "what is fetched ahead is for the next check, once" {
    configure '"parameters": "/app"'
    start_parameter_store "$(parameters /app/proxy/http=http://proxy.corp:3128)"
    assert_equal "$(check_status)" 0
    fetch
    assert_status 0
    assert_equal "$(check_status)" 0
    fetch fetch --ahead
    assert_status 0
    assert_equal "$(check_status)" 1
    assert_equal "$(check_status)" 0
    # Fetched once more, by hand; other settings, which want something else; and long ago.
    fetch fetch --ahead
    fetch
    assert_equal "$(check_status)" 0
    fetch fetch --ahead
    configure '"parameters": "/other"'
    assert_equal "$(check_status)" 0
    configure '"parameters": "/app"'
    fetch fetch --ahead
    # By the machine's own clock, which this one may have started less than ten minutes ago.
    sed -i 's/"asked_s":.*/"asked_s": 0,/' "$ROOT/$FETCHED/record.json"
    assert_equal "$(check_status)" "$(($(cut -d. -f1 /proc/uptime) <= 600))"
    fetch fetch --ahead --dry-run
    assert_absent "$ROOT/$FETCHED/ahead"
    configure '"required": true'
    fetch fetch --ahead
    assert_absent "$ROOT/$FETCHED/ahead"
}

# give_tags [KEY=VALUE...]: the metadata service gives out these tags; without any, none at all
give_tags() {
    local tree=$BATS_TEST_TMPDIR/tree.json

    python3 - "$TESTS/imds-sim/tree.json" "$tree" "$@" <<'PYTHON'
import json, sys
tree = json.load(open(sys.argv[1]))
tree["latest"]["meta-data"].pop("tags", None)
if sys.argv[3:]:
    tree["latest"]["meta-data"]["tags"] = {"instance": dict(word.split("=", 1) for word in sys.argv[3:])}
json.dump(tree, open(sys.argv[2], "w"))
PYTHON
    stop_simulator
    start_simulator --tree "$tree"
}

@test "tags count less than parameters, these less than the secret, and all less than the machine's files" {
    give_tags Name=web boot:proxy.http=http://tag.corp:1 boot:proxy.https=http://tag.corp:2 boot:proxy.username=tag \
        boot:no_proxy.add=tag.example boot:outputs=environment boot:prxy.http=http://a:1
    configure '"tags": "boot:", "parameters": "/app"' '"proxy": {"http": "http://file.corp:1"}'
    start_parameter_store "$(parameters /app/proxy/http=http://parameter.corp:1 /app/proxy/https=http://parameter.corp:2)"
    fetch
    assert_status 0
    assert_contains "$stderr" "warning: tag boot:prxy.http: no setting has this name: left out; did you mean proxy/http?"
    fetch run
    assert_equal "$(variable http_proxy)" http://tag@file.corp:1
    assert_equal "$(variable https_proxy)" http://tag@parameter.corp:2
    assert_contains "$(variable no_proxy)" tag.example
    fetch fetch --json
    assert_equal "$(json_value <(echo "$output") 'd["settings"]')" '{"proxy.http": "parameter /app/proxy/http", "proxy.https": "parameter /app/proxy/https", "proxy.username": "tag boot:proxy.username", "no_proxy.add": "tag boot:no_proxy.add", "outputs": "tag boot:outputs"}'
}

# A tag | what is said of it
BAD_TAGS=(
    "boot:proxy.password=$PASSWORD|tag boot:proxy.password: every process on the instance can read a tag"
    "boot:proxy.http=http://svc:$PASSWORD@a:1|tag boot:proxy.http: every process on the instance can read a tag"
    'boot:proxy.ca=x|tag boot:proxy.ca: who may tag would choose whom this machine trusts'
)

@test "no password comes from a tag, nor a CA, nor the proxy that gets a password" {
    local row

    configure '"tags": "boot:"'
    for row in "${BAD_TAGS[@]}"; do
        give_tags "${row%%|*}"
        fetch
        assert_status 78
        assert_contains "$stderr" "${row#*|}"
        assert_absent "$ROOT/$FETCHED"
    done
    give_tags boot:proxy.http=http://evil.example:1
    configure '"tags": "boot:", "secret": "prod/proxy"'
    start_secrets_manager "$(secrets "prod/proxy=$PASSWORD")"
    fetch
    assert_status 78
    assert_contains "$stderr" "tag boot:proxy.http: it names the proxy that would be sent the password that AWS holds"
}

@test "where the metadata service gives out no tags that is said, and no failure" {
    give_tags
    configure '"tags": "boot:"'
    fetch
    assert_status 0
    assert_contains "$stderr" "warning: remote.tags: the metadata service gives out no tags"
}

# A value | what is said of it
BAD_VALUES=(
    'proxy/http=socks5://a:1|parameter /app/proxy/http: '
    'proxy/http=ftp://a:1|parameter /app/proxy/http: '
    $'proxy/http=http://a:1\r\nX: y|parameter /app/proxy/http: '
    'proxy/username=CORP\svc|parameter /app/proxy/username: '
    $'proxy/password=a\nb|parameter /app/proxy/password: it has more than one line'
    'proxy/ca=nonsense|parameter /app/proxy/ca: it has no certificate'
    'no_proxy/vpc=maybe|parameter /app/no_proxy/vpc: expected true, false'
)

@test "a value is checked as that of a file is, and its parameter named" {
    local row

    configure '"parameters": "/app"'
    for row in "${BAD_VALUES[@]}"; do
        start_parameter_store "$(parameters "/app/${row%%|*}" /app/no_proxy/add=a.example)"
        fetch
        assert_status 78
        assert_contains "$stderr" "${row#*|}"
        assert_absent "$ROOT/$FETCHED"
        stop_process "$!"
    done
    start_parameter_store "$(parameters "/app/no_proxy/add=a.example,10.*" "/app/no_proxy/services=s3,stss")"
    fetch
    assert_status 0
    assert_contains "$stderr" "warning: parameter /app/no_proxy/add: "
    assert_contains "$stderr" "left out"
}

# A secret | what is said of it
BAD_SECRETS=(
    '{"password": 1}|secret prod/proxy, key password: expected a string, got a number'
    '{"password": ["a"]}|secret prod/proxy, key password: expected a string, got a list'
    '{"proxy": {"password": {"a": "b"}}}|secret prod/proxy, key proxy/password: expected a string, got an object'
    '{"password": "a",|secret prod/proxy: line 1: '
    $'a\nb|secret prod/proxy: it has more than one line'
)

@test "a secret of another shape is refused, and nothing of it shown" {
    local row

    configure '"secret": "prod/proxy"'
    for row in "${BAD_SECRETS[@]}"; do
        start_secrets_manager "$(secrets "prod/proxy=${row%%|*}")"
        fetch
        assert_status 78
        assert_contains "$stderr" "${row#*|}"
        stop_process "$!"
    done
    start_secrets_manager "$(secrets 'prod/proxy={"passwort": "x", "host": "db", "port": 3128}')"
    fetch
    assert_status 0
    assert_contains "$stderr" "secret prod/proxy, key passwort: no setting has this name: left out"
    assert_contains "$stderr" "secret prod/proxy, key port: no setting has this name: left out"
    stop_process "$!"
    start_secrets_manager "$(secrets "prod/proxy=$PASSWORD"$'\n')"
    fetch
    assert_status 0
    assert_equal "$(cat "$ROOT/$FETCHED/password")" "$PASSWORD"
}

# What the service does | exit code | a part of what is said
FAILURES=(
    'denied|77|ssm:GetParameters'
    'throttled|75|'
    'trouble|75|'
    'html|65|'
    'garbage|65|'
    'other-name|65|the answer has a parameter that was not asked for'
    'invalid|78|'
    'ten-megabytes|65|'
)

@test "what the service refuses has its exit code, and the files of before stay" {
    local row answer code words

    DEADLINE_S=3
    configure '"parameters": "/app"'
    start_parameter_store "$(parameters /app/proxy/http=http://proxy.corp:3128)"
    fetch
    assert_status 0
    cp "$ROOT/$FETCHED/settings.json" "$BATS_TEST_TMPDIR/before"
    stop_process "$!"
    for row in "${FAILURES[@]}"; do
        IFS='|' read -r answer code words <<<"$row"
        start_parameter_store "\"steps\": [{\"answer\": \"$answer\", \"times\": 0}]"
        fetch
        assert_equal "$answer: $status" "$answer: $code"
        assert_contains "$stderr" "$words"
        assert_file_equal "$ROOT/$FETCHED/settings.json" "$BATS_TEST_TMPDIR/before"
        stop_process "$!"
    done
    configure '"parameters": "/app", "required": false'
    start_parameter_store '"steps": [{"answer": "denied", "times": 0}]'
    fetch
    assert_status 0
    assert_contains "$stderr" "the boot goes on without it (remote.required)"
    assert_file_equal "$ROOT/$FETCHED/settings.json" "$BATS_TEST_TMPDIR/before"
}

@test "a message about rights has the statement that the policy lacks" {
    configure '"parameters": "/app"'
    start_parameter_store '"steps": [{"answer": "denied", "times": 0}]'
    fetch
    assert_status 77
    assert_contains "$stderr" web-server
    assert_contains "$stderr" '"Action": "ssm:GetParameters"'
    assert_contains "$stderr" '"Resource": "arn:aws:ssm:us-east-1:*:parameter/app/*"'
}

@test "none of the parameters exists: said with their names" {
    configure '"parameters": "/app"'
    start_parameter_store "$(parameters /other=1)"
    fetch
    assert_status 78
    assert_contains "$stderr" "remote.parameters: there is none below /app in us-east-1: /app/proxy/http, for example"
}

@test "an unknown CA is no way; with proxy.ca_file it is one" {
    configure '"parameters": "/app"'
    make_certificate server company "$SSM"
    start_service "\"region\": \"us-east-1\", $(parameters /app/proxy/http=http://proxy.corp:3128)"
    fetch
    assert_status 69
    assert_contains "$stderr" certificate
    cp "$BATS_TEST_TMPDIR/company.pem" "$ROOT/etc/ca.pem"
    configure '"parameters": "/app"' '"proxy": {"ca_file": "/etc/ca.pem"}'
    fetch
    assert_status 0
    # A link means what it means in the tree.
    mkdir -p "$ROOT/opt/company"
    mv "$ROOT/etc/ca.pem" "$ROOT/opt/company/ca.pem"
    ln -s /opt/company/ca.pem "$ROOT/etc/ca.pem"
    fetch
    assert_status 0
    rm "$ROOT/opt/company/ca.pem"
    fetch
    assert_status 78
    assert_contains "$stderr" "proxy.ca_file: $ROOT/etc/ca.pem: cannot be read"
}

@test "--dry-run writes nothing, remove takes all of it, and what is gone from AWS goes" {
    configure '"parameters": "/app"'
    start_parameter_store "$(parameters "/app/proxy/password=$PASSWORD" /app/proxy/http=http://proxy.corp:3128)"
    fetch fetch --dry-run
    assert_status 0
    assert_absent "$ROOT/$FETCHED"
    fetch
    assert_status 0
    [[ -e $ROOT/$FETCHED/password ]]
    stop_process "$!"
    start_parameter_store "$(parameters /app/proxy/http=http://proxy.corp:3128)"
    fetch
    assert_status 0
    assert_absent "$ROOT/$FETCHED/password"
    run --separate-stderr agent remove --root "$ROOT"
    assert_status 0
    assert_absent "$ROOT/$FETCHED"
}

# settings_of [OPTION...]: what `run --json` says of where each setting is from
settings_of() {
    fetch run --json "$@"
    json_value <(echo "$output") 'd["settings"]'
}

@test "run --json says where each setting is from, and no value" {
    give_tags boot:no_proxy.add=tag.example
    configure '"tags": "boot:", "secret": "prod/proxy"' \
        '"proxy": {"http": "http://proxy.corp:3128"}, "case": null'
    echo '{"no_proxy": {"add": ["file.example"]},
  "proxy": {"http": null}}' >"$BATS_TEST_TMPDIR/more.json"
    mkdir -p "$ROOT/etc/ec2-bootstrap/config.d"
    cp "$BATS_TEST_TMPDIR/more.json" "$ROOT/etc/ec2-bootstrap/config.d/more.json"
    start_secrets_manager "$(secrets "prod/proxy={\"username\": \"svc\", \"password\": \"$PASSWORD\"}")"
    fetch
    assert_status 0
    local config=$ROOT/etc/ec2-bootstrap/config.json:1 more=$ROOT/etc/ec2-bootstrap/config.d/more.json

    assert_equal "$(settings_of --https-proxy http://option.corp:1)" "$(python3 -c '
import json, sys
config, more = sys.argv[1:]
print(json.dumps({"proxy.username": "secret prod/proxy, key username",
                  "proxy.password_file": "secret prod/proxy, key password",
                  "no_proxy.add": f"tag boot:no_proxy.add, {more}:1", "credentials": config,
                  "no_proxy.vpc": config, "outputs": config, "remote.deadline_s": config, "remote.tags": config,
                  "remote.secret": config, "proxy.http": f"{more}:2", "case": config,
                  "proxy.https": "--https-proxy", "imds.endpoint": "--endpoint"}))' "$config" "$more")"
    # What has been damaged costs the origin alone.
    echo '{"request": 1}' >"$ROOT/$FETCHED/record.json"
    assert_contains "$(settings_of)" "\"proxy.username\": \"$ROOT/$FETCHED/settings.json:"
}

@test "a secret by way of Parameter Store" {
    configure '"secret": "/aws/reference/secretsmanager/prod/proxy"' \
        '"proxy": {"http": "http://proxy.corp:3128", "username": "svc"}'
    start_parameter_store "$(parameters "/aws/reference/secretsmanager/prod/proxy={\"password\": \"$PASSWORD\"}")"
    fetch
    assert_status 0
    assert_contains "$stderr" \
        "proxy.password_file: from secret /aws/reference/secretsmanager/prod/proxy, key password"
    assert_equal "$(cat "$ROOT/$FETCHED/password")" "$PASSWORD"
    stop_process "$!"
    start_parameter_store "$(parameters /app/proxy/http=http://proxy.corp:3128)"
    fetch
    assert_status 78
    assert_contains "$stderr" "there is no secret prod/proxy in us-east-1"
    stop_process "$!"
    start_parameter_store '"steps": [{"answer": "denied", "times": 0}]'
    fetch
    assert_status 77
    assert_contains "$stderr" "arn:aws:ssm:us-east-1:*:parameter/aws/reference/secretsmanager/prod/proxy"
}

@test "new credentials have a deadline of their own, however late AWS asks for them" {
    # The metadata service is in trouble when it is asked for them, for less than a deadline.
    echo '{"rules": [{"name": "later", "path": "/latest/meta-data/iam/security-credentials/web-server", "status": 503,
        "skip": 1, "times": 2}]}' >"$BATS_TEST_TMPDIR/later.json"
    stop_simulator
    start_simulator --scenario "$BATS_TEST_TMPDIR/later.json"
    configure '"parameters": "/app"' '"imds": {"deadline_s": 2}'
    start_parameter_store '"steps": [{"answer": "expired", "delay_s": 3}, {"answer": "ok", "times": 0}], '"$(
        parameters /app/proxy/http=http://proxy.corp:3128)"
    fetch
    assert_status 0
    assert_equal "$(requests)" "ASIAEXAMPLESIMULATED ok expired
ASIAEXAMPLESIMULATED ok ok"
}

# next_boot: /run is new
next_boot() {
    rm -rf "$ROOT/run"
}

KEPT=var/lib/ec2-bootstrap/fetched

@test "keep: the next boot has the settings without AWS, but no password" {
    give_tags boot:no_proxy.add=tag.example
    printf '0123456789abcdef0123456789abcdef\n' >"$ROOT/etc/machine-id"
    configure '"tags": "boot:", "parameters": "/app", "keep": true'
    start_parameter_store "$(parameters /app/proxy/http=http://proxy.corp:3128 /app/proxy/username=svc \
        "/app/proxy/https=http://svc:pass%20word@login.corp:1" "/app/proxy/password=$PASSWORD")"
    fetch
    assert_status 0
    fetch run
    assert_status 0
    assert_contains "$(variable http_proxy)" pass%20word
    assert_absent "$ROOT/$KEPT/password"
    refute_contains "$(cat "$ROOT/$KEPT"/*)" pass%20word
    assert_equal "$(stat -c %a "$ROOT/$KEPT"/* | sort -u)" 600

    stop_process "$!"
    next_boot
    fetch
    assert_status 69
    fetch run
    assert_contains "$stderr" "AWS has given no settings in this boot: those of an earlier one count (remote.keep)"
    assert_equal "$(variable http_proxy)" http://svc@proxy.corp:3128
    assert_equal "$(variable https_proxy)" ""
    assert_contains "$(variable no_proxy)" tag.example
    assert_contains "$(settings_of)" '"proxy.http": "parameter /app/proxy/http"'

    # Another machine that was made of this one's disk.
    printf 'fedcba9876543210fedcba9876543210\n' >"$ROOT/etc/machine-id"
    fetch run
    assert_contains "$stderr" "$KEPT is of another machine: not used"
    assert_equal "$(variable http_proxy)" ""
    printf '0123456789abcdef0123456789abcdef\n' >"$ROOT/etc/machine-id"

    # Not wanted any more.
    configure '"tags": "boot:", "parameters": "/app"'
    fetch run
    assert_absent "$ROOT/$KEPT"
    assert_equal "$(variable http_proxy)" ""
}

@test "keep: what is kept follows what is fetched, and remove takes it" {
    printf '0123456789abcdef0123456789abcdef\n' >"$ROOT/etc/machine-id"
    configure '"parameters": "/app", "keep": true'
    start_parameter_store "$(parameters /app/proxy/http=http://proxy.corp:3128)"
    fetch
    fetch run
    assert_status 0
    assert_contains "$(cat "$ROOT/$KEPT/settings.json")" http://proxy.corp:3128
    local before

    before=$(stat -c '%i %Y' "$ROOT/$KEPT"/*)
    next_boot
    fetch
    fetch run
    assert_equal "$(stat -c '%i %Y' "$ROOT/$KEPT"/*)" "$before"
    stop_process "$!"
    start_parameter_store "$(parameters /app/proxy/http=http://other.corp:3128)"
    fetch
    fetch run
    assert_contains "$(cat "$ROOT/$KEPT/settings.json")" http://other.corp:3128
    run --separate-stderr agent remove --root "$ROOT"
    assert_status 0
    assert_absent "$ROOT/var/lib/ec2-bootstrap"
}

# proxy_etc: what tinyproxy has in the place of /etc
proxy_etc() {
    mkdir -p "$BATS_TEST_TMPDIR/etc"
    echo "hosts: files" >"$BATS_TEST_TMPDIR/etc/nsswitch.conf"
    echo "$PUBLIC $SECRETS" >"$BATS_TEST_TMPDIR/etc/hosts"
    echo "$BATS_TEST_TMPDIR/etc"
}

@test "a second fetch of one boot takes the way of the first" {
    name_is "$SECRETS" "$PUBLIC"
    start_proxy "$(proxy_etc)"
    configure '"secret": "prod/proxy"' "\"proxy\": {\"https\": \"$PROXY_URL\"}"
    make_certificate server public "$SECRETS"
    start_service "\"region\": \"us-east-1\", $(secrets 'prod/proxy={"username": "svc", "password": "x"}')" "$PUBLIC"
    fetch
    assert_status 0
    fetch
    assert_status 0
    assert_equal "$(proxy_requests)" "CONNECT $SECRETS:443
CONNECT $SECRETS:443"
}

@test "services: auto: the hosts whose addresses are all private, by the resolver" {
    local host=us-east-1.amazonaws.com

    mkdir -p "$ROOT/etc/ec2-bootstrap"
    echo '{"credentials": "off", "no_proxy": {"vpc": false, "services": "auto"}, "outputs": ["environment"],
        "proxy": {"http": "http://proxy.corp:3128"}}' >"$ROOT/etc/ec2-bootstrap/config.json"
    fetch run
    assert_contains "$stderr" 'no_proxy.services: "auto": which services have private addresses is not known'
    refute_contains "$(variable no_proxy)" "ssm.$host"

    printf '%s\n' "127.0.0.1 localhost" "10.0.0.7 ssm.$host" "100.64.0.1 kms.$host" "192.0.2.1 sts.$host" \
        "10.0.0.8 ec2.$host" "192.0.2.1 ec2.$host" "10.0.0.9 000000000000.dkr.ecr.$host" "10.0.0.9 api.ecr.$host" \
        "fd00::7 logs.$host" >"$BATS_TEST_TMPDIR/hosts"
    fetch
    assert_status 0
    assert_contains "$stderr" "a gateway endpoint, as of s3 or dynamodb, cannot be seen"
    fetch run
    assert_status 0
    refute_contains "$stderr" "is not known"
    for name in ssm kms api.ecr dkr.ecr logs; do
        assert_contains ",$(variable no_proxy)," ",$name.$host,"
    done
    for name in sts ec2 s3; do
        refute_contains "$(variable no_proxy)" "$name.$host"
    done
}

@test "services by name: run --verbose says which of them have public addresses" {
    local host=us-east-1.amazonaws.com

    mkdir -p "$ROOT/etc/ec2-bootstrap"
    echo '{"credentials": "off", "no_proxy": {"vpc": false, "services": ["ssm", "sts", "kms"]},
        "outputs": ["environment"], "proxy": {"http": "http://proxy.corp:3128"}}' >"$ROOT/etc/ec2-bootstrap/config.json"
    printf '%s\n' "127.0.0.1 localhost" "10.0.0.7 ssm.$host" "192.0.2.1 sts.$host" \
        >"$BATS_TEST_TMPDIR/hosts"
    fetch run
    assert_status 0
    refute_contains "$stderr" "public addresses"
    fetch run --verbose
    assert_status 0
    assert_contains "$stderr" "warning: no_proxy.services: public addresses: sts.$host: clients connect to them directly"
    refute_contains "$stderr" "public addresses: ssm"
}

@test "services: auto: a resolver without an end is waited for, and no longer than that" {
    mkdir -p "$ROOT/etc/ec2-bootstrap"
    echo '{"credentials": "off", "no_proxy": {"vpc": false, "services": "auto"}, "outputs": ["environment"],
        "proxy": {"http": "http://proxy.corp:3128"}}' >"$ROOT/etc/ec2-bootstrap/config.json"
    echo "nameserver 10.0.0.7" >"$BATS_TEST_TMPDIR/resolv.conf"
    : >"$BATS_TEST_TMPDIR/hosts"
    # It takes the questions, and answers none.
    start_process "$BATS_TEST_TMPDIR/silent.out" python3 -uc 'import socket, time
silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
silent.bind(("10.0.0.7", 53))
print("ready", flush=True)
time.sleep(600)'
    ready_line "$BATS_TEST_TMPDIR/silent.out" "$!" >/dev/null
    fetch
    assert_status 0
    assert_contains "$stderr" "the resolver had no answer in time: they stay behind the proxy"
}

@test "what is not asked for any more goes with the next fetch, which --check lets run" {
    configure '"parameters": "/app"'
    start_parameter_store "$(parameters /app/proxy/http=http://stale.corp:3128)"
    fetch
    assert_status 0
    configure '"required": true'
    run --separate-stderr agent fetch --check --root "$ROOT"
    assert_status 0
    fetch
    assert_status 0
    assert_absent "$ROOT/$FETCHED/settings.json"
    run --separate-stderr agent fetch --check --root "$ROOT"
    assert_status 1
    # Settings that are wrong are fetch's own to tell.
    configure '"parameters": "x"'
    run --separate-stderr agent fetch --check --root "$ROOT"
    assert_status 0
}

@test "the files are believed for what fetch writes, and for nothing else" {
    local text

    configure '"parameters": "/app"' '"proxy": {"http": "http://proxy.corp:3128"}'
    mkdir -p "$ROOT/$FETCHED"
    for text in '{"proxy": {"password_file": "/etc/shadow"}}' '{"proxy": {"ca_file": "/etc/ca.pem"}}' \
        '{"imds": {"endpoint": "http://10.0.0.1"}}' '{"remote": {"secret": "x"}}' '{"imds": {"allow_v1": true}}'; do
        echo "$text" >"$ROOT/$FETCHED/settings.json"
        fetch run
        assert_status 78
        assert_contains "$stderr" "$FETCHED/settings.json: it has what ec2-bootstrap fetch does not write: remove it"
    done
}

@test "users other than root have the credentials, and are told what they cannot read" {
    mkdir -p "$ROOT/$FETCHED"
    echo '{"proxy": {"http": "http://proxy.corp:3128"}}' >"$ROOT/$FETCHED/settings.json"
    chmod 600 "$ROOT/$FETCHED/settings.json"
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}"
    run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups "$BUILD/ec2-bootstrap" credentials \
        --root "$ROOT" --endpoint "$IMDS_URL"
    assert_status 0
    run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups "$BUILD/ec2-bootstrap" explain \
        --root "$ROOT" http://a.example/
    [[ $status -le 1 ]]
    run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups "$BUILD/ec2-bootstrap" run --dry-run \
        --root "$ROOT" --endpoint "$IMDS_URL"
    assert_contains "$stderr" "warning: $ROOT/$FETCHED/settings.json: only root reads the settings that AWS holds"
}

@test "remove takes the password also where it cannot take something else back" {
    configure '"parameters": "/app"' '"proxy": {"http": "http://proxy.corp:3128"}'
    start_parameter_store "$(parameters "/app/proxy/password=$PASSWORD" /app/proxy/username=svc)"
    fetch
    fetch run
    assert_status 0
    mount --bind "$ROOT/etc" "$ROOT/etc"
    mount -o remount,bind,ro "$ROOT/etc"
    run --separate-stderr agent remove --root "$ROOT"
    umount "$ROOT/etc"
    [[ $status -ne 0 ]]
    assert_absent "$ROOT/$FETCHED"
}

@test "services: auto: from a resolver that has an address for every name nothing is learned" {
    mkdir -p "$ROOT/etc/ec2-bootstrap"
    echo '{"credentials": "off", "no_proxy": {"vpc": false, "services": "auto"}, "outputs": ["environment"],
        "proxy": {"http": "http://proxy.corp:3128"}}' >"$ROOT/etc/ec2-bootstrap/config.json"
    echo "nameserver 127.0.0.1" >"$BATS_TEST_TMPDIR/resolv.conf"
    : >"$BATS_TEST_TMPDIR/hosts"
    start_process "$BATS_TEST_TMPDIR/names.out" "$TESTS/command/name-server" 10.9.9.9
    ready_line "$BATS_TEST_TMPDIR/names.out" "$!" >/dev/null
    fetch
    assert_status 0
    assert_contains "$stderr" "the resolver has a private address for any name of AWS"
    fetch run
    assert_status 0
    refute_contains "$(variable no_proxy)" amazonaws.com
}
