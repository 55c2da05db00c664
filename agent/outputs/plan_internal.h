/* SPDX-License-Identifier: MIT */
#pragma once

/* What planning and writing share. */

#include "outputs/plan.h"

/* Whether the output writes the file, or only checks it. */
bool output_is_written(const struct output_file *file);

/* Notes a failure, or with 0 that there is none. */
void output_note_failure(struct output_result *result, int r);

/* Leaves a file out that was to have our settings and failed in a directory of another user: what
 * he does there is no failure of a run. */
void output_leave_out(const struct output_request *request, struct output_result *result);

/* Likewise one that could not be read. Where that is because it is not safe, also one that was to
 * lose our settings, if it has none; a failure it is where it has, or where that cannot be seen. */
void output_leave_out_unread(const struct output_request *request, struct output_result *result);

/* Likewise one that was planned, in a directory in which this process may not write. */
void output_leave_out_closed(const struct output_request *request, struct output_result *result);

/* Reads the file and its backup. 0, or a negative errno and an error that names the file. */
int output_read(const struct tree *tree, struct output_result *result, struct error *err);

/* Plans a file that was read: a file that its consumer would not read as it is meant is not written
 * at all. 0, or a negative errno and an error that names the file. */
int output_plan(
    const struct output_request *request, struct output_result *result, struct error *err);

/* Renders the file as it would be without us. 0; -EBADMSG when it is not in the consumer's format;
 * or -ENOMEM. */
int output_render_without_us(const struct output_result *result, struct content *ret);

/* Forgets what was read and planned. */
void output_forget(struct output_result *result);

/* Sets the error of a file that cannot be `what`: "read", "written". Returns the negative errno. */
int output_refuse(const struct tree *tree, const struct output_file *file, const char *what,
    int negative_errno, struct error *err);

/* Names the file in an error that its output has set. Returns r. */
int output_refuse_content(
    const struct tree *tree, const struct output_file *file, int r, struct error *err);

/* Whether the consumer of a file is on this machine: 1, 0, or a negative errno. */
int output_has_consumer(const struct tree *tree, const struct output_file *file);
