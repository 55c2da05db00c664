#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# The Debian package, in systems that know nothing of it before: after each step the whole system is
# compared, file by file, with what it was.

load ../lib
load packaging

setup() {
    package deb
}

teardown() {
    drop_system
}

# What comes with the package, and what its scripts add.
INSTALLED="+ /etc/cloud/cloud.cfg.d/zz_ec2-bootstrap.cfg
+ /etc/systemd/system/multi-user.target.wants/ec2-bootstrap.service
+ /etc/systemd/system/nodeadm-config.service.wants
+ /etc/systemd/system/nodeadm-config.service.wants/ec2-bootstrap-early.service
+ /usr/bin/ec2-bootstrap
+ /usr/lib/python3/dist-packages/cc_ec2_bootstrap.py
+ /usr/lib/systemd/system-preset/80-ec2-bootstrap.preset
+ /usr/lib/systemd/system/ec2-bootstrap-early.service
+ /usr/lib/systemd/system/ec2-bootstrap-early.service.d
+ /usr/lib/systemd/system/ec2-bootstrap-early.service.d/50-ec2-bootstrap-login.conf
+ /usr/lib/systemd/system/ec2-bootstrap-fetch.service
+ /usr/lib/systemd/system/ec2-bootstrap-trust.service
+ /usr/lib/systemd/system/ec2-bootstrap.service
+ /usr/lib/systemd/system/ec2-bootstrap.service.d
+ /usr/lib/systemd/system/ec2-bootstrap.service.d/50-ec2-bootstrap-login.conf
+ /usr/lib/systemd/system/ec2bootstrap.slice
+ /usr/lib/systemd/system/service.d
+ /usr/lib/systemd/system/service.d/50-ec2-bootstrap-login.conf
+ /usr/libexec/ec2-bootstrap
+ /usr/libexec/ec2-bootstrap/after-run
+ /usr/share/bash-completion/completions/ec2-bootstrap
+ /usr/share/doc/ec2-bootstrap
+ /usr/share/doc/ec2-bootstrap/README.md.gz
+ /usr/share/doc/ec2-bootstrap/changelog.gz
+ /usr/share/doc/ec2-bootstrap/copyright
+ /usr/share/ec2-bootstrap
+ /usr/share/ec2-bootstrap/cloud-init
+ /usr/share/ec2-bootstrap/cloud-init/cc_ec2_bootstrap.py
+ /usr/share/ec2-bootstrap/cloud-init/install
+ /usr/share/ec2-bootstrap/cloud-init/module_list.py
+ /usr/share/fish/vendor_completions.d
+ /usr/share/fish/vendor_completions.d/ec2-bootstrap.fish
+ /usr/share/lintian/overrides/ec2-bootstrap
+ /usr/share/man/man5/ec2-bootstrap.json.5.gz
+ /usr/share/man/man7/ec2-bootstrap-no-proxy.7.gz
+ /usr/share/man/man8/ec2-bootstrap-doctor.8.gz
+ /usr/share/man/man8/ec2-bootstrap-fetch.8.gz
+ /usr/share/man/man8/ec2-bootstrap-seal.8.gz
+ /usr/share/man/man8/ec2-bootstrap.8.gz
+ /usr/share/zsh/vendor-completions/_ec2-bootstrap
+ /var/lib/systemd/deb-systemd-helper-enabled/ec2-bootstrap.service.dsh-also
+ /var/lib/systemd/deb-systemd-helper-enabled/multi-user.target.wants/ec2-bootstrap.service
+ /var/lib/systemd/deb-systemd-helper-enabled/nodeadm-config.service.wants
+ /var/lib/systemd/deb-systemd-helper-enabled/nodeadm-config.service.wants/ec2-bootstrap-early.service"

# What Debian keeps of a package that is removed and not purged: its configuration.
REMAINS="+ /etc/systemd/system/multi-user.target.wants/ec2-bootstrap.service
+ /etc/systemd/system/nodeadm-config.service.wants
+ /etc/systemd/system/nodeadm-config.service.wants/ec2-bootstrap-early.service
+ /var/lib/systemd/deb-systemd-helper-enabled/ec2-bootstrap.service.dsh-also
+ /var/lib/systemd/deb-systemd-helper-enabled/multi-user.target.wants/ec2-bootstrap.service
+ /var/lib/systemd/deb-systemd-helper-enabled/nodeadm-config.service.wants
+ /var/lib/systemd/deb-systemd-helper-enabled/nodeadm-config.service.wants/ec2-bootstrap-early.service"

# Folders that a tree may have or lack already.
but_shared_folders() {
    grep -vxE '[+-] /usr/(share/(lintian(/overrides)?|bash-completion(/completions)?|fish|man(/man[578])?|zsh(/vendor-completions)?)|lib/systemd/system-preset)|[+-] /var/lib/systemd/deb-systemd-helper-enabled(/multi-user.target.wants)?'
}

