/* SPDX-License-Identifier: MIT */
/* All blocks are looked at before the first is used: one that is broken takes the trust in the
 * others, and that in all public CAs, away from most clients. */

#include "trust/ca_file.h"

#include <errno.h>
#include <string.h>

#include "formats/pem.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "lib/printable.h"

#define CERTIFICATE "CERTIFICATE"

/* What people put into the file in the place of a certificate, or beside it. */
static const struct {
    const char *label; /* its end */
    const char *words;
} others[] = {
    { "PRIVATE KEY",
        "it is a private key, and all users could read it: take it out, and wherever the file came "
        "from, too" },
    { "TRUSTED CERTIFICATE",
        "only OpenSSL reads this form: openssl x509 -in FILE writes the usual one" },
    { "X509 CERTIFICATE", "Go does not read this form: write \"CERTIFICATE\" in both its lines" },
    { "PKCS7",
        "no client reads this form: openssl pkcs7 -print_certs -in FILE writes the usual one" },
    { "CERTIFICATE REQUEST",
        "it is a request, not a certificate: take what the authority made of it" },
};

static bool label_ends_with(const struct pem_block *block, const char *text)
{
    size_t length = strlen(text);
    return block->label_length >= length &&
           memcmp(block->label + block->label_length - length, text, length) == 0;
}

/* Refuses a block that is not a certificate. */
static int refuse_label(const struct pem_block *block, struct error *err)
{
    for (size_t i = 0; i < ELEMENTSOF(others); i++)
        if (label_ends_with(block, others[i].label))
            return error_set(
                err, EX_CONFIG, -EBADMSG, "block %zu: %s", block->number, others[i].words);
    _cleanup_buffer_ struct buffer label = { 0 };
    if (printable_append_line(block->label, block->label_length, &label) < 0)
        return error_no_memory(err);
    return error_set(err, EX_CONFIG, -EBADMSG, "block %zu: it is a \"%s\": take it out",
        block->number, label.data ? label.data : "");
}

/* What is said of a block, with its number and, where it is known, its subject in front. */
static int tell_of_block(const struct pem_block *block, const struct certificate *certificate,
    const struct strings *words, struct strings *warnings)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < words->count; i++)
        r = strings_printf(
            warnings, "block %zu (%s): %s", block->number, certificate->subject, words->items[i]);
    return r;
}

static bool has_certificate(const struct ca_file *file, const struct certificate *certificate)
{
    for (size_t i = 0; i < file->count; i++)
        if (buffer_equal(&file->items[i].base64, &certificate->base64))
            return true;
    return false;
}

