/* SPDX-License-Identifier: MIT */
/* What each place is asked, and how its answer becomes values. */

#include "fetch/sources.h"

#include <errno.h>
#include <string.h>

#include "aws/parameters.h"
#include "aws/secret_value.h"
#include "instance/tags.h"
#include "lib/json.h"
#include "lib/memory.h"
#include "proxy/aws_service_name.h"

/* What the name of a secret has before it in Parameter Store. */
#define SECRET_REFERENCE "/aws/reference/secretsmanager/"

/* 0, or -ENOMEM and an error. */
static int warn_name(struct setup *setup, const char *origin, const char *near, struct error *err)
{
    return strings_printf(&setup->warnings, "%s: no setting has this name: left out%s%s%s", origin,
               near ? "; did you mean " : "", near ? near : "", near ? "?" : "") < 0
               ? error_no_memory(err)
               : 0;
}

/* Takes a value; a name that no setting has is warned of. */
static int take(struct setup *setup, struct fetch *fetch, enum fetched_from from, const char *name,
    const char *origin, const char *text, struct error *err)
{
    const char *near = NULL;
    int r = fetched_values_set(&fetch->values, from, name, origin, text, &near, err);
    return r == -ENOENT ? warn_name(setup, origin, near, err) : r;
}

int sources_read_tags(struct setup *setup, struct fetch *fetch, struct error *err)
{
    const char *prefix = setup->settings.remote_tags;
    _cleanup_tags_ struct tags tags = { 0 };
    int r = tags_read(setup->imds, prefix, &tags, err);
    for (size_t i = 0; r == 0 && i < tags.keys.count; i++) {
        _cleanup_buffer_ struct buffer origin = { 0 };
        if (buffer_printf(&origin, "tag %s", tags.keys.items[i]) < 0)
            return error_no_memory(err);
        r = take(setup, fetch, FETCHED_TAG, tags.keys.items[i] + strlen(prefix), origin.data,
            tags.values.items[i], err);
    }
    if (r == 0 && tags.are_absent &&
        strings_append(&setup->warnings,
            "remote.tags: the metadata service gives out no tags: switch them on with "
            "InstanceMetadataTags=enabled (aws ec2 modify-instance-metadata-options "
            "--instance-metadata-tags enabled)") < 0)
        return error_no_memory(err);
    return r;
}

/* The host and the port of a service: "HOST" or "HOST:PORT" of the settings, else by region. */
static int service_host(const struct setup *setup, const char *service, const char *setting,
    char **ret_host, char **ret_port)
{
    const char *colon = setting ? strrchr(setting, ':') : NULL;
    _cleanup_buffer_ struct buffer host = { 0 };
    int r =
        setting
            ? buffer_append(&host, setting, colon ? (size_t) (colon - setting) : strlen(setting))
            : buffer_printf(&host, "%s.%s.%s", service, setup->facts.region, setup->facts.domain);
    *ret_host = r == 0 ? buffer_take(&host) : NULL;
    *ret_port = colon ? mem_strdup(colon + 1) : NULL;
    return *ret_host && (*ret_port || !colon) ? 0 : -ENOMEM;
}

/* Makes one call. */
static int ask_service(struct setup *setup, struct call_client *client, struct call *call,
    const char *setting, struct fetch *fetch, struct buffer *ret, struct error *err)
{
    _cleanup_mem_ char *host = NULL, *port = NULL;
    if (service_host(setup, call->service, setting, &host, &port) < 0)
        return error_no_memory(err);
    call->host = host;
    call->port = port;
    int r = call_perform(client, call, ret, err);
    fetch->calls += call_client_report(client)->attempts;
    return r;
}

