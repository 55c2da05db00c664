/* SPDX-License-Identifier: MIT */
#pragma once

/* File systems that a program of a user serves (FUSE): whose a file is there, is what that program
 * says, and it can say root. */

#include <stdbool.h>
#include <sys/types.h>

/* Whether an open file is in such a file system, and whose: *ret is the user who mounted it, or
 * nobody where that cannot be seen. */
bool served_by_user(int fd, dev_t device, uid_t *ret);

/* The user who mounted the file system of a device, by the text of proc_pid_mountinfo(5): field 3
 * is the device, "user_id=" is among the last field's options. False where it does not say. */
bool served_find_user(const char *mountinfo, dev_t device, uid_t *ret);
