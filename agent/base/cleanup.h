#pragma once

/* Release by scope: a variable declared with _cleanup_(f) is given to f when its scope ends. */

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

static inline void *take_pointer(void *pointer)
{
    void *taken = *(void **) pointer;
    *(void **) pointer = NULL;
    return taken;
}

/* Yields the pointer and leaves NULL behind: what a scope would release now belongs to the taker.
 */
#define TAKE_PTR(pointer) take_pointer(&(pointer))

/* The same for a file descriptor: leaves -1 behind. */
static inline int take_fd(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

static inline void cleanup_close(const int *fd)
{
    if (*fd >= 0)
        (void) close(*fd);
}

static inline void cleanup_fclose(FILE **file)
{
    if (*file)
        (void) fclose(*file);
}

static inline void cleanup_free(void *pointer)
{
    free(*(void **) pointer);
}

#define _cleanup_close_  _cleanup_(cleanup_close)
#define _cleanup_fclose_ _cleanup_(cleanup_fclose)
#define _cleanup_free_   _cleanup_(cleanup_free)
