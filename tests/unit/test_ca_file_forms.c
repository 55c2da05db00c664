/* SPDX-License-Identifier: MIT */
/* agent/trust/ca_file.c: the forms that a certificate was seen to have in people's files, each
 * alone, and in front of, between and behind good ones. */

#include "ca_files.h"

#define COPY     "copy the file again"
#define NO_B64   ": it is broken: that is no base64: " COPY
#define NO_CERT  ": it is broken: it holds no certificate: " COPY
#define NO_END   ": its END line is missing: the file is cut off, copy it again"
#define BAD_END  ": its END line is cut off, or another one's: " COPY
#define NO_BEGIN ": its BEGIN line is missing, misspelt or behind something else: " COPY
#define KEY                                                                                        \
    ": it is a private key, and all users could read it: take it out, and wherever the file "      \
    "came from, too"
#define SERVER                                                                                     \
    ": it is the certificate of a server or a person, not that of an authority (CA:FALSE): "       \
    "take the one that issued it"
#define NO_BASIC                                                                                   \
    ": it does not say that it is an authority's (no basicConstraints), and Go and Java refuse "   \
    "it: issue it again with basicConstraints=critical,CA:TRUE"
#define BLOCK(label, body) "-----BEGIN " label "-----\n" body "-----END " label "-----\n"

enum { REFUSED = -1 };

/* In `text` a name in braces stands for that kind's file, BODY for the base64 of the good one with
 * its newlines, LINE for the same without; then each `from` for `to`. */
