/* SPDX-License-Identifier: MIT */
/* agent/settings/password.c: one line, as people and systemd write it. */

#include "scratch.h"
#include "settings.h"

static void check_read(
    const struct scratch *scratch, char *path, const char *password, const char *error, int status)
{
    const struct settings settings = { .proxy_password_file = path };
    _cleanup_mem_ char *got = NULL;
    struct error err = { 0 };
    char expected[600] = "";
    if (error)
        (void) snprintf(expected, sizeof(expected), "proxy.password_file: %s%s: %s", scratch->path,
            path, error);
    int r = settings_read_password(&scratch->tree, &settings, &got, &err);
    check_text(path, err.text, expected);
    check_number(path, err.status, status);
    check_text(path, got, password);
    check_that(path, (r < 0) == (error != NULL));
    check_that(path, !strstr(err.text, "kennwort"));
}

#define TEXT(literal) literal, sizeof(literal) - 1
#define LINES         "has more than one line, or a control character: write the password alone into it"
#define EMPTY         "is empty: write the password into it"

static void test_forms(void **state)
{
    const struct scratch *scratch = *state;
    static const struct {
        const char *text;
        size_t size;
        const char *password, *error;
    } rows[] = {
        { TEXT("kennwort"), "kennwort", NULL },
        { TEXT("kennwort\n"), "kennwort", NULL },
        { TEXT("kennwort\r\n"), "kennwort", NULL },
        { TEXT(" kenn wort \n"), " kenn wort ", NULL },
        { TEXT("k\xc3\xbc#%$:@/\\\"'\n"), "k\xc3\xbc#%$:@/\\\"'", NULL },
        { TEXT(""), NULL, EMPTY },
        { TEXT("\n"), NULL, EMPTY },
        { TEXT("\r\n"), NULL, EMPTY },
        { TEXT("kennwort\n\n"), NULL, LINES },
        { TEXT("kennwort\nmore\n"), NULL, LINES },
        { TEXT("\nkennwort"), NULL, LINES },
        { TEXT("kennwort\rmore"), NULL, LINES },
        { TEXT("kenn\twort"), NULL, LINES },
        { TEXT("kennwort\0"), NULL, LINES },
        { TEXT("kennwort\x7f\n"), NULL, LINES },
    };
    char path[] = "/run/password";
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        scratch_write_bytes(scratch, path, rows[i].text, rows[i].size);
        check_read(scratch, path, rows[i].password, rows[i].error, rows[i].error ? EX_CONFIG : 0);
    }
}

static void test_unreadable(void **state)
{
    const struct scratch *scratch = *state;
    static char large[4098];
    memset(large, 'k', sizeof(large) - 1);
    char path[] = "/large", none[] = "/run/none", directory[] = "/folder";
    scratch_write_bytes(scratch, path, large, 4097);
    check_read(scratch, path, NULL, "cannot be read: File too large", EX_CONFIG);
    scratch_write_bytes(scratch, path, large, 4096);
    large[4096] = '\0';
    check_read(scratch, path, large, NULL, 0);
    check_read(scratch, none, NULL, "cannot be read: No such file or directory", EX_CONFIG);
    check_number("mkdir", mkdir(scratch_path(scratch, directory), 0755), 0);
    check_read(scratch, directory, NULL, "cannot be read: Is a directory", EX_CONFIG);
    check_read(scratch, NULL, NULL, NULL, 0);
}

static void test_forbidden(void **state)
{
    const struct scratch *scratch = *state;
    char path[] = "/password";
    scratch_write(scratch, path, "kennwort");
    check_number("chmod", chmod(scratch_path(scratch, path), 0), 0);
    if (access(scratch_path(scratch, path), R_OK) == 0)
        skip(); /* modes do not stop root */
    check_read(scratch, path, NULL, "cannot be read: Permission denied: run it as root", EX_NOPERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_forms),
        scratch_test(test_unreadable),
        scratch_test(test_forbidden),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
