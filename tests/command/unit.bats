#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# shellcheck disable=SC2034,SC2154
# units/ec2-bootstrap.service, and that of fetch, as texts, held against what the agent writes. What it does: tests/boot.

load ../lib
load command

UNIT=$REPOSITORY/units/ec2-bootstrap.service
FETCH_UNIT=$REPOSITORY/units/ec2-bootstrap-fetch.service

@test "each file that is written is where the unit may write, and none is in what it protects" {
    python3 - "$UNIT" "$TESTS/outputs/golden" <<'PYTHON'
import os, sys

def words(key):
    return [word.lstrip("-+") for line in open(sys.argv[1], encoding="utf-8") if line.startswith(key + "=")
            for word in line.partition("=")[2].split()]

def read(path):
    return open(path, "rb").read() if os.path.exists(path) else None

def written(golden):
    """What is not as it was before, of each output."""
    for directory, _, names in os.walk(golden):
        output, case, *parts = os.path.relpath(directory, golden).split("/") + ["", ""]
        if case in ("", "before"):
            continue
        for name in names:
            path = os.path.join("/", *parts, name)
            if read(golden + f"/{output}/before" + path) != read(os.path.join(directory, name)):
                yield path

access = {path: True for path in words("ReadWritePaths")}
access.update({path: False for path in words("ReadOnlyPaths")})
access.update({f"/run/{name}": True for name in words("RuntimeDirectory")})
access.update({f"/var/lib/{name}": True for name in words("StateDirectory")})
paths = sorted(set(written(sys.argv[2])))
bad = []
for path in paths:
    above = os.path.dirname(path)
    while above not in access and above != "/":
        above = os.path.dirname(above)
    if not access.get(above):
        bad.append(f"{path}: {above} cannot be written")
print(*bad, sep="\n")
sys.exit(bool(bad) or len(paths) < 15 or len(access) < 25)
PYTHON
}

# copy_units: all of them to UNITS, with a program that is there
copy_units() {
    local unit

    UNITS=$BATS_TEST_TMPDIR/units
    mkdir "$UNITS"
    cp "$REPOSITORY/units/ec2bootstrap.slice" "$UNITS"
    for unit in "$REPOSITORY"/units/ec2-bootstrap*.service; do
        sed -E 's:^(Exec(Start|Condition)=)/usr/bin/ec2-bootstrap:\1/bin/true:' "$unit" >"$UNITS/${unit##*/}"
    done
}

@test "the exposure is at most 1.5, and that of fetch at most 2.0" {
    local row

    copy_units
    for row in "15 ec2-bootstrap" "20 ec2-bootstrap-fetch"; do
        # systemd 250 and later can look at a file.
        run systemd-analyze security --no-pager --offline=yes --threshold="${row% *}" "$UNITS/${row#* }.service"
        [[ $output != *"unrecognized option"* ]] || skip "systemd-analyze is too old"
        assert_status 0
    done
}

@test "systemd-analyze verify has nothing to say, of a cycle for one" {
    copy_units
    SYSTEMD_UNIT_PATH=$UNITS: run systemd-analyze verify --man=no "$UNITS"/*.service
    assert_equal "$(grep -E 'ec2-?bootstrap|cycle' <<<"$output" || true)" ""
}

# What fetch sends goes to more addresses, and it writes less; all else is as in the main unit.
@test "the sandbox of fetch is the main unit's, except for what it reaches and writes" {
    local key differs='BindPaths BindReadOnlyPaths ExecCondition ExecStart ExecStartPost ExecStartPre ExecStopPost'

    differs+=' IPAddressDeny ReadOnlyPaths ReadWritePaths RuntimeDirectory Slice StateDirectory'
    section_of() {
        sed -n '/^\[Service\]/,/^\[Install\]/{s/#.*//;/^[A-Z][A-Za-z]*=/p}' "$1" | sort
    }
    diff <(section_of "$UNIT") <(section_of "$FETCH_UNIT") | sed -n 's/^[<>] \([A-Za-z]*\)=.*/\1/p' | sort -u |
        while read -r key; do
            [[ " $differs " == *" $key "* ]] || { echo "$key" && false; }
        done
    # As few of /run as there: nothing that the main unit does not have.
    assert_equal "$(comm -13 <(words_of BindReadOnlyPaths "$UNIT") <(words_of BindReadOnlyPaths "$FETCH_UNIT"))" \
        -/run/ec2-bootstrap
    assert_equal "$(words_of RuntimeDirectory "$FETCH_UNIT")" ec2-bootstrap-fetch
}

