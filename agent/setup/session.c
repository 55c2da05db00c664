/* Options over settings over environment, and what a person sees while IMDS is waited for. */

#include "setup/session.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "imds/backoff.h"
#include "instance/firmware.h"
#include "lib/array.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "lib/notify.h"
#include "outputs/writer.h"

static int apply_options(
    const struct options *options, struct settings *settings, struct error *err)
{
    const struct {
        const char *name;
        const char *key;
        const char *value;
    } overrides[] = {
        { "--http-proxy", "proxy.http", options->http_proxy },
        { "--https-proxy", "proxy.https", options->https_proxy },
        { "--no-proxy", "no_proxy.add", options->no_proxy },
        { "--endpoint", "imds.endpoint", options->endpoint },
    };
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(overrides); i++)
        if (overrides[i].value)
            r = settings_set_option(
                settings, overrides[i].name, overrides[i].key, overrides[i].value, err);
    return r;
}

int session_open(const struct options *options, struct session *session, struct error *err)
{
    *session = (struct session){ .tree = { .fd = -1 }, .settings = settings_default() };
    _cleanup_strings_ struct strings outputs = { 0 };
    if (outputs_names(&outputs) < 0)
        return error_no_memory(err);
    int r = tree_open(options->root ? options->root : "/", &session->tree, err);
    if (r == 0)
        r = settings_load(&session->tree, options->config, &outputs, &session->settings, err);
    return r < 0 ? r : apply_options(options, &session->settings, err);
}

static void show_waiting(void *data, const char *why, uint64_t waited_ms, uint64_t left_ms)
{
    const struct session *session = data;
    unsigned long long waited = waited_ms / 1000, until = (waited_ms + left_ms) / 1000;
    notify_status("waiting for the metadata service, %llu s of %llu s: %s", waited, until, why);
    /* A wait that the settings allow must not be cut short by the unit's start timeout. */
    notify_extend_timeout(left_ms + 2 * (uint64_t) session->settings.imds_request_timeout_ms);
    log_progress("waiting, %llu s of %llu s: %s", waited, until, why);
    log_debug("waiting, %llu s of %llu s: %s", waited, until, why);
}

static struct imds_endpoint_sources endpoint_sources(const struct settings *settings)
{
    return (struct imds_endpoint_sources){
        .setting = settings->imds_endpoint,
        .setting_mode = (enum imds_mode) settings->imds_mode,
        .environment_endpoint = getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT"),
        .environment_mode = getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
    };
}

int session_is_not_ec2(const struct session *session, char **ret_vendor)
{
    const struct imds_endpoint_sources sources = endpoint_sources(&session->settings);
    if (imds_endpoint_is_named(&sources))
        return 0;
    _cleanup_firmware_ struct firmware firmware = { 0 };
    int r = firmware_read(&session->tree, &firmware);
    if (r < 0 || firmware_can_be_ec2(&firmware))
        return r;
    *ret_vendor = TAKE_PTR(firmware.vendor);
    return 1;
}

static int refuse_elsewhere(const struct session *session, struct error *err)
{
    _cleanup_mem_ char *vendor = NULL;
    int r = session_is_not_ec2(session, &vendor);
    if (r <= 0)
        return r < 0 ? error_no_memory(err) : 0;
    return error_set(err, EX_UNAVAILABLE, -ENODEV,
        "this is not an EC2 instance: the firmware's vendor is \"%s\"; if a metadata service is "
        "here "
        "all the same, name it with --endpoint or imds.endpoint",
        vendor);
}

int session_open_imds(struct session *session, struct error *err)
{
    const struct settings *settings = &session->settings;
    const char *disabled = getenv("AWS_EC2_METADATA_DISABLED");
    if (disabled && strcasecmp(disabled, "true") == 0)
        return error_set(err, EX_UNAVAILABLE, -ESHUTDOWN,
            "the metadata service is switched off by AWS_EC2_METADATA_DISABLED: unset it, or set "
            "\"credentials\" to \"off\" and \"no_proxy.vpc\" to false");

    const struct imds_endpoint_sources sources = endpoint_sources(settings);
    int r = refuse_elsewhere(session, err);
    if (r == 0)
        r = imds_endpoint_choose(&sources, &session->endpoints, err);
    if (r < 0)
        return r;
    const struct imds_client_options client = {
        .endpoints = &session->endpoints,
        .request_timeout_ms = settings->imds_request_timeout_ms,
        .deadline_ms = (uint64_t) settings->imds_deadline_s * 1000,
        .allow_v1 = settings->imds_allow_v1,
        .seed = backoff_seed(),
        .observer = { show_waiting, session },
    };
    r = imds_client_new(&client, &session->imds, err);
    if (r < 0)
        return r;
    notify_status("asking the metadata service for a token");
    r = imds_client_open(session->imds, err);
    if (r < 0)
        return r;
    if (imds_client_is_v1(session->imds))
        log_warning(
            "IMDSv1 is in use, as imds.allow_v1 permits: any program that can be tricked into "
            "a request can steal the credentials; require IMDSv2 instead");
    if (imds_client_is_marked(session->imds))
        log_info("systemd locks the metadata service away: packets with the mark 0x7FFF0815 pass");
    log_debug("the metadata service is %s", imds_client_endpoint(session->imds));
    return 0;
}

void session_close(struct session *session)
{
    imds_client_free(session->imds);
    strings_free(&session->endpoints);
    settings_free(&session->settings);
    tree_close(&session->tree);
    session->imds = NULL;
}