/* Takes over a certificate, unless it is there already. */
static int add(struct ca_file *file, struct certificate *certificate)
{
    if (has_certificate(file, certificate))
        return 0;
    struct certificate *items = mem_grow(file->items, file->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    file->items = items;
    items[file->count++] = *certificate;
    *certificate = (struct certificate){ 0 };
    return 0;
}

static int read_block(const struct pem_block *block, int64_t now, struct ca_file *ret,
    struct strings *warnings, struct error *err)
{
    _cleanup_certificate_ struct certificate certificate = { 0 };
    _cleanup_strings_ struct strings words = { 0 };
    if (!pem_is(block, CERTIFICATE))
        return refuse_label(block, err);
    int r = certificate_read(block->body, block->body_length, now, &certificate, &words, err);
    if (r == -ENOMEM)
        return r;
    if (r < 0) {
        const char *subject = certificate.subject;
        error_prefix(err, "block %zu%s%s%s: ", block->number, subject ? " (" : "",
            subject ? subject : "", subject ? ")" : "");
        return r;
    }
    if (tell_of_block(block, &certificate, &words, warnings) < 0 ||
        (!certificate.has_ended && add(ret, &certificate) < 0))
        return error_no_memory(err);
    return ret->count > CA_FILE_CERTIFICATES_MAX ? error_set(err, EX_CONFIG, -EBADMSG,
                                                       "it has more than %d certificates: leave "
                                                       "the public ones out, which the system "
                                                       "has",
                                                       CA_FILE_CERTIFICATES_MAX)
                                                 : 0;
}

/* OpenSSL trusts nothing below an authority whose own issuer it does not know. */
static int warn_issuers(const struct ca_file *file, struct strings *warnings)
{
    for (size_t i = 0; i < file->count; i++) {
        bool found = false;
        for (size_t j = 0; j < file->count; j++)
            found |= strcmp(file->items[i].issuer, file->items[j].subject) == 0;
        if (!found &&
            strings_printf(warnings,
                "(%s): its issuer (%s) is not in the file, and OpenSSL, Python and Node refuse it "
                "unless the system knows that one: add it",
                file->items[i].subject, file->items[i].issuer) < 0)
            return -ENOMEM;
    }
    return 0;
}

/* What a file in DER holds, told by an identifier in it; the last row is found in any file. */
static const struct {
    const char *bytes;
    size_t length;
    const char *words;
} ders[] = {
    { "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 11,
        "it is PKCS #7, not PEM: openssl pkcs7 -inform DER -print_certs -in FILE writes PEM" },
    { "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 11,
        "it is PKCS #12, not PEM: openssl pkcs12 -nokeys -in FILE writes PEM" },
    { "", 0, "it is DER, not PEM: openssl x509 -inform DER -in FILE writes PEM" },
};

static const char *der_words(const struct buffer *bytes)
{
    const unsigned char *start = (const unsigned char *) bytes->data;
    size_t i = 0;
    if (bytes->size < 2 || start[0] != 0x30 || start[1] < 0x80)
        return NULL;
    while (!memmem(bytes->data, bytes->size, ders[i].bytes, ders[i].length))
        i++;
    return ders[i].words;
}

/* With a byte order mark or without. */
static bool is_utf16(const struct buffer *bytes)
{
    static const char starts[][2] = { "\xff\xfe", "\xfe\xff", "-\0", "\0-" };
    for (size_t i = 0; i < ELEMENTSOF(starts) && bytes->size >= sizeof(starts[i]); i++)
        if (memcmp(bytes->data, starts[i], sizeof(starts[i])) == 0)
            return true;
    return false;
}

/* What the file is, where it is not even text. */
static int refuse_bytes(const struct buffer *bytes, struct error *err)
{
    const char *der = der_words(bytes);
    if (der)
        return error_set(err, EX_CONFIG, -EBADMSG, "%s", der);
    if (is_utf16(bytes))
        return error_set(
            err, EX_CONFIG, -EBADMSG, "it is UTF-16, not PEM: save it again as ASCII or UTF-8");
    const char *nul = bytes->size > 0 ? memchr(bytes->data, '\0', bytes->size) : NULL;
    size_t line = 1;
    for (const char *at = bytes->data; nul && at < nul; at++)
        line += *at == '\n';
    return nul ? error_set(err, EX_CONFIG, -EBADMSG,
                     "line %zu has a NUL byte: a part of the file is DER or UTF-16, or damaged: "
                     "write all of it as PEM",
                     line)
               : 0;
}

#define BEGIN "BEGIN CERTIFICATE"

/* What people have in the place of PEM, told by a text in the file, in letters of any case. */
static const struct form {
    const char *text;
    bool is_start; /* it must be the first text of the file */
    const char *words;
} forms[] = {
    { "LS0tLS1CRUdJTi", true, "it is base64 of a PEM file: base64 -d FILE writes that" },
    { "MII", true,
        "its first line is not -----BEGIN CERTIFICATE-----: write it, and in the end "
        "-----END CERTIFICATE-----" },
    { BEGIN, false,
        "no line begins with -----BEGIN CERTIFICATE-----, in capital letters and with five "
        "hyphens: write it so, with nothing in front of it" },
    { "<html", false,
        "it is a web page, as a proxy or a login shows it: download the certificate again" },
    { "", false, "it has no certificate: write that of the proxy's CA into it, as PEM" },
};

static bool has_form(const struct buffer *bytes, const struct form *form)
{
    const char *text = bytes->data ? bytes->data : "";
    return form->is_start
               ? strncmp(text + strspn(text, " \t\r\n\"'"), form->text, strlen(form->text)) == 0
               : strcasestr(text, form->text) != NULL;
}

/* Refuses a file without a block. */
static int refuse_form(const struct buffer *bytes, struct error *err)
{
    size_t i = 0;
    while (!has_form(bytes, &forms[i]))
        i++;
    return error_set(err, EX_CONFIG, -EBADMSG, "%s", forms[i].words);
}

/* A string of JSON that was not read as one. */
static int refuse_escapes(const struct buffer *bytes, struct error *err)
{
    const char *text = bytes->data ? bytes->data : "";
    return strstr(text, "-----\\n") || strstr(text, "-----\\r")
               ? error_set(err, EX_CONFIG, -EBADMSG,
                     "it has \\n, in two characters, where its lines end, as JSON has: jq -r, or "
                     "printf %%b, writes them")
               : 0;
}

/* How often a certificate begins, as people read the file: not in a comment. */
static size_t count_begins(const struct buffer *bytes)
{
    size_t count = 0;
    const char *line = bytes->data, *at = bytes->data;
    for (const char *found; (found = strcasestr(at, BEGIN)); at = found + strlen(BEGIN)) {
        for (; at < found; at++)
            if (*at == '\n' || *at == '\r')
                line = at + 1;
        count += line[strspn(line, " \t")] != '#';
    }
    return count;
}

/* Clients take what begins in another way for text. */
static int warn_begins(const struct buffer *bytes, size_t blocks, struct strings *warnings)
{
    return count_begins(bytes) > blocks
               ? strings_append(warnings,
                     "it has a certificate that is left out, as its line does not begin with "
                     "-----BEGIN CERTIFICATE-----, in capital letters and with five hyphens: write "
                     "it so, or # in front of it")
               : 0;
}

int ca_file_parse(const struct buffer *bytes, int64_t now, struct ca_file *ret,
    struct strings *warnings, struct error *err)
{
    struct pem_block block = { 0 };
    int r = refuse_bytes(bytes, err);
    if (r == 0)
        r = refuse_escapes(bytes, err);
    if (r < 0)
        return r;
    while ((r = pem_next(bytes, &block, err)) > 0) {
        r = read_block(&block, now, ret, warnings, err);
        if (r < 0)
            return r;
    }
    if (r < 0)
        return r;
    if (block.number == 0)
        return refuse_form(bytes, err);
    return warn_begins(bytes, block.number, warnings) < 0 || warn_issuers(ret, warnings) < 0
               ? error_no_memory(err)
               : 0;
}

void ca_file_free(struct ca_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        certificate_free(&file->items[i]);
    mem_free(file->items);
    *file = (struct ca_file){ 0 };
}

int ca_file_append(const struct certificate *certificate, struct buffer *ret)
{
    return pem_append(CERTIFICATE, &certificate->base64, ret);
}
