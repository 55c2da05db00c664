#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Where the proxy's password and the role's credentials may be, and that they are nowhere else.

load ../lib
load command

# As it is in the password file, and as it is in a URL.
PASSWORD='s3kr1t#p%w@:/x'
ENCODED='s3kr1t%23p%25w%40%3A%2Fx'

setup() {
    make_root
    mkdir -p "$ROOT/run/secret"
    printf '%s\n' "$PASSWORD" >"$ROOT/run/secret/password"
    # A password of before, too.
    printf 'LANG=C\nhttp_proxy=http://old:0ldsecret@old.corp:1\n' >"$ROOT/etc/environment"
    NOTIFIED=$BATS_TEST_TMPDIR/notified
    : >"$NOTIFIED"
    start_process "$BATS_TEST_TMPDIR/notify.out" "$BUILD/notify-log" "$BATS_TEST_TMPDIR/notify" "$NOTIFIED"
    ready_line "$BATS_TEST_TMPDIR/notify.out" "$!"
    agent_environment=("NOTIFY_SOCKET=$BATS_TEST_TMPDIR/notify")
    IN_FILE='{"proxy": {"http": "http://proxy.corp:3128", "https": "http://proxy.corp:3129", "username": "svc",
        "password_file": "/run/secret/password"}, "imds": {"request_timeout_ms": 60000}}'
    IN_URL='{"proxy": {"http": "http://svc:'$ENCODED'@proxy.corp:3128"}, "imds": {"request_timeout_ms": 60000}}'
}

# Nothing of what the agent printed, sent or wrote has a secret where none belongs.
assert_nothing_shown() {
    local secret

    for secret in "$PASSWORD" "$ENCODED" s3kr1t 0ldsecret "$SECRET_ACCESS_KEY" "$SESSION_TOKEN" \
        ASIAEXAMPLESIMULATED; do
        assert_hidden "$secret" "$ERR" "$NOTIFIED" || return 1
        [[ ${1-} == result ]] || assert_hidden "$secret" "$OUT" || return 1
    done
    assert_files_clean
}

# The files of the root: passwords only where they belong, credentials nowhere.
assert_files_clean() {
    local secret

    for secret in "$SECRET_ACCESS_KEY" "$SESSION_TOKEN" ASIAEXAMPLESIMULATED; do
        assert_equal "$(grep -ralF -- "$secret" "$ROOT")" "" || return 1
    done
    assert_equal "$(grep -ral s3kr1t "$ROOT" | sed "s|^$ROOT/||" |
        grep -vxE 'etc/environment|run/ec2-bootstrap/(proxy|services).env|run/secret/password|etc/ec2-bootstrap/config.json')" ""
}

@test "run with a password: it is in the three files that need it, and in nothing that is shown" {
    local settings arguments

    start_simulator
    for settings in "$IN_FILE" "$IN_URL"; do
        write_settings "$settings"
        for arguments in "--dry-run --diff" "--verbose --diff" "--json --diff --verbose" "" \
            "--json --diff --config $BATS_TEST_TMPDIR/none.json"; do
            echo '{}' >"$BATS_TEST_TMPDIR/none.json"
            # shellcheck disable=SC2086 # words
            run_agent run $arguments
            assert_status 0
            assert_nothing_shown
            [[ $arguments != "" ]] || {
                assert_contains "$(<"$ROOT/run/ec2-bootstrap/proxy.env")" "http_proxy=http://svc:$ENCODED@proxy.corp:3128"
                assert_contains "$(<"$ROOT/etc/environment")" "http_proxy=http://svc:$ENCODED@proxy.corp:3128"
            }
        done
    done
    # What is shown instead.
    write_settings "$IN_URL"
    run_agent run --json --diff
    assert_equal "$(json_value "$OUT" 'd["proxy"]["http"]')" '"http://***@proxy.corp:3128"'
    assert_contains "$(<"$OUT")" '-http_proxy=http://***@old.corp:1'
}

@test "as an option: not in anything that is shown" {
    start_simulator
    run_agent run --http-proxy "http://svc:$ENCODED@proxy.corp:3128" --https-proxy "svc:$ENCODED@proxy.corp:3129" \
        --json --diff --verbose
    assert_status 0
    assert_nothing_shown
    assert_contains "$(<"$ROOT/etc/environment")" "https_proxy=http://svc:$ENCODED@proxy.corp:3129"
}

