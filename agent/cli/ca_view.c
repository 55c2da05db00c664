/* SPDX-License-Identifier: MIT */
/* By what a client trusts a CA is what a person can check, and change. */

#include "cli/ca_view.h"

#include <errno.h>

#include "lib/array.h"
#include "lib/json.h"
#include "proxy/ca_variables.h"

static const char *or_nothing(const char *by)
{
    return by ? by : "NOT TRUSTED";
}

int ca_view_append_table(const struct trust_machine *machine, struct buffer *ret)
{
    static const char form[] = "%-18s %-24s %s\n";
    size_t trusting = 0;
    int r = buffer_printf(ret, form, "CLIENT", "COMPANY'S CA BY", "PUBLIC CAS BY");
    for (size_t i = 0; r == 0 && i < trust_clients_count; i++) {
        const struct trust_client *client = &trust_clients[i];
        const struct trust_basis basis = trust_client_judge(client, machine);
        trusting += basis.company != NULL;
        r = buffer_printf(
            ret, form, client->id, or_nothing(basis.company), or_nothing(basis.public_cas));
        if (r == 0 && client->note)
            r = buffer_printf(ret, "%-18s %s\n", "", client->note);
    }
    return r < 0 ? r
                 : buffer_printf(ret, "%zu of %zu clients trust the company's CA\n", trusting,
                       trust_clients_count);
}

static bool ca_view_add_settings(struct json *object, const struct trust_client *client)
{
    static const char *const effects[] = {
        [TRUST_ADDS] = "adds",
        [TRUST_REPLACES] = "replaces",
        [TRUST_ADDS_TO_LINKS] = "adds to hash links, else replaces",
    };
    struct json *list = json_add_array(object, "settings");
    bool ok = list;
    for (size_t i = 0; ok && i < ELEMENTSOF(client->settings) && client->settings[i].name; i++) {
        struct json *setting = json_add_object(list, NULL);
        ok = json_add_string(setting, "name", client->settings[i].name) &&
             json_add_string(setting, "effect", effects[client->settings[i].effect]);
    }
    return ok;
}

static bool ca_view_add_client(
    struct json *list, const struct trust_client *client, const struct trust_machine *machine)
{
    const struct trust_basis basis = trust_client_judge(client, machine);
    struct json *object = json_add_object(list, NULL);
    return json_add_string(object, "client", client->id) &&
           json_add_string(object, "covers", client->name) &&
           json_add_bool(object, "reads_store", client->reads_store) &&
           ca_view_add_settings(object, client) &&
           json_add_string(object, "bad_file", client->bad_file) &&
           json_add_string(object, "note", client->note) &&
           json_add_string(object, "company_by", basis.company) &&
           json_add_string(object, "public_by", basis.public_cas);
}

static bool ca_view_add_variable(
    struct json *list, const struct ca_variable *variable, const struct trust_machine *machine)
{
    static const char *const paths[CA_PATHS] = {
        [CA_PATH_NONE] = "",
        [CA_PATH_BUNDLE] = "the system's bundle",
        [CA_PATH_COMPANY] = "a file with the company's CAs",
        [CA_PATH_JAVA] = "Java's store",
    };
    const char *name = environment_name(variable->id);
    struct json *object = json_add_object(list, NULL);
    return json_add_string(object, "name", name) &&
           json_add_string(object, "words", variable->words) &&
           json_add_string(object, "names", paths[variable->path]) &&
           json_add_string(object, "caution", variable->caution) &&
           json_add_bool(object, "is_set", strings_contains(&machine->variables, name));
}

int ca_view_append_json(const struct trust_machine *machine, struct buffer *ret)
{
    _cleanup_json_ struct json *object = json_new_object();
    struct json *clients = json_add_array(object, "clients");
    struct json *variables = json_add_array(object, "variables");
    bool ok = clients && variables;
    for (size_t i = 0; ok && i < trust_clients_count; i++)
        ok = ca_view_add_client(clients, &trust_clients[i], machine);
    for (size_t i = 0; ok && i < ca_variables_count; i++)
        ok = ca_view_add_variable(variables, &ca_variables[i], machine);
    return ok ? json_print(object, ret) : -ENOMEM;
}
