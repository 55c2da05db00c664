#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# What `run` wrote, as the parsers of its consumers read it: 200 machines, each with another login.

load ../lib
load outputs

# System folders first: a Python of somebody's own may lack the modules of the consumers.
python() {
    BUILD=$BUILD TESTS=$TESTS /usr/bin/python3 -B "$@"
}

setup_file() {
    mkdir "$BATS_FILE_TMPDIR/machines"
    mount -t tmpfs -o mode=755 none "$BATS_FILE_TMPDIR/machines"
    python "$HERE/readers/make" "$BATS_FILE_TMPDIR/machines" "$BUILD/ec2-bootstrap"
}

teardown_file() {
    umount "$BATS_FILE_TMPDIR/machines"
}

# reads_what_was_meant READER
reads_what_was_meant() {
    run --separate-stderr python "$HERE/readers/read" "$1" "$BATS_FILE_TMPDIR/machines"
    [[ $status != 77 ]] || skip "$output"
    assert_status 0
}


@test "environment: PAM" {
    reads_what_was_meant pam
}

@test "systemd: an EnvironmentFile= of systemd" {
    reads_what_was_meant systemd
}

@test "snapd: an EnvironmentFile= of systemd" {
    reads_what_was_meant snapd
}

@test "drop-ins: systemd loads the units" {
    reads_what_was_meant drop-ins
}

@test "profile: dash" {
    reads_what_was_meant dash
}

@test "profile: bash" {
    reads_what_was_meant bash
}

@test "profile: zsh" {
    reads_what_was_meant zsh
}

@test "sysconfig: a login shell of SUSE" {
    reads_what_was_meant sysconfig-shell
}

@test "sysconfig: registercloudguest" {
    reads_what_was_meant registercloudguest
}

@test "apt: apt-config dump" {
    reads_what_was_meant apt
}

@test "sudo: visudo and cvtsudoers" {
    reads_what_was_meant sudo
}

@test "dnf: its own configuration object" {
    reads_what_was_meant dnf
}

@test "cloudwatch-agent: tomllib" {
    reads_what_was_meant cloudwatch-agent
}

@test "codedeploy-agent: PyYAML" {
    reads_what_was_meant codedeploy-python
}

@test "codedeploy-agent: Ruby, by its symbol" {
    reads_what_was_meant codedeploy-ruby
}

@test "docker: daemon.json as JSON" {
    reads_what_was_meant docker-json
}

@test "docker: dockerd --validate" {
    reads_what_was_meant dockerd
}

@test "ecs: an EnvironmentFile= of systemd" {
    reads_what_was_meant ecs
}
