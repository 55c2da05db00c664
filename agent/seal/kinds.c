/* SPDX-License-Identifier: MIT */
/* table */
/* A shape is a text that begins a secret, or a name that it stands behind; what follows decides.
 * What documentation and samples have in its place is none: a value that says "EXAMPLE", a word
 * such as "password", a variable. */

#include "seal/kinds.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "seal/places.h"

#define UPPER  "A-Z0-9"
#define ALNUM  "A-Za-z0-9"
#define WORD   "A-Za-z0-9_"
#define BASE64 "A-Za-z0-9_-"

enum {
    SECRET_KEY = 40,         /* characters */
    SESSION_TOKEN_MIN = 100, /* they have hundreds */
    SEPARATORS_MAX = 8,      /* between a name and its value */
    LOGIN_MAX = 200,
};

static bool is_secret_byte(unsigned char byte)
{
    return isalnum(byte) || (byte && strchr("/+=", byte));
}

static bool equals(const unsigned char *text, size_t length, const char *word)
{
    return strlen(word) == length && strncasecmp((const char *) text, word, length) == 0;
}

/* Whether a value only stands for one. */
static bool is_placeholder(const unsigned char *text, size_t length)
{
    static const char *const words[] = { "password", "passwd", "passwort", "pass", "pwd", "pw",
        "secret", "mypassword", "yourpassword", "your_password", "your-password", "proxypassword",
        "proxy_password", "changeme", "none", "null", "nil", "true", "false", "token", "test",
        "example", "foo", "bar", "hunter2", "redacted", "user", "username" };
    if (length == 0 || strchr("$<{*[%`(,.;", text[0]))
        return true;
    for (size_t i = 0; i < ELEMENTSOF(words); i++)
        if (equals(text, length, words[i]))
            return true;
    size_t same = 1;
    while (same < length && text[same] == text[0])
        same++;
    return same == length; /* "xxxx" */
}

/* The bytes between a name and its value; 0: none follows. */
static size_t separators(const unsigned char *bytes, size_t left)
{
    size_t at = 0;
    bool has_sign = false;
    for (; at < left && at < SEPARATORS_MAX && bytes[at] && strchr(" \t=:>\"'\\,", bytes[at]); at++)
        has_sign = has_sign || strchr("=:>,", bytes[at]);
    return has_sign && at < left ? at : 0;
}

static size_t judge_access_key(const unsigned char *bytes, size_t left)
{
    enum { LENGTH = 20 };
    return left >= LENGTH && memcmp(bytes + LENGTH - 7, "EXAMPLE", 7) != 0 ? LENGTH : 0;
}

/* Behind "://": USER:PASSWORD@HOST. */
static size_t judge_login(const unsigned char *bytes, size_t left)
{
    const size_t start = 3;
    size_t colon = 0, at = start;
    for (; at < left && at < LOGIN_MAX && bytes[at] != '@'; at++) {
        if (isspace(bytes[at]) || iscntrl(bytes[at]) || strchr("/\"'<>`|?#,;(){}[]\\", bytes[at]))
            return 0;
        if (bytes[at] == ':' && colon == 0)
            colon = at;
    }
    bool has_host =
        at + 1 < left && bytes[at] == '@' && (isalnum(bytes[at + 1]) || bytes[at + 1] == '[');
    if (!has_host || colon == 0)
        return 0;
    return is_placeholder(bytes + colon + 1, at - colon - 1) ? 0 : at + 1;
}

static size_t value_length(const unsigned char *bytes, size_t left)
{
    size_t length = 0;
    while (length < left && length < LOGIN_MAX && isgraph(bytes[length]) &&
           !strchr("\"'<>,", bytes[length]))
        length++;
    return length;
}

/* The name, a sign, and a value. */
static size_t judge_value(const unsigned char *bytes, size_t left, size_t name)
{
    size_t between = separators(bytes + name, left - name), at = name + between;
    size_t length = between > 0 ? value_length(bytes + at, left - at) : 0;
    return is_placeholder(bytes + at, length) ? 0 : at + length;
}

static size_t judge_proxy_password(const unsigned char *bytes, size_t left)
{
    size_t name = 0;
    while (name < left && (isalpha(bytes[name]) || bytes[name] == '_' || bytes[name] == '-'))
        name++;
    return judge_value(bytes, left, name);
}

