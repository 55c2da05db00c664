/* SPDX-License-Identifier: MIT */
/* agent/doctor/unit_order.c: orders of units that lead back to where they began. */

#include "doctor/unit_order.h"

#include "lib/memory.h"
#include "scratch.h"

#define UNITS "/usr/lib/systemd/system/"
#define OURS  UNITS "a.service"

static const struct {
    const char *row;
    const char *files[3][2];
    const char *way; /* "": there is no cycle */
} rows[] = {
    { "none", { { OURS, "[Unit]\nAfter=b.service\n" }, { UNITS "b.service", "[Unit]\n" } }, "" },
    { "no unit", { { NULL } }, "" },
    { "two units",
        { { OURS, "[Unit]\nAfter=b.service\n" },
            { UNITS "b.service", "[Unit]\nAfter=a.service\n" } },
        "a.service < b.service < a.service" },
    { "one of them says both",
        { { OURS, "[Unit]\nAfter=b.service\nBefore=c.service b.service\n" },
            { UNITS "b.service", "[Unit]\n" } },
        "a.service < b.service < a.service" },
    { "by a drop-in",
        { { OURS, "[Unit]\nBefore=b.service\n" }, { UNITS "b.service", "[Unit]\n" },
            { "/etc/systemd/system/b.service.d/x.conf", "[Unit]\nBefore=a.service\n" } },
        "a.service < b.service < a.service" },
    { "three units",
        { { OURS, "[Unit]\nAfter=b.service\n" }, { UNITS "b.service", "[Unit]\nAfter=c.service\n" },
            { UNITS "c.service", "[Unit]\nAfter=a.service\n" } },
        "a.service < b.service < c.service < a.service" },
    { "of others only",
        { { OURS, "[Unit]\nAfter=b.service\n" }, { UNITS "b.service", "[Unit]\nAfter=c.service\n" },
            { UNITS "c.service", "[Unit]\nAfter=b.service\n" } },
        "" },
    { "in another section",
        { { OURS, "[Unit]\nAfter=b.service\n" },
            { UNITS "b.service", "[Install]\nAfter=a.service\n" } },
        "" },
    { "after itself", { { OURS, "[Unit]\nAfter=a.service\n" } }, "a.service < a.service" },
};

static void finds_a_way_back(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        void *own = NULL;
        struct strings way = { 0 };
        check_number(rows[i].row, scratch_setup(&own), 0);
        const struct scratch *scratch = own;
        for (size_t f = 0; f < 3 && rows[i].files[f][0]; f++)
            scratch_write(scratch, rows[i].files[f][0], rows[i].files[f][1]);
        int r = unit_order_find_cycle(&scratch->tree, "a.service", &way);
        check_number(rows[i].row, r, *rows[i].way != '\0');
        char *text = strings_join(&way, " < ");
        check_text(rows[i].row, text, rows[i].way);
        mem_free(text);
        strings_free(&way);
        check_number(rows[i].row, scratch_teardown(&own), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(finds_a_way_back) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
