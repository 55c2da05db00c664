/* SPDX-License-Identifier: MIT */
/* The clients that are on this machine, against what it needs to reach directly. */

#include <errno.h>
#include <string.h>

#include "clients/matcher.h"
#include "clients/samples.h"
#include "doctor/check.h"
#include "doctor/installed.h"
#include "lib/memory.h"
#include "outputs/read.h"

enum { SAMPLES_MAX = 200 };

/* The list that counts, and who has it. */
struct own_list {
    const char *text;
    char *read; /* of the machine's files; NULL: it is the planned one */
    bool has_proxy;
};

/* Where the settings have no proxy, somebody else may have written one. */
static int find_list(
    const struct doctor *doctor, struct own_list *ret, struct doctor_result *result)
{
    const struct setup *setup = &doctor->setup;
    struct error err = { 0 };
    _cleanup_mem_ char *http = NULL, *https = NULL;
    ret->has_proxy = environment_proxy(&setup->environment) != NULL;
    ret->text = environment_get(&setup->environment, VARIABLE_NO_PROXY);
    if (ret->has_proxy)
        return 0;
    int r = outputs_read_variable(&setup->tree, "http_proxy", &http, &err);
    if (r == 0)
        r = outputs_read_variable(&setup->tree, "https_proxy", &https, &err);
    if (r == 0)
        r = outputs_read_variable(&setup->tree, "no_proxy", &ret->read, &err);
    ret->has_proxy = http || https;
    ret->text = ret->read;
    return r == 0 || r == -ENOMEM ? r : strings_append(&result->unseen, err.text);
}

/* Appends the clients that do not go there directly. */
static int list_wrong(const struct installed_clients *clients, const char *list,
    const struct request *request, struct strings *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < clients->count; i++) {
        const struct installed *item = &clients->items[i];
        if (item->client && matcher_route(item->client, list, request).route != ROUTE_DIRECT)
            r = strings_printf(
                ret, "%s%s%s", item->program, *item->version ? " " : "", item->version);
    }
    return r;
}

static int check_url(const struct installed_clients *clients, const struct own_list *list,
    const char *url, enum doctor_kind_id kind, struct doctor_result *ret)
{
    _cleanup_(request_free) struct request request = { 0 };
    _cleanup_strings_ struct strings wrong = { 0 };
    const char *reason = NULL;
    int r = request_parse(url, &request, &reason);
    if (r < 0)
        return r == -ENOMEM ? r : 0;
    if (list_wrong(clients, list->text, &request, &wrong) < 0)
        return -ENOMEM;
    if (wrong.count == 0)
        return 0;
    _cleanup_mem_ char *names = few_join(&wrong, ", ");
    return names ? doctor_find(ret, kind, url, NULL, "it goes to the proxy with %s", names)
                 : -ENOMEM;
}

/* Those of ECS and EKS only count where the list is ours: others need not know them. */
static int check_metadata(const struct doctor *doctor, const struct installed_clients *clients,
    const struct own_list *list, struct doctor_result *ret)
{
    const struct imds_client *imds = doctor->setup.imds;
    bool is_ipv6 = imds && imds_client_is_ipv6(imds);
    int r = check_url(
        clients, list, "http://169.254.169.254/latest/meta-data/", NO_PROXY_METADATA, ret);
    return r == 0 && is_ipv6 ? check_url(clients, list, "http://[fd00:ec2::254]/latest/meta-data/",
                                   NO_PROXY_METADATA, ret)
                             : r;
}

/* What somebody has written for this list, one entry after the other. */
static int check_entries(const struct doctor *doctor, const struct installed_clients *clients,
    const struct own_list *list, struct doctor_result *ret)
{
    const struct no_proxy_entries *add = &doctor->setup.settings.no_proxy_add;
    int r = 0;
    for (size_t i = 0; r == 0 && i < add->count; i++) {
        _cleanup_strings_ struct strings urls = { 0 };
        size_t before = ret->count;
        r = samples_of_entry(&add->items[i], &urls);
        for (size_t u = 0; r == 0 && u < urls.count && ret->count == before; u++)
            r = check_url(clients, list, urls.items[u], NO_PROXY_NOT_HONOURED, ret);
        if (r == 0 && ret->count > before) {
            mem_free(ret->items[before].subject);
            ret->items[before].subject = mem_strdup(add->items[i].text);
            r = ret->items[before].subject ? 0 : -ENOMEM;
        }
    }
    return r;
}

