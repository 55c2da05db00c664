/* SPDX-License-Identifier: MIT */
/* One way to read a JSON file, so that both kinds of input fail with the same words. */

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sysexits.h>

#include "json_file.h"
#include "lib/cleanup.h"

#define FILE_SIZE_MAX ((size_t) 64 << 20)

/* 0 or negative errno. *ret is NUL-terminated and the caller's. */
static int read_all(FILE *file, char **ret, size_t *ret_size)
{
    _cleanup_free_ char *data = NULL;
    size_t size = 0;
    size_t capacity = 0;
    do {
        if (size + 1 >= capacity) {
            capacity = capacity > 0 ? capacity * 2 : 65536;
            if (capacity > FILE_SIZE_MAX)
                return -EFBIG;
            char *larger = realloc(data, capacity);
            if (!larger)
                return -ENOMEM;
            data = larger;
        }
        size += fread(data + size, 1, capacity - size - 1, file);
        if (ferror(file))
            return -EIO;
    } while (!feof(file));
    data[size] = '\0';
    *ret = TAKE_PTR(data);
    *ret_size = size;
    return 0;
}

int json_file_read(const char *path, cJSON **ret)
{
    _cleanup_fclose_ FILE *file = fopen(path, "re");
    if (!file) {
        (void) fprintf(stderr, "imds-sim: %s: %s\n", path, strerror(errno));
        return EX_NOINPUT;
    }
    _cleanup_free_ char *data = NULL;
    size_t size = 0;
    int r = read_all(file, &data, &size);
    if (r < 0) {
        (void) fprintf(stderr, "imds-sim: %s: %s\n", path, strerror(-r));
        return r == -ENOMEM ? EX_OSERR : EX_NOINPUT;
    }
    const char *stopped = data;
    /* The size counts the NUL: that is what lets cJSON refuse text after the value. */
    cJSON *json = cJSON_ParseWithLengthOpts(data, size + 1, &stopped, true);
    if (!json) {
        (void) fprintf(stderr, "imds-sim: %s: not JSON at byte %zu\n", path,
            stopped ? (size_t) (stopped - data) : 0);
        return EX_DATAERR;
    }
    *ret = json;
    return 0;
}
