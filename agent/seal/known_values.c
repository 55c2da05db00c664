/* SPDX-License-Identifier: MIT */
/* A file of settings that goes into the image with a password in it is the operator's choice: it
 * gets a warning. */

#include "seal/known_values.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "lib/memory.h"
#include "outputs/read.h"
#include "proxy/proxy_url.h"
#include "seal/identity.h"
#include "settings/file.h"

void seal_known_values_free(struct seal_known_values *known)
{
    seal_values_free(&known->values);
    strings_free(&known->password_files);
    strings_free(&known->warnings);
}

/* 1 when the URL has a password, 0 (also for NULL), or -ENOMEM. */
static int add_url(const struct proxy_url *url, struct seal_values *values)
{
    if (!url)
        return 0;
    if ((url->user && strings_add_unique(&values->users, url->user) < 0) ||
        (url->password && strings_add_unique(&values->passwords, url->password) < 0))
        return -ENOMEM;
    return url->password != NULL;
}

/* The same for a text, which need not be a URL. */
static int add_url_text(const char *text, struct seal_values *values)
{
    _cleanup_proxy_url_ struct proxy_url url = { 0 };
    int r = proxy_url_parse(text, &url, NULL);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    return add_url(&url, values);
}

/* Whether a path is in a part of the tree that an image is made of. */
static bool stays(const char *path)
{
    return strncmp(path, "/etc/", strlen("/etc/")) == 0 ||
           strncmp(path, "/usr/", strlen("/usr/")) == 0;
}

static int add_password_file(
    const struct tree *tree, const struct settings *settings, struct seal_known_values *known)
{
    _cleanup_mem_ char *password = NULL;
    struct error err = { 0 };
    if (!settings->proxy_password_file)
        return 0;
    int r = stays(settings->proxy_password_file)
                ? strings_add_unique(&known->password_files, settings->proxy_password_file)
                : 0;
    if (r < 0)
        return r;
    r = settings_read_password(tree, settings, &password, &err);
    if (r == -ENOMEM)
        return r;
    if (r == 0)
        return strings_add_unique(&known->values.passwords, password);
    _cleanup_buffer_ struct buffer warning = { 0 };
    r = buffer_printf(&warning, "%s: so the password is not looked for", err.text);
    return r < 0 ? r : strings_add_unique(&known->warnings, warning.data);
}

/* 1 when a URL has a password, 0, or -ENOMEM. */
static int add_settings(
    const struct tree *tree, const struct settings *settings, struct seal_known_values *known)
{
    int http = add_url(settings->proxy_http, &known->values);
    int https = http < 0 ? http : add_url(settings->proxy_https, &known->values);
    if (https < 0)
        return https;
    if (settings->proxy_username &&
        strings_add_unique(&known->values.users, settings->proxy_username) < 0)
        return -ENOMEM;
    int r = add_password_file(tree, settings, known);
    return r < 0 ? r : http || https;
}

static int known_values_warn(const struct tree *tree, const char *path,
    const struct settings *settings, bool in_url, struct strings *warnings)
{
    const char *file = settings->proxy_password_file;
    if (!stays(path))
        return 0;
    if (in_url &&
        strings_printf(warnings, "%s%s: has the proxy password in clear, and goes into the image",
            tree->path, path) < 0)
        return -ENOMEM;
    if (!file || !stays(file) || tree_exists(tree, file) == 0)
        return 0;
    return strings_printf(warnings,
        "%s%s: proxy.password_file is %s, which goes into the image with the password in clear",
        tree->path, path, file);
}

static int known_read_file(
    const struct tree *tree, const char *path, struct seal_known_values *known)
{
    _cleanup_settings_ struct settings settings = settings_default();
    struct error err = { 0 };
    int r = settings_file_load(tree, path, &settings, &err);
    if (r == -ENOMEM || r == -ENOENT)
        return r == -ENOENT ? 0 : r;
    if (r < 0) /* a namesake replaces it, or the settings would have been refused */
        return strings_printf(&known->warnings, "%s: what it holds is not looked for", err.text);
    r = add_settings(tree, &settings, known);
    return r < 0 ? r : known_values_warn(tree, path, &settings, r > 0, &known->warnings);
}

static int read_files(const struct tree *tree, struct seal_known_values *known)
{
    _cleanup_strings_ struct strings paths = { 0 };
    struct error err = { 0 };
    int r = settings_files(tree, &paths, &err);
    if (r < 0 && r != -ENOMEM) /* the files of the other directories are there */
        r = strings_printf(&known->warnings, "%s: what it holds is not looked for", err.text);
    for (size_t i = 0; r >= 0 && i < paths.count; i++)
        r = known_read_file(tree, paths.items[i], known);
    return r;
}

/* What the last run wrote, and this seal takes out: its settings may be gone since. */
static int read_outputs(const struct tree *tree, struct seal_values *values)
{
    _cleanup_strings_ struct strings urls = { 0 };
    int r = outputs_list_values(tree, "http_proxy", &urls);
    if (r == 0)
        r = outputs_list_values(tree, "https_proxy", &urls);
    for (size_t i = 0; r >= 0 && i < urls.count; i++)
        r = add_url_text(urls.items[i], values);
    return r < 0 ? r : 0;
}

int seal_known_values_read(const struct tree *tree, const struct settings *settings,
    bool has_identity, struct seal_known_values *ret, struct error *err)
{
    int r = add_settings(tree, settings, ret);
    if (r >= 0)
        r = read_files(tree, ret);
    if (r >= 0)
        r = read_outputs(tree, &ret->values);
    if (r >= 0)
        r = seal_identity_read(tree, has_identity, &ret->values);
    if (r == -ENOMEM)
        return error_no_memory(err);
    return r < 0 ? error_set(err, error_file_status(r), r,
                       "what to look for cannot be read of this machine: %s", strerror(-r))
                 : 0;
}
