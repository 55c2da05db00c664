#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# The command line: help, version, what is refused. Nothing here asks a metadata service.

load ../lib
load command

setup() {
    make_root
    # Should a command start after all, it must not find anything nor wait long.
    write_settings '{"imds": {"endpoint": "http://127.0.0.1:9", "deadline_s": 1}}'
    BEFORE=$(snapshot)
}

@test "the help of a command is the golden one, on standard output" {
    local command

    for command in run credentials remove seal; do
        run_agent "$command" --help
        assert_status 0
        assert_file_equal "$OUT" "$GOLDEN/help-$command.txt"
        assert_equal "$(<"$ERR")" ""
        run_agent -h "$command"
        assert_file_equal "$OUT" "$GOLDEN/help-$command.txt"
    done
    assert_equal "$(snapshot)" "$BEFORE"
}

@test "the help of the program is on standard output, in lines that fit a terminal" {
    run_agent --help
    assert_status 0
    assert_equal "$(<"$ERR")" ""
    assert_equal "$(head -n 1 "$OUT")" "Usage: ec2-bootstrap [COMMAND] [OPTION...]"
    assert_equal "$(grep -E '.{101}|[[:space:]]$' "$OUT")" ""
    cp "$OUT" "$BATS_TEST_TMPDIR/long"
    run_agent -h
    assert_file_equal "$OUT" "$BATS_TEST_TMPDIR/long"
}

@test "help names each command and each option of the contract" {
    local word

    run_agent --help
    for word in run credentials --root --config --json --verbose --quiet --version --help \
        --dry-run --diff --http-proxy --https-proxy --no-proxy --endpoint --format; do
        grep -qE -- "^ +(-[a-zA-Z], +)?$word( |\$)" "$OUT" || {
            echo "not in the help: $word" >&2
            return 1
        }
    done
    for word in 0 64 65 69 74 75 77 78; do
        grep -qE "\b$word\b" "$OUT" || { echo "exit code not in the help: $word" >&2; return 1; }
    done
}

@test "the help ends with the manual page" {
    local command

    run_agent --help
    assert_equal "$(tail -n 1 "$OUT")" "Manual: ec2-bootstrap(8), ec2-bootstrap.json(5), ec2-bootstrap-no-proxy(7)"
    for command in run credentials explain trust remove; do
        run_agent "$command" --help
        assert_equal "$(tail -n 1 "$OUT")" "Manual: ec2-bootstrap(8)"
    done
    for command in doctor fetch seal; do
        run_agent "$command" --help
        assert_equal "$(tail -n 1 "$OUT")" "Manual: ec2-bootstrap-$command(8)"
    done
}

@test "the help of a command names no option of another command" {
    run_agent credentials --help
    refute_contains "$(<"$OUT")" --dry-run
    run_agent run --help
    refute_contains "$(<"$OUT")" --format
}

@test "version is that of the Makefile" {
    local version arguments

    version=$(sed -n 's/^VERSION := //p' "$REPOSITORY/Makefile")
    for arguments in --version -V "run --version" "credentials -V" "--quiet --version"; do
        # shellcheck disable=SC2086 # words
        run_agent $arguments
        assert_status 0
        assert_equal "$(head -n 1 "$OUT")" "ec2-bootstrap $version"
        assert_equal "$(<"$ERR")" ""
    done
}

@test "version names each library with the version that runs" {
    local names='libcurl cJSON libsystemd libcrypto zlib liblzma libzstd libbz2' libraries name file

    run_agent --version
    assert_equal "$(sed -nE 's/^([A-Za-z0-9]+):? ([0-9][0-9.a-z-]* \((shared|linked in)\)|not built in|not on this machine)$/\1/p' "$OUT" |
        tr '\n' ' ')" "$names "
    assert_equal "$(sed -n 's/^TLS: ..*/TLS/p' "$OUT")" TLS
    # What the loader binds is shared.
    libraries=$(ldd "$BUILD/ec2-bootstrap")
    while read -r name file; do
        case $libraries in
        *"$file"*) assert_contains "$(grep "^$name " "$OUT")" "(shared)" ;;
        esac
    done <<'TABLE'
