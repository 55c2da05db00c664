#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# proxy.ca_file that is odd or changes, and a store of CAs whose disk or programs are not as they should be.

# shellcheck disable=SC2034,SC2154
load ../lib
load ../trust/trust

setup() {
    enter_world
    make_ca company
    cp "$BATS_TEST_TMPDIR/company.pem" "$CA_FILE"
    configure
}

teardown() {
    stop_all
    leave_world
}

# assert_trusted CA: by the bundle, and the variables name it
assert_trusted() {
    assert_equal "$(in_bundle "$1")" "$1" || return 1
    assert_equal "$(variables)" "AWS_CA_BUNDLE=$STORE_BUNDLE
REQUESTS_CA_BUNDLE=$STORE_BUNDLE
NODE_EXTRA_CA_CERTS=/usr/local/share/ec2-bootstrap/ca.pem"
}

# assert_heals CA: that a run makes all good, and one more changes nothing
assert_heals() {
    agent_here run
    assert_status 0 || return 1
    assert_trusted "$1" || return 1
    keep_store
    agent_here run
    assert_status 0 || return 1
    assert_store_kept
}

# new_image: IMAGE, a tree where no program of the store runs, with the settings and the CA file
new_image() {
    IMAGE=$BATS_TEST_TMPDIR/image
    rm -rf "$IMAGE"
    mkdir -p "$IMAGE/etc/ec2-bootstrap" "$IMAGE/usr/share/ca-certificates" "$IMAGE$STORE_ANCHORS"
    cp "$CONFIG" "$IMAGE$CONFIG"
}

# assert_image_has FILE: each of the file's certificates, and no other one
assert_image_has() {
    assert_equal "$(cat "$IMAGE$STORE_ANCHORS"/*.crt | sort)" "$(sort "$1")" || return 1
    assert_file_equal "$IMAGE/usr/local/share/ec2-bootstrap/ca.pem" "$1"
}

@test "256 certificates are taken, more are too many" {
    new_image
    "$TESTS/trust/certificates" 500 >"$IMAGE$CA_FILE"
    agent_here run --root "$IMAGE"
    assert_status 78
    assert_contains "$stderr" "proxy.ca_file: $IMAGE$CA_FILE: it has more than 256 certificates: leave the public ones out, which the system has"
    assert_absent "$IMAGE/etc/environment"
    assert_equal "$(ls "$IMAGE$STORE_ANCHORS")" ""
    "$TESTS/trust/certificates" 256 >"$IMAGE$CA_FILE"
    agent_here run --root "$IMAGE"
    assert_status 0
    assert_image_has "$IMAGE$CA_FILE"
}

# changed_while_read CHANGE WHEN: the agent in the image; strace stops it when it has read some of the CA file
# (WHEN: of each time, or at each), and it goes on after the change
changed_while_read() {
    local -x ASAN_OPTIONS=detect_leaks=0
    local folder=$BATS_TEST_TMPDIR/under trace=$BATS_TEST_TMPDIR/trace other

    new_image
    "$TESTS/trust/certificates" 60 >"$IMAGE$CA_FILE"
    mkdir -p "$folder"
    printf '#!/bin/sh\nexec strace -o %s -P %s -e trace=read -e inject=read:signal=SIGSTOP%s %s "$@"\n' \
        "$trace" "$IMAGE$CA_FILE" "$2" "$BUILD/ec2-bootstrap" >"$folder/ec2-bootstrap"
    chmod +x "$folder/ec2-bootstrap"
    rm -f "$trace"
    change_at_each_stop "$1" "$trace" 3>&- &
    other=$!
    BUILD=$folder agent_here run --root "$IMAGE"
    kill "$other" 2>/dev/null || true
    wait "$other" || true
}

# change_at_each_stop CHANGE TRACE: as strace tells of one
change_at_each_stop() {
    local seen=0 count pid

    while :; do
        count=$(grep -c 'stopped by SIGSTOP' "$2" 2>/dev/null) || true
        if ((${count:-0} > seen)); then
            "$1" "$((++seen))"
            pid=$(pgrep -f "^$BUILD/ec2-bootstrap run --root $IMAGE")
            kill -CONT "$pid"
        else
            sleep 0.01
        fi
    done
}

grows() {
    "$TESTS/trust/certificates" 20 100 >>"$IMAGE$CA_FILE"
}

is_cut() {
    "$TESTS/trust/certificates" 10 100 >"$IMAGE$CA_FILE"
}

is_written_over() {
    "$TESTS/trust/certificates" 60 "$((1000 * $1))" >"$IMAGE$CA_FILE"
}

is_replaced() {
    "$TESTS/trust/certificates" 60 100 >"$IMAGE$CA_FILE.new"
    mv "$IMAGE$CA_FILE.new" "$IMAGE$CA_FILE"
}

