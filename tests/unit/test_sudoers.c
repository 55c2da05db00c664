/* SPDX-License-Identifier: MIT */
/* agent/overrides/sudoers.c: what takes our variables away from sudo. tests/real has sudo do the
 * same. */

#include "overrides/detector.h"

#include "lib/memory.h"
#include "overrides.h"

#define REMEDY " away from sudo: write \"env_keep +=\" there, or name these variables too"
#define ALL    "http_proxy, https_proxy, no_proxy, HTTP_PROXY, HTTPS_PROXY, NO_PROXY"
#define HIDDEN                                                                                     \
    "/etc/sudoers: /etc/sudoers.d/50-ec2-bootstrap is not read by sudo: add the line "             \
    "\"@includedir /etc/sudoers.d\", with visudo; sudo older than 1.9.1 wants \"#\" for \"@\""
#define MAIN  "/etc/sudoers"
#define LATER "/etc/sudoers.d/90-corp"
#define OUR                                                                                        \
    {                                                                                              \
        "/etc/sudoers.d/50-ec2-bootstrap", ""                                                      \
    }

/* As Debian and Red Hat have it. */
#define DEBIAN                                                                                     \
    {                                                                                              \
        MAIN, "Defaults\tenv_reset\nDefaults\tmail_badpass\n"                                      \
              "Defaults\tsecure_path=\"/usr/sbin:/usr/bin\"\nroot\tALL=(ALL:ALL) ALL\n"            \
              "@includedir /etc/sudoers.d\n"                                                       \
    }
#define REDHAT                                                                                     \
    {                                                                                              \
        MAIN, "Defaults    env_reset\nDefaults    env_keep =  \"COLORS DISPLAY HOSTNAME\"\n"       \
              "Defaults    env_keep += \"LC_TIME LC_ALL\"\n%wheel ALL=(ALL) ALL\n"                 \
              "#includedir /etc/sudoers.d\n"                                                       \
    }

