/* SPDX-License-Identifier: MIT */
#pragma once

/* Libraries that are found at run time, each when it is first needed: a portable build links none
 * of them. The other files of this room define the functions of one library each, with the
 * prototypes of its headers, so that no caller knows. Without the library a function fails: with a
 * negative errno where that is how it fails, NULL where it returns a pointer; a function that gives
 * the library's version returns NULL. */

enum found_library {
    FOUND_SYSTEMD,
    FOUND_CRYPTO,
    FOUND_ZLIB,
    FOUND_LZMA,
    FOUND_ZSTD,
    FOUND_BZIP2,
};

/* A function of a library: the first of `names`, separated by blanks, that it has. NULL where there
 * is no library or no such function in it, and also where memory is short: then errno is ENOMEM. */
void *found_symbol(enum found_library library, const char *names);

/* Why the last found_symbol() gave nothing: -ENOMEM, or -ELIBACC. */
int found_failure(void);

/* Defines a function by a library's own; `otherwise` is returned where there is none. */
#define FOUND_AS(library, names, type, otherwise, name, parameters, arguments)                     \
    type name parameters                                                                           \
    {                                                                                              \
        static __typeof__(name) *function;                                                         \
        if (!function)                                                                             \
            function = found_symbol(library, names);                                               \
        return function ? function arguments : (otherwise);                                        \
    }
#define FOUND_VOID_AS(library, names, name, parameters, arguments)                                 \
    void name parameters                                                                           \
    {                                                                                              \
        static __typeof__(name) *function;                                                         \
        if (!function)                                                                             \
            function = found_symbol(library, names);                                               \
        if (function)                                                                              \
            function arguments;                                                                    \
    }
#define FOUND(library, type, otherwise, name, parameters, arguments)                               \
    FOUND_AS(library, #name, type, otherwise, name, parameters, arguments)
#define FOUND_VOID(library, name, parameters, arguments)                                           \
    FOUND_VOID_AS(library, #name, name, parameters, arguments)
