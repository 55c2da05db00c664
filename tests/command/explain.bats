#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# explain: what a person and a program are shown of the model of the clients.

load ../lib
load command

setup() {
    make_root
}

@test "the table folds clients that agree, and says so by its exit code" {
    run_agent explain --no-proxy 169.254.169.254 --client go,botocore http://169.254.169.254/ http://x.example/
    assert_status 0
    assert_equal "$output" \
"no_proxy  169.254.169.254

                                                1       2       
all 2                                           direct  proxy   

  1  http://169.254.169.254/   all 2 direct
  2  http://x.example/   all 2 proxy"
}

@test "clients that disagree stand in rows of their own, the largest group first" {
    run_agent explain --no-proxy 10.0.0.0/8 --client go,botocore,wget http://10.1.2.3/
    assert_status 1
    assert_equal "$output" \
"no_proxy  10.0.0.0/8

                                                1       
wget botocore                                   proxy   
go                                              direct  

  1  http://10.1.2.3/   1 direct, 2 proxy"
}

@test "the reasons, on request" {
    run_agent explain --verbose --no-proxy 10.0.0.0/8 --client go,botocore http://10.1.2.3/
    assert_status 1
    assert_contains "$output" \
'http://10.1.2.3/
  botocore         proxy   "10.0.0.0/8" is a block of addresses, which the client does not read as one
  go               direct  "10.0.0.0/8" is a block that holds the address'
}

@test "JSON has an object for each URL and client" {
    run_agent explain --json --no-proxy 'foo.test,.example.com' --client java,go http://www.example.com/
    assert_status 1
    assert_equal "$(python3 -c '
import json, sys
for row in json.load(sys.stdin):
    print(*(str(row[key]) for key in ("url", "client", "route", "entry")), list(row), sep="|")' <<<"$output")" \
"http://www.example.com/|go|direct|.example.com|['url', 'client', 'route', 'entry', 'why']
http://www.example.com/|java|proxy|None|['url', 'client', 'route', 'entry', 'why']"
}

@test "a client that fails is an error, and found something" {
    run_agent explain --json --no-proxy '[fd00:ec2::254]' --client httpx http://x.example/
    assert_status 1
    assert_contains "$output" '"route":	"error"'
}

@test "the known clients are those of the data" {
    run_agent explain --list-clients --json
    assert_status 0
    assert_equal "$(python3 -c '
import json, sys
for row in json.load(sys.stdin):
    assert list(row) == ["client", "covers", "reads"] and all(row.values()), row
    print(row["client"])' <<<"$output")" "$(sed '/^#/d' "$TESTS/clients/models.txt")"
    run_agent explain --list-clients
    assert_status 0
    assert_contains "$output" "botocore         botocore, boto3, AWS CLI 1 and 2, IMDS requests included"
}

# The URLs of the table on standard input, a line each.
urls_asked_for() {
    sed -n 's/^ *[0-9]*  \(http[^ ]*\) .*/\1/p'
}

@test "without URLs: the endpoints of EC2, what the list is for, the proxy, a host outside" {
    mkdir -p "$ROOT/etc/ec2-bootstrap" "$ROOT/run/ec2-bootstrap"
    echo '{"proxy": {"http": "http://proxy.corp:3128"}}' >"$ROOT/etc/ec2-bootstrap/config.json"
    echo 'no_proxy=localhost,169.254.169.254,10.0.0.0/8,corp.example,.corp.example,*.corp.example' \
        >"$ROOT/run/ec2-bootstrap/proxy.env"
    run_agent explain --root "$ROOT"
    assert_status 1
    assert_equal "$(urls_asked_for <<<"$output")" \
"http://169.254.169.254/
http://[fd00:ec2::254]/
http://169.254.170.2/
http://169.254.170.23/
http://[fd00:ec2::23]/
http://localhost/
http://10.0.0.1/
http://corp.example/
http://host.corp.example/
http://proxy.corp:3128/
https://www.example.com/"
}

