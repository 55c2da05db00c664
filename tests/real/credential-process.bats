#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# An AWS profile whose credential_process is the agent gives the real AWS CLI its credentials.

load ../lib
load aws

setup() {
    # On an address of its own: the CLI must not find the metadata service by itself.
    start_simulator
    make_root
}

# A credential_process with this command.
make_profile() {
    printf '%s\n' "[default]" "credential_process = $1" >"$BATS_TEST_TMPDIR/aws.config"
}

agent_process() {
    printf '"%s" credentials --root "%s" --endpoint %s' "$BUILD/ec2-bootstrap" "$ROOT" "$IMDS_URL"
}

@test "the CLI gets exactly the role's credentials" {
    make_profile "$(agent_process)"
    run --separate-stderr aws_cli -- configure export-credentials --format env-no-export
    assert_status 0
    # CLI versions differ in whether they name the expiration.
    assert_equal "$(grep -v '^AWS_CREDENTIAL_EXPIRATION=' <<<"$output")" \
"AWS_ACCESS_KEY_ID=$(served_credential AccessKeyId)
AWS_SECRET_ACCESS_KEY=$(served_credential SecretAccessKey)
AWS_SESSION_TOKEN=$(served_credential Token)"
}

@test "the CLI says where they are from, and a request is signed with them, behind a proxy" {
    start_sts_server
    start_proxy "$STS_ETC"
    make_profile "$(agent_process)"

    run --separate-stderr aws_cli "https_proxy=$PROXY_URL" "http_proxy=$PROXY_URL" -- \
        configure list
    assert_status 0
    assert_contains "$output" custom-process

    run --separate-stderr aws_cli "https_proxy=$PROXY_URL" "http_proxy=$PROXY_URL" -- \
        sts get-caller-identity --query Account
    assert_status 0
    assert_equal "$output" 210987654321
    assert_contains "$(cat "$STS_LOG")" "Credential=$(served_credential AccessKeyId)/"
    # The agent inherits the proxy's variables from the CLI and still went by itself.
    assert_equal "$(proxy_requests)" "CONNECT $STS_NAME:443"
}

@test "when the agent has no credentials the CLI shows the agent's words" {
    printf '%s' '{"rules": [{"status": 403}]}' >"$BATS_TEST_TMPDIR/scenario.json"
    stop_simulator
    start_simulator --scenario "$BATS_TEST_TMPDIR/scenario.json"
    make_profile "$(agent_process)"
    run --separate-stderr agent credentials --root "$ROOT" --endpoint "$IMDS_URL"
    assert_status 69
    [[ -n $stderr ]]
    local words=$stderr

    run --separate-stderr aws_cli -- configure export-credentials
    [[ $status != 0 ]]
    assert_contains "$stderr" "$words"
}
