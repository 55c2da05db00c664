#pragma once

/* The commands, for the table in main.c. */

#include "cli/command.h"

extern const struct command run_command;
extern const struct command credentials_command;
extern const struct command explain_command;
extern const struct command trust_command;
extern const struct command remove_command;
extern const struct command seal_command;
