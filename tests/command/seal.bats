#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# What `seal` takes out, what it finds, what it never shows, and trees that nobody expects.

load ../lib
load command

# Of nobody; in two parts, so that no scanner of this repository takes them for real.
KEY=AKIA"QWERTY1234567890"
ROLE_KEY=ASIA"QWERTY0987654321"
TOKEN=AQAE"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV-_=="
ID=i-0123456789abcdef0
OTHER_ID=i-0fedcba9876543210
PASSWORD='s3kr1t/pa ss'
ENCODED=s3kr1t%2Fpa%20ss
LOWER_ENCODED=s3kr1t%2fpa%20ss
PROXY_USER=svc-bootstrap
VALUES=("$KEY" "$ROLE_KEY" "${TOKEN%==}" "$ID" "$OTHER_ID" "$PASSWORD" "$ENCODED" "$LOWER_ENCODED" "$PROXY_USER")

SETTINGS='{"proxy": {"http": "http://proxy.corp:3128", "username": "'$PROXY_USER'", "password_file": "/run/secret/password"},
           "no_proxy": {"vpc": false}, "credentials": "off"}'

setup() {
    make_root
    mkdir -p "$ROOT/etc/profile.d" "$ROOT/etc/ssh" "$ROOT/root/.aws" "$ROOT/home/bob/.local/share/fish" \
        "$ROOT/var/log/journal/0123" "$ROOT/var/lib/cloud/data" "$ROOT/run/cloud-init" "$ROOT/run/secret" \
        "$ROOT/usr/lib" "$ROOT/var/lib/dbus"
    printf 'LANG=C\n' >"$ROOT/etc/environment"
    : >"$ROOT/etc/machine-id"
    printf '%s\n' "$PASSWORD" >"$ROOT/run/secret/password"
}

# plant FILE TEXT...: a line each
plant() {
    local file=$ROOT/$1

    shift
    mkdir -p "${file%/*}"
    printf '%s\n' "$@" >>"$file"
}

# Prints the findings of --json: path, kind, where, count, offset of the first
findings() {
    python3 - "$OUT" <<'PYTHON'
import json, sys
for f in json.load(open(sys.argv[1]))["findings"]:
    print(*[str(f[key]) for key in ("path", "kind", "in", "count", "offset") if key in f])
PYTHON
}

# json EXPRESSION: of the JSON document d in OUT
json() {
    json_value "$OUT" "$1"
}

assert_no_value() {
    local value

    for value in "${VALUES[@]}"; do
        assert_hidden "$value" "$OUT" "$ERR" || return 1
    done
}

# All files but the settings, byte for byte.
tree_state() {
    (
        cd "$ROOT" || exit
        find . ! -path './etc/ec2-bootstrap*' -printf '%p %y %m %U:%G %l\n' | sort
        find . ! -path './etc/ec2-bootstrap*' -type f -print0 | sort -z | xargs -0 sha256sum
    )
}

@test "a tree that was run and sealed is the one that never ran" {
    local before

    rm -r "$ROOT/run/secret"
    write_settings '{"proxy": {"http": "http://proxy.corp:3128"}, "no_proxy": {"vpc": false}, "credentials": "off"}'
    before=$(tree_state)
    run_agent run
    assert_status 0
    # What killed runs and other versions can leave.
    mkdir -p "$ROOT/var/lib/ec2-bootstrap/more" "$ROOT/run/ec2-bootstrap/config.d"
    touch "$ROOT/etc/.environment.ec2-bootstrap" "$ROOT/etc/.yum.conf.ec2-bootstrap" "$ROOT/etc/profile.d/.ec2-bootstrap.sh.ec2-bootstrap" \
        "$ROOT/var/lib/ec2-bootstrap/.folders.ec2-bootstrap" "$ROOT/var/lib/ec2-bootstrap/more/x"
    echo '{}' >"$ROOT/run/ec2-bootstrap/config.d/boot.json"

    run_agent seal
    assert_status 0
    assert_equal "$(<"$OUT")" "sealed: nothing is left"
    assert_equal "$(normalised "$ERR")" \
"ec2-bootstrap: ROOT/etc/environment: changed
ec2-bootstrap: ROOT/run/ec2-bootstrap/proxy.env: removed
ec2-bootstrap: ROOT/run/ec2-bootstrap/services.env: unchanged
ec2-bootstrap: ROOT/etc/profile.d/ec2-bootstrap.sh: removed
ec2-bootstrap: 3 files (0 MB) were searched"
    assert_equal "$(tree_state)" "$before"
}

