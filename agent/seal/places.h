#pragma once

/* Where a machine leaves traces of itself and its secrets: whose files those are, and what clears
 * them. */

#include "lib/buffer.h"

enum seal_kind {
    TRACE_PASSWORD,
    TRACE_USER,
    TRACE_ACCESS_KEY,
    TRACE_TOKEN,
    TRACE_INSTANCE,
    TRACE_COMPRESSED, /* what nobody can search */
    TRACE_MACHINE_ID, /* a file that is a trace as a whole; this and the next */
    TRACE_HOST_KEY,
    TRACE_UNREAD, /* a place that could not be searched */
};

/* "access key id": for reports. */
const char *seal_kind_name(enum seal_kind kind);

/* Where a trace counts, a bit each. */
enum {
    TRACE_IN_SETTINGS = 1 << 0,
    TRACE_IN_ETC = 1 << 1,
    TRACE_IN_CLOUD_INIT = 1 << 2,
    TRACE_IN_JOURNAL = 1 << 3,
    TRACE_IN_LOG = 1 << 4,
    TRACE_IN_RUN = 1 << 5,
    TRACE_IN_HOME = 1 << 6,
    TRACE_ANYWHERE = (1 << 7) - 1,
};

/* Files of one owner. */
struct seal_place {
    const char *pattern; /* of their paths; "~" is the home of anybody */
    unsigned int where;  /* 0: only the way to another place */
    const char *owner;
    const char *clear;       /* the command, with FILE in the place of the path; NULL: none */
    const char *clear_image; /* for a tree that does not run, with ROOT for it; NULL: the same */
    enum seal_kind whole;    /* TRACE_MACHINE_ID, TRACE_HOST_KEY; 0: the file is searched */
};

/* The directories to walk, up to a NULL. Links are not followed, so a directory in another one
 * counts once. */
extern const char *const seal_directories[];

/* The place of a path; NULL: nobody looks there. */
const struct seal_place *seal_place_of(const char *path);

/* Orders places by owner, as reports do: negative, 0 for the same owner, or positive. */
int seal_place_compare(const struct seal_place *a, const struct seal_place *b);

/* Appends the command that clears a file, for the running system (root "") or an image. It says
 * FILE with path NULL, where a part of the path is hidden ("***"), and where no word of a shell
 * gives it (lib/shell.h), and ROOT for such a root. 0 or -ENOMEM. */
int seal_place_append_remedy(
    const struct seal_place *place, const char *root, const char *path, struct buffer *ret);
