#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Where settings come from and in which order they count; and each way in which they can be wrong:
# one line that says where and what to do, and nothing is changed.

load ../lib
load command

setup() {
    make_root
    echo LANG=C >"$ROOT/etc/environment"
    # Settings that are wrongly taken must not make the test wait.
    write_settings '{"imds": {"deadline_s": 10}}' usr/lib/ec2-bootstrap/config.d/00-fast.json
}

# No metadata service is asked in these.
OFFLINE='"credentials": "off", "no_proxy": {"vpc": false}'

value_of() {
    sed -n "s|^$1=||p" "$ROOT/run/ec2-bootstrap/proxy.env"
}

# assert_refused CODE PART...: the last run_agent has failed as it should, and has changed nothing since
# BEFORE.
assert_refused() {
    local code=$1

    shift
    assert_status "$code" || return 1
    assert_one_error "$@" || return 1
    assert_hidden s3kr1t "$OUT" "$ERR" || return 1
    assert_equal "$(snapshot)" "$BEFORE"
}

# assert_settings_refused SETTINGS PART...: for both commands, with all that prints. In tables, where
# a snapshot of each case takes too long, assert_untouched is enough.
assert_settings_refused() {
    local settings=$1

    shift
    write_settings "$settings"
    run_agent run --json --diff --verbose
    assert_status 78 || return 1
    assert_one_error "$ROOT/etc/ec2-bootstrap/config.json:" "$@" || return 1
    assert_untouched || return 1
    run_agent credentials --verbose
    assert_status 78 || return 1
    assert_one_error "$ROOT/etc/ec2-bootstrap/config.json:" "$@" || return 1
    assert_untouched
}

# assert_left_out PART...: the first warning of `run --json` says each, and that an entry is left out.
assert_left_out() {
    local warning part

    warning=$(json_value "$OUT" 'd["warnings"][0]')
    for part in "$@" ": left out"; do
        assert_contains "$warning" "$part" || return 1
    done
}

# No output, no lock, no temporary file; and no password shown.
assert_untouched() {
    refute_contains "$output$stderr" s3kr1t || return 1
    assert_equal "$(<"$ROOT/etc/environment") $(echo "$ROOT/etc/"{.[!.],}* "$ROOT/run/"*)" \
        "LANG=C $ROOT/etc/.[!.]* $ROOT/etc/ec2-bootstrap $ROOT/etc/environment $ROOT/run/*"
}

# -- where settings come from

@test "later folders, then drop-ins, win key by key" {
    write_settings '{"proxy": {"http": "http://vendor:1", "https": "http://vendor:2"}, '"$OFFLINE}" \
        usr/lib/ec2-bootstrap/config.d/10-base.json
    run_agent run
    assert_status 0
    assert_equal "$(value_of http_proxy) $(value_of https_proxy)" "http://vendor:1 http://vendor:2"

    write_settings '{"proxy": {"http": "http://boot:1"}}' run/ec2-bootstrap/config.d/20-boot.json
    run_agent run
    assert_equal "$(value_of http_proxy) $(value_of https_proxy)" "http://boot:1 http://vendor:2"

    # Drop-ins are merged by name, wherever they are: 30 of /usr/lib beats 20 of /run.
    write_settings '{"proxy": {"http": "http://vendor30:1"}}' usr/lib/ec2-bootstrap/config.d/30-late.json
    run_agent run
    assert_equal "$(value_of http_proxy)" http://vendor30:1

    # A drop-in of the same name in a later folder replaces the whole earlier one.
    write_settings '{}' etc/ec2-bootstrap/config.d/30-late.json
    run_agent run
    assert_equal "$(value_of http_proxy)" http://boot:1
    write_settings '{"proxy": {"https": "http://admin:2"}}' etc/ec2-bootstrap/config.d/30-late.json
    run_agent run
    assert_equal "$(value_of http_proxy) $(value_of https_proxy)" "http://boot:1 http://admin:2"
}

