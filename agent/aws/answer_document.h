/* SPDX-License-Identifier: MIT */
#pragma once

/* The JSON of an answer, held against the shape that AWS documents. Pure; no error quotes a value.
 */

#include "lib/buffer.h"
#include "lib/error.h"
#include "lib/json.h"

/* Parses a body that has to be an object. 0 and *ret, which the caller frees with json_free();
 * -EBADMSG and an error with EX_DATAERR; or -ENOMEM and an error. */
int answer_document_parse(const struct buffer *body, struct json **ret, struct error *err);

/* The text of a member, borrowed; `where` is what the object is, for the error: "the answer". 0;
 * -ENOENT without an error where it is not there or null; or -EBADMSG and an error with EX_DATAERR:
 * it is no string, or there more than once. */
int answer_document_text(const struct json *object, const char *key, const char *where,
    const char **ret, struct error *err);

/* The list of that name; an absent one is NULL. 0, or -EBADMSG and an error with EX_DATAERR. */
int answer_document_list(
    const struct json *object, const char *key, const struct json **ret, struct error *err);
