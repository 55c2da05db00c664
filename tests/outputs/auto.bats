#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# "outputs": "auto": what is written when what is there.

load ../lib
load outputs

setup() {
    use_memory
}

teardown() {
    leave_memory
}

ALWAYS="etc/environment run/ec2-bootstrap/proxy.env"
UNITS=etc/systemd/system
DROPIN=50-ec2-bootstrap.conf
SNAP=snap.amazon-ssm-agent.amazon-ssm-agent.service

# what is there (a folder when it ends in /) | what is written in addition
ROWS=(
    "|"
    "etc/profile.d/|etc/profile.d/ec2-bootstrap.sh"
    "etc/apt/apt.conf.d/|etc/apt/apt.conf.d/95ec2-bootstrap"
    "etc/dnf/dnf.conf|etc/dnf/dnf.conf"
    "etc/yum.conf|etc/yum.conf"
    "usr/bin/dockerd|$UNITS/docker.service.d/$DROPIN"
    "usr/lib/systemd/system/docker.service|$UNITS/docker.service.d/$DROPIN"
    "usr/bin/containerd|$UNITS/containerd.service.d/$DROPIN"
    "usr/local/bin/containerd|$UNITS/containerd.service.d/$DROPIN"
    "usr/libexec/amazon-ecs-init|etc/ecs/ecs.config $UNITS/ecs.service.d/$DROPIN"
    "usr/bin/amazon-ssm-agent|$UNITS/amazon-ssm-agent.service.d/$DROPIN"
    "$UNITS/$SNAP|$UNITS/$SNAP.d/$DROPIN"
    "opt/aws/amazon-cloudwatch-agent/bin/|opt/aws/amazon-cloudwatch-agent/etc/common-config.toml"
    "etc/codedeploy-agent/conf/codedeployagent.yml|etc/codedeploy-agent/conf/codedeployagent.yml"
    "usr/lib/snapd/snapd|"
    "etc/sudoers.d/|etc/sudoers.d/50-ec2-bootstrap"
    "etc/sysconfig/|"
    "etc/sysconfig/proxy|etc/sysconfig/proxy"
    "usr/sbin/registercloudguest|etc/sysconfig/proxy"
    "etc/docker/|"
    "etc/ecs/|"
)

# put PATH: an empty file or folder, but a consumer's own file where it has to have something in it.
put() {
    mkdir -p "$ROOT/${1%/*}"
    case $1 in
    */) ;;
    *.yml) printf -- '---\n:log_dir: /x\n' >"$ROOT/$1" ;;
    *) : >"$ROOT/$1" ;;
    esac
}

# Prints the files that have something of ours, but the list of folders.
written() {
    (cd "$ROOT" && grep -rlE 'proxy\.corp|env_keep' . | sed 's|^\./||' | sort)
}

@test "each consumer that is there gets its file, and no other" {
    local row there expected

    make_config plain
    for row in "${ROWS[@]}"; do
        there=${row%%|*}
        make_root_of /nonexistent
        [[ -z $there ]] || put "$there"
        run_with_config run
        assert_status 0
        # shellcheck disable=SC2086 # words are meant
        expected=$(printf '%s\n' $ALWAYS ${row#*|} | sort)
        assert_equal "$there: $(written)" "$there: $expected"
    done
}

@test "a consumer that came later, and one that went" {
    make_config plain
    make_root_of /nonexistent
    run_with_config run
    put usr/bin/containerd
    run_with_config run
    assert_contains "$(<"$ERR")" "containerd.service.d/$DROPIN: created"
    rm "$ROOT/usr/bin/containerd"
    run_with_config run
    assert_contains "$(<"$ERR")" "containerd.service.d/$DROPIN: removed"
    [[ ! -e $ROOT/$UNITS ]]
}
