#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The real AWS CLI behind a real proxy: with nothing but a proxy in its environment it asks the proxy
# for the instance's credentials; with what the agent wrote it does not, and still uses the proxy to
# get to AWS.

load ../lib
load aws

setup() {
    use_metadata_address
    start_simulator --listen 169.254.169.254:80
    start_sts_server
    start_proxy "$STS_ETC"
    make_root
}

teardown() {
    # Where a test fails it says what the proxy and the STS saw.
    cat "$PROXY_LOG" "$STS_LOG"
    stop_all
    leave_metadata_address
}

TOKEN_BY_PROXY="PUT http://169.254.169.254/latest/api/token"
STS_BY_PROXY="CONNECT $STS_NAME:443"

# The proxy can reach the metadata service, so the CLI gets its credentials: the proxy's, on EC2.
cli_with_proxy_alone() {
    run --separate-stderr aws_cli "$1=$PROXY_URL" "https_proxy=$PROXY_URL" -- \
        sts get-caller-identity --query Account
    assert_status 0
    assert_equal "$output" 210987654321
    assert_contains "$(proxy_requests)" "$TOKEN_BY_PROXY"
    assert_contains "$(proxy_requests)" \
        "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/web-server"
}

@test "with http_proxy alone the CLI sends its IMDS requests to the proxy" {
    cli_with_proxy_alone http_proxy
}

@test "with HTTP_PROXY alone the CLI sends its IMDS requests to the proxy" {
    cli_with_proxy_alone HTTP_PROXY
}

@test "with what the agent wrote the CLI asks IMDS directly, and STS through the proxy" {
    local asked variables

    run --separate-stderr agent run --root "$ROOT" --endpoint http://169.254.169.254 \
        --http-proxy "$PROXY_URL" --https-proxy "$PROXY_URL"
    assert_status 0
    asked=$(simulator_requests | wc -l)

    mapfile -t variables < <("$BUILD/pam-getenv" "$ROOT/etc/environment")
    assert_contains "${variables[*]}" "https_proxy=$PROXY_URL"
    run --separate-stderr aws_cli "${variables[@]}" -- sts get-caller-identity --query Account
    assert_status 0
    assert_equal "$output" 210987654321

    # All that the proxy saw, from the agent too:
    assert_equal "$(proxy_requests)" "$STS_BY_PROXY"
    assert_equal "$(simulator_requests | tail -n "+$((asked + 1))")" \
"PUT /latest/api/token 200
GET /latest/meta-data/iam/security-credentials/ 200
GET /latest/meta-data/iam/security-credentials/web-server 200"
    assert_contains "$(cat "$STS_LOG")" "Credential=$(served_credential AccessKeyId)/"
}

@test "without the proxy's variables the CLI does not find STS: only the proxy can" {
    run --separate-stderr aws_cli -- sts get-caller-identity
    [[ $status != 0 ]]
    # shellcheck disable=SC2154 # set by bats
    assert_contains "$stderr" "Could not connect to the endpoint URL: \"https://$STS_NAME/\""
    assert_equal "$(cat "$STS_LOG")" ""
}
