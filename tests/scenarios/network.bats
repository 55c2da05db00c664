#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# The metadata service at its real addresses, behind real routes: both families, silence, and
# systemd's lock.
#
# Each test has two network namespaces of its own inside the private one, joined by a cable. On the
# `host` the simulator serves the real addresses, on its loopback interface; on the `instance` the
# agent runs. Both vanish with the test, so nothing needs to be put back.

# shellcheck disable=SC2030,SC2031,SC2034 # tests are subshells; the libraries use their variables

load ../lib
load ../command/command

IPV4=169.254.169.254
IPV6=fd00:ec2::254
GATEWAY4=10.9.0.1
GATEWAY6=fd09::1
# systemd-imdsd(8)
MARK=0x7FFF0815

# A request may take a minute: whoever waited for silence would be late, on the slowest machine too.
PROXY='"proxy": {"http": "http://proxy.corp:3128"}'
PATIENT='"imds": {"deadline_s": 100, "request_timeout_ms": 60000}'
QUICK_MS=30000

setup() {
    # A test that goes through both families starts again for the second.
    stop_all
    rm -rf "${BATS_TEST_TMPDIR:?}"/*
    make_root
    write_settings "{$PROXY, $PATIENT}"
    make_namespace host
    HOST=$!
    make_namespace instance
    INSTANCE=$!
    ip link add name cable netns "$INSTANCE" type veth peer name cable netns "$HOST"
    configure "$HOST" "$GATEWAY4/24" "$GATEWAY6/64"
    configure "$INSTANCE" 10.9.0.2/24 fd09::2/64
    in_namespace "$INSTANCE" ip route add "$IPV4" via "$GATEWAY4"
    in_namespace "$INSTANCE" ip -6 route add "$IPV6" via "$GATEWAY6"
    assert_equal "$(in_namespace "$INSTANCE" ip -o link show up | cut -d ' ' -f 2 | xargs)" \
        "lo: $(in_namespace "$INSTANCE" ip -o link show cable | cut -d ' ' -f 2)"
}

# make_namespace NAME: a process that holds it, in $!
make_namespace() {
    start_process "$BATS_TEST_TMPDIR/$1.out" unshare --net -- sh -c 'echo ready; exec sleep infinity'
    assert_equal "$(ready_line "$BATS_TEST_TMPDIR/$1.out" "$!")" ready
    [[ $(readlink "/proc/$!/ns/net") != "$(readlink /proc/self/ns/net)" ]]
}

# in_namespace PID COMMAND [ARG...]
in_namespace() {
    local pid=$1

    shift
    nsenter "--net=/proc/$pid/ns/net" -- "$@"
}

# configure PID ADDRESS...: what is at its end of the cable
configure() {
    local pid=$1 address

    shift
    in_namespace "$pid" ip link set lo up
    in_namespace "$pid" ip link set cable up
    for address; do
        if [[ $address == *:* ]]; then
            in_namespace "$pid" ip addr add "$address" dev cable nodad
        else
            in_namespace "$pid" ip addr add "$address" dev cable
        fi
    done
}

# give_address ADDRESS: to the host. An address that it has not is silence, for it is no router; one
# that it has is "connection refused" until serve.
give_address() {
    if [[ $1 == *:* ]]; then
        in_namespace "$HOST" ip addr add "$1/128" dev lo nodad
    else
        in_namespace "$HOST" ip addr add "$1/32" dev lo
    fi
}

# serve ADDRESS: a simulator of its own, which logs to ADDRESS.log
serve() {
    local listen=$1:80 log=$BATS_TEST_TMPDIR/$1.log

    [[ $1 != *:* ]] || listen="[$1]:80"
    give_address "$1"
    start_process "$BATS_TEST_TMPDIR/$1.out" nsenter "--net=/proc/$HOST/ns/net" -- \
        "$BUILD/imds-sim" --tree "$TESTS/imds-sim/tree.json" --listen "$listen" --log "$log"
    ready_line "$BATS_TEST_TMPDIR/$1.out" "$!" >/dev/null
}

# requests_at ADDRESS: their number
requests_at() {
    wc -l <"$BATS_TEST_TMPDIR/$1.log"
}

# on_instance ARG...: the agent there, as root; sets status, OUT, ERR and TOOK_MS
on_instance() {
    on_instance_under "" "$@"
}

# on_instance_under PREFIX ARG...
on_instance_under() {
    local started prefix=$1

    shift
    started=$(now_ms)
    agent_under "nsenter --net=/proc/$INSTANCE/ns/net -- $prefix" "$@"
    TOOK_MS=$(($(now_ms) - started))
}

assert_quick() {
    ((TOOK_MS < QUICK_MS)) || assert_equal "$TOOK_MS ms" "less than $QUICK_MS ms"
}

# assert_used ADDRESS MARKED: what --json says
assert_used() {
    local endpoint=http://$1 family=ipv4

    [[ $1 != *:* ]] || { endpoint="http://[$1]" && family=ipv6; }
    assert_status 0
    assert_equal "$(json_value "$OUT" '[d["imds"][key] for key in ("endpoint", "family", "marked")]')" \
        "[\"$endpoint\", \"$family\", $2]"
    assert_contains "$(<"$ROOT/etc/environment")" http_proxy=http://proxy.corp:3128
}

# family ADDRESS: for ip(8)
family() {
    [[ $1 == *:* ]] && echo -6 || echo -4
}

gateway() {
    [[ $1 == *:* ]] && echo "$GATEWAY6" || echo "$GATEWAY4"
}

# lock ADDRESS: as systemd does, by a route that prohibits it to all but marked packets
lock() {
    in_namespace "$INSTANCE" ip "$(family "$1")" route del "$1"
    in_namespace "$INSTANCE" ip "$(family "$1")" route add prohibit "$1"
    in_namespace "$INSTANCE" ip "$(family "$1")" route add "$1" via "$(gateway "$1")" table 100
    in_namespace "$INSTANCE" ip "$(family "$1")" rule add pref 100 fwmark "$MARK" lookup 100
}

# no_route_but_to ADDRESS
no_route_but_to() {
    local other

    other=$(other_than "$1")
    in_namespace "$INSTANCE" ip "$(family "$other")" route del "$other"
}

# The address that is not $1
other_than() {
    [[ $1 == "$IPV4" ]] && echo "$IPV6" || echo "$IPV4"
}

@test "both families answer: one is used, and only that one after the token" {
    local used

    serve "$IPV4"
    serve "$IPV6"
    on_instance run --json
    used=$(json_value "$OUT" 'd["imds"]["endpoint"]' | tr -d '"[]')
    used=${used#http://}
    assert_used "$used" false
    assert_quick
    (($(requests_at "$used") >= 6))
    (($(requests_at "$(other_than "$used")") <= 1))
}

@test "one family answers, the other refuses" {
    local address

    for address in "$IPV4" "$IPV6"; do
        setup
        serve "$address"
        give_address "$(other_than "$address")"
        on_instance run --json
        assert_used "$address" false
        assert_quick
    done
}

@test "one family answers, the other is silence: no waiting for it" {
    local address

    for address in "$IPV4" "$IPV6"; do
        setup
        serve "$address"
        on_instance run --json
        assert_used "$address" false
        assert_quick
    done
}

@test "one family answers, to the other there is no route, or an unfriendly one" {
    local address other type

    for address in "$IPV4" "$IPV6"; do
        for type in none blackhole unreachable; do
            setup
            other=$(other_than "$address")
            serve "$address"
            no_route_but_to "$address"
            [[ $type == none ]] ||
                in_namespace "$INSTANCE" ip "$(family "$other")" route add "$type" "$other"
            on_instance run --json
            assert_used "$address" false
            assert_quick
        done
    done
}

@test "an instance without IPv6, and one without IPv4" {
    serve "$IPV4"
    in_namespace "$INSTANCE" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
    on_instance run --json
    assert_used "$IPV4" false
    assert_quick

    setup
    serve "$IPV6"
    in_namespace "$INSTANCE" ip addr del 10.9.0.2/24 dev cable
    on_instance run --json
    assert_used "$IPV6" false
    assert_quick
}

@test "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: only that family is asked" {
    local mode address

    serve "$IPV4"
    serve "$IPV6"
    for mode in IPv4 ipv4 IPv6 IPV6; do
        address=$IPV4
        [[ ${mode,,} == ipv4 ]] || address=$IPV6
        : >"$BATS_TEST_TMPDIR/$(other_than "$address").log"
        agent_environment=("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=$mode")
        on_instance run --json
        assert_used "$address" false
        assert_equal "$(requests_at "$(other_than "$address")")" 0
    done
    agent_environment=(AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv5)
    on_instance run
    assert_status 78
    assert_one_error AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE '"IPv5"'
}

@test "imds.mode stands over the environment" {
    serve "$IPV4"
    serve "$IPV6"
    write_settings '{"proxy": {"http": "http://proxy.corp:3128"}, "imds": {"mode": "ipv6", "request_timeout_ms": 60000}}'
    agent_environment=(AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv4)
    on_instance run --json
    assert_used "$IPV6" false
    assert_equal "$(requests_at "$IPV4")" 0
}

@test "silence on both: exit code 69 at the deadline, though a request may take longer" {
    write_settings '{"imds": {"deadline_s": 1, "request_timeout_ms": 60000}, "proxy": {"http": "a.example:1"}}'
    on_instance run
    assert_status 69
    assert_fallen_back "gave up after " "no answer in time" "check that this is an EC2 instance"
    assert_quick
}

@test "silence, and no facts are kept: the subnets of the interfaces that are up and the VPC's" {
    mkdir -p "$ROOT/sys/class/dmi/id"
    echo i-0123456789abcdef0 >"$ROOT/sys/class/dmi/id/board_asset_tag"
    in_namespace "$INSTANCE" ip link add docker0 type bridge
    in_namespace "$INSTANCE" ip addr add 172.17.0.1/16 dev docker0
    in_namespace "$INSTANCE" ip link set docker0 up
    in_namespace "$INSTANCE" ip link add eth1 type veth peer name eth2
    in_namespace "$INSTANCE" ip addr add 10.8.0.1/24 dev eth1
    in_namespace "$INSTANCE" ip addr add 10.9.16.9/20 dev cable
    write_settings "{\"imds\": {\"deadline_s\": 1}, $PROXY}"
    on_instance run --json
    assert_status 69
    assert_fallen_back "gave up after "
    assert_contains "$(<"$ERR")" "no_proxy has the subnets of this machine's interfaces (10.9.0.0/24, \
10.9.16.0/20) instead of the VPC's blocks, and lacks the VPC's private DNS names: what"
    assert_equal "$(json_value "$OUT" '[d["facts"], d["proxy"]["no_proxy"]]')" \
        "[\"interfaces\", \"$ALWAYS,10.9.0.0/24,10.9.16.0/20\"]"
}

@test "an address that comes up late is found" {
    write_settings "{$PROXY, \"imds\": {\"deadline_s\": 600, \"request_timeout_ms\": 1000}}"
    OUT=$BATS_TEST_TMPDIR/agent.out
    start_process "$OUT" nsenter "--net=/proc/$INSTANCE/ns/net" -- env -i PATH=/usr/bin:/bin \
        "$BUILD/ec2-bootstrap" run --json --root "$ROOT"
    AGENT_PID=$!
    ERR=$OUT.err
    sleep 1
    serve "$IPV6"
    wait_agent
    assert_used "$IPV6" false
}

@test "systemd's lock: passed with the mark, and said so" {
    local address

    for address in "$IPV4" "$IPV6"; do
        setup
        serve "$address"
        no_route_but_to "$address"
        lock "$address"
        # The lock is real: without the mark the kernel refuses.
        run in_namespace "$INSTANCE" ip route get "$address"
        assert_contains "$output" "Permission denied"
        on_instance run --json
        assert_used "$address" true
        assert_quick
        assert_contains "$(<"$ERR")" "systemd locks the metadata service away: packets with the mark $MARK pass"
        on_instance credentials
        assert_status 0
        assert_equal "$(json_value "$OUT" 'd["SecretAccessKey"]')" "\"$SECRET_ACCESS_KEY\""
    done
}

@test "systemd's lock on both families" {
    serve "$IPV4"
    serve "$IPV6"
    lock "$IPV4"
    lock "$IPV6"
    on_instance run --json
    assert_status 0
    assert_equal "$(json_value "$OUT" 'd["imds"]["marked"]')" true
    assert_quick
}

@test "systemd's lock on one family, the other answers: no mark" {
    local address

    for address in "$IPV4" "$IPV6"; do
        setup
        serve "$IPV4"
        serve "$IPV6"
        lock "$address"
        on_instance run --json
        assert_used "$(other_than "$address")" false
        assert_quick
    done
}

# A request's time goes by until the silence is noticed, not more.
@test "systemd's lock on the family that serves, silence on the other" {
    local address

    for address in "$IPV4" "$IPV6"; do
        setup
        serve "$address"
        lock "$address"
        write_settings "{$PROXY, \"imds\": {\"deadline_s\": 100, \"request_timeout_ms\": 2000}}"
        on_instance run --json
        assert_used "$address" true
        assert_quick
    done
}

@test "systemd's lock without CAP_NET_ADMIN: exit code 77, the capability named" {
    local address

    for address in "$IPV4" "$IPV6"; do
        setup
        serve "$address"
        no_route_but_to "$address"
        lock "$address"
        on_instance_under "$UNPRIVILEGED" run
        assert_status 77
        assert_fallen_back "$MARK" CAP_NET_ADMIN
        assert_quick
        on_instance_under "$UNPRIVILEGED" credentials
        assert_status 77
        assert_one_error "$MARK" CAP_NET_ADMIN
        assert_quick
        assert_equal "$(<"$OUT")" ""
        assert_equal "$(requests_at "$address")" 0
    done
}

@test "the error of systemd's lock names the address that is locked" {
    local address

    for address in "$IPV4" "$IPV6"; do
        setup
        serve "$address"
        no_route_but_to "$address"
        lock "$address"
        on_instance_under "$UNPRIVILEGED" credentials
        assert_status 77
        assert_one_error "$address" "$MARK"
    done
}

@test "without the lock no capability is needed for the metadata service" {
    serve "$IPV4"
    on_instance_under "$UNPRIVILEGED" credentials
    assert_status 0
    assert_equal "$(json_value "$OUT" 'd["SecretAccessKey"]')" "\"$SECRET_ACCESS_KEY\""
}

@test "prohibited also to marked packets: exit code 69, the mark named" {
    local family address

    write_settings '{"imds": {"deadline_s": 1}, "proxy": {"http": "a.example:1"}}'
    for address in "$IPV4" "$IPV6"; do
        family=$(family "$address")
        in_namespace "$INSTANCE" ip "$family" route del "$address"
        in_namespace "$INSTANCE" ip "$family" route add prohibit "$address"
    done
    on_instance run
    assert_status 69
    assert_fallen_back "prohibited" "$MARK" "a route or a firewall rule"
    assert_quick
}
