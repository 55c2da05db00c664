/* agent/lib/redact.c: what can be a password comes out of no line and no value. */

#include "lib/redact.h"

#include "check.h"

static void show(const char *bytes, size_t size, struct buffer *shown)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    check_number(bytes, buffer_append(&text, bytes, size), 0);
    check_number(bytes, redact_text(&text, shown), 0);
}

static void test_text(void **state)
{
    (void) state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        { "", "" },
        { "\n", "\n" },
        { "nothing to hide\n", "nothing to hide\n" },
        { "http://svc:pw@proxy:3128", "http://svc:***@proxy:3128" },
        { "http://svc@proxy:3128", "http://svc@proxy:3128" },
        { "http://proxy:3128\n", "http://proxy:3128\n" },
        { "+http_proxy=http://svc:pw@proxy:3128\n", "+http_proxy=http://svc:***@proxy:3128\n" },
        { "+http_proxy=svc:pw@proxy:3128\n", "+http_proxy=svc:***@proxy:3128\n" },
        { "a=http://u:x@h b=http://v:y@h", "a=http://u:***@h" },
        { "http://svc:p@w@proxy", "http://svc:***@proxy" },
        { "http://:pw@proxy", "http://:***@proxy" },
        { "http://svc:@proxy", "http://svc:***@proxy" },
        { "mail me@corp.example", "mail me@corp.example" },
        /* the key stays in sight */
        { "+Acquire::http::Proxy \"http://svc:pw@proxy:3128\";",
            "+Acquire::http::Proxy \"http://svc:***@proxy:3128\";" },
        { "+:proxy_uri: http://svc:pw@proxy:3128", "+:proxy_uri: http://svc:***@proxy:3128" },
        { "\"proxies\":{\"http-proxy\": \"http://svc:pw@proxy\"}",
            "\"proxies\":{\"http-proxy\": \"http://svc:***@proxy\"}" },
        { "http://svc:pw@proxy", "http://svc:***@proxy" },
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
        { "gpgkey=http://svc:pw@x.example/", "gpgkey=http://svc:***@x.example/" },
        { "gpgkeypass=pw", "gpgkeypass=***" },
        { "gpgkey", "gpgkey" },
        { "a passenger and a secret", "a passenger and a secret" },
        { "Defaults env_keep += \"http_proxy\"", "Defaults env_keep += \"http_proxy\"" },
        { "one\nA=http://a:x@h\nB=http://b:y@h\nend",
            "one\nA=http://a:***@h\nB=http://b:***@h\nend" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_buffer_ struct buffer shown = { 0 };
        show(rows[i].text, strlen(rows[i].text), &shown);
        check_text(rows[i].text, shown.data ? shown.data : "", rows[i].expected);
    }
    _cleanup_buffer_ struct buffer shown = { 0 };
    show("a\0http://u:pw@h\0", 17, &shown);
    check_bytes("a NUL", shown.data, shown.size, "a\0http://u:***@h\0", 18);
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
    { "svc@proxy", "svc@proxy" },
    { "svc:pw@proxy", "svc:***@proxy" },
    { "http://svc:p@w@proxy:1/x", "http://svc:***@proxy:1/x" },
    { "http://svc:p\nw@proxy", "http://svc:***@proxy" },
    { "http://svc:p\n@w\n@proxy", "http://svc:***@proxy" },
    { "http://svc:kennwort", "http://svc:***" },
    { "svc:kennwort", "svc:***" },
    { "http://svc:1/kennwort", "http://svc:***" },
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
    check_text("a long password", redact_to(value, text), "http://svc:***@");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_text_hides_rather_too_much),
        cmocka_unit_test(test_value),
        cmocka_unit_test(test_value_hides_rather_too_much),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
