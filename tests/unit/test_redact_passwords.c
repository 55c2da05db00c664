/* SPDX-License-Identifier: MIT */
/* No password is shown, of many that are made up, wherever it stands. */

#include "check.h"
#include "lib/redact.h"
#include "lib/url.h"

/* What is looked for is a part of the password that is nothing else. */
enum { PIECES_MAX = 4, PIECE_LENGTH = 4, PASSWORDS = 2000 };

struct password {
    char text[256];
    char pieces[PIECES_MAX][PIECE_LENGTH + 1];
    size_t count;
};

static const char *const between[] = { " ", "  ", "//", "://", "http://", "https://", "@", ":", "=",
    "#", "%", "'", "\"", "\\", "?", "/", ",", ";", "&", "$", "`", "\t", "\x01", "\x7f", "\xc3\xa4",
    "\xff", "[", "]", "{", "(", "*", "!", "-", "+", "--",
    "x=", "a:", "pass=", "token:", "proxy=", "http_proxy=", "Basic ", "%40", "%3A", "%2540", "|",
    "<", ">", "~", "^", "." };

static void append_piece(struct password *password, const char *piece)
{
    size_t used = strlen(password->text);
    (void) snprintf(password->text + used, sizeof(password->text) - used, "%s", piece);
}

static void make_password(uint64_t *seed, struct password *ret)
{
    static const char letters[] = "QZXJKVWY";
    *ret = (struct password){ .count = 1 + check_random(seed, PIECES_MAX) };
    for (size_t i = 0; i <= ret->count; i++) {
        bool is_end = i == 0 || i == ret->count;
        if (!is_end || check_random(seed, 2))
            append_piece(ret, between[check_random(seed, ELEMENTSOF(between))]);
        for (size_t j = 0; i < ret->count && j < PIECE_LENGTH; j++)
            ret->pieces[i][j] = letters[check_random(seed, strlen(letters))];
        if (i < ret->count)
            append_piece(ret, ret->pieces[i]);
    }
}

static size_t count_shown(
    const char *what, const char *text, const struct buffer *shown, const struct password *password)
{
    for (size_t i = 0; i < password->count; i++) {
        if (!memmem(shown->data, shown->size, password->pieces[i], PIECE_LENGTH))
            continue;
        check_show(what, text, strlen(text));
        check_show("is shown as", shown->data, shown->size);
        return 1;
    }
    return 0;
}

enum { FILLED_MAX = 1024 };

/* Puts the password where a template has PW, as it is or percent-encoded. */
static void fill(
    const char *template, const struct password *password, bool encode, char ret[static FILLED_MAX])
{
    const char *place = strstr(template, "PW");
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = buffer_append(&text, template, (size_t) (place - template));
    if (r == 0)
        r = encode ? url_append_escaped(&text, password->text)
                   : buffer_append_text(&text, password->text);
    check_number("memory", r < 0 ? r : buffer_append_text(&text, place + strlen("PW")), 0);
    check_that("it fits", text.size < FILLED_MAX);
    memcpy(ret, text.data, text.size + 1);
}

static void test_any_password(void **state)
{
    (void) state;
    static const char *const values_with[] = { "http://svc:PW@proxy:3128", "https://svc:PW@proxy/",
        "svc:PW@proxy", "http://:PW@proxy", "http://PW@proxy", "PW@proxy",
        "http://svc%3APW@proxy:1", "http://svc:PW@proxy:99999999", "http://svc:PW@",
        "http://svc:PW@proxy:1/x", "http://svc:PW%40proxy:3128", "HTTP://svc:PW@[::1]:3128",
        "http:\\/\\/svc:PW\\u0040proxy", "http%3A%2F%2Fsvc%3APW%40proxy", "http://svc:a@PW/word",
        "http://svc:a@PW?word", "http://svc:a@PW:word", "\"http://svc:PW@proxy\"",
        "socks5://svc:PW@proxy:1080", "http://me@corp:PW@proxy:3128" };
    static const char *const values_without[] = { "http://svc:PW", "svc:PW", "http://svc: PW",
        "http://svc%3APW", "[svc:PW" };
    static const char *const lines[] = { "http_proxy=http://svc:PW@proxy:3128",
        "+HTTPS_PROXY=svc:PW@proxy", "export http_proxy='http://svc:PW@proxy'",
        "Acquire::http::Proxy \"http://svc:PW@proxy\";", "-proxy = http://svc:PW@proxy:3128",
        "proxy_password = PW", "-Environment=\"http_proxy=http://svc:PW@p\"",
        " \"httpProxy\": \"http://svc:PW@proxy\",", "  :proxy_uri: http://svc:PW@proxy",
        "a=http://svc:PW@p b=http://svc:PW@p", "x=svc:PW@proxy y=http://u:p@proxy",
        "{\"proxies\":{\"default\":{\"httpProxy\":\"http://svc:PW@proxy\"}}}",
        "# old: http://svc:PW@proxy", "\"httpProxy\": \"http:\\/\\/svc:PW\\u0040proxy\"",
        "http_proxy=http%3A//svc%3APW%40proxy", "\"auth\": \"PW\"",
        "ExecStart=/usr/bin/x --proxy http://svc:PW@proxy", "svc:PW@proxy" };
    /* In a line a URL ends at a blank or a quote, which are encoded in a password. */
    static const char *const encoded_lines[] = { "http_proxy=http://svc:a@PW/word",
        "http_proxy=http://svc:a@PW?word x", "\"http:\\/\\/svc:a\\u0040PW\\/word\"" };
    size_t leaks = 0;
    uint64_t seed = 1;
    for (size_t n = 0; n < PASSWORDS && leaks < 10; n++) {
        struct password password;
        make_password(&seed, &password);
        bool has_at = strchr(password.text, '@') || strstr(password.text, "40");
        const struct {
            const char *const *templates;
            size_t count;
            bool is_value, is_encoded;
        } kinds[] = {
            { values_with, ELEMENTSOF(values_with), true, false },
            { values_without, has_at ? 0 : ELEMENTSOF(values_without), true, false },
            { lines, ELEMENTSOF(lines), false, false },
            { encoded_lines, ELEMENTSOF(encoded_lines), false, true },
        };
        for (size_t k = 0; k < ELEMENTSOF(kinds); k++)
            for (size_t i = 0; i < 2 * kinds[k].count; i++) {
                char text[FILLED_MAX];
                _cleanup_buffer_ struct buffer shown = { 0 }, whole = { 0 };
                fill(kinds[k].templates[i / 2], &password, i % 2 == 1 || kinds[k].is_encoded, text);
                check_number("memory", buffer_append_text(&whole, text), 0);
                check_number("memory",
                    kinds[k].is_value ? redact_value(text, &shown) : redact_text(&whole, &shown),
                    0);
                leaks += count_shown(kinds[k].templates[i / 2], text, &shown, &password);
            }
    }
    check_number("passwords that are shown", (long long) leaks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_any_password) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