@test "--dry-run says the same and changes nothing" {
    local before expected

    write_settings "$SETTINGS"
    plant etc/app.conf "$KEY"
    run_agent run
    plant run/ec2-bootstrap/left-over "$KEY"
    before=$(snapshot)
    run_agent seal --json --dry-run
    assert_status 1
    assert_no_value
    expected=$(findings)
    assert_equal "$(snapshot)" "$before"
    assert_equal "$(json 'd["dry_run"]')" true
    run_agent seal --json
    assert_status 1
    assert_equal "$(findings)" "$expected"
    assert_equal "$expected" \
"/etc/app.conf access key id content 1 0
/run/secret/password proxy password content 1 0"
}

@test "the help is the golden one" {
    run_agent seal --help
    assert_status 0
    assert_file_equal "$OUT" "$GOLDEN/help-seal.txt"
}

@test "progress is for a terminal" {
    run_agent seal
    refute_contains "$(<"$ERR")" searching
    python3 - "$BUILD/ec2-bootstrap" "$ROOT" >"$BATS_TEST_TMPDIR/terminal" <<'PYTHON'
import os, pty, sys
pty.spawn([sys.argv[1], "seal", "--root", sys.argv[2]])
PYTHON
    assert_contains "$(<"$BATS_TEST_TMPDIR/terminal")" "ec2-bootstrap: searching, 1 files, 0 MB"
    assert_contains "$(<"$BATS_TEST_TMPDIR/terminal")" "sealed: nothing is left"
}

# Where every kind is planted.
PLACES=(etc/app.conf var/lib/cloud/data/x run/x var/log/syslog var/log/journal/0123/system.journal
    opt/aws/amazon-cloudwatch-agent/etc/common-config.toml opt/aws/amazon-cloudwatch-agent/logs/x
    opt/codedeploy-agent/deployment-root/x var/lib/amazon/ssm/x
    root/.bash_history root/.lesshst home/bob/.zsh_history home/bob/.local/share/fish/fish_history root/.aws/credentials
    etc/ec2-bootstrap/config.d/x.conf)

