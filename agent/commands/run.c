/* SPDX-License-Identifier: MIT */
/* ec2-bootstrap run: settings → IMDS facts → environment → outputs → notify. */

#include <errno.h>

#include "cli/report_trust.h"
#include "cli/result.h"
#include "commands/commands.h"
#include "fetch/endpoints.h"
#include "lib/array.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/notify.h"
#include "setup/units.h"

enum { RUN_LOOKUP_MS_MAX = 10000 };

/* The last word of a run that failed. */
#define RUN_HINT "; ec2-bootstrap doctor finds the cause"

/* What one run gathers beside its setup. */
struct run {
    const struct options *options;
    struct setup setup;
    bool has_outputs;     /* the outputs have been written, or planned where that is all */
    struct strings stale; /* services that run with other values than their files */
    uint64_t phase_started_ms;
    uint64_t phases_ms[REPORT_PHASES];
};

static void run_free(struct run *run)
{
    strings_free(&run->stale);
    setup_close(&run->setup);
}

#define _cleanup_run_ _cleanup_(run_free)

static void end_phase(struct run *run, enum report_phase phase)
{
    uint64_t now_ms = clock_now_ms();
    run->phases_ms[phase] = now_ms - run->phase_started_ms;
    run->phase_started_ms = now_ms;
}

static int run_settings(struct run *run, struct error *err)
{
    struct setup_options options = run->options->setup;
    options.no_proxy = run->options->no_proxy;
    int r = setup_open(&options, &run->setup, err);
    return r < 0 ? r : setup_check(&run->setup, err);
}

/* CAs come before the variables that name their files, and go after them. */
static int run_trust(struct run *run, bool is_before, struct error *err)
{
    struct setup *setup = &run->setup;
    bool dry_run = run->options->dry_run;
    if ((setup->ca_file.count > 0) != is_before)
        return 0;
    int r =
        trust_refresh(&setup->tree, &setup->ca_file, dry_run, &setup->trust, &setup->warnings, err);
    if (r < 0 || dry_run)
        return r;
    return units_find_untrusting(&setup->tree, &setup->trust, &run->stale) < 0
               ? error_no_memory(err)
               : 0;
}

static int run_write(struct run *run, struct error *err)
{
    struct setup *setup = &run->setup;
    int r = setup_make_environment(setup, err);
    if (r < 0)
        return r;
    r = run->options->dry_run ? setup_plan(setup, err) : setup_write(setup, err);
    run->has_outputs = r == 0;
    /* First, as the next run does not see any more that units have changed. */
    int found =
        run->options->dry_run ? 0 : units_refresh(&setup->tree, &setup->results, &run->stale);
    if (found == 0)
        found = setup_find_overrides(setup);
    return r == 0 && found < 0 ? error_no_memory(err) : r;
}

/* By hand only: the unit reaches no resolver. What cannot be asked is no failure of the run. */
static int run_check_services(struct run *run, struct error *err)
{
    struct error why = { 0 };
    int r = run->options->verbose ? endpoints_check_named(&run->setup, RUN_LOOKUP_MS_MAX, &why) : 0;
    if (r < 0 && r != -ENOMEM)
        r = strings_append(&run->setup.warnings, why.text);
    return r < 0 ? error_no_memory(err) : 0;
}

/* That the store of CAs fails does not keep the outputs from being written. */
static int run_outputs(struct run *run, struct error *err)
{
    struct error trust_error = { 0 };
    int trusted = run_trust(run, true, &trust_error);
    int r = run_write(run, err);
    if (r == 0 && trusted == 0)
        return run_trust(run, false, err);
    if (trusted == 0)
        return r;
    if (r < 0)
        return strings_append(&run->setup.warnings, trust_error.text) < 0 ? error_no_memory(err)
                                                                          : r;
    *err = trust_error;
    return trusted;
}

