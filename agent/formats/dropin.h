#pragma once

/* Drop-ins that set the variables of one service: Environment= and EnvironmentFile= in
 * systemd.exec(5). */

#include "formats/edit.h"
#include "lib/error.h"

/* Appends the section with a line for each variable, and the file in which the service finds them,
 * too, if it is there. 0 or -ENOMEM. */
int dropin_append(const struct environment *environment, const char *file, struct buffer *ret);

/* The same with the file that all services read. */
int dropin_body(const struct environment *environment, struct buffer *ret);

/* Whether systemd reads each variable as it was meant: see struct output_file. */
int dropin_verify(
    const struct environment *environment, const struct content *content, struct error *err);