# installs_and_goes SUITE
installs_and_goes() {
    use_system "$1"
    printf 'LANG=C.UTF-8\n' >"$SYSTEM/etc/environment"
    look before
    install_deb "$PACKAGE"
    assert_equal "$(inside ec2-bootstrap --version | sed -n 1p)" "ec2-bootstrap $(dpkg-deb --field "$PACKAGE" Version)"
    look installed
    assert_equal "$(changes before installed | but_shared_folders)" "$INSTALLED"
    assert_equal "$(inside systemctl.real --root=/ is-enabled ec2-bootstrap.service)" enabled
    assert_equal "$(cat "$SYSTEM/started")" "systemctl --system daemon-reload"
    assert_equal "$(inside dpkg --audit)" ""

    inside dpkg --remove ec2-bootstrap
    look removed
    assert_equal "$(changes before removed | but_shared_folders)" "$REMAINS"

    inside dpkg --purge ec2-bootstrap
    look purged
    assert_equal "$(changes before purged | grep -v deb-systemd-helper-enabled)" ""
}

@test "bookworm: it comes enabled and starts nothing; removed and purged, all is as before" {
    installs_and_goes bookworm
}

@test "trixie: it comes enabled and starts nothing; removed and purged, all is as before" {
    installs_and_goes trixie
}

# next_version: sets NEXT, the same package with a higher version
next_version() {
    local folder=$BATS_TEST_TMPDIR/next

    dpkg-deb --raw-extract "$PACKAGE" "$folder"
    sed -i 's/^Version: .*/&.1/' "$folder/DEBIAN/control"
    echo '# of the next version' >>"$folder/usr/lib/systemd/system/ec2-bootstrap.service"
    NEXT=$BATS_TEST_TMPDIR/next.deb
    dpkg-deb --root-owner-group --build "$folder" "$NEXT"
}

