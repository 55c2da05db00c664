/* SPDX-License-Identifier: MIT */
/* agent/seal/patterns.c: what counts as a trace, and where; and that no value is shown. */

#include "seal/patterns.h"

#include <inttypes.h>

#include "check.h"
#include "lib/memory.h"

/* Values of nobody, in two parts so that no scanner of this repository takes them for real. */
#define KEY                                                                                        \
    "AKIA"                                                                                         \
    "QWERTY1234567890"
#define ROLE_KEY                                                                                   \
    "ASIA"                                                                                         \
    "QWERTY1234567890"
#define FIFTY "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV-_"
#define TOKEN "AQAE" FIFTY "=="
#define ID    "i-0123456789abcdef0"

static void note(const struct scan_hit *hit, void *data)
{
    check_number("memory",
        buffer_printf(
            data, "%s@%" PRIu64 " ", seal_kind_name((enum seal_kind) hit->kind), hit->offset),
        0);
}

static void add(struct strings *list, const char *text)
{
    if (text)
        check_number("memory", strings_append(list, text), 0);
}

/* The values of one machine. */
static struct scan *make(const char *password, const char *user, struct strings *notes)
{
    struct seal_values values = { 0 };
    struct scan *scan = NULL;
    add(&values.passwords, password);
    add(&values.users, user);
    add(&values.instances, ID);
    check_number("new", seal_scan_new(&values, notes, &scan), 0);
    seal_values_free(&values);
    return scan;
}

enum { HOME = TRACE_IN_HOME, ETC = TRACE_IN_ETC, JOURNAL = TRACE_IN_JOURNAL };

static const struct {
    const char *bytes;
    unsigned int where;
    const char *expected;
} search_rows[] = {
    { KEY, HOME, "access key id@0 " },
    { "id=" ROLE_KEY "\n", ETC, "access key id@3 " },
    { "\"" KEY "\"," ROLE_KEY, JOURNAL, "access key id@1 access key id@23 " },
    { KEY "A", ETC, "" },
    { "A" KEY, ETC, "" },
    { "x" KEY "x", ETC, "access key id@1 " },
    { "AKIA"
      "QWERTY123456789",
        ETC, "" },
    { "AROA"
      "QWERTY1234567890",
        ETC, "" },
    { TOKEN, HOME, "IMDS token@0 " },
    { "token=" TOKEN "\n", ETC, "IMDS token@6 " },
    { "AQAE" FIFTY "=", ETC, "" },
    { "AQAE" FIFTY "x==", ETC, "" },
    { "x" TOKEN, ETC, "" },
    { TOKEN "=", ETC, "" },
    { "> X-aws-ec2-metadata-token: " TOKEN "\r\n", ETC, "IMDS token@4 " },
    { "> x-AWS-ec2-metadata-token:" FIFTY, ETC, "IMDS token@4 " },
    { "X-aws-ec2-metadata-token: $TOKEN", HOME, "" },
    { "X-aws-ec2-metadata-token-ttl-seconds: 21600", HOME, "" },
    { ID, HOME, "instance id@0 " },
    { ID, ETC, "instance id@0 " },
    { "on i-fedcba98765432100.", ETC, "instance id@3 " },
    { "on i-fedcba98765432100.", HOME, "" },
    { "log-i-deadbeef.txt", JOURNAL, "instance id@4 " },
    { "mi-0123456789abcdef1", ETC, "" },
    { "i-0123456789abcdef01", ETC, "instance id@0 " }, /* holds our own, in full */
    { "i-fedcba987654321001", ETC, "" },
    { "i-DEADBEEF i-deadbee i-deadbeefx", ETC, "" },
    { "p@ss/w rd", ETC, "proxy password@0 " },
    { "http://u:p%40ss%2Fw%20rd@h", HOME, "URL with a login@4 proxy password@9 " },
    { "p%40ss%2fw%20rd", JOURNAL, "proxy password@0 " },
    { "xp@ss/w rdx", ETC, "proxy password@1 " },
    { "%70%40ss%2Fw%20r%64", ETC, "proxy password@0 " }, /* by hand */
    { "p@ss/w rd svc_proxy", TRACE_IN_SETTINGS, "" },
    { KEY, TRACE_IN_SETTINGS, "access key id@0 " },
    { "svc_proxy svc_proxy2 xsvc_proxy", ETC, "proxy user name@0 " },
    { "//svc_proxy:x@", HOME, "proxy user name@2 " },
    { "x\x28\xb5\x2f\xfd", JOURNAL, "compressed data, which cannot be searched@1 " },
    { "x\xfd"
      "7zXZ",
        JOURNAL, "compressed data, which cannot be searched@1 " },
    { "BZhello", TRACE_IN_CLOUD_INIT, "" },
};

