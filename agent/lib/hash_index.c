/* SPDX-License-Identifier: MIT */
/* Open addressing with linear probing, at most half full. */

#include "lib/hash_index.h"

#include <errno.h>
#include <sys/auxv.h>

#include "lib/memory.h"

enum { CAPACITY_MIN = 32 };

/* The kernel gives each process 16 random bytes (AT_RANDOM in getauxval(3)): half of them are the
 * start, the others the multiplier, which is odd. */
static void hash_secrets(uint64_t *ret_start, uint64_t *ret_multiplier)
{
    const unsigned char *bytes =
        (const unsigned char *) getauxval(AT_RANDOM); // NOLINT: it gives addresses as numbers
    uint64_t secrets[] = { 0xcbf29ce484222325u, 0xff51afd7ed558ccdu };
    for (size_t i = 0; bytes && i < sizeof(secrets); i++)
        secrets[i / 8] = secrets[i / 8] << 8 ^ bytes[i];
    *ret_start = secrets[0];
    *ret_multiplier = secrets[1] | 1;
}

/* What a byte changes goes up by the multiplication, and down again by the shift, before the next
 * one: where two texts meet depends on both secrets. */
uint64_t hash_bytes(const void *bytes, size_t length)
{
    const unsigned char *p = bytes;
    uint64_t hash, multiplier;
    hash_secrets(&hash, &multiplier);
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ p[i]) * multiplier;
        hash ^= hash >> 32;
    }
    hash *= multiplier;
    return hash ^ hash >> 32;
}

static void hash_put(struct hash_index *index, struct hash_slot slot)
{
    size_t i = slot.hash & (index->capacity - 1);
    while (index->slots[i].position > 0)
        i = (i + 1) & (index->capacity - 1);
    index->slots[i] = slot;
}

static int hash_grow(struct hash_index *index)
{
    struct hash_index larger = { .capacity = index->capacity ? 2 * index->capacity : CAPACITY_MIN,
        .count = index->count };
    larger.slots = mem_calloc(larger.capacity, sizeof(*larger.slots));
    if (!larger.slots)
        return -ENOMEM;
    for (size_t i = 0; i < index->capacity; i++)
        if (index->slots[i].position > 0)
            hash_put(&larger, index->slots[i]);
    mem_free(index->slots);
    *index = larger;
    return 0;
}

int hash_index_add(struct hash_index *index, uint64_t hash, size_t position)
{
    if (2 * (index->count + 1) > index->capacity && hash_grow(index) < 0)
        return -ENOMEM;
    hash_put(index, (struct hash_slot){ position + 1, hash });
    index->count++;
    return 0;
}

bool hash_index_next(const struct hash_index *index, uint64_t hash, size_t *slot, size_t *ret)
{
    if (index->capacity == 0)
        return false;
    size_t mask = index->capacity - 1;
    for (size_t i = (*slot == HASH_BEGIN ? hash : *slot + 1) & mask; index->slots[i].position > 0;
         i = (i + 1) & mask)
        if (index->slots[i].hash == hash) {
            *slot = i;
            *ret = index->slots[i].position - 1;
            return true;
        }
    return false;
}

void hash_index_free(struct hash_index *index)
{
    mem_free(index->slots);
    *index = (struct hash_index){ 0 };
}
