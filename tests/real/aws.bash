# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The real AWS CLI, and what it needs in a network namespace of its own: the metadata service's
# address, and an STS behind the proxy. Loaded after ../lib.

STS_NAME=sts.us-east-1.amazonaws.com
STS_ADDRESS=127.0.0.2

# Puts 169.254.169.254 on the loopback interface: lib.bash has made sure that there is no other.
use_metadata_address() {
    ip address replace 169.254.169.254/32 dev lo
}

leave_metadata_address() {
    ip address delete 169.254.169.254/32 dev lo 2>/dev/null || true
}

# An STS that only the proxy can find: its name is in the folder STS_ETC alone, which start_proxy
# takes. Sets also STS_CERTIFICATE and STS_LOG (tests/real/sts-server says what is in it).
start_sts_server() {
    local key=$BATS_TEST_TMPDIR/sts.key config=$BATS_TEST_TMPDIR/sts.cnf

    STS_CERTIFICATE=$BATS_TEST_TMPDIR/sts.pem
    STS_LOG=$BATS_TEST_TMPDIR/sts.log
    STS_ETC=$BATS_TEST_TMPDIR/sts-etc
    : >"$STS_LOG"
    mkdir "$STS_ETC"
    echo "hosts: files" >"$STS_ETC/nsswitch.conf"
    printf '%s\n' "127.0.0.1 localhost" "$STS_ADDRESS $STS_NAME" >"$STS_ETC/hosts"
    # Python 3.13 and later are strict about what a certificate says of itself.
    printf '%s\n' "[req]" "distinguished_name = name" "x509_extensions = server" "prompt = no" \
        "[name]" "CN = $STS_NAME" "[server]" "subjectAltName = DNS:$STS_NAME" \
        "basicConstraints = critical, CA:TRUE" "keyUsage = critical, digitalSignature, keyCertSign" \
        "subjectKeyIdentifier = hash" "authorityKeyIdentifier = keyid" >"$config"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -config "$config" -keyout "$key" -out "$STS_CERTIFICATE" 2>"$BATS_TEST_TMPDIR/openssl.log"
    start_process "$BATS_TEST_TMPDIR/sts.out" "$TESTS/real/sts-server" "$STS_ADDRESS" 443 \
        "$STS_CERTIFICATE" "$key" "$STS_LOG"
    ready_line "$BATS_TEST_TMPDIR/sts.out" "$!" >/dev/null
}

# aws_cli [NAME=VALUE...] -- ARG...: the AWS CLI with these variables beside what tells it of the
# test's STS. It has no settings but in aws.config, if the test has made that.
aws_cli() {
    local variables=(PATH=/usr/local/bin:/usr/bin:/bin "HOME=$BATS_TEST_TMPDIR"
        "AWS_CONFIG_FILE=$BATS_TEST_TMPDIR/aws.config"
        "AWS_SHARED_CREDENTIALS_FILE=$BATS_TEST_TMPDIR/aws.credentials"
        AWS_DEFAULT_REGION=us-east-1 AWS_STS_REGIONAL_ENDPOINTS=regional AWS_DEFAULT_OUTPUT=text
        "AWS_CA_BUNDLE=$STS_CERTIFICATE" AWS_PAGER=
        # One try of one second is its default for the metadata service: little on a busy machine.
        AWS_METADATA_SERVICE_TIMEOUT=60 AWS_MAX_ATTEMPTS=1)

    while [[ $1 != -- ]]; do
        variables+=("$1")
        shift
    done
    shift
    timeout "$HANGS_S" env -i "${variables[@]}" aws "$@"
}

# served_credential FIELD: of the role's credentials, as the simulator serves it.
served_credential() {
    # shellcheck disable=SC2016 # $json is the tree's
    python3 -c '
import json, sys
meta_data = json.load(open(sys.argv[1]))["latest"]["meta-data"]
print(meta_data["iam"]["security-credentials"]["web-server"]["$json"][sys.argv[2]])' \
        "$TESTS/imds-sim/tree.json" "$1"
}
