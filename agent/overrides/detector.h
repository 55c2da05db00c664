/* SPDX-License-Identifier: MIT */
#pragma once

/* A detector: what a kind of consumer reads after our file, or instead of it. Adding one is a file
 * with a function, and a row in overrides.c. All of them only read; what is not for us to read is
 * left out. */

#include "files/tree.h"
#include "overrides/override.h"
#include "proxy/environment.h"

/* What a detector is given; all borrowed. */
struct detection {
    const struct tree *tree;
    const struct environment *environment; /* not empty */
    const struct strings *outputs;         /* NULL: those whose consumer is there */
    struct overrides *found;
    size_t *bytes_left; /* of files that more than one consumer reads; NULL: no limit */
};

/* Whether an output of that name is written, if its consumer is there. */
bool detection_writes(const struct detection *detection, const char *output);

/* As place_read(), but 0 when files that more than one consumer reads have been read so often that
 * no more is left of the limit. */
int detection_read(const struct detection *detection, const char *path, struct buffer *ret);

/* Each appends to found. 0, or a negative errno where it could not look at all there is. */
int detect_login_shells(const struct detection *detection);
int detect_user_managers(const struct detection *detection);
int detect_pam(const struct detection *detection);
int detect_session_files(const struct detection *detection);
int detect_apt(const struct detection *detection);
int detect_sudo(const struct detection *detection);
int detect_manager(const struct detection *detection);
int detect_services(const struct detection *detection);
int detect_programs(const struct detection *detection);
