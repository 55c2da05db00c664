#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# A test is a subshell; variables are set for the helpers, and by them.
# shellcheck disable=SC2030,SC2031,SC2034
# The recipes: each is run as far as it goes without AWS.

load ../lib
load packaging

RECIPES=$REPOSITORY/images
# Of nobody; in two parts, so that no scanner of this repository takes it for real.
KEY=AKIA"QWERTY1234567890"

teardown() {
    drop_system
}

# What a builder instance has left of itself after some boots.
leave_traces() {
    write_file /etc/machine-id <<<"0123456789abcdef0123456789abcdef"
    write_file /etc/ssh/ssh_host_ed25519_key <<<"key"
    write_file /etc/ssh/ssh_host_ed25519_key.pub <<<"key"
    write_file /root/.bash_history <<<"export AWS_ACCESS_KEY_ID=$KEY"
    write_file /home/admin/.aws/credentials <<<"aws_access_key_id = $KEY"
    write_file /var/lib/cloud/data/instance-id <<<"i-0123456789abcdef0"
    write_file /var/log/cloud-init.log <<<"instance i-0123456789abcdef0"
    write_file /var/log/amazon/ssm/agent.log <<<"instance i-0123456789abcdef0"
    write_file /var/lib/amazon/ssm/i-0123456789abcdef0/state <<<"{}"
    # As journald names it once it is full; what is compressed nobody can search.
    write_file "/var/log/journal/0123456789abcdef0123456789abcdef/system@0123456789abcdef0123456789abcdef-0000000000000001-0005d1b2c3d4e5f6.journal" \
        <<<$'LPKSHHRH \x28\xb5\x2f\xfd'"$KEY"
    # Where hostnames are resource names.
    write_file /etc/hostname <<<"i-0123456789abcdef0.us-east-1.compute.internal"
    echo "10.0.0.7 i-0123456789abcdef0.us-east-1.compute.internal i-0123456789abcdef0" >>"$SYSTEM/etc/hosts"
    # Where they are the address.
    echo "127.0.1.1 ip-10-0-0-7.ec2.internal ip-10-0-0-7" >>"$SYSTEM/etc/hosts"
    write_file /home/admin/.ssh/authorized_keys <<<"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ packer_5f3e2a1b"
    write_file /home/admin/work/.psql_history <<<"select 1"
    write_file /var/lib/ecs/data/agent.db <<<"state"
    write_file /var/lib/dhcp/dhclient.eth0.leases <<<"lease { fixed-address 10.0.0.7; }"
    write_file /var/lib/systemd/random-seed <<<"seed"
    write_file /var/lib/systemd/credential.secret <<<"secret"
    write_file /var/lib/systemd/coredump/core.app <<<"$KEY"
}

# -- mmdebstrap

# make_image SUITE: an image with the hook, from a system that is there already; sets IMAGE
make_image() {
    IMAGE=$BATS_TEST_TMPDIR/image.tar
    give_settings
    mv "$SYSTEM/etc/ec2-bootstrap/config.d/50-image.json" "$BATS_TEST_TMPDIR/settings.json"
    rm -r "$SYSTEM/etc/ec2-bootstrap"
    # shellcheck disable=SC2016 # $1 is mmdebstrap's
    mmdebstrap --quiet --mode=root --variant=custom --skip=update,download,cleanup/apt \
        --setup-hook='tar --create --one-file-system --directory "'"$SYSTEM"'" . | tar --extract --directory "$1"' \
        --customize-hook="'$RECIPES/mmdebstrap-hook' '$PACKAGE' \"\$1\" '$BATS_TEST_TMPDIR/settings.json'" \
        "$1" "$IMAGE" "deb [trusted=yes] copy:$BATS_TEST_TMPDIR/ ./" 3>&-
}

prepare_image() {
    command -v mmdebstrap >/dev/null || skip "no mmdebstrap here"
    package deb
    use_system "$1"
}

@test "mmdebstrap: its hook makes an image that has the agent, enabled, and no identity" {
    local names

    prepare_image trixie
    write_file /etc/machine-id <<<"0123456789abcdef0123456789abcdef"
    make_image trixie
    names=$(tar --list --file "$IMAGE")
    for name in /usr/bin/ec2-bootstrap "$LINK" "$LIST" "$MODULE" /etc/ec2-bootstrap/config.d/50-image.json; do
        grep -qx "\.$name" <<<"$names" || { echo "not in the image: $name" >&2; return 1; }
    done
    run grep -E '^\./(tmp/.|run/ec2-bootstrap|var/lib/ec2-bootstrap)' <<<"$names"
    assert_equal "$output" ""
    run tar --extract --to-stdout --file "$IMAGE" ./etc/machine-id
    [[ $output == "" || $output == uninitialized ]]
}

