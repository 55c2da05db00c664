/* agent/overrides/programs.c: files of single programs. tests/real has the programs read the same.
 */

#include "overrides/detector.h"

#include "lib/memory.h"
#include "overrides.h"

#define REMEDY        ": remove that line, so that the settings of ec2-bootstrap count"
#define WINS(program) " overrides ours in " program REMEDY
#define OLD           "http://old:8080"

static const struct override_row rows[] = {
    { "wget",
        { { "/etc/wgetrc", "# a sample\n#http_proxy = x\nhttp_proxy = " OLD "/\n"
                           "HTTPS-Proxy=" OLD "\n" } },
        "/etc/wgetrc:3: http_proxy=" OLD
        "/" WINS("wget") "\n"
                         "/etc/wgetrc:4: HTTPS-Proxy=" OLD WINS("wget") },
    { "wget without a proxy", { { "/root/.wgetrc", "use_proxy = off\n" } },
        "/root/.wgetrc:1: use_proxy=off" WINS("wget") },
    { "wget's list taken away", { { "/etc/wgetrc", "no_proxy =\n" } },
        "/etc/wgetrc:1: takes no_proxy away from wget" REMEDY },
    { "curl", { { "/root/.curlrc", "silent\nproxy = \"http://u:secret@old:8080\"\n" } },
        "/root/.curlrc:2: proxy=http://u:***@old:8080" WINS("curl") },
    { "curl, other ways of writing",
        { { "/home/a/.curlrc", "-x old:1\n" }, { "/home/b/.curlrc", "proxy: old:1\n" },
            { "/home/c/.curlrc", "--proxy old:1\n" }, { "/home/d/.config/curlrc", "noproxy *\n" } },
        "/home/a/.curlrc:1: x=old:1" WINS(
            "curl") "\n"
                    "/home/b/.curlrc:1: proxy=old:1" WINS(
                        "curl") "\n"
                                "/home/c/.curlrc:1: proxy=old:1" WINS(
                                    "curl") "\n"
                                            "/home/d/.config/curlrc:1: noproxy=*" WINS("curl") },
    { "curl without a proxy", { { "/root/.curlrc", "proxy=\"\"\n" } },
        "/root/.curlrc:1: takes proxy away from curl" REMEDY },
    { "git", { { "/etc/gitconfig", "[user]\n\tname = a\n[http]\n\tproxy = " OLD " ; corp\n" } },
        "/etc/gitconfig:4: proxy=" OLD WINS("git") },
    { "git, for one host",
        { { "/root/.gitconfig", "[http \"https://git.corp\"]\nproxy=" OLD "\n" } },
        "/root/.gitconfig:2: proxy=" OLD WINS("git") },
    { "git without a proxy", { { "/root/.config/git/config", "[HTTP]\nProxy =\n" } },
        "/root/.config/git/config:2: takes Proxy away from git" REMEDY },
    { "pip", { { "/etc/pip.conf", "[global]\nproxy = " OLD "\n" } },
        "/etc/pip.conf:2: proxy=" OLD WINS("pip") },
    { "npm",
        { { "/root/.npmrc", "registry=https://r/\nproxy=" OLD "\nhttps-proxy=\"" OLD "\"\n"
                            "noproxy=localhost\n" } },
        "/root/.npmrc:2: proxy=" OLD WINS(
            "npm") "\n"
                   "/root/.npmrc:3: https-proxy=" OLD WINS(
                       "npm") "\n"
                              "/root/.npmrc:4: noproxy=localhost" WINS("npm") },

    { "a repository of dnf",
        { { "/etc/yum.repos.d/corp.repo",
            "[corp]\nname=corp\nproxy=" OLD "\n[b]\nproxy=_none_\n" } },
        "/etc/yum.repos.d/corp.repo:3: proxy=" OLD WINS("dnf") },

    { "nothing", { { NULL, NULL } }, "" },
    { "the same",
        { { "/etc/wgetrc", "http_proxy = proxy.corp:3128\nno_proxy = .corp\nuse_proxy=on\n" },
            { "/root/.curlrc",
                "proxy = http://proxy.corp:3128/\nnoproxy = \"169.254.169.254,localhost\"\n" },
            { "/root/.gitconfig", "[http]\nproxy = \"http://proxy.corp:3128\"\n" },
            { "/etc/pip.conf", "[global]\nproxy = http://proxy.corp:3128\n" },
            { "/root/.npmrc", "https-proxy = http://proxy.corp:3128/\n" } },
        "" },
    { "one host more is direct",
        { { "/root/.gitconfig", "[http \"https://git.corp\"]\n\tproxy = \"\"\n" } }, "" },
    { "comments",
        { { "/etc/wgetrc", "#http_proxy = " OLD "\n" }, { "/root/.curlrc", "# proxy = x\n" },
            { "/root/.gitconfig", "[http]\n; proxy = x\n#proxy=x\n" } },
        "" },
    { "other settings",
        { { "/etc/wgetrc", "ftp_proxy = " OLD "\nproxy_user = a\nproxy_password = b\n" },
            { "/root/.curlrc", "proxy-user = a:b\nproxy-insecure\n" },
            { "/root/.gitconfig", "[https]\nproxy = " OLD "\n[httpx]\nproxy = x\n[core]\n"
                                  "gitproxy = x\n" },
            { "/root/.npmrc", "proxy=null\nhttps-proxy=\n" } },
        "" },
    { "odd",
        { { "/etc/wgetrc", "=\n= x\nhttp_proxy\n" }, { "/root/.curlrc", "-\n--\n-x\nproxy\n:\n" },
            { "/root/.gitconfig", "[\n[http\nproxy\n[http\"\n" }, { "/root/.npmrc", "-> .npmrc" } },
        "" },
};

static void test_programs(void **state)
{
    (void) state;
    override_check_rows(rows, LETTER_CASE_BOTH, detect_programs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_programs),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
