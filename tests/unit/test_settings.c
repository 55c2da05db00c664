/* SPDX-License-Identifier: MIT */
/* agent/settings/: which files are read, in which order, and errors that lead to the line. */

#include "scratch.h"
#include "settings.h"

#define JSON ": look for a comma too many or too few, a quote, a bracket, a comment"

/* Loads the scratch tree's configuration, or with a path inside it that one, and compares either
 * what is not default or the error, in which "ROOT" stands for the scratch directory. */
static void check_load(
    const struct scratch *scratch, const char *config, const char *expected, int status)
{
    _cleanup_settings_ struct settings settings = settings_default();
    _cleanup_buffer_ struct buffer text = { 0 };
    struct error err = { 0 };
    const char *path = config ? scratch_path(scratch, config) : NULL;
    int r = settings_load(&scratch->tree, path, &settings, &err);
    for (const char *p = expected, *root; *p; p = root) {
        root = strstr(p, "ROOT");
        bool found = root != NULL;
        root = found ? root + 4 : p + strlen(p);
        check_number("append", buffer_append(&text, p, (size_t) (root - p) - (found ? 4 : 0)), 0);
        if (found)
            check_number("append", buffer_append_text(&text, scratch->path), 0);
    }
    const char *wanted = text.data ? text.data : "";
    if (status == 0) {
        check_text(wanted, err.text, "");
        settings_check(config ? config : "tree", &settings, wanted);
    } else
        check_text(config ? config : "tree", err.text, wanted);
    check_number(wanted, err.status, status);
    check_that(wanted, (r < 0) == (status != 0));
}

static void test_search_path(void **state)
{
    const struct scratch *scratch = *state;
    check_load(scratch, NULL, "", 0);

    scratch_write(scratch, "/usr/lib/ec2-bootstrap/config.json",
        "{\"imds\": {\"deadline_s\": 5}, \"case\": \"lower\"}");
    check_load(scratch, NULL, "imds.deadline_s=5\ncase=1\n", 0);
    scratch_write(scratch, "/usr/lib/ec2-bootstrap/config.d/50-b.json",
        "{\"imds\": {\"deadline_s\": 6}, \"no_proxy\": {\"add\": [\"b\"]}}");
    check_load(scratch, NULL, "no_proxy.add=b\nimds.deadline_s=6\ncase=1\n", 0);

    /* A file of the same name in a later directory replaces it; the order is that of the names. */
    scratch_write(scratch, "/run/ec2-bootstrap/config.json", "{\"proxy\": {\"http\": \"r:1\"}}");
    check_load(scratch, NULL, "proxy.http=r:1\nno_proxy.add=b\nimds.deadline_s=6\n", 0);
    scratch_write(scratch, "/etc/ec2-bootstrap/config.json",
        "{\"imds\": {\"deadline_s\": 9}, \"no_proxy\": {\"add\": [\"main\"]}}");
    check_load(scratch, NULL, "no_proxy.add=main|b\nimds.deadline_s=6\n", 0);
    scratch_write(
        scratch, "/run/ec2-bootstrap/config.d/50-b.json", "{\"no_proxy\": {\"add\": [\"B\"]}}");
    check_load(scratch, NULL, "no_proxy.add=main|B\nimds.deadline_s=9\n", 0);
    scratch_write(scratch, "/usr/lib/ec2-bootstrap/config.d/10-a.json",
        "{\"no_proxy\": {\"add\": [\"a\"]}, \"case\": \"upper\"}");
    scratch_write(scratch, "/etc/ec2-bootstrap/config.d/90-c.json",
        "{\"no_proxy\": {\"add\": [\"c\"]}, \"case\": null}");
    check_load(scratch, NULL, "no_proxy.add=main|a|B|c\nimds.deadline_s=9\n", 0);

    /* An empty file takes its namesake away; these are no drop-ins. */
    scratch_write(scratch, "/etc/ec2-bootstrap/config.d/50-b.json", "");
    scratch_write(scratch, "/etc/ec2-bootstrap/config.d/50-b.json~", "broken");
    scratch_write(scratch, "/etc/ec2-bootstrap/config.d/.50-b.json", "broken");
    scratch_write(scratch, "/etc/ec2-bootstrap/config.d/README", "broken");
    scratch_write(scratch, "/etc/ec2-bootstrap/other.json", "broken");
    check_load(scratch, NULL, "no_proxy.add=main|a|c\nimds.deadline_s=9\n", 0);
}

static void test_links(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/data/config.json", "{\"case\": \"upper\"}");
    scratch_link(scratch, "/etc/ec2-bootstrap/config.json", "/data/config.json");
    check_load(scratch, NULL, "case=2\n", 0);
    check_number("unlink", unlink(scratch_path(scratch, "/data/config.json")), 0);
    check_load(scratch, NULL,
        "ROOT/etc/ec2-bootstrap/config.json: cannot be read: No such file or directory", EX_CONFIG);
}

