/* SPDX-License-Identifier: MIT */
#pragma once

/* As much of YAML as it takes to find the statements of a mapping at the top of a file, as libyaml
 * reads it: https://yaml.org/spec/1.1/ */

#include "formats/block.h"

/* What a line is. The mark "---" in front of the first document is LINE_OUR_SECTION; a mark behind
 * its content is LINE_OTHER_SECTION, as most readers take the first document only. */
enum line_kind yaml_classify(const struct line *line, struct line_parser *parser);

/* Whether the line is the mark "---", and whether nothing but a comment is behind it. */
bool yaml_begins_document(const struct line *line, bool *ret_is_bare);

/* The key of a statement, without quotes, tag and anchor: "key:", "? key", "'key' :", "!tag key:".
 * False when the statement is none of a mapping that begins in the first column. */
bool yaml_key(const struct line *line, struct line *ret);

/* Whether a statement has its key, or more keys, from another place in the file: "<<: *name" merges
 * a mapping, "*name : b" is the key that an anchor names, "? |" goes on in the next lines. `key` is
 * that of yaml_key(). */
bool yaml_is_reference(const struct line *line, const struct line *key);

/* All that is behind "key:", without the blanks at both ends. False for other forms of a key. */
bool yaml_value(const struct line *line, struct line *ret);
