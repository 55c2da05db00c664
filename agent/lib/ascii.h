/* SPDX-License-Identifier: MIT */
#pragma once

/* Letter case of host names and the like, and white space. No locale is ever set, so only ASCII
 * counts. */

#include <ctype.h>
#include <stdbool.h>

#define ASCII_WHITE " \t\r\n\v\f"
#define ASCII_ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static inline bool ascii_is_white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool ascii_has_control(const char *text)
{
    for (; *text; text++)
        if (iscntrl((unsigned char) *text))
            return true;
    return false;
}

/* In place. */
static inline void ascii_lower(char *text)
{
    for (; *text; text++)
        *text = (char) tolower((unsigned char) *text);
}
