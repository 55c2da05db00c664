/* SPDX-License-Identifier: MIT */
#pragma once

/* Files that are ours as a whole. */

#include "formats/edit.h"

/* The first line of each of them. All their formats have comments of this form. */
#define WHOLE_FILE_HEAD "# Written by ec2-bootstrap at every boot: changes are lost."

/* Appends the lines of a file; none: there shall be no file. 0 or -ENOMEM. */
typedef int (*whole_file_body)(const struct environment *environment, struct buffer *ret);

/* Makes the file from its body. A foreign file in its place becomes the backup, as a whole, and
 * comes back when ours goes. 0 or -ENOMEM. */
int whole_file_render(whole_file_body body, const struct edit *edit);
