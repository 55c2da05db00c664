/* SPDX-License-Identifier: MIT */
/* agent/overrides/login_shells.c, and the reader of scripts behind it: what a shell reads after
 * our file. */

#include "overrides/detector.h"

#include "lib/memory.h"
#include "overrides.h"

#define REMEDY      ": remove that line, so that the settings of ec2-bootstrap count"
#define LOGIN       " overrides ec2-bootstrap in login shells" REMEDY
#define TAKES(name) "takes " name " away from login shells" REMEDY
#define PROXY       "/etc/profile.d/proxy.sh"
#define OLD         "http://old:8080"

/* As Debian has it. */
static const char debian_profile[] = "if [ \"${PS1-}\" ]; then\n"
                                     "  if [ -f /etc/bash.bashrc ]; then . /etc/bash.bashrc; fi\n"
                                     "fi\n"
                                     "if [ -d /etc/profile.d ]; then\n"
                                     "  for i in $(run-parts --list --regex "
                                     "'^[a-zA-Z0-9_][a-zA-Z0-9._-]*\\.sh$' /etc/profile.d); do\n"
                                     "    if [ -r $i ]; then . $i; fi\n"
                                     "  done\n"
                                     "  unset i\n"
                                     "fi\n";

/* As Red Hat has it. */
static const char redhat_profile[] =
    "pathmunge () { case \":${PATH}:\" in *:\"$1\":*) ;; *) PATH=$1:$PATH ;; esac; }\n"
    "for i in /etc/profile.d/*.sh /etc/profile.d/sh.local ; do\n"
    "    if [ -r \"$i\" ]; then\n"
    "        if [ \"${-#*i}\" != \"$-\" ]; then . \"$i\"; else . \"$i\" >/dev/null; fi\n"
    "    fi\n"
    "done\n";

/* As SUSE has it. */
#define SUSE                                                                                       \
    { "/etc/profile", "if test -d /etc/profile.d -a -z \"$PROFILEREAD\" ; then\n"                  \
                      "    for s in /etc/profile.d/*.sh ; do\n"                                    \
                      "\ttest -r $s -a ! -k $s && . $s\n    done\n    unset s\nfi\n" },            \
    {                                                                                              \
        "/etc/profile.d/profile.sh", "for f in /etc/sysconfig/mail /etc/sysconfig/proxy; do\n"     \
                                     "  while read l; do case \"$l\" in\n"                         \
                                     "    HTTP_PROXY=*) http_proxy=$v; export http_proxy ;;\n"     \
                                     "  esac; done < $f\ndone\n"                                   \
                                     "if test \"$PROXY_ENABLED\" != \"yes\" ; then\n"              \
                                     "    unset -v http_proxy https_proxy no_proxy NO_PROXY\n"     \
                                     "fi\n"                                                        \
    }
#define SUSE_TAKES(name) "/etc/sysconfig/proxy:2: " TAKES(name)

#define LATER(text)                                                                                \
    {                                                                                              \
        {                                                                                          \
            PROXY, text                                                                            \
        }                                                                                          \
    }

