/* SPDX-License-Identifier: MIT */
/* The way to the metadata service, and what a person sees while it is waited for. */

#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "instance/firmware.h"
#include "lib/backoff.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "lib/notify.h"
#include "setup/setup_internal.h"
#include "setup/slice.h"

static void show_waiting(void *data, const char *why, uint64_t waited_ms, uint64_t left_ms)
{
    (void) data;
    unsigned long long waited = waited_ms / 1000, until = (waited_ms + left_ms) / 1000;
    notify_status("waiting for the metadata service, %llu s of %llu s: %s", waited, until, why);
    log_progress("waiting, %llu s of %llu s: %s", waited, until, why);
    log_debug("waiting, %llu s of %llu s: %s", waited, until, why);
}

/* A wait that the settings allow must not be cut short by the unit's start timeout: it has this
 * much time from now. The last requests may be under way at the deadline. */
static void allow_wait(const struct settings *settings)
{
    notify_extend_timeout((uint64_t) settings->imds_deadline_s * 1000 +
                          2 * (uint64_t) settings->imds_request_timeout_ms);
}

static struct imds_endpoint_sources endpoint_sources(const struct settings *settings)
{
    return (struct imds_endpoint_sources){
        .setting = settings->imds_endpoint,
        .setting_mode = settings->imds_mode,
        .environment_endpoint = getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT"),
        .environment_mode = getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
    };
}

int setup_is_not_ec2(const struct setup *setup, char **ret_vendor)
{
    const struct imds_endpoint_sources sources = endpoint_sources(&setup->settings);
    if (imds_endpoint_is_named(&sources))
        return 0;
    _cleanup_firmware_ struct firmware firmware = { 0 };
    int r = firmware_read(&setup->tree, &firmware);
    if (r == -ENOMEM)
        return r;
    /* Where the firmware cannot be read, nothing says that it is not. */
    if (r < 0 || firmware_can_be_ec2(&firmware))
        return 0;
    *ret_vendor = TAKE_PTR(firmware.vendor);
    return 1;
}

static int refuse_non_ec2(const struct setup *setup, struct error *err)
{
    _cleanup_mem_ char *vendor = NULL;
    int r = setup_is_not_ec2(setup, &vendor);
    if (r <= 0)
        return r < 0 ? error_no_memory(err) : 0;
    return error_set(err, EX_UNAVAILABLE, -ENODEV,
        "this is not an EC2 instance: the firmware's vendor is \"%s\"; if a metadata service is "
        "here, name it with --endpoint or imds.endpoint",
        vendor);
}

int setup_connect(struct setup *setup, struct error *err)
{
    const struct settings *settings = &setup->settings;
    const char *disabled = getenv("AWS_EC2_METADATA_DISABLED");
    if (disabled && strcasecmp(disabled, "true") == 0)
        return error_set(err, EX_UNAVAILABLE, -ESHUTDOWN,
            "the metadata service is switched off by AWS_EC2_METADATA_DISABLED: unset it, or set "
            "\"credentials\" to \"off\" and \"no_proxy.vpc\" to false");

    const struct imds_endpoint_sources sources = endpoint_sources(settings);
    int r = refuse_non_ec2(setup, err);
    if (r < 0)
        return r;
    r = imds_endpoint_choose(&sources, &setup->endpoints, err);
    if (r < 0)
        return r;
    const struct imds_client_options client = {
        .endpoints = &setup->endpoints,
        .request_timeout_ms = settings->imds_request_timeout_ms,
        .deadline_ms = (uint64_t) settings->imds_deadline_s * 1000,
        .allow_v1 = settings->imds_allow_v1,
        .seed = backoff_seed(),
        .observer = { show_waiting, NULL },
    };
    r = imds_client_new(&client, &setup->imds, err);
    if (r < 0)
        return r;
    allow_wait(settings);
    notify_status("asking the metadata service for a token");
    r = imds_client_open(setup->imds, err);
    if (r < 0 && err->status == EX_UNAVAILABLE && !imds_client_has_reached(setup->imds))
        slice_explain(setup->endpoints.items[0], err);
    if (r < 0)
        return r;
    if (imds_client_is_v1(setup->imds))
        log_warning(
            "IMDSv1 is in use, as imds.allow_v1 permits: any program that can be tricked into "
            "a request can steal the credentials; require IMDSv2 instead");
    if (imds_client_is_marked(setup->imds))
        log_info("systemd locks the metadata service away: packets with the mark 0x7FFF0815 pass");
    log_debug("the metadata service is %s", imds_client_endpoint(setup->imds));
    return 0;
}

int setup_reconnect(struct setup *setup, struct error *err)
{
    imds_client_free(setup->imds);
    setup->imds = NULL;
    strings_free(&setup->endpoints);
    return setup_connect(setup, err);
}

int setup_fetch(struct setup *setup, struct error *err)
{
    notify_status("asking the metadata service about the role and the network");
    return facts_fetch(setup->imds, &setup->want, &setup->facts, err);
}

/* That there are no credentials is an error, or a warning where they are optional. */
static int without_credentials(
    struct setup *setup, int r, const struct error *reason, struct error *err)
{
    if (setup->settings.credentials == CREDENTIALS_REQUIRED) {
        *err = *reason;
        /* The instance has none: only this status says so. */
        if (err->status == EX_TEMPFAIL && !setup->facts.role)
            error_append(err, ", or set \"credentials\" to \"optional\" or \"off\"");
        return r;
    }
    return strings_printf(&setup->warnings, "no role credentials: %s", reason->text) < 0
               ? error_no_memory(err)
               : 0;
}

int setup_wait_credentials(
    struct setup *setup, int asked, const struct error *reason, struct error *err)
{
    struct error failure = *reason;
    int r = asked;
    if (r == 0 && !setup->facts.has_credentials) {
        /* Optional credentials are not worth a wait. */
        bool waits = setup->settings.credentials == CREDENTIALS_REQUIRED;
        if (waits)
            allow_wait(&setup->settings);
        r = waits
                ? facts_wait_credentials(setup->imds, &setup->facts, &failure)
                : error_set(&failure, EX_TEMPFAIL, -EAGAIN, "there are none at the first attempt");
    }
    if (r < 0)
        return without_credentials(setup, r, &failure, err);
    return facts_check_expiry(&setup->facts, time(NULL), &setup->warnings) < 0
               ? error_no_memory(err)
               : 0;
}
