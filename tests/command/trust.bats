#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# proxy.ca_file on this system's own store of CAs, with the programs that come with it.

# shellcheck disable=SC2034,SC2154
load ../lib
load ../trust/trust

setup() {
    enter_world
    make_ca company
    cp "$BATS_TEST_TMPDIR/company.pem" "$CA_FILE"
    configure
}

teardown() {
    stop_all
    leave_world
}

refute_trusted() {
    assert_absent /usr/local/share/ec2-bootstrap/ca.pem
    assert_equal "$(in_bundle company)" ""
    assert_equal "$(variables)" ""
}

@test "the store has the CA, and the variables name its files" {
    keep_store
    agent_here run --dry-run
    assert_status 0
    assert_contains "$stderr" "$STORE_ANCHORS/ec2-bootstrap-"
    assert_store_kept

    agent_here run
    assert_status 0
    assert_contains "$stderr" "$STORE_ANCHORS/ec2-bootstrap-"
    assert_equal "$(in_bundle company)" company
    assert_equal "$(variables)" "AWS_CA_BUNDLE=$STORE_BUNDLE
REQUESTS_CA_BUNDLE=$STORE_BUNDLE
NODE_EXTRA_CA_CERTS=/usr/local/share/ec2-bootstrap/ca.pem"
    assert_file_equal /usr/local/share/ec2-bootstrap/ca.pem "$BATS_TEST_TMPDIR/company.pem"
    assert_equal "$(stat -c %a /usr/local/share/ec2-bootstrap/ca.pem "$STORE_ANCHORS"/ec2-bootstrap-*.crt | sort -u)" 644

    keep_store
    agent_here run --json
    assert_status 0
    assert_contains "$output" '"trusted":	true'
    assert_store_kept
    refute_contains "$stderr" "$STORE_ANCHORS"
}

# trusting_clients: asks the server with each client of this machine, by the variables that `run` wrote; prints
# those that trust it
trusting_clients() {
    local environment=("PATH=$TESTS/trust:/usr/bin:/bin" "HOME=$BATS_TEST_TMPDIR")

    mapfile -t -O "${#environment[@]}" environment < <("$BUILD/pam-getenv" /etc/environment)
    environment+=(no_proxy=localhost NO_PROXY=localhost)
    while read -r name command; do
        # shellcheck disable=SC2086 # words are meant
        [[ $(timeout "$HANGS_S" env -i "${environment[@]}" $command "$TLS_URL" 2>/dev/null) != *ok* ]] || echo "$name"
    done <<'CLIENTS'
curl curl --silent
wget wget --quiet --output-document=-
urllib client urllib
requests client requests
ruby ruby -ropen-uri -e puts(URI.open(ARGV[0]).read)
CLIENTS
}

@test "clients trust a server of the CA's, and with the CA gone they do not" {
    start_tls_server company
    assert_equal "$(trusting_clients)" ""
    agent_here run
    assert_status 0
    assert_equal "$(trusting_clients)" "curl
wget
urllib
requests
ruby"
    assert_equal "$(java_trusts)" "$(java_has_store)"
    agent_here remove
    assert_status 0
    assert_equal "$(trusting_clients)" ""
    assert_equal "$(java_trusts)" ""
}

@test "explain --ca says who trusts it, and by what" {
    run --separate-stderr agent explain --ca
    assert_status 1
    assert_contains "$output" "curl               NOT TRUSTED              the system's store"
    assert_contains "$output" "node               NOT TRUSTED              roots of its own"
    assert_contains "$output" "0 of "
    agent_here run
    assert_status 0
    run --separate-stderr agent explain --ca
    assert_status 0
    refute_contains "$output" "NOT TRUSTED"
    assert_contains "$output" "curl               the system's store       the system's store"
    assert_contains "$output" "botocore           AWS_CA_BUNDLE            AWS_CA_BUNDLE"
    assert_contains "$output" "node               NODE_EXTRA_CA_CERTS      roots of its own"
    run --separate-stderr agent explain --ca --json
    assert_equal "$(json_value <(echo "$output") '[row["company_by"] for row in d["clients"] if row["client"] == "pip"]')" \
        '["REQUESTS_CA_BUNDLE"]'
}

# every_variable: those that are set only where they are asked for, as a JSON list
every_variable() {
    "$BUILD/ec2-bootstrap" explain --ca --json 2>/dev/null |
        python3 -c 'import json, sys
print(json.dumps([row["name"] for row in json.load(sys.stdin)["variables"] if row["caution"]]))'
}

