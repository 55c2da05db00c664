/* agent/lib/shell.c: what a shell reads back as it was. */

#include "lib/shell.h"

#include "check.h"

static void test_path(void **state)
{
    (void) state;
    static const struct {
        const char *path, *expected;
    } rows[] = {
        { "/etc/a-b_c.d,e:f=g@h%i+j", "/etc/a-b_c.d,e:f=g@h%i+j" },
        { "", "$''" },
        { "a b", "$'a b'" },
        { "it's", "$'it\\'s'" },
        { "back\\slash", "$'back\\\\slash'" },
        { "new\nline\x1b[1m\xff\x7f", "$'new\\012line\\033[1m\\377\\177'" },
        { "$(reboot)`x`;", "$'$(reboot)`x`;'" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer text = { 0 };
        check_number("memory", shell_append_path(&text, rows[i].path), 0);
        check_text(rows[i].path, text.data, rows[i].expected);
    }
}

static void test_word(void **state)
{
    (void) state;
    static const struct {
        const char *word, *expected;
    } rows[] = {
        { "", "" },
        { "AKIA/+=abc123", "AKIA/+=abc123" },
        { "a b", "'a b'" },
        { "it's", "'it'\\''s'" },
        { "$(reboot)`x`;", "'$(reboot)`x`;'" },
        { "back\\slash", "'back\\slash'" },
        { "new\nline", "'new\nline'" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer text = { 0 };
        check_number("memory", buffer_append_text(&text, ""), 0);
        check_number("memory", shell_append_word(&text, rows[i].word), 0);
        check_text(rows[i].word, text.data, rows[i].expected);
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