/* "--proxy-password VALUE". */
static size_t judge_proxy_option(const unsigned char *bytes, size_t left)
{
    const size_t name = strlen("--proxy-password ");
    size_t length = value_length(bytes + name, left - name);
    return is_placeholder(bytes + name, length) ? 0 : name + length;
}

/* Of curl: the name is followed by USER:PASSWORD. */
static size_t judge_proxy_user(const unsigned char *bytes, size_t left)
{
    const size_t name = strlen("proxy-user");
    size_t at = name;
    while (at < left && at < name + SEPARATORS_MAX && bytes[at] && strchr(" \t=:\"'", bytes[at]))
        at++;
    size_t length = at > name ? value_length(bytes + at, left - at) : 0;
    const unsigned char *colon = length > 0 ? memchr(bytes + at, ':', length) : NULL;
    if (!colon || colon == bytes + at)
        return 0;
    size_t password = (size_t) (bytes + at + length - colon) - 1;
    return is_placeholder(colon + 1, password) ? 0 : at + length;
}

static bool has_example(const unsigned char *text, size_t length)
{
    return memmem(text, length, "EXAMPLE", 7) || memmem(text, length, "example", 7);
}

static size_t judge_secret(const unsigned char *bytes, size_t left, size_t min, size_t max)
{
    size_t name = 0, length = 0;
    while (name < left && (isalpha(bytes[name]) || bytes[name] == '_'))
        name++;
    size_t between = separators(bytes + name, left - name);
    if (between == 0 && name < left && bytes[name] == ' ') /* `aws configure set NAME VALUE` */
        between = 1;
    const unsigned char *value = bytes + name + between;
    left -= name + between;
    while (between > 0 && length < left && is_secret_byte(value[length]))
        length++;
    return length >= min && length <= max && !has_example(value, length) ? name + between + length
                                                                         : 0;
}

static size_t judge_secret_key(const unsigned char *bytes, size_t left)
{
    return judge_secret(bytes, left, SECRET_KEY, SECRET_KEY);
}

static size_t judge_session_token(const unsigned char *bytes, size_t left)
{
    return judge_secret(bytes, left, SESSION_TOKEN_MIN, SIZE_MAX);
}

/* "-----BEGIN RSA PRIVATE KEY-----", and a key behind it. */
static size_t judge_private_key(const unsigned char *bytes, size_t left)
{
    static const char end[] = "PRIVATE KEY-----";
    size_t at = strlen("-----BEGIN ");
    while (at < left && (isupper(bytes[at]) || bytes[at] == ' ') &&
           (left - at < strlen(end) || memcmp(bytes + at, end, strlen(end)) != 0))
        at++;
    if (left - at < strlen(end) || memcmp(bytes + at, end, strlen(end)) != 0)
        return 0;
    at += strlen(end);
    size_t digits = 0, length = at;
    /* A line end, also an escaped one, and what is mostly base64. */
    for (size_t i = at; i < left && i < at + 80; i++)
        digits += is_secret_byte(bytes[i]);
    return digits >= 24 ? length : 0;
}

/* "ip-10-0-0-1", as EC2 names its machines. */
static size_t judge_host_name(const unsigned char *bytes, size_t left)
{
    size_t at = 2;
    for (int part = 0; part < 4; part++) {
        size_t digits = 0;
        if (at >= left || bytes[at++] != '-')
            return 0;
        while (at < left && digits < 4 && isdigit(bytes[at])) {
            digits++;
            at++;
        }
        if (digits == 0 || digits > 3)
            return 0;
    }
    return at < left && (isalnum(bytes[at]) || bytes[at] == '-') ? 0 : at;
}

/* The name, and an instance id. */
static size_t judge_identity_document(const unsigned char *bytes, size_t left)
{
    const size_t name = strlen("\"instanceId\"");
    size_t at = name + separators(bytes + name, left - name);
    return at > name && left - at > 2 && memcmp(bytes + at, "i-", 2) == 0 ? at : 0;
}

#define LEFT (TRACE_WHERE_LEFT & ~TRACE_IN_COMPRESSED)
/* Where an id is not as well that of another machine. */
#define OWN                                                                                        \
    (TRACE_IN_SETTINGS | TRACE_IN_ETC | TRACE_IN_CLOUD_INIT | TRACE_IN_JOURNAL | TRACE_IN_LOG |    \
        TRACE_IN_RUN)

