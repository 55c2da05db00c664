/* SPDX-License-Identifier: MIT */
/* Both tables are of encoders: a row says which characters it is for and what they become. Within
 * a text each character may be written in another way, as each program encodes others; so nobody
 * has to know which program it was. */

#include "seal/spelling.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/utf8.h"

/* What a row repeats: its text for each byte, each unit of UTF-16, or once; or once where the
 * character is a byte in Latin-1. */
enum per { PER_BYTE, PER_UNIT, PER_POINT, PER_LATIN1 };

/* In the text '#' and a letter stand for: c the byte, X and x two hexadecimal digits in upper or
 * lower case, W and w four, l eight, H and h as many as there are, d decimal digits, o three octal
 * ones; "##" for '#'. */
struct encoder {
    const char *of; /* these characters; NULL: any; PUNCTUATION: what is no letter and no digit */
    enum per per;
    const char *text;
};

static const char PUNCTUATION[] = "punctuation";

static const struct encoder encoders[] = {
    { NULL, PER_BYTE, "#c" },
    /* Percent-encoding: once, twice, three times; of JavaScript's escape(). */
    { NULL, PER_BYTE, "%#X" },
    { NULL, PER_BYTE, "%#x" },
    { NULL, PER_BYTE, "%25#X" },
    { NULL, PER_BYTE, "%25#x" },
    { NULL, PER_BYTE, "%2525#X" },
    { NULL, PER_BYTE, "%2525#x" },
    { NULL, PER_UNIT, "%u#W" },
    { NULL, PER_UNIT, "%u#w" },
    { " ", PER_BYTE, "+" },
    /* Unit files: '%' is doubled, also that of percent-encoding. */
    { "%", PER_BYTE, "%%" },
    { "%", PER_BYTE, "%%%%" },
    { NULL, PER_BYTE, "%%#X" },
    { NULL, PER_BYTE, "%%#x" },
    /* JSON, YAML, C, Python, systemd's names; and JSON in JSON. */
    { NULL, PER_UNIT, "\\u#W" },
    { NULL, PER_UNIT, "\\u#w" },
    { NULL, PER_UNIT, "\\\\u#W" },
    { NULL, PER_UNIT, "\\\\u#w" },
    { NULL, PER_POINT, "\\U#l" },
    { NULL, PER_POINT, "\\u{#h}" },
    { NULL, PER_BYTE, "\\x#X" },
    { NULL, PER_BYTE, "\\x#x" },
    { NULL, PER_BYTE, "\\\\x#X" },
    { NULL, PER_BYTE, "\\\\x#x" },
    { NULL, PER_BYTE, "\\#o" },
    { NULL, PER_BYTE, "\\0#o" },
    /* A backslash: shells, JSON, regular expressions; in one, two or three others. */
    { PUNCTUATION, PER_BYTE, "\\#c" },
    { PUNCTUATION, PER_BYTE, "\\\\#c" },
    { PUNCTUATION, PER_BYTE, "\\\\\\#c" },
    { PUNCTUATION, PER_BYTE, "\\\\\\\\\\\\\\#c" },
    { "\\", PER_BYTE, "\\\\\\\\" },
    /* LDAP. */
    { PUNCTUATION, PER_BYTE, "\\#X" },
    { PUNCTUATION, PER_BYTE, "\\#x" },
    /* XML and HTML, also in one another. */
    { NULL, PER_POINT, "&###d;" },
    { NULL, PER_POINT, "&##x#h;" },
    { NULL, PER_POINT, "&##x#H;" },
    { NULL, PER_POINT, "&##X#H;" },
    { NULL, PER_POINT, "&amp;###d;" },
    { NULL, PER_POINT, "&amp;##x#h;" },
    { NULL, PER_POINT, "&amp;##x#H;" },
    { "&", PER_BYTE, "&amp;" },
    { "&", PER_BYTE, "&amp;amp;" },
    { "<", PER_BYTE, "&lt;" },
    { "<", PER_BYTE, "&amp;lt;" },
    { ">", PER_BYTE, "&gt;" },
    { ">", PER_BYTE, "&amp;gt;" },
    { "\"", PER_BYTE, "&quot;" },
    { "\"", PER_BYTE, "&amp;quot;" },
    { "'", PER_BYTE, "&apos;" },
    { "'", PER_BYTE, "&amp;apos;" },
    /* Quotes in quotes: of a shell, also in JSON; of YAML, SQL and CSV. */
    { "'", PER_BYTE, "'\\''" },
    { "'", PER_BYTE, "'\\\\''" },
    { "'", PER_BYTE, "'\"'\"'" },
    { "'", PER_BYTE, "'\\\"'\\\"'" },
    { "'", PER_BYTE, "''" },
    { "\"", PER_BYTE, "\"\"" },
    { "\"", PER_BYTE, "\"'\"'\"" },
    { "!", PER_BYTE, "'\\!'" },
    { "!", PER_BYTE, "\"'!'\"" },
    /* make, compose files, systemd's ExecStart=. */
    { "$", PER_BYTE, "$$" },
    /* Quoted-printable. */
    { NULL, PER_BYTE, "=#X" },
    /* Programs that know no UTF-8. */
    { NULL, PER_LATIN1, "#c" },
    { NULL, PER_LATIN1, "%#X" },
    { NULL, PER_LATIN1, "%#x" },
    { NULL, PER_LATIN1, "\\x#x" },
    { NULL, PER_LATIN1, "=#X" },
};

