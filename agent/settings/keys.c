/* SPDX-License-Identifier: MIT */
/* A row per key. Adding a key is a field of struct settings, its default, and a row here. */

#include "settings/keys.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "lib/redact.h"
#include "lib/suggest.h"
#include "proxy/ca_variables.h"
#include "proxy/presets.h"
#include "settings/key.h"

static const char *const credentials_words[CREDENTIALS_CHOICES] = {
    [CREDENTIALS_REQUIRED] = "required",
    [CREDENTIALS_OPTIONAL] = "optional",
    [CREDENTIALS_OFF] = "off",
};

static const char *const brackets_words[BRACKETS_CHOICES] = {
    [BRACKETS_AUTO] = "auto",
    [BRACKETS_ALWAYS] = "always",
    [BRACKETS_NEVER] = "never",
};

/* The others are JSON's own false and true. */
static const char *const vpc_words[VPC_CHOICES] = { [VPC_REQUIRED] = "required" };

/* A choice is written through an int. */
_Static_assert(sizeof(enum settings_vpc) == sizeof(int), "an enum is an int");
_Static_assert(VPC_OFF == false && VPC_ON == true, "false and true are choices");
_Static_assert(sizeof(enum settings_credentials) == sizeof(int), "an enum is an int");
_Static_assert(sizeof(enum settings_brackets) == sizeof(int), "an enum is an int");
_Static_assert(sizeof(enum imds_mode) == sizeof(int), "an enum is an int");
_Static_assert(sizeof(enum letter_case) == sizeof(int), "an enum is an int");

/* Of what AWS gives names to. */
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

static int check_path(const char *text, struct error *err)
{
    return *text == '/' ? 0
                        : error_set(err, EX_CONFIG, -EINVAL,
                              "it is not an absolute path: write the path of the file that the "
                              "password is in, not the password");
}

static int check_ca_file(const char *text, struct error *err)
{
    if (strstr(text, "-----BEGIN "))
        return error_set(err, EX_CONFIG, -EINVAL,
            "it is a certificate: write it into a file, and the file's absolute path here");
    return *text == '/' ? 0
                        : error_set(err, EX_CONFIG, -EINVAL,
                              "it is not an absolute path: write that of the file with the CA");
}

static int check_endpoint(const char *text, struct error *err)
{
    _cleanup_strings_ struct strings endpoint = { 0 };
    const char *reason = NULL;
    int r = imds_endpoint_parse(text, &endpoint, &reason);
    if (r == -ENOMEM)
        return error_no_memory(err);
    char shown[REDACTED_MAX];
    if (r < 0 && !strstr(text, "://"))
        return error_set(
            err, EX_CONFIG, r, "%s", reason); /* no URL at all: another key may have been meant */
    return r < 0 ? error_set(err, EX_CONFIG, r, "\"%s\": %s", redact_url_to(text, shown), reason)
                 : 0;
}

/* https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
static int check_parameters(const char *text, struct error *err)
{
    size_t length = strspn(text, NAME_CHARACTERS "/");
    bool is_prefix = *text == '/' && !text[length] && length > 1 && text[length - 1] != '/' &&
                     !strstr(text, "//");
    return is_prefix ? 0
                     : error_set(err, EX_CONFIG, -EINVAL,
                           "it is not the beginning of parameters' names: write it as "
                           "/ec2-bootstrap, for /ec2-bootstrap/proxy/http and so on");
}

static int check_secret(const char *text, struct error *err)
{
    bool is_name = *text && !text[strspn(text, NAME_CHARACTERS "/+=@:")];
    return is_name ? 0
                   : error_set(err, EX_CONFIG, -EINVAL,
                         "it is not the name or the ARN of a secret: write the name, not what is "
                         "in it");
}

static int check_tags(const char *text, struct error *err)
{
    bool is_prefix = *text && !text[strspn(text, NAME_CHARACTERS "+=,@:")] &&
                     strncmp(text, "aws:", strlen("aws:")) != 0;
    return is_prefix ? 0
                     : error_set(err, EX_CONFIG, -EINVAL,
                           "it is not the beginning of tags' keys: write it as ec2-bootstrap:, for "
                           "ec2-bootstrap:proxy.http and so on");
}

/* A host, of a VPC endpoint say, and perhaps a port. */
static int check_remote_endpoint(const char *text, struct error *err)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.");
    size_t digits = text[length] == ':' ? strspn(text + length + 1, "0123456789") : 0;
    unsigned long port = digits > 0 && digits < 6 ? strtoul(text + length + 1, NULL, 10) : 0;
    bool has_port = port > 0 && port <= 65535 && !text[length + 1 + digits];
    bool is_host = length > 0 && (!text[length] || has_port);
    return is_host ? 0
                   : error_set(err, EX_CONFIG, -EINVAL,
                         "it is not a host: write a name in lower case, such as "
                         "vpce-0123456789abcdef0.ssm.us-east-1.vpce.amazonaws.com");
}

