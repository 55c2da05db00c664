/* SPDX-License-Identifier: MIT */
#pragma once

/* Which entries of a NO_PROXY list some client will not honour. */

#include <stdbool.h>

#include "lib/strings.h"
#include "proxy/no_proxy.h"

/* Appends a warning for the `meant` entries that the model says some client
 * will not honour, in all the forms in which they are written: which clients, what goes wrong, and
 * what helps; one line for all entries that the same clients do not honour, none for what all
 * honour. A client with a defect that spares hardly any entry (curl 7.86.0) is not worth a warning.
 * 0 or -ENOMEM. */
int coverage_warn(const struct no_proxy_selection *meant, bool brackets, struct strings *warnings);

/* The same of the blocks of the VPC, which nobody has written and whose hosts have names. */
int coverage_note_vpc(const struct no_proxy_selection *blocks, struct strings *notes);
