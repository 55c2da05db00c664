/* SPDX-License-Identifier: MIT */
#pragma once

/* Data: by what a client of the model is known to be on a machine. */

#include <stddef.h>

/* From which version on a client of the model stands for the program; NULL: the model has none. */
struct program_version {
    const char *from; /* NULL behind the last */
    const char *client;
};

struct program {
    const char *name;
    const char *paths[4];    /* one of them is there; ended by NULL */
    const char *packages[5]; /* of dpkg and rpm, which tell its version; ended by NULL */
    const char *python;      /* its name in the directories of Python's packages; NULL: it is not of
                                Python's, and `paths` count */
    const char *perl;        /* its file below Perl's directories, which has the version; NULL */
    struct program_version versions[8];
};

extern const struct program programs[];
extern const size_t programs_count;
