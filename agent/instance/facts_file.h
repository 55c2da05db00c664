/* SPDX-License-Identifier: MIT */
#pragma once

/* The facts that the last good run learned, kept for a boot on which the metadata service fails.
 * Never a secret. They belong to one machine, as machine_identify() names it. */

#include "files/tree.h"
#include "instance/facts.h"

/* Appends the file's text: the facts that a NO_PROXY list is made of. 0 or -ENOMEM. */
int facts_file_render(const struct facts *facts, const char *machine, struct buffer *ret);

/* Reads a text into empty facts, as strictly as an answer of the metadata service. 0; or with *ret
 * still empty -EXDEV: it is of another machine; -EBADMSG and an error that says what is wrong with
 * it; -ENOMEM and an error. The caller frees *ret with facts_free(). */
int facts_file_parse(
    const struct buffer *text, const char *machine, struct facts *ret, struct error *err);

/* Reads PATH_FACTS. As facts_file_parse(); -ENOENT when there is none; another negative errno and
 * an error when it cannot be read. */
int facts_file_read(
    const struct tree *tree, const char *machine, struct facts *ret, struct error *err);

/* Writes PATH_FACTS, durably, unless it is as it would be. 0 or a negative errno. */
int facts_file_write(const struct tree *tree, const char *machine, const struct facts *facts);

/* Removes it. 0, also when there was none, or a negative errno. */
int facts_file_remove(const struct tree *tree);
