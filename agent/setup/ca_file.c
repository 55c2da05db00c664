/* SPDX-License-Identifier: MIT */
/* proxy.ca_file is read before anything is written. */

#include <errno.h>
#include <time.h>

#include "files/paths.h"
#include "settings/file.h"
#include "setup/setup.h"

enum { READS_MAX = 10 };

/* Reads the file until it is the same twice: half of an old and half of a new one can be sound, and
 * would take the trust in what it lacks away. */
static int read_at_rest(const struct tree *tree, const char *path, struct buffer *ret)
{
    for (int reads = 0; reads < READS_MAX; reads++) {
        _cleanup_buffer_ struct buffer bytes = { 0 };
        int r = tree_read(tree, path, CA_FILE_SIZE_MAX, &bytes, NULL);
        if (r < 0 || (reads > 0 && buffer_equal(&bytes, ret)))
            return r;
        buffer_free(ret);
        *ret = bytes;
        bytes = (struct buffer){ 0 };
    }
    return -EBUSY;
}

/* Whether AWS may hold a CA, and this boot has not fetched it: then what was fetched before counts,
 * as a service that is slow must not take the trust in the proxy away. */
static bool is_unknown(const struct setup *setup)
{
    const struct settings *settings = &setup->settings;
    return !settings->proxy_ca_file && (settings->remote_parameters || settings->remote_secret) &&
           tree_exists(&setup->tree, PATH_FETCHED_SETTINGS) == 0 &&
           tree_exists(&setup->tree, PATH_CA_FILE) > 0;
}

int setup_read_ca_file(struct setup *setup, struct error *err)
{
    const char *path = is_unknown(setup) ? PATH_CA_FILE : setup->settings.proxy_ca_file;
    const char *root = setup->tree.path;
    _cleanup_buffer_ struct buffer bytes = { 0 };
    _cleanup_strings_ struct strings words = { 0 };
    if (!path && setup->settings.proxy_ca_variables.names.count > 0 &&
        strings_append(&setup->warnings,
            "proxy.ca_variables: none is set, as no CA is configured: proxy.ca_file names its "
            "file") < 0)
        return error_no_memory(err);
    if (!path)
        return 0;
    int r = read_at_rest(&setup->tree, path, &bytes);
    if (r == -EBUSY)
        return error_set(err, EX_IOERR, r,
            "proxy.ca_file: %s%s: another program is writing it: run this again when it is done",
            root, path);
    if (r < 0) {
        (void) settings_refuse_unreadable(&setup->tree, path, r, err);
        error_prefix(err, "proxy.ca_file: ");
        return r;
    }
    r = ca_file_parse(&bytes, time(NULL), &setup->ca_file, &words, err);
    if (r < 0) {
        error_prefix(err, "proxy.ca_file: %s%s: ", root, path);
        return r;
    }
    for (size_t i = 0; i < words.count; i++)
        if (strings_printf(
                &setup->warnings, "proxy.ca_file: %s%s: %s", root, path, words.items[i]) < 0)
            return error_no_memory(err);
    return 0;
}
