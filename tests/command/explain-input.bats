#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Lists as nobody means them, the proxy in its own list, names that nobody answers for.

load ../lib
load command

setup() {
    make_root
}

# A list of 64 KiB, of entries that are all different.
make_long_list() {
    LONG=$(python3 -c 'print(",".join(f"n{i:05x}" for i in range(0xa00, 0x4a00))[:65536])')
}

# The output is JSON, in UTF-8.
assert_json() {
    python3 -c 'import json, sys; json.loads(open(sys.argv[1], "rb").read().decode("utf-8"))' "$OUT"
}

# as_etc FOLDER ARG...: the agent sees the folder as /etc.
as_etc() {
    local folder=$1 script=$BATS_TEST_TMPDIR/as-etc

    shift
    # shellcheck disable=SC2016 # expanded by that shell
    printf '#!/bin/sh\nmount --bind "%s" /etc && exec "$@"\n' "$folder" >"$script"
    chmod +x "$script"
    agent_under "unshare --mount -- $script" "$@"
}

# A name server that answers nothing. Writes a line for each question to QUESTIONS.
start_silent_resolver() {
    ETC=$BATS_TEST_TMPDIR/etc QUESTIONS=$BATS_TEST_TMPDIR/questions
    mkdir "$ETC"
    : >"$QUESTIONS"
    echo 'hosts: files dns' >"$ETC/nsswitch.conf"
    echo '10.1.2.3 known.example' >"$ETC/hosts"
    printf 'nameserver 127.0.0.53\nsearch corp.example\noptions timeout:30\n' >"$ETC/resolv.conf"
    start_process "$BATS_TEST_TMPDIR/resolver.out" python3 -c '
import socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.53", 53))
print("ready", flush=True)
while True:
    question = server.recv(4096)
    with open(sys.argv[1], "a") as file:
        print(question, file=file)' "$QUESTIONS"
    ready_line "$BATS_TEST_TMPDIR/resolver.out" "$!" >/dev/null
}

@test "a list of 64 KiB: explained, but not written" {
    make_long_list
    run_agent explain --json --no-proxy "$LONG" --client go http://n00a00/ http://n02a00/ http://x.example/
    assert_status 0
    assert_equal "$(json_value "$OUT" '[v["entry"] for v in d]')" '["n00a00", "n02a00", null]'
    printf 'no_proxy=%s\n' "$LONG" >"$ROOT/etc/environment"
    run_agent explain --json --client go http://n02a00/
    assert_status 0
    assert_equal "$(json_value "$OUT" '[v["entry"] for v in d]')" '["n02a00"]'

    write_settings '{"proxy": {"http": "p.example:1"}, "credentials": "off", "no_proxy": {"vpc": false}}'
    rm "$ROOT/etc/environment"
    run_agent run --no-proxy "$LONG"
    assert_status 78
    assert_one_error "no_proxy would be a line of more than " "shorten no_proxy.add"
    write_settings "{\"no_proxy\": {\"add\": [\"$LONG\"]}}" etc/ec2-bootstrap/config.d/1.json
    run_agent run
    assert_status 78
    assert_one_error "no_proxy would be a line of more than " "shorten no_proxy.add"
    assert_absent "$ROOT/etc/environment"
}

@test "bytes that are no UTF-8 come out as JSON all the same" {
    local case
    local cases=($'\xff\xfe,x.example' $'.\xff/8,.example' $'*\xffexample' $'x.example\xc3')

    for case in "${cases[@]}"; do
        run_agent explain --json --no-proxy "$case" $'http://x.example/\xff'
        [[ $status == [01] ]] || failed
        assert_json || failed
    done
    all_passed
}

@test "a NUL in a list: the line ends there, as for PAM; in the settings it is an error" {
    local case

    printf 'no_proxy=a.example,b\0c,d.example\n' >"$ROOT/etc/environment"
    run_agent explain --client go http://a.example/ http://b/ http://d.example/
    assert_status 0
    assert_contains "$output" "no_proxy  a.example,b
"
    for case in 'a\0b' 'a\\u0000b'; do
        mkdir -p "$ROOT/etc/ec2-bootstrap"
        # shellcheck disable=SC2059 # the escapes are meant
        printf "{\"no_proxy\": {\"add\": [\"$case\"]}}\n" >"$ROOT/etc/ec2-bootstrap/config.json"
        run_agent explain http://x.example/
        [[ $status == 78 ]] || failed
        assert_one_error "config.json" "line 1: not valid JSON: a NUL" || failed
    done
    all_passed
}

@test "what a list holds does not steer the terminal" {
    run_agent explain --no-proxy $'x.example\e[31m,\e]0;x\a\n' --client go http://x.example/
    assert_status 0
    refute_contains "$output" $'\e'
    assert_contains "$output" 'no_proxy  x.example?[31m,?]0;x??'
}

