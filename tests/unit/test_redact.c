/* agent/lib/redact.c: what can be a password comes out of no line and no value. */

#include "lib/redact.h"

#include "check.h"
#include "lib/url.h"

static void show(const char *bytes, size_t size, struct buffer *shown)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    check_number(bytes, buffer_append(&text, bytes, size), 0);
    check_number(bytes, redact_text(&text, shown), 0);
}

static const struct {
    const char *text, *expected;
} text_rows[] = {
    { "", "" },
    { "\n", "\n" },
    { "nothing to hide\n", "nothing to hide\n" },
    { "http://svc:pw@proxy:3128", "http://***@proxy:3128" },
    { "http://svc@proxy:3128", "http://***@proxy:3128" },
    { "http://proxy:3128\n", "http://proxy:3128\n" },
    { "+http_proxy=http://svc:pw@proxy:3128\n", "+http_proxy=http://***@proxy:3128\n" },
    { "+http_proxy=svc:pw@proxy:3128\n", "+http_proxy=***@proxy:3128\n" },
    { "a=http://u:x@h b=http://v:y@h", "a=http://***@h" },
    { "http://svc:p@w@proxy", "http://***@proxy" },
    { "http://:pw@proxy", "http://***@proxy" },
    { "http://svc:@proxy", "http://***@proxy" },
    { "mail me@corp.example", "***@corp.example" },
    /* the key stays in sight */
    { "+Acquire::http::Proxy \"http://svc:pw@proxy:3128\";",
        "+Acquire::http::Proxy \"http://***@proxy:3128\";" },
    { "+:proxy_uri: http://svc:pw@proxy:3128", "+:proxy_uri: http://***@proxy:3128" },
    { "\"proxies\":{\"http-proxy\": \"http://svc:pw@proxy\"}",
        "\"proxies\":{\"http-proxy\": \"http://***@proxy\"}" },
    { "http://svc:pw@proxy", "http://***@proxy" },
    /* other secrets */
    { "-proxy_password=  pw", "-proxy_password=***" },
    { "Password : pw", "Password :***" },
    { "\"password\": \"pw\", \"a\": 1", "\"password\":***" },
    { "AWS_SECRET_ACCESS_KEY=x", "AWS_SECRET_ACCESS_KEY=***" },
    { "token=x", "token=***" },
    { "ECS_ENGINE_AUTH_DATA={\"x\":{\"auth\":\"x\"}}", "ECS_ENGINE_AUTH_DATA=***" },
    { "MYSQL_PWD=pw", "MYSQL_PWD=***" },
    { "API_KEY=x", "API_KEY=***" },
    { "apiKey: x", "apiKey:***" },
    { "shared_credential_profile = \"x\"", "shared_credential_profile =***" },
    { "keyserver=hkp://keys.example", "keyserver=***" }, /* rather too much */
    { "gpgkey=https://x.example/RPM-GPG-KEY", "gpgkey=https://x.example/RPM-GPG-KEY" },
    { "gpgkey=http://svc:pw@x.example/", "gpgkey=http://***@x.example/" },
    { "gpgkeypass=pw", "gpgkeypass=***" },
    { "gpgkey", "gpgkey" },
    { "a passenger and a secret", "a passenger and a secret" },
    { "Defaults env_keep += \"http_proxy\"", "Defaults env_keep += \"http_proxy\"" },
    { "proxy_password: |\n  pw\nnext", "proxy_password:***\n  ***\nnext" },
    { "+\"password\":\n+  \"pw\",\nnext", "+\"password\":\n+  \"***\nnext" },
    { "[main]\nproxy_password =\n# of the proxy\n\n  pw\n  pw\nnext=1",
        "[main]\nproxy_password =\n***\n\n  ***\n  ***\nnext=1" },
    { "Acquire::http::Proxy-Password \"pw\";", "Acquire::http::Proxy-Password \"***" },
    { "Proxy-Authorization: Basic c3ZjOnB3", "Proxy-Authorization:***" },
    { "-H 'Basic c3ZjOnB3'", "-H 'Basic ***" },
    { "Basic", "Basic" },
    /* more than one login, and what else there is around them */
    { "x=u:p@h y=http://v:q@h", "x=***@h" },
    { "http_proxy=http://http://pw@h", "http_proxy=http://***@h" },
    { "http_proxy=http://svc: pw@h", "http_proxy=http://***@h" },
    { "http_proxy=http://svc%3Apw@h", "http_proxy=http://***@h" },
    { "http_proxy=http://svc:pw%40h:1", "http_proxy=http://***%40h:1" },
    { "http_proxy=http://svc:pw%252540h:1", "http_proxy=http://***%252540h:1" },
    { "http_proxy=\"http://svc:pw", "http_proxy=\"http://***" },
    /* as formats escape what is special in a URL */
    { "\"http-proxy\": \"http:\\/\\/svc:pw\\u0040h:1\",",
        "\"http-proxy\": \"http:\\/\\/***\\u0040h:1\"," },
    { "\"http\": \"http\\u003A\\u002F\\u002fsvc\\u003apw\\u0040h\"",
        "\"http\": \"http\\u003A\\u002F\\u002f***\\u0040h\"" },
    { "\\\"http:\\\\\\/\\\\\\/svc:pw\\\\u0040h\\\"", "***\\\\u0040h\\\"" },
    { "\"http:\\/\\/svc:pw", "\"http:\\/\\/***" },
    { "http_proxy=http%3A%2F%2Fsvc%3Apw%40h", "http_proxy=http%3A%2F%2F***%40h" },
    { "http_proxy=http://svc%3Apw", "http_proxy=http://***" },
    { "http_proxy=http%3a//svc%3Apw", "http_proxy=http%3a//***" },
    { "a=$'http://svc:pw\\x40h' b", "a=***\\x40h' b" },
    { "a='http://svc:pw\\100h'", "a='http://***\\100h'" },
    { "<url>http://svc:pw&#64;h</url>", "***&#64;***" },
    { "http://svc:pw&#x40;h", "http://***&#x40;h" },
    { "http://svc:pw%u0040h", "http://***%u0040h" },
    /* what stands behind an '@' can be the rest of the password */
    { "http_proxy=http://svc:p@ss/word@h:1", "http_proxy=http://***@h:1" },
    { "http_proxy=http://svc:p@ss/word", "http_proxy=http://***@***" },
    { "http_proxy=http://svc:p@ss?word x", "http_proxy=http://***@***" },
    { "http_proxy=http://svc:p@ss#word", "http_proxy=http://***@***" },
    { "http_proxy=http://svc:p@ss:word", "http_proxy=http://***@***" },
    { "http_proxy=http://svc:p@ss%2Fword", "http_proxy=http://***@***" },
    { "\"http:\\/\\/svc:p\\u0040ss\\/word\"", "\"http:\\/\\/***\\u0040***" },
    { "\"http:\\/\\/svc:pw\\u0040h:1\\/\"", "\"http:\\/\\/***\\u0040h:1\\/\"" },
    { "http://svc:pw@[::1]:3128/; x", "http://***@[::1]:3128/; x" },
    { "http://svc:pw@${PROXY}:1 x", "http://***@${PROXY}:1 x" },
    { "http_proxy=http://proxy:3128 # http://svc:1pw",
        "http_proxy=http://proxy:3128 # http://***" },
    { "http_proxy=http://proxy:3128/ x", "http_proxy=http://proxy:3128/ x" },
    { "http_proxy=http://[::1]:3128", "http_proxy=http://[::1]:3128" },
    { "  Environment=\"http_proxy=http://svc:pw@h\" \"no_proxy=a\"",
        "  Environment=\"http_proxy=http://***@h\" \"no_proxy=a\"" },
    { "{\"proxies\":{\"default\":{\"httpProxy\":\"http://svc:pw@h\"}}}",
        "{\"proxies\":{\"default\":{\"httpProxy\":\"http://***@h\"}}}" },
    { "ExecStart=/usr/bin/dockerd --http-proxy=http://svc:pw@h", "ExecStart=***@h" },
    { "one\nA=http://a:x@h\nB=http://b:y@h\nend", "one\nA=http://***@h\nB=http://***@h\nend" },
};

