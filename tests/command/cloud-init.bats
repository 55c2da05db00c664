#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# cloud-init's module, whatever the agent does and whatever proxy.env is. That cloud-init calls it:
# tests/boot.

load ../lib

setup() {
    AGENT=$BATS_TEST_TMPDIR/agent
    PROXY_ENV=$BATS_TEST_TMPDIR/proxy.env
    LOG=$BATS_TEST_TMPDIR/log
    write_agent 'exit 0'
}

# write_agent SCRIPT [FETCH]: what stands for the agent; AWS holds no settings, or FETCH is done for `fetch` and
# `fetch --check`
write_agent() {
    # shellcheck disable=SC2016 # expanded by it
    printf '#!/bin/sh\nif [ "$1" = fetch ]; then %s; fi\n%s\n' "${2:-exit 1}" "$1" >"$AGENT"
    chmod +x "$AGENT"
}

# handle [NAME=VALUE...]: the module in a process with these variables. Prints what is in os.environ then
# (none of the test's own), and what it raised. Its log is in LOG. PREPARE is a statement to run before.
handle() {
    env -i "$@" timeout "$HANGS_S" /usr/bin/python3 -B -I - "$REPOSITORY/cloud-init" "$AGENT" "$PROXY_ENV" "$LOG" \
        "${LIMIT_S:-60}" "${PREPARE-}" <<'PYTHON'
import logging, os, sys
sys.path.insert(0, sys.argv[1])
import cc_ec2_bootstrap as module
module.AGENT, module.PROXY_ENV, module.LIMIT_S = sys.argv[2], sys.argv[3], float(sys.argv[5])
exec(sys.argv[6])
logging.basicConfig(filename=sys.argv[4], filemode="w", level=logging.DEBUG,
                    format="%(levelname)s %(message)s", errors="surrogateescape")
try:
    module.handle("ec2-bootstrap", {}, None, [])
except Exception as error:
    print(f"{type(error).__name__}: {error}")
for name in sorted(os.environ):
    if name != "LC_CTYPE":
        print(f"{name}={os.environ[name]}")
PYTHON
}

@test "the variables are set, those of proxy settings and no others" {
    printf '%s\n' http_proxy=http://a:1 NO_PROXY=a,b PATH=/tmp '# no' LD_PRELOAD=/tmp/a >"$PROXY_ENV"
    assert_equal "$(handle A=1)" "A=1
NO_PROXY=a,b
http_proxy=http://a:1"
    assert_equal "$(<"$LOG")" ""
}

@test "so are those of a company's CA, with the values that the agent gives them" {
    local bundle java

    while read -r bundle java; do
        "$TESTS/trust/variables" "$bundle" "$java" >"$PROXY_ENV"
        assert_equal "$(handle)" "$(LC_ALL=C sort "$PROXY_ENV")"
        [[ -s $PROXY_ENV ]]
    done <<<"/etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/java/cacerts
/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem /etc/pki/ca-trust/extracted/java/cacerts
/var/lib/ca-certificates/ca-bundle.pem /var/lib/ca-certificates/java-cacerts"
    printf '%s\n' AWS_CA_BUNDLE=/tmp/a NODE_OPTIONS=--require=/tmp/a JAVA_TOOL_OPTIONS=-javaagent:/tmp/a \
        NODE_EXTRA_CA_CERTS=/usr/local/share/ec2-bootstrap/caXpem "DENO_CERT=/usr/local/share/ec2-bootstrap/ca.pem " \
        XAWS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt >"$PROXY_ENV"
    assert_equal "$(handle)" ""
}

@test "no other letter case of a variable that is set stays; what is not set stays" {
    printf '%s\n' http_proxy=http://new:1 no_proxy=new >"$PROXY_ENV"
    assert_equal "$(handle HTTP_PROXY=http://old:1 Http_Proxy=http://old:2 http_proxy=http://old:3 \
        NO_PROXY=old HTTPS_PROXY=http://other:1 all_proxy=http://other:2)" "HTTPS_PROXY=http://other:1
all_proxy=http://other:2
http_proxy=http://new:1
no_proxy=new"
    rm "$PROXY_ENV"
    assert_equal "$(handle HTTP_PROXY=http://old:1)" HTTP_PROXY=http://old:1
}

# What proxy.env is | what the log says
BAD=(
    'rm -f F|'
    'mkdir F|not a regular file'
    'mkfifo F|not a regular file'
    'ln -s /dev/zero F|Too many levels of symbolic links'
    'ln -s F F|Too many levels of symbolic links'
    'printf "http_proxy=\377\n" >F|other bytes'
    'printf "http_proxy=http://a:1\0\n" >F|other bytes'
    'printf "http_proxy=http://a:1\r\n" >F|other bytes'
    'printf "\377\376=1\n=\n==\n\n\0http_proxy=a" >F|'
    'printf "no_proxy=%070000d\n" 0 >F|longer than 65536 bytes'
    'truncate -s 1T F|longer than 65536 bytes'
    'head -c 5000 /bin/sh >F|'
    ': >F|'
)

@test "a proxy.env that is none: no variable, no exception" {
    local row make said

    for row in "${BAD[@]}"; do
        IFS='|' read -r make said <<<"$row"
        rm -rf "$PROXY_ENV"
        (cd "$BATS_TEST_TMPDIR" && eval "${make//F/proxy.env}")
        echo "in the case: $make"
        assert_equal "$(handle A=1)" A=1
        [[ -z $said ]] || assert_contains "$(<"$LOG")" "$said"
    done
}