@test "1,000 commas: only a client that takes an empty entry for every host goes direct" {
    run_agent explain --json --no-proxy "$(head -c 1000 /dev/zero | tr '\0' ,)" http://x.example/
    [[ $status == [01] ]]
    assert_json
    assert_equal "$(json_value "$OUT" '[v["client"] for v in d if v["route"] == "error"]')" "[]"
}

@test "run --no-proxy leaves out what no client understands, naming the entry" {
    local case
    local cases=(
        $'\xff.example|it is neither a DNS name nor an IP address or block: write a name such as corp.example, or a block such as 10.0.0.0/8'
        'a b~|no_proxy entry "b~": it is neither a DNS name nor an IP address or block: write a name such as corp.example, or a block such as 10.0.0.0/8'
        '*.10.1.2.3|no name is below an address: write the address alone'
        'http://10.0.0.0/8|a URL holds no block: write the block alone, as in 10.0.0.0/8'
        'fd00::1]|its IPv6 address is not valid'
    )

    write_settings '{"credentials": "off"}'
    for case in "${cases[@]}"; do
        run_agent run --dry-run --no-proxy "${case%%|*}"
        [[ $status == 0 ]] || failed
        assert_contains "$(<"$ERR")" "warning: --no-proxy: no_proxy entry " || failed
        assert_contains "$(<"$ERR")" "${case#*|}: left out" || failed
    done
    all_passed
}

@test "the proxy itself is left out of the list, once and with a warning" {
    write_settings '{"proxy": {"http": "http://proxy.corp:3128", "https": "10.0.0.5:3128"},
        "credentials": "off", "no_proxy": {"vpc": false,
        "add": ["http://Proxy.Corp:3128/", "10.0.0.5", ".proxy.corp", "corp", "10.0.0.5/32"]}}'
    run_agent run --json
    assert_status 0
    assert_equal "$(json_value "$OUT" '[w for w in d["warnings"] if "itself" in w]')" \
        '["no_proxy entry http://Proxy.Corp:3128/, 10.0.0.5, .proxy.corp, 10.0.0.5/32 is the proxy itself: left out of no_proxy"]'
    assert_equal "$(json_value "$OUT" 'd["proxy"]["no_proxy"]')" "\"$ALWAYS,corp,.corp,*.corp\""
}

@test "a client that looks names up: found, and not found" {
    start_silent_resolver
    as_etc "$ETC" explain --no-proxy 10.0.0.0/8 --client ruby,go http://known.example/
    assert_status 1
    assert_contains "$output" "  1  http://known.example/   1 direct, 1 proxy"
    assert_equal "$(<"$QUESTIONS")" ""
    as_etc "$ETC" explain --no-proxy 10.0.0.0/8 --client ruby http://10.1.2.3/
    assert_status 0
    assert_equal "$(<"$QUESTIONS")" ""
}

@test "name servers that do not answer: explain waits two seconds, not more" {
    local start

    start_silent_resolver
    start=$(now_ms)
    as_etc "$ETC" explain --no-proxy 10.0.0.0/8 --client ruby,go \
        http://known.example/ http://a.example/ http://b.example/
    assert_status 1
    # A single question is waited with for 30 s.
    ((start + 25000 > $(now_ms)))
    assert_contains "$output" "  1  http://known.example/   1 direct, 1 proxy"
    assert_contains "$output" "  2  http://a.example/   all 2 proxy"
    assert_contains "$(<"$QUESTIONS")" '\x01a\x07example'
    refute_contains "$(<"$QUESTIONS")" '\x01b\x07example'
}

@test "no name is looked up that no client asks for" {
    start_silent_resolver
    as_etc "$ETC" explain --no-proxy 10.0.0.0/8 --client go,botocore http://a.example/
    assert_status 0
    assert_equal "$(<"$QUESTIONS")" ""
}

@test "colour on a terminal that knows it, and only there" {
    local case
    local cases=('TERM=xterm|yes' 'TERM=dumb|no' 'TERM=xterm NO_COLOR=1|no' 'TERM=xterm NO_COLOR=|yes')

    for case in "${cases[@]}"; do
        read -ra agent_environment <<<"${case%%|*}"
        OUT=$BATS_TEST_TMPDIR/pty
        # shellcheck disable=SC2016 # expanded by Python
        agent_under "python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'" \
            explain --no-proxy x.example --client go http://x.example/ </dev/null
        [[ $status == 0 ]] || failed
        assert_equal "$([[ $output == *$'\e[32mdirect'* ]] && echo yes || echo no)" "${case#*|}" || failed
    done
    all_passed
}