static const struct form {
    const char *name; /* as people call it, or as in the observations */
    const char *text, *from, *to;
    int count;        /* of the CAs that are taken */
    const char *said; /* what follows "block N" */
    size_t block;     /* of which of its blocks that is, from 0 */
} forms[] = {
    { "good", "{good}", NULL, NULL, 1, NULL, 0 },
    { "twice", "{good}{good}", NULL, NULL, 1, NULL, 0 },
    { "crlf", "{good}", "\n", "\r\n", 1, NULL, 0 },
    { "cr", "{good}", "\n", "\r", 1, NULL, 0 },
    { "indent", "    {good}", "\n", "\n    ", 1, NULL, 0 },
    { "tabs", "\t{good}", "\n", "\n\t", 1, NULL, 0 },
    { "nonl", "-----BEGIN CERTIFICATE-----\nBODY-----END CERTIFICATE-----", NULL, NULL, 1, NULL,
        0 },
    { "glued", "{good}{sub}", "-----\n-----", "----------", 2, NULL, 0 },
    { "oneline", BLOCK("CERTIFICATE", "LINE"), NULL, NULL, 1, NULL, 0 },
    { "blank", BLOCK("CERTIFICATE", "\n\nBODY\n\n"), NULL, NULL, 1, NULL, 0 },
    { "trailing blanks", "{good}", "\n", "  \t\n", 1, NULL, 0 },
    { "text", "subject=CN = good\nissuer=CN = good\n{good}text\n", NULL, NULL, 1, NULL, 0 },
    { "longtext", "Certificate:\n    Data:\n        Version: 3 (0x2)\n{good}", NULL, NULL, 1, NULL,
        0 },
    { "bag attributes", "Bag Attributes: <No Attributes>\n{good}", NULL, NULL, 1, NULL, 0 },
    { "utf8",
        "# Gr\xc3\xbc\xc3\x9f"
        "e\n{good}",
        NULL, NULL, 1, NULL, 0 },
    { "latin1",
        "# Gr\xfc\xdf"
        "e\n{good}",
        NULL, NULL, 1, NULL, 0 },
    { "in a comment", "#-----BEGIN CERTIFICATE-----\n#AAAA\n#-----END CERTIFICATE-----\n{good}",
        NULL, NULL, 1, NULL, 0 },

    { "expired", "{expired}", NULL, NULL, 0,
        " (CN=expired,O=Example): it ended on 2021-01-01 and is left out: take it out of the file",
        0 },
    { "notyet", "{notyet}", NULL, NULL, 1,
        " (CN=notyet,O=Example): it is not valid yet, and clients refuse it until then", 0 },
    { "v1", "{v1}", NULL, NULL, 1,
        " (CN=v1,O=Example): it is an X.509 version 1 certificate, which Python 3.13 refuses: "
        "issue it again as version 3",
        0 },
    { "bcfalse", "{bcfalse}", NULL, NULL, REFUSED, " (CN=bcfalse,O=Example)" SERVER, 0 },
    { "leaf", "{leaf}", NULL, NULL, REFUSED, " (CN=leaf,O=Example)" SERVER, 0 },
    { "a server's whole chain", "{leaf}{good}", NULL, NULL, REFUSED, " (CN=leaf,O=Example)" SERVER,
        0 },
    { "nobc", "{nobc}", NULL, NULL, REFUSED, " (CN=nobc,O=Example)" NO_BASIC, 0 },
    { "kuwrong", "{kuwrong}", NULL, NULL, REFUSED,
        " (CN=kuwrong,O=Example): it may not sign certificates (keyUsage without keyCertSign), and "
        "nearly every "
        "client refuses it: take the one that issued the servers' certificates",
        0 },

    { "badb64", "{good}", "M", "!", REFUSED, NO_B64, 0 },
    { "a letter is missing", BLOCK("CERTIFICATE", "AAAA\nAAA\n"), NULL, NULL, REFUSED, NO_B64, 0 },
    { "a hole marked by dots", BLOCK("CERTIFICATE", "MIIB...\n"), NULL, NULL, REFUSED, NO_B64, 0 },
    { "no base64 at all", BLOCK("CERTIFICATE", ""), NULL, NULL, REFUSED, NO_B64, 0 },
    { "with a header", BLOCK("CERTIFICATE", "Proc-Type: 4,ENCRYPTED\n\nBODY"), NULL, NULL, REFUSED,
        NO_B64, 0 },
    { "URL-safe base64", BLOCK("CERTIFICATE", "MII-_A==\n"), NULL, NULL, REFUSED, NO_B64, 0 },
    { "quoted-printable", BLOCK("CERTIFICATE", "MIIB=3D=\n"), NULL, NULL, REFUSED, NO_B64, 0 },
    { "noasn1", BLOCK("CERTIFICATE", "AAAA\n"), NULL, NULL, REFUSED, NO_CERT, 0 },
    { "DER is cut off", BLOCK("CERTIFICATE", "MIIB\n"), NULL, NULL, REFUSED, NO_CERT, 0 },
    { "a key that is called a certificate",
        BLOCK("CERTIFICATE", "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"),
        NULL, NULL, REFUSED, NO_CERT, 0 },
    { "trunc", "-----BEGIN CERTIFICATE-----\nBODY", NULL, NULL, REFUSED, NO_END, 0 },
    { "the BEGIN line alone", "-----BEGIN CERTIFICATE-----\n", NULL, NULL, REFUSED, NO_END, 0 },
    { "trunc in the END line", "-----BEGIN CERTIFICATE-----\nBODY-----END CERTIFI", NULL, NULL,
        REFUSED, BAD_END, 0 },
    { "the END line lacks a hyphen", BLOCK("CERTIFICATE", "BODY"), "END CERTIFICATE-----",
        "END CERTIFICATE----", REFUSED, BAD_END, 0 },
    { "another END line", "-----BEGIN CERTIFICATE-----\nBODY-----END X509 CRL-----\n", NULL, NULL,
        REFUSED, BAD_END, 0 },
    { "the END line alone", "-----END CERTIFICATE-----\n", NULL, NULL, REFUSED, NO_BEGIN, 0 },
    { "the BEGIN line is missing", "BODY-----END CERTIFICATE-----\n", NULL, NULL, REFUSED, NO_BEGIN,
        0 },
    { "quoted", "\"{good}\"\n", NULL, NULL, REFUSED, NO_BEGIN, 0 },
    { "a key of YAML in front", "ca: {good}", NULL, NULL, REFUSED, NO_BEGIN, 0 },
    { "four hyphens", "{good}", "-----BEGIN", "----BEGIN", REFUSED, NO_BEGIN, 0 },
    { "lower case", "{good}", "BEGIN CERTIFICATE", "begin certificate", REFUSED, NO_BEGIN, 0 },

    { "trusted", "{good}", "CERTIFICATE", "TRUSTED CERTIFICATE", REFUSED,
        ": only OpenSSL reads this form: openssl x509 -in FILE writes the usual one", 0 },
    { "x509", "{good}", "CERTIFICATE", "X509 CERTIFICATE", REFUSED,
        ": Go does not read this form: write \"CERTIFICATE\" in both its lines", 0 },
    { "pkcs7", "{good}", "CERTIFICATE", "PKCS7", REFUSED,
        ": no client reads this form: openssl pkcs7 -print_certs -in FILE writes the usual one",
        0 },
    { "CMS", "{good}", "CERTIFICATE", "CMS", REFUSED, ": it is a \"CMS\": take it out", 0 },
    { "request", BLOCK("CERTIFICATE REQUEST", "AAAA\n"), NULL, NULL, REFUSED,
        ": it is a request, not a certificate: take what the authority made of it", 0 },
    { "request of Windows", BLOCK("NEW CERTIFICATE REQUEST", "AAAA\n"), NULL, NULL, REFUSED,
        ": it is a request, not a certificate: take what the authority made of it", 0 },
    { "withkey", "{good}" BLOCK("PRIVATE KEY", "AAAA\n"), NULL, NULL, REFUSED, KEY, 1 },
    { "keyfirst", BLOCK("PRIVATE KEY", "AAAA\n") "{good}", NULL, NULL, REFUSED, KEY, 0 },
    { "key", BLOCK("RSA PRIVATE KEY", "AAAA\n"), NULL, NULL, REFUSED, KEY, 0 },
    { "EC key", BLOCK("EC PRIVATE KEY", "AAAA\n"), NULL, NULL, REFUSED, KEY, 0 },
    { "encrypted key", BLOCK("ENCRYPTED PRIVATE KEY", "AAAA\n"), NULL, NULL, REFUSED, KEY, 0 },
    { "encrypted key with a header", BLOCK("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\n\nAAAA\n"),
        NULL, NULL, REFUSED, KEY, 0 },
    { "OpenSSH key", BLOCK("OPENSSH PRIVATE KEY", "AAAA\n"), NULL, NULL, REFUSED, KEY, 0 },
    { "public key", BLOCK("PUBLIC KEY", "AAAA\n"), NULL, NULL, REFUSED,
        ": it is a \"PUBLIC KEY\": take it out", 0 },
    { "EC parameters", BLOCK("EC PARAMETERS", "AAAA\n"), NULL, NULL, REFUSED,
        ": it is a \"EC PARAMETERS\": take it out", 0 },
    { "DH parameters", BLOCK("DH PARAMETERS", "AAAA\n"), NULL, NULL, REFUSED,
        ": it is a \"DH PARAMETERS\": take it out", 0 },
    { "CRL", BLOCK("X509 CRL", "AAAA\n"), NULL, NULL, REFUSED,
        ": it is a \"X509 CRL\": take it out", 0 },
    { "PGP", BLOCK("PGP PUBLIC KEY BLOCK", "AAAA\n"), NULL, NULL, REFUSED,
        ": it is a \"PGP PUBLIC KEY BLOCK\": take it out", 0 },
};

