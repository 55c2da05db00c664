/* SPDX-License-Identifier: MIT */
/* agent/imds/client.c, token.c and ask.c: attempts, waits, the deadline, and who is asked, with a
 * clock and a network that are made up. */

#include "imds/client.h"

#include <errno.h>
#include <sysexits.h>

#include "check.h"
#include "fake_imds.h"
#include "lib/backoff.h"

static int get_token(void)
{
    return imds_client_open(world.client, &world.err);
}

static int ask_one(const char *path)
{
    struct imds_query query = { .path = path };
    return imds_client_ask(world.client, &query, 1, &world.err);
}

static uint64_t bound_of(size_t attempt)
{
    return attempt < 8 ? (uint64_t) IMDS_BACKOFF_FIRST_MS << attempt : IMDS_BACKOFF_MAX_MS;
}

static void test_delays_have_bounds(void **state)
{
    (void) state;
    uint64_t longest[8] = { 0 }, shortest[8];
    memset(shortest, 0xff, sizeof(shortest));
    for (uint64_t seed = 1; seed <= 300; seed++) {
        new_world("token 503", DEADLINE_MS, seed, false, false);
        check_number("gives up", get_token(), -ETIMEDOUT);
        check_that("waits were noted", world.sleeps > 8 && world.sleeps < NOTED_MAX);
        for (size_t i = 0; i < world.sleeps; i++)
            check_that("a delay is within its bound", world.slept_ms[i] <= bound_of(i));
        for (size_t i = 0; i < ELEMENTSOF(longest); i++) {
            longest[i] = world.slept_ms[i] > longest[i] ? world.slept_ms[i] : longest[i];
            shortest[i] = world.slept_ms[i] < shortest[i] ? world.slept_ms[i] : shortest[i];
        }
    }
    for (size_t i = 0; i < ELEMENTSOF(longest); i++) {
        check_that("delays reach up to the bound", longest[i] >= bound_of(i) * 9 / 10);
        check_that("and down to nothing", shortest[i] <= bound_of(i) / 10);
    }
}

/* Whatever the deadline, and however long a refusal takes. */
static void test_deadline(void **state)
{
    (void) state;
    static const uint64_t deadlines[] = { 1000, 1500, 2345, 10000, 60000 };
    static const char *const answers[] = { "token 503", "token 503 +1", "token 503 +7",
        "token 503 +333", "token 503 +999", "token 503 +1000", "token 503 +5000" };
    for (size_t i = 0; i < 50 * ELEMENTSOF(answers) * ELEMENTSOF(deadlines); i++) {
        const char *answer = answers[i % ELEMENTSOF(answers)];
        uint64_t deadline_ms = deadlines[i / ELEMENTSOF(answers) % ELEMENTSOF(deadlines)];
        new_world(answer, deadline_ms, i, false, false);
        check_number(answer, get_token(), -ETIMEDOUT);
        check_number(answer, world.err.status, EX_UNAVAILABLE);
        check_that(answer, world.slept_sum_ms <= deadline_ms);
        check_that(answer, world.now_ms - START_MS <= deadline_ms + TIMEOUT_MS);
        check_that(answer, world.now_ms - START_MS + 2 * (uint64_t) TIMEOUT_MS >= deadline_ms);
        check_that(answer, world.timeout_max_ms <= TIMEOUT_MS);
    }
}

/* Also the last request ends with the deadline, and none begins after it. */
static void test_timeouts_within_the_deadline(void **state)
{
    (void) state;
    static const char *const answers[] = { "token 503", "token 503 +300", "token 503 +5000",
        "token ECONNREFUSED" };
    for (size_t i = 0; i < 100 * ELEMENTSOF(answers); i++) {
        new_world(answers[i % ELEMENTSOF(answers)], 3000, i, false, false);
        check_number("gives up", get_token(), -ETIMEDOUT);
        check_that(answers[i % ELEMENTSOF(answers)], !world.overran);
        check_that("the time is used", world.now_ms - START_MS >= 3000 - TIMEOUT_MS);
    }
}