libcurl libcurl
cJSON libcjson.so
libsystemd libsystemd.so
libcrypto libcrypto.so
zlib libz.so
liblzma liblzma.so
libzstd libzstd.so
libbz2 libbz2.so
TABLE
}

# assert_usage_error ARGUMENTS MESSAGE
assert_usage_error() {
    # shellcheck disable=SC2086 # words
    run_agent $1
    assert_status 64 || return 1
    assert_equal "$(<"$ERR")" "ec2-bootstrap: error: $2 (see ec2-bootstrap --help)" || return 1
    assert_equal "$(<"$OUT")" ""
}

@test "bad command lines: exit code 64, one line that says what is wrong" {
    # arguments | the message
    local cases=(
        'ruun|unknown command "ruun", did you mean "run"?'
        'credential|unknown command "credential", did you mean "credentials"?'
        'zzzzzzzzzz|unknown command "zzzzzzzzzz"'
        '--cofnig x|unknown option --cofnig, did you mean --config?'
        'run --dryrun|unknown option --dryrun, did you mean --dry-run?'
        'run --zzzzzzzzzz|unknown option --zzzzzzzzzz'
        '-x|unknown option -x'
        '-vx run|unknown option -x'
        'run -xv|unknown option -x'
        'run --format env|--format does not belong to this command'
        '--format env|--format does not belong to this command'
        'credentials --dry-run|--dry-run does not belong to this command'
        'credentials --diff|--diff does not belong to this command'
        'credentials --http-proxy http://a:1|--http-proxy does not belong to this command'
        'credentials --https-proxy=http://a:1|--https-proxy does not belong to this command'
        'credentials --no-proxy a|--no-proxy does not belong to this command'
        'run --d|--d could be more than one option: write it out'
        'run --ver=1|--ver could be more than one option: write it out'
        'run --config|--config needs a value'
        'run --http-proxy|--http-proxy needs a value'
        'credentials --format|--format needs a value'
        'run --json=yes|--json takes no value'
        'run --dry-run=1|--dry-run takes no value'
        'run again|unexpected argument "again"'
        'run -- --json|unexpected argument "--json"'
        'run run|unexpected argument "run"'
        '--version ruun|unknown command "ruun", did you mean "run"?'
    )
    local case

    for case in "${cases[@]}"; do
        assert_usage_error "${case%%|*}" "${case#*|}" || failed
    done
    all_passed
    assert_equal "$(snapshot)" "$BEFORE"
}

@test "an empty command or option argument is an error" {
    run_agent ""
    assert_status 64
    assert_one_error 'unknown command ""'
    run_agent run --root ""
    assert_status 64
    assert_one_error --root
    assert_equal "$(snapshot)" "$BEFORE"
}

@test "a root that is not there: exit code 64, named" {
    run_agent run --root "$ROOT/absent"
    assert_status 64
    assert_one_error "--root $ROOT/absent: No such file or directory"
    touch "$ROOT/file"
    run_agent run --root "$ROOT/file"
    assert_status 64
    assert_one_error "--root $ROOT/file: Not a directory"
}

@test "an option may be abbreviated as long as it is clear which one is meant" {
    local option

    write_settings '{"credentials": "off", "no_proxy": {"vpc": false}}'
    BEFORE=$(snapshot)
    run_agent run --dry --http- http://proxy.corp:3128 --js
    assert_status 0
    assert_equal "$(json_value "$OUT" '[d["dry_run"], d["proxy"]["http"]]')" \
        '[true, "http://proxy.corp:3128"]'
    for option in --d --http; do
        run_agent run "$option" x
        assert_status 64
        assert_one_error "$option"
    done
    assert_equal "$(snapshot)" "$BEFORE"
}