@test "variables that can break something are set where they are asked for, with what they can break" {
    local names name java=/etc/ssl/certs/java/cacerts

    names=$(every_variable)
    configure '"ca_variables": '"$names"
    # As without Java.
    rm -rf "$java" /etc/ca-certificates/update.d/jks-keystore
    agent_here run
    assert_status 0
    assert_contains "$stderr" "proxy.ca_variables: JAVA_TOOL_OPTIONS is not set: $java is not there"
    refute_contains "$(cat /etc/environment)" JAVA_TOOL_OPTIONS

    mkdir -p "${java%/*}"
    touch "$java"
    agent_here run
    assert_status 0
    assert_equal "$(grep -E 'CERT|CA|OPTIONS|cafile' /etc/environment | grep -v '^#' | sort)" "$(sort <<LINES
AWS_CA_BUNDLE=$STORE_BUNDLE
CARGO_HTTP_CAINFO=$STORE_BUNDLE
COMPOSER_CAFILE=$STORE_BUNDLE
CURL_CA_BUNDLE=$STORE_BUNDLE
DENO_CERT=/usr/local/share/ec2-bootstrap/ca.pem
DENO_TLS_CA_STORE=system,mozilla
GIT_SSL_CAINFO=$STORE_BUNDLE
JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=$java
NODE_EXTRA_CA_CERTS=/usr/local/share/ec2-bootstrap/ca.pem
NODE_OPTIONS=--use-openssl-ca
NODE_USE_SYSTEM_CA=1
PERL_LWP_SSL_CA_FILE=$STORE_BUNDLE
PIP_CERT=$STORE_BUNDLE
REQUESTS_CA_BUNDLE=$STORE_BUNDLE
SSL_CERT_FILE=$STORE_BUNDLE
npm_config_cafile=$STORE_BUNDLE
LINES
)"
    for name in $(tr -d '[]",' <<<"$names"); do
        assert_contains "$stderr" "proxy.ca_variables: $name: "
    done
    run --separate-stderr agent explain --ca
    assert_contains "$output" "deno               DENO_CERT "
    refute_contains "$output" "NOT TRUSTED"

    configure
    agent_here run
    assert_status 0
    refute_contains "$(cat /etc/environment)" SSL_CERT_FILE
    assert_contains "$(cat /etc/environment)" AWS_CA_BUNDLE
}

@test "of variables one that is not known is left out, and without a CA none is set" {
    configure '"ca_variables": ["SSL_CERT_FIL", "PIP_CERT"]'
    agent_here run
    assert_status 0
    assert_contains "$stderr" "entry 1: it is not a variable that can be asked for: there are SSL_CERT_FILE, CURL_CA_BUNDLE"
    assert_contains "$(variables)" "PIP_CERT=$STORE_BUNDLE"
    refute_contains "$(variables)" SSL_CERT_FIL
    agent_here remove
    assert_status 0
    echo '{"credentials": "off", "proxy": {"ca_variables": ["SSL_CERT_FILE"]}}' >"$CONFIG"
    agent_here run
    assert_status 0
    assert_contains "$stderr" "proxy.ca_variables: none is set, as no CA is configured"
    assert_equal "$(variables)" ""
}

@test "a service that was started before is named" {
    mkdir -p /run/systemd/units
    ln -s x /run/systemd/units/invocation:docker.service
    touch -h -d '1 hour ago' /run/systemd/units/invocation:docker.service
    agent_here run
    assert_contains "$stderr" "still running with the previous proxy settings: docker.service"
    touch -h -d '1 hour' /run/systemd/units/invocation:docker.service
    agent_here run
    refute_contains "$stderr" "still running"
    agent_here remove
    assert_contains "$stderr" "still running with the previous proxy settings: docker.service"
}

@test "remove leaves nothing, nor does a run without the setting" {
    "$STORE_PROGRAM" --fresh >/dev/null 2>&1
    keep_store
    agent_here run
    assert_status 0
    agent_here remove
    assert_status 0
    assert_store_kept
    refute_trusted

    agent_here run
    assert_status 0
    echo '{"credentials": "off", "outputs": ["environment"]}' >"$CONFIG"
    agent_here run
    assert_status 0
    assert_store_kept
}

@test "a CA that the store has from somewhere else is not added, and stays" {
    cp "$BATS_TEST_TMPDIR/company.pem" "$STORE_ANCHORS/by-hand.crt"
    "$STORE_PROGRAM" >/dev/null 2>&1
    agent_here run
    assert_status 0
    assert_absent "$STORE_ANCHORS"/ec2-bootstrap-*.crt
    assert_contains "$(variables)" "AWS_CA_BUNDLE="
    agent_here remove
    assert_status 0
    assert_equal "$(in_bundle company)" company
}

