/* agent/trust/ca_file.c: which files are taken, which are refused, and what is said. tests/trust
 * has the certificates. */

#include "trust/ca_file.h"

#include <errno.h>
#include <stdio.h>
#include <sysexits.h>

#include "check.h"
#include "files/tree.h"
#include "lib/array.h"
#include "lib/memory.h"

/* 2026-12-15. */
enum { NOW = 1797292800 };

#define PYTHON ", and Python 3.13 refuses it: issue it again with "

static void read_kind(const char *kind, struct buffer *ret)
{
    _cleanup_tree_ struct tree tree = { .fd = -1 };
    struct error err = { 0 };
    char path[64];
    (void) snprintf(path, sizeof(path), "/%s.pem", kind);
    check_number(kind, tree_open("tests/trust/kinds", &tree, &err), 0);
    check_number(kind, tree_read(&tree, path, CA_FILE_SIZE_MAX, ret, NULL), 0);
}

/* Parses, and appends what came out: the number of certificates, then each line that was said. */
static void parse(const char *row, const struct buffer *bytes, struct buffer *ret)
{
    _cleanup_ca_file_ struct ca_file file = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    struct error err = { 0 };
    int r = ca_file_parse(bytes, NOW, &file, &warnings, &err);
    check_that(row, r == 0 || r == -EBADMSG);
    check_number(row, err.status, r == 0 ? 0 : EX_CONFIG);
    int printed =
        r == 0 ? buffer_printf(ret, "%zu", file.count) : buffer_append_text(ret, err.text);
    for (size_t i = 0; printed == 0 && i < warnings.count; i++)
        printed = buffer_printf(ret, "\n%s", warnings.items[i]);
    check_number(row, printed, 0);
}

/* What clients were seen to make of each: docs/ca-clients.md. */
static const struct {
    const char *kind, *expected; /* NULL: it is taken without a word */
} kinds[] = {
    { "good", NULL },
    { "pathlen", NULL },
    { "rsa2048", NULL },
    { "sha1", NULL },
    { "long", NULL },
    { "leaf",
        "block 1 (CN=leaf,O=Example): it is the certificate of a server or a person, not that of "
        "an authority (CA:FALSE): take the one that issued it" },
    { "bcfalse",
        "block 1 (CN=bcfalse,O=Example): it is the certificate of a server or a person, not "
        "that of an authority (CA:FALSE): take the one that issued it" },
    { "selfleaf", "block 1 (CN=selfleaf,O=Example): it does not say that it is an authority's (no "
                  "basicConstraints), and Go and Java refuse it: issue it again with "
                  "basicConstraints=critical,CA:TRUE" },
    { "nobc", "block 1 (CN=nobc,O=Example): it does not say that it is an authority's (no "
              "basicConstraints), and Go and Java refuse it: issue it again with "
              "basicConstraints=critical,CA:TRUE" },
    { "nobcnoku", "block 1 (CN=nobcnoku,O=Example): it does not say that it is an authority's (no "
                  "basicConstraints), and Go and Java refuse it: issue it again with "
                  "basicConstraints=critical,CA:TRUE" },
    { "kuwrong", "block 1 (CN=kuwrong,O=Example): it may not sign certificates (keyUsage without "
                 "keyCertSign), and nearly every client refuses it: take the one that issued the "
                 "servers' certificates" },
    { "v1", "1\nblock 1 (CN=v1,O=Example): it is an X.509 version 1 certificate, which Python 3.13 "
            "refuses: issue it again as version 3" },
    { "noku", "1\nblock 1 (CN=noku,O=Example): it has no keyUsage" PYTHON
              "keyUsage=critical,keyCertSign" },
    { "bcnoncrit",
        "1\nblock 1 (CN=bcnoncrit,O=Example): its basicConstraints are not critical" PYTHON
        "basicConstraints=critical,CA:TRUE" },
    { "noski", "1\nblock 1 (CN=noski,O=Example): it has no subjectKeyIdentifier" PYTHON
               "subjectKeyIdentifier=hash" },
    { "rsa1024",
        "1\nblock 1 (CN=rsa1024,O=Example): its RSA key has fewer than 2048 bits, and curl, "
        "OpenSSL and Python refuse it: issue it again with a longer one" },
    { "notyet",
        "1\nblock 1 (CN=notyet,O=Example): it is not valid yet, and clients refuse it until "
        "then" },
    { "soon",
        "1\nblock 1 (CN=soon,O=Example): it ends within 30 days: add the next one to the file" },
    { "expired",
        "0\nblock 1 (CN=expired,O=Example): it ended on 2021-01-01 and is left out: take it out of "
        "the file" },
    { "sub",
        "1\n(CN=sub,O=Example): its issuer (CN=good,O=Example) is not in the file, and OpenSSL, "
        "Python and Node refuse it unless the system knows that one: add it" },
};

