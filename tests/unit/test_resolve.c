/* SPDX-License-Identifier: MIT */
/* agent/lib/resolve.c: several names in one child. Addresses are names for which nobody is asked.
 */

#include "lib/resolve.h"

#include <errno.h>

#include "check.h"

static void test_several(void **state)
{
    (void) state;
    static const struct {
        const char *name, *address; /* NULL: nothing to look up */
    } rows[] = {
        { "127.0.0.1", "127.0.0.1" },
        { NULL, NULL },
        { "::1", "::1" },
        { "192.0.2.7.", "192.0.2.7" },
        { "2001:DB8:0::1.", "2001:db8::1" },
    };
    struct resolution resolutions[ELEMENTSOF(rows)] = { 0 };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        resolutions[i].name = rows[i].name;
    check_number("several", resolve_names(resolutions, ELEMENTSOF(rows), 60000), 0);
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const char *row = rows[i].name ? rows[i].name : "nothing";
        check_number(row, resolutions[i].addresses.count, rows[i].name ? 1 : 0);
        if (rows[i].name) {
            check_number(row, resolutions[i].result, 0);
            check_text(row, resolutions[i].addresses.items[0], rows[i].address);
        }
        strings_free(&resolutions[i].addresses);
    }
}

static void test_none(void **state)
{
    (void) state;
    check_number("none", resolve_names(NULL, 0, 60000), 0);
}

static void test_no_time(void **state)
{
    (void) state;
    _cleanup_strings_ struct strings addresses = { 0 };
    check_number("no time", resolve_name("127.0.0.1", 0, &addresses), -ETIMEDOUT);
    check_number("no time", addresses.count, 0);
    check_text("words", resolve_result_text(-ETIMEDOUT), "the name is not resolved in time");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_several),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_no_time),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