/* What has no block of its own: alone, and what is said where good ones are around it. */
#define TAKEN NULL
#define UNREAD                                                                                     \
    "it has a certificate that is left out, as its line does not begin with -----BEGIN "           \
    "CERTIFICATE-----, in capital letters and with five hyphens: write it so, or # in front of it"
#define UNREADABLE                                                                                 \
    "no line begins with -----BEGIN CERTIFICATE-----, in capital letters and with five hyphens: "  \
    "write it so, with nothing in front of it"
#define NOTHING "it has no certificate: write that of the proxy's CA into it, as PEM"
#define ESCAPES                                                                                    \
    "it has \\n, in two characters, where its lines end, as JSON has: jq -r, or printf %b, "       \
    "writes "                                                                                      \
    "them"
#define WEB    "it is a web page, as a proxy or a login shows it: download the certificate again"
#define DASHES "\xe2\x80\x93\xe2\x80\x93\xe2\x80\x93\xe2\x80\x93\xe2\x80\x93"

static const struct other {
    const char *name, *text, *from, *to;
    const char *alone, *beside; /* words; TAKEN: none, as if it were not there */
} others[] = {
    { "empty", "", NULL, NULL, NOTHING, TAKEN },
    { "empty lines", "\n\r\n \n", NULL, NULL, NOTHING, TAKEN },
    { "text alone", "the proxy's CA\n", NULL, NULL, NOTHING, TAKEN },
    { "a name of a file", "/etc/ssl/certs/company.pem\n", NULL, NULL, NOTHING, TAKEN },
    { "a public key of ssh", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA root@build\n", NULL, NULL,
        NOTHING, TAKEN },
    { "a key of PuTTY", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n",
        NULL, NULL, NOTHING, TAKEN },
    { "a page of a proxy", "<!DOCTYPE html>\n<HTML><head><title>Sign in</title></head></HTML>\n",
        NULL, NULL, WEB, TAKEN },
    { "base64 of PEM", "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUI=\n", NULL, NULL,
        "it is base64 of a PEM file: base64 -d FILE writes that", TAKEN },
    { "base64 alone", "BODY", NULL, NULL,
        "its first line is not -----BEGIN CERTIFICATE-----: write it, and in the end "
        "-----END CERTIFICATE-----",
        TAKEN },
    { "lower case in both lines", "-----begin certificate-----\nBODY-----end certificate-----\n",
        NULL, NULL, UNREADABLE, UNREAD },
    { "dashes of a word processor", "{good}", "-----", DASHES, UNREADABLE, UNREAD },
    { "four hyphens in both lines", "{good}", "-----", "----", UNREADABLE, UNREAD },
    { "no hyphens", "{good}", "-----", "", UNREADABLE, UNREAD },
    { "quoted as in a mail", "> -----BEGIN CERTIFICATE-----\nBODY> -----END CERTIFICATE-----\n",
        NULL, NULL, UNREADABLE, UNREAD },
    { "lines in quotes", "\"-----BEGIN CERTIFICATE-----\"\nBODY\"-----END CERTIFICATE-----\"\n",
        NULL, NULL, UNREADABLE, UNREAD },
    { "a list of JSON or YAML", "- -----BEGIN CERTIFICATE-----\nBODY- -----END CERTIFICATE-----\n",
        NULL, NULL, UNREADABLE, UNREAD },
    { "diff", "+-----BEGIN CERTIFICATE-----\nBODY+-----END CERTIFICATE-----\n", NULL, NULL,
        UNREADABLE, UNREAD },
    { "commented out", "# -----BEGIN CERTIFICATE-----\nBODY# -----END CERTIFICATE-----\n", NULL,
        NULL, UNREADABLE, TAKEN },
    { "a string of JSON", "\"{good}\"", "\n", "\\n", ESCAPES, ESCAPES },
    { "a string of JSON without its quotes", "{good}\n", "\n", "\\n", ESCAPES, ESCAPES },
    { "a string of JSON with CR", "\"{good}\"", "\n", "\\r\\n", ESCAPES, ESCAPES },
    { "a document of JSON", "{\"ca\": \"{good}\"}", "\n", "\\n", ESCAPES, ESCAPES },
};