static void test_kinds(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(kinds); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 }, got = { 0 };
        read_kind(kinds[i].kind, &bytes);
        parse(kinds[i].kind, &bytes, &got);
        check_text(kinds[i].kind, got.data, kinds[i].expected ? kinds[i].expected : "1");
    }
}

/* In `text` GOOD and OTHER stand for the blocks of these, with their newline, BODY for the base64
 * of GOOD with its newlines, each `from` for `to`. */
static const struct {
    const char *text, *from, *to, *expected;
} files[] = {
    { "GOODOTHER", NULL, NULL, "2" },
    { "GOODGOOD", NULL, NULL, "1" },
    { "# the proxy's\nGOODtext\nOTHER\n\n", NULL, NULL, "2" },
    { "Gr\xc3\xbc\xc3\x9f"
      "e\n\xfc\nGOOD",
        NULL, NULL, "1" },
    { "\xef\xbb\xbfGOOD", NULL, NULL, "1" },
    { "GOODOTHER", "\n", "\r\n", "2" },
    { "GOODOTHER", "\n", "\r", "2" },
    { "# first\nGOOD# second\nOTHER", "\n", "\r", "2" },
    { "GOODOTHER", "\n", "\n  ", "2" },
    { "GOODOTHER", "-----\n-----", "----------", "2" },
    { "-----BEGIN CERTIFICATE-----\n\n\nBODY\n\n-----END CERTIFICATE-----", NULL, NULL, "1" },
    { "-----BEGIN CERTIFICATE-----\nBODY-----END CERTIFICATE-----", "\n", "", "1" },
    { "#-----BEGIN CERTIFICATE-----\n#AAAA\n#-----END CERTIFICATE-----\nGOOD", NULL, NULL, "1" },
    { "", NULL, NULL, "it has no certificate: write that of the proxy's CA into it, as PEM" },
    { "text\n", NULL, NULL, "it has no certificate: write that of the proxy's CA into it, as PEM" },
    { "GOOD-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", NULL, NULL,
        "block 2: it is a private key, and all users could read it: take it out, and wherever the "
        "file "
        "came from, too" },
    { "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\nGOOD", NULL, NULL,
        "block 1: it is a private key, and all users could read it: take it out, and wherever the "
        "file "
        "came from, too" },
    { "GOOD", "CERTIFICATE", "TRUSTED CERTIFICATE",
        "block 1: only OpenSSL reads this form: openssl x509 -in FILE writes the usual one" },
    { "GOOD", "CERTIFICATE", "X509 CERTIFICATE",
        "block 1: Go does not read this form: write \"CERTIFICATE\" in both its lines" },
    { "GOOD", "CERTIFICATE", "PKCS7",
        "block 1: no client reads this form: openssl pkcs7 -print_certs -in FILE writes the usual "
        "one" },
    { "GOOD", "CERTIFICATE", "CERTIFICATE REQUEST",
        "block 1: it is a request, not a certificate: take what the authority made of it" },
    { "GOOD", "CERTIFICATE", "X509\x1b CRL", "block 1: it is a \"X509? CRL\": take it out" },
    { "GOODOTHER", "-----END CERTIFICATE-----\n-----B", "-----B",
        "block 1: its END line is missing: the file is cut off, copy it again" },
    { "GOOD-----BEGIN CERTIFICATE-----\nBODY", NULL, NULL,
        "block 2: its END line is missing: the file is cut off, copy it again" },
    { "GOOD-----BEGIN CERTIFICATE-----\nBODY-----END CERTIFI", NULL, NULL,
        "block 2: its END line is cut off, or another one's: copy the file again" },
    { "GOOD-----BEGIN CERTIFICATE-----\nBODY-----END X509 CRL-----\n", NULL, NULL,
        "block 2: its END line is cut off, or another one's: copy the file again" },
    { "GOOD-----BEGIN CERTIF", NULL, NULL,
        "block 2: its BEGIN line is cut off: copy the file again" },
    { "BODY-----END CERTIFICATE-----\nGOOD", NULL, NULL,
        "block 1: its BEGIN line is missing: copy the file again" },
    { "GOOD-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", NULL, NULL,
        "block 2: it is broken: that is no base64: copy the file again" },
    { "GOOD-----BEGIN CERTIFICATE-----\nMII!\n-----END CERTIFICATE-----\n", NULL, NULL,
        "block 2: it is broken: that is no base64: copy the file again" },
    { "GOOD-----BEGIN CERTIFICATE-----\nMIIB\nA\n-----END CERTIFICATE-----\n", NULL, NULL,
        "block 2: it is broken: that is no base64: copy the file again" },
    { "GOOD-----BEGIN CERTIFICATE-----\nA=AA\n-----END CERTIFICATE-----\n", NULL, NULL,
        "block 2: it is broken: that is no base64: copy the file again" },
    { "GOOD-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", NULL, NULL,
        "block 2: it is broken: it holds no certificate: copy the file again" },
    { "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n\nBODY-----END CERTIFICATE-----\n",
        NULL, NULL, "block 1: it is broken: that is no base64: copy the file again" },
};

