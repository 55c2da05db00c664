/* SPDX-License-Identifier: MIT */
/* agent/proxy/no_proxy.c: the whole list, byte for byte. */

#include "proxy/no_proxy.h"

#include <errno.h>

#include "check.h"
#include "clients/coverage.h"
#include "lib/buffer.h"
#include "lib/memory.h"
#include "no_proxy_list.h"

#define DOMAIN(d) "," d ",." d ",*." d
#define S3(region, domain)                                                                         \
    DOMAIN("s3." region "." domain)                                                                \
    DOMAIN("s3.dualstack." region "." domain)                                                      \
    DOMAIN("s3-" region "." domain)                                                                \
    ",.s3-accesspoint." region "." domain ",*.s3-accesspoint." region "." domain
#define VIRGINIA                                                                                   \
    ALWAYS ",.ec2.internal,*.ec2.internal,172.31.0.0/16,10.5.0.0/20" S3(                           \
        "us-east-1", "amazonaws.com")                                                              \
        DOMAIN("s3.amazonaws.com") ",ec2.us-east-1.amazonaws.com"                                  \
                                   ",ec2.us-east-1.api.aws" DOMAIN("corp.example") ",10.0.0.0/8"
#define IRELAND                                                                                    \
    ALWAYS ",.eu-west-1.compute.internal,*.eu-west-1.compute.internal,172.31.0.0/16" S3(           \
        "eu-west-1", "amazonaws.com")
#define BEIJING                                                                                    \
    ALWAYS ",.cn-north-1.compute.internal,*.cn-north-1.compute.internal" S3(                       \
        "cn-north-1", "amazonaws.com.cn")
#define NO_REGION "the metadata service names no region: the VPC's DNS names are not in no_proxy"
#define NO_SERVICES(names)                                                                         \
    "the metadata service names no region or no domain: the services " names " are not in "        \
    "no_proxy"

#define LEFT_OUT(entries) "no_proxy entry " entries " is the proxy itself: left out of no_proxy"