@test "a file that changes while it is read is taken as a whole, or not" {
    local change

    for change in grows is_cut is_written_over is_replaced; do
        changed_while_read "$change" :when=1
        assert_status 0
        grep -q 'stopped by SIGSTOP' "$BATS_TEST_TMPDIR/trace"
        assert_image_has "$IMAGE$CA_FILE"
    done
    changed_while_read is_written_over ""
    assert_status 74
    assert_contains "$stderr" "proxy.ca_file: $IMAGE$CA_FILE: another program is writing it: run this again when it is done"
    assert_absent "$IMAGE/etc/environment"
    assert_equal "$(ls "$IMAGE$STORE_ANCHORS")" ""
}

@test "links of an image stay in it" {
    local link

    make_ca inside
    for link in /etc/outside.pem ../../../../../../../../../etc/outside.pem; do
        cp "$BATS_TEST_TMPDIR/company.pem" /etc/outside.pem
        new_image
        ln -s "$link" "$IMAGE$CA_FILE"
        agent_here run --root "$IMAGE"
        assert_status 78
        assert_contains "$stderr" "proxy.ca_file: $IMAGE$CA_FILE: cannot be read: No such file or directory"
        cp "$BATS_TEST_TMPDIR/inside.pem" "$IMAGE/etc/outside.pem"
        agent_here run --root "$IMAGE"
        assert_status 0
        assert_image_has "$BATS_TEST_TMPDIR/inside.pem"
    done
    keep_store
    new_image
    cp "$CA_FILE" "$IMAGE$CA_FILE"
    rmdir "$IMAGE$STORE_ANCHORS"
    ln -s "../../../../../../../../..$STORE_ANCHORS" "$IMAGE$STORE_ANCHORS"
    agent_here run --root "$IMAGE"
    assert_store_kept
}

# in_a_hurry: the agent's clock takes a wait for a hundred times as long
in_a_hurry() {
    [[ -e $BUILD/faults-preload.so ]] || skip "there is another clock on x86-64 only"
    ! grep -qa __asan_init "$BUILD/ec2-bootstrap" || skip "AddressSanitizer comes before any other library"
    agent_environment=(FAULT=hurry:100 "LD_PRELOAD=$BUILD/faults-preload.so")
}

@test "a program of the store that hangs is killed, with what it has started, and made up for" {
    local pids=$BATS_TEST_TMPDIR/pids pid

    in_a_hurry
    # shellcheck disable=SC2016 # its own
    program_is "trap '' TERM HUP INT; sleep 300 & printf '%s\n' \$\$ \$! >$pids; echo waiting; wait"
    agent_here run 3>&-
    assert_status 74
    assert_contains "$stderr" "$STORE_PROGRAM did not end within 120 s and was killed: the next run tries again; the proxy settings have been written"
    assert_equal "$(variables)" ""
    assert_contains "$(cat /etc/environment)" "http_proxy=http://proxy.corp:3128"
    while read -r pid; do
        wait_until process_is_gone "$pid"
    done <"$pids"
    agent_environment=()
    mv "$STORE_PROGRAM.real" "$STORE_PROGRAM"
    assert_heals company
}

@test "what a program of the store leaves behind does not keep the agent" {
    local pid=$BATS_TEST_TMPDIR/pid

    # It has the program's output, and a session of its own.
    program_is "trap '' HUP; setsid sh -c 'echo \$\$ >$pid; exec sleep 300' & exec $STORE_PROGRAM.real \"\$@\""
    agent_here run 3>&-
    assert_status 0
    kill "$(cat "$pid")"
    assert_trusted company
}

# program_is_quick: one that is as the store's own, but makes the bundle alone, and in no time
program_is_quick() {
    local public=$BATS_TEST_TMPDIR/public.pem

    [[ -e $public ]] || cp "$STORE_BUNDLE" "$public"
    # shellcheck disable=SC2016 # its own
    program_is "find $STORE_ANCHORS -name '*.crt' | sort | xargs cat -- $public >$STORE_BUNDLE.\$\$ && mv $STORE_BUNDLE.\$\$ $STORE_BUNDLE"
}

# at_once COMMAND...: agents with these commands; sets statuses
at_once() {
    local index=0 pid command
    local pids=()

    for command; do
        agent "$command" >"$BATS_TEST_TMPDIR/at-once.$index" 2>&1 3>&- &
        pids+=($!)
        index=$((index + 1))
    done
    statuses=
    for pid in "${pids[@]}"; do
        status=0
        wait "$pid" || status=$?
        statuses+="$status "
    done
    [[ $statuses == "${STATUSES-$statuses}" ]] || cat "$BATS_TEST_TMPDIR"/at-once.* >&2
}

