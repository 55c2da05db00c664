/* SPDX-License-Identifier: MIT */
/* No secret survives, wherever it stands. A marked password is put into what the input makes of a
 * value, a line, a list, a setting or an argument; it may not come out again, as it is or
 * percent-encoded. The first digit says which; the input is what stands in front, between and
 * behind, a line each. */

#include <string.h>

#include "cli/process.h"
#include "fuzz.h"
#include "lib/array.h"
#include "lib/redact.h"
#include "proxy/no_proxy_entries.h"
#include "proxy/proxy_url.h"
#include "settings/keys.h"

#define MARK    "S3cretQx"
#define ENCODED "%53%33%63%72%65%74%51%78"

static bool has_mark(const char *text)
{
    return strstr(text, MARK) || strstr(text, ENCODED);
}

static void check_text(const char *text)
{
    FUZZ_CHECK(!has_mark(text));
}

static void check_buffer(const struct buffer *text)
{
    check_text(text->data ? text->data : "");
}

static void check_error(const struct error *err)
{
    check_text(err->text);
}

/* Around the secret. */
struct frame {
    const char *front, *between, *end, *secret;
};

static struct buffer join(
    const char *a, const char *b, const char *c, const char *d, const char *e, const char *f)
{
    const char *const parts[] = { a, b, c, d, e, f };
    struct buffer text = fuzz_buffer("");
    for (size_t i = 0; i < ELEMENTSOF(parts); i++)
        FUZZ_CHECK(buffer_append_text(&text, parts[i]) == 0);
    return text;
}

/* One of the texts, as the end of the frame chooses. */
static const char *choose(const struct frame *frame, const char *const texts[], size_t count)
{
    struct fuzz_input input = { frame->end, strlen(frame->end) };
    return texts[fuzz_choice(&input, count)];
}

static const char *choose_at(const struct frame *frame)
{
    static const char *const forms[] = { "@", "%40", "%2540", "\\u0040", "\\\\u0040", "\\x40",
        "\\100", "&#64;", "&#x40;", "%u0040" };
    return choose(frame, forms, ELEMENTSOF(forms));
}

static const char *choose_scheme(const struct frame *frame)
{
    static const char *const forms[] = { "http://user:", "http:\\/\\/user:", "http://user%3A",
        "http%3A%2F%2Fuser%3a", "http\\u003a\\u002f\\u002Fuser\\u003a" };
    return choose(frame, forms, ELEMENTSOF(forms));
}

/* A login, of which all up to the last '@' is hidden. */
static struct buffer with_login(const struct frame *frame)
{
    return join(frame->front, ":", frame->secret, frame->between, choose_at(frame), frame->end);
}

static void try_value(const struct frame *frame)
{
    _cleanup_buffer_ struct buffer value = with_login(frame), shown = { 0 };
    char text[REDACTED_MAX];
    FUZZ_CHECK(redact_value(value.data, &shown) == 0);
    check_buffer(&shown);
    check_text(redact_to(value.data, text));
}

/* What is no port behind a host. */
static void try_port(const struct frame *frame)
{
    _cleanup_buffer_ struct buffer value = join(
                                       frame->front, ":", frame->secret, frame->between, "", ""),
                                   shown = { 0 };
    FUZZ_CHECK(redact_value(value.data, &shown) == 0);
    check_buffer(&shown);
}

static void try_line(const struct frame *frame)
{
    _cleanup_buffer_ struct buffer line = join(frame->front, choose_scheme(frame), frame->secret,
                                       frame->between, choose_at(frame), frame->end),
                                   shown = { 0 };
    FUZZ_CHECK(redact_text(&line, &shown) == 0);
    check_buffer(&shown);
}

/* The rest of a password, behind an '@' of its own and in front of a slash or the like. */
static void try_rest(const struct frame *frame)
{
    static const char *const signs[] = { "/x", "?", "#", "!", ":x", "%2Fx", "\\/x", "$", "~", "^" };
    _cleanup_buffer_ struct buffer rest =
                                       join(frame->secret, choose(frame, signs, ELEMENTSOF(signs)),
                                           frame->end, "", "", ""),
                                   line = join(frame->front, choose_scheme(frame), frame->between,
                                       choose_at(frame), rest.data, ""),
                                   shown = { 0 }, value = { 0 };
    FUZZ_CHECK(redact_text(&line, &shown) == 0 && redact_value(line.data, &value) == 0);
    check_buffer(&shown);
    check_buffer(&value);
}

