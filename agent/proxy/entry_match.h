#pragma once

/* Whether one entry of the list covers a host, for one client. */

#include "proxy/client.h"
#include "proxy/cut.h"
#include "proxy/subject.h"

/* Words that say why the entry covers the host, to follow the entry; static. NULL when it does not.
 */
const char *entry_match(
    const struct client *client, const struct cut *cut, const struct subject *subject);