@test "a program that dpkg waits for knows it" {
    local seen=$BATS_TEST_TMPDIR/seen

    program_is "env >$seen; exec $STORE_PROGRAM.real \"\$@\""
    agent_here run
    assert_status 0
    refute_contains "$(cat "$seen")" DPKG_
    rm "$seen"
    agent_environment=(DPKG_MAINTSCRIPT_PACKAGE=ec2-bootstrap DPKG_ROOT=/x)
    agent_here remove
    assert_status 0
    assert_equal "$(grep DPKG_ "$seen")" DPKG_MAINTSCRIPT_PACKAGE=ec2-bootstrap
}

@test "of two CAs one goes, another one comes" {
    make_ca second
    make_ca third
    cat "$BATS_TEST_TMPDIR/second.pem" >>"$CA_FILE"
    agent_here run
    assert_status 0
    assert_equal "$(in_bundle company)" company
    assert_equal "$(in_bundle second)" second
    cat "$BATS_TEST_TMPDIR"/{second,third}.pem >"$CA_FILE"
    agent_here run
    assert_status 0
    assert_equal "$(in_bundle company)" ""
    assert_equal "$(in_bundle second)" second
    assert_equal "$(in_bundle third)" third
    assert_equal "$(cat /usr/local/share/ec2-bootstrap/ca.pem)" "$(cat "$CA_FILE")"
}

@test "a file that is no CA's is refused before anything is written" {
    keep_store
    cat "$TESTS/trust/kinds/leaf.pem" >>"$CA_FILE"
    agent_here run
    assert_status 78
    assert_contains "$stderr" "proxy.ca_file: $CA_FILE: block 2 (CN=leaf,O=Example): it is the certificate of a server"
    assert_absent /etc/environment
    assert_store_kept
    agent_here trust
    assert_status 78
}

# refused_file WORDS: that proxy.ca_file cannot be used
refused_file() {
    agent_here run
    assert_status 78
    assert_contains "$stderr" "proxy.ca_file: "
    assert_contains "$stderr" "$1"
    assert_absent /etc/environment
}

@test "odd files" {
    rm "$CA_FILE"
    refused_file "$CA_FILE"
    mkfifo "$CA_FILE"
    refused_file "$CA_FILE"
    rm "$CA_FILE"
    mkdir "$CA_FILE"
    refused_file "$CA_FILE"
    rmdir "$CA_FILE"
    head -c 10000000 /dev/zero | tr '\0' '\n' >"$CA_FILE"
    refused_file "$CA_FILE"
    openssl x509 -in "$BATS_TEST_TMPDIR/company.pem" -outform DER -out "$CA_FILE"
    refused_file "it is DER, not PEM"
    echo '{"proxy": {"ca_file": "ca.pem"}}' >"$CONFIG"
    refused_file "it is not an absolute path"
    printf "%s\n" '{"proxy": {"ca_file": "-----BEGIN CERTIFICATE-----\nMII"}}' >"$CONFIG"
    refused_file "it is a certificate: write it into a file"
}

@test "somebody else's broken file is named, and no variable points at the bundle that it spoils" {
    printf '%s\n' "-----BEGIN CERTIFICATE-----" "nonsense" "-----END CERTIFICATE-----" >"$STORE_ANCHORS/other.crt"
    agent_here run
    assert_status 74
    assert_contains "$stderr" "mend or remove $STORE_ANCHORS/other.crt, then run $STORE_PROGRAM"
    assert_equal "$(variables)" ""
    assert_contains "$(cat /etc/environment)" "http_proxy=http://proxy.corp:3128"
    rm "$STORE_ANCHORS/other.crt"
    agent_here run
    assert_status 0
    assert_contains "$(variables)" AWS_CA_BUNDLE
}

@test "a program that fails, does nothing, is killed or is not there is made up for by the next run" {
    program_is 'echo "no room" >&2; exit 1'
    agent_here run
    assert_status 74
    assert_contains "$stderr" "$STORE_PROGRAM failed: no room; the proxy settings have been written"
    assert_equal "$(variables)" ""
    program_is 'exit 0'
    agent_here run
    assert_status 74
    assert_contains "$stderr" "did not add the proxy's CA"
    assert_equal "$(variables)" ""
    # shellcheck disable=SC2016 # its own
    program_is 'kill -KILL $$'
    agent_here run
    assert_status 74
    rm "$STORE_PROGRAM"
    agent_here run
    assert_contains "$stderr" "install the package ca-certificates"
    assert_equal "$(variables)" ""
    mv "$STORE_PROGRAM.real" "$STORE_PROGRAM"
    agent_here run
    assert_status 0
    assert_equal "$(in_bundle company)" company
    assert_contains "$(variables)" AWS_CA_BUNDLE
}

