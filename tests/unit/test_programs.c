/* SPDX-License-Identifier: MIT */
/* agent/overrides/programs.c: files of single programs. tests/real has the programs read the same.
 */

#include "overrides/detector.h"

#include "lib/memory.h"
#include "overrides.h"

#define REMEDY        ": remove that line, so that the settings of ec2-bootstrap count"
#define WINS(program) " overrides ec2-bootstrap in " program REMEDY
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
        "/root/.curlrc:2: proxy=http://***@old:8080" WINS("curl") },
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

    { "wget2", { { "/etc/wget2rc", "https-proxy=" OLD "\n" } },
        "/etc/wget2rc:1: https-proxy=" OLD WINS("wget2") },
    { "curl with SOCKS",
        { { "/root/.curlrc", "socks5-hostname = old:1\npreproxy = socks5://old:2\n" },
            { "/home/a/.curlrc", "--socks5 old:1\n" }, { "/home/b/.curlrc", "socks4a=old:1\n" },
            { "/home/c/.curlrc", "proxy = proxy.corp:3128\nproxy1.0 = old:1\n" } },
        "/root/.curlrc:1: socks5-hostname=old:1" WINS(
            "curl") "\n"
                    "/root/.curlrc:2: preproxy=socks5://old:2" WINS(
                        "curl") "\n"
                                "/home/a/.curlrc:1: socks5=old:1" WINS(
                                    "curl") "\n"
                                            "/home/b/.curlrc:1: socks4a=old:1" WINS(
                                                "curl") "\n"
                                                        "/home/c/.curlrc:2: proxy1.0=old:1" WINS(
                                                            "curl") },
    { "git, on one line", { { "/root/.gitconfig", "[core] a=b\n[http] proxy = " OLD "#c\n" } },
        "/root/.gitconfig:2: proxy=" OLD WINS("git") },
    { "git, included",
        { { "/etc/gitconfig", "[include]\npath = corp/a\npath = ~/b\n[include] path=/c\n" },
            { "/etc/corp/a", "[http]\nproxy=http://a:1\n[http \"https://h\"]\nproxy=http://h:1\n" },
            { "/root/b", "[http]\nproxy=http://b:1\n" },
            { "/c", "[http \"https://i\"]\nproxy=http://i:1\n[include] path=c\npath=c\n" } },
        "/root/b:2: proxy=http://b:1" WINS("git") "\n"
                                                  "/etc/corp/a:4: proxy=http://h:1" WINS(
                                                      "git") "\n"
                                                             "/c:2: proxy=http://i:1" WINS("git") },
    { "pip, with a colon", { { "/etc/pip.conf", "[global]\nproxy: " OLD "\n" } },
        "/etc/pip.conf:2: proxy=" OLD WINS("pip") },
    { "npm expands what it knows",
        { { "/root/.npmrc", "proxy=${NONE}\nhttps-proxy=${X?}" OLD "\n" } },
        "/root/.npmrc:1: proxy=${NONE}" WINS("npm") "\n"
                                                    "/root/.npmrc:2: https-proxy=" OLD WINS(
                                                        "npm") },
    { "repositories in other files",
        { { "/etc/dnf/dnf.conf", "[main]\nproxy=http://x:1\n[corp]\nproxy=" OLD "\n" },
            { "/etc/yum/repos.d/b.repo", "[b]\nproxy=" OLD "\n" } },
        "/etc/dnf/dnf.conf:4: proxy=" OLD WINS("dnf") "\n"
                                                      "/etc/yum/repos.d/b.repo:2: proxy=" OLD WINS(
                                                          "dnf") },
    { "of one user only",
        { { "/etc/wgetrc", "http_proxy=" OLD "\n" },
            { "/root/.wgetrc", "http_proxy=" OVERRIDE_PROXY "\n" }, { "/home/a/x", "" } },
        "/etc/wgetrc:1: http_proxy=" OLD WINS("wget") },

    { "nothing", { { NULL, NULL } }, "" },
    { "the last line counts",
        { { "/root/.curlrc", "socks5 = old:1\nproxy = " OVERRIDE_PROXY "\n" },
            { "/root/.gitconfig",
                "[http]\nproxy=" OLD "\n[a] b=c\n[http]\nproxy=" OVERRIDE_PROXY ";c\n" },
            { "/root/.wgetrc", "http_proxy=" OLD "\nhttp_proxy=" OVERRIDE_PROXY "\n" } },
        "" },
    { "the last file counts",
        { { "/etc/wgetrc", "http_proxy=" OLD "\n" },
            { "/root/.wgetrc", "http_proxy=" OVERRIDE_PROXY "\n" },
            { "/root/.config/git/config", "[http]\nproxy=" OLD "\n" },
            { "/root/.gitconfig", "[http]\nproxy=" OVERRIDE_PROXY "\n" } },
        "" },
    { "the first file of curl is its only one",
        { { "/root/.curlrc", "silent\n" }, { "/root/.config/curlrc", "proxy=" OLD "\n" } }, "" },
    { "npm with our variables",
        { { "/root/.npmrc", "proxy=${HTTP_PROXY}\nhttps-proxy = \"${https_proxy}\"\n"
                            "noproxy='${NO_PROXY}'\n" },
            { "/home/a/.npmrc", "http-proxy=" OLD "\nHTTPS-PROXY=" OLD "\nproxy=false\n" },
            { "/home/b/.npmrc", "[x]\nproxy=" OLD "\n" } },
        "" },
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