/* An attempt that was cut short by the deadline tells nothing: what was answered before does. */
static void test_reason(void **state)
{
    (void) state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        char expected[256];
        new_world("token 503 +900", 3000, seed, false, false);
        check_number("gives up", get_token(), -ETIMEDOUT);
        uint64_t took = world.now_ms - START_MS;
        (void) snprintf(expected, sizeof(expected),
            "gave up after %llu.%llu s: PUT " TOKEN_URL
            ": HTTP 503: the metadata service has a fault: try again later",
            (unsigned long long) took / 1000, (unsigned long long) took % 1000 / 100);
        check_text("the reason", world.err.text, expected);
    }
}

static void test_observer(void **state)
{
    (void) state;
    new_world("token 503 +100", 3000, 1, false, false);
    check_number("gives up", get_token(), -ETIMEDOUT);
    check_that("there were waits", world.sleeps > 2);
    check_number("told before each", world.told, world.sleeps);
    check_that("why", strstr(world.last_why, "PUT " TOKEN_URL ": ") == world.last_why);
}

static void test_retry_after(void **state)
{
    (void) state;
    static const struct {
        const char *answers;
        int r;
        uint64_t least_ms, most_ms; /* of the first wait */
        size_t puts;
    } rows[] = {
        { "token 429 x1 r1500", 0, 1500, 1500, 2 },
        { "token 503 x1 r1500", 0, 1500, 1500, 2 },
        { "token 429 x2 r3500", 0, 3500, 3500, 3 },
        { "token 429 x1 r1", 0, 1, IMDS_BACKOFF_FIRST_MS, 2 },
        { "token 429 x1 r60000", 0, DEADLINE_MS / 2, DEADLINE_MS - 1, 2 },
        { "token 429 r60000", -ETIMEDOUT, DEADLINE_MS / 2, DEADLINE_MS - 1, 2 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        new_world(rows[i].answers, DEADLINE_MS, i, false, false);
        check_number(rows[i].answers, get_token(), rows[i].r);
        check_that(rows[i].answers, world.slept_ms[0] >= rows[i].least_ms);
        check_that(rows[i].answers, world.slept_ms[0] <= rows[i].most_ms);
        check_that(rows[i].answers, world.slept_sum_ms < DEADLINE_MS);
        check_number(rows[i].answers, world.puts, rows[i].puts);
    }
}

/* A last attempt is made a request's time before the deadline, or a quarter of the deadline. */
static void test_last_attempt(void **state)
{
    (void) state;
    static const struct {
        uint64_t deadline_ms, waits_ms;
    } rows[] = {
        { 1000, 750 },
        { 2000, 1500 },
        { 4000, 4000 - TIMEOUT_MS },
        { 20000, 20000 - TIMEOUT_MS },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        char row[64];
        (void) snprintf(row, sizeof(row), "deadline of %d ms", (int) rows[i].deadline_ms);
        new_world("token 429 r60000", rows[i].deadline_ms, i, false, false);
        check_number(row, get_token(), -ETIMEDOUT);
        check_number(row, world.sleeps, 1);
        check_number(row, world.slept_ms[0], rows[i].waits_ms);
        check_number(row, world.puts, 2);
    }
}

/* Questions begin with short waits, however often the token was asked for. */
static void test_backoff_of_questions(void **state)
{
    (void) state;
    uint64_t longest = 0;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        new_world("token 503 x6,a 503 x1", DEADLINE_MS, seed, false, false);
        check_number("a token", get_token(), 0);
        check_number("waits for it", world.sleeps, 6);
        check_number("an answer", ask_one("a"), 0);
        check_number("one more wait", world.sleeps, 7);
        longest = world.slept_ms[6] > longest ? world.slept_ms[6] : longest;
    }
    check_that("the first bound holds", longest <= IMDS_BACKOFF_FIRST_MS);
    check_that("and is reached", longest >= IMDS_BACKOFF_FIRST_MS * 9 / 10);
}

