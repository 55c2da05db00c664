#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# The RPM package: what is in it, and its scripts, which run in a Debian system, as rpm does there what
# it does elsewhere.

load ../lib
load packaging

setup() {
    package rpm
}

teardown() {
    drop_system
}

FILES="/usr/bin/ec2-bootstrap -rwxr-xr-x
/usr/lib/systemd/system-preset/80-ec2-bootstrap.preset -rw-r--r--
/usr/lib/systemd/system/ec2-bootstrap-early.service -rw-r--r--
/usr/lib/systemd/system/ec2-bootstrap-early.service.d drwxr-xr-x
/usr/lib/systemd/system/ec2-bootstrap-early.service.d/50-ec2-bootstrap-login.conf -rw-r--r--
/usr/lib/systemd/system/ec2-bootstrap-fetch.service -rw-r--r--
/usr/lib/systemd/system/ec2-bootstrap-trust.service -rw-r--r--
/usr/lib/systemd/system/ec2-bootstrap.service -rw-r--r--
/usr/lib/systemd/system/ec2-bootstrap.service.d drwxr-xr-x
/usr/lib/systemd/system/ec2-bootstrap.service.d/50-ec2-bootstrap-login.conf -rw-r--r--
/usr/lib/systemd/system/ec2bootstrap.slice -rw-r--r--
/usr/lib/systemd/system/service.d drwxr-xr-x
/usr/lib/systemd/system/service.d/50-ec2-bootstrap-login.conf -rw-r--r--
/usr/libexec/ec2-bootstrap drwxr-xr-x
/usr/libexec/ec2-bootstrap/after-run -rwxr-xr-x
/usr/share/bash-completion drwxr-xr-x
/usr/share/bash-completion/completions drwxr-xr-x
/usr/share/bash-completion/completions/ec2-bootstrap -rw-r--r--
/usr/share/ec2-bootstrap drwxr-xr-x
/usr/share/ec2-bootstrap/cloud-init drwxr-xr-x
/usr/share/ec2-bootstrap/cloud-init/cc_ec2_bootstrap.py -rw-r--r--
/usr/share/ec2-bootstrap/cloud-init/install -rwxr-xr-x
/usr/share/ec2-bootstrap/cloud-init/module_list.py -rw-r--r--
/usr/share/fish drwxr-xr-x
/usr/share/fish/vendor_completions.d drwxr-xr-x
/usr/share/fish/vendor_completions.d/ec2-bootstrap.fish -rw-r--r--
/usr/share/man/man5/ec2-bootstrap.json.5 -rw-r--r--
/usr/share/man/man7/ec2-bootstrap-no-proxy.7 -rw-r--r--
/usr/share/man/man8/ec2-bootstrap-doctor.8 -rw-r--r--
/usr/share/man/man8/ec2-bootstrap-fetch.8 -rw-r--r--
/usr/share/man/man8/ec2-bootstrap-seal.8 -rw-r--r--
/usr/share/man/man8/ec2-bootstrap.8 -rw-r--r--
/usr/share/zsh drwxr-xr-x
/usr/share/zsh/site-functions drwxr-xr-x
/usr/share/zsh/site-functions/_ec2-bootstrap -rw-r--r--"

# Directories of several packages, which a tree may have or lack already.
but_shared_directories() {
    grep -vxE '. /usr/share/(bash-completion(/completions)?|fish|zsh(/site-functions)?)'
}

# RPMs in a system whose files are of another package manager: the dependencies cannot be known.
rpm_here() {
    rpm --root "$SYSTEM" --dbpath /var/lib/rpm --nodeps --nosignature "$@" 3>&-
}

changes_here() {
    changes "$1" "$2" | grep -vE '^. /usr/(lib/\.build-id|share/(doc|licenses))(/|$)|^. /var/lib/rpm' |
        but_shared_directories
}

installed_changes() {
    cut -d ' ' -f 1 <<<"$FILES" | sed 's/^/+ /' | but_shared_directories
    printf '+ %s\n' "$LIST" "$LINK" "${EARLY_LINK%/*}" "$EARLY_LINK" "$MODULE"
}

