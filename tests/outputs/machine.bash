# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the tests of odd files share: `load ../lib`, `load outputs`, `load machine`.
#
# An odd file is tried for a file that is shared with others, and for one that is ours as a whole:
# `for_both COMMAND`. The other outputs must be written whatever is the matter with that one.

SHARED=/etc/environment
OWNED=/etc/profile.d/ec2-bootstrap.sh
UNPRIVILEGED="setpriv --bounding-set=-all --inh-caps=-all"

setup() {
    MOUNTED=()
    IMMUTABLE=()
}

teardown() {
    local path index

    for path in "${IMMUTABLE[@]}"; do
        chattr -i -a "$path"
    done
    for ((index = ${#MOUNTED[@]} - 1; index >= 0; index--)); do
        umount "${MOUNTED[index]}"
    done
    chmod -R u+rwX "$BATS_TEST_TMPDIR"
    stop_all
}

# Calls COMMAND FILE on a new machine, for a shared file and one of ours; FOREIGN is what stands in it.
for_both() {
    local file

    FOREIGN=$'umask 022\nhttp_proxy=http://old.corp:1\n'
    for file in "$SHARED" "$OWNED"; do
        new_machine
        FILE=$ROOT$file
        "$@" || failed "$file"
    done
    all_passed
}

# With a folder that is made and one that is not.
new_machine() {
    make_root_of /nowhere
    mkdir -p "$ROOT/etc/profile.d"
    make_config plain environment profile systemd sudo
}

put_foreign() {
    printf '%s' "$FOREIGN" >"${1:-$FILE}"
}

is_foreign() {
    assert_equal "$(cat "${1:-$FILE}"; echo end)" "${FOREIGN}end"
}

is_ours() {
    assert_contains "$(<"${1:-$FILE}")" http_proxy= &&
        assert_contains "$(<"${1:-$FILE}")" http://proxy.corp:3128
}

mount_at() {
    mount "${@:2}" "$1"
    MOUNTED+=("$1")
}

make_immutable() {
    chattr +i "$1" 2>/dev/null || skip "this file system has no immutable files"
    IMMUTABLE+=("$1")
}

# run_under PREFIX COMMAND...: the agent, started by another program.
run_under() {
    local folder=$BATS_TEST_TMPDIR/under prefix=$1

    shift
    mkdir -p "$folder"
    printf '#!/bin/sh\nexec %s %s "$@"\n' "$prefix" "$BUILD/ec2-bootstrap" >"$folder/ec2-bootstrap"
    chmod +x "$folder/ec2-bootstrap"
    BUILD=$folder run_with_config "$@"
}

# run_traced OPTIONS COMMAND...: the agent under strace, where LeakSanitizer does not work.
run_traced() {
    local -x ASAN_OPTIONS=detect_leaks=0

    run_under "strace -o $BATS_TEST_TMPDIR/trace $1" "${@:2}"
}

# The agent with fewer rights.
run_unprivileged() {
    run_under "$UNPRIVILEGED" "$@"
}

# Each output but the one under test.
others_are_written() {
    local file

    for file in "$SHARED" "$OWNED" /run/ec2-bootstrap/proxy.env; do
        [[ $ROOT$file == "$FILE" ]] || assert_contains "$(<"$ROOT$file")" http://proxy.corp:3128 ||
            return 1
    done
    assert_contains "$(<"$ROOT/etc/sudoers.d/50-ec2-bootstrap")" env_keep
}

# fails_with STATUS WORDS: one error, which names the file; the others are written.
fails_with() {
    run_with_config run
    refused_with "$@"
}

refused_with() {
    assert_status "$1" || return 1
    assert_contains "$(grep error: "$ERR")" "ec2-bootstrap: error: $FILE: $2" || return 1
    others_are_written && assert_no_temporary
}

# With nothing else done to the machine, `remove` leaves nothing.
remove_leaves() {
    run_with_config remove
    assert_status 0 || return 1
    assert_equal "$(state)" "$1"
}

# What cannot be read could hold something of ours: `remove` says so. All else is as it was.
remove_fails_but_leaves() {
    run_with_config remove
    assert_status 74 || return 1
    assert_contains "$(grep error: "$ERR")" "$FILE: " || return 1
    assert_equal "$(state)" "$1"
}
