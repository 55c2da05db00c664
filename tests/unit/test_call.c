/* SPDX-License-Identifier: MIT */
/* agent/aws/call.c and call_failure.c: how often a call is made, with which credentials and which
 * clock, and what is said in the end. */

#include "aws/call.h"

#include "check.h"
#include "fake_aws.h"

#define STATEMENT                                                                                  \
    "{\"Effect\": \"Allow\", \"Action\": \"ssm:GetParameters\", \"Resource\": \"" RESOURCE "\"}"

static const struct {
    const char *script, *proxy;
    int r, status;
    unsigned int posts; /* 0: until the deadline */
    unsigned int keys;
    const char *text; /* what the error has in it */
} outcomes[] = {
    { "ok", NULL, 0, 0, 1, 1, "" },
    { "throttled ok", NULL, 0, 0, 2, 1, "" },
    { "429 503 trouble refused reset silent no-http no-tls ok", NULL, 0, 0, 9, 1, "" },
    { "throttled", NULL, -ETIMEDOUT, EX_TEMPFAIL, 0, 1,
        HOST ": HTTP 400: ssm:GetParameters is throttled: the account makes more calls than "
             "its rate in the Region (ThrottlingException: Rate exceeded)" },
    { "trouble", NULL, -ETIMEDOUT, EX_TEMPFAIL, 0, 1, "(InternalServerError)" },
    { "503", NULL, -ETIMEDOUT, EX_TEMPFAIL, 0, 1, "the service has a fault: try again later" },
    { "throttled silent", NULL, -ETIMEDOUT, EX_UNAVAILABLE, 0, 1, "no answer in time" },
    { "refused", NULL, -ETIMEDOUT, EX_UNAVAILABLE, 0, 1,
        HOST ": Connection refused: allow it in the security groups and routes" },
    { "no-http", NULL, -ETIMEDOUT, EX_DATAERR, 0, 1, "the answer is not valid HTTP" },

    { "expired ok", NULL, 0, 0, 2, 2, "" },
    { "expired", NULL, -EACCES, EX_NOPERM, 2, 2,
        "the credentials of the role web are refused, and so are new ones" },
    { "throttled expired throttled expired", NULL, -EACCES, EX_NOPERM, 4, 2, "expired" },
    { "signature ok", NULL, 0, 0, 2, 2, "" },
    { "signature", NULL, -EACCES, EX_NOPERM, 2, 2,
        "the signature with the credentials of the role web is refused: set the clock of "
        "this machine (InvalidSignatureException)" },

    { "denied", NULL, -EACCES, EX_NOPERM, 1, 1,
        HOST ": HTTP 400: the role web may not ssm:GetParameters on " RESOURCE
             ": add to its policy " STATEMENT
             " (AccessDeniedException: User: u is not authorized)" },
    { "missing", NULL, -ENOENT, EX_CONFIG, 1, 1, "there is no " RESOURCE ": create it" },
    { "deleted", NULL, -ENOENT, EX_CONFIG, 1, 1,
        RESOURCE " is scheduled for deletion: restore it" },
    { "decryption", NULL, -EACCES, EX_NOPERM, 1, 1, "\"Action\": \"kms:Decrypt\"" },
    { "invalid", NULL, -EINVAL, EX_CONFIG, 1, 1,
        "ssm:GetParameters of " RESOURCE " is refused: check the name (ValidationException: 1 "
        "error)" },
    { "302", NULL, -EBADMSG, EX_DATAERR, 1, 1,
        HOST ": HTTP 302: something other than AWS answers there: check the host and the "
             "proxy" },
    { "html", NULL, -EBADMSG, EX_DATAERR, 1, 1, "something other than AWS" },
    { "large", NULL, -EMSGSIZE, EX_DATAERR, 1, 1, "larger than any real one" },
    { "untrusted", NULL, -EKEYREJECTED, EX_UNAVAILABLE, 1, 1,
        HOST ": the certificate is not trusted (unknown?issuer): if a proxy inspects TLS, "
             "name its CA in proxy.ca_file" },
    { "no-ca-file", NULL, -ENOKEY, EX_CONFIG, 1, 1, "check proxy.ca_file" },

    { "proxy-403", PROXY, -EREMOTEIO, EX_UNAVAILABLE, 1, 1,
        HOST ": the proxy " PROXY " answers HTTP 403: allow the host in the proxy" },
    { "proxy-407", PROXY, -EREMOTEIO, EX_UNAVAILABLE, 1, 1, "HTTP 407: it wants a login" },
    { "proxy-502 ok", PROXY, 0, 0, 2, 1, "" },
    { "proxy-502", PROXY, -ETIMEDOUT, EX_UNAVAILABLE, 0, 1, "see the proxy's log" },
    { "refused", PROXY, -ETIMEDOUT, EX_UNAVAILABLE, 0, 1,
        "Connection refused, through the proxy " PROXY ": " },
};

