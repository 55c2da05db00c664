/* SPDX-License-Identifier: MIT */
#pragma once

/* The commands, in the order of the help; the first is the default. Each NAME is the struct
 * NAME_command of commands/NAME.c. */

#include "cli/command.h"
#include "instance/credentials.h"
#include "lib/buffer.h"

/* clang-format off */
#define COMMANDS(row)  \
    row(run)           \
    row(credentials)   \
    row(explain)       \
    row(doctor)        \
    row(fetch)         \
    row(trust)         \
    row(remove)        \
    row(seal)
/* clang-format on */

#define COMMAND_DECLARE(name) extern const struct command name##_command;
COMMANDS(COMMAND_DECLARE)

/* How `credentials` prints them: 0, or -ENOMEM. */
struct credentials_format {
    const char *name; /* of --format; NULL behind the last one */
    int (*append)(const struct credentials *credentials, struct buffer *ret);
};

/* The first is the default. */
extern const struct credentials_format credentials_formats[];

/* `explain --ca`. 0: every client trusts the company's CA; 1: one does not; or a negative errno and
 * an error. */
int explain_ca(const struct options *options, struct error *err);