@test "an agent that is killed during the update is made up for, when it comes and when it goes" {
    "$STORE_PROGRAM" --fresh >/dev/null 2>&1
    keep_store
    # shellcheck disable=SC2016 # its own
    program_is 'kill -KILL $PPID; exit 0'
    agent_here run
    assert_status 137
    mv "$STORE_PROGRAM" "$STORE_PROGRAM.kills"
    cp "$STORE_PROGRAM.real" "$STORE_PROGRAM"
    agent_here run
    assert_status 0
    assert_equal "$(in_bundle company)" company
    cp "$STORE_PROGRAM.kills" "$STORE_PROGRAM"
    agent_here remove
    assert_status 137
    cp "$STORE_PROGRAM.real" "$STORE_PROGRAM"
    agent_here remove
    assert_status 0
    assert_store_kept
}

@test "where the store is read-only it is left to the unit, and nothing points at it" {
    mount --bind -o ro "$STORE_ANCHORS" "$STORE_ANCHORS"
    agent_here run
    assert_status 0
    refute_contains "$stderr" "/ec2-bootstrap-"
    agent_here trust
    umount "$STORE_ANCHORS"
    assert_status 74
    assert_contains "$stderr" "warning: $STORE_ANCHORS is read-only here, so the proxy's CA is not yet trusted as the settings say: ec2-bootstrap-trust.service does that"
    refute_trusted
    agent_here trust
    assert_status 0
    assert_equal "$(in_bundle company)" company
    agent_here run
    assert_contains "$(variables)" AWS_CA_BUNDLE
}

@test "what has been trusted stays so while the store cannot be changed" {
    agent_here run
    assert_status 0
    make_ca second
    cat "$BATS_TEST_TMPDIR/second.pem" >>"$CA_FILE"
    mount --bind -o ro /usr/local /usr/local
    agent_here run
    assert_status 0
    assert_contains "$stderr" "is read-only here"
    assert_contains "$(variables)" "AWS_CA_BUNDLE=$STORE_BUNDLE"
    program_is 'exit 1'
    umount /usr/local
    agent_here run
    assert_status 74
    assert_contains "$(variables)" "NODE_EXTRA_CA_CERTS="
}

@test "the agent's unit cannot lead the one with more rights to other files" {
    local mark=/var/lib/ec2-bootstrap

    # What a program could leave that has taken over the agent: it can write there.
    mkdir -p "$mark" /usr/share/empty.others
    echo kept >/etc/kept
    ln -s ../../../etc/kept "$mark/ca-trust.due"
    ln -s ../../../etc/kept "$mark/update-due"
    echo /usr/share/empty.others >"$mark/folders"
    agent_here trust
    assert_status 0
    assert_equal "$(cat /etc/kept)" kept
    [[ -d /usr/share/empty.others ]]
    assert_equal "$(in_bundle company)" company
}

@test "files of others with a name like ours stay, and so do links" {
    echo '{"credentials": "off", "outputs": ["environment"]}' >"$CONFIG"
    cp "$BATS_TEST_TMPDIR/company.pem" "$STORE_ANCHORS/ec2-bootstrap-proxy.crt"
    cp "$BATS_TEST_TMPDIR/company.pem" /etc/company.pem
    ln -s /etc/company.pem "$STORE_ANCHORS/ec2-bootstrap-01234567.crt"
    agent_here run
    assert_status 0
    agent_here remove
    assert_status 0
    [[ -e /etc/company.pem && -L $STORE_ANCHORS/ec2-bootstrap-01234567.crt && -e $STORE_ANCHORS/ec2-bootstrap-proxy.crt ]]
}

@test "a bundle with NUL bytes or a block of another kind" {
    {
        echo "-----BEGIN CERTIFICATE-----"
        head -c 100 /dev/zero
        printf '\n%s\n' "-----END CERTIFICATE-----"
    } >>"$STORE_BUNDLE"
    agent_here run
    assert_status 0
    assert_contains "$(variables)" AWS_CA_BUNDLE
    openssl genrsa -out "$STORE_ANCHORS/key.crt" 1024 2>"$BATS_TEST_TMPDIR/openssl.log"
    "$STORE_PROGRAM" >/dev/null 2>&1 || true
    agent_here run
    assert_status 0
    assert_contains "$(variables)" AWS_CA_BUNDLE
}

