/* SPDX-License-Identifier: MIT */
/* agent/outputs/environment.c: the bytes of /etc/environment before, with, and after the block. */

#include <errno.h>

#include "etc_environment.h"

#define D DISPLACED

/* What others wrote, and what stands behind the block when http_proxy and no_proxy are set. */
static const struct {
    const char *others;
    size_t size;
    const char *behind;
    size_t behind_size;
} goldens[] = {
    { TEXT(""), TEXT("") },
    { TEXT("A=1\n"), TEXT("A=1\n") },
    { TEXT("A=1"), TEXT("A=1") },
    { TEXT("\n\n"), TEXT("\n\n") },
    { TEXT("A=1\r\nB=2\r\n"), TEXT("A=1\r\nB=2\r\n") },
    { TEXT("A=\0\xff\n\0"), TEXT("A=\0\xff\n\0") },
    { TEXT("# http_proxy=x\n"), TEXT("# http_proxy=x\n") },
    { TEXT("  # http_proxy=x\n"), TEXT("  # http_proxy=x\n") },

    { TEXT("http_proxy=x\n"), TEXT(D "http_proxy=x\n") },
    { TEXT("http_proxy=x"), TEXT(D "http_proxy=x") },
    { TEXT("HTTP_PROXY=x\n"), TEXT(D "HTTP_PROXY=x\n") },
    { TEXT("no_proxy=\n"), TEXT(D "no_proxy=\n") },
    { TEXT("NO_PROXY=\"a b\"\n"), TEXT(D "NO_PROXY=\"a b\"\n") },
    { TEXT("http_proxy='x'\n"), TEXT(D "http_proxy='x'\n") },
    { TEXT("  http_proxy=x  \n"), TEXT(D "  http_proxy=x  \n") },
    { TEXT("\thttp_proxy = x\n"), TEXT(D "\thttp_proxy = x\n") },
    { TEXT("export http_proxy=x\n"), TEXT(D "export http_proxy=x\n") },
    { TEXT(" export \t HTTP_PROXY=x\n"), TEXT(D " export \t HTTP_PROXY=x\n") },
    { TEXT("export\tno_proxy=x\n"), TEXT(D "export\tno_proxy=x\n") },
    { TEXT("http_proxy=x # y\n"), TEXT(D "http_proxy=x # y\n") },
    { TEXT("A=1\nhttp_proxy=x\nB=2\nno_proxy=y\nC=3"),
        TEXT("A=1\n" D "http_proxy=x\nB=2\n" D "no_proxy=y\nC=3") },

    /* Not ours: not set, other names, not assignments. */
    { TEXT("https_proxy=x\nHTTPS_PROXY=x\n"), TEXT("https_proxy=x\nHTTPS_PROXY=x\n") },
    { TEXT("ftp_proxy=x\nall_proxy=x\n"), TEXT("ftp_proxy=x\nall_proxy=x\n") },
    { TEXT("my_http_proxy=x\nhttp_proxy2=x\n"), TEXT("my_http_proxy=x\nhttp_proxy2=x\n") },
    { TEXT("A=http_proxy=x\n"), TEXT("A=http_proxy=x\n") },
    { TEXT("exporthttp_proxy=x\n"), TEXT("exporthttp_proxy=x\n") },
    { TEXT("=x\n=\nexport =x\nexport\n"), TEXT("=x\n=\nexport =x\nexport\n") },

    /* A displaced line is a comment to every reader. */
    { TEXT("http_proxy=x\r\n"), TEXT(D "http_proxy=x\\x0d\n") },
    { TEXT("http_proxy=a\\b\n"), TEXT(D "http_proxy=a\\x5cb\n") },
    { TEXT("http_proxy=a\\x5c\\x0d\n"), TEXT(D "http_proxy=a\\x5cx5c\\x5cx0d\n") },
    { TEXT("http_proxy=a\rb\r\r\n"), TEXT(D "http_proxy=a\\x0db\\x0d\\x0d\n") },
    { TEXT("http_proxy=a\\"), TEXT(D "http_proxy=a\\x5c") },
    { TEXT("http_proxy=\0\xff\n"), TEXT(D "http_proxy=\0\xff\n") },

    /* Lines that go on. */
    { TEXT("http_proxy=a\\\nb\nC=1\n"), TEXT(D "http_proxy=a\\x5c\n" D "b\nC=1\n") },
    { TEXT("http_proxy=a\\ \t\nA=1\nC=1\n"), TEXT(D "http_proxy=a\\x5c \t\n" D "A=1\nC=1\n") },
    { TEXT("http_proxy=a\\\n\n# c\nb\\\nd\nC=1\n"),
        TEXT(D "http_proxy=a\\x5c\n\n# c\n" D "b\\x5c\n" D "d\nC=1\n") },
    { TEXT("A=a\\\nhttp_proxy=x\nno_proxy=y\n"), TEXT("A=a\\\nhttp_proxy=x\n" D "no_proxy=y\n") },
    { TEXT("http_proxy=a#\\\nB=1\n"), TEXT(D "http_proxy=a#\\x5c\nB=1\n") },
    { TEXT("A=a#\\\nhttp_proxy=x\n"), TEXT("A=a#\\\n" D "http_proxy=x\n") },
};

