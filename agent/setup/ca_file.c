/* proxy.ca_file is read before anything is written. */

#include <time.h>

#include "settings/file.h"
#include "setup/setup.h"

int setup_read_ca_file(struct setup *setup, struct error *err)
{
    const char *path = setup->settings.proxy_ca_file, *root = setup->tree.path;
    _cleanup_buffer_ struct buffer bytes = { 0 };
    _cleanup_strings_ struct strings words = { 0 };
    if (!path && setup->settings.proxy_ca_variables.names.count > 0 &&
        strings_append(&setup->warnings,
            "proxy.ca_variables: none is set, as no CA is configured: proxy.ca_file names its "
            "file") < 0)
        return error_no_memory(err);
    if (!path)
        return 0;
    int r = tree_read(&setup->tree, path, CA_FILE_SIZE_MAX, &bytes, NULL);
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
