#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# Each test has a VERSION of its own.
# shellcheck disable=SC2030,SC2031
# `make release` makes a tarball of a commit that is a release, and refuses each that is none, with what to do.

load ../lib

failed() {
    echo "$*"
    return 1
}

setup() {
    [[ -e $REPOSITORY/.git ]] || skip "no clone of the repository"
    REPOSITORY=$BATS_TEST_TMPDIR/repository
    mkdir "$REPOSITORY"
    (cd "$TESTS/.." && git ls-files -z --cached --others --exclude-standard CHANGELOG.md SECURITY.md Makefile packaging units cloud-init images |
        xargs -0 cp --parents --target-directory "$REPOSITORY")
    cd "$REPOSITORY" || return
    export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example
    mkdir agent
    echo >agent/main.c
    git init --quiet
    VERSION=$(sed -n 's/^VERSION := //p' Makefile)
    commit
}

# commit: what the tree is now, with the release's tag.
commit() {
    git add --all
    git commit --quiet --message release
    git tag --force --annotate --message release "v$VERSION" >/dev/null
}

# release [CHECK...]: sets status and output.
release() {
    [[ $# -gt 0 ]] || set -- true
    run packaging/release "$VERSION" "$BATS_TEST_TMPDIR/dist" "$@"
}

# refused TEXT: by this one reason, and nothing was made.
refused() {
    assert_equal "$status" 1
    assert_contains "$output" "$1"
    assert_equal "$(wc -l <<<"$output")" 1
    [[ ! -e $BATS_TEST_TMPDIR/dist ]] || failed "a tarball was made"
}

@test "a release is made of this repository's own changelog and version" {
    release
    assert_equal "$status" 0
    assert_equal "$output" "$BATS_TEST_TMPDIR/dist/ec2-bootstrap-$VERSION.tar.gz"
    tar --list --file "$output" | grep -qx "ec2-bootstrap-$VERSION/CHANGELOG.md" || failed "no changelog in it"
}

@test "a version that is none is refused" {
    for VERSION in 0.2 0.2.0-rc1 0.2.0.1 next; do
        release
        assert_equal "$status" 1
        assert_contains "$output" "VERSION $VERSION in the Makefile is none: write MAJOR.MINOR.PATCH"
    done
}

@test "a version that stands in another place is refused" {
    echo "#define VERSION \"$VERSION\"" >>agent/main.c
    commit
    release
    refused "the version stands in agent/main.c:2 too: its one place is the Makefile"
}

@test "a version that SECURITY.md does not support is refused" {
    sed -i '/| yes |/d' SECURITY.md
    commit
    release
    refused "SECURITY.md does not say that ${VERSION%.*}.x is supported: add its row"
}

@test "a changelog without this version is refused" {
    sed -i "s/^## $VERSION - .*/## Unreleased/" CHANGELOG.md
    commit
    release
    refused "CHANGELOG.md begins with \"## Unreleased\": its first section has to be \"## $VERSION - YYYY-MM-DD\""
}

@test "a day that is none, or has not come, is refused" {
    local day words

    while read -r day words; do
        sed -i "s/^## $VERSION - .*/## $VERSION - $day/" CHANGELOG.md
        commit
        release
        refused "CHANGELOG.md: $day $words"
    done <<'END'
2026-13-01 is no day: write YYYY-MM-DD
soon is no day: write YYYY-MM-DD
2999-01-01 has not come yet: write the day of the release
END
}

@test "an empty section is refused" {
    sed -i "/^## $VERSION/,\$d" CHANGELOG.md
    printf '## %s - 2026-01-01\n\n## 0.0.1 - 2025-01-01\n\n- one\n' "$VERSION" >>CHANGELOG.md
    commit
    release
    refused "CHANGELOG.md: the section of $VERSION is empty: say what changed"
}

@test "a commit without the tag is refused" {
    git tag --delete "v$VERSION" >/dev/null
    release
    refused "there is no tag v$VERSION: git tag --annotate --message 'ec2-bootstrap $VERSION' v$VERSION"
}

@test "a tag on another commit is refused" {
    git commit --quiet --allow-empty --message later
    release
    refused "the tag v$VERSION is on another commit: git checkout v$VERSION, or raise VERSION"
}

@test "a tag without a message is refused" {
    git tag --force "v$VERSION" >/dev/null
    release
    refused "the tag v$VERSION has no message: git tag --delete v$VERSION"
}

@test "a tree that is not clean is refused" {
    echo more >>CHANGELOG.md
    echo new >other
    release
    refused "the tree is not clean, commit or remove: CHANGELOG.md other"
}

@test "a generated file that is not current is refused" {
    release sh -c 'echo "docs/doctor.md: its findings are not the agent'\''s" >&2; exit 1'
    refused "a generated file is not current: docs/doctor.md: its findings are not the agent's"
}

@test "all reasons are told at once" {
    git tag --delete "v$VERSION" >/dev/null
    echo new >other
    release false
    assert_equal "$status" 1
    assert_equal "$(wc -l <<<"$output")" 3
}
