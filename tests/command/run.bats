#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# The main job: what `run` asks, writes, prints, and takes back.

load ../lib
load command

setup() {
    make_root
    : >"$BATS_TEST_TMPDIR/empty.json"
}

FULL_SETTINGS='{
  "proxy": {"http": "http://proxy.corp:3128", "https": "http://proxy.corp:3129"},
  "no_proxy": {"add": ["corp.example", "10.20.0.0/16"], "vpc": true, "services": ["s3", "ec2"]}
}'

# As a Debian machine may have it, with proxy settings of before and no newline at the end.
write_foreign_environment() {
    printf '%s\n' 'LANG=C.UTF-8' '# by hand' 'http_proxy="http://old.corp:8080"' \
        'export NO_PROXY=old.corp' 'PATH="/usr/sbin:/usr/bin"' '' '  EDITOR = vi' >"$ROOT/etc/environment"
    printf 'https_proxy=http://old.corp:8080' >>"$ROOT/etc/environment"
}

# Which clients cannot honour which entry has a test of its own, below.
without_coverage() {
    grep -v -e 'warning: no_proxy entry ' -e ": the VPC's blocks "
}

# value_of NAME: of a variable in proxy.env
value_of() {
    sed -n "s|^$1=||p" "$ROOT/run/ec2-bootstrap/proxy.env"
}

@test "the outputs are written, byte for byte" {
    start_simulator
    write_settings "$FULL_SETTINGS"
    write_foreign_environment
    run_agent run
    assert_status 0
    assert_file_equal "$ROOT/etc/environment" "$GOLDEN/environment"
    assert_file_equal "$ROOT/run/ec2-bootstrap/proxy.env" "$GOLDEN/proxy.env"
    assert_equal "$(stat -c %a "$ROOT/run/ec2-bootstrap/proxy.env")" 600
    assert_equal "$(<"$OUT")" ""
    assert_equal "$(normalised "$ERR" | without_coverage)" \
"ec2-bootstrap: warning: ROOT/etc/environment: exempted \"old.corp\" from the proxy, which the new list does not: add to no_proxy.add what has to stay direct
ec2-bootstrap: ROOT/etc/environment: changed
ec2-bootstrap: ROOT/run/ec2-bootstrap/proxy.env: created
ec2-bootstrap: proxy settings are in place; role web-server has credentials until TIME"
    assert_no_temporary
}

@test "no command means run" {
    start_simulator
    write_settings "$FULL_SETTINGS"
    write_foreign_environment
    run_agent
    assert_status 0
    assert_file_equal "$ROOT/etc/environment" "$GOLDEN/environment"
}

@test "/etc/environment is created where there is none; a mode that it has is kept" {
    start_simulator
    write_settings "$FULL_SETTINGS"
    run_agent run
    assert_status 0
    assert_equal "$(stat -c %a "$ROOT/etc/environment")" 644
    assert_contains "$(<"$ERR")" "$ROOT/etc/environment: created"

    chmod 640 "$ROOT/etc/environment"
    run_agent run --no-proxy more.example
    assert_status 0
    assert_equal "$(stat -c %a "$ROOT/etc/environment")" 640
    assert_contains "$(<"$ROOT/etc/environment")" more.example
}

@test "without settings credentials are fetched and nothing is written" {
    local settings seen

    start_simulator
    printf 'LANG=C.UTF-8\nhttp_proxy=http://by.hand:1\n' >"$ROOT/etc/environment"
    for settings in absent '' '{}' '{"proxy": {}}' '{"proxy": {"http": null}}' \
        '{"no_proxy": {"services": ["s3"]}}'; do
        seen=$(simulator_count)
        [[ $settings == absent ]] || write_settings "$settings"
        BEFORE=$(contents)
        run_agent run
        assert_status 0
        assert_equal "$(contents)" "$BEFORE"
        assert_absent "$ROOT/run/ec2-bootstrap/proxy.env"
        assert_equal "$(simulator_requests "$seen")" "PUT /latest/api/token 200
GET $ROLE_PATH 200
GET ${ROLE_PATH}web-server 200"
        assert_equal "$(normalised "$ERR")" "ec2-bootstrap: ROOT/etc/environment: unchanged
ec2-bootstrap: ROOT/run/ec2-bootstrap/proxy.env: unchanged
ec2-bootstrap: ROOT/run/ec2-bootstrap/services.env: unchanged
ec2-bootstrap: no proxy is configured; role web-server has credentials until TIME"
    done
}

