/* SPDX-License-Identifier: MIT */
/* agent/instance/firmware.c: what the firmware of real machines says. */

#include "instance/firmware.h"

#include "scratch.h"

static const struct {
    const char *row, *vendor, *bios_version, *asset_tag, *product_uuid, *hypervisor_uuid;
    bool can_be_ec2;
} rows[] = {
    { "nothing is known", NULL, NULL, NULL, NULL, NULL, true },
    { "the vendor is empty", "\n", "1.0\n", NULL, NULL, NULL, true },
    { "Nitro", "Amazon EC2\n", "1.0\n", "i-0123456789abcdef0\n",
        "ec2b1a2c-0000-0000-0000-000000000000\n", NULL, true },
    { "Nitro, the vendor alone", "Amazon EC2", NULL, NULL, NULL, NULL, true },
    { "an asset tag", "Other\n", NULL, "i-0123456789abcdef0\n", NULL, NULL, true },
    { "Xen", "Xen\n", "4.11.amazon\n", NULL, NULL, NULL, true },
    { "Xen, its UUID", "Xen\n", "4.2\n", NULL, NULL, "ec2f0000-aaaa-bbbb-cccc-dddddddddddd\n",
        true },
    { "a UUID in capitals", "Xen\n", NULL, NULL, "EC2F0000-AAAA-BBBB-CCCC-DDDDDDDDDDDD\n", NULL,
        true },
    { "a UUID in the other byte order", "Xen\n", NULL, NULL,
        "45E12AEC-DCD1-B213-94ED-012345ABCDEF\n", NULL, true },
    { "bare metal of somebody else", "Dell Inc.\n", "2.1\n", "\n",
        "4c4c4544-0047-3510-8052-b4c04f4e4d32\n", NULL, false },
    { "QEMU", "QEMU\n", "rel-1.16\n", NULL, "5ec20000-0000-0000-0000-000000000000\n", NULL, false },
    { "another cloud", "Google\n", "Google\n", "B0000000-i-\n", NULL, "0ec2\n", false },
    { "nearly the vendor", "Amazon EC2x\n", NULL, NULL, NULL, NULL, false },
};

static void test_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        void *inner = NULL;
        check_number("setup", scratch_setup(&inner), 0);
        const struct scratch *scratch = inner;
        scratch_put(scratch, "/sys/class/dmi/id/sys_vendor", rows[i].vendor);
        scratch_put(scratch, "/sys/class/dmi/id/bios_version", rows[i].bios_version);
        scratch_put(scratch, "/sys/class/dmi/id/board_asset_tag", rows[i].asset_tag);
        scratch_put(scratch, "/sys/class/dmi/id/product_uuid", rows[i].product_uuid);
        scratch_put(scratch, "/sys/hypervisor/uuid", rows[i].hypervisor_uuid);
        _cleanup_firmware_ struct firmware firmware = { 0 };
        check_number(rows[i].row, firmware_read(&scratch->tree, &firmware), 0);
        check_number(rows[i].row, firmware_can_be_ec2(&firmware), rows[i].can_be_ec2);
        check_number("teardown", scratch_teardown(&inner), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