@test "config.json of a later folder replaces the earlier one; drop-ins beat it" {
    write_settings '{"proxy": {"http": "http://vendor:1", "https": "http://vendor:2"}, '"$OFFLINE}" \
        usr/lib/ec2-bootstrap/config.json
    write_settings '{"proxy": {"http": "http://admin:1"}, '"$OFFLINE}" etc/ec2-bootstrap/config.json
    run_agent run
    assert_status 0
    assert_equal "$(value_of http_proxy) $(value_of https_proxy)" "http://admin:1 "
    write_settings '{"proxy": {"http": "http://dropin:1"}}' usr/lib/ec2-bootstrap/config.d/00-first.json
    run_agent run
    assert_equal "$(value_of http_proxy)" http://dropin:1
}

@test "no_proxy.add lists are joined, other lists replaced, null is the default" {
    start_simulator
    write_settings '{"proxy": {"http": "http://a:1"}, "credentials": "off",
        "no_proxy": {"vpc": false, "services": ["s3"], "add": ["192.0.2.1"]}}'
    write_settings '{"no_proxy": {"add": ["192.0.2.2"], "services": ["ec2"]}}' etc/ec2-bootstrap/config.d/1.json
    write_settings '{"no_proxy": {"add": ["192.0.2.3"]}}' etc/ec2-bootstrap/config.d/2.json
    run_agent run
    assert_status 0
    assert_equal "$(value_of no_proxy)" "$ALWAYS,ec2.us-east-1.amazonaws.com,ec2.us-east-1.api.aws,192.0.2.1,192.0.2.2,192.0.2.3"
    write_settings '{"proxy": {"http": null}}' etc/ec2-bootstrap/config.d/3.json
    run_agent run
    assert_status 0
    assert_absent "$ROOT/run/ec2-bootstrap/proxy.env"
}

@test "only *.json in config.d counts, and no hidden file" {
    local name

    write_settings "{$OFFLINE}"
    for name in a.json.bak b.conf .c.json json README .json; do
        write_settings 'not settings' "etc/ec2-bootstrap/config.d/$name"
    done
    run_agent run
    assert_status 0
}

@test "--config names a file or a folder and replaces the search path" {
    local folder=$BATS_TEST_TMPDIR/settings argument

    write_settings '{"proxy": {"http": "http://ignored:1"}, '"$OFFLINE}"
    mkdir -p "$folder/config.d"
    echo '{"proxy": {"http": "http://given:1"}, '"$OFFLINE}" >"$folder/config.json"
    run_agent run --config "$folder/config.json"
    assert_status 0
    assert_equal "$(value_of http_proxy)" http://given:1

    echo '{"proxy": {"http": "http://given-drop-in:1"}}' >"$folder/config.d/1.json"
    for argument in "$folder" "$folder/" "$folder/../settings/."; do
        rm "$ROOT/run/ec2-bootstrap/proxy.env"
        run_agent run --config "$argument"
        assert_status 0
        assert_equal "$(value_of http_proxy)" http://given-drop-in:1
    done

    cd "$BATS_TEST_TMPDIR"
    for argument in settings ./settings settings/config.json; do
        rm "$ROOT/run/ec2-bootstrap/proxy.env"
        run_agent run --config "$argument"
        assert_status 0
        assert_contains "$(value_of http_proxy)" http://given
    done

    mkdir "$BATS_TEST_TMPDIR/empty"
    start_simulator
    run_agent run --config "$BATS_TEST_TMPDIR/empty" --json
    assert_status 0
    assert_equal "$(json_value "$OUT" 'd["proxy"]["http"]')" null
}

@test "an absent, empty or blank configuration is valid" {
    local settings

    start_simulator
    for settings in '' ' ' $'\n\t\r\n' '{}'; do
        write_settings "$settings"
        run_agent run
        assert_status 0
    done
}

# -- what is wrong with a file

