#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Files and folders that are links: followed and kept, and never out of the root.

load ../lib
load outputs
load machine

# linked TARGET REAL: the link leads to REAL inside the root.
linked() {
    local before real=$ROOT$2

    mkdir -p "${real%/*}"
    put_foreign "$real"
    ln -s "$1" "$FILE"
    before=$(state)
    run_with_config run
    assert_status 0 || return 1
    assert_equal "$(readlink "$FILE")" "$1" && is_ours "$real" && assert_no_temporary || return 1
    remove_leaves "$before" && is_foreign "$real"
}

linked_beside() {
    local folder=${FILE%/*}

    linked real/file "${folder#"$ROOT"}/real/file"
}

@test "a symbolic link inside the root is followed and kept" {
    for_both linked_beside
}

@test "an absolute symbolic link begins at the root" {
    for_both linked /srv/file /srv/file
}

@test "a symbolic link up and out of the root stays in it" {
    local outside=$BATS_TEST_TMPDIR/outside

    mkdir "$outside"
    echo SAFE >"$outside/file"
    for_both linked "../../../../../../../../../../..$outside/file" "$outside/file"
    for_both linked "$outside/file" "$outside/file"
    assert_equal "$(cat "$outside"/*)" SAFE
}

chain() {
    ln -s /etc/second "$FILE"
    put_foreign "$ROOT/etc/third"
    ln -s third "$ROOT/etc/second"
    local before
    before=$(state)
    run_with_config run
    assert_status 0 || return 1
    is_ours "$ROOT/etc/third" && assert_no_temporary && remove_leaves "$before"
}

@test "a link to a link" {
    for_both chain
}

dangling() {
    local before

    mkdir "$ROOT/srv"
    ln -s /srv/file "$FILE"
    before=$(state)
    run_with_config run
    assert_status 0 || return 1
    is_ours "$ROOT/srv/file" && remove_leaves "$before"
}

@test "a dangling link: the file that it leads to is made, and goes again" {
    for_both dangling
}

dangling_without_folder() {
    local before

    ln -s /srv/missing/file "$FILE"
    before=$(state)
    fails_with 74 "cannot be written: No such file or directory" && remove_leaves "$before"
}

@test "a dangling link into a folder that is not there: no folder is made" {
    for_both dangling_without_folder
}

loop() {
    local before

    ln -s "${FILE##*/}" "$FILE"
    before=$(state)
    fails_with 74 "cannot be read: Too many levels of symbolic links" && remove_fails_but_leaves "$before"
}

@test "a link to itself" {
    for_both loop
}

hard_link() {
    local before

    put_foreign
    ln "$FILE" "$ROOT/etc/other-name"
    before=$(state)
    run_with_config run
    assert_status 0 || return 1
    is_ours && is_foreign "$ROOT/etc/other-name" && remove_leaves "$before"
}

@test "a hard link: the other name keeps the old bytes" {
    for_both hard_link
}

linked_folder() {
    local folder=${FILE%/*} before

    mkdir -p "$ROOT/srv/folder"
    cp -a "$folder/." "$ROOT/srv/folder"
    rm -r "$folder"
    ln -s /srv/folder "$folder"
    before=$(state)
    run_with_config run
    assert_status 0 || return 1
    is_ours "$ROOT/srv/folder/${FILE##*/}" && remove_leaves "$before"
}

@test "a folder that is a link inside the root" {
    for_both linked_folder
}

same_file() {
    local before

    put_foreign "$ROOT$SHARED"
    ln -s ../environment "$ROOT$OWNED"
    before=$(state)
    run_with_config run
    remove_leaves "$before"
}

@test "two outputs that are one file by a link: remove gives back what stood there" {
    new_machine
    FOREIGN=$'umask 022\n'
    same_file
}
