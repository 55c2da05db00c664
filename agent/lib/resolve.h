/* SPDX-License-Identifier: MIT */
#pragma once

/* The addresses of host names, within a time. */

#include <stddef.h>
#include <stdint.h>

#include "lib/strings.h"

/* One name. Zero-initialise the rest: {0}. */
struct resolution {
    const char *name; /* borrowed; NULL: nothing to look up. One that ends in a dot is a whole one:
                         no search list adds to it */

    /* 0; -ENOENT: it is an answer that there is no such host, or that it has no address; -EAGAIN:
     * there is no answer for now, as before the network is up; -ETIMEDOUT: none in time; or
     * -ENOMEM. */
    int result;
    struct strings addresses; /* at most eight, as text, IPv6 without brackets, in the order in
                                 which they are to be tried; the caller frees it */
};

/* Looks the names up, one after the other, in one child, as the machine's programs do: hosts file,
 * DNS. 0 with each one's result; -ENOMEM; or another negative errno: nobody can be asked. */
int resolve_names(struct resolution resolutions[], size_t count, uint64_t timeout_ms);

/* Likewise one name: appends its addresses, and returns its result, or the failure. */
int resolve_name(const char *name, uint64_t timeout_ms, struct strings *ret);

/* The words for a failure, to follow the URL. */
const char *resolve_result_text(int result);
