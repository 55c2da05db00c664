/* SPDX-License-Identifier: MIT */
/* ec2-bootstrap explain: which way each client goes, with a list and for URLs. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/result.h"
#include "clients/samples.h"
#include "clients/view.h"
#include "commands/commands.h"
#include "instance/lookup.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "lib/url.h"
#include "outputs/read.h"
#include "setup/setup.h"

enum { SAMPLES_MAX = 24, LOOKUP_MS = 2000 };

/* The list of this instance. Where another list is explained it only says what else is asked for,
 * and a user who may not read it can do without. */
static int read_own_list(
    const struct options *options, const struct tree *tree, char **ret, struct error *err)
{
    if (options->no_proxy && options->argument_count > 0)
        return 0;
    int r = outputs_read_variable(tree, "no_proxy", ret, err);
    return options->no_proxy && r != -ENOMEM ? 0 : r;
}

/* Appends the URL of a proxy itself. */
static int append_proxy(const struct proxy_url *url, struct strings *urls)
{
    if (!url)
        return 0;
    _cleanup_buffer_ struct buffer text = { 0 };
    if (buffer_append_text(&text, "http://") < 0 || url_append_host(&text, url->host) < 0 ||
        buffer_printf(&text, ":%u/", url->port) < 0)
        return -ENOMEM;
    return strings_add_unique(urls, text.data);
}

/* The URLs that are given, else those that the command's help names. */
static int choose_urls(const struct options *options, const struct settings *settings,
    const char *own, struct strings *urls)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < options->argument_count; i++)
        r = strings_append(urls, options->arguments[i]);
    if (r < 0 || options->argument_count > 0)
        return r;
    if (samples_of_ec2(urls) < 0 || samples_of_list(options->no_proxy, SAMPLES_MAX, urls) < 0 ||
        samples_of_list(own, SAMPLES_MAX, urls) < 0 ||
        append_proxy(settings->proxy_http, urls) < 0 ||
        append_proxy(settings->proxy_https, urls) < 0)
        return -ENOMEM;
    return strings_add_unique(urls, SAMPLE_OUTSIDE);
}

/* For clients that look a name up. What is not found in that time is judged by its name alone. */
static int look_up(struct explanation *explanation, struct error *err)
{
    size_t count = explanation->urls.count;
    _cleanup_mem_ struct lookup *lookups = mem_calloc(count, sizeof(*lookups));
    if (!lookups)
        return error_no_memory(err);
    for (size_t u = 0; u < count; u++)
        if (!explanation->requests[u].is_address)
            lookups[u].name = explanation->requests[u].host;
    int r = lookup_names(lookups, count, LOOKUP_MS);
    if (r < 0)
        log_warning("the names are not looked up, so clients that look them up are judged by the "
                    "names alone: %s",
            strerror(-r));
    for (size_t u = 0; u < count; u++) {
        explanation->requests[u].is_resolved = lookups[u].is_found;
        explanation->requests[u].resolved = lookups[u].address;
    }
    return 0;
}

static int show(
    const struct options *options, const struct explanation *explanation, struct error *err)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    bool reasons = options->verbose || explanation->client_count == 1;
    bool colour = !options->json && log_shows_colour(STDOUT_FILENO);
    int r = options->json ? view_append_json(explanation, &text)
                          : view_append_table(explanation, colour, reasons, &text);
    if (r < 0)
        return error_no_memory(err);
    return colour ? result_write_coloured(&text, err) : result_write(&text, err);
}

static int list_clients(const struct options *options, struct error *err)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    return view_append_clients(options->json, &text) < 0 ? error_no_memory(err)
                                                         : result_write(&text, err);
}

/* 0: clients agree; 1: they do not; or a negative errno and an error. */
static int explain(const struct options *options, struct error *err)
{
    _cleanup_setup_ struct setup setup;
    _cleanup_explanation_ struct explanation explanation = { 0 };
    _cleanup_mem_ char *own = NULL;
    int r = setup_open(&options->setup, &setup, err);
    if (r < 0)
        return r;
    r = read_own_list(options, &setup.tree, &own, err);
    if (r < 0)
        return r;
    explanation.no_proxy = options->no_proxy ? options->no_proxy : own;
    if (choose_urls(options, &setup.settings, own, &explanation.urls) < 0)
        return error_no_memory(err);
    r = explanation_choose_clients(&explanation, options->client, err);
    if (r < 0)
        return r;
    r = explanation_parse_urls(&explanation, err);
    if (r < 0)
        return r;
    r = explanation_needs_lookup(&explanation) ? look_up(&explanation, err) : 0;
    if (r < 0)
        return r;
    r = explanation_find_routes(&explanation, err);
    if (r < 0)
        return r;
    r = show(options, &explanation, err);
    return r < 0 ? r : explanation_has_findings(&explanation);
}

static int command_explain(const struct options *options)
{
    struct error err = { 0 };
    int r = options->ca             ? explain_ca(options, &err)
            : options->list_clients ? list_clients(options, &err)
                                    : explain(options, &err);
    if (r >= 0)
        return r;
    log_error("%s", err.text);
    return err.status;
}

const struct command explain_command = {
    .name = "explain",
    .bit = COMMAND_EXPLAIN,
    .arguments = "[URL...]",
    .summary = "shows what each HTTP client does with a NO_PROXY list",
    .text =
        "For each URL and each known client: direct or through the proxy, by which entry, and "
        "why.\n"
        "Without a URL: the metadata and credentials endpoints, what the entries of the list, "
        "and of\n"
        "this instance's own, are to cover, the proxies, and a host outside. Exit status 1: "
        "clients\n"
        "disagree, or one fails.\n"
        "With --ca: which client trusts the CA of proxy.ca_file on this machine, and by what.\n",
    .run = command_explain,
};