@test "a second run asks again and changes nothing, not even a time" {
    local before seen

    start_simulator
    write_settings "$FULL_SETTINGS"
    write_foreign_environment
    run_agent run
    assert_status 0
    before=$(snapshot)
    seen=$(simulator_count)
    run_agent run --diff
    assert_status 0
    assert_equal "$(snapshot)" "$before"
    assert_equal "$(<"$OUT")" ""
    assert_equal "$(simulator_count)" $((2 * seen))
    assert_contains "$(<"$ERR")" "$ROOT/etc/environment: unchanged"
    assert_contains "$(<"$ERR")" "$ROOT/run/ec2-bootstrap/proxy.env: unchanged"
}

@test "without the settings the original bytes come back" {
    # $'...' of the file's bytes
    local originals=(
        ''
        $'LANG=C.UTF-8\n'
        $'LANG=C.UTF-8'
        $'http_proxy=http://old.corp:1\n'
        $'http_proxy=http://old.corp:1'
        $'\n\n# comment only\n'
        $'LANG=C\r\nhttp_proxy=a:1\r\n'
        $'no_proxy=a,\\\nb\nLANG=C\n'
        $'export HTTPS_PROXY="x"\nHttp_Proxy=mixed:1\nhttp_proxy_old=1\n'
        $'# ec2-bootstrap is not here\nNO_PROXY=\\\\x5c\n'
        $'LANG=\xff\xfe\nno_proxy=\xc3\xa4\n'
    )
    local index

    start_simulator
    for index in "${!originals[@]}"; do
        printf %s "${originals[index]}" >"$ROOT/etc/environment"
        printf %s "${originals[index]}" >"$BATS_TEST_TMPDIR/original"
        write_settings "$FULL_SETTINGS"
        run_agent run
        assert_status 0
        grep -q '^http_proxy=http://proxy.corp:3128$' "$ROOT/etc/environment"
        write_settings '{}'
        run_agent run
        assert_status 0
        assert_file_equal "$ROOT/etc/environment" "$BATS_TEST_TMPDIR/original"
        assert_absent "$ROOT/run/ec2-bootstrap/proxy.env"
    done

    rm "$ROOT/etc/environment"
    write_settings "$FULL_SETTINGS"
    run_agent run
    write_settings '{}'
    run_agent run
    assert_status 0
    assert_absent "$ROOT/etc/environment"
}

@test "what others write into the file between two runs stays" {
    start_simulator
    write_settings "$FULL_SETTINGS"
    write_foreign_environment
    run_agent run
    printf '\nADDED=later\nhttp_proxy=http://later.corp:1\n' >>"$ROOT/etc/environment"
    run_agent run
    assert_status 0
    assert_contains "$(<"$ROOT/etc/environment")" $'\nADDED=later\n# ec2-bootstrap displaced: http_proxy=http://later.corp:1'
    write_settings '{}'
    run_agent run
    assert_status 0
    write_foreign_environment
    printf '\nADDED=later\nhttp_proxy=http://later.corp:1\n' >>"$ROOT/etc/environment"
    cp "$ROOT/etc/environment" "$BATS_TEST_TMPDIR/expected"
    write_settings "$FULL_SETTINGS"
    run_agent run
    write_settings '{}'
    run_agent run
    assert_file_equal "$ROOT/etc/environment" "$BATS_TEST_TMPDIR/expected"
}

@test "--dry-run changes nothing at all and says what would change" {
    local arguments before

    start_simulator
    for arguments in "" "--diff" "--json" "--diff --json --verbose"; do
        rm -rf "$ROOT"
        make_root
        write_settings "$FULL_SETTINGS"
        write_foreign_environment
        before=$(snapshot)
        # shellcheck disable=SC2086 # words
        run_agent run --dry-run $arguments
        assert_status 0
        assert_equal "$(snapshot)" "$before"
        assert_contains "$(<"$ERR")" "$ROOT/etc/environment: changed (dry run)"
        assert_contains "$(<"$ERR")" "$ROOT/run/ec2-bootstrap/proxy.env: created (dry run)"
    done
    # Of a removal too.
    run_agent run
    before=$(snapshot)
    run_agent run --dry-run --config "$BATS_TEST_TMPDIR/empty.json"
    assert_status 0
    assert_equal "$(snapshot)" "$before"
}

