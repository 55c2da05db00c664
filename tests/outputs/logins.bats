#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# A login that gets into a file which others can read is told.

load ../lib
load outputs

setup() {
    use_plain_machine
    make_config password
    put usr/lib/systemd/system/ecs.service ""
    put opt/aws/amazon-cloudwatch-agent/bin ""
}

teardown() {
    leave_memory
}

# put PATH TEXT [MODE [GROUP]]: a file of somebody else
put() {
    mkdir -p "$ROOT/${1%/*}"
    printf '%b' "$2" >"$ROOT/$1"
    chmod "${3:-644}" "$ROOT/$1"
    chgrp "${4:-0}" "$ROOT/$1"
}

# The warnings about it, a line each, without the root.
warnings() {
    sed -n "/shows the login/{s|^ec2-bootstrap: warning: ||; s|$ROOT||g; p}" "$ERR"
}

# One file of each consumer that can do without others reading it.
put_all() {
    put etc/ecs/ecs.config 'ECS_CLUSTER=x\n' "$@"
    put etc/docker/daemon.json '{"proxies": {"no-proxy": "x"}}' "$@"
    put etc/dnf/dnf.conf '[main]\n' "$@"
    put opt/aws/amazon-cloudwatch-agent/etc/common-config.toml '[proxy]\n' "$@"
    put etc/codedeploy-agent/conf/codedeployagent.yml '---\n' "$@"
    make_config password environment profile apt dnf docker ecs cloudwatch-agent codedeploy-agent
}

# expected WHOM: what is said of these files
expected() {
    local path cost

    while IFS='|' read -r path cost; do
        echo "$path: shows the login for the proxy to $1: chmod 0600 $path$cost"
    done <<'FILES'
/etc/dnf/dnf.conf|; then only root can use dnf
/etc/docker/daemon.json|
/etc/ecs/ecs.config|
/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml|
/etc/codedeploy-agent/conf/codedeployagent.yml|; an agent that does not run as root has to own it
FILES
}

@test "each file is named, once, with what ends it; the mode stays" {
    put_all
    run_with_config run --dry-run
    assert_status 0
    assert_equal "$(warnings)" "$(expected "every user")"
    run_with_config run --json
    assert_status 0
    assert_equal "$(warnings)" "$(expected "every user")"
    assert_equal "$(json_value "$OUT" '"\n".join(w for w in d["warnings"] if "shows the login" in w)' |
        python3 -c 'import json, sys; print(json.load(sys.stdin))' | sed "s|$ROOT||g")" \
        "$(expected "every user")"
    assert_equal "$(stat -c %a "$ROOT/etc/ecs/ecs.config")" 644
    # As long as it is so, and no longer.
    run_with_config run
    assert_equal "$(warnings)" "$(expected "every user")"
    run_with_config run --json
    sed -n "s|^ec2-bootstrap: warning: .*\(chmod 0600 [^;]*\).*|\1|p" "$ERR" | sh
    run_with_config run
    assert_status 0
    assert_equal "$(warnings)" ""
}

@test "a group, and those whom an ACL names" {
    put_all 640 4
    run_with_config run
    assert_equal "$(warnings)" "$(expected "its group")"
    put_all 600
    find "$ROOT" -name ecs.config -exec setfacl -m u:4:r {} +
    run_with_config run
    assert_equal "$(warnings)" "$(expected "those whom its ACL names" | grep ecs)"
}

@test "none for root's group, none without a login, none of a file that users have to read" {
    put_all 640 0
    run_with_config run
    assert_status 0
    assert_equal "$(warnings)" ""
    put_all
    make_config plain
    run_with_config run
    assert_status 0
    assert_equal "$(warnings)" ""
}

@test "a path that a shell would read otherwise is quoted" {
    put_all 600
    chmod 644 "$ROOT/etc/ecs/ecs.config"
    mv "$ROOT" "$ROOT \$(x)"
    ROOT="$ROOT \$(x)"
    run_with_config run
    assert_contains "$stderr" "every user: chmod 0600 '$ROOT/etc/ecs/ecs.config'"
}
