/* SPDX-License-Identifier: MIT */
#pragma once

/* Looks for many patterns and forms at once in bytes that come in pieces of any size, in memory
 * that depends on the longest of them only. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/cleanup.h"
#include "seal/matcher.h"

/* A text, then `run_length` bytes out of a set, then another text. What stands around it can be
 * excluded. A set is a string such as "A-Z0-9_"; a '-' stands for itself at its end. */
struct scan_pattern {
    unsigned int kind;  /* the caller's number, below 64 */
    unsigned int where; /* the caller's bits: see scan_start() */
    const char *text;   /* 2 bytes at least */
    const char *run;    /* the set; NULL: no run */
    size_t run_length;
    const char *tail;       /* NULL: none */
    const char *not_before; /* the set of what does not stand in front; NULL: anything may */
    const char *not_after;  /* likewise behind */
    bool any_case;          /* the text's letters count as upper or lower */
    bool at_start;          /* only at offset 0 */
    /* Decides what begins with all that: its length, or 0 for none. It sees SCAN_JUDGED bytes, or
     * what is left. NULL: it counts as it is. */
    size_t (*judge)(const unsigned char *bytes, size_t left);
};

enum { SCAN_JUDGED = 512 };

struct scan_hit {
    unsigned int kind;
    uint64_t offset; /* of its first byte */
    size_t length;
};

/* Called for each hit, in order of the offsets but where a form is folded at its beginning; those
 * of one kind do not overlap. */
typedef void (*scan_found)(const struct scan_hit *hit, void *data);

/* Copies the patterns, and takes the matcher, also on failure; NULL: none. 0, -EINVAL for a text
 * that is too short or a kind too large, or -ENOMEM. The caller frees *ret with scan_free(). */
struct scan;
int scan_new(
    const struct scan_pattern patterns[], size_t count, struct matcher *matcher, struct scan **ret);
void scan_free(struct scan *scan);

/* A second one for other bytes at the same time, with all that the first one has: it is freed
 * before that. 0 or -ENOMEM. */
int scan_new_like(const struct scan *scan, struct scan **ret);

/* Starts with bytes that begin at an offset; nothing stands in front of them. Only patterns and
 * forms count that have a bit of `where`. */
void scan_start(
    struct scan *scan, unsigned int where, uint64_t offset, scan_found found, void *data);

/* The next bytes. */
void scan_feed(struct scan *scan, const void *bytes, size_t size);

/* The same without a copy: room for some bytes, and how many; then how many of them are there. */
void *scan_room(struct scan *scan, size_t *ret_size);
void scan_filled(struct scan *scan, size_t size);

/* There are no more: what was held back is looked at. */
void scan_end(struct scan *scan);

static inline void cleanup_scan(struct scan **scan)
{
    scan_free(*scan);
}

#define _cleanup_scan_ _cleanup_(cleanup_scan)
