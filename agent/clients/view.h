/* SPDX-License-Identifier: MIT */
#pragma once

/* The forms in which routes are shown. */

#include "clients/explanation.h"
#include "lib/buffer.h"

/* Appends a table: URLs across, clients down, those that agree on all folded into one line; with
 * `colour` for a terminal. With `reasons` also a line for each client and URL. 0 or -ENOMEM. */
int view_append_table(
    const struct explanation *explanation, bool colour, bool reasons, struct buffer *ret);

/* Appends a JSON array with an object for each URL and client. 0 or -ENOMEM. */
int view_append_json(const struct explanation *explanation, struct buffer *ret);

/* Appends the known clients, what each covers and which variables it reads; as JSON or as text. 0
 * or -ENOMEM. */
int view_append_clients(bool json, struct buffer *ret);
