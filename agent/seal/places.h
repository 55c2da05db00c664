#pragma once

/* What a machine leaves of itself and its secrets in its files: which traces, where they are looked
 * for, whose files those are, and what clears them. */

#include <stdbool.h>

#include "lib/buffer.h"
#include "lib/strings.h"
#include "seal/scan.h"

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

/* The folders to walk, up to a NULL. Links are not followed, so a folder in another one counts
 * once.
 */
extern const char *const seal_directories[];

/* The place of a path; NULL: nobody looks there. */
const struct seal_place *seal_place_of(const char *path);

/* Orders places by owner, as reports do: negative, 0 for the same owner, or positive. */
int seal_place_compare(const struct seal_place *a, const struct seal_place *b);

/* Appends the command that clears a file, for the running system (root "") or an image; with path
 * NULL, and where a shell would take the path for a pattern ("***"), it says FILE. 0 or -ENOMEM. */
int seal_place_append_remedy(
    const struct seal_place *place, const char *root, const char *path, struct buffer *ret);

/* Appends a path so that a shell and a terminal take it as it is. 0 or -ENOMEM. */
int shell_append_quoted(const char *path, struct buffer *ret);

/* Values that are looked for beside the shapes that give a trace away. */
struct seal_values {
    struct strings passwords; /* of a proxy; decoded */
    struct strings users;
    struct strings encoded_passwords; /* as a URL had them */
    struct strings encoded_users;
    struct strings instances; /* instance ids */
};

void seal_values_free(struct seal_values *values);

/* Whether a text is an EC2 instance id: "i-" and 17 (or, before 2016, 8) hexadecimal digits. */
bool seal_is_instance_id(const char *text);

/* Makes the search for all traces; the hits' kinds are enum seal_kind, `where` the bits above.
 * Appends what is not looked for everywhere, in words. 0 or -ENOMEM. */
int seal_scan_new(const struct seal_values *values, struct strings *notes, struct scan **ret);

/* Appends a path with "***" for what must not be shown. 0 or -ENOMEM. Uses the search. */
int seal_append_masked(struct scan *scan, const char *path, struct buffer *ret);
