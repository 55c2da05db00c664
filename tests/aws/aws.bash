# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A service of AWS in the namespace: names, certificates, the server, and calls to it. Loaded after ../lib.

SSM=ssm.eu-west-1.amazonaws.com
# shellcheck disable=SC2034 # for the test
SECRETS=secretsmanager.eu-west-1.amazonaws.com
# To the agent one is in the VPC, and the other is not.
PRIVATE=10.0.0.7
PUBLIC=192.0.2.7

# What aws-call has, as a server knows it.
KEYS='"AKIDFIRST": {"secret": "first/secret+key:x", "token": "first/token+for=tests=="},
    "AKIDSECOND": {"secret": "second/secret", "token": "second/token"}'

# Sets what is there before a test: addresses, a CA in the system's store ("public"), one that is not ("company").
make_world() {
    local address

    for address in "$PRIVATE" "$PUBLIC"; do
        ip address replace "$address/32" dev lo
    done
    make_ca public
    make_ca company
    echo "hosts: files dns" >"$BATS_TEST_TMPDIR/nsswitch.conf"
    : >"$BATS_TEST_TMPDIR/resolv.conf"
    cp "$BATS_TEST_TMPDIR/public.pem" "$BATS_TEST_TMPDIR/store"
    name_is "$SSM" "$PRIVATE"
    cat >"$BATS_TEST_TMPDIR/in-world" <<SH
#!/bin/sh
set -e
for name in nsswitch.conf hosts resolv.conf; do
    mount --bind "$BATS_TEST_TMPDIR/\$name" "/etc/\$name"
done
mount --bind "$BATS_TEST_TMPDIR/store" /etc/ssl/certs/ca-certificates.crt
exec "\$@"
SH
    chmod +x "$BATS_TEST_TMPDIR/in-world"
}

# name_is NAME ADDRESS...: what the hosts file says of that name, and of no other
name_is() {
    local name=$1 address

    shift
    echo "127.0.0.1 localhost" >"$BATS_TEST_TMPDIR/hosts"
    for address; do
        echo "$address $name" >>"$BATS_TEST_TMPDIR/hosts"
    done
}

# make_ca NAME
make_ca() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/O=Example/CN=$1" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
        -keyout "$BATS_TEST_TMPDIR/$1.key" -out "$BATS_TEST_TMPDIR/$1.pem" 2>"$BATS_TEST_TMPDIR/openssl.log"
}

# make_certificate FILE CA NAME [DAYS]: FILE.pem and FILE.key, of that CA, for a DNS name or "IP:ADDRESS". A number
# of days below 0: it ended so long ago.
make_certificate() {
    local file=$BATS_TEST_TMPDIR/$1 name=$3 days=${4:-2} arguments=()

    [[ $name == IP:* ]] || name=DNS:$name
    printf '%s\n' "[ca]" "default_ca = a" "[a]" "new_certs_dir = $BATS_TEST_TMPDIR" "database = $file.index" \
        "serial = $file.serial" "default_md = sha256" "policy = p" "x509_extensions = x" "[p]" "commonName = supplied" \
        "[x]" "subjectAltName = $name" "basicConstraints = critical, CA:FALSE" "extendedKeyUsage = serverAuth" \
        "authorityKeyIdentifier = keyid" >"$file.cnf"
    : >"$file.index"
    echo 01 >"$file.serial"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=server -keyout "$file.key" \
        -out "$file.csr" 2>"$BATS_TEST_TMPDIR/openssl.log"
    arguments=(-startdate "$(date -u -d "-10 days" +%y%m%d%H%M%SZ)" -enddate "$(date -u -d "$days days" +%y%m%d%H%M%SZ)")
    openssl ca -batch -notext -config "$file.cnf" -cert "$BATS_TEST_TMPDIR/$2.pem" \
        -keyfile "$BATS_TEST_TMPDIR/$2.key" "${arguments[@]}" -in "$file.csr" -out "$file.pem" \
        2>>"$BATS_TEST_TMPDIR/openssl.log"
}

