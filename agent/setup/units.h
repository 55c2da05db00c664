#pragma once

/* Services that were running before their files changed: they keep the old values until they are
 * restarted. */

#include "files/tree.h"
#include "lib/strings.h"
#include "outputs/plan.h"
#include "setup/bus.h"

/* Connects to the service manager, where there is something to ask it: not for an image, and not
 * where no file has a service that reads it. *ret is NULL then, and where the manager does not
 * answer; else the caller frees it with bus_close(). */
void units_open(const struct tree *tree, const struct output_results *results, struct bus **ret);

/* Appends the services that run with other values than their files now hold. Changes nothing. 0 or
 * -ENOMEM. */
int units_find_stale(struct bus *bus, const struct tree *tree, const struct output_results *results,
    struct strings *units);

/* Makes the manager read its units again, when one of the files that changed is a part of a unit.
 */
void units_reload(struct bus *bus, const struct output_results *results);

/* After the files were written: reloads, and appends the stale services. 0 or -ENOMEM. */
int units_refresh(
    const struct tree *tree, const struct output_results *results, struct strings *units);

/* Asks for a restart of each service. */
void units_restart(const struct strings *units);

/* Tells how to restart them. */
void units_advise(const struct strings *units);
