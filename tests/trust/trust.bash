# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# This system's own store of CAs, with its own programs, and a company's CA. Loaded after ../lib.

STORE_BUNDLE=/etc/ssl/certs/ca-certificates.crt
STORE_ANCHORS=/usr/local/share/ca-certificates
STORE_PROGRAM=/usr/sbin/update-ca-certificates
CONFIG=/etc/ec2-bootstrap/config.json
CA_FILE=/etc/ec2-bootstrap/ca.pem

# What is changed below these goes with leave_world.
WORLD=(/etc /usr/local /usr/share /usr/sbin /var)

enter_world() {
    local directory

    [[ -x $STORE_PROGRAM && -s $STORE_BUNDLE ]] || skip "this system has not Debian's store of CAs"
    mount -t tmpfs tmpfs /mnt 2>/dev/null || skip "nothing can be mounted here"
    for directory in "${WORLD[@]}"; do
        mkdir -p "/mnt$directory/upper" "/mnt$directory/work"
        mount -t overlay overlay \
            -o "lowerdir=$directory,upperdir=/mnt$directory/upper,workdir=/mnt$directory/work" "$directory" ||
            { leave_world; skip "no overlayfs here"; }
    done
    mount -t tmpfs tmpfs /run
    mkdir -p "${CONFIG%/*}"
    rm -f /etc/environment
}

leave_world() {
    local index

    ! mountpoint -q /run || umount -l /run
    for ((index = ${#WORLD[@]} - 1; index >= 0; index--)); do
        umount -l "${WORLD[index]}" 2>/dev/null || true
    done
    umount -l /mnt 2>/dev/null || true
}

# make_ca NAME: a CA, NAME.pem and NAME.key
make_ca() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/O=Example/CN=$1" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
        -keyout "$BATS_TEST_TMPDIR/$1.key" -out "$BATS_TEST_TMPDIR/$1.pem" 2>"$BATS_TEST_TMPDIR/openssl.log"
}

# start_tls_server CA [NAME ADDRESS PORT]: a web server with a certificate of that CA, for localhost on a free port
# of 127.0.0.1, or as it says. Sets TLS_URL and TLS_LOG, with a line for each request.
start_tls_server() {
    local name=$BATS_TEST_TMPDIR/server host=${2:-localhost} address=${3:-127.0.0.1} port=${4:-0}

    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$host" -keyout "$name.key" \
        -out "$name.csr" 2>"$BATS_TEST_TMPDIR/openssl.log"
    printf '%s\n' "subjectAltName = DNS:$host, IP:$address" "authorityKeyIdentifier = keyid" \
        "basicConstraints = critical, CA:FALSE" "extendedKeyUsage = serverAuth" >"$name.ext"
    openssl x509 -req -in "$name.csr" -CA "$BATS_TEST_TMPDIR/$1.pem" -CAkey "$BATS_TEST_TMPDIR/$1.key" -days 30 \
        -CAcreateserial -extfile "$name.ext" -out "$name.pem" 2>"$BATS_TEST_TMPDIR/openssl.log"
    # shellcheck disable=SC2034 # for the test
    TLS_LOG=$name.out
    start_process "$name.out" "$TESTS/trust/server" "$name.pem" "$name.key" "$host" "$address" "$port"
    # shellcheck disable=SC2034 # for the test
    TLS_URL=$(ready_line "$name.out" "$!")
}

# configure [JSON]: settings with the CA, and more
configure() {
    local more=${1-}

    echo "{\"credentials\": \"off\", \"no_proxy\": {\"vpc\": false}, \"outputs\": [\"environment\", \"systemd\"],
        \"proxy\": {\"http\": \"http://proxy.corp:3128\", \"ca_file\": \"$CA_FILE\"${more:+, $more}}}" >"$CONFIG"
}

# store_files: every file and link of the store, with what is in it; Java's file has the times of its changes
store_files() {
    find /etc/ssl "$STORE_ANCHORS" /usr/local/share/ec2-bootstrap /var/lib/ec2-bootstrap \
        -path /etc/ssl/certs/java -prune -o \( -type f -exec sha256sum {} + \) -o \( -type l -printf '%p -> %l\n' \) -o -printf '%p\n' 2>/dev/null | sort
}

# keep_store, assert_store_kept: that the store is as it was
keep_store() {
    store_files >"$BATS_TEST_TMPDIR/store"
}

assert_store_kept() {
    store_files | diff "$BATS_TEST_TMPDIR/store" -
}

# in_bundle CA [FILE]: prints its name when the file, else the system's bundle, has it
in_bundle() {
    local body

    body=$(sed '/-----/d' "$BATS_TEST_TMPDIR/$1.pem" | tr -d '\n')
    ! sed 's/-----.*/-/' "${2:-$STORE_BUNDLE}" | tr -d '\n' | grep -qF -- "-$body-" || echo "$1"
}

# agent_here COMMAND [OPTION...]: on this system itself
agent_here() {
    run --separate-stderr agent "$@"
}

# variables: what /etc/environment has of CAs
variables() {
    grep -E '_CA_|CERT' /etc/environment || true
}

# Java's own store, which is made of the system's
java_has_store() {
    [[ ! -e /etc/ssl/certs/java/cacerts ]] || echo 1
}

# java_trusts: how many of our CAs Java has
java_trusts() {
    [[ ! -e /etc/ssl/certs/java/cacerts ]] ||
        keytool -list -keystore /etc/ssl/certs/java/cacerts -storepass changeit 2>/dev/null | grep -c ec2-bootstrap |
        sed '/^0$/d'
}

# program_is SCRIPT: in the place of the store's own
program_is() {
    [[ -e $STORE_PROGRAM.real ]] || mv "$STORE_PROGRAM" "$STORE_PROGRAM.real"
    printf '#!/bin/sh\n%s\n' "$1" >"$STORE_PROGRAM"
    chmod +x "$STORE_PROGRAM"
}