@test "the diff is the golden one, before and after the fact, and patch(1) applies it" {
    start_simulator
    write_settings "$FULL_SETTINGS"
    write_foreign_environment
    cp -a "$ROOT" "$BATS_TEST_TMPDIR/copy"
    run_agent run --diff --dry-run
    assert_status 0
    normalised "$OUT" >"$BATS_TEST_TMPDIR/dry.diff"
    assert_file_equal "$BATS_TEST_TMPDIR/dry.diff" "$GOLDEN/run.diff"
    run_agent run --diff
    assert_status 0
    normalised "$OUT" >"$BATS_TEST_TMPDIR/run.diff"
    assert_file_equal "$BATS_TEST_TMPDIR/run.diff" "$GOLDEN/run.diff"

    patch --quiet --directory "$BATS_TEST_TMPDIR/copy" --strip 1 <"$BATS_TEST_TMPDIR/run.diff"
    assert_file_equal "$BATS_TEST_TMPDIR/copy/etc/environment" "$ROOT/etc/environment"
    assert_file_equal "$BATS_TEST_TMPDIR/copy/run/ec2-bootstrap/proxy.env" \
        "$ROOT/run/ec2-bootstrap/proxy.env"

    # And back: removal.
    cp -a "$ROOT/." "$BATS_TEST_TMPDIR/copy"
    run_agent run --diff --config "$BATS_TEST_TMPDIR/empty.json"
    assert_status 0
    normalised "$OUT" | patch --quiet --directory "$BATS_TEST_TMPDIR/copy" --strip 1
    assert_file_equal "$BATS_TEST_TMPDIR/copy/etc/environment" "$ROOT/etc/environment"
    assert_absent "$BATS_TEST_TMPDIR/copy/run/ec2-bootstrap/proxy.env"
}

# Times and the port replaced, warnings about coverage taken out; the order of the keys is part of it.
normalised_json() {
    normalised "$OUT" | python3 -c '
import json, sys
def same_times(value, is_time=False):
    if isinstance(value, dict):
        return {k: same_times(v, is_time or k.endswith("_ms")) for k, v in value.items()}
    if isinstance(value, list):
        return [same_times(v) for v in value]
    assert not is_time or 0 <= value < 10000, value
    return 0 if is_time else value
d = same_times(json.load(sys.stdin))
d["warnings"] = [w for w in d["warnings"] if not w.startswith("no_proxy entry ")]
print(json.dumps(d, indent=1, ensure_ascii=False))'
}

@test "--json prints one document with all of it, and nothing else" {
    start_simulator
    write_settings "$FULL_SETTINGS"
    write_foreign_environment
    run_agent run --json --diff
    assert_status 0
    normalised_json >"$BATS_TEST_TMPDIR/run.json"
    assert_file_equal "$BATS_TEST_TMPDIR/run.json" "$GOLDEN/run.json"
}

@test "--json of a failed run has the status and the error" {
    write_settings '{"proxy": {"http": "socks5://a:1"}}'
    run_agent run --json
    assert_status 78
    assert_equal "$(json_value "$OUT" '[d["status"], d["error"], d["outputs"], d["imds"]]')" \
        "$(python3 -c '
import json, sys
print(json.dumps([78, sys.argv[1], [], None]))' "$(sed 's/^ec2-bootstrap: error: //' "$ERR")")"
}