@test "JSON that is broken: the file and the line" {
    # line | bytes, for printf %b
    local cases=(
        '1|{'
        '1|nothing'
        '3|{\n  "case": "both",\n  "credentials" "off"\n}'
        '3|{\n  "case": "both",\n}'
        '2|{"case": "both"}\n{"case": "both"}'
        '4|{\n"case":\n"both"\n} trailing'
        "2|{\\n'case': 'both'}"
        '2|{\n// comment\n"case": "both"}'
        '2|{"case":\n"bo\\u0000th"}'
        '2|{\n"case": "bo'
    )
    local case

    for case in "${cases[@]}"; do
        assert_settings_refused "$(printf %b "${case#*|}")" "line ${case%%|*}:" "JSON" || failed
    done
    all_passed
}

@test "the result of bad settings is valid JSON all the same" {
    write_settings $'{"case": "\xff\x01\\u0001\\"", "\\"": 1}'
    run_agent run --json --diff --verbose
    assert_status 78
    assert_equal "$(wc -l <"$ERR")" 1
    python3 -c 'import json, sys; json.loads(open(sys.argv[1], "rb").read().decode(errors="replace"))' "$OUT"
    printf '{"\\u000a\\u001b[31m": 1}' >"$ROOT/etc/ec2-bootstrap/config.json"
    run_agent run
    assert_status 78
    assert_equal "$(wc -l <"$ERR")" 1
    refute_contains "$(<"$ERR")" $'\e'
}

@test "not an object" {
    local case

    for case in '[]' '"text"' '1' 'true'; do
        assert_settings_refused "$case" "expected an object"
    done
    # null is no object either
    assert_settings_refused 'null' "expected an object"
}

@test "unknown keys: file, line, key, and the nearest known key" {
    # line | key | nearest | settings
    local cases=(
        '1|proxi|proxy|{"proxi": {"http": "http://u:s3kr1t@a:1"}}'
        '2|cas|case|{\n"cas": "both"}'
        '3|no_proxy.ad|no_proxy.add|{"no_proxy": {\n"vpc": false,\n"ad": ["a"]}}'
        '1|proxy.htttp|proxy.http|{"proxy": {"htttp": "http://u:s3kr1t@a:1"}}'
        '2|imds.deadline|imds.deadline_s|{"imds": {\n"deadline": 1}}'
        '1|proxy.HTTP|proxy.http|{"proxy": {"HTTP": "http://u:s3kr1t@a:1"}}'
        '1|no-proxy|no_proxy|{"no-proxy": {"vpc": false}}'
        '1|output|outputs|{"output": "auto"}'
    )
    local case line key near settings

    for case in "${cases[@]}"; do
        IFS='|' read -r line key near settings <<<"$case"
        assert_settings_refused "$(printf %b "$settings")" "config.json:$line: $key: unknown key" \
            "did you mean $near?" || failed
    done
    all_passed
    assert_settings_refused '{"zzzzzzzzzzzzzz": 1}' "config.json:1: zzzzzzzzzzzzzz: unknown key"
    assert_settings_refused '{"": 1}' "config.json:1: " "unknown key"
}

@test "a wrong type, for each key: what was expected" {
    # key | part of what is expected | values
    local cases=(
        'proxy|an object|1 "x" [] true'
        'no_proxy|an object|1 "x" [] true'
        'imds|an object|1 "x" [] true'
        'proxy.http|a proxy URL|1 [] {} true'
        'proxy.https|a proxy URL|1 [] {} false'
        'proxy.username|user name|1 [] {} true'
        'proxy.password_file|path|1 [] {} true'
        'no_proxy.add|a list|1 "a.example" {} true'
        'no_proxy.add|a list|[1] [null] [[]] [{}] [true]'
        'no_proxy.vpc|true, false or "required"|1 "true" [] {}'
        'no_proxy.services|a list|1 "s3" {} true'
        'no_proxy.services|a list|[1] [null] [[]]'
        'no_proxy.ipv6_brackets|"auto", "always" or "never"|1 [] {} true'
        'imds.endpoint|a URL|1 [] {} true'
        'imds.mode|"auto", "ipv4" or "ipv6"|4 [] {} true'
        'imds.request_timeout_ms|a whole number of milliseconds|"1000" [] {} true'
        'imds.deadline_s|a whole number of seconds|"60" [] {} true'
        'imds.allow_v1|true or false|1 "true" [] {}'
        'credentials|"required", "optional" or "off"|1 [] {} true'
        'outputs|"auto" or a list|1 {} true'
        'outputs|"auto" or a list|[1] [null]'
        'case|"both", "lower" or "upper"|1 [] {} true'
    )
    local case key expected value values

    for case in "${cases[@]}"; do
        IFS='|' read -r key expected values <<<"$case"
        for value in $values; do
            write_settings "$(key_as_settings "$key" "$value")"
            run_agent run
            { assert_status 78 && assert_untouched &&
                assert_one_error "$ROOT/etc/ec2-bootstrap/config.json:2: $key: expected " "$expected"; } ||
                failed
        done
    done
    all_passed
}

# key_as_settings KEY VALUE: the key on the second line of a file that is otherwise right
key_as_settings() {
    case $1 in
    *.*) printf '{"%s": {\n"%s": %s}}' "${1%%.*}" "${1#*.}" "$2" ;;
    *) printf '{\n"%s": %s}' "$1" "$2" ;;
    esac
}

