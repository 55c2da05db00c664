#!/usr/bin/env bats
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# A metadata service that is not there, is broken, or is something else: the exit code says which, one
# line says what to do, and no file is changed that depends on an answer.
#
# How exactly a deadline is kept is tested in tests/unit/test_client.c, whose clock is made up. Here: a
# final fault ends the agent before the deadline, one that may pass only at the deadline. Both hold on a
# busy machine, too.

load ../lib
load command

# For final faults. AT_ONCE_MS is far from this deadline, and from what any machine needs.
IMDS='"imds": {"deadline_s": 100, "request_timeout_ms": 60000}'
AT_ONCE_MS=50000
# For faults that may pass: time enough to get as far as the fault, on a busy machine too.
DEADLINE_S=5
WAITING='"imds": {"deadline_s": '$DEADLINE_S', "request_timeout_ms": 1000}'
# A refused connection takes no time.
REFUSED='"imds": {"deadline_s": 1}'
PROXY='"proxy": {"http": "http://proxy.corp:3128"}'

TOKEN_PATH=/latest/api/token
REGION_PATH=/latest/meta-data/placement/region
MACS_PATH=/latest/meta-data/network/interfaces/macs/
CIDRS_PATH=${MACS_PATH}0e:49:61:0f:c3:11/vpc-ipv4-cidr-blocks

ADDED=()

setup() {
    make_root
    printf 'LANG=C\nhttp_proxy=http://old.corp:1\n' >"$ROOT/etc/environment"
    write_settings "{$PROXY, $IMDS}"
}

teardown() {
    local address

    for address in "${ADDED[@]}"; do
        ip address del "$address" dev lo
    done
    stop_all
}

# another_simulator NAME [ARG...]: beside that of start_simulator. Sets OTHER_URL[NAME]; its log is
# the file NAME.log.
declare -gA OTHER_URL
another_simulator() {
    local name=$1 listen=(--listen 127.0.0.1:0)

    shift
    [[ " $* " != *" --listen "* ]] || listen=()
    start_process "$BATS_TEST_TMPDIR/$name.out" "$BUILD/imds-sim" "${listen[@]}" \
        --tree "$TESTS/imds-sim/tree.json" --log "$BATS_TEST_TMPDIR/$name.log" "$@"
    OTHER_URL[$name]=$(ready_line "$BATS_TEST_TMPDIR/$name.out" "$!")
}

add_address() {
    ip address add "$1" dev lo "${@:2}"
    ADDED+=("$1")
}

# timed_agent ARG...: also sets TOOK_MS
timed_agent() {
    local start

    start=$(now_ms)
    run_agent "$@"
    TOOK_MS=$(($(now_ms) - start))
}

assert_at_once() {
    ((TOOK_MS < AT_ONCE_MS)) || { echo "it took $TOOK_MS ms" >&2; return 1; }
}

# assert_failed CODE PATH PART BEFORE: the last agent, for this reason, without a change
assert_failed() {
    assert_status "$1" || return 1
    assert_one_error "$IMDS_URL$2" "$3" || return 1
    assert_equal "$(contents)" "$4" || return 1
    assert_equal "$(<"$OUT")" ""
}

# assert_broken CODE PATH PART: of `run` with the simulator as it is
assert_broken() {
    local before

    before=$(contents)
    timed_agent run
    assert_failed "$1" "$2" "$3" "$before"
}

# check_scenarios COMMAND CASE...: each case is CODE|PATH|PART|RULE, has a simulator with that rule and
# a root of its own, and all are run at once, as most of them wait for the deadline. ALSO, if set, is
# one more check: a function that is called with SIM_LOG, ROOT, TOOK_MS and the rest set to those of the
# case.
check_scenarios() {
    local command=$1 index=0 agents=() before case code path part root=$ROOT
    local IMDS_URL SIM_LOG ROOT=$ROOT

    shift
    before=$(contents)
    for case; do
        write_scenario "${case#*|*|*|}"
        another_simulator "case-$index" --scenario "$SCENARIO"
        cp -a "$root" "$BATS_TEST_TMPDIR/case-$index"
        run_case "$index" "$command" 3>&- &
        agents+=($!)
        ((++index))
    done
    wait "${agents[@]}"
    index=0
    for case; do
        OUT=$BATS_TEST_TMPDIR/case-$index.agent.out ERR=$BATS_TEST_TMPDIR/case-$index.agent.err
        output=$(<"$OUT") stderr=$(<"$ERR")
        SIM_LOG=$BATS_TEST_TMPDIR/case-$index.log IMDS_URL=${OTHER_URL[case-$index]}
        ROOT=$BATS_TEST_TMPDIR/case-$index
        read -r status TOOK_MS <"$BATS_TEST_TMPDIR/case-$index.agent.result"
        IFS='|' read -r code path part _ <<<"$case"
        assert_failed "$code" "$path" "$part" "$before" || failed
        [[ -z ${ALSO-} ]] || "$ALSO" || failed
        ((++index))
    done
    all_passed
}