@test "--quiet leaves warnings and errors, --verbose adds" {
    local normal

    start_simulator
    write_settings '{"proxy": {"http": "http://proxy.corp:3128"}, "no_proxy": {"vpc": false}}'
    run_agent run
    normal=$(wc -l <"$ERR")
    run_agent run --quiet
    assert_status 0
    assert_equal "$(<"$ERR")" ""
    run_agent run -q --http-proxy proxy.corp
    assert_status 0
    assert_equal "$(<"$ERR")" "ec2-bootstrap: warning: the proxy URL of proxy.corp names no port: 80 is used, where some clients would guess another: write the port"
    run_agent run --quiet --http-proxy socks5://a:1
    assert_status 78
    assert_one_error socks5
    run_agent run --verbose
    assert_status 0
    (($(wc -l <"$ERR") > normal))
    assert_contains "$(<"$ERR")" "the metadata service is $IMDS_URL"
    run_agent run -v
    assert_contains "$(<"$ERR")" "the metadata service is $IMDS_URL"
}

@test "no escape sequence reaches a standard error that is no terminal" {
    start_simulator
    write_settings "$FULL_SETTINGS"
    run_agent run --verbose --http-proxy proxy.corp
    assert_status 0
    refute_contains "$(<"$ERR")" $'\e'
    refute_contains "$(<"$ERR")" $'\r'
}

@test "the letter case of the variables is as set" {
    local lower="http_proxy https_proxy no_proxy" upper="HTTP_PROXY HTTPS_PROXY NO_PROXY"
    local case expected

    start_simulator
    for case in lower upper both; do
        case $case in
        both) expected="$lower $upper" ;;
        lower) expected=$lower ;;
        upper) expected=$upper ;;
        esac
        write_settings '{"case": "'$case'", "proxy": {"http": "a.example:1", "https": "b.example:2"}}'
        run_agent run
        assert_status 0
        assert_equal "$(sed -n 's/=.*//p' "$ROOT/run/ec2-bootstrap/proxy.env" | paste -sd ' ')" "$expected"
        assert_equal "$(sed -n 's/=.*//p' "$ROOT/etc/environment" | paste -sd ' ')" "$expected"
    done
    assert_equal "$(value_of HTTP_PROXY)" "$(value_of http_proxy)"
    assert_equal "$(value_of HTTPS_PROXY)" "$(value_of https_proxy)"
    assert_equal "$(value_of NO_PROXY)" "$(value_of no_proxy)"

    # A foreign assignment in the other case is displaced too: no client sees a conflict.
    rm "$ROOT/etc/environment"
    write_settings '{"case": "lower", "proxy": {"http": "a.example:1"}}'
    printf 'HTTP_PROXY=http://old.corp:1\n' >"$ROOT/etc/environment"
    run_agent run
    assert_contains "$(<"$ROOT/etc/environment")" '# ec2-bootstrap displaced: HTTP_PROXY=http://old.corp:1'
}

@test "NO_PROXY follows the settings" {
    # no_proxy | the list, $ALWAYS in front
    local cases=(
        '{}|,.ec2.internal,*.ec2.internal,10.0.0.0/16,100.64.0.0/16'
        '{"vpc": true}|,.ec2.internal,*.ec2.internal,10.0.0.0/16,100.64.0.0/16'
        '{"vpc": false}|'
        '{"vpc": false, "services": ["s3"]}|,s3.us-east-1.amazonaws.com,.s3.us-east-1.amazonaws.com,*.s3.us-east-1.amazonaws.com,s3.dualstack.us-east-1.amazonaws.com,.s3.dualstack.us-east-1.amazonaws.com,*.s3.dualstack.us-east-1.amazonaws.com,s3-us-east-1.amazonaws.com,.s3-us-east-1.amazonaws.com,*.s3-us-east-1.amazonaws.com,.s3-accesspoint.us-east-1.amazonaws.com,*.s3-accesspoint.us-east-1.amazonaws.com,s3.amazonaws.com,.s3.amazonaws.com,*.s3.amazonaws.com'
        '{"vpc": false, "add": ["Corp.Example", ".only-below.example", "192.0.2.7", "10.0.0.0/8", "localhost"]}|,corp.example,.corp.example,*.corp.example,.only-below.example,*.only-below.example,192.0.2.7,10.0.0.0/8'
        '{"vpc": false, "add": ["a.example b.example,c.example", "a.example"]}|,a.example,.a.example,*.a.example,b.example,.b.example,*.b.example,c.example,.c.example,*.c.example'
        '{"vpc": false, "add": ["2001:db8::1"]}|,2001:db8::1'
        '{"vpc": true, "add": ["10.0.0.0/16"]}|,.ec2.internal,*.ec2.internal,10.0.0.0/16,100.64.0.0/16'
    )
    local case

    start_simulator
    for case in "${cases[@]}"; do
        write_settings '{"proxy": {"http": "http://p.example:1"}, "no_proxy": '"${case%%|*}"'}'
        run_agent run
        assert_status 0
        assert_equal "${case%%|*}: $(value_of no_proxy)" "${case%%|*}: $ALWAYS${case#*|}"
    done
}

