/* SPDX-License-Identifier: MIT */
/* The file /etc/ecs/ecs.config, edited: see edit.c. */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_edit("/etc/ecs/ecs.config", NULL, data, size);
    return 0;
}
