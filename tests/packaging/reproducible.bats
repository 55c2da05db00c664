#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# Whoever builds a commit, wherever and whenever, gets the same bytes.

load ../lib

REPOSITORY=$BATS_TEST_DIRNAME/../..

# Two clones, of other lengths of path; the second is of another day, with another umask, time zone and language.
setup() {
    git -C "$REPOSITORY" rev-parse --quiet --verify HEAD >/dev/null 2>&1 || skip "no clone of git's"
    copies=("$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/another/copy")
    for copy in "${copies[@]}"; do
        git -c safe.directory='*' clone --quiet "$REPOSITORY" "$copy"
    done
    find "${copies[1]}" -name .git -prune -o -type f -exec touch -d '2001-02-03' {} +
}

# both FILE COMMAND...: runs it in each, then FILE of one is FILE of the other
both() {
    local file=$1

    shift
    (cd "${copies[0]}" && umask 022 && TZ=UTC LC_ALL=C "$@") 3>&-
    (cd "${copies[1]}" && umask 077 && TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 "$@") 3>&-
    # shellcheck disable=SC2086 # a pattern
    cmp "${copies[0]}"/$file "${copies[1]}"/$file
}

make_alone() {
    env -u BUILD -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make --silent "$@"
}

@test "the agent, with what a debugger reads of it" {
    both build/ec2-bootstrap make_alone CFLAGS='-O2 -g3' all
}

@test "the tarball of the source, which is what git has of the commit" {
    both 'build/dist/ec2-bootstrap-*.tar.gz' make_alone dist
    cd "${copies[0]}"
    diff <(tar tzf build/dist/*.tar.gz | grep -v '/$' | cut -d / -f 2- | LC_ALL=C sort) \
        <(git ls-files | LC_ALL=C sort)
}

@test "the Debian package" {
    command -v dh >/dev/null || skip "no debhelper"
    both 'build/deb/ec2-bootstrap_*.deb' make_alone deb
}

@test "the RPM package" {
    command -v rpmbuild >/dev/null || skip "no rpmbuild"
    cjson=("$BUILD"/packaging/rpm/cJSON-*.tar.gz)
    [[ -e ${cjson[0]} ]] || skip "no source of cJSON: tests/packaging/prepare says why"
    CJSON_TARBALL=${cjson[0]} both 'build/rpm/ec2-bootstrap-[0-9]*.rpm' make_alone rpm
}

@test "what is built of the tarball is what is built of the commit" {
    command -v dh >/dev/null || skip "no debhelper"
    cd "${copies[0]}"
    make_alone deb dist
    mkdir "$BATS_TEST_TMPDIR/unpacked"
    tar xzf build/dist/*.tar.gz -C "$BATS_TEST_TMPDIR/unpacked"
    (cd "$BATS_TEST_TMPDIR/unpacked"/* && make_alone deb)
    cmp build/deb/ec2-bootstrap_*.deb "$BATS_TEST_TMPDIR/unpacked"/*/build/deb/ec2-bootstrap_*.deb
}
