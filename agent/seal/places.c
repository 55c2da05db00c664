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
    static const char *const names[] = {
        [TRACE_PASSWORD] = "proxy password",
        [TRACE_USER] = "proxy user name",
        [TRACE_ACCESS_KEY] = "access key id",
        [TRACE_TOKEN] = "IMDS token",
        [TRACE_INSTANCE] = "instance id",
        [TRACE_COMPRESSED] = "compressed data, which cannot be searched",
        [TRACE_MACHINE_ID] = "machine id",
        [TRACE_HOST_KEY] = "ssh host key",
        [TRACE_UNREAD] = "cannot be searched",
    };
    return names[kind];
}

const char *const seal_directories[] = { "/etc", PATH_VENDOR, "/var/lib/cloud", "/var/lib/dbus",
    "/var/lib/amazon", "/var/log", "/run", "/root", "/home", "/opt/aws",
    "/opt/codedeploy-agent/deployment-root", NULL };

#define CLOUD_INIT                                                                                 \
    "cloud-init", "cloud-init clean --logs --machine-id",                                          \
        "chroot ROOT cloud-init clean --logs --machine-id", 0
#define JOURNAL  "journal", "journalctl --rotate --vacuum-time=1s", "rm FILE", 0
#define HISTORY  "shell history", "rm FILE", NULL, 0
#define AWS      "AWS CLI", "rm FILE", NULL, 0
#define PROGRAMS "programs", "", NULL, 0

/* The first that fits counts. Reports have the owners in this order, in which all their commands
 * work: without a machine id journalctl finds no journal. Not here: what setup_undo() takes out;
 * and programs bring examples of keys and ids. */
static const struct seal_place places[] = {
    { "/var/log/journal", TRACE_IN_JOURNAL, JOURNAL },
    { "/run/log/journal", TRACE_IN_JOURNAL, JOURNAL },
    { PATH_ADMIN, TRACE_IN_SETTINGS, "ec2-bootstrap's settings", NULL, NULL, 0 },
    { PATH_VENDOR, TRACE_IN_SETTINGS, "ec2-bootstrap's settings", NULL, NULL, 0 },
    { "/etc/machine-id", TRACE_IN_ETC, "machine id", "truncate --size 0 FILE", NULL,
        TRACE_MACHINE_ID },
    { "/var/lib/dbus/machine-id", TRACE_IN_ETC, "D-Bus", "rm FILE", NULL, TRACE_MACHINE_ID },
    { "/etc/ssh/ssh_host_*_key", TRACE_IN_ETC, "ssh host keys", "rm FILE FILE.pub", NULL,
        TRACE_HOST_KEY },
    { "/etc", TRACE_IN_ETC, "configuration", NULL, NULL, 0 },
    { "/var/lib/cloud", TRACE_IN_CLOUD_INIT, CLOUD_INIT },
    { "/var/log/cloud-init*", TRACE_IN_CLOUD_INIT, CLOUD_INIT },
    { "/var/log", TRACE_IN_LOG, "logs", "truncate --size 0 FILE", NULL, 0 },
    { "/run", TRACE_IN_RUN, "this boot", "rm -r FILE", NULL, 0 },
    { "/opt/aws/bin", 0, PROGRAMS },
    { "/opt/aws/*/bin", 0, PROGRAMS },
    { "/opt/aws/amazon-cloudwatch-agent/etc", TRACE_IN_ETC, "CloudWatch agent's settings", NULL,
        NULL, 0 },
    { "/opt/aws", TRACE_IN_LOG, "CloudWatch agent", "rm -r FILE", NULL, 0 },
    { "/opt/codedeploy-agent", TRACE_IN_ETC, "CodeDeploy agent", "rm -r FILE", NULL, 0 },
    { "/var/lib/amazon", TRACE_IN_ETC, "SSM agent", "rm -r FILE", NULL, 0 },
    { "~/.*hist*", TRACE_IN_HOME, HISTORY }, /* .bash_history, .zhistory, .histfile */
    { "~/.lesshst", TRACE_IN_HOME, HISTORY },
    { "~/.viminfo", TRACE_IN_HOME, HISTORY },
    { "~/.local/share/fish", TRACE_IN_HOME, HISTORY },
    { "~/.aws", TRACE_IN_HOME, AWS },
};

static const struct seal_place parent = { .owner = "other directories", .clear = "" };
static const char *const parents[] = { "/var/lib/dbus", "/root", "/home", "/home/*", "~/.local",
    "~/.local/share" };

static bool fits(const char *pattern, const char *path, int flags)
{
    if (*pattern != '~')
        return fnmatch(pattern, path, FNM_PATHNAME | flags) == 0;
    const char *rest = strncmp(path, "/root/", strlen("/root/")) == 0 ? path + strlen("/root")
                       : strncmp(path, "/home/", strlen("/home/")) == 0
                           ? strchr(path + strlen("/home/"), '/')
                           : NULL;
    return rest && fnmatch(pattern + 1, rest, FNM_PATHNAME | flags) == 0;
}

const struct seal_place *seal_place_of(const char *path)
{
    for (size_t i = 0; i < ELEMENTSOF(places); i++)
        if (fits(places[i].pattern, path, FNM_LEADING_DIR))
            return &places[i];
    for (size_t i = 0; i < ELEMENTSOF(parents); i++)
        if (fits(parents[i], path, 0))
            return &parent;
    return NULL;
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
