#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# No leak, no use of what was freed or never set: each way through the program, under valgrind.

load ../lib
load command

# The agent is some fifty times slower in there: no limit of the usual settings holds.
PATIENT='"imds": {"request_timeout_ms": 60000, "deadline_s": 600}'

# Nor does that of the tests.
HANGS_S=1200

setup() {
    if grep -qa __asan_init "$BUILD/ec2-bootstrap"; then
        skip "a build with AddressSanitizer does not run under valgrind"
    fi
    make_root
    mkdir -p "$ROOT/run" "$ROOT/var/lib"
    touch "$ROOT/etc/this-is-the-test" "$ROOT/run/this-is-the-test" "$ROOT/var/lib/this-is-the-test"
    printf 'LANG=C\nhttp_proxy=http://old:0ldsecret@old.corp:1\n' >"$ROOT/etc/environment"
}

MEMCHECK="env MEMCHECK_LOG=${MEMCHECK_LOG-} $TESTS/valgrind/memcheck"

# checked_agent EXIT-CODE ARG...: without --root. The
# root's etc, run and var/lib are put over those of the machine, in a mount namespace of their own.
checked_agent() {
    local expected=$1

    shift
    OUT=$BATS_TEST_TMPDIR/out
    ERR=$BATS_TEST_TMPDIR/err
    status=0
    # shellcheck disable=SC2016 # expanded by that shell
    unshare --mount -- bash -ec '
        root=$1 home=$2 agent=$3
        shift 3
        mount --bind "$root/etc" /etc
        mount --bind "$root/run" /run
        mount --bind "$root/var/lib" /var/lib
        [[ -e /etc/this-is-the-test && -e /run/this-is-the-test && -e /var/lib/this-is-the-test ]]
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$home" '"$MEMCHECK"' "$agent" "$@"' - \
        "$ROOT" "$BATS_TEST_TMPDIR" "$BUILD/ec2-bootstrap" "$@" >"$OUT" 2>"$ERR" || status=$?
    output=$(<"$OUT") stderr=$(<"$ERR")
    assert_no_finding "$expected"
}

# checked_in_root EXIT-CODE ARG...: with --root
checked_in_root() {
    agent_under "$MEMCHECK" "${@:2}"
    assert_no_finding "$1"
}

# assert_no_finding EXIT-CODE
assert_no_finding() {
    assert_status "$1" || return 1
    # It has other findings than errors, too, such as a wrong argument of a system call.
    assert_equal "$(grep '^==' "$ERR")" ""
}

@test "run" {
    start_simulator
    mkdir "$ROOT/run/secret"
    echo s3kr1t >"$ROOT/run/secret/password"
    write_settings '{"proxy": {"http": "http://proxy.corp:3128", "https": "proxy.corp", "username": "svc",
        "password_file": "/run/secret/password"},
        "no_proxy": {"add": ["corp.example", "10.0.0.0/8"], "services": ["s3"], "ipv6_brackets": "always"},
        '"$PATIENT"'}'
    checked_agent 0 run --endpoint "$IMDS_URL" --json --diff --verbose
    # It did its work there.
    assert_contains "$(<"$ROOT/etc/environment")" http_proxy=http://svc:s3kr1t@proxy.corp:3128
    # And takes it back.
    echo "{$PATIENT}" >"$BATS_TEST_TMPDIR/none.json"
    checked_agent 0 run --endpoint "$IMDS_URL" --config "$BATS_TEST_TMPDIR/none.json" --diff
    refute_contains "$(<"$ROOT/etc/environment")" proxy.corp
}

@test "run without the metadata service: with kept facts, with torn ones, with another machine's" {
    local facts=$ROOT/var/lib/ec2-bootstrap/facts.json proxy='"proxy": {"http": "http://proxy.corp:3128"}'

    # The running system's own, which names it where the firmware does not.
    echo 0123456789abcdef0123456789abcdef >"$ROOT/etc/machine-id"
    start_simulator
    write_settings "{$proxy, \"no_proxy\": {\"services\": [\"s3\"]}, $PATIENT}"
    checked_agent 0 run --endpoint "$IMDS_URL"
    [[ -e $facts ]]
    write_scenario '{"status": 403}'
    stop_simulator
    start_simulator --scenario "$SCENARIO"
    checked_agent 69 run --endpoint "$IMDS_URL" --json
    assert_contains "$(<"$OUT")" '"kept"'
    echo '{"format": 1, "machine":' >"$facts"
    checked_agent 69 run --endpoint "$IMDS_URL" --json
    assert_contains "$(<"$ERR")" "facts.json: line 1: not valid JSON: not used"
    echo fedcba9876543210fedcba9876543210 >"$ROOT/etc/machine-id"
    checked_agent 69 run --endpoint "$IMDS_URL"
    checked_agent 0 remove
    [[ ! -e $facts ]]
}

@test "a metadata service by a host name" {
    start_simulator
    echo "hosts: files" >"$ROOT/etc/nsswitch.conf"
    echo "127.0.0.1 imds.example" >"$ROOT/etc/hosts"
    write_settings "{$PATIENT}"
    checked_agent 0 credentials --endpoint "http://imds.example:${IMDS_URL##*:}"
    checked_agent 69 credentials --endpoint "http://other.example"
}

@test "credentials" {
    start_simulator
    write_settings "{$PATIENT}"
    checked_agent 0 credentials --endpoint "$IMDS_URL"
    assert_contains "$(<"$OUT")" "$SECRET_ACCESS_KEY"
    checked_agent 0 credentials --endpoint "$IMDS_URL" --format env
}