@test "bad values: what was expected" {
    # key | value | part of the message
    local cases=(
        'case|"Both"|expected "both", "lower" or "upper", got another word'
        'case|""|expected "both", "lower" or "upper"'
        'credentials|"of"|expected "required", "optional" or "off", got another word'
        'imds.mode|"IPv4"|expected "auto", "ipv4" or "ipv6"'
        'no_proxy.ipv6_brackets|"yes"|expected "auto", "always" or "never"'
        'imds.deadline_s|0|from 1 to 3600, got 0'
        'imds.deadline_s|3601|from 1 to 3600, got 3601'
        'imds.deadline_s|-1|from 1 to 3600'
        'imds.deadline_s|1.5|whole number'
        'imds.deadline_s|1e400|from 1 to 3600'
        'imds.request_timeout_ms|9|from 10 to 60000, got 9'
        'imds.request_timeout_ms|60001|from 10 to 60000, got 60001'
        'imds.endpoint|"169.254.169.254"|begin with http://'
        'imds.endpoint|"https://127.0.0.1"|http:// only'
        'imds.endpoint|"http://127.0.0.1/latest"|nothing may follow the host and port'
        'imds.endpoint|"http://u:s3kr1t@127.0.0.1"|login'
        'imds.endpoint|"http://"|host'
        'imds.endpoint|""|http://'
        'outputs|["enviroment"]|there is no output "enviroment", did you mean "environment"? (there are environment, systemd, profile, sysconfig, apt, dnf, docker, ecs, ssm-agent, cloudwatch-agent, codedeploy-agent, snapd, sudo)'
        'outputs|["zzzzzz"]|there is no output "zzzzzz" (there are environment, systemd, profile, sysconfig, apt, dnf, docker, ecs, ssm-agent, cloudwatch-agent, codedeploy-agent, snapd, sudo)'
        'outputs|"all"|expected "auto" or a list'
        'no_proxy.services|["s3\\u000a"]|is not the name of a service'
        'no_proxy.add|["a.example", "b.example\\u001b[31m"]|it has a control character in it'
        'no_proxy.vpc_ipv6|"yes"|expected true or false'
        'proxy.password_file|"relative"|it is not an absolute path'
        'proxy.username|""|empty'
        'proxy.username|"DOMAIN\\\\user"|Cntlm'
        'proxy.username|"a\\u0007b"|control character'
    )
    local case key value part

    for case in "${cases[@]}"; do
        IFS='|' read -r key value part <<<"$case"
        value=${value//\\\\/\\}
        assert_settings_refused "$(key_as_settings "$key" "$value")" "config.json:2: $key: " "$part" ||
            failed
    done
    all_passed
}

@test "an entry that is none costs only itself" {
    start_simulator
    # key | the entry | part of the warning
    local cases=(
        'no_proxy.add|/var/run/docker.sock|a path is no host'
        'no_proxy.add|unix:///var/run/docker.sock|a path is no host'
        'no_proxy.add|10.1.*|write 10.1.0.0/16'
        'no_proxy.add|a*.example|understood only at the front'
        'no_proxy.add|10.0.0.0/33|10.0.0.0/33'
        'no_proxy.add|a_b!.example|neither a DNS name nor an IP address'
        'no_proxy.add|a.example:0|port'
        'no_proxy.add|a.example:65536|port'
        'no_proxy.add|[::1|::1'
        'no_proxy.add|http://u:s3kr1t@proxy.corp:3128|it has a login: write the host alone'
        'no_proxy.add|*.10.1.2.3|no name is below an address'
        'no_proxy.add|http://10.0.0.0/8|write the block alone'
        'no_proxy.services||is not the name of a service'
        'outputs|enviroment|there is no output "enviroment", did you mean "environment"?'
    )
    local case key entry part good

    for case in "${cases[@]}"; do
        IFS='|' read -r key entry part <<<"$case"
        good=good.example
        case $key in
        outputs) good=systemd ;;
        no_proxy.services) good=s3 ;;
        esac
        write_settings "$(key_as_settings "$key" "[\"$entry\", \"$good\"]")"
        write_settings "{\"proxy\": {\"http\": \"http://proxy.corp:3128\"}, $OFFLINE}" \
            etc/ec2-bootstrap/config.d/proxy.json
        run_agent run --json
        { assert_status 0 &&
            assert_equal "$(value_of http_proxy)" http://proxy.corp:3128 &&
            refute_contains "$output$stderr" s3kr1t &&
            assert_left_out "config.json:2: " "${part//\"/\\\"}"; } ||
            failed
    done
    all_passed
}