# take_simulator_keys: sets KEYS, those that start_service() knows, to those that the metadata service gives out
take_simulator_keys() {
    # shellcheck disable=SC2016 # "$json" is a key
    KEYS=$(python3 -c '
import json, sys
role = json.load(open(sys.argv[1]))["latest"]["meta-data"]["iam"]["security-credentials"]["web-server"]["$json"]
print(json.dumps({role["AccessKeyId"]: {"secret": role["SecretAccessKey"], "token": role["Token"]}})[1:-1])' \
        "$TESTS/imds-sim/tree.json")
}

# start_service JSON-MEMBERS [ADDRESS [PORT]]: the server with this scenario, and the certificate "server". Sets
# SERVICE_PORT, and SERVICE_LOG, a JSON line for each request.
start_service() {
    local scenario=$BATS_TEST_TMPDIR/scenario.json line

    [[ -e $BATS_TEST_TMPDIR/server.pem ]] || make_certificate server public "$SSM"
    echo "{\"keys\": {$KEYS}, \"region\": \"eu-west-1\", \"service\": \"ssm\", $1}" >"$scenario"
    SERVICE_LOG=$BATS_TEST_TMPDIR/service.log
    : >"$SERVICE_LOG"
    start_process "$BATS_TEST_TMPDIR/service.out" "$TESTS/aws/server" "$scenario" "$BATS_TEST_TMPDIR/server.pem" \
        "$BATS_TEST_TMPDIR/server.key" "$SERVICE_LOG" "${2:-$PRIVATE}" "${3:-443}"
    line=$(ready_line "$BATS_TEST_TMPDIR/service.out" "$!")
    # shellcheck disable=SC2034 # for the test
    SERVICE_PORT=${line#ready }
}

# requests: what the service was sent, a request a line: "KEY CHECK ANSWER"
requests() {
    /usr/bin/python3 -c '
import json, sys
for line in open(sys.argv[1]):
    entry = json.loads(line)
    print(entry["key"], entry["check"], entry["answer"])' "$SERVICE_LOG"
}

# start_aws_proxy MODE [CERTIFICATE]: tests/aws/proxy. Sets PROXY_PORT and PROXY_HEADS.
start_aws_proxy() {
    local files=()

    # shellcheck disable=SC2034 # for the test
    PROXY_HEADS=$BATS_TEST_TMPDIR/proxy.heads
    : >"$PROXY_HEADS"
    [[ -z ${2-} ]] || files=("$BATS_TEST_TMPDIR/$2.pem" "$BATS_TEST_TMPDIR/$2.key")
    start_process "$BATS_TEST_TMPDIR/proxy.out" "$TESTS/aws/proxy" "$PROXY_HEADS" "$1" "${files[@]}"
    # shellcheck disable=SC2034 # for the test
    PROXY_PORT=$(ready_line "$BATS_TEST_TMPDIR/proxy.out" "$!")
}

# call ARG...: aws-call, in this world, with no environment but call_environment. Sets status, OUT and ERR (texts),
# and TOOK_MS.
call_environment=()
call() {
    local began kept=(PATH=/usr/sbin:/usr/bin:/sbin:/bin "HOME=$BATS_TEST_TMPDIR") name

    for name in ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS; do
        [[ -z ${!name-} ]] || kept+=("$name=${!name}")
    done
    began=$(date +%s%3N)
    status=0
    timeout "$HANGS_S" env -i "${kept[@]}" "${call_environment[@]}" unshare --mount "$BATS_TEST_TMPDIR/in-world" \
        "$BUILD/aws-call" "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
    # shellcheck disable=SC2034 # for the test
    TOOK_MS=$(($(date +%s%3N) - began)) OUT=$(cat "$BATS_TEST_TMPDIR/out") ERR=$(cat "$BATS_TEST_TMPDIR/err")
    # What nobody may see, whatever went wrong.
    refute_contains "$ERR" "first/"
    refute_contains "$ERR" "second/"
}

# assert_call STATUS [PART-OF-ERR...]
assert_call() {
    local part

    # shellcheck disable=SC2154 # of call
    [[ $status == "$1" ]] || { echo "exit code $status, not $1: $OUT $ERR" >&2; return 1; }
    shift
    for part; do
        assert_contains "$ERR" "$part"
    done
}