@test "entries that some clients cannot honour are written, with a warning that names the clients" {
    start_simulator
    write_settings '{"proxy": {"http": "a.example:1"}, "no_proxy": {"vpc": false, "add": ["10.0.0.0/8"]}}'
    run_agent run --quiet
    assert_status 0
    assert_equal "$(value_of no_proxy)" "$ALWAYS,10.0.0.0/8"
    assert_contains "$(<"$ERR")" "warning: "
    assert_contains "$(<"$ERR")" 10.0.0.0/8
    assert_contains "$(<"$ERR")" "the AWS CLI"
    # Names are for everybody.
    write_settings '{"proxy": {"http": "a.example:1"}, "no_proxy": {"vpc": false, "add": ["corp.example"]}}'
    run_agent run --quiet
    assert_equal "$(<"$ERR")" ""
}

@test "--no-proxy adds to the settings" {
    start_simulator
    write_settings '{"proxy": {"http": "a.example:1"}, "no_proxy": {"vpc": false, "add": ["b.example"]}}'
    run_agent run --no-proxy "c.example, 192.0.2.1"
    assert_status 0
    assert_equal "$(value_of no_proxy)" \
        "$ALWAYS,b.example,.b.example,*.b.example,c.example,.c.example,*.c.example,192.0.2.1"
}

@test "region and domain of other partitions" {
    # region, domain, domain of dual-stack names
    local cases=(
        'eu-west-1 amazonaws.com api.aws'
        'cn-north-1 amazonaws.com.cn api.amazonwebservices.com.cn'
        'us-gov-west-1 amazonaws.com api.aws'
    )
    local case region domain dual_stack name

    write_settings '{"proxy": {"http": "a.example:1"}, "no_proxy": {"services": ["ec2", "ecr.api"]}}'
    for case in "${cases[@]}"; do
        read -r region domain dual_stack <<<"$case"
        change_tree "data['placement']['region'] = '$region'; data['services']['domain'] = '$domain'"
        start_simulator --tree "$TREE"
        run_agent run
        assert_status 0
        name=$region.$domain
        assert_equal "$(value_of no_proxy)" "$ALWAYS,.$region.compute.internal,*.$region.compute.internal,10.0.0.0/16,100.64.0.0/16,ec2.$name,ec2.$region.$dual_stack,api.ecr.$name,ecr.$region.$dual_stack"
        stop_simulator
    done
}

@test "the blocks of all interfaces are taken, each once" {
    change_tree "
macs = data['network']['interfaces']['macs']
macs['0e:49:61:0f:c3:12'] = dict(macs['0e:49:61:0f:c3:11'],
                                 **{'vpc-ipv4-cidr-blocks': '10.9.0.0/16\n10.0.0.0/16'})
macs['0e:49:61:0f:c3:13'] = {'device-number': '2'}"
    start_simulator --tree "$TREE"
    run_agent run --http-proxy a.example:1
    assert_status 0
    assert_equal "$(value_of no_proxy)" "$WITH_VPC,10.9.0.0/16"
}

@test "an instance without a VPC address or a role name still gets the rest" {
    change_tree "data['network']['interfaces']['macs'] = {}; data['placement'] = {}"
    start_simulator --tree "$TREE"
    run_agent run --http-proxy a.example:1
    assert_status 0
    assert_equal "$(value_of no_proxy)" "$ALWAYS"
    assert_contains "$(<"$ERR")" "warning: the metadata service names no region"
}