# words_of KEY UNIT: a word a line, sorted
words_of() {
    sed -n "s/^$1=//p" "$2" | tr ' ' '\n' | LC_ALL=C sort
}

@test "fetch comes after what the main unit comes after, before all that read settings, and only with it" {
    local other

    # nodeadm's unit, and the two that are this chain.
    assert_equal "$(comm -23 <(words_of After "$UNIT") <(words_of After "$FETCH_UNIT"))" "ec2-bootstrap-early.service
ec2-bootstrap-fetch.service
ec2-bootstrap-trust.service"
    for other in ec2-bootstrap ec2-bootstrap-trust cloud-config; do
        assert_contains "$(words_of Before "$FETCH_UNIT")" "$other.service"
    done
    assert_contains "$(words_of Wants "$UNIT")" ec2-bootstrap-fetch.service
    assert_equal "$(words_of PartOf "$FETCH_UNIT")" ec2-bootstrap.service
    assert_equal "$(words_of WantedBy "$FETCH_UNIT")" ""
}

# as_in CGROUP ARG...: the agent, where /proc/self/cgroup has that line, with a name server
as_in() {
    echo "$1" >"$BATS_TEST_TMPDIR/cgroup"
    echo "nameserver 10.9.9.53" >"$BATS_TEST_TMPDIR/resolv.conf"
    printf '#!/bin/sh\nmount --bind "%s/cgroup" /proc/$$/cgroup && mount --bind "%s/resolv.conf" /etc/resolv.conf &&
        exec "$@"\n' "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/as-in"
    chmod +x "$BATS_TEST_TMPDIR/as-in"
    agent_under "unshare --mount $BATS_TEST_TMPDIR/as-in" "${@:2}"
}

@test "an endpoint that the slice keeps the unit from: the message has what opens it" {
    local row endpoint group part own=0::/ec2bootstrap.slice/ec2-bootstrap.service
    # endpoint | cgroup | what the message has
    local rows=(
        "http://10.9.9.9|$own|\"[Slice] IPAddressAllow=10.9.9.9\""
        "http://[fd09::9]:8080|$own|\"[Slice] IPAddressAllow=fd09::9\""
        "http://imds.corp.example|$own|\"[Slice] IPAddressAllow=ADDRESS 10.9.9.53\""
        "http://127.0.0.1:9|$own|"
        "http://10.9.9.9|0::/system.slice/cloud-init.service|"
    )

    make_root
    write_settings '{"imds": {"deadline_s": 1, "request_timeout_ms": 500}}'
    for row in "${rows[@]}"; do
        IFS='|' read -r endpoint group part <<<"$row"
        case=$row
        as_in "$group" credentials --endpoint "$endpoint"
        assert_status 69 || failed
        if [[ -n $part ]]; then
            assert_contains "$(<"$ERR")" "$part" || failed
        else
            refute_contains "$(<"$ERR")" IPAddressAllow || failed
        fi
    done
    all_passed
}

@test "an endpoint that answers: no word of the slice, whatever it answers" {
    make_root
    write_settings '{"imds": {"deadline_s": 1, "request_timeout_ms": 500}}'
    write_scenario '{"status": 503}'
    start_simulator --scenario "$SCENARIO"
    # The simulator is on loopback only; by a name of it.
    as_in 0::/ec2bootstrap.slice/ec2-bootstrap.service credentials --endpoint "http://localhost:${IMDS_URL##*:}"
    assert_status 69
    refute_contains "$(<"$ERR")" IPAddressAllow
}
