/* SPDX-License-Identifier: MIT */
/* agent/outputs/systemd.c: the file of EnvironmentFile=. */

#include "formats/whole_file.h"
#include "outputs/table.h"

#include <errno.h>

#include "check.h"

#define HEAD WHOLE_FILE_HEAD "\n"

static char http[] = "http://u:x%40@p:1", https[] = "http://p:2", list[] = "n,*.n,[::1]";

static const struct {
    const char *row;
    struct environment values;
    const char *expected; /* NULL: no file */
} goldens[] = {
    { "no proxy", { { NULL }, LETTER_CASE_BOTH }, NULL },
    { "both", { { http, https, list }, LETTER_CASE_BOTH },
        HEAD "http_proxy=http://u:x%40@p:1\nhttps_proxy=http://p:2\nno_proxy=n,*.n,[::1]\n"
             "HTTP_PROXY=http://u:x%40@p:1\nHTTPS_PROXY=http://p:2\nNO_PROXY=n,*.n,[::1]\n" },
    { "http, lower", { { http, NULL, list }, LETTER_CASE_LOWER },
        HEAD "http_proxy=http://u:x%40@p:1\nno_proxy=n,*.n,[::1]\n" },
    { "https, upper", { { NULL, https, list }, LETTER_CASE_UPPER },
        HEAD "HTTPS_PROXY=http://p:2\nNO_PROXY=n,*.n,[::1]\n" },
};

static const struct output_file *const file = &systemd_output.files[0];

static void set(struct content *content, const char *text)
{
    content->exists = text != NULL;
    if (text)
        check_number("append", buffer_append_text(&content->bytes, text), 0);
}

/* What stood there before, the earlier backup, and what the backup has to be now. */
static const struct {
    const char *old, *backup, *theirs;
} befores[] = {
    { NULL, NULL, NULL },
    { "", NULL, "" },
    { HEAD "http_proxy=old\n", NULL, NULL },
    { HEAD "http_proxy=old\n", "KEPT=1\n", "KEPT=1\n" },
    { "FOREIGN=1", NULL, "FOREIGN=1" },
    { "FOREIGN=1", "KEPT=1\n", "FOREIGN=1" },
    { NULL, "KEPT=1\n", "KEPT=1\n" },
};

static void check_content(const char *row, const struct content *got, const char *expected)
{
    check_number(row, got->exists, expected != NULL);
    check_text(row, got->exists ? got->bytes.data : NULL, expected);
}

/* One of the goldens over one of the files that may stand there. */
static void check_render(size_t golden, size_t before)
{
    const char *row = goldens[golden].row, *theirs = befores[before].theirs;
    const char *expected = goldens[golden].expected;
    const struct environment *environment = &goldens[golden].values;
    _cleanup_content_ struct content old = { 0 }, backup = { 0 }, new = { 0 }, new_backup = { 0 };
    set(&old, befores[before].old);
    set(&backup, befores[before].backup);
    const struct edit edit = { environment, &old, &backup, &new, &new_backup };
    struct error err = { 0 };
    check_number(row, whole_file_render(file->body, &edit), 0);
    check_content(row, &new, expected ? expected : theirs);
    check_content(row, &new_backup, expected ? theirs : NULL);
    check_number(row, file->verify(environment, &new, &err), 0);
    check_text(row, err.text, "");
}

static void test_golden(void **state)
{
    (void) state;
    for (size_t g = 0; g < ELEMENTSOF(goldens); g++)
        for (size_t b = 0; b < ELEMENTSOF(befores); b++)
            check_render(g, b);
}

static void test_verify(void **state)
{
    (void) state;
    static char plain[] = "http://p:1", quoted[] = "'x'", backslash[] = "a\\b", blank[] = "a b";
    static const struct {
        const char *file; /* NULL: there is none */
        char *http;
        bool good;
    } rows[] = {
        { "HTTP_PROXY=http://p:1\n", plain, true },
        { HEAD "A=1\nHTTP_PROXY=http://p:1\nB=2\n", plain, true },
        { "HTTP_PROXY=http://p:1", plain, true },
        { NULL, plain, false },
        { "", plain, false },
        { "HTTP_PROXY=http://p:2\n", plain, false },
        { "HTTP_PROXY=http://p:11\n", plain, false },
        { "HTTP_PROXY=http://p:\n", plain, false },
        { "http_proxy=http://p:1\n", plain, false },
        { "XHTTP_PROXY=http://p:1\n", plain, false },
        { "#HTTP_PROXY=http://p:1\n", plain, false },
        { "export HTTP_PROXY=http://p:1\n", plain, false },
        { "HTTP_PROXY=\"http://p:1\"\n", plain, true },
        { "HTTP_PROXY='x'\n", quoted, false },
        { "HTTP_PROXY=a\\b\n", backslash, false },
        { "HTTP_PROXY=a b\n", blank, true },
        { "A=1\rHTTP_PROXY=x\nHTTP_PROXY=http://p:1\nA=2\rHTTP_PROXY=x\n", plain, false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const struct environment values = { .values = { [VARIABLE_HTTP_PROXY] = rows[i].http },
            .letter_case = LETTER_CASE_UPPER };
        const char *row = rows[i].file ? rows[i].file : "no file";
        _cleanup_content_ struct content content = { .exists = rows[i].file != NULL };
        struct error err = { 0 };
        if (rows[i].file)
            check_number(row, buffer_append_text(&content.bytes, rows[i].file), 0);
        check_number(row, file->verify(&values, &content, &err), rows[i].good ? 0 : -EBADMSG);
        check_text(
            row, err.text, rows[i].good ? "" : "systemd would not read HTTP_PROXY as it was meant");
        check_number(row, err.status, rows[i].good ? 0 : EX_IOERR);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
