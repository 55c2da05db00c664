#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# A real proxy that inspects TLS: squid signs what a server behind it shows with the company's CA. The server's own
# certificate is of a public CA, which the system has.

# shellcheck disable=SC2154
load ../lib
load ../trust/trust
load squid

SERVER=server.test

setup() {
    command -v squid >/dev/null || skip "no squid"
    enter_world
    make_ca company
    make_ca public
    cp "$BATS_TEST_TMPDIR/public.pem" "$STORE_ANCHORS/public.crt"
    "$STORE_PROGRAM" >/dev/null 2>&1
    cp "$BATS_TEST_TMPDIR/company.pem" "$CA_FILE"
    # Only the proxy knows where the server is.
    printf '%s\n' "127.0.0.1 localhost" >/etc/hosts
    start_tls_server public "$SERVER" 127.0.0.2 443
    mkdir "$BATS_TEST_TMPDIR/squid"
    echo "127.0.0.2 $SERVER" >"$BATS_TEST_TMPDIR/squid/hosts"
    start_inspecting_squid
    echo "{\"credentials\": \"off\", \"no_proxy\": {\"vpc\": false}, \"outputs\": [\"environment\"],
        \"proxy\": {\"https\": \"$SQUID_URL\", \"ca_file\": \"$CA_FILE\"}}" >"$CONFIG"
}

teardown() {
    [[ $BATS_TEST_COMPLETED ]] || tail -n 20 "$BATS_TEST_TMPDIR"/squid/*.log
    stop_all
    leave_world
}

# Words of a client that are about certificates.
UNTRUSTED='certificate|CERTIFICATE_VERIFY_FAILED|SELF_SIGNED|SSL validation failed|unable to get local issuer'

# trusting_clients: those that get an answer through the proxy, by the variables of /etc/environment. Some cannot
# do anything with the answer, and say so; but none of them may speak of certificates.
trusting_clients() {
    local environment=("PATH=$TESTS/trust:/usr/bin:/bin" "HOME=$BATS_TEST_TMPDIR" LC_ALL=C AWS_EC2_METADATA_DISABLED=true
        AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y AWS_DEFAULT_REGION=us-east-1 AWS_MAX_ATTEMPTS=1
        npm_config_fetch_retries=0 npm_config_update_notifier=false)
    local name command output before after

    mapfile -t -O "${#environment[@]}" environment < <("$BUILD/pam-getenv" /etc/environment)
    while read -r name command; do
        [[ " $CLIENTS " == *" $name "* ]] || continue
        before=$(grep -c . "$TLS_LOG") || true
        # shellcheck disable=SC2086 # words are meant
        output=$(timeout "$HANGS_S" env -i "${environment[@]}" $command 2>&1 </dev/null) || true
        after=$(grep -c . "$TLS_LOG") || true
        if ((after > before)); then echo "$name"; else
            echo "$name: ${output//$'\n'/ }" >>"$BATS_TEST_TMPDIR/refused"
        fi
    done <<CLIENTS
curl curl --silent --show-error https://$SERVER/
wget wget --no-verbose --output-document=- https://$SERVER/
git git ls-remote https://$SERVER/x.git
urllib client urllib https://$SERVER/
requests client requests https://$SERVER/
aws /usr/bin/aws sts get-caller-identity --endpoint-url https://$SERVER/
ruby ruby -ropen-uri -e URI.open(ARGV[0]).read https://$SERVER/
npm npm view nothing --registry https://$SERVER/
CLIENTS
}

@test "the clients get through an inspecting proxy by what run wrote, and not without" {
    local without="$BATS_TEST_TMPDIR/without"

    CLIENTS="curl wget git urllib requests aws ruby"
    # From 3.13 on it refuses what Squid 5 signs: docs/ca-clients.md.
    [[ $(python3 -c 'import sys; print(sys.version_info < (3, 13))') == True ]] || CLIENTS=${CLIENTS/ urllib/}
    [[ -z $(command -v npm) ]] || CLIENTS+=" npm"

    printf '%s\n' "https_proxy=$SQUID_URL" "HTTPS_PROXY=$SQUID_URL" >/etc/environment
    assert_equal "$(trusting_clients)" ""
    mv "$BATS_TEST_TMPDIR/refused" "$without"
    # It is the certificate that they do not like.
    assert_equal "$(grep -cE "$UNTRUSTED" "$without")" "$(wc -w <<<"$CLIENTS")"
    rm /etc/environment

    run --separate-stderr agent run
    assert_status 0
    assert_equal "$(trusting_clients | tr '\n' ' ')" "$CLIENTS "
    assert_contains "$(cat "$BATS_TEST_TMPDIR/squid/access.log")" "GET https://$SERVER/"
}
