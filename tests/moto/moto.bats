#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Settings from moto_server, which knows nothing of this project: it verifies each signature, and what the role's
# policy allows. MOTO is a Debian with it (make test-moto).

# shellcheck disable=SC2034,SC2154
load ../lib
load ../aws/aws

FETCHED=run/ec2-bootstrap-fetch
PASSWORD='pass word/+=:@#'
READS=(ssm:GetParameters secretsmanager:GetSecretValue)

setup() {
    make_root
    make_world
    echo "$PRIVATE secretsmanager.us-east-1.amazonaws.com ssm.us-east-1.amazonaws.com" >>"$BATS_TEST_TMPDIR/hosts"
}

teardown() {
    [[ $BATS_TEST_COMPLETED ]] || tail -n 30 "$BATS_TEST_TMPDIR/moto.log.err"
    stop_all
}

# start_moto ACTION...: with the role's policy; the metadata service has its credentials
start_moto() {
    local requests

    # A name for both, as one server is both.
    make_certificate server public "ssm.us-east-1.amazonaws.com, DNS:secretsmanager.us-east-1.amazonaws.com, IP:$PRIVATE"
    mkdir -p "$MOTO/mnt/moto"
    cp "$BATS_TEST_TMPDIR"/server.{pem,key} "$MOTO/mnt/moto/"
    requests=$(sed -n 's/^REQUESTS = //p' "$TESTS/moto/setup")
    start_process "$BATS_TEST_TMPDIR/moto.log" chroot "$MOTO" env PYTHONUNBUFFERED=1 INITIAL_NO_AUTH_ACTION_COUNT="$requests" \
        moto_server -H "$PRIVATE" -p 443 -s -c /mnt/moto/server.pem -k /mnt/moto/server.key
    wait_until grep -qs "Running on" "$BATS_TEST_TMPDIR/moto.log.err"
    "$TESTS/moto/setup" "https://$PRIVATE" "$BATS_TEST_TMPDIR/public.pem" "$PASSWORD" "$@" \
        >"$BATS_TEST_TMPDIR/keys.json"
    python3 - "$TESTS/imds-sim/tree.json" "$BATS_TEST_TMPDIR/keys.json" >"$BATS_TEST_TMPDIR/tree.json" <<'PYTHON'
import json, sys
tree, keys = (json.load(open(path)) for path in sys.argv[1:])
tree["latest"]["meta-data"]["iam"]["security-credentials"]["web-server"] = {"$json": keys}
json.dump(tree, sys.stdout)
PYTHON
    start_simulator --tree "$BATS_TEST_TMPDIR/tree.json"
}

# fetch REMOTE: sets status, output and stderr
fetch() {
    mkdir -p "$ROOT/etc/ec2-bootstrap"
    echo "{\"remote\": {\"deadline_s\": 20, $1}}" >"$ROOT/etc/ec2-bootstrap/config.json"
    run --separate-stderr timeout "$HANGS_S" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin unshare --mount \
        "$BATS_TEST_TMPDIR/in-world" "$BUILD/ec2-bootstrap" fetch --root "$ROOT" --endpoint "$IMDS_URL"
    refute_contains "$output$stderr" "$PASSWORD"
}

# refused: moto says so in XML, where AWS answers JSON
refused() {
    assert_status 65
    assert_contains "$stderr" "HTTP 403: something other than AWS answers there"
}

@test "parameters and the secret" {
    start_moto "${READS[@]}"
    fetch '"parameters": "/app", "secret": "prod/proxy"'
    assert_status 0
    assert_contains "$stderr" "proxy.http: from parameter /app/proxy/http"
    assert_contains "$stderr" "proxy.username: from secret prod/proxy, key username"
    assert_equal "$(cat "$ROOT/$FETCHED/password")" "$PASSWORD"
    fetch '"parameters": "/other"'
    assert_status 78
    assert_contains "$stderr" "remote.parameters: there is none below /other in us-east-1"
    fetch '"secret": "prod/other"'
    assert_status 78
    assert_contains "$stderr" "secret:prod/other"
}

@test "credentials that it did not issue are refused" {
    start_moto "${READS[@]}"
    stop_simulator
    sed -i 's/"SecretAccessKey": "./&x/' "$BATS_TEST_TMPDIR/tree.json"
    start_simulator --tree "$BATS_TEST_TMPDIR/tree.json"
    fetch '"parameters": "/app"'
    refused
}

@test "what the policy does not allow is refused" {
    start_moto ssm:GetParameters
    fetch '"parameters": "/app"'
    assert_status 0
    fetch '"secret": "prod/proxy"'
    refused
}
