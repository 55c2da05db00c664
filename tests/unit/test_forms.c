/* SPDX-License-Identifier: MIT */
/* agent/seal/forms.c, agent/seal/spelling.c, agent/seal/matcher.c: what real encoders make of a
 * text is found, wherever it stands and however it comes; what is like it is not. The rows are of
 * Python's libraries and of shells. */

#include "seal/forms.h"

#include "check.h"
#include "seal/scan.h"

enum { WHERE = 1 };

static const char text[] = "p@ss/w0rd \"$x%'& \303\251";

static const struct {
    const char *name, *bytes;
    size_t size;
} form_rows[] = {
    { "raw", "p@ss/w0rd \"$x%'& \303\251", 19 },
    { "RFC 3986", "p%40ss%2Fw0rd%20%22%24x%25%27%26%20%C3%A9", 41 },
    { "lower case", "p%40ss%2fw0rd%20%22%24x%25%27%26%20%c3%a9", 41 },
    { "encodeURIComponent", "p%40ss%2Fw0rd%20%22%24x%25'%26%20%C3%A9", 39 },
    { "quote of Python", "p%40ss/w0rd%20%22%24x%25%27%26%20%C3%A9", 39 },
    { "quote_plus of Python", "p%40ss%2Fw0rd+%22%24x%25%27%26+%C3%A9", 37 },
    { "only @ and /", "p%40ss%2Fw0rd \"$x%'& \303\251", 23 },
    { "each byte", "%70%40%73%73%2F%77%30%72%64%20%22%24%78%25%27%26%20%C3%A9", 57 },
    { "twice", "p%2540ss%252Fw0rd%2520%2522%2524x%2525%2527%2526%2520%25C3%25A9", 63 },
    { "in a unit file", "p%%40ss%%2Fw0rd%%20%%22%%24x%%25%%27%%26%%20%%C3%%A9", 52 },
    { "in a unit file, raw", "p@ss/w0rd \"$x%%'& \303\251", 20 },
    { "JSON, ASCII", "\"p@ss/w0rd \\\"$x%'& \\u00e9\"", 26 },
    { "JSON, UTF-8", "\"p@ss/w0rd \\\"$x%'& \303\251\"", 22 },
    { "JSON of PHP", "\"p@ss\\/w0rd \\\"$x%'& \\u00e9\"", 27 },
    { "JSON in JSON", "\"\\\"p@ss/w0rd \\\\\\\"$x%'& \\\\u00e9\\\"\"", 33 },
    { "XML", "p@ss/w0rd &quot;$x%&#x27;&amp; \303\251", 33 },
    { "XML, numbers",
        "&#112;&#64;&#115;&#115;&#47;&#119;&#48;&#114;&#100;&#32;&#34;&#36;&#120;&#37;&#39;&#38;&#"
        "32;&#233;",
        98 },
    { "XML, hexadecimal",
        "&#x70;&#x40;&#x73;&#x73;&#x2F;&#x77;&#x30;&#x72;&#x64;&#x20;&#x22;&#x24;&#x78;&#x25;&#x27;"
        "&#x26;&#x20;&#xE9;",
        108 },
    { "shell", "'p@ss/w0rd \"$x%'\"'\"'& \303\251'", 25 },
    { "printf %q", "p\\@ss\\/w0rd\\ \\\"\\$x\\%\\'\\&\\ \303\251", 28 },
    { "shell, double quotes", "\"p@ss/w0rd \\\"\\$x%'& \303\251\"", 23 },
    { "YAML, single quotes", "'p@ss/w0rd \"$x%''& \303\251'", 22 },
    { "YAML, folded", "p@ss/w0rd\012    \"$x%'& \303\251", 23 },
    { "folded with a backslash", "p@ss/\\\012   w0rd \"$x%'& \303\251", 24 },
    { "SQL", "'p@ss/w0rd \"$x%''& \303\251'", 22 },
    { "CSV", "\"p@ss/w0rd \"\"$x%'& \303\251\"", 22 },
    { "compose file", "p@ss/w0rd \"$$x%'& \303\251", 20 },
    { "quoted-printable", "p@ss/w0rd \"$x%'& =C3=A9", 23 },
    { "base64 behind 0", "cEBzcy93MHJkICIkeCUnJiDDqUBwcm94eTozMTI4", 40 },
    { "base64 behind 1", "dXBAc3MvdzByZCAiJHglJyYgw6lAcHJveHk6MzEyOA==", 44 },
    { "base64 behind 2", "dXVwQHNzL3cwcmQgIiR4JScmIMOpQHByb3h5OjMxMjg=", 44 },
    { "base64url", "Pj4-cEBzcy93MHJkICIkeCUnJiDDqT8_Pz8=", 36 },
    { "base64 in lines of 64",
        "eHh4eHh4eHh4eHh4eHh4eHh4eHhwQHNzL3cwcmQgIiR4JScmIMOpeXl5eXl5eXl5\012eXl5eXl5eXl5eXl5eXl5eX"
        "l5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5eXl5\012eXl5\012",
        135 },
    { "base64 in lines of 16",
        "eHh4eHh4eHh4eHh4\012  eHh4eHh4eHhwQHNz\012  L3cwcmQgIiR4JScm\012  IMOpeXl5eXl5eXl5\012  "
        "eXl5eXl5eXl5eXl5\012  eXl5eXl5eXl5eXl5\012  eXl5eXl5eXl5eXl5\012  eXl5eXl5eXl5eXl5\012  "
        "eXl5\012  \012  \012  \012  ",
        168 },
    { "base64 in JSON",
        "\"eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHBAc3MvdzByZCAiJHglJyYgw6k=\\neA=="
        "\"",
        88 },
    { "base64 of a percent-encoded one",
        "aHR0cDovL3U6cCU0MHNzJTJGdzByZCUyMCUyMiUyNHglMjUlMjclMjYlMjAlQzMlQTlAaA==", 72 },
    { "base64 of base64", "eyJhdXRoIjogImRYTmxjanB3UUhOekwzY3djbVFnSWlSNEpTY21JTU9wIn0=", 60 },
    { "hexadecimal", "704073732f773072642022247825272620c3a9", 38 },
    { "HEXADECIMAL", "704073732F773072642022247825272620C3A9", 38 },
    { "hexadecimal with colons", "70:40:73:73:2f:77:30:72:64:20:22:24:78:25:27:26:20:c3:a9", 56 },
    { "a dump", "70 40 73 73 2f 77 30 72 64 20 22 24 78 25 27 26 20 c3 a9", 56 },
    { "an array of C",
        "0x70, 0x40, 0x73, 0x73, 0x2f, 0x77, 0x30, 0x72, 0x64, 0x20, 0x22, 0x24, 0x78, 0x25, 0x27, "
        "0x26, 0x20, 0xc3, 0xa9",
        112 },
    { "UTF-16 little-endian",
        "p\000@\000s\000s\000/\000w\0000\000r\000d\000 \000\"\000$\000x\000%\000'\000&\000 "
        "\000\351\000",
        36 },
    { "UTF-16 big-endian",
        "\000p\000@\000s\000s\000/\000w\0000\000r\000d\000 \000\"\000$\000x\000%\000'\000&\000 "
        "\000\351",
        36 },
    { "UTF-16 of JSON",
        "\"\000p\000@\000s\000s\000/\000w\0000\000r\000d\000 "
        "\000\\\000\"\000$\000x\000%\000'\000&\000 \000\\\000u\0000\0000\000e\0009\000\"\000",
        52 },
};

