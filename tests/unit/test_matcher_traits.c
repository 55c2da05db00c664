/* SPDX-License-Identifier: MIT */
/* What no list of the data files shows of the model's columns; real clients did each of these, too.
 */

#include "check.h"
#include "clients/matcher.h"

#define HOST  "http://example.com/"
#define BELOW "http://www.example.com/"
#define PORT  "http://example.com:8080/"
#define V4    "http://10.1.2.3/"
#define V6    "http://[fd00:ec2::254]/"

/* A row for each client, list and URL. */
static const struct {
    const char *client, *list, *url;
    enum route route;
} rows[] = {
    /* ports that no number of 32 bits holds */
    { "ruby", "example.com:4294967376", HOST, ROUTE_PROXY },
    { "go", "example.com:4294967376", HOST, ROUTE_PROXY },
    /* dots at the end */
    { "axios", ".example.com..", BELOW, ROUTE_DIRECT },
    { "axios", "example.com..:8080", PORT, ROUTE_DIRECT },
    { "axios", "10.0.0.0../8", V4, ROUTE_PROXY },
    { "undici-8", "example.com..", HOST, ROUTE_PROXY },
    { "reqwest", "example.com.", HOST, ROUTE_PROXY },
    /* patterns */
    { "global-agent", "*.exampl[e].com", BELOW, ROUTE_PROXY },
    { "global-agent", "*.ex?mple.com", BELOW, ROUTE_PROXY },
    { "curl-7.86", ".example.com", HOST, ROUTE_DIRECT },
    { "curl-7.86", ".example.com,foo.test", BELOW, ROUTE_PROXY },
    /* brackets */
    { "axios", "[fd00:ec2::]/32", V6, ROUTE_DIRECT },
    { "axios", "[fd00:ec2::/32]", V6, ROUTE_PROXY },
    { "axios", "[10.1.2.3]", V4, ROUTE_DIRECT },
    { "guzzle-8", "[10.1.2.3]", V4, ROUTE_PROXY },
    { "guzzle-8", "[fd00:ec2::254]:80", V6, ROUTE_DIRECT },
    /* ::ffff:1.2.3.4 as text */
    { "axios", ".2.3", "http://[::ffff:10.1.2.3]/", ROUTE_DIRECT },
    { "undici-8", "::ffff:a01:203", "http://[::ffff:10.1.2.3]/", ROUTE_DIRECT },
    /* what stands for many hosts */
    { "libproxy", "<local>", "http://intranet/", ROUTE_DIRECT },
    { "libproxy", "<LOCAL>", "http://intranet/", ROUTE_PROXY },
    { "libproxy", "<local>", HOST, ROUTE_PROXY },
    { "libproxy", "<local>", V6, ROUTE_PROXY },
    { "undici", "<local>", "http://intranet/", ROUTE_PROXY },
    { "undici-8", "*:8080", PORT, ROUTE_DIRECT },
    { "undici-8", "*:8080", HOST, ROUTE_PROXY },
    { "undici-8", "*.*", HOST, ROUTE_DIRECT },
    { "undici-8", "[*]", V6, ROUTE_DIRECT },
    { "undici-8", "*.", HOST, ROUTE_PROXY },
    { "guzzle-8", "*:80", HOST, ROUTE_DIRECT },
    { "guzzle-8", "*.*", HOST, ROUTE_PROXY },
    { "undici", "*:8080", PORT, ROUTE_PROXY },
    /* empty entries */
    { "reqwest", "foo.test,", "http://example.com./", ROUTE_DIRECT },
    { "reqwest", "foo.test,", HOST, ROUTE_PROXY },
    { "hyper-util", "foo.test,", "http://example.com./", ROUTE_PROXY },
    /* letter case */
    { "hyper-util", "Example.COM", HOST, ROUTE_PROXY },
    { "hyper-util", "FD00:EC2::254", V6, ROUTE_DIRECT },
    /* blocks and numbers */
    { "libproxy", "10.0.0.0/8:80", "http://10.1.2.3:80/", ROUTE_PROXY },
    { "libproxy", "10.0.0.0/8", V4, ROUTE_DIRECT },
    { "guzzle-8", ".10.1.2.3", V4, ROUTE_DIRECT },
    { "guzzle-8", "167838211", V4, ROUTE_DIRECT },
    { "axios", "167838211", V4, ROUTE_PROXY },
    { "guzzle-8", "10.2/8", V4, ROUTE_PROXY },
    { "python-requests-2.34", "10.2/8", V4, ROUTE_DIRECT },
    { "python-requests-2.34", "xample.com", HOST, ROUTE_PROXY },
    { "python-requests", "xample.com", HOST, ROUTE_DIRECT },
    /* an entry that is a whole URL */
    { "httpx", "http://example.com", HOST, ROUTE_DIRECT },
    { "httpx", "http://example.com", BELOW, ROUTE_PROXY },
    { "httpx", "http://example.com", "https://example.com/", ROUTE_PROXY },
    { "httpx", "HTTP://EXAMPLE.com", HOST, ROUTE_DIRECT },
    { "httpx", "all://example.com", "https://example.com/", ROUTE_DIRECT },
    { "httpx", "://example.com", HOST, ROUTE_DIRECT },
    { "httpx", "a/b://example.com", HOST, ROUTE_PROXY },
    { "httpx", "foo bar://example.com:x", HOST, ROUTE_PROXY },
    { "httpx", "http://*.example.com", BELOW, ROUTE_DIRECT },
    { "httpx", "http://*.example.com", HOST, ROUTE_PROXY },
    { "httpx", "http://*example.com", BELOW, ROUTE_DIRECT },
    { "httpx", "http://example.com:80", PORT, ROUTE_DIRECT },
    { "httpx", "http://example.com:8080", HOST, ROUTE_PROXY },
    { "httpx", "http://[fd00:ec2::254]", V6, ROUTE_DIRECT },
    { "httpx", "http://[FD00:EC2::254]", V6, ROUTE_PROXY },
    { "httpx", "http://[fd00:ec2::254", HOST, ROUTE_ERROR },
    { "httpx", "http://[10.1.2.3]", HOST, ROUTE_ERROR },
    { "httpx-0.23", "http://example.com", HOST, ROUTE_PROXY },
    { "httpx-0.23", "http://[10.1.2.3]", HOST, ROUTE_PROXY },
    /* a user before the host */
    { "httpx", "user@example.com", HOST, ROUTE_DIRECT },
    { "httpx", "user@example.com", BELOW, ROUTE_PROXY },
    { "httpx", "user@*.example.com", BELOW, ROUTE_DIRECT },
    { "httpx", "a@b@example.com", HOST, ROUTE_DIRECT },
    { "httpx-0.23", "a@b@example.com", HOST, ROUTE_PROXY },
    /* its port */
    { "httpx", ":8080", PORT, ROUTE_DIRECT },
    { "httpx", ":8080", HOST, ROUTE_PROXY },
    { "httpx", "*:8080", PORT, ROUTE_PROXY },
    { "httpx", "example.com:+8080", PORT, ROUTE_DIRECT },
    { "httpx", "example.com:-1", HOST, ROUTE_PROXY },
    { "httpx", "example.com:80:80", HOST, ROUTE_ERROR },
    { "httpx-0.23", "example.com:+8080", PORT, ROUTE_PROXY },
    /* addresses, and their ends */
    { "httpx", "10.1.2.3/8", V4, ROUTE_DIRECT },
    { "httpx", "fd00:ec2::254%lo", V6, ROUTE_PROXY },
    { "httpx", "fd00:ec2::254%", V6, ROUTE_ERROR },
    { "httpx", "fd00:ec2::254#x", HOST, ROUTE_ERROR },
    { "httpx", "2.3", "http://[::ffff:10.1.2.3]/", ROUTE_DIRECT },
    { "httpx", "localhost", "http://foo.localhost/", ROUTE_PROXY },
    { "httpx-0.23", "fd00:ec2::254", V6, ROUTE_PROXY },
    { "httpx-0.23", "localhost", "http://foo.localhost/", ROUTE_DIRECT },
    /* what is in no URL, or in no name */
    { "httpx", "example.com\\", HOST, ROUTE_PROXY },
    { "httpx-0.23", "example.com\\", HOST, ROUTE_DIRECT },
    { "httpx", "foo.test,a\x01z", HOST, ROUTE_ERROR },
    { "httpx", "foo.test\x7f", HOST, ROUTE_ERROR },
    { "httpx-0.23", "foo.test\x7f", HOST, ROUTE_PROXY },
    { "httpx", "b\xc3\xbc.example", HOST, ROUTE_ERROR },
    { "httpx", ".b\xc3\xbc.example", HOST, ROUTE_ERROR },
    { "httpx", "http://b\xc3\xbc.example", HOST, ROUTE_PROXY },
    { "httpx", "b\xc3\xbc@example.com", HOST, ROUTE_DIRECT },
    { "httpx-0.23", "b\xc3\xbc.example", HOST, ROUTE_ERROR },
    { "httpx-0.23", ".b\xc3\xbc.example", HOST, ROUTE_PROXY },
    /* one entry makes it fail, wherever it stands, unless there is a star */
    { "httpx", "example.com,[::1]", HOST, ROUTE_ERROR },
    { "httpx", "[::1],example.com", HOST, ROUTE_ERROR },
    { "httpx", "[::1],*", HOST, ROUTE_DIRECT },
    { "httpx", "*,[::1]", HOST, ROUTE_DIRECT },
    { "httpx-0.23", "example.com,[::1]", HOST, ROUTE_DIRECT },
    /* ports, of the entry and of the URL, that are compared as text */
    { "global-agent", "example.com:8080", PORT, ROUTE_DIRECT },
    { "global-agent", "example.com:08080", PORT, ROUTE_PROXY },
    { "global-agent", "example.com:443", "http://example.com:443/", ROUTE_PROXY },
    { "global-agent", "example.com:80", "https://example.com:80/", ROUTE_PROXY },
    { "go", "example.com:80", "http://example.com:080/", ROUTE_PROXY },
    { "go", "example.com:080", "http://example.com:080/", ROUTE_DIRECT },
    { "go", "example.com:80", "http://example.com:/", ROUTE_DIRECT },
    { "python-urllib", "example.com:80", "http://example.com:080/", ROUTE_PROXY },
    { "python-urllib", "example.com:", "http://example.com:/", ROUTE_DIRECT },
    { "python-urllib", "example.com:", HOST, ROUTE_PROXY },
    { "botocore", "example.com:", "http://example.com:/", ROUTE_DIRECT },
    { "python-requests", "example.com:80", "http://example.com:080/", ROUTE_DIRECT },
    { "httpx-0.23", "example.com:80", "http://example.com:080/", ROUTE_DIRECT },
    { "httpx-0.23", "example.com:80", "http://example.com:80/", ROUTE_PROXY },
    { "httpx", "example.com:80", "http://example.com:080/", ROUTE_PROXY },
    /* and as numbers */
    { "proxy-from-env", "example.com:000080", HOST, ROUTE_DIRECT },
    { "undici", "example.com:000080", HOST, ROUTE_DIRECT },
    { "undici-8", "example.com:000080", HOST, ROUTE_DIRECT },
    { "axios", "example.com:000080", HOST, ROUTE_DIRECT },
    { "undici", "example.com:4294967376", HOST, ROUTE_PROXY },
    /* an entry with more than one colon */
    { "libproxy", "example.com:80:80", HOST, ROUTE_DIRECT },
    { "libproxy", ".example.com:80:80", BELOW, ROUTE_DIRECT },
    { "libproxy", "fd00:ec2::254", "http://x.fd00/", ROUTE_DIRECT },
    { "libproxy", "fd00:ec2::254", V6, ROUTE_DIRECT },
    { "libproxy", "::1", "http://example.com./", ROUTE_PROXY },
    { "libproxy", "example.com:80", PORT, ROUTE_PROXY },
    /* stars and exclamation marks */
    { "global-agent", ".*.example.com", BELOW, ROUTE_DIRECT },
    { "global-agent", ".*.example.com", HOST, ROUTE_PROXY },
    { "global-agent", "!!example.com", "http://foo.test/", ROUTE_DIRECT },
    { "global-agent", "!example.com", HOST, ROUTE_PROXY },
    /* the length of a block */
    { "libproxy", "10.0.0.0/08", V4, ROUTE_DIRECT },
    { "libproxy", "10.0.0.0/+8", V4, ROUTE_DIRECT },
    { "libproxy", "10.0.0.0/ 8", V4, ROUTE_DIRECT },
    { "libproxy", "10.0.0.0/-8", V4, ROUTE_PROXY },
    { "libproxy", "10.0.0.0/8x", V4, ROUTE_PROXY },
    { "libproxy", "fd00:ec2::/032", V6, ROUTE_DIRECT },
    { "go", "10.0.0.0/0008", V4, ROUTE_DIRECT },
    { "curl-8.8", "10.0.0.0/0008", V4, ROUTE_DIRECT },
    { "curl-8.18", "10.0.0.0/0008", V4, ROUTE_DIRECT },
    { "guzzle-8", "10.0.0.0/0008", V4, ROUTE_DIRECT },
    { "axios", "10.0.0.0/0008", V4, ROUTE_PROXY },
    { "reqwest", "10.0.0.0/08", V4, ROUTE_DIRECT },
    { "reqwest", "10.0.0.0/008", V4, ROUTE_PROXY },
    { "hyper-util", "10.0.0.0/0008", V4, ROUTE_PROXY },
    { "hyper-util", "fd00:ec2::/032", V6, ROUTE_DIRECT },
    { "python-requests", "10.0.0.0/0008", V4, ROUTE_DIRECT },
    { "python-requests", "10.0.0.0/1_6", "http://10.0.2.3/", ROUTE_DIRECT },
    { "python-requests", "10.0.0.0/1__6", "http://10.0.2.3/", ROUTE_PROXY },
    { "python-requests", "10.0.0.0/-8", V4, ROUTE_PROXY },
    { "python-requests", "0/1", V4, ROUTE_DIRECT },
    { "ruby", "10.1.2.3/0.0.0.0", "http://192.0.2.1/", ROUTE_DIRECT },
    { "ruby", "10.1.2.3/08.0.0.0", V4, ROUTE_PROXY },
    /* blocks and loopback of axios */
    { "axios", "[10.0.0.0]/8", V4, ROUTE_PROXY },
    { "axios", "10.0.0.0/8.", V4, ROUTE_PROXY },
    { "axios", "::ffff:10.0.0.0/8", "http://[::1]/", ROUTE_PROXY },
    { "axios", "::ffff:10.0.0.0/104", V4, ROUTE_DIRECT },
    { "go", "::ffff:10.0.0.0/8", "http://[::2]/", ROUTE_DIRECT },
    { "axios", "127.0", "http://localhost/", ROUTE_DIRECT },
    { "axios", "*localhost", "http://127.0.0.1/", ROUTE_DIRECT },
    { "axios", "127.0.0.0/8", "http://localhost/", ROUTE_PROXY },
    { "ruby", "foo.test", "http://[::ffff:127.0.0.1]/", ROUTE_PROXY },
    { "ruby", "foo.test", "http://[::1]/", ROUTE_DIRECT },
    /* ranges */
    { "node-http", "10.1.2.1 - 10.1.2.9", V4, ROUTE_DIRECT },
    { "node-http", "10.1.2.1-10.1.2.9-x", V4, ROUTE_DIRECT },
    { "node-http", "10.1.2.4-10.1.2.9", V4, ROUTE_PROXY },
    /* a login in the URL */
    { "python-urllib", "example.com", "http://u:p@example.com/", ROUTE_PROXY },
    { "python-urllib", "com", "http://u:p@example.com/", ROUTE_ERROR },
    { "botocore", "example.com:8080", "http://u:p@example.com:8080/", ROUTE_PROXY },
    { "botocore", "com", "http://u:p@example.com/", ROUTE_DIRECT },
    { "python-requests", "example.com", "http://u:p@example.com/", ROUTE_DIRECT },
    /* IPv6 addresses that end in an IPv4 one */
    { "curl-8.8", "::ffff:a01:203", "http://[::ffff:a01:203]/", ROUTE_DIRECT },
    { "curl-8.17", "::a01:203", "http://[::a01:203]/", ROUTE_DIRECT },
    { "curl-8.8", "fd00:ec2::254", "http://[FD00:ec2:0::254]/", ROUTE_DIRECT },
    { "aiohttp", "::a01:203", "http://[::a01:203]/", ROUTE_DIRECT },
    { "aiohttp", "::ffff:10.1.2.3", "http://[::ffff:a01:203]/", ROUTE_DIRECT },
    { "node-http", "::a01:203", "http://[::10.1.2.3]/", ROUTE_DIRECT },
    { "undici-8", "::a01:203", "http://[::a01:203]/", ROUTE_DIRECT },
    { "axios", "*.2.3", "http://[::10.1.2.3]/", ROUTE_PROXY },
    /* a scheme alone, and ports as Python reads numbers */
    { "httpx", "http://", HOST, ROUTE_DIRECT },
    { "httpx", "http://", "https://example.com/", ROUTE_PROXY },
    { "httpx", "https://", "https://example.com/", ROUTE_DIRECT },
    { "httpx", "example.com: 8_080", PORT, ROUTE_DIRECT },
    { "httpx", "example.com: 80", HOST, ROUTE_PROXY },
    { "httpx", "example.com:8__0", HOST, ROUTE_ERROR },
    /* an IPv4 address in the URL in another form than four decimal numbers */
    { "curl-8.8", "10.0.0.0/8", "http://10.1.515/", ROUTE_DIRECT },
    { "curl-8.8", "10.1.2.3", "http://0xa.1.2.3/", ROUTE_DIRECT },
    { "curl-8.8", "10.0.0.0/8", "http://10.1.2.3./", ROUTE_PROXY },
    { "curl-8.18", "10.0.0.0/8", "http://10.1.2.3./", ROUTE_DIRECT },
    { "guzzle", "10.0.0.0/8", "http://10.66051/", ROUTE_DIRECT },
    { "guzzle-8", "10.0.0.0/8", "http://012.1.2.3/", ROUTE_DIRECT },
    { "axios", "10.0.0.0/8", "http://167838211/", ROUTE_DIRECT },
    { "axios", "localhost", "http://127.1/", ROUTE_DIRECT },
    { "reqwest", "10.0.0.0/8", "http://10.1.2.3./", ROUTE_DIRECT },
    { "hyper-util", "10.0.0.0/8", "http://10.1.2.003/", ROUTE_DIRECT },
    { "proxy-from-env", "10.1.2.3", "http://167838211/", ROUTE_DIRECT },
    { "undici-6", "10.1.2.3", "http://167838211/", ROUTE_DIRECT },
    { "undici", "10.1.2.3", "http://10.1.2.3./", ROUTE_DIRECT },
    { "undici-8", "10.1.2.3", "http://167838211/", ROUTE_DIRECT },
    { "node-http", "10.1.2.3", "http://167838211/", ROUTE_DIRECT },
    { "node-http", "167838211", "http://167838211/", ROUTE_PROXY },
    { "global-agent", "127.0.0.1", "http://0x7f.1/", ROUTE_DIRECT },
    { "python-requests", "10.0.0.0/8", "http://10.66051/", ROUTE_DIRECT },
    { "python-requests", "10.1.2.3", "http://10.66051/", ROUTE_PROXY },
    { "python-requests", "10.66051", "http://10.66051/", ROUTE_DIRECT },
    { "ruby", "10.0.0.0/8", "http://10.66051/", ROUTE_DIRECT },
    { "ruby", "foo.test", "http://127.1/", ROUTE_DIRECT },
    { "go", "10.0.0.0/8", "http://10.66051/", ROUTE_PROXY },
    { "python-urllib", "10.66051", "http://10.66051/", ROUTE_DIRECT },
    /* what is not run, but read in its source */
    { "aws-c-http", "..example.com..", HOST, ROUTE_DIRECT },
};

static void test_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_request_ struct request request = { 0 };
        const char *reason = NULL;
        char row[256];
        (void) snprintf(row, sizeof(row), "%s, %s, %s", rows[i].client, rows[i].list, rows[i].url);
        const struct client *client = client_find(rows[i].client);
        assert_non_null(client);
        check_number(row, request_parse(rows[i].url, &request, &reason), 0);
        struct decision decision = matcher_route(client, rows[i].list, &request);
        check_text(row, route_name(decision.route), route_name(rows[i].route));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