# run_case INDEX COMMAND
run_case() {
    local file=$BATS_TEST_TMPDIR/case-$1 status=0 start

    start=$(now_ms)
    agent --root "$file" --endpoint "${OTHER_URL[case-$1]}" "$2" >"$file.agent.out" 2>"$file.agent.err" ||
        status=$?
    echo "$status $(($(now_ms) - start))" >"$file.agent.result"
}

# -- the service is not there

@test "an endpoint that refuses: exit code 69" {
    IMDS_URL=http://127.0.0.1:9
    write_settings "{$PROXY, $REFUSED}"
    assert_broken 69 "$TOKEN_PATH" "Connection refused: check that this is an EC2 instance"
    assert_one_error "gave up after"
    timed_agent credentials
    assert_status 69
    assert_one_error "$IMDS_URL$TOKEN_PATH" "Connection refused"
    assert_equal "$(<"$OUT")" ""
}

@test "an endpoint that says nothing, or hangs up: exit code 69" {
    write_settings "{$PROXY, $WAITING}"
    check_scenarios run \
        "69|$TOKEN_PATH|no answer in time|{\"send\": \"nothing\"}" \
        "69|$TOKEN_PATH|closed|{\"send\": \"nothing\", \"end\": \"reset\"}" \
        "69|$TOKEN_PATH|closed|{\"send\": \"nothing\", \"end\": \"close\"}" \
        "69|$REGION_PATH|no answer in time|{\"path\": \"$REGION_PATH\", \"send\": \"headers\"}" \
        "69|$REGION_PATH|no answer in time|{\"path\": \"$REGION_PATH\", \"drip_ms\": 50}"
}

@test "an endpoint whose name or address leads nowhere: exit code 69" {
    local endpoint

    write_settings "{$PROXY, $REFUSED}"
    for endpoint in http://192.0.2.1 http://no-such-host.invalid 'http://[2001:db8::1]:80'; do
        IMDS_URL=$endpoint
        assert_broken 69 "$TOKEN_PATH" "check that this is an EC2 instance"
    done
}

# The pauses are random: five at once.
@test "the deadline is used up before it gives up" {
    local rule="75|$ROLE_PATH|no role|{\"path\": \"$ROLE_PATH\", \"status\": 404}"

    write_settings "{$PROXY, $WAITING}"
    ALSO=used_the_deadline check_scenarios credentials "$rule" "$rule" "$rule" "$rule" "$rule"
}

# But for the time that is kept for a last request.
used_the_deadline() {
    ((TOOK_MS >= DEADLINE_S * 1000 - 1000)) || {
        echo "it gave up after $TOOK_MS ms of $DEADLINE_S s" >&2
        return 1
    }
}

# -- the service is switched off, or has a fault

@test "status codes that are final: asked once" {
    ALSO=asked_once check_scenarios run \
        "69|$TOKEN_PATH|HTTP 403: the metadata service is switched off|{\"status\": 403}" \
        "69|$TOKEN_PATH|HTTP 400: |{\"status\": 400}" \
        "69|$TOKEN_PATH|HTTP 404: |{\"status\": 404}" \
        "69|$TOKEN_PATH|HTTP 405: |{\"status\": 405}" \
        "65|$TOKEN_PATH|HTTP 204: |{\"status\": 204}"
}

asked_once() {
    assert_equal "$(simulator_requests | sed 's/ [0-9]*$//')" "PUT $TOKEN_PATH" || return 1
    assert_at_once
}

