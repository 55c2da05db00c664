/* SPDX-License-Identifier: MIT */
#pragma once

/* The parts of lib/redact.h that its two rules share. */

#include <stddef.h>

/* Where a login can end: at the last '@' of so many bytes, also one that is escaped; NULL:
 * there is none. */
const char *redact_find_login_end(const char *text, size_t length);

/* The bytes of the scheme of a proxy, such as "http://", that the text begins with; 0: none. */
size_t redact_scheme_length(const char *text, size_t length);

/* The bytes of a port, and of slashes behind it, that the text begins with; 0 when there are more
 * digits than a port has. */
size_t redact_port_length(const char *text);
