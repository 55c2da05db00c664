/* SPDX-License-Identifier: MIT */
#pragma once

/* The entries of a list that are IP addresses or blocks of them. */

#include <stdbool.h>
#include <stddef.h>

#include "clients/table.h"
#include "lib/address.h"

/* Reads an entry as the client reads numbers. False when it is none to it. */
bool ip_entry_parse(const struct client *client, const char *text, struct address *ret);

/* Whether an address is in a block, or is the same address. */
bool ip_entry_holds(const struct address *address, const struct address *block);

/* Reads what int() of Python takes for a number: blanks around it, a sign, and single underscores
 * between the digits. The text need not be NUL-terminated. */
bool ip_entry_parse_int(const char *text, size_t length, long *ret);

/* Whether an IPv4 address is in a range "first-last"; what a second dash begins is not read. */
bool ip_entry_range_holds(const char *range, const struct address *address);

/* Turns ::ffff:1.2.3.4 into 1.2.3.4; leaves other addresses as they are. */
void ip_entry_unmap(struct address *address);

/* Whether a text, which need not be NUL-terminated, is an address of that family, without brackets.
 */
bool ip_entry_is_address(const char *text, size_t length, int family);
