/* SPDX-License-Identifier: MIT */
/* Makes one call as the agent does, for aws/call.bats:
 *
 *   aws-call [--proxy URL] [--ca-file FILE] [--deadline MS] [--timeout MS] [--block CIDR]
 *       HOST PORT parameters NAME... | secret ID
 *
 * Prints what was answered; on standard error what went wrong, and always a line "report …". Exits
 * with the error's status. */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/call.h"
#include "aws/parameters.h"
#include "aws/secret_value.h"
#include "imds/http.h"
#include "lib/backoff.h"
#include "lib/json.h"

/* As in the tests' scenarios. */
static const struct call_keys known_keys[] = {
    { "AKIDFIRST", "first/secret+key:x", "first/token+for=tests==" },
    { "AKIDSECOND", "second/secret", "second/token" },
};

struct arguments {
    struct call_options options;
    struct address block;
    const char *host, *port, *what, *first;
    struct strings names;
};

static int get_known_keys(void *data, bool again, struct call_keys *ret, struct error *err)
{
    (void) data, (void) err;
    *ret = known_keys[again];
    return 0;
}

static void tell_waiting(void *data, const char *why, uint64_t waited_ms, uint64_t left_ms)
{
    (void) data, (void) waited_ms, (void) left_ms;
    (void) fprintf(stderr, "waiting: %s\n", why);
}

static _Noreturn void end(int status, const char *text)
{
    (void) fprintf(stderr, "%s\n", text);
    exit(status);
}

static void take_option(struct arguments *arguments, int option)
{
    struct call_options *options = &arguments->options;
    switch (option) {
    case 'p':
        options->network.proxy = optarg;
        break;
    case 'c':
        options->ca_file = optarg;
        break;
    case 'd':
        options->deadline_ms = strtoull(optarg, NULL, 10);
        break;
    case 't':
        options->request_timeout_ms = strtoull(optarg, NULL, 10);
        break;
    case 'b':
        if (address_parse(optarg, &arguments->block) < 0)
            end(EX_USAGE, "aws-call: no block");
        options->network.ipv4.items = &arguments->block;
        options->network.ipv4.count = 1;
        break;
    default:
        end(EX_USAGE, "aws-call: see tests/aws/call.c");
    }
}

static void take_arguments(int argc, char *argv[], struct arguments *ret)
{
    static const struct option options[] = {
        { "proxy", required_argument, NULL, 'p' },
        { "ca-file", required_argument, NULL, 'c' },
        { "deadline", required_argument, NULL, 'd' },
        { "timeout", required_argument, NULL, 't' },
        { "block", required_argument, NULL, 'b' },
        { 0 },
    };
    ret->options = (struct call_options){ .region = "eu-west-1",
        .role = "web",
        .request_timeout_ms = 10000,
        .deadline_ms = 60000,
        .seed = backoff_seed(),
        .hooks = { .get_keys = get_known_keys, .waiting = tell_waiting } };
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
        take_option(ret, option);
    if (argc - optind < 4)
        end(EX_USAGE, "aws-call: see tests/aws/call.c");
    ret->host = argv[optind];
    ret->port = argv[optind + 1];
    ret->what = argv[optind + 2];
    ret->first = argv[optind + 3];
    for (int i = optind + 3; i < argc; i++)
        if (strings_append(&ret->names, argv[i]) < 0)
            end(EX_OSERR, "aws-call: no memory");
}

static int show_parameters(const struct buffer *answer, struct error *err)
{
    static const char *const types[] = { "String", "StringList", "SecureString" };
    _cleanup_parameters_ struct parameters parameters = { 0 };
    int r = parameters_read(answer, &parameters, err);
    for (size_t i = 0; i < parameters.count; i++)
        (void) printf("%s %s %s\n", parameters.items[i].name, types[parameters.items[i].type],
            parameters.items[i].value);
    for (size_t i = 0; i < parameters.missing.count; i++)
        (void) printf("missing %s\n", parameters.missing.items[i]);
    return r;
}

static int show_secret(const struct buffer *answer, struct error *err)
{
    _cleanup_secret_value_ struct secret_value secret = { 0 };
    int r = secret_value_read(answer, &secret, err);
    if (r == 0)
        (void) printf("%s %s %s\n", secret.name, secret.version, secret.text);
    return r;
}

static int perform(const struct arguments *arguments, struct error *err)
{
    bool is_secret = strcmp(arguments->what, "secret") == 0;
    _cleanup_buffer_ struct buffer body = { 0 }, answer = { 0 };
    struct call_client *client = NULL;
    const struct call call = {
        .host = arguments->host,
        .port = arguments->port,
        .service = is_secret ? "secretsmanager" : "ssm",
        .target = is_secret ? SECRET_VALUE_TARGET : PARAMETERS_TARGET,
        .body = &body,
        .action = is_secret ? "secretsmanager:GetSecretValue" : "ssm:GetParameters",
        .resource = is_secret ? "arn:aws:secretsmanager:eu-west-1:123456789012:secret:corp/*"
                              : "arn:aws:ssm:eu-west-1:123456789012:parameter/app/*",
    };
    int r = is_secret ? secret_value_request(arguments->first, NULL, &body)
                      : parameters_request(&arguments->names, &body);
    if (r < 0 || call_client_new(&arguments->options, &client, err) < 0)
        return error_no_memory(err);
    r = call_perform(client, &call, &answer, err);
    if (r == 0)
        r = is_secret ? show_secret(&answer, err) : show_parameters(&answer, err);
    const struct call_report *report = call_client_report(client);
    (void) fprintf(stderr, "report attempts=%u proxied=%d new_keys=%d offset=%lld\n",
        report->attempts, report->is_proxied, report->has_new_keys,
        (long long) report->clock_offset_s);
    call_client_free(client);
    return r;
}

int main(int argc, char *argv[])
{
    struct arguments arguments = { 0 };
    struct error err = { 0 };
    json_init();
    if (http_init() < 0)
        end(EX_SOFTWARE, "aws-call: libcurl cannot be initialised");
    take_arguments(argc, argv, &arguments);
    if (perform(&arguments, &err) < 0)
        (void) fprintf(stderr, "error: %s\n", err.text);
    strings_free(&arguments.names);
    return err.status;
}
