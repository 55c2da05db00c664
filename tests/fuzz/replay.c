/* SPDX-License-Identifier: MIT */
/* Replays a corpus without libFuzzer, by any compiler: each file of a directory once.
 *
 *   fuzz-replay-NAME DIRECTORY [EDITS]
 *
 * EDITS is a file for what fuzz_edit() keeps. */

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "lib/cleanup.h"

/* 0 or a negative errno. */
static int replay_file(const char *path)
{
    _cleanup_fclose_ FILE *file = fopen(path, "re");
    if (!file)
        return -errno;
    _cleanup_buffer_ struct buffer bytes = { 0 };
    char part[4096];
    for (size_t size; (size = fread(part, 1, sizeof(part), file)) > 0;)
        if (buffer_append(&bytes, part, size) < 0)
            return -ENOMEM;
    /* Of exactly that size, so that a reader that goes too far is seen. */
    _cleanup_free_ void *copy = malloc(bytes.size > 0 ? bytes.size : 1);
    if (!copy || ferror(file))
        return -EIO;
    if (bytes.size > 0)
        memcpy(copy, bytes.data, bytes.size);
    (void) LLVMFuzzerTestOneInput(copy, bytes.size);
    return 0;
}

int main(int argc, char *argv[])
{
    _cleanup_closedir_ DIR *directory = argc == 2 || argc == 3 ? opendir(argv[1]) : NULL;
    _cleanup_fclose_ FILE *edits = argc == 3 ? fopen(argv[2], "we") : NULL;
    size_t count = 0;
    fuzz_edits = edits;
    if (!directory || (argc == 3 && !edits) || LLVMFuzzerInitialize(&argc, &argv) < 0) {
        (void) fprintf(stderr, "usage: %s DIRECTORY [EDITS]\n", argv[0]);
        return 64;
    }
    for (const struct dirent *entry; (entry = readdir(directory));) {
        if (*entry->d_name == '.')
            continue;
        _cleanup_buffer_ struct buffer path = { 0 };
        if (buffer_printf(&path, "%s/%s", argv[1], entry->d_name) < 0 ||
            replay_file(path.data) < 0) {
            (void) fprintf(stderr, "%s: cannot be read\n", entry->d_name);
            return 74;
        }
        count++;
    }
    (void) printf("%zu\n", count);
    return count > 0 ? 0 : 1;
}
