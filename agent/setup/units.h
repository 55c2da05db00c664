/* SPDX-License-Identifier: MIT */
#pragma once

/* Services that were running before their files changed: they keep the old values until they are
 * restarted. */

#include "files/paths.h"
#include "files/tree.h"
#include "lib/strings.h"
#include "outputs/plan.h"
#include "setup/trust.h"

/* By this file a run that systemd has started, and kept from its own socket, asks for a reload:
 * units/ec2-bootstrap.service does it. Only that it is there means something. */
#define UNITS_RELOAD_NAME "reload"
#define UNITS_RELOAD_FILE PATH_RUN "/" UNITS_RELOAD_NAME

/* Appends the services that run with other values than their files now hold; none for an image.
 * Changes nothing. 0 or -ENOMEM. */
int units_find_stale(
    const struct tree *tree, const struct output_results *results, struct strings *units);

/* Appends the services that were started before the store of CAs got the company's CAs, or lost
 * them, of those that read it once; none for an image. 0 or -ENOMEM. */
int units_find_untrusting(
    const struct tree *tree, const struct trust_outcome *outcome, struct strings *units);

/* Whether a service is one of those that need the proxy and its CA: container engines, AWS's
 * agents, what runs clusters. */
bool units_is_consumer(const char *unit);

/* Makes the manager read its units again, when one of the files that changed is a part of a unit,
 * or asks the unit for it; not for an image. */
void units_reload(const struct tree *tree, const struct output_results *results);

/* After the files were written: reloads, and appends the stale services. 0 or -ENOMEM. */
int units_refresh(
    const struct tree *tree, const struct output_results *results, struct strings *units);

/* Asks for a restart of each service. */
void units_restart(const struct strings *units);

/* Tells how to restart them. */
void units_advise(const struct strings *units);
