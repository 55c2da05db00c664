/* SPDX-License-Identifier: MIT */
/* ec2-bootstrap doctor: what is wrong with this instance, and what to do. */

#include <unistd.h>

#include "cli/result.h"
#include "commands/commands.h"
#include "doctor/view.h"
#include "lib/log.h"

enum { EXIT_WRONG = 1 };

static int doctor_list(const struct options *options, struct error *err)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    return doctor_view_append_list(options->json, &text) < 0 ? error_no_memory(err)
                                                             : result_write(&text, err);
}

static int doctor_show(
    const struct options *options, const struct doctor_report *report, struct error *err)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    const struct doctor_view view = {
        .is_quiet = options->quiet,
        .is_verbose = options->verbose,
        .colour = !options->json && log_shows_colour(STDOUT_FILENO),
    };
    int r = options->json ? doctor_view_append_json(report, &text)
                          : doctor_view_append_text(report, &view, &text);
    if (r < 0)
        return error_no_memory(err);
    return view.colour ? result_write_coloured(&text, err) : result_write(&text, err);
}

/* 1: something is wrong; 0; or a negative errno and an error. */
static int doctor_main(const struct options *options, struct error *err)
{
    _cleanup_doctor_report_ struct doctor_report report = { 0 };
    int r = doctor_choose(options->arguments, options->argument_count, &report, err);
    if (r < 0)
        return r;
    if (options->list)
        return doctor_list(options, err);
    /* What others say on the way is in the findings. */
    if (options->quiet)
        log_set_level(LOG_LEVEL_ERROR);
    else if (!options->verbose)
        log_only_progress();
    r = doctor_run(&options->setup, &report, err);
    log_end_progress();
    if (r < 0)
        return r;
    r = doctor_show(options, &report, err);
    return r < 0 ? r : doctor_report_wrong(&report) > 0;
}

static int command_doctor(const struct options *options)
{
    struct error err = { 0 };
    int r = doctor_main(options, &err);
    if (r >= 0)
        return r > 0 ? EXIT_WRONG : EX_OK;
    log_error("%s", err.text);
    return err.status;
}

const struct command doctor_command = {
    .name = "doctor",
    .bit = COMMAND_DOCTOR,
    .arguments = "[CHECK...]",
    .summary = "says what is wrong with this instance, and what to do",
    .text =
        "Looks at the metadata service, the proxy and what is behind it, the settings, the files\n"
        "that run writes and what wins over them, services, clients, the company's CA, private\n"
        "endpoints, the agent's units and the clock; or only at the checks that are named. "
        "Nothing\n"
        "is changed. It takes at most ten seconds. Exit status 1: something is wrong.\n",
    .manual = "ec2-bootstrap-doctor(8)",
    .run = command_doctor,
};
