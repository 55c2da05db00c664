/* SPDX-License-Identifier: MIT */
#pragma once

/* As much of TOML as it takes to find statements: https://toml.io/en/v1.0.0. Names are as they are
 * written, without their quotes: see formats/escape.h. */

#include "formats/block.h"

/* What a line is; each header is LINE_OTHER_SECTION. Strings and brackets can go on over lines. */
enum line_kind toml_classify(const struct line *line, struct line_parser *parser);

/* The name of the table that a header begins: "[name]", "[ 'name' ]". False for "[[name]]", for
 * "[a.b]" and for other lines. */
bool toml_table(const struct line *line, struct line *ret);

/* The first part of the name of any header: "[name]", "[[name]]", "[name.more]". */
bool toml_header(const struct line *line, struct line *ret);

/* Whether the header begins an element of an array of that name, whatever its letter case:
 * "[[name]]". */
bool toml_is_array_of(const struct line *line, enum line_kind kind, const char *name);

/* The first part of the key of a statement: "key =", "'key' =", "key.more =". False when there is
 * none. */
bool toml_key(const struct line *line, struct line *ret);

/* The value of a statement, when it is a string on one line that has nothing escaped and whose key
 * has one part. */
bool toml_string(const struct line *line, struct line *ret);