@test "the environment file of services is for root alone, /etc/environment keeps its mode" {
    start_simulator
    write_settings "$IN_FILE"
    chmod 600 "$ROOT/etc/environment"
    (umask 000 && run_agent run)
    assert_equal "$(stat -c %a "$ROOT/run/ec2-bootstrap/proxy.env" "$ROOT/etc/environment")" $'600\n600'
    assert_equal "$(find "$ROOT" -newer "$BATS_TEST_TMPDIR/notify.out" -perm /022 ! -type l)" ""
}

@test "failures show no secret either" {
    # what goes wrong | exit code
    # shellcheck disable=SC2016 # expanded by eval
    local cases=(
        'mkdir "$ROOT/run/ec2-bootstrap/proxy.env"|74'
        'rm "$ROOT/etc/environment" && mkdir "$ROOT/etc/environment"|74'
        'IMDS_URL=http://127.0.0.1:9 && have_a_second|69'
        'agent_environment+=(AWS_EC2_METADATA_DISABLED=true)|69'
        'echo more >>"$ROOT/run/secret/password"|78'
    )
    local case url=""

    start_simulator
    url=$IMDS_URL
    for case in "${cases[@]}"; do
        rm -rf "${ROOT:?}"/*
        mkdir -p "$ROOT/run/secret" "$ROOT/run/ec2-bootstrap" "$ROOT/etc"
        printf '%s\n' "$PASSWORD" >"$ROOT/run/secret/password"
        printf 'http_proxy=http://old:0ldsecret@old.corp:1\n' >"$ROOT/etc/environment"
        write_settings "$IN_FILE"
        IMDS_URL=$url agent_environment=("NOTIFY_SOCKET=$BATS_TEST_TMPDIR/notify")
        eval "${case%|*}"
        run_agent run --json --diff --verbose
        assert_status "${case##*|}" || failed
        assert_nothing_shown || failed
    done
    all_passed
}

@test "a password in the wrong place is not shown" {
    # settings, and the arguments that follow a bar
    local cases=(
        '{"proxy": {"http": "http://proxy.corp:3128", "username": "svc", "password_file": "s3kr1t"}}'
        '{"proxy": {"http": "http://proxy.corp:3128", "username": "svc", "password_file": "/s3kr1t"}}'
        '{"proxy": {"http": "http://proxy.corp:3128", "username": "svc", "password_file": "/a/s3kr1t#"}}'
        '{"proxy": {"password": "s3kr1t"}}'
        '{"proxy": {"s3kr1t": "password"}}'
        '{"s3kr1t": 1, "s3kr1t": 1}'
        '{"proxy": "http://svc:s3kr1t@proxy.corp:3128"}'
        '{"proxy": {"http": "proxy.corp:3128 svc s3kr1t"}}'
        '{"proxy": {"http": "http://proxy.corp:3128/s3kr1t"}}'
        '{"proxy": {"http": "http://svc:s3kr1t@proxy.corp:99999999"}}'
        '{"proxy": {"http": "http://svc%3As3kr1t@proxy.corp:3128/x"}}'
        '{"proxy": {"http": "http://svc%3As3kr1t%40proxy.corp:3128"}}'
        '{"proxy": {"http": "http://svc: s3kr1t@proxy.corp:3128"}}'
        '{"proxy": {"http": "http://svc://s3kr1t@proxy.corp:3128"}}'
        '{"proxy": {"http": "http://http://s3kr1t@proxy.corp:3128/"}}'
        '{"proxy": {"http": " http://svc:s3kr1t@proxy.corp:3128"}}'
        '{"proxy": {"http": "http://svc@corp.example:s3kr1t"}}'
        '{"no_proxy": {"add": ["http://svc:s3kr1t@proxy.corp:3128"]}}'
        '{"no_proxy": {"add": ["a.corp,http://svc:x,s3kr1t,x@proxy.corp:3128"]}}'
        '{"no_proxy": {"services": ["s3kr1t!"], "ipv6_brackets": "s3kr1t"}}'
        '{"no_proxy": {"services": ["s3kr1t!"]}}'
        '{"imds": {"endpoint": "s3kr1t"}}'
        '{"imds": {"endpoint": "http://svc:s3kr1t@127.0.0.1"}}'
        '{"imds": {"mode": "s3kr1t"}}'
        '{"credentials": "s3kr1t"}'
        '{"outputs": ["s3kr1t"]}'
        '{"outputs": ["s3kr1t", "environment"]}'
        '{"case": "s3kr1t"}'
        '{}|--proxy=http://svc:s3kr1t@proxy.corp'
        '{}|--proxyhttp://svc:s3kr1t@proxy.corp'
        '{}|--S3kr1t'
        '{}|--jso=s3kr1t'
        '{}|--json=s3kr1t'
        '{}|http://svc:s3kr1t@proxy.corp'
        '{}|--http-proxy proxy.corp s3kr1t'
        '{}|--http-proxy http://svc:a s3kr1t b@proxy.corp'
        '{}|--https-proxy svc:s3kr1t'
        '{}|--no-proxy svc:s3kr1t@proxy.corp'
        '{}|--no-proxy svc:a,s3kr1t,b@proxy.corp'
        '{}|--endpoint svc:s3kr1t@proxy.corp'
        '{}|--endpoint s3kr1t'
    )
    local case

    agent_environment+=(AWS_EC2_METADATA_DISABLED=true)
    for case in "${cases[@]}"; do
        rm -rf "${ROOT:?}"/*
        mkdir "$ROOT/etc"
        write_settings "${case%%|*}"
        [[ $case == *"|"* ]] || case+="|"
        # shellcheck disable=SC2086 # words
        run_agent run --json --diff --verbose ${case##*|}
        [[ $status != 0 || $case == *no_proxy* || $case == *'"outputs"'* ]] || failed
        assert_hidden 3kr1t "$OUT" "$ERR" "$NOTIFIED" || failed
    done
    all_passed
}

@test "credentials: only in the result" {
    local arguments

    start_simulator
    write_settings "$IN_FILE"
    for arguments in "" "--verbose" "--json --verbose" "--format env --verbose"; do
        # shellcheck disable=SC2086 # words
        run_agent credentials $arguments
        assert_status 0
        assert_contains "$(<"$OUT")" "$SECRET_ACCESS_KEY"
        assert_hidden s3kr1t "$OUT"
        assert_nothing_shown result
    done
}

# trace COMMAND ARG...: the agent under strace; sets TRACE. Skips where tracing is not allowed.
trace() {
    TRACE=$BATS_TEST_TMPDIR/trace
    command -v strace >/dev/null || skip "strace is not installed"
    strace -f -o /dev/null true 2>/dev/null || skip "tracing is not allowed here"
    # LeakSanitizer does not work under ptrace.
    agent_under "strace -E ASAN_OPTIONS=detect_leaks=0 -f -s 65535 -o $TRACE" "$@"
    # It really shows what the agent receives.
    grep -F "$SECRET_ACCESS_KEY" "$TRACE" | grep -qE ' (recvfrom|read|recvmsg)\(' || {
        echo "the trace does not show the answers of the metadata service" >&2
        return 1
    }
}

# Prints the system calls that have a secret in them, but for those that receive.
calls_with() {
    grep -F -- "$1" "$TRACE" | sed -E 's/^[0-9]+ +//' | grep -vE '^(recvfrom|read|recvmsg)\(' | cut -c1-200
}

@test "no system call of run passes the credentials on" {
    start_simulator
    write_settings "$IN_FILE"
    trace run --json --diff --verbose
    assert_status 0
    assert_equal "$(calls_with "$SECRET_ACCESS_KEY")" ""
    assert_equal "$(calls_with "$SESSION_TOKEN")" ""
}

@test "credentials are written to standard output and nowhere else" {
    start_simulator
    trace credentials
    assert_status 0
    assert_equal "$(calls_with "$SECRET_ACCESS_KEY" | sed -E 's/\(([0-9]+),.*/ \1/' | sort -u)" "write 1"
    assert_contains "$(<"$OUT")" "$SECRET_ACCESS_KEY"
}

