/* SPDX-License-Identifier: MIT */
/* The names are those of the ABI that the headers of the build have: a library with another one is
 * not that library. */

#include "found/found.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { NAMES_MAX = 3, SYMBOL_MAX = 64 };

static struct {
    const char *names[NAMES_MAX]; /* the first that is there */
    void *handle;                 /* NULL: not looked for, or missing */
    bool is_missing;
} libraries[] = {
    [FOUND_SYSTEMD] = { .names = { "libsystemd.so.0" } },
    [FOUND_CRYPTO] = { .names = { "libcrypto.so.3", "libcrypto.so.1.1" } },
    [FOUND_ZLIB] = { .names = { "libz.so.1" } },
    [FOUND_LZMA] = { .names = { "liblzma.so.5" } },
    [FOUND_ZSTD] = { .names = { "libzstd.so.1" } },
    [FOUND_BZIP2] = { .names = { "libbz2.so.1.0", "libbz2.so.1" } },
};

static bool lacked_memory;

/* That memory was short does not mean that there is none. */
static void *found_handle(enum found_library library)
{
    lacked_memory = false;
    for (size_t i = 0; i < NAMES_MAX && libraries[library].names[i]; i++) {
        if (libraries[library].handle || libraries[library].is_missing)
            break;
        errno = 0;
        libraries[library].handle = dlopen(libraries[library].names[i], RTLD_NOW | RTLD_LOCAL);
        lacked_memory |= !libraries[library].handle && errno == ENOMEM;
    }
    libraries[library].is_missing = !libraries[library].handle && !lacked_memory;
    return libraries[library].handle;
}

void *found_symbol(enum found_library library, const char *names)
{
    void *handle = found_handle(library), *symbol = NULL;
    char name[SYMBOL_MAX];
    while (handle && !symbol && *names) {
        size_t length = strcspn(names, " ");
        (void) snprintf(name, sizeof(name), "%.*s", (int) length, names);
        symbol = dlsym(handle, name);
        names += length + strspn(names + length, " ");
    }
    if (!symbol)
        errno = lacked_memory ? ENOMEM : ELIBACC;
    return symbol;
}

int found_failure(void)
{
    return lacked_memory ? -ENOMEM : -ELIBACC;
}
