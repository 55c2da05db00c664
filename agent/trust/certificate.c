/* SPDX-License-Identifier: MIT */
/* What a CA must be so that all clients trust it was tried with each of them: docs/ca-clients.md.
 * libcrypto reads the certificate. */

#include "trust/certificate.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "lib/printable.h"
#include "trust/crypto.h"

enum {
    SOON_S = 30 * 24 * 60 * 60,
    RSA_BITS_MIN = 2048,
    NAME_SHOWN_MAX = 200,
};

static void cleanup_x509(X509 **x509)
{
    X509_free(*x509);
}

static void cleanup_bio(BIO **bio)
{
    BIO_free_all(*bio);
}

static int append_time(const ASN1_TIME *at, struct buffer *ret)
{
    struct tm parts = { 0 };
    char text[sizeof("2026-11-29")];
    if (ASN1_TIME_to_tm(at, &parts) != 1 || strftime(text, sizeof(text), "%F", &parts) == 0)
        return buffer_append_text(ret, "a date that cannot be read");
    return buffer_append_text(ret, text);
}

/* A name for people, as RFC 4514 writes it. NULL: no memory. */
static char *name_text(const X509_NAME *name)
{
    _cleanup_(cleanup_bio) BIO *bio = BIO_new(BIO_s_mem());
    _cleanup_buffer_ struct buffer text = { 0 };
    char *data = NULL;
    unsigned long flags = XN_FLAG_RFC2253 & ~(unsigned long) ASN1_STRFLGS_ESC_MSB;
    if (!bio || X509_NAME_print_ex(bio, name, 0, flags) < 0)
        return NULL;
    long length = BIO_get_mem_data(bio, &data);
    size_t shown = length > NAME_SHOWN_MAX ? NAME_SHOWN_MAX : (size_t) length;
    if (printable_append_line(data, shown, &text) < 0 ||
        buffer_append_text(&text, (size_t) length > shown ? "…" : "") < 0)
        return NULL;
    return buffer_take(&text);
}

/* What a check looks at. */
struct checking {
    X509 *x509;
    uint32_t flags;
    int64_t now;
};

static bool has_version_1(const struct checking *checking)
{
    return X509_get_version(checking->x509) == 0;
}

static bool has_bad_extension(const struct checking *checking)
{
    return checking->flags & EXFLAG_INVALID;
}

static bool lacks_constraints(const struct checking *checking)
{
    return !has_version_1(checking) && !(checking->flags & EXFLAG_BCONS);
}

static bool is_no_ca(const struct checking *checking)
{
    return (checking->flags & EXFLAG_BCONS) && !(checking->flags & EXFLAG_CA);
}

static bool has_key_usage(const struct checking *checking)
{
    return checking->flags & EXFLAG_KUSAGE;
}

static bool cannot_sign(const struct checking *checking)
{
    return has_key_usage(checking) && !(X509_get_key_usage(checking->x509) & KU_KEY_CERT_SIGN);
}

/* Only one for servers counts: OpenSSL does not take anyExtendedKeyUsage for it. */
static bool cannot_serve(const struct checking *checking)
{
    return (checking->flags & EXFLAG_XKUSAGE) &&
           !(X509_get_extended_key_usage(checking->x509) & (XKU_SSL_SERVER | XKU_SGC));
}

static bool has_unknown_extension(const struct checking *checking)
{
    return checking->flags & EXFLAG_CRITICAL;
}

static bool lacks_key_usage(const struct checking *checking)
{
    return !has_version_1(checking) && !has_key_usage(checking);
}

static bool has_soft_constraints(const struct checking *checking)
{
    int at = X509_get_ext_by_NID(checking->x509, NID_basic_constraints, -1);
    return at >= 0 && !X509_EXTENSION_get_critical(X509_get_ext(checking->x509, at));
}

static bool lacks_key_id(const struct checking *checking)
{
    return !has_version_1(checking) && !X509_get0_subject_key_id(checking->x509);
}

static bool has_short_key(const struct checking *checking)
{
    EVP_PKEY *key = X509_get0_pubkey(checking->x509);
    return key && EVP_PKEY_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_bits(key) < RSA_BITS_MIN;
}

static bool lacks_key(const struct checking *checking)
{
    return !X509_get0_pubkey(checking->x509);
}

static bool has_not_begun(const struct checking *checking)
{
    time_t now = (time_t) checking->now;
    return X509_cmp_time(X509_get0_notBefore(checking->x509), &now) > 0;
}

static bool has_ended(const struct checking *checking)
{
    time_t now = (time_t) checking->now;
    return X509_cmp_time(X509_get0_notAfter(checking->x509), &now) < 0;
}

