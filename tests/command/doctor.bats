#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What a person sees of doctor: its forms of output, its exit codes, what it says where it cannot see. What it
# finds: tests/doctor.

# shellcheck disable=SC2154
load ../lib
load command

setup() {
    make_root
    mkdir -p "$ROOT/proc" "$ROOT/var/lib"
    echo 0123456789abcdef0123456789abcdef >"$ROOT/etc/machine-id"
    start_simulator
    write_settings '{"proxy": {"http": "http://127.0.0.1:9"}, "imds": {"deadline_s": 2}}'
    run_agent run
    assert_status 0
    BEFORE=$(snapshot)
}

# ids: of the findings in the JSON of the last run
ids() {
    python3 -c '
import json, sys
print(*sorted({finding["id"] for check in json.load(open(sys.argv[1])) for finding in check["findings"]}))' "$OUT"
}

@test "the list of checks, for a person and for a program" {
    run_agent doctor --list
    assert_status 0
    assert_equal "$(awk '{ print $1 }' "$OUT" | tr '\n' ' ')" \
        "imds proxy settings outputs services no_proxy trust endpoints unit clock "
    run_agent doctor --list --json
    assert_status 0
    assert_equal "$(json_value "$OUT" '[row["check"] for row in d] == [
        "imds", "proxy", "settings", "outputs", "services", "no_proxy", "trust", "endpoints", "unit", "clock"]')" true
    # Each finding has an anchor of its own.
    assert_equal "$(json_value "$OUT" 'len({f["id"] for row in d for f in row["findings"]}) > 60')" true
}

@test "usage: an unknown check, a root that is not there" {
    run_agent doctor imds porxy
    assert_status 64
    assert_one_error 'there is no check "porxy", did you mean "proxy"?'
    status=0
    agent doctor --root "$ROOT/nowhere" 2>"$ERR" || status=$?
    assert_status 64
    assert_one_error "$ROOT/nowhere"
    run_agent doctor --dry-run
    assert_status 64
}

@test "some checks: only these, and the metadata service is left alone where none asks it" {
    local before

    before=$(simulator_count)
    run_agent doctor settings unit --json
    assert_status 0
    assert_equal "$(json_value "$OUT" '[row["check"] for row in d]')" '["settings", "unit"]'
    assert_equal "$(simulator_count)" "$before"
    assert_equal "$(snapshot)" "$BEFORE"
}

@test "the table: a line a finding, a line what to do, how many passed" {
    run_agent doctor imds proxy outputs
    assert_status 1
    assert_equal "$(normalised "$OUT")" \
"imds       passed
  ENDPOINT answers over IPv4, with a token (IMDSv2); region us-east-1
  role web-server, with credentials until TIME
proxy      failed
  error: 127.0.0.1:9: the connection is refused (for http) [proxy-refused]
    -> correct the port in proxy.http and proxy.https, or start the proxy; a Cntlm on this machine: systemctl status cntlm
outputs    passed
  2 of 2 files are as run would write them
2 of 3 checks passed; 1 finding: docs/doctor.md has a paragraph on each"
    assert_equal "$(<"$ERR")" ""
    run_agent doctor imds proxy outputs --quiet
    assert_status 1
    assert_equal "$(<"$OUT")" \
"proxy      failed
  error: 127.0.0.1:9: the connection is refused (for http) [proxy-refused]
    -> correct the port in proxy.http and proxy.https, or start the proxy; a Cntlm on this machine: systemctl status cntlm
2 of 3 checks passed; 1 finding: docs/doctor.md has a paragraph on each"
    run_agent doctor imds outputs --quiet
    assert_status 0
    assert_equal "$(<"$OUT")$(<"$ERR")" ""
}

@test "a file that drifted: how many lines, and with --verbose which, without passwords" {
    sed -i 's,127.0.0.1:9,me:of-somebody@127.0.0.1:8,' "$ROOT/etc/environment"
    run_agent doctor outputs
    assert_status 1
    assert_contains "$(<"$OUT")" "/etc/environment: for environment run would add 2 and take out 2 lines [output-drifted]"
    refute_contains "$(<"$OUT")" "127.0.0.1:8"
    run_agent doctor outputs --verbose
    assert_contains "$(<"$OUT")" "      | -http_proxy=http://***@127.0.0.1:8"
    assert_contains "$(<"$OUT")" "      | +http_proxy=http://127.0.0.1:9"
    assert_hidden of-somebody "$OUT" "$ERR"
}

