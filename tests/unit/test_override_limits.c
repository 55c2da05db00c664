/* SPDX-License-Identifier: MIT */
/* agent/overrides/: what a file may cost. What is behind a limit is not looked at: a setting there
 * gives no warning, and one that is just within the limit does. */

#include "overrides/detector.h"

#include "lib/memory.h"
#include "overrides.h"

#define OLD    "http://old:8080"
#define OURS   "http://proxy.corp:3128"
#define LAST   "/etc/last"
#define SHELL  "/etc/profile.d/proxy.sh"
#define UNIT   "/etc/systemd/system/app.service"
#define DROPIN UNIT ".d/90.conf"
#define SUDO   "/etc/sudoers"
#define KEEP   "@includedir /etc/sudoers.d\n"

static const struct limit_row {
    const char *name;
    int (*detect)(const struct detection *detection);
    const char *path, *head;
    const char *each; /* so many times behind the head */
    size_t times;
    const char *tail, *last; /* what follows; what LAST holds */
    const char *expected;    /* what a warning of it has; NULL: none */
} rows[] = {
    { "settings of apt", detect_apt, "/etc/apt/apt.conf", "",
        "Acquire::http::Proxy::h%zu \"" OURS "\";\n", 490,
        "Acquire::http::Proxy::last \"" OLD "\";\n", NULL, "Acquire::http::Proxy::last=" OLD },
    { "more settings of apt", detect_apt, "/etc/apt/apt.conf", "",
        "Acquire::http::Proxy::h%zu \"" OURS "\";\n", 501,
        "Acquire::http::Proxy::last \"" OLD "\";\n", NULL, NULL },
    { "scopes of apt", detect_apt, "/etc/apt/apt.conf", "", "a {\n", 40,
        "\nAcquire::http::Proxy \"" OLD "\";\n", NULL, NULL },
    { "files of PAM", detect_pam, "/etc/pam.d/su", "", "@include x%zu\n", 90,
        "session required pam_env.so conffile=" LAST " readenv=0\n", "http_proxy DEFAULT=" OLD "\n",
        "http_proxy=" OLD },
    { "more files of PAM", detect_pam, "/etc/pam.d/su", "", "@include x%zu\n", 200,
        "session required pam_env.so conffile=" LAST " readenv=0\n", "http_proxy DEFAULT=" OLD "\n",
        NULL },
    { "files of sudo", detect_sudo, SUDO, KEEP, "@include /x%zu\n", 190, "@include " LAST "\n",
        "Defaults env_keep=LANG\n", LAST ":1: takes http_proxy" },
    { "more files of sudo", detect_sudo, SUDO, KEEP, "@include /x%zu\n", 200, "@include " LAST "\n",
        "Defaults env_keep=LANG\n", NULL },
    { "directories of sudo", detect_sudo, SUDO, KEEP, "@includedir /x%zu\n", 200,
        "@include " LAST "\n", "Defaults env_keep=LANG\n", NULL },
    { "changes of sudo's list", detect_sudo, SUDO, KEEP, "Defaults env_keep+=A\n", 1990,
        "Defaults env_keep=LANG\n", NULL, SUDO ":1992: takes http_proxy" },
    { "more changes of sudo's list", detect_sudo, SUDO, KEEP, "Defaults env_keep+=A\n", 2000,
        "Defaults env_keep=LANG\n", NULL, NULL },
    { "files of a program", detect_programs, "/root/.gitconfig", "", "[include]\npath=/x%zu\n",
        1900, "[include]\npath=" LAST "\n", "[http]\nproxy=" OLD "\n", LAST ":2: proxy=" OLD },
    { "more files of a program", detect_programs, "/root/.gitconfig", "", "[include]\npath=/x%zu\n",
        2000, "[include]\npath=" LAST "\n", "[http]\nproxy=" OLD "\n", NULL },
    { "files of a service", detect_services, DROPIN, "[Service]\n", "EnvironmentFile=-/x%zu\n", 40,
        "EnvironmentFile=" LAST "\n", "HTTP_PROXY=" OLD "\n", "HTTP_PROXY=" OLD },
    { "more files of a service", detect_services, DROPIN, "[Service]\n", "EnvironmentFile=-/x%zu\n",
        50, "EnvironmentFile=" LAST "\n", "HTTP_PROXY=" OLD "\n", NULL },
    { "settings of a service", detect_services, DROPIN, "[Service]\n", "Environment=A%zu=x\n", 900,
        "EnvironmentFile=" LAST "\n", "HTTP_PROXY=" OLD "\n", "HTTP_PROXY=" OLD },
    { "more settings of a service", detect_services, DROPIN, "[Service]\n", "Environment=A%zu=x\n",
        2001, "Environment=HTTP_PROXY=" OLD "\n", NULL, NULL },
    { "the text of eval", detect_login_shells, SHELL, "eval \"", "export A=aaaaaaaaaaaaaaaaaaaa;",
        1000, "export http_proxy=" OLD "\"\n", NULL, "http_proxy=" OLD },
    { "more text of eval", detect_login_shells, SHELL, "eval \"", "export A=aaaaaaaaaaaaaaaaaaaa;",
        1100, "export http_proxy=" OLD "\"\n", NULL, NULL },
    { "words of a value", detect_login_shells, SHELL, "L=\"", "w ", 150,
        "x\"\nset -- $L\n[ $# -eq 151 ] && export http_proxy=" OLD "\n", NULL, "http_proxy=" OLD },
    { "more words of a value", detect_login_shells, SHELL, "L=\"", "w ", 201,
        "x\"\nset -- $L\n[ $# -eq 202 ] && export http_proxy=" OLD "\n", NULL, NULL },
    { "variables of a script", detect_login_shells, SHELL, "", "v%zu=1\n", 1001,
        "x=1\n[ -n \"$x\" ] && export http_proxy=" OLD "\n", NULL, "http_proxy=" OLD },
    { "names of files", detect_login_shells, SHELL, "export $(cat ", "/x ", 10, LAST ")\n",
        "http_proxy=" OLD "\n", "http_proxy=" OLD },
    { "more names of files", detect_login_shells, SHELL, "export $(cat ", "/x ", 2000, LAST ")\n",
        "http_proxy=" OLD "\n", NULL },
    { "a value in a value", detect_login_shells, SHELL, "no_proxy=", "${A-", 5,
        "x}}}}}\nexport no_proxy\n", NULL, "no_proxy=" },
    { "deeper values in values", detect_login_shells, SHELL, "no_proxy=", "${A-", 12,
        "x}}}}}}}}}}}}\nexport no_proxy\n", NULL, "no_proxy=" },
    { "a long value", detect_login_shells, SHELL, "A=", "0123456789", 3000,
        "\nexport no_proxy=$A$A$A\n", NULL, "no_proxy=" },
};

