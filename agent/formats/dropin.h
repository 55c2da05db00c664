/* SPDX-License-Identifier: MIT */
#pragma once

/* Drop-ins that set the variables of one service: Environment= and EnvironmentFile= in
 * systemd.exec(5). */

#include "formats/edit.h"
#include "lib/error.h"

/* A drop-in is for all to read, and what it sets is told to all who ask systemd: a value with a
 * login is in a file of its own instead, which the drop-in names. */

/* Appends the section with a line for each variable without a login, the file in which the service
 * finds them, too, if it is there, and where there is a login that with the values that have one
 * (NULL: the former has them): what files set wins. 0 or -ENOMEM. */
int dropin_append(const struct environment *environment, const char *file, const char *logins,
    struct buffer *ret);

/* Appends the lines of the file with the values that have a login; nothing where none has one. 0 or
 * -ENOMEM. */
int dropin_append_logins(const struct environment *environment, struct buffer *ret);

/* Whether systemd reads each variable as it was meant, from the drop-in or from the file: see
 * struct output_file. */
int dropin_verify(
    const struct environment *environment, const struct content *content, struct error *err);
int dropin_verify_logins(
    const struct environment *environment, const struct content *content, struct error *err);