static void replace_all(const char *from, const char *to, struct buffer *text)
{
    struct buffer result = { 0 };
    const char *at = text->data;
    for (const char *found; (found = strstr(at, from)); at = found + strlen(from)) {
        check_number(from, buffer_append(&result, at, (size_t) (found - at)), 0);
        check_number(from, buffer_append_text(&result, to), 0);
    }
    check_number(from, buffer_append_text(&result, at), 0);
    buffer_free(text);
    *text = result;
}

static void make_file(size_t row, struct buffer *ret)
{
    _cleanup_buffer_ struct buffer good = { 0 }, other = { 0 }, body = { 0 };
    read_kind("good", &good);
    read_kind("other", &other);
    const char *begin = strchr(good.data, '\n') + 1, *end = strstr(good.data, "-----END");
    check_number("body", buffer_append(&body, begin, (size_t) (end - begin)), 0);
    check_number("text", buffer_append_text(ret, files[row].text), 0);
    replace_all("GOOD", good.data, ret);
    replace_all("OTHER", other.data, ret);
    replace_all("BODY", body.data, ret);
    if (files[row].from)
        replace_all(files[row].from, files[row].to, ret);
}

static void test_files(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(files); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 }, got = { 0 };
        make_file(i, &bytes);
        parse(files[i].text, &bytes, &got);
        check_text(files[i].text, got.data, files[i].expected);
    }
}

/* What is no text at all. */
static void test_bytes(void **state)
{
    (void) state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *expected;
    } rows[] = {
        { "\x30\x82\x01\x00", 4,
            "it is DER, not PEM: openssl x509 -inform DER -in FILE writes PEM" },
        { "\xff\xfe-\0-\0", 6, "it is UTF-16, not PEM: save it again as ASCII or UTF-8" },
        { "\xfe\xff\0-\0-", 6, "it is UTF-16, not PEM: save it again as ASCII or UTF-8" },
        { "a\0b", 3, "it has a NUL byte: it is not PEM, or damaged" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 }, got = { 0 };
        check_number("bytes", buffer_append(&bytes, rows[i].bytes, rows[i].size), 0);
        parse(rows[i].expected, &bytes, &got);
        check_text(rows[i].expected, got.data, rows[i].expected);
    }
}

/* A subject cannot act on a terminal, and a file of any form is written in one. */
static void test_certificate(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer bytes = { 0 }, lines = { 0 }, written = { 0 };
    _cleanup_ca_file_ struct ca_file control = { 0 }, file = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    struct error err = { 0 };
    read_kind("control", &bytes);
    check_number("control", ca_file_parse(&bytes, NOW, &control, &warnings, &err), 0);
    check_text("control", control.items[0].subject, "CN=con\\1B[31mtrol?\\0A,O=Example");
    buffer_free(&bytes);
    read_kind("good", &bytes);
    check_number("good", buffer_append_text(&lines, bytes.data), 0);
    replace_all("\n", "\r\n  ", &lines);
    check_number("good", ca_file_parse(&lines, NOW, &file, &warnings, &err), 0);
    check_number("written", ca_file_append(&file.items[0], &written), 0);
    check_text("written", written.data, bytes.data);
}

/* Nothing may stand behind the certificate in its block; the base64 of this one has no padding. */
static void test_rest(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer bytes = { 0 }, got = { 0 };
    read_kind("rsa2048", &bytes);
    replace_all("-----END", "AAAA\n-----END", &bytes);
    parse("rest", &bytes, &got);
    check_text(
        "rest", got.data, "block 1: it is broken: it holds no certificate: copy the file again");
}

/* The hash is in the names of files: of the SHA-256 of the DER, as `openssl x509 -fingerprint
 * -sha256` prints it. */
static void test_hash(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer bytes = { 0 };
    _cleanup_ca_file_ struct ca_file file = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    struct error err = { 0 };
    read_kind("good", &bytes);
    check_number("good", ca_file_parse(&bytes, NOW, &file, &warnings, &err), 0);
    check_text("good", file.items[0].hash, "c8fb4568");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_certificate),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