# version_0_1: sets PREVIOUS, a package as it was before 0.2: with a drop-in that overrides what units say
version_0_1() {
    local folder=$BATS_TEST_TMPDIR/previous units

    dpkg-deb --raw-extract "$PACKAGE" "$folder"
    sed -i 's/^Version: .*/Version: 0.1.0/' "$folder/DEBIAN/control"
    units=$folder/usr/lib/systemd/system
    rm -r "$units"/*.service.d "$units/service.d" "$units/ec2-bootstrap-early.service"
    sed -i '/^Also=/d' "$units/ec2-bootstrap.service"
    mkdir "$units/service.d" "$units/ec2-bootstrap.service.d"
    printf '[Service]\nEnvironmentFile=-/run/ec2-bootstrap/proxy.env\n' >"$units/service.d/50-ec2-bootstrap.conf"
    echo '# nothing' >"$units/ec2-bootstrap.service.d/50-ec2-bootstrap.conf"
    PREVIOUS=$BATS_TEST_TMPDIR/previous.deb
    dpkg-deb --root-owner-group --build "$folder" "$PREVIOUS"
}

@test "an upgrade from 0.1 leaves nothing of its drop-in, and gives systemd the variables" {
    use_system bookworm
    version_0_1
    look before
    install_deb "$PREVIOUS"
    [[ -e $SYSTEM/usr/lib/systemd/system/service.d/50-ec2-bootstrap.conf ]]
    # As on a machine that runs.
    mkdir -p "$SYSTEM/run/systemd/system" "$SYSTEM/run/ec2-bootstrap"
    : >"$SYSTEM/run/ec2-bootstrap/proxy.env"
    : >"$SYSTEM/started"
    install_deb "$PACKAGE"
    rm -r "$SYSTEM/run/systemd/system" "$SYSTEM/run/ec2-bootstrap"
    assert_contains "$(cat "$SYSTEM/started")" "systemctl --system --no-block restart ec2-bootstrap.service"
    look upgraded
    assert_equal "$(changes before upgraded | but_shared_folders)" "$INSTALLED"
    assert_equal "$(inside systemctl.real --root=/ is-enabled ec2-bootstrap-early.service)" enabled
}

# upgrades_as_it_ran SUITE: with the files that the agent wrote, and settings
upgrades_as_it_ran() {
    use_system "$1"
    next_version
    install_deb "$PACKAGE"
    give_settings
    look before
    inside ec2-bootstrap run --quiet
    look ran
    [[ "$(changes before ran)" == *'! /etc/environment'* ]]
    : >"$SYSTEM/started"
    install_deb "$NEXT"
    look upgraded
    assert_equal "$(changes ran upgraded)" "! /usr/lib/systemd/system/ec2-bootstrap.service"
    assert_equal "$(cat "$SYSTEM/started")" "systemctl --system daemon-reload"
    assert_equal "$(inside systemctl.real --root=/ is-enabled ec2-bootstrap.service)" enabled
}

@test "bookworm: an upgrade changes nothing of what the agent wrote, and starts nothing" {
    upgrades_as_it_ran bookworm
}

@test "trixie: an upgrade changes nothing of what the agent wrote, and starts nothing" {
    upgrades_as_it_ran trixie
}

@test "removing takes back what the agent wrote; purging takes the settings and the state" {
    use_system bookworm
    printf 'LANG=C.UTF-8\nhttp_proxy=http://old.corp.example:8080\n' >"$SYSTEM/etc/environment"
    look before
    install_deb "$PACKAGE"
    give_settings
    make_dropin_directories
    inside ec2-bootstrap run --quiet
    grep -q proxy.corp.example "$SYSTEM/etc/environment"
    grep -q proxy.corp.example "$SYSTEM/run/ec2-bootstrap/proxy.env"
    inside dpkg --remove ec2-bootstrap
    look removed
    assert_equal "$(changes before removed | but_shared_folders)" "$(LC_ALL=C sort <<<"+ /etc/ec2-bootstrap
+ /etc/ec2-bootstrap/config.d
+ /etc/ec2-bootstrap/config.d/50-image.json
$REMAINS")"
    assert_absent "$SYSTEM/run/ec2-bootstrap/proxy.env"
    assert_contains "$(cat "$SYSTEM/started")" "deb-systemd-invoke stop ec2-bootstrap.service"

    mkdir -p "$SYSTEM/var/lib/ec2-bootstrap" # whatever is left of it
    inside dpkg --purge ec2-bootstrap
    look purged
    assert_equal "$(changes before purged | grep -v deb-systemd-helper-enabled)" ""
    assert_absent "$SYSTEM/run/ec2-bootstrap"
}

@test "while a file cannot be taken back, the package stays" {
    use_system bookworm
    install_deb "$PACKAGE"
    give_settings
    inside ec2-bootstrap run --quiet
    chattr +i "$SYSTEM/etc/environment" 2>/dev/null || {
        mount --bind "$SYSTEM/etc/environment" "$SYSTEM/etc/environment"
        mount -o remount,ro,bind "$SYSTEM/etc/environment"
    }
    run inside dpkg --remove ec2-bootstrap
    chattr -i "$SYSTEM/etc/environment" 2>/dev/null || umount "$SYSTEM/etc/environment"
    assert_status 1
    assert_contains "$output" /etc/environment
    # shellcheck disable=SC2016 # dpkg's
    assert_equal "$(inside dpkg-query --show --showformat '${db:Status-Status}' ec2-bootstrap)" installed
    assert_equal "$(inside systemctl.real --root=/ is-enabled ec2-bootstrap.service)" enabled
    [[ -e $SYSTEM$LIST ]]
    inside dpkg --remove ec2-bootstrap
}

@test "who does not want the unit keeps it off: by a preset of his own, or by disabling it" {
    use_system bookworm
    next_version
    write_file /etc/systemd/system-preset/10-local.preset <<<"disable ec2-bootstrap.service"
    install_deb "$PACKAGE"
    run inside systemctl.real --root=/ is-enabled ec2-bootstrap.service
    assert_equal "$output" disabled
    rm "$SYSTEM/etc/systemd/system-preset/10-local.preset"
    install_deb "$NEXT"
    assert_absent "$SYSTEM$LINK"

    inside dpkg --purge ec2-bootstrap
    install_deb "$PACKAGE"
    rm "$SYSTEM$LINK" # what systemctl disable does
    install_deb "$NEXT"
    assert_absent "$SYSTEM$LINK"
}

@test "the module follows cloud-init: another list, none at all, one that is not understood" {
    use_system bookworm
    install_deb "$PACKAGE"
    assert_contains "$(cat "$SYSTEM$LIST")" "- ec2-bootstrap"
    sed -i 's/^cloud_init_modules:/&\n - brand-new/' "$SYSTEM/etc/cloud/cloud.cfg"
    inside dpkg-trigger --by-package=cloud-init /etc/cloud/cloud.cfg
    inside dpkg --triggers-only ec2-bootstrap
    assert_contains "$(cat "$SYSTEM$LIST")" "- brand-new"

    sed -i '/- write[-_]files/d' "$SYSTEM/etc/cloud/cloud.cfg"
    inside dpkg-trigger --by-package=cloud-init /etc/cloud/cloud.cfg
    run inside dpkg --triggers-only ec2-bootstrap
    assert_status 0
    assert_contains "$output" "do not see the proxy"
    assert_absent "$SYSTEM$LIST"

    inside dpkg --purge cloud-init
    assert_absent "$SYSTEM$LIST"
    assert_absent "$SYSTEM$MODULE"
    assert_absent "$SYSTEM/etc/cloud"
}

@test "lintian finds nothing that has no reason" {
    command -v lintian >/dev/null || skip "no lintian here"
    run lintian --allow-root --fail-on error,warning "$PACKAGING"/deb/*.changes
    assert_equal "$output" ""
    assert_status 0
}
