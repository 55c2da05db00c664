#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Calls to a service of AWS, with the agent's own code (aws-call): the server verifies each signature with botocore's
# signer, on the bytes that arrived.

load ../lib
load aws

setup() {
    make_world
}

PARAMETERS='"parameters": {"/app/proxy/http": {"value": "http://proxy.corp:3128"},
    "/app/proxy/password": {"type": "SecureString", "value": "p ä\n\u00e4"},
    "/app/no_proxy/add": {"type": "StringList", "value": "a,b"}}'
NAMES=(/app/proxy/http /app/none /app/proxy/password /app/no_proxy/add)
FOUND=$'/app/no_proxy/add StringList a,b
/app/proxy/password SecureString p ä
ä
/app/proxy/http String http://proxy.corp:3128
missing /app/none'

# assert_parameters: the call has brought what the server has, and each request was right
assert_parameters() {
    assert_call 0 "report attempts=1"
    assert_equal "$OUT" "$FOUND"
    assert_equal "$(requests)" "AKIDFIRST ok ok"
}

@test "the vectors are what this machine's botocore signs" {
    "$TESTS/aws/make-vectors" >"$BATS_TEST_TMPDIR/vectors"
    assert_file_equal "$BATS_TEST_TMPDIR/vectors" "$TESTS/aws/sigv4.tsv"
}

# -- ways

@test "private addresses: direct, although a proxy is known" {
    start_service "$PARAMETERS"
    start_trap_proxy
    call --proxy "$TRAP_URL" "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
    assert_contains "$ERR" "proxied=0"
    assert_trap_silent
}

@test "a public address and no proxy: direct" {
    name_is "$SSM" "$PUBLIC"
    start_service "$PARAMETERS" "$PUBLIC"
    call "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
}

@test "a public address of the VPC's own: direct" {
    name_is "$SSM" "$PUBLIC"
    start_service "$PARAMETERS" "$PUBLIC"
    start_trap_proxy
    call --proxy "$TRAP_URL" --block 192.0.2.0/24 "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
    assert_trap_silent
}

# tinyproxy_etc: what tinyproxy has in the place of /etc
tinyproxy_etc() {
    mkdir -p "$BATS_TEST_TMPDIR/etc"
    echo "hosts: files" >"$BATS_TEST_TMPDIR/etc/nsswitch.conf"
    echo "$PUBLIC $SSM" >"$BATS_TEST_TMPDIR/etc/hosts"
    echo "$BATS_TEST_TMPDIR/etc"
}

@test "a public address: through tinyproxy, and the signature arrives as it was" {
    name_is "$SSM" "$PUBLIC" "$PRIVATE"
    start_service "$PARAMETERS" "$PUBLIC"
    start_proxy "$(tinyproxy_etc)"
    call --proxy "$PROXY_URL" "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
    assert_contains "$ERR" "proxied=1"
    assert_equal "$(proxy_requests)" "CONNECT $SSM:443"
}

@test "a name that only the proxy knows: through it" {
    name_is localhost 127.0.0.1
    start_service "$PARAMETERS" "$PUBLIC"
    start_proxy "$(tinyproxy_etc)"
    call --proxy "$PROXY_URL" "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
    assert_contains "$ERR" "proxied=1"
}

@test "the proxy by its name" {
    name_is "$SSM" "$PUBLIC"
    echo "127.0.0.1 proxy.corp" >>"$BATS_TEST_TMPDIR/hosts"
    start_service "$PARAMETERS" "$PUBLIC"
    start_proxy "$(tinyproxy_etc)"
    call --proxy "http://proxy.corp:${PROXY_URL##*:}" "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
    assert_contains "$ERR" "proxied=1"
}

