# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What every .bats file starts with: `load ../lib`.
#
# Loading it fails, and no test runs, outside a private network namespace: a metadata service that
# answers on this machine may be a real one. Start tests with tests/netns.
#
#   setup:      make_root start_simulator start_proxy start_trap_proxy; stop_simulator, stop_all
#   commands:   agent, agent_environment (an array), require_tls, proxy_requests, simulator_requests, wait_until
#   assertions: assert_equal assert_status assert_contains refute_contains assert_file_equal
#               assert_absent assert_same_lines assert_trap_silent
#   documents:  json_value
#
# Start processes in setup or in the test itself: they end with the shell that started them. A file
# with a teardown of its own calls stop_all in it.

bats_require_minimum_version 1.5.0

# System commands first: tests set HOME to an empty folder, where a version manager's shims break.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH

TESTS=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
REPOSITORY=${TESTS%/*}
BUILD=${BUILD:-build}
[[ $BUILD = /* ]] || BUILD=$REPOSITORY/$BUILD

# The addresses at which a machine or a container may have a real metadata or credentials service.
METADATA_ADDRESSES=(169.254.169.254 169.254.170.2 169.254.170.23 fd00:ec2::254 fd00:ec2::23)

# Asks the kernel alone; `ip route get` sends nothing.
require_private_network() {
    local address other route

    other=$(ip -o link show up) || { echo "tests/lib.bash: ip(8) does not work" >&2; return 1; }
    other=$(sed -E '/^[0-9]+: lo:/d' <<<"$other")
    if [[ -n $other ]]; then
        echo "tests/lib.bash: not a private network namespace, no test is run:" >&2
        echo "$other" >&2
        return 1
    fi
    for address in "${METADATA_ADDRESSES[@]}"; do
        route=$(ip route get "$address" 2>/dev/null) || continue
        if [[ $route != local\ * ]]; then
            echo "tests/lib.bash: $address can be reached, no test is run: $route" >&2
            return 1
        fi
    done
}
require_private_network || exit 1

# Nothing of the caller's reaches a client: no proxy, no AWS settings, no home.
unset "${!AWS_@}" "${!EC2_BOOTSTRAP_@}" http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy \
    ALL_PROXY no_proxy NO_PROXY NOTIFY_SOCKET JOURNAL_STREAM CREDENTIALS_DIRECTORY

# -- waiting and processes

# The processes this test has started, in order.
STARTED=()

# What takes longer than this hangs, on the slowest machine too. No test needs a shorter limit.
HANGS_S=120

# wait_until COMMAND [ARG...]: until the command succeeds. Fails when it takes longer than HANGS_S.
wait_until() {
    local end=$((SECONDS + HANGS_S))

    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.01
    done
}

# start_process OUTPUT COMMAND [ARG...]: in the background, its pid in $! and in STARTED. bats waits
# for whoever holds its descriptor 3, so the process does not get it. It is killed with its test.
start_process() {
    local output=$1

    shift
    rm -f "$output" # of an earlier process: its words must not be taken for this one's
    setpriv --pdeathsig KILL -- "$@" >"$output" 2>"$output.err" </dev/null 3>&- &
    STARTED+=($!)
}

process_is_gone() {
    ! kill -0 "$1" 2>/dev/null
}

# stop_process PID: SIGTERM, then SIGKILL when that does not help. Succeeds when the process is gone.
stop_process() {
    kill "$1" 2>/dev/null || true
    wait_until process_is_gone "$1" || kill -KILL "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

stop_all() {
    local index

    for ((index = ${#STARTED[@]} - 1; index >= 0; index--)); do
        stop_process "${STARTED[index]}"
    done
    STARTED=()
}

teardown() {
    stop_all
}

# ready_line FILE PID: prints the first line of FILE, by which the process says that it is ready.
ready_line() {
    local output=$1 pid=$2

    if ! wait_until line_or_end "$output" "$pid" || [[ ! -s $output ]]; then
        echo "process $pid did not become ready; its errors:" >&2
        cat "$output.err" >&2
        return 1
    fi
    head -n 1 "$output"
}

line_or_end() {
    [[ -s $1 ]] || process_is_gone "$2"
}

# -- what tests start

# Sets ROOT: an empty tree with etc/, for --root.
make_root() {
    ROOT=$BATS_TEST_TMPDIR/root
    mkdir -p "$ROOT/etc" "$ROOT/run"
}

# start_simulator [ARG...]: the metadata service, on a free port of 127.0.0.1 or where --listen
# says. Sets IMDS_URL, SIM_PID, SIM_LOG (a JSON line per request), SIM_STATS (written on SIGUSR1 and
# at its end).
start_simulator() {
    local listen=(--listen 127.0.0.1:0)

    [[ " $* " != *" --listen "* ]] || listen=()
    SIM_LOG=$BATS_TEST_TMPDIR/simulator.log
    SIM_STATS=$BATS_TEST_TMPDIR/simulator.stats
    start_process "$BATS_TEST_TMPDIR/simulator.out" "$BUILD/imds-sim" "${listen[@]}" \
        --tree "$TESTS/imds-sim/tree.json" --log "$SIM_LOG" --stats "$SIM_STATS" "$@"
    SIM_PID=$!
    # shellcheck disable=SC2034 # for the test
    IMDS_URL=$(ready_line "$BATS_TEST_TMPDIR/simulator.out" "$SIM_PID")
}

# Also makes the simulator write SIM_STATS.
stop_simulator() {
    stop_process "$SIM_PID"
}

# What the simulator was asked for, a request a line: "PUT /latest/api/token 200"
simulator_requests() {
    python3 -c '
import json, sys
for line in open(sys.argv[1]):
    entry = json.loads(line)
    print(entry["method"], entry["path"], entry["status"])' "$SIM_LOG"
}

# start_proxy [FOLDER]: a real forward proxy, tinyproxy, on a free port; it alone sees FOLDER as /etc,
# and so the names in FOLDER/hosts. Sets PROXY_URL, and PROXY_LOG, which has a "Request" line for
# each request or CONNECT: proxy_requests.
start_proxy() {
    local config=$BATS_TEST_TMPDIR/tinyproxy.conf command attempt port

    PROXY_LOG=$BATS_TEST_TMPDIR/tinyproxy.log
    # shellcheck disable=SC2016 # expanded by the inner shell
    command='[ -z "$2" ] || mount --bind "$2" /etc; exec tinyproxy -d -c "$1"'
    # tinyproxy cannot choose a port, so try some.
    for attempt in {1..20}; do
        port=$((20000 + (RANDOM + attempt) % 12000))
        printf '%s\n' "Listen 127.0.0.1" "Port $port" "Timeout 30" "MaxClients 20" \
            "LogLevel Info" "LogFile \"$PROXY_LOG\"" >"$config"
        : >"$PROXY_LOG"
        start_process "$BATS_TEST_TMPDIR/tinyproxy.out" \
            unshare --mount -- sh -ec "$command" sh "$config" "${1-}"
        if wait_until proxy_listens_or_ended "$!" && ! process_is_gone "$!"; then
            # shellcheck disable=SC2034 # for the test
            PROXY_URL=http://127.0.0.1:$port
            return
        fi
    done
    echo "tinyproxy does not start:" >&2
    cat "$PROXY_LOG" "$BATS_TEST_TMPDIR/tinyproxy.out.err" >&2
    return 1
}

proxy_listens_or_ended() {
    grep -q 'Accepting connections' "$PROXY_LOG" || process_is_gone "$1"
}

# What the proxy was asked for, a request a line: "CONNECT name:443"
proxy_requests() {
    sed -nE 's,.*Request \(file descriptor [0-9]+\): (.*) HTTP/1\.[01]$,\1,p' "$PROXY_LOG"
}

# A proxy that nothing may reach. Sets TRAP_URL, and TRAP_LOG, which names every connection.
start_trap_proxy() {
    TRAP_LOG=$BATS_TEST_TMPDIR/trap.log
    : >"$TRAP_LOG"
    start_process "$BATS_TEST_TMPDIR/trap.out" "$TESTS/trap-proxy" "$TRAP_LOG"
    TRAP_URL=$(ready_line "$BATS_TEST_TMPDIR/trap.out" "$!")
}

# The agent's whole environment beside PATH and HOME: a test fills in NAME=VALUE.
agent_environment=()

# agent [ARG...]: runs ec2-bootstrap in that environment. 124 is the exit code of one that hangs.
agent() {
    local kept=(PATH=/usr/sbin:/usr/bin:/sbin:/bin "HOME=$BATS_TEST_TMPDIR") name

    for name in ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS; do
        [[ -z ${!name-} ]] || kept+=("$name=${!name}")
    done
    timeout "$HANGS_S" env -i "${kept[@]}" "${agent_environment[@]}" "$BUILD/ec2-bootstrap" "$@"
}

# For what is asked of AWS, and a build of the agent that has no TLS (docs/portable.md): skips the test.
require_tls() {
    ! "$BUILD/ec2-bootstrap" --version | grep -qx "TLS: none" || skip "this build of the agent has no TLS"
}

# -- assertions: each prints what it got and what it expected, in full

print_whole() {
    printf -- '--- %s\n%s\n' "$@"
}

# assert_equal ACTUAL EXPECTED
assert_equal() {
    [[ $1 == "$2" ]] || { print_whole expected "$2" actual "$1" end ""; return 1; } >&2
}

# assert_status EXPECTED: of the last `run`
assert_status() {
    # shellcheck disable=SC2154 # set by bats
    [[ $status == "$1" ]] || {
        print_whole "expected exit code" "$1" "actual exit code" "$status" "standard output" \
            "$output" "standard error (with --separate-stderr)" "${stderr-}" end ""
        return 1
    } >&2
}

# assert_contains TEXT PART
assert_contains() {
    [[ $1 == *"$2"* ]] || { print_whole "expected to contain" "$2" actual "$1" end ""; return 1; } >&2
}

# refute_contains TEXT PART
refute_contains() {
    [[ $1 != *"$2"* ]] || { print_whole "expected not to contain" "$2" actual "$1" end ""; return 1; } >&2
}

# assert_file_equal ACTUAL-FILE EXPECTED-FILE: byte for byte
assert_file_equal() {
    diff -u --label expected --label "actual: $1" -- "$2" "$1" >&2
}

# assert_same_lines ACTUAL EXPECTED: the same lines in whatever order
assert_same_lines() {
    assert_equal "$(sort <<<"$1")" "$(sort <<<"$2")"
}

# assert_absent PATH
assert_absent() {
    [[ ! -e $1 && ! -L $1 ]] || { echo "expected not to exist: $(ls -ld -- "$1")" >&2; return 1; }
}

# Nothing has come to the trap proxy. It takes connections in their order: once it has noted this
# one, it has noted all earlier ones.
assert_trap_silent() {
    local port=${TRAP_URL##*:}

    printf 'end of test' >"/dev/tcp/127.0.0.1/$port"
    wait_until grep -q "b'end of test'" "$TRAP_LOG" || { echo "the trap proxy is dead" >&2; return 1; }
    assert_equal "$(grep -v "b'end of test'" "$TRAP_LOG")" ""
}

# json_value FILE EXPRESSION: of the document d, in Python, printed as JSON
json_value() {
    python3 -c '
import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
print(json.dumps(eval(sys.argv[2]), ensure_ascii=False))' "$1" "$2"
}
