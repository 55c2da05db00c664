#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# What `remove` takes out, and what `run` takes out by itself when the settings no longer want it.

load ../lib
load command

SETTINGS='{"proxy": {"http": "http://proxy.corp:3128"}, "no_proxy": {"vpc": false}, "credentials": "off"}'

setup() {
    make_root
    mkdir -p "$ROOT/etc/sudoers.d" "$ROOT/etc/profile.d" "$ROOT/etc/ec2-bootstrap"
    printf 'http_proxy=http://old.corp:1\nLANG=C' >"$ROOT/etc/environment"
    printf 'mine' >"$ROOT/etc/profile.d/ec2-bootstrap.sh"
    chmod 640 "$ROOT/etc/profile.d/ec2-bootstrap.sh"
    # All that a person sees of the tree, but the settings.
    BEFORE=$(tree_state)
}

tree_state() {
    (
        cd "$ROOT" || exit
        find . ! -path './etc/ec2-bootstrap*' -printf '%p %y %m %U:%G\n' | sort
        find . ! -path './etc/ec2-bootstrap*' -type f | sort | xargs sha256sum
    )
}

@test "everything is as it was before: bytes, modes, files, folders" {
    write_settings "$SETTINGS"
    run_agent run
    assert_status 0
    assert_contains "$(<"$ROOT/etc/profile.d/ec2-bootstrap.sh")" "export http_proxy="
    assert_equal "$(<"$ROOT/var/lib/ec2-bootstrap/etc-profile.d-ec2-bootstrap.sh.kept")" mine

    run_agent remove
    assert_status 0
    assert_equal "$(normalised "$ERR")" \
"ec2-bootstrap: ROOT/etc/environment: changed
ec2-bootstrap: ROOT/run/ec2-bootstrap/proxy.env: removed
ec2-bootstrap: ROOT/run/ec2-bootstrap/services.env: unchanged
ec2-bootstrap: ROOT/etc/profile.d/ec2-bootstrap.sh: changed
ec2-bootstrap: ROOT/etc/sudoers.d/50-ec2-bootstrap: removed"
    assert_equal "$(tree_state)" "$BEFORE"
}

@test "files whose line ends somebody has changed" {
    printf 'LANG=C\nhttp_proxy=http://old.corp:1\n' >"$ROOT/etc/environment"
    write_settings "$SETTINGS"
    run_agent run
    sed -i 's/$/\r/' "$ROOT/etc/environment" "$ROOT/etc/profile.d/ec2-bootstrap.sh"
    run_agent run
    assert_status 0
    assert_equal "$(grep -c '^# BEGIN' "$ROOT/etc/environment")" 1
    refute_contains "$(<"$ROOT/etc/profile.d/ec2-bootstrap.sh")" $'\r'
    sed -i 's/$/\r/' "$ROOT/etc/environment" "$ROOT/etc/profile.d/ec2-bootstrap.sh"
    run_agent remove
    assert_status 0
    # Those that the second run had displaced had a carriage return already.
    assert_equal "$(tr -d '\r' <"$ROOT/etc/environment")" $'LANG=C\nhttp_proxy=http://old.corp:1'
    assert_equal "$(<"$ROOT/etc/profile.d/ec2-bootstrap.sh")" mine
    assert_absent "$ROOT/var/lib/ec2-bootstrap"
}

@test "where nothing of ours is, nothing happens" {
    run_agent remove --json
    assert_status 0
    assert_equal "$(jq_python 'd["status"], [o["action"] for o in d["outputs"]], d["restart"]')" \
        "(0, ['unchanged', 'unchanged', 'unchanged', 'unchanged', 'unchanged'], [])"
    assert_equal "$(tree_state)" "$BEFORE"
}

# jq_python EXPRESSION: of the JSON document d in OUT
jq_python() {
    python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$OUT" "$1"
}

@test "--dry-run --diff shows it and touches nothing" {
    local with

    write_settings "$SETTINGS"
    run_agent run
    with=$(snapshot)
    run_agent remove --dry-run --diff
    assert_status 0
    assert_contains "$(<"$OUT")" "-# BEGIN ec2-bootstrap"
    assert_contains "$(<"$OUT")" "+http_proxy=http://old.corp:1"
    assert_contains "$(<"$ERR")" "/etc/environment: changed (dry run)"
    assert_equal "$(snapshot)" "$with"
}

@test "broken settings do not keep it from removing" {
    write_settings "$SETTINGS"
    run_agent run
    write_settings '{"proxy": '
    run_agent remove
    assert_status 0
    assert_equal "$(tree_state)" "$BEFORE"
}

@test "no proxy in the settings: run leaves nothing of ours" {
    write_settings "$SETTINGS"
    run_agent run
    write_settings '{"credentials": "off"}'
    run_agent run
    assert_status 0
    assert_equal "$(tree_state)" "$BEFORE"
}

@test "an output that is no longer wanted goes, the others stay" {
    write_settings "$SETTINGS"
    run_agent run
    write_settings "${SETTINGS%\}}, \"outputs\": [\"sudo\"]}"
    run_agent run
    assert_status 0
    assert_equal "$(normalised "$ERR")" \
"ec2-bootstrap: ROOT/etc/environment: changed
ec2-bootstrap: ROOT/run/ec2-bootstrap/proxy.env: removed
ec2-bootstrap: ROOT/etc/profile.d/ec2-bootstrap.sh: changed
ec2-bootstrap: ROOT/etc/sudoers.d/50-ec2-bootstrap: unchanged
ec2-bootstrap: proxy settings are in place; no role credentials"
    rm "$ROOT/etc/sudoers.d/50-ec2-bootstrap"
    assert_equal "$(tree_state)" "$BEFORE"
}

@test "an empty list of outputs: nothing is written, and what was goes" {
    write_settings "${SETTINGS%\}}, \"outputs\": []}"
    run_agent run
    assert_status 0
    assert_equal "$(tree_state)" "$BEFORE"
    write_settings "$SETTINGS"
    run_agent run
    write_settings "${SETTINGS%\}}, \"outputs\": []}"
    run_agent run
    assert_status 0
    assert_equal "$(tree_state)" "$BEFORE"
}

@test "a named output is written where its consumer is not there, and its folders go with it" {
    write_settings "${SETTINGS%\}}, \"outputs\": [\"ssm-agent\"]}"
    run_agent run
    assert_status 0
    [[ -f $ROOT/etc/systemd/system/amazon-ssm-agent.service.d/50-ec2-bootstrap.conf ]]
    run_agent remove
    assert_status 0
    assert_equal "$(tree_state)" "$BEFORE"
}

@test "a file that cannot be brought back is an error; the others are brought back" {
    write_settings "$SETTINGS"
    run_agent run
    mount --bind "$ROOT/etc/sudoers.d" "$ROOT/etc/sudoers.d"
    mount -o remount,ro,bind "$ROOT/etc/sudoers.d"
    run_agent remove
    umount "$ROOT/etc/sudoers.d"
    assert_status 74
    assert_contains "$(<"$ERR")" "error: $ROOT/etc/sudoers.d/50-ec2-bootstrap: cannot be written: Read-only file system"
    assert_contains "$(<"$ERR")" "/etc/environment: changed"
    run_agent remove
    assert_status 0
    assert_equal "$(tree_state)" "$BEFORE"
}

@test "a read-only tree without anything of ours is no error" {
    mount --bind "$ROOT" "$ROOT"
    mount -o remount,ro,bind "$ROOT"
    run_agent remove
    umount "$ROOT"
    assert_status 0
    assert_equal "$(tree_state)" "$BEFORE"
}
