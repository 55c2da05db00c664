#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Consumers that have no list of exemptions, or not from their own file.

load ../lib
load outputs

setup() {
    use_memory
    make_root_of /nonexistent
    mkdir -p "$ROOT/etc/codedeploy-agent/conf" "$ROOT/etc/dnf"
    printf -- '---\n:log_dir: /x\n' >"$AGENT_FILE"
    printf '[main]\n' >"$ROOT/etc/dnf/dnf.conf"
}

teardown() {
    leave_memory
}

AGENT_FILE=$BATS_TEST_TMPDIR/root/etc/codedeploy-agent/conf/codedeployagent.yml
LEFT_OUT='output codedeploy-agent is left out: its consumer knows no NO_PROXY and would send to the proxy what no_proxy exempts: '
ANYWAY='output codedeploy-agent: its consumer knows no NO_PROXY and sends to the proxy what no_proxy exempts: '
DNF='output dnf: its consumer has NO_PROXY from its environment only, and no output sets that'

# run_with NO_PROXY OUTPUTS: both as JSON
run_with() {
    CONFIG=$BATS_TEST_TMPDIR/config
    printf '{"proxy": {"http": "http://proxy.corp:3128"}, "credentials": "off", "no_proxy": %s, "outputs": %s}\n' \
        "$1" "$2" >"$CONFIG"
    run_with_config run
    assert_status 0
}

# The warnings, without those about single entries of the list and its length.
warnings() {
    sed -n 's/^ec2-bootstrap: warning: //p' "$ERR" | grep -vE '^no_proxy (entry|is a line) ' || true
}

is_written() {
    if grep -q '^:proxy_uri: http://proxy.corp:3128$' "$AGENT_FILE"; then echo yes; else echo no; fi
}

@test "the CodeDeploy agent gets its proxy only where nothing that it needs is exempt" {
    # no_proxy | whether it is written | the services in the warning
    local rows=(
        '{"vpc": false}|yes|'
        '{"vpc": false, "add": ["corp.example", "10.0.0.0/8"]}|yes|'
        '{"vpc": false, "services": ["com.amazonaws.us-east-1.ssm", "com.amazonaws.us-east-1.ecr.dkr"]}|yes|'
        '{"vpc": false, "services": ["com.amazonaws.us-east-1.s3"]}|no|s3'
        '{"vpc": false, "services": ["com.amazonaws.us-east-1.codedeploy"]}|no|codedeploy'
        '{"vpc": false, "services": ["com.amazonaws.us-east-1.codedeploy-commands-secure"]}|no|codedeploy'
        '{"vpc": false, "services": ["codedeploy.us-east-1", "s3.us-east-1"]}|no|s3, codedeploy'
        '{"vpc": false, "add": ["s3.us-east-1.amazonaws.com"]}|no|s3'
        '{"vpc": false, "add": ["*.s3.cn-north-1.amazonaws.com.cn"]}|no|s3'
        '{"vpc": false, "add": [".amazonaws.com"]}|no|s3, codedeploy'
        '{"vpc": false, "add": [".eu-west-1.amazonaws.com"]}|no|s3, codedeploy'
        '{"vpc": false, "add": ["vpce-0a1b-c2.s3.us-east-1.vpce.amazonaws.com"]}|no|s3'
        '{"vpc": false, "add": ["*"]}|no|s3, codedeploy'
    )
    local row no_proxy written services

    for row in "${rows[@]}"; do
        IFS='|' read -r no_proxy written services <<<"$row"
        run_with "$no_proxy" '"auto"'
        assert_equal "$no_proxy: $(is_written)" "$no_proxy: $written"
        if [[ -z $services ]]; then
            assert_equal "$(warnings)" ""
        else
            assert_equal "$(warnings | wc -l)" 1
            assert_contains "$(warnings)" "$LEFT_OUT$services; without it the agent follows http_proxy and no_proxy of its environment"
        fi
    done
}

@test "what an earlier run wrote is reverted, byte for byte, and comes again" {
    local before

    before=$(<"$AGENT_FILE")
    run_with '{"vpc": false}' '"auto"'
    assert_equal "$(is_written)" yes
    run_with '{"vpc": false, "add": ["s3.us-east-1.amazonaws.com"]}' '"auto"'
    assert_equal "$(<"$AGENT_FILE")" "$before"
    run_with '{"vpc": false}' '"auto"'
    assert_equal "$(is_written)" yes
    run_with_config remove
    assert_equal "$(<"$AGENT_FILE")" "$before"
}

@test "an output that is named is written, with a warning" {
    run_with '{"vpc": false, "add": ["s3.us-east-1.amazonaws.com"]}' '["codedeploy-agent"]'
    assert_equal "$(is_written)" yes
    assert_contains "$(warnings)" "${ANYWAY}s3; take it out of \"outputs\""
    run_with '{"vpc": false}' '["codedeploy-agent"]'
    assert_equal "$(is_written)" yes
    assert_equal "$(warnings)" ""
    run_with '{"vpc": false, "add": ["s3.us-east-1.amazonaws.com"]}' '["environment"]'
    assert_equal "$(is_written)" no
    assert_equal "$(warnings)" ""
}

@test "nothing is said of a consumer that is not there, nor without a proxy" {
    rm "$AGENT_FILE"
    run_with '{"vpc": false, "add": ["s3.us-east-1.amazonaws.com"]}' '"auto"'
    assert_equal "$(warnings)" ""
    printf -- '---\n' >"$AGENT_FILE"
    printf '{"credentials": "off"}\n' >"$CONFIG"
    run_with_config run
    assert_status 0
    assert_equal "$(warnings)" ""
}

@test "dnf is told where it has no NO_PROXY" {
    # outputs | whether there is a warning
    local rows=('"auto"|0' '["dnf"]|1' '["dnf", "apt"]|1' '["dnf", "environment"]|0'
        '["systemd", "dnf"]|0' '["profile", "dnf"]|0' '["environment"]|0')
    local row outputs count

    for row in "${rows[@]}"; do
        IFS='|' read -r outputs count <<<"$row"
        run_with '{"vpc": false}' "$outputs"
        assert_equal "$outputs: $(warnings | grep -c "^$DNF" || true)" "$outputs: $count"
        assert_equal "$outputs: $(warnings | wc -l)" "$outputs: $count"
    done
}
