#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# `credentials`: what it prints. What it does when there are none, or other ones, is a line of
# tests/scenarios/table.json.

load ../lib
load command

setup() {
    make_root
    write_settings '{"imds": {"request_timeout_ms": 60000}}'
    BEFORE=$(snapshot)
}

teardown() {
    # Whatever happens, this command writes nothing.
    assert_equal "$(snapshot)" "$BEFORE"
    stop_all
}

# shellcheck disable=SC2016 # a key of the tree
# The tree with credentials whose times stand still. Sets TOKEN.
start_simulator_of_2031() {
    change_tree "
c = data['iam']['security-credentials']['web-server']['\$json']
c['Expiration'] = '2031-02-03T04:05:06Z'"
    start_simulator --tree "$TREE"
    TOKEN=$(json_value "$TREE" 'd["latest"]["meta-data"]["iam"]["security-credentials"]["web-server"]["$json"]["Token"]')
    TOKEN=${TOKEN//\"/}
}

@test "process: the JSON of credential_process, its five keys and no more" {
    local arguments

    start_simulator_of_2031
    for arguments in "" "--format process" "--json"; do
        # shellcheck disable=SC2086 # words
        run_agent credentials $arguments
        assert_status 0
        assert_equal "$(<"$ERR")" ""
        assert_equal "$(json_value "$OUT" d)" '{"Version": 1, "AccessKeyId": "ASIAEXAMPLESIMULATED", "SecretAccessKey": "'"$SECRET_ACCESS_KEY"'", "SessionToken": "'"$TOKEN"'", "Expiration": "2031-02-03T04:05:06Z"}'
    done
}

@test "process: the time of expiration is the service's" {
    start_simulator
    run_agent credentials
    assert_status 0
    python3 -c '
import datetime, json, sys
end = datetime.datetime.strptime(json.load(open(sys.argv[1]))["Expiration"], "%Y-%m-%dT%H:%M:%SZ")
left = end - datetime.datetime.utcnow()
assert abs(left.total_seconds() - 6 * 3600) < 60, left' "$OUT"
}

@test "env and env-no-export: the lines of aws configure export-credentials" {
    local format prefix=""

    start_simulator_of_2031
    for format in env-no-export env; do
        [[ $format == env-no-export ]] || prefix="export "
        run_agent credentials --format "$format"
        assert_status 0
        assert_equal "$(<"$ERR")" ""
        printf "$prefix%s\n" AWS_ACCESS_KEY_ID=ASIAEXAMPLESIMULATED \
            "AWS_SECRET_ACCESS_KEY=$SECRET_ACCESS_KEY" "AWS_SESSION_TOKEN=$TOKEN" \
            AWS_CREDENTIAL_EXPIRATION=2031-02-03T04:05:06Z >"$BATS_TEST_TMPDIR/expected"
        assert_file_equal "$OUT" "$BATS_TEST_TMPDIR/expected"
    done
}

@test "eval in a shell sets the variables, and no character of a value runs" {
    local shell value="a'b\$(touch $BATS_TEST_TMPDIR/ran)\`touch $BATS_TEST_TMPDIR/ran\`;\"&|\\#*~"

    value=${value// /}
    change_tree "
data['iam']['security-credentials']['web-server']['\$json'].update(
    {'SecretAccessKey': '''${value//\\/\\\\}''', 'Expiration': '2031-02-03T04:05:06Z'})"
    start_simulator --tree "$TREE"
    for shell in sh bash; do
        run_agent credentials --format env
        assert_status 0
        # shellcheck disable=SC2016 # expanded by that shell
        assert_equal "$(env -i "$shell" -c 'eval "$(cat "$1")" && env' - "$OUT" | sed -n 's/^AWS_SECRET_ACCESS_KEY=//p')" "$value"
        run_agent credentials --format env-no-export
        # shellcheck disable=SC2016 # expanded by that shell
        assert_equal "$(env -i "$shell" -c 'eval "$(cat "$1")"; printf "%s\n" "$AWS_SECRET_ACCESS_KEY" "$AWS_CREDENTIAL_EXPIRATION"' - "$OUT")" "$value
2031-02-03T04:05:06Z"
    done
    assert_absent "$BATS_TEST_TMPDIR/ran"
}

@test "the requests are the token, the role, the credentials" {
    start_simulator
    run_agent credentials
    assert_equal "$(simulator_requests)" "PUT /latest/api/token 200
GET $ROLE_PATH 200
GET ${ROLE_PATH}web-server 200"
    stop_simulator
    assert_equal "$(json_value "$SIM_STATS" 'd["connections"]')" 1
}

@test "settings of the proxy play no part" {
    start_simulator
    rm -r "${ROOT:?}/etc"
    write_settings '{"credentials": "off", "proxy": {"http": "http://a.example:1", "username": "u",
        "password_file": "/absent"}}'
    BEFORE=$(snapshot)
    run_agent credentials
    assert_status 0
    assert_contains "$(<"$OUT")" "$SECRET_ACCESS_KEY"
}

@test "an unknown format: exit code 64, nothing asked" {
    local format

    start_simulator
    for format in bad "" ENV process2 env-; do
        run_agent credentials --format "$format"
        assert_status 64
        assert_equal "$(<"$OUT")" ""
        assert_one_error "--format" "process, env or env-no-export"
    done
    assert_equal "$(simulator_requests)" ""
}

@test "a full disk behind standard output: exit code 74" {
    start_simulator
    status=0
    agent credentials --root "$ROOT" --endpoint "$IMDS_URL" >/dev/full 2>"$BATS_TEST_TMPDIR/err" || status=$?
    stderr=$(<"$BATS_TEST_TMPDIR/err")
    assert_status 74
    assert_equal "$stderr" "ec2-bootstrap: error: standard output: No space left on device"
}