static const struct override_row rows[] = {
    { "export", LATER("# proxy of 2019\n\nexport no_proxy=.amazonaws.com\n"),
        PROXY ":3: no_proxy=.amazonaws.com" LOGIN },
    { "behind Debian's loop",
        { { "/etc/profile", debian_profile }, { PROXY, "export http_proxy=" OLD "\n" } },
        PROXY ":1: http_proxy=" OLD LOGIN },
    { "several in a line", LATER("export http_proxy=" OLD " HTTPS_PROXY=\"" OLD "\"\n"),
        PROXY ":1: http_proxy=" OLD LOGIN "\n" PROXY ":1: HTTPS_PROXY=" OLD LOGIN },
    { "first set, then exported", LATER("http_proxy='" OLD "'; export http_proxy\n"),
        PROXY ":1: http_proxy=" OLD LOGIN },
    { "set only, and exported by us", LATER("http_proxy=" OLD "\n"),
        PROXY ":1: http_proxy=" OLD LOGIN },
    { "by way of another variable",
        LATER("PROXY_HOST=old\nPROXY_PORT=8080\n"
              "export http_proxy=\"http://${PROXY_HOST}:$PROXY_PORT\"\n"
              "export HTTP_PROXY=$http_proxy\n"),
        PROXY ":3: http_proxy=" OLD LOGIN "\n" PROXY ":4: HTTP_PROXY=" OLD LOGIN },
    { "a value that nobody knows", LATER("export no_proxy=$(echo 10.0.0.{1..9} | tr ' ' ,)\n"),
        PROXY ":1: no_proxy=$(echo 10.0.0.{1..9} | tr ' ' ,)" LOGIN },
    { "unset", LATER("unset http_proxy HTTP_PROXY\n"),
        PROXY ":1: " TAKES("http_proxy") "\n" PROXY ":1: " TAKES("HTTP_PROXY") },
    { "set to nothing", LATER("export http_proxy=\n"), PROXY ":1: " TAKES("http_proxy") },
    { "declare -x", LATER("declare -x https_proxy=" OLD "\n"), PROXY ":1: https_proxy=" OLD LOGIN },
    { "typeset -x", LATER("typeset -gx NO_PROXY=corp\n"), PROXY ":1: NO_PROXY=corp" LOGIN },
    { "on a condition",
        LATER("if ping -c1 old >/dev/null 2>&1; then\n  export http_proxy=" OLD "\nfi\n"),
        PROXY ":2: http_proxy=" OLD LOGIN },
    { "set back on a condition",
        LATER("export http_proxy=" OLD "\nif ping old; then export http_proxy=$https_proxy; fi\n"),
        PROXY ":1: http_proxy=" OLD LOGIN },
    { "in a function that is called",
        LATER("proxy_on() {\n  export http_proxy=" OLD "\n}\nproxy_on\n"),
        PROXY ":2: http_proxy=" OLD LOGIN },
    { "in a loop over names", LATER("for v in http_proxy HTTP_PROXY; do export $v=" OLD "; done\n"),
        PROXY ":1: http_proxy=" OLD LOGIN "\n" PROXY ":1: HTTP_PROXY=" OLD LOGIN },
    { "readonly, and before ours", { { "/etc/profile.d/a.sh", "readonly http_proxy=" OLD "\n" } },
        "/etc/profile.d/a.sh:1: http_proxy=" OLD LOGIN },
    { "printf",
        LATER("printf -v no_proxy '%s,' 10.0.0.{1..3}\nexport no_proxy=\"${no_proxy%,}\"\n"),
        PROXY ":2: no_proxy=${no_proxy%,}" LOGIN },
    { "no secret of a command is shown",
        LATER("export http_proxy=$(printf 'http://u:%s@old' s3cret)\n"
              "printf -v https_proxy 'http://u:%s@old' s3cret\n"),
        PROXY ":1: http_proxy=$(...)" LOGIN "\n" PROXY
              ":2: https_proxy=printf -v https_proxy" LOGIN },
    { "read", LATER("read -r https_proxy </etc/hostname\n"),
        PROXY ":1: https_proxy=read -r https_proxy" LOGIN },
    { "eval", LATER("p=http\neval \"export ${p}_proxy='" OLD "'\"\n"),
        PROXY ":2: http_proxy=" OLD LOGIN },
    { "braces", LATER("export {http,https}_proxy=\"" OLD "\"\nunset {no,NO}_proxy\n"),
        PROXY ":1: http_proxy=" OLD LOGIN "\n" PROXY ":1: https_proxy=" OLD LOGIN "\n" PROXY
              ":2: " TAKES("no_proxy") },
    { "over two lines", LATER("export \\\n  no_proxy=a,\\\nb\n"), PROXY ":2: no_proxy=a,b" LOGIN },
    { "a file of settings",
        { { PROXY, "[ -f /etc/corp/proxy ] && . /etc/corp/proxy\n" },
            { "/etc/corp/proxy", "set -a\nHTTPS_PROXY=" OLD "\n" } },
        "/etc/corp/proxy:2: HTTPS_PROXY=" OLD LOGIN },
    { "a login", LATER("export http_proxy=http://u:secret@old:8080\n"),
        PROXY ":1: http_proxy=http://***@old:8080" LOGIN },
    { "the last one counts", LATER("export http_proxy=http://a:1\nexport http_proxy=" OLD "\n"),
        PROXY ":2: http_proxy=" OLD LOGIN },
    { "Red Hat's sh.local",
        { { "/etc/profile", redhat_profile },
            { "/etc/profile.d/sh.local", "export http_proxy=" OLD "\n" } },
        "/etc/profile.d/sh.local:1: http_proxy=" OLD LOGIN },
    { "/etc/profile, behind the loop",
        { { "/etc/profile", "for i in /etc/profile.d/*.sh; do . $i; done\n"
                            "test -s /etc/profile.local && . /etc/profile.local\n" },
            { "/etc/profile.local", "export https_proxy=" OLD "\n" } },
        "/etc/profile.local:1: https_proxy=" OLD LOGIN },
    { "of root",
        { { "/root/.profile", "if [ -f ~/.bashrc ]; then . ~/.bashrc; fi\n" },
            { "/root/.bashrc", "export http_proxy=" OLD "\n" } },
        "/root/.bashrc:1: http_proxy=" OLD LOGIN },
    { "of a user, interactive",
        { { "/home/ec2-user/.bashrc",
            "case $- in *i*) ;; *) return;; esac\nexport no_proxy=x\n" } },
        "/home/ec2-user/.bashrc:2: no_proxy=x overrides ec2-bootstrap in interactive "
        "shells" REMEDY },
    { "zsh", { { "/usr/bin/zsh", "" }, { "/etc/zsh/zshenv", "export no_proxy=x\n" } },
        "/etc/zsh/zshenv:1: no_proxy=x overrides ec2-bootstrap in zsh" REMEDY },
    { "a here-document before it",
        LATER("cat <<'EOF' >/dev/null\nexport http_proxy=a\nEOF\n"
              "export https_proxy=" OLD "\n"),
        PROXY ":4: https_proxy=" OLD LOGIN },

    { "behind ours in some locales",
        { { "/etc/profile.d/Proxy.sh", "export no_proxy=x\n" },
            { "/etc/profile.d/ec2-bootstrap.sh", "" } },
        "/etc/profile.d/Proxy.sh:1: no_proxy=x" LOGIN },
    { "before ours in all locales",
        { { "/etc/profile.d/ec2-a.sh", "export no_proxy=x\n" },
            { "/etc/profile.d/ec2-bootstrap.sh", "" } },
        "" },
    { "a vendor's directory, read behind ours",
        { { "/etc/profile", "if test -z \"$READ\"; then\nfor s in /etc/profile.d/*.sh "
                            "/usr/etc/profile.d/*.sh; do\n. $s\ndone\nfi\n" },
            { "/usr/etc/profile.d/a.sh", "export no_proxy=x\n" } },
        "/usr/etc/profile.d/a.sh:1: no_proxy=x" LOGIN },

    { "nothing", { { NULL, NULL } }, "" },
    { "SUSE, where its file is an output",
        { SUSE, { "/etc/sysconfig/proxy", "PROXY_ENABLED=\"no\"\n" } }, "" },
    { "sorts before ours", { { "/etc/profile.d/corp-proxy.sh", "export http_proxy=" OLD "\n" } },
        "" },
    { "before ours for run-parts, in any locale",
        { { "/etc/profile", debian_profile },
            { "/etc/profile.d/Proxy.sh", "export no_proxy=x\n" } },
        "" },
    { "the same, in other words",
        LATER("export http_proxy=proxy.CORP:3128/\n"
              "export no_proxy='169.254.169.254,.corp, localhost'\n"),
        "" },
    { "adds to ours",
        LATER("export no_proxy=\"$no_proxy,.corp\"\nNO_PROXY+=,.corp\n"
              "export NO_PROXY=.corp${NO_PROXY:+,$NO_PROXY},$(hostname -i)\n"),
        "" },
    { "only where there is none",
        LATER("[ -z \"$http_proxy\" ] && export http_proxy=" OLD "\n"
              "export https_proxy=${https_proxy:-" OLD "}\n: \"${HTTP_PROXY:=" OLD "}\"\n"
              "if [ -z \"$HTTPS_PROXY\" ]; then\n  export HTTPS_PROXY=" OLD "\nfi\n"
              "[ -n \"$no_proxy\" ] || export no_proxy=x\n[[ -z $no_proxy ]] && no_proxy=x\n"
              "test \"x$no_proxy\" = x && export no_proxy=x\n"
              "if [ -n \"$no_proxy\" ]; then :; elif true; then export no_proxy=x; else\n"
              "  export no_proxy=x\nfi\n"
              "[[ -v http_proxy ]] || export http_proxy=x\n"
              "[ -z ${no_proxy+x} ] && export no_proxy=x\n"
              "export no_proxy=\"${no_proxy%,}\" http_proxy=\"${http_proxy%/}\"\n"),
        "" },
    { "a function that is only defined",
        LATER("proxy_on() {\n  export http_proxy=" OLD "\n}\n"
              "function proxy_off { unset http_proxy https_proxy; }\n"
              "alias noproxy='unset http_proxy'\n"),
        "" },
    { "never run",
        LATER("if false; then\n  export http_proxy=" OLD "\nfi\n"
              "# export http_proxy=" OLD "\n: <<END\nexport http_proxy=a\nEND\n"
              "return 0\nexport no_proxy=x\n"),
        "" },
    { "for one command only",
        LATER("http_proxy=" OLD " curl -s http://x/\n"
              "env no_proxy=x true\n(export no_proxy=x)\n"
              "echo 'export no_proxy=x' | grep no_proxy\n"),
        "" },
    { "another suffix",
        { { "/etc/profile.d/proxy.csh", "setenv http_proxy " OLD "\n" },
            { "/etc/profile.d/proxy.sh.bak", "export http_proxy=" OLD "\n" } },
        "" },
    { "a file that is not there", LATER("[ -f /opt/corp/proxy ] && export http_proxy=" OLD "\n"),
        "" },
    { "other variables", LATER("export ftp_proxy=" OLD " my_http_proxy=a http_proxy_old=b\n"), "" },
    { "set and set back", LATER("export http_proxy=" OLD "\nexport http_proxy=$https_proxy\n"),
        "" },
    { "zsh that is not there", { { "/etc/zsh/zshenv", "export no_proxy=x\n" } }, "" },
    { "reads our file again", LATER("export http_proxy=" OLD "\nset -a\n. /etc/environment\n"),
        "" },
};