@test "the password is written to the three files and nowhere else" {
    start_simulator
    write_settings "$IN_FILE"
    trace run --json --diff --verbose
    assert_status 0
    assert_equal "$(calls_with s3kr1t | sed -E 's/\(([0-9]+),.*//' | sort | uniq -c | sed 's/^ *//')" "3 write"
}

@test "while it waits nobody can read its memory, and there is no core dump" {
    local pid control

    write_scenario '{"send": "nothing"}'
    start_simulator --scenario "$SCENARIO"
    write_settings '{"imds": {"request_timeout_ms": 60000}}'
    # Without capabilities, which look through anything: as the same user. The control is a process
    # that does not protect itself.
    ulimit -c "$(ulimit -H -c)"
    # shellcheck disable=SC2086 # words
    start_process "$BATS_TEST_TMPDIR/control" $UNPRIVILEGED sleep infinity
    control=$!
    # shellcheck disable=SC2086 # words
    start_process "$BATS_TEST_TMPDIR/agent.out" $UNPRIVILEGED env -i "$BUILD/ec2-bootstrap" run \
        --root "$ROOT" --endpoint "$IMDS_URL" --http-proxy http://svc:s3kr1t@proxy.corp:3128 \
        --https-proxy=svc:s3kr1t@proxy.corp:3129 --no-proxy corp.example
    pid=$!
    wait_until simulator_has_connection
    wait_until is_named "$control" sleep

    assert_equal "$(sed -n 's/^Max core file size *//p' "/proc/$pid/limits" | tr -s ' ')" "0 0 bytes "
    # shellcheck disable=SC2086 # words
    $UNPRIVILEGED cat "/proc/$control/environ" >/dev/null
    # shellcheck disable=SC2086 # words
    if $UNPRIVILEGED cat "/proc/$pid/environ" >/dev/null 2>&1; then
        echo "any process of the same user can read it: PR_SET_DUMPABLE is not 0" >&2
        return 1
    fi
    # This everybody can read.
    assert_equal "$(tr '\0' ' ' <"/proc/$pid/cmdline")" "$BUILD/ec2-bootstrap run --root $ROOT \
--endpoint $IMDS_URL --http-proxy http://**********@proxy.corp:3128 \
--https-proxy=**********@proxy.corp:3129 --no-proxy corp.example "
    process_is_gone "$pid" && return 1 || true
}

