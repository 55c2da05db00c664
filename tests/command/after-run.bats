#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# shellcheck disable=SC1003,SC2016,SC2034,SC2154
# units/after-run, the step after the agent and outside of its sandbox. In a booted system: tests/boot.

load ../lib
load command

DROPIN=etc/systemd/system/docker.service.d/50-ec2-bootstrap.conf

setup() {
    make_root
    mkdir -p "$ROOT/run/ec2-bootstrap" "$ROOT/run/systemd/units" "$ROOT/${DROPIN%/*}" "$BATS_TEST_TMPDIR/bin"
    # What the administrator had before, and the mark of the unit's start.
    echo '[Service]' >"$ROOT/${DROPIN%/*}/http-proxy.conf"
    sleep 0.05
    ln -s id "$ROOT/run/systemd/units/invocation:ec2-bootstrap.service"
    # systemd's environment is a file, and fails is what it does otherwise.
    cat >"$BATS_TEST_TMPDIR/bin/systemctl" <<'EOF'
#!/bin/bash
cd "${0%/*}/.."
[ ! -e fails ] || . ./fails
case $1 in
import-environment) for name in "${@:2}"; do sed -i "/^$name=/d" has && echo "$name=${!name}" >>has; done ;;
unset-environment)
    # As systemd, which takes none twice.
    [[ $(printf '%s\n' "${@:2}" | sort | uniq -d) == "" ]] || { echo "twice: $*" >&2; exit 1; }
    for word in "${@:2}"; do { grep -vxF -e "$word" has || true; } >left && mv left has; done ;;
*) echo "$*" >>asked ;;
esac
EOF
    chmod +x "$BATS_TEST_TMPDIR/bin/systemctl"
    : >"$BATS_TEST_TMPDIR/has"
    sleep 0.05
}

# after_run: sets status; asked, what it has asked systemctl for; and has, systemd's environment
after_run() {
    rm -f "$BATS_TEST_TMPDIR/asked"
    : >"$ROOT/run/ec2-bootstrap/reload"
    run env PATH="$BATS_TEST_TMPDIR/bin:$PATH" sh "$REPOSITORY/units/after-run" ec2-bootstrap.service "$ROOT"
    asked=$(cat "$BATS_TEST_TMPDIR/asked" 2>/dev/null) || true
    has=$(sort "$BATS_TEST_TMPDIR/has")
    assert_absent "$ROOT/run/ec2-bootstrap/reload"
}

# each_golden PATTERN: the files that the agent writes, for each login, list and letter case that has a golden
each_golden() {
    find "$TESTS/outputs/golden" -path "*/before/*" -prune -o -path "$1" -type f -print
}

