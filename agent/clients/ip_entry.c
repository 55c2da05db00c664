/* SPDX-License-Identifier: MIT */
/* Addresses and blocks as each client reads them. */

#include "clients/ip_entry.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ascii.h"

#define DIGITS "0123456789"

enum {
    TEXT_MAX = 300, /* no address is as long */
    NUMBERS_READ = NUMBER_V4 | NUMBER_V6 | BLOCK_V4 | BLOCK_V6,
};

void ip_entry_unmap(struct address *address)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    if (address->family != AF_INET6 || address->prefix < 96 ||
        memcmp(address->bytes, mapped, sizeof(mapped)) != 0)
        return;
    memmove(address->bytes, address->bytes + sizeof(mapped), 4);
    memset(address->bytes + 4, 0, 12);
    address->family = AF_INET;
    address->prefix -= 96;
}

bool ip_entry_holds(const struct address *address, const struct address *block)
{
    unsigned int bytes = block->prefix / 8, bits = block->prefix % 8;
    if (address->family != block->family || memcmp(address->bytes, block->bytes, bytes) != 0)
        return false;
    return bits == 0 || (address->bytes[bytes] ^ block->bytes[bytes]) >> (8 - bits) == 0;
}

/* Drops the blanks around a text. */
static char *ip_entry_trim(char *text)
{
    text += strspn(text, ASCII_WHITE);
    size_t length = strlen(text);
    while (length > 0 && ascii_is_white(text[length - 1]))
        text[--length] = '\0';
    return text;
}

/* Drops the underscores between digits. False when there is anything else. */
static bool join_digits(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from == '_' && from > text && from[-1] != '_' && from[1])
            continue;
        if (!strchr(DIGITS, *from))
            return false;
        *to++ = *from;
    }
    *to = '\0';
    return to > text;
}

bool ip_entry_parse_int(const char *text, size_t length, long *ret)
{
    char copy[TEXT_MAX];
    if (length >= sizeof(copy))
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    char *number = ip_entry_trim(copy);
    if (!join_digits(number + (*number == '+' || *number == '-')))
        return false;
    *ret = strtol(number, NULL, 10);
    return true;
}

/* Replaces a netmask, "255.0.0.0", by the length that it stands for. */
static void replace_netmask(char *slash)
{
    struct in_addr mask;
    if (inet_pton(AF_INET, slash + 1, &mask) != 1)
        return;
    uint32_t bits = ntohl(mask.s_addr);
    int length = __builtin_popcount(bits);
    bool is_mask = length == 0 || bits == UINT32_MAX << (32 - length);
    if (is_mask)
        (void) snprintf(slash + 1, sizeof("32"), "%d", length);
}

/* Whether the client takes a block for one, as it is written. */
static bool is_good_block(
    const struct client *client, const char *text, const struct address *block)
{
    char alone[TEXT_MAX];
    struct address address;
    if (!(client->numbers & (BLOCK_STRICT | BLOCK_MAPPED_96)))
        return true;
    (void) snprintf(alone, sizeof(alone), "%.*s", (int) strcspn(text, "/"), text);
    if (address_parse(alone, &address) < 0)
        return false;
    bool has_host_bits = memcmp(address.bytes, block->bytes, sizeof(address.bytes)) != 0;
    ip_entry_unmap(&address);
    bool is_wide = address.family != block->family && block->prefix < 96;
    return !(has_host_bits && (client->numbers & BLOCK_STRICT)) &&
           !(is_wide && (client->numbers & BLOCK_MAPPED_96));
}

/* The address that reaches to the next dash. */
static bool read_end(char **rest, struct address *ret)
{
    char *text = strsep(rest, "-");
    return text && address_parse(ip_entry_trim(text), ret) == 0 && ret->family == AF_INET &&
           !ret->is_block;
}

bool ip_entry_range_holds(const char *range, const struct address *address)
{
    char copy[TEXT_MAX], *rest = copy;
    struct address from, to;
    if (address->family != AF_INET || !strchr(range, '-'))
        return false;
    (void) snprintf(copy, sizeof(copy), "%s", range);
    return read_end(&rest, &from) && read_end(&rest, &to) &&
           memcmp(from.bytes, address->bytes, 4) <= 0 && memcmp(address->bytes, to.bytes, 4) <= 0;
}

static void drop_front(char *text, size_t count)
{
    memmove(text, text + count, strlen(text + count) + 1);
}