@test "through squid" {
    local folder=$BATS_TEST_TMPDIR/squid

    command -v squid >/dev/null || skip "no squid"
    name_is "$SSM" "$PUBLIC"
    start_service "$PARAMETERS" "$PUBLIC"
    mkdir "$folder"
    echo "$PUBLIC $SSM" >"$folder/hosts"
    printf '%s\n' "http_port 127.0.0.1:3128" "http_access allow all" "hosts_file $folder/hosts" "cache deny all" \
        "pid_filename none" "cache_log $folder/cache.log" "access_log stdio:$folder/access.log" "shutdown_lifetime 0" \
        "dns_nameservers 127.0.0.1" "pinger_enable off" "netdb_filename none" >"$folder/squid.conf"
    chown -R proxy: "$folder"
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}"
    start_process "$folder/out.log" squid -N -f "$folder/squid.conf"
    wait_until grep -qs 'Accepting HTTP' "$folder/cache.log"
    call --proxy http://127.0.0.1:3128 "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
    assert_contains "$ERR" "proxied=1"
    wait_until grep -qs "CONNECT $SSM:443" "$folder/access.log"
}

@test "CONNECT tells the proxy nothing of the request, and its headers are not the service's" {
    name_is "$SSM" "$PUBLIC"
    start_service "$PARAMETERS, \"offset_s\": 0, \"steps\": [{\"answer\": \"html\"}]" "$PUBLIC"
    start_aws_proxy "$PUBLIC:443"
    call --proxy "http://127.0.0.1:$PROXY_PORT" "$SSM" 443 parameters /a
    assert_call 65 "something other than AWS answers there"
    refute_contains "$ERR" AccessDenied
    assert_contains "$(cat "$PROXY_HEADS")" "CONNECT $SSM:443 HTTP/1.1"
    [[ $(grep -icE '^(authorization|x-amz|content-type)' "$PROXY_HEADS") == 0 ]]
}

@test "a proxy that speaks TLS, with the company's CA; the service's is in the system's store" {
    curl --version | grep -q HTTPS-proxy || skip "libcurl has none"
    name_is "$SSM" "$PUBLIC"
    make_certificate proxy company IP:127.0.0.1
    start_service "$PARAMETERS" "$PUBLIC"
    start_aws_proxy "$PUBLIC:443" proxy
    call --proxy "https://127.0.0.1:$PROXY_PORT" "$SSM" 443 parameters "${NAMES[@]}"
    assert_call 69 "$SSM: the certificate is not trusted (" "through the proxy https://127.0.0.1:$PROXY_PORT"
    call --proxy "https://127.0.0.1:$PROXY_PORT" --ca-file "$BATS_TEST_TMPDIR/company.pem" "$SSM" 443 parameters \
        "${NAMES[@]}"
    assert_parameters
    assert_contains "$ERR" "proxied=1"
}

@test "a proxy that refuses: 403, 407 at once; 502 until the deadline" {
    local mode

    name_is "$SSM" "$PUBLIC"
    for mode in 403 407; do
        start_aws_proxy "$mode"
        call --proxy "http://127.0.0.1:$PROXY_PORT" "$SSM" 443 parameters /a
        assert_call 69 "error: $SSM: the proxy http://127.0.0.1:$PROXY_PORT answers HTTP $mode: " "attempts=1"
    done
    start_aws_proxy 502
    call --proxy "http://127.0.0.1:$PROXY_PORT" --deadline 3000 "$SSM" 443 parameters /a
    assert_call 69 "gave up after " "answers HTTP 502: see the proxy's log"
}

@test "a proxy that is silent, and none: within the deadline" {
    name_is "$SSM" "$PUBLIC"
    start_aws_proxy silent
    call --proxy "http://127.0.0.1:$PROXY_PORT" --deadline 2000 "$SSM" 443 parameters /a
    assert_call 69 "no answer in time" "through the proxy"
    ((TOOK_MS >= 1900 && TOOK_MS < 30000))
    call --proxy "http://127.0.0.1:1" --deadline 2000 "$SSM" 443 parameters /a
    assert_call 69 "Connection refused, through the proxy http://127.0.0.1:1: see whether the proxy runs"
}

@test "variables and a netrc are not looked at" {
    start_service "$PARAMETERS"
    start_trap_proxy
    echo "default login a password b" >"$BATS_TEST_TMPDIR/.netrc"
    call_environment=("https_proxy=$TRAP_URL" "HTTPS_PROXY=$TRAP_URL" "all_proxy=$TRAP_URL" "ALL_PROXY=$TRAP_URL"
        SSL_CERT_FILE=/nowhere CURL_CA_BUNDLE=/nowhere)
    call "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
    assert_trap_silent
    name_is "$SSM" "$PUBLIC"
    start_aws_proxy "$PRIVATE:443"
    call_environment=(no_proxy="*" NO_PROXY="*")
    call --proxy "http://127.0.0.1:$PROXY_PORT" "$SSM" 443 parameters /a
    assert_call 0 "proxied=1"
}

