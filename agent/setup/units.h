#pragma once

/* Services that were running before their files changed: they keep the old values until they are
 * restarted. */

#include "files/tree.h"
#include "lib/strings.h"
#include "outputs/writer.h"

/* Makes systemd read the units that changed again, and appends the services that run with other
 * values than their files now hold. Only for the running system, and where systemd answers; nothing
 * else is changed. 0 or -ENOMEM. */
int restart_find(
    const struct tree *tree, const struct output_results *results, struct strings *units);

/* Tells how to restart them, or with `now` asks for it. */
void restart_do(const struct strings *units, bool now);
