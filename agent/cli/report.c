/* SPDX-License-Identifier: MIT */
/* Secrets are hidden here, where what was found and done leaves the program. */

#include "cli/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/report_trust.h"
#include "lib/array.h"
#include "lib/diff.h"
#include "lib/log.h"
#include "lib/printable.h"
#include "lib/redact.h"

static int append_diff(
    const struct tree *tree, const struct output_result *result, struct buffer *ret)
{
    static const char none[] = "/dev/null";
    _cleanup_buffer_ struct buffer name = { 0 }, diff = { 0 }, shown = { 0 };
    if (!output_has_change(result))
        return 0;
    int r = buffer_printf(&name, "%s%s", tree->path, result->file->path);
    if (r < 0)
        return r;
    r = diff_unified(result->before.exists ? name.data : none, &result->before.bytes,
        result->after.exists ? name.data : none, &result->after.bytes, &diff);
    r = r < 0 ? r : redact_diff(&diff, &shown);
    return r < 0 ? r : printable_append_lines(shown.data, shown.size, ret);
}

int report_diff(const struct tree *tree, const struct output_results *results, struct buffer *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < results->count; i++)
        r = append_diff(tree, &results->items[i], ret);
    return r;
}

static void log_result(const struct tree *tree, const struct output_result *result, bool dry_run)
{
    const struct log_field fields[] = {
        { "EC2_BOOTSTRAP_OUTPUT", result->output->name },
        { "EC2_BOOTSTRAP_ACTION", output_action_name(result->action) },
    };
    bool is_plan = dry_run && output_has_change(result);
    if (result->action == OUTPUT_FAILED)
        log_write(LOG_LEVEL_ERROR, fields, ELEMENTSOF(fields), "%s", result->error.text);
    else if (result->action == OUTPUT_LEFT_OUT)
        log_write(LOG_LEVEL_WARNING, fields, ELEMENTSOF(fields), "%s", result->error.text);
    else
        log_write(LOG_LEVEL_INFO, fields, ELEMENTSOF(fields), "%s%s: %s%s", tree->path,
            result->file->path, output_action_name(result->action), is_plan ? " (dry run)" : "");
}

static void log_hook(const struct output_hook_result *hook)
{
    if (hook->failure < 0)
        log_error("%s", hook->error.text);
    else
        log_info("%s: ran %s", hook->output->name, hook->output->hook.command[0]);
}

void report_log_warnings(const struct setup *setup)
{
    const struct output_results *results = &setup->results;
    bool has_change = false;
    log_warnings(&setup->warnings);
    for (size_t i = 0; i < results->count; i++)
        has_change |= output_has_change(&results->items[i]);
    for (size_t i = 0; has_change && i < setup->notes.count; i++)
        log_info("%s", setup->notes.items[i]);
}

bool report_log_results(const struct tree *tree, const struct output_results *results, bool dry_run)
{
    bool failed = false;
    for (size_t i = 0; i < results->count; i++) {
        log_result(tree, &results->items[i], dry_run);
        failed |= results->items[i].failure < 0;
    }
    for (size_t i = 0; i < results->hook_count; i++) {
        log_hook(&results->hooks[i]);
        failed |= results->hooks[i].failure < 0;
    }
    return failed;
}

struct json *report_new(int status, const struct error *err, bool dry_run)
{
    _cleanup_json_ struct json *object = json_new_object();
    bool ok = json_add_number(object, "status", status) &&
              json_add_string(object, "error", err->status != 0 ? err->text : NULL) &&
              json_add_bool(object, "dry_run", dry_run);
    return ok ? TAKE_PTR(object) : NULL;
}

static bool add_redacted(struct json *object, const char *key, const char *text)
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    if (text && redact_value(text, &shown) < 0)
        return false;
    return json_add_string(object, key, text ? shown.data : NULL);
}

