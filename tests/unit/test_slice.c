/* agent/setup/slice.c: who is in the slice, and what it lets through. */

#include "setup/slice.h"

#include "check.h"

static void test_has(void **state)
{
    (void) state;
    static const struct {
        const char *cgroup;
        bool expected;
    } rows[] = {
        { "0::/ec2bootstrap.slice/ec2-bootstrap.service\n", true },
        { "12:pids:/a\n1:name=systemd:/ec2bootstrap.slice/ec2-bootstrap.service\n", true },
        { "0::/system.slice/cloud-init.service\n", false },
        { "0::/system.slice/ec2bootstrap.slice\n", false },
        { "0::/user.slice/my-ec2bootstrap.slice/a\n", false },
        { "0::/\n", false },
        { "", false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer cgroup = { 0 };
        size_t length = strlen(rows[i].cgroup);
        check_number("append", length ? buffer_append(&cgroup, rows[i].cgroup, length) : 0, 0);
        check_number(rows[i].cgroup, slice_has(&cgroup), rows[i].expected);
    }
}

static void test_allows(void **state)
{
    (void) state;
    static const struct {
        const char *endpoint;
        bool expected;
    } rows[] = {
        { "http://169.254.169.254", true },
        { "http://169.254.169.254:8080", true },
        { "http://[fd00:ec2::254]", true },
        { "http://127.0.0.1:1338", true },
        { "http://127.9.9.9", true },
        { "http://[::1]:80", true },
        { "http://169.254.169.253", false },
        { "http://10.0.0.1", false },
        { "http://[fd00:ec2::1]", false },
        { "http://imds.corp.example", false },
        { "http://localhost", false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_number(rows[i].endpoint, slice_allows(rows[i].endpoint), rows[i].expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_has),
        cmocka_unit_test(test_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
