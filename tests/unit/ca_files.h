/* SPDX-License-Identifier: MIT */
#pragma once

/* What the tests of trust/ca_file.c share: a file with CAs as text, and all that is said of it. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "check.h"
#include "files/tree.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "trust/ca_file.h"

/* 2026-12-15. */
enum { CA_NOW = 1797292800 };

static inline void ca_read_kind(const char *kind, struct buffer *ret)
{
    _cleanup_tree_ struct tree tree = { .fd = -1 };
    struct error err = { 0 };
    char path[64];
    (void) snprintf(path, sizeof(path), "/%s.pem", kind);
    check_number(kind, tree_open("tests/trust/kinds", &tree, &err), 0);
    check_number(kind, tree_read(&tree, path, CA_FILE_SIZE_MAX, ret, NULL), 0);
}

/* Parses, and appends what came out: the number of certificates, then each line that was said. */
static inline void ca_parse(const char *row, const struct buffer *bytes, struct buffer *ret)
{
    _cleanup_ca_file_ struct ca_file file = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    struct error err = { 0 };
    int r = ca_file_parse(bytes, CA_NOW, &file, &warnings, &err);
    check_that(row, r == 0 || r == -EBADMSG);
    check_number(row, err.status, r == 0 ? 0 : EX_CONFIG);
    int printed =
        r == 0 ? buffer_printf(ret, "%zu", file.count) : buffer_append_text(ret, err.text);
    for (size_t i = 0; printed == 0 && i < warnings.count; i++)
        printed = buffer_printf(ret, "\n%s", warnings.items[i]);
    check_number(row, printed, 0);
}

static inline void text_replace_all(const char *from, const char *to, struct buffer *text)
{
    struct buffer result = { 0 };
    const char *at = text->data;
    for (const char *found; (found = strstr(at, from)); at = found + strlen(from)) {
        check_number(from, buffer_append(&result, at, (size_t) (found - at)), 0);
        check_number(from, buffer_append_text(&result, to), 0);
    }
    check_number(from, buffer_append_text(&result, at), 0);
    buffer_free(text);
    *text = result;
}