static int take_parameters(struct setup *setup, const struct parameters *parameters,
    struct fetch *fetch, struct error *err)
{
    const char *above = setup->settings.remote_parameters;
    size_t prefix = strlen(above) + 1;
    int r = 0;
    for (size_t i = 0; r == 0 && i < parameters->count; i++) {
        const struct parameter *parameter = &parameters->items[i];
        _cleanup_buffer_ struct buffer origin = { 0 };
        if (strncmp(parameter->name, above, prefix - 1) != 0 || parameter->name[prefix - 1] != '/')
            return error_set(err, EX_DATAERR, -EBADMSG,
                "remote.parameters: the answer has a parameter that was not asked for");
        if (buffer_printf(&origin, "parameter %s", parameter->name) < 0)
            return error_no_memory(err);
        r = take(setup, fetch, FETCHED_PARAMETER, parameter->name + prefix, origin.data,
            parameter->value, err);
        bool is_plain = parameter->type != PARAMETER_SECURE_STRING &&
                        strcmp(parameter->name + prefix, "proxy/password") == 0;
        if (r == 0 && is_plain &&
            strings_printf(&setup->warnings,
                "%s: it is no SecureString: all who may read parameters can read the password",
                origin.data) < 0)
            r = error_no_memory(err);
    }
    return r;
}

/* Asks Parameter Store for these names; `resource` is what a policy has to allow. */
static int ask_parameters(struct setup *setup, struct call_client *client,
    const struct strings *names, const char *resource, struct fetch *fetch, struct parameters *ret,
    struct error *err)
{
    _cleanup_buffer_ struct buffer body = { 0 }, answer = { 0 };
    if (parameters_request(names, &body) < 0)
        return error_no_memory(err);
    struct call call = { .service = "ssm",
        .target = PARAMETERS_TARGET,
        .body = &body,
        .action = "ssm:GetParameters",
        .resource = resource };
    int r =
        ask_service(setup, client, &call, setup->settings.remote_ssm_endpoint, fetch, &answer, err);
    return r < 0 ? r : parameters_read(&answer, ret, err);
}

/* Appends the name of a resource of Parameter Store in the Region. 0 or -ENOMEM. */
static int append_parameter_arn(const struct setup *setup, const char *name, struct buffer *ret)
{
    return buffer_printf(ret, "arn:%s:ssm:%s:*:parameter%s",
        aws_partition_of_region(setup->facts.region)->name, setup->facts.region, name);
}

int sources_read_parameters(
    struct setup *setup, struct call_client *client, struct fetch *fetch, struct error *err)
{
    const char *prefix = setup->settings.remote_parameters;
    _cleanup_strings_ struct strings names = { 0 };
    _cleanup_buffer_ struct buffer resource = { 0 };
    _cleanup_parameters_ struct parameters parameters = { 0 };
    int r = append_parameter_arn(setup, prefix, &resource);
    if (r == 0)
        r = buffer_append_text(&resource, "/*");
    for (size_t i = 0; r == 0 && i < FETCHED_NAMES; i++)
        r = strings_printf(&names, "%s/%s", prefix, fetched_names[i].name);
    if (r < 0)
        return error_no_memory(err);
    r = ask_parameters(setup, client, &names, resource.data, fetch, &parameters, err);
    if (r == 0 && parameters.count == 0)
        return error_set(err, EX_CONFIG, -ENOENT,
            "remote.parameters: there is none below %s in %s: %s/%s, for example", prefix,
            setup->facts.region, prefix, fetched_names[0].name);
    return r < 0 ? r : take_parameters(setup, &parameters, fetch, err);
}

/* Takes the members of an object, and those of objects in it. */
static int take_members(struct setup *setup, const struct json *object, const char *above,
    struct fetch *fetch, struct error *err)
{
    const char *id = setup->settings.remote_secret;
    int r = 0;
    for (const struct json *m = json_first(object); r == 0 && m; m = json_next(m)) {
        _cleanup_buffer_ struct buffer name = { 0 }, origin = { 0 };
        enum json_type type = json_type(m);
        if (buffer_printf(&name, "%s%s", above, json_key(m)) < 0 ||
            buffer_printf(&origin, "secret %s, key %s", id, name.data) < 0)
            return error_no_memory(err);
        if (type == JSON_OBJECT && !*above && buffer_append_text(&name, "/") == 0)
            r = take_members(setup, m, name.data, fetch, err);
        else if (type != JSON_STRING && !fetched_is_name(FETCHED_SECRET, name.data))
            r = warn_name(setup, origin.data, NULL, err);
        else if (type == JSON_STRING)
            r = take(setup, fetch, FETCHED_SECRET, name.data, origin.data, json_string(m), err);
        else
            r = error_set(err, EX_CONFIG, -EINVAL, "%s: expected a string, got %s", origin.data,
                json_type_name(type));
    }
    return r;
}