/* What is no text: alone and at the beginning. Behind good ones its first NUL is named. */
static const struct {
    const char *name, *bytes;
    size_t size;
    const char *first; /* NULL: its NUL is named */
} binaries[] = {
    { "der", "\x30\x82\x01\0", 4,
        "it is DER, not PEM: openssl x509 -inform DER -in FILE writes PEM" },
    { "der of PKCS #7", "\x30\x82\x01\0\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0", 16,
        "it is PKCS #7, not PEM: openssl pkcs7 -inform DER -print_certs -in FILE writes PEM" },
    { "PKCS #12",
        "\x30\x82\x01\0\x02\x01\x03\x30\x82\x01\x02\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
        "\xa0",
        23, "it is PKCS #12, not PEM: openssl pkcs12 -nokeys -in FILE writes PEM" },
    { "a store of Java", "\xfe\xed\xfe\xed\0\0\0\x02", 8, NULL },
    { "utf16 of Windows", "\xff\xfe-\0-\0", 6,
        "it is UTF-16, not PEM: save it again as ASCII or UTF-8" },
    { "utf16, the other order", "\xfe\xff\0-\0-", 6,
        "it is UTF-16, not PEM: save it again as ASCII or UTF-8" },
    { "utf16 without a mark", "-\0-\0", 4,
        "it is UTF-16, not PEM: save it again as ASCII or UTF-8" },
    { "utf16 without a mark, the other order", "\0-\0-", 4,
        "it is UTF-16, not PEM: save it again as ASCII or UTF-8" },
    { "a NUL alone", "\n\0\n", 3, NULL },
    { "a NUL in the text", "a\0b\n", 4, NULL },
    { "a NUL in a block", "-----BEGIN CERTIFICATE-----\0MIIB\n-----END CERTIFICATE-----\n", 58,
        NULL },
};