static const struct row rows[] = {
    { .row = "nothing", .expected = ALWAYS },
    { .row = "us-east-1",
        .vpc = true,
        .region = "us-east-1",
        .domain = "amazonaws.com",
        .cidrs = "172.31.0.0/16 10.5.0.0/20",
        .services = "s3 ec2",
        .add = "corp.example,10.0.0.0/8",
        .expected = VIRGINIA,
        .warnings = "unheard 10.0.0.0/8" },
    { .row = "eu-west-1",
        .vpc = true,
        .region = "eu-west-1",
        .domain = "amazonaws.com",
        .cidrs = "172.31.0.0/16",
        .services = "s3",
        .expected = IRELAND },
    { .row = "cn-north-1",
        .vpc = true,
        .region = "cn-north-1",
        .domain = "amazonaws.com.cn",
        .services = "s3",
        .expected = BEIJING },
    { .row = "no VPC wanted",
        .region = "eu-west-1",
        .domain = "amazonaws.com",
        .cidrs = "172.31.0.0/16",
        .expected = ALWAYS },
    { .row = "no region",
        .vpc = true,
        .cidrs = "172.31.0.0/16",
        .expected = ALWAYS ",172.31.0.0/16",
        .warnings = NO_REGION },
    { .row = "no region for services",
        .domain = "amazonaws.com",
        .services = "s3",
        .expected = ALWAYS,
        .warnings = NO_SERVICES("s3") },
    { .row = "no domain for services",
        .region = "eu-west-1",
        .services = "s3 ec2",
        .expected = ALWAYS,
        .warnings = NO_SERVICES("s3, ec2") },
    { .row = "services that are whole names need no region",
        .services = "sts.eu-west-1.amazonaws.com com.amazonaws.eu-west-1.ecr.dkr ssm",
        .expected =
            ALWAYS DOMAIN("sts.eu-west-1.amazonaws.com") ",.dkr.ecr.eu-west-1.amazonaws.com,"
                                                         "*.dkr.ecr.eu-west-1.amazonaws.com,.dkr-"
                                                         "ecr.eu-west-1.on.aws,"
                                                         "*.dkr-ecr.eu-west-1.on.aws",
        .warnings = NO_SERVICES("ssm") },
    { .row = "a service, and its host added",
        .region = "eu-west-1",
        .domain = "amazonaws.com",
        .services = "ssm",
        .add = "ssm.eu-west-1.amazonaws.com",
        .expected = ALWAYS ",ssm.eu-west-1.amazonaws.com,ssm.eu-west-1.api.aws,"
                           ".ssm.eu-west-1.amazonaws.com,*.ssm.eu-west-1.amazonaws.com" },
    { .row = "services twice",
        .region = "eu-west-1",
        .domain = "amazonaws.com",
        .services = "acm acm ssmm ssmm",
        .expected = ALWAYS ",acm.eu-west-1.amazonaws.com" DOMAIN("ssmm.eu-west-1.amazonaws.com"),
        .warnings = "no_proxy.services: \"ssmm\" is not a known service: written as "
                    "ssmm.eu-west-1.amazonaws.com; did you mean \"ssm\"?" },
    { .row = "no name of a host",
        .region = "eu-west-1",
        .domain = "amazonaws.com",
        .services = "a..b",
        .expected = "no_proxy entry \"a..b.eu-west-1.amazonaws.com\": it is neither a DNS name nor "
                    "an IP address or block: write a name such as corp.example, or a block "
                    "such as 10.0.0.0/8",
        .result = -EINVAL },
    { .row = "no services", .services = "", .expected = ALWAYS },
    { .row = "brackets", .brackets = true, .expected = BRACKETS, .warnings = BRACKETS_WARNING },
    { .row = "brackets for what is added",
        .brackets = true,
        .add = "FD12::1 [fd12::2]:80 fd00:ec2::254",
        .expected = BRACKETS ",fd12::1,[fd12::1],[fd12::2]:80",
        .warnings = BRACKETS_WARNING "\nunheard FD12::1, fd00:ec2::254\nunheard [fd12::2]:80" },
    { .row = "an IPv6 block",
        .add = "fd12::/16",
        .expected = ALWAYS ",fd12::/16",
        .warnings = BLOCK_WARNING("fd12::/16") "\nunheard fd12::/16" },
    { .row = "brackets of his own",
        .add = "[fd12::1] [fd12::2]:80",
        .expected = ALWAYS ",fd12::1,[fd12::1],[fd12::2]:80",
        .warnings = BRACKETS_WARNING "\nunheard [fd12::1]\nunheard [fd12::2]:80" },
    { .row = "a spelling of his own",
        .add = "FD12:0:0::1",
        .expected = ALWAYS ",fd12::1,fd12:0:0::1",
        .warnings = "unheard FD12:0:0::1" },
    { .row = "placeholders",
        .add = "VPC_CIDR_RANGE my_host.example _x a-b",
        .expected = ALWAYS ",vpc_cidr_range,.vpc_cidr_range,*.vpc_cidr_range"
                           ",my_host.example,.my_host.example,*.my_host.example"
                           ",_x,._x,*._x,a-b,.a-b,*.a-b",
        .warnings = PLACEHOLDER("VPC_CIDR_RANGE") "\n" PLACEHOLDER("_x") },
    { .row = "::1 on request", .add = "::1", .expected = ALWAYS ",::1", .warnings = "unheard ::1" },
    { .row = "pasted",
        .add = " ;, HTTP://Corp.Example/ ;\t10.0.0.0/8\n,,",
        .expected = ALWAYS ",corp.example,.corp.example,*.corp.example,10.0.0.0/8",
        .warnings = "unheard 10.0.0.0/8" },
    { .row = "what is there already",
        .add = "127.0.0.1 169.254.169.254 FD00:EC2::254 a a .a *.a",
        .expected = ALWAYS ",a,.a,*.a",
        .warnings = "unheard FD00:EC2::254" },
    { .row = "localhost again", .add = "localhost", .expected = ALWAYS },
    { .row = "the same block, written otherwise",
        .vpc = true,
        .region = "us-east-1",
        .cidrs = "10.1.0.0/16 10.1.0.0/16",
        .add = "10.1.9.9/16",
        .expected = ALWAYS ",.ec2.internal,*.ec2.internal,10.1.0.0/16",
        .warnings = "unheard 10.1.9.9/16" },
    { .row = "empty", .add = " , ", .expected = ALWAYS },
    { .row = "everything", .add = "*", .expected = "*", .warnings = "unheard *" },
    { .row = "everything, pasted", .add = " *, ", .expected = "*", .warnings = "unheard *" },
    { .row = "everything, brackets",
        .add = "*",
        .brackets = true,
        .expected = "*",
        .warnings = "unheard *" },
    { .row = "the proxy itself, in all its spellings",
        .proxies = "proxy.corp",
        .add = "proxy.corp,a.b;Proxy.CORP. http://proxy.corp:3128/ proxy.corp:80 .proxy.corp "
               "*.proxy.corp proxy.corp",
        .expected = ALWAYS ",a.b,.a.b,*.a.b",
        .warnings = LEFT_OUT("proxy.corp, Proxy.CORP., http://proxy.corp:3128/, proxy.corp:80, "
                             ".proxy.corp, *.proxy.corp") },
    { .row = "the proxy has a dot at its end",
        .proxies = "proxy.corp.",
        .add = "proxy.corp",
        .expected = ALWAYS,
        .warnings = LEFT_OUT("proxy.corp") },
    { .row = "two proxies",
        .proxies = "one.corp two.corp",
        .add = "two.corp one.corp",
        .expected = ALWAYS,
        .warnings = LEFT_OUT("two.corp, one.corp") },
    { .row = "what covers the proxy, and what only looks like it",
        .proxies = "proxy.corp.example",
        .add = "corp.example proxy a.proxy.corp.example roxy.corp.example",
        .expected = ALWAYS ",corp.example,.corp.example,*.corp.example,proxy,.proxy,*.proxy"
                           ",a.proxy.corp.example,.a.proxy.corp.example,*.a.proxy.corp.example"
                           ",roxy.corp.example,.roxy.corp.example,*.roxy.corp.example" },
    { .row = "the proxy's address, and blocks that cover it",
        .proxies = "10.0.0.5 fd12::5",
        .add = "10.0.0.5 10.0.0.5/32 10.0.0.5:3128 FD12:0::5 [fd12::5]:80 fd12::5/128 10.0.0.6 "
               "10.0.0.5/31",
        .expected = ALWAYS ",10.0.0.6,10.0.0.4/31",
        .warnings = LEFT_OUT("10.0.0.5, 10.0.0.5/32, 10.0.0.5:3128, FD12:0::5, [fd12::5]:80, "
                             "fd12::5/128") "\nunheard 10.0.0.5/31" },
    { .row = "the VPC is but the proxy",
        .vpc = true,
        .region = "us-east-1",
        .cidrs = "10.0.0.5/32 10.0.0.0/16",
        .proxies = "10.0.0.5",
        .expected = ALWAYS ",.ec2.internal,*.ec2.internal,10.0.0.0/16",
        .warnings = LEFT_OUT("10.0.0.5/32") },
    { .row = "a relay on this machine",
        .proxies = "localhost 127.0.0.1",
        .add = "localhost 127.0.0.1",
        .expected = ALWAYS },
    { .row = "everything, with a proxy",
        .proxies = "proxy.corp",
        .add = "*",
        .expected = "*",
        .warnings = "unheard *" },
    { .row = "an address with the dot of a name",
        .add = "10.1.2.3. 10.1.2.3",
        .expected = ALWAYS ",10.1.2.3" },
    { .row = "everything and more",
        .add = "a,*",
        .expected = "no_proxy entry \"*\" exempts every host from the proxy: it can only stand "
                    "alone",
        .result = -EINVAL },
    { .row = "a wildcard",
        .add = "corp.example,10.*",
        .expected = ALWAYS ",corp.example,.corp.example,*.corp.example",
        .warnings =
            "no_proxy entry \"10.*\": no client understands it: write 10.0.0.0/8: left out" },
    { .row = "no entry",
        .add = "a b~",
        .expected = ALWAYS ",a,.a,*.a",
        .warnings =
            "no_proxy entry \"b~\": it is neither a DNS name nor an IP address or block: write "
            "a name such as corp.example, or a block such as 10.0.0.0/8: left out" },
};

