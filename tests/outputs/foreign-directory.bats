#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2015,SC2030,SC2031,SC2034,SC2154
# A directory that belongs to another user than root: he gets nothing that he did not have, root's files
# stay as they are, and it costs no more than its own output.

load ../lib
load outputs
load machine

HIS=1234
AGENT=/opt/aws/amazon-cloudwatch-agent
TOML=$AGENT/etc/common-config.toml
UNIT_RIGHTS="setpriv --bounding-set=-all,+net_raw --inh-caps=-all"
DROPIN_RIGHTS="setpriv --bounding-set=-all,+net_raw,+setuid,+setgid --inh-caps=-all"

setup() {
    MOUNTED=()
    IMMUTABLE=()
    use_memory
}

teardown() {
    stop_all
    leave_memory
}

# A file that only root reads.
put_secret() {
    SECRET=$ROOT/srv/secret
    mkdir -p "$ROOT/srv"
    echo "# a line of root" >"$SECRET"
    chmod 600 "$SECRET"
    SECRET_STATE=$(stat -c '%i %u:%g %a %Y %h' "$SECRET"; cat "$SECRET")
}

secret_is_safe() {
    assert_equal "$(stat -c '%i %u:%g %a %Y %h' "$SECRET"; cat "$SECRET")" "$SECRET_STATE" || return 1
    assert_absent "$ROOT/srv/made"
}

# The machine with a CloudWatch agent that runs as another user.
new_agent() {
    make_root_of /nowhere
    mkdir -p "$ROOT$AGENT/bin" "$ROOT$AGENT/etc"
    chmod -R a+rX "$ROOT/opt"
    FILE=$ROOT$TOML
    echo "# theirs" >"$FILE"
    chown -R "$HIS:$HIS" "${FILE%/*}"
    make_config plain environment cloudwatch-agent
    put_secret
}

leaves_out() {
    assert_contains "$(grep warning: "$ERR")" "ec2-bootstrap: warning: ${1:-$FILE}: " &&
        assert_contains "$(grep warning: "$ERR")" " is left out"
}

# -- what an output does, each of them

# Prints the files that a run of all outputs writes, with a golden tree of each.
all_outputs() {
    local name

    make_root_of /nowhere
    for name in $(output_names); do
        [[ ! -d $HERE/golden/$name/before ]] || cp -r "$HERE/golden/$name/before/." "$ROOT"
    done
    # shellcheck disable=SC2046 # words
    make_config plain $(output_names)
    run_with_config run --json
    assert_status 0 || return 1
    python3 -c 'import json, sys
print("\n".join({o["path"] for o in json.load(sys.stdin)["outputs"] if o["action"] != "checked"}))' <"$OUT" | sort
}

# attack PATH TARGET: its directory is his, and it is a link of his.
attack() {
    local file=$ROOT$1

    rm -f "$file"
    mkdir -p "${file%/*}"
    ln -s "$2" "$file"
    chown -h "$HIS:$HIS" "$file" "${file%/*}"
}

each_output() {
    local path

    all_outputs >"$BATS_TEST_TMPDIR/paths" || return 1
    (($(wc -l <"$BATS_TEST_TMPDIR/paths") > 12)) || return 1
    while read -r path; do
        all_outputs >/dev/null
        put_secret
        attack "$path" "$1"
        run_with_config run
        assert_status 0 && secret_is_safe && nothing_is_his && leaves_out "$ROOT$path" || failed "run: $path"
        run_with_config remove
        secret_is_safe && assert_equal "$(readlink "$ROOT$path")" "$1" || failed "remove: $path"
        run_with_config seal --dry-run
        run_with_config seal
        secret_is_safe || failed "seal: $path"
    done <"$BATS_TEST_TMPDIR/paths"
    all_passed
}

@test "each output: a link to a file that only root reads is not followed" {
    each_output /srv/secret
}

@test "each output: a link to a file that is not there makes none" {
    each_output ../../../../../../srv/made
}

# -- other ways to lead it astray

# Nothing of his has root's bytes.
nothing_is_his() {
    assert_equal "$(find "$ROOT" -user "$HIS" -type f -exec grep -l 'line of root' {} +)" ""
}