/* Turns what the client takes for a number into digits. False when there are none to it. */
static bool replace_length(const struct client *client, char *length)
{
    long bits;
    if ((client->numbers & BLOCK_INT) && length[strspn(length, DIGITS)]) {
        if (!ip_entry_parse_int(length, strlen(length), &bits) || bits < 0 || bits > 128)
            return false;
        (void) snprintf(length, sizeof("128"), "%ld", bits);
    }
    if (client->numbers & (BLOCK_LENIENT | BLOCK_SIGN)) {
        drop_front(length, strspn(length, ASCII_WHITE));
        drop_front(length, *length == '+');
    }
    if (client->numbers & BLOCK_LENIENT) {
        if (*length == '-')
            return false;
        length[strspn(length, DIGITS)] = '\0';
    }
    return true;
}

/* Drops the zeros in front of a block's length. False when there may be none, or not as many. */
static bool drop_zeros(const struct client *client, const char *text, char *length)
{
    size_t digits = strspn(length, DIGITS), zeros = strspn(length, "0");
    size_t most = strchr(text, ':') ? strlen("128") : strlen("32");
    zeros -= zeros > 0 && zeros == digits;
    drop_front(length, zeros);
    return !(zeros > 0 && (client->numbers & BLOCK_NO_ZEROS)) &&
           !(digits > most && (client->numbers & BLOCK_FEW_DIGITS));
}

/* Brings the length of a block into the form that address_parse() reads. False when the client does
 * not take it for a block. */
static bool read_block_length(const struct client *client, const char *text, char *slash)
{
    if ((client->numbers & BLOCK_NETMASK) && strchr(slash + 1, '.'))
        replace_netmask(slash);
    if (!replace_length(client, slash + 1) || !drop_zeros(client, text, slash + 1))
        return false;
    bool is_lenient = (client->numbers & BLOCK_LENIENT) != 0;
    bool is_zero = strcmp(slash + 1, "0") == 0 || (is_lenient && !slash[1]);
    if (is_zero && (client->numbers & BLOCK_0_IS_ONE))
        *slash = '\0';
    return !is_zero || !(client->numbers & BLOCK_NOT_0);
}

/* Writes out the short forms of an IPv4 address, "10.1" for "10.0.0.1", in front of a block's
 * length. */
static void expand_short(char text[static TEXT_MAX])
{
    char copy[TEXT_MAX], number[INET_ADDRSTRLEN];
    size_t length = strcspn(text, "/");
    (void) snprintf(copy, sizeof(copy), "%.*s", (int) length, text);
    struct in_addr address;
    if (inet_aton(copy, &address) == 0)
        return;
    (void) inet_ntop(AF_INET, &address, number, sizeof(number));
    (void) snprintf(copy, sizeof(copy), "%s%s", number, text + length);
    (void) snprintf(text, TEXT_MAX, "%s", copy);
}

static bool is_known_kind(const struct client *client, const struct address *address)
{
    int v4 = address->is_block ? BLOCK_V4 : NUMBER_V4;
    int v6 = address->is_block ? BLOCK_V6 : NUMBER_V6;
    return client->numbers & (address->family == AF_INET ? v4 : v6);
}

/* Few are written in a short form. */
static bool ip_entry_parse_number(
    const struct client *client, char text[static TEXT_MAX], struct address *ret)
{
    if (address_parse(text, ret) == 0)
        return true;
    bool expands = client->numbers & (strchr(text, '/') ? BLOCK_SHORT : NUMBER_SHORT);
    if (!expands || !(strchr(text, '.') || (client->numbers & NUMBER_INTEGER)))
        return false;
    expand_short(text);
    return address_parse(text, ret) == 0;
}

bool ip_entry_parse(const struct client *client, const char *text, struct address *ret)
{
    char copy[TEXT_MAX];
    text += (client->numbers & NUMBER_DOT) && *text == '.';
    size_t length = strlen(text);
    bool may_be_number = isxdigit((unsigned char) *text) || *text == ':';
    if (!may_be_number || !(client->numbers & NUMBERS_READ) || length >= sizeof(copy))
        return false;
    memcpy(copy, text, length + 1);
    char *slash = strchr(copy, '/');
    if (slash && !read_block_length(client, copy, slash))
        return false;
    if (!ip_entry_parse_number(client, copy, ret) || !is_known_kind(client, ret))
        return false;
    if (ret->is_block && !is_good_block(client, copy, ret))
        return false;
    if (client->numbers & NUMBER_MAPPED)
        ip_entry_unmap(ret);
    return true;
}

bool ip_entry_is_address(const char *text, size_t length, int family)
{
    char copy[ADDRESS_TEXT_MAX];
    struct address address;
    if (length >= sizeof(copy))
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return address_parse(copy, &address) == 0 && address.family == family && !address.is_block;
}
