/* SPDX-License-Identifier: MIT */
/* The file /etc/dnf/dnf.conf, edited: see edit.c. */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_edit("/etc/dnf/dnf.conf", NULL, data, size);
    return 0;
}
