#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What `run` wrote, as those read it who will: PAM's own pam_env for /etc/environment, and systemd's
# own code for the EnvironmentFile= of services.

load ../lib

ALWAYS=localhost,127.0.0.1,169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254,fd00:ec2::23

# Every ASCII character that is printable; and as RFC 3986 has them where only unreserved ones stay.
PASSWORD=' !"#$%&'\''()*+,-./09:;<=>?@AZ[\]^_`az{|}~'
ENCODED='%20%21%22%23%24%25%26%27%28%29%2A%2B%2C-.%2F09%3A%3B%3C%3D%3E%3F%40AZ%5B%5C%5D%5E_%60az%7B%7C%7D~'

setup() {
    start_simulator
    make_root
}

# write_settings JSON
write_settings() {
    printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/config.json"
}

agent_run() {
    run --separate-stderr agent run --root "$ROOT" --config "$BATS_TEST_TMPDIR/config.json" \
        --endpoint "$IMDS_URL"
}

# Prints the six variables as they should be: six_variables HTTP HTTPS NO_PROXY
six_variables() {
    printf '%s\n' "http_proxy=$1" "https_proxy=$2" "no_proxy=$3" \
        "HTTP_PROXY=$1" "HTTPS_PROXY=$2" "NO_PROXY=$3"
}

pam_reads() {
    "$BUILD/pam-getenv" "$ROOT/etc/environment"
}

# Skips the test, visibly, where systemd's library is not to be had.
systemd_reads() {
    local status=0

    SYSTEMD_READ=$("$TESTS/real/load-env-file" "$ROOT/run/ec2-bootstrap/proxy.env") || status=$?
    [[ $status != 77 ]] || skip "no libsystemd-shared on this machine"
    return "$status"
}

settings_with_password() {
    mkdir -p "$ROOT/run/secret"
    printf '%s\n' "$PASSWORD" >"$ROOT/run/secret/password"
    chmod 600 "$ROOT/run/secret/password"
    write_settings '{
        "proxy": {"http": "http://proxy.corp:3128", "https": "proxy.corp:3129", "username": "svc",
                  "password_file": "/run/secret/password"},
        "no_proxy": {"add": ["corp.example"]}
    }'
    agent_run
    assert_status 0
}

# In us-east-1, with the VPC of the simulator.
EXPECTED=$(six_variables "http://svc:$ENCODED@proxy.corp:3128" "http://svc:$ENCODED@proxy.corp:3129" \
    "$ALWAYS,.ec2.internal,*.ec2.internal,10.0.0.0/16,100.64.0.0/16,corp.example,.corp.example,*.corp.example")

@test "PAM reads the six values, with a password of every printable character" {
    settings_with_password
    assert_same_lines "$(pam_reads)" "$EXPECTED"
}

@test "systemd reads the six values, with a password of every printable character" {
    settings_with_password
    systemd_reads
    assert_same_lines "$SYSTEMD_READ" "$EXPECTED"
}

@test "PAM reads them beside what else stood in /etc/environment" {
    write_settings '{"proxy": {"http": "http://proxy.corp:3128"}, "no_proxy": {"vpc": false}}'
    printf '%s\n' 'LANG="C.UTF-8"' 'http_proxy=http://old.corp:1' 'export  EDITOR=vi' \
        'NO_PROXY="a,b"' 'PATH=/usr/bin:/bin' >"$ROOT/etc/environment"
    agent_run
    assert_status 0
    assert_same_lines "$(pam_reads)" \
"LANG=C.UTF-8
PATH=/usr/bin:/bin
http_proxy=http://proxy.corp:3128
HTTP_PROXY=http://proxy.corp:3128
no_proxy=$ALWAYS
NO_PROXY=$ALWAYS"
}

# entries_of BYTES: so many bytes, from 16 up, of different IPv4 addresses: entries of one form.
entries_of() {
    local left=$1 count=0 first
    local lengths=(_ _ _ _ _ _ _ N.N.N.N N.N.N.N0 N.N.N0.N0 N.N0.N0.N0 N0.N0.N0.N0 N0.N0.N0.N00
        N0.N0.N00.N00 N0.N00.N00.N00 N00.N00.N00.N00)

    for (( ; left > 31; left -= 16, count++)); do
        printf '110.110.%d.%d,' $((100 + count / 100)) $((100 + count % 100))
    done
    first=$((left - 8 < 15 ? left - 8 : 15))
    printf '%s,%s' "${lengths[first]//N/1}" "${lengths[left - 1 - first]//N/2}"
}

# PAM 1.4.0 to 1.5.3 drops a line of more than 8190 bytes and all after it. The agent has to refuse
# such a list: what it accepts, PAM must read in full.
@test "a list is refused when it is too long for PAM, and read in full up to there" {
    local length list longest=0 shortest_refused=0

    for length in 7000 {8179..8184}; do
        list=$(entries_of $((length - ${#ALWAYS} - 1)))
        assert_equal "$((${#ALWAYS} + 1 + ${#list}))" "$length"
        write_settings '{"proxy": {"http": "http://p:1", "https": "http://p:1"},
                         "no_proxy": {"vpc": false, "add": ["'"$list"'"]}}'
        ROOT=$BATS_TEST_TMPDIR/root-$length
        mkdir -p "$ROOT/etc"
        agent_run
        if [[ $status != 0 ]]; then
            assert_status 78
            assert_absent "$ROOT/etc/environment"
            ((shortest_refused)) || shortest_refused=$length
            continue
        fi
        longest=$length
        assert_same_lines "$(pam_reads)" "$(six_variables http://p:1 http://p:1 "$ALWAYS,$list")"
    done
    # With "no_proxy=" in front the longest line is 8190 bytes.
    assert_equal "longest $longest, refused from $shortest_refused" "longest 8181, refused from 8182"
}
