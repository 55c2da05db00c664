#pragma once

/* From settings and instance facts to proxy values. */

#include <stdbool.h>

#include "files/tree.h"
#include "instance/facts.h"
#include "lib/error.h"
#include "lib/strings.h"
#include "proxy/values.h"
#include "settings/settings.h"

/* What must be known of the instance before the values can be made; credentials as the settings
 * say. */
struct facts_want resolve_wants(const struct settings *settings);

/* Refuses at once what resolve_values() would refuse whatever is known of the instance; warns of
 * nothing. 0, or a negative errno and an error. */
int resolve_check(const struct tree *tree, const struct settings *settings, struct error *err);

/* Makes the values; without a proxy all are NULL. `ipv6`: IMDS is in use over IPv6. Appends
 * warnings. 0 and *ret, which the caller frees with proxy_values_free(); or a negative errno and an
 * error. */
int resolve_values(const struct tree *tree, const struct settings *settings,
    const struct facts *facts, bool ipv6, struct proxy_values *ret, struct strings *warnings,
    struct error *err);
