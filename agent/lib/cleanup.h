/* SPDX-License-Identifier: MIT */
#pragma once

/* Release by scope: a variable declared with _cleanup_(f) is given to f when its scope ends. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

/* Yields the pointer and leaves NULL behind: what a scope would release now belongs to the taker.
 */
#ifdef __cppcheck__ /* which does not know statement expressions */
#define TAKE_PTR(pointer) (pointer)
#else
#define TAKE_PTR(pointer)                                                                          \
    __extension__({                                                                                \
        __typeof__(pointer) *taken_from_ = &(pointer);                                             \
        __typeof__(pointer) taken_ = *taken_from_;                                                 \
        *taken_from_ = NULL;                                                                       \
        taken_;                                                                                    \
    })
#endif

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

static inline void cleanup_closedir(DIR **directory)
{
    if (*directory)
        (void) closedir(*directory);
}

static inline void cleanup_free(void *pointer)
{
    free(*(void **) pointer);
}

#define _cleanup_close_    _cleanup_(cleanup_close)
#define _cleanup_fclose_   _cleanup_(cleanup_fclose)
#define _cleanup_closedir_ _cleanup_(cleanup_closedir)
#define _cleanup_free_     _cleanup_(cleanup_free)