/* The rest of the list: what nobody wrote, and whose hosts have names. */
static int tell_blocks(
    const struct installed_clients *clients, const struct own_list *list, struct doctor_result *ret)
{
    _cleanup_strings_ struct strings urls = { 0 }, wrong = { 0 };
    int r = samples_of_list(list->text, SAMPLES_MAX, &urls);
    for (size_t u = 0; r == 0 && u < urls.count; u++) {
        _cleanup_(request_free) struct request request = { 0 };
        const char *reason = NULL;
        r = request_parse(urls.items[u], &request, &reason);
        if (r == 0)
            r = list_wrong(clients, list->text, &request, &wrong);
        r = r == -ENOMEM ? r : 0;
    }
    _cleanup_strings_ struct strings once = { 0 };
    for (size_t i = 0; r == 0 && i < wrong.count; i++)
        r = strings_add_unique(&once, wrong.items[i]);
    if (r < 0 || once.count == 0)
        return r;
    _cleanup_mem_ char *names = few_join(&once, ", ");
    return names ? strings_printf(&ret->facts,
                       "addresses of the VPC's blocks go to the proxy with %s; its hosts' names do "
                       "not",
                       names)
                 : -ENOMEM;
}

/* What no list can mend. */
static int find_defects(const struct installed_clients *clients, struct doctor_result *ret)
{
    static const struct {
        const char *program, *from, *below; /* NULL: none */
        enum doctor_kind_id kind;
    } rows[] = {
        { "wget2", "2.2", NULL, CLIENT_WGET2_CLEAR },
        { "HTTP::Tiny", NULL, "0.081", CLIENT_HTTP_TINY },
        { "Python's urllib", "3.13", NULL, CLIENT_PYTHON_LEAF },
    };
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof(rows) / sizeof(*rows); i++) {
        const char *version = installed_version(clients, rows[i].program);
        if (!version || !*version ||
            (rows[i].from && installed_compare(version, rows[i].from) < 0) ||
            (rows[i].below && installed_compare(version, rows[i].below) >= 0))
            continue;
        r = doctor_find(ret, rows[i].kind, rows[i].program, NULL, "version %s is here", version);
    }
    return r;
}

static int tell_clients(const struct installed_clients *clients, struct doctor_result *ret)
{
    _cleanup_strings_ struct strings names = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < clients->count; i++) {
        const struct installed *item = &clients->items[i];
        const char *blank = *item->version ? " " : "";
        r = item->client
                ? strings_printf(&names, "%s%s%s", item->program, blank, item->version)
                : strings_printf(&ret->facts, "%s%s%s: the model has no client of this version",
                      item->program, blank, item->version);
    }
    _cleanup_mem_ char *words = r == 0 && names.count > 0 ? strings_join(&names, ", ") : NULL;
    if (r < 0 || names.count == 0)
        return r;
    return words ? strings_printf(&ret->facts, "clients here: %s", words) : -ENOMEM;
}

static int check_list(
    const struct doctor *doctor, const struct own_list *list, struct doctor_result *ret)
{
    _cleanup_installed_ struct installed_clients clients = { 0 };
    int r = installed_find(&doctor->setup.tree, &clients);
    if (r == 0)
        r = tell_clients(&clients, ret);
    if (r == 0)
        r = check_metadata(doctor, &clients, list, ret);
    if (r == 0 && !list->read)
        r = check_entries(doctor, &clients, list, ret);
    if (r == 0 && !list->read)
        r = tell_blocks(&clients, list, ret);
    return r < 0 ? r : find_defects(&clients, ret);
}

/* Without the facts of this machine some of them are of those. */
static int find_doubts(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct strings *doubts = &doctor->setup.doubts;
    int r = 0;
    for (size_t i = 0; r == 0 && doctor->knows_facts && i < doubts->count; i++)
        r = doctor_find(ret, VALUE_DOUBTFUL, "settings", NULL, "%s", doubts->items[i]);
    return r;
}

int doctor_check_no_proxy(const struct doctor *doctor, struct doctor_result *ret)
{
    struct own_list list = { 0 };
    int r = find_list(doctor, &list, ret);
    if (r == 0)
        r = list.has_proxy ? check_list(doctor, &list, ret)
                           : strings_append(&ret->facts, "no proxy is configured");
    mem_free(list.read);
    return r < 0 ? r : find_doubts(doctor, ret);
}
