/* ec2-bootstrap explain: the model of the clients, applied to a list and to URLs. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/result.h"
#include "clients/explanation.h"
#include "clients/samples.h"
#include "files/paths.h"
#include "formats/pam_env.h"
#include "instance/lookup.h"
#include "lib/array.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "lib/redact.h"
#include "lib/suggest.h"
#include "proxy/no_proxy_entry.h"
#include "proxy/proxy_url.h"
#include "setup/session.h"

enum { LIST_FILE_MAX = 1024 * 1024, SAMPLES_MAX = 24, LOOKUP_MS = 2000, ALIKE_MAX = 6 };

/* What no client may ever ask the proxy for: the metadata service, and the credentials endpoints of
 * ECS and EKS. */
static const char *const ec2_urls[] = {
    "http://169.254.169.254/",
    "http://[fd00:ec2::254]/",
    "http://169.254.170.2/",
    "http://169.254.170.23/",
    "http://[fd00:ec2::23]/",
};

/* The list that logins and services have. *ret is NULL when there is none. */
static int read_own_list(const struct tree *tree, char **ret, struct error *err)
{
    static const char *const paths[] = { PATH_ENV_FILE, "/etc/environment" };
    static const char *const names[] = { "no_proxy", "NO_PROXY" };
    for (size_t p = 0; p < ELEMENTSOF(paths); p++) {
        _cleanup_buffer_ struct buffer file = { 0 };
        int r = tree_read(tree, paths[p], LIST_FILE_MAX, &file, NULL);
        if (r == -ENOENT)
            continue;
        if (r < 0)
            return error_set(
                err, error_file_status(r), r, "%s%s: %s", tree->path, paths[p], strerror(-r));
        for (size_t n = 0; n < ELEMENTSOF(names); n++)
            if (pam_env_get(&file, names[n], ret) == 0)
                return 0;
    }
    *ret = NULL;
    return 0;
}

/* The own list where it is explained, or only shows what this instance asks for: not every user may
 * read it, and can explain another all the same. */
static int read_list_for(
    const struct options *options, const struct tree *tree, char **ret, struct error *err)
{
    if (options->no_proxy && options->argument_count > 0)
        return 0;
    int r = read_own_list(tree, ret, err);
    return options->no_proxy && r != -ENOMEM ? 0 : r;
}

static int append_samples(const char *list, struct strings *urls, struct error *err)
{
    _cleanup_strings_ struct strings entries = { 0 };
    if (no_proxy_split(list, &entries) < 0)
        return error_no_memory(err);
    size_t most = urls->count + SAMPLES_MAX;
    for (size_t i = 0; i < entries.count && urls->count < most; i++) {
        _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
        if (no_proxy_entry_parse(entries.items[i], &entry, NULL) == 0 &&
            sample_urls(&entry, urls) < 0)
            return error_no_memory(err);
    }
    return 0;
}

/* A proxy's own URL, which is named as the settings do. */
static int append_proxy(const char *text, struct strings *urls, struct error *err)
{
    _cleanup_strings_ struct strings own = { 0 };
    if (!text)
        return 0;
    _cleanup_proxy_url_ struct proxy_url url = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    int r = proxy_url_parse(text, &url, &warnings, err);
    if (r < 0)
        return r;
    bool ipv6 = strchr(url.host, ':') != NULL;
    r = strings_printf(
        &own, "http://%s%s%s:%u/", ipv6 ? "[" : "", url.host, ipv6 ? "]" : "", url.port);
    if (r == 0)
        r = strings_add_unique(urls, own.items[0]);
    return r < 0 ? error_no_memory(err) : 0;
}

/* The standard set: see command.c. What is in the VPC, and the services, is in the instance's own
 * list. */
