/* SPDX-License-Identifier: MIT */
/* agent/seal/findings.c: what was found, by owner and by path. */

#include "seal/findings.h"

#include <errno.h>

#include "check.h"

static void put(struct findings *findings, const char *path, struct finding finding)
{
    char copy[100];
    (void) snprintf(copy, sizeof(copy), "%s", path);
    finding.place = seal_place_of(path);
    finding.path = copy;
    check_number("memory", findings_add(findings, &finding), 0);
}

static void test_findings(void **state)
{
    (void) state;
    struct findings findings = { 0 };
    put(&findings, "/root/.aws/b", (struct finding){ .kind = TRACE_ACCESS_KEY, .count = 1 });
    put(&findings, "/home", (struct finding){ .kind = TRACE_UNREAD, .failure = -EACCES });
    put(&findings, "/etc/b", (struct finding){ .kind = TRACE_USER, .count = 2, .offset = 7 });
    put(&findings, "/etc/b", (struct finding){ .kind = TRACE_PASSWORD, .count = 1, .offset = 12 });
    put(&findings, "/etc/a b",
        (struct finding){ .kind = TRACE_INSTANCE, .location = FOUND_IN_NAME });
    put(&findings, "/etc/a b",
        (struct finding){ .kind = TRACE_INSTANCE, .location = FOUND_IN_LINK });
    put(&findings, "/etc/machine-id", (struct finding){ .kind = TRACE_MACHINE_ID });
    put(&findings, "/var/log/journal/x", (struct finding){ .kind = TRACE_COMPRESSED, .count = 1 });
    findings_sort(&findings);
    _cleanup_buffer_ struct buffer text = { 0 };
    check_number("memory", findings_append_text(&findings, "", &text), 0);
    check_text("text", text.data,
        "journal: journalctl --rotate --vacuum-time=1s\n"
        "  /var/log/journal/x: compressed data, which cannot be searched, at byte 0\n"
        "machine id: truncate --size 0 FILE\n"
        "  /etc/machine-id: machine id\n"
        "configuration: edit FILE\n"
        "  '/etc/a b': instance id, in its name\n"
        "  '/etc/a b': instance id, where the link leads to\n"
        "  /etc/b: proxy password, at byte 12\n"
        "  /etc/b: proxy user name, 2 times, first at byte 7\n"
        "AWS CLI: rm FILE\n"
        "  /root/.aws/b: access key id, at byte 0\n"
        "homes: edit FILE\n"
        "  /home: cannot be searched: Permission denied\n");
    findings_free(&findings);
}

/* Whatever there is, memory is bounded and all is counted. */
static void test_many_findings(void **state)
{
    (void) state;
    struct findings findings = { 0 };
    for (int i = 0; i < 10007; i++)
        put(&findings, "/etc/x", (struct finding){ .kind = TRACE_USER, .count = 1 });
    check_number("kept", (long long) findings.count, 10000);
    _cleanup_buffer_ struct buffer text = { 0 };
    check_number("memory", findings_append_text(&findings, "", &text), 0);
    check_text("the end", text.data + text.size - strlen("and 7 more\n"), "and 7 more\n");
    findings_free(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_many_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