@test "mmdebstrap: no image is made of a tree with a secret in it" {
    prepare_image bookworm
    write_file /root/.bash_history <<<"export AWS_ACCESS_KEY_ID=$KEY"
    run make_image bookworm
    assert_contains "$output" "/root/.bash_history"
    refute_contains "$output" "$KEY"
    ((status != 0))
    assert_absent "$IMAGE"
}

# -- an instance that becomes an AMI

@test "seal-builder: clears what an instance has left of itself" {
    package deb
    use_system trixie
    install_deb "$PACKAGE"
    give_settings
    write_file /etc/hosts <<<"127.0.0.1 localhost"
    look before
    inside ec2-bootstrap run --quiet
    leave_traces
    run inside ec2-bootstrap seal --root / --dry-run
    assert_status 1
    cp "$RECIPES/seal-builder" "$SYSTEM/tmp"
    run inside sh /tmp/seal-builder
    assert_status 0
    assert_contains "$output" "sealed: nothing is left"
    assert_equal "$(cat "$SYSTEM/etc/machine-id")" ""
    run grep -rlE "$KEY|i-0123456789abcdef0|proxy.corp" "$SYSTEM"/{etc,root,home,var/lib,var/log}
    assert_equal "$output" "$SYSTEM/etc/ec2-bootstrap/config.d/50-image.json"
    # What has never run has the same: its logs are empty, its keys come at the first boot.
    look sealed
    assert_equal "$(changes before sealed | grep -vE '^. /(home|var/lib/(cloud|amazon|dhcp|ecs|systemd)|etc/(ssh|machine-id|hostname))')" ""
}

@test "seal-builder: follows no link of another user" {
    use_system trixie
    printf '#!/bin/sh\n' | write_file /usr/bin/ec2-bootstrap
    chmod 0755 "$SYSTEM/usr/bin/ec2-bootstrap"
    # What can belong to others, and links in there to what does not.
    for name in logs fish; do
        write_file "/srv/target-$name/share/fish/fish_history" <<<"root's"
    done
    mkdir -p "$SYSTEM/opt/aws/amazon-cloudwatch-agent" "$SYSTEM/home/admin" "$SYSTEM/var/log/of-others" \
        "$SYSTEM/opt/codedeploy-agent" "$SYSTEM/srv/target-logs/deployment-logs"
    write_file /srv/target-logs/deployment-logs/a.log <<<"root's"
    ln -s /srv/target-logs "$SYSTEM/opt/codedeploy-agent/deployment-root"
    write_file /var/lib/amazon/ssm/i-0123456789abcdef0/state <<<"{}"
    ln -s /srv/target-logs "$SYSTEM/opt/aws/amazon-cloudwatch-agent/logs"
    ln -s /srv/target-fish "$SYSTEM/home/admin/.local"
    ln -s /srv/target-logs "$SYSTEM/var/log/of-others/link"
    write_file /var/log/of-others/deep/a.log <<<"a line"
    write_file /var/log/of-root.log <<<"a line"
    write_file /var/log/shared/b.log <<<"a line"
    chown -R 1000 "$SYSTEM/opt/aws/amazon-cloudwatch-agent" "$SYSTEM/home/admin" "$SYSTEM/var/log/of-others"
    chmod 0775 "$SYSTEM/var/log/shared"
    cp "$RECIPES/seal-builder" "$SYSTEM/tmp"
    # Whom a truncate(1) would serve that follows links: it gets no path in a directory of others.
    printf '#!/bin/sh\nprintf "%%s\\n" "$@" >>/truncated\nexec truncate.real "$@"\n' >"$SYSTEM/tmp/truncate"
    mv "$SYSTEM/usr/bin/truncate" "$SYSTEM/usr/bin/truncate.real"
    install -m 0755 "$SYSTEM/tmp/truncate" "$SYSTEM/usr/bin/truncate"
    run inside sh /tmp/seal-builder
    assert_status 0
    for name in logs fish; do
        assert_equal "$(<"$SYSTEM/srv/target-$name/share/fish/fish_history")" "root's"
    done
    assert_equal "$(<"$SYSTEM/srv/target-logs/deployment-logs/a.log")" "root's"
    assert_absent "$SYSTEM/var/lib/amazon/ssm/i-0123456789abcdef0"
    assert_absent "$SYSTEM/var/log/of-others/deep/a.log"
    assert_absent "$SYSTEM/var/log/shared/b.log"
    assert_equal "$(stat -c %s "$SYSTEM/var/log/of-root.log")" 0
    assert_equal "$(grep -E 'of-others|shared' "$SYSTEM/truncated")" ""
}

