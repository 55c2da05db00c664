/* SPDX-License-Identifier: MIT */
/* The file /etc/sysconfig/proxy, edited: see edit.c. */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_edit("/etc/sysconfig/proxy", NULL, data, size);
    return 0;
}