# -- names

# start_names ARG...
start_names() {
    start_process "$BATS_TEST_TMPDIR/names.out" "$TESTS/command/name-server" "$@"
    assert_equal "$(ready_line "$BATS_TEST_TMPDIR/names.out" "$!")" ready
    printf 'search corp.example\nnameserver 127.0.0.1\noptions timeout:100 attempts:1\n' >"$BATS_TEST_TMPDIR/resolv.conf"
}

@test "a name by DNS" {
    name_is localhost 127.0.0.1
    start_names "$PRIVATE"
    start_service "$PARAMETERS"
    call "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
}

@test "a name server that is silent: at the deadline, and with a proxy, through it" {
    name_is localhost 127.0.0.1
    start_names silent
    call --deadline 2000 "$SSM" 443 parameters /a
    assert_call 69 "gave up after 2." "$SSM: the name is not resolved in time: check the name servers"
    ((TOOK_MS < 50000))
    start_service "$PARAMETERS" "$PUBLIC"
    start_aws_proxy "$PUBLIC:443"
    call --proxy "http://127.0.0.1:$PROXY_PORT" "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
    assert_contains "$ERR" "proxied=1"
}

@test "no such name: at once, and the search list is not asked" {
    name_is localhost 127.0.0.1
    start_names none
    call --deadline 3600000 "$SSM" 443 parameters /a
    assert_call 69 "error: $SSM: there is no such host" "attempts=0"
    assert_equal "$(sort -u "$BATS_TEST_TMPDIR/names.out")" $'ready\n'"$SSM"
}

@test "a name server that fails at first" {
    name_is localhost 127.0.0.1
    start_names "$PRIVATE" 3
    start_service "$PARAMETERS"
    call "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
    assert_contains "$ERR" "waiting: $SSM: the name cannot be resolved for now"
}

# -- certificates

@test "an unknown CA: refused; as the CA file: taken, and the system's store still is" {
    make_certificate server company "$SSM"
    start_service "$PARAMETERS"
    call "$SSM" 443 parameters "${NAMES[@]}"
    assert_call 69 "error: $SSM: the certificate is not trusted (" "name its CA in proxy.ca_file" "attempts=1"
    call --ca-file "$BATS_TEST_TMPDIR/company.pem" "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
    stop_all
    make_certificate server public "$SSM"
    start_service "$PARAMETERS"
    call --ca-file "$BATS_TEST_TMPDIR/company.pem" "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
}

@test "another name, and a certificate that has ended: refused with every CA" {
    make_certificate server public other.example
    start_service "$PARAMETERS"
    call --ca-file "$BATS_TEST_TMPDIR/company.pem" "$SSM" 443 parameters /a
    assert_call 69 "the certificate is not trusted (" "attempts=1"
    refute_contains "$ERR" "local issuer"
    stop_all
    make_certificate server public "$SSM" -3
    start_service "$PARAMETERS"
    call --ca-file "$BATS_TEST_TMPDIR/company.pem" "$SSM" 443 parameters /a
    assert_call 69 "the certificate is not trusted (" "expired" "check the clock"
    stop_all
    make_certificate server company other.example
    start_service "$PARAMETERS"
    call --ca-file "$BATS_TEST_TMPDIR/company.pem" "$SSM" 443 parameters /a
    assert_call 69 "the certificate is not trusted ("
    assert_equal "$(requests)" ""
}

@test "a CA file that is not there" {
    make_certificate server company "$SSM"
    start_service "$PARAMETERS"
    call --ca-file /nowhere "$SSM" 443 parameters /a
    assert_call 78 "the file with the CAs cannot be read" "check proxy.ca_file"
}

@test "a system without a store: the CA file alone" {
    make_certificate server company "$SSM"
    : >"$BATS_TEST_TMPDIR/store"
    start_service "$PARAMETERS"
    call "$SSM" 443 parameters "${NAMES[@]}"
    assert_call 78 "install the system's CAs"
    call --ca-file "$BATS_TEST_TMPDIR/company.pem" "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
}

