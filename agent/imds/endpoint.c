/* SPDX-License-Identifier: MIT */
/* The metadata service can be named by an option, a setting and the variables of the AWS SDKs.
 * Which of them counts is decided here, and a wrong one is refused with its name. */

#include "imds/endpoint.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/redact.h"
#include "lib/url.h"

/* https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
#define ENDPOINT_IPV4 "http://169.254.169.254"
#define ENDPOINT_IPV6 "http://[fd00:ec2::254]"

const char *const imds_mode_words[IMDS_MODES] = {
    [IMDS_MODE_AUTO] = "auto",
    [IMDS_MODE_IPV4] = "ipv4",
    [IMDS_MODE_IPV6] = "ipv6",
};

static const char *endpoint_check(const struct url *url)
{
    if (strcmp(url->scheme, "http") != 0)
        return "the metadata service speaks http:// only";
    if (url->user || url->password)
        return "it must not have a login";
    if (strcmp(url->path, "/") != 0 || url->query || url->fragment)
        return "nothing may follow the host and port";
    return NULL;
}

int imds_endpoint_parse(const char *text, struct strings *ret, const char **ret_reason)
{
    if (!strstr(text, "://")) {
        *ret_reason = "it does not begin with http://";
        return -EINVAL;
    }
    _cleanup_url_ struct url url = { 0 };
    int r = url_parse(text, &url, ret_reason);
    if (r < 0)
        return r;
    *ret_reason = endpoint_check(&url);
    if (*ret_reason)
        return -EINVAL;
    _cleanup_buffer_ struct buffer host = { 0 };
    if (url_append_host(&host, url.host) < 0)
        return -ENOMEM;
    return strings_printf(
        ret, "http://%s%s%s", host.data, url.port ? ":" : "", url.port ? url.port : "");
}

static int parse_named(const char *name, const char *text, struct strings *ret, struct error *err)
{
    const char *reason = NULL;
    int r = imds_endpoint_parse(text, ret, &reason);
    if (r == -ENOMEM)
        return error_no_memory(err);
    char shown[REDACTED_MAX];
    if (r < 0)
        return error_set(err, EX_CONFIG, r,
            "%s: \"%s\" is not a metadata endpoint: %s (expected something like " ENDPOINT_IPV4 ")",
            name, redact_url_to(text, shown), reason);
    return 0;
}

static int append_mode(enum imds_mode mode, struct strings *ret, struct error *err)
{
    if (mode != IMDS_MODE_IPV6 && strings_append(ret, ENDPOINT_IPV4) < 0)
        return error_no_memory(err);
    if (mode != IMDS_MODE_IPV4 && strings_append(ret, ENDPOINT_IPV6) < 0)
        return error_no_memory(err);
    return 0;
}

bool imds_endpoint_is_named(const struct imds_endpoint_sources *sources)
{
    return sources->setting || sources->setting_mode != IMDS_MODE_AUTO ||
           (sources->environment_endpoint && *sources->environment_endpoint) ||
           (sources->environment_mode && *sources->environment_mode);
}

int imds_endpoint_choose(
    const struct imds_endpoint_sources *sources, struct strings *ret, struct error *err)
{
    bool mode_set = sources->setting_mode != IMDS_MODE_AUTO;
    if (sources->setting)
        return parse_named("imds.endpoint", sources->setting, ret, err);
    if (!mode_set && sources->environment_endpoint && *sources->environment_endpoint)
        return parse_named(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT", sources->environment_endpoint, ret, err);

    const char *mode = sources->environment_mode;
    if (mode_set || !mode || !*mode)
        return append_mode(sources->setting_mode, ret, err);
    if (strcasecmp(mode, "IPv4") == 0)
        return append_mode(IMDS_MODE_IPV4, ret, err);
    if (strcasecmp(mode, "IPv6") == 0)
        return append_mode(IMDS_MODE_IPV6, ret, err);
    return error_set(err, EX_CONFIG, -EINVAL,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: \"%s\" is neither IPv4 nor IPv6", mode);
}