/* A secret is a JSON object, or the password alone. */
static int take_secret(
    struct setup *setup, const struct secret_value *secret, struct fetch *fetch, struct error *err)
{
    const char *id = setup->settings.remote_secret, *text = secret->text ? secret->text : "";
    _cleanup_buffer_ struct buffer origin = { 0 };
    _cleanup_json_ struct json *document = NULL;
    if (buffer_printf(&origin, "secret %s", id) < 0)
        return error_no_memory(err);
    if (text[strspn(text, " \t\r\n")] != '{')
        return take(setup, fetch, FETCHED_SECRET, "password", origin.data, text, err);
    int r = json_parse(text, strlen(text), &document, err);
    if (r < 0) {
        if (r != -ENOMEM)
            err->status = EX_CONFIG;
        error_prefix(err, "%s: ", origin.data);
        return r;
    }
    return take_members(setup, document, "", fetch, err);
}

/* A secret by way of Parameter Store, for who has an endpoint of that alone.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
 */
static int read_referred_secret(
    struct setup *setup, struct call_client *client, struct fetch *fetch, struct error *err)
{
    const char *name = setup->settings.remote_secret;
    _cleanup_strings_ struct strings names = { 0 };
    _cleanup_buffer_ struct buffer resource = { 0 };
    _cleanup_parameters_ struct parameters parameters = { 0 };
    if (strings_append(&names, name) < 0 || append_parameter_arn(setup, name, &resource) < 0)
        return error_no_memory(err);
    int r = ask_parameters(setup, client, &names, resource.data, fetch, &parameters, err);
    if (r < 0)
        return r;
    const struct parameter *parameter = parameters_find(&parameters, name);
    if (!parameter)
        return error_set(err, EX_CONFIG, -ENOENT,
            "remote.secret: there is no secret %s in %s: create it, or correct its name",
            name + strlen(SECRET_REFERENCE), setup->facts.region);
    const struct secret_value secret = { .text = parameter->value };
    return take_secret(setup, &secret, fetch, err);
}

int sources_read_secret(
    struct setup *setup, struct call_client *client, struct fetch *fetch, struct error *err)
{
    const char *id = setup->settings.remote_secret;
    if (strncmp(id, SECRET_REFERENCE, strlen(SECRET_REFERENCE)) == 0)
        return read_referred_secret(setup, client, fetch, err);
    bool is_arn = strncmp(id, "arn:", strlen("arn:")) == 0;
    _cleanup_buffer_ struct buffer body = { 0 }, answer = { 0 }, resource = { 0 };
    _cleanup_secret_value_ struct secret_value secret = { 0 };
    int r = secret_value_request(id, NULL, &body);
    if (r == 0) /* the name in an ARN has six characters more */
        r = is_arn
                ? buffer_append_text(&resource, id)
                : buffer_printf(&resource, "arn:%s:secretsmanager:%s:*:secret:%s-??????",
                      aws_partition_of_region(setup->facts.region)->name, setup->facts.region, id);
    if (r < 0)
        return error_no_memory(err);
    struct call call = { .service = "secretsmanager",
        .target = SECRET_VALUE_TARGET,
        .body = &body,
        .action = "secretsmanager:GetSecretValue",
        .resource = resource.data };
    r = ask_service(
        setup, client, &call, setup->settings.remote_secretsmanager_endpoint, fetch, &answer, err);
    if (r == 0)
        r = secret_value_read(&answer, &secret, err);
    return r < 0 ? r : take_secret(setup, &secret, fetch, err);
}