@test "options stand before or after the command, short ones together" {
    write_settings '{"credentials": "off"}'
    run_agent --dry-run run --json
    assert_status 0
    assert_equal "$(json_value "$OUT" 'd["dry_run"]')" true
    run_agent -qV
    assert_status 0
    assert_contains "$(<"$OUT")" "ec2-bootstrap "
}

# A URL that was meant for --http-proxy, with a password in it.
@test "a password in a misplaced argument is not shown" {
    local cases=(
        "http://svc:s3kr1t@proxy.corp:3128"
        "run http://svc:s3kr1t@proxy.corp:3128"
        "run --dry-run=http://svc:s3kr1t@proxy.corp:3128"
        "run --htpp-proxy http://svc:s3kr1t@proxy.corp:3128"
        "run --htpp-proxy=http://svc:s3kr1t@proxy.corp:3128"
        "credentials --http-proxy=http://svc:s3kr1t@proxy.corp:3128"
        "--http-proxy http://svc:s3kr1t@proxy.corp:3128 -xv run"
        "explain http://svc:s3kr1t@[proxy.corp/"
    )
    local case

    for case in "${cases[@]}"; do
        # shellcheck disable=SC2086 # words
        run_agent $case
        assert_status 64 || failed
        assert_hidden s3kr1t "$OUT" "$ERR" || failed
    done
    all_passed
}

# A message or a result would go into whatever gets the number: a file, or a connection.
@test "a closed standard descriptor becomes that of no file and no connection" {
    local number trace=$BATS_TEST_TMPDIR/trace

    write_settings '{"credentials": "off", "no_proxy": {"vpc": false}}'
    for number in 0 1 2; do
        case=$number
        # What the loader opens comes before main().
        agent_under "strace -E ASAN_OPTIONS=detect_leaks=0 -e trace=open,openat,openat2,socket -o $trace \
            sh -c 'exec \"\$@\" $number>&-' sh" run
        assert_equal "$(sed -n '/"\/dev\/null"/,$p' "$trace" | grep -E '= [012]$')" \
            "openat(AT_FDCWD, \"/dev/null\", O_RDONLY) = $number" || failed
    done
    all_passed
}

@test "a result that cannot be printed is an error" {
    local case

    write_settings '{"credentials": "off"}'
    for case in "run --json" --help "credentials --help" --version; do
        status=0
        # shellcheck disable=SC2086 # words
        agent --root "$ROOT" $case >/dev/full 2>"$BATS_TEST_TMPDIR/err" || status=$?
        stderr=$(<"$BATS_TEST_TMPDIR/err")
        assert_status 74 || failed
        assert_contains "$stderr" "No space left on device" || failed
        # Closed, it must not become something else's: a socket of libcurl's, say.
        status=0
        # shellcheck disable=SC2086 # words
        agent --root "$ROOT" $case <&- >&- 2>"$BATS_TEST_TMPDIR/err" || status=$?
        stderr=$(<"$BATS_TEST_TMPDIR/err")
        assert_status 74 || failed
        assert_contains "$stderr" "Bad file descriptor" || failed
    done
    all_passed
}

@test "memory that ends before the command begins is told" {
    local number

    [[ -e $BUILD/faults-preload.so ]] || skip "memory is made to fail on x86-64 only"
    ! grep -qa __asan_init "$BUILD/ec2-bootstrap" || skip "AddressSanitizer has memory of its own"
    for number in 1 2 3; do
        # shellcheck disable=SC2034 # agent() has it
        agent_environment=("FAULT=memory:$number" "LD_PRELOAD=$BUILD/faults-preload.so")
        run_agent run --dry-run
        assert_status 71
        assert_equal "$(<"$OUT")" ""
        assert_equal "$(<"$ERR")" "ec2-bootstrap: error: out of memory"
    done
}