static void test_config_option(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/etc/ec2-bootstrap/config.json", "broken");
    scratch_write(scratch, "/some.conf", "{\"case\": \"lower\"}");
    scratch_write(scratch, "/folder/config.json", "{\"case\": \"upper\"}");
    scratch_write(scratch, "/folder/config.d/b.json", "{\"credentials\": \"off\"}");
    scratch_write(scratch, "/folder/config.d/c.json", "{\"credentials\": \"optional\"}");
    scratch_write(scratch, "/empty/x", "");
    scratch_link(scratch, "/link", "folder");
    check_load(scratch, "/some.conf", "case=1\n", 0);
    check_load(scratch, "/folder", "credentials=1\ncase=2\n", 0);
    check_load(scratch, "/link", "credentials=1\ncase=2\n", 0);
    check_load(scratch, "/folder/", "credentials=1\ncase=2\n", 0);
    check_load(scratch, "/empty", "", 0);
    check_load(scratch, "/none", "--config ROOT/none: No such file or directory", EX_CONFIG);
}

static const struct {
    const char *text, *expected; /* of CONFIG; behind the file's name */
} refusals[] = {
    { "{\"proxy\": {\n\"htp\": 1}}", ":2: proxy.htp: unknown key, did you mean proxy.http?" },
    { "{\n\n\"casee\": 1}", ":3: casee: unknown key, did you mean case?" },
    { "{\"zzzzzzz\": 1}", ":1: zzzzzzz: unknown key: delete it" },
    { "{\"zz\\n\\u001b\": 1}", ":1: ***: unknown key: delete it" },
    { "{\"\": 1}", ":1: : unknown key: delete it" },
    { "{\"proxy\": {\"\": 1}}", ":1: proxy.: unknown key, did you mean proxy?" },
    { "{\"case\": \"both\",\n\"case\": \"both\"}",
        ":2: case: this key is here twice: delete one of them" },
    { "{\"proxy\": {},\n\n\"proxy\": {}}",
        ":3: proxy: this key is here twice: delete one of them" },
    { "{\"imds\": {\n\"mode\": null,\n\"mode\": \"ipv4\"}}",
        ":3: imds.mode: this key is here twice: delete one of them" },
    { "{\n\"proxy\": null}", ":2: proxy: expected an object, got null" },
    { "{\n\"imds\": \"http://h\"}", ":2: imds: expected an object, got a string" },
    { "{\n\"no_proxy\": [\"a\"]}", ":2: no_proxy: expected an object, got a list" },
    { "{\n\"imds\": {\n\"deadline_s\":\n0}}",
        ":3: imds.deadline_s: expected a whole number of seconds from 1 to 3600, got 0" },
    { "{\"imds\": {\"deadline_s\": {\n\"a\": 1}}}",
        ":1: imds.deadline_s: expected a whole number of seconds from 1 to 3600, got an object" },
    { "{\r\n\"proxy\": {\r\n\"http\": \"http://u:kennwort@p/x\"}}",
        ":3: proxy.http: proxy URL \"http://***@***\": nothing may follow the host and port: "
        "write it as http://HOST:PORT" },
    { "[]", ": expected an object, got a list" },
    { "null", ": expected an object, got null" },
    { "{\n\"case\": \"both\",\n}", ": line 3: not valid JSON" JSON },
    { "\n{", ": line 2: not valid JSON" JSON },
    { "broken", ": line 1: not valid JSON" JSON },
    { "{\"case\": \"both\\u0000\"}", ": line 1: not valid JSON: a NUL" JSON },
};

static void check_refused(const struct scratch *scratch, const char *text, const char *expected)
{
    char wanted[400];
    (void) snprintf(wanted, sizeof(wanted), "ROOT/config%s", expected);
    scratch_write(scratch, "/config", text);
    check_load(scratch, "/config", wanted, EX_CONFIG);
}

static void test_refusals(void **state)
{
    for (size_t i = 0; i < ELEMENTSOF(refusals); i++)
        check_refused(*state, refusals[i].text, refusals[i].expected);
}

/* A group is a known key, too. */
static void test_nearest_group(void **state)
{
    check_refused(*state, "{\"no-proxy\": {\"vpc\": true}}",
        ":1: no-proxy: unknown key, did you mean no_proxy?");
    check_refused(*state, "{\"prxy\": {}}", ":1: prxy: unknown key, did you mean proxy?");
}

/* A key with a dot in its name is none: two spellings of one key could contradict each other
 * without being seen. */
static void test_dotted(void **state)
{
    const struct scratch *scratch = *state;
    _cleanup_settings_ struct settings settings = settings_default();
    struct error err = { 0 };
    char expected[300];
    scratch_write(scratch, "/config", "{\n\"proxy.http\": \"p:1\"}");
    const char *path = scratch_path(scratch, "/config");
    (void) snprintf(expected, sizeof(expected), "%s:2: proxy.http: unknown key", path);
    (void) settings_load(&scratch->tree, path, &settings, &err);
    err.text[strlen(expected)] = '\0'; /* what it offers instead is left open */
    check_text("proxy.http", err.text, expected);
    check_number("status", err.status, EX_CONFIG);
}

