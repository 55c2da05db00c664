/* SPDX-License-Identifier: MIT */
/* agent/overrides/script_*.c: what a statement of a shell does to our variables. Every row is the
 * text of a script that is read behind ours. */

#include "overrides/detector.h"

#include "lib/memory.h"
#include "overrides.h"

#define REMEDY      ": remove that line, so that the settings of ec2-bootstrap count"
#define LOGIN       " overrides ec2-bootstrap in login shells" REMEDY
#define TAKES(name) "takes " name " away from login shells" REMEDY
#define PROXY       "/etc/profile.d/proxy.sh"
#define FILE        "/etc/corp/proxy.env"
#define OLD         "http://old:8080"
#define OURS        "http://proxy.corp:3128"
#define HTTP(line)  PROXY ":" line ": http_proxy=" OLD LOGIN
#define HTTPS(line) PROXY ":" line ": https_proxy=" OLD LOGIN
#define SCRIPT(text, file)                                                                         \
    {                                                                                              \
        { PROXY, text },                                                                           \
        {                                                                                          \
            FILE, file                                                                             \
        }                                                                                          \
    }
#define OLD_FILE    "# of 2019\nhttp_proxy=" OLD "\nexport HTTPS_PROXY=\"" OLD "\"\nLANG=C\n"
#define OF_FILE     FILE ":2: http_proxy=" OLD LOGIN "\n" FILE ":3: HTTPS_PROXY=" OLD LOGIN
#define READS(text) SCRIPT(text, OLD_FILE), OF_FILE

/* Names that a file has. */
static const struct override_row file_rows[] = {
    { "export of a command", READS("export $(grep -v '^#' " FILE " | xargs)\n") },
    { "export of cat", READS("[ -f " FILE " ] && export $(cat " FILE ")\n") },
    { "export of backquotes", READS("export `cat " FILE "`\n") },
    { "by a variable", READS("F=" FILE "\nexport $(cat \"$F\" | xargs)\n") },
    { "by an argument", READS("load() { export $(cat \"$1\"); }\nload " FILE "\n") },
    { "in two steps", READS("V=$(cat " FILE ")\nexport $V\n") },
    { "read line by line", READS("while read -r line; do\n  export \"$line\"\ndone <" FILE "\n") },
    { "read in parts",
        READS("while IFS== read -r k v; do export \"$k=$v\"; done < \"" FILE "\"\n") },
    { "eval", READS("eval \"$(sed 's/^/export /' " FILE ")\"\n") },
    { "source of a command", READS(". <(sed 's/^/export /' " FILE ")\n") },
    { "a file without a value of ours", SCRIPT("export $(cat " FILE ")\n", "LANG=C\nftp_proxy=x\n"),
        "" },
    { "a file with our values",
        SCRIPT("export $(cat " FILE ")\n",
            "http_proxy=proxy.corp:3128/\nno_proxy='localhost,169.254.169.254,x'\n"),
        "" },
    { "the file that we write",
        SCRIPT("export $(grep -i _proxy /etc/environment | xargs)\n", OLD_FILE), "" },
    { "a file that is not there", SCRIPT("export $(cat /etc/corp/other.env)\n", OLD_FILE), "" },
    { "in a process of its own",
        SCRIPT("cat " FILE " | while read l; do export \"$l\"; done\n(export $(cat " FILE "))\n",
            OLD_FILE),
        "" },
    { "names of a command", SCRIPT("unset $(env | grep -i _proxy | cut -d= -f1)\n", ""),
        PROXY ":1: " TAKES("http_proxy") },
    { "in a loop",
        SCRIPT("for v in $(env | grep -i proxy | cut -d= -f1); do\n  unset \"$v\"\ndone\n", ""),
        PROXY ":2: " TAKES("http_proxy") },
    { "a value for names of a command",
        SCRIPT("export \"$(echo http_proxy | tr a-z A-Z)=" OLD "\"\n", ""),
        PROXY ":1: http_proxy=(not known)" LOGIN },
    { "other names",
        SCRIPT("export $(env | grep ^FOO) $BAR\nunset ${!foo*} $baz\n"
               "eval \"$(ssh-agent -s)\"\neval $(dircolors -b)\n",
            OLD_FILE),
        "" },
};

#define LATER(text) SCRIPT(text, "")

