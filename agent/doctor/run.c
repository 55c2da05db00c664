/* SPDX-License-Identifier: MIT */
/* Those that wait for others begin, the rest is looked at meanwhile. */

#include "doctor/run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "doctor/gather.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/redact.h"
#include "lib/suggest.h"

static const struct doctor_check *check_find(const char *name)
{
    for (const struct doctor_check *check = doctor_checks; check->name; check++)
        if (strcmp(check->name, name) == 0)
            return check;
    return NULL;
}

static int refuse_check(const char *name, struct error *err)
{
    const char *names[DOCTOR_CHECKS_MAX];
    size_t count = 0;
    for (; count < DOCTOR_CHECKS_MAX && doctor_checks[count].name; count++)
        names[count] = doctor_checks[count].name;
    char shown[REDACTED_MAX];
    (void) error_set(
        err, EX_USAGE, -EINVAL, "there is no check \"%s\"", redact_name_to(name, shown));
    suggest_append(err, "\"", suggest_word(name, names, count), "\"");
    return -EINVAL;
}

int doctor_choose(
    char *const names[], size_t count, struct doctor_report *report, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!check_find(names[i]))
            return refuse_check(names[i], err);
    for (const struct doctor_check *check = doctor_checks; check->name; check++) {
        bool is_wanted = count == 0;
        for (size_t i = 0; i < count; i++)
            is_wanted |= strcmp(names[i], check->name) == 0;
        if (is_wanted)
            report->runs[report->count++] = (struct doctor_run){ .check = check, .from_child = -1 };
    }
    return 0;
}

/* Why a check cannot be made; NULL: it can. */
static const struct error *reason_against(
    const struct doctor *doctor, const struct doctor_check *check)
{
    if (check->needs & NEEDS_SETTINGS && doctor->opened < 0)
        return &doctor->open_error;
    if (check->needs & NEEDS_PLAN && check->run != doctor_check_trust &&
        check->run != doctor_check_proxy && !doctor->has_plan)
        return doctor->checked < 0 ? &doctor->check_error : &doctor->plan_error;
    return NULL;
}

/* Whether another check says what is wrong, or nothing is: another user looks than root. */
static bool is_said(const struct doctor *doctor, const struct error *reason)
{
    bool is_of_imds = doctor->asked < 0 && strcmp(reason->text, doctor->ask_error.text) == 0;
    if (reason->status == EX_NOPERM && geteuid() != 0)
        return true;
    if (is_of_imds)
        return doctor->checks_imds;
    return reason != &doctor->plan_error && doctor->checks_settings;
}

static int run_leave_out(
    const struct doctor *doctor, const struct error *reason, struct doctor_run *run)
{
    run->is_left_out = true;
    return is_said(doctor, reason)
               ? strings_printf(&run->result.unseen, "not checked: %s", reason->text)
               : doctor_find(
                     &run->result, CHECK_FAILED, run->check->name, NULL, "%s", reason->text);
}

static int run_begin(const struct doctor *doctor, struct doctor_run *run)
{
    const struct error *reason = reason_against(doctor, run->check);
    if (reason)
        return run_leave_out(doctor, reason, run);
    return run->check->needs & NEEDS_NETWORK ? side_by_side_start(doctor, run) : 0;
}

static int run_look(const struct doctor *doctor, struct doctor_run *run)
{
    if (run->is_left_out || run->check->needs & NEEDS_NETWORK)
        return 0;
    uint64_t started_ms = clock_now_ms();
    log_progress("looking at %s", run->check->name);
    int r = run->check->run(doctor, &run->result);
    run->result.took_ms = clock_now_ms() - started_ms;
    return r;
}

/* Starts those that wait, looks at the rest, and takes what has come. 0 or -ENOMEM. */
static int run_all(struct doctor *doctor, struct doctor_report *report)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < report->count; i++)
        r = run_begin(doctor, &report->runs[i]);
    for (size_t i = 0; r == 0 && i < report->count; i++)
        r = run_look(doctor, &report->runs[i]);
    if (r < 0)
        doctor->end_ms = 0; /* what has been started ends at once */
    int waited = side_by_side_wait(doctor, report->runs, report->count);
    return r < 0 ? r : waited;
}

int doctor_run(const struct setup_options *options, struct doctor_report *report, struct error *err)
{
    _cleanup_doctor_ struct doctor doctor = {
        .options = options,
        .end_ms = clock_now_ms() + DOCTOR_DEADLINE_MS,
        .setup = { .tree = { .fd = -1 } },
    };
    unsigned int needs = 0;
    for (size_t i = 0; i < report->count; i++) {
        needs |= report->runs[i].check->needs;
        doctor.checks_settings |= report->runs[i].check->run == doctor_check_settings;
        doctor.checks_imds |= report->runs[i].check->run == doctor_check_imds;
    }
    int r = doctor_gather(&doctor, needs);
    if (r == 0 && doctor.setup.tree.fd < 0) {
        *err = doctor.open_error;
        return -EINVAL;
    }
    if (r == 0)
        r = run_all(&doctor, report);
    return r < 0 ? error_no_memory(err) : 0;
}

size_t doctor_report_wrong(const struct doctor_report *report)
{
    size_t count = 0;
    for (size_t i = 0; i < report->count; i++)
        count += doctor_wrong(&report->runs[i].result);
    return count;
}

void doctor_report_free(struct doctor_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        doctor_result_free(&report->runs[i].result);
        buffer_free(&report->runs[i].bytes);
    }
    *report = (struct doctor_report){ 0 };
}
