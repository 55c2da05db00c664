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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