struct character character_of(const char *text)
{
    struct character character = { .length = 1, .point = (unsigned char) *text };
    size_t length = utf8_character_length(text, strnlen(text, sizeof(character.bytes)));
    if (length > 0) {
        character.length = length;
        character.point = utf8_code_point(text, length);
    }
    memcpy(character.bytes, text, character.length);
    return character;
}

static bool encoder_is_for(const struct encoder *encoder, const struct character *character)
{
    if (encoder->per == PER_LATIN1)
        return character->length == 2 && character->point < 0x100;
    if (!encoder->of)
        return true;
    if (character->length > 1)
        return false;
    unsigned char byte = character->bytes[0];
    return encoder->of == PUNCTUATION ? ispunct(byte) || byte == ' '
                                      : byte && strchr(encoder->of, byte);
}

static int append_directive(char directive, uint32_t value, struct buffer *ret)
{
    const char byte = (char) value;
    switch (directive) {
    case 'c':
        return buffer_append(ret, &byte, 1);
    case 'X':
        return buffer_printf(ret, "%02X", value);
    case 'x':
        return buffer_printf(ret, "%02x", value);
    case 'W':
        return buffer_printf(ret, "%04X", value);
    case 'w':
        return buffer_printf(ret, "%04x", value);
    case 'l':
        return buffer_printf(ret, "%08x", value);
    case 'H':
        return buffer_printf(ret, "%X", value);
    case 'h':
        return buffer_printf(ret, "%x", value);
    case 'd':
        return buffer_printf(ret, "%u", value);
    case 'o':
        return buffer_printf(ret, "%03o", value);
    default:
        return buffer_append_text(ret, "#");
    }
}

static int spelling_append(const char *text, uint32_t value, struct buffer *ret)
{
    int r = 0;
    for (; r == 0 && *text; text++)
        r = *text == '#' ? append_directive(*++text, value, ret) : buffer_append(ret, text, 1);
    return r;
}

static int append_encoded(
    const struct encoder *encoder, const struct character *character, struct buffer *ret)
{
    int r = 0;
    uint32_t point = character->point;
    switch (encoder->per) {
    case PER_BYTE:
        for (size_t i = 0; r == 0 && i < character->length; i++)
            r = spelling_append(encoder->text, character->bytes[i], ret);
        return r;
    case PER_UNIT:
        if (point < 0x10000)
            return spelling_append(encoder->text, point, ret);
        r = spelling_append(encoder->text, 0xd800 + ((point - 0x10000) >> 10), ret);
        return r < 0 ? r
                     : spelling_append(encoder->text, 0xdc00 + ((point - 0x10000) & 0x3ff), ret);
    case PER_POINT:
    case PER_LATIN1:
        return spelling_append(encoder->text, point, ret);
    }
    return r;
}

int spelling_each(const struct character *character, spelling_found found, void *data)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(encoders); i++) {
        _cleanup_buffer_ struct buffer way = { 0 };
        if (!encoder_is_for(&encoders[i], character))
            continue;
        r = append_encoded(&encoders[i], character, &way);
        if (r == 0)
            r = found(&way, data);
    }
    return r;
}

#define UNRESERVED "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

/* A whole text, as one program writes it: the characters that it encodes, or all but these. */
static const struct dialect {
    const char *encoded, *kept; /* one of them; neither: each */
    const char *text;           /* as of an encoder, for a byte */
} dialects[] = {
    { "", NULL, "" },                          /* as it is */
    { NULL, UNRESERVED, "%#X" },               /* RFC 3986, curl, Go's url.QueryEscape */
    { NULL, UNRESERVED, "%#x" },               /* the same in lower case */
    { NULL, UNRESERVED "!'()*", "%#X" },       /* encodeURIComponent() */
    { NULL, UNRESERVED "/", "%#X" },           /* Python's quote() */
    { NULL, UNRESERVED "!$&'()*+,;=", "%#X" }, /* Go's url.UserPassword() */
    { "@/", NULL, "%#X" },                     /* by hand */
    { "@:/", NULL, "%#X" }, { "@", NULL, "%#X" }, { NULL, NULL, "%#X" }, { NULL, NULL, "%#x" },
    { NULL, UNRESERVED, "%25#X" }, { NULL, UNRESERVED, "%%#X" }, /* in a unit file */
    { "%", NULL, "%%" }, { "\"\\", NULL, "\\#c" },               /* JSON */
    { "\"\\/", NULL, "\\#c" },                                   /* PHP's */
};

static bool dialect_encodes(const struct dialect *dialect, char byte)
{
    if (dialect->encoded)
        return strchr(dialect->encoded, byte) != NULL;
    return !dialect->kept || !strchr(dialect->kept, byte);
}

int spelling_add_dialects(const char *text, struct strings *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(dialects); i++) {
        _cleanup_buffer_ struct buffer written = { 0 };
        for (const char *p = text; r == 0 && *p; p++)
            r = dialect_encodes(&dialects[i], *p)
                    ? spelling_append(dialects[i].text, (unsigned char) *p, &written)
                    : buffer_append(&written, p, 1);
        if (r == 0 && written.size > 0)
            r = strings_add_unique(ret, written.data);
    }
    return r;
}
