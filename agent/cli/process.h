/* SPDX-License-Identifier: MIT */
#pragma once

/* The process as it was started: made safe before anything else runs. */

#include "lib/strings.h"

/* The variables that the agent and its libraries read; ended by NULL. */
extern const char *const process_variables[];

/* Leaves in an environment, in its place, only what the agent reads. */
void process_clean_environment(char **variables);

/* Switches core dumps and debuggers of other users off, and sets the environment, signals, the
 * umask and the standard descriptors to what the program relies on, however it was started. Comes
 * before any library is initialised: of the environment only what the agent reads is left. */
void process_prepare(void);

/* Copies the arguments, and overwrites in the originals, which every user can list, what can be a
 * login. 0 or -ENOMEM. The caller frees *ret with strings_free(). */
int process_take_arguments(int argc, char *argv[], struct strings *ret);
