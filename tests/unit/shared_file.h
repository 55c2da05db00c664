/* SPDX-License-Identifier: MIT */
#pragma once

/* What the tests of outputs in shared files have in common. */

#include <errno.h>

#include "check.h"
#include "formats/block.h"
#include "lib/memory.h"
#include "outputs/table.h"

#define BEGIN "# BEGIN ec2-bootstrap: proxy settings, written at every boot\n"
#define BEGIN_NEW                                                                                  \
    "# BEGIN ec2-bootstrap: proxy settings, written at every boot (this file was not there "       \
    "before)\n"
#define BEGIN_JOINED                                                                               \
    "# BEGIN ec2-bootstrap: proxy settings, written at every boot (the line above had no "         \
    "newline)\n"
#define END       "# END ec2-bootstrap\n"
#define DISPLACED "# ec2-bootstrap displaced: "

#define TEXT(literal) literal, sizeof(literal) - 1

static inline struct content content_of(const char *bytes, size_t size)
{
    struct content content = { .exists = bytes != NULL };
    if (bytes)
        check_number("append", buffer_append(&content.bytes, bytes, size), 0);
    return content;
}

/* Which of the three are set. */
static inline struct environment values_of(bool http, bool https, enum letter_case letter_case)
{
    static char http_value[] = "http://p:1", https_value[] = "http://u:x%40@p:2", list[] = "n,*.n";
    return (struct environment){ .values = { [VARIABLE_HTTP_PROXY] = http ? http_value : NULL,
                                     [VARIABLE_HTTPS_PROXY] = https ? https_value : NULL,
                                     [VARIABLE_NO_PROXY] = http || https ? list : NULL },
        .letter_case = letter_case };
}

static inline void check_content(
    const char *row, const struct content *got, const char *expected, size_t size)
{
    check_number("the file is there", got->exists, expected != NULL);
    check_bytes(row, got->bytes.data, got->bytes.size, expected ? expected : "", size);
}

static inline void render_file(const struct output_file *file,
    const struct environment *environment, const struct content *old, struct content *ret)
{
    static const struct content nothing;
    struct content backup = { 0 };
    const struct edit edit = { environment, old, &nothing, ret, &backup };
    check_number("render", block_render(file->block, &edit), 0);
    check_that("there is no backup", !backup.exists);
}

/* What others wrote, or NULL, and the file with our part. */
struct golden {
    const char *others;
    size_t others_size;
    const char *with;
    size_t with_size;
};

/* Ours comes, is there, stays as it is, and goes. */
static inline void check_goldens(const struct output_file *file,
    const struct environment *environment, const struct golden goldens[], size_t count)
{
    static const struct environment none;
    for (size_t i = 0; i < count; i++) {
        const struct golden *g = &goldens[i];
        const char *row = g->others ? g->others : "no file";
        _cleanup_content_ struct content others = content_of(g->others, g->others_size);
        _cleanup_content_ struct content with = { 0 }, again = { 0 }, without = { 0 };
        struct error err = { 0 };
        render_file(file, environment, &others, &with);
        check_content(row, &with, g->with, g->with_size);
        check_number(row, file->verify(environment, &with, &err), 0);
        check_text(row, err.text, "");
        render_file(file, environment, &with, &again);
        check_content(row, &again, g->with, g->with_size);
        render_file(file, &none, &with, &without);
        check_content(row, &without, g->others, g->others_size);
    }
}

struct reading {
    const char *file;
    bool good;
};

/* What the consumer would read as it was meant, and what not: then the error says so. */
static inline void check_readings(const struct output_file *file,
    const struct environment *environment, const struct reading readings[], size_t count,
    const char *text)
{
    for (size_t i = 0; i < count; i++) {
        const char *row = readings[i].file;
        bool good = readings[i].good;
        _cleanup_content_ struct content content = content_of(row, strlen(row));
        struct error err = { 0 };
        check_number(row, file->verify(environment, &content, &err), good ? 0 : -EBADMSG);
        check_text(row, err.text, good ? "" : text);
        check_number(row, err.status, good ? 0 : EX_IOERR);
    }
}

/* What others wrote, and the words with which our lines are not written into it; NULL: they are. */
struct refusal {
    const char *others, *text;
};

static inline void check_refusals(const struct output_file *file,
    const struct environment *environment, const struct refusal refusals[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *row = refusals[i].others, *text = refusals[i].text;
        _cleanup_content_ struct content others = content_of(row, strlen(row));
        _cleanup_content_ struct content with = { 0 };
        struct error err = { 0 };
        render_file(file, environment, &others, &with);
        check_number(row, file->verify(environment, &with, &err), text ? -EBADMSG : 0);
        check_text(row, err.text, text ? text : "");
        check_number(row, err.status, text ? EX_IOERR : 0);
    }
}