@test "status codes that can pass: asked again, until the deadline" {
    write_settings "{$PROXY, $WAITING}"
    ALSO=asked_again check_scenarios run \
        "69|$TOKEN_PATH|HTTP 500: the metadata service has a fault|{\"status\": 500}" \
        "69|$TOKEN_PATH|HTTP 502: the metadata service has a fault|{\"status\": 502}" \
        "69|$TOKEN_PATH|HTTP 503: the metadata service has a fault|{\"status\": 503}" \
        "69|$TOKEN_PATH|HTTP 429: the metadata service is throttling|{\"status\": 429}" \
        "69|$TOKEN_PATH|HTTP 401: |{\"status\": 401}"
}

asked_again() {
    assert_equal "$(simulator_requests | sed 's/ [0-9]*$//' | sort -u)" "PUT $TOKEN_PATH" || return 1
    assert_contains "$(<"$ERR")" "gave up after " || return 1
    (($(simulator_count) > 1))
}

@test "a service that is switched off in the instance's options: exit code 69 at once" {
    change_tree "tree['http_endpoint'] = 'disabled'"
    start_simulator --tree "$TREE"
    assert_broken 69 "$TOKEN_PATH" "--http-endpoint enabled"
    assert_at_once
    assert_equal "$(simulator_count)" 1
}

@test "status codes of data: a fault is asked again, a refusal is final" {
    write_settings "{$PROXY, $WAITING}"
    check_scenarios run \
        "69|$REGION_PATH|fault|{\"path\": \"$REGION_PATH\", \"status\": 500}" \
        "69|$REGION_PATH|switched off|{\"path\": \"$REGION_PATH\", \"status\": 403}" \
        "69|$CIDRS_PATH|HTTP 400|{\"path\": \"$CIDRS_PATH\", \"status\": 400}" \
        "69|$MACS_PATH|throttling|{\"path\": \"$MACS_PATH\", \"status\": 429}"
}

@test "a token that is not accepted any more: one new token, once" {
    write_scenario "{\"path\": \"$REGION_PATH\", \"status\": 401, \"times\": 1}"
    start_simulator --scenario "$SCENARIO"
    run_agent run
    assert_status 0
    assert_equal "$(simulator_requests | grep -c PUT)" 2
    stop_simulator

    write_scenario "{\"path\": \"$REGION_PATH\", \"status\": 401}"
    start_simulator --scenario "$SCENARIO"
    rm "$ROOT/run/ec2-bootstrap/proxy.env"
    printf 'LANG=C\n' >"$ROOT/etc/environment"
    assert_broken 69 "$REGION_PATH" "HTTP 401"
    assert_equal "$(simulator_requests | grep -c PUT)" 2
}

@test "faults that pass are survived, silently" {
    local rule

    for rule in '"status": 503, "for_ms": 200' '"status": 401, "times": 2, "method": "PUT"' \
        '"send": "nothing", "end": "reset", "times": 2' '"send": "nothing", "times": 2' \
        '"status": 429, "times": 3' "\"path\": \"$REGION_PATH\", \"status\": 500, \"times\": 1" \
        "\"path\": \"${ROLE_PATH}web-server\", \"stop_after_bytes\": 100, \"end\": \"reset\", \"times\": 1" \
        "\"path\": \"${ROLE_PATH}web-server\", \"status\": 200, \"body\": \"{\", \"times\": 1"; do
        # All is asked, and there is no network block that some client cannot honour.
        write_settings "{$PROXY, \"imds\": {\"deadline_s\": 60, \"request_timeout_ms\": 1000},
            \"no_proxy\": {\"vpc\": false, \"services\": [\"s3\"]}}"
        write_scenario "{$rule}"
        start_simulator --scenario "$SCENARIO"
        run_agent run --quiet
        assert_status 0
        assert_equal "$(<"$ERR")" ""
        stop_simulator
    done
}

# -- something else answers