@test "an entry of --no-proxy that is none costs only itself" {
    write_settings "{\"proxy\": {\"http\": \"http://proxy.corp:3128\"}, $OFFLINE}"
    run_agent run --json --no-proxy "/run/docker.sock,good.example"
    assert_status 0
    assert_left_out '--no-proxy: no_proxy entry \"/run/docker.sock\": a path is no host'
    assert_contains "$(value_of no_proxy)" ,good.example,
}

@test "duplicate keys: the line of the second" {
    assert_settings_refused $'{\n"case": "both",\n"case": "lower"}' "config.json:3: case: " "twice"
    assert_settings_refused $'{"proxy": {\n"http": "http://a:1",\n\n"http": "http://a:1"}}' \
        "config.json:4: proxy.http: " "twice"
    assert_settings_refused $'{"proxy": {},\n"proxy": {}}' "config.json:2: proxy: " "twice"
    # In two files they are not duplicates.
    write_settings "{$OFFLINE}"
    write_settings '{"credentials": "off"}' etc/ec2-bootstrap/config.d/1.json
    run_agent run
    assert_status 0
}

@test "the file at fault is named, also among drop-ins and with --config" {
    write_settings "{$OFFLINE}"
    write_settings '{"case": 1}' usr/lib/ec2-bootstrap/config.d/50-wrong.json
    BEFORE=$(snapshot)
    run_agent run
    assert_refused 78 "$ROOT/usr/lib/ec2-bootstrap/config.d/50-wrong.json:1: case: "
    echo '{"case": 1}' >"$BATS_TEST_TMPDIR/given.json"
    run_agent run --config "$BATS_TEST_TMPDIR/given.json"
    assert_refused 78 "$BATS_TEST_TMPDIR/given.json:1: case: "
}

# -- what is wrong with a path

@test "settings that are no file, or too large" {
    local kind

    for kind in directory fifo large; do
        rm -rf "$ROOT/etc/ec2-bootstrap"
        mkdir -p "$ROOT/etc/ec2-bootstrap"
        case $kind in
        directory) mkdir "$ROOT/etc/ec2-bootstrap/config.json" ;;
        fifo) mkfifo "$ROOT/etc/ec2-bootstrap/config.json" ;;
        large) { echo '{}' && head -c 1048576 /dev/zero | tr '\0' ' '; } >"$ROOT/etc/ec2-bootstrap/config.json" ;;
        esac
        BEFORE=$(snapshot)
        run_agent run
        assert_refused 78 "$ROOT/etc/ec2-bootstrap/config.json: cannot be read: "
    done
}

@test "config.d that is no folder; settings that are a broken link" {
    mkdir -p "$ROOT/etc/ec2-bootstrap"
    touch "$ROOT/etc/ec2-bootstrap/config.d"
    BEFORE=$(snapshot)
    run_agent run
    assert_refused 78 "$ROOT/etc/ec2-bootstrap/config.d: cannot be read: Not a directory"
    rm "$ROOT/etc/ec2-bootstrap/config.d"
    ln -s absent "$ROOT/etc/ec2-bootstrap/config.json"
    BEFORE=$(snapshot)
    run_agent run
    assert_refused 78 "$ROOT/etc/ec2-bootstrap/config.json: cannot be read: No such file"
}

@test "--config of something that is not there" {
    BEFORE=$(snapshot)
    run_agent run --config "$BATS_TEST_TMPDIR/absent.json"
    assert_refused 78 "--config $BATS_TEST_TMPDIR/absent.json: No such file or directory"
    run_agent run --config ""
    assert_refused 78 "--config"
}

