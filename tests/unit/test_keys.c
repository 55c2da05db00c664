/* SPDX-License-Identifier: MIT */
/* agent/settings/keys.c: what each key takes, and what is said about the rest. */

#include "settings/keys.h"

#include <errno.h>

#include "settings.h"

/* Sets one key from JSON in settings that hold something else already. */
#define NO_PATH                                                                                    \
    "it is not an absolute path: write the path of the file that the password is in, not the "     \
    "password"
#define NO_SERVICE ": write a name such as \"s3\", or put hosts into no_proxy.add"

static void check_key(const char *path, const char *json, const char *expected, bool good)
{
    char row[300];
    (void) snprintf(row, sizeof(row), "%s: %s", path, json);
    _cleanup_json_ struct json *value = NULL;
    _cleanup_settings_ struct settings settings = settings_default();
    struct error err = { 0 };
    check_number(row, json_parse(json, strlen(json), &value, &err), 0);
    const struct key *key = key_find(path);
    check_that(row, key != NULL);
    int r = key_set(key, value, "FILE:1", &settings, &err);
    if (good) {
        check_text(row, err.text, "");
        settings_check(row, &settings, expected);
    } else {
        check_text(row, err.text, expected);
        check_number(row, err.status, EX_CONFIG);
    }
    check_number(row, r, good ? 0 : -EINVAL);
}

static const struct {
    const char *path, *json, *expected;
} right[] = {
    { "proxy.http", "\"Proxy:3128\"", "proxy.http=Proxy:3128\n" },
    { "proxy.https", "\"https://u:p@proxy\"", "proxy.https=https://u:p@proxy\n" },
    { "proxy.username", "\"svc user\"", "proxy.username=svc user\n" },
    { "proxy.password_file", "\"/run/x\"", "proxy.password_file=/run/x\n" },
    { "no_proxy.add", "[\"Corp.example\", \"10.0.0.0/8, .b\"]",
        "no_proxy.add=Corp.example|10.0.0.0/8|.b\n" },
    { "no_proxy.add", "[]", "" },
    { "no_proxy.add", "[\"*\"]", "no_proxy.add=*\n" },
    { "no_proxy.vpc", "false", "no_proxy.vpc=0\n" },
    { "no_proxy.vpc", "true", "" },
    { "no_proxy.vpc_ipv6", "true", "no_proxy.vpc_ipv6=1\n" },
    { "no_proxy.vpc_ipv6", "false", "" },
    { "no_proxy.vpc", "\"required\"", "no_proxy.vpc=2\n" },
    { "no_proxy.presets", "\"auto\"", "" },
    { "no_proxy.presets", "[]", "no_proxy.presets.auto=0\n" },
    { "no_proxy.presets", "[\"eks\", \"k3s\"]",
        "no_proxy.presets=eks|k3s\nno_proxy.presets.auto=0\n" },
    { "proxy.ca_file", "\"/etc/ca.pem\"", "proxy.ca_file=/etc/ca.pem\n" },
    { "proxy.ca_variables", "[\"PIP_CERT\"]", "proxy.ca_variables=PIP_CERT\n" },
    { "remote.parameters", "\"/a/b-c_d.e\"", "remote.parameters=/a/b-c_d.e\n" },
    { "remote.secret", "\"arn:aws:secretsmanager:us-east-1:123456789012:secret:a/b-AbCdEf\"",
        "remote.secret=arn:aws:secretsmanager:us-east-1:123456789012:secret:a/b-AbCdEf\n" },
    { "remote.tags", "\"boot:\"", "remote.tags=boot:\n" },
    { "remote.ssm_endpoint", "\"vpce-1.ssm.us-east-1.vpce.amazonaws.com:8443\"",
        "remote.ssm_endpoint=vpce-1.ssm.us-east-1.vpce.amazonaws.com:8443\n" },
    { "remote.deadline_s", "300", "remote.deadline_s=300\n" },
    { "remote.required", "false", "remote.required=0\n" },
    { "remote.keep", "true", "remote.keep=1\n" },
    { "no_proxy.services", "\"auto\"", "no_proxy.services.auto=1\n" },
    { "no_proxy.services", "[\"s3\", \"ecr.dkr\", \"git-codecommit\"]",
        "no_proxy.services=s3|ecr.dkr|git-codecommit\n" },
    { "no_proxy.ipv6_brackets", "\"auto\"", "" },
    { "no_proxy.ipv6_brackets", "\"always\"", "no_proxy.ipv6_brackets=1\n" },
    { "no_proxy.ipv6_brackets", "\"never\"", "no_proxy.ipv6_brackets=2\n" },
    { "imds.endpoint", "\"http://127.0.0.1:1338\"", "imds.endpoint=http://127.0.0.1:1338\n" },
    { "imds.mode", "\"auto\"", "" },
    { "imds.mode", "\"ipv4\"", "imds.mode=1\n" },
    { "imds.mode", "\"ipv6\"", "imds.mode=2\n" },
    { "imds.request_timeout_ms", "10", "imds.request_timeout_ms=10\n" },
    { "imds.request_timeout_ms", "60000", "imds.request_timeout_ms=60000\n" },
    { "imds.request_timeout_ms", "2e3", "imds.request_timeout_ms=2000\n" },
    { "imds.request_timeout_ms", "1000.0", "" },
    { "imds.deadline_s", "1", "imds.deadline_s=1\n" },
    { "imds.deadline_s", "3600", "imds.deadline_s=3600\n" },
    { "imds.allow_v1", "true", "imds.allow_v1=1\n" },
    { "credentials", "\"required\"", "" },
    { "credentials", "\"optional\"", "credentials=1\n" },
    { "credentials", "\"off\"", "credentials=2\n" },
    { "outputs", "\"auto\"", "" },
    { "outputs", "[\"systemd\"]", "outputs=systemd\noutputs.auto=0\n" },
    { "outputs", "[\"systemd\", \"environment\"]",
        "outputs=systemd|environment\noutputs.auto=0\n" },
    { "seal.ignore", "[\"private key: /etc/a*\"]", "seal.ignore=private key: /etc/a*\n" },
    { "case", "\"both\"", "" },
    { "case", "\"lower\"", "case=1\n" },
    { "case", "\"upper\"", "case=2\n" },
};

