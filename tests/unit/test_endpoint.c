/* SPDX-License-Identifier: MIT */
/* agent/imds/endpoint.c: which source names the endpoint. */

#include "imds/endpoint.h"

#include <errno.h>

#include "check.h"
#include "lib/memory.h"

#define V4   "http://169.254.169.254"
#define V6   "http://[fd00:ec2::254]"
#define BOTH V4 " " V6

static void test_choose(void **state)
{
    (void) state;
    static const struct {
        const char *row;
        struct imds_endpoint_sources sources;
        const char *expected; /* with blanks between; or the error */
    } rows[] = {
        { "nothing", { 0 }, BOTH },
        { "empty variables", { NULL, IMDS_MODE_AUTO, "", "" }, BOTH },
        { "setting", { "http://127.0.0.1:1338/", IMDS_MODE_AUTO, NULL, NULL },
            "http://127.0.0.1:1338" },
        { "setting before all", { "http://a", IMDS_MODE_IPV6, "http://b", "IPv4" }, "http://a" },
        { "setting before what is wrong", { "http://a", IMDS_MODE_AUTO, "junk", "junk" },
            "http://a" },
        { "setting_mode IPv4", { NULL, IMDS_MODE_IPV4, NULL, NULL }, V4 },
        { "setting_mode IPv6", { NULL, IMDS_MODE_IPV6, NULL, NULL }, V6 },
        { "setting_mode before variables", { NULL, IMDS_MODE_IPV6, "http://b", "IPv4" }, V6 },
        { "setting_mode before what is wrong", { NULL, IMDS_MODE_IPV4, "junk", "junk" }, V4 },
        { "variable", { NULL, IMDS_MODE_AUTO, "http://B.example:80", NULL },
            "http://b.example:80" },
        { "variable before its mode", { NULL, IMDS_MODE_AUTO, "http://b", "IPv6" }, "http://b" },
        { "variable with IPv6", { NULL, IMDS_MODE_AUTO, "http://[FD00:ec2::254]/", NULL }, V6 },
        { "mode IPv4", { NULL, IMDS_MODE_AUTO, NULL, "IPv4" }, V4 },
        { "mode IPv6", { NULL, IMDS_MODE_AUTO, "", "IPv6" }, V6 },
        { "mode in another letter case", { NULL, IMDS_MODE_AUTO, NULL, "ipv6" }, V6 },

        { "wrong setting", { "junk", IMDS_MODE_AUTO, "http://b", NULL },
            "imds.endpoint: \"junk\" is not a metadata endpoint: it does not begin with http:// "
            "(expected something like " V4 ")" },
        { "wrong variable", { NULL, IMDS_MODE_AUTO, "https://b", "IPv4" },
            "AWS_EC2_METADATA_SERVICE_ENDPOINT: \"https://b\" is not a metadata endpoint: the "
            "metadata service speaks http:// only (expected something like " V4 ")" },
        { "wrong mode", { NULL, IMDS_MODE_AUTO, NULL, "IPv5" },
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: \"IPv5\" is neither IPv4 nor IPv6" },
        { "blank mode", { NULL, IMDS_MODE_AUTO, NULL, "IPv4 " },
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: \"IPv4 \" is neither IPv4 nor IPv6" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_strings_ struct strings endpoints = { 0 };
        struct error err = { 0 };
        int r = imds_endpoint_choose(&rows[i].sources, &endpoints, &err);
        _cleanup_mem_ char *joined = strings_join(&endpoints, " ");
        check_text(rows[i].row, r < 0 ? err.text : joined, rows[i].expected);
        check_that(rows[i].row, r == 0 || (r == -EINVAL && endpoints.count == 0));
        check_number(rows[i].row, err.status, r < 0 ? EX_CONFIG : 0);
    }
}

static void test_parse(void **state)
{
    (void) state;
    static const struct {
        const char *text, *expected; /* the canonical form, or the reason */
    } rows[] = {
        { "http://127.0.0.1", "http://127.0.0.1" },
        { "http://127.0.0.1:80/", "http://127.0.0.1:80" },
        { "HTTP://LocalHost:1338", "http://localhost:1338" },
        { "http://[::1]:1338", "http://[::1]:1338" },
        { "127.0.0.1", "it does not begin with http://" },
        { "", "it does not begin with http://" },
        { "https://h", "the metadata service speaks http:// only" },
        { "ftp://h", "the metadata service speaks http:// only" },
        { "http://u@h", "it must not have a login" },
        { "http://u:p@h", "it must not have a login" },
        { "http://h/latest", "nothing may follow the host and port" },
        { "http://h/?q", "nothing may follow the host and port" },
        { "http://h/#f", "nothing may follow the host and port" },
        { "http://h:0", "the port is not a number from 1 to 65535" },
        { "http://", "it has no host" },
        { "http://h\n", "it has a blank or a control character in it" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_strings_ struct strings endpoints = { 0 };
        const char *reason = NULL;
        int r = imds_endpoint_parse(rows[i].text, &endpoints, &reason);
        check_number(rows[i].text, endpoints.count, r == 0);
        check_text(rows[i].text, r == 0 ? endpoints.items[0] : reason, rows[i].expected);
        check_that(rows[i].text, r == 0 || r == -EINVAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choose),
        cmocka_unit_test(test_parse),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
