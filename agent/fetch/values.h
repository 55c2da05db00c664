/* SPDX-License-Identifier: MIT */
#pragma once

/* The settings that AWS can hold: by which names, and the settings file that is made of what came.
 * Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "lib/buffer.h"
#include "lib/error.h"
#include "lib/strings.h"
#include "settings/fetched.h"

/* Where a value is from; each counts more than those before it. */
enum fetched_from { FETCHED_TAG, FETCHED_PARAMETER, FETCHED_SECRET };

/* What becomes of a text. */
enum fetched_form {
    FETCHED_TEXT,
    FETCHED_LIST,     /* names with commas between them, or "auto" where the key takes it */
    FETCHED_SWITCH,   /* "true", "false" or another word */
    FETCHED_PASSWORD, /* a file of its own, which the key names */
    FETCHED_CA,       /* likewise, PEM */
};

/* A setting that AWS can hold; all static. */
struct fetched_name {
    const char *name; /* of a parameter, below the prefix; of a tag, with '.' for '/' */
    const char *key;  /* of the settings file */
    enum fetched_form form;
};

/* As many as one GetParameters can ask for. */
enum { FETCHED_NAMES = 10 };
extern const struct fetched_name fetched_names[FETCHED_NAMES];

struct fetched_value {
    enum fetched_from from;
    char *text;   /* NULL: nowhere */
    char *origin; /* for people: "parameter /ec2-bootstrap/proxy/http" */
};

/* Zero-initialise: {0}. */
struct fetched_values {
    struct fetched_value items[FETCHED_NAMES];
};

/* Takes a value, in the place of one that was taken before: first tags, then parameters, then the
 * secret. `name` is one of fetched_names, with '/' or '.', or in a secret "username" or "password"
 * alone. 0; -ENOENT where no setting has that name, and the nearest, or NULL, in *ret_near, static;
 * -EPERM and an error with EX_CONFIG for what has no place in a tag, which every process can read,
 * and many people write: a password, a CA; or -ENOMEM and an error. One newline at the end of a
 * text is none of it. */
int fetched_values_set(struct fetched_values *values, enum fetched_from from, const char *name,
    const char *origin, const char *text, const char **ret_near, struct error *err);

/* Whether a setting has that name there. */
bool fetched_is_name(enum fetched_from from, const char *name);

/* Checks each value as that of a settings file is checked, at the time `now`, in seconds since
 * 1970. Appends what is left out of lists, and what clients refuse of a CA. 0, or a negative errno
 * and an error with EX_CONFIG that names the origin of the value, and shows no password. */
int fetched_values_check(
    const struct fetched_values *values, int64_t now, struct strings *warnings, struct error *err);

/* Appends the settings file that stands beside these files. Where they have none for a password, it
 * has none, nor a proxy with a login. 0 or -ENOMEM. */
int fetched_values_print(
    const struct fetched_values *values, const struct fetched_files *files, struct buffer *ret);

/* The path of a value's file of its own; NULL for other forms. Static. */
const char *fetched_path(const struct fetched_files *files, enum fetched_form form);

void fetched_values_free(struct fetched_values *values);

#define _cleanup_fetched_values_ _cleanup_(fetched_values_free)
