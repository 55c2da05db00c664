/* SPDX-License-Identifier: MIT */
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