@test "outputs: only those that the settings list" {
    start_simulator
    write_settings '{"proxy": {"http": "a.example:1"}, "outputs": ["systemd"]}'
    run_agent run
    assert_status 0
    assert_absent "$ROOT/etc/environment"
    assert_equal "$(value_of http_proxy)" http://a.example:1
    refute_contains "$(<"$ERR")" etc/environment

    rm -r "$ROOT/run"
    write_settings '{"proxy": {"http": "a.example:1"}, "outputs": ["environment"]}'
    run_agent run
    assert_status 0
    assert_absent "$ROOT/run/ec2-bootstrap/proxy.env"
    assert_contains "$(<"$ROOT/etc/environment")" http_proxy=http://a.example:1
}

@test "proxies: one scheme only, options over settings, the canonical form" {
    # arguments | http_proxy | https_proxy
    local cases=(
        '|http://set.example:1|'
        '--http-proxy http://opt.example:2|http://opt.example:2|'
        '--https-proxy http://opt.example:2|http://set.example:1|http://opt.example:2'
        '--http-proxy opt.example:3|http://opt.example:3|'
        '--http-proxy http://[2001:DB8::7]:3128|http://[2001:db8::7]:3128|'
        '--http-proxy http://OPT.Example:3128/|http://opt.example:3128|'
        '--http-proxy http://a%40b:p%2fw@opt.example:3128|http://a%40b:p%2Fw@opt.example:3128|'
        '--http-proxy http://192.0.2.7:3128|http://192.0.2.7:3128|'
    )
    local case arguments http https

    start_simulator
    write_settings '{"proxy": {"http": "http://set.example:1"}, "no_proxy": {"vpc": false}}'
    for case in "${cases[@]}"; do
        IFS='|' read -r arguments http https <<<"$case"
        # shellcheck disable=SC2086 # words
        run_agent run $arguments
        assert_status 0
        assert_equal "$arguments: $(value_of http_proxy) $(value_of https_proxy)" \
            "$arguments: $http $https"
        refute_contains "$(<"$ERR")" warning
    done

    write_settings '{"proxy": {"https": "http://set.example:1"}}'
    run_agent run
    assert_equal "$(value_of http_proxy) $(value_of https_proxy)" " http://set.example:1"
    refute_contains "$(<"$ROOT/etc/environment")" http_proxy=
    refute_contains "$(<"$ROOT/etc/environment")" HTTP_PROXY=
}

@test "proxies that work with a warning: no port, https://" {
    start_simulator
    run_agent run --http-proxy https://proxy.corp:3128
    assert_status 0
    assert_equal "$(value_of http_proxy)" https://proxy.corp:3128
    assert_contains "$(<"$ERR")" "warning: an https:// proxy cannot be used by wget"
    run_agent run --http-proxy https://proxy.corp
    assert_status 0
    assert_equal "$(value_of http_proxy)" https://proxy.corp:443
    assert_contains "$(<"$ERR")" "warning: the proxy URL of proxy.corp names no port: 443 is used"
}

@test "user name and password file: percent-encoded, one newline at the end dropped" {
    start_simulator
    mkdir -p "$ROOT/run/secret"
    write_settings '{"proxy": {"http": "http://proxy.corp:3128", "https": "http://own:login@proxy.corp:3129",
        "username": "svc@corp", "password_file": "/run/secret/password"}}'
    printf 'p #%%"\\\x27\xc3\xa4=\n' >"$ROOT/run/secret/password"
    run_agent run
    assert_status 0
    assert_equal "$(value_of http_proxy)" 'http://svc%40corp:p%20%23%25%22%5C%27%C3%A4%3D@proxy.corp:3128'
    assert_equal "$(value_of https_proxy)" http://own:login@proxy.corp:3129
    # A user name alone.
    write_settings '{"proxy": {"http": "http://proxy.corp:3128", "username": "svc"}}'
    run_agent run
    assert_equal "$(value_of http_proxy)" http://svc@proxy.corp:3128
}

