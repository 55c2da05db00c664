/* SPDX-License-Identifier: MIT */
/* What names a machine, by its firmware and its machine id: a kind and what stands in a file, and
 * what is kept for a machine of that name is found again. The input is files: a line with the
 * number of one, and its bytes up to a line "%%". */

#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "instance/facts_file.h"
#include "instance/firmware.h"
#include "instance/machine.h"
#include "lib/array.h"
#include "lib/printable.h"
#include "memory_tree.h"

static char root[] = "";

static const char *const paths[] = { "/sys/class/dmi/id/sys_vendor",
    "/sys/class/dmi/id/bios_version", "/sys/class/dmi/id/board_asset_tag",
    "/sys/class/dmi/id/product_uuid", "/sys/hypervisor/uuid", "/etc/machine-id" };

static void check_name(const char *name, const struct buffer *files)
{
    static const char *const kinds[] = { "instance ", "product ", "hypervisor ", "machine " };
    const char *value = NULL;
    for (size_t i = 0; i < ELEMENTSOF(kinds); i++)
        if (strncmp(name, kinds[i], strlen(kinds[i])) == 0)
            value = name + strlen(kinds[i]);
    FUZZ_CHECK(value && !strchr(value, '\n'));
    FUZZ_CHECK(fuzz_contains(files, value) || !*value);
    FUZZ_CHECK(strncmp(name, "instance ", 9) != 0 || strncmp(value, "i-", 2) == 0);
}

static void check_facts(const char *name)
{
    _cleanup_facts_ struct facts none = { 0 }, facts = { 0 };
    _cleanup_buffer_ struct buffer text = { 0 };
    FUZZ_CHECK(facts_file_render(&none, name, &text) == 0);
    int r = facts_file_parse(&text, name, &facts, NULL);
    FUZZ_CHECK(r == 0 || (r == -EXDEV && !printable_is(name)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    const struct tree tree = { .fd = -1, .path = root };
    memory_tree_add_all(input.at, input.left, paths, ELEMENTSOF(paths));
    _cleanup_buffer_ struct buffer files = fuzz_rest(&input);
    _cleanup_firmware_ struct firmware firmware = { 0 };
    _cleanup_mem_ char *name = NULL;
    FUZZ_CHECK(firmware_read(&tree, &firmware) == 0);
    FUZZ_CHECK(firmware_can_be_ec2(&firmware) || firmware.vendor);
    FUZZ_CHECK(machine_identify(&tree, &name) == 0);
    if (name) {
        check_name(name, &files);
        check_facts(name);
    }
    memory_tree_clear();
    return 0;
}