@test "HTML, no HTTP, oversize, nonsense: exit code 65" {
    ALSO=assert_at_once check_scenarios run \
        "65|$TOKEN_PATH|check the endpoint|{\"body\": \"<!DOCTYPE html><html><body>Please log in</body></html>\"}" \
        "65|$TOKEN_PATH|check the endpoint|{\"body\": \"<html>\"}" \
        "65|$TOKEN_PATH|check the endpoint|{\"body\": \"two words\"}" \
        "65|$TOKEN_PATH|check the endpoint|{\"status\": 200, \"body\": \"\"}" \
        "65|$TOKEN_PATH|check the endpoint|{\"raw\": \"SSH-2.0-OpenSSH_9.2\\r\\n\", \"end\": \"close\"}" \
        "65|$TOKEN_PATH|check the endpoint|{\"raw\": \"<html></html>\", \"end\": \"close\"}" \
        "65|$TOKEN_PATH|larger|{\"body_repeat\": {\"text\": \"x\", \"count\": 4097}}" \
        "65|$TOKEN_PATH|larger|{\"body_repeat\": {\"text\": \"x\", \"count\": 4097}, \"chunked\": true}" \
        "65|$REGION_PATH|not a single name|{\"path\": \"$REGION_PATH\", \"body\": \"<html><body>us-east-1</body></html>\"}" \
        "65|$REGION_PATH|not a single name|{\"path\": \"$REGION_PATH\", \"body\": \"us-east-1\\nHTTP_PROXY=http://evil\"}" \
        "65|$REGION_PATH|not a single name|{\"path\": \"$REGION_PATH\", \"body\": \"us-east-1,evil\"}" \
        "65|$REGION_PATH|0 bytes|{\"path\": \"$REGION_PATH\", \"status\": 200, \"body\": \"\"}" \
        "65|$REGION_PATH|larger|{\"path\": \"$REGION_PATH\", \"body_repeat\": {\"text\": \"x\", \"count\": 1048577}}" \
        "65|$MACS_PATH|line 1 |{\"path\": \"$MACS_PATH\", \"body\": \"../../../../user-data/\"}" \
        "65|$MACS_PATH|line 2 |{\"path\": \"$MACS_PATH\", \"body\": \"0e:49:61:0f:c3:11/\\n0e:49:61:0f:c3:1?/\"}" \
        "65|$CIDRS_PATH|line 1 |{\"path\": \"$CIDRS_PATH\", \"body\": \"10.0.0.0/33\"}" \
        "65|$CIDRS_PATH|line 2 |{\"path\": \"$CIDRS_PATH\", \"body\": \"10.0.0.0/8\\nhttp://evil\"}" \
        "65|$CIDRS_PATH|line 1 |{\"path\": \"$CIDRS_PATH\", \"body\": \"2600:1f18::/56\"}"
}

@test "answers that are cut off: asked again, until the deadline, then exit code 65" {
    write_settings "{$PROXY, $WAITING}"
    ALSO=used_the_deadline check_scenarios run \
        "65|$TOKEN_PATH|cut off|{\"stop_after_bytes\": 10, \"end\": \"close\"}" \
        "65|$REGION_PATH|cut off|{\"path\": \"$REGION_PATH\", \"stop_after_bytes\": 2, \"end\": \"close\"}"
}

@test "a redirect is an error and is not followed" {
    local number cases=()

    another_simulator target
    for number in 301 302 303 307 308; do
        cases+=("65|$TOKEN_PATH|HTTP $number|{\"status\": $number, \"headers\": {\"Location\": \"${OTHER_URL[target]}$TOKEN_PATH\"}}")
        cases+=("65|$REGION_PATH|HTTP $number|{\"path\": \"$REGION_PATH\", \"status\": $number, \"headers\": {\"Location\": \"${OTHER_URL[target]}$REGION_PATH\"}}")
    done
    ALSO=assert_at_once check_scenarios run "${cases[@]}"
    assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/target.log")" 0
}

# -- the role and its credentials

