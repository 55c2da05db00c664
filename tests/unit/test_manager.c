/* SPDX-License-Identifier: MIT */
/* agent/overrides/manager.c: DefaultEnvironment= of the service manager. */

#include "overrides/detector.h"

#include "lib/memory.h"
#include "overrides.h"

#define WINS                                                                                       \
    " overrides ec2-bootstrap in services that start before ec2-bootstrap: remove it there, then " \
    "run "                                                                                         \
    "systemctl daemon-reexec"
#define OLD  "http://old:8080"
#define MAIN "/etc/systemd/system.conf"
#define PART MAIN ".d/50-proxy.conf"

static const struct override_row rows[] = {
    { "main", { { MAIN, "[Manager]\nLogLevel=info\nDefaultEnvironment=http_proxy=" OLD "\n" } },
        MAIN ":3: http_proxy=" OLD WINS },
    { "a part, quoted",
        { { PART, "[Manager]\nDefaultEnvironment=\"HTTPS_PROXY=http://u:pw@old:1\" 'LANG=C' "
                  "NO_PROXY=localhost\n" } },
        PART ":2: HTTPS_PROXY=http://***@old:1" WINS "\n" PART ":2: NO_PROXY=localhost" WINS },
    { "a line that goes on",
        { { MAIN, "[Manager]\nDefaultEnvironment=LANG=C \\\n  no_proxy=.amazonaws.com\n" } },
        MAIN ":2: no_proxy=.amazonaws.com" WINS },
    { "the last one counts",
        { { MAIN, "[Manager]\nDefaultEnvironment=http_proxy=http://first:1\n" },
            { PART, "[Manager]\nDefaultEnvironment=http_proxy=" OLD "\n" } },
        PART ":2: http_proxy=" OLD WINS },
    { "of the vendor",
        { { "/usr/lib/systemd/system.conf.d/a.conf",
            "[Manager]\nDefaultEnvironment=no_proxy=x\n" } },
        "/usr/lib/systemd/system.conf.d/a.conf:2: no_proxy=x" WINS },
    { "of this boot",
        { { "/run/systemd/system.conf.d/a.conf", "[Manager]\nDefaultEnvironment=no_proxy=x\n" } },
        "/run/systemd/system.conf.d/a.conf:2: no_proxy=x" WINS },
    { "main of the vendor",
        { { "/usr/lib/systemd/system.conf", "[Manager]\nDefaultEnvironment=no_proxy=x\n" } },
        "/usr/lib/systemd/system.conf:2: no_proxy=x" WINS },
    { "emptied", { { MAIN, "[Manager]\nDefaultEnvironment=HTTP_PROXY=\n" } },
        MAIN ":2: takes HTTP_PROXY away from services that start before ec2-bootstrap: remove it "
             "there, then run systemctl daemon-reexec" },

    { "nothing", { { NULL, NULL } }, "" },
    { "as it comes",
        { { MAIN, "[Manager]\n#DefaultEnvironment=\n#LogLevel=info\nManagerEnvironment=\n" } },
        "" },
    { "other variables", { { MAIN, "[Manager]\nDefaultEnvironment=LANG=C http_proxyx=y\n" } }, "" },
    { "the same",
        { { MAIN, "[Manager]\nDefaultEnvironment=http_proxy=http://proxy.corp:3128/\n" } }, "" },
    { "taken back", { { MAIN, "[Manager]\nDefaultEnvironment=no_proxy=x\nDefaultEnvironment=\n" } },
        "" },
    { "taken back by a part",
        { { MAIN, "[Manager]\nDefaultEnvironment=no_proxy=x\n" },
            { PART, "[Manager]\nDefaultEnvironment=\n" } },
        "" },
    { "masked by /etc",
        { { "/usr/lib/systemd/system.conf.d/a.conf", "[Manager]\nDefaultEnvironment=no_proxy=x\n" },
            { MAIN ".d/a.conf", "-> /dev/null" } },
        "" },
    { "another section", { { MAIN, "[Service]\nDefaultEnvironment=no_proxy=x\n" } }, "" },
    { "odd",
        { { MAIN, "[Manager\nDefaultEnvironment=no_proxy=x\n[Manager]\nDefaultEnvironment=\"" } },
        "" },
};

static void test_manager(void **state)
{
    (void) state;
    override_check_rows(rows, LETTER_CASE_BOTH, detect_manager);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_manager) };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
