#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Each output on a tree of files, byte for byte: golden/README.md says what is in its folder.

load ../lib
load outputs

GOLDEN=$HERE/golden

setup() {
    use_memory
}

teardown() {
    leave_memory
}

# The tree as it is compared. The password is the test's; what was put aside of daemon.json also says
# what of ours stood there before.
normalise() {
    local tree=$1 list aside=$1/var/lib/ec2-bootstrap/etc-docker-daemon.json.kept

    rm -rf "$tree/run/secret"
    [[ ! -e $aside ]] || sed -i '2s/.*//' "$aside"
    [[ $2 == long-* ]] || return 0
    # Bytes that the case has already shall not be in a dozen files more.
    list=$(expected_no_proxy "$2")
    # shellcheck disable=SC2016 # Perl's
    find "$tree" -type f -exec env LIST="$list" perl -pi -e 's/\Q$ENV{LIST}\E/\@NO_PROXY\@/g' {} +
    find "$tree" -type d -empty -delete
}

modes() {
    (cd "$ROOT" && find . -path ./run/secret -prune -o -printf '%p %y %m\n' | sort)
}

outputs_of() {
    printf '%s\n' "$1"
    [[ ! -e $GOLDEN/$1/with ]] || cat "$GOLDEN/$1/with"
}

# compare NAME CASE: the tree with the golden one. With UPDATE_GOLDEN=yes it becomes the golden one.
compare() {
    local name=$1 case=$2 after=$BATS_TEST_TMPDIR/after golden=$GOLDEN/$1/$2 expected=$GOLDEN/$1/modes

    rm -rf "$after"
    cp -r "$ROOT" "$after"
    normalise "$after" "$case"
    find "$after" -type d -empty -delete
    if [[ ${UPDATE_GOLDEN-} == yes ]]; then
        rm -rf "$golden"
        cp -r "$after" "$golden"
        find "$golden" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
        [[ $case != plain ]] || modes >"$GOLDEN/$name/modes"
        modes | cmp -s - "$GOLDEN/$name/modes" || modes >"$GOLDEN/$name/modes-$case"
    fi
    diff -r -u "$golden" "$after" >&2 || return 1
    [[ ! -e $GOLDEN/$name/modes-$case ]] || expected=$GOLDEN/$name/modes-$case
    diff -u --label expected --label modes "$expected" <(modes) >&2
}

# check NAME CASE: run, run again, remove
check() {
    local name=$1 case=$2 before written outputs

    [[ -d $GOLDEN/$name ]] || { echo "there is no folder golden/$name" >&2; return 1; }
    make_root_of "$GOLDEN/$name/before"
    before=$(state)
    mapfile -t outputs < <(outputs_of "$name")
    make_config "$case" "${outputs[@]}"
    run_with_config run
    assert_status 0 || return 1
    if [[ $case == none ]]; then
        assert_equal "$(state)" "$before" || return 1
    else
        compare "$name" "$case" || return 1
    fi
    written=$(identity)
    run_with_config run
    assert_status 0 || return 1
    assert_equal "$(identity)" "$written" || return 1
    run_with_config remove
    assert_status 0 || return 1
    assert_equal "$(state)" "$before"
}

# An output that is not in the golden folder, and a folder of no output, are failures too.
check_all() {
    local name

    for name in $(output_names); do
        check "$name" "$1" || failed "$name $1"
    done
    all_passed
}

@test "golden: plain" {
    check_all plain
}

@test "golden: a password with every reserved character" {
    check_all password
}

@test "golden: a proxy with an IPv6 address" {
    check_all ipv6
}

@test "golden: no https" {
    check_all no-https
}

@test "golden: a list of almost 1000 bytes" {
    check_all long-1000
}

@test "golden: a list of almost 8000 bytes" {
    check_all long-8000
}

@test "no proxy: no file is touched" {
    check_all none
}

@test "no proxy any more: all is as it was before" {
    local name before outputs

    for name in $(output_names); do
        make_root_of "$GOLDEN/$name/before"
        before=$(state)
        mapfile -t outputs < <(outputs_of "$name")
        make_config plain "${outputs[@]}"
        run_with_config run
        assert_status 0 || failed "$name plain"
        make_config none "${outputs[@]}"
        run_with_config run
        assert_status 0 || failed "$name none"
        assert_equal "$(state)" "$before" || failed "$name"
    done
    all_passed
}

# What one set of settings left does not shine through in the next.
@test "from each case to each other the files are those of the last" {
    local name from to outputs

    for name in $(output_names); do
        make_root_of "$GOLDEN/$name/before"
        mapfile -t outputs < <(outputs_of "$name")
        for to in long-8000 ipv6 password long-1000 no-https plain; do
            make_config "$to" "${outputs[@]}"
            run_with_config run
            assert_status 0 || failed "$name $to"
            UPDATE_GOLDEN='' compare "$name" "$to" || failed "$name: from ${from-nothing} to $to"
            from=$to
        done
    done
    all_passed
}

# All at once, as on a machine that has every consumer: the trees lie over each other.
@test "all outputs at once: each file as if its output were alone" {
    local name before case path

    make_root_of /nowhere
    for name in $(output_names); do
        [[ -e $GOLDEN/$name/with ]] || cp -r "$GOLDEN/$name/before/." "$ROOT"
    done
    before=$(state)
    mapfile -t outputs < <(output_names)
    for case in plain no-https; do
        make_config "$case" "${outputs[@]}"
        run_with_config run
        assert_status 0
        for name in "${outputs[@]}"; do
            [[ ! -e $GOLDEN/$name/with ]] || continue
            while read -r path; do
                cmp "$ROOT/$path" "$GOLDEN/$name/$case/$path" || failed "$name $case $path"
            done < <(cd "$GOLDEN/$name/$case" && find . -type f ! -path './var/lib/ec2-bootstrap/*')
        done
    done
    run_with_config remove
    assert_status 0
    assert_equal "$(state)" "$before"
    all_passed
}

@test "every folder is that of an output" {
    local known

    known=$(output_names | sort)
    assert_equal "$(cd "$GOLDEN" && find . -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort)" "$known"
}