@test "the day the only CA ends, the proxy stays" {
    agent_here run
    assert_status 0
    cp "$TESTS/trust/kinds/expired.pem" "$CA_FILE"
    agent_here run
    assert_status 0
    assert_contains "$stderr" "it ended on 2021-01-01 and is left out"
    assert_contains "$(cat /etc/environment)" "http_proxy=http://proxy.corp:3128"
    refute_trusted
}

@test "what Java has been told is kept over a program that fails" {
    local told=$BATS_TEST_TMPDIR/told

    agent_here run
    assert_status 0
    mkdir -p /etc/ca-certificates/update.d
    printf '#!/bin/sh\ncat >>%s\n' "$told" >/etc/ca-certificates/update.d/jks-keystore
    chmod +x /etc/ca-certificates/update.d/jks-keystore
    program_is 'exit 1'
    agent_here remove
    assert_status 74
    mv "$STORE_PROGRAM.real" "$STORE_PROGRAM"
    agent_here remove
    assert_status 0
    assert_contains "$(cat "$told")" "-/etc/ssl/certs/ec2-bootstrap-"
    assert_absent /usr/local/share/ec2-bootstrap
}

@test "remove takes our file also where the store had the CA already" {
    cp "$BATS_TEST_TMPDIR/company.pem" "$STORE_ANCHORS/by-hand.crt"
    "$STORE_PROGRAM" >/dev/null 2>&1
    agent_here run
    assert_status 0
    agent_here remove
    assert_status 0
    assert_absent /usr/local/share/ec2-bootstrap
    assert_absent /var/lib/ec2-bootstrap
}

@test "a CA that AWS holds stays while nothing was fetched, and goes when it is gone there" {
    agent_here run
    assert_status 0
    echo '{"credentials": "off", "no_proxy": {"vpc": false}, "outputs": ["environment"],
        "proxy": {"http": "http://proxy.corp:3128"}, "remote": {"parameters": "/app"}}' >"$CONFIG"
    agent_here run
    assert_status 0
    assert_equal "$(in_bundle company)" company
    assert_contains "$(variables)" AWS_CA_BUNDLE
    mkdir -p /run/ec2-bootstrap-fetch
    echo '{}' >/run/ec2-bootstrap-fetch/settings.json
    agent_here run
    assert_status 0
    refute_trusted
}

@test "a system without a store is told so, and has its proxy settings" {
    rm -r /usr/share/ca-certificates
    agent_here run
    assert_status 74
    assert_contains "$stderr" "has no store of CAs that is known here"
    assert_contains "$(cat /etc/environment)" "http_proxy="
    assert_equal "$(variables)" ""
}

@test "an image has the file, and its first boot does the rest" {
    local root=$BATS_TEST_TMPDIR/image

    mkdir -p "$root/etc/ec2-bootstrap" "$root/usr/share/ca-certificates" "$root/usr/local/share/ca-certificates"
    cp "$CONFIG" "$CA_FILE" "$root/etc/ec2-bootstrap"
    agent_here run --root "$root"
    assert_status 0
    assert_contains "$stderr" "is made by $STORE_PROGRAM at the first boot of this image"
    assert_file_equal "$root$STORE_ANCHORS"/ec2-bootstrap-*.crt "$BATS_TEST_TMPDIR/company.pem"
    refute_contains "$(cat "$root/etc/environment")" CA_BUNDLE
}

@test "SUSE's and Red Hat's stores" {
    local anchors

    mkdir -p /usr/share/pki/trust /etc/pki/trust/anchors /var/lib/ca-certificates
    program_is 'cat /etc/pki/trust/anchors/* >/var/lib/ca-certificates/ca-bundle.pem'
    agent_here run
    assert_status 0
    assert_equal "$(in_bundle company /var/lib/ca-certificates/ca-bundle.pem)" company
    assert_contains "$(variables)" "AWS_CA_BUNDLE=/var/lib/ca-certificates/ca-bundle.pem"

    # Where there is one it comes first, and its program is found by its own path.
    anchors=/etc/pki/ca-trust/source/anchors
    mkdir -p /usr/share/pki/ca-trust-source "$anchors" /etc/pki/ca-trust/extracted/pem
    agent_here run --dry-run
    assert_contains "$stderr" "$anchors/ec2-bootstrap-"
}