@test "an agent that fails: its exit code and last line; the variables are set nevertheless" {
    echo http_proxy=http://a:1 >"$PROXY_ENV"
    write_agent 'echo first >&2; printf "last \377\n" >&2; exit 69'
    assert_equal "$(handle)" "RuntimeError: ec2-bootstrap: exit code 69: last �
http_proxy=http://a:1"
    assert_contains "$(<"$LOG")" "DEBUG first"
    write_agent 'exit 1'
    assert_contains "$(handle)" "RuntimeError: ec2-bootstrap: exit code 1: no message"
    rm "$AGENT"
    assert_contains "$(handle)" "RuntimeError: ec2-bootstrap: [Errno 2] No such file or directory"
}

@test "an agent that says very much: it can say it all, and little of it is kept" {
    write_agent 'head -c 50000000 /dev/zero | tr "\0" a >&2; echo >&2; echo last >&2; exit 3'
    assert_equal "$(handle)" "RuntimeError: ec2-bootstrap: exit code 3: last"
    (($(stat -c %s "$LOG") < 200000))
}

@test "an agent without an end: it is ended, with its children, and the boot goes on" {
    LIMIT_S=1
    echo http_proxy=http://a:1 >"$PROXY_ENV"
    for script in "sleep 1000 & echo \$! >'$BATS_TEST_TMPDIR/child'; sleep 1000" \
        "sleep 1000 & echo \$! >'$BATS_TEST_TMPDIR/child'; exec 2>&-; sleep 1000" \
        "sleep 1000 & echo \$! >'$BATS_TEST_TMPDIR/child'; while :; do echo again >&2; done"; do
        write_agent "$script"
        assert_equal "$(handle)" http_proxy=http://a:1
        assert_contains "$(<"$LOG")" "its unit goes on"
        wait_until process_is_gone "$(<"$BATS_TEST_TMPDIR/child")"
    done
}

# As one does that waits for a disk which does not answer.
@test "an agent that does not end when it is killed: nobody waits for it" {
    LIMIT_S=1 PREPARE='os.killpg = lambda *_: None'
    echo http_proxy=http://a:1 >"$PROXY_ENV"
    write_agent "echo \$\$ >'$BATS_TEST_TMPDIR/pid'; exec sleep $HANGS_S"
    local start=$SECONDS
    assert_equal "$(handle)" http_proxy=http://a:1
    assert_contains "$(<"$LOG")" "its unit goes on"
    kill -0 "$(<"$BATS_TEST_TMPDIR/pid")" # it is there still
    kill "$(<"$BATS_TEST_TMPDIR/pid")"
    ((SECONDS - start < HANGS_S))
}

@test "a child that keeps the agent's standard error: nobody waits for it" {
    write_agent 'sleep 1000 & exit 0'
    LIMIT_S=100
    local start=$SECONDS
    assert_equal "$(handle)" ""
    ((SECONDS - start < 50))
}

# What `fetch --check` exits with, and `fetch` | what is called | what is raised
FETCHES=(
    '1 0|fetch --check,run,|'
    '0 0|fetch --check,fetch --ahead,run,|'
    '0 77|fetch --check,fetch --ahead,run,|RuntimeError: ec2-bootstrap: exit code 77: of fetch --ahead'
    '78 0|fetch --check,run,|RuntimeError: ec2-bootstrap: exit code 78: of fetch --check'
)

@test "settings that AWS holds are fetched before it runs, where there are any; it runs whatever came of that" {
    local row codes called raised

    echo http_proxy=http://a:1 >"$PROXY_ENV"
    for row in "${FETCHES[@]}"; do
        IFS='|' read -r codes called raised <<<"$row"
        rm -f "$BATS_TEST_TMPDIR/called"
        # shellcheck disable=SC2016
        write_agent "echo \"\$*\" >>'$BATS_TEST_TMPDIR/called'; echo \"of \$*\" >&2
            case \$* in *check) exit ${codes% *} ;; fetch*) exit ${codes#* } ;; esac" ':'
        echo "in the case: $row"
        assert_equal "$(handle)" "${raised:+$raised
}http_proxy=http://a:1"
        assert_equal "$(tr '\n' , <"$BATS_TEST_TMPDIR/called")" "$called"
    done
}

@test "both report the same fault of the settings: it is said once; other faults are both said" {
    write_agent 'echo the same >&2; exit 78' ':'
    assert_equal "$(handle)" "RuntimeError: ec2-bootstrap: exit code 78: the same"
    write_agent 'echo other >&2; exit 69' 'echo denied >&2; exit 77'
    assert_equal "$(handle)" "RuntimeError: ec2-bootstrap: exit code 77: denied; exit code 69: other"
}

@test "a fetch without an end, or a check: it is ended, and the agent runs" {
    LIMIT_S=1
    echo http_proxy=http://a:1 >"$PROXY_ENV"
    # shellcheck disable=SC2016
    for script in 'case $2 in --ahead) exec sleep 1000 ;; esac; exit 0' 'exec sleep 1000'; do
        write_agent "echo \$* >'$BATS_TEST_TMPDIR/called'" "$script"
        assert_equal "$(handle)" http_proxy=http://a:1
        assert_contains "$(<"$LOG")" "ec2-bootstrap fetch"
        assert_equal "$(<"$BATS_TEST_TMPDIR/called")" run
        rm "$BATS_TEST_TMPDIR/called"
    done
}