static int choose_urls(const struct options *options, const struct settings *settings,
    const char *own, struct strings *urls, struct error *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < options->argument_count; i++)
        r = strings_append(urls, options->arguments[i]);
    if (options->argument_count > 0)
        return r < 0 ? error_no_memory(err) : 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(ec2_urls); i++)
        r = strings_append(urls, ec2_urls[i]);
    if (r < 0)
        return error_no_memory(err);
    r = options->no_proxy ? append_samples(options->no_proxy, urls, err) : 0;
    if (r == 0 && own)
        r = append_samples(own, urls, err);
    if (r == 0)
        r = append_proxy(settings->proxy_http, urls, err);
    if (r == 0)
        r = append_proxy(settings->proxy_https, urls, err);
    if (r == 0 && strings_add_unique(urls, SAMPLE_OUTSIDE) < 0)
        r = error_no_memory(err);
    return r;
}

/* What can be meant by an unknown id: ids with such a word in them, else clients that cover it,
 * else the nearest id. */
static int find_alike(const char *id, struct strings *alike)
{
    int r = 0;
    for (int in_covers = 0; alike->count == 0 && in_covers <= 1; in_covers++)
        for (size_t i = 0; r == 0 && i < clients_count && alike->count < ALIKE_MAX; i++)
            if (suggest_matches_prefix(
                    id, in_covers ? clients_table[i].covers : clients_table[i].id))
                r = strings_append(alike, clients_table[i].id);
    const char *near = alike->count == 0 ? client_suggest(id) : NULL;
    return r == 0 && near ? strings_append(alike, near) : r;
}

static int refuse_client(const char *id, struct error *err)
{
    _cleanup_strings_ struct strings alike = { 0 };
    _cleanup_buffer_ struct buffer offer = { 0 };
    int r = find_alike(id, &alike);
    for (size_t i = 0; r == 0 && i < alike.count; i++) {
        const char *joint = i == 0 ? ", did you mean " : i + 1 < alike.count ? ", " : " or ";
        r = buffer_printf(&offer, "%s\"%s\"", joint, alike.items[i]);
    }
    if (r == 0)
        r = buffer_append_text(&offer, alike.count > 0 ? "?" : " (see --list-clients)");
    if (r < 0)
        return error_no_memory(err);
    char shown[REDACTED_MAX];
    return error_set(err, EX_USAGE, -EINVAL, "--client: there is no client \"%s\"%s",
        redact_to(id, shown), offer.data);
}

static int choose_clients(const char *ids, struct explanation *explanation, struct error *err)
{
    _cleanup_strings_ struct strings names = { 0 };
    explanation->clients = mem_calloc(clients_count, sizeof(const struct client *));
    if (!explanation->clients || no_proxy_split(ids ? ids : "", &names) < 0)
        return error_no_memory(err);
    for (size_t i = 0; i < names.count; i++)
        if (!client_find(names.items[i]))
            return refuse_client(names.items[i], err);
    for (size_t i = 0; i < clients_count; i++)
        if (!ids || strings_contains(&names, clients_table[i].id))
            explanation->clients[explanation->client_count++] = &clients_table[i];
    if (explanation->client_count == 0)
        return error_set(err, EX_USAGE, -EINVAL, "--client: no client is named");
    return 0;
}

static bool any_resolves(const struct explanation *explanation)
{
    for (size_t c = 0; c < explanation->client_count; c++)
        if (explanation->clients[c]->defects & DEFECT_RESOLVES)
            return true;
    return false;
}

/* For clients that look a name up. What is not found in that time is judged by its name alone. */
static int resolve_targets(struct explanation *explanation, struct error *err)
{
    _cleanup_mem_ struct lookup *lookups = mem_calloc(explanation->urls.count, sizeof(*lookups));
    if (!lookups)
        return error_no_memory(err);
    for (size_t u = 0; u < explanation->urls.count; u++)
        if (!explanation->requests[u].is_address)
            lookups[u].name = explanation->requests[u].host;
    lookup_names(lookups, explanation->urls.count, LOOKUP_MS);
    for (size_t u = 0; u < explanation->urls.count; u++) {
        explanation->requests[u].is_resolved = lookups[u].is_found;
        explanation->requests[u].resolved = lookups[u].address;
    }
    return 0;
}

/* Once it is taken apart, a URL is only shown: without the password of its login. */
static int hide_login(char **url)
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    if (!strchr(*url, '@'))
        return 0;
    if (redact_value(*url, &shown) < 0)
        return -ENOMEM;
    mem_free(*url);
    *url = buffer_take(&shown);
    return 0;
}