static void test_text(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(text_rows); i++) {
        _cleanup_buffer_ struct buffer shown = { 0 };
        show(text_rows[i].text, strlen(text_rows[i].text), &shown);
        check_text(text_rows[i].text, shown.data ? shown.data : "", text_rows[i].expected);
    }
    _cleanup_buffer_ struct buffer shown = { 0 };
    show("a\0http://u:pw@h\0", 17, &shown);
    check_bytes("a NUL", shown.data, shown.size, "***@***", 7);
}

static void test_diff(void **state)
{
    (void) state;
    static const char diff[] =
        "--- /mnt/a:b@c/etc/x\n+++ /mnt/a:b@c/etc/x\n@@ -1,2 +1,2 @@\n a:b@c\n"
        "-http_proxy=http://u:p@h\n+@@ a:b@@\n\\ No newline at end of file\n";
    _cleanup_buffer_ struct buffer text = { 0 }, shown = { 0 };
    check_number("memory", buffer_append_text(&text, diff), 0);
    check_number("memory", redact_diff(&text, &shown), 0);
    check_text("diff", shown.data,
        "--- /mnt/a:b@c/etc/x\n+++ /mnt/a:b@c/etc/x\n@@ -1,2 +1,2 @@\n a:***@c\n"
        "-http_proxy=http://***@h\n+***@\n\\ No newline at end of file\n");
}