@test "names from files act on no terminal" {
    local name=$'zz-\e[31m\nnew.sh'

    printf 'export http_proxy=http://\e[32mx.corp:1\n' >"$ROOT/etc/profile.d/$name" 2>/dev/null ||
        { mkdir -p "$ROOT/etc/profile.d"; printf 'export http_proxy=http://\e[32mx.corp:1\n' >"$ROOT/etc/profile.d/$name"; }
    run_agent doctor outputs
    assert_status 1
    assert_contains "$(<"$OUT")" output-overridden
    refute_contains "$(<"$OUT")" $'\e'
    assert_equal "$(grep -c '^new' "$OUT")" 0
    run_agent doctor outputs --json
    refute_contains "$(<"$OUT")" $'\e'
}

@test "another user than root: what he cannot see is said, and nothing is wrong by that" {
    local agent="$BATS_TEST_TMPDIR/under"

    chmod 0600 "$ROOT/etc/ec2-bootstrap/config.json"
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}" 2>/dev/null || true
    mkdir "$agent"
    cp "$BUILD/ec2-bootstrap" "$agent/real"
    status=0
    setpriv --reuid 65534 --regid 65534 --clear-groups "$agent/real" doctor --json --root "$ROOT" --endpoint "$IMDS_URL" \
        settings outputs services proxy >"$OUT" 2>"$ERR" || status=$?
    assert_status 0
    assert_equal "$(json_value "$OUT" '[(row["check"], row["state"], len(row["unseen"]) > 0) for row in d]')" \
        '[["proxy", "skipped", true], ["settings", "incomplete", true], ["outputs", "skipped", true], ["services", "skipped", true]]'
    # Settings that all can read, and files of root's.
    chmod 0644 "$ROOT/etc/ec2-bootstrap/config.json"
    status=0
    setpriv --reuid 65534 --regid 65534 --clear-groups "$agent/real" doctor --json --root "$ROOT" --endpoint "$IMDS_URL" \
        settings outputs services >"$OUT" 2>"$ERR" || status=$?
    assert_status 0
    assert_equal "$(json_value "$OUT" '[(row["check"], row["state"]) for row in d]')" \
        '[["settings", "passed"], ["outputs", "incomplete"], ["services", "incomplete"]]'
    assert_contains "$(<"$OUT")" "proxy.env: cannot be read: Permission denied"
    # What AWS holds can have a password with it.
    mkdir -m 0700 "$ROOT/run/ec2-bootstrap-fetch"
    status=0
    setpriv --reuid 65534 --regid 65534 --clear-groups "$agent/real" doctor --json --root "$ROOT" settings \
        >"$OUT" 2>"$ERR" || status=$?
    assert_status 0
    assert_equal "$(json_value "$OUT" 'd[0]["unseen"]')" \
        '["/run/ec2-bootstrap-fetch/settings.json: whether it is there: Permission denied"]'
}

@test "no network, and name servers that are silent: it ends, and says what it can" {
    write_settings '{"proxy": {"http": "http://proxy.corp:3128"}, "no_proxy": {"services": ["ssm"]}}'
    IMDS_URL=http://203.0.113.9 run_agent doctor --json
    assert_status 1
    assert_equal "$(json_value "$OUT" 'len(d)')" 10
    assert_contains "$(ids)" imds-unreachable
    # Its own deadline: none was killed, and all have their time.
    refute_contains "$(ids)" check-timeout
    assert_equal "$(json_value "$OUT" 'max(row["took_ms"] for row in d) <= 10000')" true
}

@test "a check that hangs is ended, and the others are told" {
    # getaddrinfo() of the child reads a name from here for ever.
    mkfifo "$BATS_TEST_TMPDIR/hosts"
    cat >"$BATS_TEST_TMPDIR/in-world" <<SH
mount --bind "$BATS_TEST_TMPDIR/hosts" /etc/hosts
exec $BUILD/ec2-bootstrap "\$@"
SH
    write_settings '{"proxy": {"http": "http://proxy.corp:3128"}}'
    status=0
    unshare --mount sh "$BATS_TEST_TMPDIR/in-world" doctor --json --root "$ROOT" --endpoint "$IMDS_URL" imds proxy clock \
        >"$OUT" 2>"$ERR" || status=$?
    assert_status 1
    assert_equal "$(ids)" proxy-name-unknown
    assert_equal "$(json_value "$OUT" 'd[0]["state"]')" '"passed"'
}

