/* Open addressing with linear probing, at most half full. */

#include "lib/hash_index.h"

#include <errno.h>
#include <sys/auxv.h>

#include "lib/memory.h"

enum { CAPACITY_MIN = 32 };

/* The kernel gives each process 16 random bytes (AT_RANDOM in getauxval(3)). */
static uint64_t hash_seed(void)
{
    const unsigned char *bytes =
        (const unsigned char *) getauxval(AT_RANDOM); // NOLINT: it gives addresses as numbers
    uint64_t seed = 0xcbf29ce484222325u;
    for (size_t i = 0; bytes && i < sizeof(seed); i++)
        seed = seed << 8 ^ bytes[i];
    return seed;
}

/* FNV-1a from a secret start, and the last step of MurmurHash3: the low bits choose the slot. */
uint64_t hash_bytes(const void *bytes, size_t length)
{
    const unsigned char *p = bytes;
    uint64_t hash = hash_seed();
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ p[i]) * 0x100000001b3u;
    hash ^= hash >> 33;
    hash *= 0xff51afd7ed558ccdu;
    return hash ^ hash >> 33;
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