static void test_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_row(&rows[i]);
}

/* What has to be added so that the whole list is `length` bytes long: addresses of 15 bytes and a
 * comma, then one domain, which is written in its three forms, as long as is left. */
static void fill_to(size_t length, struct buffer *ret)
{
    static const char forms[] = ",d,.d,*.d";
    size_t rest = length - strlen(ALWAYS);
    unsigned int number = 0;
    while (rest > 16 + 3 * 16 || (rest - strlen(forms)) % 3 != 0) {
        check_number("append",
            buffer_printf(ret, ",100.100.%u.%u", 100 + number / 100, 100 + number % 100), 0);
        number++;
        rest -= 16;
    }
    char domain[64] = "";
    memset(domain, 'd', 1 + (rest - strlen(forms)) / 3);
    check_number("append", buffer_printf(ret, ",%s,.%s,*.%s", domain, domain, domain), 0);
}

static void test_lengths(void **state)
{
    (void) state;
    static const struct {
        size_t length;
        int result;
        const char *message; /* the warning, or the error */
    } lengths[] = {
        { 1014, 0, "" },
        { 1015, 0,
            "no_proxy is a line of 1024 bytes; Linux-PAM before 1.4 (Amazon Linux 2, RHEL 8) cuts "
            "it at 1023: shorten it where that runs" },
        { 8181, 0,
            "no_proxy is a line of 8190 bytes; Linux-PAM before 1.4 (Amazon Linux 2, RHEL 8) cuts "
            "it at 1023: shorten it where that runs" },
        { 8182, -E2BIG,
            "no_proxy would be a line of 8191 bytes; Linux-PAM 1.4 to 1.5 stops reading at a line "
            "of more than 8190" },
    };
    for (size_t i = 0; i < ELEMENTSOF(lengths); i++) {
        _cleanup_buffer_ struct buffer added = { 0 }, expected = { 0 };
        _cleanup_strings_ struct strings warnings = { 0 };
        _cleanup_few_ struct few refused = { 0 };
        _cleanup_no_proxy_entries_ struct no_proxy_entries add = { 0 };
        _cleanup_no_proxy_meant_ struct no_proxy_meant meant = { 0 };
        _cleanup_mem_ char *list = NULL;
        struct error err = { 0 };
        fill_to(lengths[i].length, &added);
        check_number("append", buffer_printf(&expected, ALWAYS "%s", added.data), 0);
        check_number("the test's own list", expected.size, lengths[i].length);
        check_number("parse", no_proxy_entries_parse(added.data, NULL, &add, &refused, NULL), 0);
        const struct no_proxy_parts parts = { .add = &add };
        int r = no_proxy_build(&parts, &warnings, &meant, &list, &err);
        check_number("known before", no_proxy_check(&parts, NULL), r);
        check_number(expected.data, r, lengths[i].result);
        _cleanup_mem_ char *joined = strings_join(&warnings, "\n");
        check_text("message", r < 0 ? err.text : joined, lengths[i].message);
        check_text("list", list, r < 0 ? NULL : expected.data);
    }
}

/* Far more than fits is not built before it is refused: the time for that grows with its square. */
static void test_huge(void **state)
{
    (void) state;
    _cleanup_buffer_ struct buffer added = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    _cleanup_few_ struct few refused = { 0 };
    _cleanup_no_proxy_entries_ struct no_proxy_entries add = { 0 };
    _cleanup_no_proxy_meant_ struct no_proxy_meant meant = { 0 };
    char *list = NULL;
    struct error err = { 0 };
    for (unsigned int i = 0; i < NO_PROXY_ENTRIES_MAX; i++)
        check_number("append", buffer_printf(&added, ",%x", 0xa000 + i), 0);
    check_number("parse", no_proxy_entries_parse(added.data, NULL, &add, &refused, NULL), 0);
    const struct no_proxy_parts parts = { .add = &add };
    check_number("build", no_proxy_build(&parts, &warnings, &meant, &list, &err), -E2BIG);
    check_text("error", err.text,
        "no_proxy would be a line of more than 24634 bytes; Linux-PAM 1.4 to 1.5 stops reading at "
        "a "
        "line of more than 8190");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_huge),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
