#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Where the metadata service is, and what the environment says of it; what it takes a running agent to
# see. What the agent makes of an answer, or of none, is a line of tests/scenarios/table.json.

load ../lib
load command

# AT_ONCE_MS is far from this deadline, and from what any machine needs.
IMDS='"imds": {"deadline_s": 100, "request_timeout_ms": 60000}'
AT_ONCE_MS=50000
PROXY='"proxy": {"http": "http://proxy.corp:3128"}'

ADDED=()

setup() {
    make_root
    printf 'LANG=C\nhttp_proxy=http://old.corp:1\n' >"$ROOT/etc/environment"
    write_settings "{$PROXY, $IMDS}"
}

teardown() {
    local address

    for address in "${ADDED[@]}"; do
        ip address del "$address" dev lo
    done
    stop_all
}

# another_simulator NAME [ARG...]: beside that of start_simulator. Sets OTHER_URL[NAME]; its log is
# the file NAME.log.
declare -gA OTHER_URL
another_simulator() {
    local name=$1 listen=(--listen 127.0.0.1:0)

    shift
    [[ " $* " != *" --listen "* ]] || listen=()
    start_process "$BATS_TEST_TMPDIR/$name.out" "$BUILD/imds-sim" "${listen[@]}" \
        --tree "$TESTS/imds-sim/tree.json" --log "$BATS_TEST_TMPDIR/$name.log" "$@"
    OTHER_URL[$name]=$(ready_line "$BATS_TEST_TMPDIR/$name.out" "$!")
}

add_address() {
    ip address add "$1" dev lo "${@:2}"
    ADDED+=("$1")
}

# timed_agent ARG...: also sets TOOK_MS
timed_agent() {
    local start

    start=$(now_ms)
    run_agent "$@"
    TOOK_MS=$(($(now_ms) - start))
}

assert_at_once() {
    ((TOOK_MS < AT_ONCE_MS)) || { echo "it took $TOOK_MS ms" >&2; return 1; }
}

# -- what is written when something is missing

assert_proxy_written() {
    assert_contains "$(<"$ROOT/run/ec2-bootstrap/proxy.env")" http_proxy=http://proxy.corp:3128
    assert_contains "$(<"$ROOT/etc/environment")" http_proxy=http://proxy.corp:3128
}

@test "the settings are there while the role is still waited for" {
    change_tree "del data['iam']"
    start_simulator --tree "$TREE"
    write_settings "{$PROXY, \"imds\": {\"deadline_s\": 600, \"request_timeout_ms\": 60000}}"
    start_agent run
    wait_until test -s "$ROOT/run/ec2-bootstrap/proxy.env"
    assert_proxy_written
    stop_process "$AGENT_PID"
}

@test "AWS_EC2_METADATA_DISABLED=true: exit code 69, not asked" {
    local value

    start_simulator
    for value in true True TRUE; do
        agent_environment=("AWS_EC2_METADATA_DISABLED=$value")
        run_agent run
        assert_status 69
        assert_fallen_back AWS_EC2_METADATA_DISABLED "unset it"
        assert_equal "$(<"$OUT")" ""
        run_agent credentials
        assert_status 69
        assert_one_error AWS_EC2_METADATA_DISABLED
    done
    assert_equal "$(simulator_count)" 0

    write_settings "{$PROXY, $IMDS, \"no_proxy\": {\"vpc\": false}}"
    run_agent run
    assert_status 69
    assert_proxy_written
    write_settings "{$PROXY, $IMDS, \"no_proxy\": {\"vpc\": false}, \"credentials\": \"off\"}"
    run_agent run
    assert_status 0
    write_settings "{$PROXY, $IMDS}"
    for value in false "" 1; do
        agent_environment=("AWS_EC2_METADATA_DISABLED=$value")
        run_agent run
        assert_status 0
    done
}

# -- where it is

