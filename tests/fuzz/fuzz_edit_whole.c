/* Files that are ours as a whole, in the place of what somebody wrote: see edit.c. The first digit
 * says which. */

#include "fuzz.h"
#include "lib/array.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct {
        const char *output;
        size_t file;
    } rows[] = { { "docker", 0 }, { "ecs", 1 }, { "profile", 0 }, { "apt", 0 }, { "sudo", 0 },
        { "systemd", 0 } };
    struct fuzz_input input = fuzz_input_of(data, size);
    size_t row = fuzz_choice(&input, ELEMENTSOF(rows));
    fuzz_edit(rows[row].output, rows[row].file, NULL, (const uint8_t *) input.at, input.left);
    return 0;
}
