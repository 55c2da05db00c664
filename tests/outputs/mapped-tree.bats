#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A tree of a container without privileges: its root is another user out here, and this machine's root is
# nobody in there.

load ../lib
load outputs

MAPPED=100000

setup() {
    make_root
    mkdir -p "$ROOT"/etc/{ec2-bootstrap,dnf,sudoers.d,profile.d} "$ROOT"/usr/{bin,run} "$ROOT"/var/lib
    ln -s usr/run "$ROOT/run"
    echo A=b >"$ROOT/etc/environment"
    echo '{"proxy": {"http": "http://u:secret-of-u@proxy.corp:1"}, "credentials": "off", "no_proxy": {"vpc": false},
        "outputs": ["environment", "systemd", "profile", "apt", "dnf", "docker", "sudo"]}' \
        >"$ROOT/etc/ec2-bootstrap/config.json"
    chown -hR "$MAPPED:$MAPPED" "$ROOT" 2>/dev/null || skip "no other user id here"
}

# What is not the container's.
foreign() {
    find "$ROOT" \( ! -user "$MAPPED" -o ! -group "$MAPPED" \) -printf '%P %U:%G\n'
}

@test "a tree of a container: what is made in there belongs to the container's root" {
    for case in "run" "seal --dry-run" "seal" "run" "remove"; do
        # shellcheck disable=SC2086 # words
        run "$BUILD/ec2-bootstrap" $case --root "$ROOT"
        assert_status 0 || failed "$case"
        assert_equal "$(foreign)" "" || failed "$case"
        if [[ $case == run ]]; then
            assert_equal "$(stat -c '%u %a' "$ROOT/run/ec2-bootstrap/proxy.env")" "$MAPPED 600" || failed "$case"
            assert_equal "$(stat -c '%u %a' "$ROOT/etc/sudoers.d/50-ec2-bootstrap")" "$MAPPED 440" || failed "$case"
        fi
    done
    assert_absent "$ROOT/run/ec2-bootstrap/proxy.env"
    assert_equal "$(<"$ROOT/etc/environment")" "A=b"
    all_passed
}

@test "a tree of root's in a directory of a user: what is made in there stays root's" {
    chown -hR 0:0 "$ROOT"
    chown "$MAPPED:$MAPPED" "$ROOT"
    run "$BUILD/ec2-bootstrap" run --root "$ROOT"
    assert_status 0
    assert_equal "$(find "$ROOT" -mindepth 1 ! -user 0)" ""
}
