/* SPDX-License-Identifier: MIT */
/* ec2-bootstrap credentials: for credential_process in an AWS profile, and for shells. */

#include <errno.h>
#include <string.h>
#include <time.h>

#include "cli/result.h"
#include "commands/commands.h"
#include "lib/array.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/shell.h"
#include "setup/setup.h"

/* https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html */
static int format_process(const struct credentials *credentials, struct buffer *ret)
{
    _cleanup_json_ struct json *document = json_new_object();
    if (!json_add_number(document, "Version", 1) ||
        !json_add_string(document, "AccessKeyId", credentials->access_key_id) ||
        !json_add_string(document, "SecretAccessKey", credentials->secret_access_key) ||
        !json_add_string(document, "SessionToken", credentials->session_token) ||
        !json_add_string(document, "Expiration", credentials->expiration))
        return -ENOMEM;
    return json_print(document, ret);
}

/* The variables, and their order, of `aws configure export-credentials`. */
static int format_variables(
    const struct credentials *credentials, const char *prefix, struct buffer *ret)
{
    const struct {
        const char *name;
        const char *value;
    } variables[] = {
        { "AWS_ACCESS_KEY_ID", credentials->access_key_id },
        { "AWS_SECRET_ACCESS_KEY", credentials->secret_access_key },
        { "AWS_SESSION_TOKEN", credentials->session_token },
        { "AWS_CREDENTIAL_EXPIRATION", credentials->expiration },
    };
    int r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(variables); i++) {
        r = buffer_printf(ret, "%s%s=", prefix, variables[i].name);
        if (r == 0)
            r = shell_append_word(ret, variables[i].value);
        if (r == 0)
            r = buffer_append_text(ret, "\n");
    }
    return r;
}

static int format_env(const struct credentials *credentials, struct buffer *ret)
{
    return format_variables(credentials, "export ", ret);
}

static int format_env_no_export(const struct credentials *credentials, struct buffer *ret)
{
    return format_variables(credentials, "", ret);
}

const struct credentials_format credentials_formats[] = {
    { "process", format_process },
    { "env", format_env },
    { "env-no-export", format_env_no_export },
    { 0 },
};

static const struct credentials_format *find_format(
    const struct options *options, struct error *err)
{
    const char *name = options->format ? options->format : credentials_formats[0].name;
    for (const struct credentials_format *format = credentials_formats; format->name; format++)
        if (strcmp(format->name, name) == 0)
            return format;
    (void) error_set(err, EX_USAGE, -EINVAL,
        "--format: expected process, env or env-no-export, got another word");
    return NULL;
}

static int credentials_main(const struct options *options, struct error *err)
{
    const struct credentials_format *format = find_format(options, err);
    if (!format)
        return -EINVAL;
    _cleanup_setup_ struct setup setup;
    struct setup_options opening = options->setup;
    opening.without_fetched = true; /* nothing in it is about credentials, and only root reads it */
    int r = setup_open(&opening, &setup, err);
    if (r < 0)
        return r;
    setup.want = (struct facts_want){ .credentials = true };
    r = setup_ask(&setup, err);
    if (r < 0)
        return r;
    r = setup.facts.has_credentials ? 0 : facts_wait_credentials(setup.imds, &setup.facts, err);
    if (r < 0)
        return r;
    _cleanup_buffer_ struct buffer text = { 0 };
    if (facts_check_expiry(&setup.facts, time(NULL), &setup.warnings) < 0 ||
        format->append(&setup.facts.credentials, &text) < 0)
        return error_no_memory(err);
    log_warnings(&setup.warnings);
    return result_write(&text, err);
}

static int command_credentials(const struct options *options)
{
    struct error err = { 0 };
    if (credentials_main(options, &err) == 0)
        return EX_OK;
    log_error("%s", err.text);
    return err.status;
}

const struct command credentials_command = {
    .name = "credentials",
    .bit = COMMAND_CREDENTIALS,
    .summary = "prints the role credentials",
    .text = "Fetches the IAM role credentials from the instance metadata service, directly, and "
            "prints\n"
            "them. The default format is that of credential_process in an AWS profile.\n",
    .run = command_credentials,
};
