#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Files that are not what one expects: a clear error, or the right result; never a damaged file.

load ../lib
load outputs
load machine

# -- not a regular file

# in_the_way WORDS COMMAND: what the command makes stays there.
in_the_way() {
    local before

    "$2" "$FILE"
    before=$(state)
    fails_with 74 "$1" && remove_fails_but_leaves "$before"
}

make_socket() {
    (cd "${1%/*}" && python3 -c '
import socket, sys
socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "${1##*/}")
}

make_device() {
    mknod "$1" c 1 3
}

@test "a directory in the way" {
    for_both in_the_way "cannot be read: Is a directory" mkdir
}

@test "a FIFO does not make the agent wait" {
    for_both in_the_way "cannot be read: it is not a regular file" mkfifo
}

@test "a socket in the way" {
    for_both in_the_way "cannot be read: it is not a regular file" make_socket
}

@test "a device in the way" {
    mknod "$BATS_TEST_TMPDIR/null" c 1 3 2>/dev/null || skip "no devices can be made here"
    for_both in_the_way "cannot be read: it is not a regular file" make_device
}

# -- what belongs to a file

metadata() {
    local before after name=user.note

    put_foreign
    chmod 604 "$FILE"
    chown 1:2 "$FILE" 2>/dev/null || echo "# no other owner here" >&3
    setfattr -n "$name" -v by-hand "$FILE" || skip "this file system has no extended attributes"
    setfacl -m u:1:rw,g:2:r "$FILE" 2>/dev/null || skip "this file system has no access lists"
    before=$(metadata_of)
    run_with_config run
    assert_status 0 && is_ours || return 1
    assert_equal "$(metadata_of)" "$before" || return 1
    run_with_config remove
    assert_status 0 && is_foreign || return 1
    assert_equal "$(metadata_of)" "$before"
}

metadata_of() {
    stat -c '%a %u:%g' "$FILE"
    getfacl --numeric --absolute-names --omit-header "$FILE"
    getfattr --dump --absolute-names --match - "$FILE" | grep -v system.posix_acl
}

@test "owner, mode, access list and extended attributes are kept" {
    for_both metadata
}

# An agent started from a strict shell must not lock others out of the folders that it makes.
@test "modes do not depend on the caller's umask" {
    local loose mask

    for mask in 000 022 027 077; do
        new_machine
        rm -r "${ROOT:?}/etc/profile.d" "${ROOT:?}/var"
        (
            umask "$mask"
            run_with_config run
            exit "$status"
        ) || failed "umask $mask: $(<"$BATS_TEST_TMPDIR/err")"
        [[ $mask != 000 ]] || loose=$(state)
        assert_equal "$(state)" "$loose" || failed "umask $mask"
    done
    all_passed
}

# -- odd content

odd_content() {
    local before

    "$@" >"$FILE"
    before=$(state)
    run_with_config run
    assert_status 0 && is_ours && assert_no_temporary || return 1
    remove_leaves "$before"
}

megabytes() {
    # shellcheck disable=SC2016 # Perl's
    perl -e 'for (1 .. 100000) { print "VARIABLE_$_=" . "x" x 90 . "\n"; print "http_proxy=$_\n" if $_ % 9 == 0 }'
}

nuls() {
    printf 'A=1\0B=2\nhttp_proxy=a\0b\n\0\0\n'
}

@test "a file of 10 MB" {
    for_both odd_content megabytes
}

@test "a file with NULs" {
    for_both odd_content nuls
}

@test "an empty file" {
    for_both odd_content true
}

too_large() {
    local before

    put_foreign
    truncate -s 65M "$FILE"
    before=$(state)
    fails_with 74 "cannot be read: File too large" && remove_fails_but_leaves "$before"
}

@test "a file that is too large" {
    for_both too_large
}

# -- at once

# Twenty agents with two settings: at the end all files are those of one of them.
@test "many agents at once: each file is that of the last, nothing is lost" {
    local before index pids=() expected status case

    FOREIGN=$'umask 022\nhttp_proxy=http://old.corp:1\n'
    new_machine
    put_foreign "$ROOT$SHARED"
    put_foreign "$ROOT$OWNED"
    before=$(state)
    for case in plain password; do
        make_config "$case" environment profile systemd sudo
        run_with_config run
        assert_status 0
        identity | sed -n '/^[0-9a-f]\{64\} /p' >"$BATS_TEST_TMPDIR/expected.$case"
        cp -r "$CONFIG" "$CONFIG.$case"
    done
    run_with_config remove
    for index in {1..20}; do
        case=$( ((index % 2)) && echo plain || echo password)
        agent run --root "$ROOT" --config "$CONFIG.$case" --quiet 3>&- &
        pids+=($!)
    done
    for index in "${pids[@]}"; do
        wait "$index" || failed "an agent"
    done
    identity | sed -n '/^[0-9a-f]\{64\} /p' >"$BATS_TEST_TMPDIR/actual"
    cmp -s "$BATS_TEST_TMPDIR/actual" "$BATS_TEST_TMPDIR/expected.plain" ||
        cmp "$BATS_TEST_TMPDIR/actual" "$BATS_TEST_TMPDIR/expected.password" || failed "the end"
    assert_no_temporary
    remove_leaves "$before"
    all_passed
}

