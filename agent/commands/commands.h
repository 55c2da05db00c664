#pragma once

/* The commands, for the table in main.c. */

#include "cli/command.h"

/* `explain --ca`. 0: every client trusts the company's CA; 1: one does not; or a negative errno and
 * an error. */
int explain_ca(const struct options *options, struct error *err);

extern const struct command run_command;
extern const struct command credentials_command;
extern const struct command explain_command;
extern const struct command doctor_command;
extern const struct command fetch_command;
extern const struct command trust_command;
extern const struct command remove_command;
extern const struct command seal_command;
