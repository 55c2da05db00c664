#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# What somebody loses by our settings is told: the hosts that his list exempted, his login, a masked file.

load ../lib
load outputs

setup() {
    use_plain_machine
}

teardown() {
    leave_memory
}

# put PATH TEXT: a file of somebody else
put() {
    mkdir -p "$ROOT/${1%/*}"
    printf '%b' "$2" >"$ROOT/$1"
}

# The warnings, a line each.
warnings() {
    sed -n "s|^ec2-bootstrap: warning: $ROOT||p" "$ERR"
}

LOST='from the proxy, which the new list does not: add to no_proxy.add what has to stay direct'
LOGIN='the new value has none: if the proxy asks for one, set proxy.username and proxy.password_file'
ECS='usr/lib/systemd/system/ecs.service'
CLOUDWATCH='opt/aws/amazon-cloudwatch-agent'

# check PATH TEXT EXPECTED: once, and no more when nothing changes, nor when only our values do
check() {
    put "$1" "$2"
    run_with_config run
    assert_status 0 || return 1
    assert_equal "$(warnings)" "$3" || return 1
    run_with_config run
    assert_equal "$(warnings)" "" || return 1
    run_with_config run --no-proxy another.example
    assert_equal "$(warnings)" ""
}

# check_each ROW...: PATH|TEXT|WHAT, with WHAT empty where nothing is lost
check_each() {
    local row path text what

    for row; do
        IFS='|' read -r path text what <<<"$row"
        make_root_of "$BATS_TEST_TMPDIR/none"
        put "$ECS" ""
        put "$CLOUDWATCH/bin" ""
        check "$path" "$text" "${what:+/$path: $what}" || failed "$row"
    done
    all_passed
}

@test "hosts of a displaced list are named" {
    check_each \
        "etc/environment|no_proxy=localhost,build.intern\n|exempted \"build.intern\" $LOST" \
        "etc/environment|NO_PROXY=\"192.168.9.0/24,.lab\"\n|exempted \"192.168.9.0/24\", \".lab\" $LOST" \
        "etc/ecs/ecs.config|ECS_CLUSTER=x\nNO_PROXY=169.254.169.254,169.254.170.2,/var/run/docker.sock,reg.corp\n|exempted \"reg.corp\" $LOST" \
        "etc/docker/daemon.json|{\"proxies\": {\"no-proxy\": \"*.test.example.com,.example.org\"}}|exempted \"*.test.example.com\", \".example.org\" $LOST" \
        "$CLOUDWATCH/etc/common-config.toml|[proxy]\n  no_proxy = \"logs.intern\"\n|exempted \"logs.intern\" $LOST"
}

@test "nothing is lost, nothing is said" {
    check_each \
        'etc/environment|no_proxy=localhost,127.0.0.1,169.254.169.254\n|' \
        'etc/environment|no_proxy=LOCALHOST\nNO_PROXY=169.254.170.2\nPATH=/bin\n|' \
        'etc/environment|no_proxy=\n|' \
        'etc/environment|# no_proxy=build.intern\n|' \
        'etc/environment|http_proxy=http://old.corp:1\n|' \
        'etc/ecs/ecs.config|NO_PROXY=169.254.169.254,169.254.170.2,/var/run/docker.sock\n|' \
        'etc/docker/daemon.json|{"log-driver": "local"}|' \
        'etc/docker/daemon.json|{"proxies": {"no-proxy": "127.0.0.1"}}|'
}

@test "a host is named once, in whatever files it stood" {
    put etc/environment 'no_proxy=a.example\nNO_PROXY=a.example,b.example\n'
    put etc/docker/daemon.json '{"proxies": {"no-proxy": "b.example,c.example"}}'
    put usr/bin/dockerd ""
    run_with_config run --json
    assert_status 0
    assert_equal "$(json_value "$OUT" 'len([w for w in d["warnings"] if ": exempted " in w])')" 3
    run_with_config remove
    run_with_config run
    assert_equal "$(warnings | sed 's/ from the.*//')" '/etc/environment: exempted "a.example"
/etc/environment: exempted "b.example"
/etc/docker/daemon.json: exempted "c.example"'
}

@test "no_proxy.add is what keeps it, and --dry-run says so before" {
    put etc/environment 'no_proxy=build.intern\n'
    run_with_config run --dry-run
    assert_equal "$(warnings)" "/etc/environment: exempted \"build.intern\" $LOST"
    run_with_config run --no-proxy build.intern
    assert_equal "$(warnings)" ""
}