@test "role names that are none never get into a path: exit code 65, the settings are written" {
    local role

    for role in '../../../user-data' '..' '.' 'a b' 'a/b' 'a%2fb' 'a?b' 'one\ntwo' '<html>' '\u00e4' \
        "$(printf 'x%.0s' {1..65})"; do
        write_scenario "{\"path\": \"$ROLE_PATH\", \"body\": \"$role\"}"
        start_simulator --scenario "$SCENARIO"
        rm -rf "$ROOT/run"
        case=$role
        timed_agent run
        assert_status 65 || failed
        assert_at_once || failed
        assert_contains "$(grep error: "$ERR")" "$IMDS_URL$ROLE_PATH: " || failed
        assert_contains "$(<"$ROOT/run/ec2-bootstrap/proxy.env")" http_proxy=http://proxy.corp:3128 || failed
        assert_equal "$(simulator_requests | grep security-credentials | sort -u)" "GET $ROLE_PATH 200" || failed
        timed_agent credentials
        assert_status 65 || failed
        assert_one_error "$IMDS_URL$ROLE_PATH: " || failed
        stop_simulator
    done
    all_passed
    # The longest and strangest that is allowed.
    role=$(printf 'x%.0s' {1..57})+=,.@_-
    change_tree "
roles = data['iam']['security-credentials']
roles['$role'] = roles.pop('web-server')"
    start_simulator --tree "$TREE"
    run_agent credentials
    assert_status 0
}

