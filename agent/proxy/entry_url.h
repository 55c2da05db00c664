#pragma once

/* Entries of which a client makes the pattern of a URL: see enum client_url. */

#include "proxy/client.h"
#include "proxy/cut.h"
#include "proxy/subject.h"

/* As entry_match(). */
int entry_url_match(const struct client *client, const struct cut *cut,
    const struct subject *subject, const char **ret_why);
