/* SPDX-License-Identifier: MIT */
/* The firmware first: a machine id can be that of the image. */

#include "instance/machine.h"

#include <errno.h>
#include <string.h>

#include "files/answer.h"
#include "instance/firmware.h"
#include "lib/array.h"
#include "lib/lines.h"
#include "lib/memory.h"

enum { MACHINE_ID_MAX = 4096 };

/* machine-id(5). An image has none until its first boot. */
static int read_machine_id(const struct tree *tree, char **ret)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    struct line line = { 0 };
    int r = tree_read(tree, "/etc/machine-id", MACHINE_ID_MAX, &text, NULL);
    if (r < 0)
        return file_answer(r);
    if (!line_next(&text, &line) || line.length == 0 || line_equals(&line, "uninitialized"))
        return 0;
    *ret = mem_strndup(line.text, line.length);
    return *ret ? 0 : -ENOMEM;
}

/* A board's asset tag is the instance's id at EC2, and anything on other machines. */
static const char *instance_id(const struct firmware *firmware)
{
    const char *tag = firmware->asset_tag;
    return tag && strncmp(tag, "i-", 2) == 0 ? tag : NULL;
}

int machine_identify(const struct tree *tree, char **ret)
{
    _cleanup_firmware_ struct firmware firmware = { 0 };
    _cleanup_mem_ char *machine_id = NULL;
    int r = firmware_read(tree, &firmware);
    if (r == 0)
        r = read_machine_id(tree, &machine_id);
    if (r < 0)
        return r;
    const struct {
        const char *kind, *value;
    } names[] = {
        { "instance", instance_id(&firmware) },
        { "product", firmware.product_uuid },
        { "hypervisor", firmware.hypervisor_uuid },
        { "machine", machine_id },
    };
    for (size_t i = 0; i < ELEMENTSOF(names); i++) {
        if (!names[i].value)
            continue;
        _cleanup_buffer_ struct buffer text = { 0 };
        if (buffer_printf(&text, "%s %s", names[i].kind, names[i].value) < 0)
            return -ENOMEM;
        *ret = buffer_take(&text);
        return *ret ? 0 : -ENOMEM;
    }
    *ret = NULL;
    return 0;
}