@test "a hard link to a file of root is neither read nor replaced" {
    new_agent
    ln -f "$SECRET" "$FILE"
    SECRET_STATE=${SECRET_STATE/ 1$'\n'/ 2$'\n'}
    run_with_config run
    assert_status 0
    leaves_out
    secret_is_safe
    run_with_config remove
    assert_status 0
    secret_is_safe
}

@test "a directory that is a link of his" {
    new_agent
    mkdir "$ROOT/srv/etc"
    cp "$SECRET" "$ROOT/srv/etc/common-config.toml"
    rm -r "${FILE%/*}"
    ln -s /srv/etc "${FILE%/*}"
    chown -h "$HIS" "${FILE%/*}"
    run_with_config run
    assert_status 0
    leaves_out
    assert_equal "$(<"$ROOT/srv/etc/common-config.toml")" "$(<"$SECRET")"
}

@test "links of root are followed, into his directory, too" {
    new_agent
    mv "$ROOT$AGENT" "$ROOT/srv/agent"
    ln -s /srv/agent "$ROOT$AGENT"
    run_with_config run
    assert_status 0
    assert_contains "$(<"$ROOT/srv/agent/etc/common-config.toml")" proxy.corp
    assert_equal "$(stat -c %u:%g "$ROOT/srv/agent/etc/common-config.toml")" "$HIS:$HIS"
}

# A user's program that does nothing but swap what the name stands for.
swap() {
    /usr/bin/python3 -c '
import os, sys
os.chdir(sys.argv[1])
os.setgroups([])
os.setgid(int(sys.argv[2]))
os.setuid(int(sys.argv[2]))
name, rounds = "common-config.toml", 0
kinds = [lambda n: os.symlink("../../../../srv/secret", n), lambda n: open(n, "w").write("# theirs\n"),
         lambda n: os.symlink("../../../../srv/made", n), lambda n: os.link("own", n)]
open("own", "w").write("# own\n")
while not os.path.exists("stop"):
    try:
        kinds[rounds % len(kinds)](".next")
        os.rename(".next", name)
        for other in os.listdir("."):
            if "line of root" in open(other, errors="replace").read():
                open("caught", "w").write(other)
    except OSError:
        try:
            os.unlink(".next")
        except OSError:
            pass
    rounds += 1
open("rounds", "w").write(str(rounds))
' "${FILE%/*}" "$HIS"
}

@test "what he swaps while the agent writes, thousands of times" {
    local round swapper

    new_agent
    run_with_config run
    swap &
    swapper=$!
    for ((round = 0; round < 150; round++)); do
        run_with_config run
        assert_status 0 || break
        run_with_config remove
        secret_is_safe || break
    done
    touch "${FILE%/*}/stop"
    wait "$swapper"
    assert_equal "$round" 150
    secret_is_safe
    nothing_is_his
    assert_absent "${FILE%/*}/caught"
    (($(<"${FILE%/*}/rounds") > 1000))
}

# -- what is written is his

@test "what is written there is the owner's, and remove brings back what stood there" {
    local before

    new_agent
    chmod 640 "$FILE"
    before=$(state)
    run_with_config run
    assert_status 0
    assert_contains "$(<"$FILE")" proxy.corp
    assert_equal "$(stat -c '%u:%g %a' "$FILE")" "$HIS:$HIS 640"
    remove_leaves "$before"
    rm "$FILE"
    before=$(state)
    run_with_config run
    assert_equal "$(stat -c '%u:%g %a' "$FILE")" "$HIS:$HIS 644"
    remove_leaves "$before"
}

