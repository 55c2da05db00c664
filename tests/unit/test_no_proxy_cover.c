/* SPDX-License-Identifier: MIT */
/* agent/proxy/no_proxy_cover.c: which entries of one list another one does not exempt. */

#include "proxy/no_proxy_cover.h"

#include "check.h"
#include "lib/memory.h"

static void test_rows(void **state)
{
    (void) state;
    static const struct {
        const char *list, *ours, *expected;
    } rows[] = {
        { "", "a.example", "" },
        { "a.example", "", "a.example" },
        { "a.example,b.example", "b.example,.b.example,*.b.example", "a.example" },
        { "A.Example", "a.example", "" },
        { "b.a.example", "a.example", "" },
        { ".a.example,*.a.example", "a.example", "" },
        { "a.example", ".a.example", "a.example" },
        { "b.a.example", ".a.example", "" },
        { ".b.a.example", ".a.example", "" },
        { "nota.example", "a.example", "nota.example" },
        { "example", "a.example", "example" },
        { "10.0.0.1", "10.0.0.0/8", "" },
        { "10.0.0.0/16", "10.0.0.0/8", "" },
        { "10.0.0.0/8", "10.0.0.0/16", "10.0.0.0/8" },
        { "10.0.0.0/8", "10.0.0.1", "10.0.0.0/8" },
        { "10.0.0.1/32", "10.0.0.1", "" },
        { "11.0.0.1", "10.0.0.0/8", "11.0.0.1" },
        { "0.0.0.0/0", "10.0.0.0/8", "0.0.0.0/0" },
        { "fd00::1", "fd00::/8", "" },
        { "[FD00:0::1]", "fd00::1", "" },
        { "::1", "127.0.0.1,localhost", "::1" },
        { "::ffff:10.0.0.1", "10.0.0.1", "::ffff:10.0.0.1" },
        { "a.example:8080", "a.example", "" },
        { "a.example", "a.example:8080", "a.example" },
        { "a.example:8080", "a.example:8081", "a.example:8080" },
        { "10.0.0.1:80", "10.0.0.1:80", "" },
        { "*", "a.example", "*" },
        { "a.example,10.0.0.1,::1", "*", "" },
        /* Written twice, pasted, or nothing that a client understands. */
        { "a.example; a.example  10.0.0.1", "b.example", "a.example|10.0.0.1" },
        { "http://a.example/x", "b.example", "http://a.example/x" },
        { "/var/run/docker.sock,10.*,~", "b.example", "" },
        { "a\x01", "b.example", "" },
        { "10.0.0.1", "a.example", "10.0.0.1" },
        { "a.example", "10.0.0.0/8", "a.example" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        char row[200];
        (void) snprintf(row, sizeof(row), "\"%s\" beside \"%s\"", rows[i].list, rows[i].ours);
        _cleanup_strings_ struct strings lost = { 0 };
        check_number(row, no_proxy_find_uncovered(rows[i].list, rows[i].ours, &lost), 0);
        _cleanup_mem_ char *joined = strings_join(&lost, "|");
        check_text(row, joined, rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