# run_and_remove ROUNDS OPTION...: so many of each, all at once.
run_and_remove() {
    local rounds=$1 index pids=() failures=0

    shift
    for ((index = 0; index < rounds; index++)); do
        agent run "$@" --config "$CONFIG" --quiet 3>&- &
        pids+=($!)
        agent remove "$@" --quiet 3>&- &
        pids+=($!)
    done
    for index in "${pids[@]}"; do
        wait "$index" || failures=$((failures + 1))
    done
    assert_equal "$failures" 0
}

in_root() {
    run_and_remove 10 --root "$ROOT"
}

# The folders of the tree are put over those of the machine, and /run is a file system of its own:
# there the lock is a file, which comes and goes. Half of the agents name the root by another path.
on_machine() {
    export -f run_and_remove agent assert_equal print_whole
    export BUILD CONFIG
    # shellcheck disable=SC2016 # expanded by that shell
    unshare --mount -- bash -ec '
        for folder in etc var/lib; do
            mount --bind "$1/$folder" "/$folder"
            [[ -e /$folder/this-is-the-test ]]
        done
        mount -t tmpfs none /run
        '"$(declare -p agent_environment)"'
        run_and_remove 10 & first=$!
        run_and_remove 10 --root /. || failed=1
        wait $first && [[ -z ${failed-} ]]
        [[ ! -e /run/ec2-bootstrap || -e /run/ec2-bootstrap/proxy.env ]]' - "$ROOT"
    rm -r "$ROOT/run/ec2-bootstrap" # of the run before
}

# The lock file, too, is there or not.
lasting_state() {
    state | grep -v '\./run'
}

all_or_nothing() {
    local before with

    new_machine
    put_foreign "$ROOT$SHARED"
    put_foreign "$ROOT$OWNED"
    touch "$ROOT"/{etc,var/lib}/this-is-the-test
    before=$(state)
    run_with_config run
    with=$(lasting_state)
    "$1" || failed "an agent, $1"
    [[ $(lasting_state) == "$with" ]] || assert_equal "$(state)" "$before" || failed "$1"
    assert_no_temporary || failed "$1"
}

@test "run and remove at once: all, or nothing" {
    local index

    FOREIGN=$'umask 022\nhttp_proxy=http://old.corp:1\n'
    for index in {1..5}; do
        all_or_nothing in_root
        all_or_nothing on_machine
    done
    all_passed
}

# run_with_another_program WHEN COMMAND...: the agent's `run`. All files are read when it calls fsync
# for the first time, and none is changed. There strace stops it (WHEN: of each time, or at each), and it
# goes on after the command.
run_with_another_program() {
    local at=$1 trace=$BATS_TEST_TMPDIR/trace other

    shift
    rm -f "$trace"
    at_each_stop "$@" 3>&- &
    other=$!
    run_traced "-f -e trace=fsync -e inject=fsync:signal=SIGSTOP$at" run
    kill "$other" 2>/dev/null || true
    wait "$other" || true
}

# at_each_stop COMMAND...: as strace's log tells of one
at_each_stop() {
    local seen=0 stopped

    while :; do
        mapfile -t stopped < <(sed -n 's/^\([0-9]*\) *--- stopped by SIGSTOP ---$/\1/p' "$trace" 2>/dev/null)
        if ((${#stopped[@]} > seen)); then
            "$@"
            kill -CONT "${stopped[seen++]}"
        else
            sleep 0.01
        fi
    done
}

changes_meanwhile() {
    put_foreign
    run_with_another_program :when=1 append_line
    assert_status 0 || return 1
    others_are_written || return 1
    is_ours || return 1
    run_with_config remove
    assert_status 0 || return 1
    assert_equal "$(<"$FILE")" "${FOREIGN}umask 027 # by another program"
}

append_line() {
    echo 'umask 027 # by another program' >>"$FILE"
}

@test "what another program writes at the same time is not lost" {
    for_both changes_meanwhile
}

appears_meanwhile() {
    run_with_another_program :when=1 put_foreign
    assert_status 0 || return 1
    is_ours || return 1
    run_with_config remove
    is_foreign
}

@test "a file that another program makes at the same time is not lost" {
    for_both appears_meanwhile
}

@test "a file that changes all the time: an error, and it is whole" {
    new_machine
    FILE=$ROOT$SHARED
    run_with_another_program "" append_line
    assert_status 74
    assert_equal "$(grep error: "$ERR")" \
        "ec2-bootstrap: error: $FILE: cannot be written: another program keeps changing it: run it again"
    others_are_written
    refute_contains "$(<"$FILE")" proxy
    assert_no_temporary
}