static void write_limit(const struct limit_row *row, struct buffer *ret)
{
    check_number("head", buffer_append_text(ret, row->head), 0);
    const char *number = strstr(row->each, "%zu");
    size_t before = number ? (size_t) (number - row->each) : strlen(row->each);
    for (size_t i = 0; i < row->times; i++) {
        check_number("each", buffer_append(ret, row->each, before), 0);
        if (number)
            check_number("number", buffer_printf(ret, "%zu%s", i, number + strlen("%zu")), 0);
    }
    check_number("tail", buffer_append_text(ret, row->tail), 0);
}

static void check_limit(const struct limit_row *row, const struct scratch *scratch)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    _cleanup_overrides_ struct overrides found = { 0 };
    struct environment environment;
    write_limit(row, &text);
    scratch_write(scratch, row->path, text.data);
    scratch_write(scratch, "/etc/sudoers.d/50-ec2-bootstrap", "");
    scratch_write(scratch, UNIT, "[Service]\nExecStart=/usr/bin/app\n");
    if (row->last)
        scratch_write(scratch, LAST, row->last);
    override_environment(LETTER_CASE_BOTH, &environment);
    const struct detection detection = {
        .tree = &scratch->tree, .environment = &environment, .found = &found
    };
    check_number(row->name, row->detect(&detection), 0);
    check_number(row->name, overrides_warn(&found, &warnings), 0);
    _cleanup_mem_ char *all = strings_join(&warnings, "\n");
    const char *shown = all ? all : "";
    check_text(row->name, row->expected && strstr(shown, row->expected) ? row->expected : shown,
        row->expected ? row->expected : "");
    environment_free(&environment);
}

static void test_limits(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        void *scratch = NULL;
        check_number(rows[i].name, scratch_setup(&scratch), 0);
        check_limit(&rows[i], scratch);
        check_number(rows[i].name, scratch_teardown(&scratch), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_limits) };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