@test "IMDS over IPv6: brackets are added, with a warning" {
    start_simulator --listen '[::1]:0'
    run_agent run --http-proxy a.example:1 --json
    assert_status 0
    assert_equal "$(json_value "$OUT" '[d["imds"]["endpoint"], d["imds"]["family"]]')" "[\"$IMDS_URL\", \"ipv6\"]"
    assert_equal "$(value_of no_proxy)" "${WITH_VPC/fd00:ec2::254,fd00:ec2::23/fd00:ec2::254,[fd00:ec2::254],fd00:ec2::23,[fd00:ec2::23]}"
    assert_equal "$(grep -c 'warning: .*httpx' "$ERR")" 1

    write_settings '{"no_proxy": {"ipv6_brackets": "never"}}'
    run_agent run --http-proxy a.example:1
    assert_status 0
    assert_equal "$(value_of no_proxy)" "$WITH_VPC"
    refute_contains "$(<"$ERR")" httpx
}

@test "brackets over IPv4 only when always" {
    start_simulator
    write_settings '{"no_proxy": {"ipv6_brackets": "always", "vpc": false}}'
    run_agent run --http-proxy a.example:1
    assert_status 0
    assert_contains "$(value_of no_proxy)" ',[fd00:ec2::254],'
    assert_contains "$(<"$ERR")" "warning: "
}

@test "a long NO_PROXY warns, a longer one is an error" {
    start_simulator
    write_settings "$(python3 -c '
import json
print(json.dumps({"no_proxy": {"add": [f"host-{i:03d}.corp.example" for i in range(20)]}}))')"
    run_agent run --http-proxy a.example:1
    assert_status 0
    assert_contains "$(<"$ERR")" "warning: no_proxy is a line of "

    rm -r "$ROOT/run" "$ROOT/etc/environment"
    write_settings "$(python3 -c '
import json
print(json.dumps({"no_proxy": {"add": [f"host-{i:03d}.corp.example" for i in range(200)]}}))')"
    run_agent run --http-proxy a.example:1
    assert_status 78
    assert_one_error "no_proxy would be a line of " "shorten no_proxy.add"
    assert_absent "$ROOT/etc/environment"
    assert_absent "$ROOT/run/ec2-bootstrap/proxy.env"
}

@test "a NO_PROXY that only the brackets make too long: no proxy is reported" {
    write_settings "$(python3 -c '
import json
hosts = [f"h{i:03d}." + 50 * "a" + ".example" for i in range(41)] + ["h.0123456789.example"]
print(json.dumps({"no_proxy": {"add": hosts, "vpc": False, "ipv6_brackets": "always"}, "credentials": "off"}))')"
    run_agent run --json --http-proxy a.example:1
    assert_status 78
    assert_contains "$(<"$ERR")" "error: no_proxy would be a line of 8192 bytes"
    assert_equal "$(json_value "$OUT" 'list(d["proxy"].values())')" "[null, null, null]"
}

@test "8 requests, 4 connections, 3 round trips, one token" {
    start_simulator --latency 150
    write_settings "$FULL_SETTINGS"
    run_agent run --json
    assert_status 0
    stop_simulator
    assert_same_lines "$(simulator_requests)" "PUT /latest/api/token 200
GET $ROLE_PATH 200
GET /latest/meta-data/placement/region 200
GET /latest/meta-data/services/domain 200
GET /latest/meta-data/network/interfaces/macs/ 200
GET ${ROLE_PATH}web-server 200
GET /latest/meta-data/network/interfaces/macs/0e:49:61:0f:c3:11/vpc-ipv4-cidr-blocks 200
GET /latest/meta-data/network/interfaces/macs/0e:49:61:0f:c3:11/vpc-ipv6-cidr-blocks 404"
    assert_equal "$(json_value "$SIM_STATS" 'd["requests"]')" 8
    assert_equal "$(json_value "$SIM_STATS" 'd["connections"] <= 4')" true
    # A round trip is a group of requests that nothing but less than half a latency separates.
    assert_equal "$(python3 -c '
import json, sys
times = sorted(json.loads(line)["ms"] for line in open(sys.argv[1], encoding="utf-8"))
print(1 + sum(b - a > 75 for a, b in zip(times, times[1:])))' "$SIM_LOG")" 3
    # Every request but the first carried the token.
    assert_equal "$(grep -c '"token":"valid"' "$SIM_LOG")" 7
    assert_equal "$(json_value "$OUT" '[r["attempts"] for r in d["imds"]["requests"]]')" "[1, 1, 1, 1, 1, 1, 1, 1]"
}