static void render(const char *row, const struct environment *environment,
    const struct content *old, struct content *ret)
{
    struct error err = { 0 };
    check_number(row, environment_render(environment, old, ret), 0);
    int r = environment_verify(environment, ret, &err);
    check_text(row, err.text, "");
    check_number(row, r, 0);
}

static void test_golden(void **state)
{
    (void) state;
    const struct environment environment = values_of(true, false, LETTER_CASE_BOTH), none = { 0 };
    for (size_t i = 0; i < ELEMENTSOF(goldens); i++) {
        const char *row = goldens[i].others;
        _cleanup_content_ struct content others = content_of(row, goldens[i].size);
        _cleanup_content_ struct content with = { 0 }, again = { 0 }, without = { 0 };
        _cleanup_buffer_ struct buffer expected = { 0 };
        check_number(row, buffer_append_text(&expected, BLOCK), 0);
        check_number(row, buffer_append(&expected, goldens[i].behind, goldens[i].behind_size), 0);

        render(row, &environment, &others, &with);
        check_content(row, &with, expected.data, expected.size);
        render(row, &environment, &with, &again);
        check_content("again", &again, expected.data, expected.size);
        render(row, &none, &with, &without);
        check_content("without", &without, goldens[i].others, goldens[i].size);
    }
}

static void test_no_file(void **state)
{
    (void) state;
    const struct environment environment = values_of(true, false, LETTER_CASE_BOTH), none = { 0 };
    const struct content absent = { 0 };
    _cleanup_content_ struct content nothing = { 0 }, with = { 0 }, again = { 0 }, without = { 0 };
    render("nothing to write", &none, &absent, &nothing);
    check_content("nothing to write", &nothing, NULL, 0);
    render("a new file", &environment, &absent, &with);
    check_content("a new file", &with, TEXT(BEGIN_NEW HTTP END));
    render("again", &environment, &with, &again);
    check_content("again", &again, TEXT(BEGIN_NEW HTTP END));
    render("gone", &none, &again, &without);
    check_content("gone", &without, NULL, 0);

    /* Somebody added a line: now the file is theirs. */
    _cleanup_content_ struct content added = content_of(TEXT(BEGIN_NEW HTTP END "A=1\n"));
    _cleanup_content_ struct content edited = { 0 }, left = { 0 };
    render("with a line of others", &environment, &added, &edited);
    check_content("with a line of others", &edited, TEXT(BLOCK "A=1\n"));
    render("their line stays", &none, &added, &left);
    check_content("their line stays", &left, TEXT("A=1\n"));
}