# As in the unit: systemctl edit gives it the rights.
@test "without the right to write as the owner: left out, with what to do, and status 0" {
    new_agent
    run_under "$UNIT_RIGHTS" run
    assert_status 0
    leaves_out
    assert_contains "$(<"$ERR")" "CapabilityBoundingSet=CAP_SETUID CAP_SETGID, SystemCallFilter=setfsuid setfsgid setgroups"
    assert_contains "$(<"$ROOT/etc/environment")" proxy.corp
    assert_equal "$(<"$FILE")" "# theirs"
    run_under "$UNIT_RIGHTS" run --json
    assert_contains "$(tr -d '\t' <"$OUT")" '"action":"left-out"'
    run_under "$DROPIN_RIGHTS" run
    assert_status 0
    assert_contains "$(<"$FILE")" proxy.corp
    # Nothing is to be changed there, so nothing is to be said.
    run_under "$UNIT_RIGHTS" run
    assert_status 0
    refute_contains "$(<"$ERR")" "left out"
    # But what has to go is a failure.
    run_under "$UNIT_RIGHTS" remove
    assert_status 77
    run_with_config remove
    assert_status 0
    assert_equal "$(<"$FILE")" "# theirs"
}

@test "with the drop-in, also in a directory that nobody else may search" {
    new_agent
    chmod 700 "${FILE%/*}"
    chmod 600 "$FILE"
    run_under "$DROPIN_RIGHTS" run
    assert_status 0
    assert_contains "$(<"$FILE")" proxy.corp
    run_under "$UNIT_RIGHTS" run
    assert_status 0
    leaves_out
}

@test "without a proxy: what of ours may not be taken out, or not be read, is left out, and status 0" {
    new_agent
    run_with_config run
    assert_contains "$(<"$FILE")" proxy.corp
    CONFIG=$BATS_TEST_TMPDIR/none.json
    printf '{"no_proxy": {"vpc": false}, "credentials": "off"}' >"$CONFIG"
    run_under "$UNIT_RIGHTS" run
    assert_status 0
    leaves_out
    assert_contains "$(<"$FILE")" proxy.corp
    assert_absent "$ROOT/etc/environment"
    # A file that only he reads.
    echo "# theirs" >"$FILE"
    chmod 0600 "$FILE"
    run_under "$UNIT_RIGHTS" run
    assert_status 0
}

# What is left is said, and the exit status says so; nothing of ours, and it is no matter of ours.
@test "remove and seal, where a path became his after it was written" {
    local command dropin

    for command in "remove" "remove --dry-run" "seal" "seal --dry-run"; do
        # With a block, in a file of root's.
        new_agent
        chown 0:0 "${FILE%/*}" "$FILE"
        run_with_config run
        assert_contains "$(<"$FILE")" proxy.corp
        chown "$HIS:$HIS" "${FILE%/*}"
        ln "$FILE" "$ROOT/srv/other-name"
        # shellcheck disable=SC2086 # words
        run_with_config $command
        assert_status 77 && assert_contains "$(<"$ERR")" "error: $FILE: cannot be read: " &&
            assert_contains "$(<"$ERR")" "; what ec2-bootstrap wrote there stays until then" &&
            assert_contains "$(<"$FILE")" proxy.corp || failed "block: $command"
        rm "$ROOT/srv/other-name"
        chown 0:0 "${FILE%/*}"
        run_with_config remove
        assert_status 0 && assert_equal "$(<"$FILE")" "# theirs" || failed "mended: $command"

        # With a backup of what was there, and his own link in the place of the file.
        new_agent
        dropin=$ROOT/etc/systemd/system/docker.service.d
        mkdir -p "$dropin" "$ROOT/usr/bin"
        : >"$ROOT/usr/bin/dockerd"
        echo "[Service]" >"$dropin/50-ec2-bootstrap.conf"
        make_config plain docker
        run_with_config run
        assert_status 0
        chown "$HIS:$HIS" "$dropin"
        ln -sf ../../../../srv/secret "$dropin/50-ec2-bootstrap.conf"
        chown -h "$HIS:$HIS" "$dropin/50-ec2-bootstrap.conf"
        # shellcheck disable=SC2086 # words
        run_with_config $command
        assert_status 77 && assert_contains "$(<"$ERR")" "error: $dropin/50-ec2-bootstrap.conf: cannot be read: " &&
            refute_contains "$(<"$ERR")" "which one is not known" && secret_is_safe || failed "backup: $command"
    done
    all_passed
}

