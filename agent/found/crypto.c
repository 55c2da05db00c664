/* SPDX-License-Identifier: MIT */
/* table: libcrypto, of OpenSSL 3 or 1.1, whichever headers there were. */

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "found/found.h"

#define CRYPTO(type, otherwise, name, parameters, arguments)                                       \
    FOUND(FOUND_CRYPTO, type, otherwise, name, parameters, arguments)

CRYPTO(const char *, NULL, OpenSSL_version, (int type), (type))
CRYPTO(unsigned long, 0, OpenSSL_version_num, (void), ())
CRYPTO(int, 0, OPENSSL_init_crypto, (uint64_t options, const OPENSSL_INIT_SETTINGS *settings),
    (options, settings))

CRYPTO(unsigned long, 0, ERR_get_error, (void), ())
CRYPTO(unsigned long, 0, ERR_peek_error, (void), ())
FOUND_VOID(FOUND_CRYPTO, ERR_clear_error, (void), ())

CRYPTO(const BIO_METHOD *, NULL, BIO_s_mem, (void), ())
CRYPTO(BIO *, NULL, BIO_new, (const BIO_METHOD *method), (method))
CRYPTO(long, 0, BIO_ctrl, (BIO * bio, int command, long number, void *data),
    (bio, command, number, data))
FOUND_VOID(FOUND_CRYPTO, BIO_free_all, (BIO * bio), (bio))

CRYPTO(const EVP_MD *, NULL, EVP_sha256, (void), ())
CRYPTO(int, 0, EVP_Digest,
    (const void *bytes, size_t count, unsigned char *ret, unsigned int *size, const EVP_MD *type,
        ENGINE *engine),
    (bytes, count, ret, size, type, engine))
CRYPTO(unsigned char *, NULL, HMAC,
    (const EVP_MD *type, const void *key, int key_size, const unsigned char *bytes, size_t count,
        unsigned char *ret, unsigned int *size),
    (type, key, key_size, bytes, count, ret, size))
CRYPTO(int, -1, EVP_DecodeBlock, (unsigned char *to, const unsigned char *from, int count),
    (to, from, count))
CRYPTO(int, 0, EVP_EncodeBlock, (unsigned char *to, const unsigned char *from, int count),
    (to, from, count))

/* In OpenSSL 3 these have other names, and the old ones are macros. */
FOUND_AS(FOUND_CRYPTO, "EVP_PKEY_get_base_id EVP_PKEY_base_id", int, 0, EVP_PKEY_base_id,
    (const EVP_PKEY *key), (key))
FOUND_AS(FOUND_CRYPTO, "EVP_PKEY_get_bits EVP_PKEY_bits", int, 0, EVP_PKEY_bits,
    (const EVP_PKEY *key), (key))

CRYPTO(X509 *, NULL, d2i_X509, (X509 * *ret, const unsigned char **at, long size), (ret, at, size))
FOUND_VOID(FOUND_CRYPTO, X509_free, (X509 * x509), (x509))
CRYPTO(long, 0, X509_get_version, (const X509 *x509), (x509))
CRYPTO(X509_NAME *, NULL, X509_get_subject_name, (const X509 *x509), (x509))
CRYPTO(X509_NAME *, NULL, X509_get_issuer_name, (const X509 *x509), (x509))
CRYPTO(int, -1, X509_NAME_print_ex,
    (BIO * bio, const X509_NAME *name, int indent, unsigned long flags), (bio, name, indent, flags))
CRYPTO(const ASN1_TIME *, NULL, X509_get0_notBefore, (const X509 *x509), (x509))
CRYPTO(const ASN1_TIME *, NULL, X509_get0_notAfter, (const X509 *x509), (x509))
CRYPTO(int, 0, X509_cmp_time, (const ASN1_TIME *at, time_t *with), (at, with))
CRYPTO(int, 0, ASN1_TIME_to_tm, (const ASN1_TIME *at, struct tm *ret), (at, ret))
CRYPTO(EVP_PKEY *, NULL, X509_get0_pubkey, (const X509 *x509), (x509))
CRYPTO(const ASN1_OCTET_STRING *, NULL, X509_get0_subject_key_id, (X509 * x509), (x509))
CRYPTO(uint32_t, 0, X509_get_extension_flags, (X509 * x509), (x509))
CRYPTO(uint32_t, 0, X509_get_key_usage, (X509 * x509), (x509))
CRYPTO(uint32_t, 0, X509_get_extended_key_usage, (X509 * x509), (x509))
CRYPTO(int, -1, X509_get_ext_by_NID, (const X509 *x509, int nid, int behind), (x509, nid, behind))
CRYPTO(X509_EXTENSION *, NULL, X509_get_ext, (const X509 *x509, int at), (x509, at))
CRYPTO(int, 0, X509_EXTENSION_get_critical, (const X509_EXTENSION *extension), (extension))
