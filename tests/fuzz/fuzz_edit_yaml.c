/* The file codedeployagent.yml, edited: see edit.c. */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_edit("/etc/codedeploy-agent/conf/codedeployagent.yml", NULL, data, size);
    return 0;
}