@test "what is written behind our block is displaced anew, and told anew" {
    put etc/environment 'no_proxy=a.example\n'
    run_with_config run
    printf 'no_proxy=b.example\n' >>"$ROOT/etc/environment"
    run_with_config run
    assert_equal "$(warnings)" "/etc/environment: exempted \"b.example\" $LOST"
}

@test "a login that stood there, where ours has none" {
    check_each \
        "etc/environment|https_proxy=http://svc:s3kr1t@proxy.corp:3128\n|its https_proxy had a login for the proxy, $LOGIN" \
        "etc/dnf/dnf.conf|[main]\nproxy=http://proxy.corp:3128\nproxy_username=svc\nproxy_password=s3kr1t\n|its proxy_username had a login for the proxy, $LOGIN" \
        "etc/dnf/dnf.conf|[main]\nproxy: http://svc:s3kr1t@proxy.corp:3128\n|its proxy had a login for the proxy, $LOGIN" \
        "etc/docker/daemon.json|{\"proxies\": {\"https-proxy\": \"http://svc:s3kr1t@proxy.corp:3128\"}}|its https-proxy had a login for the proxy, $LOGIN" \
        "etc/ecs/ecs.config|HTTP_PROXY=svc:s3kr1t@proxy.corp:3128\n|its HTTP_PROXY had a login for the proxy, $LOGIN" \
        "$CLOUDWATCH/etc/common-config.toml|[proxy]\nhttp_proxy = \"http://svc@proxy.corp:3128\"\n|its http_proxy had a login for the proxy, $LOGIN" \
        "etc/codedeploy-agent/conf/codedeployagent.yml|---\n:proxy_uri: http://svc:s3kr1t@proxy.corp:3128\n|its proxy_uri had a login for the proxy, $LOGIN" \
        'etc/environment|https_proxy=http://proxy.corp:3128\n|' \
        'etc/dnf/dnf.conf|[main]\nproxy=http://proxy.corp:3128\nproxy_username=\n|' \
        'etc/dnf/dnf.conf|[main]\ngpgcheck=1\n[x]\nproxy_username=svc\n|'
}

@test "with a login of our own there is nothing to say" {
    make_config password
    put etc/environment 'https_proxy=http://svc:s3kr1t@proxy.corp:3128\n'
    run_with_config run
    assert_equal "$(warnings)" ""
}

# -- masks

# check_mask LINK PATH: all other files are written, and it comes back with the link gone
check_mask() {
    local before

    make_root_of "$BATS_TEST_TMPDIR/none"
    put usr/bin/dockerd ""
    put etc/apt/apt.conf.d/00x ""
    mkdir -p "$ROOT/etc/profile.d" "$ROOT/etc/sudoers.d" "$ROOT/${2%/*}" "$ROOT/dev"
    ln -s "$1" "$ROOT/$2"
    before=$(state)
    run_with_config run --json
    assert_status 0 || return 1
    assert_equal "$(json_value "$OUT" '[o["action"] for o in d["outputs"] if o["path"] == "/'"$2"'"]')" '["masked"]' || return 1
    assert_equal "$(warnings | sed 's/, or leave.*//')" "/$2: not written, as it is masked by a link to /dev/null: delete the link" ||
        return 1
    assert_equal "$(readlink "$ROOT/$2")" "$1" || return 1
    assert_equal "$(ls -A "$ROOT/dev")" "" || return 1
    grep -q ^http_proxy= "$ROOT/run/ec2-bootstrap/proxy.env" || return 1
    run_with_config remove
    assert_status 0 || return 1
    assert_equal "$(state)" "$before" || return 1
    run_with_config seal
    assert_status 0 || return 1
    rm "$ROOT/$2"
    run_with_config run
    assert_equal "$(warnings)" "" || return 1
    [[ -f $ROOT/$2 ]]
}

@test "a file that is masked is left alone: run, remove and seal succeed" {
    local path

    for path in etc/systemd/system/docker.service.d/50-ec2-bootstrap.conf etc/profile.d/ec2-bootstrap.sh \
        etc/apt/apt.conf.d/95ec2-bootstrap etc/sudoers.d/50-ec2-bootstrap etc/environment; do
        check_mask /dev/null "$path" || failed "$path"
    done
    make_root_of "$BATS_TEST_TMPDIR/none"
    put usr/bin/dockerd ""
    mkdir -p "$ROOT/etc/systemd/system"
    ln -s /dev/null "$ROOT/etc/systemd/system/docker.service.d"
    run_with_config run
    { assert_status 0 && assert_contains "$(warnings)" "docker.service.d/50-ec2-bootstrap.conf: not written, as it is masked"; } ||
        failed "a directory"
    check_mask ../../../../dev/null etc/systemd/system/docker.service.d/50-ec2-bootstrap.conf ||
        failed "a relative link"
    all_passed
}
