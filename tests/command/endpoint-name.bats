#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# The metadata service by a host name: it is resolved within the same deadline.

load ../lib
load command

# The resolver alone would wait that long for each name.
RESOLVER_S=100
NAME=imds.corp.example
PROXY='"proxy": {"http": "http://proxy.corp:3128"}'

setup() {
    make_root
    # What getaddrinfo(3) reads, for the agent alone.
    echo "hosts: files dns" >"$BATS_TEST_TMPDIR/nsswitch.conf"
    echo "127.0.0.1 localhost" >"$BATS_TEST_TMPDIR/hosts"
    printf 'nameserver 127.0.0.1\noptions timeout:%d attempts:1\n' "$RESOLVER_S" >"$BATS_TEST_TMPDIR/resolv.conf"
    cat >"$BATS_TEST_TMPDIR/with-names" <<SH
#!/bin/sh
for name in nsswitch.conf hosts resolv.conf; do
    mount --bind "$BATS_TEST_TMPDIR/\$name" "/etc/\$name" || exit 99
done
exec "\$@"
SH
    chmod +x "$BATS_TEST_TMPDIR/with-names"
}

# start_names MODE [IGNORED]
start_names() {
    start_process "$BATS_TEST_TMPDIR/names.out" "$TESTS/command/name-server" "$@"
    assert_equal "$(ready_line "$BATS_TEST_TMPDIR/names.out" "$!")" ready
}

# with_names ARG...: the agent; sets TOOK_MS
with_names() {
    local start

    start=$(now_ms)
    agent_under "unshare --mount $BATS_TEST_TMPDIR/with-names" "$@"
    TOOK_MS=$(($(now_ms) - start))
}

# set_deadline SECONDS
set_deadline() {
    write_settings "{$PROXY, \"imds\": {\"deadline_s\": $1, \"request_timeout_ms\": 60000}}"
}

@test "a name with an address: the service is found, and asked by its name" {
    start_simulator
    start_names 127.0.0.1
    set_deadline 100
    with_names run --json --endpoint "http://$NAME:${IMDS_URL##*:}"
    assert_status 0
    assert_equal "$(json_value "$OUT" '[d["imds"]["endpoint"], d["facts"]]')" \
        "[\"http://$NAME:${IMDS_URL##*:}\", \"imds\"]"
}

@test "a name of the hosts file" {
    start_simulator
    printf '127.0.0.1 localhost\n127.0.0.1 %s\n' "$NAME" >"$BATS_TEST_TMPDIR/hosts"
    set_deadline 100
    with_names credentials --endpoint "http://$NAME:${IMDS_URL##*:}"
    assert_status 0
}

@test "a name with an IPv6 address, and one whose first address nobody serves" {
    start_simulator --listen '[::1]:0'
    printf '::1 %s\n127.0.0.1 %s\n' "$NAME" "$NAME" >"$BATS_TEST_TMPDIR/hosts"
    set_deadline 100
    with_names credentials --endpoint "http://$NAME:${IMDS_URL##*:}"
    assert_status 0
    stop_simulator
    start_simulator --listen 127.0.0.1:0
    with_names credentials --endpoint "http://$NAME:${IMDS_URL##*:}"
    assert_status 0
}

@test "a name server that is silent: exit code 69 at the deadline" {
    start_names silent
    set_deadline 2
    with_names run --endpoint "http://$NAME"
    assert_status 69
    ((TOOK_MS >= 2000 && TOOK_MS < RESOLVER_S * 1000 / 2)) || { echo "it took $TOOK_MS ms" >&2; false; }
    assert_fallen_back "gave up after 2." "http://$NAME: the name is not resolved in time" "name servers"
    with_names credentials --endpoint "http://$NAME"
    assert_status 69
    ((TOOK_MS < RESOLVER_S * 1000 / 2))
    assert_one_error "the name is not resolved in time"
}

@test "three name servers that are silent: no longer" {
    local number

    # What glibc does by itself: 5 s for each, twice.
    : >"$BATS_TEST_TMPDIR/resolv.conf"
    for number in 1 2 3; do
        echo "nameserver 127.0.0.$number" >>"$BATS_TEST_TMPDIR/resolv.conf"
        start_process "$BATS_TEST_TMPDIR/names-$number.out" "$TESTS/command/name-server" silent 0 "127.0.0.$number"
        assert_equal "$(ready_line "$BATS_TEST_TMPDIR/names-$number.out" "$!")" ready
    done
    set_deadline 2
    with_names run --endpoint "http://$NAME"
    assert_status 69
    ((TOOK_MS >= 2000 && TOOK_MS < 15000)) || { echo "it took $TOOK_MS ms" >&2; false; }
    assert_fallen_back "gave up after 2." "http://$NAME: the name is not resolved in time" "name servers"
}

@test "a name server that fails at first: asked again" {
    start_simulator
    start_names 127.0.0.1 6
    set_deadline 100
    with_names credentials --endpoint "http://$NAME:${IMDS_URL##*:}"
    assert_status 0
}

@test "a name server that fails for ever, and none: exit code 69 at the deadline" {
    local mode

    for mode in refused nobody; do
        [[ $mode == nobody ]] || start_names "$mode"
        set_deadline 1
        with_names credentials --endpoint "http://$NAME"
        assert_status 69
        assert_one_error "gave up after " "http://$NAME: the name cannot be resolved for now"
        stop_all
    done
}

@test "a name that does not exist: an answer, which is not waited for" {
    start_names none
    set_deadline 3600
    with_names run --endpoint "http://$NAME"
    assert_status 69
    assert_fallen_back "http://$NAME: there is no such host: check imds.endpoint"
}
