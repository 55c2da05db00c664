#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# An answer without an end costs few bytes and no time, whatever it is that has no end.

load ../lib
load command

# More than the limits, the buffers of the kernel and those of libcurl together.
SENT_MAX=$((4 * 1024 * 1024))

setup() {
    make_root
    write_settings '{"imds": {"deadline_s": 600, "request_timeout_ms": 60000}}'
}

# flood KIND: the agent against such a server; sets SENT
flood() {
    local sent=$BATS_TEST_TMPDIR/sent server

    rm -f "$sent"
    start_process "$BATS_TEST_TMPDIR/flood.out" "$TESTS/command/flood" "$1" "$sent"
    server=$!
    run_agent run --http-proxy a.example:1 --endpoint "http://127.0.0.1:$(ready_line "$BATS_TEST_TMPDIR/flood.out" "$server")"
    wait_until test -s "$sent"
    SENT=$(<"$sent")
    stop_process "$server"
}

@test "headers, interim answers, trailers, chunks, a body without an end: exit code 65 at once" {
    for case in headers names folded interim hints trailers extensions body chunks blanks status; do
        flood "$case"
        assert_status 65 || failed
        ((SENT <= SENT_MAX)) || { echo "$case: $SENT bytes were sent" >&2; failed; }
    done
    all_passed
}