static void test_right(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(right); i++)
        check_key(right[i].path, right[i].json, right[i].expected, true);
}

/* For each key: what it expects, and the types that it takes. */
static const struct {
    const char *path, *expected, *type;
} types[] = {
    { "proxy.http", "a proxy URL such as http://proxy.corp:3128", "a string" },
    { "proxy.https", "a proxy URL such as http://proxy.corp:3128", "a string" },
    { "proxy.username", "the user name for the proxy", "a string" },
    { "proxy.password_file", "the absolute path of a file that holds the password", "a string" },
    { "no_proxy.add",
        "a list of names, addresses and blocks such as [\"corp.example\", \"10.0.0.0/8\"]",
        "a list" },
    { "no_proxy.vpc", "true, false or \"required\"", "a boolean or a string" },
    { "no_proxy.vpc_ipv6", "true or false", "a boolean" },
    { "no_proxy.presets", "\"auto\" or a list of presets such as [\"eks\"]", "a list" },
    { "no_proxy.services", "\"auto\" or a list of AWS services such as [\"s3\", \"ec2\"]",
        "a list" },
    { "no_proxy.ipv6_brackets", "\"auto\", \"always\" or \"never\"", "a string" },
    { "imds.endpoint", "a URL such as http://169.254.169.254, or null", "a string" },
    { "imds.mode", "\"auto\", \"ipv4\" or \"ipv6\"", "a string" },
    { "imds.request_timeout_ms", "a whole number of milliseconds from 10 to 60000", "a number" },
    { "imds.deadline_s", "a whole number of seconds from 1 to 3600", "a number" },
    { "imds.allow_v1", "true or false", "a boolean" },
    { "proxy.ca_file", "the absolute path of a PEM file with the CA of a proxy that inspects TLS",
        "a string" },
    { "proxy.ca_variables", "a list of variables such as [\"SSL_CERT_FILE\"]", "a list" },
    { "remote.parameters", "the beginning of parameters' names, such as /ec2-bootstrap",
        "a string" },
    { "remote.secret", "the name or the ARN of a secret", "a string" },
    { "remote.tags", "the beginning of tags' keys, such as ec2-bootstrap:", "a string" },
    { "remote.ssm_endpoint", "the host of an endpoint for Systems Manager", "a string" },
    { "remote.secretsmanager_endpoint", "the host of an endpoint for Secrets Manager", "a string" },
    { "remote.deadline_s", "a whole number of seconds from 1 to 3600", "a number" },
    { "remote.required", "true or false", "a boolean" },
    { "remote.keep", "true or false", "a boolean" },
    { "credentials", "\"required\", \"optional\" or \"off\"", "a string" },
    { "outputs", "\"auto\" or a list of outputs", "a list" },
    { "case", "\"both\", \"lower\" or \"upper\"", "a string" },
    { "seal.ignore", "a list of findings such as [\"private key: /etc/ssl/private/*\"]", "a list" },
};