static void test_nothing_in_file(void **state)
{
    const struct scratch *scratch = *state;
    static const char *const texts[] = { "", " ", "\n\t \r\n", "{}", " {\n} \n", "\xef\xbb\xbf{}",
        "{\"proxy\": {}, \"no_proxy\": {}, \"imds\": {}}", "{\"case\": null}" };
    for (size_t i = 0; i < ELEMENTSOF(texts); i++) {
        scratch_write(scratch, "/config", texts[i]);
        check_load(scratch, "/config", "", 0);
    }
}

static void test_unreadable(void **state)
{
    const struct scratch *scratch = *state;
    static char large[1024 * 1024 + 1];
    memset(large, ' ', sizeof(large));
    scratch_write_bytes(scratch, "/config", large, sizeof(large) - 1);
    check_load(scratch, "/config", "", 0);
    scratch_write_bytes(scratch, "/config", large, sizeof(large));
    check_load(scratch, "/config", "ROOT/config: cannot be read: File too large", EX_CONFIG);

    check_number("mkdir", mkdir(scratch_path(scratch, "/etc"), 0755), 0);
    check_number("mkdir", mkdir(scratch_path(scratch, "/etc/ec2-bootstrap"), 0755), 0);
    const char *path = scratch_path(scratch, "/etc/ec2-bootstrap/config.json");
    check_number("mkfifo", mkfifo(path, 0644), 0);
    check_load(scratch, NULL,
        "ROOT/etc/ec2-bootstrap/config.json: cannot be read: not a regular file", EX_CONFIG);
    check_number("unlink", unlink(path), 0);
    scratch_write(scratch, "/etc/ec2-bootstrap/config.d", "");
    check_load(scratch, NULL, "ROOT/etc/ec2-bootstrap/config.d: cannot be read: Not a directory",
        EX_CONFIG);
}

static void test_forbidden(void **state)
{
    const struct scratch *scratch = *state;
    scratch_write(scratch, "/config", "{}");
    check_number("chmod", chmod(scratch_path(scratch, "/config"), 0), 0);
    if (access(scratch_path(scratch, "/config"), R_OK) == 0)
        skip(); /* modes do not stop root */
    check_load(scratch, "/config", "ROOT/config: cannot be read: Permission denied", EX_NOPERM);
}

static void test_option(void **state)
{
    (void) state;
    static const struct {
        const char *name, *key, *value, *expected; /* the settings or the error */
        bool good;
    } rows[] = {
        { "--http-proxy", "proxy.http", "p:1", "proxy.http=p:1\nno_proxy.add=file\n", true },
        { "--no-proxy", "no_proxy.add", "a, b", "no_proxy.add=file|a|b\n", true },
        { "--no-proxy", "no_proxy.add", "", "no_proxy.add=file\n", true },
        { "--endpoint", "imds.endpoint", "http://h:1",
            "no_proxy.add=file\nimds.endpoint=http://h:1\n", true },
        { "--http-proxy", "proxy.http", "socks5://u:kennwort@p:1",
            "--http-proxy: proxy URL \"socks5://***@p:1\": SOCKS proxies are not supported: give "
            "the address of an HTTP proxy",
            false },
        { "--no-proxy", "no_proxy.add", "a,10.*", "no_proxy.add=file|a\n", true },
        { "--no-proxy", "no_proxy.add", "a\a",
            "--no-proxy: no_proxy entry \"a?\": it has a control character in it: take it out",
            false },
        { "--endpoint", "imds.endpoint", "h", "--endpoint: it does not begin with http://", false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_settings_ struct settings settings = settings_default();
        struct error err = { 0 };
        check_number("parse",
            no_proxy_entries_parse(
                "file", "FILE:1", &settings.no_proxy_add, &settings.warnings, NULL),
            0);
        int r = settings_set_option(&settings, rows[i].name, rows[i].key, rows[i].value, &err);
        check_text(rows[i].name, err.text, rows[i].good ? "" : rows[i].expected);
        check_number(rows[i].name, r, rows[i].good ? 0 : -EINVAL);
        check_number(rows[i].name, err.status, rows[i].good ? 0 : EX_CONFIG);
        settings_check(
            rows[i].name, &settings, rows[i].good ? rows[i].expected : "no_proxy.add=file\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_search_path),
        scratch_test(test_links),
        scratch_test(test_config_option),
        scratch_test(test_refusals),
        scratch_test(test_nearest_group),
        scratch_test(test_dotted),
        scratch_test(test_nothing_in_file),
        scratch_test(test_unreadable),
        scratch_test(test_forbidden),
        cmocka_unit_test(test_option),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