# As a package leaves it that brings the directory, but not the file that was changed.
@test "his file in a directory of root's: left out where it cannot stay his" {
    new_agent
    chown 0:0 "${FILE%/*}"
    chown "$HIS:$HIS" "$FILE"
    run_under "$UNIT_RIGHTS" run
    assert_status 0
    leaves_out
    assert_equal "$(<"$FILE")" "# theirs"
    run_with_config run
    assert_status 0
    assert_contains "$(<"$FILE")" proxy.corp
    assert_equal "$(stat -c %u "$FILE")" "$HIS"
}

@test "seal searches below a directory of another user" {
    new_agent
    chown "$HIS:$HIS" "$ROOT/opt"
    run_with_config seal
    assert_status 0
}

# The filter of the unit forbids it, too: SystemCallErrorNumber=EPERM.
@test "without the system call: left out" {
    new_agent
    run_traced "-e trace=setfsuid -e inject=setfsuid:error=EPERM" run
    assert_status 0
    leaves_out
    assert_equal "$(<"$FILE")" "# theirs"
}

@test "whatever he puts there costs its own output only" {
    local kind

    for kind in "mkfifo FILE" "mkdir FILE" "ln -s common-config.toml FILE" "cp broken FILE"; do
        new_agent
        rm "$FILE"
        echo '[[proxy]]' >"$BATS_TEST_TMPDIR/broken"
        (cd "$BATS_TEST_TMPDIR" && ${kind/FILE/$FILE})
        chown -h "$HIS:$HIS" "$FILE"
        run_with_config run
        assert_status 0 && leaves_out || failed "$kind"
        assert_contains "$(<"$ROOT/etc/environment")" proxy.corp || failed "$kind"
    done
    all_passed
}

# -- the rest of what is read and written

@test "stale temporary files: what he has put under the name is not followed" {
    new_agent
    ln -s /srv/secret "${FILE%/*}/.common-config.toml.ec2-bootstrap"
    run_with_config run
    assert_status 0
    secret_is_safe
    assert_absent "${FILE%/*}/.common-config.toml.ec2-bootstrap"
}

@test "a directory with the name of a temporary file stays, and keeps nobody from writing" {
    local before

    new_machine
    FOREIGN=$'umask 022\n'
    put_foreign "$ROOT$SHARED"
    mkdir -p "$ROOT/etc/.environment.ec2-bootstrap/full"
    before=$(state)
    run_with_config run
    assert_status 0
    is_ours "$ROOT$SHARED"
    remove_leaves "$before"
}

@test "the password and the settings are not read by a link of his" {
    local settings

    new_agent
    settings=$ROOT/etc/ec2-bootstrap
    OUT=$BATS_TEST_TMPDIR/out ERR=$BATS_TEST_TMPDIR/err
    mkdir -p "$settings"
    printf '{"proxy": {"https": "http://proxy.corp:3128", "username": "u", "password_file": "%s"}}\n' \
        "$AGENT/etc/password" >"$settings/config.json"
    ln -s /srv/secret "${FILE%/*}/password"
    chown -h "$HIS" "${FILE%/*}/password"
    status=0
    agent run --dry-run --root "$ROOT" >"$OUT" 2>"$ERR" || status=$?
    assert_status 78
    assert_contains "$(<"$ERR")" "on its way is a link of user $HIS to what is not that user's"
    chown "$HIS" "$settings"
    mv "$settings/config.json" "$ROOT/srv/config.json"
    chmod 600 "$ROOT/srv/config.json"
    ln -s /srv/config.json "$settings/config.json"
    chown -h "$HIS" "$settings/config.json"
    status=0
    agent run --dry-run --root "$ROOT" >"$OUT" 2>"$ERR" || status=$?
    assert_status 78
    assert_contains "$(<"$ERR")" "on its way is a link of user $HIS to what is not that user's"
}

@test "a lock on what any user can open holds nobody up" {
    new_agent
    chmod 755 "$ROOT"
    exec {held}<"$ROOT"
    flock -n "$held" # as any user can who may open it
    run_with_config run
    exec {held}<&-
    assert_status 0
    assert_absent "$ROOT/.ec2-bootstrap.lock"
}
