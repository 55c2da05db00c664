#pragma once

/* The addresses of a host name, within a time. */

#include <stdint.h>

#include "lib/strings.h"

/* Asks as the machine's programs do: hosts file, DNS. A name that ends in a dot is a whole one: no
 * search list adds to it. Appends at most eight addresses as text, IPv6
 * without brackets, in the order in which they are to be tried. 0; -ENOENT: it is an answer that
 * there is no such host, or that it has no address; -EAGAIN: there is no answer for now, as before
 * the network is up; -ETIMEDOUT: none in timeout_ms; -ENOMEM; or another negative errno: nobody can
 * be asked. */
int resolve_name(const char *name, uint64_t timeout_ms, struct strings *ret);

/* The words for a failure, to follow the URL. */
const char *resolve_result_text(int result);