@test "where the settings are from, and never a password" {
    write_settings '{"proxy": {"https": "http://me:of-somebody@127.0.0.1:9"}}'
    chmod 0600 "$ROOT/etc/ec2-bootstrap/config.json"
    mkdir "$ROOT/run/ec2-bootstrap-fetch"
    echo '{"proxy": {"http": "http://127.0.0.1:9"}, "no_proxy": {"services": ["s3"]}}' \
        >"$ROOT/run/ec2-bootstrap-fetch/settings.json"
    echo '{"request": "-", "asked_s": 0, "origins": {"proxy.http": "parameter /app/proxy/http"}}' \
        >"$ROOT/run/ec2-bootstrap-fetch/record.json"
    run_agent doctor settings
    # A tree below --root is what an image is made of.
    assert_status 1
    assert_equal "$(sed "s,$ROOT,ROOT,g" "$OUT")" \
"settings   failed
  warning: /etc/ec2-bootstrap/config.json: it has the proxy's password [settings-password-in-image]
    -> keep it in Secrets Manager or Parameter Store (remote.secret, remote.parameters), or in a file that each boot gets
  settings of /etc/ec2-bootstrap/config.json
  /run/ec2-bootstrap-fetch/settings.json: fetched from AWS at this boot
  proxy.http: from parameter /app/proxy/http
  no_proxy.services: from ROOT/run/ec2-bootstrap-fetch/settings.json:1
  proxy.https: from ROOT/etc/ec2-bootstrap/config.json:1
  imds.endpoint: from --endpoint
0 of 1 checks passed; 1 finding: docs/doctor.md has a paragraph on each"
    assert_hidden of-somebody "$OUT" "$ERR"
}

@test "on a terminal: colours, and what is waited for" {
    local command="$BUILD/ec2-bootstrap doctor --root $ROOT --endpoint $IMDS_URL imds proxy"

    command -v script >/dev/null || skip "no script"
    status=0
    env -i PATH="$PATH" TERM=xterm script -qec "$command" /dev/null >"$OUT" </dev/null || status=$?
    assert_status 1
    assert_contains "$(<"$OUT")" $'\e[1mimds      \e[0m \e[32mpassed\e[0m'
    assert_contains "$(<"$OUT")" $'  \e[31merror\e[0m: 127.0.0.1:9:'
    assert_contains "$(<"$OUT")" "waiting for proxy, "
    # The line of progress is gone from the result.
    assert_contains "$(<"$OUT")" $'\r\e[K'
    status=0
    env -i PATH="$PATH" TERM=xterm NO_COLOR=1 script -qec "$command --quiet" /dev/null >"$OUT" </dev/null || status=$?
    assert_status 1
    refute_contains "$(<"$OUT")" $'\e'
}

@test "in a container: no systemd, no rights, and nothing wrong by that" {
    write_settings '{"credentials": "optional"}'
    run_agent run
    assert_status 0
    agent_under "unshare --user --map-root-user --mount --pid --fork --mount-proc" doctor --json
    assert_status 0
    assert_equal "$(ids)" ""
    assert_equal "$(json_value "$OUT" '[row["state"] for row in d if row["check"] in ("imds", "outputs", "unit")]')" \
        '["passed", "passed", "passed"]'
}

@test "a check that cannot be made is a finding, where no other check says why" {
    write_settings '{'
    run_agent doctor outputs --json
    assert_status 1
    assert_equal "$(ids)" check-failed
    assert_equal "$(json_value "$OUT" 'd[0]["state"]')" '"skipped"'
    run_agent doctor outputs settings --json
    assert_status 1
    assert_equal "$(ids)" settings-invalid
}

@test "a failed run names doctor" {
    write_settings '{'
    run_agent run
    assert_status 78
    assert_contains "$(tail -n 1 "$ERR")" "; no file was changed; ec2-bootstrap doctor finds the cause"
}
