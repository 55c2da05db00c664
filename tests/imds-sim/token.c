/* SPDX-License-Identifier: MIT */
/* A ring of issued tokens. A token carries the number of its place in the ring, masked, so that a
 * check costs one comparison however many there are. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "clock.h"
#include "lib/cleanup.h"
#include "text.h"
#include "token.h"

#define RING_SIZE 65536
#define RAW_SIZE  40
/* The place in the ring: two bytes after the three that give every token its "AQAE". */
#define RAW_PLACE 3

struct entry {
    int64_t expires;
    char text[TOKEN_LENGTH + 1];
};

struct tokens {
    uint16_t mask;
    uint16_t next;
    struct entry ring[RING_SIZE];
};

static int fill_random(void *data, size_t size)
{
    ssize_t n = getrandom(data, size, 0);
    return n == (ssize_t) size ? 0 : -EIO;
}

struct tokens *tokens_new(void)
{
    struct tokens *tokens = calloc(1, sizeof(*tokens));
    if (tokens && fill_random(&tokens->mask, sizeof(tokens->mask)) < 0) {
        free(tokens);
        return NULL;
    }
    return tokens;
}

void tokens_free(struct tokens *tokens)
{
    free(tokens);
}

int token_issue(struct tokens *tokens, int64_t now, int ttl_seconds, char ret[TOKEN_LENGTH + 1])
{
    static const unsigned char prefix[RAW_PLACE] = { 0x01, 0x00, 0x04 };
    unsigned char raw[RAW_SIZE];
    int r = fill_random(raw, sizeof(raw));
    if (r < 0)
        return r;
    uint16_t place = tokens->next++;
    uint16_t masked = place ^ tokens->mask;
    memcpy(raw, prefix, RAW_PLACE);
    memcpy(raw + RAW_PLACE, &masked, sizeof(masked));
    struct entry *entry = &tokens->ring[place];
    entry->expires = now + ttl_seconds * NS_PER_SECOND;
    base64_encode(raw, sizeof(raw), entry->text);
    base64_encode(raw, sizeof(raw), ret);
    return 0;
}

enum token_state token_check(
    const struct tokens *tokens, int64_t now, const char *text, int64_t *ret_seconds_left)
{
    if (!text)
        return TOKEN_MISSING;
    _cleanup_(bytes_clear) struct bytes raw = { 0 };
    if (strlen(text) != TOKEN_LENGTH || base64_decode(text, &raw) < 0 || raw.size != RAW_SIZE)
        return TOKEN_INVALID;
    uint16_t masked;
    memcpy(&masked, raw.data + RAW_PLACE, sizeof(masked));
    const struct entry *entry = &tokens->ring[masked ^ tokens->mask];
    if (strcmp(entry->text, text) != 0)
        return TOKEN_INVALID;
    if (now >= entry->expires)
        return TOKEN_EXPIRED;
    *ret_seconds_left = (entry->expires - now) / NS_PER_SECOND;
    return TOKEN_VALID;
}