@test "settings that must not be read: exit code 77" {
    local path

    # A file, a folder, what --config names.
    write_settings "{$OFFLINE}"
    write_settings "{}" etc/ec2-bootstrap/config.d/1.json
    for path in etc/ec2-bootstrap/config.json etc/ec2-bootstrap/config.d/1.json etc/ec2-bootstrap/config.d; do
        chmod 000 "$ROOT/$path"
        status=0
        agent_under "$UNPRIVILEGED" run
        chmod 755 "$ROOT/$path"
        assert_status 77
        assert_one_error "$ROOT/$path: cannot be read: Permission denied"
        assert_absent "$ROOT/run/ec2-bootstrap/proxy.env"
    done
    cp "$ROOT/etc/ec2-bootstrap/config.json" "$BATS_TEST_TMPDIR/given.json"
    chmod 000 "$BATS_TEST_TMPDIR/given.json"
    agent_under "$UNPRIVILEGED" run --config "$BATS_TEST_TMPDIR/given.json"
    assert_status 77
    assert_one_error "$BATS_TEST_TMPDIR/given.json: cannot be read: Permission denied"
}

@test "a password file that cannot be used is named with its key; nothing is changed" {
    # part of the message | what makes the file
    # shellcheck disable=SC2016 # expanded by eval
    local cases=(
        'No such file or directory|:'
        'proxy.password_file|mkdir "$file"'
        'not a regular file|mkfifo "$file"'
        'is empty|: >"$file"'
        'is empty|echo >"$file"'
        'more than one line|printf "s3kr1t\nmore\n" >"$file"'
        'control character|printf "s3kr1t\tx" >"$file"'
        'control character|printf "s3kr1t\0x" >"$file"'
        'too large|head -c 5000 /dev/zero | tr "\0" x >"$file"'
    )
    local case file=$ROOT/run/password

    mkdir -p "$ROOT/run"
    write_settings '{"proxy": {"http": "http://a:1", "username": "svc", "password_file": "/run/password"}, '"$OFFLINE}"
    for case in "${cases[@]}"; do
        rm -rf "$file"
        eval "${case#*|}"
        BEFORE=$(snapshot)
        run_agent run --json --diff --verbose
        assert_refused 78 proxy.password_file "$file" "${case%%|*}" || failed
    done
    all_passed

    rm -rf "$file"
    echo s3kr1t >"$file"
    chmod 000 "$file"
    agent_under "$UNPRIVILEGED" run
    assert_status 77
    assert_one_error proxy.password_file "$file" "Permission denied"
}

@test "a password file without a user name" {
    assert_settings_only_run '{"proxy": {"http": "http://a:1", "password_file": "/run/password"}}' \
        proxy.password_file proxy.username
}

assert_settings_only_run() {
    write_settings "$1"
    shift
    BEFORE=$(snapshot)
    run_agent run --json --diff --verbose
    assert_refused 78 "$@"
}

# -- what is wrong with a proxy URL

