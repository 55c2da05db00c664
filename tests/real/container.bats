#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# In a container the AWS CLI has its credentials from another address, which its settings name. It
# asks there directly, whatever the proxy, and goes on to AWS through the proxy.

load ../lib
load ../command/command
load aws

ADDRESS=169.254.170.2

setup() {
    ip address replace "$ADDRESS/32" dev lo
    # shellcheck disable=SC2016 # $json is the tree's
    change_tree '
tree["http_tokens"] = "optional"
role = data["iam"]["security-credentials"]["web-server"]["$json"]
tree["latest"]["container"] = {"$json": {
    "RoleArn": "arn:aws:iam::210987654321:role/web-server", "Expiration": role["Expiration"],
    **{key: role[key] for key in ("AccessKeyId", "SecretAccessKey", "Token")}}}'
    start_simulator --listen "$ADDRESS:80" --tree "$TREE"
    start_sts_server
    start_proxy "$STS_ETC"
    make_root
}

teardown() {
    stop_all
    ip address delete "$ADDRESS/32" dev lo
}

# asks_directly VARIABLE VALUE: by which the CLI finds the credentials
asks_directly() {
    local variables asked

    write_settings '{"no_proxy": {"vpc": false}, "credentials": "off"}'
    unset IMDS_URL
    run_agent run --http-proxy "$PROXY_URL" --https-proxy "$PROXY_URL"
    assert_status 0
    mapfile -t variables < <("$BUILD/pam-getenv" "$ROOT/etc/environment")
    assert_contains "${variables[*]}" "http_proxy=$PROXY_URL"
    asked=$(simulator_count)

    run --separate-stderr aws_cli "${variables[@]}" "$1=$2" -- sts get-caller-identity --query Account
    assert_status 0
    assert_equal "$output" 210987654321
    assert_equal "$(simulator_requests "$asked")" "GET /latest/container 200"
    assert_equal "$(proxy_requests)" "CONNECT $STS_NAME:443"
    assert_contains "$(cat "$STS_LOG")" "Credential=$(served_credential AccessKeyId)/"
}

@test "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, as ECS sets it" {
    asks_directly AWS_CONTAINER_CREDENTIALS_RELATIVE_URI /latest/container
}

@test "AWS_CONTAINER_CREDENTIALS_FULL_URI" {
    asks_directly AWS_CONTAINER_CREDENTIALS_FULL_URI "http://$ADDRESS/latest/container"
}