/* Words of a command. */
static const struct override_row word_rows[] = {
    { "a list of names",
        LATER("V=\"http_proxy https_proxy\"\nfor v in $V; do\n"
              "  export $v=" OLD "\ndone\n"),
        HTTP("3") "\n" HTTPS("3") },
    { "unset of a list", LATER("V='http_proxy  no_proxy'; unset $V\n"),
        PROXY ":1: " TAKES("http_proxy") "\n" PROXY ":1: " TAKES("no_proxy") },
    { "export of a list", LATER("V=\"http_proxy=" OLD " https_proxy=" OLD "\"; export $V\n"),
        HTTP("1") "\n" HTTPS("1") },
    { "one word in quotes", LATER("V='x http_proxy'; unset \"$V\"\n"), "" },
    { "arguments",
        LATER("set -- http_proxy https_proxy\nfor v in \"$@\"; do export $v=" OLD "; done\n"),
        HTTP("2") "\n" HTTPS("2") },
    { "arguments, without in", LATER("set -- http_proxy x; for v; do export $v=" OLD "; done\n"),
        HTTP("1") },
    { "computed names",
        LATER("for p in http https; do\nexport ${p}_proxy=" OLD "\nexport ${p^^}_PROXY=" OLD
              "\ndone\n"),
        HTTP("2") "\n" HTTPS("2") "\n" PROXY ":3: HTTP_PROXY=" OLD LOGIN "\n" PROXY
                                  ":3: HTTPS_PROXY=" OLD LOGIN },
    { "expanded before they are set",
        LATER("export http_proxy=" OLD " https_proxy=$http_proxy HTTP_PROXY=$http_proxy\n"),
        HTTP("1") },
    { "assignments one after the other", LATER("http_proxy=" OLD " https_proxy=$http_proxy\n"),
        HTTP("1") "\n" HTTPS("1") },
    { "an argument of a function", LATER("f() { export http_proxy=\"$1\"; }\nf " OURS "\n"), "" },
    { "another one", LATER("f() { export \"$1=$2\"; }\nf http_proxy " OLD "\n"), HTTP("1") },
    { "handed on", LATER("f() { g \"$@\"; }\ng() { export http_proxy=$2; }\nf a " OLD "\n"),
        HTTP("2") },
    { "a default argument",
        LATER("f() { export http_proxy=${1:-" OLD "}; }\nf " OURS "\ng() { [ $# -gt 0 ] && "
              "export https_proxy=" OLD "; }\ng\n"),
        "" },
    { "without an argument", LATER("f() { export http_proxy=${1:-" OLD "}; }\nf\n"), HTTP("1") },
    { "local in a function",
        LATER("f() { declare -x http_proxy=" OLD "; typeset https_proxy=" OLD "\n"
              "local no_proxy=x; export no_proxy; }\nf\n"),
        "" },
    { "not local", LATER("f() { declare -gx http_proxy=" OLD "; }\nf\n"), HTTP("1") },
    { "a local that helps", LATER("f() { local h=old; export http_proxy=http://$h:8080; }\nf\n"),
        HTTP("1") },
    { "eval calls a function", LATER("f() { export http_proxy=" OLD "; }\neval f\n"), HTTP("1") },
    { "a command in quotes", LATER("\"export\" http_proxy=" OLD "\n\\export https_proxy=" OLD "\n"),
        HTTP("1") "\n" HTTPS("2") },
    { "behind command and builtin",
        LATER("command export http_proxy=" OLD "\nbuiltin export https_proxy=" OLD "\n"),
        HTTP("1") "\n" HTTPS("2") },
    { "all arguments at once", LATER("set -- x http_proxy; unset $*\n"),
        PROXY ":1: " TAKES("http_proxy") },
    { "a default that is set, too",
        LATER("export http_proxy=${CORP_PROXY:=" OLD "}\nexport https_proxy=$CORP_PROXY\n"),
        HTTP("1") "\n" HTTPS("2") },
    { "exported by an option", LATER("set -o allexport\nhttp_proxy=" OLD "\nset +o allexport\n"),
        HTTP("2") },
    { "in a document that is no command",
        LATER("cat <<-END\n\texport http_proxy=" OLD "\n\tEND\nexport https_proxy=" OLD "\n"),
        HTTPS("4") },
    { "behind a file without a name",
        LATER(". \nsource ./$FOO\nsource x\nexport http_proxy=" OLD "\n"), HTTP("4") },
    { "a test of what is no number", LATER("[ a -gt 3 ] && export http_proxy=" OLD "\n"),
        HTTP("1") },
    { "a command that is timed", LATER("time export http_proxy=" OLD "\n"), HTTP("1") },
    { "beside the script", LATER("export http_proxy=" OLD " &\nexport https_proxy=" OLD " | cat\n"),
        "" },
    { "a pipeline as a condition",
        LATER("if env | grep -q x; then export http_proxy=" OLD "; fi\n"
              "env | grep -q x && export https_proxy=" OLD "\n"),
        HTTP("1") "\n" HTTPS("2") },
};

