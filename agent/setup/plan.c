/* SPDX-License-Identifier: MIT */
/* What is asked for, and what is made of the answers. */

#include <errno.h>

#include "clients/coverage.h"
#include "files/paths.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "proxy/aws_services.h"
#include "proxy/no_proxy.h"
#include "setup/setup_internal.h"

/* Whether the settings name a proxy at all. */
static bool has_proxy(const struct settings *settings)
{
    return settings->proxy_http || settings->proxy_https;
}

static bool wants_anything(const struct facts_want *want)
{
    return want->credentials || want->region || want->domain || want->vpc_blocks ||
           want->node_config;
}

bool setup_needs_facts(const struct setup *setup)
{
    const struct facts_want *want = &setup->want;
    return want->region || want->domain || want->vpc_blocks || want->node_config;
}

/* Whether a service is named without its region. */
static bool need_place(const struct strings *services)
{
    for (size_t i = 0; i < services->count; i++)
        if (aws_service_needs_place(services->items[i]) != 0)
            return true;
    return false;
}

static struct facts_want choose_wants(const struct settings *settings)
{
    bool proxy = has_proxy(settings);
    bool services = proxy && need_place(&settings->no_proxy_services.names);
    bool vpc = proxy && settings->no_proxy_vpc;
    return (struct facts_want){
        .credentials = settings->credentials != CREDENTIALS_OFF,
        .region = vpc || services,
        .domain = services,
        .vpc_blocks = vpc,
        .vpc_ipv6_required = vpc && settings->no_proxy_vpc_ipv6,
    };
}

/* On a machine that is not on EC2 nothing is asked for, and the boot goes on at once. */
static int drop_wants(struct setup *setup, struct error *err)
{
    _cleanup_mem_ char *vendor = NULL;
    int r = setup_is_not_ec2(setup, &vendor);
    if (r <= 0)
        return r < 0 ? error_no_memory(err) : 0;
    log_info(
        "this is not an EC2 instance (the firmware's vendor is \"%s\"): no metadata service is "
        "asked",
        vendor);
    setup->settings.no_proxy_vpc = VPC_OFF;
    setup->want = (struct facts_want){ 0 };
    return 0;
}

static int check_login(const struct settings *settings, struct error *err)
{
    if (settings->proxy_password_file && !settings->proxy_username)
        return error_set(err, EX_CONFIG, -EINVAL,
            "proxy.password_file is set, but proxy.username is not: set both or none");
    return 0;
}

static int list_hosts(const struct settings *settings, struct strings *hosts)
{
    const struct proxy_url *const urls[] = { settings->proxy_http, settings->proxy_https };
    int r = 0;
    for (size_t i = 0; r == 0 && i < 2; i++)
        r = urls[i] ? strings_add_unique(hosts, urls[i]->host) : 0;
    return r;
}

/* What a person can do about a list that was refused. */
static int add_remedy(int r, struct error *err)
{
    if (r == -E2BIG)
        error_append(err, ": shorten no_proxy.add");
    return r;
}

static int check_proxy(struct setup *setup, struct error *err)
{
    const struct settings *settings = &setup->settings;
    _cleanup_strings_ struct strings hosts = { 0 };
    int r = check_login(settings, err);
    if (r < 0)
        return r;
    r = settings_read_password(&setup->tree, settings, &setup->password, err);
    if (r < 0)
        return r;
    if (list_hosts(settings, &hosts) < 0)
        return error_no_memory(err);
    const struct no_proxy_parts parts = { .add = &settings->no_proxy_add, .proxies = &hosts };
    return add_remedy(no_proxy_check(&parts, err), err);
}

int setup_check(struct setup *setup, struct error *err)
{
    int r = setup_read_ca_file(setup, err);
    if (r == 0 && has_proxy(&setup->settings))
        r = check_proxy(setup, err);
    if (r < 0)
        return r;
    if (setup_choose_presets(setup) < 0)
        return error_no_memory(err);
    setup->want = choose_wants(&setup->settings);
    setup->want.node_config = has_proxy(&setup->settings) && setup_wants_node_config(setup);
    return wants_anything(&setup->want) ? drop_wants(setup, err) : 0;
}

int setup_ask(struct setup *setup, struct error *err)
{
    if (!wants_anything(&setup->want))
        return 0;
    int r = setup_connect(setup, err);
    if (r < 0)
        return r;
    r = setup_fetch(setup, err);
    if (r == 0 && setup_needs_facts(setup))
        setup->facts_source = FACTS_OF_IMDS;
    return r;
}

/* Adds the settings' login to a URL that has none, and writes it in its canonical form. */
static int setup_add_proxy(struct setup *setup, enum variable_id id, const struct proxy_url *url,
    struct environment *environment, struct error *err)
{
    if (!url)
        return 0;
    struct proxy_url own = *url; /* borrows */
    if (!own.user && setup->settings.proxy_username) {
        own.user = setup->settings.proxy_username;
        own.password = setup->password;
    }
    _cleanup_mem_ char *text = proxy_url_format(&own);
    if (!text || proxy_url_warn(url, &setup->doubts) < 0)
        return error_no_memory(err);
    return environment_add(environment, id, text, err);
}

