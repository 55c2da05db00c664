# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the tests of the outputs share beside ../lib.bash: `load ../lib`, `load outputs`.
#
#   output_names                 prints the name of each output of the table
#   use_memory, leave_memory     for setup and teardown: the test's folder is in memory
#   use_plain_machine            for setup: that, with nothing on it, and plain settings
#   make_root_of FOLDER          ROOT: a machine on which that tree of files stands
#   make_config CASE NAME...     CONFIG: the settings of cases/CASE.json, for these outputs
#   run_with_config COMMAND ARG  on ROOT, `run` with CONFIG, no metadata service; sets status, OUT, ERR
#   state [DIR]                  prints all of each file but its inode and times
#   identity                     prints all of each file of ROOT, these included, but no folders
#   expected_no_proxy CASE       prints the list that the case means

HERE=$TESTS/outputs
CASES=$HERE/cases

# A row of the table is the name of a C variable.
output_names() {
    grep -oE 'row\([a-z_]+\)' "$REPOSITORY/agent/outputs/table.h" | sed 's/row(//; s/)//; y/_/-/'
}

# For tests of many runs: on a disk each would wait for fsync. Undone by leave_memory.
use_memory() {
    mount -t tmpfs -o mode=755 none "$BATS_TEST_TMPDIR"
}

leave_memory() {
    umount "$BATS_TEST_TMPDIR"
}

# A machine in memory with nothing on it, and plain settings: for setup.
use_plain_machine() {
    use_memory
    make_root_of "$BATS_TEST_TMPDIR/none"
    make_config plain
}

# Folders that every machine has; the modes are unusual, so that it is seen who keeps them.
make_root_of() {
    ROOT=$BATS_TEST_TMPDIR/root
    rm -rf "$ROOT"
    mkdir -p "$ROOT/etc" "$ROOT/run/secret" "$ROOT/var/lib"
    [[ ! -e $1 ]] || cp -r -- "$1/." "$ROOT"
    cp "$CASES/password" "$ROOT/run/secret/password"
    find "$ROOT" -type d -exec chmod 751 {} + -o -type f -exec chmod 640 {} +
    chmod 600 "$ROOT/run/secret/password"
}

# make_config CASE [NAME...]; without names: "auto"
make_config() {
    local name names=

    CONFIG=$BATS_TEST_TMPDIR/config
    mkdir -p "$CONFIG/config.d"
    cp "$CASES/$1.json" "$CONFIG/config.json"
    rm -f "$CONFIG/config.d/outputs.json"
    for name in "${@:2}"; do
        names+=${names:+, }\"$name\"
    done
    [[ -z $names ]] || printf '{"outputs": [%s]}\n' "$names" >"$CONFIG/config.d/outputs.json"
}

# OUT and ERR are files, byte for byte.
# shellcheck disable=SC2034 # the variables are for assert_status
run_with_config() {
    local config=()

    OUT=$BATS_TEST_TMPDIR/out
    ERR=$BATS_TEST_TMPDIR/err
    [[ $1 != run ]] || config=(--config "$CONFIG")
    status=0
    agent "$1" --root "$ROOT" "${config[@]}" "${@:2}" >"$OUT" 2>"$ERR" || status=$?
    output=$(<"$OUT") stderr=$(<"$ERR")
}

state() {
    (
        cd "${1:-$ROOT}" || exit
        find . -printf '%p %y %m %U:%G %l\n' -type f -exec sha256sum {} + | sort
    )
}

identity() {
    (
        cd "$ROOT" || exit
        find . ! -type d -printf '%p %y %m %U:%G %l %i %T@\n' -type f -exec sha256sum {} + | sort
    )
}

expected_no_proxy() {
    python3 - "$CASES/$1.json" <<'PYTHON'
import json, sys

entries = ("localhost,127.0.0.1,169.254.169.254,169.254.170.2,169.254.170.23,"
           "fd00:ec2::254,fd00:ec2::23").split(",")
for entry in json.load(open(sys.argv[1], encoding="utf-8"))["no_proxy"].get("add", []):
    is_address = entry[0].isdigit()
    entries += [entry] if is_address else [entry, "." + entry, "*." + entry]
print(",".join(entries))
PYTHON
}

# No half-written file is left anywhere.
assert_no_temporary() {
    assert_equal "$(find "$ROOT" -name '.*.ec2-bootstrap*')" ""
}

# For tables: `COMMAND... || failed WHAT` and at the end `all_passed`, so that each is seen.
FAILED=()

failed() {
    FAILED+=("$*")
    echo "in: $*" >&2
}

all_passed() {
    ((${#FAILED[@]} == 0)) || {
        printf 'failed: %s\n' "${FAILED[@]}" >&2
        return 1
    }
}
