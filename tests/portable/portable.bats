#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
# The portable program in trees of several Debians: it does what the program of this machine does. GENERATIONS says
# which; in SUITE.bare no library is but glibc (make test-portable).

load ../lib
load ../command/command

PROGRAM=$BUILD/portable/ec2-bootstrap
TREES=$BUILD/portable/trees
SETTINGS='{"proxy": {"http": "http://proxy.corp:3128"}, "no_proxy": {"add": ["corp.example"], "services": ["s3"]}}'

setup() {
    [[ -n ${GENERATIONS-} ]] || skip "GENERATIONS names the trees"
    make_root
    mkdir -p "$ROOT/etc/apt/apt.conf.d" "$ROOT/etc/profile.d" "$ROOT/usr/bin"
    echo "LANG=C" >"$ROOT/etc/environment"
    : >"$ROOT/usr/bin/apt-get"
    write_settings "$SETTINGS"
}

# in_tree TREE ARG...: the portable program there, on a copy of ROOT that stays until the test ends; sets status,
# OUT and ERR
in_tree() {
    local tree=$TREES/$1 kept=(PATH=/usr/sbin:/usr/bin:/sbin:/bin) endpoint=()

    shift
    [[ ! " $* " =~ " run "|" fetch " ]] || endpoint=(--endpoint "$IMDS_URL")
    OUT=$BATS_TEST_TMPDIR/out
    ERR=$BATS_TEST_TMPDIR/err
    status=0
    timeout "$HANGS_S" env -i "${kept[@]}" "${agent_environment[@]}" unshare --mount -- sh -euc '
        tree=$1 program=$2 root=$3 folder=$4
        shift 4
        mkdir -p "$tree/mnt" "$tree/srv"
        mount -t tmpfs tmpfs "$tree/mnt"
        mkdir "$tree/mnt/root" "$tree/mnt/test"
        mount --bind "$root" "$tree/mnt/root"
        mount --bind "$folder" "$tree/mnt/test"
        cp "$program" "$tree/mnt/ec2-bootstrap"
        exec chroot "$tree" /mnt/ec2-bootstrap "$@"' sh "$tree" "$PROGRAM" "$ROOT" "$BATS_TEST_TMPDIR" "$@" "${endpoint[@]}" \
        >"$OUT" 2>"$ERR" || status=$?
    output=$(<"$OUT") stderr=$(<"$ERR")
}

# Each tree: COMMAND..., with the tree as its last word.
in_each_tree() {
    local suite case

    for suite in $GENERATIONS; do
        for case in "$suite" "$suite.bare"; do
            "$@" "$case" || failed
        done
    done
    all_passed
}

is_bare() {
    [[ $1 == *.bare ]]
}

# Names and contents of all that ROOT has; when a fact was learned is left out.
tree_contents() {
    contents | sed -E 's/"(time|at)":[^,}]*//g'
}

names_versions() {
    in_tree "$1" --version
    assert_status 0 || return 1
    assert_contains "$output" "ec2-bootstrap " || return 1
    for library in libcurl cJSON; do
        assert_contains "$(grep "^$library " "$OUT")" "(linked in)" || return 1
    done
    for library in libsystemd libcrypto zlib liblzma libzstd libbz2; do
        if is_bare "$1"; then
            assert_contains "$output" "$library: not on this machine" || return 1
        else
            assert_contains "$(grep "^$library " "$OUT")" "(shared)" || return 1
        fi
    done
    assert_contains "$output" "TLS: none" || return 1
    assert_contains "$output" "linked in from: curl "
}

@test "it runs, and names its libraries" {
    in_each_tree names_versions
}

runs_like_ours() {
    local before

    before=$(contents)
    in_tree "$1" run --root /mnt/root
    assert_status 0 || return 1
    refute_contains "$stderr" error: || return 1
    assert_equal "$(tree_contents)" "$EXPECTED" || return 1
    in_tree "$1" run --root /mnt/root
    assert_status 0 || return 1
    in_tree "$1" remove --root /mnt/root
    assert_status 0 || return 1
    assert_equal "$(contents)" "$before"
}

@test "run, a second one and remove: what this machine's own build does, byte for byte" {
    start_simulator
    run_agent run
    assert_status 0
    EXPECTED=$(tree_contents)
    assert_contains "$EXPECTED" proxy.corp
    IMDS_URL="" run_agent remove
    assert_status 0
    in_each_tree runs_like_ours
}

explains_like_ours() {
    in_tree "$1" explain --no-proxy "corp.example,.a.example,10.0.0.0/8" http://corp.example http://10.1.2.3 \
        https://x.a.example
    assert_status "$EXPECTED_STATUS" || return 1
    assert_equal "$output" "$EXPECTED"
}