@test "credentials that are not usable: exit code 65, or 75 when the service says that there are none" {
    # code | part | the document, in Python, from the good one d
    local documents=(
        '75|AssumeRoleUnauthorizedAccess|d["Code"] = "AssumeRoleUnauthorizedAccess"'
        '75|Failed|d["Code"] = "Failed"'
        '65|Code|del d["Code"]'
        '65|SecretAccessKey|del d["SecretAccessKey"]'
        '65|AccessKeyId|d["AccessKeyId"] = 1'
        '65|Token|d["Token"] = ""'
        '65|Expiration|d["Expiration"] = "tomorrow"'
        '65|SecretAccessKey|d["SecretAccessKey"] = "a\nb"'
        '65|object|d = [d]'
        '65|JSON|d = None'
    )
    local document code part change cases=()

    for document in "${documents[@]}"; do
        IFS='|' read -r code part change <<<"$document"
        # shellcheck disable=SC2016 # a key of the tree
        cases+=("$code|${ROLE_PATH}web-server|$part|$(python3 -c '
import json, sys
tree = json.load(open(sys.argv[1], encoding="utf-8"))
d = tree["latest"]["meta-data"]["iam"]["security-credentials"]["web-server"]["$json"]
exec(sys.argv[2])
body = "<html>not json" if d is None else json.dumps(d)
print(json.dumps({"path": sys.argv[3], "body": body}))' \
            "$TESTS/imds-sim/tree.json" "$change" "${ROLE_PATH}web-server")")
    done
    write_settings "{$PROXY, $WAITING}"
    ALSO=no_secret_shown check_scenarios credentials "${cases[@]}"
}

no_secret_shown() {
    assert_hidden "$SECRET_ACCESS_KEY" "$OUT" "$ERR" || return 1
    assert_hidden "$SESSION_TOKEN" "$OUT" "$ERR"
}

# -- what is written when something is missing

assert_proxy_written() {
    assert_contains "$(<"$ROOT/run/ec2-bootstrap/proxy.env")" http_proxy=http://proxy.corp:3128
    assert_contains "$(<"$ROOT/etc/environment")" http_proxy=http://proxy.corp:3128
}

@test "no role, credentials required: the settings are written, then exit code 75" {
    change_tree "del data['iam']"
    start_simulator --tree "$TREE"
    write_settings "{$PROXY, $WAITING}"
    timed_agent run
    assert_status 75
    assert_proxy_written
    assert_contains "$(grep error: "$ERR")" "$IMDS_URL$ROLE_PATH"
    assert_contains "$(<"$ROOT/run/ec2-bootstrap/proxy.env")" "no_proxy=$WITH_VPC"
}

@test "the settings are there while the role is still waited for" {
    change_tree "del data['iam']"
    start_simulator --tree "$TREE"
    write_settings "{$PROXY, \"imds\": {\"deadline_s\": 600, \"request_timeout_ms\": 60000}}"
    start_agent run
    wait_until test -s "$ROOT/run/ec2-bootstrap/proxy.env"
    assert_proxy_written
    stop_process "$AGENT_PID"
}

@test "nothing depends on the service and it refuses: the settings are written, then exit code 69" {
    IMDS_URL=http://127.0.0.1:9
    write_settings "{$PROXY, $REFUSED, \"no_proxy\": {\"vpc\": false}}"
    timed_agent run
    assert_status 69
    assert_proxy_written
    assert_contains "$(grep error: "$ERR")" "$IMDS_URL$TOKEN_PATH: Connection refused"
}

@test "credentials optional: a warning and exit code 0" {
    local IMDS_URL=http://127.0.0.1:9

    write_settings "{$PROXY, $REFUSED, \"credentials\": \"optional\", \"no_proxy\": {\"vpc\": false}}"
    timed_agent run
    assert_status 0
    assert_proxy_written
    assert_contains "$(grep warning: "$ERR")" "no role credentials: "
    refute_contains "$(<"$ERR")" error:

    change_tree "del data['iam']"
    start_simulator --tree "$TREE"
    write_settings "{$PROXY, $IMDS, \"credentials\": \"optional\"}"
    run_agent run
    assert_status 0
    assert_contains "$(grep warning: "$ERR")" "no role credentials: "
    assert_contains "$(<"$ROOT/run/ec2-bootstrap/proxy.env")" "no_proxy=$WITH_VPC"
}

@test "credentials optional, but NO_PROXY depends on the service: exit code 69" {
    IMDS_URL=http://127.0.0.1:9
    write_settings "{$PROXY, $REFUSED, \"credentials\": \"optional\"}"
    assert_broken 69 "$TOKEN_PATH" "Connection refused"
}

@test "nothing is wanted of the service: it is not asked" {
    start_simulator
    write_settings "{$PROXY, $IMDS, \"credentials\": \"off\", \"no_proxy\": {\"vpc\": false}}"
    run_agent run --json
    assert_status 0
    assert_proxy_written
    assert_equal "$(simulator_count)" 0
    assert_equal "$(json_value "$OUT" 'd["imds"]')" null

    # Credentials off, the network wanted: no request for the role.
    write_settings "{$PROXY, $IMDS, \"credentials\": \"off\"}"
    run_agent run
    assert_status 0
    refute_contains "$(simulator_requests)" security-credentials
}

@test "AWS_EC2_METADATA_DISABLED=true: exit code 69, not asked" {
    local value

    start_simulator
    for value in true True TRUE; do
        agent_environment=("AWS_EC2_METADATA_DISABLED=$value")
        before=$(contents)
        run_agent run
        assert_status 69
        assert_one_error AWS_EC2_METADATA_DISABLED "unset it"
        assert_equal "$(contents)" "$before"
        run_agent credentials
        assert_status 69
        assert_one_error AWS_EC2_METADATA_DISABLED
    done
    assert_equal "$(simulator_count)" 0

    write_settings "{$PROXY, $IMDS, \"no_proxy\": {\"vpc\": false}}"
    run_agent run
    assert_status 69
    assert_proxy_written
    write_settings "{$PROXY, $IMDS, \"no_proxy\": {\"vpc\": false}, \"credentials\": \"off\"}"
    run_agent run
    assert_status 0
    write_settings "{$PROXY, $IMDS}"
    for value in false "" 1; do
        agent_environment=("AWS_EC2_METADATA_DISABLED=$value")
        run_agent run
        assert_status 0
    done
}

# -- IMDSv1

@test "IMDSv1 is used only when allowed, and then loudly" {
    change_tree "tree['http_tokens'] = 'optional'"
    write_scenario "{\"path\": \"$TOKEN_PATH\", \"status\": 404}"
    start_simulator --tree "$TREE" --scenario "$SCENARIO"
    assert_broken 69 "$TOKEN_PATH" "HTTP 404"
    assert_equal "$(simulator_requests | sort -u)" "PUT $TOKEN_PATH 404"

    write_settings "{$PROXY, \"imds\": {\"request_timeout_ms\": 60000, \"allow_v1\": true}}"
    run_agent run --json
    assert_status 0
    assert_equal "$(json_value "$OUT" 'd["imds"]["version"]')" 1
    assert_contains "$(<"$ERR")" "warning: IMDSv1 is in use"
}

# -- where it is

@test "the endpoint: option, settings, environment, mode, in this order" {
    another_simulator option
    another_simulator settings
    another_simulator environment
    add_address 169.254.169.254/32
    add_address fd00:ec2::254/128 nodad
    another_simulator ipv4 --listen 169.254.169.254:80
    another_simulator ipv6 --listen '[fd00:ec2::254]:80'

    # what is asked | option | settings | AWS_EC2_METADATA_SERVICE_ENDPOINT | ..._MODE
    local option=${OTHER_URL[option]} settings=\"endpoint\":\ \"${OTHER_URL[settings]}\"
    local environment=${OTHER_URL[environment]} case expected opt set env mode
    local cases=(
        "option|$option|$settings|$environment|IPv6"
        "settings||$settings|$environment|IPv6"
        "environment|||$environment|IPv6"
        "environment|||$environment/|"
        'ipv6||||IPv6'
        'ipv4||||IPv4'
        'ipv6||||ipv6'
        'ipv4||||ipv4'
        'ipv4||"mode": "ipv4"||IPv6'
        "ipv6||\"mode\": \"ipv6\"|$environment|"
        'ipv6||"mode": "ipv6"||'
        "environment||\"endpoint\": null|$environment|"
        "option|$option|\"mode\": \"ipv6\"||"
    )

    for case in "${cases[@]}"; do
        IFS='|' read -r expected opt set env mode <<<"$case"
        write_settings "{\"imds\": {\"request_timeout_ms\": 60000${set:+, $set}}}"
        agent_environment=()
        [[ -z $env ]] || agent_environment+=("AWS_EC2_METADATA_SERVICE_ENDPOINT=$env")
        [[ -z $mode ]] || agent_environment+=("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=$mode")
        note_seen
        IMDS_URL="" run_agent run ${opt:+--endpoint "$opt"}
        assert_status 0 || failed
        assert_equal "$(newly_asked)" "$expected" || failed
    done
    all_passed

    # Neither is named: both are asked at once, one of them is kept.
    write_settings "{$IMDS}"
    agent_environment=()
    IMDS_URL="" run_agent run --json
    assert_status 0
    assert_contains '"http://169.254.169.254" "http://[fd00:ec2::254]"' "$(json_value "$OUT" 'd["imds"]["endpoint"]')"
}

declare -gA SEEN
note_seen() {
    local name

    for name in "${!OTHER_URL[@]}"; do
        SEEN[$name]=$(wc -l <"$BATS_TEST_TMPDIR/$name.log")
    done
}

# Prints the names of those that were asked since note_seen.
newly_asked() {
    local name

    for name in "${!OTHER_URL[@]}"; do
        if (($(wc -l <"$BATS_TEST_TMPDIR/$name.log") > SEEN[$name])); then
            echo "$name"
        fi
    done | sort | paste -sd ' '
}

@test "auto: the family that answers is found, also when the other one hangs" {
    write_settings "{$IMDS}"
    add_address fd00:ec2::254/128 nodad
    another_simulator ipv6 --listen '[fd00:ec2::254]:80'
    timed_agent run --json
    assert_status 0
    assert_equal "$(json_value "$OUT" 'd["imds"]["endpoint"]')" '"http://[fd00:ec2::254]"'

    add_address 169.254.169.254/32
    write_scenario '{"send": "nothing"}'
    another_simulator ipv4 --listen 169.254.169.254:80 --scenario "$SCENARIO"
    timed_agent run --json
    assert_status 0
    assert_equal "$(json_value "$OUT" 'd["imds"]["endpoint"]')" '"http://[fd00:ec2::254]"'
    assert_at_once # less than a request's timeout
}

@test "bad values in the environment are named: exit code 78" {
    # variable | value | part
    local cases=(
        'AWS_EC2_METADATA_SERVICE_ENDPOINT|169.254.169.254|http://'
        'AWS_EC2_METADATA_SERVICE_ENDPOINT|https://127.0.0.1|http:// only'
        'AWS_EC2_METADATA_SERVICE_ENDPOINT|http://u:s3kr1t@127.0.0.1|login'
        'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE|IPv5|neither IPv4 nor IPv6'
    )
    local case name value part before

    before=$(contents)
    for case in "${cases[@]}"; do
        IFS='|' read -r name value part <<<"$case"
        agent_environment=("$name=$value")
        run_agent run
        assert_status 78 || failed
        assert_one_error "$name" "$part" || failed
        assert_hidden s3kr1t "$OUT" "$ERR" || failed
        assert_equal "$(contents)" "$before" || failed
    done
    all_passed
}