static void count(const struct scan_hit *hit, void *data)
{
    check_that("a length", hit->length > 0);
    ++*(size_t *) data;
}

static struct scan *form_scan(const char *of, bool is_word)
{
    struct forms forms = { 0 };
    struct matcher *matcher = NULL;
    struct scan *scan = NULL;
    const struct form_source source = { .where = WHERE, .text = of, .is_word = is_word };
    check_number("forms", forms_add(&forms, &source), 0);
    check_number("matcher", matcher_new(&forms, &matcher), 0);
    check_number("scan", scan_new(NULL, 0, matcher, &scan), 0);
    return scan;
}

/* So many bytes in front, in pieces of one size. */
static size_t form_hits(
    struct scan *scan, const char *bytes, size_t size, size_t before, size_t piece)
{
    static char whole[70000];
    size_t hits = 0;
    memset(whole, '~', sizeof(whole));
    memcpy(whole + before, bytes, size);
    size += before + 9;
    scan_start(scan, WHERE, 0, count, &hits);
    for (size_t at = 0; at < size; at += piece)
        scan_feed(scan, whole + at, size - at < piece ? size - at : piece);
    scan_end(scan);
    return hits;
}

static void test_forms(void **state)
{
    (void) state;
    _cleanup_scan_ struct scan *scan = form_scan(text, false);
    for (size_t i = 0; i < ELEMENTSOF(form_rows); i++)
        for (size_t before = 0; before < 7; before++) {
            const char *bytes = form_rows[i].bytes;
            size_t size = form_rows[i].size;
            check_number(form_rows[i].name,
                (long long) form_hits(scan, bytes, size, before, 1 + 13 * before), 1);
            check_number(form_rows[i].name,
                (long long) form_hits(scan, bytes, size, 65520 + before, 4096), 1);
        }
}