/* Where the form stands among good ones. */
static const struct place {
    const char *name, *before, *after;
} places[] = {
    { "alone", NULL, NULL },
    { "first", NULL, "other" },
    { "in the middle", "rsa2048", "other" },
    { "last", "rsa2048", NULL },
};

static void form_append_kind(const char *kind, struct buffer *ret)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    if (!kind)
        return;
    ca_read_kind(kind, &bytes);
    check_number(kind, buffer_append(ret, bytes.data, bytes.size), 0);
}

static void form_replace_kinds(struct buffer *text)
{
    static const char *const kinds[] = { "good", "sub", "expired", "notyet", "v1", "bcfalse",
        "leaf", "nobc", "kuwrong" };
    for (size_t i = 0; i < ELEMENTSOF(kinds); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 }, name = { 0 };
        ca_read_kind(kinds[i], &bytes);
        check_number(kinds[i], buffer_printf(&name, "{%s}", kinds[i]), 0);
        text_replace_all(name.data, bytes.data, text);
    }
}

/* The form itself, as the table says. */
static void form_make(const char *text, const char *from, const char *to, struct buffer *ret)
{
    _cleanup_buffer_ struct buffer good = { 0 }, body = { 0 }, line = { 0 };
    ca_read_kind("good", &good);
    const char *begin = strchr(good.data, '\n') + 1, *end = strstr(good.data, "-----END");
    check_number("body", buffer_append(&body, begin, (size_t) (end - begin)), 0);
    check_number("line", buffer_append(&line, body.data, body.size), 0);
    text_replace_all("\n", "", &line);
    check_number("line", buffer_append_text(&line, "\n"), 0);
    check_number("text", buffer_append_text(ret, text), 0);
    form_replace_kinds(ret);
    text_replace_all("BODY", body.data, ret);
    text_replace_all("LINE", line.data, ret);
    if (from)
        text_replace_all(from, to, ret);
}

