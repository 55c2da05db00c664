/* SPDX-License-Identifier: MIT */
/* agent/doctor/side_by_side.c, pack.c: checks in processes, of which one hangs, one dies, one finds
 * something. */

#include "doctor/side_by_side.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "check.h"
#include "lib/clock.h"

enum { SHORT_MS = 300, LONG_MS = 60000 };

static int find_something(const struct doctor *doctor, struct doctor_result *ret)
{
    (void) doctor;
    (void) doctor_find(ret, PROXY_REFUSED, "proxy:1", "do this", "seen %d", 7);
    (void) doctor_detail(ret, "-a\n+b\n");
    (void) doctor_find(ret, CLOCK_SKEW, "", NULL, "%s", "");
    (void) strings_append(&ret->facts, "a fact");
    ret->left_out = 2;
    return strings_append(&ret->unseen, "nothing\nat all");
}

static int hang(const struct doctor *doctor, struct doctor_result *ret)
{
    (void) doctor, (void) ret;
    /* With a child of its own, which holds the pipe. */
    if (fork() < 0)
        return 0;
    for (;;)
        (void) pause();
}

static int die(const struct doctor *doctor, struct doctor_result *ret)
{
    (void) doctor, (void) ret;
    _exit(0);
}

static int be_short_of_memory(const struct doctor *doctor, struct doctor_result *ret)
{
    (void) doctor, (void) ret;
    return -ENOMEM;
}

/* More than a pipe holds. */
static int find_much(const struct doctor *doctor, struct doctor_result *ret)
{
    static char lines[500000];
    (void) doctor;
    memset(lines, 'x', sizeof(lines) - 1);
    (void) doctor_find(ret, OUTPUT_DRIFTED, "file", NULL, "much");
    return doctor_detail(ret, lines);
}

static const struct doctor_check checks[] = {
    { "finds", "", 0, find_something },
    { "hangs", "", 0, hang },
    { "dies", "", 0, die },
    { "much", "", 0, find_much },
};

enum { FINDS, HANGS, DIES, MUCH };

static void check_result(const struct doctor_result *result)
{
    check_number("findings", (int64_t) result->count, 2);
    check_text("id", doctor_kinds[result->items[0].kind].id, "proxy-refused");
    check_text("subject", result->items[0].subject, "proxy:1");
    check_text("seen", result->items[0].seen, "seen 7");
    check_text("remedy", result->items[0].remedy, "do this");
    check_text("detail", result->items[0].detail, "-a\n+b\n");
    check_text("no subject", result->items[1].subject, "");
    check_text("the kind's remedy", result->items[1].remedy, doctor_kinds[CLOCK_SKEW].remedy);
    check_number("left out", (int64_t) result->left_out, 2);
    check_text("fact", result->facts.items[0], "a fact");
    check_text("unseen", result->unseen.items[0], "nothing\nat all");
    check_number("wrong", (int64_t) doctor_wrong(result), 4);
}

static void one_that_hangs_is_ended(void **state)
{
    const struct doctor doctor = { .end_ms = clock_now_ms() + SHORT_MS };
    struct doctor_run run = { .check = &checks[HANGS] };
    (void) state;
    check_number("start", side_by_side_start(&doctor, &run), 0);
    check_number("wait", side_by_side_wait(&doctor, &run, 1), 0);
    check_number("late", run.result.items[0].kind, CHECK_TIMEOUT);
    check_text("which", run.result.items[0].subject, "hangs");
    check_number("it has ended", run.from_child, -1);
    check_number("gone", kill(run.child, 0) == 0 || errno != ESRCH, 0);
    doctor_result_free(&run.result);
    buffer_free(&run.bytes);
}

static void results_come_whole(void **state)
{
    const struct doctor doctor = { .end_ms = clock_now_ms() + LONG_MS };
    struct doctor_run runs[] = { { .check = &checks[FINDS] }, { .check = &checks[DIES] },
        { .check = &checks[MUCH] } };
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(runs); i++)
        check_number("start", side_by_side_start(&doctor, &runs[i]), 0);
    check_number("wait", side_by_side_wait(&doctor, runs, ELEMENTSOF(runs)), 0);
    check_result(&runs[0].result);
    check_number("one that dies", runs[1].result.items[0].kind, CHECK_FAILED);
    check_number("length", (int64_t) strlen(runs[2].result.items[0].detail), 499999);
    for (size_t i = 0; i < ELEMENTSOF(runs); i++) {
        doctor_result_free(&runs[i].result);
        buffer_free(&runs[i].bytes);
    }
}

static void memory_that_is_short_is_no_result(void **state)
{
    static const struct doctor_check check = { "short", "", 0, be_short_of_memory };
    const struct doctor doctor = { .end_ms = clock_now_ms() + LONG_MS };
    struct doctor_run runs[2] = { { .check = &check }, { .check = &checks[HANGS] } };
    (void) state;
    for (size_t i = 0; i < 2; i++)
        check_number("start", side_by_side_start(&doctor, &runs[i]), 0);
    check_number("wait", side_by_side_wait(&doctor, runs, 2), -ENOMEM);
    for (size_t i = 0; i < 2; i++) {
        check_number("it has ended", runs[i].from_child, -1);
        doctor_result_free(&runs[i].result);
        buffer_free(&runs[i].bytes);
    }
}

/* Each beginning of a packed result is refused, and so is more than one. */
static void half_a_result_is_none(void **state)
{
    struct doctor_result result = { 0 };
    struct buffer bytes = { 0 };
    (void) state;
    check_number("find", find_something(NULL, &result), 0);
    result.left_out = 0;
    check_number("pack", doctor_result_pack(&result, &bytes), 0);
    for (size_t size = 0; size < bytes.size; size++) {
        struct doctor_result half = { 0 };
        check_number(
            "half", doctor_result_unpack(&(struct buffer){ bytes.data, size, 0 }, &half), -EBADMSG);
        doctor_result_free(&half);
    }
    check_number("more", buffer_append(&bytes, "x", 2), 0);
    struct doctor_result more = { 0 };
    check_number("more", doctor_result_unpack(&bytes, &more), -EBADMSG);
    doctor_result_free(&more);
    doctor_result_free(&result);
    buffer_free(&bytes);
}

/* What the documentation and programs rely on. */
static void each_kind_has_an_id_of_its_own(void **state)
{
    (void) state;
    for (size_t i = 0; i < DOCTOR_KINDS; i++) {
        const struct doctor_kind *kind = &doctor_kinds[i];
        check_number(kind->id, doctor_kind_find(kind->id), (int64_t) i);
        check_number(kind->id, *kind->means && *kind->remedy && kind->more, 1);
        check_number(kind->id, kind->means[strlen(kind->means) - 1], '.');
        check_number(kind->id, kind->remedy[strlen(kind->remedy) - 1] == '.', 0);
        check_number(kind->id,
            strspn(kind->id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(kind->id), 1);
        bool has_check = !kind->check;
        for (const struct doctor_check *check = doctor_checks; check->name; check++)
            has_check |= kind->check && strcmp(kind->check, check->name) == 0;
        check_number(kind->id, has_check, 1);
    }
    check_number("none", doctor_kind_find("nothing"), DOCTOR_KINDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_hangs_is_ended),
        cmocka_unit_test(results_come_whole),
        cmocka_unit_test(memory_that_is_short_is_no_result),
        cmocka_unit_test(half_a_result_is_none),
        cmocka_unit_test(each_kind_has_an_id_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
