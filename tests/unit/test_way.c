/* SPDX-License-Identifier: MIT */
/* agent/aws/way.c: private addresses directly, else through the proxy, else directly. */

#include "aws/way.h"

#include "check.h"
#include "fake_aws.h"

static const struct {
    const char *lookup, *proxy;
    size_t blocks; /* 1: that of IPv4, 2: that of IPv6; 3: both */
    int r;
    unsigned int lookups;
    const char *way, *text;
} ways[] = {
    { "52.1.2.3", NULL, 0, 0, 1, "direct 52.1.2.3:443", "" },
    { "52.1.2.3", PROXY, 0, 0, 2, "http://proxy.corp:3128 10.9.9.9:3128", "" },
    { "52.1.2.3", "http://user:secret@proxy.corp:3128/", 0, 0, 2,
        "http://proxy.corp:3128 10.9.9.9:3128", "" },
    { "52.1.2.3", "https://[fd00::9]:3129", 0, 0, 1, "https://[fd00::9]:3129 fd00::9:3129", "" },
    { "10.1.2.3", PROXY, 0, 0, 1, "direct 10.1.2.3:443", "" },
    { "10.1.2.3,172.16.0.1,192.168.1.1,100.64.0.1,fd00::1", PROXY, 0, 0, 1, "direct 10.1.2.3:443",
        "" },
    { "10.1.2.3,52.1.2.3", PROXY, 0, 0, 2, "http://proxy.corp:3128 10.9.9.9:3128", "" },
    { "10.1.2.3,2001:db8::1", PROXY, 0, 0, 2, "http://proxy.corp:3128 10.9.9.9:3128", "" },
    { "172.32.0.1", PROXY, 0, 0, 2, "http://proxy.corp:3128 10.9.9.9:3128", "" },
    { "100.128.0.1", PROXY, 0, 0, 2, "http://proxy.corp:3128 10.9.9.9:3128", "" },
    { "169.254.1.1", PROXY, 0, 0, 2, "http://proxy.corp:3128 10.9.9.9:3128", "" },
    { "52.1.2.3", PROXY, 1, 0, 1, "direct 52.1.2.3:443", "" },
    { "2001:db8::1", PROXY, 2, 0, 1, "direct 2001:db8::1:443", "" },
    { "52.1.2.3,2001:db8::1", PROXY, 1, 0, 2, "http://proxy.corp:3128 10.9.9.9:3128", "" },
    { "52.1.2.3,2001:db8::1", PROXY, 3, 0, 1, "direct 52.1.2.3:443", "" },
    { "none", PROXY, 0, 0, 2, "http://proxy.corp:3128 10.9.9.9:3128", "" },
    { "later", PROXY, 0, 0, 2, "http://proxy.corp:3128 10.9.9.9:3128", "" },
    { "silent", PROXY, 0, 0, 2, "http://proxy.corp:3128 10.9.9.9:3128", "" },
    { "none", NULL, 0, -ENOENT, 1, "",
        HOST ": there is no such host: check the name servers of this machine" },
    { "later", NULL, 0, -ETIMEDOUT, 0, "", ": the name cannot be resolved for now: " },
    { "silent", NULL, 0, -ETIMEDOUT, 0, "", ": the name is not resolved in time: " },
    { "52.1.2.3", "http://proxy.corp", 0, -EINVAL, 1, "", "the proxy: its URL has no port" },
};

static void test_ways(void **state)
{
    (void) state;
    static const char v4[] = "52.0.0.0/8", v6[] = "2001:db8::/32";
    struct address blocks[2];
    check_number(v4, address_parse(v4, &blocks[0]), 0);
    check_number(v6, address_parse(v6, &blocks[1]), 0);
    for (size_t i = 0; i < ELEMENTSOF(ways); i++) {
        const struct call_options options = { .seed = i,
            .network = { .proxy = ways[i].proxy,
                .ipv4 = { &blocks[0], ways[i].blocks & 1 },
                .ipv6 = { &blocks[1], ways[i].blocks >> 1 } } };
        char row[128];
        (void) snprintf(
            row, sizeof(row), "%s, %s", ways[i].lookup, ways[i].proxy ? ways[i].proxy : "no proxy");
        new_world("ok");
        world.lookup = ways[i].lookup;
        check_number(row, call_times(&options, 1), ways[i].r);
        check_text(row, world.last_way, ways[i].way);
        check_that(
            row, ways[i].lookups == 0 ? world.lookups > 2 : world.lookups == ways[i].lookups);
        check_number(row, world.report.is_proxied, strncmp(ways[i].way, "http", 4) == 0);
        check_that(row, strstr(world.err.text, ways[i].text));
        check_number(row, world.err.status,
            ways[i].r == 0         ? 0
            : ways[i].r == -EINVAL ? EX_CONFIG
                                   : EX_UNAVAILABLE);
        check_that(row, world.now_ms <= START_MS + DEADLINE_MS + 1);
    }
}

/* After a failure the way is looked for again: an endpoint may have come. */
static void test_way_is_found_again(void **state)
{
    (void) state;
    new_world("refused throttled ok");
    check_number("found again", call_once(1, NULL), 0);
    check_number("after a failure, not after an answer", world.lookups, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways),
        cmocka_unit_test(test_way_is_found_again),
    };
    int failed = cmocka_run_group_tests(tests, check_start, NULL);
    buffer_free(&world.answer);
    return failed;
}
