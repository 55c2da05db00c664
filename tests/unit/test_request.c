/* SPDX-License-Identifier: MIT */
/* agent/clients/request.c: what a URL asks for, and what is no URL. */

#include "clients/request.h"

#include <errno.h>

#include "check.h"

/* Appends a part of the description. */
__attribute__((format(printf, 2, 3))) static void add(
    char text[static 512], const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(text + used, 512 - used, format, arguments);
    va_end(arguments);
}

static void describe(const struct request *request, char text[static 512])
{
    char address[ADDRESS_TEXT_MAX];
    add(text, "%s %s", request->scheme, request->host);
    if (strcmp(request->host, request->host_as_written) != 0)
        add(text, " (%s)", request->host_as_written);
    add(text, " %u", request->port);
    if (request->port_as_written)
        add(text, " written \"%s\"", request->port_as_written);
    if (request->port_given)
        add(text, " given");
    if (request->has_login)
        add(text, " login");
    if (request->is_address || request->is_short || request->is_short_dot) {
        address_format(&request->address, address);
        add(text, " %s %s",
            request->is_address ? "address"
            : request->is_short ? "short"
                                : "dot",
            address);
    }
}

static const struct {
    const char *url, *parts;
} good[] = {
    { "http://example.com/", "http example.com 80" },
    { "https://example.com", "https example.com 443" },
    { "HTTP://Example.COM/Path?a#b", "http example.com (Example.COM) 80" },
    { "http://example.com.", "http example.com. 80" },
    { "http://example.com:8080/", "http example.com 8080 written \"8080\" given" },
    { "https://example.com:080/", "https example.com 80 written \"080\" given" },
    { "http://example.com:/", "http example.com 80 written \"\"" },
    { "http://example.com?a:1", "http example.com 80" },
    { "http://u:p@example.com/", "http example.com 80 login" },
    { "http://example.com/a@b:1", "http example.com 80" },

    { "http://10.1.2.3/", "http 10.1.2.3 80 address 10.1.2.3" },
    { "http://10.1.2.3./", "http 10.1.2.3. 80 dot 10.1.2.3" },
    { "http://10.1/", "http 10.1 80 short 10.0.0.1" },
    { "http://167838211/", "http 167838211 80 short 10.1.2.3" },
    { "http://[FD00:ec2::254]:80/",
        "http fd00:ec2::254 (FD00:ec2::254) 80 written \"80\" given address fd00:ec2::254" },
    { "http://[::ffff:10.1.2.3]", "http ::ffff:10.1.2.3 80 address ::ffff:10.1.2.3" },
};

static const struct {
    const char *url, *reason;
} bad[] = {
    { "example.com", "it does not begin with http:// or https://" },
    { "example.com:80/http://", "it does not begin with http:// or https://" },
    { "", "it does not begin with http:// or https://" },
    { "ftp://example.com/", "its scheme is neither http nor https" },
    { "http:///example.com", "it has no host" },
};

static void test_good(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(good); i++) {
        _cleanup_request_ struct request request = { 0 };
        const char *reason = NULL;
        check_number(good[i].url, request_parse(good[i].url, &request, &reason), 0);
        char parts[512] = "";
        describe(&request, parts);
        check_text(good[i].url, parts, good[i].parts);
    }
}

static void test_bad(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(bad); i++) {
        struct request request = { 0 };
        const char *reason = NULL;
        check_number(bad[i].url, request_parse(bad[i].url, &request, &reason), -EINVAL);
        check_text(bad[i].url, reason, bad[i].reason);
        check_that("untouched", !request.scheme && !request.host);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
