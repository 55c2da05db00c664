#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Files that cannot be written: the right one is named, the others are written, nothing is damaged.

load ../lib
load command

SETTINGS='{"proxy": {"http": "http://proxy.corp:3128"}, "no_proxy": {"vpc": false}, "credentials": "off"}'

setup() {
    make_root
    MOUNTED=()
    # Elsewhere than in the root, which may be full or read-only.
    printf '%s\n' "$SETTINGS" >"$BATS_TEST_TMPDIR/config.json"
}

teardown() {
    local index

    for ((index = ${#MOUNTED[@]} - 1; index >= 0; index--)); do
        umount "${MOUNTED[index]}"
    done
    chmod -R u+rwX "$BATS_TEST_TMPDIR"
    stop_all
}

run_settings() {
    run_agent run --config "$BATS_TEST_TMPDIR/config.json" "$@"
}

# mount_memory DIR SIZE
mount_memory() {
    mkdir -p "$1"
    mount -t tmpfs -o "size=$2,mode=755" none "$1"
    MOUNTED+=("$1")
}

# make_read_only DIR
make_read_only() {
    mount --bind "$1" "$1"
    MOUNTED+=("$1")
    mount -o remount,bind,ro "$1"
}

assert_systemd_written() {
    assert_contains "$(<"$ROOT/run/ec2-bootstrap/proxy.env")" http_proxy=http://proxy.corp:3128
}

assert_environment_written() {
    assert_contains "$(<"$ROOT/etc/environment")" http_proxy=http://proxy.corp:3128
}

# The one line that is an error.
error_line() {
    grep error: "$ERR"
}

@test "a read-only root: exit code 74, each file named, nothing but the errors" {
    local before

    mount_memory "$ROOT" 1m
    mkdir "$ROOT/etc"
    echo LANG=C >"$ROOT/etc/environment"
    before=$(snapshot)
    mount -o remount,bind,ro "$ROOT"
    run_settings
    assert_status 74
    assert_equal "$(<"$ERR")" \
"ec2-bootstrap: error: $ROOT/etc/environment: cannot be written: Read-only file system: mount it writable; if only the unit cannot write there: systemctl edit ec2-bootstrap.service, [Service], ReadWritePaths=$ROOT/etc
ec2-bootstrap: error: $ROOT/run/ec2-bootstrap/proxy.env: cannot be written: Read-only file system
ec2-bootstrap: warning: no file was changed; ec2-bootstrap doctor finds the cause"
    assert_equal "$(snapshot)" "$before"
}

@test "a read-only /etc: exit code 74, the file named, the other output written" {
    local before

    echo LANG=C >"$ROOT/etc/environment"
    before=$(snapshot "$ROOT/etc")
    make_read_only "$ROOT/etc"
    run_settings
    assert_status 74
    assert_equal "$(error_line)" "ec2-bootstrap: error: $ROOT/etc/environment: cannot be written: Read-only file system: mount it writable; if only the unit cannot write there: systemctl edit ec2-bootstrap.service, [Service], ReadWritePaths=$ROOT/etc"
    assert_equal "$(snapshot "$ROOT/etc")" "$before"
    assert_systemd_written
    # It works once the reason is gone.
    umount "$ROOT/etc"
    MOUNTED=()
    run_settings
    assert_status 0
    assert_environment_written
}

@test "a read-only /run: exit code 74, the other output written" {
    echo LANG=C >"$ROOT/etc/environment"
    mkdir -p "$ROOT/run/ec2-bootstrap"
    make_read_only "$ROOT/run"
    run_settings
    assert_status 74
    assert_contains "$(error_line)" "$ROOT/run/ec2-bootstrap/"
    assert_contains "$(error_line)" "Read-only file system"
    assert_environment_written
}

@test "a full disk: exit code 74, the old file whole, no temporary file, the other output written" {
    local before

    mount_memory "$ROOT/etc" 64k
    printf 'LANG=C\nhttp_proxy=http://old.corp:1\n' >"$ROOT/etc/environment"
    cat /dev/zero >"$ROOT/etc/filler" 2>/dev/null || true
    before=$(snapshot "$ROOT/etc")
    run_settings
    assert_status 74
    assert_equal "$(error_line)" "ec2-bootstrap: error: $ROOT/etc/environment: cannot be written: No space left on device: make room on that file system"
    assert_equal "$(snapshot "$ROOT/etc" | grep -v '^\. ')" "$(grep -v '^\. ' <<<"$before")"
    assert_no_temporary
    assert_systemd_written
}

@test "a full /run: exit code 74, /etc/environment written" {
    mount_memory "$ROOT/run" 64k
    cat /dev/zero >"$ROOT/run/filler" 2>/dev/null || true
    run_settings
    assert_status 74
    assert_contains "$(error_line)" "$ROOT/run/ec2-bootstrap/proxy.env: cannot be written: No space left on device"
    assert_absent "$ROOT/run/ec2-bootstrap/proxy.env"
    assert_no_temporary
    assert_environment_written
}

@test "no inode left: exit code 74, the old file whole" {
    mkdir -p "$ROOT/etc"
    mount -t tmpfs -o size=64k,nr_inodes=2,mode=755 none "$ROOT/etc"
    MOUNTED+=("$ROOT/etc")
    echo LANG=C >"$ROOT/etc/environment"
    run_settings
    assert_status 74
    assert_equal "$(error_line)" "ec2-bootstrap: error: $ROOT/etc/environment: cannot be written: No space left on device: make room on that file system"
    assert_equal "$(<"$ROOT/etc/environment")" LANG=C
    assert_systemd_written
}

@test "not a file: exit code 74, the other output written" {
    local before kind reason

    for kind in directory fifo socket; do
        rm -rf "$ROOT"
        make_root
        case $kind in
        directory) mkdir "$ROOT/etc/environment" && reason="Is a directory" ;;
        fifo) mkfifo "$ROOT/etc/environment" && reason="" ;;
        socket)
            reason=""
            (cd "$ROOT/etc" && python3 -c '
import socket
socket.socket(socket.AF_UNIX).bind("environment")')
            ;;
        esac
        before=$(snapshot "$ROOT/etc")
        run_settings
        assert_status 74
        assert_contains "$(error_line)" "$ROOT/etc/environment: cannot be "
        assert_contains "$(error_line)" "$reason"
        assert_equal "$(snapshot "$ROOT/etc")" "$before"
        assert_systemd_written
        assert_no_temporary
    done
}

@test "a folder where proxy.env should be: named, /etc/environment written" {
    mkdir -p "$ROOT/run/ec2-bootstrap/proxy.env"
    run_settings
    assert_status 74
    assert_equal "$(error_line)" "ec2-bootstrap: error: $ROOT/run/ec2-bootstrap/proxy.env: cannot be read: Is a directory: move it away"
    assert_environment_written
}

@test "two files that cannot be written: both are named, in --json too" {
    mkdir -p "$ROOT/run/ec2-bootstrap/proxy.env" "$ROOT/etc/environment"
    run_settings --json
    assert_status 74
    assert_equal "$(json_value "$OUT" '[o["error"] for o in d["outputs"]]')" \
        "[\"$ROOT/etc/environment: cannot be read: Is a directory: move it away\", \"$ROOT/run/ec2-bootstrap/proxy.env: cannot be read: Is a directory: move it away\"]"
    assert_contains "$(<"$ERR")" "$ROOT/etc/environment: cannot be read: Is a directory"
    assert_contains "$(<"$ERR")" "$ROOT/run/ec2-bootstrap/proxy.env: cannot be read: Is a directory: move it away"
}

@test "a file that could not be changed is not shown as changed, neither in --json nor in --diff" {
    echo LANG=C >"$ROOT/etc/environment"
    make_read_only "$ROOT/etc"
    run_settings --json
    assert_status 74
    assert_equal "$(json_value "$OUT" '[d["status"], d["error"]]')" \
        "[74, \"$ROOT/etc/environment: cannot be written: Read-only file system: mount it writable; if only the unit cannot write there: systemctl edit ec2-bootstrap.service, [Service], ReadWritePaths=$ROOT/etc\"]"
    assert_equal "$(json_value "$OUT" '{o["output"]: o["error"] for o in d["outputs"]}["systemd"]')" null
    assert_equal "$(json_value "$OUT" '{o["output"]: o["action"] for o in d["outputs"]}["systemd"]')" '"created"'
    assert_equal "$(json_value "$OUT" '{o["output"]: o["action"] in ("created", "changed", "removed") for o in d["outputs"]}["environment"]')" false
    rm -r "$ROOT/run"
    run_settings --diff
    assert_equal "$(grep '^+++' "$OUT")" "+++ $ROOT/run/ec2-bootstrap/proxy.env"
}

@test "a symbolic link inside the root is followed and kept" {
    local target

    for target in real/environment ../etc/real/environment; do
        rm -rf "$ROOT"
        make_root
        mkdir "$ROOT/etc/real"
        echo LANG=C >"$ROOT/etc/real/environment"
        ln -s "$target" "$ROOT/etc/environment"
        run_settings
        assert_status 0
        assert_equal "$(readlink "$ROOT/etc/environment")" "$target"
        assert_contains "$(<"$ROOT/etc/real/environment")" http_proxy=http://proxy.corp:3128
        assert_contains "$(<"$ROOT/etc/real/environment")" LANG=C
        assert_no_temporary
    done
}

@test "a symbolic link to an absolute path, or up and out, stays inside the root" {
    local outside=$BATS_TEST_TMPDIR/outside target before

    mkdir "$outside"
    echo SAFE=1 >"$outside/environment"
    before=$(snapshot "$outside")
    for target in "$outside/environment" "../../../../../../../../..$outside/environment"; do
        rm -rf "$ROOT"
        make_root
        mkdir -p "$ROOT$outside"
        echo LANG=C >"$ROOT$outside/environment"
        ln -s "$target" "$ROOT/etc/environment"
        run_settings
        assert_status 0
        assert_equal "$(snapshot "$outside")" "$before"
        assert_contains "$(<"$ROOT$outside/environment")" http_proxy=http://proxy.corp:3128
        assert_equal "$(readlink "$ROOT/etc/environment")" "$target"
    done
}

@test "a folder that is a link out of the root stays inside the root" {
    local outside=$BATS_TEST_TMPDIR/outside

    mkdir "$outside"
    rmdir "$ROOT/etc"
    ln -s "$outside" "$ROOT/etc"
    ln -s "$outside" "$ROOT/run"
    run_settings
    assert_status 74
    assert_equal "$(find "$outside" -mindepth 1)" ""
}

@test "symbolic links in a circle: exit code 74" {
    ln -s environment "$ROOT/etc/environment"
    run_settings
    assert_status 74
    assert_contains "$(error_line)" "$ROOT/etc/environment: cannot be read: Too many levels of symbolic links"
    assert_systemd_written
}

@test "no permission to write /etc: exit code 77, the file named, the other output written" {
    echo LANG=C >"$ROOT/etc/environment"
    chmod 555 "$ROOT/etc"
    agent_under "$UNPRIVILEGED" run --config "$BATS_TEST_TMPDIR/config.json"
    assert_status 77
    assert_equal "$(error_line)" "ec2-bootstrap: error: $ROOT/etc/environment: cannot be written: Permission denied: its owner or its mode asks for a capability that is lacking: ec2-bootstrap.service has a comment that says how to add it"
    assert_equal "$(<"$ROOT/etc/environment")" LANG=C
    assert_systemd_written
}

@test "no permission to read /etc/environment: exit code 77" {
    echo LANG=C >"$ROOT/etc/environment"
    chmod 000 "$ROOT/etc/environment"
    agent_under "$UNPRIVILEGED" run --config "$BATS_TEST_TMPDIR/config.json"
    assert_status 77
    assert_equal "$(error_line)" "ec2-bootstrap: error: $ROOT/etc/environment: cannot be read: Permission denied: its owner or its mode asks for a capability that is lacking: ec2-bootstrap.service has a comment that says how to add it"
    chmod 600 "$ROOT/etc/environment"
    assert_equal "$(<"$ROOT/etc/environment")" LANG=C
    assert_systemd_written
}

@test "no permission for anything: exit code 77, nothing changed" {
    local before

    chmod 555 "$ROOT" "$ROOT/etc" "$ROOT/run"
    before=$(snapshot)
    agent_under "$UNPRIVILEGED" run --config "$BATS_TEST_TMPDIR/config.json"
    assert_status 77
    assert_equal "$(<"$ERR")" \
"ec2-bootstrap: error: $ROOT/etc/environment: cannot be written: Permission denied: its owner or its mode asks for a capability that is lacking: ec2-bootstrap.service has a comment that says how to add it
ec2-bootstrap: error: $ROOT/run/ec2-bootstrap/proxy.env: cannot be written: Permission denied: its owner or its mode asks for a capability that is lacking: ec2-bootstrap.service has a comment that says how to add it
ec2-bootstrap: warning: no file was changed; ec2-bootstrap doctor finds the cause"
    assert_equal "$(snapshot)" "$before"
}

@test "what a killed run left behind is taken away" {
    echo half >"$ROOT/etc/.environment.ec2-bootstrap"
    run_settings
    assert_status 0
    assert_no_temporary
    # When nothing changes, too.
    echo half >"$ROOT/etc/.environment.ec2-bootstrap"
    run_settings
    assert_status 0
    assert_no_temporary
    # A link in its place is not followed.
    echo SAFE >"$ROOT/etc/victim"
    ln -s victim "$ROOT/etc/.environment.ec2-bootstrap"
    run_settings --no-proxy more.example
    assert_status 0
    assert_equal "$(<"$ROOT/etc/victim")" SAFE
    assert_environment_written
}

@test "credentials that are there do not hide a file that could not be written" {
    start_simulator
    mkdir "$ROOT/etc/environment"
    run_agent run --http-proxy a.example:1
    assert_status 74
    assert_contains "$(error_line)" "$ROOT/etc/environment"
}
