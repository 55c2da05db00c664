/* SPDX-License-Identifier: MIT */
#pragma once

/* Where in a list a text is, found without a walk through the list. The list stays the caller's: it
 * grows at its end, and the texts in it do not change while the index is used. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_slot {
    size_t position; /* from 1; 0: the slot is free */
    uint64_t hash;
};

/* Zero-initialise: {0}. */
struct hash_index {
    struct hash_slot *slots;
    size_t capacity; /* a power of two */
    size_t count;
};

/* The hash of some bytes. Each process has its own, so texts that collide cannot be prepared
 * without its secrets. It is no cryptographic hash: who sees which texts collide could learn them.
 * A search among such texts takes time in proportion to their number. */
uint64_t hash_bytes(const void *bytes, size_t length);

/* Adds a position. 0 or -ENOMEM, with the index as before. */
int hash_index_add(struct hash_index *index, uint64_t hash, size_t position);

/* Whether there is a position with that hash, or another one behind that in *slot, whose position
 * goes to *ret. *slot begins as HASH_BEGIN. The caller compares what stands at the position. */
#define HASH_BEGIN SIZE_MAX
bool hash_index_next(const struct hash_index *index, uint64_t hash, size_t *slot, size_t *ret);

void hash_index_free(struct hash_index *index);