@test "seal-builder: nothing leads out of a /var/log that others can write, as Ubuntu's" {
    use_system trixie
    printf '#!/bin/sh\n' | write_file /usr/bin/ec2-bootstrap
    chmod 0755 "$SYSTEM/usr/bin/ec2-bootstrap"
    local names=(a.log system@0123456789abcdef0123456789abcdef-0000000000000001-0005d1b2c3d4e5f6.journal)
    for name in "${names[@]}"; do
        write_file "/srv/target/$name" <<<"root's"
    done
    write_file /var/log/b.log <<<"a line"
    write_file /var/log/deep/c.log <<<"a line"
    rm -rf "$SYSTEM/var/log/journal"
    ln -s /srv/target "$SYSTEM/var/log/journal"
    ln -s /srv/target "$SYSTEM/var/log/directory"
    ln -s /srv/target/a.log "$SYSTEM/var/log/file"
    chmod 0775 "$SYSTEM/var/log"
    chgrp adm "$SYSTEM/var/log"
    cp "$RECIPES/seal-builder" "$SYSTEM/tmp"
    run inside sh /tmp/seal-builder
    assert_status 0
    for name in "${names[@]}"; do
        assert_equal "$(<"$SYSTEM/srv/target/$name")" "root's"
    done
    assert_absent "$SYSTEM/var/log/b.log"
    assert_absent "$SYSTEM/var/log/deep/c.log"
}

@test "recipes: no name in a directory of all users is known before" {
    run grep -rnE '(^|[^[:alnum:]_])/(var/)?tmp(/|[^[:alnum:]_]|$)' "$RECIPES" "$REPOSITORY"/{cloud-init,packaging}
    assert_equal "$output" ""
}

@test "seal-builder: a cloud-init before 22.3, and neither cloud-init nor journalctl" {
    package deb
    use_system trixie
    install_deb "$PACKAGE"
    cp "$RECIPES/seal-builder" "$SYSTEM/tmp"
    leave_traces
    mv "$SYSTEM/usr/bin/cloud-init" "$SYSTEM/usr/bin/cloud-init.real"
    cat >"$SYSTEM/usr/bin/cloud-init" <<'END'
#!/bin/sh
case " $* " in *" --machine-id "*) echo "unrecognized arguments: --machine-id" >&2; exit 2 ;; esac
exec cloud-init.real "$@"
END
    chmod 0755 "$SYSTEM/usr/bin/cloud-init"
    run inside sh /tmp/seal-builder
    assert_status 0
    assert_equal "$(cat "$SYSTEM/etc/machine-id")" ""

    rm "$SYSTEM"/usr/bin/{cloud-init,journalctl}
    rm -r "$SYSTEM/var/log/journal"
    run inside sh /tmp/seal-builder
    assert_status 0
}

@test "seal-builder: fails when a secret stands where it clears nothing" {
    package deb
    use_system trixie
    install_deb "$PACKAGE"
    leave_traces
    write_file /etc/default/backup <<<"KEY=$KEY"
    cp "$RECIPES/seal-builder" "$SYSTEM/tmp"
    run inside sh /tmp/seal-builder
    assert_status 1
    assert_contains "$output" /etc/default/backup
    refute_contains "$output" "$KEY"
}

# -- Packer

@test "packer: the template is formatted and valid" {
    local folder=$BATS_TEST_TMPDIR/recipes/packer

    command -v packer >/dev/null || skip "no packer here"
    packer fmt -check "$RECIPES/packer"
    mkdir -p "$folder"
    cp "$RECIPES/seal-builder" "$BATS_TEST_TMPDIR/recipes"
    cp "$RECIPES/packer/ec2-bootstrap.pkr.hcl" "$folder"
    echo '{}' >"$BATS_TEST_TMPDIR/file"
    # Later ones need a plugin, which is a download of its own.
    packer --version | grep -qE '^1\.[0-6]\.' || skip "packer $(packer --version) needs its plugin to validate"
    export CHECKPOINT_DISABLE=1 HOME=$BATS_TEST_TMPDIR AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x
    packer validate -var "package=$BATS_TEST_TMPDIR/file" -var "settings=$BATS_TEST_TMPDIR/file" "$folder"
    # It does look.
    sed -i 's/source_ami_filter/source_ami_fliter/' "$folder/ec2-bootstrap.pkr.hcl"
    run packer validate -var "package=$BATS_TEST_TMPDIR/file" -var "settings=$BATS_TEST_TMPDIR/file" "$folder"
    assert_status 1
}

