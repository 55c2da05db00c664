/* SPDX-License-Identifier: MIT */
/* Values as AWS could hold them, a line each: a digit for the place, a name, '=' and the text.
 * Those that pass their checks make a settings file that is taken, and a password shows nowhere in
 * it. */

#include <errno.h>
#include <string.h>

#include "fetch/values.h"
#include "files/paths.h"
#include "fuzz.h"
#include "memory_tree.h"
#include "settings/file.h"

#define PATH PATH_FETCHED_SETTINGS

static char root[] = "";

/* 2026-12-15. */
enum { NOW = 1797292800, PASSWORD_SIZE_MIN = 8 };

static void take_line(struct fuzz_input *input, struct fetched_values *values)
{
    static const enum fetched_from places[] = { FETCHED_TAG, FETCHED_PARAMETER, FETCHED_SECRET };
    enum fetched_from from = places[fuzz_choice(input, 3)];
    char *line = fuzz_line(input), *equals = strchr(line, '=');
    struct error err = { 0 };
    const char *near = NULL;
    if (equals) {
        *equals = '\0';
        int r = fetched_values_set(values, from, line, "origin", equals + 1, &near, &err);
        FUZZ_CHECK(r == 0 || r == -ENOENT || (r == -EPERM && from == FETCHED_TAG));
        if (r == -EPERM)
            fuzz_check_error(&err);
    }
    mem_free(line);
}

static void check_file(const struct fetched_values *values)
{
    const struct tree tree = { .fd = -1, .path = root };
    _cleanup_settings_ struct settings settings = settings_default();
    struct buffer file = { 0 };
    struct error err = { 0 };
    FUZZ_CHECK(fetched_values_print(values, &fetched_of_boot, &file) == 0);
    for (size_t i = 0; i < FETCHED_NAMES; i++) {
        const char *text = values->items[i].text;
        bool is_secret =
            fetched_names[i].form == FETCHED_PASSWORD && text && strlen(text) >= PASSWORD_SIZE_MIN;
        bool is_other = false;
        for (size_t other = 0; is_secret && other < FETCHED_NAMES; other++)
            is_other |=
                other != i && values->items[other].text && strstr(values->items[other].text, text);
        FUZZ_CHECK(!is_secret || is_other || strstr(PATH_FETCHED_PASSWORD, text) ||
                   !strstr(file.data, text) || strstr("    \"password_file\": \"proxy\"", text));
    }
    memory_tree_add(PATH, &file);
    FUZZ_CHECK(settings_file_load(&tree, PATH, &settings, &err) == 0);
    memory_tree_clear();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_fetched_values_ struct fetched_values values = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    struct error err = { 0 };
    while (input.left > 0)
        take_line(&input, &values);
    int r = fetched_values_check(&values, NOW, &warnings, &err);
    FUZZ_CHECK(r == 0 || err.status == EX_CONFIG);
    if (r == 0)
        check_file(&values);
    else {
        fuzz_check_error(&err);
        FUZZ_CHECK(strncmp(err.text, "origin: ", strlen("origin: ")) == 0);
    }
    return 0;
}
