#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
# What docs/aws-settings.md says of `fetch`: the policy that the messages quote, and what is asked.

load ../lib
load ../aws/aws

DOCUMENT=$TESTS/../docs/aws-settings.md
# Those of the document.
PARAMETERS='"parameters": "/ec2-bootstrap"'
SECRET='"secret": "prod/proxy"'

setup() {
    make_root
    make_world
    printf '%s\n' "$PRIVATE ssm.us-east-1.amazonaws.com" "$PRIVATE secretsmanager.us-east-1.amazonaws.com" \
        >"$BATS_TEST_TMPDIR/hosts"
    python3 - "$TESTS/imds-sim/tree.json" >"$BATS_TEST_TMPDIR/tree.json" <<'PY'
import json, sys
tree = json.load(open(sys.argv[1]))
tree["latest"]["meta-data"]["tags"]["instance"] = {"ec2-bootstrap:" + name: value for name, value in (
    ("no_proxy.add", "corp.example"), ("proxy.username", "svc"), ("no_proxy.vpc", "false"))}
json.dump(tree, sys.stdout)
PY
    take_simulator_keys
}

teardown() {
    stop_all
}

# service NAME ADDRESS MEMBERS: a service of AWS in us-east-1, with a certificate for its host. Sets SERVICE_LOG.
service() {
    local host=$1.us-east-1.amazonaws.com

    make_certificate server public "$host"
    sed -i "s/.* $host/$2 $host/" "$BATS_TEST_TMPDIR/hosts"
    start_service "\"region\": \"us-east-1\", \"service\": \"$1\", $3" "$2"
}

# fetch REMOTE: with these members of "remote"
fetch() {
    start_simulator --tree "$BATS_TEST_TMPDIR/tree.json"
    echo "{\"remote\": {\"deadline_s\": 20, $1}}" >"$BATS_TEST_TMPDIR/settings.json"
    run --separate-stderr timeout "$HANGS_S" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "HOME=$BATS_TEST_TMPDIR" \
        unshare --mount "$BATS_TEST_TMPDIR/in-world" "$BUILD/ec2-bootstrap" fetch --json --root "$ROOT" \
        --config "$BATS_TEST_TMPDIR/settings.json" --endpoint "$IMDS_URL"
    [[ $stderr != *"need TLS, which this build"* ]] || require_tls
}

# assert_row NAME: the row of the document's table has as many requests to the metadata service, and to AWS. What is
# between, how many wait for one another, was seen with 100 ms for each answer.
assert_row() {
    local wanted

    assert_status 0
    wanted="^\\| $1 \\| $(wc -l <"$SIM_LOG") \\| [0-9] \\| $(requests | wc -l) \\|\$"
    grep -E "$wanted" "$DOCUMENT" || { echo "no row $wanted" >&2; return 1; }
    : >"$SERVICE_LOG"
}

@test "the policy of the document is the one that messages quote" {
    local statements=()

    service ssm "$PRIVATE" '"steps": [{"answer": "denied"}]'
    fetch "$PARAMETERS"
    assert_status 77
    statements+=("$(grep -o '{"Effect".*"}' <<<"$stderr")")
    stop_process "${STARTED[0]}"
    service secretsmanager "$PRIVATE" '"steps": [{"answer": "denied"}]'
    fetch "$SECRET"
    assert_status 77
    statements+=("$(grep -o '{"Effect".*"}' <<<"$stderr")")
    python3 - "$DOCUMENT" "${statements[@]}" <<'PY'
import json, re, sys
text, wanted = open(sys.argv[1], encoding="utf-8").read(), sys.argv[2:]
policy = re.search(r"```json\n(\{\n  \"Version\".*?)```", text, re.DOTALL).group(1)
assert json.loads(policy)["Statement"] == [json.loads(words) for words in wanted], policy
for words in wanted:
    assert words in policy, words
PY
    # The example at the top breaks its lines.
    assert_equal "$(tr -s ' \n' ' ' <"$DOCUMENT" | grep -oF "${statements[1]}" | wc -l)" 2
}

@test "the statement for a key of one's own is the one that messages quote" {
    service secretsmanager "$PRIVATE" '"steps": [{"answer": "decryption"}]'
    fetch "$SECRET"
    assert_status 77
    assert_contains "$stderr" '{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": '
    assert_contains "$(cat "$DOCUMENT")" '{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": '
}

@test "what is asked" {
    local tags='"tags": "ec2-bootstrap:"'

    service ssm "$PRIVATE" '"parameters": {"/ec2-bootstrap/proxy/username": {"value": "svc"}}'
    fetch "$PARAMETERS"
    assert_row '`parameters`'
    service secretsmanager "$PUBLIC" '"secrets": {"prod/proxy": {"SecretString": "x-x-x-x"}}'
    fetch "$SECRET"
    assert_row '`secret`'
    fetch "$PARAMETERS, $SECRET"
    assert_row both
    fetch "$PARAMETERS, $SECRET, $tags"
    assert_contains "$output" "tag ec2-bootstrap:no_proxy.add"
    assert_row 'both, and `tags` with three settings'
    fetch "$tags"
    assert_row '`tags`, with three settings'
    fetch '"required": true'
    assert_row nothing
}
