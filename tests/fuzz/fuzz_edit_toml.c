/* SPDX-License-Identifier: MIT */
/* The file common-config.toml of the CloudWatch agent, edited: see edit.c. */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_edit("/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml", NULL, data, size);
    return 0;
}