static void test_one_renewal(void **state)
{
    (void) state;
    static const struct {
        const char *answers;
        int r;
        size_t puts, gets;
        const char *last_token;
    } rows[] = {
        { "data 200", 0, 1, 2, TOKEN_IS "TOKEN1" },
        { "data 401 x1", 0, 2, 3, TOKEN_IS "TOKEN2" },
        { "data 401 x2", 0, 2, 4, TOKEN_IS "TOKEN2" },
        { "data 401 x3", -EPROTO, 2, 4, TOKEN_IS "TOKEN2" },
        { "data 401", -EPROTO, 2, 4, TOKEN_IS "TOKEN2" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct imds_query queries[] = { { .path = "a" }, { .path = "b" } };
        new_world(rows[i].answers, DEADLINE_MS, i, false, true);
        check_number(rows[i].answers, get_token(), 0);
        int r = imds_client_ask(world.client, queries, 2, &world.err);
        check_number(rows[i].answers, r, rows[i].r);
        check_number(rows[i].answers, world.puts, rows[i].puts);
        check_number(rows[i].answers, world.gets, rows[i].gets);
        check_number(rows[i].answers, r < 0 ? world.err.status : EX_UNAVAILABLE, EX_UNAVAILABLE);
        check_text(rows[i].answers, world.last_header, rows[i].last_token);
        check_number(rows[i].answers, world.sleeps, 0);
    }
}

/* Of two questions, a is optional, b is not. */
static void test_optional_questions(void **state)
{
    (void) state;
    static const struct {
        const char *answers;
        enum imds_state a_ends;
        unsigned int a_attempts, b_attempts;
    } rows[] = {
        { "data 200", IMDS_HAS_VALUE, 1, 1 },
        { "a 503", IMDS_PENDING, 1, 1 },
        { "a 429 r5000", IMDS_PENDING, 1, 1 },
        { "a ECONNRESET", IMDS_PENDING, 1, 1 },
        { "a 404", IMDS_IS_ABSENT, 1, 1 },
        { "a 400", IMDS_HAS_FAILED, 1, 1 },
        { "a 503 x2,b 503 x2", IMDS_HAS_VALUE, 3, 3 },
        { "a 400,b 503 x2", IMDS_HAS_FAILED, 1, 3 },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct imds_query queries[] = { { .path = "a", .optional = true }, { .path = "b" } };
        new_world(rows[i].answers, DEADLINE_MS, i, false, false);
        check_number(rows[i].answers, get_token(), 0);
        check_number(rows[i].answers, imds_client_ask(world.client, queries, 2, &world.err), 0);
        check_number(rows[i].answers, queries[0].state, rows[i].a_ends);
        check_number(rows[i].answers, queries[0].attempts, rows[i].a_attempts);
        check_number(rows[i].answers, queries[1].state, IMDS_HAS_VALUE);
        check_number(rows[i].answers, queries[1].attempts, rows[i].b_attempts);
        check_number(rows[i].answers, world.sleeps, rows[i].b_attempts - 1);
    }
}

/* systemd's lock: EACCES, and at once again with the mark. */
static void test_lock(void **state)
{
    (void) state;
    static const struct {
        const char *answers;
        bool both, marked;
        int r;
        size_t performs, sleeps;
        const char *words;
    } rows[] = {
        { "token EACCES x1", false, true, 0, 2, 0, "" },
        { "token ECONNREFUSED x1", false, false, 0, 2, 1, "" },
        { "token EACCES x1,token EPERM", false, true, -EPERM, 2, 0, "CAP_NET_ADMIN" },
        { "ipv4 EACCES", true, false, 0, 1, 0, "" },
        { "ipv4 EACCES x1,ipv6 ENETUNREACH", true, true, 0, 2, 0, "" },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        new_world(rows[i].answers, DEADLINE_MS, i, rows[i].both, false);
        check_number(rows[i].answers, get_token(), rows[i].r);
        check_number(rows[i].answers, rows[i].r < 0 ? world.err.status : EX_NOPERM, EX_NOPERM);
        check_number(rows[i].answers, world.performs, rows[i].performs);
        check_number(rows[i].answers, world.sleeps, rows[i].sleeps);
        check_number(rows[i].answers, imds_client_is_marked(world.client), rows[i].marked);
        check_that(rows[i].answers, strstr(world.err.text, rows[i].words) != NULL);
    }
    new_world("token EACCES", DEADLINE_MS, 1, false, false);
    check_number("the mark does not help", get_token(), -ETIMEDOUT);
    check_number("twice at first, then once an attempt", world.performs, world.sleeps + 2);
}

static void test_race(void **state)
{
    (void) state;
    static const struct {
        const char *answers, *endpoint;
        size_t performs;
        uint64_t most_ms;
    } rows[] = {
        { "ipv4 200 +5,ipv6 200 +50", IPV4, 1, 5 },
        { "ipv4 200 +50,ipv6 200 +5", IPV6, 1, 5 },
        { "ipv4 200 +99999,ipv6 200 +5", IPV6, 1, 5 },
        { "ipv4 200 +5,ipv6 ENETUNREACH", IPV4, 1, 5 },
        { "ipv4 EACCES,ipv6 200 +5", IPV6, 1, 5 },
        { "ipv4 ECONNREFUSED,ipv6 ECONNREFUSED x1", IPV6, 2, IMDS_BACKOFF_FIRST_MS },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        new_world(rows[i].answers, DEADLINE_MS, i, true, false);
        check_number(rows[i].answers, get_token(), 0);
        check_text(rows[i].answers, imds_client_endpoint(world.client), rows[i].endpoint);
        check_number(rows[i].answers, world.performs, rows[i].performs);
        check_number("both were asked", world.last_count, 2);
        check_number("until one answers", world.last_until, HTTP_FIRST);
        check_that(rows[i].answers, world.now_ms - START_MS <= rows[i].most_ms);
        world.answer_count = 0;
        check_number(rows[i].answers, ask_one("a"), 0);
        check_number("only that one is asked then", world.last_count, 1);
        check_that(rows[i].answers, strstr(world.last_url, rows[i].endpoint) == world.last_url);
    }
}

static void test_v1(void **state)
{
    (void) state;
    static const struct {
        const char *answers;
        bool falls_back;
    } rows[] = {
        { "token 404", true },
        { "token 405", true },
        { "token 200 +99999", true },
        { "token 302", false },
        { "token 400", false },
        { "token 401", false },
        { "token 403", false },
        { "token 429", false },
        { "token 500", false },
        { "token 503", false },
        { "token ECONNREFUSED", false },
        { "token ECONNRESET", false },
        { "token EACCES", false },
    };
    for (size_t i = 0; i < 2 * ELEMENTSOF(rows); i++) {
        bool allowed = i % 2, expected = allowed && rows[i / 2].falls_back;
        new_world(rows[i / 2].answers, DEADLINE_MS, i, false, allowed);
        check_number(rows[i / 2].answers, get_token() == 0, expected);
        check_number(rows[i / 2].answers, imds_client_is_v1(world.client), expected);
        if (!expected)
            continue;
        check_number("only the first attempt", world.puts, 1);
        check_number(rows[i / 2].answers, ask_one("a"), 0);
        check_text("without a token", world.last_header, "none");
    }
}

/* A service that gave a token once does not need IMDSv1. */
static void test_no_v1_after_a_token(void **state)
{
    (void) state;
    new_world("token 200 x1,token 404,a 401", DEADLINE_MS, 1, false, true);
    check_number("a token", get_token(), 0);
    check_that("no answer", ask_one("a") < 0);
    check_that("no IMDSv1", !imds_client_is_v1(world.client));
    check_number("one renewal", world.puts, 2);
    check_number("one question", world.gets, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_delays_have_bounds),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_timeouts_within_the_deadline),
        cmocka_unit_test(test_reason),
        cmocka_unit_test(test_observer),
        cmocka_unit_test(test_retry_after),
        cmocka_unit_test(test_last_attempt),
        cmocka_unit_test(test_backoff_of_questions),
        cmocka_unit_test(test_one_renewal),
        cmocka_unit_test(test_optional_questions),
        cmocka_unit_test(test_lock),
        cmocka_unit_test(test_race),
        cmocka_unit_test(test_v1),
        cmocka_unit_test(test_no_v1_after_a_token),
    };
    return cmocka_run_group_tests(tests, check_start, end_group);
}
