/* SPDX-License-Identifier: MIT */
#pragma once

/* libcrypto says of many failures not that it had no memory, and takes what it reads for broken. */

#include <stdbool.h>

/* Not so where a portable build has found none. */
bool crypto_is_there(void);

/* Makes it ready, once. That it had no memory for a part of itself it does not say, and then takes
 * all certificates for broken. 0 or -ENOMEM. */
int crypto_init(void);

/* Before a call, and after it: whether libcrypto lacked memory in between. */
void crypto_forget_failure(void);
bool crypto_lacked_memory(void);
