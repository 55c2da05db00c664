/* SPDX-License-Identifier: MIT */
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
    TRACE_ACCOUNT,
    TRACE_ADDRESS,
    TRACE_LOGIN, /* this and the next: may be a known password's, which then counts alone */
    TRACE_PROXY_LOGIN,
    TRACE_SECRET_KEY,
    TRACE_SESSION_TOKEN,
    TRACE_API_TOKEN,
    TRACE_PRIVATE_KEY,
    TRACE_AUTHORIZED_KEY,
    TRACE_HOST_NAME,
    TRACE_IDENTITY_DOCUMENT,
    TRACE_COMPRESSED, /* what nobody can search */
    TRACE_MACHINE_ID, /* this and the next: a file that is a trace as a whole */
    TRACE_HOST_KEY,
    TRACE_HISTORY,
    TRACE_SEED,
    TRACE_CREDENTIAL_SECRET,
    TRACE_LEASE,
    TRACE_AGENT_STATE,
    TRACE_UNREAD, /* a place that could not be searched */
    TRACE_KINDS,
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
    TRACE_IN_DATA = 1 << 7,     /* what people and services put somewhere else */
    TRACE_IN_PROGRAMS = 1 << 8, /* which bring examples of keys and ids: only known values count */
    TRACE_IN_KEYS = 1 << 9,     /* which keys may log in */
    TRACE_IN_COMPRESSED = 1 << 10, /* where a packed file that cannot be read is a trace */
    TRACE_ANYWHERE = (1 << 11) - 1,
    TRACE_WHERE_LEFT = TRACE_ANYWHERE & ~TRACE_IN_PROGRAMS,
};

/* Files of one owner. */
struct seal_place {
    const char *pattern; /* of their paths */
    unsigned int where;
    const char *owner;
    const char *clear;       /* the command, with FILE in the place of the path; NULL: none */
    const char *clear_image; /* for a tree that does not run, with ROOT for it; NULL: the same */
    enum seal_kind whole;    /* a kind: the file is one when it is not empty; 0: it is none */
};

/* The place of a path. */
const struct seal_place *seal_place_of(const char *path);

/* Orders places by owner, as reports do: negative, 0 for the same owner, or positive. */
int seal_place_compare(const struct seal_place *a, const struct seal_place *b);

/* Appends the command that clears a file, for the running system (root "") or an image. It says
 * FILE with path NULL, where a part of the path is hidden ("***"), and where no word of a shell
 * gives it (lib/shell.h), and ROOT for such a root. 0 or -ENOMEM. */
int seal_place_append_remedy(
    const struct seal_place *place, const char *root, const char *path, struct buffer *ret);
