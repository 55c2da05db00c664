/* SPDX-License-Identifier: MIT */
/* agent/overrides/pam_stacks.c: what PAM reads behind /etc/environment. */

#include "overrides/detector.h"

#include "lib/memory.h"
#include "overrides.h"

#define WINS  " overrides ec2-bootstrap in sessions: remove that line"
#define CONF  "/etc/security/pam_env.conf"
#define LOCAL "/etc/default/locale"
#define OLD   "http://old:8080"
#define SU                                                                                         \
    {                                                                                              \
        "/etc/pam.d/su", "auth sufficient pam_rootok.so\nsession required pam_env.so readenv=1\n"  \
                         "session required pam_env.so readenv=1 envfile=" LOCAL "\n"               \
    }
#define REDHAT                                                                                     \
    { "/etc/pam.d/sshd", "auth substack password-auth\nsession include password-auth\n" },         \
    {                                                                                              \
        "/etc/pam.d/password-auth", "auth  required  pam_env.so\nauth [default=1 ignore=ignore "   \
                                    "success=ok] pam_usertype.so isregular\n"                      \
    }

static const struct override_row rows[] = {
    { "Debian reads the conffile twice", { SU, { CONF, "# x\nhttp_proxy DEFAULT=" OLD "\n" } },
        CONF ":2: http_proxy=" OLD WINS },
    { "the locale's file", { SU, { LOCAL, "LANG=C\nhttps_proxy=\"" OLD "\"\n" } },
        LOCAL ":2: https_proxy=" OLD WINS },
    { "OVERRIDE, quoted", { SU, { CONF, "no_proxy DEFAULT=a OVERRIDE=\"x\"\n" } },
        CONF ":1: no_proxy=x" WINS },
    { "OVERRIDE that nobody knows",
        { SU, { CONF, "no_proxy DEFAULT=a OVERRIDE=${ours}${ours:-}\n" } },
        CONF ":1: no_proxy=${ours}" WINS },
    { "OVERRIDE of nothing", { SU, { CONF, "no_proxy DEFAULT=x OVERRIDE=\"\"\n" } },
        CONF ":1: no_proxy=x" WINS },
    { "by an include",
        { { "/etc/pam.d/sshd", "@include common\nsession required pam_env.so "
                               "envfile=" LOCAL "\n" },
            { "/etc/pam.d/common", "session required pam_env.so\n" },
            { CONF, "no_proxy DEFAULT=x\n" } },
        CONF ":1: no_proxy=x" WINS },
    { "not read at all",
        { { "/etc/pam.d/cron", "session required /lib/security/pam_env.so readenv=0\n" },
            { CONF, "HTTP_PROXY DEFAULT=" OLD "\n" } },
        CONF ":1: HTTP_PROXY=" OLD WINS },
    { "another conffile",
        { { "/etc/pam.d/cron", "session required pam_env.so conffile=/etc/corp.conf "
                               "readenv=0\n" },
            { "/etc/corp.conf", "HTTP_PROXY DEFAULT=" OLD "\n" } },
        "/etc/corp.conf:1: HTTP_PROXY=" OLD WINS },
    { "two of auth",
        { { "/etc/pam.d/cron", "auth required pam_env.so\n-auth [success=ok default=die] "
                               "pam_env.so readenv=0\n" },
            { CONF, "no_proxy DEFAULT=x\n" } },
        CONF ":1: no_proxy=x" WINS },
    { "export, and a comment", { SU, { LOCAL, "export no_proxy=x#y\n" } },
        LOCAL ":1: no_proxy=x" WINS },

    { "nothing", { SU }, "" },
    { "one pam_env, whose envfile is ours", { REDHAT, { CONF, "http_proxy DEFAULT=" OLD "\n" } },
        "" },
    { "adds", { SU, { CONF, "no_proxy DEFAULT=x OVERRIDE=${no_proxy},.corp\n" } }, "" },
    { "the same", { SU, { CONF, "http_proxy DEFAULT=http://proxy.corp:3128/\n" } }, "" },
    { "comments, other variables",
        { SU, { CONF, "#http_proxy DEFAULT=x\nPAGER DEFAULT=less\n" },
            { LOCAL, "# no_proxy=x\nLANG=C\n" } },
        "" },
    { "no pam_env",
        { { "/etc/pam.d/cron", "session required pam_unix.so\n" },
            { CONF, "http_proxy DEFAULT=x\n" } },
        "" },
    { "odd",
        { { "/etc/pam.d/a",
              "@include a\n@include\nsession\nsession [\nsession include a\n-session x\n" },
            SU, { CONF, "x\n=\nDEFAULT=\n\"\n" }, { LOCAL, "=\n\nx\n" } },
        "" },
};

static void test_pam_stacks(void **state)
{
    (void) state;
    override_check_rows(rows, LETTER_CASE_BOTH, detect_pam);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pam_stacks),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
