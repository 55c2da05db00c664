/* SPDX-License-Identifier: MIT */
/* agent/seal/places.c: whose files those are, and what clears them. */

#include "seal/places.h"

#include "check.h"

enum {
    LOG = TRACE_IN_LOG | TRACE_IN_COMPRESSED,
    CLOUD_INIT = TRACE_IN_CLOUD_INIT | TRACE_IN_COMPRESSED,
    HOME = TRACE_IN_HOME | TRACE_IN_COMPRESSED,
    DATA = TRACE_IN_DATA | TRACE_IN_COMPRESSED,
};

static const struct {
    const char *path;
    unsigned int where;
    const char *owner;
    const char *clear, *clear_image;
} place_rows[] = {
    { "/etc/fstab", TRACE_IN_ETC, "configuration", "edit /etc/fstab", "edit /mnt/etc/fstab" },
    { "/etc/ec2-bootstrap/config.d/a b.json", TRACE_IN_SETTINGS, "ec2-bootstrap's settings",
        "edit '/etc/ec2-bootstrap/config.d/a b.json'",
        "edit '/mnt/etc/ec2-bootstrap/config.d/a b.json'" },
    { "/usr/lib/ec2-bootstrap/config.json", TRACE_IN_SETTINGS, "ec2-bootstrap's settings",
        "edit /usr/lib/ec2-bootstrap/config.json", "edit /mnt/usr/lib/ec2-bootstrap/config.json" },
    { "/usr/lib/other", TRACE_IN_PROGRAMS, "programs", "edit /usr/lib/other",
        "edit /mnt/usr/lib/other" },
    { "/etc/machine-id", TRACE_IN_ETC, "machine id", "truncate --size 0 /etc/machine-id",
        "truncate --size 0 /mnt/etc/machine-id" },
    { "/var/lib/dbus/machine-id", TRACE_IN_ETC, "D-Bus", "rm /var/lib/dbus/machine-id",
        "rm /mnt/var/lib/dbus/machine-id" },
    { "/etc/ssh/ssh_host_rsa_key", TRACE_IN_PROGRAMS, "ssh host keys",
        "rm /etc/ssh/ssh_host_rsa_key /etc/ssh/ssh_host_rsa_key.pub",
        "rm /mnt/etc/ssh/ssh_host_rsa_key /mnt/etc/ssh/ssh_host_rsa_key.pub" },
    { "/etc/ssh/ssh_host_rsa_key.pub", TRACE_IN_ETC, "configuration",
        "edit /etc/ssh/ssh_host_rsa_key.pub", "edit /mnt/etc/ssh/ssh_host_rsa_key.pub" },
    { "/var/lib/cloud/data/instance-id", CLOUD_INIT, "cloud-init",
        "cloud-init clean --logs --machine-id",
        "chroot /mnt cloud-init clean --logs --machine-id" },
    { "/var/log/cloud-init-output.log", CLOUD_INIT, "cloud-init",
        "cloud-init clean --logs --machine-id",
        "chroot /mnt cloud-init clean --logs --machine-id" },
    { "/run/cloud-init/instance-data.json", TRACE_IN_RUN, "this boot",
        "rm -r /run/cloud-init/instance-data.json",
        "rm -r /mnt/run/cloud-init/instance-data.json" },
    { "/run/a\nb!", TRACE_IN_RUN, "this boot", "rm -r \"$(printf '/run/a\\012b\\041')\"",
        "rm -r \"$(printf '/mnt/run/a\\012b\\041')\"" },
    { "/run/a\n", TRACE_IN_RUN, "this boot", "rm -r FILE", "rm -r FILE" },
    { "/run/***", TRACE_IN_RUN, "this boot", "rm -r FILE", "rm -r FILE" },
    { "/var/log/journal/x/system.journal", TRACE_IN_JOURNAL, "journal",
        "journalctl --rotate --vacuum-time=1s", "rm /mnt/var/log/journal/x/system.journal" },
    { "/var/log/syslog", LOG, "logs", "truncate --size 0 /var/log/syslog",
        "truncate --size 0 /mnt/var/log/syslog" },
    { "/root/.bash_history", TRACE_IN_HOME, "shell history", "rm /root/.bash_history",
        "rm /mnt/root/.bash_history" },
    { "/home/bob/.python_history", TRACE_IN_HOME, "shell history", "rm /home/bob/.python_history",
        "rm /mnt/home/bob/.python_history" },
    { "/root/.zhistory", TRACE_IN_HOME, "shell history", "rm /root/.zhistory",
        "rm /mnt/root/.zhistory" },
    { "/root/.histfile", TRACE_IN_HOME, "shell history", "rm /root/.histfile",
        "rm /mnt/root/.histfile" },
    { "/root/.history", TRACE_IN_HOME, "shell history", "rm /root/.history",
        "rm /mnt/root/.history" },
    { "/home/bob/.lesshst", TRACE_IN_HOME, "shell history", "rm /home/bob/.lesshst",
        "rm /mnt/home/bob/.lesshst" },
    { "/home/bob/.viminfo", TRACE_IN_HOME, "shell history", "rm /home/bob/.viminfo",
        "rm /mnt/home/bob/.viminfo" },
    { "/home/bob/.local/share/fish/fish_history", TRACE_IN_HOME, "shell history",
        "rm /home/bob/.local/share/fish/fish_history",
        "rm /mnt/home/bob/.local/share/fish/fish_history" },
    { "/root/.aws/sso/cache/x.json", TRACE_IN_HOME, "AWS CLI", "rm /root/.aws/sso/cache/x.json",
        "rm /mnt/root/.aws/sso/cache/x.json" },
    { "/home/bob", HOME, "homes", "edit /home/bob", "edit /mnt/home/bob" },
    { "/home/bob/.local/share", HOME, "homes", "edit /home/bob/.local/share",
        "edit /mnt/home/bob/.local/share" },
    { "/home/bob/work/.bash_history", TRACE_IN_HOME, "shell history",
        "rm /home/bob/work/.bash_history", "rm /mnt/home/bob/work/.bash_history" },
    { "/home/bob/work", HOME, "homes", "edit /home/bob/work", "edit /mnt/home/bob/work" },
    { "/home/bob/.ssh/authorized_keys", TRACE_IN_HOME | TRACE_IN_KEYS, "ssh keys",
        "edit /home/bob/.ssh/authorized_keys", "edit /mnt/home/bob/.ssh/authorized_keys" },
    { "/opt/.bash_history", TRACE_IN_HOME, "shell history", "rm /opt/.bash_history",
        "rm /mnt/opt/.bash_history" },
    { "/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml", TRACE_IN_ETC,
        "CloudWatch agent's settings",
        "edit /opt/aws/amazon-cloudwatch-agent/etc/common-config.toml",
        "edit /mnt/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml" },
    { "/opt/aws/amazon-cloudwatch-agent/logs/x", LOG, "CloudWatch agent",
        "rm -r /opt/aws/amazon-cloudwatch-agent/logs/x",
        "rm -r /mnt/opt/aws/amazon-cloudwatch-agent/logs/x" },
    { "/opt/aws/amazon-cloudwatch-agent/bin/x", TRACE_IN_PROGRAMS, "programs",
        "edit /opt/aws/amazon-cloudwatch-agent/bin/x",
        "edit /mnt/opt/aws/amazon-cloudwatch-agent/bin/x" },
    { "/opt/aws/bin", TRACE_IN_PROGRAMS, "programs", "edit /opt/aws/bin", "edit /mnt/opt/aws/bin" },
    { "/opt/codedeploy-agent/deployment-root/x", TRACE_IN_ETC, "CodeDeploy agent",
        "rm -r /opt/codedeploy-agent/deployment-root/x",
        "rm -r /mnt/opt/codedeploy-agent/deployment-root/x" },
    { "/var/lib/amazon/ssm/x", TRACE_IN_ETC, "SSM agent", "rm -r /var/lib/amazon/ssm/x",
        "rm -r /mnt/var/lib/amazon/ssm/x" },
    { "/var/lib", DATA, "other data", "edit /var/lib", "edit /mnt/var/lib" },
    { "/etcetera", DATA, "other data", "edit /etcetera", "edit /mnt/etcetera" },
    { "/tmp/x", DATA, "temporary files", "rm -r /tmp/x", "rm -r /mnt/tmp/x" },
    { "/usr/local/bin/x", DATA, "other data", "edit /usr/local/bin/x",
        "edit /mnt/usr/local/bin/x" },
    { "/var/lib/systemd/random-seed", TRACE_IN_DATA, "systemd", "rm /var/lib/systemd/random-seed",
        "rm /mnt/var/lib/systemd/random-seed" },
};

static void test_places(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(place_rows); i++) {
        const struct seal_place *place = seal_place_of(place_rows[i].path);
        check_text(place_rows[i].path, place->owner, place_rows[i].owner);
        _cleanup_buffer_ struct buffer clear = { 0 }, clear_image = { 0 };
        check_number(place_rows[i].path, place->where, place_rows[i].where);
        check_number("here", seal_place_append_remedy(place, "", place_rows[i].path, &clear), 0);
        check_number(
            "image", seal_place_append_remedy(place, "/mnt", place_rows[i].path, &clear_image), 0);
        check_text(place_rows[i].path, clear.data ? clear.data : "", place_rows[i].clear);
        check_text(place_rows[i].path, clear_image.data ? clear_image.data : "",
            place_rows[i].clear_image);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
