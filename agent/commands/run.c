/* ec2-bootstrap run: settings → IMDS facts → proxy values → outputs → notify. */

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "cli/command.h"
#include "cli/report.h"
#include "cli/result.h"
#include "files/lock.h"
#include "instance/facts.h"
#include "lib/array.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "lib/notify.h"
#include "outputs/writer.h"
#include "setup/plan.h"
#include "setup/session.h"
#include "setup/units.h"

/* Everything that one run gathers on its way. */
struct run {
    const struct options *options;
    struct session session;
    struct facts facts;
    struct proxy_values values;
    struct output_results results;
    struct strings restart; /* services that run with the values of before */
    struct strings warnings;
    uint64_t step_started_ms;
    uint64_t steps_ms[REPORT_PHASES];
};

static void run_free(struct run *run)
{
    output_results_free(&run->results);
    proxy_values_free(&run->values);
    facts_free(&run->facts);
    strings_free(&run->restart);
    strings_free(&run->warnings);
    session_close(&run->session);
}

#define _cleanup_run_ _cleanup_(run_free)

static bool outputs_depend_on(const struct facts_want *want)
{
    return want->region || want->domain || want->vpc_cidrs;
}

static bool wants_anything(const struct facts_want *want)
{
    return want->credentials || outputs_depend_on(want);
}

static int ask_imds(struct run *run, const struct facts_want *want, struct error *err)
{
    int r = session_open_imds(&run->session, err);
    if (r < 0)
        return r;
    notify_status("asking the metadata service about the role and the network");
    return facts_fetch(run->session.imds, want, &run->facts, err);
}

/* Settings and proxy values are checked before anything is asked or written. */
static int check_settings(struct run *run, struct error *err)
{
    int r = session_open(run->options, &run->session, err);
    return r < 0 ? r : resolve_check(&run->session.tree, &run->session.settings, err);
}

/* Under the lock of the tree. */
static int apply_values(struct run *run, struct error *err)
{
    const struct session *session = &run->session;
    bool dry_run = run->options->dry_run;
    _cleanup_close_ int lock = -1;
    if (!dry_run) {
        notify_status("writing the proxy settings");
        lock = lock_take(&session->tree, LOCK_WAIT_MS, err);
        if (lock < 0)
            return lock;
    }
    const struct strings *names =
        session->settings.outputs_are_named ? &session->settings.outputs : NULL;
    int r = outputs_apply(&session->tree, &run->values, names, dry_run, &run->results, err);
    if (!dry_run && !proxy_values_any(&run->values))
        lock_remove(&session->tree);
    return r;
}

static int write_outputs(struct run *run, struct error *err)
{
    const struct session *session = &run->session;
    bool ipv6 = session->imds && imds_client_is_ipv6(session->imds);
    int r = resolve_values(
        &session->tree, &session->settings, &run->facts, ipv6, &run->values, &run->warnings, err);
    if (r < 0)
        return r;
    r = apply_values(run, err);
    if (run->options->dry_run)
        return r;
    int found = restart_find(&session->tree, &run->results, &run->restart);
    return r == 0 && found < 0 ? error_no_memory(err) : r;
}

/* The reason why there are no credentials is an error, or a warning where they are optional. */
static int without_credentials(
    struct run *run, int r, const struct error *reason, struct error *err)
{
    if (run->session.settings.credentials == CREDENTIALS_REQUIRED) {
        *err = *reason;
        return r;
    }
    return strings_printf(&run->warnings, "no role credentials: %s", reason->text) < 0
               ? error_no_memory(err)
               : 0;
}

static int check_credentials(struct run *run, struct error *err)
{
    struct error reason = { 0 };
    if (!run->facts.has_credentials) {
        /* Optional credentials are not worth a wait. */
        bool waits = run->session.settings.credentials == CREDENTIALS_REQUIRED;
        int r =
            waits ? facts_wait_credentials(run->session.imds, &run->facts, &reason)
                  : error_set(&reason, EX_TEMPFAIL, -EAGAIN, "there are none at the first attempt");
        if (r < 0)
            return without_credentials(run, r, &reason, err);
    }
    return facts_check_expiry(&run->facts, time(NULL), &run->warnings) < 0 ? error_no_memory(err)
                                                                           : 0;
}

