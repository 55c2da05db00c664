/* SPDX-License-Identifier: MIT */
/* agent/overrides/user_managers.c: environment.d(5), in the order of systemd. */

#include "overrides/detector.h"

#include "lib/memory.h"
#include "overrides.h"

#define WINS " overrides ec2-bootstrap in services of users: remove that line, or the file"
#define LINK                                                                                       \
    {                                                                                              \
        "/usr/lib/environment.d/99-environment.conf", "-> ../../../etc/environment"                \
    }
#define LATER "/etc/environment.d/99-proxy.conf"
#define OLD   "http://old:8080"

static const struct override_row rows[] = {
    { "sorts behind /etc/environment", { LINK, { LATER, "# corp\nhttp_proxy=" OLD "\n" } },
        LATER ":2: http_proxy=" OLD WINS },
    { "quoted", { LINK, { LATER, "HTTP_PROXY=\"" OLD "\"\n" } }, LATER ":1: HTTP_PROXY=" OLD WINS },
    { "from another variable", { LINK, { LATER, "P=" OLD "\nhttps_proxy=${P}\n" } },
        LATER ":2: https_proxy=" OLD WINS },
    { "in another directory", { LINK, { "/usr/lib/environment.d/99-z.conf", "no_proxy=x\n" } },
        "/usr/lib/environment.d/99-z.conf:1: no_proxy=x" WINS },
    { "no link, so that every file is the last",
        { { "/etc/environment.d/10-proxy.conf", "no_proxy=x\n" } },
        "/etc/environment.d/10-proxy.conf:1: no_proxy=x" WINS },
    { "the link is masked",
        { { "/etc/environment.d/99-environment.conf", "-> /dev/null" }, LINK,
            { "/etc/environment.d/10-proxy.conf", "no_proxy=x\n" } },
        "/etc/environment.d/10-proxy.conf:1: no_proxy=x" WINS },
    { "of a user", { LINK, { "/home/ann/.config/environment.d/proxy.conf", "no_proxy=x\n" } },
        "/home/ann/.config/environment.d/proxy.conf:1: no_proxy=x" WINS },
    { "set to nothing", { LINK, { LATER, "http_proxy=\n" } },
        LATER ":1: takes http_proxy away from services of users: remove that line, or the file" },

    { "sorts before", { LINK, { "/etc/environment.d/50-proxy.conf", "http_proxy=" OLD "\n" } },
        "" },
    { "adds", { LINK, { LATER, "no_proxy=${no_proxy},.corp\n" } }, "" },
    { "the same", { LINK, { LATER, "http_proxy=http://proxy.corp:3128/\n" } }, "" },
    { "only where there is none", { LINK, { LATER, "http_proxy=${http_proxy:-" OLD "}\n" } }, "" },
    { "another suffix", { LINK, { "/etc/environment.d/99-proxy", "no_proxy=x\n" } }, "" },
    { "masked",
        { LINK, { LATER, "-> /dev/null" },
            { "/usr/lib/environment.d/99-proxy.conf", "no_proxy=x\n" } },
        "" },
    { "odd", { LINK, { LATER, "=\n==\nno_proxy\n;no_proxy=x\n${\n" } }, "" },
};

static void test_user_managers(void **state)
{
    (void) state;
    override_check_rows(rows, LETTER_CASE_BOTH, detect_user_managers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_user_managers),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