#define TEXT(kind_, where_, text_)                                                                 \
    {                                                                                              \
        .kind = (kind_), .where = (where_), .text = (text_)                                        \
    }
#define RUN(kind_, text_, set, length)                                                             \
    {                                                                                              \
        .kind = (kind_), .where = LEFT, .text = (text_), .run = (set), .run_length = (length),     \
        .not_before = WORD                                                                         \
    }
#define NAMED(kind_, text_, judge_)                                                                \
    {                                                                                              \
        .kind = (kind_), .where = LEFT, .text = (text_), .any_case = true, .judge = (judge_)       \
    }

/* Access keys: "AKIA" (of a user) or "ASIA" (of a role) and 16 more, as IAM's guide to identifiers
 * has them.
 *
 * IMDS tokens: AWS documents no shape. Those seen are base64url of 40 bytes of which the first
 * three are the same: 56 characters, "AQAE…==". Whatever its shape, what stands behind the name of
 * the header is one; curl -v and debug logs show it so.
 *
 * Instance ids: in a home they are as well those of other machines, so there only our own counts.
 *
 * Tokens of services: their documentation has the prefixes.
 *
 * Journals: systemd compresses fields from 512 bytes on (Compress= in journald.conf(5)), each by
 * itself. What is shorter stands there as it is and is found. A long field with zstd or xz begins
 * with their magic number, so that there is one is seen, what it says is not: it is a finding. With
 * lz4 (systemd before 246) there is no such number; but lz4 leaves bytes that were not there before
 * as they are, so most of a value is found. journal.c reads what libsystemd can read. */