/* The diff of a file that others wrote: a login anywhere in a line. */
static void test_text_hides_rather_too_much(void **state)
{
    (void) state;
    static const char *const texts[] = {
        "http_proxy=svc:x=KENNWORT@proxy:3128",
        "\"http\": \"svc:x=KENNWORT@proxy:3128\"",
        "login: svc:x=KENNWORT@proxy",
        "http_proxy=svc:x://KENNWORT@proxy:3128",
        "export http_proxy='http://svc:KENNWORT@proxy:3128'",
        "Acquire::http::Proxy \"http://svc:KENNWORT@proxy:3128\";",
        "http_proxy=svc:KENNWORThttp://x@proxy:3128",
        "http_proxy=svc:KENNWORTpass=x@proxy:3128",
        "http_proxy=http://svc:KENNWORTtoken:x@proxy:3128",
        "proxy_password=KENNWORT@http://x",
        "proxy_password=KENNWORT a=http://u:p@h",
    };
    size_t leaks = 0;
    for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
        _cleanup_buffer_ struct buffer shown = { 0 };
        show(texts[i], strlen(texts[i]), &shown);
        if (!strstr(shown.data, "KENNWORT"))
            continue;
        print_error("%s\nis shown as\n%s\n", texts[i], shown.data);
        leaks++;
    }
    check_number("lines that show the password", leaks, 0);
}

static const struct {
    const char *value, *expected;
} values[] = {
    { "", "" },
    { "proxy", "proxy" },
    { "proxy:3128", "proxy:3128" },
    { "http://proxy:3128/", "http://proxy:3128/" },
    { "http://proxy:65536", "http://proxy:65536" },
    { "http://[fd00::1]:3128", "http://[fd00::1]:3128" },
    { "[::1]:80", "[::1]:80" },
    { "fd00:ec2::254", "fd00:ec2::254" },
    { "svc@proxy", "***@proxy" },
    { "svc:pw@proxy", "***@proxy" },
    { "http://svc:p@w@proxy:1/", "http://***@proxy:1/" },
    { "http://svc:p@w@proxy:1/x", "http://***@***" },
    { "http://svc:p@ss/word@proxy", "http://***@proxy" },
    { "http://svc:p@ss/word", "http://***@***" },
    { "http://svc:p@ss?word", "http://***@***" },
    { "http://svc:p@ss:word", "http://***@***" },
    { "http:\\/\\/svc:pw\\u0040proxy", "http:\\/\\/***\\u0040proxy" },
    { "http%3A%2F%2Fsvc%3Apw%40proxy", "http%3A%2F%2F***%40proxy" },
    { "http://svc\\u003apw", "http://svc***" },
    { "http://svc&#58;pw", "http://svc***" },
    { "http://svc:p\nw@proxy", "http://***@proxy" },
    { "http://svc:p\n@w\n@proxy", "http://***@proxy" },
    { "http://svc:kennwort", "http://svc:***" },
    { "svc:kennwort", "svc:***" },
    { "http://svc:1/kennwort", "http://svc:***" },
    { " http://svc:pw@proxy", "***@proxy" },
    { "http://http://pw@proxy", "http://***@proxy" },
    { "pw://pw@proxy", "***@proxy" },
    { "HTTPS://svc%3Apw@proxy:3128", "HTTPS://***@proxy:3128" },
    { "http://svc:pw%40proxy:3128", "http://***%40proxy:3128" },
    { "http://svc%3Apw", "http://svc***" },
    { "http://svc:pw@proxy:99999999", "http://***@***" },
    { "http://svc@corp:pw", "http://***@***" },
    { "http://svc:12345678", "http://svc:***" },
    { "http://svc:p@[::1]:3128", "http://***@[::1]:3128" },
    { "svc pw", "svc pw" },
    { "$(echo x)", "$(echo x)" },
    { "$PROXY", "$PROXY" },
    { "${PROXY}", "${PROXY}" },
    { "<proxy>", "<proxy>" },
};