static void test_values(void **state)
{
    (void) state;
    static const struct {
        bool http, https;
        enum letter_case letter_case;
        const char *expected;
    } rows[] = {
        { true, true, LETTER_CASE_BOTH,
            BEGIN "http_proxy=http://p:1\nhttps_proxy=http://u:x%40@p:2\nno_proxy=n,*.n\n"
                  "HTTP_PROXY=http://p:1\nHTTPS_PROXY=http://u:x%40@p:2\nNO_PROXY=n,*.n\n" END D
                  "HTTPS_PROXY=a\n" D "http_proxy=b\n" D "No_Proxy=c\n" },
        { true, false, LETTER_CASE_LOWER,
            BEGIN "http_proxy=http://p:1\nno_proxy=n,*.n\n" END "HTTPS_PROXY=a\n" D
                  "http_proxy=b\n" D "No_Proxy=c\n" },
        { false, true, LETTER_CASE_UPPER,
            BEGIN "HTTPS_PROXY=http://u:x%40@p:2\nNO_PROXY=n,*.n\n" END D
                  "HTTPS_PROXY=a\nhttp_proxy=b\n" D "No_Proxy=c\n" },
        { false, false, LETTER_CASE_BOTH, "HTTPS_PROXY=a\nhttp_proxy=b\nNo_Proxy=c\n" },
    };
    /* Each after each: what one displaced comes back when the next does not set it. */
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        for (size_t j = 0; j < ELEMENTSOF(rows); j++) {
            const struct environment first =
                values_of(rows[i].http, rows[i].https, rows[i].letter_case);
            const struct environment second =
                values_of(rows[j].http, rows[j].https, rows[j].letter_case);
            _cleanup_content_ struct content one = { 0 }, two = { 0 };
            _cleanup_content_ struct content others =
                content_of(TEXT("HTTPS_PROXY=a\nhttp_proxy=b\nNo_Proxy=c\n"));
            render("first", &first, &others, &one);
            check_content("first", &one, rows[i].expected, strlen(rows[i].expected));
            render("second", &second, &one, &two);
            check_content("second", &two, rows[j].expected, strlen(rows[j].expected));
        }
}

/* Files in which somebody edited our part; both what is written and what is left. */
struct damage {
    const char *old, *with, *without;
};

static void check_damages(const struct damage damages[], size_t count)
{
    const struct environment environment = values_of(true, false, LETTER_CASE_BOTH), none = { 0 };
    for (size_t i = 0; i < count; i++) {
        const struct damage *d = &damages[i];
        _cleanup_content_ struct content old = content_of(d->old, strlen(d->old));
        _cleanup_content_ struct content with = { 0 }, without = { 0 }, again = { 0 };
        render(d->old, &environment, &old, &with);
        check_content(d->old, &with, d->with, strlen(d->with));
        render(d->old, &none, &old, &without);
        check_content(d->old, &without, d->without, strlen(d->without));
        render(d->old, &environment, &with, &again);
        check_content(d->old, &again, d->with, strlen(d->with));
    }
}

static void test_damaged(void **state)
{
    (void) state;
    static const struct damage damages[] = {
        /* the block is in another place, empty, there twice, or from other values */
        { "A=1\n" BLOCK "B=2\n", BLOCK "A=1\nB=2\n", "A=1\nB=2\n" },
        { BEGIN END "A=1\n", BLOCK "A=1\n", "A=1\n" },
        { BLOCK BLOCK "A=1\n", BLOCK "A=1\n", "A=1\n" },
        { BEGIN "HTTPS_PROXY=old\n" END, BLOCK, "" },
        { BEGIN "export http_proxy=old\n http_proxy = x\n" END "A=1\n", BLOCK "A=1\n", "A=1\n" },
        /* END is missing */
        { BEGIN HTTP "A=1\nhttp_proxy=x\n", BLOCK "A=1\n" D "http_proxy=x\n",
            "A=1\nhttp_proxy=x\n" },
        { BEGIN HTTP, BLOCK, "" },
        { BEGIN "http_proxy=cut of", BLOCK, "" },
        { BEGIN, BLOCK, "" },
        { BEGIN HTTP BLOCK "A=1\n", BLOCK "A=1\n", "A=1\n" },
        { BEGIN HTTP "\nhttp_proxy=x\n", BLOCK "\n" D "http_proxy=x\n", "\nhttp_proxy=x\n" },
        /* BEGIN is missing: what follows may be anybody's */
        { "http_proxy=x\n" END "A=1\n", BLOCK D "http_proxy=x\nA=1\n", "http_proxy=x\nA=1\n" },
        { "# END ec2-bootstrap", BLOCK, "" },
        /* a marker was edited, so it is a comment like others */
        { " " END "A=1\n", BLOCK " " END "A=1\n", " " END "A=1\n" },
        /* a displaced line was edited, moved or doubled */
        { D "A=1\n", BLOCK "A=1\n", "A=1\n" },
        { D "http_proxy=x\n" BLOCK, BLOCK D "http_proxy=x\n", "http_proxy=x\n" },
        { BLOCK D "http_proxy=\\x5\\x0\\y\\\n", BLOCK D "http_proxy=\\x5cx5\\x5cx0\\x5cy\\x5c\n",
            "http_proxy=\\x5\\x0\\y\\\n" },
        { BLOCK D "\n", BLOCK "\n", "\n" },
    };
    check_damages(damages, ELEMENTSOF(damages));
}