/* A text that in base64 has what is no letter and no digit, and in UTF-16 a pair. */
static void test_digits(void **state)
{
    (void) state;
    static const struct {
        const char *name, *bytes;
        size_t size;
    } rows[] = {
        { "raw", "~~\077\077>>\360\237\224\221k~~", 13 },
        { "base64 behind 0", "fn4/Pz4+8J+UkWt+fnl5eQ==", 24 },
        { "base64url behind 0", "fn4_Pz4-8J-UkWt-fnl5eQ==", 24 },
        { "base64 in a URL, behind 0", "fn4%2FPz4%2B8J%2BUkWt%2Bfnl5eQ%3D%3D", 36 },
        { "base64 in JSON of PHP, behind 0", "fn4\\/Pz4+8J+UkWt+fnl5eQ==", 25 },
        { "base64 behind 1", "eH5+Pz8+PvCflJFrfn55eXk=", 24 },
        { "base64url behind 1", "eH5-Pz8-PvCflJFrfn55eXk=", 24 },
        { "base64 in a URL, behind 1", "eH5%2BPz8%2BPvCflJFrfn55eXk%3D", 30 },
        { "base64 in JSON of PHP, behind 1", "eH5+Pz8+PvCflJFrfn55eXk=", 24 },
        { "base64 behind 2", "eHh+fj8/Pj7wn5SRa35+eXl5", 24 },
        { "base64url behind 2", "eHh-fj8_Pj7wn5SRa35-eXl5", 24 },
        { "base64 in a URL, behind 2", "eHh%2Bfj8%2FPj7wn5SRa35%2BeXl5", 30 },
        { "base64 in JSON of PHP, behind 2", "eHh+fj8\\/Pj7wn5SRa35+eXl5", 25 },
        { "JSON", "\"~~\077\077>>\\ud83d\\udd11k~~\"", 23 },
        { "UTF-16 LE", "~\000~\000\077\000\077\000>\000>\000=\330\021\335k\000~\000~\000", 22 },
        { "UTF-16 BE", "\000~\000~\000\077\000\077\000>\000>\330=\335\021\000k\000~\000~", 22 },
        { "XML", "~~\077\077&gt;&gt;&#x1f511;k~~", 24 },
        { "percent", "~~%3F%3F%3E%3E%F0%9F%94%91k~~", 29 },
    };
    _cleanup_scan_ struct scan *scan = form_scan("~~\077\077>>\360\237\224\221k~~", false);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(rows[i].name,
            (long long) form_hits(scan, rows[i].bytes, rows[i].size, i % 5, 1 + i), 1);
}

static void test_likeness(void **state)
{
    (void) state;
    static const struct {
        const char *of, *bytes;
        long long hits;
    } rows[] = {
        { "s3cret-word", "s3cret-wor", 0 }, { "s3cret-word", "s3cret_word", 0 },
        { "s3cret-word", "S3CRET-WORD", 0 }, { "s3cret-word", "s3cret- word", 0 },
        { "s3cret-word", "s3cret-\nword", 1 }, { "s3cret-word", "s3cret-\n\nword", 0 },
        { "s3cret-word", "s\n  3cret-word", 1 }, { "s3cret-word", "s3\\\n\t3cret-word", 0 },
        { "s3cret-word", "s3\\\n\tcret-word", 1 }, { "s3cret-word", "s3cret-wor\nd", 1 },
        { "s3cret-word", "s3cret-words3cret-word", 2 }, { "abcdef", "abcdef", 1 },
        { "abcdef", "ab\n        cdef", 1 }, { "abcdef", "a\n        bcdef", 1 },
        { ":ab@", "x:ab@y", 1 }, { ":ab@", ":ab@", 1 }, { ":ab@", ":a\nb@", 0 },
        { "ab@", "xab@y", 0 }, /* too short for anything */
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_scan_ struct scan *scan = form_scan(rows[i].of, false);
        for (size_t before = 0; before < 4; before++)
            check_number(rows[i].bytes,
                (long long) form_hits(scan, rows[i].bytes, strlen(rows[i].bytes), before, 5),
                rows[i].hits);
    }
}

static void test_words(void **state)
{
    (void) state;
    static const struct {
        const char *bytes;
        long long hits;
    } rows[] = {
        { "svc-proxy", 1 },
        { "xsvc-proxy", 0 },
        { "svc-proxyx", 0 },
        { "_svc-proxy svc-proxy_", 0 },
        { "-svc-proxy-", 1 },
        { "http%3A%2F%2Fsvc-proxy%3Apw", 1 },
        { "%2svc-proxy", 0 },
        { "\\nsvc-proxy", 1 },
        { "\\u002fsvc-proxy", 1 },
    };
    _cleanup_scan_ struct scan *scan = form_scan("svc-proxy", true);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(rows[i].bytes,
            (long long) form_hits(scan, rows[i].bytes, strlen(rows[i].bytes), 2, 3), rows[i].hits);
}

/* A long text is looked for by its beginning. */
static void test_long(void **state)
{
    (void) state;
    char longest[300] = { 0 };
    memset(longest, 'k', sizeof(longest) - 1);
    for (size_t i = 0; i < strlen("session"); i++)
        longest[i] = "session"[i];
    _cleanup_scan_ struct scan *scan = form_scan(longest, false);
    check_number("as it is", (long long) form_hits(scan, longest, strlen(longest), 3, 7), 1);
    check_number("shorter", (long long) form_hits(scan, longest, FORM_UNITS_MAX - 1, 3, 7), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_digits),
        cmocka_unit_test(test_likeness),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
