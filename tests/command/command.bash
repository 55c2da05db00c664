# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the command tests share beside ../lib.bash: `load ../lib` and `load command`.
#
#   write_settings JSON [PATH]   the settings of ROOT, or another file below ROOT
#   run_agent ARG...             on ROOT, with the simulator if there is one; sets status, OUT, ERR
#   snapshot [DIR]               prints all that can be known of each file below DIR (ROOT)
#   agent_under PREFIX ARG...    the agent started through another program
#   start_agent ARG...           in the background; sets AGENT_PID
#   simulator_requests [SKIP]    prints a "METHOD PATH STATUS" line per request so far

# shellcheck disable=SC2034 # for the tests
GOLDEN=$TESTS/command/golden

# What the simulator's tree.json serves; none of it may ever be seen.
SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
# The start of the session token.
SESSION_TOKEN=IQoJb3JpZ2luX2VjEXAMPLEZ3V4

ALWAYS=localhost,127.0.0.1,169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254,fd00:ec2::23
# With the VPC of tree.json.
WITH_VPC="$ALWAYS,.ec2.internal,*.ec2.internal,10.0.0.0/16,100.64.0.0/16"

ROLE_PATH=/latest/meta-data/iam/security-credentials/

# An agent whose capabilities are gone is as another user to the files of root, also where a user
# namespace knows no other user.
UNPRIVILEGED="setpriv --bounding-set=-all --inh-caps=-all"

write_settings() {
    local path=$ROOT/${2:-etc/ec2-bootstrap/config.json}

    mkdir -p "${path%/*}"
    printf '%s\n' "$1" >"$path"
}

# write_scenario RULE...: sets SCENARIO
write_scenario() {
    local IFS=,

    SCENARIO=$BATS_TEST_TMPDIR/scenario.json
    printf '{"rules": [%s]}\n' "$*" >"$SCENARIO"
}

# change_tree PYTHON: sets TREE, the simulator's tree after these statements on `tree` and its
# meta-data `data`; for start_simulator --tree
change_tree() {
    TREE=$BATS_TEST_TMPDIR/tree.json
    python3 - "$TESTS/imds-sim/tree.json" "$1" >"$TREE" <<'PYTHON'
import json, sys
tree = json.load(open(sys.argv[1], encoding="utf-8"))
data = tree["latest"]["meta-data"]
exec(sys.argv[2], {"tree": tree, "data": data})
json.dump(tree, sys.stdout)
PYTHON
}

# The next simulator of the same test must not be taken for ready by the output of this one.
stop_simulator() {
    stop_process "$SIM_PID"
    rm -f "$BATS_TEST_TMPDIR/simulator.out"
}

# OUT and ERR are files, byte for byte.
run_agent() {
    local endpoint=()

    OUT=$BATS_TEST_TMPDIR/out
    ERR=$BATS_TEST_TMPDIR/err
    [[ -z ${IMDS_URL-} || " $* " == *" --endpoint"* ]] || endpoint=(--endpoint "$IMDS_URL")
    status=0
    agent --root "$ROOT" "${endpoint[@]}" "$@" >"$OUT" 2>"$ERR" || status=$?
    # For the messages of assert_status.
    # shellcheck disable=SC2034
    output=$(<"$OUT") stderr=$(<"$ERR")
}

# Prints the file with what differs from run to run replaced.
normalised() {
    sed -E -e "s|$ROOT|ROOT|g" -e "s|${IMDS_URL:-no endpoint}|ENDPOINT|g" \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z/TIME/g' "$1"
}

# Prints type, mode, owner, size, inode, time of change, link target and checksum of each file.
snapshot() {
    (
        cd "${1:-$ROOT}" || exit
        find . -printf '%p %y %m %U:%G %s %i %T@ %l\n' -type f -exec sha256sum {} \; | sort
    )
}

# Prints the names, types and contents of all files.
contents() {
    local path

    (
        cd "${1:-$ROOT}" || exit
        find . ! -type d | sort | while read -r path; do
            stat -c '%n %F %a' "$path"
            [[ ! -f $path ]] || cat "$path"
        done
    )
}