const struct scan_pattern seal_shapes[] = {
    { TRACE_ACCESS_KEY, LEFT, "AKIA", UPPER, 16, NULL, UPPER, UPPER, false, false,
        judge_access_key },
    { TRACE_ACCESS_KEY, LEFT, "ASIA", UPPER, 16, NULL, UPPER, UPPER, false, false,
        judge_access_key },
    { TRACE_TOKEN, LEFT, "AQAE", BASE64, 50, "==", BASE64, ALNUM "=_-", false, false, NULL },
    { TRACE_TOKEN, LEFT, "aws-ec2-metadata-token: ", BASE64, 20, NULL, NULL, NULL, true, false,
        NULL },
    { TRACE_TOKEN, LEFT, "aws-ec2-metadata-token:", BASE64, 20, NULL, NULL, NULL, true, false,
        NULL },
    { TRACE_INSTANCE, OWN, "i-", "0-9a-f", 17, NULL, ALNUM, ALNUM, false, false, NULL },
    { TRACE_INSTANCE, OWN, "i-", "0-9a-f", 8, NULL, ALNUM, ALNUM, false, false, NULL },
    { .kind = TRACE_HOST_NAME,
        .where = OWN & ~TRACE_IN_SETTINGS,
        .text = "ip-",
        .run = "0-9",
        .run_length = 1,
        .not_before = WORD "-",
        .judge = judge_host_name },
    { .kind = TRACE_IDENTITY_DOCUMENT,
        .where = LEFT,
        .text = "\"instanceId\"",
        .judge = judge_identity_document },

    { .kind = TRACE_LOGIN,
        .where = LEFT & ~TRACE_IN_SETTINGS,
        .text = "://",
        .judge = judge_login },
    NAMED(TRACE_PROXY_LOGIN, "proxy_password", judge_proxy_password),
    NAMED(TRACE_PROXY_LOGIN, "proxy-password", judge_proxy_password),
    NAMED(TRACE_PROXY_LOGIN, "proxypassword", judge_proxy_password),
    NAMED(TRACE_PROXY_LOGIN, "--proxy-password ", judge_proxy_option),
    NAMED(TRACE_PROXY_LOGIN, "proxy-user", judge_proxy_user),
    { .kind = TRACE_PROXY_LOGIN,
        .where = LEFT,
        .text = "proxy-authorization: basic ",
        .run = ALNUM "+/=",
        .run_length = 8,
        .any_case = true },
    NAMED(TRACE_SECRET_KEY, "aws_secret_access_key", judge_secret_key),
    NAMED(TRACE_SECRET_KEY, "secretaccesskey", judge_secret_key),
    NAMED(TRACE_SESSION_TOKEN, "aws_session_token", judge_session_token),
    NAMED(TRACE_SESSION_TOKEN, "aws_security_token", judge_session_token),
    NAMED(TRACE_SESSION_TOKEN, "sessiontoken", judge_session_token),
    RUN(TRACE_SESSION_TOKEN, "IQoJb3JpZ2lu", ALNUM "/+%=", 80),
    RUN(TRACE_SESSION_TOKEN, "FwoGZXIvYXdz", ALNUM "/+%=", 80),

    RUN(TRACE_API_TOKEN, "ghp_", ALNUM, 36),
    RUN(TRACE_API_TOKEN, "gho_", ALNUM, 36),
    RUN(TRACE_API_TOKEN, "ghu_", ALNUM, 36),
    RUN(TRACE_API_TOKEN, "ghs_", ALNUM, 36),
    RUN(TRACE_API_TOKEN, "ghr_", ALNUM, 36),
    RUN(TRACE_API_TOKEN, "github_pat_", WORD, 50),
    RUN(TRACE_API_TOKEN, "glpat-", BASE64, 20),
    RUN(TRACE_API_TOKEN, "glrt-", BASE64, 20),
    RUN(TRACE_API_TOKEN, "npm_", ALNUM, 36),
    RUN(TRACE_API_TOKEN, "pypi-AgE", BASE64, 50),
    RUN(TRACE_API_TOKEN, "dckr_pat_", BASE64, 27),
    RUN(TRACE_API_TOKEN, "dop_v1_", "0-9a-f", 64),
    RUN(TRACE_API_TOKEN, "hvs.", BASE64, 24),
    RUN(TRACE_API_TOKEN, "xoxb-", ALNUM "-", 30),
    RUN(TRACE_API_TOKEN, "xoxp-", ALNUM "-", 30),
    RUN(TRACE_API_TOKEN, "sk_live_", ALNUM, 24),
    RUN(TRACE_API_TOKEN, "AIza", BASE64, 35),
    RUN(TRACE_API_TOKEN, "sk-ant-", BASE64, 30),
    RUN(TRACE_API_TOKEN, "sk-proj-", BASE64, 30),
    RUN(TRACE_API_TOKEN, "hf_", ALNUM, 34),
    RUN(TRACE_API_TOKEN, "eyJhbGciOi", BASE64 ".", 40), /* a JSON Web Token */

    { .kind = TRACE_PRIVATE_KEY, .where = LEFT, .text = "-----BEGIN ", .judge = judge_private_key },
    TEXT(TRACE_PRIVATE_KEY, LEFT, "-----BEGIN PGP PRIVATE KEY BLOCK-----"),
    TEXT(TRACE_PRIVATE_KEY, LEFT, "PuTTY-User-Key-File-"),
    RUN(TRACE_PRIVATE_KEY, "AGE-SECRET-KEY-1", UPPER, 50),
    /* Packer names a key that it makes for a build so. */
    TEXT(TRACE_AUTHORIZED_KEY, TRACE_IN_KEYS, " packer"),
    TEXT(TRACE_AUTHORIZED_KEY, TRACE_IN_KEYS, " Packer"),

    TEXT(TRACE_COMPRESSED, TRACE_IN_JOURNAL, "\x28\xb5\x2f\xfd"),
    TEXT(TRACE_COMPRESSED, TRACE_IN_JOURNAL,
        "\xfd"
        "7zXZ"),

    TEXT(TRACE_AUTHORIZED_KEY, TRACE_IN_KEYS, "ssh-rsa AAAA"),
    TEXT(TRACE_AUTHORIZED_KEY, TRACE_IN_KEYS, "ssh-dss AAAA"),
    TEXT(TRACE_AUTHORIZED_KEY, TRACE_IN_KEYS, "ssh-ed25519 AAAA"),
    TEXT(TRACE_AUTHORIZED_KEY, TRACE_IN_KEYS, "ssh-ed25519-cert"),
    TEXT(TRACE_AUTHORIZED_KEY, TRACE_IN_KEYS, "ssh-rsa-cert"),
    TEXT(TRACE_AUTHORIZED_KEY, TRACE_IN_KEYS, "ecdsa-sha2-"),
    TEXT(TRACE_AUTHORIZED_KEY, TRACE_IN_KEYS, "sk-ssh-ed25519"),
    TEXT(TRACE_AUTHORIZED_KEY, TRACE_IN_KEYS, "sk-ecdsa-sha2"),
};

const size_t seal_shapes_count = ELEMENTSOF(seal_shapes);
const size_t seal_shapes_of_keys = 8;
