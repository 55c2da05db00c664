#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# No variable and no setting makes the agent ask the metadata service through a proxy.

load ../lib

SPELLINGS=(http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY)

setup() {
    start_simulator
    start_trap_proxy
    make_root
    # A proxy for the machine, so that `run` has something to write.
    printf '{"proxy": {"http": "%s", "https": "%s"}}' "$TRAP_URL" "$TRAP_URL" \
        >"$BATS_TEST_TMPDIR/config.json"
}

# Runs both commands in agent_environment; the metadata service must have answered each.
both_succeed() {
    agent run --root "$ROOT" --config "$BATS_TEST_TMPDIR/config.json" --endpoint "$IMDS_URL" \
        --quiet || fail_with "run" "$?"
    agent credentials --root "$ROOT" --endpoint "$IMDS_URL" --quiet >"$BATS_TEST_TMPDIR/credentials" ||
        fail_with "credentials" "$?"
    assert_contains "$(cat "$BATS_TEST_TMPDIR/credentials")" '"AccessKeyId"'
    assert_contains "$(cat "$ROOT/etc/environment")" "http_proxy=$TRAP_URL"
}

fail_with() {
    echo "$1: exit code $2 in the environment: ${agent_environment[*]}" >&2
    return 1
}

# The given proxy variables as they are, and with each form of an exemption that does not name IMDS.
both_succeed_whatever_no_proxy_says() {
    local variables=("$@") exemption

    for exemption in "" no_proxy= NO_PROXY= no_proxy=corp.example NO_PROXY=corp.example; do
        agent_environment=("${variables[@]}" ${exemption:+"$exemption"})
        both_succeed
    done
}

@test "the trap sees a client that heeds the variables" {
    run python3 -c 'import sys, urllib.request
urllib.request.build_opener(urllib.request.ProxyHandler({"http": sys.argv[1]})).open(sys.argv[2])' \
        "$TRAP_URL" "$IMDS_URL"
    [[ $status != 0 ]]
    run assert_trap_silent
    assert_status 1
    assert_contains "$output" "b'GET $IMDS_URL"
}

@test "the trap sees a connection without a byte" {
    : >"/dev/tcp/127.0.0.1/${TRAP_URL##*:}"
    run assert_trap_silent
    assert_status 1
}

@test "each spelling alone" {
    local name

    for name in "${SPELLINGS[@]}"; do
        both_succeed_whatever_no_proxy_says "$name=$TRAP_URL"
    done
    assert_trap_silent
}

@test "all spellings at once" {
    both_succeed_whatever_no_proxy_says "${SPELLINGS[@]/%/=$TRAP_URL}"
    assert_trap_silent
}

@test "all spellings at once, as a SOCKS proxy" {
    both_succeed_whatever_no_proxy_says "${SPELLINGS[@]/%/=socks5h://${TRAP_URL#http://}}"
    assert_trap_silent
}

@test "as options, and in .curlrc and .netrc of the home folder" {
    printf 'proxy = "%s"\n' "$TRAP_URL" >"$BATS_TEST_TMPDIR/.curlrc"
    printf 'default login x password y\n' >"$BATS_TEST_TMPDIR/.netrc"
    agent run --root "$ROOT" --endpoint "$IMDS_URL" --quiet \
        --http-proxy "$TRAP_URL" --https-proxy "$TRAP_URL"
    assert_contains "$(cat "$ROOT/etc/environment")" "http_proxy=$TRAP_URL"
    agent credentials --root "$ROOT" --endpoint "$IMDS_URL" --quiet >/dev/null
    assert_trap_silent
}