# No half-written file is left anywhere.
assert_no_temporary() {
    assert_equal "$(find "$ROOT" -name '.*.ec2-bootstrap*')" ""
}

# assert_one_error PART...: standard error is one line, an error, that contains each part.
assert_one_error() {
    local text part

    text=$(<"$ERR")
    [[ -n $text && $text != *$'\n'* ]] || {
        assert_equal "$text" "one line: ${*}" || return 1
    }
    [[ $text == "ec2-bootstrap: error: "* ]] || {
        assert_equal "$text" "ec2-bootstrap: error: ..." || return 1
    }
    for part; do
        assert_contains "$text" "$part" || return 1
    done
}

# assert_fallen_back PART...: a run without what the metadata service says of the VPC. The last line of
# standard error is the only error, has each part, and says that the settings, which are, are written.
assert_fallen_back() {
    local text part

    text=$(tail -n 1 "$ERR")
    assert_equal "$(grep error: "$ERR")" "$text" || return 1
    for part in "ec2-bootstrap: error: " "$@" "; the proxy settings have been written"; do
        assert_contains "$text" "$part" || return 1
    done
    assert_contains "$(<"$ERR")" "ec2-bootstrap: warning: without the metadata service no_proxy " &&
        assert_contains "$(<"$ROOT/run/ec2-bootstrap/proxy.env")" http_proxy=
}

# For tables: `COMMAND... || failed` and at the end `all_passed`, so that each case that fails is
# seen.
failed() {
    FAILED+=("${case-}")
    echo "in the case: ${case-}" >&2
}

all_passed() {
    ((${#FAILED[@]} == 0)) || {
        printf 'failed: %s\n' "${FAILED[@]}" >&2
        return 1
    }
}
FAILED=()

# assert_hidden SECRET FILE...
assert_hidden() {
    local secret=$1

    shift
    if grep -aqF -- "$secret" "$@"; then
        echo "a secret ($secret) is in:" >&2
        grep -aHF -- "$secret" "$@" >&2
        return 1
    fi
}

agent_under() {
    local folder=$BATS_TEST_TMPDIR/under real=$BUILD/ec2-bootstrap prefix=$1

    shift
    mkdir -p "$folder"
    printf '#!/bin/sh\nexec %s %s "$@"\n' "$prefix" "$real" >"$folder/ec2-bootstrap"
    chmod +x "$folder/ec2-bootstrap"
    BUILD=$folder run_agent "$@"
}

# Its output goes to OUT and OUT.err.
start_agent() {
    OUT=$BATS_TEST_TMPDIR/agent.out
    ERR=$OUT.err
    # shellcheck disable=SC2154 # of lib.bash
    start_process "$OUT" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "HOME=$BATS_TEST_TMPDIR" \
        "${agent_environment[@]}" "$BUILD/ec2-bootstrap" --root "$ROOT" \
        --endpoint "$IMDS_URL" "$@"
    AGENT_PID=$!
}

# Waits for the agent of start_agent; sets status.
wait_agent() {
    wait_until process_is_zombie_or_gone "$AGENT_PID" || return 1
    status=0
    wait "$AGENT_PID" || status=$?
}

process_is_zombie_or_gone() {
    local state

    state=$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) || return 0
    [[ -z $state || $state == Z ]]
}

simulator_requests() {
    [[ ! -s $SIM_LOG ]] || tail -n "+$((${1:-0} + 1))" "$SIM_LOG" | python3 -c '
import json, sys
for line in sys.stdin:
    entry = json.loads(line)
    print(entry["method"], entry["path"], entry["status"])'
}

# How many requests there were so far.
simulator_count() {
    [[ -e $SIM_LOG ]] && wc -l <"$SIM_LOG" || echo 0
}

# simulator_has_seen NUMBER
simulator_has_seen() {
    (($(simulator_count) >= $1))
}

now_ms() {
    echo $((${EPOCHREALTIME/[.,]/} / 1000))
}
