#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# What systemd is told, as it would arrive at its socket.

load ../lib
load command

setup() {
    make_root
    NOTIFIED=$BATS_TEST_TMPDIR/notified
    : >"$NOTIFIED"
    start_process "$BATS_TEST_TMPDIR/notify.out" "$BUILD/notify-log" "$BATS_TEST_TMPDIR/notify" "$NOTIFIED"
    NOTIFY_PID=$!
    assert_equal "$(ready_line "$BATS_TEST_TMPDIR/notify.out" "$NOTIFY_PID")" ready
    agent_environment=("NOTIFY_SOCKET=$BATS_TEST_TMPDIR/notify")
}

# Prints the lines that arrived, without their times.
notified() {
    stop_process "$NOTIFY_PID"
    sed -E 's/^ *[0-9.]+ //' "$NOTIFIED" >"$BATS_TEST_TMPDIR/lines"
    normalised "$BATS_TEST_TMPDIR/lines"
}

@test "a run that succeeds: each step, READY=1 last" {
    start_simulator
    run_agent run --http-proxy a.example:1
    assert_status 0
    # Before each wait the start timeout is extended: by the deadline of 60 s and two requests of 1 s; by
    # 30 s for the lock and 60 s for the files.
    assert_equal "$(notified)" "EXTEND_TIMEOUT_USEC=62000000
STATUS=asking the metadata service for a token
STATUS=asking the metadata service about the role and the network
EXTEND_TIMEOUT_USEC=90000000
STATUS=writing the proxy settings
READY=1
STATUS=proxy settings are in place; role web-server has credentials until TIME"
}

@test "fetch: the start timeout is extended for the metadata service, and for the lock" {
    write_settings '{"remote": {"tags": "app"}}'
    start_simulator
    run_agent fetch
    assert_status 0
    assert_equal "$(notified)" "EXTEND_TIMEOUT_USEC=62000000
STATUS=asking the metadata service for a token
EXTEND_TIMEOUT_USEC=40000000
READY=1
STATUS=the settings that AWS holds are there"
}

@test "READY=1 comes after the files, not before" {
    start_simulator
    (umask 077 && : >"$ROOT/.ec2-bootstrap.lock")
    exec 8<"$ROOT/.ec2-bootstrap.lock"
    flock --exclusive 8
    start_agent run --http-proxy a.example:1 8>&-
    wait_until grep -q "STATUS=writing" "$NOTIFIED"
    refute_contains "$(<"$NOTIFIED")" READY=1
    exec 8>&-
    wait_until grep -q READY=1 "$NOTIFIED"
    # At that very moment:
    assert_contains "$(<"$ROOT/run/ec2-bootstrap/proxy.env")" http_proxy=http://a.example:1
    assert_contains "$(<"$ROOT/etc/environment")" http_proxy=http://a.example:1
    wait_agent
    assert_status 0
}

@test "without any work: READY=1" {
    write_settings '{"credentials": "off"}'
    run_agent run
    assert_status 0
    assert_equal "$(notified | tail -n 2)" "READY=1
STATUS=no proxy is configured; no role credentials"
}

@test "failures: ERRNO= and STATUS=, never READY=1" {
    # settings | exit code | part of the status
    local cases=(
        '{"proxi": 1}|78|config.json:1: proxi: unknown key'
        '{"imds": {"endpoint": "http://127.0.0.1:9", "deadline_s": 1}, "proxy": {"http": "a:1"}}|69|in the way; the proxy settings have been written'
    )
    local case settings code part lines

    for case in "${cases[@]}"; do
        IFS='|' read -r settings code part <<<"$case"
        write_settings "$settings"
        run_agent run
        assert_status "$code"
        wait_until grep -q ERRNO= "$NOTIFIED"
        lines=$(<"$NOTIFIED")
        assert_contains "$(grep STATUS= "$NOTIFIED" | tail -n 1)" "$part"
        assert_equal "$(grep -cE ' ERRNO=[1-9][0-9]*$' "$NOTIFIED")" 1
        refute_contains "$lines" READY=1
        : >"$NOTIFIED"
    done
}

@test "a file that cannot be written: ERRNO= is its errno" {
    start_simulator
    mkdir "$ROOT/etc/environment"
    run_agent run --http-proxy a.example:1
    assert_status 74
    assert_equal "$(notified | tail -n 2)" "STATUS=ROOT/etc/environment: cannot be read: Is a directory: move it away
ERRNO=21"
}

@test "while it waits the start timeout is extended, and the status says for what" {
    local lines

    change_tree "del data['iam']"
    start_simulator --tree "$TREE"
    write_settings '{"imds": {"deadline_s": 2, "request_timeout_ms": 1000}}'
    run_agent run --http-proxy a.example:1
    assert_status 75
    lines=$(notified)
    # From its start, for the files, and from when they are written.
    assert_equal "$(grep EXTEND <<<"$lines")" "EXTEND_TIMEOUT_USEC=4000000
EXTEND_TIMEOUT_USEC=90000000
EXTEND_TIMEOUT_USEC=4000000"
    grep -E 'STATUS=waiting for the metadata service, [0-9]+ s of 2 s: .*role' <<<"$lines"
    refute_contains "$lines" READY=1
    assert_contains "$lines" ERRNO=
}

# What systemd allows, as of sd_notify(3): behind TimeoutStartSec each moment must be within what the last
# message has asked for.
@test "no wait is longer than what was asked for before it: the metadata service, the lock, the role" {
    local deadline=3

    write_scenario '{"send": "nothing", "for_ms": 1500}' "{\"path\": \"$ROLE_PATH*\", \"status\": 404}"
    start_simulator --scenario "$SCENARIO"
    write_settings "{\"imds\": {\"deadline_s\": $deadline, \"request_timeout_ms\": 2000}}"
    (umask 077 && : >"$ROOT/.ec2-bootstrap.lock")
    exec 8<"$ROOT/.ec2-bootstrap.lock"
    flock --exclusive 8
    start_agent run --http-proxy a.example:1 8>&-
    wait_until grep -q "STATUS=writing" "$NOTIFIED"
    sleep 8 # longer than what was asked for before
    exec 8>&-
    wait_agent
    stop_process "$NOTIFY_PID"
    # Times are milliseconds. The last line is the agent's last word.
    awk '
        until && $1 > until { print "too late by " $1 - until " ms: " $0; bad = 1 }
        /EXTEND_TIMEOUT_USEC=/ { split($2, part, "="); until = $1 + part[2] / 1000 }
        END { exit bad || !until }' "$NOTIFIED" >&2
}

@test "a dry run does not say that the service is ready" {
    start_simulator
    run_agent run --http-proxy a.example:1 --dry-run
    assert_status 0
    refute_contains "$(notified)" READY=1
}

@test "credentials may be used in a service: nothing about them is sent" {
    start_simulator
    run_agent credentials
    assert_status 0
    assert_hidden "$SECRET_ACCESS_KEY" "$NOTIFIED"
    refute_contains "$(notified)" READY=1
}