static void end_step(struct run *run, enum report_phase step)
{
    uint64_t now_ms = clock_now_ms();
    run->steps_ms[step] = now_ms - run->step_started_ms;
    run->step_started_ms = now_ms;
}

/* What to ask for. Elsewhere than on EC2 nobody is asked, and the boot goes on at once. */
static int choose_wants(struct run *run, struct facts_want *ret, struct error *err)
{
    _cleanup_mem_ char *vendor = NULL;
    *ret = resolve_wants(&run->session.settings);
    if (!wants_anything(ret))
        return 0;
    int r = session_is_not_ec2(&run->session, &vendor);
    if (r <= 0)
        return r < 0 ? error_no_memory(err) : 0;
    log_info(
        "this is not an EC2 instance (the firmware's vendor is \"%s\"): no metadata service is "
        "asked",
        vendor);
    run->session.settings.no_proxy_vpc = false;
    *ret = (struct facts_want){ 0 };
    return 0;
}

static int run_steps(struct run *run, struct error *err)
{
    int r = check_settings(run, err);
    struct facts_want want = { 0 };
    if (r == 0)
        r = choose_wants(run, &want, err);
    end_step(run, PHASE_SETTINGS);
    if (r < 0)
        return r;
    struct error imds_error = { 0 };
    int imds = wants_anything(&want) ? ask_imds(run, &want, &imds_error) : 0;
    end_step(run, PHASE_IMDS);
    if (imds < 0 && outputs_depend_on(&want)) {
        *err = imds_error;
        return imds;
    }
    r = write_outputs(run, err);
    end_step(run, PHASE_OUTPUTS);
    if (r < 0 || !want.credentials)
        return r;
    r = imds < 0 ? without_credentials(run, imds, &imds_error, err) : check_credentials(run, err);
    end_step(run, PHASE_CREDENTIALS);
    return r;
}

/* Whether the error has been logged as that of a file. */
static bool log_results(const struct run *run)
{
    log_warnings(&run->warnings);
    bool logged = report_log_results(&run->session.tree, &run->results, run->options->dry_run);
    restart_do(&run->restart, run->options->restart);
    return logged;
}

/* The last word of a run that went well, for the log and for `systemctl status`. */
static void log_done(const struct run *run)
{
    char summary[256];
    const char *proxy =
        proxy_values_any(&run->values) ? "proxy settings are in place" : "no proxy is configured";
    if (run->facts.has_credentials)
        (void) snprintf(summary, sizeof(summary), "%s; role %s has credentials until %s", proxy,
            run->facts.role, run->facts.credentials.expiration);
    else
        (void) snprintf(summary, sizeof(summary), "%s; no role credentials", proxy);
    const struct log_field fields[] = {
        { "EC2_BOOTSTRAP_ROLE", run->facts.role },
        { "EC2_BOOTSTRAP_REGION", run->facts.region },
    };
    log_write(LOG_LEVEL_INFO, fields, ELEMENTSOF(fields), "%s", summary);
    if (!run->options->dry_run)
        notify_ready("%s", summary);
}

static int run_append_result(const struct run *run, const struct error *failure, struct buffer *ret)
{
    const struct report report = {
        .session = &run->session,
        .facts = &run->facts,
        .values = &run->values,
        .results = &run->results,
        .restart = &run->restart,
        .warnings = &run->warnings,
        .err = failure,
        .dry_run = run->options->dry_run,
        .diff = run->options->diff,
        .steps_ms = run->steps_ms,
    };
    if (run->options->json)
        return report_json(&report, ret);
    return run->options->diff ? report_diff(&run->session.tree, &run->results, ret) : 0;
}

int command_run(const struct options *options)
{
    struct error err = { 0 };
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_run_ struct run run = {
        .options = options, .session = { .tree = { .fd = -1 } }, .step_started_ms = clock_now_ms()
    };
    int r = run_steps(&run, &err);
    bool logged = log_results(&run);
    if (r < 0) {
        if (!logged)
            log_error("%s", err.text);
        notify_failure(&err, r);
    } else
        log_done(&run);
    return result_finish(run_append_result(&run, &err, &text), &text, err.status);
}
