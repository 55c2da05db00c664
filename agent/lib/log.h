/* SPDX-License-Identifier: MIT */
#pragma once

/* Messages for people: to standard error, or with structured fields to the journal when standard
 * error is connected to it. Never holds a secret; that is the caller's care. What does
 * not print is replaced here: a message is one line (lib/printable.h). */

#include <stdbool.h>
#include <stddef.h>

#include "lib/strings.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* A field of a journal entry beside the message; names are upper case. */
struct log_field {
    const char *name;
    const char *value;
};

/* Messages above this level are dropped; LOG_LEVEL_INFO at the start. */
void log_set_level(enum log_level level);

/* Fields are added to the journal's entry only. */
__attribute__((format(printf, 4, 5))) void log_write(
    enum log_level level, const struct log_field fields[], size_t count, const char *format, ...);

#define log_error(...)   log_write(LOG_LEVEL_ERROR, NULL, 0, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, NULL, 0, __VA_ARGS__)
#define log_info(...)    log_write(LOG_LEVEL_INFO, NULL, 0, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_LEVEL_DEBUG, NULL, 0, __VA_ARGS__)

/* A warning for each. */
void log_warnings(const struct strings *warnings);

/* Whether what is written to this descriptor may have colours: it is a terminal that knows them,
 * and NO_COLOR (https://no-color.org) is not set. */
bool log_shows_colour(int fd);

/* A line on a terminal that the next message or progress replaces, for something that is waited
 * for. Does nothing where standard error is no terminal, or below the level of information. */
__attribute__((format(printf, 1, 2))) void log_progress(const char *format, ...);

/* From here on of all messages only errors are told; progress is shown as before. For a command
 * whose result says all that there is to say. */
void log_only_progress(void);

/* Takes the line of log_progress() away. */
void log_end_progress(void);
