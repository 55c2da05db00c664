/* SPDX-License-Identifier: MIT */
/* ec2-bootstrap fetch: what AWS holds of the settings, before `run` reads them. */

#include "fetch/fetch.h"
#include "cli/report.h"
#include "cli/result.h"
#include "commands/commands.h"
#include "files/paths.h"
#include "lib/log.h"
#include "lib/notify.h"

/* What the command gathers on its way. */
struct fetching {
    const struct options *options;
    struct setup setup;
    struct fetch fetch;
};

/* What an earlier one has brought does not count. */
static int fetch_open(struct fetching *fetching, struct error *err)
{
    struct setup_options options = fetching->options->setup;
    options.without_fetched = true;
    return setup_open(&options, &fetching->setup, err);
}

static int fetch_main(struct fetching *fetching, struct error *err)
{
    const struct options *options = fetching->options;
    struct setup *setup = &fetching->setup;
    int r = fetch_open(fetching, err);
    if (r == 0)
        r = fetch_settings(setup, options->dry_run, &fetching->fetch, err);
    return r < 0 || !options->ahead || options->dry_run || !fetch_is_wanted(&setup->settings)
               ? r
               : store_mark_ahead(&setup->tree, err);
}

/* Where each value is from, and never what it is. */
static bool fetch_add_values(struct json *object, const struct fetched_values *values)
{
    struct json *settings = json_add_object(object, "settings");
    bool ok = settings;
    for (size_t i = 0; ok && i < FETCHED_NAMES; i++)
        if (values->items[i].text)
            ok = json_add_string(settings, fetched_names[i].key, values->items[i].origin);
    return ok;
}

static int fetch_append_json(
    const struct fetching *fetching, int status, const struct error *failure, struct buffer *ret)
{
    _cleanup_json_ struct json *object = report_new(status, failure, fetching->options->dry_run);
    bool ok = object && fetch_add_values(object, &fetching->fetch.values) &&
              json_add_number(object, "calls", fetching->fetch.calls) &&
              json_add_bool(object, "changed", fetching->fetch.has_changed) &&
              report_add_strings(object, "warnings", &fetching->setup.warnings);
    return json_print(ok ? object : NULL, ret);
}

static void say_values(const struct fetching *fetching)
{
    const struct fetched_values *values = &fetching->fetch.values;
    for (size_t i = 0; i < FETCHED_NAMES; i++)
        if (values->items[i].text)
            log_info("%s: from %s", fetched_names[i].key, values->items[i].origin);
    if (!fetch_is_wanted(&fetching->setup.settings))
        log_info("nothing to fetch: remote.parameters, remote.secret and remote.tags are not set");
    else
        log_info("settings fetched: %zu; requests to AWS: %u", fetching->fetch.count,
            fetching->fetch.calls);
}

/* What is not required is no failure of the boot. */
static int fetch_finish(const struct fetching *fetching, int r, const struct error *err)
{
    bool is_optional = !fetching->setup.settings.remote_required;
    log_warnings(&fetching->setup.warnings);
    if (r == 0) {
        say_values(fetching);
        notify_ready("the settings that AWS holds are there");
        return EX_OK;
    }
    if (is_optional) {
        log_warning("%s: the boot goes on without it (remote.required)", err->text);
        notify_ready("AWS gave no settings");
        return EX_OK;
    }
    log_error("%s", err->text);
    notify_failure(err, r);
    return err->status;
}

/* 0: there is something to fetch, or to take away that an earlier one has brought; or settings that
 * are wrong, which `fetch` itself then says. What was fetched ahead is not asked for again once, as
 * AWS counts the calls of a fleet. */
static int fetch_check(struct fetching *fetching)
{
    struct error err = { 0 };
    const struct setup *setup = &fetching->setup;
    if (fetch_open(fetching, &err) < 0)
        return EX_OK;
    return fetch_is_wanted(&setup->settings)
               ? store_take_ahead(&setup->tree, &setup->settings) > 0
               : tree_exists(&setup->tree, PATH_FETCHED_SETTINGS) == 0;
}

static int command_fetch(const struct options *options)
{
    struct error err = { 0 };
    _cleanup_buffer_ struct buffer text = { 0 };
    struct fetching fetching = { .options = options, .setup = { .tree = { .fd = -1 } } };
    int status;
    if (options->check)
        status = fetch_check(&fetching);
    else {
        int r = fetch_main(&fetching, &err);
        status = fetch_finish(&fetching, r, &err);
        int printed = options->json ? fetch_append_json(&fetching, status, &err, &text) : 0;
        status = result_finish(printed, &text, status);
    }
    fetch_free(&fetching.fetch);
    setup_close(&fetching.setup);
    return status;
}

const struct command fetch_command = {
    .name = "fetch",
    .bit = COMMAND_FETCH,
    .summary = "fetches settings from AWS with the instance's role",
    .text = "Reads settings from Parameter Store, Secrets Manager and the instance's tags, as\n"
            "remote.parameters, remote.secret and remote.tags say, with the credentials of the\n"
            "instance's role, and writes them for this boot only. run reads them.\n",
    .manual = "ec2-bootstrap-fetch(8)",
    .run = command_fetch,
};
