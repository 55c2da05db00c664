/* SPDX-License-Identifier: MIT */
/* Prints the agent's tables as JSON for tests/docs/pages: commands, options, formats, exit
 * statuses, variables, keys with their defaults, outputs, services, presets, names of fetch. What
 * `doctor
 * --list` and `explain` print themselves is not in it. */

#include <stdio.h>

#include "cli/command.h"
#include "cli/process.h"
#include "commands/commands.h"
#include "fetch/values.h"
#include "lib/json.h"
#include "outputs/table.h"
#include "proxy/aws_service_table.h"
#include "proxy/presets.h"
#include "settings/key.h"

static bool add_texts(struct json *object, const char *key, const char *const *texts)
{
    struct json *array = json_add_array(object, key);
    bool ok = array;
    for (; ok && texts && *texts; texts++)
        ok = json_add_string(array, NULL, *texts);
    return ok;
}

static bool add_commands(struct json *document)
{
#define COMMAND_ROW(name) &name##_command,
    static const struct command *const commands[] = { COMMANDS(COMMAND_ROW) NULL };
    struct json *array = json_add_array(document, "commands");
    bool ok = array;
    for (const struct command *const *row = commands; ok && *row; row++) {
        struct json *object = json_add_object(array, NULL);
        ok = object && json_add_string(object, "name", (*row)->name) &&
             json_add_number(object, "bit", (*row)->bit) &&
             json_add_string(object, "arguments", (*row)->arguments) &&
             json_add_string(object, "summary", (*row)->summary) &&
             json_add_string(object, "manual", (*row)->manual);
    }
    return ok;
}

static bool add_options(struct json *document)
{
    struct json *array = json_add_array(document, "options");
    bool ok = array && json_add_number(document, "all", COMMAND_ANY);
    for (size_t i = 0; ok && i < options_count; i++) {
        const struct option_row *row = &options_table[i];
        struct json *object = json_add_object(array, NULL);
        ok = object && json_add_string(object, "name", row->name) &&
             json_add_string(object, "letter", row->letter ? (char[]){ row->letter, 0 } : NULL) &&
             json_add_string(object, "argument", row->argument) &&
             json_add_number(object, "commands", row->commands) &&
             json_add_string(object, "help", row->help);
    }
    return ok;
}

static bool add_formats(struct json *document)
{
    struct json *array = json_add_array(document, "formats");
    bool ok = array;
    for (const struct credentials_format *row = credentials_formats; ok && row->name; row++)
        ok = json_add_string(array, NULL, row->name);
    return ok;
}

static bool add_exits(struct json *document)
{
    struct json *array = json_add_array(document, "exits");
    bool ok = array;
    for (size_t i = 0; ok && i < exit_statuses_count; i++) {
        struct json *object = json_add_object(array, NULL);
        ok = object && json_add_number(object, "status", exit_statuses[i].status) &&
             json_add_string(object, "meaning", exit_statuses[i].meaning);
    }
    return ok;
}

static const char *switch_text(const struct key *key, int value)
{
    return value == false ? "false" : value == true ? "true" : key->choices[value];
}

static bool add_default(struct json *object, const struct key *key)
{
    const struct settings settings = settings_default();
    const void *field = (const char *) &settings + key->offset;
    switch (key->type) {
    case KEY_STRING:
    case KEY_URL:
        return json_add_string(object, "default", NULL);
    case KEY_BOOL:
        return json_add_bool(object, "default", *(const bool *) field);
    case KEY_NUMBER:
        return json_add_number(object, "default", *(const unsigned int *) field);
    case KEY_CHOICE:
        return json_add_string(object, "default", key->choices[*(const int *) field]);
    case KEY_SWITCH:
        return json_add_string(object, "default", switch_text(key, *(const int *) field));
    case KEY_LIST:
        return ((const struct settings_list *) field)->is_auto
                   ? json_add_string(object, "default", "auto")
                   : json_add_array(object, "default");
    case KEY_ENTRIES:
        return json_add_array(object, "default");
    }
    return false;
}

/* As somebody reads them: a switch has false and true, and a list may have "auto". */
static const char *const type_names[] = {
    [KEY_STRING] = "string",
    [KEY_URL] = "URL",
    [KEY_BOOL] = "boolean",
    [KEY_NUMBER] = "number",
    [KEY_CHOICE] = "choice",
    [KEY_SWITCH] = "switch",
    [KEY_LIST] = "list",
    [KEY_ENTRIES] = "list",
};

