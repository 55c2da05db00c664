#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Files that cannot be written: the right one is named, the others are written, nothing is damaged.

load ../lib
load outputs
load machine

# refused STATUS WORDS: the foreign file stays as it is, by identity.
refused() {
    local before

    before=$(stat -c '%i %Y %a' "$FILE")
    fails_with "$@" || return 1
    assert_equal "$(stat -c '%i %Y %a' "$FILE")" "$before" && is_foreign
}

immutable() {
    put_foreign
    make_immutable "$FILE"
    refused 77 "cannot be written: Operation not permitted: it is immutable: lsattr shows it, and chattr -i -a ends it" || return 1
    chattr -i "$FILE"
    IMMUTABLE=()
    run_with_config run
    assert_status 0 && is_ours
}

@test "an immutable file: not permitted" {
    for_both immutable
}

immutable_folder() {
    [[ $FILE == *"$OWNED" ]] || return 0
    put_foreign
    make_immutable "${FILE%/*}"
    refused 77 "cannot be written: Operation not permitted: it is immutable: lsattr shows it, and chattr -i -a ends it" || return 1
    chattr -i "${FILE%/*}"
    IMMUTABLE=()
}

@test "an immutable folder: not permitted" {
    for_both immutable_folder
}

# A container has single files mounted, /etc/resolv.conf the best known.
mount_point() {
    put_foreign
    put_foreign "$BATS_TEST_TMPDIR/mounted"
    mount_at "$FILE" --bind "$BATS_TEST_TMPDIR/mounted"
    refused 74 "cannot be written: Device or resource busy" || return 1
    umount "$FILE"
    MOUNTED=()
    is_foreign
}

@test "a file that is a mount point" {
    for_both mount_point
}

# The rest of the folder must be writable, so that other outputs are.
own_file_system() {
    local folder=${FILE%/*}

    if [[ $FILE == *"$SHARED" ]]; then
        mkdir -p "$ROOT/srv"
        folder=$ROOT/srv
        ln -s /srv/file "$FILE"
    fi
    FILE_ITSELF=$folder/${FILE##*/}
    [[ $FILE == *"$OWNED" ]] || FILE_ITSELF=$folder/file
    mount_at "$folder" -t tmpfs -o "$1" none
    put_foreign "$FILE_ITSELF"
}

leave_file_system() {
    umount "${MOUNTED[0]}"
    MOUNTED=()
}

read_only() {
    own_file_system mode=755
    mount -o remount,bind,ro "${MOUNTED[0]}"
    fails_with 74 "cannot be written: Read-only file system" && is_foreign "$FILE_ITSELF" || return 1
    mount -o remount,bind,rw "${MOUNTED[0]}"
    run_with_config run
    assert_status 0 && is_ours "$FILE_ITSELF" || return 1
    leave_file_system
}

@test "a read-only mount; all is well once it is writable" {
    for_both read_only
}

full() {
    own_file_system size=64k,mode=755
    cat /dev/zero >"${MOUNTED[0]}/filler" 2>/dev/null || true
    fails_with 74 "cannot be written: No space left on device" && is_foreign "$FILE_ITSELF" || return 1
    rm "${MOUNTED[0]}/filler"
    run_with_config run
    assert_status 0 && is_ours "$FILE_ITSELF" || return 1
    # It is full again, and now the new content is there: taking it back needs room.
    cat /dev/zero >"${MOUNTED[0]}/filler" 2>/dev/null || true
    run_with_config remove
    assert_status 74 && is_ours "$FILE_ITSELF" && assert_no_temporary || return 1
    rm "${MOUNTED[0]}/filler"
    run_with_config remove
    assert_status 0 && is_foreign "$FILE_ITSELF" || return 1
    leave_file_system
}

@test "a full disk: for run and for remove; all is well once there is room" {
    for_both full
}

