#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# Each command and each settings file of the manual pages is run as it stands there: on a machine that may be changed,
# where the metadata service and Secrets Manager are servers of the tests, at their own addresses.

load ../lib
load ../aws/aws

SECRETS=secretsmanager.us-east-1.amazonaws.com

# What is not run, as a pattern, and why. A row that no page needs is an error.
LEFT_OUT='journalctl --unit ec2-bootstrap --boot|the machine has no journal
systemctl restart ec2-bootstrap|the machine has no service manager
aws secretsmanager create-secret *|it would make a secret in an account of AWS
ec2-bootstrap seal --root /|it would search all of the machine that the tests run on
{ "username": "svc"*|it is what a secret holds, and no settings file'

# What exits with another status than 0, and why.
STATUS='ec2-bootstrap doctor|1|the proxy of the example is in no name server
ec2-bootstrap doctor proxy trust|1|the same
ec2-bootstrap doctor --quiet|1|the same
ec2-bootstrap doctor --json >doctor.json|1|the same
ec2-bootstrap explain|1|clients disagree on the blocks of the VPC
ec2-bootstrap explain http://10.0.1.5/|1|clients disagree on a block
ec2-bootstrap explain --no-proxy 10.0.0.0/8 --client botocore,go|1|the same
ec2-bootstrap explain --no-proxy 10.0.0.0/8 http://10.1.2.3/|1|the same'

setup() {
    USED=$BATS_FILE_TMPDIR/used
    make_world
    name_is "$SECRETS" "$PRIVATE"
    take_simulator_keys
    make_certificate server public "$SECRETS"
    start_service '"region": "us-east-1", "service": "secretsmanager",
        "secrets": {"prod/proxy": {"SecretString": "{\"username\": \"svc\", \"password\": \"a new one\"}"}}'
    ip address replace 169.254.169.254/32 dev lo
    ip address replace fd00:ec2::254/128 dev lo nodad
    start_simulator --listen 169.254.169.254:80
    start_process "$BATS_TEST_TMPDIR/simulator-6.out" "$BUILD/imds-sim" --listen '[fd00:ec2::254]:80' \
        --tree "$TESTS/imds-sim/tree.json"
    ready_line "$BATS_TEST_TMPDIR/simulator-6.out" "$!"
    make_files
}

# What the machine has: the world of aws.bash, settings as in the pages, and a tree that becomes an image.
make_files() {
    local settings=$BATS_TEST_TMPDIR/files/etc/ec2-bootstrap

    FILES=$BATS_TEST_TMPDIR/files
    mkdir -p "$settings" "$FILES/etc/ssl/certs" "$FILES/mnt/image/etc/ec2-bootstrap" "$BATS_TEST_TMPDIR/scratch"
    cp "$BATS_TEST_TMPDIR"/{hosts,nsswitch.conf,resolv.conf} "$FILES/etc"
    cp "$BATS_TEST_TMPDIR/store" "$FILES/etc/ssl/certs/ca-certificates.crt"
    cp "$BATS_TEST_TMPDIR/company.pem" "$settings/proxy-ca.pem"
    (umask 077 && echo "pass word" >"$settings/proxy-password")
    echo 'LANG=C.UTF-8' >"$FILES/etc/environment"
    cat >"$settings/config.json" <<'JSON'
{ "proxy": { "http": "http://proxy.corp.example:3128", "https": "http://proxy.corp.example:3128" },
  "no_proxy": { "add": ["corp.example"] }, "remote": { "secret": "prod/proxy" } }
JSON
    cp "$settings/config.json" "$FILES/mnt/image/etc/ec2-bootstrap"
}

# row_of TABLE TEXT: prints the row whose pattern the text has, and marks it as used
row_of() {
    local table=$1 text=$2 row

    while read -r row; do
        # shellcheck disable=SC2053 # a pattern
        [[ $text == ${row%%|*} ]] || continue
        echo "$table $row" >>"$USED"
        echo "$row"
        return
    done <<<"${!table}"
}

# try PAGE COUNT: runs its examples, of which there are as many
try() {
    local page=$1 directory=$BATS_TEST_TMPDIR/examples file text row wanted name

    command -v mandoc >/dev/null || skip "no mandoc here"
    mkdir "$directory"
    "$TESTS/docs/examples" "$REPOSITORY/docs/man/$page" "$directory"
    cp "$FILES/etc/ec2-bootstrap/config.json" "$directory/proxy.json"
    : >"$directory/left-out"
    for file in "$directory"/[0-9]*.*; do
        name=${file##*/}
        text=$(sed 's/^ *//' "$file")
        [[ -z $(row_of LEFT_OUT "$text") ]] || echo "${name%.*}" >>"$directory/left-out"
    done
    status=0
    timeout "$HANGS_S" env -i "BUILD=$BUILD" PATH=/usr/sbin:/usr/bin:/sbin:/bin "HOME=$BATS_TEST_TMPDIR" \
        LC_ALL=C.UTF-8 unshare --mount --pid --fork --kill-child --mount-proc \
        "$TESTS/docs/machine" "$BATS_TEST_TMPDIR/scratch" "$FILES" \
        "$TESTS/docs/run-examples" "$directory" >"$BATS_TEST_TMPDIR/machine" 2>&1 || status=$?
    [[ $status != 99 ]] || skip "no overlayfs here"
    cat "$BATS_TEST_TMPDIR/machine"
    assert_status 0
    for file in "$directory"/[0-9]*.{command,settings}; do
        [[ -e $file ]] || continue
        name=${file##*/}
        ! grep -qxF "${name%.*}" "$directory/left-out" || continue
        row=$(row_of STATUS "$(<"$file")")
        wanted=$(cut -d '|' -f 2 <<<"${row:-|0}")
        assert_equal "$page: $(<"$file"): $(<"${file%.*}.status")" "$page: $(<"$file"): $wanted" ||
            { cat "${file%.*}.out" "${file%.*}.err" >&2; return 1; }
    done
    assert_equal "$(find "$directory" -name '*.command' -o -name '*.settings' -o -name '*.text' | wc -l)" "$2"
}

# said PATTERN: an example said so
said() {
    grep -rqE --include='*.out' --include='*.err' -- "$1" "$BATS_TEST_TMPDIR/examples" || {
        echo "no example says: $1" >&2
        return 1
    }
}

@test "ec2-bootstrap(8)" {
    try ec2-bootstrap.8 11
    said '^\+no_proxy=localhost,'
    said 'http://10\.0\.1\.5/'
    # shellcheck disable=SC2016 # a pattern
    assert_equal "$(sed -n 's/^credential_process = //p' "$BATS_TEST_TMPDIR"/examples/*.text)" \
        "/usr/bin/ec2-bootstrap credentials"
}

@test "ec2-bootstrap.json(5)" {
    try ec2-bootstrap.json.5 36
    said '^\+http_proxy='
    said '"settings":'
}

@test "ec2-bootstrap-no-proxy(7)" {
    echo 'no_proxy=localhost,10.0.0.0/16,corp.example' >>"$FILES/etc/environment"
    try ec2-bootstrap-no-proxy.7 4
    said '^no_proxy  localhost,10.0.0.0/16,corp.example'
}

@test "ec2-bootstrap-doctor(8)" {
    try ec2-bootstrap-doctor.8 5
}

@test "ec2-bootstrap-fetch(8)" {
    try ec2-bootstrap-fetch.8 7
    said 'proxy.password_file: from secret prod/proxy'
}

@test "ec2-bootstrap-seal(8)" {
    try ec2-bootstrap-seal.8 4
}

@test "no exception is there for nothing" {
    local row table

    command -v mandoc >/dev/null || skip "no mandoc here"
    [[ -e $USED ]] || skip "no example was run"
    for table in LEFT_OUT STATUS; do
        while read -r row; do
            grep -qxF "$table $row" "$USED" || { echo "no page has: $row" >&2; return 1; }
        done <<<"${!table}"
    done
}