@test "it has these files, these needs, and the scripts of the spec" {
    assert_equal "$(rpm -qp --queryformat '[%{FILENAMES} %{FILEMODES:perms}\n]' "$PACKAGE" |
        grep -vE '^/usr/(lib/\.build-id|share/(doc|licenses)/)')" "$FILES"
    run rpm -qp --requires "$PACKAGE"
    assert_contains "$output" "libcurl.so.4()(64bit)"
    refute_contains "$output" "libcjson"
    assert_contains "$output" "libsystemd.so.0()(64bit)"
    run rpm -qp --provides "$PACKAGE"
    assert_contains "$output" "bundled(cjson) = 1."
    run rpm -qp --scripts --triggers "$PACKAGE"
    assert_contains "$output" "preset ec2-bootstrap.service"
    refute_contains "$output" "%"
    refute_contains "$output" "systemctl start"
    assert_equal "$(rpm -qp --queryformat '[%{TRIGGERNAME} %{TRIGGERTYPE}\n]' "$PACKAGE")" "cloud-init postun
cloud-init in
ec2-bootstrap postun"
}

@test "the spec names its dependencies as Fedora and Amazon Linux do" {
    assert_equal "$(rpmspec --query --buildrequires --define 'package_version 1' \
        --load "$REPOSITORY/packaging/rpm/macros.systemd" "$REPOSITORY/packaging/rpm/ec2-bootstrap.spec")" "gcc
make
pkgconfig(bzip2)
pkgconfig(libcrypto) >= 1.1.1
pkgconfig(libcurl) >= 7.66
pkgconfig(liblzma)
pkgconfig(libsystemd) >= 241
pkgconfig(libzstd)
pkgconfig(zlib)
systemd-rpm-macros"
}

@test "it comes enabled and starts nothing; an upgrade keeps all; it goes, and all is as before" {
    use_system bookworm
    printf 'LANG=C.UTF-8\nhttp_proxy=http://old.corp.example:8080\n' >"$SYSTEM/etc/environment"
    look before
    rpm_here --install "$PACKAGE"
    look installed
    assert_same_lines "$(changes_here before installed)" "$(installed_changes)"
    refute_contains "$(cat "$SYSTEM/started")" " start"

    give_settings
    inside ec2-bootstrap run --quiet
    grep -q proxy.corp.example "$SYSTEM/etc/environment"
    look ran
    package rpm-next
    rpm_here --upgrade "$PACKAGE"
    assert_equal "$(inside ec2-bootstrap --version | sed -n 1p)" "ec2-bootstrap $(rpm -qp --queryformat '%{VERSION}' "$PACKAGE")"
    look upgraded
    assert_equal "$(changes_here ran upgraded)" "! /usr/bin/ec2-bootstrap"
    refute_contains "$(cat "$SYSTEM/started")" " start"

    make_dropin_directories
    # A part of somebody's file whose name `remove` does not know any more.
    mkdir -p "$SYSTEM/var/lib/ec2-bootstrap"
    echo Acquire >"$SYSTEM/var/lib/ec2-bootstrap/etc-nobody-knows.kept"
    rpm_here --erase ec2-bootstrap
    rm -r "$SYSTEM$LINK" "$SYSTEM${EARLY_LINK%/*}" # what systemctl would have done there
    look removed
    assert_equal "$(changes_here before removed)" "+ /etc/ec2-bootstrap
+ /etc/ec2-bootstrap/config.d
+ /etc/ec2-bootstrap/config.d/50-image.json"
    assert_absent "$SYSTEM/run/ec2-bootstrap"
    assert_contains "$(cat "$SYSTEM/started")" "systemctl --no-reload disable --now ec2-bootstrap.service"
}

@test "while a file cannot be taken back, the package stays" {
    use_system bookworm
    rpm_here --install "$PACKAGE"
    give_settings
    inside ec2-bootstrap run --quiet
    mount --bind "$SYSTEM/etc/environment" "$SYSTEM/etc/environment"
    mount -o remount,ro,bind "$SYSTEM/etc/environment"
    run rpm_here --erase ec2-bootstrap
    umount "$SYSTEM/etc/environment"
    assert_status 1
    assert_contains "$output" /etc/environment
    [[ -x $SYSTEM/usr/bin/ec2-bootstrap && -e $SYSTEM$LIST ]]
}

@test "rpmlint finds nothing that has no reason" {
    command -v rpmlint >/dev/null || skip "no rpmlint here"
    run rpmlint --config "$REPOSITORY/packaging/rpm/rpmlint.toml" "$PACKAGE" \
        "$REPOSITORY/packaging/rpm/ec2-bootstrap.spec"
    assert_status 0
    assert_contains "$output" "1 packages and 1 specfiles checked; 0 errors, 0 warnings"
}
