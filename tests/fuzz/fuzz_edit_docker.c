/* The file /etc/docker/daemon.json, edited: see edit.c. */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_edit("docker", 2, data, size);
    return 0;
}
