/* SPDX-License-Identifier: MIT */
/* Files of other programs are their owner's to clear, often with a command of its own: they are
 * named, and never changed. */

#include "seal/places.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "files/paths.h"
#include "lib/array.h"
#include "lib/shell.h"

const char *seal_kind_name(enum seal_kind kind)
{
    static const char *const names[TRACE_KINDS] = {
        [TRACE_PASSWORD] = "proxy password",
        [TRACE_USER] = "proxy user name",
        [TRACE_ACCESS_KEY] = "access key id",
        [TRACE_TOKEN] = "IMDS token",
        [TRACE_INSTANCE] = "instance id",
        [TRACE_ACCOUNT] = "account id",
        [TRACE_ADDRESS] = "private address",
        [TRACE_LOGIN] = "URL with a login",
        [TRACE_PROXY_LOGIN] = "login for a proxy",
        [TRACE_SECRET_KEY] = "secret access key",
        [TRACE_SESSION_TOKEN] = "session token",
        [TRACE_API_TOKEN] = "token of a service",
        [TRACE_PRIVATE_KEY] = "private key",
        [TRACE_AUTHORIZED_KEY] = "authorized ssh key",
        [TRACE_HOST_NAME] = "host name by EC2",
        [TRACE_IDENTITY_DOCUMENT] = "instance identity document",
        [TRACE_COMPRESSED] = "compressed data, which cannot be searched",
        [TRACE_MACHINE_ID] = "machine id",
        [TRACE_HOST_KEY] = "ssh host key",
        [TRACE_HISTORY] = "history",
        [TRACE_SEED] = "random seed",
        [TRACE_CREDENTIAL_SECRET] = "secret of systemd's credentials",
        [TRACE_LEASE] = "DHCP lease",
        [TRACE_AGENT_STATE] = "state of an agent",
        [TRACE_UNREAD] = "cannot be searched",
    };
    return names[kind];
}

#define CLOUD_INIT                                                                                 \
    "cloud-init", "cloud-init clean --logs --machine-id",                                          \
        "chroot ROOT cloud-init clean --logs --machine-id"
#define JOURNAL  "journal", "journalctl --rotate --vacuum-time=1s", "rm FILE"
#define HISTORY  "shell history", "rm FILE", NULL
#define SSH_KEYS "ssh keys", NULL, NULL
#define AWS      "AWS CLI", "rm FILE", NULL
#define HOMES    "homes", NULL, NULL
#define SYSTEMD  "systemd", "rm FILE", NULL
#define DHCP     "DHCP client", "rm FILE", NULL
#define ECS      "ECS agent", "rm FILE", NULL
#define SSM      "SSM agent", "rm -r FILE", NULL
#define TEMPS    "temporary files", "rm -r FILE", NULL
#define CACHES   "caches", "rm -r FILE", NULL
#define DUMPS    "core dumps", "rm FILE", NULL
#define DATA     "other data", NULL, NULL
#define PROGRAMS "programs", NULL, NULL

/* Packed files count where people and services leave them. */
#define IN_LOG  (TRACE_IN_LOG | TRACE_IN_COMPRESSED)
#define IN_DATA (TRACE_IN_DATA | TRACE_IN_COMPRESSED)
#define IN_HOME (TRACE_IN_HOME | TRACE_IN_COMPRESSED)

/* The first that fits counts. Reports have the owners in this order, in which all their commands
 * work: without a machine id journalctl finds no journal. Not here: what setup_undo() takes out. In
 * a home a pattern begins with "~", and one that begins with "**" is for a name anywhere. */