@test "bad proxy URLs, in a file and as an option: what is wrong, and never the password" {
    # URL (\x is for printf %b) | part of the message
    local cases=(
        '|host'
        'http://|host'
        'http://:3128|host'
        'http://u:s3kr1t@|host'
        'http://u:s3kr1t@:3128|host'
        'http://proxy.corp:0|port'
        'http://u:s3kr1t@proxy.corp:0|port'
        'http://u:s3kr1t@proxy.corp:65536|port'
        'http://u:s3kr1t@proxy.corp:99999999999|port'
        'http://u:s3kr1t@proxy.corp:-1|port'
        'http://u:s3kr1t@proxy.corp:31 28|blank'
        'http://u:s3kr1t@proxy.corp:http|port'
        ' http://u:s3kr1t@proxy.corp:3128|blank'
        'http://u:s3kr1t@proxy.corp:3128 |blank'
        'http://u:s3kr1t @proxy.corp:3128|blank'
        'http://u:s3kr1t\\n@proxy.corp:3128|control'
        'http://u:s3kr1t\\t@proxy.corp:3128|control'
        'http://u:s3kr1t\\u007f@proxy.corp:3128|control'
        'http://u:s3kr1t%0A@proxy.corp:3128|control'
        'http://u%00:s3kr1t@proxy.corp:3128|control'
        'socks4://u:s3kr1t@proxy.corp:1080|SOCKS'
        'socks4a://u:s3kr1t@proxy.corp:1080|SOCKS'
        'socks5://u:s3kr1t@proxy.corp:1080|SOCKS'
        'socks5h://u:s3kr1t@proxy.corp:1080|SOCKS'
        'SOCKS5://u:s3kr1t@proxy.corp:1080|SOCKS'
        'ftp://u:s3kr1t@proxy.corp:3128|http nor https'
        'http://u:s3kr1t@proxy.corp:3128/path|nothing may follow'
        'http://u:s3kr1t@proxy.corp:3128/?query|nothing may follow'
        'http://u:s3kr1t@proxy.corp:3128?query|nothing may follow'
        'http://u:s3kr1t@proxy.corp:3128#fragment|nothing may follow'
        'http://u:s3kr1t#more@proxy.corp:3128|write # as %23'
        'http://u:s3kr1t/more@proxy.corp:3128|write / as %2F'
        'http://u:s3kr1t?more@proxy.corp:3128|write ? as %3F'
        'u:s3kr1t#more@proxy.corp:3128|write # as %23'
        'http://u:more#s3kr1t@proxy.corp:3128|'
        'http://u:more/s3kr1t|'
        'http://u:s3kr1t|'
        'http:/u:s3kr1t@proxy.corp:3128|'
        'http//u:s3kr1t@proxy.corp:3128|'
        'http://:s3kr1t@proxy.corp:3128|user name'
        'http://CORP\\\\svc:s3kr1t@proxy.corp:3128|Cntlm'
        'http://CORP%5Csvc:s3kr1t@proxy.corp:3128|Cntlm'
        'CORP\\\\svc:s3kr1t@proxy.corp:3128|Cntlm'
        'http://u:s3kr1t@pro_xy!.corp:3128|'
        'http://u:s3kr1t@-.corp..:3128|host'
        'http://u:s3kr1t@256.1.1.1:3128|IPv4'
        'http://u:s3kr1t@[::g]:3128|'
        'http://u:s3kr1t@[fe80::1%25eth0]:3128|'
        'http://u:s3kr1t@[::1:3128|'
        'http://u:s3kr1t@a.corp:1,http://u:s3kr1t@b.corp:2|'
    )
    local case url part key

    for case in "${cases[@]}"; do
        url=${case%|*} part=${case##*|}
        url=${url//\\\\/\\}
        assert_settings_refused "$(printf '{"proxy": {\n"http": "%s"}}' "$url")" \
            "config.json:2: proxy.http: proxy URL \"" "$part" || failed
    done
    all_passed
    # The other key, and the options.
    rm "$ROOT/etc/ec2-bootstrap/config.json"
    for key in http https; do
        write_settings '{"proxy": {"'$key'": "socks5://u:s3kr1t@proxy.corp:1080"}}'
        BEFORE=$(snapshot)
        run_agent run
        assert_refused 78 "config.json:1: proxy.$key: proxy URL \"socks5://***@proxy.corp:1080\": SOCKS"
        rm "$ROOT/etc/ec2-bootstrap/config.json"
        BEFORE=$(snapshot)
        [[ $key == http ]] || cases=("${cases[@]:0:10}")
        for case in "${cases[@]}"; do
            url=${case%|*} part=${case##*|}
            url=${url//\\\\u007f/$'\x7f'}
            url=$(printf '%b' "${url//\\\\/\\}")
            run_agent run "--$key-proxy" "$url" --json --verbose
            { assert_status 78 && assert_one_error "--$key-proxy: proxy URL \"" "$part" &&
                refute_contains "$output$stderr" s3kr1t; } || failed
        done
        assert_equal "$(snapshot)" "$BEFORE"
    done
    all_passed
}

@test "bad values of other options are named by the option" {
    # arguments | part
    local cases=(
        '--endpoint|169.254.169.254|--endpoint: |begin with http://'
        '--endpoint|https://127.0.0.1|--endpoint: |http:// only'
        '--endpoint|http://u:s3kr1t@127.0.0.1|--endpoint: |login'
        '--endpoint|http://127.0.0.1:0|--endpoint: |port'
        '--endpoint||--endpoint: |http://'
    )
    local case option value name part

    BEFORE=$(snapshot)
    for case in "${cases[@]}"; do
        IFS='|' read -r option value name part <<<"$case"
        run_agent run "$option" "$value" --json --verbose
        assert_refused 78 "$name" "$part" || failed
    done
    all_passed
}