/* What can be a service's name at all; which ones are known is of proxy/aws_services.h. */
static int check_service(const char *text, struct error *err)
{
    size_t length =
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.");
    if (length == 0 || text[length] || !isalnum((unsigned char) *text))
        return error_set(err, EX_CONFIG, -EINVAL,
            "it is not the name of a service: write a name such as \"s3\", or put hosts into "
            "no_proxy.add");
    return 0;
}

static int check_preset(const char *text, struct error *err)
{
    _cleanup_strings_ struct strings names = { 0 };
    if (preset_find(text))
        return 0;
    for (const struct preset *preset = presets; preset->name; preset++)
        if (strings_append(&names, preset->name) < 0)
            return error_no_memory(err);
    _cleanup_mem_ char *all = strings_join(&names, ", ");
    if (!all)
        return error_no_memory(err);
    return error_set(err, EX_CONFIG, -EINVAL, "it is not a preset: there are %s", all);
}

static int check_ca_variable(const char *text, struct error *err)
{
    _cleanup_strings_ struct strings names = { 0 };
    if (ca_variable_find(text))
        return 0;
    for (size_t i = 0; i < ca_variables_count; i++)
        if (ca_variables[i].caution &&
            strings_append(&names, environment_name(ca_variables[i].id)) < 0)
            return error_no_memory(err);
    _cleanup_mem_ char *all = strings_join(&names, ", ");
    if (!all)
        return error_no_memory(err);
    return error_set(
        err, EX_CONFIG, -EINVAL, "it is not a variable that can be asked for: there are %s", all);
}

static int check_ignored(const char *text, struct error *err)
{
    const char *colon = strstr(text, ": /");
    return colon && colon != text
               ? 0
               : error_set(err, EX_CONFIG, -EINVAL,
                     "it is not a kind of finding and a path: write them as seal prints them, such "
                     "as \"private key: /etc/ssl/private/*\"");
}

#define AT(field)      offsetof(struct settings, field)
#define CHOICES(words) .choices = (words), .choice_count = ELEMENTSOF(words)