# -- EC2 Image Builder

# step NAME: runs a step's commands in SYSTEM
step() {
    "$TESTS/packaging/component" "$RECIPES/image-builder.yaml" "$1" >"$SYSTEM/tmp/step"
    inside bash /tmp/step
}

@test "image builder: the component has what its guide documents, and nothing else" {
    run "$TESTS/packaging/component" "$RECIPES/image-builder.yaml"
    assert_equal "$output" ""
    assert_status 0
    sed 's/onFailure: Abort/onFailure: Halt/; s/timeoutSeconds: 900/timeout: 900/' \
        "$RECIPES/image-builder.yaml" >"$BATS_TEST_TMPDIR/wrong.yaml"
    run "$TESTS/packaging/component" "$BATS_TEST_TMPDIR/wrong.yaml"
    assert_contains "$output" "build/Install: unknown timeout"
    assert_contains "$output" "build/Download: onFailure is Halt"
    assert_status 1
}

@test "image builder: its steps install, check and seal; a secret stops the build, an id does not" {
    package deb
    use_system bookworm
    rm -f "$SYSTEM"/etc/apt/sources.list "$SYSTEM"/etc/apt/sources.list.d/*
    cp "$PACKAGE" "$SYSTEM/root/ec2-bootstrap.package"
    echo '{ "credentials": "off" }' >"$SYSTEM/root/ec2-bootstrap.json"
    step Install
    assert_equal "$(ls "$SYSTEM/root")" ""
    [[ -e $SYSTEM/etc/ec2-bootstrap/config.d/50-image.json ]]
    step Check
    rm "$SYSTEM$LINK"
    run step Check
    ((status != 0))

    write_file /var/log/amazon/ssm/agent.log <<<"instance i-0123456789abcdef0"
    run inside ec2-bootstrap seal --root /
    assert_status 1
    step Seal
    write_file /root/.bash_history <<<"export AWS_ACCESS_KEY_ID=$KEY"
    run step Seal
    assert_status 1
    assert_contains "$output" "/root/.bash_history"
    refute_contains "$output" "$KEY"
    # A login that only a file has which this takes out.
    write_file /run/ec2-bootstrap/proxy.env <<<"https_proxy=http://svc-of-a:s3cretOfA1@proxy.corp.example:3128"
    write_file /root/.bash_history <<<"curl -U svc-of-a:s3cretOfA1 https://www.example.com/"
    run step Seal
    assert_status 1
    rm "$SYSTEM/root/.bash_history"

    write_file /etc/ec2-bootstrap/config.json <<<"no JSON"
    run step Seal
    assert_contains "$output" config.json
    ((status != 0))
}

# -- launch template

@test "launch template: its data are what the API takes, and its user-data are the file's" {
    "$RECIPES/launch-template" "$REPOSITORY/cloud-init/user-data.yaml" ami-0123456789abcdef0 web \
        >"$BATS_TEST_TMPDIR/data.json"
    python3 -c 'import base64, json, sys
sys.stdout.buffer.write(base64.b64decode(json.load(open(sys.argv[1]))["UserData"], validate=True))' \
        "$BATS_TEST_TMPDIR/data.json" >"$BATS_TEST_TMPDIR/user-data"
    assert_file_equal "$BATS_TEST_TMPDIR/user-data" "$REPOSITORY/cloud-init/user-data.yaml"

    run "$RECIPES/launch-template" /nonexistent ami-0123456789abcdef0 web
    assert_status 1
    command -v aws >/dev/null || skip "no aws here: the API's fields are not checked"
    export HOME=$BATS_TEST_TMPDIR AWS_EC2_METADATA_DISABLED=true
    aws_checks <"$BATS_TEST_TMPDIR/data.json"
    run aws_checks <<<'{ "UserDatum": "" }'
    assert_contains "$output" UserDatum
    ((status != 0))
}

# Checks a request against the API's model, and sends nothing.
aws_checks() {
    aws ec2 create-launch-template --region us-east-1 --launch-template-name web \
        --launch-template-data "$(cat)" --generate-cli-skeleton output
}