@test "without URLs, of another list: also what the instance's own list is for, and both proxies" {
    write_settings '{"proxy": {"http": "http://proxy.corp:3128", "https": "http://10.0.0.5:3129"}}'
    mkdir -p "$ROOT/run/ec2-bootstrap"
    echo 'no_proxy=localhost,.ec2.internal,*.ec2.internal,10.0.0.0/16,s3.us-east-1.amazonaws.com' \
        >"$ROOT/run/ec2-bootstrap/proxy.env"
    run_agent explain --no-proxy '*'
    assert_status 1
    assert_contains "$output" "no_proxy  *
"
    assert_equal "$(urls_asked_for <<<"$output")" \
"http://169.254.169.254/
http://[fd00:ec2::254]/
http://169.254.170.2/
http://169.254.170.23/
http://[fd00:ec2::23]/
https://www.example.com/
http://localhost/
http://host.ec2.internal/
http://10.0.0.1/
http://s3.us-east-1.amazonaws.com/
http://host.s3.us-east-1.amazonaws.com/
http://proxy.corp:3128/
http://10.0.0.5:3129/"

    # The own list is as good as none where it cannot be read, and the proxies may be one.
    rm "$ROOT/run/ec2-bootstrap/proxy.env"
    mkdir "$ROOT/run/ec2-bootstrap/proxy.env"
    write_settings '{"proxy": {"http": "http://proxy.corp:3128", "https": "http://proxy.corp:3128"}}'
    run_agent explain --no-proxy corp.example --client go
    assert_status 0
    assert_equal "$(sed -n 's/^ *[0-9]*  \(http[^ ]*\) .*/\1/p' <<<"$output" | tail -n +6)" \
"http://corp.example/
http://host.corp.example/
http://proxy.corp:3128/
https://www.example.com/"
    run_agent explain --client go
    assert_status 74
}

@test "without URLs, of long lists: 24 of each" {
    mkdir -p "$ROOT/run/ec2-bootstrap"
    echo "no_proxy=$(printf '10.2.0.%d,' {1..30})" >"$ROOT/run/ec2-bootstrap/proxy.env"
    run_agent explain --client go --no-proxy "$(printf '10.1.0.%d,' {1..30})"
    assert_status 0
    assert_equal "$(sed -n 's|^.*  http://\(10[^ ]*\)/ .*|\1|p' <<<"$output")" \
        "$(printf '10.1.0.%d\n' {1..24} && printf '10.2.0.%d\n' {1..24})"
}

@test "the list of /etc/environment counts where systemd's is not there; none is no error" {
    echo 'NO_PROXY=only.example' >"$ROOT/etc/environment"
    run_agent explain --root "$ROOT" --client go http://only.example/
    assert_contains "$output" "no_proxy  only.example"
    rm "$ROOT/etc/environment"
    run_agent explain --root "$ROOT" --client go http://only.example/
    assert_status 0
    assert_contains "$output" "no_proxy  (not set)"
}

# other_routes EXPECTED FILE: the clients that do not go as expected, a line "CLIENT URL ROUTE" each.
other_routes() {
    python3 -c '
import json, sys
for row in json.load(open(sys.argv[2], encoding="utf-8")):
    if row["route"] != sys.argv[1]:
        print(row["client"], row["url"], row["route"])' "$1" "$2"
}

@test "the lists that run writes: to IMDS and the containers direct, to all outside by the proxy" {
    local case outside
    # tests/clients/live.sh holds real clients to the same answers.
    local cases=(
        '{"vpc": false}'
        '{}'
        '{"vpc": true, "services": ["s3"], "add": ["corp.example"]}'
    )

    start_simulator
    for case in "${cases[@]}"; do
        make_root
        write_settings '{"proxy": {"http": "http://proxy.corp:3128"}, "no_proxy": '"$case"'}'
        run_agent run
        [[ $status == 0 ]] || failed

        agent explain --root "$ROOT" --json http://169.254.169.254/latest/ http://169.254.170.2/v2/ \
            http://169.254.170.23/v1/ >"$BATS_TEST_TMPDIR/inside" || true
        # curl 7.86.0 reads no address right.
        assert_equal "$(other_routes direct "$BATS_TEST_TMPDIR/inside")" \
"curl-7.86 http://169.254.169.254/latest/ proxy
curl-7.86 http://169.254.170.2/v2/ proxy
curl-7.86 http://169.254.170.23/v1/ proxy" || failed

        outside=(http://example.com/ https://example.com/ http://www.example.com:8080/ http://com/
            http://169.254.169.254.example.com/ http://ec2.internal.example.com/ http://localhost.evil.net/
            http://corp.example.com/ https://sts.us-east-1.amazonaws.com/ http://110.0.1.2/
            http://198.51.100.1/ http://198.51.100.254/ http://198.51.100.23/)
        agent explain --root "$ROOT" --json "${outside[@]}" >"$BATS_TEST_TMPDIR/outside" || true
        # To Ruby a bare IPv6 address is its last group, and that an ending.
        assert_equal "$(other_routes proxy "$BATS_TEST_TMPDIR/outside")" \
"ruby http://198.51.100.254/ direct
ruby http://198.51.100.23/ direct" || failed
        assert_equal "$(json_value "$BATS_TEST_TMPDIR/outside" 'len(d) // len(set(r["url"] for r in d))')" \
            "$(sed '/^#/d' "$TESTS/clients/models.txt" | wc -l)" || failed
        rm -rf "$ROOT"
    done
    all_passed
}

# The first six by name, the others as a number. About curl 7.86.0 nothing is said.
@test "of an entry with a port, and of a star, run warns about each client that sends a usual URL to the proxy" {
    local case entry list urls

    # the entry | as it is written | what is asked for
    local cases=(
        'x.corp:443|x.corp:443,.x.corp:443,*.x.corp:443|https://x.corp/ https://host.x.corp/'
        'x.corp:80|x.corp:80,.x.corp:80,*.x.corp:80|http://x.corp/ http://host.x.corp/'
        'x.corp:8080|x.corp:8080,.x.corp:8080,*.x.corp:8080|http://x.corp:8080/ http://host.x.corp:8080/'
        '10.1.2.3:80|10.1.2.3:80|http://10.1.2.3/'
        '10.1.2.3:443|10.1.2.3:443|https://10.1.2.3/'
        '*|*|http://169.254.169.254/ https://www.example.com/'
    )
    for case in "${cases[@]}"; do
        IFS='|' read -r entry list urls <<<"$case"
        write_settings '{"proxy": {"http": "http://proxy.corp:3128"}, "credentials": "off",
            "no_proxy": {"vpc": false, "add": ["'"$entry"'"]}}'
        run_agent run --dry-run
        assert_status 0 || failed
        # shellcheck disable=SC2086 # words are meant
        agent explain --no-proxy "$list" --json $urls >"$BATS_TEST_TMPDIR/routes" || true
        other_routes direct "$BATS_TEST_TMPDIR/routes" | cut -d ' ' -f 1 | sort -u | grep -vxF curl-7.86 \
            >"$BATS_TEST_TMPDIR/clients"
        assert_equal "$(sed -n "s/.* no_proxy entry ${entry/\*/\\*}: .* and \([0-9]*\) other clients .*/\1/p" "$ERR")" \
            "$(($(wc -l <"$BATS_TEST_TMPDIR/clients") - 6))" || failed
    done
    all_passed
}

