/* SPDX-License-Identifier: MIT */
#pragma once

/* Journals of systemd: what is compressed in them, by its own reader. */

#include <stdbool.h>
#include <stddef.h>

/* Whether a file is a journal, by its beginning. */
bool journal_is(const void *head, size_t size);

/* Calls a function for each field that may be compressed ("NAME=value"), of an open file. 0; or a
 * negative errno when it is no journal, is broken, or has a compression that libsystemd has not. */
typedef void (*journal_field)(const void *bytes, size_t size, void *data);
int journal_read(int fd, journal_field field, void *data);
