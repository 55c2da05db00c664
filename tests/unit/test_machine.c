/* SPDX-License-Identifier: MIT */
/* agent/instance/machine.c: what names a machine. */

#include "instance/machine.h"

#include "lib/memory.h"
#include "scratch.h"

static const struct {
    const char *row, *asset_tag, *product_uuid, *hypervisor_uuid, *machine_id;
    const char *expected;
} rows[] = {
    { "nothing", NULL, NULL, NULL, NULL, NULL },
    { "Nitro", "i-0123456789abcdef0\n", "ec2b1a2c\n", NULL, NULL, "instance i-0123456789abcdef0" },
    { "Xen", NULL, "ec2b1a2c\n", "ec2f0000\n", NULL, "product ec2b1a2c" },
    { "Xen, paravirtual", NULL, NULL, "ec2f0000\n", NULL, "hypervisor ec2f0000" },
    { "an asset tag of somebody else", "Default string\n", NULL, NULL, NULL, NULL },
    { "no firmware", NULL, NULL, NULL, "0123456789abcdef0123456789abcdef\n",
        "machine 0123456789abcdef0123456789abcdef" },
    { "firmware before the machine id", "i-0123456789abcdef0\n", NULL, NULL,
        "0123456789abcdef0123456789abcdef\n", "instance i-0123456789abcdef0" },
    { "an image", NULL, NULL, NULL, "uninitialized\n", NULL },
    { "an image, empty", NULL, NULL, NULL, "", NULL },
    { "an image, a blank line", NULL, NULL, NULL, "\n", NULL },
};

static void test_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        void *inner = NULL;
        check_number("setup", scratch_setup(&inner), 0);
        const struct scratch *scratch = inner;
        scratch_put(scratch, "/sys/class/dmi/id/board_asset_tag", rows[i].asset_tag);
        scratch_put(scratch, "/sys/class/dmi/id/product_uuid", rows[i].product_uuid);
        scratch_put(scratch, "/sys/hypervisor/uuid", rows[i].hypervisor_uuid);
        scratch_put(scratch, "/etc/machine-id", rows[i].machine_id);
        _cleanup_mem_ char *machine = NULL;
        check_number(rows[i].row, machine_identify(&scratch->tree, &machine), 0);
        check_text(rows[i].row, machine, rows[i].expected);
        check_number("teardown", scratch_teardown(&inner), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