static bool add_request(struct json *list, const struct imds_request_stats *step)
{
    struct json *request = json_add_object(list, NULL);
    return json_add_string(request, "path", step->path) &&
           json_add_number(request, "attempts", step->attempts) &&
           json_add_number(request, "took_ms", (double) step->took_ms);
}

static bool add_imds(struct json *object, const struct report *report)
{
    const struct imds_client *client = report->setup->imds;
    if (!client)
        return json_add_string(object, "imds", NULL);
    const char *endpoint = imds_client_endpoint(client);
    struct json *imds = json_add_object(object, "imds");
    bool ok = json_add_string(imds, "endpoint", endpoint) &&
              json_add_string(imds, "family",
                  !endpoint                     ? NULL
                  : imds_client_is_ipv6(client) ? "ipv6"
                                                : "ipv4") &&
              json_add_number(imds, "version", imds_client_is_v1(client) ? 1 : 2) &&
              json_add_bool(imds, "marked", imds_client_is_marked(client));
    struct json *requests = json_add_array(imds, "requests");
    ok = ok && requests && add_request(requests, imds_client_token_stats(client));
    for (size_t i = 0; ok && i < report->setup->facts.request_count; i++)
        ok = add_request(requests, &report->setup->facts.requests[i]);
    return ok;
}

static bool report_add_instance(struct json *object, const struct facts *facts)
{
    return json_add_string(object, "role", facts->role) &&
           json_add_string(object, "expiration",
               facts->has_credentials ? facts->credentials.expiration : NULL) &&
           json_add_string(object, "region", facts->region);
}

static bool report_add_source(struct json *object, enum facts_source source)
{
    static const char *const names[FACTS_SOURCES] = {
        [FACTS_OF_IMDS] = "imds",
        [FACTS_KEPT] = "kept",
        [FACTS_OF_INTERFACES] = "interfaces",
    };
    return json_add_string(object, "facts", names[source]);
}

static bool report_add_proxy(struct json *object, const struct environment *environment)
{
    struct json *proxy = json_add_object(object, "proxy");
    return add_redacted(proxy, "http", environment_get(environment, VARIABLE_HTTP_PROXY)) &&
           add_redacted(proxy, "https", environment_get(environment, VARIABLE_HTTPS_PROXY)) &&
           json_add_string(proxy, "no_proxy", environment_get(environment, VARIABLE_NO_PROXY));
}

/* Where each setting is from, and never what it is. */
static bool report_add_settings(struct json *object, const struct origins *origins)
{
    struct json *settings = json_add_object(object, "settings");
    bool ok = settings;
    for (size_t i = 0; ok && i < origins->keys.count; i++)
        ok = json_add_string(settings, origins->keys.items[i], origins->texts.items[i]);
    return ok;
}

static bool add_output(
    struct json *list, const struct tree *tree, const struct output_result *result, bool with_diff)
{
    struct json *output = json_add_object(list, NULL);
    bool has_error = result->failure < 0 || result->action == OUTPUT_LEFT_OUT;
    bool ok = json_add_string(output, "output", result->output->name) &&
              json_add_string(output, "path", result->file->path) &&
              json_add_string(output, "action", output_action_name(result->action)) &&
              json_add_string(output, "error", has_error ? result->error.text : NULL);
    if (!ok || !with_diff)
        return ok;
    _cleanup_buffer_ struct buffer diff = { 0 };
    return append_diff(tree, result, &diff) == 0 &&
           json_add_string(output, "diff", diff.data ? diff.data : "");
}

static bool add_hook(struct json *list, const struct output_hook_result *result)
{
    struct json *hook = json_add_object(list, NULL);
    return json_add_string(hook, "output", result->output->name) &&
           json_add_string(hook, "program", result->output->hook.command[0]) &&
           json_add_string(hook, "error", result->failure < 0 ? result->error.text : NULL);
}

