/* SPDX-License-Identifier: MIT */
/* libcrypto itself: whether it is there, is ready, and had memory. */

#include "trust/crypto.h"

#include <errno.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "lib/array.h"

bool crypto_is_there(void)
{
    return OpenSSL_version(OPENSSL_VERSION) != NULL;
}

/* ERR_R_MALLOC_FAILURE of a code's last bits; its number and place differ between OpenSSL 1.1 and
 * 3, and which of them runs need not be that of the headers. */
static bool is_lack_of_memory(unsigned long code)
{
    static const struct {
        unsigned long version_below, mask, failure;
    } rows[] = {
        { 0x30000000L, 0xfff, 1 | 64 },
        { ULONG_MAX, 0x807fffff, 256 | 3 << 18 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        if (OpenSSL_version_num() < rows[i].version_below)
            return (code & rows[i].mask) == rows[i].failure;
    return false;
}

bool crypto_lacked_memory(void)
{
    bool lacked = errno == ENOMEM;
    for (unsigned long code; (code = ERR_get_error()) != 0;)
        lacked |= is_lack_of_memory(code);
    return lacked;
}

void crypto_forget_failure(void)
{
    ERR_clear_error();
    errno = 0;
}

/* No configuration of its own is read, which could load other libraries. */
int crypto_init(void)
{
    crypto_forget_failure();
    bool is_ready = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1;
    return is_ready && !crypto_lacked_memory() ? 0 : -ENOMEM;
}