/* Where only the lower case is written. */
static const struct override_row lower_rows[] = {
    { "the other letter case", LATER("export HTTP_PROXY=" OLD "\n"),
        PROXY ":1: HTTP_PROXY=" OLD LOGIN },
    { "the other letter case, if it is not set",
        LATER("[ -z \"$HTTP_PROXY\" ] && export HTTP_PROXY=" OLD "\n"),
        PROXY ":1: HTTP_PROXY=" OLD LOGIN },
    { "set from ours", LATER("export HTTP_PROXY=$http_proxy\n"), "" },
    { "not exported", LATER("HTTP_PROXY=" OLD "\n"), "" },
    { "what we do not write is unset", LATER("unset HTTP_PROXY\n"), "" },
};

/* Where SUSE's file is not an output. */
static const struct override_row sysconfig_rows[] = {
    { "SUSE, where the proxy is not enabled",
        { SUSE,
            { "/etc/sysconfig/proxy", "# yes or no\nPROXY_ENABLED=\"no\"\nHTTP_PROXY=\"x\"\n" } },
        SUSE_TAKES("http_proxy") "\n" SUSE_TAKES("https_proxy") "\n" SUSE_TAKES(
            "no_proxy") "\n" SUSE_TAKES("NO_PROXY") },
    { "SUSE, another proxy",
        { SUSE, { "/etc/sysconfig/proxy", "PROXY_ENABLED=\"yes\"\nHTTP_PROXY=\"" OLD
                                          "\"\nHTTPS_PROXY=\"http://proxy.corp:3128/\"\n"
                                          "NO_PROXY=\"localhost, 127.0.0.1\"\n" } },
        "/etc/sysconfig/proxy:2: http_proxy=" OLD LOGIN "\n"
        "/etc/sysconfig/proxy:4: no_proxy=localhost, 127.0.0.1" LOGIN "\n"
        "/etc/sysconfig/proxy:4: NO_PROXY=localhost, 127.0.0.1" LOGIN },
    { "SUSE, with ours",
        { SUSE, { "/etc/sysconfig/proxy",
                    "PROXY_ENABLED=\"yes\"\nHTTP_PROXY=\"http://proxy.corp:3128\"\n"
                    "NO_PROXY=\"localhost,169.254.169.254\"\n" } },
        "" },
};

