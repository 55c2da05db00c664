#pragma once

/* Letter case of host names and the like. No locale is ever set, so only ASCII letters change. */

#include <ctype.h>

/* In place. */
static inline void ascii_lower(char *text)
{
    for (; *text; text++)
        *text = (char) tolower((unsigned char) *text);
}
