/* SPDX-License-Identifier: MIT */
/* The files that a shell reads one after the other. */

#include "overrides/script.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "overrides/place.h"
#include "overrides/script_internal.h"
#include "overrides/sysconfig.h"

#define OUR_DIRECTORY "/etc/profile.d"
#define OUR_NAME      "ec2-bootstrap.sh"

enum { SCRIPTS_MAX = 500, SCRIPTS_DEPTH_MAX = 8 };

static int run_tokens(
    struct script_reader *reader, const char *path, const struct tokens *tokens, enum reach reach)
{
    struct script script = { .reader = reader,
        .path = path,
        .at = tokens->items,
        .end = &tokens->items[tokens->count - 1] };
    const struct strings *back = reader->values.arguments;
    int outcome = 0;
    while (outcome >= 0 && script.at->kind != TOKEN_END) {
        outcome = script_list(&script, reach);
        /* What ends nothing is passed over. */
        script.at += script.at->kind != TOKEN_END;
    }
    reader->values.arguments = back;
    strings_free(&script.arguments);
    buffer_free(&script.unknown.text);
    return outcome < 0 ? outcome : 0;
}

/* The script of SUSE that makes variables of /etc/sysconfig/proxy, line by line. */
static bool is_of_sysconfig(const struct buffer *bytes)
{
    return memmem(bytes->data, bytes->size, SYSCONFIG, strlen(SYSCONFIG)) &&
           memmem(bytes->data, bytes->size, "PROXY_ENABLED", strlen("PROXY_ENABLED"));
}

bool script_may_read(struct script_reader *reader)
{
    return reader->work < SCRIPT_WORK_MAX && reader->files < SCRIPTS_MAX && ++reader->files;
}

int script_read(struct script_reader *reader, const char *path, enum reach reach)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    _cleanup_tokens_ struct tokens tokens = { 0 };
    const struct detection *detection = reader->detection;
    bool is_profile = strcmp(path, OUR_DIRECTORY "/" OUR_NAME) == 0;
    if (is_profile || strcmp(path, "/etc/environment") == 0)
        return detection_writes(detection, is_profile ? "profile" : "environment")
                   ? values_reset(&reader->values, detection->environment)
                   : 0;
    if (reader->depth >= SCRIPTS_DEPTH_MAX || !script_may_read(reader))
        return 0;
    int r = place_read_public(detection->tree, path, &bytes);
    if (r <= 0)
        return r;
    reader->work += SCRIPT_READ_COST * bytes.size;
    if (bytes.size > 0 && is_of_sysconfig(&bytes))
        return sysconfig_read(detection, &reader->values);
    r = tokens_read(&bytes, &tokens);
    if (r < 0)
        return r;
    reader->depth++;
    r = run_tokens(reader, path, &tokens, reach);
    reader->depth--;
    return r;
}

static int read_named(
    struct script_reader *reader, const char *directory, const char *name, enum reach reach)
{
    _cleanup_buffer_ struct buffer path = { 0 };
    int r = buffer_printf(&path, "%s/%s", directory, name);
    return r < 0 ? r : script_read(reader, path.data, reach);
}

/* Compares as locales do: letters and digits only, in any case. */
static int compare_folded(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a && !isalnum((unsigned char) *a))
            a++;
        while (*b && !isalnum((unsigned char) *b))
            b++;
        int difference = tolower((unsigned char) *a) - tolower((unsigned char) *b);
        if (difference != 0 || !*a)
            return difference;
    }
}

/* Whether a script is read before ours, whatever the order. */
static bool is_before_ours(const char *name, enum script_order order)
{
    return strcmp(name, OUR_NAME) < 0 &&
           (order == SCRIPT_ORDER_BYTES || compare_folded(name, OUR_NAME) < 0);
}

/* Reads those before ours, or those behind it. */
static int read_part(struct script_reader *reader, const char *directory,
    const struct strings *names, enum script_order order, bool before, enum reach reach)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < names->count; i++)
        if (strcmp(names->items[i], OUR_NAME) != 0 &&
            is_before_ours(names->items[i], order) == before)
            r = read_named(reader, directory, names->items[i], reach);
    return r;
}

int script_read_directory(struct script_reader *reader, const char *directory, const char *suffix,
    enum script_order order, enum reach reach)
{
    _cleanup_strings_ struct strings names = { 0 };
    bool has_ours = strcmp(directory, OUR_DIRECTORY) == 0 && strcmp(suffix, ".sh") == 0;
    int r = place_list(reader->detection->tree, directory, suffix, &names);
    if (r == 0)
        r = read_part(reader, directory, &names, order, true, reach);
    /* It may not have been written yet. */
    if (r == 0 && has_ours)
        r = read_named(reader, directory, OUR_NAME, reach);
    return r < 0 ? r : read_part(reader, directory, &names, order, false, reach);
}