@test "failures: usage, settings, a broken answer, no role, a file that cannot be written" {
    local started=$SECONDS deadline_s

    # The first time the answer is whole.
    write_scenario '{"path": "'"$ROLE_PATH"'web-server", "status": 200, "body": "{\"Code\": [\"", "skip": 1}'
    start_simulator --scenario "$SCENARIO"
    write_settings "{$PATIENT}"
    checked_agent 0 credentials --endpoint "$IMDS_URL"
    # Long enough here to get as far as the broken answer, which is asked for until it is over.
    deadline_s=$((5 * (SECONDS - started + 1)))
    checked_agent 64 run --htpp-proxy x
    checked_agent 78 run --http-proxy http://u:p@a:0
    write_settings '{"proxy": {"http": "http://a:1"}, "no_proxy": {"add": ["x"], "ad": 1}}'
    checked_agent 78 run
    rm "$ROOT/etc/environment"
    mkdir "$ROOT/etc/environment"
    # Optional credentials are not waited for.
    write_settings '{"proxy": {"http": "http://a:1"}, "credentials": "optional", '"$PATIENT"'}'
    checked_agent 74 run --endpoint "$IMDS_URL" --json
    write_settings '{"imds": {"request_timeout_ms": 60000, "deadline_s": '"$deadline_s"'}}'
    checked_agent 65 credentials --endpoint "$IMDS_URL"
    write_settings '{"imds": {"deadline_s": 1}}'
    checked_agent 69 credentials --endpoint http://127.0.0.1:9
}

# write_shared: files of others, which most outputs add to
write_shared() {
    mkdir -p "$ROOT/etc/docker" "$ROOT/etc/dnf" "$ROOT/etc/amazon/amazon-cloudwatch-agent" "$ROOT/etc/sudoers.d"
    printf '{"log-level": "warn", "proxies": {"http-proxy": "http://old.corp:1"}}\n' >"$ROOT/etc/docker/daemon.json"
    printf '[main]\ngpgcheck=1\nproxy=http://old.corp:1\n' >"$ROOT/etc/dnf/dnf.conf"
}

@test "run and remove with every output: what stood there comes back; a file that cannot be read is said" {
    local before

    write_shared
    before=$(contents)
    write_settings '{"proxy": {"http": "http://svc:s3kr1t@proxy.corp:3128"}, "no_proxy": {"vpc": false},
        "credentials": "off", "outputs": ["apt", "cloudwatch-agent", "codedeploy-agent", "dnf", "docker", "ecs",
        "environment", "profile", "snapd", "ssm-agent", "sudo", "systemd"]}' ../settings.json
    checked_in_root 0 run --config "$BATS_TEST_TMPDIR/settings.json" --json
    assert_contains "$(<"$ROOT/etc/dnf/dnf.conf")" proxy.corp
    checked_in_root 0 remove --dry-run --diff
    checked_in_root 0 remove --json
    assert_equal "$(contents)" "$before"
    rm "$ROOT/etc/environment"
    mkdir "$ROOT/etc/environment"
    checked_in_root 74 remove
}

@test "explain: a table, reasons, JSON, the clients, bad input" {
    local no_proxy='10.0.0.0/8,.corp.example,*.corp.example,[fd00::1],*:80,not/an/entry'

    checked_in_root 1 explain --verbose --no-proxy "$no_proxy" http://10.1.2.3/ https://a.corp.example:8443/ 'http://[fd00::1]/'
    checked_in_root 1 explain --json --no-proxy "$no_proxy" http://10.1.2.3/
    checked_in_root 0 explain --list-clients --json
    checked_in_root 0 explain
    checked_in_root 64 explain --client nobody http://a.example/
    checked_in_root 64 explain 'http://['
}

@test "doctor: what runs beside each other, too; a table, JSON, the list" {
    start_simulator
    mkdir -p "$ROOT/run/secret" "$ROOT/proc/300"
    echo s3kr1t >"$ROOT/run/secret/password"
    echo 0::/system.slice/docker.service >"$ROOT/proc/300/cgroup"
    echo "300 (x) S 1 0" >"$ROOT/proc/300/stat"
    printf 'http_proxy=http://other:1\0' >"$ROOT/proc/300/environ"
    write_settings '{"proxy": {"http": "http://127.0.0.1:9", "username": "svc", "password_file": "/run/secret/password"},
        "no_proxy": {"add": ["10.0.0.0/8"], "services": ["s3"]}, '"$PATIENT"'}'
    checked_in_root 1 doctor --verbose
    assert_contains "$(<"$OUT")" proxy-refused
    checked_in_root 0 run
    checked_in_root 1 doctor --json
    assert_contains "$(<"$OUT")" service-other-values
    checked_in_root 0 doctor --list --json
    checked_agent 1 doctor imds settings outputs services unit --endpoint "$IMDS_URL"
    write_settings '{'
    checked_in_root 1 doctor
}

@test "seal: a clean tree, a known secret in a file, a dry run, what is no tree" {
    rm "$ROOT/etc/environment"
    checked_in_root 0 seal
    write_settings '{"proxy": {"http": "http://svc:s3kr1t@proxy.corp:3128"}}'
    mkdir -p "$ROOT/root/.aws" "$ROOT/var/log"
    printf 'curl -x http://svc:s3kr1t@proxy.corp:3128/\n' >"$ROOT/root/.bash_history"
    printf 'aws_access_key_id = AKIA%s\n' QWERTY1234567890 >"$ROOT/root/.aws/credentials"
    head -c 100000 /dev/urandom >"$ROOT/var/log/random"
    checked_in_root 1 seal --dry-run --json
    assert_contains "$(<"$OUT")" .bash_history
    checked_in_root 1 seal --verbose
    ROOT=$BATS_TEST_TMPDIR/nothing
    checked_in_root 64 seal
}

@test "the help and the version" {
    checked_agent 0 run --help
    checked_agent 0 --version
}
