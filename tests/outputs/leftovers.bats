#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2154
# What another program writes just as a run is killed is not lost.

load ../lib
load outputs
load machine

BACK="what another program wrote there while a run was interrupted is restored"

# A run on a new machine that is killed between the exchange of /etc/environment and the look at what
# came out; then a line of another program goes to that.
run_killed() {
    local look name

    new_machine
    FOREIGN=$'umask 022\n'
    put_foreign "$ROOT$SHARED"
    run_traced "-e trace=renameat2,newfstatat" run
    look=$(awk '/^newfstatat/ { count++; if (exchanged) { print count; exit } } /RENAME_EXCHANGE/ { exchanged = 1 }' \
        "$BATS_TEST_TMPDIR/trace")
    new_machine
    put_foreign "$ROOT$SHARED"
    run_traced "-e trace=newfstatat -e inject=newfstatat:signal=KILL:when=$look" run
    is_ours "$ROOT$SHARED" || return 1
    name=$(find "$ROOT/etc" -name '.environment.ec2-bootstrap*')
    is_foreign "$name" || return 1
    echo LATE=1 >>"$name"
}

warned() {
    assert_contains "$stderr" "ec2-bootstrap: warning: $ROOT$SHARED: $BACK"
}

@test "run brings it back, adds ours, and says so once" {
    run_killed
    run_with_config run --json
    assert_status 0
    warned
    assert_contains "$(json_value "$OUT" 'd["warnings"]')" "$BACK"
    grep -q '^LATE=1$' "$ROOT$SHARED"
    is_ours "$ROOT$SHARED"
    assert_no_temporary
    run_with_config run
    assert_equal "$(grep "$BACK" "$ERR")" ""
}

@test "remove and seal bring it back" {
    local command

    for command in remove seal; do
        run_killed
        run_with_config "$command"
        assert_status 0
        warned
        assert_equal "$(<"$ROOT$SHARED")" "${FOREIGN}LATE=1"
        assert_no_temporary
    done
}
