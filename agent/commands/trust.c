/* SPDX-License-Identifier: MIT */
/* ec2-bootstrap trust: the part of run that needs more than the sandbox of its unit. */

#include <errno.h>

#include "cli/report_trust.h"
#include "cli/result.h"
#include "commands/commands.h"
#include "lib/log.h"
#include "lib/notify.h"

static int trust_main(const struct options *options, struct setup *setup, struct error *err)
{
    int r = setup_open(&options->setup, setup, err);
    if (r == 0)
        r = setup_read_ca_file(setup, err);
    if (r == 0)
        r = trust_refresh(
            &setup->tree, &setup->ca_file, options->dry_run, &setup->trust, &setup->warnings, err);
    return r == 0 && setup->trust.is_left
               ? error_set(err, EX_IOERR, -EROFS, "the system's store of CAs is read-only here")
               : r;
}

static int trust_append_json(const struct setup *setup, const struct options *options,
    const struct error *failure, struct buffer *ret)
{
    _cleanup_json_ struct json *object = report_new(failure->status, failure, options->dry_run);
    bool ok = object && report_add_trust(object, &setup->trust) &&
              report_add_strings(object, "warnings", &setup->warnings);
    return json_print(ok ? object : NULL, ret);
}

static int command_trust(const struct options *options)
{
    struct error err = { 0 };
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_setup_ struct setup setup = { .tree = { .fd = -1 } };
    int r = trust_main(options, &setup, &err);
    log_warnings(&setup.warnings);
    report_log_trust(&setup.tree, &setup.trust, options->dry_run);
    if (r < 0) {
        log_error("%s", err.text);
        notify_failure(&err, r);
    } else
        notify_ready("the system's store of CAs is as it should be");
    int printed = options->json ? trust_append_json(&setup, options, &err, &text) : 0;
    return result_finish(printed, &text, err.status);
}

const struct command trust_command = {
    .name = "trust",
    .bit = COMMAND_TRUST,
    .summary = "makes the system trust the proxy's CA",
    .text =
        "Adds the CA of a proxy that inspects TLS (proxy.ca_file) to the system's store, or takes "
        "it\n"
        "out where it is not configured any more. run does this itself, where it is not in the\n"
        "sandbox of its unit.\n",
    .run = command_trust,
};