/* Between BEGIN and END all our assignments are ours, also behind a line that somebody put there:
 * left behind they would stay, with the password, when everything of ours has to go. */
static void test_foreign_line_inside(void **state)
{
    (void) state;
    static const struct damage damages[] = {
        { BEGIN "http_proxy=a\nA=1\nno_proxy=b\nHTTP_PROXY=c\n" END "B=2\n", BLOCK "A=1\nB=2\n",
            "A=1\nB=2\n" },
        { BEGIN "# my note\nhttp_proxy=http://u:pw@p:1\n" END, BLOCK "# my note\n", "# my note\n" },
        { BEGIN "\nhttp_proxy=a\n" END, BLOCK "\n", "\n" },
    };
    check_damages(damages, ELEMENTSOF(damages));
}

/* To PAM a name without an assignment, as shell users write it below one, unsets the variable. */
static void test_name_alone(void **state)
{
    (void) state;
    static const struct damage damages[] = {
        { "http_proxy=x\nexport http_proxy\nA=1\n",
            BLOCK D "http_proxy=x\n" D "export http_proxy\nA=1\n",
            "http_proxy=x\nexport http_proxy\nA=1\n" },
        { "HTTP_PROXY\n", BLOCK D "HTTP_PROXY\n", "HTTP_PROXY\n" },
    };
    check_damages(damages, ELEMENTSOF(damages));
}

static void test_verify(void **state)
{
    (void) state;
    static const struct {
        const char *file, *missing; /* NULL: all is well */
    } rows[] = {
        { BLOCK, NULL },
        { HTTP, NULL },
        { "A=1\n" BLOCK "A=1\n", NULL },
        { BLOCK "HTTP_PROXY=http://p:1\n", NULL },
        { BLOCK "https_proxy=x\n", NULL },
        { "", "http_proxy" },
        { BEGIN END, "http_proxy" },
        { BLOCK "HTTP_PROXY=x\n", "HTTP_PROXY" },
        { BLOCK "export no_proxy=\n", "no_proxy" },
        { "A=1\\\n" HTTP, "http_proxy" },
        { "http_proxy=http://p:1\r\nno_proxy=n,*.n\nHTTP_PROXY=http://p:1\nNO_PROXY=n,*.n\n",
            "http_proxy" },
        { "http_proxy=http://p:1\nno_proxy=n,*.n\nHTTP_PROXY=http://p:1\nNO_PROXY=n,*.n \n",
            "NO_PROXY" },
    };
    const struct environment environment = values_of(true, false, LETTER_CASE_BOTH), none = { 0 };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_content_ struct content content = content_of(rows[i].file, strlen(rows[i].file));
        struct error err = { 0 };
        char expected[100] = "";
        if (rows[i].missing)
            (void) snprintf(expected, sizeof(expected), "PAM would not read %s as it was meant",
                rows[i].missing);
        check_number(rows[i].file, environment_verify(&environment, &content, &err),
            rows[i].missing ? -EBADMSG : 0);
        check_text(rows[i].file, err.text, expected);
        check_number(rows[i].file, err.status, rows[i].missing ? EX_IOERR : 0);
        check_number("no values", environment_verify(&none, &content, &err), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_foreign_line_inside),
        cmocka_unit_test(test_name_alone),
        cmocka_unit_test(test_verify),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