@test "what five clients take for a host below a domain, as the document says" {
    run_agent explain --no-proxy corp.example,.corp.example,*.corp.example --json http://notcorp.example/
    assert_status 1
    assert_equal "$(other_routes proxy "$OUT" | sort)" \
"apt http://notcorp.example/ direct
global-agent http://notcorp.example/ direct
http-tiny http://notcorp.example/ direct
lwp-6.68 http://notcorp.example/ direct
python-requests http://notcorp.example/ direct"
}

@test "bad input: 64, naming what is wrong" {
    local case
    local cases=(
        'http://[|not a URL: "http://["'
        'ftp://x.example/|its scheme is neither http nor https'
        'no-scheme|it does not begin with http:// or https://'
        'http:/x.example/?a=://y.example/|it does not begin with http:// or https://'
        'http:///x.example/|it has no host'
        'http://u:s3kr1t@x y/|***@'
        '--client botocor http://x/|there is no client "botocor", did you mean "botocore"?'
        '--client requests http://x/|did you mean "python-requests" or "python-requests-2.34"?'
        '--client curl http://x/|did you mean "curl-7.29", "curl-7.85", "curl-7.86", "curl-8.8", "curl-8.17" or "curl-8.18"?'
        '--client aws-cli http://x/|did you mean "botocore"?'
        '--client undici-7 http://x/|did you mean "undici"?'
        '--client wgte http://x/|did you mean "wget"?'
        '--client zzzzzzzz http://x/|there is no client "zzzzzzzz" (see --list-clients)'
        '--client http://u:s3kr1t@x http://x/|there is no client "http://***@x"'
        '--client , http://x/|no client is named'
    )

    for case in "${cases[@]}"; do
        # shellcheck disable=SC2086 # words are meant, but for a URL with a blank
        if [[ $case == *" y/"* ]]; then
            run_agent explain --no-proxy a "${case%%|*}"
        else
            run_agent explain --no-proxy a ${case%%|*}
        fi
        [[ $status == 64 ]] || failed
        # shellcheck disable=SC2154 # set by run
        assert_contains "$stderr" "${case#*|}" || failed
        refute_contains "$stderr" s3kr1t || failed
    done
    all_passed
}

@test "hostile lists: long, empty entries, no UTF-8" {
    local list

    list=$(head -c 65536 /dev/zero | tr '\0' a)
    run_agent explain --no-proxy "$list" --client go,curl-8.8 http://x.example/
    assert_status 0
    list=$(head -c 1000 /dev/zero | tr '\0' ,)
    run_agent explain --no-proxy "$list" http://x.example/
    assert_status 0
    run_agent explain --json --no-proxy $'\xff\xfe,x.example' --client go http://x.example/
    assert_status 0
}