static void test_login_shells(void **state)
{
    (void) state;
    static char profile[] = "profile", *names[] = { profile };
    static const struct strings outputs = { .items = names, .count = 1 };
    override_outputs = &outputs;
    override_check_rows(sysconfig_rows, LETTER_CASE_BOTH, detect_login_shells);
    override_outputs = NULL;
    override_check_rows(rows, LETTER_CASE_BOTH, detect_login_shells);
    override_check_rows(lower_rows, LETTER_CASE_LOWER, detect_login_shells);
}

/* What no shell would read, and what would never end. */
static const struct override_row odd_rows[] = {
    { "reads itself", LATER(". " PROXY "\nexport no_proxy=x\n"), PROXY ":2: no_proxy=x" LOGIN },
    { "calls itself", LATER("f() { f; f; }\nf\nexport no_proxy=x\n"), "" },
    { "quotes without an end", LATER("export no_proxy=\"x\n"), PROXY ":1: no_proxy=x?" LOGIN },
    { "brackets without an end", LATER("a=$(b \"${c\nexport no_proxy=x\n"), "" },
    { "ends of nothing", LATER("fi done esac } ) ;; then\nexport no_proxy=x\n"),
        PROXY ":2: no_proxy=x" LOGIN },
    { "a word of an operator", LATER("&& || | ; ;; ( ) < > >\n"), "" },
    { "a here-document without an end", LATER("cat <<E\nexport no_proxy=x\n"), "" },
    { "a line that always goes on", LATER("\\\n\\\n\\\n\\"), "" },
    { "carriage returns", LATER("export no_proxy=x\r\n"), PROXY ":1: no_proxy=x" LOGIN },
    { "a link to itself", { { PROXY, "-> proxy.sh" } }, "" },
    { "a link to nothing", { { PROXY, "-> /nowhere" } }, "" },
};

