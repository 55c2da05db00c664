/* SPDX-License-Identifier: MIT */
#pragma once

/* Hiding what can be a password. Rather too much is hidden than too little.
 *
 * There are two rules. In a value, which is or was meant to be one URL, all up to the last '@' is
 * hidden. In prose, such as the lines of a file, the key in front of a value stays in sight. By
 * both, what stands behind that '@' is hidden, too, where it is no host with a port at most: a
 * password can have an '@', and a slash behind it. '@', ':' and '/' are seen in any of the ways in
 * which formats escape them (lib/escaped.h). */

#include "lib/buffer.h"

/* Appends a text, line by line, with "***" for what can be a login in it, for what stands behind a
 * key such as "password", and for what stands behind "Basic". 0 or -ENOMEM. */
int redact_text(const struct buffer *text, struct buffer *ret);

/* The same for the unified diff of a file (lib/diff.h), whose own lines stay. */
int redact_diff(const struct buffer *diff, struct buffer *ret);

/* Appends one value that may be a URL, with "***" for its login, and for what stands behind a colon
 * and is no port, whatever characters it has. 0 or -ENOMEM. */
int redact_value(const char *value, struct buffer *ret);

/* The part of a list of hosts that can belong to a login, which can have separators in it: from
 * *ret_start up to *ret_end, both positions in the list; an empty part when no entry has one. */
void redact_find_in_list(const char *list, size_t *ret_start, size_t *ret_end);

/* Appends a list of hosts, with "***" for that part. 0 or -ENOMEM. */
int redact_list(const char *list, struct buffer *ret);

enum { REDACTED_MAX = 256 };

/* redact_value() into a fixed place, for messages; cut when longer. Returns its argument. */
const char *redact_to(const char *value, char text[static REDACTED_MAX]);

/* The same for a value that was meant to be the URL of a proxy: nothing is shown that cannot be a
 * host and a port. */
const char *redact_url_to(const char *value, char text[static REDACTED_MAX]);

/* A name of this program's own, as it was written where it is not known: "***" when it is none of
 * lower-case letters, '-', '_' and '.', and so may be a password in the wrong place. */
const char *redact_name_to(const char *name, char text[static REDACTED_MAX]);

/* The path of a file: hidden, except its slash, when it has other characters than paths have, or
 * names no directory. */
const char *redact_path_to(const char *path, char text[static REDACTED_MAX]);