@test "the endpoint: option, settings, environment, mode, in this order" {
    another_simulator option
    another_simulator settings
    another_simulator environment
    add_address 169.254.169.254/32
    add_address fd00:ec2::254/128 nodad
    another_simulator ipv4 --listen 169.254.169.254:80
    another_simulator ipv6 --listen '[fd00:ec2::254]:80'

    # what is asked | option | settings | AWS_EC2_METADATA_SERVICE_ENDPOINT | ..._MODE
    local option=${OTHER_URL[option]} settings=\"endpoint\":\ \"${OTHER_URL[settings]}\"
    local environment=${OTHER_URL[environment]} case expected opt set env mode
    local cases=(
        "option|$option|$settings|$environment|IPv6"
        "settings||$settings|$environment|IPv6"
        "environment|||$environment|IPv6"
        "environment|||$environment/|"
        'ipv6||||IPv6'
        'ipv4||||IPv4'
        'ipv6||||ipv6'
        'ipv4||||ipv4'
        'ipv4||"mode": "ipv4"||IPv6'
        "ipv6||\"mode\": \"ipv6\"|$environment|"
        'ipv6||"mode": "ipv6"||'
        "environment||\"endpoint\": null|$environment|"
        "option|$option|\"mode\": \"ipv6\"||"
    )

    for case in "${cases[@]}"; do
        IFS='|' read -r expected opt set env mode <<<"$case"
        write_settings "{\"imds\": {\"request_timeout_ms\": 60000${set:+, $set}}}"
        agent_environment=()
        [[ -z $env ]] || agent_environment+=("AWS_EC2_METADATA_SERVICE_ENDPOINT=$env")
        [[ -z $mode ]] || agent_environment+=("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=$mode")
        note_seen
        IMDS_URL="" run_agent run ${opt:+--endpoint "$opt"}
        assert_status 0 || failed
        assert_equal "$(newly_asked)" "$expected" || failed
    done
    all_passed

    # Neither is named: both are asked at once, one of them is kept.
    write_settings "{$IMDS}"
    agent_environment=()
    IMDS_URL="" run_agent run --json
    assert_status 0
    assert_contains '"http://169.254.169.254" "http://[fd00:ec2::254]"' "$(json_value "$OUT" 'd["imds"]["endpoint"]')"
}

declare -gA SEEN
note_seen() {
    local name

    for name in "${!OTHER_URL[@]}"; do
        SEEN[$name]=$(wc -l <"$BATS_TEST_TMPDIR/$name.log")
    done
}

# Prints the names of those that were asked since note_seen.
newly_asked() {
    local name

    for name in "${!OTHER_URL[@]}"; do
        if (($(wc -l <"$BATS_TEST_TMPDIR/$name.log") > SEEN[$name])); then
            echo "$name"
        fi
    done | sort | paste -sd ' '
}

@test "auto: the family that answers is found, also when the other one hangs" {
    write_settings "{$IMDS}"
    add_address fd00:ec2::254/128 nodad
    another_simulator ipv6 --listen '[fd00:ec2::254]:80'
    timed_agent run --json
    assert_status 0
    assert_equal "$(json_value "$OUT" 'd["imds"]["endpoint"]')" '"http://[fd00:ec2::254]"'

    add_address 169.254.169.254/32
    write_scenario '{"send": "nothing"}'
    another_simulator ipv4 --listen 169.254.169.254:80 --scenario "$SCENARIO"
    timed_agent run --json
    assert_status 0
    assert_equal "$(json_value "$OUT" 'd["imds"]["endpoint"]')" '"http://[fd00:ec2::254]"'
    assert_at_once # less than a request's timeout
}

@test "auto: what one family sends without an end does not cost the answer of the other one" {
    local sent=$BATS_TEST_TMPDIR/sent server

    write_settings "{$IMDS}"
    add_address fd00:ec2::254/128 nodad
    add_address 169.254.169.254/32
    # Later than the end of all that is read of the other one.
    write_scenario '{"path": "/latest/api/token", "delay_ms": 700}'
    another_simulator ipv6 --listen '[fd00:ec2::254]:80' --scenario "$SCENARIO"
    for case in headers blanks extensions interim body; do
        start_process "$BATS_TEST_TMPDIR/flood.out" "$TESTS/command/flood" "$case" "$sent" 169.254.169.254 80
        server=$!
        ready_line "$BATS_TEST_TMPDIR/flood.out" "$server" >/dev/null
        run_agent run --json
        assert_status 0 || failed
        assert_equal "$(json_value "$OUT" 'd["imds"]["endpoint"]')" '"http://[fd00:ec2::254]"' || failed
        stop_process "$server"
    done
    all_passed
}

@test "bad values in the environment are named: exit code 78" {
    # variable | value | part
    local cases=(
        'AWS_EC2_METADATA_SERVICE_ENDPOINT|169.254.169.254|http://'
        'AWS_EC2_METADATA_SERVICE_ENDPOINT|https://127.0.0.1|http:// only'
        'AWS_EC2_METADATA_SERVICE_ENDPOINT|http://u:s3kr1t@127.0.0.1|login'
        'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE|IPv5|neither IPv4 nor IPv6'
    )
    local case name value part before

    before=$(contents)
    for case in "${cases[@]}"; do
        IFS='|' read -r name value part <<<"$case"
        agent_environment=("$name=$value")
        run_agent run
        assert_status 78 || failed
        assert_one_error "$name" "$part" || failed
        assert_hidden s3kr1t "$OUT" "$ERR" || failed
        assert_equal "$(contents)" "$before" || failed
    done
    all_passed
}