static void test_wrong_type(void **state)
{
    (void) state;
    static const struct {
        const char *json, *type;
    } values[] = {
        { "true", "a boolean" },
        { "1", "a number" },
        { "\"x\"", "a string" },
        { "[]", "a list" },
        { "{}", "an object" },
    };
    for (size_t i = 0; i < ELEMENTSOF(types); i++)
        for (size_t v = 0; v < ELEMENTSOF(values); v++) {
            char expected[200];
            if (strstr(types[i].type, values[v].type))
                continue;
            (void) snprintf(expected, sizeof(expected), "expected %s, got %s", types[i].expected,
                values[v].type);
            check_key(types[i].path, values[v].json, expected, false);
        }
}

#define TIMEOUT "expected a whole number of milliseconds from 10 to 60000, got "
#define NO_URL  "proxy URL "

#define NO_PREFIX                                                                                  \
    "it is not the beginning of parameters' names: write it as /ec2-bootstrap, for "               \
    "/ec2-bootstrap/proxy/http and so on"
#define NO_SECRET "it is not the name or the ARN of a secret: write the name, not what is in it"
#define NO_TAGS                                                                                    \
    "it is not the beginning of tags' keys: write it as ec2-bootstrap:, for "                      \
    "ec2-bootstrap:proxy.http and so on"
#define NO_HOST                                                                                    \
    "it is not a host: write a name in lower case, such as "                                       \
    "vpce-0123456789abcdef0.ssm.us-east-1.vpce.amazonaws.com"