forbidden() {
    put_foreign
    chmod 000 "$FILE"
    run_unprivileged run
    refused_with 77 "cannot be read: Permission denied" || return 1
    chmod 644 "$FILE"
    is_foreign
}

@test "no permission to read" {
    for_both forbidden
}

forbidden_folder() {
    local folder=${FILE%/*}

    [[ $FILE == *"$OWNED" ]] || return 0
    put_foreign
    chmod 555 "$folder"
    run_unprivileged run
    refused_with 77 "cannot be written: Permission denied" || return 1
    chmod 755 "$folder"
    is_foreign
}

@test "no permission to write" {
    for_both forbidden_folder
}

# -- what is kept aside

# A foreign file in our place is not replaced when it cannot be put aside.
cannot_be_kept() {
    put_foreign
    mount_at "$ROOT/var/lib" -t tmpfs -o mode=755 none
    mount -o remount,bind,ro "$ROOT/var/lib"
    fails_with 74 "cannot be written: Read-only file system"
    is_foreign
}

@test "a foreign file in the place of ours stays when it cannot be put aside" {
    FOREIGN=$'theirs\n'
    new_machine
    mkdir -p "$ROOT/etc/sudoers.d"
    FILE=$ROOT$OWNED
    cannot_be_kept
}

@test "no folder is made that could not be remembered" {
    new_machine
    mount_at "$ROOT/var/lib" -t tmpfs -o mode=755 none
    mount -o remount,bind,ro "$ROOT/var/lib"
    run_with_config run
    assert_status 74
    assert_equal "$(grep error: "$ERR")" \
        "ec2-bootstrap: error: $ROOT/etc/sudoers.d/50-ec2-bootstrap: cannot be written: Read-only file system"
    assert_absent "$ROOT/etc/sudoers.d"
}

@test "a file where the kept things should be" {
    local before

    FOREIGN=$'theirs\n'
    new_machine
    mkdir -p "$ROOT/etc/sudoers.d"
    FILE=$ROOT$OWNED
    put_foreign
    echo x >"$ROOT/var/lib/ec2-bootstrap"
    before=$(cd "$ROOT" && find etc/profile.d -printf '%p %i %T@\n')
    run_with_config run
    assert_status 74
    assert_contains "$(grep error: "$ERR")" "Not a directory"
    assert_equal "$(cd "$ROOT" && find etc/profile.d -printf '%p %i %T@\n')" "$before"
    is_foreign
}

# -- what goes wrong by the way

# number_of TEXT COMMAND...: which call to openat has it
number_of() {
    ASAN_OPTIONS=detect_leaks=0 strace -o "$BATS_TEST_TMPDIR/trace" -e trace=openat \
        "$BUILD/ec2-bootstrap" "${@:2}" --root "$ROOT" >&2
    grep -c . < <(sed "/\"$1/q" "$BATS_TEST_TMPDIR/trace")
}

@test "a kernel without openat2" {
    local want

    new_machine
    run_with_config run
    want=$(state)
    new_machine
    run_traced "-e trace=openat2 -e inject=openat2:error=ENOSYS" run
    assert_status 0
    assert_equal "$(state)" "$want"
}

@test "where nobody can tell whether a consumer is there, its file stays" {
    local number

    make_root_of /nowhere
    mkdir -p "$ROOT/etc/profile.d"
    make_config plain
    run_with_config run
    assert_status 0
    number=$(number_of 'profile.d", [A-Z_|]*O_PATH)' run --config "$CONFIG")
    run_traced "-e trace=openat -e inject=openat:error=EIO:when=$number" run
    assert_status 74
    assert_equal "$(grep error: "$ERR")" \
        "ec2-bootstrap: error: $ROOT$OWNED: whether its consumer is here cannot be seen: Input/output error"
    FILE=$ROOT$OWNED
    is_ours
    run_with_config remove
    assert_status 0
    assert_absent "$FILE"
}

@test "remove does not pass over a file that nobody can read" {
    local number

    make_root_of /nowhere
    make_config plain docker
    run_with_config run
    assert_status 0
    FILE=$ROOT/etc/systemd/system/docker.service.d/50-ec2-bootstrap.conf
    number=$(number_of '50-ec2-bootstrap.conf", O_RDONLY|O_NOCTTY' remove)
    run_with_config run
    run_traced "-e trace=openat -e inject=openat:error=EIO:when=$number" remove
    assert_status 74
    assert_equal "$(grep error: "$ERR")" "ec2-bootstrap: error: $FILE: cannot be read: Input/output error"
    run_with_config remove
    assert_status 0
    assert_absent "$FILE"
}

@test "an output that only checks: nothing to read, nothing in it, all is there" {
    local error="ec2-bootstrap: error: "

    make_root_of /nowhere
    FILE=$ROOT$SHARED
    make_config plain snapd
    run_with_config run
    assert_status 74
    assert_equal "$(grep error: "$ERR")" "$error$FILE: is not there, and snapd reads no other file: put \"environment\" into outputs, too"
    echo LANG=C >"$FILE"
    run_with_config run
    assert_status 74
    assert_contains "$(grep error: "$ERR")" "$FILE: "
    make_config plain snapd environment
    run_with_config run
    assert_status 0
    assert_contains "$(<"$ERR")" "$FILE: checked"
}

@test "a limit on the size of files: an error as any other" {
    new_machine
    printf '# %04000d\n' 0 >"$ROOT$SHARED"
    run_under "prlimit --fsize=3000" run
    assert_status 74
    assert_contains "$(<"$ERR")" "$ROOT$SHARED: cannot be written: File too large"
    assert_contains "$(<"$ROOT/etc/sudoers.d/50-ec2-bootstrap")" env_keep
    assert_no_temporary
}

# -- visudo has a word in it

# another_visudo STATEMENT: stands in for the real one; what it was given is in the file `asked`.
another_visudo() {
    [[ -x /usr/sbin/visudo ]] || skip "there is no visudo"
    printf '#!/bin/sh\ncd %s\ncat >input\n[ ! -s input ] || { echo "$*"; cat input; } >asked\n%s\n' \
        "$BATS_TEST_TMPDIR" "$1" >"$BATS_TEST_TMPDIR/visudo"
    chmod +x "$BATS_TEST_TMPDIR/visudo"
    mount_at /usr/sbin/visudo --bind "$BATS_TEST_TMPDIR/visudo"
}

sudoers() {
    new_machine
    FILE=$ROOT/etc/sudoers.d/50-ec2-bootstrap
    mkdir "${FILE%/*}"
}

@test "what visudo refuses is not written" {
    sudoers
    another_visudo 'test ! -s input'
    run_with_config run
    assert_status 74
    assert_equal "$(grep error: "$ERR")" \
        "ec2-bootstrap: error: $FILE: not written, as /usr/sbin/visudo refuses it: run it by hand, it says why"
    assert_absent "$FILE"
    assert_equal "$(head -n 1 "$BATS_TEST_TMPDIR/asked")" "-cf -"
    assert_contains "$(<"$ROOT$SHARED")" http://proxy.corp:3128
    umount /usr/sbin/visudo
    MOUNTED=()
    run_with_config run
    assert_status 0
    assert_equal "$(<"$FILE")" "$(tail -n +2 "$BATS_TEST_TMPDIR/asked")"
    # What does not change is not asked about.
    another_visudo 'exit 1'
    run_with_config run
    assert_status 0
}

@test "a visudo that fails by itself does not keep sudo from its variables" {
    sudoers
    # shellcheck disable=SC2016 # expanded by that shell
    another_visudo 'kill -9 $$'
    run_with_config run
    assert_status 0
    assert_contains "$(<"$FILE")" env_keep
    rm "$FILE"
    umount /usr/sbin/visudo
    another_visudo 'exit 1'
    run_with_config run
    assert_status 0
    assert_contains "$(<"$FILE")" env_keep
}
