/* SPDX-License-Identifier: MIT */
/* agent/lib/shell.c: what a shell reads back as it was. seal.bats asks the shells. */

#include "lib/shell.h"

#include "check.h"

static const struct {
    const char *word, *expected; /* NULL: none */
    const char *name;            /* NULL: the same */
} shell_rows[] = {
    { "", "''", NULL },
    { "/etc/a-b_c.d,e:f=g@h%i+j", "/etc/a-b_c.d,e:f=g@h%i+j", NULL },
    { "AKIA/+=abc123", "AKIA/+=abc123", NULL },
    { "a b", "'a b'", NULL },
    { "it's", "'it'\\''s'", NULL },
    { "''", "''\\'''\\'''", NULL },
    { "back\\slash", "'back\\slash'", NULL },
    { "$(reboot)`x`;!", "'$(reboot)`x`;!'", NULL },
    { "~*?[a]{b,c}#", "'~*?[a]{b,c}#'", NULL },
    { "b\xc3\xbc", "'b\xc3\xbc'", NULL },
    { "new\nline\x1b[1m\xff\x7f", "\"$(printf 'new\\012line\\033\\1331m\\377\\177')\"", NULL },
    { "\t'%!\\", "\"$(printf '\\011\\047%%\\041\\134')\"", NULL },
    { "\xc2\x9b\xe2\x80\xae", "\"$(printf '\\302\\233\\342\\200\\256')\"", NULL },
    { "-x y", "'-x y'", NULL },
    { "-n\x1b-", "\"$(printf '\\055n\\033-')\"", NULL },
    { "end\n", NULL, "\"end?\"" },
    { "\n", NULL, "\"?\"" },
};

static void test_word(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(shell_rows); i++) {
        const char *word = shell_rows[i].word, *expected = shell_rows[i].expected;
        _cleanup_buffer_ struct buffer text = { 0 }, name = { 0 };
        check_number(word, shell_append_word(&text, word), expected ? 0 : 1);
        check_text(word, text.data, expected);
        check_number(word, shell_append_name(&name, word), 0);
        check_text(word, name.data, expected ? expected : shell_rows[i].name);
    }
}

static void test_path(void **state)
{
    (void) state;
    static const struct {
        const char *path, *expected; /* NULL: none */
    } rows[] = {
        { "/etc/a b", "'/etc/a b'" },
        { "img/-x", "img/-x" },
        { "-img/x", "./-img/x" },
        { "-", "./-" },
        { "-rf $(x)", "'./-rf $(x)'" },
        { "-\x1b", "\"$(printf './-\\033')\"" },
        { "-\n", NULL },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer text = { 0 };
        check_number(
            rows[i].path, shell_append_path(&text, rows[i].path), rows[i].expected ? 0 : 1);
        check_text(rows[i].path, text.data, rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
