#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# What bash, zsh and fish offer for a line, as they are installed: each is a real one, and asked as a user asks it.

load ../lib

setup_file() {
    local share=$BATS_FILE_TMPDIR/installed/share

    mkdir -p "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
    cp "$REPOSITORY/packaging/completion/ec2-bootstrap.bash" "$share/bash-completion/completions/ec2-bootstrap"
    cp "$REPOSITORY/packaging/completion/_ec2-bootstrap" "$share/zsh/site-functions"
    cp "$REPOSITORY/packaging/completion/ec2-bootstrap.fish" "$share/fish/vendor_completions.d"
    export INSTALLED=$BATS_FILE_TMPDIR/installed
}

setup() {
    mkdir "$BATS_TEST_TMPDIR/here"
    cd "$BATS_TEST_TMPDIR/here" || exit
    mkdir images settings.d
    touch settings.json settings.txt
    # fish completes no command that is not there.
    PATH=$PATH:$BUILD
    COMMANDS='credentials doctor explain fetch remove run seal trust'
    LINES_OF='' WANTED=''
}

# row LINE WORDS: what is to be offered, or "= LINE", what it becomes
row() {
    local wanted=$2

    [[ $wanted == '= '* ]] || wanted=$(sorted <<<"$wanted")
    LINES_OF+=$1$'\n'
    WANTED+="$1: $wanted"$'\n'
}

sorted() {
    tr -s ' ' '\n' | sed '/^$/d' | LC_ALL=C sort | paste -sd ' '
}

# offers SHELL: the rows, in that shell; the next shell has others
offers() {
    command -v "$1" >/dev/null || skip "no $1 here"
    run "$TESTS/docs/candidates" "$1" <<<"${LINES_OF%$'\n'}"
    assert_status 0
    # Whether a directory ends in a slash, each shell has its own way.
    assert_equal "$(paste -d '\0' <(sed 's/$/: /' < <(printf %s "$LINES_OF")) \
        <(sed -E '/^= /!s,/( |$),\1,g' <<<"$output"))" "${WANTED%$'\n'}"
    LINES_OF='' WANTED=''
}

# options_of COMMAND: those of its help
options_of() {
    "$BUILD/ec2-bootstrap" "$1" --help | sed -nE 's/^  (-[a-zA-Z],|   ) --([a-z-]+).*/\1 --\2/p' | tr -d ',' | sorted
}

# Rows for all shells.
common_rows() {
    local command checks

    checks=$("$BUILD/ec2-bootstrap" doctor --list | cut -d ' ' -f 1 | sorted)
    row 'ec2-bootstrap ' \
        "$("$BUILD/ec2-bootstrap" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')"
    row 'ec2-bootstrap --root /tmp --json ' "$COMMANDS"
    row 'ec2-bootstrap --root=/tmp -q ' "$COMMANDS"
    row 'ec2-bootstrap --endpoint http://127.0.0.1:8080 ' "$COMMANDS"
    row 'ec2-bootstrap run ' ''
    row 'ec2-bootstrap doctor ' "$checks"
    row 'ec2-bootstrap doctor --verbose ' "$checks"
    row 'ec2-bootstrap --config settings.json doctor imds ' "${checks/imds /}"
    row 'ec2-bootstrap credentials --format ' 'process env env-no-export'
    row 'ec2-bootstrap explain --client ' \
        "$("$BUILD/ec2-bootstrap" explain --list-clients | grep -v '^ ' | cut -d ' ' -f 1)"
    row 'ec2-bootstrap explain --ca --client d' 'deno dnf docker'
    row 'ec2-bootstrap seal --root ' 'images settings.d'
    row 'ec2-bootstrap run --config ' 'images settings.d settings.json settings.txt'
    row 'ec2-bootstrap run --endpoint ' ''
    row 'ec2-bootstrap run --no-proxy ' ''
}

@test "bash" {
    common_rows
    for command in $COMMANDS; do
        row "ec2-bootstrap $command -" "$(options_of "$command")"
    done
    row 'ec2-bootstrap -' "$(options_of run)"
    row 'ec2-bootstrap re' '= ec2-bootstrap remove'
    row 'ec2-bootstrap credentials --format=e' '= ec2-bootstrap credentials --format=env'
    row 'ec2-bootstrap run --config=settings.' 'settings.d settings.json settings.txt'
    row 'ec2-bootstrap explain --client go,bo' '= ec2-bootstrap explain --client go,botocore'
    row 'ec2-bootstrap run --endpoint=http://127.0.0.1:8080 --res' \
        '= ec2-bootstrap run --endpoint=http://127.0.0.1:8080 --restart'
    row 'ec2-bootstrap explain http' ''
    offers bash
}

@test "zsh" {
    common_rows
    for command in $COMMANDS; do
        row "ec2-bootstrap $command -" "$(options_of "$command")"
    done
    row 'ec2-bootstrap -' "$(options_of run)"
    row 'ec2-bootstrap re' '= ec2-bootstrap remove'
    row 'ec2-bootstrap credentials --format=e' '= ec2-bootstrap credentials --format=env'
    row 'ec2-bootstrap run --config=settings.' 'settings.d settings.json settings.txt'
    # The comma goes with a blank.
    row 'ec2-bootstrap explain --client go,bo' '= ec2-bootstrap explain --client go,botocore,'
    row 'ec2-bootstrap run --endpoint=http://127.0.0.1:8080 --res' \
        '= ec2-bootstrap run --endpoint=http://127.0.0.1:8080 --restart'
    offers zsh
}

@test "fish" {
    common_rows
    for command in $COMMANDS; do
        row "ec2-bootstrap $command -" "$(options_of "$command")"
    done
    row 'ec2-bootstrap -' "$(options_of run)"
    row 'ec2-bootstrap re' remove
    row 'ec2-bootstrap credentials --format=e' '--format=env --format=env-no-export'
    row 'ec2-bootstrap explain --client go,bo' go,botocore
    row 'ec2-bootstrap run --endpoint=http://127.0.0.1:8080 --res' --restart
    row 'ec2-bootstrap explain http' ''
    offers fish
}

@test "the agent takes each format that is offered" {
    local format

    mkdir empty
    for format in env env-no-export process; do
        run "$BUILD/ec2-bootstrap" credentials --root empty --format "$format" --endpoint ftp://x.example
        assert_contains "$output" ftp
        refute_contains "$output" --format
    done
    run "$BUILD/ec2-bootstrap" credentials --root empty --format xml --endpoint ftp://x.example
    assert_contains "$output" --format
}
