# The clients that need no large download do what `explain` says of them: on the list that `run`
# writes, and on awkward ones. What they do is what a server sees of them, now.
#
# A client that is not installed is skipped; tests/clients/prepare small slow installs them all.

load ../lib

CLIENTS=$TESTS/clients

# compare_clients ARG...: shows the whole report when client and model disagree.
compare_clients() {
    local report

    report=$("$CLIENTS/compare" "$@") || { echo "$report"; return 1; } >&2
    # All skipped is nothing proved.
    grep -q '^ok [0-9]* - .* requests$' <<<"$report" || { echo "$report"; return 1; } >&2
    grep '# SKIP' <<<"$report" | sed 's/^ok [0-9]* /# /' >&3 || true
}

@test "the list that run writes" {
    local list

    make_root
    start_simulator
    mkdir -p "$ROOT/etc/ec2-bootstrap"
    cat >"$ROOT/etc/ec2-bootstrap/config.json" <<'JSON'
{
  "proxy": { "http": "http://proxy.corp.example:3128", "https": "http://proxy.corp.example:3128" },
  "no_proxy": { "vpc": true, "services": ["s3"], "add": ["corp.example"] }
}
JSON
    agent run --root "$ROOT" --endpoint "$IMDS_URL"
    list=$(sed -n 's/^no_proxy=//p' "$ROOT/etc/environment" | tr -d '"')
    assert_contains ",$list," ",169.254.169.254,"

    # As in lists.txt: with the URLs that an instance asks for.
    printf 'A\t%s\n' "$list" >"$BATS_TEST_TMPDIR/lists"
    compare_clients --lists "$BATS_TEST_TMPDIR/lists" small slow
}

@test "awkward lists" {
    compare_clients --lists "$CLIENTS/lists-few.txt" small
}
