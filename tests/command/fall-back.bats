#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# A machine gets its proxy settings also when the metadata service fails.

load ../lib
load command

PROXY='"proxy": {"http": "http://proxy.corp:3128"}'
QUICK='"imds": {"deadline_s": 1, "request_timeout_ms": 500}'
THIS=i-0123456789abcdef0
OTHER=i-0fedcba9876543210
LACKS="ec2-bootstrap: warning: without the metadata service no_proxy "
REMEDY=": what else must be reached directly belongs in no_proxy.add"

setup() {
    make_root
    be_instance "$THIS"
    write_settings "{$PROXY, $QUICK}"
    FACTS=$ROOT/var/lib/ec2-bootstrap/facts.json
}

# be_instance ID
be_instance() {
    mkdir -p "$ROOT/sys/class/dmi/id"
    echo "$1" >"$ROOT/sys/class/dmi/id/board_asset_tag"
}

# A run that goes well, with a service whose answers nothing is the matter with.
run_well() {
    agent_environment=()
    start_simulator
    run_agent run
    assert_status 0
    stop_simulator
    IMDS_URL=
}

# run_failing RULE...: a run while the metadata service is in trouble
run_failing() {
    write_scenario "$@"
    start_simulator --scenario "$SCENARIO"
    run_agent run --json
    stop_simulator
}

list() {
    sed -n 's/^no_proxy=//p' "$ROOT/run/ec2-bootstrap/proxy.env"
}

warning() {
    grep "^$LACKS" "$ERR"
}

# What is the matter | the simulator's rule | exit code | a part of the error
TROUBLE=(
    'switched off|{"status": 403}|69|is switched off for this instance'
    'silent|{"send": "nothing"}|69|no answer in time'
    'refused|refused|69|Connection refused'
    'a fault|{"status": 503}|69|HTTP 503'
    'no tokens|{"path": "/latest/api/token", "status": 404}|69|HTTP 404'
    'a token that is none|{"path": "/latest/api/token", "body": "<html>"}|65|not a session token'
    'something else answers|{"raw": "SSH-2.0-OpenSSH", "end": "close"}|65|not valid HTTP'
    'too late|{"delay_ms": 60000}|69|no answer in time'
    'no region to be read|{"path": "/latest/meta-data/placement/region", "body": "<html>"}|65|not a single name'
    'blocks that are none|{"path": "/latest/meta-data/network/interfaces/macs/0e*", "body": "10.7.0.0/16\nten"}|65|line 2 of the answer'
    'AWS_EC2_METADATA_DISABLED|disabled|69|AWS_EC2_METADATA_DISABLED'
)

# play RULE: a run in that trouble
play() {
    agent_environment=()
    case $1 in
    refused)
        start_simulator
        stop_simulator
        run_agent run --json
        ;;
    disabled)
        agent_environment=(AWS_EC2_METADATA_DISABLED=true)
        IMDS_URL=http://127.0.0.1:1
        run_agent run --json
        ;;
    *) run_failing "$1" ;;
    esac
}

# check_list SOURCE LIST: what the run in trouble made of it
check_list() {
    assert_status "$code" && assert_fallen_back "$words" &&
        assert_equal "$(list)" "$2" &&
        assert_equal "$(json_value "$OUT" 'd["facts"]')" "$1" &&
        assert_equal "$(json_value "$OUT" 'd["proxy"]["no_proxy"]')" "\"$2\""
}

@test "in trouble, with nothing kept: the list without the VPC" {
    local case code name rule words expected

    for case in "${TROUBLE[@]}"; do
        IFS='|' read -r name rule code words <<<"$case"
        expected=$ALWAYS
        [[ $name != blocks* ]] || expected+=",.ec2.internal,*.ec2.internal" # the region has come
        play "$rule"
        { check_list null "$expected" && assert_absent "$FACTS"; } || failed
    done
    all_passed
}

