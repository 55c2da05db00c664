#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# What is printed for a person: a command that is pasted into any shell does what it says, and nothing
# that others have chosen acts on a terminal.

load ../lib
load command

# Of nobody; in two parts, so that no scanner of this repository takes it for real.
KEY=AKIA"QWERTY1234567890"

# Names that a shell, a terminal or a reader takes for something else.
# shellcheck disable=SC1003,SC2016 # they are meant as they are
NAMES=('a b' "it's" "''" '"q"' '$(touch x)' '`touch x`' '$HOME' '?' '[a]' 'a' '~' '-rf' 'a;touch x' 'a&touch x'
    'a|b' 'a>x' 'a<x' '\' 'a\nb' 'a\\b' "\$'a'" '!!' '!touch' '{a,b}' '#a' '=a' '%s' '%' '(a)' 'ü' ' ' '- '
    $'new\nline' $'\nfirst' $'\n- \n-' $'tab\t' $'bell\a' $'\e[31m' $'\r' $'\x7f' $'\xff' $'%s%n\x01!' $'\'\x01\''
    $'"$(touch x)\x01' $'`touch x`\n`' $'\x01;touch x;' $'\\\x01' $'\xc2\x9b31m' $'\u202etxt.exe' $'\u2028' $'1\x0112')
# Of these no word of a shell can be printed, or it could mean another file.
NAMELESS=($'last\n' $'\n' 'a*' $'*\x01')

# assert_plain FILE...: each is lines of characters that only show themselves.
assert_plain() {
    python3 - "$@" <<'PYTHON'
import sys, unicodedata
for path in sys.argv[1:]:
    text = open(path, "rb").read().decode("utf-8")
    odd = [c for c in text if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
    if odd:
        sys.exit("%s has %r" % (path, odd))
PYTHON
}

# plant NAME...: a file with a key for each, in a tree of this name
plant() {
    local name

    for name; do
        mkdir -p "$ROOT/run/d-$name"
        printf '%s\n' "$KEY" >"$ROOT/run/d-$name/f-$name"
        printf '%s\n' "$KEY" >"$ROOT/run/$name"
    done
}

# paste_all SHELL json|text: pastes what `seal` printed for each file: its own command, or its name behind
# "rm". Prints each that does more or less than to delete that file, and how many there were.
paste_all() {
    # shellcheck disable=SC2086 # words
    python3 - "$ROOT" "$OUT" "$2" $1 <<'PYTHON'
import json, os, subprocess, sys
root, out, what, *shell = [os.fsencode(a) for a in sys.argv[1:]]

def tree():
    return {os.path.join(at, name) for top in (root, b".") for at, _, names in os.walk(top) for name in names}

text = open(out, "rb").read()
if what == b"json":
    commands = [os.fsencode(f["clear"]) for f in json.loads(text)["findings"]]
else:
    commands = [b"rm " + line[2:line.rindex(b": access key")] for line in text.split(b"\n") if line.startswith(b"  ")]
commands = [c for c in commands if not c.endswith((b" FILE", b'?"'))]
for command in commands:
    before = tree()
    # As it is typed: a line on standard input.
    run = subprocess.run(shell, input=command + b"\n", capture_output=True)
    gone = before - tree()
    if run.returncode or run.stderr or run.stdout or len(gone) != 1 or tree() - before:
        print(command, gone, run.stderr)
print(len(commands), "commands")
PYTHON
}

@test "a command of seal clears the file that it names and no other, in every shell" {
    local case arguments

    mkdir "$BATS_TEST_TMPDIR/here"
    cd "$BATS_TEST_TMPDIR/here"
    for case in dash bash "bash --posix" "bash -o history -o histexpand" "busybox sh" "zsh -f"; do
        for arguments in --json ""; do
            # Its own name is one of them.
            ROOT=$BATS_TEST_TMPDIR/$'ro ot\'\e[31m\n$(touch x)'
            mkdir -p "$ROOT/etc"
            plant "${NAMES[@]}" "${NAMELESS[@]}"
            # shellcheck disable=SC2086 # none, where it is empty
            run_agent seal $arguments
            assert_status 1
            assert_plain "$OUT" "$ERR" || failed
            if [[ $arguments ]]; then
                assert_equal "$(paste_all "$case" json)" "$((2 * ${#NAMES[@]})) commands" || failed
            else
                # What is only shown may have a star in it.
                assert_equal "$(paste_all "$case" text)" "$((2 * ${#NAMES[@]} + 4)) commands" || failed
            fi
            rm -rf "$ROOT"
        done
    done
    all_passed
}

@test "what others have chosen is plain text on every channel" {
    local odd=$'x\e]0;x\a\x7f\xc2\x9b1m\u202e\u2066\u2028\xff'
    local notified=$BATS_TEST_TMPDIR/notified case

    make_root
    : >"$notified"
    start_process "$BATS_TEST_TMPDIR/notify.out" "$BUILD/notify-log" "$BATS_TEST_TMPDIR/notify" "$notified"
    ready_line "$BATS_TEST_TMPDIR/notify.out" "$!"
    agent_environment=("NOTIFY_SOCKET=$BATS_TEST_TMPDIR/notify")
    mkdir -p "$ROOT/sys/class/dmi/id" "$ROOT/usr" "$ROOT/etc/ec2-bootstrap/config.d"
    printf '%s\n' "$odd" >"$ROOT/sys/class/dmi/id/sys_vendor"
    printf 'A=%s\r\nhttp_proxy=http://old.corp:1/%s\n' "$odd" "$odd" >"$ROOT/etc/environment"
    write_settings '{"proxy": {"http": "http://proxy.corp:3128"}, "outputs": ["environment"]}'
    write_settings '{"no_proxy": {"add": ["a.corp"]}}' "etc/ec2-bootstrap/config.d/$odd.json"
    for case in "run --dry-run --diff --verbose" "run --verbose --json --diff" "credentials --verbose" "remove --diff" \
        "explain --client go --no-proxy $odd http://x/$odd" "run --config /$odd" "run --root-$odd" "$odd"; do
        # shellcheck disable=SC2086 # words
        run_agent $case
        assert_plain "$OUT" "$ERR" "$notified" || failed
    done
    # The settings themselves are wrong.
    for case in '{"'"$odd"'": 1}' '{"proxy": {"http": "http://'"$odd"'"}}' '{"no_proxy": {"add": ["'"$odd"'"]}}'; do
        write_settings "$case" "etc/ec2-bootstrap/config.d/z.json"
        run_agent run --json
        assert_plain "$OUT" "$ERR" "$notified" || failed
    done
    all_passed
}
