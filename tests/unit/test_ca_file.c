/* SPDX-License-Identifier: MIT */
/* agent/trust/ca_file.c: which files are taken, which are refused, and what is said. tests/trust
 * has the certificates. */

#include "ca_files.h"

#define NO_SERVERS                                                                                 \
    ": it may not sign certificates of servers (extendedKeyUsage without serverAuth), and curl, "  \
    "OpenSSL, Python and Node refuse it: take the one that issued the servers' certificates"
#define NO_ISSUER                                                                                  \
    " is not in the file, and OpenSSL, Python and Node refuse it unless the system knows that "    \
    "one: add it"
#define PYTHON ", and Python 3.13 refuses it: issue it again with "

/* What clients were seen to make of each: docs/ca-clients.md. */
static const struct {
    const char *names, *expected; /* a kind, or more; NULL: it is taken without a word */
} kinds[] = {
    { "good", NULL },
    { "pathlen", NULL },
    { "rsa2048", NULL },
    { "sha1", NULL },
    { "long", NULL },
    { "ed25519", NULL },
    { "md5", NULL },
    { "names", NULL },
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
    { "clients", "block 1 (CN=clients,O=Example)" NO_SERVERS },
    { "anyuse", "block 1 (CN=anyuse,O=Example)" NO_SERVERS },
    { "critical",
        "block 1 (CN=critical,O=Example): it has a critical extension that clients do not know, "
        "and all but Java refuse it: issue it again with that one not critical" },
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
    { "sub", "1\n(CN=sub,O=Example): its issuer (CN=good,O=Example)" NO_ISSUER },
    { "good sub", "2" },
    { "sub good", "2" },
    { "sub subsub", "2\n(CN=sub,O=Example): its issuer (CN=good,O=Example)" NO_ISSUER },
    { "subsub", "1\n(CN=subsub,O=Example): its issuer (CN=sub,O=Example)" NO_ISSUER },
    { "good subsub", "2\n(CN=subsub,O=Example): its issuer (CN=sub,O=Example)" NO_ISSUER },
};

static void test_kinds(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(kinds); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 }, got = { 0 };
        char names[32];
        (void) snprintf(names, sizeof(names), "%s", kinds[i].names);
        for (char *rest = names, *kind; (kind = strsep(&rest, " "));)
            ca_read_kind(kind, &bytes);
        ca_parse(kinds[i].names, &bytes, &got);
        check_text(kinds[i].names, got.data, kinds[i].expected ? kinds[i].expected : "1");
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
        "block 1: its BEGIN line is missing, misspelt or behind something else: copy the file "
        "again" },
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

static void make_file(size_t row, struct buffer *ret)
{
    _cleanup_buffer_ struct buffer good = { 0 }, other = { 0 }, body = { 0 };
    ca_read_kind("good", &good);
    ca_read_kind("other", &other);
    const char *begin = strchr(good.data, '\n') + 1, *end = strstr(good.data, "-----END");
    check_number("body", buffer_append(&body, begin, (size_t) (end - begin)), 0);
    check_number("text", buffer_append_text(ret, files[row].text), 0);
    text_replace_all("GOOD", good.data, ret);
    text_replace_all("OTHER", other.data, ret);
    text_replace_all("BODY", body.data, ret);
    if (files[row].from)
        text_replace_all(files[row].from, files[row].to, ret);
}

static void test_files(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(files); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 }, got = { 0 };
        make_file(i, &bytes);
        ca_parse(files[i].text, &bytes, &got);
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
        { "a\n\0b", 4,
            "line 2 has a NUL byte: a part of the file is DER or UTF-16, or damaged: write all of "
            "it as PEM" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 }, got = { 0 };
        check_number("bytes", buffer_append(&bytes, rows[i].bytes, rows[i].size), 0);
        ca_parse(rows[i].expected, &bytes, &got);
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
    ca_read_kind("control", &bytes);
    check_number("control", ca_file_parse(&bytes, CA_NOW, &control, &warnings, &err), 0);
    check_text("control", control.items[0].subject, "CN=con\\1B[31mtrol?\\0A,O=Example");
    buffer_free(&bytes);
    ca_read_kind("good", &bytes);
    check_number("good", buffer_append_text(&lines, bytes.data), 0);
    text_replace_all("\n", "\r\n  ", &lines);
    check_number("good", ca_file_parse(&lines, CA_NOW, &file, &warnings, &err), 0);
    check_number("written", ca_file_append(&file.items[0], &written), 0);
    check_text("written", written.data, bytes.data);
}

/* Nothing may stand behind the certificate in its block; the base64 of this one has no padding. */
static void test_rest(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer bytes = { 0 }, got = { 0 };
    ca_read_kind("rsa2048", &bytes);
    text_replace_all("-----END", "AAAA\n-----END", &bytes);
    ca_parse("rest", &bytes, &got);
    check_text(
        "rest", got.data, "block 1: it is broken: it holds no certificate: copy the file again");
}

/* Certificates that differ: what is changed is in the signature, which nobody checks. */
static void append_certificates(size_t count, struct buffer *ret)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";
    _cleanup_buffer_ struct buffer good = { 0 };
    ca_read_kind("good", &good);
    char *end = strstr(good.data, "\n-----END");
    while (*--end != '\n')
        ;
    for (size_t i = 0; i < count; i++) {
        end[-1] = letters[i / 32 % 32];
        end[-2] = letters[i % 32];
        check_number("append", buffer_append(ret, good.data, good.size), 0);
    }
}

static void test_limit(void **state)
{
    (void) state;
    static const struct {
        size_t count;
        const char *expected;
    } rows[] = {
        { CA_FILE_CERTIFICATES_MAX, "256" },
        { CA_FILE_CERTIFICATES_MAX + 1,
            "it has more than 256 certificates: leave the public ones out, which the system has" },
        { 500,
            "it has more than 256 certificates: leave the public ones out, which the system has" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 }, got = { 0 };
        append_certificates(rows[i].count, &bytes);
        ca_parse(rows[i].expected, &bytes, &got);
        check_text(rows[i].expected, got.data, rows[i].expected);
    }
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
    ca_read_kind("good", &bytes);
    check_number("good", ca_file_parse(&bytes, CA_NOW, &file, &warnings, &err), 0);
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
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