bool report_add_outputs(
    struct json *object, const struct tree *tree, const struct output_results *results, bool diff)
{
    struct json *list = json_add_array(object, "outputs");
    bool ok = list;
    for (size_t i = 0; ok && i < results->count; i++)
        ok = add_output(list, tree, &results->items[i], diff);
    struct json *hooks = json_add_array(object, "hooks");
    ok = ok && hooks;
    for (size_t i = 0; ok && i < results->hook_count; i++)
        ok = add_hook(hooks, &results->hooks[i]);
    return ok;
}

static bool add_printable(struct json *object, const char *key, const char *text)
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    return printable_append_lines(text, strlen(text), &shown) == 0 &&
           json_add_string(object, key, shown.data ? shown.data : "");
}

bool report_add_strings(struct json *object, const char *key, const struct strings *strings)
{
    struct json *list = json_add_array(object, key);
    bool ok = list;
    for (size_t i = 0; ok && i < strings->count; i++)
        ok = add_printable(list, NULL, strings->items[i]);
    return ok;
}

static bool add_phases(struct json *object, const uint64_t phases_ms[static REPORT_PHASES])
{
    static const char *const names[] = {
        [PHASE_SETTINGS] = "settings",
        [PHASE_IMDS] = "imds",
        [PHASE_OUTPUTS] = "outputs",
        [PHASE_CREDENTIALS] = "credentials",
    };
    struct json *steps = json_add_object(object, "steps_ms");
    bool ok = steps;
    for (size_t i = 0; ok && i < REPORT_PHASES; i++)
        ok = json_add_number(steps, names[i], (double) phases_ms[i]);
    return ok;
}

static int append_json(const struct report *report, struct buffer *ret)
{
    _cleanup_json_ struct json *object =
        report_new(report->err->status, report->err, report->dry_run);
    bool ok =
        object && add_imds(object, report) && report_add_instance(object, &report->setup->facts) &&
        report_add_source(object, report->setup->facts_source) &&
        report_add_settings(object, &report->setup->settings.origins) &&
        report_add_proxy(object, &report->setup->environment) &&
        report_add_outputs(object, &report->setup->tree, &report->setup->results, report->diff) &&
        report_add_trust(object, &report->setup->trust) &&
        report_add_strings(object, "restart", report->stale) &&
        overrides_add_json(object, &report->setup->overrides) &&
        report_add_strings(object, "warnings", &report->setup->warnings) &&
        add_phases(object, report->phases_ms);
    return json_print(ok ? object : NULL, ret);
}

int report_append(const struct report *report, bool json, struct buffer *ret)
{
    if (json)
        return append_json(report, ret);
    return report->diff ? report_diff(&report->setup->tree, &report->setup->results, ret) : 0;
}

const char *report_outcome(const struct setup *setup, bool has_outputs, bool dry_run)
{
    bool any = false, is_replaced = setup->trust.changes.is_begun;
    for (size_t i = 0; i < setup->results.count; i++) {
        any |= setup->results.items[i].is_wanted && setup->results.items[i].failure == 0;
        is_replaced |= setup->results.items[i].is_replaced;
    }
    if (dry_run)
        return "this is a dry run: no file was changed";
    if (!has_outputs)
        return any           ? "the other proxy settings have been written"
               : is_replaced ? "some files have been changed"
                             : "no file was changed";
    return environment_proxy(&setup->environment) ? "the proxy settings have been written"
                                                  : "no proxy is configured";
}

void report_summary(const struct setup *setup, char text[static REPORT_SUMMARY_MAX])
{
    const struct facts *facts = &setup->facts;
    const char *proxy = environment_proxy(&setup->environment) ? "proxy settings are in place"
                                                               : "no proxy is configured";
    if (facts->has_credentials)
        (void) snprintf(text, REPORT_SUMMARY_MAX, "%s; role %s has credentials until %s", proxy,
            facts->role, facts->credentials.expiration);
    else
        (void) snprintf(text, REPORT_SUMMARY_MAX, "%s; no role credentials", proxy);
}