# -- the clock, credentials, throttling

@test "a clock that is wrong: corrected once" {
    local offset

    for offset in 600 -600 86400 -86400; do
        start_service "$PARAMETERS, \"offset_s\": $offset"
        call "$SSM" 443 parameters "${NAMES[@]}"
        assert_call 0 "report attempts=2 proxied=0 new_keys=0 offset="
        assert_equal "$OUT" "$FOUND"
        found=${ERR##*offset=}
        ((found >= offset - 60 && found <= offset + 60))
        assert_equal "$(requests)" $'AKIDFIRST InvalidSignatureException refused\nAKIDFIRST ok ok'
        stop_all
    done
    start_service "$PARAMETERS, \"offset_s\": 200"
    call "$SSM" 443 parameters "${NAMES[@]}"
    assert_parameters
}

@test "credentials that have expired: new ones, once" {
    KEYS=${KEYS/'"first/token+for=tests=="'/'"first/token+for=tests==", "expired": true'}
    start_service "$PARAMETERS"
    call "$SSM" 443 parameters "${NAMES[@]}"
    assert_call 0 "report attempts=2 proxied=0 new_keys=1 offset=0"
    assert_equal "$(requests)" $'AKIDFIRST ExpiredTokenException refused\nAKIDSECOND ok ok'
    stop_all
    start_service '"steps": [{"answer": "expired"}]'
    call "$SSM" 443 parameters "${NAMES[@]}"
    assert_call 77 "the credentials of the role web are refused, and so are new ones" "attempts=2"
}

@test "a key that is not known, and a secret key that is wrong: new ones, once" {
    KEYS='"AKIDSECOND": {"secret": "second/secret", "token": "second/token"}'
    start_service "$PARAMETERS"
    call "$SSM" 443 parameters /a
    assert_call 0 "new_keys=1"
    assert_equal "$(requests)" $'AKIDFIRST UnrecognizedClientException refused\nAKIDSECOND ok ok'
    stop_all
    KEYS='"AKIDFIRST": {"secret": "x", "token": "y"}, "AKIDSECOND": {"secret": "x", "token": "y"}'
    start_service "$PARAMETERS"
    call "$SSM" 443 parameters /a
    assert_call 77 "the signature with the credentials of the role web is refused: set the clock" "attempts=2"
}

@test "throttled at first" {
    start_service "$PARAMETERS, \"steps\": [{\"answer\": \"throttled\", \"times\": 2}, {\"answer\": \"503\"}, {\"answer\": \"ok\"}]"
    call "$SSM" 443 parameters "${NAMES[@]}"
    assert_call 0 "report attempts=4" "waiting: $SSM: HTTP 400: ssm:GetParameters is throttled" "HTTP 503"
    assert_equal "$OUT" "$FOUND"
}

@test "throttled to the end: exit code 75" {
    start_service '"steps": [{"answer": "throttled-namespace"}]'
    call --deadline 4000 "$SSM" 443 parameters /a
    assert_call 75 "error: gave up after " "ssm:GetParameters is throttled" "(ThrottlingException: Rate exceeded)"
    (($(requests | grep -c 'ok throttled-namespace') >= 2))
}

@test "the service says when to ask again" {
    start_service "$PARAMETERS, \"steps\": [{\"answer\": \"429\", \"headers\": {\"x-amz-retry-after\": \"3000\"}}, {\"answer\": \"ok\"}]"
    call "$SSM" 443 parameters /a
    assert_call 0 "attempts=2"
    ((TOOK_MS >= 3000))
}

# -- refusals

@test "what AWS refuses: the exit code, and the way out" {
    local answer code words

    while IFS='|' read -r answer code words; do
        start_service "\"steps\": [{\"answer\": \"$answer\"}]"
        call "$SSM" 443 parameters /a
        assert_call "$code" "$words" "attempts=1"
        stop_all
    done <<'ROWS'
denied|77|the role web may not ssm:GetParameters on arn:aws:ssm:eu-west-1:123456789012:parameter/app/*: add to its policy {"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": "arn:aws:ssm:eu-west-1:123456789012:parameter/app/*"} (AccessDeniedException: User: arn:aws:sts
denied-403|77|HTTP 403: the role web may not
missing|78|there is no arn:aws:ssm:eu-west-1:123456789012:parameter/app/*
deleted|78|is scheduled for deletion
decryption|77|"Action": "kms:Decrypt"
invalid|78|is refused: check the name (ValidationException
ROWS
}

@test "what is not AWS: exit code 65, and a redirect is not followed" {
    local answer words

    start_trap_proxy
    while IFS='|' read -r answer words; do
        start_service "\"steps\": [{\"answer\": \"$answer\"}]"
        call "$SSM" 443 parameters /a
        assert_call 65 "$words" "attempts=1"
        stop_all
    done <<'ROWS'
html|HTTP 403: something other than AWS answers there
redirect|HTTP 302: something other than AWS answers there
garbage|the answer: line 1: not valid JSON
empty|the answer: line 1: not valid JSON
ten-megabytes|the answer is larger than any real one
many-headers|the answer is larger than any real one
ROWS
}

@test "a service that is silent, cuts its answer off or closes the connection: again, within the deadline" {
    local answer words

    start_service "$PARAMETERS, \"steps\": [{\"answer\": \"cut\"}, {\"answer\": \"closed\"}, {\"answer\": \"no-http\"},
        {\"answer\": \"ok\"}]"
    call "$SSM" 443 parameters "${NAMES[@]}"
    assert_call 0 "attempts=4"
    assert_equal "$OUT" "$FOUND"
    stop_all
    start_service '"steps": [{"answer": "silent"}]'
    call --deadline 3000 --timeout 1000 "$SSM" 443 parameters /a
    assert_call 69 "gave up after " "no answer in time"
    ((TOOK_MS < 50000))
}

@test "nobody listens" {
    call --deadline 2000 "$SSM" 443 parameters /a
    assert_call 69 "gave up after " "$SSM: Connection refused: allow it in the security groups"
}

# -- secrets, and other names

@test "a secret" {
    name_is "$SECRETS" "$PRIVATE"
    make_certificate server public "$SECRETS"
    start_service '"service": "secretsmanager", "secrets": {"corp/proxy": {"SecretString": "{\"password\": \"p\"}"},
        "binary": {"SecretBinary": "AAAA"}}'
    call "$SECRETS" 443 secret corp/proxy
    assert_call 0
    assert_equal "$OUT" 'corp/proxy 00000000-0000-0000-0000-000000000001 {"password": "p"}'
    call "$SECRETS" 443 secret binary
    assert_call 78 "the secret is binary"
    call "$SECRETS" 443 secret none
    assert_call 78 "there is no arn:aws:secretsmanager" "(ResourceNotFoundException"
    assert_equal "$(requests)" $'AKIDFIRST ok ok\nAKIDFIRST ok ok\nAKIDFIRST ok ok'
}

@test "another port, an IPv6 address, and the name of one endpoint" {
    local name

    make_certificate server public "$SSM"
    start_service "$PARAMETERS" "$PRIVATE" 0
    call "$SSM" "$SERVICE_PORT" parameters "${NAMES[@]}"
    assert_parameters
    stop_all
    name_is "$SSM" ::1
    start_service "$PARAMETERS" ::1 0
    call "$SSM" "$SERVICE_PORT" parameters "${NAMES[@]}"
    assert_parameters
    stop_all
    make_certificate server public IP:::1
    start_service "$PARAMETERS" ::1 0
    call ::1 "$SERVICE_PORT" parameters "${NAMES[@]}"
    assert_parameters
    stop_all
    name=vpce-0123456789abcdef0-abcdefgh.ssm.eu-west-1.vpce.amazonaws.com
    name_is "$name" "$PRIVATE"
    make_certificate server public "$name"
    start_service "$PARAMETERS"
    call "$name" 443 parameters "${NAMES[@]}"
    assert_parameters
}

@test "ten long names with UTF-8" {
    local names=() number

    for number in {0..9}; do
        names+=("/ä/代理/$(printf "x%.0s" {1..1500})$number")
    done
    start_service "$PARAMETERS"
    call "$SSM" 443 parameters "${names[@]}"
    assert_call 0 "attempts=1"
    assert_equal "$(grep -c . <<<"$OUT")" 10
    assert_contains "$(cat "$SERVICE_LOG")" '"expect": null'
}
