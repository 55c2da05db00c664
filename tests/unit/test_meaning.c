/* SPDX-License-Identifier: MIT */
/* agent/imds/meaning.c: what each HTTP status, and each failure, leads to. */

#include "imds/meaning.h"

#include <errno.h>

#include "check.h"

struct expected {
    enum imds_action action;
    int exit_status;
    const char *words; /* of the advice */
};

static struct expected expected_of(int status)
{
    switch (status) {
    case 200:
        return (struct expected){ IMDS_VALUE, EX_OK, "" };
    case 401:
        return (struct expected){ IMDS_RENEW, EX_UNAVAILABLE, "token" };
    case 403:
        return (struct expected){ IMDS_STOP, EX_UNAVAILABLE, "switched off" };
    case 404:
        return (struct expected){ IMDS_ABSENT, EX_UNAVAILABLE, "check the endpoint" };
    case 429:
        return (struct expected){ IMDS_AGAIN, EX_UNAVAILABLE, "throttling" };
    }
    if (status >= 500)
        return (struct expected){ IMDS_AGAIN, EX_UNAVAILABLE, "fault" };
    if (status >= 400)
        return (struct expected){ IMDS_STOP, EX_UNAVAILABLE, "check the endpoint" };
    return (struct expected){ IMDS_STOP, EX_DATAERR, "check the endpoint" };
}

static void check_meaning(
    const char *row, const struct imds_meaning *got, const struct expected *expected)
{
    check_number(row, got->action, expected->action);
    check_number(row, got->exit_status, expected->exit_status);
    check_that(row, strstr(got->advice, expected->words) != NULL);
    check_that(row, *expected->words || !*got->advice);
}

static void test_status(void **state)
{
    (void) state;
    for (int status = 100; status <= 599; status++) {
        char row[16];
        (void) snprintf(row, sizeof(row), "HTTP %d", status);
        struct imds_meaning got = imds_meaning_of_status(status);
        struct expected expected = expected_of(status);
        check_meaning(row, &got, &expected);
    }
}

static void test_no_status(void **state)
{
    (void) state;
    static const int statuses[] = { -1, 0, 99, 600, 999 };
    for (size_t i = 0; i < ELEMENTSOF(statuses); i++) {
        struct imds_meaning got = imds_meaning_of_status(statuses[i]);
        check_meaning("no HTTP status", &got,
            &(struct expected){ IMDS_STOP, EX_DATAERR, "check the endpoint" });
    }
}

static void test_failure(void **state)
{
    (void) state;
    static const struct {
        const char *row;
        int result;
        struct expected expected;
    } rows[] = {
        { "too long", -EMSGSIZE, { IMDS_STOP, EX_DATAERR, "check the endpoint" } },
        { "no HTTP", -EPROTO, { IMDS_STOP, EX_DATAERR, "check the endpoint" } },
        { "cut off", -EPIPE, { IMDS_AGAIN, EX_DATAERR, "check the endpoint" } },
        { "memory", -ENOMEM, { IMDS_STOP, EX_OSERR, "" } },
        { "refused", -ECONNREFUSED, { IMDS_AGAIN, EX_UNAVAILABLE, "EC2 instance" } },
        { "reset", -ECONNRESET, { IMDS_AGAIN, EX_UNAVAILABLE, "EC2 instance" } },
        { "timeout", -ETIMEDOUT, { IMDS_AGAIN, EX_UNAVAILABLE, "EC2 instance" } },
        { "no route", -EHOSTUNREACH, { IMDS_AGAIN, EX_UNAVAILABLE, "route" } },
        { "no network", -ENETUNREACH, { IMDS_AGAIN, EX_UNAVAILABLE, "route" } },
        { "locked", -EACCES, { IMDS_AGAIN, EX_UNAVAILABLE, "firewall" } },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct imds_meaning got = imds_meaning_of_failure(rows[i].result);
        check_meaning(rows[i].row, &got, &rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_no_status),
        cmocka_unit_test(test_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