static bool ends_soon(const struct checking *checking)
{
    time_t soon = (time_t) checking->now + SOON_S;
    return !has_ended(checking) && X509_cmp_time(X509_get0_notAfter(checking->x509), &soon) < 0;
}

static bool has_no_time(const struct checking *checking)
{
    time_t now = (time_t) checking->now;
    return X509_cmp_time(X509_get0_notAfter(checking->x509), &now) == 0 ||
           X509_cmp_time(X509_get0_notBefore(checking->x509), &now) == 0;
}

/* A row for each way in which a certificate is no good authority. */
static const struct certificate_check {
    bool (*is_found)(const struct checking *checking);
    bool is_refused;
    const char *words;
} checks[] = {
    { has_bad_extension, true, "it is broken: one of its extensions cannot be read" },
    { has_no_time, true, "it is broken: its dates cannot be read" },
    { is_no_ca, true,
        "it is the certificate of a server or a person, not that of an authority (CA:FALSE): take "
        "the one that issued it" },
    { lacks_constraints, true,
        "it does not say that it is an authority's (no basicConstraints), and Go and Java refuse "
        "it: issue it again with basicConstraints=critical,CA:TRUE" },
    { cannot_sign, true,
        "it may not sign certificates (keyUsage without keyCertSign), and nearly every client "
        "refuses it: take the one that issued the servers' certificates" },
    { cannot_serve, true,
        "it may not sign certificates of servers (extendedKeyUsage without serverAuth), and curl, "
        "OpenSSL, Python and Node refuse it: take the one that issued the servers' certificates" },
    { has_unknown_extension, true,
        "it has a critical extension that clients do not know, and all but Java refuse it: issue "
        "it again with that one not critical" },
    { has_version_1, false,
        "it is an X.509 version 1 certificate, which Python 3.13 refuses: issue it again as "
        "version 3" },
    { lacks_key, false, "its public key is of a kind that is not known here" },
    { lacks_key_usage, false,
        "it has no keyUsage, and Python 3.13 refuses it: issue it again with "
        "keyUsage=critical,keyCertSign" },
    { has_soft_constraints, false,
        "its basicConstraints are not critical, and Python 3.13 refuses it: issue it again with "
        "basicConstraints=critical,CA:TRUE" },
    { lacks_key_id, false,
        "it has no subjectKeyIdentifier, and Python 3.13 refuses it: issue it again with "
        "subjectKeyIdentifier=hash" },
    { has_short_key, false,
        "its RSA key has fewer than 2048 bits, and curl, OpenSSL and Python refuse it: issue it "
        "again with a longer one" },
    { has_not_begun, false, "it is not valid yet, and clients refuse it until then" },
    { ends_soon, false, "it ends within 30 days: add the next one to the file" },
};

static int check_all(const struct checking *checking, struct strings *warnings, struct error *err)
{
    for (size_t i = 0; i < ELEMENTSOF(checks); i++) {
        if (!checks[i].is_found(checking))
            continue;
        if (checks[i].is_refused)
            return error_set(err, EX_CONFIG, -EBADMSG, "%s", checks[i].words);
        if (strings_append(warnings, checks[i].words) < 0)
            return error_no_memory(err);
    }
    return 0;
}

/* Decodes base64 that has no blanks: 0, -EBADMSG or -ENOMEM. */
static int certificate_decode(const struct buffer *base64, struct buffer *ret)
{
    size_t length = base64->size / 4 * 3, padding = 0;
    _cleanup_mem_ unsigned char *bytes = mem_alloc(length + 1);
    if (!bytes)
        return -ENOMEM;
    while (padding < base64->size && padding < 3 && base64->data[base64->size - 1 - padding] == '=')
        padding++;
    if (base64->size == 0 || base64->size % 4 != 0 || padding > 2 ||
        memchr(base64->data, '=', base64->size - padding) ||
        EVP_DecodeBlock(bytes, (const unsigned char *) base64->data, (int) base64->size) < 0)
        return -EBADMSG;
    return buffer_append(ret, bytes, length - padding);
}

static int certificate_encode(const struct buffer *der, struct buffer *ret)
{
    _cleanup_mem_ unsigned char *text = mem_alloc((der->size + 2) / 3 * 4 + 1);
    if (!text)
        return -ENOMEM;
    int length = EVP_EncodeBlock(text, (const unsigned char *) der->data, (int) der->size);
    return buffer_append(ret, text, (size_t) length);
}

static int append_unblanked(const char *body, size_t length, struct buffer *ret)
{
    int r = 0;
    for (size_t done = 0; r == 0 && done < length;) {
        size_t blanks = strspn(body + done, " \t\r\n\v\f");
        done += blanks;
        size_t run = done < length ? strcspn(body + done, " \t\r\n\v\f") : 0;
        run = run > length - done ? length - done : run;
        r = buffer_append(ret, body + done, run);
        done += run;
    }
    return r;
}