static void test_odd(void **state)
{
    (void) state;
    override_check_rows(odd_rows, LETTER_CASE_BOTH, detect_login_shells);
}

/* Any bytes, and deep nesting: an end, and no crash. */
static void test_any_bytes(void **state)
{
    static const char *const parts[] = { "if ", "fi\n", "{ ", "}", "(", ")", "$(", "${", "\"", "'",
        "`", "\\", "\n", "case x in ", "for a in b; do ", "done ", "export ", "http_proxy=", "<<E",
        " ", ";", "|", "&&", "[ ", "]", "f()", "#", "$", "=", "while " };
    const struct scratch *scratch = *state;
    struct environment environment;
    override_environment(LETTER_CASE_BOTH, &environment);
    uint64_t seed = 1;
    for (int i = 0; i < 300; i++) {
        char text[4096] = "";
        size_t used = 0, count = check_random(&seed, 400);
        for (size_t n = 0; n < count; n++)
            used += (size_t) snprintf(text + used, sizeof(text) - used, "%s",
                parts[i == 0 ? 2 : check_random(&seed, ELEMENTSOF(parts))]);
        scratch_write(scratch, PROXY, text);
        struct overrides found = { 0 };
        const struct detection detection = {
            .tree = &scratch->tree, .environment = &environment, .found = &found
        };
        check_number(text, detect_login_shells(&detection), 0);
        overrides_free(&found);
    }
    environment_free(&environment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_login_shells),
        cmocka_unit_test(test_odd),
        scratch_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