# Such a URL is refused at once: standard error is full, so that the message holds the agent up.
@test "a password with a raw @ is not in the title of the process either" {
    local fifo=$BATS_TEST_TMPDIR/full url

    mkfifo "$fifo"
    exec 8<>"$fifo"
    dd if=/dev/zero of="$fifo" bs=512 oflag=nonblock 2>"$BATS_TEST_TMPDIR/dd" && return 1
    for url in http://svc:s3kr1t@s3kr1t@proxy.corp:3128 svc:s3kr1t@@s3kr1t/@proxy.corp; do
        # shellcheck disable=SC2016 # expanded by that shell
        start_process "$BATS_TEST_TMPDIR/agent.out" env -i sh -c 'exec "$@" 2>"$0"' "$fifo" \
            "$BUILD/ec2-bootstrap" run --root "$ROOT" --endpoint http://127.0.0.1:9 \
            --http-proxy "$url"
        wait_until has_hidden "$!"
        assert_equal "$(title "$!" | sed 's/\*\**/*/')" "$BUILD/ec2-bootstrap run --root $ROOT \
--endpoint http://127.0.0.1:9 --http-proxy ${url/svc:*@/*@} "
    done
}

title() {
    tr '\0' ' ' <"/proc/$1/cmdline"
}

has_hidden() {
    [[ $(title "$1") == *"**"* ]]
}

@test "the login of a URL that is explained is not shown" {
    run_agent explain --no-proxy corp.example --client go,ruby --verbose http://svc:s3kr1t@corp.example/
    assert_hidden s3kr1t "$OUT" "$ERR"
    assert_contains "$(<"$OUT")" "http://***@corp.example/"
    run_agent explain --no-proxy corp.example --client go --json http://svc:s3kr1t@corp.example/
    assert_equal "$(json_value "$OUT" '[(r["url"], r["route"]) for r in d]')" \
        '[["http://***@corp.example/", "direct"]]'
}

# Over the other settings: a service that refuses is asked until the deadline.
have_a_second() {
    write_settings '{"imds": {"deadline_s": 1}}' etc/ec2-bootstrap/config.d/deadline.json
}

is_named() {
    [[ $(<"/proc/$1/comm") == "$2" ]]
}

# A request was sent: there is an established connection to the simulator.
simulator_has_connection() {
    [[ -n $(ss -Htn state established "( dport = :${IMDS_URL##*:} )") ]]
}