static void test_wrong_value(void **state)
{
    (void) state;
    static const struct {
        const char *path, *json, *expected;
    } rows[] = {
        { "proxy.http", "\"\"", NO_URL "\"\": it has no host: write it as http://HOST:PORT" },
        { "proxy.http", "\"http://u:kennwort@p:0\"",
            NO_URL "\"http://***@p:0\": the port is not a number from 1 to 65535: write it as "
                   "http://HOST:PORT" },
        { "proxy.https", "\"socks5://p:1\"",
            NO_URL "\"socks5://p:1\": SOCKS proxies are not supported: give the address of an "
                   "HTTP proxy" },
        { "proxy.username", "\"\"", "it is empty" },
        { "proxy.username", "\"a\\nb\"", "it has a control character in it" },
        { "proxy.password_file", "\"x\"", NO_PATH },
        { "proxy.password_file", "\"\"", NO_PATH },
        { "no_proxy.add", "[\"a\", 1]",
            "expected a list of names, addresses and blocks such as [\"corp.example\", "
            "\"10.0.0.0/8\"], got a number in the list" },
        { "no_proxy.add", "[\"a\", \"b\\u0007\"]",
            "no_proxy entry \"b?\": it has a control character in it: take it out" },
        { "no_proxy.vpc", "\"true\"", "expected true, false or \"required\", got another word" },
        { "no_proxy.services", "[\"s3\", \"ec2\\n\"]",
            "it is not the name of a service" NO_SERVICE },
        { "remote.parameters", "\"a\"", NO_PREFIX },
        { "remote.parameters", "\"/\"", NO_PREFIX },
        { "remote.parameters", "\"/a/\"", NO_PREFIX },
        { "remote.parameters", "\"/a//b\"", NO_PREFIX },
        { "remote.parameters", "\"/a b\"", NO_PREFIX },
        { "remote.secret", "\"\"", NO_SECRET },
        { "remote.secret", "\"pass word\"", NO_SECRET },
        { "remote.tags", "\"aws:\"", NO_TAGS },
        { "remote.tags", "\"a/\"", NO_TAGS },
        { "remote.ssm_endpoint", "\"https://a\"", NO_HOST },
        { "remote.ssm_endpoint", "\"a:\"", NO_HOST },
        { "remote.ssm_endpoint", "\"a:1x\"", NO_HOST },
        { "remote.secretsmanager_endpoint", "\"\"", NO_HOST },
        { "no_proxy.ipv6_brackets", "\"Auto\"",
            "expected \"auto\", \"always\" or \"never\", got another word" },
        { "imds.endpoint", "\"127.0.0.1\"", "it does not begin with http://" },
        { "imds.mode", "\"\"", "expected \"auto\", \"ipv4\" or \"ipv6\", got another word" },
        { "imds.request_timeout_ms", "9", TIMEOUT "9" },
        { "imds.request_timeout_ms", "60001", TIMEOUT "60001" },
        { "imds.request_timeout_ms", "0", TIMEOUT "0" },
        { "imds.request_timeout_ms", "-1000", TIMEOUT "-1000" },
        { "imds.request_timeout_ms", "10.5", TIMEOUT "10.5" },
        { "imds.request_timeout_ms", "4294968296", TIMEOUT "4.29497e+09" },
        { "imds.request_timeout_ms", "1e999", TIMEOUT "inf" },
        { "imds.deadline_s", "3601",
            "expected a whole number of seconds from 1 to 3600, got 3601" },
        { "imds.deadline_s", "0", "expected a whole number of seconds from 1 to 3600, got 0" },
        { "credentials", "\"on\"",
            "expected \"required\", \"optional\" or \"off\", got another word" },
        { "outputs", "\"all\"", "expected \"auto\" or a list of outputs, got a string" },
        { "outputs", "[null]", "expected \"auto\" or a list of outputs, got null in the list" },
        { "case", "\"UPPER\"", "expected \"both\", \"lower\" or \"upper\", got another word" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_key(rows[i].path, rows[i].json, rows[i].expected, false);
}

#define LEFT_OUT(number)                                                                           \
    "FILE:1: no_proxy.services: entry " number ": it is not the name of a service" NO_SERVICE      \
    ": left out"

#define NO_FINDING(number)                                                                         \
    "FILE:1: seal.ignore: entry " number                                                           \
    ": it is not a kind of finding and a path: write them as "                                     \
    "seal prints them, such as \"private key: /etc/ssl/private/*\": left out"

/* A string of a list that is no entry costs only itself. */
static void test_left_out(void **state)
{
    (void) state;
    static const struct {
        const char *path, *json, *expected;
    } rows[] = {
        { "no_proxy.add", "[\"a\", \"b c,10.*\"]",
            "no_proxy.add=a|b|c\n"
            "FILE:1: no_proxy entry \"10.*\": no client understands it: write 10.0.0.0/8: left "
            "out" },
        { "no_proxy.add", "[\"/var/run/docker.sock\", \"x~\", \"a\"]",
            "no_proxy.add=a\n"
            "FILE:1: no_proxy entry \"/var/run/docker.sock\": a path is no host; only the ECS "
            "agent "
            "reads one, and its file gets /var/run/docker.sock without it: left out\n"
            "FILE:1: no_proxy entry \"x~\": it is neither a DNS name nor an IP address or block: "
            "write a name such as corp.example, or a block such as 10.0.0.0/8: left out" },
        { "no_proxy.services", "[\"s3\", \"s_3\"]", "no_proxy.services=s3\n" LEFT_OUT("2") },
        { "no_proxy.services", "[\"\"]", LEFT_OUT("1") },
        { "seal.ignore", "[\"private key\", \"/etc/a\", \"a: /b\"]",
            "seal.ignore=a: /b\n" NO_FINDING("1") "\n" NO_FINDING("2") },
        { "no_proxy.services", "[\"-s3\"]", LEFT_OUT("1") },
        { "no_proxy.services", "[\"s3,ec2\"]", LEFT_OUT("1") },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_json_ struct json *value = NULL;
        _cleanup_settings_ struct settings settings = settings_default();
        _cleanup_buffer_ struct buffer shown = { 0 };
        const char *json = rows[i].json;
        check_number(json, json_parse(json, strlen(json), &value, NULL), 0);
        check_number(json, key_set(key_find(rows[i].path), value, "FILE:1", &settings, NULL), 0);
        settings_show(&settings, &shown);
        _cleanup_mem_ char *warnings = strings_join(&settings.warnings.texts, "\n");
        check_number(json, buffer_append_text(&shown, warnings), 0);
        check_text(json, shown.data, rows[i].expected);
    }
}

/* null is the default, whatever was there before. */
static void test_null(void **state)
{
    (void) state;
    static const char *const values[] = { "\"http://p:1\"", "\"http://p:1\"", "\"u\"", "\"/x\"",
        "[\"a\"]", "false", "true", "[\"eks\"]", "[\"s3\"]", "\"never\"", "\"http://h\"",
        "\"ipv6\"", "20", "20", "true", "\"/x\"", "[\"PIP_CERT\"]", "\"/x\"", "\"x\"", "\"x\"",
        "\"h\"", "\"h\"", "20", "false", "true", "\"off\"", "[\"systemd\"]", "\"upper\"",
        "[\"a: /b\"]" };
    _Static_assert(ELEMENTSOF(values) == ELEMENTSOF(types), "one for each key");
    for (size_t i = 0; i < ELEMENTSOF(types); i++) {
        _cleanup_json_ struct json *value = NULL, *null = NULL;
        _cleanup_settings_ struct settings settings = settings_default();
        _cleanup_buffer_ struct buffer shown = { 0 };
        const struct key *key = key_find(types[i].path);
        check_number("null", json_parse("null", 4, &null, NULL), 0);
        check_number(values[i], json_parse(values[i], strlen(values[i]), &value, NULL), 0);
        check_number(values[i], key_set(key, value, "FILE:1", &settings, NULL), 0);
        settings_show(&settings, &shown);
        check_that(types[i].path, shown.size > 0);
        check_number(types[i].path, key_set(key, null, "FILE:1", &settings, NULL), 0);
        settings_check(types[i].path, &settings, "");
    }
}

/* The same key again: no_proxy.add is joined, all else replaced. */
static void test_twice(void **state)
{
    (void) state;
    static const struct {
        const char *path, *first, *second, *expected;
    } rows[] = {
        { "proxy.http", "\"a:1\"", "\"b:2\"", "proxy.http=b:2\n" },
        { "no_proxy.add", "[\"a\", \"b\"]", "[\"a\", \"c\"]", "no_proxy.add=a|b|a|c\n" },
        { "no_proxy.services", "[\"s3\"]", "[\"ec2\"]", "no_proxy.services=ec2\n" },
        { "no_proxy.services", "[\"s3\"]", "[]", "" },
        { "outputs", "[\"systemd\"]", "[\"environment\"]",
            "outputs=environment\noutputs.auto=0\n" },
        { "outputs", "[\"systemd\"]", "\"auto\"", "" },
        { "imds.deadline_s", "5", "7", "imds.deadline_s=7\n" },
        { "credentials", "\"off\"", "\"optional\"", "credentials=1\n" },
        { "no_proxy.vpc", "\"required\"", "false", "no_proxy.vpc=0\n" },
        { "no_proxy.vpc", "false", "null", "" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        const char *both[] = { rows[i].first, rows[i].second };
        _cleanup_settings_ struct settings settings = settings_default();
        for (size_t v = 0; v < 2; v++) {
            _cleanup_json_ struct json *value = NULL;
            check_number(both[v], json_parse(both[v], strlen(both[v]), &value, NULL), 0);
            check_number(
                rows[i].path, key_set(key_find(rows[i].path), value, "FILE:1", &settings, NULL), 0);
        }
        settings_check(rows[i].path, &settings, rows[i].expected);
    }
}

static void test_find(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(types); i++)
        check_that(types[i].path, key_find(types[i].path) != NULL);
    static const char *const none[] = { "", "proxy", "http", "proxy.", "proxy.htt", "proxy.httpx",
        "Proxy.http", "case.x" };
    for (size_t i = 0; i < ELEMENTSOF(none); i++)
        check_that(none[i], !key_find(none[i]));
    static const struct {
        const char *path;
        bool group;
    } groups[] = { { "proxy", true }, { "no_proxy", true }, { "imds", true }, { "case", false },
        { "proxy.http", false }, { "prox", false }, { "", false }, { "proxy.", false } };
    for (size_t i = 0; i < ELEMENTSOF(groups); i++)
        check_number(groups[i].path, key_is_group(groups[i].path), groups[i].group);
    check_text("nearest", key_suggest("proxy.htp"), "proxy.http");
    check_text("nearest", key_suggest("imds.deadline"), "imds.deadline_s");
    check_text("nearest", key_suggest("zzzzzzzz"), NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right),
        cmocka_unit_test(test_wrong_type),
        cmocka_unit_test(test_wrong_value),
        cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_null),
        cmocka_unit_test(test_twice),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