static const struct override_row rows[] = {
    { "replaces the list", { OUR, DEBIAN, { LATER, "# corp\nDefaults env_keep=\"COLORS\"\n" } },
        LATER ":2: takes " ALL REMEDY },
    { "takes two away",
        { OUR, REDHAT, { LATER, "Defaults env_keep -= \"http_proxy HTTP_PROXY\"\n" } },
        LATER ":1: takes http_proxy, HTTP_PROXY" REMEDY },
    { "replaces with a part of them",
        { OUR, DEBIAN, { LATER, "Defaults env_keep = \"http_proxy https_proxy no_proxy\"\n" } },
        LATER ":1: takes HTTP_PROXY, HTTPS_PROXY, NO_PROXY" REMEDY },
    { "behind the line that reads ours",
        { OUR,
            { MAIN,
                "@includedir /etc/sudoers.d\nDefaults env_reset, env_keep=LANG, !visiblepw\n" } },
        MAIN ":2: takes " ALL REMEDY },
    { "switches the list off", { OUR, DEBIAN, { LATER, "Defaults !env_keep\n" } },
        LATER ":1: takes " ALL REMEDY },
    { "for one user", { OUR, DEBIAN, { LATER, "Defaults:deploy env_keep = \"PATH\"\n" } },
        LATER ":1: takes " ALL REMEDY },
    { "for a command, before ours",
        { OUR, DEBIAN,
            { "/etc/sudoers.d/10-apt", "Defaults!/usr/bin/apt env_keep -= no_proxy\n" } },
        "/etc/sudoers.d/10-apt:1: takes no_proxy" REMEDY },
    { "included by a relative name",
        { OUR, { MAIN, "@includedir sudoers.d\n@include sudoers.local\n" },
            { "/etc/sudoers.local", "Defaults env_keep = LANG\n" } },
        "/etc/sudoers.local:1: takes " ALL REMEDY },
    { "over two lines", { OUR, DEBIAN, { LATER, "Defaults \\\n  env_keep = \\\n \"LANG\"\n" } },
        LATER ":1: takes " ALL REMEDY },
    { "checked, before ours",
        { OUR, DEBIAN, { "/etc/sudoers.d/10", "Defaults env_check += \"http_proxy\"\n" } },
        "/etc/sudoers.d/10:1: takes http_proxy" REMEDY },
    { "checked, and a list before ours",
        { OUR, DEBIAN, { "/etc/sudoers.d/10", "Defaults env_keep=LANG, env_check+=no_proxy\n" } },
        "" },
    { "deleted, where all is kept",
        { OUR, DEBIAN, { LATER, "Defaults !env_reset, env_delete+=http_proxy\n" } },
        LATER ":1: takes http_proxy" REMEDY },
    { "in a file that is included",
        { OUR, DEBIAN, { LATER, "@include /etc/corp/sudo\n" },
            { "/etc/corp/sudo", "Defaults env_keep=\"LANG\" # only\n" } },
        "/etc/corp/sudo:1: takes " ALL REMEDY },
    { "ours is not read", { OUR, { MAIN, "root ALL=(ALL) ALL\n" } }, HIDDEN },
    { "another directory", { OUR, { MAIN, "@includedir /etc/sudoers.d.corp\n" } }, HIDDEN },

    { "Debian", { OUR, DEBIAN }, "" },
    { "Red Hat", { OUR, REDHAT }, "" },
    { "a relative directory", { OUR, { MAIN, "root ALL=(ALL) ALL\n#includedir sudoers.d\n" } },
        "" },
    { "ours by its name", { OUR, { MAIN, "@include /etc/sudoers.d/50-ec2-bootstrap\n" } }, "" },
    { "a directory with slashes behind it",
        { OUR, { MAIN, "root ALL=(ALL) ALL\n@includedir /etc/sudoers.d//\n" } }, "" },
    { "no sudo", { OUR }, "" },
    { "no directory", { { MAIN, "root ALL=(ALL) ALL\n" } }, "" },
    { "adds", { OUR, DEBIAN, { LATER, "Defaults env_keep += \"SSH_AUTH_SOCK\"\n" } }, "" },
    { "names them too",
        { OUR, DEBIAN, { LATER, "Defaults env_keep = \"LANG *_proxy *_PROXY\"\n" } }, "" },
    { "keeps all", { OUR, DEBIAN, { LATER, "Defaults env_keep=LANG\nDefaults !env_reset\n" } },
        "" },
    { "names that sudo passes over",
        { OUR, DEBIAN, { "/etc/sudoers.d/90.corp", "Defaults env_keep=LANG\n" },
            { "/etc/sudoers.d/90-corp~", "Defaults env_keep=LANG\n" } },
        "" },
    { "before ours", { OUR, DEBIAN, { "/etc/sudoers.d/10-corp", "Defaults env_keep=LANG\n" } },
        "" },
    { "a comment, a rule, another setting",
        { OUR, DEBIAN,
            { LATER, "#Defaults env_keep=LANG\nDefaults setenv\n"
                     "ci ALL=(ALL) NOPASSWD:SETENV: /usr/bin/env env_keep=x\n"
                     "Defaults env_file=/etc/environment, passprompt=\"env_keep=x\"\n" } },
        "" },
    { "a word that is not on the list",
        { OUR, DEBIAN, { LATER, "Defaults env_keep -= *_proxy\n" } }, "" },
    { "a word that a pattern makes up for",
        { OUR, DEBIAN, { "/etc/sudoers.d/10", "Defaults env_keep += \"*_proxy\"\n" },
            { LATER, "Defaults env_keep -= http_proxy\n" } },
        "" },
    { "taken away and given back",
        { OUR, DEBIAN, { LATER, "Defaults env_keep=LANG\n" },
            { "/etc/sudoers.d/95", "Defaults env_keep+=\"*_proxy *_PROXY\"\n" } },
        "" },
    { "odd",
        { OUR, { MAIN, "@includedir /etc/sudoers.d\n@include /etc/sudoers\nDefaults\n"
                       "@includex /x\nDefaults \"\nDefaults !!!\nDefaults ,,=,+=-=\\\n" } },
        "" },
};

static void test_sudoers(void **state)
{
    (void) state;
    override_check_rows(rows, LETTER_CASE_BOTH, detect_sudo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sudoers),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