static const struct seal_place places[] = {
    { "/var/log/journal", TRACE_IN_JOURNAL, JOURNAL, 0 },
    { "/run/log/journal", TRACE_IN_JOURNAL, JOURNAL, 0 },
    { PATH_ADMIN, TRACE_IN_SETTINGS, "ec2-bootstrap's settings", NULL, NULL, 0 },
    { PATH_VENDOR, TRACE_IN_SETTINGS, "ec2-bootstrap's settings", NULL, NULL, 0 },
    { "/etc/machine-id", TRACE_IN_ETC, "machine id", "truncate --size 0 FILE", NULL,
        TRACE_MACHINE_ID },
    { "/var/lib/dbus/machine-id", TRACE_IN_ETC, "D-Bus", "rm FILE", NULL, TRACE_MACHINE_ID },
    /* The key in it is the finding already. */
    { "/etc/ssh/ssh_host_*_key", TRACE_IN_PROGRAMS, "ssh host keys", "rm FILE FILE.pub", NULL,
        TRACE_HOST_KEY },
    { "/etc/ssh/authorized_keys*", TRACE_IN_ETC | TRACE_IN_KEYS, SSH_KEYS, 0 },
    { "/etc", TRACE_IN_ETC, "configuration", NULL, NULL, 0 },
    { "/var/lib/cloud", TRACE_IN_CLOUD_INIT | TRACE_IN_COMPRESSED, CLOUD_INIT, 0 },
    { "/var/log/cloud-init*", TRACE_IN_CLOUD_INIT | TRACE_IN_COMPRESSED, CLOUD_INIT, 0 },
    { "/var/log", IN_LOG, "logs", "truncate --size 0 FILE", NULL, 0 },
    { "/run/systemd/netif/leases/*", TRACE_IN_RUN, DHCP, TRACE_LEASE },
    { "/run", TRACE_IN_RUN, "this boot", "rm -r FILE", NULL, 0 },
    { "/var/lib/systemd/random-seed", TRACE_IN_DATA, SYSTEMD, TRACE_SEED },
    { "/var/lib/systemd/credential.secret", TRACE_IN_DATA, SYSTEMD, TRACE_CREDENTIAL_SECRET },
    { "/var/lib/systemd/coredump", IN_DATA, DUMPS, 0 },
    { "/var/lib/urandom/random-seed", TRACE_IN_DATA, SYSTEMD, TRACE_SEED },
    { "/var/lib/random-seed", TRACE_IN_DATA, SYSTEMD, TRACE_SEED },
    { "/boot/loader/random-seed", TRACE_IN_DATA, SYSTEMD, TRACE_SEED },
    { "/boot/efi/loader/random-seed", TRACE_IN_DATA, SYSTEMD, TRACE_SEED },
    { "/efi/loader/random-seed", TRACE_IN_DATA, SYSTEMD, TRACE_SEED },
    { "/var/lib/dhcp/*", TRACE_IN_DATA, DHCP, TRACE_LEASE },
    { "/var/lib/dhclient/*", TRACE_IN_DATA, DHCP, TRACE_LEASE },
    { "/var/lib/dhcpcd*/*", TRACE_IN_DATA, DHCP, TRACE_LEASE },
    { "/var/lib/NetworkManager/*lease*", TRACE_IN_DATA, DHCP, TRACE_LEASE },
    { "/var/lib/wicked/lease*", TRACE_IN_DATA, DHCP, TRACE_LEASE },
    { "/opt/aws/bin", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/opt/aws/*/bin", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/opt/aws/amazon-cloudwatch-agent/etc", TRACE_IN_ETC, "CloudWatch agent's settings", NULL,
        NULL, 0 },
    { "/opt/aws/amazon-cloudwatch-agent/logs/state/*", IN_LOG, "CloudWatch agent", "rm -r FILE",
        NULL, TRACE_AGENT_STATE },
    { "/opt/aws", IN_LOG, "CloudWatch agent", "rm -r FILE", NULL, 0 },
    { "/opt/codedeploy-agent/deployment-root/ongoing-deployment/*", TRACE_IN_ETC,
        "CodeDeploy agent", "rm -r FILE", NULL, TRACE_AGENT_STATE },
    { "/opt/codedeploy-agent/bin", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/opt/codedeploy-agent/lib", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/opt/codedeploy-agent/vendor", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/opt/codedeploy-agent", TRACE_IN_ETC, "CodeDeploy agent", "rm -r FILE", NULL, 0 },
    { "/var/lib/amazon/ssm/Vault/Store/*", TRACE_IN_ETC, SSM, TRACE_AGENT_STATE },
    { "/var/lib/amazon/ssm/runtimeconfig/*", TRACE_IN_ETC, SSM, TRACE_AGENT_STATE },
    { "/var/lib/amazon/ssm/ipc", TRACE_IN_ETC, SSM, TRACE_AGENT_STATE },
    { "/var/lib/amazon", TRACE_IN_ETC, SSM, 0 },
    { "/var/lib/ecs/data/*", TRACE_IN_ETC, ECS, TRACE_AGENT_STATE },
    { "/var/lib/ecs", TRACE_IN_ETC, ECS, 0 },
    { "~/.*hist*", TRACE_IN_HOME, HISTORY, TRACE_HISTORY }, /* .bash_history, .zhistory */
    { "~/.lesshst", TRACE_IN_HOME, HISTORY, TRACE_HISTORY },
    { "~/.viminfo", TRACE_IN_HOME, HISTORY, TRACE_HISTORY },
    { "~/.local/share/fish/fish_history", TRACE_IN_HOME, HISTORY, TRACE_HISTORY },
    { "~/.local/share/fish", TRACE_IN_HOME, HISTORY, 0 },
    { "~/.local/state/*history*", TRACE_IN_HOME, HISTORY, TRACE_HISTORY },
    { "**.bash_history", TRACE_IN_HOME, HISTORY, TRACE_HISTORY },
    { "**.zsh_history", TRACE_IN_HOME, HISTORY, TRACE_HISTORY },
    { "**.psql_history", TRACE_IN_HOME, HISTORY, TRACE_HISTORY },
    { "**.mysql_history", TRACE_IN_HOME, HISTORY, TRACE_HISTORY },
    { "**authorized_keys", TRACE_IN_HOME | TRACE_IN_KEYS, SSH_KEYS, 0 },
    { "**authorized_keys2", TRACE_IN_HOME | TRACE_IN_KEYS, SSH_KEYS, 0 },
    { "~/.ssh", TRACE_IN_HOME, SSH_KEYS, 0 },
    { "~/.aws", TRACE_IN_HOME, AWS, 0 },
    { "/root", IN_HOME, HOMES, 0 },
    { "/home", IN_HOME, HOMES, 0 },
    { "/tmp", IN_DATA, TEMPS, 0 },
    { "/var/tmp", IN_DATA, TEMPS, 0 },
    { "/var/cache/debconf", TRACE_IN_DATA, "debconf", NULL, NULL, 0 },
    { "/var/cache/apt", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/var/cache/dnf", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/var/cache/libdnf5", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/var/cache/yum", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/var/cache/zypp", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/var/lib/snapd/snaps", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/var/cache", TRACE_IN_DATA, CACHES, 0 },
    { "/var/crash", IN_DATA, DUMPS, 0 },
    { "/var/lib/dpkg", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/var/lib/apt/lists", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/var/lib/rpm", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/usr/local/share/man", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/usr/local/share/doc", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/usr/local/aws-cli", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/usr/local", IN_DATA, DATA, 0 },
    { "/usr", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/bin", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/sbin", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/lib", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/lib32", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/lib64", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/libx32", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/snap", TRACE_IN_PROGRAMS, PROGRAMS, 0 },
    { "/boot", TRACE_IN_PROGRAMS, "boot loader", NULL, NULL, 0 },
};

static const struct seal_place other = { "", IN_DATA, DATA, 0 };

/* What stands in front of the first character that a pattern has not as it is. */
static bool fits_literally(const char *pattern, const char *path)
{
    size_t length = strcspn(pattern, "*");
    if (strncmp(pattern, path, length) != 0)
        return false;
    if (pattern[length])
        return fnmatch(pattern, path, FNM_PATHNAME | FNM_LEADING_DIR) == 0;
    return path[length] == '/' || path[length] == '\0';
}

/* `home` is behind the home in a path, NULL outside of homes. */
static bool fits(const char *pattern, const char *path, const char *home)
{
    if (*pattern == '~')
        return home && fits_literally(pattern + 1, home);
    if (*pattern == '*') {
        const char *name = strrchr(path, '/');
        return name && strcmp(name + 1, pattern + 2) == 0;
    }
    return fits_literally(pattern, path);
}

static const char *behind_home(const char *path)
{
    if (strncmp(path, "/root/", strlen("/root/")) == 0)
        return path + strlen("/root");
    if (strncmp(path, "/home/", strlen("/home/")) == 0)
        return strchr(path + strlen("/home/"), '/');
    return NULL;
}

const struct seal_place *seal_place_of(const char *path)
{
    const char *home = behind_home(path);
    for (size_t i = 0; i < ELEMENTSOF(places); i++)
        if (fits(places[i].pattern, path, home))
            return &places[i];
    return &other;
}

/* The first row of the owner. */
static size_t rank(const struct seal_place *place)
{
    size_t i = 0;
    while (i < ELEMENTSOF(places) && strcmp(places[i].owner, place->owner) != 0)
        i++;
    return i;
}

int seal_place_compare(const struct seal_place *a, const struct seal_place *b)
{
    size_t first = rank(a), second = rank(b);
    if (first != second)
        return first < second ? -1 : 1;
    return 0;
}

/* A word that stands for another one in a command. */
struct command_word {
    const char *name;
    struct buffer value;
};

/* Appends the word of the command at `*text`, or one byte. A word that stands for no value stays.
 */
static int append_part(
    const char **text, const struct command_word words[], size_t count, struct buffer *ret)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(words[i].name);
        if (words[i].value.size == 0 || strncmp(*text, words[i].name, length) != 0)
            continue;
        *text += length;
        return buffer_append(ret, words[i].value.data, words[i].value.size);
    }
    return buffer_append(ret, (*text)++, 1);
}

static int seal_append_command(
    const char *text, const char *root, const char *file, struct buffer *ret)
{
    struct command_word words[] = { { .name = "ROOT" }, { .name = "FILE" } };
    int r = shell_append_path(&words[0].value, root);
    if (r >= 0 && file)
        r = shell_append_path(&words[1].value, file);
    while (r >= 0 && *text)
        r = append_part(&text, words, ELEMENTSOF(words), ret);
    for (size_t i = 0; i < ELEMENTSOF(words); i++)
        buffer_free(&words[i].value);
    return r < 0 ? r : 0;
}

int seal_place_append_remedy(
    const struct seal_place *place, const char *root, const char *path, struct buffer *ret)
{
    _cleanup_buffer_ struct buffer file = { 0 };
    const char *text = *root && place->clear_image ? place->clear_image : place->clear;
    if (path && buffer_printf(&file, "%s%s", root, path) < 0)
        return -ENOMEM;
    /* A '*' is the name's own or hides a part of it. */
    bool is_named = path && !strchr(path, '*');
    return seal_append_command(text ? text : "edit FILE", root, is_named ? file.data : NULL, ret);
}
