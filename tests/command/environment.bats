#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# The environment that the agent is started with names no file to it, to its libraries and to its children.

load ../lib
load command

# Each names a file to read, to write or to load, or a directory of such files.
NAMES=(OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES SSLKEYLOGFILE SSL_CERT_FILE SSL_CERT_DIR CURL_HOME
    CURL_CA_BUNDLE HOME XDG_CONFIG_HOME XDG_RUNTIME_DIR NETRC KRB5_CONFIG KRB5CCNAME KRB5_TRACE LDAPCONF
    LDAPRC SASL_CONF_PATH GNUTLS_SYSTEM_PRIORITY_FILE GNUPGHOME HOSTALIASES RESOLV_HOST_CONF TZ TZDIR
    LOCPATH NLSPATH LANGUAGE GCONV_PATH TMPDIR TEMP MALLOC_TRACE PATH SUDO_EDITOR VISUAL EDITOR
    AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE DBUS_SYSTEM_BUS_ADDRESS SYSTEMD_UNIT_PATH
    CREDENTIALS_DIRECTORY)

setup() {
    local name

    make_root
    TRAP=$BATS_TEST_TMPDIR/trap
    TRACE=$BATS_TEST_TMPDIR/trace
    mkdir -p "$TRAP/PATH"
    for name in "${NAMES[@]}"; do
        agent_environment+=("$name=$TRAP/$name")
    done
    agent_environment+=(LC_ALL=C.UTF-8 RES_OPTIONS=debug LOCALDOMAIN=trap.example)
    printf '#!/bin/sh\n: >"%s/ran"\n' "$TRAP" >"$TRAP/PATH/visudo"
    chmod +x "$TRAP/PATH/visudo"
}

# traced ARG...: the agent under strace; sets TRACE. Skips where tracing is not allowed.
traced() {
    command -v strace >/dev/null || skip "strace is not installed"
    strace -f -o /dev/null true 2>/dev/null || skip "tracing is not allowed here"
    agent_under "$(command -v strace) -E ASAN_OPTIONS=detect_leaks=0 -f -v -s 4096 -e trace=%file,%net,openat2 -o $TRACE" "$@"
}

# No file that a variable names was looked for, and no child got such a variable.
assert_untouched() {
    [[ -s $TRACE ]]
    # The first line is the start of the agent itself.
    assert_equal "$(sed 1d "$TRACE" | grep -F "$TRAP" | cut -c 1-300)" ""
    assert_equal "$(ls "$TRAP")" PATH
}

@test "no variable names a file to a library: OPENSSL_CONF, SSLKEYLOGFILE and the like" {
    local arguments

    mkdir -p "$ROOT/etc/sudoers.d"
    start_simulator
    for arguments in --version "run --http-proxy a.example:1" "credentials" "explain http://a.example" \
        "remove --dry-run" remove seal; do
        case=$arguments
        # shellcheck disable=SC2086 # words
        traced $arguments
        assert_untouched || failed
    done
    all_passed
}

@test "the resolver of a host name gets none of them" {
    write_settings '{"imds": {"deadline_s": 1}}'
    traced credentials --endpoint http://imds.corp.example
    assert_status 69
    assert_untouched
    # HOSTALIASES and LOCALDOMAIN would make it another name.
    refute_contains "$(grep sendto "$TRACE")" trap
}

@test "a program that checks a file gets a bare environment" {
    mkdir -p "$ROOT/etc/sudoers.d"
    start_simulator
    traced run --http-proxy a.example:1
    assert_status 0
    # visudo, where it is installed.
    assert_equal "$(sed 1d "$TRACE" | sed -nE 's/.* execve\([^[]*\[[^]]*\], (\[[^]]*\]).*/\1/p' | sort -u)" \
        '["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]'
    assert_untouched
}

@test "what the agent itself reads is still read" {
    agent_environment+=(AWS_EC2_METADATA_DISABLED=true)
    run_agent credentials
    assert_status 69
    assert_contains "$(<"$ERR")" AWS_EC2_METADATA_DISABLED
}
