/* SPDX-License-Identifier: MIT */
/* Of each name only the first address: what is written is one. */

#include "instance/lookup.h"

#include <errno.h>

#include "lib/memory.h"
#include "lib/resolve.h"

int lookup_names(struct lookup *lookups, size_t count, unsigned int timeout_ms)
{
    if (count == 0)
        return 0;
    struct resolution *resolutions = mem_calloc(count, sizeof(*resolutions));
    if (!resolutions)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        resolutions[i].name = lookups[i].name;
    int r = resolve_names(resolutions, count, timeout_ms);
    for (size_t i = 0; i < count; i++) {
        const struct strings *addresses = &resolutions[i].addresses;
        if (addresses->count > 0)
            lookups[i].is_found = address_parse(addresses->items[0], &lookups[i].address) == 0;
        strings_free(&resolutions[i].addresses);
    }
    mem_free(resolutions);
    return r;
}
