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

/* What the file is, where it is not even text. */
static int refuse_bytes(const struct buffer *bytes, struct error *err)
{
    const unsigned char *start = (const unsigned char *) bytes->data;
    bool is_der = bytes->size > 1 && start[0] == 0x30 && start[1] >= 0x80;
    bool is_utf16 = bytes->size > 1 && ((start[0] == 0xff && start[1] == 0xfe) ||
                                           (start[0] == 0xfe && start[1] == 0xff));
    if (is_der)
        return error_set(err, EX_CONFIG, -EBADMSG,
            "it is DER, not PEM: openssl x509 -inform DER -in FILE writes PEM");
    if (is_utf16)
        return error_set(
            err, EX_CONFIG, -EBADMSG, "it is UTF-16, not PEM: save it again as ASCII or UTF-8");
    return bytes->size > 0 && memchr(bytes->data, '\0', bytes->size)
               ? error_set(err, EX_CONFIG, -EBADMSG, "it has a NUL byte: it is not PEM, or damaged")
               : 0;
}

int ca_file_parse(const struct buffer *bytes, int64_t now, struct ca_file *ret,
    struct strings *warnings, struct error *err)
{
    struct pem_block block = { 0 };
    int r = refuse_bytes(bytes, err);
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
        return error_set(err, EX_CONFIG, -EBADMSG,
            "it has no certificate: write that of the proxy's CA into it, as PEM");
    return warn_issuers(ret, warnings) < 0 ? error_no_memory(err) : 0;
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