static void test_value(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(values); i++) {
        _cleanup_buffer_ struct buffer shown = { 0 };
        char text[REDACTED_MAX];
        check_number(values[i].value, redact_value(values[i].value, &shown), 0);
        check_text(values[i].value, shown.data ? shown.data : "", values[i].expected);
        check_that(values[i].value, redact_to(values[i].value, text) == text);
        if (*values[i].value) /* of nothing there is nothing to hide */
            check_text(values[i].value, text, values[i].expected);
    }
}

/* What was meant to be a proxy's URL. */
static void test_url(void **state)
{
    (void) state;
    static const struct {
        const char *value, *expected;
    } rows[] = {
        { "http://proxy:3128", "http://proxy:3128" },
        { "http://svc:pw@proxy", "http://***@proxy" },
        { "proxy svc pw", "***" },
        { "pw!", "***" },
        { "http://proxy/?pw", "http://***" },
        { "http://[::1]:1", "http://[::1]:1" },
        { "${PROXY}:1", "${PROXY}:1" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        char text[REDACTED_MAX];
        check_text(rows[i].value, redact_url_to(rows[i].value, text), rows[i].expected);
    }
}

static void test_value_hides_rather_too_much(void **state)
{
    (void) state;
    static const char *const texts[] = {
        "svc:x=KENNWORT@proxy",
        "svc:KENNWORT=@proxy",
        "svc:x://KENNWORT@proxy",
        "svc:x\nKENNWORT@proxy",
        "svc:x:KENNWORT",
        "http://svc:x:KENNWORT",
        "http://svc:KENNWORT:3128",
    };
    size_t leaks = 0;
    for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
        char text[REDACTED_MAX];
        if (!strstr(redact_to(texts[i], text), "KENNWORT"))
            continue;
        check_show("the password of", texts[i], strlen(texts[i]));
        check_show("   is shown in ", text, strlen(text));
        leaks++;
    }
    check_number("values that show the password", leaks, 0);
}

static void test_cut(void **state)
{
    (void) state;
    char value[2 * REDACTED_MAX], expected[REDACTED_MAX], text[REDACTED_MAX];
    memset(value, 'x', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    memset(expected, 'x', sizeof(expected) - 1);
    expected[sizeof(expected) - 1] = '\0';
    check_text("a long value", redact_to(value, text), expected);
    memcpy(value, "http://svc:", 11);
    value[sizeof(value) - 2] = '@';
    check_text("a long password", redact_to(value, text), "http://***@");
}

static void test_list(void **state)
{
    (void) state;
    static const struct {
        const char *list, *expected;
    } rows[] = {
        { "", "" },
        { "a.corp,10.0.0.0/8 *.b,[::1]:80", "a.corp,10.0.0.0/8 *.b,[::1]:80" },
        { "a.corp,http://svc:p,w;x y@h,b.corp", "a.corp,***@h,b.corp" },
        { "svc@h", "***@h" },
        { "a,svc:p,w@h", "a,***@h" },
        { "a,@h", "a,@h" },
        { "a,svc%3Ap,w%40h", "a,***%40h" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer shown = { 0 };
        check_number(rows[i].list, redact_list(rows[i].list, &shown), 0);
        check_text(rows[i].list, shown.data, rows[i].expected);
    }
}

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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_diff),
        cmocka_unit_test(test_text_hides_rather_too_much),
        cmocka_unit_test(test_value),
        cmocka_unit_test(test_value_hides_rather_too_much),
        cmocka_unit_test(test_url),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_any_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
