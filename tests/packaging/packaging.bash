# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Variables are for the tests.
# shellcheck disable=SC2034
# Debian systems to install packages in, each in a copy that vanishes with its test:
#
#   package KIND, use_system SUITE, drop_system (in teardown), inside COMMAND...
#   look NAME, changes BEFORE AFTER, write_file PATH, give_settings, make_dropin_directories

PACKAGING=$BUILD/packaging

MODULE=/usr/lib/python3/dist-packages/cc_ec2_bootstrap.py
LIST=/etc/cloud/cloud.cfg.d/zz_ec2-bootstrap.cfg
LINK=/etc/systemd/system/multi-user.target.wants/ec2-bootstrap.service
EARLY_LINK=/etc/systemd/system/nodeadm-config.service.wants/ec2-bootstrap-early.service

# package KIND (deb, rpm, rpm-next): sets PACKAGE, its path. The test is skipped where it could not be built.
package() {
    local found=("$PACKAGING/$1"/*."${1%%-*}")

    [[ -e ${found[0]} ]] || skip "no package $1: tests/packaging/prepare says why"
    PACKAGE=${found[0]}
}

# use_system SUITE: sets SYSTEM, a copy of that tree as it is in an image build: nothing is booted in it.
# What starts a unit all the same is noted in $SYSTEM/started and not done.
use_system() {
    local tree=$PACKAGING/trees/$1 scratch=$BATS_TEST_TMPDIR/system

    # A user who is root in here only can make no devices.
    [[ $(awk '$1 == 0 { print $2 }' /proc/self/uid_map) == 0 ]] || skip "not root: no system to install in"
    [[ -d $tree ]] || skip "no tree of $1: tests/packaging/prepare says why"
    SYSTEM=$scratch/merged
    mkdir -p "$scratch/upper" "$scratch/work" "$SYSTEM"
    mount -t overlay overlay -o "lowerdir=$(readlink -f "$tree"),upperdir=$scratch/upper,workdir=$scratch/work" \
        "$SYSTEM" 2>/dev/null || skip "no overlayfs here"
    mount -t proc proc "$SYSTEM/proc"
    mount -t tmpfs tmpfs "$SYSTEM/run"
    mount -t tmpfs tmpfs "$SYSTEM/tmp"
    mount -t tmpfs tmpfs "$SYSTEM/dev"
    mknod -m 666 "$SYSTEM/dev/null" c 1 3
    mknod -m 666 "$SYSTEM/dev/urandom" c 1 9
    note_starts systemctl
    note_starts deb-systemd-invoke
    : >"$SYSTEM/started"
}

drop_system() {
    [[ -z ${SYSTEM-} ]] || umount --recursive "$SYSTEM" 2>/dev/null || true
}

# As if it ran on a machine: the scripts look for this folder, and so does systemctl, which must not look
# for a service manager all the same.
note_starts() {
    mkdir -p "$SYSTEM/run/systemd/system"
    mv "$SYSTEM/usr/bin/$1" "$SYSTEM/usr/bin/$1.real"
    cat >"$SYSTEM/usr/bin/$1" <<END
#!/bin/sh
case " \$* " in *" preset "* | *" is-enabled "*) exec $1.real --root=/ "\$@" ;; esac
echo "$1 \$*" >>/started
END
    chmod 0755 "$SYSTEM/usr/bin/$1"
}

inside() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive \
        chroot "$SYSTEM" "$@" 3>&-
}

# install_deb FILE...
install_deb() {
    cp "$1" "$SYSTEM/tmp/package.deb"
    inside dpkg --install /tmp/package.deb
}

# look NAME: keeps the state of the whole system but for what every installation of a package changes: a
# line per file with its type, mode, owner, and contents or target.
look() {
    (
        cd "$SYSTEM" || exit
        find . -xdev \( -path ./var/lib/dpkg -o -path ./var/lib/rpm -o -path ./var/log -o -path ./var/cache \
            -o -path ./started \) -prune -o -type f -exec stat -c '%n|%A|%U|%G' {} + | sort >"$BATS_TEST_TMPDIR/modes"
        cut -d '|' -f 1 "$BATS_TEST_TMPDIR/modes" | tr '\n' '\0' | xargs -0 sha256sum | cut -c 1-64 |
            paste -d '|' "$BATS_TEST_TMPDIR/modes" -
        find . -xdev \( -path ./var/lib/dpkg -o -path ./var/lib/rpm -o -path ./var/log -o -path ./var/cache \) -prune -o \
            ! -type f -printf '%p|%M|%u|%g|%l\n' | sort
    ) >"$BATS_TEST_TMPDIR/$1.look"
}

# changes BEFORE AFTER: "+ PATH" came, "- PATH" went, "! PATH" is another
changes() {
    awk -F '|' '
        { path = substr($1, 2) }
        NR == FNR { before[path] = $0; next }
        !(path in before) { print "+ " path; next }
        before[path] != $0 { print "! " path }
        { delete before[path] }
        END { for (path in before) print "- " path }' \
        "$BATS_TEST_TMPDIR/$1.look" "$BATS_TEST_TMPDIR/$2.look" | LC_ALL=C sort
}

write_file() {
    mkdir -p "$(dirname "$SYSTEM$1")"
    cat >"$SYSTEM$1"
}

# As the unit does it before each run of the agent.
make_dropin_directories() {
    local words

    words=$(sed -n '/^ExecStartPre=/,/[^\\]$/p' "$SYSTEM/usr/lib/systemd/system/ec2-bootstrap.service" |
        tr -d '\\\n' | sed 's/^ExecStartPre=+-//')
    [[ $words == *"/bin/mkdir -p -m 0755 "*docker.service.d* ]] || return 1
    # shellcheck disable=SC2086 # words
    inside $words
}

# Settings of an image, and what stood in a file that they change.
give_settings() {
    write_file /etc/ec2-bootstrap/config.d/50-image.json <<'END'
{ "proxy": { "http": "http://proxy.corp.example:3128", "https": "http://proxy.corp.example:3128" },
  "no_proxy": { "vpc": false }, "credentials": "off" }
END
    printf 'LANG=C.UTF-8\nhttp_proxy=http://old.corp.example:8080\n' >"$SYSTEM/etc/environment"
}
