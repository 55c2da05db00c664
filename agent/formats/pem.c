/* SPDX-License-Identifier: MIT */
/* Each client reads PEM in a way of its own: OpenSSL loads nothing of a file with one broken block,
 * Go leaves it out, others stop there. So whatever is not a whole block is refused here. */

#include "formats/pem.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define BEGIN "-----BEGIN "
#define END   "-----END "
#define DASH  "-----"

enum { COLUMNS = 64, LABEL_MAX = 64 };

static const char *find(const char *from, const char *end, const char *text)
{
    return from < end ? memmem(from, (size_t) (end - from), text, strlen(text)) : NULL;
}

/* Whether a mark at this place begins a line, except blanks and a byte order mark, or follows the
 * block before at once. */
static bool is_at_beginning(const char *start, const char *mark, const struct pem_block *block)
{
    static const char order_mark[] = "\xef\xbb\xbf";
    size_t length = sizeof(order_mark) - 1;
    while (mark > start && (mark[-1] == ' ' || mark[-1] == '\t'))
        mark--;
    if (mark == start || mark[-1] == '\n' || mark[-1] == '\r' || mark == block->rest)
        return true;
    return (size_t) (mark - start) == length && memcmp(start, order_mark, length) == 0;
}

/* Finds a mark in front of `end` that begins a line. */
static const char *find_mark(
    const struct buffer *file, const char *end, const char *mark, const struct pem_block *block)
{
    const char *found = find(block->rest, end, mark);
    while (found && !is_at_beginning(file->data, found, block))
        found = find(found + 1, end, mark);
    return found;
}

static int pem_refuse(const struct pem_block *block, const char *what, struct error *err)
{
    return error_set(err, EX_CONFIG, -EBADMSG, "block %zu: %s", block->number, what);
}

/* Reads the label behind a BEGIN, and where it ends. */
static bool pem_read_label(struct pem_block *block, const char *begin, const char *end)
{
    block->label = begin + strlen(BEGIN);
    const char *close = find(block->label, end, DASH);
    block->label_length = close ? (size_t) (close - block->label) : 0;
    if (!close || block->label_length > LABEL_MAX ||
        memchr(block->label, '\n', block->label_length))
        return false;
    block->body = close + strlen(DASH);
    return true;
}

/* Whether the END at this place has the block's label; then all behind it is the rest. */
static bool pem_read_end(struct pem_block *block, const char *mark, const char *end)
{
    const char *label = mark + strlen(END);
    size_t length = block->label_length + strlen(DASH);
    if ((size_t) (end - label) < length || memcmp(label, block->label, block->label_length) != 0 ||
        memcmp(label + block->label_length, DASH, strlen(DASH)) != 0)
        return false;
    block->body_length = (size_t) (mark - block->body);
    block->rest = label + length;
    return true;
}

int pem_next(const struct buffer *file, struct pem_block *block, struct error *err)
{
    const char *end = file->data + file->size;
    if (file->size == 0)
        return 0;
    if (!block->rest)
        block->rest = file->data;
    const char *begin = find_mark(file, end, BEGIN, block);
    const char *lone = find_mark(file, begin ? begin : end, END, block);
    block->number += begin || lone;
    if (lone)
        return pem_refuse(block,
            "its BEGIN line is missing, misspelt or behind something else: copy the file again",
            err);
    if (!begin)
        return 0;
    if (!pem_read_label(block, begin, end))
        return pem_refuse(block, "its BEGIN line is cut off: copy the file again", err);
    const char *close = find(block->body, end, END), *next = find(block->body, end, BEGIN);
    if (!close || (next && next < close))
        return pem_refuse(
            block, "its END line is missing: the file is cut off, copy it again", err);
    return pem_read_end(block, close, end)
               ? 1
               : pem_refuse(
                     block, "its END line is cut off, or another one's: copy the file again", err);
}

bool pem_is(const struct pem_block *block, const char *label)
{
    return block->label_length == strlen(label) &&
           memcmp(block->label, label, block->label_length) == 0;
}

int pem_append(const char *label, const struct buffer *base64, struct buffer *ret)
{
    int r = buffer_printf(ret, BEGIN "%s" DASH "\n", label);
    for (size_t done = 0; r == 0 && done < base64->size; done += COLUMNS) {
        size_t left = base64->size - done;
        r = buffer_append(ret, base64->data + done, left < COLUMNS ? left : COLUMNS);
        if (r == 0)
            r = buffer_append_text(ret, "\n");
    }
    return r < 0 ? r : buffer_printf(ret, END "%s" DASH "\n", label);
}