/* Parses the form in its place, and compares all that is said. */
static void form_check(const char *name, const struct place *place, const struct buffer *form,
    const struct buffer *expected)
{
    _cleanup_buffer_ struct buffer row = { 0 }, bytes = { 0 }, got = { 0 };
    check_number(name, buffer_printf(&row, "%s, %s", name, place->name), 0);
    form_append_kind(place->before, &bytes);
    check_number(name, buffer_append(&bytes, form->data, form->size), 0);
    form_append_kind(place->after, &bytes);
    ca_parse(row.data, &bytes, &got);
    check_text(row.data, got.data, expected->data);
}

static void test_forms(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(forms); i++) {
        const struct form *form = &forms[i];
        _cleanup_buffer_ struct buffer text = { 0 };
        form_make(form->text, form->from, form->to, &text);
        for (size_t j = 0; j < ELEMENTSOF(places); j++) {
            _cleanup_buffer_ struct buffer expected = { 0 };
            size_t before = places[j].before != NULL, block = 1 + before + form->block;
            if (form->count != REFUSED)
                check_number(form->name,
                    buffer_printf(&expected, "%zu",
                        (size_t) form->count + before + (places[j].after != NULL)),
                    0);
            if (form->said)
                check_number(form->name,
                    buffer_printf(&expected, "%sblock %zu%s", form->count == REFUSED ? "" : "\n",
                        block, form->said),
                    0);
            form_check(form->name, &places[j], &text, &expected);
        }
    }
}

/* What one of the others gives in a place: what is around it is read unless it is refused. */
static void other_expect(
    const struct other *other, const struct place *place, struct buffer *expected)
{
    size_t around = (size_t) (place->before != NULL) + (place->after != NULL);
    const char *words = around == 0 ? other->alone : other->beside;
    if (around > 0 && other->beside != other->alone)
        check_number(other->name, buffer_printf(expected, "%zu%s", around, words ? "\n" : ""), 0);
    if (words)
        check_number(other->name, buffer_append_text(expected, words), 0);
}

static void test_others(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(others); i++) {
        _cleanup_buffer_ struct buffer text = { 0 };
        form_make(others[i].text, others[i].from, others[i].to, &text);
        for (size_t j = 0; j < ELEMENTSOF(places); j++) {
            _cleanup_buffer_ struct buffer expected = { 0 };
            other_expect(&others[i], &places[j], &expected);
            form_check(others[i].name, &places[j], &text, &expected);
        }
    }
}

static void test_binaries(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(binaries); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 };
        check_number(
            binaries[i].name, buffer_append(&bytes, binaries[i].bytes, binaries[i].size), 0);
        for (size_t j = 0; j < ELEMENTSOF(places); j++) {
            _cleanup_buffer_ struct buffer expected = { 0 }, before = { 0 };
            size_t line = 1;
            form_append_kind(places[j].before, &before);
            check_number("before", buffer_append(&before, bytes.data, bytes.size), 0);
            for (size_t k = 0; before.data[k] != '\0'; k++)
                line += before.data[k] == '\n';
            int printed = binaries[i].first && !places[j].before
                              ? buffer_append_text(&expected, binaries[i].first)
                              : buffer_printf(&expected,
                                    "line %zu has a NUL byte: a part of the file is DER or UTF-16, "
                                    "or damaged: write all of it as PEM",
                                    line);
            check_number(binaries[i].name, printed, 0);
            form_check(binaries[i].name, &places[j], &bytes, &expected);
        }
    }
}

/* A byte order mark is one only at the beginning: Go and rustls lose what is behind another. */
static void test_order_mark(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer text = { 0 };
    form_make("\xef\xbb\xbf{good}", NULL, NULL, &text);
    for (size_t i = 0; i < ELEMENTSOF(places); i++) {
        _cleanup_buffer_ struct buffer expected = { 0 };
        int printed = places[i].before ? buffer_append_text(&expected, "block 2" NO_BEGIN)
                                       : buffer_append_text(&expected, places[i].after ? "2" : "1");
        check_number("bom", printed, 0);
        form_check("bom", &places[i], &text, &expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_binaries),
        cmocka_unit_test(test_order_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