static bool add_keys(struct json *document)
{
    struct json *array = json_add_array(document, "keys");
    bool ok = array;
    for (size_t i = 0; ok && i < keys_count; i++) {
        const struct key *key = &keys_table[i];
        struct json *object = json_add_object(array, NULL);
        ok = object && json_add_string(object, "path", key->path) &&
             json_add_string(object, "type", type_names[key->type]) &&
             json_add_string(object, "expected", key->expected) &&
             json_add_bool(object, "takes_auto", key->takes_auto) &&
             json_add_string(object, "since", key->since ? key->since : "0.1.0") &&
             add_default(object, key);
        if (ok && key->type == KEY_NUMBER)
            ok = json_add_number(object, "min", key->min) &&
                 json_add_number(object, "max", key->max);
        struct json *choices = ok ? json_add_array(object, "choices") : NULL;
        ok = choices;
        for (unsigned int c = 0; ok && c < key->choice_count; c++)
            ok = !key->choices[c] || json_add_string(choices, NULL, key->choices[c]);
    }
    return ok;
}

static bool add_outputs(struct json *document)
{
    struct json *array = json_add_array(document, "outputs");
    bool ok = array;
    for (size_t i = 0; ok && i < outputs_count; i++) {
        struct json *object = json_add_object(array, NULL);
        ok = object && json_add_string(object, "name", outputs_table[i]->name);
        struct json *files = ok ? json_add_array(object, "files") : NULL;
        ok = files;
        for (const struct output_file *file = outputs_table[i]->files; ok && file->path; file++) {
            struct json *row = json_add_object(files, NULL);
            ok = row && json_add_string(row, "path", file->path) &&
                 json_add_bool(row, "only_checked", !file->body && !file->block && !file->render) &&
                 json_add_bool(row, "only_if_there", file->only_if_there) &&
                 add_texts(row, "consumers", file->consumers) &&
                 add_texts(row, "units", file->units);
        }
    }
    return ok;
}

static bool add_services(struct json *document)
{
    struct json *services = json_add_array(document, "services");
    struct json *aliases = services ? json_add_array(document, "aliases") : NULL;
    bool ok = aliases;
    for (size_t i = 0; ok && i < aws_service_count; i++)
        ok = json_add_string(services, NULL, aws_service_table[i].name);
    for (size_t i = 0; ok && i < aws_service_alias_count; i++) {
        struct json *object = json_add_object(aliases, NULL);
        ok = object && json_add_string(object, "name", aws_service_aliases[i].name) &&
             json_add_string(object, "service", aws_service_aliases[i].service);
    }
    return ok;
}

static bool add_presets(struct json *document)
{
    struct json *array = json_add_array(document, "presets");
    bool ok = array;
    for (const struct preset *preset = presets; ok && preset->name; preset++) {
        struct json *object = json_add_object(array, NULL);
        ok = object && json_add_string(object, "name", preset->name) &&
             json_add_string(object, "names", preset->names) &&
             json_add_string(object, "pods", preset->pods) &&
             json_add_string(object, "services", preset->services) &&
             add_texts(object, "programs", preset->programs);
    }
    return ok;
}

static bool add_names(struct json *document)
{
    struct json *array = json_add_array(document, "fetched");
    bool ok = array;
    for (size_t i = 0; ok && i < FETCHED_NAMES; i++) {
        struct json *object = json_add_object(array, NULL);
        ok = object && json_add_string(object, "name", fetched_names[i].name) &&
             json_add_string(object, "key", fetched_names[i].key);
    }
    return ok;
}

int main(void)
{
    json_init();
    _cleanup_json_ struct json *document = json_new_object();
    _cleanup_buffer_ struct buffer text = { 0 };
    bool ok = document && add_commands(document) && add_options(document) &&
              add_formats(document) && add_exits(document) &&
              add_texts(document, "variables", process_variables) && add_keys(document) &&
              add_outputs(document) && add_services(document) && add_presets(document) &&
              add_names(document);
    if (!ok || json_print(document, &text) < 0)
        return 1;
    return fwrite(text.data, 1, text.size, stdout) == text.size && fflush(stdout) == 0 ? 0 : 1;
}