static void test_outcomes(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(outcomes); i++) {
        const char *row = outcomes[i].script;
        new_world(row);
        check_number(row, call_once(i, outcomes[i].proxy), outcomes[i].r);
        check_that(
            row, outcomes[i].posts == 0 ? world.posts > 2 : world.posts == outcomes[i].posts);
        check_number(row, world.report.attempts, world.posts);
        check_number(row, world.keys, outcomes[i].keys);
        check_number(row, world.told, world.sleeps);
        check_that(row, !world.overran);
        if (outcomes[i].r == 0) {
            check_text(row, world.answer.data, "{}");
            check_number(row, world.err.status, 0);
            continue;
        }
        check_number(row, world.err.status, outcomes[i].status);
        if (!strstr(world.err.text, outcomes[i].text))
            check_text(row, world.err.text, outcomes[i].text);
        check_number(
            row, strncmp(world.err.text, "gave up after ", 14) == 0, outcomes[i].r == -ETIMEDOUT);
        check_number(row, world.answer.size, 0);
    }
}

static void test_waits(void **state)
{
    (void) state;
    uint64_t longest[8] = { 0 };
    static const uint64_t bounds[] = { 500, 1000, 2000, 4000, 8000, 16000 };
    for (uint64_t seed = 0; seed < 3000; seed++) {
        new_world("throttled");
        check_number("throttled", call_once(seed, NULL), -ETIMEDOUT);
        check_that("in time", world.now_ms <= START_MS + DEADLINE_MS);
        check_that("to the end", world.now_ms + 2100 > START_MS + DEADLINE_MS);
        for (size_t i = 0; i < ELEMENTSOF(longest) && i < world.sleeps; i++)
            longest[i] = world.slept_ms[i] > longest[i] ? world.slept_ms[i] : longest[i];
    }
    for (size_t i = 0; i < ELEMENTSOF(bounds); i++) {
        check_that("within the bound", longest[i] <= bounds[i]);
        check_that("up to the bound", longest[i] >= bounds[i] * 98 / 100);
    }
}

static void test_asked_for(void **state)
{
    (void) state;
    for (uint64_t seed = 0; seed < 100; seed++) {
        new_world("throttled ok");
        world.retry_after_ms = 3000;
        check_number("three seconds", call_once(seed, NULL), 0);
        check_number("three seconds", world.slept_ms[0], 3000);
        new_world("throttled ok");
        world.retry_after_ms = 3600000;
        check_number("an hour", call_once(seed, NULL), 0);
        check_that("an hour", world.slept_ms[0] >= 5000 && world.slept_ms[0] <= 5500);
    }
}

static void test_clock(void **state)
{
    (void) state;
    static const struct {
        int64_t offset_s;
        unsigned int posts;
        bool is_corrected;
    } rows[] = {
        { 0, 1, false },
        { 200, 1, false },
        { -299, 1, false },
        { 600, 2, true },
        { -600, 2, true },
        { 86400, 2, true },
        { -86400, 2, true },
        { -40LL * 365 * 86400, 2, true },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        char row[32];
        (void) snprintf(row, sizeof(row), "%lld", (long long) rows[i].offset_s);
        new_world("ok");
        world.clock_offset_s = rows[i].offset_s;
        check_number(row, call_once(i, NULL), 0);
        check_number(row, world.posts, rows[i].posts);
        check_number(row, world.keys, 1);
        int64_t found = world.report.clock_offset_s;
        check_that(row, llabs(found - (rows[i].is_corrected ? rows[i].offset_s : 0)) <= 2);
    }
}

static void test_no_date(void **state)
{
    (void) state;
    new_world("ok");
    world.clock_offset_s = 600;
    world.has_no_date = true;
    check_number("no date", call_once(1, NULL), -EACCES);
    check_number("new credentials are tried", world.keys, 2);
    check_number("and no more", world.posts, 2);
    check_that("the clock is named", strstr(world.err.text, "set the clock"));
}

static void test_no_new_keys(void **state)
{
    (void) state;
    const struct call_options options = { .hooks.get_keys = refuse_keys };
    new_world("expired");
    check_number("no new ones", call_times(&options, 1), -EIO);
    check_text("no new ones", world.err.text, "no new ones");
    check_number("no new ones", world.posts, 1);
}

/* A second call has the credentials, the clock and the deadline of the first. */
static void test_two_calls(void **state)
{
    (void) state;
    const struct call_options options = { 0 };
    new_world("ok expired ok");
    world.clock_offset_s = 600;
    check_number("two", call_times(&options, 2), 0);
    check_number("keys", world.keys, 2);
    check_text("the new ones", world.last_key, "AKI2");
    check_number("once skewed, once expired, twice taken", world.posts, 4);
    check_number("of the second", world.report.attempts, 1);

    new_world("throttled");
    check_number("three", call_times(&options, 3), -ETIMEDOUT);
    check_that("one deadline", world.now_ms <= START_MS + DEADLINE_MS + 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_asked_for),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_no_date),
        cmocka_unit_test(test_no_new_keys),
        cmocka_unit_test(test_two_calls),
    };
    int failed = cmocka_run_group_tests(tests, check_start, NULL);
    buffer_free(&world.answer);
    return failed;
}