static int certificate_hash(const struct buffer *der, char ret[static CERTIFICATE_HASH_MAX])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (EVP_Digest(der->data, der->size, digest, NULL, EVP_sha256(), NULL) != 1)
        return -ENOMEM;
    for (size_t i = 0; i < (CERTIFICATE_HASH_MAX - 1) / 2; i++)
        (void) snprintf(ret + 2 * i, 3, "%02x", digest[i]);
    return 0;
}

/* Fills in what is told of it. 0 or -ENOMEM. */
static int certificate_describe(X509 *x509, const struct buffer *der, struct certificate *ret)
{
    ret->subject = name_text(X509_get_subject_name(x509));
    ret->issuer = name_text(X509_get_issuer_name(x509));
    if (!ret->subject || !ret->issuer || certificate_encode(der, &ret->base64) < 0)
        return -ENOMEM;
    return certificate_hash(der, ret->hash);
}

static int warn_ended(const X509 *x509, struct strings *warnings)
{
    _cleanup_buffer_ struct buffer date = { 0 };
    if (append_time(X509_get0_notAfter(x509), &date) < 0)
        return -ENOMEM;
    return strings_printf(
        warnings, "it ended on %s and is left out: take it out of the file", date.data);
}

/* Reads base64 with blanks: 0 with *ret and its DER; -EBADMSG with what it is instead in *ret_what;
 * -ELIBACC, there is no libcrypto; or -ENOMEM. */
static int certificate_parse(
    const char *body, size_t length, X509 **ret, struct buffer *ret_der, const char **ret_what)
{
    _cleanup_buffer_ struct buffer base64 = { 0 };
    *ret_what = "that is no base64";
    if (!crypto_is_there())
        return -ELIBACC;
    int r = length > 0 && memchr(body, '\0', length) ? -EBADMSG
                                                     : append_unblanked(body, length, &base64);
    if (r == 0)
        r = certificate_decode(&base64, ret_der);
    if (r == 0)
        r = crypto_init();
    if (r < 0)
        return r;
    *ret_what = "it holds no certificate";
    const unsigned char *at = (const unsigned char *) ret_der->data, *end = at + ret_der->size;
    crypto_forget_failure();
    _cleanup_(cleanup_x509) X509 *x509 = d2i_X509(NULL, &at, (long) ret_der->size);
    /* Of broken input it always says what is wrong; not so where a part of it could not be made. */
    bool is_told = ERR_peek_error() != 0;
    if (!x509)
        return !is_told || crypto_lacked_memory() ? -ENOMEM : -EBADMSG;
    if (at != end)
        return -EBADMSG;
    *ret = x509;
    x509 = NULL;
    return 0;
}

int certificate_refuse(int r, struct error *err)
{
    return r == -ENOMEM ? error_no_memory(err)
                        : error_set(err, EX_UNAVAILABLE, r,
                              "this machine has no libcrypto, which reads certificates: install "
                              "OpenSSL's library (libssl3, openssl-libs, libopenssl3)");
}

int certificate_normalize(const char *body, size_t length, struct buffer *ret)
{
    _cleanup_(cleanup_x509) X509 *x509 = NULL;
    _cleanup_buffer_ struct buffer der = { 0 };
    const char *what = NULL;
    int r = certificate_parse(body, length, &x509, &der, &what);
    return r < 0 ? r : certificate_encode(&der, ret);
}

int certificate_read(const char *body, size_t length, int64_t now, struct certificate *ret,
    struct strings *warnings, struct error *err)
{
    _cleanup_(cleanup_x509) X509 *x509 = NULL;
    _cleanup_buffer_ struct buffer der = { 0 };
    const char *what = NULL;
    int r = certificate_parse(body, length, &x509, &der, &what);
    if (r == -EBADMSG)
        return error_set(err, EX_CONFIG, r, "it is broken: %s: copy the file again", what);
    if (r < 0)
        return certificate_refuse(r, err);
    if (certificate_describe(x509, &der, ret) < 0)
        return error_no_memory(err);
    crypto_forget_failure();
    struct checking checking = {
        .x509 = x509, .now = now, .flags = X509_get_extension_flags(x509)
    };
    r = check_all(&checking, warnings, err);
    if (crypto_lacked_memory())
        return error_no_memory(err);
    if (r < 0)
        return r;
    ret->has_ended = has_ended(&checking);
    if (ret->has_ended && warn_ended(x509, warnings) < 0)
        return error_no_memory(err);
    return 0;
}

void certificate_free(struct certificate *certificate)
{
    mem_free(certificate->subject);
    mem_free(certificate->issuer);
    buffer_free(&certificate->base64);
    *certificate = (struct certificate){ 0 };
}
