#!/usr/bin/env bats
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
    printf '#!/bin/sh\necho "$*" >>"%s/asked"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/bin/systemctl"
    chmod +x "$BATS_TEST_TMPDIR/bin/systemctl"
    sleep 0.05
}

# after_run: sets status, and asked, what it has asked systemctl for
after_run() {
    rm -f "$BATS_TEST_TMPDIR/asked"
    : >"$ROOT/run/ec2-bootstrap/reload"
    run env PATH="$BATS_TEST_TMPDIR/bin:$PATH" sh "$REPOSITORY/units/after-run" "$ROOT"
    asked=$(cat "$BATS_TEST_TMPDIR/asked" 2>/dev/null) || true
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

@test "not asked for, systemd is not asked" {
    run env PATH="$BATS_TEST_TMPDIR/bin:$PATH" sh "$REPOSITORY/units/after-run" "$ROOT"
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
