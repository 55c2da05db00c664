/* SPDX-License-Identifier: MIT */
/* SHA-256 and HMAC are libcrypto's. What is made of the secret access key is wiped. */

#include "aws/sigv4.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <time.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/memory.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define SCOPE_END "aws4_request"

enum { DIGEST_SIZE = 32, DAY_LENGTH = sizeof("20261129") - 1 };

static const int64_t time_max_s = 253402300799; /* 9999-12-31T23:59:59Z */

static int append_hex(const unsigned char digest[static DIGEST_SIZE], struct buffer *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < DIGEST_SIZE; i++)
        r = buffer_printf(ret, "%02x", digest[i]);
    return r;
}

static int append_hash(const void *bytes, size_t size, struct buffer *ret)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (EVP_Digest(size > 0 ? bytes : "", size, digest, NULL, EVP_sha256(), NULL) != 1)
        return -ENOMEM;
    return append_hex(digest, ret);
}

/* The canonical form of a header's value: no blanks at its ends, one where there are several. */
static int append_trimmed(const char *value, struct buffer *ret)
{
    int r = 0;
    const char *separator = "";
    for (const char *at = value + strspn(value, ASCII_WHITE); r == 0 && *at;) {
        size_t length = strcspn(at, ASCII_WHITE);
        r = buffer_printf(ret, "%s%.*s", separator, (int) length, at);
        separator = " ";
        at += length;
        at += strspn(at, ASCII_WHITE);
    }
    return r;
}

static bool has_token(const struct sigv4_request *request)
{
    return request->session_token && *request->session_token;
}

static const char *signed_headers(const struct sigv4_request *request)
{
    return has_token(request) ? "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
                              : "content-type;host;x-amz-date;x-amz-target";
}

static int append_canonical_request(
    const struct sigv4_request *request, const char *date, struct buffer *ret)
{
    const struct {
        const char *name, *value; /* in the order of the names */
    } headers[] = {
        { "content-type", request->content_type },
        { "host", request->host },
        { "x-amz-date", date },
        { "x-amz-security-token", has_token(request) ? request->session_token : NULL },
        { "x-amz-target", request->target },
    };
    int r = buffer_append_text(ret, "POST\n/\n\n");
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(headers); i++) {
        if (!headers[i].value)
            continue;
        r = buffer_printf(ret, "%s:", headers[i].name);
        if (r == 0)
            r = append_trimmed(headers[i].value, ret);
        if (r == 0)
            r = buffer_append_text(ret, "\n");
    }
    if (r == 0)
        r = buffer_printf(ret, "\n%s\n", signed_headers(request));
    return r == 0 ? append_hash(request->body, request->body_size, ret) : r;
}

static int sigv4_append_scope(
    const struct sigv4_request *request, const char *date, struct buffer *ret)
{
    return buffer_printf(
        ret, "%.*s/%s/%s/" SCOPE_END, (int) DAY_LENGTH, date, request->region, request->service);
}

/* What the signature is of. */
static int append_string_to_sign(
    const struct sigv4_request *request, const char *date, struct buffer *ret)
{
    _cleanup_buffer_ struct buffer canonical = { 0 };
    int r = append_canonical_request(request, date, &canonical);
    if (r == 0)
        r = buffer_printf(ret, ALGORITHM "\n%s\n", date);
    if (r == 0)
        r = sigv4_append_scope(request, date, ret);
    if (r == 0)
        r = buffer_append_text(ret, "\n");
    return r == 0 ? append_hash(canonical.data, canonical.size, ret) : r;
}

/* A chain of HMACs: each one's digest is the key of the next. */
static int append_signature(const struct sigv4_request *request, const char *date,
    const struct buffer *string_to_sign, struct buffer *ret)
{
    const struct {
        const char *text;
        size_t length;
    } links[] = {
        { date, DAY_LENGTH },
        { request->region, strlen(request->region) },
        { request->service, strlen(request->service) },
        { SCOPE_END, sizeof(SCOPE_END) - 1 },
        { string_to_sign->data, string_to_sign->size },
    };
    _cleanup_buffer_ struct buffer key = { 0 };
    unsigned char digest[EVP_MAX_MD_SIZE];
    int r = buffer_printf(&key, "AWS4%s", request->secret_access_key);
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(links); i++) {
        const unsigned char *text = (const unsigned char *) links[i].text;
        if (!HMAC(EVP_sha256(), key.data, (int) key.size, text, links[i].length, digest, NULL))
            r = -ENOMEM;
        key.size = 0;
        if (r == 0)
            r = buffer_append(&key, digest, DIGEST_SIZE);
    }
    if (r == 0)
        r = append_hex(digest, ret);
    explicit_bzero(digest, sizeof(digest));
    return r;
}

static int format_date(int64_t at, char ret[static SIGV4_DATE_MAX])
{
    struct tm parts;
    time_t seconds = (time_t) at;
    if (at < 0 || at > time_max_s || !gmtime_r(&seconds, &parts))
        return -ERANGE;
    return strftime(ret, SIGV4_DATE_MAX, "%Y%m%dT%H%M%SZ", &parts) == SIGV4_DATE_MAX - 1 ? 0
                                                                                         : -ERANGE;
}

int sigv4_sign(const struct sigv4_request *request, struct sigv4_headers *ret)
{
    _cleanup_buffer_ struct buffer string_to_sign = { 0 }, authorization = { 0 };
    char date[SIGV4_DATE_MAX];
    int r = format_date(request->time, date);
    if (r == 0)
        r = append_string_to_sign(request, date, &string_to_sign);
    if (r == 0)
        r = buffer_printf(&authorization, ALGORITHM " Credential=%s/", request->access_key_id);
    if (r == 0)
        r = sigv4_append_scope(request, date, &authorization);
    if (r == 0)
        r = buffer_printf(
            &authorization, ", SignedHeaders=%s, Signature=", signed_headers(request));
    if (r == 0)
        r = append_signature(request, date, &string_to_sign, &authorization);
    if (r < 0)
        return r;
    memcpy(ret->date, date, sizeof(date));
    ret->authorization = buffer_take(&authorization);
    return 0;
}

void sigv4_headers_free(struct sigv4_headers *headers)
{
    mem_free(headers->authorization);
    *headers = (struct sigv4_headers){ 0 };
}