@test "in trouble, with what the last good run kept: the same list as then" {
    local case code name rule words kept

    run_well
    assert_equal "$(list)" "$WITH_VPC"
    kept=$(snapshot "$ROOT/var")
    for case in "${TROUBLE[@]}"; do
        IFS='|' read -r name rule code words <<<"$case"
        rm "$ROOT/run/ec2-bootstrap/proxy.env"
        play "$rule"
        { check_list '"kept"' "$WITH_VPC" && assert_equal "$(snapshot "$ROOT/var")" "$kept"; } || failed
    done
    all_passed
}

@test "in trouble, with what another machine kept: as with nothing" {
    local case code name rule words expected

    run_well
    be_instance "$OTHER"
    for case in "${TROUBLE[@]}"; do
        IFS='|' read -r name rule code words <<<"$case"
        expected=$ALWAYS
        [[ $name != blocks* ]] || expected+=",.ec2.internal,*.ec2.internal"
        play "$rule"
        check_list null "$expected" || failed
        assert_contains "$(<"$ERR")" "ec2-bootstrap: $FACTS is of another machine: not used" || failed
    done
    all_passed
    # The next good run is this machine's.
    run_well
    assert_contains "$(<"$FACTS")" "\"instance $OTHER\""
}

@test "required: no file is changed, whatever is kept" {
    local case code name rule words before

    run_well
    write_settings "{$PROXY, $QUICK, \"no_proxy\": {\"vpc\": \"required\"}}"
    before=$(contents)
    for case in "${TROUBLE[@]}"; do
        IFS='|' read -r name rule code words <<<"$case"
        play "$rule"
        { assert_status "$code" && assert_one_error "$words" "; no file was changed" &&
            assert_equal "$(json_value "$OUT" 'd["facts"]')" null &&
            assert_equal "$(contents)" "$before"; } || failed
    done
    all_passed
    run_well
}

@test "what the warning says" {
    # no_proxy | kept: yes or no | rule | the warning
    local off='{"status": 403}' region='{"path": "/latest/meta-data/placement/region", "status": 500}' case
    local settings kept rule expected
    local cases=(
        "{}|yes|$off|has the VPC's blocks and the VPC's private DNS names of the last good run on this machine"
        "{}|no|$off|lacks the VPC's blocks and the VPC's private DNS names$REMEDY"
        "{\"services\": [\"s3\"]}|yes|$off|has the VPC's blocks, the VPC's private DNS names and the names of no_proxy.services of the last good run on this machine"
        "{\"services\": [\"s3\"]}|no|$off|lacks the VPC's blocks, the VPC's private DNS names and the names of no_proxy.services$REMEDY"
        "{\"services\": [\"s3\"], \"vpc\": false}|no|$off|lacks the names of no_proxy.services$REMEDY"
        "{\"services\": [\"s3\"], \"vpc\": false}|yes|$off|has the names of no_proxy.services of the last good run on this machine"
        "{}|no|$region|lacks the VPC's blocks and the VPC's private DNS names$REMEDY"
    )

    for case in "${cases[@]}"; do
        IFS='|' read -r settings kept rule expected <<<"$case"
        rm -rf "${ROOT:?}/var"
        write_settings "{$PROXY, $QUICK, \"no_proxy\": $settings}"
        [[ $kept == no ]] || run_well
        run_failing "$rule"
        { assert_status 69 && assert_equal "$(warning)" "$LACKS$expected"; } || failed
    done
    all_passed
}

@test "facts are kept for root alone, without a secret, and written only when they change" {
    local before

    run_well
    assert_equal "$(stat -c %a "$FACTS")" 600
    assert_equal "$(tr -d '[:space:]' <"$FACTS")" \
        '{"format":1,"machine":"instance'$THIS'","region":"us-east-1","domain":null,"vpc_ipv4_blocks":["10.0.0.0/16","100.64.0.0/16"],"vpc_ipv6_blocks":[]}'
    before=$(snapshot "$ROOT/var")
    run_well
    assert_equal "$(snapshot "$ROOT/var")" "$before"
    change_tree 'data["placement"]["region"] = "eu-west-1"'
    start_simulator --tree "$TREE"
    run_agent run
    assert_status 0
    assert_contains "$(<"$FACTS")" eu-west-1
    assert_no_temporary
}

