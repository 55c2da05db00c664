#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# cloud-init/install: the module's place in cloud-init's list, as the cloud-init of a Debian reads its
# files; and `make uninstall`, which leaves nothing.

load ../lib
load packaging

setup() {
    use_system bookworm
}

teardown() {
    drop_system
}

INSTALL=$REPOSITORY/cloud-init/install

# make_here TARGET: with a file that stands for the agent; nothing is built.
make_here() {
    local build=$BATS_TEST_TMPDIR/build

    mkdir -p "$build"
    echo agent >"$build/ec2-bootstrap"
    make --silent -C "$REPOSITORY" -o "$build/ec2-bootstrap" BUILD="$build" DESTDIR="$SYSTEM" "$1"
}

# without NAME... /COMMAND [ARG...]: as if this system lacked these commands
without() {
    local bin=$BATS_TEST_TMPDIR/bin

    rm -rf "$bin"
    mkdir "$bin"
    while [[ $1 != /* ]]; do
        printf '#!/bin/sh\nexit 127\n' >"$bin/$1"
        chmod 0755 "$bin/$1"
        shift
    done
    PATH=$bin:$PATH "$@"
}

# The modules that cloud-init would run, by the names of their files.
modules_in_force() {
    inside python3 -B -c '
from types import SimpleNamespace
from cloudinit import util
from cloudinit.config.modules import Modules, form_module_name
cfg = util.read_conf_with_confd("/etc/cloud/cloud.cfg")
entries = Modules._read_modules(SimpleNamespace(cfg=cfg), "cloud_init_modules")
print(*(form_module_name(entry["mod"]) for entry in entries))'
}

# How an image may write the list of bootcmd, write-files and growpart, in a file that overrides the one
# of cloud-init itself: name | whether it is understood without Python, too | the file.
SHAPES=(
    'a line each|yes|cloud_init_modules:\n - bootcmd\n - write-files\n - growpart\n'
    'not indented, an underscore|yes|cloud_init_modules:\n- bootcmd\n- write_files\n- growpart\n'
    'comments|yes|cloud_init_modules: # ours\n\n - bootcmd\n# - x\n - write-files # here\n - growpart\n'
    'carriage returns|yes|cloud_init_modules:\r\n - bootcmd\r\n - write-files\r\n - growpart\r\n'
    'a quoted key|no|"cloud_init_modules":\n - bootcmd\n - write-files\n - growpart\n'
    'a blank before the colon|no|cloud_init_modules :\n - bootcmd\n - write-files\n - growpart\n'
    'a flow list|no|cloud_init_modules: [bootcmd, write-files, growpart]\n'
    'JSON|no|{"#": 1, "cloud_init_modules": ["bootcmd", "write-files", "growpart"]}\n'
    'a pair in brackets|yes|cloud_init_modules:\n - bootcmd\n - [write-files, always]\n - growpart\n'
    'a pair of lines|no|cloud_init_modules:\n - bootcmd\n - - write-files\n   - always\n - growpart\n'
    'a dictionary|no|cloud_init_modules:\n - bootcmd\n - name: write-files\n - growpart\n'
    'the name of its file|no|cloud_init_modules:\n - bootcmd\n - cc_write_files.py\n - growpart\n'
    'ours in it|yes|cloud_init_modules:\n - ec2-bootstrap\n - bootcmd\n - write-files\n - growpart\n'
)
AS_WRITTEN="cc_bootcmd cc_write_files cc_growpart"
EXTENDED="cc_bootcmd cc_write_files cc_ec2_bootstrap cc_growpart"
WARNING="do not see the proxy"

# try_shapes UNDERSTOOD COMMAND...: installs for each of the shapes; where UNDERSTOOD is "some", those that
# are not understood stay as they are, and standard error says so.
try_shapes() {
    local understood=$1 row name plain content expected warned bad=

    shift
    for row in "${SHAPES[@]}"; do
        IFS='|' read -r name plain content <<<"$row"
        printf '%b' "$content" | write_file /etc/cloud/cloud.cfg.d/99_vendor.cfg
        expected=$EXTENDED warned=
        if [[ $understood = some && $plain = no ]]; then
            expected=$AS_WRITTEN warned=$WARNING
        fi
        run "$@" install "$SYSTEM" /usr/bin/ec2-bootstrap
        [[ $status = 0 && "$(modules_in_force)" = "$expected" ]] || bad+="$name: $status $(modules_in_force)"$'\n'
        [[ $output = *"$warned"* && (-n $warned || -z $output) ]] || bad+="$name: $output"$'\n'
    done
    assert_equal "$bad" ""
}

@test "the list that is in force is extended, however the image writes it" {
    try_shapes all "$INSTALL"
}

@test "with the tree's Python, where this system's has no yaml" {
    try_shapes all without python3 "$INSTALL"
}

@test "without Python, a list that is not understood stays in force" {
    try_shapes some without python3 chroot "$INSTALL"
}

@test "a list without write_files, one that is broken, or none: nothing of ours is left, make goes on" {
    local content

    for content in 'cloud_init_modules: [bootcmd]' 'cloud_init_modules: null' 'cloud_init_modules: [' \
        'cloud_init_modules: write-files'; do
        "$INSTALL" install "$SYSTEM" /usr/bin/ec2-bootstrap
        [[ -e $SYSTEM$LIST && -e $SYSTEM$MODULE ]]
        write_file /etc/cloud/cloud.cfg.d/99_vendor.cfg <<<"$content"
        run make_here install
        assert_status 0
        assert_contains "$output" "/etc/cloud/cloud.cfg.d/99_vendor.cfg: no write_files"
        assert_contains "$output" "$WARNING"
        assert_absent "$SYSTEM$LIST"
        assert_absent "$SYSTEM$MODULE"
        rm "$SYSTEM/etc/cloud/cloud.cfg.d/99_vendor.cfg"
    done
    "$INSTALL" install "$SYSTEM" /usr/bin/ec2-bootstrap
    rm "$SYSTEM/etc/cloud/cloud.cfg"
    run "$INSTALL" install "$SYSTEM" /usr/bin/ec2-bootstrap
    assert_status 0
    assert_contains "$output" "no cloud_init_modules in $SYSTEM/etc/cloud"
    assert_absent "$SYSTEM$LIST"
}

@test "a file that sorts behind ours and has a list is named, until the module is in that list" {
    local later=/etc/cloud/cloud.cfg.d/zzz.cfg

    write_file "$later" <<<'"cloud_init_modules" : [bootcmd, write-files, growpart]
# no ec2-bootstrap'
    run "$INSTALL" install "$SYSTEM" /usr/bin/ec2-bootstrap
    assert_status 0
    assert_contains "$output" "$SYSTEM$later overrides $LIST"
    assert_contains "$output" "$WARNING"
    refute_contains "$(cat "$SYSTEM$LIST")" "$later"

    write_file "$later" <<<'cloud_init_modules: [bootcmd, write-files, ec2-bootstrap, growpart]'
    run "$INSTALL" install "$SYSTEM" /usr/bin/ec2-bootstrap
    assert_equal "$output" ""
    assert_equal "$(modules_in_force)" "$EXTENDED"

    write_file "$later" <<<'# cloud_init_modules: []'
    run "$INSTALL" install "$SYSTEM" /usr/bin/ec2-bootstrap
    assert_equal "$output" ""
}

@test "make uninstall takes back what make install and the preset did" {
    look before
    make_here install
    inside systemctl preset ec2-bootstrap.service
    look installed
    assert_contains "$(changes before installed)" "+ $LINK"
    make_here uninstall
    look uninstalled
    assert_equal "$(changes before uninstalled)" ""
}
