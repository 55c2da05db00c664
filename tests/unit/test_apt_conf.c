/* SPDX-License-Identifier: MIT */
/* agent/overrides/apt_conf.c and apt_parser.c: what apt reads after our part. tests/real has
 * apt-config read the same. */

#include "overrides/detector.h"

#include "lib/memory.h"
#include "overrides.h"

#define WINS        " overrides ec2-bootstrap in apt: remove that setting"
#define TAKES(name) "takes " name " away from apt: remove that setting"
#define MAIN        "/etc/apt/apt.conf"
#define PART        "/etc/apt/apt.conf.d/99proxy"
#define EARLY       "/etc/apt/apt.conf.d/30proxy"
#define OLD         "http://old:8080"

static const struct override_row rows[] = {
    { "the installer's file", { { MAIN, "Acquire::http::Proxy \"" OLD "/\";\n" } },
        MAIN ":1: Acquire::http::Proxy=" OLD "/" WINS },
    { "a later part", { { PART, "// corp\nAcquire::https::proxy \"" OLD "\";\n" } },
        PART ":2: Acquire::https::proxy=" OLD WINS },
    { "scopes",
        { { MAIN, "Acquire {\n  http {\n    Proxy \"" OLD "\";\n  };\n"
                  "  HTTPS { proxy \"DIRECT\"; };\n};\n" } },
        MAIN ":3: Acquire::http::Proxy=" OLD WINS "\n" MAIN
             ":5: Acquire::HTTPS::proxy=DIRECT" WINS },
    { "for one host, before ours",
        { { EARLY, "Acquire::http::Proxy::deb.corp.example \"" OLD "\";\n" } },
        EARLY ":1: Acquire::http::Proxy::deb.corp.example=" OLD WINS },
    { "a program that finds a proxy",
        { { EARLY, "Acquire::http::ProxyAutoDetect \"/usr/share/squid-deb-proxy-client/"
                   "apt-avahi-discover\";\n" } },
        EARLY ":1: Acquire::http::ProxyAutoDetect=/usr/share/squid-deb-proxy-client/"
              "apt-avahi-discover" WINS },
    { "a program, in a scope",
        { { PART, "Acquire::https { Proxy-Auto-Detect \"/usr/bin/auto-apt-proxy\"; }\n" } },
        PART ":1: Acquire::https::Proxy-Auto-Detect=/usr/bin/auto-apt-proxy" WINS },
    { "cleared", { { PART, "#clear Acquire::http;\n" } },
        PART ":1: " TAKES("Acquire::http::Proxy") },
    { "empty", { { PART, "Acquire::http::Proxy \"\";\n" } },
        PART ":1: " TAKES("Acquire::http::Proxy") },
    { "without quotes, over lines", { { PART, "Acquire::http::Proxy\n  DIRECT;\n" } },
        PART ":2: Acquire::http::Proxy=DIRECT" WINS },
    { "behind comments",
        { { PART, "/* Acquire::https::Proxy \"x\";\n*/ # more\n"
                  "Acquire::http::Proxy \"" OLD "\"; // it\n" } },
        PART ":3: Acquire::http::Proxy=" OLD WINS },
    { "the last one counts",
        { { PART, "Acquire::http::Proxy \"http://a:1\";\n" },
            { MAIN, "Acquire::http::Proxy \"http://u:pw@old:8080\";\n" } },
        MAIN ":1: Acquire::http::Proxy=http://***@old:8080" WINS },
    { "a host that is to be direct", { { PART, "Acquire::http::Proxy::localhost \"" OLD "\";\n" } },
        PART ":1: Acquire::http::Proxy::localhost=" OLD WINS },

    { "a scope with a value", { { MAIN, "Acquire::http \"x\" { Proxy \"" OLD "\"; };\n" } },
        MAIN ":1: Acquire::http::Proxy=" OLD WINS },
    { "included",
        { { MAIN, "#include \"/x/proxy.conf\";\n#include \"/y/\";\n" },
            { "/x/proxy.conf", "Acquire::http::Proxy \"" OLD "\";\n" },
            { "/y/a.conf", "\nAcquire::https::Proxy \"" OLD "\";\n" } },
        "/x/proxy.conf:1: Acquire::http::Proxy=" OLD WINS
        "\n/y/a.conf:2: Acquire::https::Proxy=" OLD WINS },

    { "nothing", { { NULL, NULL } }, "" },
    { "an earlier part", { { EARLY, "Acquire::http::Proxy \"" OLD "\";\n" } }, "" },
    { "the same", { { MAIN, "acquire::HTTP::proxy \"http://Proxy.corp:3128/\";\n" } }, "" },
    { "comments only",
        { { MAIN, "//Acquire::http::Proxy \"" OLD "\";\n"
                  "# Acquire::http::Proxy \"" OLD "\";\n"
                  "/* Acquire::http::Proxy \"" OLD "\"; */\n" } },
        "" },
    { "one more host is direct",
        { { MAIN, "Acquire::http::Proxy::mirror.corp.example \"DIRECT\";\n" } }, "" },
    { "not a part",
        { { "/etc/apt/apt.conf.d/99proxy.bak", "Acquire::http::Proxy \"x\";\n" },
            { "/etc/apt/apt.conf.d/99proxy~", "Acquire::http::Proxy \"x\";\n" } },
        "" },
    { "other settings",
        { { MAIN, "Acquire::ftp::Proxy \"" OLD "\";\nAcquire::Retries 3;\n"
                  "APT::Periodic::Unattended-Upgrade \"1\";\n"
                  "Acquire::http::Timeout \"5\";\n" } },
        "" },
    { "a host that ours sets later",
        { { EARLY, "Acquire::http::Proxy::localhost \"" OLD "\";\n" } }, "" },
    { "a list", { { PART, "Acquire::http::Proxy:: \"x\";\nAcquire::http::Proxy { \"x\"; };\n" } },
        "" },
    { "cleared before ours", { { EARLY, "#clear Acquire;\n" } }, "" },
    { "set back",
        { { PART, "Acquire::http::Proxy \"" OLD "\";\n" },
            { MAIN, "Acquire::http::Proxy \"http://proxy.corp:3128\";\n" } },
        "" },
    { "cleared, and set back",
        { { MAIN, "#clear Acquire::http::Proxy;\n"
                  "Acquire::http::Proxy \"http://proxy.corp:3128\";\n" } },
        "" },
    { "included, with ours",
        { { MAIN, "#include \"/x/proxy.conf\";\n" },
            { "/x/proxy.conf", "Acquire::http::Proxy \"http://proxy.corp:3128/\";\n" } },
        "" },
    { "includes itself", { { MAIN, "#include \"/etc/apt/apt.conf\";\n" } }, "" },
    { "odd", { { PART, "}}}};;;{{{{ \"Acquire::http::Proxy" }, { MAIN, "/* \"" } }, "" },
    { "a link to itself", { { PART, "-> 99proxy" } }, "" },
};

static void test_apt_conf(void **state)
{
    (void) state;
    override_check_rows(rows, LETTER_CASE_BOTH, detect_apt);
}

/* Nothing is said of https:// where the settings have no proxy for it. */
static void test_apt_without_https(void **state)
{
    struct scratch *scratch = *state;
    struct environment environment = { 0 };
    struct overrides found = { 0 };
    scratch_write(scratch, MAIN,
        "Acquire::https::Proxy \"" OLD "\";\n#clear Acquire::https;\n"
        "Acquire::https::Proxy \"" OLD "\";\nAcquire::http::Proxy \"" OLD "\";\n");
    check_number(
        "add", environment_add(&environment, VARIABLE_HTTP_PROXY, OVERRIDE_PROXY, NULL), 0);
    const struct detection detection = {
        .tree = &scratch->tree, .environment = &environment, .found = &found
    };
    check_number("detect", detect_apt(&detection), 0);
    check_number("count", (long long) found.count, 1);
    check_text("variable", found.items[0].variable, "Acquire::http::Proxy");
    overrides_free(&found);
    environment_free(&environment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apt_conf),
        cmocka_unit_test_setup_teardown(test_apt_without_https, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
