/* SPDX-License-Identifier: MIT */
/* inet_pton and inet_ntop, with prefixes. */

#include "lib/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void address_clear_host_bits(struct address *address)
{
    size_t byte = address->prefix / 8;
    if (byte >= sizeof(address->bytes))
        return;
    address->bytes[byte] &= (unsigned char) (0xff00u >> (address->prefix % 8));
    memset(address->bytes + byte + 1, 0, sizeof(address->bytes) - byte - 1);
}

static int parse_prefix(const char *text, unsigned int max, unsigned int *ret)
{
    size_t digits = strspn(text, "0123456789");
    if (digits < 1 || digits > 3 || text[digits])
        return -EINVAL;
    unsigned long bits = strtoul(text, NULL, 10);
    if (bits > max)
        return -EINVAL;
    *ret = (unsigned int) bits;
    return 0;
}

int address_parse(const char *text, struct address *ret)
{
    char host[INET6_ADDRSTRLEN];
    size_t length = (size_t) (strchrnul(text, '/') - text);
    if (length >= sizeof(host))
        return -EINVAL;
    memcpy(host, text, length);
    host[length] = '\0';

    struct address address = { .family = strchr(host, ':') ? AF_INET6 : AF_INET };
    if (inet_pton(address.family, host, address.bytes) != 1)
        return -EINVAL;
    unsigned int max = address.family == AF_INET ? 32 : 128;
    address.prefix = max;
    address.is_block = text[length] == '/';
    if (address.is_block && parse_prefix(text + length + 1, max, &address.prefix) < 0)
        return -EINVAL;
    address_clear_host_bits(&address);
    *ret = address;
    return 0;
}

bool address_equal(const struct address *a, const struct address *b)
{
    return a->family == b->family && a->prefix == b->prefix &&
           memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool address_contains(const struct address *block, const struct address *address)
{
    return block->prefix <= address->prefix && address_overlaps(block, address);
}

bool address_overlaps(const struct address *a, const struct address *b)
{
    unsigned int bits = a->prefix < b->prefix ? a->prefix : b->prefix;
    size_t bytes = bits / 8;
    unsigned int rest = 0xff00u >> (bits % 8) & 0xffu;
    return a->family == b->family && memcmp(a->bytes, b->bytes, bytes) == 0 &&
           (rest == 0 || ((a->bytes[bytes] ^ b->bytes[bytes]) & rest) == 0);
}

void address_format(const struct address *address, char text[static ADDRESS_TEXT_MAX])
{
    char host[INET6_ADDRSTRLEN];
    (void) inet_ntop(address->family, address->bytes, host, sizeof(host));
    if (address->is_block)
        (void) snprintf(text, ADDRESS_TEXT_MAX, "%s/%u", host, address->prefix);
    else
        (void) snprintf(text, ADDRESS_TEXT_MAX, "%s", host);
}
