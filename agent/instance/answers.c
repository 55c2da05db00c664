/* SPDX-License-Identifier: MIT */
/* What AWS can send, by its documentation. */

#include "instance/answers.h"

#include <ctype.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/array.h"

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

enum { LABEL_MAX = 63 }; /* RFC 1035, section 2.3.4 */

bool answer_is_region(const char *text)
{
    size_t words = 0, length = 0;
    const char *word = text;
    for (;; word += length + 1, words++) {
        length = strspn(word, words == 0 ? LOWER : LOWER DIGITS);
        if (length == 0 || (word[length] && word[length] != '-'))
            return false;
        if (!word[length])
            return words >= 2 && strspn(word, DIGITS) == length;
    }
}

static bool is_label(const char *label, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char) label[i]) && label[i] != '-')
            return false;
    return length > 0 && length <= LABEL_MAX && label[0] != '-' && label[length - 1] != '-';
}

bool answer_is_domain(const char *text)
{
    size_t labels = 0;
    for (const char *label = text;; labels++) {
        size_t length = strcspn(label, ".");
        if (!is_label(label, length))
            return false;
        if (!label[length])
            return labels >= 1 && strspn(label, DIGITS) < length;
        label += length + 1;
    }
}

bool answer_is_vpc_block(const struct address *block)
{
    static const struct {
        int family;
        unsigned int min, max; /* bits */
    } prefixes[] = { { AF_INET, 16, 28 }, { AF_INET6, 44, 60 } };
    static const struct address others[] = {
        { AF_INET, { 0 }, 8, true },
        { AF_INET, { 127 }, 8, true },
        { AF_INET, { 169, 254 }, 16, true },
        { AF_INET, { 224 }, 4, true },
        { AF_INET6, { 0 }, 8, true },
        { AF_INET6, { 0xfe, 0x80 }, 10, true },
        { AF_INET6, { 0xff }, 8, true },
    };
    for (size_t i = 0; i < ELEMENTSOF(others); i++)
        if (address_overlaps(&others[i], block))
            return false;
    for (size_t i = 0; i < ELEMENTSOF(prefixes); i++)
        if (block->family == prefixes[i].family)
            return block->is_block && block->prefix >= prefixes[i].min &&
                   block->prefix <= prefixes[i].max;
    return false;
}