@test "two at once: the second waits for the lock, both succeed" {
    local i

    start_simulator
    write_settings "$FULL_SETTINGS"
    write_foreign_environment
    (umask 077 && : >"$ROOT/.ec2-bootstrap.lock")
    exec 8<"$ROOT/.ec2-bootstrap.lock"
    flock --exclusive 8
    start_agent run 8>&-
    wait_until simulator_has_seen 7
    # It is done with the metadata service and has nothing to wait for but the lock.
    for ((i = 0; i < 20; i++)); do
        assert_absent "$ROOT/run/ec2-bootstrap/proxy.env"
        refute_contains "$(<"$ROOT/etc/environment")" proxy.corp
        sleep 0.01
    done
    exec 8>&-
    wait_agent
    assert_status 0
    assert_file_equal "$ROOT/etc/environment" "$GOLDEN/environment"
}

# As the machine has it: the manager's socket is in /run, and docker's files are there.
@test "a systemd that does not answer holds up nobody for long" {
    local script=$BATS_TEST_TMPDIR/machine

    write_settings '{"proxy": {"http": "a.example:1"}, "credentials": "off", "no_proxy": {"vpc": false},
        "outputs": ["environment", "docker", "systemd"]}'
    cat >"$script" <<'SCRIPT'
#!/bin/bash
set -e
mount --bind "$1" /etc
mount -t tmpfs none /run
mount -t tmpfs none /var/lib
mkdir /run/systemd
python3 -c '
import socket, time
server = socket.socket(socket.AF_UNIX)
server.bind("/run/systemd/private")
server.listen()
time.sleep(3600)' &
until [[ -S /run/systemd/private ]]; do sleep 0.01; done
status=0
"${@:2}" || status=$?
kill $!
exit $status
SCRIPT
    chmod +x "$script"
    SECONDS=0
    agent_under "unshare --mount -- $script $ROOT/etc" run --root /
    assert_status 0
    assert_contains "$(<"$ROOT/etc/environment")" http_proxy=http://a.example:1
    assert_contains "$(<"$ERR")" "systemd does not take the variables for services"
    assert_contains "$(<"$ERR")" "systemd does not read its units again"
    # Ten seconds, by its own limit: it was waited for, and nobody had to end it.
    ((SECONDS >= 9)) || assert_equal "$SECONDS s" "10 s"
}

@test "the settings of a root are read in it, not on this machine" {
    start_simulator
    mkdir -p "$ROOT/run/secret"
    # The password file too, through an absolute symbolic link.
    ln -s /run/secret/password "$ROOT/etc/link"
    echo inside >"$ROOT/run/secret/password"
    write_settings '{"proxy": {"http": "a.example:1", "username": "u", "password_file": "/etc/link"}}'
    run_agent run
    assert_status 0
    assert_equal "$(value_of http_proxy)" http://u:inside@a.example:1
}

@test "elsewhere than on EC2 nobody is asked and nothing waits; a named endpoint is asked all the same" {
    local start

    mkdir -p "$ROOT/sys/class/dmi/id"
    echo "Dell Inc." >"$ROOT/sys/class/dmi/id/sys_vendor"
    # Whoever waited for a metadata service would wait that long.
    write_settings '{"proxy": {"http": "http://proxy.corp:3128"}, "imds": {"deadline_s": 60}}'
    start=$SECONDS
    run_agent run
    assert_status 0
    ((SECONDS - start < 30))
    assert_equal "$(normalised "$ERR")" \
'ec2-bootstrap: this is not an EC2 instance (the firmware'\''s vendor is "Dell Inc."): no metadata service is asked
ec2-bootstrap: ROOT/etc/environment: created
ec2-bootstrap: ROOT/run/ec2-bootstrap/proxy.env: created
ec2-bootstrap: proxy settings are in place; no role credentials'
    assert_equal "$(value_of no_proxy)" "$ALWAYS"

    run_agent credentials
    assert_status 69
    assert_one_error "this is not an EC2 instance" "Dell Inc." "imds.endpoint"

    start_simulator
    run_agent run
    assert_status 0
    assert_contains "$(<"$ERR")" "role web-server has credentials"
}