/* After the outputs of a run whose facts IMDS has not given: it has failed nevertheless. */
static int run_fail_imds(
    struct run *run, int r, int asked, const struct error *imds_error, struct error *err)
{
    if (r == 0) {
        *err = *imds_error;
        return asked;
    }
    return strings_append(&run->setup.warnings, imds_error->text) < 0 ? error_no_memory(err) : r;
}

/* The outputs do not wait for the credentials, nor for an IMDS that fails. */
static int run_phases(struct run *run, struct error *err)
{
    struct setup *setup = &run->setup;
    struct error imds_error = { 0 };
    int r = run_settings(run, err);
    end_phase(run, PHASE_SETTINGS);
    if (r < 0)
        return r;
    int asked = setup_ask(setup, &imds_error);
    end_phase(run, PHASE_IMDS);
    bool is_without_facts = asked < 0 && setup_needs_facts(setup);
    r = is_without_facts ? setup_fall_back(setup, asked, &imds_error, err) : 0;
    if (r < 0)
        return r;
    r = run_outputs(run, err);
    if (r == 0)
        r = run_check_services(run, err);
    end_phase(run, PHASE_OUTPUTS);
    if (is_without_facts)
        return run_fail_imds(run, r, asked, &imds_error, err);
    if (r < 0 || !setup->want.credentials)
        return r;
    r = setup_wait_credentials(setup, asked, &imds_error, err);
    end_phase(run, PHASE_CREDENTIALS);
    return r;
}

/* Whether the error has been logged as that of a file. */
static bool run_log(const struct run *run)
{
    const struct setup *setup = &run->setup;
    report_log_warnings(setup);
    report_log_trust(&setup->tree, &setup->trust, run->options->dry_run);
    bool logged = report_log_results(&setup->tree, &setup->results, run->options->dry_run);
    if (run->options->restart)
        units_restart(&run->stale);
    else
        units_advise(&run->stale);
    return logged;
}

/* The last word of a run that went well, for the log and for `systemctl status`. */
static void run_log_done(const struct run *run)
{
    const struct facts *facts = &run->setup.facts;
    char summary[REPORT_SUMMARY_MAX];
    report_summary(&run->setup, summary);
    const struct log_field fields[] = {
        { "EC2_BOOTSTRAP_ROLE", facts->role },
        { "EC2_BOOTSTRAP_REGION", facts->region },
    };
    log_write(LOG_LEVEL_INFO, fields, ELEMENTSOF(fields), "%s", summary);
    if (!run->options->dry_run)
        notify_ready("%s", summary);
}

static int run_append_result(const struct run *run, const struct error *failure, struct buffer *ret)
{
    const struct report report = {
        .setup = &run->setup,
        .stale = &run->stale,
        .err = failure,
        .dry_run = run->options->dry_run,
        .diff = run->options->diff,
        .phases_ms = run->phases_ms,
    };
    return report_append(&report, run->options->json, ret);
}

static int command_run(const struct options *options)
{
    struct error err = { 0 };
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_run_ struct run run = {
        .options = options, .setup = { .tree = { .fd = -1 } }, .phase_started_ms = clock_now_ms()
    };
    int r = run_phases(&run, &err);
    bool logged = run_log(&run);
    if (r < 0) {
        const char *outcome = report_outcome(&run.setup, run.has_outputs, options->dry_run);
        if (logged)
            log_warning("%s" RUN_HINT, outcome);
        else {
            error_append(&err, "; %s" RUN_HINT, outcome);
            log_error("%s", err.text);
        }
        notify_failure(&err, r);
    } else
        run_log_done(&run);
    return result_finish(run_append_result(&run, &err, &text), &text, err.status);
}

const struct command run_command = {
    .name = "run",
    .bit = COMMAND_RUN,
    .summary = "the main job (the default)",
    .text =
        "Fetches the IAM role credentials from the instance metadata service, directly; writes "
        "the\n"
        "proxy settings for every consumer on the machine, with a NO_PROXY that every HTTP client\n"
        "understands; tells systemd.\n",
    .run = command_run,
};
