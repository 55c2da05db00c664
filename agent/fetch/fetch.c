/* SPDX-License-Identifier: MIT */
/* Tags first, then parameters, then the secret: each counts more than those before it. */

#include "fetch/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "aws/https.h"
#include "fetch/endpoints.h"
#include "fetch/sources.h"
#include "fetch/store.h"
#include "lib/backoff.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "lib/notify.h"
#include "settings/file.h"

#define SERVICES "no_proxy/services"

enum {
    FETCH_REQUEST_TIMEOUT_MS = 5000,
    LOOKUP_MS_MAX = 10000,
};

static bool needs_calls(const struct settings *settings)
{
    return settings->remote_parameters || settings->remote_secret;
}

/* Before anything is asked. */
static int check_https(struct error *err)
{
    return https_is_built_in()
               ? 0
               : error_set(err, EX_UNAVAILABLE, -EPROTONOSUPPORT,
                     "remote.parameters and remote.secret need TLS, which this build of "
                     "ec2-bootstrap has not: install another one, or use remote.tags");
}

static void fetch_show_waiting(void *data, const char *why, uint64_t waited_ms, uint64_t left_ms)
{
    (void) data;
    unsigned long long waited = waited_ms / 1000, until = (waited_ms + left_ms) / 1000;
    notify_status("waiting for AWS, %llu s of %llu s: %s", waited, until, why);
    log_progress("waiting, %llu s of %llu s: %s", waited, until, why);
}

/* The role's credentials; `again`: others than those that AWS did not take. */
static int fetch_get_keys(void *data, bool again, struct call_keys *ret, struct error *err)
{
    struct setup *setup = data;
    struct facts *facts = &setup->facts;
    if (again) {
        credentials_free(&facts->credentials);
        facts->has_credentials = false;
        int renewed = setup_reconnect(setup, err);
        if (renewed < 0)
            return renewed;
    }
    int r = facts->has_credentials ? 0 : facts_wait_credentials(setup->imds, facts, err);
    if (r == 0)
        *ret = (struct call_keys){ facts->credentials.access_key_id,
            facts->credentials.secret_access_key, facts->credentials.session_token };
    return r;
}

/* The proxy that AWS can be reached by: the password of one with a login is what may be asked for.
 */
static int known_proxy(const struct setup *setup, char **ret)
{
    const struct settings *settings = &setup->settings;
    const struct proxy_url *url =
        settings->proxy_https ? settings->proxy_https : settings->proxy_http;
    *ret = NULL;
    if (!url || url->user || settings->proxy_username)
        return 0;
    *ret = proxy_url_format(url);
    return *ret ? 0 : -ENOMEM;
}

/* The path by which libcurl opens proxy.ca_file: below --root the links of the tree lead to other
 * files than they do here, so there it is that of a descriptor, which has to stay open. 0, or a
 * negative errno and an error. */
