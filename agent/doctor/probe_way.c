/* SPDX-License-Identifier: MIT */
/* Which proxy, and for which host. */

#include <errno.h>

#include "doctor/probe.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "lib/url.h"
#include "proxy/aws_services.h"

/* Where the region is not known, any will do: a proxy's ACL seldom names one. */
#define ANY_REGION "us-east-1"
#define ANY_DOMAIN "amazonaws.com"

/* The first that is not exempt is asked for, as programs would ask the proxy for it. Of EC2's it is
 * documented that they answer at port 80:
 * https://docs.aws.amazon.com/general/latest/gr/ec2-service.html */
static const char *const https_services[] = { "sts", "ssm", "ec2", "logs" };
static const char *const http_services[] = { "ec2", "dynamodb" };

static int choose_service(
    const struct doctor *doctor, const char *const services[], size_t count, const char **ret)
{
    const char *list = environment_get(&doctor->setup.environment, VARIABLE_NO_PROXY);
    *ret = services[0];
    for (size_t i = 0; list && i < count; i++) {
        int r = aws_service_is_exempt(services[i], list);
        if (r == 0)
            *ret = services[i];
        if (r <= 0)
            return r;
    }
    return 0;
}

static int choose_host(const struct doctor *doctor, struct probe *probe)
{
    const struct facts *facts = &doctor->setup.facts;
    const char *service = NULL;
    _cleanup_buffer_ struct buffer host = { 0 };
    int r = probe->scheme == PROBE_HTTPS
                ? choose_service(doctor, https_services, ELEMENTSOF(https_services), &service)
                : choose_service(doctor, http_services, ELEMENTSOF(http_services), &service);
    if (r == 0)
        r = buffer_printf(&host, "%s.%s.%s", service, facts->region ? facts->region : ANY_REGION,
            facts->domain ? facts->domain : ANY_DOMAIN);
    if (r < 0)
        return r;
    probe->host = buffer_take(&host);
    return probe->host ? 0 : -ENOMEM;
}

static int name_proxy(const struct proxy_url *url, struct probe *probe)
{
    _cleanup_buffer_ struct buffer name = { 0 }, text = { 0 };
    if (url_append_host(&name, url->host) < 0 || buffer_printf(&name, ":%u", url->port) < 0 ||
        buffer_printf(&text, "%s://%s", url->scheme, name.data) < 0)
        return -ENOMEM;
    probe->proxy = buffer_take(&text);
    probe->proxy_name = buffer_take(&name);
    probe->proxy_host = url->host;
    probe->proxy_port = url->port;
    return probe->proxy && probe->proxy_name ? 0 : -ENOMEM;
}

static void take_login(const struct setup *setup, const struct proxy_url *url, struct probe *probe)
{
    const struct settings *settings = &setup->settings;
    probe->user = url->user ? url->user : settings->proxy_username;
    probe->password = url->user ? url->password : setup->password;
    probe->is_login_unseen =
        !url->user && settings->proxy_username && settings->proxy_password_file && !setup->password;
    if (probe->is_login_unseen)
        probe->user = NULL;
}

static int take_ca_file(const struct setup *setup, struct probe *probe)
{
    _cleanup_buffer_ struct buffer path = { 0 };
    if (!setup->settings.proxy_ca_file)
        return 0;
    if (buffer_printf(&path, "%s%s", setup->tree.path, setup->settings.proxy_ca_file) < 0)
        return -ENOMEM;
    probe->ca_file = buffer_take(&path);
    return probe->ca_file ? 0 : -ENOMEM;
}

int probe_prepare(const struct doctor *doctor, enum probe_scheme scheme, struct probe *ret)
{
    const struct setup *setup = &doctor->setup;
    const struct proxy_url *url =
        scheme == PROBE_HTTPS ? setup->settings.proxy_https : setup->settings.proxy_http;
    if (!url)
        return 0;
    ret->scheme = scheme;
    take_login(setup, url, ret);
    int r = setup->ca_file.count > 0 ? take_ca_file(setup, ret) : 0;
    if (r == 0)
        r = name_proxy(url, ret);
    if (r == 0)
        r = choose_host(doctor, ret);
    return r < 0 ? r : 1;
}

void probe_free(struct probe *probe)
{
    mem_free(probe->host);
    mem_free(probe->ca_file);
    mem_free(probe->proxy);
    mem_free(probe->proxy_name);
    *probe = (struct probe){ 0 };
}
