/* SPDX-License-Identifier: MIT */
#pragma once

/* The search of one file's content, as it is and unpacked. */

#include <sys/stat.h>

#include "seal/hits.h"
#include "seal/scan.h"
#include "unpack/unpack.h"

/* What the searches of many files share. Zero-initialise, then seal_content_open(). */
struct seal_content {
    struct scan *scan; /* borrowed */
    struct scan *unpacked[UNPACK_LEVELS];
    char *chunk;
    uint64_t unpack_left; /* how much may yet be unpacked */
    /* Called now and then with how many bytes were read. */
    void (*progress)(uint64_t bytes, void *data);
    void *data;
};

/* What was found. */
struct seal_content_found {
    struct hits hits;
    struct hits unpacked;
    int packed; /* 0: all was read; or a negative errno as of unpack_end() */
};

/* 0 or -ENOMEM. */
int seal_content_open(struct seal_content *content, struct scan *scan);
void seal_content_close(struct seal_content *content);

/* Room for SEAL_CHUNK bytes, which seal_content_search() uses, too: content->chunk. */
enum { SEAL_CHUNK = 65536 };

void seal_content_search_bytes(struct seal_content *content, unsigned int where, const void *bytes,
    size_t size, struct hits *hits);

/* Searches an open regular file. 0, or a negative errno when it cannot be read. */
int seal_content_search(struct seal_content *content, unsigned int where, int fd,
    const struct stat *status, struct seal_content_found *ret);