static void check_hits(
    struct scan *scan, unsigned int where, const char *bytes, const char *expected)
{
    _cleanup_buffer_ struct buffer hits = { 0 };
    scan_start(scan, where, 0, note, &hits);
    scan_feed(scan, bytes, strlen(bytes));
    scan_end(scan);
    check_text(bytes, hits.data ? hits.data : "", expected);
}

static void test_search(void **state)
{
    (void) state;
    _cleanup_strings_ struct strings notes = { 0 };
    _cleanup_scan_ struct scan *scan = make("p@ss/w rd", "svc_proxy", &notes);
    check_number("notes", (long long) notes.count, 0);
    for (size_t i = 0; i < ELEMENTSOF(search_rows); i++) {
        check_hits(scan, search_rows[i].where, search_rows[i].bytes, search_rows[i].expected);
    }
}

/* A short word is in every file, so it counts where it can only be a login. */
static void test_short_values(void **state)
{
    (void) state;
    static const struct {
        const char *bytes, *expected;
    } rows[] = {
        { "svc p@ss", "" },
        { "http://svc:p@ss@proxy", "proxy user name@5 proxy password@7 " },
        { "http://svc:p%40ss@proxy", "URL with a login@4 proxy user name@5 proxy password@7 " },
        { "http://svc@proxy", "proxy user name@5 " },
        { "http://svc.example/", "" },
    };
    _cleanup_strings_ struct strings notes = { 0 };
    _cleanup_scan_ struct scan *scan = make("p@ss", "svc", &notes);
    _cleanup_mem_ char *words = strings_join(&notes, "\n");
    check_text("notes", words,
        "a proxy password has fewer than 6 bytes: it is looked for in URLs only, not by itself\n"
        "a proxy user name has fewer than 6 bytes: it is looked for in URLs only, not by itself");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        check_hits(scan, TRACE_IN_ETC, rows[i].bytes, rows[i].expected);
    }
}

static void test_hidden(void **state)
{
    (void) state;
    static const struct {
        const char *path, *expected;
    } rows[] = {
        { "/etc/fstab", "/etc/fstab" },
        { "/var/lib/cloud/instances/" ID "/user-data.txt",
            "/var/lib/cloud/instances/***/user-data.txt" },
        { "/var/log/" ID ".log." ROLE_KEY, "/var/log/***.log.***" },
        { "/home/x/" ID, "/home/x/***" },
        { "/var/log/svc_proxy", "/var/log/***" },
        { "/var/log/X-aws-ec2-metadata-token: " TOKEN, "/var/log/X-***" },
        { "/etc/a\nb\n" KEY, "/etc/a\nb\n***" },
    };
    _cleanup_scan_ struct scan *scan = make("p@ss/w rd", "svc_proxy", NULL);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer shown = { 0 };
        check_number("memory", seal_append_masked(scan, rows[i].path, &shown), 0);
        check_text(rows[i].path, shown.data, rows[i].expected);
    }
}

static void test_instance(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        bool expected;
    } rows[] = { { ID, true }, { "i-deadbeef", true }, { "", false }, { "i-", false },
        { "i-0123456789abcdef", false }, { "i-0123456789abcdef00", false }, { "i-DEADBEEF", false },
        { "x-deadbeef", false }, { "iid-datasource-none", false }, { "i-deadbeeg", false } };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(rows[i].text, seal_is_instance_id(rows[i].text), rows[i].expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_short_values),
        cmocka_unit_test(test_hidden),
        cmocka_unit_test(test_instance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
