#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Settings from AWS through a real proxy, Squid: one that lets pass, wants a login, denies, or inspects TLS.

# shellcheck disable=SC2034,SC2154
load ../lib
load ../aws/aws
load squid

SSM=ssm.us-east-1.amazonaws.com
OPEN_PORT="http_port 127.0.0.1:3128"

setup() {
    command -v squid >/dev/null || skip "no squid"
    make_root
    make_world
    take_simulator_keys
    # Only the proxy knows where AWS is.
    echo "127.0.0.1 localhost" >"$BATS_TEST_TMPDIR/hosts"
    mkdir "$BATS_TEST_TMPDIR/squid"
    echo "$PUBLIC $SSM" >"$BATS_TEST_TMPDIR/squid/hosts"
    start_simulator
    start_service '"region": "us-east-1", "parameters": {"/app/proxy/username": {"value": "svc"}}' "$PUBLIC"
}

teardown() {
    [[ $BATS_TEST_COMPLETED ]] || tail -n 20 "$BATS_TEST_TMPDIR"/squid/*.log
    stop_all
}

# fetch [PROXY-MEMBERS]: with that proxy; sets status and stderr
fetch() {
    mkdir -p "$ROOT/etc/ec2-bootstrap"
    echo "{\"proxy\": {\"https\": \"$SQUID_URL\"${1:+, $1}}, \"remote\": {\"parameters\": \"/app\", \"deadline_s\": 10}}" \
        >"$ROOT/etc/ec2-bootstrap/config.json"
    run --separate-stderr timeout "$HANGS_S" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin unshare --mount \
        "$BATS_TEST_TMPDIR/in-world" "$BUILD/ec2-bootstrap" fetch --root "$ROOT" --endpoint "$IMDS_URL"
}

# connects: the CONNECT requests of the proxy: "RESULT/STATUS HOST:PORT" a line
connects() {
    awk '$6 == "CONNECT" { print $4, $7 }' "$BATS_TEST_TMPDIR/squid/access.log"
}

@test "a proxy that lets pass" {
    start_squid "$OPEN_PORT" "http_access allow all"
    fetch
    assert_status 0
    assert_contains "$stderr" "proxy.username: from parameter /app/proxy/username"
    assert_equal "$(requests)" "ASIAEXAMPLESIMULATED ok ok"
    assert_equal "$(connects)" "TCP_TUNNEL/200 $SSM:443"
}

@test "a proxy that wants a login: 407 is told, and no other way taken" {
    start_squid "$OPEN_PORT" "auth_param basic program /usr/lib/squid/basic_fake_auth" \
        "acl known proxy_auth REQUIRED" "http_access allow known"
    fetch
    assert_status 69
    assert_contains "$stderr" "the proxy $SQUID_URL answers HTTP 407"
    assert_equal "$(requests)" ""
    assert_equal "$(connects)" "TCP_DENIED/407 $SSM:443"
}

@test "a proxy that denies the host: 403 is told" {
    start_squid "$OPEN_PORT" "http_access deny all"
    fetch
    assert_status 69
    assert_contains "$stderr" "the proxy $SQUID_URL answers HTTP 403"
    assert_equal "$(requests)" ""
}

@test "a proxy that inspects TLS: not trusted, and with its CA it is" {
    start_inspecting_squid
    fetch
    assert_status 69
    assert_contains "$stderr" "certificate is not trusted"
    assert_equal "$(requests)" ""
    cp "$BATS_TEST_TMPDIR/company.pem" "$ROOT/etc/ca.pem"
    fetch '"ca_file": "/etc/ca.pem"'
    assert_status 0
    assert_equal "$(requests)" "ASIAEXAMPLESIMULATED ok ok"
}
