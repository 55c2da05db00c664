/* SPDX-License-Identifier: MIT */
/* agent/overrides/session_files.c: crontabs and sshd. */

#include "overrides/detector.h"

#include "lib/memory.h"
#include "overrides.h"

#define CRON " overrides ec2-bootstrap in cron's jobs: remove that line"
#define SSHD " overrides ec2-bootstrap in sessions of sshd: remove that variable, then reload sshd"
#define OLD  "http://old:8080"

static const struct override_row rows[] = {
    { "crontab",
        { { "/etc/crontab", "SHELL=/bin/sh\nhttp_proxy=" OLD "\n17 * * * * root true\n" } },
        "/etc/crontab:2: http_proxy=" OLD CRON },
    { "blanks and quotes", { { "/etc/cron.d/corp", "https_proxy = \"" OLD "\"\nNO_PROXY='x'\n" } },
        "/etc/cron.d/corp:1: https_proxy=" OLD CRON "\n/etc/cron.d/corp:2: NO_PROXY=x" CRON },
    { "of a user, Debian", { { "/var/spool/cron/crontabs/ann", "no_proxy=x\n" } },
        "/var/spool/cron/crontabs/ann:1: no_proxy=x" CRON },
    { "of a user, Red Hat", { { "/var/spool/cron/ann", "no_proxy=x\n" } },
        "/var/spool/cron/ann:1: no_proxy=x" CRON },
    { "anacron",
        { { "/etc/anacrontab", "SHELL=/bin/sh\nhttp_proxy=" OLD "\n1 5 cron.daily true\n" } },
        "/etc/anacrontab:2: http_proxy=" OLD
        " overrides ec2-bootstrap in anacron's jobs: remove that line" },
    { "emptied", { { "/etc/crontab", "HTTP_PROXY=\n" } },
        "/etc/crontab:1: takes HTTP_PROXY away from cron's jobs: remove that line" },
    { "nothing is expanded", { { "/etc/crontab", "no_proxy=$no_proxy,.corp\n" } },
        "/etc/crontab:1: no_proxy=$no_proxy,.corp" CRON },
    { "sshd", { { "/etc/ssh/sshd_config", "UsePAM yes\nSetEnv LANG=C http_proxy=" OLD "\n" } },
        "/etc/ssh/sshd_config:2: http_proxy=" OLD SSHD },
    { "sshd, a part, quoted",
        { { "/etc/ssh/sshd_config.d/60.conf",
            "  setenv \"no_proxy=a b\" HTTPS_PROXY=http://u:pw@old:1\n" } },
        "/etc/ssh/sshd_config.d/60.conf:1: no_proxy=a b" SSHD "\n"
        "/etc/ssh/sshd_config.d/60.conf:1: HTTPS_PROXY=http://***@old:1" SSHD },

    { "nothing", { { NULL, NULL } }, "" },
    { "jobs and comments",
        { { "/etc/crontab", "#http_proxy=" OLD "\n* * * * * root http_proxy=x curl y\n"
                            "@daily root env no_proxy=x true\n" } },
        "" },
    { "the same", { { "/etc/cron.d/corp", "http_proxy=http://proxy.corp:3128/\n" } }, "" },
    { "sshd, others",
        { { "/etc/ssh/sshd_config", "#SetEnv no_proxy=x\nAcceptEnv http_proxy\nSetEnv A=b\n"
                                    "SetEnvX no_proxy=x\n" },
            { "/etc/ssh/sshd_config.d/60.conf.bak", "SetEnv no_proxy=x\n" } },
        "" },
    { "odd",
        { { "/etc/crontab", "=\n = \n\"\n" },
            { "/etc/ssh/sshd_config", "SetEnv\nSetEnv =\nSetEnv \"\n" },
            { "/etc/cron.d/a", "-> a" } },
        "" },
};

static void test_session_files(void **state)
{
    (void) state;
    override_check_rows(rows, LETTER_CASE_BOTH, detect_session_files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_session_files),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