static int find_proxy_ca_file(
    const struct setup *setup, int *ret_fd, struct buffer *ret, struct error *err)
{
    const char *path = setup->settings.proxy_ca_file;
    if (!path || !*setup->tree.path)
        return path && buffer_append_text(ret, path) < 0 ? error_no_memory(err) : 0;
    *ret_fd = tree_open_path(&setup->tree, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (*ret_fd < 0) {
        (void) settings_refuse_unreadable(&setup->tree, path, *ret_fd, err);
        error_prefix(err, "proxy.ca_file: ");
        return *ret_fd;
    }
    return buffer_printf(ret, "/proc/self/fd/%d", *ret_fd) < 0 ? error_no_memory(err) : 0;
}

static int read_services(struct setup *setup, struct fetch *fetch, struct error *err)
{
    const struct settings *settings = &setup->settings;
    _cleanup_mem_ char *proxy = NULL;
    _cleanup_buffer_ struct buffer ca_file = { 0 };
    _cleanup_close_ int ca_fd = -1;
    int r = find_proxy_ca_file(setup, &ca_fd, &ca_file, err);
    if (r < 0)
        return r;
    if (known_proxy(setup, &proxy) < 0)
        return error_no_memory(err);
    const struct call_options options = {
        .region = setup->facts.region,
        .role = setup->facts.role ? setup->facts.role : "of this instance",
        .network = fetch_network(&setup->facts, proxy),
        .ca_file = ca_file.data,
        .request_timeout_ms = FETCH_REQUEST_TIMEOUT_MS,
        .deadline_ms = (uint64_t) settings->remote_deadline_s * 1000,
        .seed = backoff_seed(),
        .hooks = { fetch_get_keys, fetch_show_waiting, setup },
    };
    struct call_client *client = NULL;
    r = call_client_new(&options, &client, err);
    if (r < 0)
        return r;
    notify_extend_timeout(options.deadline_ms + 2 * (uint64_t) FETCH_REQUEST_TIMEOUT_MS);
    notify_status("asking AWS for settings");
    if (settings->remote_parameters)
        r = sources_read_parameters(setup, client, fetch, err);
    if (r == 0 && settings->remote_secret)
        r = sources_read_secret(setup, client, fetch, err);
    call_client_free(client);
    return r;
}

/* What was found of private addresses takes the place of "auto". */
static int find_services(struct setup *setup, struct fetch *fetch, struct error *err)
{
    _cleanup_endpoints_ struct endpoints endpoints = { 0 };
    const char *near = NULL;
    notify_extend_timeout(LOOKUP_MS_MAX);
    notify_status("asking for the addresses of AWS's services");
    int r = endpoints_find(setup, NULL, LOOKUP_MS_MAX, &endpoints, err);
    if (r < 0)
        return r;
    _cleanup_mem_ char *hosts = strings_join(&endpoints.hosts, ",");
    if (!hosts ||
        (endpoints.unanswered_count > 0 &&
            strings_printf(&setup->warnings,
                "no_proxy.services: for %zu hosts of AWS the resolver had no answer in time: they "
                "stay behind the proxy",
                endpoints.unanswered_count) < 0) ||
        (endpoints.left_out_count > 0 &&
            strings_printf(&setup->warnings,
                "no_proxy.services: %zu hosts of AWS more have private addresses than a list can "
                "hold: name the services that matter",
                endpoints.left_out_count) < 0) ||
        (endpoints.is_wildcard && strings_append(&setup->warnings,
                                      "no_proxy.services: the resolver has a private address for "
                                      "any name of AWS: nothing "
                                      "can be learned from it, so no service is exempt") < 0))
        return error_no_memory(err);
    log_info(
        "no_proxy.services: private addresses: %s; public ones: %zu hosts; a gateway endpoint, "
        "as of s3 or dynamodb, cannot be seen: name its service",
        *hosts ? hosts : "none", endpoints.public_hosts.count);
    return fetched_values_set(
        &fetch->values, FETCHED_SECRET, SERVICES, "the resolver", hosts, &near, err);
}

static int read_sources(struct setup *setup, struct fetch *fetch, struct error *err)
{
    bool is_auto = setup->settings.no_proxy_services.is_auto;
    bool calls = needs_calls(&setup->settings), place = calls || is_auto;
    setup->want = (struct facts_want){
        .credentials = calls, .region = place, .domain = place, .vpc_blocks = place
    };
    int r = calls ? check_https(err) : 0;
    if (r == 0)
        r = place ? setup_ask(setup, err) : setup_connect(setup, err);
    if (r == 0 && setup->settings.remote_tags)
        r = sources_read_tags(setup, fetch, err);
    if (r == 0 && calls)
        r = read_services(setup, fetch, err);
    if (r == 0 && is_auto)
        r = find_services(setup, fetch, err);
    return r < 0 ? r : fetched_values_check(&fetch->values, time(NULL), &setup->warnings, err);
}

int fetch_settings(struct setup *setup, bool dry_run, struct fetch *ret, struct error *err)
{
    int r = fetch_is_wanted(&setup->settings) ? read_sources(setup, ret, err) : 0;
    for (size_t i = 0; i < FETCHED_NAMES; i++)
        ret->count += ret->values.items[i].text != NULL;
    return r < 0 || dry_run
               ? r
               : store_write(&setup->tree, &setup->settings, &ret->values, &ret->has_changed, err);
}

void fetch_free(struct fetch *fetch)
{
    fetched_values_free(&fetch->values);
    *fetch = (struct fetch){ 0 };
}
