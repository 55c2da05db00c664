/* SPDX-License-Identifier: MIT */
#pragma once

/* Which clients trust what on a machine, for a person and for a program. */

#include <stdbool.h>

#include "lib/buffer.h"
#include "trust/clients.h"

/* Appends a line for each client, and a last one with how many trust the company's CA. 0 or
 * -ENOMEM.
 */
int ca_view_append_table(const struct trust_machine *machine, struct buffer *ret);

/* Appends a JSON object: for each client what it reads, and what it trusts by what; for each
 * variable what it is set to, and whether it is. 0 or -ENOMEM. */
int ca_view_append_json(const struct trust_machine *machine, struct buffer *ret);