const struct key keys_table[] = {
    { .path = "proxy.http",
        .type = KEY_URL,
        .offset = AT(proxy_http),
        .expected = "a proxy URL such as http://proxy.corp:3128" },
    { .path = "proxy.https",
        .type = KEY_URL,
        .offset = AT(proxy_https),
        .expected = "a proxy URL such as http://proxy.corp:3128" },
    { .path = "proxy.username",
        .type = KEY_STRING,
        .offset = AT(proxy_username),
        .expected = "the user name for the proxy",
        .check = proxy_url_check_user },
    { .path = "proxy.password_file",
        .type = KEY_STRING,
        .offset = AT(proxy_password_file),
        .expected = "the absolute path of a file that holds the password",
        .check = check_path },
    { .path = "proxy.ca_file",
        .type = KEY_STRING,
        .since = "0.2.0",
        .offset = AT(proxy_ca_file),
        .expected = "the absolute path of a PEM file with the CA of a proxy that inspects TLS",
        .check = check_ca_file },
    { .path = "proxy.ca_variables",
        .type = KEY_LIST,
        .since = "0.2.0",
        .offset = AT(proxy_ca_variables),
        .expected = "a list of variables such as [\"SSL_CERT_FILE\"]",
        .check = check_ca_variable },
    { .path = "no_proxy.add",
        .type = KEY_ENTRIES,
        .offset = AT(no_proxy_add),
        .expected =
            "a list of names, addresses and blocks such as [\"corp.example\", \"10.0.0.0/8\"]" },
    { .path = "no_proxy.vpc",
        .type = KEY_SWITCH,
        .offset = AT(no_proxy_vpc),
        .expected = "true, false or \"required\"",
        CHOICES(vpc_words) },
    { .path = "no_proxy.vpc_ipv6",
        .type = KEY_BOOL,
        .offset = AT(no_proxy_vpc_ipv6),
        .expected = "true or false" },
    { .path = "no_proxy.presets",
        .type = KEY_LIST,
        .since = "0.2.0",
        .offset = AT(no_proxy_presets),
        .expected = "\"auto\" or a list of presets such as [\"eks\"]",
        .check = check_preset },
    { .path = "no_proxy.services",
        .type = KEY_LIST,
        .offset = AT(no_proxy_services),
        .expected = "\"auto\" or a list of AWS services such as [\"s3\", \"ec2\"]",
        .check = check_service,
        .takes_auto = true },
    { .path = "no_proxy.ipv6_brackets",
        .type = KEY_CHOICE,
        .offset = AT(no_proxy_brackets),
        .expected = "\"auto\", \"always\" or \"never\"",
        CHOICES(brackets_words) },
    { .path = "imds.endpoint",
        .type = KEY_STRING,
        .offset = AT(imds_endpoint),
        .expected = "a URL such as http://169.254.169.254, or null",
        .check = check_endpoint },
    { .path = "imds.mode",
        .type = KEY_CHOICE,
        .offset = AT(imds_mode),
        .expected = "\"auto\", \"ipv4\" or \"ipv6\"",
        CHOICES(imds_mode_words) },
    { .path = "imds.request_timeout_ms",
        .type = KEY_NUMBER,
        .offset = AT(imds_request_timeout_ms),
        .expected = "a whole number of milliseconds from 10 to 60000",
        .min = 10,
        .max = 60000 },
    { .path = "imds.deadline_s",
        .type = KEY_NUMBER,
        .offset = AT(imds_deadline_s),
        .expected = "a whole number of seconds from 1 to 3600",
        .min = 1,
        .max = 3600 },
    { .path = "imds.allow_v1",
        .type = KEY_BOOL,
        .offset = AT(imds_allow_v1),
        .expected = "true or false" },
    { .path = "remote.parameters",
        .type = KEY_STRING,
        .since = "0.2.0",
        .offset = AT(remote_parameters),
        .expected = "the beginning of parameters' names, such as /ec2-bootstrap",
        .check = check_parameters },
    { .path = "remote.secret",
        .type = KEY_STRING,
        .since = "0.2.0",
        .offset = AT(remote_secret),
        .expected = "the name or the ARN of a secret",
        .check = check_secret },
    { .path = "remote.tags",
        .type = KEY_STRING,
        .since = "0.2.0",
        .offset = AT(remote_tags),
        .expected = "the beginning of tags' keys, such as ec2-bootstrap:",
        .check = check_tags },
    { .path = "remote.ssm_endpoint",
        .type = KEY_STRING,
        .since = "0.2.0",
        .offset = AT(remote_ssm_endpoint),
        .expected = "the host of an endpoint for Systems Manager",
        .check = check_remote_endpoint },
    { .path = "remote.secretsmanager_endpoint",
        .type = KEY_STRING,
        .since = "0.2.0",
        .offset = AT(remote_secretsmanager_endpoint),
        .expected = "the host of an endpoint for Secrets Manager",
        .check = check_remote_endpoint },
    { .path = "remote.deadline_s",
        .type = KEY_NUMBER,
        .since = "0.2.0",
        .offset = AT(remote_deadline_s),
        .expected = "a whole number of seconds from 1 to 3600",
        .min = 1,
        .max = 3600 },
    { .path = "remote.required",
        .type = KEY_BOOL,
        .since = "0.2.0",
        .offset = AT(remote_required),
        .expected = "true or false" },
    { .path = "remote.keep",
        .type = KEY_BOOL,
        .since = "0.2.0",
        .offset = AT(remote_keep),
        .expected = "true or false" },
    { .path = "credentials",
        .type = KEY_CHOICE,
        .offset = AT(credentials),
        .expected = "\"required\", \"optional\" or \"off\"",
        CHOICES(credentials_words) },
    { .path = "outputs",
        .type = KEY_LIST,
        .offset = AT(outputs),
        .expected = "\"auto\" or a list of outputs" },
    { .path = "case",
        .type = KEY_CHOICE,
        .offset = AT(letter_case),
        .expected = "\"both\", \"lower\" or \"upper\"",
        CHOICES(letter_case_words) },
    { .path = "seal.ignore",
        .type = KEY_LIST,
        .since = "0.2.0",
        .offset = AT(seal_ignore),
        .expected = "a list of findings such as [\"private key: /etc/ssl/private/*\"]",
        .check = check_ignored },
};

/* The objects that the dotted paths go through. */
static const char *const groups[] = { "proxy", "no_proxy", "imds", "remote", "seal" };

enum { KEYS = ELEMENTSOF(keys_table) };

const size_t keys_count = KEYS;

const struct key *key_find(const char *path)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys_table[i].path, path) == 0)
            return &keys_table[i];
    return NULL;
}

bool key_is_group(const char *path)
{
    for (size_t i = 0; i < ELEMENTSOF(groups); i++)
        if (strcmp(groups[i], path) == 0)
            return true;
    return false;
}

const char *key_suggest(const char *path)
{
    const char *paths[KEYS + ELEMENTSOF(groups)];
    for (size_t i = 0; i < KEYS; i++)
        paths[i] = keys_table[i].path;
    for (size_t i = 0; i < ELEMENTSOF(groups); i++)
        paths[KEYS + i] = groups[i];
    return suggest_word(path, paths, ELEMENTSOF(paths));
}

void keys_free(struct settings *settings)
{
    for (size_t i = 0; i < KEYS; i++)
        key_reset(&keys_table[i], settings);
}

int settings_set_option(struct settings *settings, const char *name, const char *key,
    const char *value, struct error *err)
{
    int r = key_set_text(key_find(key), value, name, settings, err);
    if (r < 0)
        error_prefix(err, "%s: ", name);
    return r;
}
