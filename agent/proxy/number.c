/* Addresses and blocks as each client reads them. */

#include "proxy/number.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 300 }; /* no address is as long */

void number_unmap(struct address *address)
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

bool number_in_block(const struct address *address, const struct address *block)
{
    unsigned int bytes = block->prefix / 8, bits = block->prefix % 8;
    if (address->family != block->family || memcmp(address->bytes, block->bytes, bytes) != 0)
        return false;
    return bits == 0 || (address->bytes[bytes] ^ block->bytes[bytes]) >> (8 - bits) == 0;
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

/* Whether no bit of the host is set in a block as written. */
static bool is_strict(const char *text, const struct address *block)
{
    char alone[TEXT_MAX];
    struct address address;
    (void) snprintf(alone, sizeof(alone), "%.*s", (int) strcspn(text, "/"), text);
    return address_parse(alone, &address) == 0 &&
           memcmp(address.bytes, block->bytes, sizeof(address.bytes)) == 0;
}

bool number_in_range(const char *range, const struct address *address)
{
    char first[TEXT_MAX];
    const char *dash = strchr(range, '-');
    struct address from, to;
    if (!dash || address->family != AF_INET)
        return false;
    (void) snprintf(first, sizeof(first), "%.*s", (int) (dash - range), range);
    return address_parse(first, &from) == 0 && address_parse(dash + 1, &to) == 0 &&
           from.family == AF_INET && to.family == AF_INET && !from.is_block && !to.is_block &&
           memcmp(from.bytes, address->bytes, 4) <= 0 && memcmp(address->bytes, to.bytes, 4) <= 0;
}

/* Brings the length of a block into the form that address_parse() reads. False when the client does
 * not take it for a block. */
static bool read_block_length(const struct client *client, char *slash)
{
    if ((client->numbers & (BLOCK_LENIENT | BLOCK_SIGN)) && slash[1] == '+')
        memmove(slash + 1, slash + 2, strlen(slash + 1));
    if (client->numbers & BLOCK_LENIENT) {
        if (slash[1] == '-')
            return false;
        slash[1 + strspn(slash + 1, "0123456789")] = '\0';
    }
    if ((client->numbers & BLOCK_NO_ZEROS) && slash[1] == '0' && slash[2] != '\0')
        return false;
    bool is_lenient = (client->numbers & BLOCK_LENIENT) != 0;
    bool is_zero = strspn(slash + 1, "0") == strlen(slash + 1) && (slash[1] || is_lenient);
    if ((client->numbers & BLOCK_NETMASK) && strchr(slash + 1, '.'))
        replace_netmask(slash);
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

bool number_read(const struct client *client, const char *text, struct address *ret)
{
    char copy[TEXT_MAX];
    bool has_dot = (client->numbers & NUMBER_DOT) && *text == '.';
    (void) snprintf(copy, sizeof(copy), "%s", text + has_dot);
    char *slash = strchr(copy, '/');
    if (slash && !read_block_length(client, slash))
        return false;
    bool expands = client->numbers & (slash ? BLOCK_SHORT : NUMBER_SHORT);
    if (expands && (strchr(copy, '.') || (client->numbers & NUMBER_INTEGER)))
        expand_short(copy);
    if (address_parse(copy, ret) < 0)
        return false;
    if (!is_known_kind(client, ret))
        return false;
    if (ret->is_block && (client->numbers & BLOCK_STRICT) && !is_strict(copy, ret))
        return false;
    if (client->numbers & NUMBER_MAPPED)
        number_unmap(ret);
    return true;
}

bool number_is_address(const char *text, size_t length, int family)
{
    char copy[ADDRESS_TEXT_MAX];
    struct address address;
    if (length >= sizeof(copy))
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return address_parse(copy, &address) == 0 && address.family == family && !address.is_block;
}