@test "every kind in every place is found, none is shown" {
    local place kind kinds expected=()

    write_settings "$SETTINGS"
    plant run/cloud-init/instance-data.json '{"v1": {"instance_id": "'$ID'"}}'
    for place in "${PLACES[@]}"; do
        plant "$place" "raw $PASSWORD" "encoded $ENCODED $LOWER_ENCODED" "user $PROXY_USER." "key $KEY $ROLE_KEY" \
            "token $TOKEN" "id $ID" "other $OTHER_ID"
        kinds="proxy password:3 4|proxy user name:1 64|access key id:2 83|IMDS token:1 131"
        case $place in
            etc/ec2-bootstrap/*) kinds="access key id:2 83|IMDS token:1 131|instance id:2 191" ;;
            root/.aws/*) kinds+="|instance id:1 191" ;;
            root/* | home/*)
                kinds+="|instance id:1 191"
                expected+=("/$place history content")
                ;;
            *) kinds+="|instance id:2 191" ;;
        esac
        while IFS= read -r kind; do
            expected+=("/$place ${kind/:/ content }")
        done <<<"${kinds//|/$'\n'}"
    done
    expected+=("/run/cloud-init/instance-data.json instance id content 1 24"
        "/run/secret/password proxy password content 1 0")

    run_agent seal --json
    assert_status 1
    assert_same_lines "$(findings)" "$(printf '%s\n' "${expected[@]}")"
    assert_no_value
    run_agent seal
    assert_status 1
    assert_no_value
    assert_equal "$(tail -n 1 "$OUT")" "not sealed: 79 findings"
}

@test "names and links, files as a whole, compressed data" {
    write_settings "$SETTINGS"
    plant "var/lib/cloud/instances/$ID/user-data.txt" none
    ln -s "instances/$ID" "$ROOT/var/lib/cloud/instance"
    echo "$ID" >"$ROOT/var/lib/cloud/data/instance-id"
    echo 0123456789abcdef0123456789abcdef >"$ROOT/etc/machine-id"
    echo 0123456789abcdef0123456789abcdef >"$ROOT/var/lib/dbus/machine-id"
    echo private >"$ROOT/etc/ssh/ssh_host_rsa_key"
    echo public >"$ROOT/etc/ssh/ssh_host_rsa_key.pub"
    : >"$ROOT/etc/ssh/ssh_host_empty_key"
    printf '7z\xbc\xaf\x27\x1c%s\n' "$KEY" >"$ROOT/var/log/syslog.7z"
    printf 'LPKSHHRH....\x28\xb5\x2f\xfd....' >"$ROOT/var/log/journal/0123/system.journal"
    rm -r "$ROOT/run/secret"

    run_agent seal
    assert_status 1
    assert_no_value
    assert_equal "$(normalised "$OUT")" \
"journal: rm FILE
  ROOT/var/log/journal/0123/system.journal: compressed data, which cannot be searched, at byte 12
machine id: truncate --size 0 FILE
  ROOT/etc/machine-id: machine id
D-Bus: rm FILE
  ROOT/var/lib/dbus/machine-id: machine id
ssh host keys: rm FILE FILE.pub
  ROOT/etc/ssh/ssh_host_rsa_key: ssh host key
cloud-init: chroot ROOT cloud-init clean --logs --machine-id
  ROOT/var/lib/cloud/data/instance-id: instance id, at byte 0
  ROOT/var/lib/cloud/instance: instance id, where the link leads to
  'ROOT/var/lib/cloud/instances/***': instance id, in its name
logs: truncate --size 0 FILE
  ROOT/var/log/syslog.7z: access key id, at byte 6
  ROOT/var/log/syslog.7z: compressed data, which cannot be searched
not sealed: 9 findings"
    assert_contains "$(<"$ERR")" "/run/secret/password: cannot be read: No such file or directory: so the password is not looked for"

    echo uninitialized >"$ROOT/etc/machine-id"
    run_agent seal --json
    refute_contains "$(findings)" "/etc/machine-id"
}

@test "only ours is deleted; with the commands that it names the tree is sealed" {
    local before place

    write_settings "$SETTINGS"
    run_agent run
    for place in "${PLACES[@]}"; do
        plant "$place" "$PASSWORD $KEY $TOKEN $OTHER_ID"
    done
    plant "var/log/odd name
\$(touch pwned)'" "$KEY"
    plant "var/lib/cloud/instances/$ID/x" "$ID"
    echo 0123456789abcdef0123456789abcdef >"$ROOT/etc/machine-id"
    run_agent remove
    before=$(tree_state)
    run_agent seal --json
    assert_status 1
    assert_equal "$(tree_state)" "$before"

    # No cloud-init is in this tree; and an editor is a person's.
    chroot() { [[ $* == "$ROOT cloud-init clean --logs --machine-id" ]] && rm -rf "$ROOT"/var/lib/cloud/*; }
    edit() { : >"$1"; }
    python3 -c 'import json, sys; print("\n".join(sorted({f["clear"] for f in json.load(open(sys.argv[1]))["findings"]})))' \
        "$OUT" >"$BATS_TEST_TMPDIR/commands"
    # shellcheck disable=SC1091 # written here
    (cd "$BATS_TEST_TMPDIR" && source ./commands)
    assert_absent "$BATS_TEST_TMPDIR/pwned"
    run_agent seal
    assert_status 0
    assert_contains "$(<"$OUT")" "sealed: nothing is left"
    for place in "${VALUES[@]}"; do
        assert_equal "$(grep -rlF -- "$place" "$ROOT" | grep -v /etc/ec2-bootstrap/)" "" || return 1
    done
}

@test "settings with a password in clear stay, with a warning each" {
    local before

    write_settings '{"proxy": {"http": "http://longuser:hunter2hunter2@proxy.corp:3128"}, "no_proxy": {"vpc": false}}'
    write_settings '{"proxy": {"http": "http://overridden:0verridden@proxy.corp:3128",
        "https": "http://part%69al:p%61rtially@proxy.corp:3128"}}' usr/lib/ec2-bootstrap/config.json
    write_settings '{"proxy": {"username": "other-user", "password_file": "/etc/secret"}}' etc/ec2-bootstrap/config.d/50-a.json
    plant etc/secret from-a-file
    # The last two as only that URL writes them.
    plant etc/app.conf longuser hunter2hunter2 0verridden from-a-file p%61rtially part%69al
    before=$(tree_state)
    run_agent seal
    assert_status 1
    assert_equal "$(normalised "$ERR" | grep warning)" \
"ec2-bootstrap: warning: ROOT/usr/lib/ec2-bootstrap/config.json: has the proxy password in clear, and goes into the image
ec2-bootstrap: warning: ROOT/etc/ec2-bootstrap/config.json: has the proxy password in clear, and goes into the image
ec2-bootstrap: warning: ROOT/etc/ec2-bootstrap/config.d/50-a.json: proxy.password_file is /etc/secret, which goes into the image with the password in clear"
    assert_equal "$(normalised "$OUT" | sed '/secret.password/d; /this boot/d')" \
"configuration: edit FILE
  ROOT/etc/app.conf: proxy password, 4 times, first at byte 9
  ROOT/etc/app.conf: proxy user name, 2 times, first at byte 0
not sealed: 2 findings"
    assert_hidden hunter2 "$OUT" "$ERR"
    assert_equal "$(tree_state)" "$before"
}

@test "settings of all folders are looked into, also where others override them" {
    local file passwords=()

    for file in {usr/lib,run,etc}/ec2-bootstrap/{config,config.d/50-a}.json; do
        passwords+=("hunter-of-${file//\//-}")
        write_settings '{"proxy": {"http": "http://proxy.corp:3128"}}' "$file"
        [[ $file == etc/* ]] ||
            write_settings '{"proxy": {"http": "http://svc-of-all:'"${passwords[-1]}"'@proxy.corp:3128"}}' "$file"
    done
    plant etc/app.conf "${passwords[@]}"
    run_agent seal --json
    assert_status 1
    assert_equal "$(findings | grep app.conf)" "/etc/app.conf proxy password content 4 0"
}

@test "a directory of settings that cannot be read hides no other" {
    local broken

    echo '{}' >"$BATS_TEST_TMPDIR/empty.json"
    write_settings '{"proxy": {"http": "http://svc-of-all:hunter-of-etc@proxy.corp:3128"}}'
    plant etc/app.conf hunter-of-etc
    for broken in usr/lib/ec2-bootstrap usr/lib/ec2-bootstrap/config.d; do
        rm -rf "${ROOT:?}/usr/lib/ec2-bootstrap"
        mkdir -p "$ROOT/${broken%/*}"
        echo x >"$ROOT/$broken"
        run_agent seal --json --config "$BATS_TEST_TMPDIR/empty.json"
        assert_equal "$(findings | grep app.conf)" "/etc/app.conf proxy password content 1 0"
        assert_contains "$(<"$ERR")" "Not a directory: what it holds is not looked for"
    done
}

@test "the login of an upper-case variable is looked for" {
    plant etc/environment "HTTPS_PROXY=http://svc-of-all:hunter-of-old@proxy.corp:3128"
    plant etc/app.conf hunter-of-old
    run_agent seal --json
    assert_status 1
    assert_equal "$(findings | grep app.conf)" "/etc/app.conf proxy password content 1 0"
}

@test "a name that is hidden is no pattern in the command that clears it" {
    write_settings '{"proxy": {"http": "http://docker:abcdefgh@proxy.corp:3128"}, "credentials": "off"}'
    mkdir "$ROOT/run/docker"
    run_agent seal --json
    assert_status 1
    assert_equal "$(json '[f["clear"] for f in d["findings"] if f["path"] == "/run/***"]')" '["rm -r FILE"]'
}

@test "the login of settings that are gone is looked for as long as our files have it" {
    local place

    for place in run/ec2-bootstrap/proxy.env etc/environment; do
        write_settings '{"proxy": {"https": "http://svc-of-a:s3cret%40fA1@proxy.corp:3128"}, "no_proxy": {"vpc": false},
            "credentials": "off"}' run/ec2-bootstrap/config.json
        run_agent run
        assert_status 0
        rm "$ROOT/run/ec2-bootstrap/config.json"
        [[ $place == run/* ]] || rm -r "$ROOT"/run/*
        [[ $place == etc/* ]] || : >"$ROOT/etc/environment"
        plant root/.bash_history "curl -x http://svc-of-a:s3cret%40fA1@p/" "curl -U svc-of-a:s3cret@fA1 x"
        assert_contains "$(<"$ROOT/$place")" svc-of-a
        run_agent seal --json
        assert_status 1
        assert_same_lines "$(findings | grep history)" \
"/root/.bash_history history content
/root/.bash_history proxy user name content 2 15
/root/.bash_history proxy password content 2 24"
        rm "$ROOT/root/.bash_history"
    done
}

@test "a short login is looked for in URLs, and seal says so" {
    write_settings '{"proxy": {"http": "http://me:pw@proxy.corp:3128"}, "no_proxy": {"vpc": false}}'
    plant etc/words "me and the pw"
    plant etc/url "http_proxy=http://me:pw@proxy.corp:3128"
    run_agent seal --json
    assert_status 1
    assert_same_lines "$(findings | grep /etc/)" \
"/etc/url proxy password content 1 20
/etc/url proxy user name content 1 16"
    assert_contains "$(<"$ERR")" "a proxy password has fewer than 6 bytes"
    assert_equal "$(json 'len(d["warnings"])')" 3
}

@test "what is no tree is refused, and nothing is made in it" {
    mkdir "$BATS_TEST_TMPDIR/empty"
    ROOT=$BATS_TEST_TMPDIR/empty run_agent seal
    assert_status 64
    assert_one_error "--root $BATS_TEST_TMPDIR/empty: neither etc nor usr is there"
    assert_equal "$(ls -A "$BATS_TEST_TMPDIR/empty")" ""
    ROOT=$BATS_TEST_TMPDIR/none run_agent seal
    assert_status 64
    status=0
    agent seal --json >"$OUT" 2>"$ERR" || status=$?
    assert_status 64
    assert_one_error "seal takes out a machine's own traces: name the tree with --root DIR; with --root / it is this running machine"
    assert_equal "$(json 'd["status"]')" 64
}

@test "broken settings: nothing is done" {
    write_settings "$SETTINGS"
    run_agent run
    write_settings '{"proxy": '
    local before
    before=$(snapshot)
    run_agent seal
    assert_status 78
    assert_equal "$(snapshot)" "$before"
}

@test "the running machine: in its own root; what is in memory is no part of an image" {
    write_settings "$SETTINGS"
    plant root/.bash_history "$KEY"
    plant etc/app.conf "$PASSWORD"
    rm -r "${ROOT:?}/usr"
    ln -s os/usr usr/lib usr/lib64 usr/bin "$ROOT/"
    mkdir "$ROOT/os" "$ROOT/proc"
    # What this system brings is no part of what is searched: a tmpfs holds it.
    mount -t tmpfs tmpfs "$ROOT/os"
    mkdir "$ROOT/os/usr" "$ROOT/os/agent"
    mount --bind /usr "$ROOT/os/usr"
    mount --bind "$BUILD" "$ROOT/os/agent"
    mount -t tmpfs tmpfs "$ROOT/run"
    mount -t proc proc "$ROOT/proc" || mount --rbind /proc "$ROOT/proc"
    plant run/secret/password "$PASSWORD"
    plant run/app "$KEY"
    plant run/ec2-bootstrap/theirs "$PASSWORD"
    OUT=$BATS_TEST_TMPDIR/out ERR=$BATS_TEST_TMPDIR/err status=0
    env -i "PATH=$PATH" "ASAN_OPTIONS=${ASAN_OPTIONS-}" chroot "$ROOT" /os/agent/ec2-bootstrap seal --root / \
        >"$OUT" 2>"$ERR" || status=$?
    # What is ours goes there, too.
    assert_equal "$(ls "$ROOT/run")" $'app\nsecret'
    umount -l "$ROOT/proc" "$ROOT/os/usr" "$ROOT/os/agent" "$ROOT/os" "$ROOT/run"
    assert_status 1
    assert_equal "$(<"$OUT")" \
"configuration: edit FILE
  /etc/app.conf: proxy password, at byte 0
shell history: rm FILE
  /root/.bash_history: access key id, at byte 0
  /root/.bash_history: history
not sealed: 3 findings"
}

@test "links out of the tree, FIFOs, sockets, devices, odd names: neither followed nor opened" {
    local outside=$BATS_TEST_TMPDIR/outside before

    rm -r "$ROOT/run/secret"
    mkdir "$outside"
    echo "$KEY" >"$outside/file"
    ln -s "$outside/file" "$outside" /nowhere loop "$ROOT/etc/"
    ln -s ../../outside "$ROOT/etc/up"
    rm -r "$ROOT/root" "$ROOT/var/log"
    ln -s "$outside" "$ROOT/root"
    ln -s ../../outside "$ROOT/var/log"
    mkdir "$ROOT/run/ec2-bootstrap"
    ln -s "$outside" "$ROOT/run/ec2-bootstrap/link"
    ln -s "$outside" "$ROOT/var/lib/ec2-bootstrap"
    mkfifo "$ROOT/etc/fifo" "$ROOT/home/bob/.bash_history" "$ROOT/run/ec2-bootstrap/fifo"
    python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$ROOT/run/socket"
    mknod "$ROOT/etc/device" c 5 0 || true
    printf '%s\n' "$KEY" >"$ROOT/etc/new"$'\n'"line"$'\xff\x1b[31m'
    before=$(snapshot "$outside")

    # A state folder that is a link is not gone into, and that is an error.
    run_agent seal
    assert_status 74
    assert_contains "$(<"$ERR")" "error: $ROOT/var/lib/ec2-bootstrap: cannot be removed: Not a directory"
    rm "$ROOT/var/lib/ec2-bootstrap"

    run_agent seal
    assert_status 1
    assert_equal "$(normalised "$OUT" | grep -v ^not)" \
"configuration: edit FILE
  \"\$(printf 'ROOT/etc/new\\012line\\377\\033\\13331m')\": access key id, at byte 0"
    assert_equal "$(snapshot "$outside")" "$before"
    assert_absent "$ROOT/run/ec2-bootstrap"
}

@test "a read-only tree: --dry-run searches it, else it is an error" {
    write_settings '{"no_proxy": {"vpc": false}, "credentials": "off"}'
    rm -r "$ROOT/run/secret"
    plant etc/app.conf "$KEY"
    mount --bind "$ROOT" "$ROOT"
    run_agent run --http-proxy http://p:1
    mount -o remount,ro,bind "$ROOT"
    run_agent seal --dry-run --json
    assert_status 1
    assert_equal "$(findings)" "/etc/app.conf access key id content 1 0"
    run_agent seal
    umount "$ROOT"
    assert_status 74
    assert_contains "$(<"$ERR")" "/etc/environment: cannot be written: Read-only file system"
    assert_contains "$(<"$OUT")" "not sealed: "
}

@test "a folder that cannot be read: never sealed" {
    rm -r "$ROOT/run/secret"
    write_settings '{}'
    mkdir "$ROOT/etc/closed"
    chmod 0 "$ROOT/etc/closed"
    # shellcheck disable=SC2086 # words
    agent_under "$UNPRIVILEGED" seal --json
    # A root without capabilities is the owner, and still may not look into it.
    assert_status 77
    assert_equal "$(findings)" "/etc/closed cannot be searched content"
    assert_contains "$(<"$ERR")" "error: not everything can be searched: Permission denied"
}

@test "bind mounts: a loop ends, and what is mounted on our folders is not deleted" {
    rm -r "$ROOT/run/secret"
    plant etc/a/b/file "$KEY"
    mkdir "$ROOT/etc/a/b/loop"
    mount --rbind "$ROOT/etc/a" "$ROOT/etc/a/b/loop"
    mkdir -p "$ROOT/run/ec2-bootstrap/mounted" "$BATS_TEST_TMPDIR/valuable"
    echo kept >"$BATS_TEST_TMPDIR/valuable/file"
    mount --bind "$BATS_TEST_TMPDIR/valuable" "$ROOT/run/ec2-bootstrap/mounted"
    run_agent seal --json
    umount "$ROOT/run/ec2-bootstrap/mounted"
    umount "$ROOT/etc/a/b/loop"
    assert_status 74
    assert_equal "$(findings)" "/etc/a/b/file access key id content 1 0"
    assert_contains "$(<"$ERR")" "/run/ec2-bootstrap/mounted: cannot be removed: Invalid cross-device link"
    assert_equal "$(<"$BATS_TEST_TMPDIR/valuable/file")" kept
}

@test "what another program's file held is not thrown away" {
    local name

    mkdir -p "$ROOT/var/lib/ec2-bootstrap"
    for name in a b c; do
        echo "precious $name" >"$ROOT/var/lib/ec2-bootstrap/etc-$name.conf.kept"
    done
    run_agent seal
    assert_status 74
    assert_contains "$(<"$ERR")" ".conf.kept: is a backup of another program's file"
    assert_equal "$(cat "$ROOT"/var/lib/ec2-bootstrap/*.kept)" $'precious a\nprecious b\nprecious c'
}

@test "1 GB with a hole, and many files, take no time and no memory to speak of" {
    local used

    rm -r "$ROOT/run/secret"
    python3 - "$ROOT/var/log" <<'PYTHON'
import os, sys
with open(sys.argv[1] + "/sparse", "wb") as f:
    f.truncate(1 << 30)
    f.seek(500_000_000)
    f.write(b"AKIA" + b"QWERTY1234567890")
for i in range(20_000):
    os.close(os.open(f"{sys.argv[1]}/{i}.log", os.O_WRONLY | os.O_CREAT))
PYTHON
    used=$(
        # AddressSanitizer reserves terabytes.
        grep -qa __asan_init "$BUILD/ec2-bootstrap" || ulimit -v $((200 * 1024))
        run_agent seal
        echo "$status"
    )
    OUT=$BATS_TEST_TMPDIR/out ERR=$BATS_TEST_TMPDIR/err
    assert_equal "$used" 1
    assert_contains "$(<"$OUT")" "/var/log/sparse: access key id, at byte 500000000"
    assert_contains "$(<"$OUT")" "not sealed: 1 finding"
    assert_contains "$(<"$ERR")" " (0 MB) were searched"
}

@test "a read-only tree without anything of ours: it is searched" {
    run_agent seal --root "$ROOT"
    mount --bind "$ROOT" "$ROOT"
    mount -o remount,ro,bind "$ROOT"
    run_agent seal --root "$ROOT"
    umount "$ROOT"
    assert_status 0
    assert_contains "$(<"$OUT")" "sealed: nothing is left"
}

@test "what seal.ignore has is accepted, and said so" {
    rm -r "$ROOT/run/secret"
    write_settings '{"credentials": "off", "seal": {"ignore": ["access key id: /etc/app*", "history: /root/.bash_history"]}}'
    plant etc/app.conf "$KEY"
    plant root/.bash_history ls
    run_agent seal
    assert_status 0
    assert_equal "$(normalised "$OUT")" \
"configuration: edit FILE
  ROOT/etc/app.conf: access key id, at byte 0 (accepted)
shell history: rm FILE
  ROOT/root/.bash_history: history (accepted)
sealed: nothing is left that is not accepted"
    run_agent seal --json
    assert_equal "$(json '[f["accepted"] for f in d["findings"]]')" "[true, true]"

    # Another kind, another path, a star that is for one directory.
    plant etc/app.conf "$TOKEN"
    plant etc/app.d/x "$KEY"
    plant home/bob/.bash_history ls
    run_agent seal
    assert_status 1
    assert_equal "$(tail -n 1 "$OUT")" "not sealed: 3 findings"
    write_settings '{"credentials": "off", "seal": {"ignore": ["passwords: /etc/app*"]}}'
    run_agent seal
    assert_status 78
    assert_one_error "/etc/ec2-bootstrap/config.json:1: seal.ignore: entry 1 begins with no kind of finding"
}

@test "--identity: the account and the private addresses of the builder; --no-ssh-keys: each key" {
    rm -r "$ROOT/run/secret"
    plant run/cloud-init/instance-data.json '{"ds": {"meta_data": {"local-ipv4": "10.1.2.34", "network": {"interfaces":
        {"macs": {"0a:00": {"owner-id": "123456789012", "local-ipv4s": ["10.1.2.34"], "ipv6s": ["2600:1f13:1::7", "fe80::1"]}}}}}}}'
    plant srv/a "arn:aws:iam::123456789012:role/x" "at 10.1.2.34, not 10.1.2.345 or 110.1.2.34" "2600:1f13:1::7"
    plant home/admin/.ssh/authorized_keys "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA admin"
    run_agent seal --dry-run --json
    assert_status 0
    run_agent seal --dry-run --json --identity --no-ssh-keys
    assert_status 1
    assert_same_lines "$(findings)" \
"/home/admin/.ssh/authorized_keys authorized ssh key content 1 0
/run/cloud-init/instance-data.json account id content 1 $(grep -abo 123456789012 "$ROOT/run/cloud-init/instance-data.json" | cut -d : -f 1)
/run/cloud-init/instance-data.json private address content 3 $(grep -abo 10.1.2.34 "$ROOT/run/cloud-init/instance-data.json" | head -n 1 | cut -d : -f 1)
/srv/a account id content 1 13
/srv/a private address content 2 36"
}

@test "an older login that remove puts back is named" {
    write_settings '{"proxy": {"http": "http://proxy.corp:3128"}, "no_proxy": {"vpc": false},
        "outputs": ["environment", "dnf"], "credentials": "off"}'
    rm -r "$ROOT/run/secret"
    mkdir -p "$ROOT/etc/dnf"
    printf 'http_proxy=http://svc-of-old:0ldpassw0rd@proxy.old:3128\n' >"$ROOT/etc/environment"
    printf '[main]\nproxy=http://proxy.old:3128\nproxy_username=svc-of-old\nproxy_password=0ldpassw0rd\n' >"$ROOT/etc/dnf/dnf.conf"
    run_agent run
    assert_status 0
    refute_contains "$(<"$ROOT/etc/environment")" $'\nhttp_proxy=http://svc-of-old'
    run_agent seal --json
    assert_status 1
    assert_contains "$(<"$ROOT/etc/environment")" svc-of-old
    assert_same_lines "$(findings)" \
"/etc/dnf/dnf.conf login for a proxy content 1 $(grep -abo proxy_password "$ROOT/etc/dnf/dnf.conf" | cut -d : -f 1)
/etc/environment URL with a login content 1 $(grep -abo :// "$ROOT/etc/environment" | head -n 1 | cut -d : -f 1)"
}
