#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# SELinux: which label each file must have, by Debian's build of the reference policy, whose file contexts Red Hat's
# are made from. No kernel with SELinux is here: that it enforces them is not tried.

load ../lib

setup() {
    POLICY=$BUILD/packaging/selinux
    [[ -s $POLICY/file_contexts ]] || skip "no policy: tests/packaging/prepare says why"
}

# label KIND PATH: as restorecon would set it
label() {
    "$POLICY/tree/usr/sbin/matchpathcon" -n -f "$POLICY/file_contexts" -m "$1" "$2"
}

# What the agent writes: the files of the golden trees, and its own.
written() {
    find "$TESTS/outputs/golden" -path '*/before' -prune -o -type f -path '*/plain/*' -printf '/%P\n' |
        sed -n 's|.*/plain/|/|p' | sort -u
    printf '%s\n' /run/ec2-bootstrap/services.env /var/lib/ec2-bootstrap/facts.json
    printf '/run/ec2-bootstrap-fetch/%s\n' settings.json password ca.pem
}

@test "a new file has the label of its directory, which the kernel gives it" {
    local path count=0

    while read -r path; do
        [[ $(label file "$path") == "$(label dir "${path%/*}")" ]] || {
            echo "$path: $(label file "$path"), and its directory $(label dir "${path%/*}")"
            return 1
        }
        count=$((count + 1))
    done < <(written)
    ((count >= 15))
}

@test "the directories that it makes have the label of those above" {
    local path

    for path in /etc/systemd/system/docker.service.d /etc/ecs /var/lib/ec2-bootstrap; do
        [[ $(label dir "$path") == "$(label dir "${path%/*}")" ]] || { echo "$path"; return 1; }
    done
    # /run has no context of its own: the kernel's is kept.
    assert_equal "$(label dir /run/ec2-bootstrap)" "<<none>>"
    assert_equal "$(label dir /run/ec2-bootstrap-fetch)" "<<none>>"
}

@test "what is installed can be run" {
    assert_contains "$(label file /usr/bin/ec2-bootstrap)" :bin_t:
    assert_contains "$(label file /usr/libexec/ec2-bootstrap/after-run)" :bin_t:
    assert_contains "$(label file /usr/lib/systemd/system/ec2-bootstrap.service)" :systemd_unit_t:
}

@test "a file that is replaced keeps its label" {
    local root=$BATS_TEST_TMPDIR/root

    mkdir -p "$root/etc"
    echo LANG=C >"$root/etc/environment"
    setfattr -n security.selinux -v "$(label file /etc/shadow)" "$root/etc/environment" || skip "no such attribute here"
    echo '{"proxy": {"http": "a.example:1"}, "credentials": "off", "no_proxy": {"vpc": false}}' >"$BATS_TEST_TMPDIR/config.json"
    "$BUILD/ec2-bootstrap" run --quiet --root "$root" --config "$BATS_TEST_TMPDIR/config.json"
    grep -q http_proxy= "$root/etc/environment"
    assert_contains "$(getfattr --only-values -n security.selinux "$root/etc/environment")" :shadow_t:
}
