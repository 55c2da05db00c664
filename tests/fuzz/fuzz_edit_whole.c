/* SPDX-License-Identifier: MIT */
/* Files that are ours as a whole, in the place of what somebody wrote: see edit.c. The first digit
 * says which. */

#include "fuzz.h"
#include "lib/array.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {
        "/etc/systemd/system/docker.service.d/50-ec2-bootstrap.conf",
        "/etc/systemd/system/ecs.service.d/50-ec2-bootstrap.conf",
        "/etc/profile.d/ec2-bootstrap.sh",
        "/etc/apt/apt.conf.d/95ec2-bootstrap",
        "/etc/sudoers.d/50-ec2-bootstrap",
        "/run/ec2-bootstrap/proxy.env",
    };
    struct fuzz_input input = fuzz_input_of(data, size);
    size_t row = fuzz_choice(&input, ELEMENTSOF(paths));
    fuzz_edit(paths[row], NULL, (const uint8_t *) input.at, input.left);
    return 0;
}