@test "no facts are kept of a dry run, without a proxy, nor in a tree that is no machine's" {
    start_simulator
    run_agent run --dry-run
    assert_status 0
    assert_absent "$ROOT/var"
    write_settings '{}'
    run_agent run
    assert_status 0
    assert_absent "$ROOT/var"
    write_settings "{$PROXY}"
    rm -r "$ROOT/sys"
    echo uninitialized >"$ROOT/etc/machine-id"
    run_agent run
    assert_status 0
    assert_absent "$ROOT/var"
    echo 0123456789abcdef0123456789abcdef >"$ROOT/etc/machine-id"
    run_agent run
    assert_status 0
    assert_contains "$(<"$FACTS")" '"machine 0123456789abcdef0123456789abcdef"'
}

@test "remove, seal and a run without a proxy take the facts out" {
    local before action

    before=$(contents)
    for action in remove "seal" "run --config $BATS_TEST_TMPDIR/none.json"; do
        run_well
        [[ -e $FACTS ]]
        echo '{"credentials": "off"}' >"$BATS_TEST_TMPDIR/none.json"
        # shellcheck disable=SC2086 # options
        run_agent $action
        assert_absent "$ROOT/var" || failed "$action"
        assert_equal "$(contents)" "$before" || failed "$action"
    done
    all_passed
}

@test "kept facts that cannot be used: said, not used, and replaced" {
    # text | what is said
    local case text words good cases=(
        '|line 1: not valid JSON'
        '{"format": 1, "mach|line 1: not valid JSON'
        '{"format": 2}|its format is not 1'
        '{"format": 1, "machine": "instance i-0123456789abcdef0", "region": "a b"}|"region": the answer is not a single name'
        '{"format": 1, "machine": "instance i-0123456789abcdef0", "vpc_ipv4_blocks": ["*"]}|"vpc_ipv4_blocks": line 1 of the answer is not valid'
    )

    run_well
    good=$(<"$FACTS")
    for case in "${cases[@]}"; do
        IFS='|' read -r text words <<<"$case"
        printf '%s' "$text" >"$FACTS"
        run_failing '{"status": 403}'
        { assert_status 69 && assert_fallen_back HTTP && assert_equal "$(list)" "$ALWAYS" &&
            assert_contains "$(<"$ERR")" "ec2-bootstrap: warning: $FACTS: $words: not used"; } || failed
        run_well
        assert_equal "$(<"$FACTS")" "$good" || failed
    done
    all_passed
}

@test "facts that cannot be written: a warning" {
    mkdir -p "$FACTS"
    start_simulator
    run_agent run
    assert_status 0
    assert_contains "$(<"$ERR")" "ec2-bootstrap: warning: $FACTS: cannot be written: "
    assert_equal "$(list)" "$WITH_VPC"
}

@test "the last line of a run that fails says what became of the files" {
    local case code name rule words

    # A file that cannot be written is the error, and that of the metadata service is said, too.
    mkdir "$ROOT/etc/environment"
    run_failing '{"status": 403}'
    assert_status 74
    assert_contains "$(<"$ERR")" "ec2-bootstrap: warning: PUT $IMDS_URL/latest/api/token: HTTP 403"
    assert_equal "$(tail -n 1 "$ERR")" "ec2-bootstrap: warning: the other proxy settings have been written; ec2-bootstrap doctor finds the cause"
    assert_equal "$(list)" "$ALWAYS"
    rmdir "$ROOT/etc/environment"

    write_settings "{$QUICK}"
    run_failing '{"status": 403}'
    assert_status 69
    assert_contains "$(tail -n 1 "$ERR")" "; no proxy is configured"

    write_settings "{$PROXY, $QUICK, \"case\": 1}"
    run_agent run
    assert_status 78
    assert_one_error "case: expected" "; no file was changed"

    write_settings "{$PROXY, $QUICK}"
    write_scenario '{"path": "/latest/meta-data/iam/*", "status": 404}'
    start_simulator --scenario "$SCENARIO"
    run_agent run
    assert_status 75
    assert_contains "$(tail -n 1 "$ERR")" "; the proxy settings have been written"
    run_agent run --dry-run
    assert_status 75
    assert_contains "$(tail -n 1 "$ERR")" "; this is a dry run: no file was changed"
}