@test "what the agent writes stays, and systemd is asked" {
    local file count=0

    while read -r file; do
        cp "$file" "$ROOT/run/ec2-bootstrap/"
        after_run
        [[ $status == 0 && $output == "" && -e $ROOT/run/ec2-bootstrap/${file##*/} ]] || {
            echo "$file: $output"
            return 1
        }
        count=$((count + 1))
    done < <(each_golden '*/run/ec2-bootstrap/*.env')
    while read -r file; do
        cp "$file" "$ROOT/$DROPIN"
        after_run
        [[ $status == 0 && $output == "" && $asked == daemon-reload ]] || { echo "$file: $output"; return 1; }
        count=$((count + 1))
    done < <(each_golden '*/50-ec2-bootstrap.conf')
    ((count >= 20))
}

@test "systemd has the variables of the agent's file, and none of before" {
    local env=$ROOT/run/ec2-bootstrap/proxy.env
    local first=$'HTTP_PROXY=http://a.corp:1\nNO_PROXY=*.a,[fd00::1]\nhttp_proxy=http://a.corp:1'
    local second=$'NO_PROXY=*.a,.b\nhttps_proxy=http://b.corp:2'

    # What somebody else has set stays, and comes back to nobody.
    printf 'PATH=/bin\nhttps_proxy=http://other:1\n' >"$BATS_TEST_TMPDIR/has"
    printf '# Written by ec2-bootstrap at every boot: changes are lost.\n%s\n' "$first" >"$env"
    after_run
    assert_status 0
    assert_equal "$output" ""
    assert_equal "$has" "$(printf '%s\nPATH=/bin\nhttps_proxy=http://other:1' "$first" | sort)"
    after_run
    assert_equal "$has" "$(printf '%s\nPATH=/bin\nhttps_proxy=http://other:1' "$first" | sort)"
    assert_equal "$(<"$ROOT/run/ec2-bootstrap/manager.env")" "$first"
    printf '%s\n' "$second" >"$env"
    after_run
    assert_equal "$has" "$(printf 'PATH=/bin\n%s' "$second" | sort)"
    # What was changed by hand is not ours to take.
    sed -i 's/^NO_PROXY=.*/NO_PROXY=mine/' "$BATS_TEST_TMPDIR/has"
    rm "$env"
    after_run
    assert_equal "$has" $'NO_PROXY=mine\nPATH=/bin'
    assert_absent "$ROOT/run/ec2-bootstrap/manager.env"
}

@test "a value with a login is nothing for systemd's environment, which every user may see" {
    cp "$TESTS/outputs/golden/systemd/password/run/ec2-bootstrap/"* "$ROOT/run/ec2-bootstrap/"
    after_run
    assert_status 0
    assert_equal "$(cut -d = -f 1 <<<"$has" | paste -sd ' ')" "NO_PROXY no_proxy"
    [[ $(<"$ROOT/run/ec2-bootstrap/manager.env") != *@* ]]
}

@test "a systemd that refuses, or hangs: said, and asked again the next time" {
    local row

    for row in 'exit 1' 'sleep 100'; do
        case=$row
        echo 'http_proxy=http://a.corp:1' >"$ROOT/run/ec2-bootstrap/proxy.env"
        echo "[[ \$1 != *-environment ]] || exec $row" >"$BATS_TEST_TMPDIR/fails"
        after_run
        [[ $has == "" && $output == *"systemctl import-environment: failed: services do not get"* ]] || failed
        [[ $asked == daemon-reload ]] || failed
        rm "$BATS_TEST_TMPDIR/fails"
        after_run
        [[ $output == "" && $has == http_proxy=http://a.corp:1 ]] || failed
        : >"$BATS_TEST_TMPDIR/has"
        rm -f "$ROOT/run/ec2-bootstrap/"*.env
    done
    all_passed
}

@test "what systemd could not forget is not forgotten here" {
    local env=$ROOT/run/ec2-bootstrap/proxy.env

    echo http_proxy=http://a.corp:1 >"$env"
    after_run
    echo https_proxy=http://b.corp:2 >"$env"
    echo '[[ $1 != unset-environment ]] || exit 1' >"$BATS_TEST_TMPDIR/fails"
    after_run
    [[ $status != 0 && $output == *"systemctl unset-environment: failed"* ]]
    assert_equal "$has" $'http_proxy=http://a.corp:1\nhttps_proxy=http://b.corp:2'
    rm "$BATS_TEST_TMPDIR/fails" "$env"
    after_run
    assert_equal "$output$has" ""
}

@test "nothing is written through what somebody put in the place of our file" {
    local row

    for row in 'ln -s ../../victim' 'mkfifo' 'mkdir'; do
        case=$row
        echo mine >"$ROOT/victim"
        echo http_proxy=http://a.corp:1 >"$ROOT/run/ec2-bootstrap/proxy.env"
        (cd "$ROOT/run/ec2-bootstrap" && $row manager.env.new)
        after_run
        [[ $status == 0 && $(<"$ROOT/victim") == mine ]] || failed
        [[ ! -L $ROOT/run/ec2-bootstrap/manager.env && $(<"$ROOT/run/ec2-bootstrap/manager.env") == http_proxy=* ]] || failed
        rm -rf "$ROOT/run/ec2-bootstrap/"*
    done
    all_passed
}

@test "not asked for, systemd is not asked" {
    run env PATH="$BATS_TEST_TMPDIR/bin:$PATH" sh "$REPOSITORY/units/after-run" ec2-bootstrap.service "$ROOT"
    assert_status 0
    assert_equal "$output" ""
    assert_absent "$BATS_TEST_TMPDIR/asked"
}

@test "a file with variables that the agent would not write goes" {
    local row file=$ROOT/run/ec2-bootstrap/proxy.env
    local rows=('LD_PRELOAD=/run/x.so' 'PATH=/run/x' ' http_proxy=x' 'http_proxy=a b' 'http_proxy="x' "no_proxy='" 'no_proxy=a\'
        $'http_proxy=x\rLD_PRELOAD=y' $'http_proxy=x\n\nLD_PRELOAD=y' '# a comment \' 'export http_proxy=x' 'http_proxy=$(x)'
        'http_proxy=é' 'HTTP_PROXY_X=y' 'XHTTP_PROXY=y' 'no_proxy')

    for row in "${rows[@]}"; do
        case=$row
        printf 'http_proxy=http://proxy.corp:3128\n%s' "$row" >"$file"
        after_run
        [[ ! -e $file && $output == *"$file had lines that ec2-bootstrap does not write: removed"* ]] || failed
        # Drop-ins are as they were.
        [[ $asked == daemon-reload ]] || failed
    done
    for row in 'ln -s /etc/passwd' 'mkfifo' 'mkdir' 'ln -s nothing'; do
        case=$row
        $row "$file"
        after_run
        [[ ! -e $file && ! -L $file && -s /etc/passwd ]] || failed
    done
    all_passed
}

@test "settings that came while the agent ran go, others stay" {
    local run=$ROOT/run/ec2-bootstrap

    mkdir "$run/config.d"
    echo '{}' >"$run/config.d/10-before.json"
    rm "$ROOT/run/systemd/units/invocation:ec2-bootstrap.service"
    sleep 0.05
    ln -s id "$ROOT/run/systemd/units/invocation:ec2-bootstrap.service"
    after_run
    assert_equal "$status:$output" 0:
    sleep 0.05
    echo '{"proxy": {"ca_file": "/run/x.pem"}}' >"$run/config.d/20-during.json"
    ln -s /run/x.json "$run/config.json"
    touch -d '1 hour ago' "$run/config.d/20-during.json"
    after_run
    assert_equal "$status" 1
    assert_contains "$output" "settings in $run came while ec2-bootstrap ran"
    assert_absent "$run/config.d/20-during.json"
    [[ ! -L $run/config.json && -e $run/config.d/10-before.json ]]
}

@test "variables of CAs stay with the files that the agent names, and no others" {
    local env=$ROOT/run/ec2-bootstrap/proxy.env line store bundle java

    # What is in /etc alone is no store: the agent could have made it.
    mkdir -p "$ROOT/etc/pki/ca-trust/source" "$ROOT/etc/ssl/certs"
    while read -r store bundle java; do
        echo "AWS_CA_BUNDLE=$bundle" >"$env"
        after_run
        assert_absent "$env"
        mkdir -p "$ROOT/usr/share/$store"
        "$TESTS/trust/variables" "$bundle" "$java" >"$BATS_TEST_TMPDIR/lines"
        cp "$BATS_TEST_TMPDIR/lines" "$env"
        after_run
        assert_equal "$status:$output" 0:
        while read -r line; do
            assert_contains "$has" "$line"
        done <"$BATS_TEST_TMPDIR/lines"
    done <<<"ca-certificates /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/java/cacerts
pki/ca-trust-source /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem /etc/pki/ca-trust/extracted/java/cacerts
pki/trust /var/lib/ca-certificates/ca-bundle.pem /var/lib/ca-certificates/java-cacerts"
    for line in AWS_CA_BUNDLE=/tmp/ca.pem REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificatesXcrt \
        NODE_EXTRA_CA_CERTS=/var/lib/ec2-bootstrap/ca.pem NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
        SSL_CERT_FILE=/tmp/ca.pem NODE_OPTIONS=--require=/tmp/x.js JAVA_TOOL_OPTIONS=-javaagent:/tmp/x.jar \
        JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=/etc/ssl/certs/ca-certificates.crt DENO_CERT=/tmp/x \
        HTTPS_CA_FILE=/etc/ssl/certs/ca-certificates.crt; do
        echo "$line" >"$env"
        after_run
        assert_absent "$env"
        refute_contains "$has" "$line"
        printf '[Service]\nEnvironment="%s"\n' "$line" >"$ROOT/$DROPIN"
        after_run
        assert_contains "$output" "$DROPIN"
        assert_equal "$asked" ""
        rm "$ROOT/$DROPIN"
    done
}

@test "a drop-in that the agent would not write: systemd is not asked, and its name is said" {
    local row
    local rows=('ExecStartPre=/bin/true' '[Unit]' 'Environment="LD_PRELOAD=/run/x.so"' 'Environment="http_proxy=x" "PATH=y"'
        'EnvironmentFile=-/run/ec2-bootstrap/other.env' 'EnvironmentFile=-/run/ec2-bootstrap/../x.env' 'User=root'
        'Environment="http_proxy=x\' 'Environment=http_proxy=x' ' [Service]' '# other \' $'Environment="http_proxy=x"\rUser=root')

    for row in "${rows[@]}"; do
        case=$row
        printf '[Service]\n%s\n' "$row" >"$ROOT/$DROPIN"
        after_run
        [[ $status == 1 && $asked == "" && $output == *"$DROPIN"* && $output == *daemon-reload* ]] || failed
    done
    all_passed
}

@test "another drop-in that came while the agent ran, however old it says it is" {
    cp "$TESTS/outputs/golden/docker/plain/$DROPIN" "$ROOT/$DROPIN"
    after_run
    assert_equal "$asked" daemon-reload
    : >"$ROOT/${DROPIN%/*}/zz.conf"
    touch -d 2001-01-01 "$ROOT/${DROPIN%/*}/zz.conf"
    after_run
    assert_equal "$asked" ""
    assert_contains "$output" zz.conf
    rm "$ROOT/${DROPIN%/*}/zz.conf"
    ln -s /run/x "$ROOT/${DROPIN%/*}"/$'z\e[31m.conf'
    after_run
    assert_equal "$asked" ""
    assert_contains "$output" 'z??31m.conf'
    rm "$ROOT/${DROPIN%/*}"/z*
    # Who does not know when the unit has started asks for nothing.
    rm "$ROOT/run/systemd/units/invocation:ec2-bootstrap.service"
    after_run
    assert_equal "$asked" ""
}
