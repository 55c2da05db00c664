/* The DMI tables, and the UUID that Xen gives. */

#include "instance/firmware.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/lines.h"
#include "lib/memory.h"

enum { SIGN_MAX = 4096 }; /* a page, as much as sysfs gives */

static const struct {
    const char *path;
    size_t offset;
} signs[] = {
    { "/sys/class/dmi/id/sys_vendor", offsetof(struct machine, vendor) },
    { "/sys/class/dmi/id/bios_version", offsetof(struct machine, bios_version) },
    { "/sys/class/dmi/id/board_asset_tag", offsetof(struct machine, asset_tag) },
    { "/sys/class/dmi/id/product_uuid", offsetof(struct machine, product_uuid) },
    { "/sys/hypervisor/uuid", offsetof(struct machine, hypervisor_uuid) },
};

static char **sign_of(struct machine *machine, size_t row)
{
    return (char **) (void *) ((char *) machine + signs[row].offset);
}

int machine_read(const struct tree *tree, struct machine *ret)
{
    for (size_t i = 0; i < ELEMENTSOF(signs); i++) {
        _cleanup_buffer_ struct buffer text = { 0 };
        struct line line = { 0 };
        if (tree_read(tree, signs[i].path, SIGN_MAX, &text, NULL) < 0 || !line_next(&text, &line))
            continue;
        line = line_trim(&line);
        if (line.length == 0)
            continue;
        *sign_of(ret, i) = secret_strndup(line.text, line.length);
        if (!*sign_of(ret, i))
            return -ENOMEM;
    }
    return 0;
}

void machine_free(struct machine *machine)
{
    for (size_t i = 0; i < ELEMENTSOF(signs); i++)
        secret_free(*sign_of(machine, i));
    *machine = (struct machine){ 0 };
}

/* Whether it begins with ec2, also when its first four bytes are in the other order. */
static bool is_ec2_uuid(const char *uuid)
{
    if (!uuid)
        return false;
    bool is_swapped = strlen(uuid) > 8 && uuid[4] == '2' && strncasecmp(uuid + 6, "ec", 2) == 0;
    return strncasecmp(uuid, "ec2", 3) == 0 || is_swapped;
}

bool machine_can_be_ec2(const struct machine *machine)
{
    if (!machine->vendor || strcmp(machine->vendor, "Amazon EC2") == 0)
        return true;
    return (machine->bios_version && strcasestr(machine->bios_version, "amazon")) ||
           (machine->asset_tag && strncmp(machine->asset_tag, "i-", 2) == 0) ||
           is_ec2_uuid(machine->product_uuid) || is_ec2_uuid(machine->hypervisor_uuid);
}