/* Values. */
static const struct override_row value_rows[] = {
    { "commands that add to the list",
        LATER("export no_proxy=\"$(printf '%s,%s' \"$no_proxy\" .corp)\"\n"
              "export NO_PROXY=`echo ${NO_PROXY}`,foo\n"),
        "" },
    { "a command with another list", LATER("export no_proxy=$(echo $FOO)\n"),
        PROXY ":1: no_proxy=$(echo $FOO)" LOGIN },
    { "a command with the proxy", LATER("export http_proxy=$(echo $https_proxy | rev)\n"),
        PROXY ":1: http_proxy=$(echo $https_proxy | rev)" LOGIN },
    { "replaced, and the same",
        LATER("export NO_PROXY=${no_proxy// /} HTTP_PROXY=${http_proxy/foo/bar}\n"
              "export HTTPS_PROXY=${http_proxy,,}\n"),
        "" },
    { "replaced", LATER("export HTTP_PROXY=${http_proxy/proxy.corp/old}\n"),
        PROXY ":1: HTTP_PROXY=http://old:3128" LOGIN },
    { "case of nothing",
        LATER("case \"$http_proxy\" in '') export http_proxy=" OLD ";; esac\n"
              "case $no_proxy in\n  *localhost*) ;;\n  *) export no_proxy=x ;;\nesac\n"),
        "" },
    { "case of ours", LATER("case $http_proxy in a|" OURS ") export http_proxy=" OLD ";; esac\n"),
        HTTP("1") },
    { "the other branch",
        LATER("case \"$http_proxy\" in '') ;; *) export http_proxy=" OLD ";; esac\n"), HTTP("1") },
    { "falls into the next",
        LATER("case $http_proxy in h*) : ;& '') export http_proxy=" OLD ";; esac\n"), HTTP("1") },
    { "case of a command", LATER("case $(uname) in Linux) export http_proxy=" OLD ";; esac\n"),
        HTTP("1") },
    { "case of an argument",
        LATER("f() { case $1 in on) export http_proxy=" OLD ";; off) unset https_proxy;; esac; }\n"
              "f on\n"),
        HTTP("1") },
    { "tests that fail",
        LATER("[ -z \"$http_proxy\" -a -z \"$FOO\" ] && export http_proxy=" OLD "\n"
              "[[ -z $http_proxy || -z ${no_proxy} ]] && export http_proxy=" OLD "\n"
              "if [ ${#http_proxy} -eq 0 ]; then export http_proxy=" OLD "; fi\n"),
        "" },
    { "tests that hold",
        LATER("[ ! -f /x -a -n \"$http_proxy\" ] && export http_proxy=" OLD "\n"
              "[[ -z $http_proxy || -n $no_proxy ]] && export https_proxy=" OLD "\n"
              "[ ${#no_proxy} -gt 3 ] && export no_proxy=x\n"),
        HTTP("1") "\n" HTTPS("2") "\n" PROXY ":3: no_proxy=x" LOGIN },
    { "a comment in a command", LATER("x=$(echo a # don't\n)\nexport http_proxy=" OLD "\n"),
        HTTP("3") },
    { "no comment", LATER("x=$(echo a#b ${#HOME} $# '#')\nexport http_proxy=" OLD "\n"),
        HTTP("2") },
    { "a loop that counts",
        LATER("for ((i = 0; i < 3; i++)); do\nexport http_proxy=" OLD "\ndone\n"), "" },
    { "a loop over directories",
        LATER("for f in /etc/corp*/proxy; do . $f; done\nexport http_proxy=" OLD "\n"), HTTP("2") },
    { "a function is exported", LATER("export -f http_proxy\nexport https_proxy=" OLD "\n"),
        HTTPS("2") },
    { "a comparison that no shell has",
        LATER("if [ 1 -xx 2 ]; then export http_proxy=" OLD "; fi\n"), HTTP("1") },
    { "a list of values",
        LATER("if [ \"$(id -u)\" = 12345 ]; then a=(1 2); export http_proxy=" OLD "; fi\n"),
        HTTP("1") },
};

static void test_files(void **state)
{
    (void) state;
    override_check_rows(file_rows, LETTER_CASE_BOTH, detect_login_shells);
}

static void test_words(void **state)
{
    (void) state;
    override_check_rows(word_rows, LETTER_CASE_BOTH, detect_login_shells);
}

static void test_values(void **state)
{
    (void) state;
    override_check_rows(value_rows, LETTER_CASE_BOTH, detect_login_shells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
