/* SPDX-License-Identifier: MIT */
/* What is set, where that was written, and who else can read it. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "doctor/check.h"
#include "files/paths.h"
#include "files/readers.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "lib/shell.h"

static bool begins_with(const char *text, const char *front)
{
    return strncmp(text, front, strlen(front)) == 0;
}

/* Whether it fails only because somebody else than root looks. */
static bool is_for_root(const struct error *err)
{
    return err->status == EX_NOPERM && geteuid() != 0;
}

/* What setup_check() refuses; of the CA file the check of trust says it. */
static int find_refusal(const struct error *err, struct doctor_result *ret)
{
    if (begins_with(err->text, "proxy.ca_file"))
        return 0;
    if (is_for_root(err))
        return strings_append(&ret->unseen, err->text);
    bool is_file = begins_with(err->text, "proxy.password_file: ");
    return doctor_find(ret, is_file ? SETTINGS_PASSWORD_FILE : SETTINGS_INVALID,
        is_file ? "proxy.password_file" : "settings", NULL, "%s", err->text);
}

/* The file of an origin, "FILE:LINE", inside the tree. The caller frees it with mem_free(). NULL:
 * it is none, or memory is short. */
static char *file_of_origin(const struct tree *tree, const char *origin)
{
    const char *colon = origin ? strrchr(origin, ':') : NULL;
    if (!colon || !begins_with(origin, tree->path) || origin[strlen(tree->path)] != '/')
        return NULL;
    const char *path = origin + strlen(tree->path);
    return mem_strndup(path, (size_t) (colon - path));
}

static int find_readable(const struct tree *tree, const char *path, struct doctor_result *ret)
{
    static const char *const whom[] = { [READERS_GROUP] = "its group",
        [READERS_ACL] = "those whom its ACL names",
        [READERS_ALL] = "every user" };
    enum file_readers readers = READERS_OWNER;
    _cleanup_buffer_ struct buffer remedy = { 0 }, whole = { 0 };
    if (file_readers(tree, path, 0600, &readers) < 0 || readers == READERS_OWNER)
        return 0;
    if (buffer_printf(&whole, "%s%s", tree->path, path) < 0 ||
        buffer_append_text(&remedy, "chmod 0600 ") < 0 ||
        shell_append_path(&remedy, whole.data) < 0)
        return -ENOMEM;
    return doctor_find(ret, SETTINGS_PASSWORD_READABLE, path, remedy.data,
        "it has the proxy's password, and %s can read it", whom[readers]);
}

/* A tree below --root is what an image is made of, except what lives as long as a boot. */
static bool is_of_image(const struct tree *tree, const char *path)
{
    return begins_with(path, PATH_VENDOR "/") || (*tree->path && !begins_with(path, "/run/"));
}

/* Of a file that has the password. */
static int check_secret_file(const struct tree *tree, const char *path, struct doctor_result *ret)
{
    int r = find_readable(tree, path, ret);
    if (r == 0 && is_of_image(tree, path))
        r = doctor_find(ret, SETTINGS_PASSWORD_IN_IMAGE, path, NULL, "it has the proxy's password");
    return r;
}

static int check_secrets(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct setup *setup = &doctor->setup;
    const struct proxy_url *const urls[] = { setup->settings.proxy_http,
        setup->settings.proxy_https };
    _cleanup_strings_ struct strings paths = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < 2; i++) {
        _cleanup_mem_ char *path =
            urls[i] && urls[i]->password ? file_of_origin(&setup->tree, urls[i]->origin) : NULL;
        r = path ? strings_add_unique(&paths, path) : 0;
    }
    if (r == 0 && setup->settings.proxy_password_file)
        r = strings_add_unique(&paths, setup->settings.proxy_password_file);
    for (size_t i = 0; r == 0 && i < paths.count; i++)
        r = check_secret_file(&setup->tree, paths.items[i], ret);
    return r;
}

/* Those that AWS holds are there once they are fetched, at each boot. */
static int check_fetched(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct settings *settings = &doctor->setup.settings;
    bool is_remote =
        settings->remote_parameters || settings->remote_secret || settings->remote_tags;
    const struct settings_list *services = &settings->no_proxy_services;
    int there = tree_exists(&doctor->setup.tree, PATH_FETCHED_SETTINGS);
    if (there > 0)
        return strings_append(&ret->facts, PATH_FETCHED_SETTINGS ": fetched from AWS at this boot");
    if (there < 0)
        return strings_printf(
            &ret->unseen, PATH_FETCHED_SETTINGS ": whether it is there: %s", strerror(-there));
    if (doctor->options->config)
        return 0;
    if (is_remote && settings->remote_required)
        return doctor_find(
            ret, SETTINGS_NOT_FETCHED, "remote", NULL, PATH_FETCHED_SETTINGS " is not there");
    if (services->is_auto && !settings->has_found && !is_remote)
        return doctor_find(ret, SETTINGS_NOT_FETCHED, "no_proxy.services", NULL,
            "\"auto\": which services have private addresses is not known");
    return 0;
}

/* Never what it is. */
static int tell_origins(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct origins *origins = &doctor->setup.settings.origins;
    int r = 0;
    for (size_t i = 0; r == 0 && i < origins->keys.count; i++)
        r = strings_printf(
            &ret->facts, "%s: from %s", origins->keys.items[i], origins->texts.items[i]);
    return r;
}

static int tell_files(const struct doctor *doctor, struct doctor_result *ret)
{
    _cleanup_strings_ struct strings paths = { 0 };
    struct error err = { 0 };
    if (doctor->options->config)
        return strings_printf(&ret->facts, "settings of %s", doctor->options->config);
    int r = settings_files(&doctor->setup.tree, &paths, &err);
    if (r < 0)
        return r == -ENOMEM ? r : strings_append(&ret->unseen, err.text);
    if (paths.count == 0)
        return strings_append(&ret->facts, "no file of settings: the defaults count");
    _cleanup_mem_ char *names = strings_join(&paths, ", ");
    return names ? strings_printf(&ret->facts, "settings of %s", names) : -ENOMEM;
}

static int find_left_out(const struct settings *settings, struct doctor_result *ret)
{
    const struct few *warnings = &settings->warnings;
    int r = 0;
    for (size_t i = 0; r == 0 && i < warnings->texts.count; i++)
        r = doctor_find(
            ret, SETTINGS_ENTRY_LEFT_OUT, "settings", NULL, "%s", warnings->texts.items[i]);
    ret->left_out += warnings->more;
    return r;
}

int doctor_check_settings(const struct doctor *doctor, struct doctor_result *ret)
{
    if (doctor->opened < 0)
        return is_for_root(&doctor->open_error)
                   ? strings_append(&ret->unseen, doctor->open_error.text)
                   : doctor_find(
                         ret, SETTINGS_INVALID, "settings", NULL, "%s", doctor->open_error.text);
    int r = tell_files(doctor, ret);
    if (r == 0 && doctor->checked < 0)
        r = find_refusal(&doctor->check_error, ret);
    if (r == 0)
        r = find_left_out(&doctor->setup.settings, ret);
    if (r == 0)
        r = check_secrets(doctor, ret);
    if (r == 0)
        r = check_fetched(doctor, ret);
    return r < 0 ? r : tell_origins(doctor, ret);
}
