/* SPDX-License-Identifier: MIT */
#pragma once

/* What became of the system's store of CAs, for a person and for a program. */

#include "cli/report.h"
#include "setup/trust.h"

/* Logs what changed, or would with `dry_run`, and what is left for later. */
void report_log_trust(const struct tree *tree, const struct trust_outcome *outcome, bool dry_run);

/* Adds "ca": the bundle, whether it has each CA, and the files that were added or removed; null
 * where no CA is configured and nothing changed. False when memory is short. */
bool report_add_trust(struct json *object, const struct trust_outcome *outcome);
