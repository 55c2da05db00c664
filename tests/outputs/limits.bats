#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# What a consumer cannot read is not written to it: the length of a line, the size of a file.

load ../lib
load outputs

setup() {
    use_plain_machine
}

teardown() {
    leave_memory
}

# text COUNT TEXT: the text, so often
text() {
    yes "$2" | head -n "$1" | tr -d '\n'
}

# password BYTES: the proxy's, from now on
password() {
    printf '{"proxy": {"http": "http://u:%s@proxy.corp:3128"}}\n' "$(text "$1" p)" \
        >"$CONFIG/config.d/login.json"
}

# The warnings about lengths, without the root.
warnings() {
    sed -n "s|^ec2-bootstrap: warning: \($ROOT\)\?||p" "$ERR" | grep ' bytes'
}

# refused PATH WORDS: the file is as it was, the others are written, and `remove` leaves it so
refused() {
    local before

    before=$(sha256sum "$ROOT/$1")
    run_with_config run
    assert_status 78 || return 1
    assert_contains "$stderr" "$ROOT/$1: not written: $2" || return 1
    assert_equal "$(sha256sum "$ROOT/$1")" "$before" || return 1
    assert_contains "$(<"$ROOT/run/ec2-bootstrap/proxy.env")" "HTTP_PROXY=http://" || return 1
    run_with_config remove
    assert_status 0 || return 1
    assert_equal "$(sha256sum "$ROOT/$1")" "$before"
}

CUT='and Linux-PAM before 1.4 (Amazon Linux 2, RHEL 8) cuts it at 1023: shorten it where that runs, by a shorter password, say'
STOPS='and Linux-PAM 1.4 to 1.5 stops reading at a line of more than 8190'

@test "a password with which a line has 1023 bytes is as good as any" {
    password 987
    run_with_config run
    assert_status 0
    assert_equal "$(warnings)" ""
    assert_equal "$(awk 'length > n { n = length } END { print n }' "$ROOT/etc/environment")" 1023
}

@test "one byte more is a warning, at each run" {
    password 988
    for _ in 1 2; do
        run_with_config run
        assert_status 0
        assert_equal "$(warnings)" "/etc/environment: line 2 has 1024 bytes, $CUT"
    done
}

@test "a password of 3,000 bytes is a warning" {
    password 3000
    run_with_config run
    assert_status 0
    assert_equal "$(warnings)" "/etc/environment: line 2 has 3036 bytes, $CUT"
}

@test "a password with which a line has 8190 bytes is the longest" {
    password 8154
    run_with_config run
    assert_status 0
    assert_equal "$(warnings)" "/etc/environment: line 2 has 8190 bytes, $CUT"
}

@test "one byte more is refused, in that file only" {
    echo 'A=1' >"$ROOT/etc/environment"
    password 8155
    refused etc/environment \
        "line 2 would have 8191 bytes, $STOPS: use a shorter password, or fewer entries in no_proxy.add"
}

@test "a line of others that would be too long as a comment is refused" {
    printf 'http_proxy=%s\nA=1\n' "$(text 8170 x)" >"$ROOT/etc/environment"
    refused etc/environment "line 9 would have 8208 bytes, $STOPS: shorten it, or delete it"
}

@test "a line of others that was too long before is theirs" {
    printf 'A=%s\nB=1\n' "$(text 9000 x)" >"$ROOT/etc/environment"
    run_with_config run
    assert_status 0
    assert_equal "$(warnings)" ""
}

@test "a list that old versions of systemd cut is a warning, once for all services" {
    mkdir -p "$ROOT/usr/bin"
    touch "$ROOT/usr/bin/dockerd" "$ROOT/usr/bin/containerd"
    run_with_config run --no-proxy "$(for i in {1..100}; do printf 'a%d.example,' "$i"; done)"
    assert_status 0
    assert_equal "$(warnings | grep -c 'and systemd 219 (Amazon Linux 2, RHEL 7) cuts it at 2047')" 1
    assert_equal "$(warnings | grep -c 'Linux-PAM')" 1
}

@test "a password with which no program starts is in no file of variables" {
    password 131072
    run_with_config run
    assert_status 78
    assert_absent "$ROOT/etc/environment"
    assert_absent "$ROOT/run/ec2-bootstrap/proxy.env"
    assert_contains "$stderr" \
        "proxy.env: not written: line 2 would have 131108 bytes, and the kernel starts no program with a line of more than 131071"
}

@test "nor in one whose consumer makes variables of it" {
    mkdir -p "$ROOT/etc/docker" "$ROOT/usr/bin" "$ROOT"/opt/aws/amazon-cloudwatch-agent/{bin,etc}
    touch "$ROOT/usr/bin/dockerd"
    echo '{"proxies": {}}' >"$ROOT/etc/docker/daemon.json"
    password 131072
    run_with_config run
    assert_status 78
    assert_equal "$(<"$ROOT/etc/docker/daemon.json")" '{"proxies": {}}'
    assert_contains "$stderr" \
        "daemon.json: not written: a value would make a variable of 131109 bytes, and the kernel starts no program with one of more than 131071"
    assert_absent "$ROOT/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml"
    assert_contains "$stderr" "common-config.toml: not written: line 3 would have"
}

@test "a file that would grow by more than a mebibyte is left as it is" {
    mkdir -p "$ROOT/etc/dnf"
    { printf '[main]\nproxy=x\n'; yes ' y' | head -n 40000; } >"$ROOT/etc/dnf/dnf.conf"
    refused etc/dnf/dnf.conf "it would grow by 1080137 bytes, as so many of its lines set the same keys: delete them"
}

@test "a file that could not be read back is left as it is" {
    mkdir -p "$ROOT/etc/dnf"
    # In a million lines: what sixteen millions cost is not asked here.
    { printf '[main]\n# %025d\n' 0; yes "$(printf '# %061d' 0)" | head -c $((64 * 1024 * 1024 - 128)); } \
        >"$ROOT/etc/dnf/dnf.conf"
    refused etc/dnf/dnf.conf "it would have 67108881 bytes, and not more than 67108864 can be read back: look at what is in it"
}

@test "what run writes into a large file, the other commands read and remove takes out" {
    yes '# c' | head -c $((3 * 1024 * 1024)) >"$ROOT/etc/environment"
    before=$(sha256sum "$ROOT/etc/environment")
    run_with_config run
    assert_status 0
    rm "$ROOT/run/ec2-bootstrap/proxy.env"
    run_with_config explain http://169.254.169.254/
    assert_contains "$output" "no_proxy  localhost,"
    run_with_config seal --dry-run
    assert_equal "$(grep "$ROOT/etc/environment: " "$ERR")" "ec2-bootstrap: $ROOT/etc/environment: changed (dry run)"
    run_with_config remove
    assert_status 0
    assert_equal "$(sha256sum "$ROOT/etc/environment")" "$before"
}