static void try_key(const struct frame *frame)
{
    static const char *const keys[] = { "password=", "proxy_password: ", "\"secret\": \"",
        "token = ", "proxy-pwd=", "'passwd': '", "Authorization: Basic " };
    struct fuzz_input input = { frame->end, strlen(frame->end) };
    _cleanup_buffer_ struct buffer line = join(frame->front,
                                       keys[fuzz_choice(&input, ELEMENTSOF(keys))], frame->secret,
                                       frame->between, "", ""),
                                   shown = { 0 };
    FUZZ_CHECK(redact_text(&line, &shown) == 0);
    check_buffer(&shown);
}

static void try_url(const struct frame *frame)
{
    _cleanup_buffer_ struct buffer value = with_login(frame);
    _cleanup_proxy_url_ struct proxy_url url = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    struct error err = { 0 };
    if (proxy_url_parse(value.data, &url, &err) < 0)
        check_error(&err);
    else if (proxy_url_warn(&url, &warnings) == 0)
        for (size_t i = 0; i < warnings.count && !strstr(url.host, MARK); i++)
            check_text(warnings.items[i]);
}

static void try_list(const struct frame *frame)
{
    _cleanup_buffer_ struct buffer list =
        join(frame->front, "http://user:", frame->secret, frame->between, "@", frame->end);
    _cleanup_no_proxy_entries_ struct no_proxy_entries entries = { 0 };
    _cleanup_few_ struct few refused = { 0 };
    struct error err = { 0 };
    if (no_proxy_entries_parse(list.data, "F:1", &entries, &refused, &err) < 0)
        check_error(&err);
    for (size_t i = 0; i < refused.texts.count; i++)
        check_text(refused.texts.items[i]);
}

/* A password where another kind of value is meant. */
static void try_setting(const struct frame *frame)
{
    static const char *const keys[] = { "proxy.http", "proxy.https", "imds.endpoint" };
    struct fuzz_input input = { frame->end, strlen(frame->end) };
    const char *key = keys[fuzz_choice(&input, ELEMENTSOF(keys))];
    _cleanup_buffer_ struct buffer value = with_login(frame);
    _cleanup_settings_ struct settings settings = settings_default();
    struct error err = { 0 };
    if (key_set_text(key_find(key), value.data, "F:1", &settings, &err) < 0)
        check_error(&err);
    if (*frame->front != '/' && *frame->front) {
        _cleanup_buffer_ struct buffer path =
            join(frame->front, frame->secret, frame->between, "", "", "");
        struct error other = { 0 };
        FUZZ_CHECK(
            key_set_text(key_find("proxy.password_file"), path.data, "F:1", &settings, &other) < 0);
        check_error(&other);
    }
}

static void try_argument(const struct frame *frame)
{
    static const char *const options[] = { "--http-proxy=", "", "--endpoint=" };
    struct fuzz_input input = { frame->end, strlen(frame->end) };
    _cleanup_buffer_ struct buffer value = with_login(frame);
    _cleanup_buffer_ struct buffer argument =
        join(options[fuzz_choice(&input, ELEMENTSOF(options))], value.data, "", "", "", "");
    _cleanup_strings_ struct strings copies = { 0 };
    char *argv[] = { argument.data, NULL };
    FUZZ_CHECK(process_take_arguments(1, argv, &copies) == 0);
    check_text(argument.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(const struct frame *frame) = { try_value, try_port, try_line,
        try_key, try_url, try_list, try_setting, try_argument, try_rest };
    struct fuzz_input input = fuzz_input_of(data, size);
    size_t which = fuzz_choice(&input, ELEMENTSOF(tries));
    bool encoded = fuzz_choice(&input, 2) == 1;
    _cleanup_mem_ char *front = fuzz_line(&input), *between = fuzz_line(&input),
                       *end = fuzz_line(&input);
    const struct frame frame = { front, between, end, encoded ? ENCODED : MARK };
    if (!has_mark(front) && !has_mark(between) && !has_mark(end))
        tries[which](&frame);
    return 0;
}