# written_files: that none is even written again
written_files() {
    stat -c '%n %i' "$STORE_BUNDLE" "$STORE_ANCHORS"/* /usr/local/share/ec2-bootstrap/* /etc/environment
}

@test "agents at once: the store is right in the end, and the next run changes nothing" {
    local round ca before

    make_ca second
    program_is_quick
    mv "$STORE_PROGRAM.real" "$STORE_PROGRAM"
    at_once trust trust run
    assert_equal "$statuses" "0 0 0 "
    assert_heals company
    assert_equal "$(java_trusts)" "$(java_has_store)"
    program_is_quick
    for round in {1..5}; do
        ca=company
        ((round % 2 == 0)) || ca=second
        cp "$BATS_TEST_TMPDIR/$ca.pem" "$CA_FILE"
        STATUSES="0 0 0 "
        at_once trust run trust
        assert_equal "$statuses" "0 0 0 "
        assert_trusted "$ca"
        assert_equal "$(in_bundle company)$(in_bundle second)" "$ca"
        before=$(written_files)
        agent_here run
        assert_status 0
        assert_equal "$(written_files)" "$before"
    done
}

@test "a CA that comes and goes at once is there, or not" {
    local round count

    program_is_quick
    for round in {1..5}; do
        STATUSES="0 0 "
        at_once trust remove
        assert_equal "$statuses" "0 0 "
        count=$(find "$STORE_ANCHORS" -name 'ec2-bootstrap-*.crt' | wc -l)
        assert_equal "$(in_bundle company | wc -l)" "$count"
        assert_equal "$(find /usr/local/share/ec2-bootstrap -name ca.pem 2>/dev/null | wc -l)" "$count"
    done
    assert_heals company
}

# fill DIRECTORY: a disk of its own that has what was there, and nothing more fits on it
fill() {
    local kept=$BATS_TEST_TMPDIR/kept

    mkdir -p "$1"
    rm -rf "$kept"
    cp -a "$1" "$kept"
    mount -t tmpfs -o size=2m tmpfs "$1"
    cp -a "$kept/." "$1"
    cat /dev/zero >"$1/filler" 2>/dev/null || true
}

@test "a full disk is told, tears no file, and is made up for" {
    local directory

    program_is_quick
    for directory in "$STORE_ANCHORS" /usr/local/share /etc/ssl/certs; do
        [[ $directory != /etc/ssl/certs ]] || mv "$STORE_PROGRAM.real" "$STORE_PROGRAM"
        fill "$directory"
        agent_here run
        assert_status 74
        assert_contains "$stderr" "No space left on device"
        assert_equal "$(variables)" ""
        assert_contains "$(cat /etc/environment)" "http_proxy=http://proxy.corp:3128"
        assert_equal "$(find "$directory" -name '.*')" ""
        assert_equal "$(in_bundle company)" ""
        assert_equal "$(grep -c '^-----BEGIN ' "$STORE_BUNDLE")" "$(grep -c '^-----END ' "$STORE_BUNDLE")"
        rm "$directory/filler"
        assert_heals company
        agent_here remove
        assert_status 0
        umount "$directory"
    done
}

# killed_at PATTERN: the store's own program is killed in front of that line of it
killed_at() {
    mv "$STORE_PROGRAM" "$STORE_PROGRAM.real"
    # shellcheck disable=SC2016 # its own
    sed 's/^\('"$1"'.*\)/kill -KILL $$\n\1/' "$STORE_PROGRAM.real" >"$STORE_PROGRAM"
    chmod +x "$STORE_PROGRAM"
    grep -q 'kill -KILL' "$STORE_PROGRAM"
}

@test "an update that is killed at any place is made up for, in Java's store too" {
    local place

    for place in '  mv -f' '  echo "Running hooks'; do
        killed_at "$place"
        agent_here run
        assert_status 74
        assert_contains "$stderr" "$STORE_PROGRAM cannot be run: "
        mv "$STORE_PROGRAM.real" "$STORE_PROGRAM"
    done
    assert_heals company
    # What reads the directory needs the link with the hash.
    openssl verify -no-CAfile -CApath /etc/ssl/certs "$BATS_TEST_TMPDIR/company.pem"
    assert_equal "$(java_trusts)" "$(java_has_store)"
}

# java_package_state, and java_package_dies: so that dpkg is killed while it makes Java's store
java_package_state() {
    dpkg-query -W -f '${db:Status-Status}' ca-certificates-java
}

java_package_dies() {
    local script=/var/lib/dpkg/info/ca-certificates-java.postinst

    [[ -e $script.real ]] || cp -p "$script" "$script.real"
    # shellcheck disable=SC2016 # its own
    printf '#!/bin/sh\nkill -KILL $PPID\n' >"$script"
}

java_package_lives() {
    cp -p "/var/lib/dpkg/info/ca-certificates-java.postinst.real" /var/lib/dpkg/info/ca-certificates-java.postinst
}

@test "Java's package that was interrupted is made to go on, when a CA comes and when it goes" {
    [[ $(java_package_state) == installed && -s /etc/ssl/certs/java/cacerts ]] || skip "there is no Java here"
    java_package_dies
    agent_here run
    assert_status 0
    assert_contains "$stderr" "warning: Java does not know of the change in the system's store of CAs: /usr/bin/dpkg cannot be run"
    assert_equal "$(java_package_state)" half-configured
    assert_equal "$(java_trusts)" ""
    assert_trusted company
    java_package_lives
    agent_here run
    assert_status 0
    assert_equal "$(java_package_state)" installed
    assert_equal "$(java_trusts)" 1

    java_package_dies
    agent_here remove
    assert_status 0
    assert_equal "$(java_package_state)" half-configured
    assert_equal "$(java_trusts)" 1
    java_package_lives
    agent_here remove
    assert_status 0
    assert_equal "$(java_package_state)" installed
    assert_equal "$(java_trusts)" ""
}