@test "explain says the same" {
    run_agent explain --no-proxy "corp.example,.a.example,10.0.0.0/8" http://corp.example http://10.1.2.3 \
        https://x.a.example
    EXPECTED=$(<"$OUT") EXPECTED_STATUS=$status
    assert_contains "$EXPECTED" corp.example
    in_each_tree explains_like_ours
}

reads_certificates() {
    local leaf

    for leaf in no yes; do
        make_certificate_file "$leaf"
        in_tree "$1" run --root /mnt/root --dry-run
        if is_bare "$1"; then
            assert_status 69 || return 1
            assert_one_error "this machine has no libcrypto" || return 1
        elif [[ $leaf == yes ]]; then
            assert_status 78 || return 1
            assert_one_error "not that of an authority (CA:FALSE)" || return 1
        else
            # That it ends soon is read in it; there is no store of CAs in the tree.
            assert_contains "$stderr" "block 1 (CN=company,O=Example): it ends within 30 days" || return 1
            assert_contains "$(grep error: "$ERR")" "this system has no store of CAs" || return 1
        fi
    done
}

# make_certificate_file yes|no: proxy.ca_file, with a leaf or an authority
make_certificate_file() {
    local constraints=CA:TRUE

    [[ $1 == no ]] || constraints=CA:FALSE
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/O=Example/CN=company" \
        -addext "basicConstraints=critical,$constraints" -addext keyUsage=critical,keyCertSign,cRLSign \
        -keyout "$BATS_TEST_TMPDIR/key" -out "$ROOT/etc/ec2-bootstrap/ca.pem" 2>"$BATS_TEST_TMPDIR/openssl.log"
}

@test "proxy.ca_file is checked where there is a libcrypto, and refused with a line where there is none" {
    start_simulator
    write_settings '{"proxy": {"http": "http://proxy.corp:3128", "ca_file": "/etc/ec2-bootstrap/ca.pem"}}'
    in_each_tree reads_certificates
}

has_no_tls() {
    local before

    before=$(simulator_count)
    in_tree "$1" fetch --root /mnt/root
    assert_status 69 || return 1
    assert_one_error "need TLS, which this build of ec2-bootstrap has not" || return 1
    assert_equal "$(simulator_count)" "$before"
}

@test "fetch says in a line that it has no TLS, and asks nothing" {
    start_simulator
    write_settings '{"remote": {"parameters": "/app"}}'
    in_each_tree has_no_tls
}

notifies() {
    start_process "$BATS_TEST_TMPDIR/notify.out" "$BUILD/notify-log" "$BATS_TEST_TMPDIR/notify" \
        "$BATS_TEST_TMPDIR/notified"
    local pid=$!

    assert_equal "$(ready_line "$BATS_TEST_TMPDIR/notify.out" "$pid")" ready || return 1
    agent_environment=(NOTIFY_SOCKET=/mnt/test/notify)
    in_tree "$1" run --root /mnt/root
    agent_environment=()
    stop_process "$pid"
    rm -f "$BATS_TEST_TMPDIR/notify"
    assert_status 0 || return 1
    if is_bare "$1"; then
        refute_contains "$(<"$BATS_TEST_TMPDIR/notified")" READY=1
    else
        assert_contains "$(<"$BATS_TEST_TMPDIR/notified")" READY=1
    fi
    rm -f "$BATS_TEST_TMPDIR/notified"
}

@test "systemd is told by its library, and without it the run is the same" {
    start_simulator
    in_each_tree notifies
}

finds_packed_secret() {
    local packed number=0

    in_tree "$1" seal --root /mnt/root --dry-run
    assert_status 1 || return 1
    for packed in gz xz zst bz2; do
        if is_bare "$1"; then
            assert_contains "$output$stderr" "secret.$packed" || return 1
        else
            grep -q "secret.$packed.*password" "$OUT" || { assert_equal "$output" "a finding in secret.$packed"; return 1; }
        fi
    done
}

@test "seal looks into what the libraries of the machine unpack, and names what it cannot" {
    write_settings '{"credentials": "off", "proxy": {"http": "http://proxy.corp:3128", "username": "svc", "password_file": "/run/password"}}'
    echo "p4ssw0rd-of-nobody" >"$ROOT/run/password"
    mkdir -p "$ROOT/opt" "$ROOT/usr"
    echo "before p4ssw0rd-of-nobody after" >"$BATS_TEST_TMPDIR/text"
    gzip -c "$BATS_TEST_TMPDIR/text" >"$ROOT/opt/secret.gz"
    xz -c "$BATS_TEST_TMPDIR/text" >"$ROOT/opt/secret.xz"
    zstd -q -c "$BATS_TEST_TMPDIR/text" >"$ROOT/opt/secret.zst"
    bzip2 -c "$BATS_TEST_TMPDIR/text" >"$ROOT/opt/secret.bz2"
    in_each_tree finds_packed_secret
}