static int parse_targets(struct explanation *explanation, struct error *err)
{
    explanation->requests = mem_calloc(explanation->urls.count, sizeof(*explanation->requests));
    if (!explanation->requests)
        return error_no_memory(err);
    for (size_t u = 0; u < explanation->urls.count; u++) {
        const char *reason = NULL;
        int r = request_parse(explanation->urls.items[u], &explanation->requests[u], &reason);
        if (r == 0)
            r = hide_login(&explanation->urls.items[u]);
        if (r == -ENOMEM)
            return error_no_memory(err);
        char shown[REDACTED_MAX];
        if (r < 0)
            return error_set(err, EX_USAGE, r, "not a URL: \"%s\": %s",
                redact_to(explanation->urls.items[u], shown), reason);
    }
    return any_resolves(explanation) ? resolve_targets(explanation, err) : 0;
}

static int find_routes(struct explanation *explanation, struct error *err)
{
    size_t clients = explanation->client_count;
    explanation->decisions =
        mem_calloc(explanation->urls.count * clients, sizeof(*explanation->decisions));
    if (!explanation->decisions)
        return error_no_memory(err);
    for (size_t u = 0; u < explanation->urls.count; u++)
        for (size_t c = 0; c < clients; c++)
            explanation->decisions[u * clients + c] = matcher_route(
                explanation->clients[c], explanation->no_proxy, &explanation->requests[u]);
    return 0;
}

static int show(
    const struct options *options, const struct explanation *explanation, struct error *err)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    bool reasons = options->verbose || explanation->client_count == 1;
    int r = options->json ? explanation_print_json(explanation, &text)
                          : explanation_print_table(
                                explanation, log_shows_colour(STDOUT_FILENO), reasons, &text);
    return r < 0 ? error_no_memory(err) : result_write(&text, err);
}

static int list_clients(const struct options *options, struct error *err)
{
    _cleanup_json_ struct json *list = json_new_array();
    _cleanup_buffer_ struct buffer text = { 0 };
    bool ok = list;
    for (size_t i = 0; ok && i < clients_count; i++) {
        const struct client *client = &clients_table[i];
        struct json *object = json_add_object(list, NULL);
        ok = json_add_string(object, "client", client->id) &&
             json_add_string(object, "covers", client->covers) &&
             json_add_string(object, "reads", client->reads) &&
             (options->json || buffer_printf(&text, "%-16s %s\n%-16s reads: %s\n", client->id,
                                   client->covers, "", client->reads) == 0);
    }
    if (ok && options->json)
        ok = json_print(list, &text) == 0;
    return ok ? result_write(&text, err) : error_no_memory(err);
}

/* 0: clients agree; 1: they do not; or a negative errno and an error. */
static int explain(const struct options *options, struct error *err)
{
    struct options for_session = *options;
    for_session.no_proxy = NULL; /* it is the list itself, not an addition to the settings */
    _cleanup_session_ struct session session;
    _cleanup_explanation_ struct explanation explanation = { 0 };
    _cleanup_mem_ char *own = NULL;
    int r = session_open(&for_session, &session, err);
    if (r == 0)
        r = read_list_for(options, &session.tree, &own, err);
    if (r < 0)
        return r;
    explanation.no_proxy = options->no_proxy ? options->no_proxy : own;
    r = choose_urls(options, &session.settings, own, &explanation.urls, err);
    if (r == 0)
        r = choose_clients(options->client, &explanation, err);
    if (r == 0)
        r = parse_targets(&explanation, err);
    if (r == 0)
        r = find_routes(&explanation, err);
    if (r == 0)
        r = show(options, &explanation, err);
    return r < 0 ? r : explanation_has_findings(&explanation);
}

int command_explain(const struct options *options)
{
    struct error err = { 0 };
    int r = options->list_clients ? list_clients(options, &err) : explain(options, &err);
    if (r >= 0)
        return r;
    log_error("%s", err.text);
    return err.status;
}
