#pragma once

/* The entries of a list that are IP addresses or blocks of them. */

#include <stdbool.h>
#include <stddef.h>

#include "clients/table.h"
#include "lib/address.h"

/* Reads an entry as the client reads numbers. False when it is none to it. */
bool number_read(const struct client *client, const char *text, struct address *ret);

/* Whether an address is in a block, or is the same address. */
bool number_in_block(const struct address *address, const struct address *block);

/* Reads what int() of Python takes for a number: blanks around it, a sign, and single underscores
 * between the digits. The text need not be NUL-terminated. */
bool number_read_int(const char *text, size_t length, long *ret);

/* Whether an IPv4 address is in a range "first-last"; what a second dash begins is not read. */
bool number_in_range(const char *range, const struct address *address);

/* Turns ::ffff:1.2.3.4 into 1.2.3.4; leaves other addresses as they are. */
void number_unmap(struct address *address);

/* Whether a text, which need not be NUL-terminated, is an address of that family, without brackets.
 */
bool number_is_address(const char *text, size_t length, int family);
