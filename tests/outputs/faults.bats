#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# Killed at any point, or with any system call failing, each file is whole, old or new; the next run,
# or remove, sets all right.

load ../lib
load outputs

setup() {
    use_memory
}

teardown() {
    leave_memory
}

# at_each_call kill|fail|sync SCENARIO
at_each_call() {
    run --separate-stderr /usr/bin/python3 -B "$HERE/fault-points" "$@" "$BATS_TEST_TMPDIR" \
        "$BUILD/ec2-bootstrap"
    [[ $status != 77 ]] || skip "$output"
    assert_status 0
}

@test "SIGKILL at each system call of the first run" {
    at_each_call kill first
}

@test "SIGKILL at each system call of a run with other settings" {
    at_each_call kill changed
}

@test "SIGKILL at each system call of remove" {
    at_each_call kill remove
}

@test "EIO from each system call of the first run" {
    at_each_call fail first
}

@test "EIO from each system call of a run with other settings" {
    at_each_call fail changed
}

@test "EIO from each system call of remove" {
    at_each_call fail remove
}

@test "no power cut loses a file: each is synced before it is renamed, its folder after that" {
    at_each_call sync first
}

@test "likewise in a run with other settings" {
    at_each_call sync changed
}

@test "likewise in remove" {
    at_each_call sync remove
}