static int make_blocks(const struct address blocks[], size_t count, struct no_proxy_entries *ret)
{
    for (size_t i = 0; i < count; i++) {
        struct no_proxy_entry entry = { 0 };
        if (no_proxy_entry_of_address(&blocks[i], &entry) < 0 ||
            no_proxy_entries_append(ret, &entry) < 0)
            return -ENOMEM;
    }
    return 0;
}

static bool use_brackets(const struct setup *setup)
{
    enum settings_brackets brackets = setup->settings.no_proxy_brackets;
    bool is_ipv6 = setup->imds && imds_client_is_ipv6(setup->imds);
    return brackets == BRACKETS_ALWAYS || (brackets == BRACKETS_AUTO && is_ipv6);
}

static int warn_ipv6_unknown(const struct facts *facts, struct strings *warnings)
{
    return facts->vpc_ipv6_failure
               ? strings_printf(warnings, "whether the VPC has IPv6 blocks is not known: %s",
                     facts->vpc_ipv6_failure)
               : 0;
}

static int add_no_proxy(struct setup *setup, struct environment *environment, struct error *err)
{
    const struct settings *settings = &setup->settings;
    _cleanup_strings_ struct strings hosts = { 0 };
    _cleanup_no_proxy_entries_ struct no_proxy_entries blocks = { 0 }, left_out = { 0 };
    _cleanup_no_proxy_entries_ struct no_proxy_entries presets = { 0 };
    _cleanup_no_proxy_meant_ struct no_proxy_meant meant = { 0 };
    _cleanup_mem_ char *list = NULL;
    const struct facts *facts = &setup->facts;
    if (list_hosts(settings, &hosts) < 0 ||
        make_blocks(facts->vpc_blocks, facts->vpc_block_count, &blocks) < 0 ||
        make_blocks(facts->vpc_ipv6_blocks, facts->vpc_ipv6_block_count,
            settings->no_proxy_vpc_ipv6 ? &blocks : &left_out) < 0 ||
        warn_ipv6_unknown(facts, &setup->warnings) < 0)
        return error_no_memory(err);
    if (setup_read_presets(setup, &presets) < 0)
        return error_no_memory(err);
    const struct no_proxy_parts parts = {
        .vpc = settings->no_proxy_vpc ? &blocks : NULL,
        .vpc_ipv6_left_out = &left_out,
        .region = setup->facts.region,
        .domain = setup->facts.domain,
        .presets = &presets,
        .services = &settings->no_proxy_services.names,
        .add = &settings->no_proxy_add,
        .is_partial = setup->facts_source != FACTS_OF_IMDS,
        .brackets = use_brackets(setup),
        .proxies = &hosts,
        .line_warnings = &setup->warnings,
    };
    int r = no_proxy_build(&parts, &setup->doubts, &meant, &list, err);
    if (r < 0)
        return add_remedy(r, err);
    if (coverage_warn(&meant.add, parts.brackets, &setup->warnings) < 0 ||
        coverage_note_vpc(&meant.vpc, &setup->notes) < 0)
        return error_no_memory(err);
    return environment_add(environment, VARIABLE_NO_PROXY, list, err);
}

/* Without it nothing is known of what is private: that is not asked here, but by `fetch`. */
static int warn_services(struct setup *setup)
{
    const struct settings_list *services = &setup->settings.no_proxy_services;
    return services->is_auto && !setup->settings.has_found
               ? strings_append(&setup->warnings,
                     "no_proxy.services: \"auto\": which services have private addresses is not "
                     "known, so none is exempt: ec2-bootstrap fetch finds out, and systemctl "
                     "status "
                     "ec2-bootstrap-fetch tells why it has not")
               : 0;
}

static int make_environment(struct setup *setup, struct error *err)
{
    const struct settings *settings = &setup->settings;
    _cleanup_environment_ struct environment environment = { .letter_case = settings->letter_case };
    int r = setup_add_proxy(setup, VARIABLE_HTTP_PROXY, settings->proxy_http, &environment, err);
    if (r < 0)
        return r;
    r = setup_add_proxy(setup, VARIABLE_HTTPS_PROXY, settings->proxy_https, &environment, err);
    if (r < 0)
        return r;
    if (has_proxy(settings) && warn_services(setup) < 0)
        return error_no_memory(err);
    r = has_proxy(settings) ? add_no_proxy(setup, &environment, err) : 0;
    if (r == 0)
        r = setup_add_ca_variables(setup, &environment, err);
    if (r < 0)
        return r;
    setup->environment = environment;
    environment = (struct environment){ 0 };
    return 0;
}

int setup_make_environment(struct setup *setup, struct error *err)
{
    int r = make_environment(setup, err);
    for (size_t i = 0; i < setup->doubts.count; i++)
        if (strings_add_unique(&setup->warnings, setup->doubts.items[i]) < 0)
            return error_no_memory(err);
    return r;
}
