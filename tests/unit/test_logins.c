/* SPDX-License-Identifier: MIT */
/* agent/outputs/logins.c: to whom a file shows the login for the proxy. */

#include "outputs/logins.h"

#include "lib/memory.h"
#include "scratch.h"

#define LOGIN "proxy=http://user:secret@proxy.example:3128\n"

/* As a consumer would: the only value is behind the first '='. */
static int get_value(const struct buffer *file, const char *name, char **ret)
{
    const char *value = file->data ? strchr(file->data, '=') : NULL;
    if (strcmp(name, "proxy") != 0 || !value)
        return -ENOENT;
    *ret = mem_strdup(value + 1);
    return *ret ? 0 : -ENOMEM;
}

static void test_warn(void **state)
{
    static const struct {
        const char *row, *path;
        mode_t mode;
        const char *text, *cost;
        bool has_get;
        const char *warning; /* behind the root; NULL: none */
    } rows[] = {
        { "a whole file", "/file", 0644, LOGIN, "", false,
            "/file: shows the login for the proxy to every user: chmod 0600 " },
        { "a value", "/file", 0644, LOGIN, "", true,
            "/file: shows the login for the proxy to every user: chmod 0600 " },
        { "at a cost", "/file", 0644, LOGIN, "then only root can use it", true,
            "/file: shows the login for the proxy to every user: chmod 0600 " },
        { "no login", "/file", 0644, "proxy=http://proxy.example\n", "", false, NULL },
        { "no value", "/file", 0644, "none\n", "", true, NULL },
        { "empty", "/file", 0644, "", "", false, NULL },
        { "its owner's", "/file", 0600, LOGIN, "", false, NULL },
        { "everybody has to read it", "/file", 0644, LOGIN, NULL, false, NULL },
        { "nobody can say who reads it", "/loop", 0644, LOGIN, "", false,
            "/loop: has the login for the proxy, and who can read it cannot be seen: Too many "
            "levels of symbolic links" },
        { "likewise, no login", "/loop", 0644, "proxy=x\n", "", false, NULL },
        { "a new file", "/new", 0644, LOGIN, "", false,
            "/new: shows the login for the proxy to every user: chmod 0600 " },
    };
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/file", "");
    scratch_link(scratch, "/loop", "loop");
    const struct output_request request = { .tree = &scratch->tree };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_strings_ struct strings warnings = { 0 };
        char expected[1024] = "";
        const struct output_file file = { .path = rows[i].path,
            .mode = rows[i].mode,
            .get = rows[i].has_get ? get_value : NULL,
            .logins = LIST("user", "proxy"),
            .private_cost = rows[i].cost };
        struct output_result result = { .file = &file, .is_wanted = true };
        const struct output_results results = { .items = &result, .count = 1 };
        result.after.exists = true;
        check_number("append", buffer_append_text(&result.after.bytes, rows[i].text), 0);
        check_number("chmod", chmod(scratch_path(scratch, "/file"), rows[i].mode), 0);
        check_number(rows[i].row, logins_warn(&request, &results, &warnings), 0);
        buffer_free(&result.after.bytes);
        check_number(rows[i].row, (long long) warnings.count, rows[i].warning != NULL);
        if (!rows[i].warning)
            continue;
        size_t length = strlen(rows[i].warning);
        bool has_path = rows[i].warning[length - 1] == ' ';
        (void) snprintf(expected, sizeof(expected), "%s%s%s%s%s%s", scratch->path, rows[i].warning,
            has_path ? scratch->path : "", has_path ? rows[i].path : "", *rows[i].cost ? "; " : "",
            rows[i].cost);
        check_text(rows[i].row, warnings.items[0], expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_warn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
