/* SPDX-License-Identifier: MIT */
/* The DMI tables, and the UUID that Xen gives. */

#include "instance/firmware.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "files/answer.h"
#include "lib/array.h"
#include "lib/lines.h"
#include "lib/memory.h"

enum { FIELD_MAX = 4096 }; /* a page, as much as sysfs gives */

static const struct {
    const char *path;
    size_t offset;
} fields[] = {
    { "/sys/class/dmi/id/sys_vendor", offsetof(struct firmware, vendor) },
    { "/sys/class/dmi/id/bios_version", offsetof(struct firmware, bios_version) },
    { "/sys/class/dmi/id/board_asset_tag", offsetof(struct firmware, asset_tag) },
    { "/sys/class/dmi/id/product_uuid", offsetof(struct firmware, product_uuid) },
    { "/sys/hypervisor/uuid", offsetof(struct firmware, hypervisor_uuid) },
};

static char **firmware_field_of(struct firmware *firmware, size_t row)
{
    return (char **) (void *) ((char *) firmware + fields[row].offset);
}

int firmware_read(const struct tree *tree, struct firmware *ret)
{
    for (size_t i = 0; i < ELEMENTSOF(fields); i++) {
        _cleanup_buffer_ struct buffer text = { 0 };
        struct line line = { 0 };
        int r = tree_read(tree, fields[i].path, FIELD_MAX, &text, NULL);
        if (file_answer(r) < 0)
            return r;
        if (r < 0 || !line_next(&text, &line))
            continue;
        line = line_trim(&line);
        if (line.length == 0)
            continue;
        *firmware_field_of(ret, i) = mem_strndup(line.text, line.length);
        if (!*firmware_field_of(ret, i))
            return -ENOMEM;
    }
    return 0;
}

void firmware_free(struct firmware *firmware)
{
    for (size_t i = 0; i < ELEMENTSOF(fields); i++)
        mem_free(*firmware_field_of(firmware, i));
    *firmware = (struct firmware){ 0 };
}

/* Whether it begins with ec2, also when its first four bytes are in the other order. */
static bool is_ec2_uuid(const char *uuid)
{
    if (!uuid)
        return false;
    bool is_swapped = strlen(uuid) > 8 && uuid[4] == '2' && strncasecmp(uuid + 6, "ec", 2) == 0;
    return strncasecmp(uuid, "ec2", 3) == 0 || is_swapped;
}

bool firmware_can_be_ec2(const struct firmware *firmware)
{
    if (!firmware->vendor || strcmp(firmware->vendor, "Amazon EC2") == 0)
        return true;
    return (firmware->bios_version && strcasestr(firmware->bios_version, "amazon")) ||
           (firmware->asset_tag && strncmp(firmware->asset_tag, "i-", 2) == 0) ||
           is_ec2_uuid(firmware->product_uuid) || is_ec2_uuid(firmware->hypervisor_uuid);
}
