#pragma once

/* What the operator wants, from files and options. */

#include <stdbool.h>

#include "files/tree.h"
#include "imds/endpoint.h"
#include "lib/error.h"
#include "lib/strings.h"
#include "proxy/values.h"

enum settings_credentials { CREDENTIALS_REQUIRED, CREDENTIALS_OPTIONAL, CREDENTIALS_OFF };
enum settings_brackets { BRACKETS_AUTO, BRACKETS_ALWAYS, BRACKETS_NEVER };

/* Every string is NULL where it was not set. */
struct settings {
    char *proxy_http;          /* a proxy URL, as written */
    char *proxy_https;         /* likewise */
    char *proxy_username;      /* for URLs without a login of their own */
    char *proxy_password_file; /* absolute path, inside the tree */

    struct strings no_proxy_add;
    bool no_proxy_vpc;
    struct strings no_proxy_services;
    int no_proxy_brackets; /* enum settings_brackets */

    char *imds_endpoint;
    int imds_mode; /* enum imds_mode */
    unsigned int imds_request_timeout_ms;
    unsigned int imds_deadline_s;
    bool imds_allow_v1;

    int credentials;        /* enum settings_credentials */
    bool outputs_are_named; /* false: those whose consumer is there */
    struct strings outputs; /* the names */
    int letter_case;        /* enum proxy_case */
};

/* The settings of an empty configuration. */
struct settings settings_default(void);

void settings_free(struct settings *settings);

#define _cleanup_settings_ _cleanup_(settings_free)

/* Reads the configuration of a tree into *settings, which holds the defaults: config.json of the
 * last folder of /usr/lib/ec2-bootstrap, /run/ec2-bootstrap, /etc/ec2-bootstrap that has one; then
 * the files config.d/NAME.json of all of them in order of their names, where a file of a later
 * folder replaces its namesake. Later keys win; no_proxy.add is joined. An empty file is an empty
 * configuration.
 *
 * `config`, when not NULL, is a file or a folder of the running system (not inside the tree) that
 * replaces all of them. `outputs` are the names that may stand in "outputs".
 *
 * 0, or a negative errno and an error with EX_CONFIG (EX_NOPERM for a file that may not be read)
 * that names file, line and key. The caller frees *settings in any case. */
int settings_load(const struct tree *tree, const char *config, const struct strings *outputs,
    struct settings *settings, struct error *err);

/* Sets one key as if a file had it, from an option: a list is given as one string. `name` is the
 * option's, for the error. 0, or a negative errno and an error with EX_CONFIG. */
int settings_set_option(struct settings *settings, const char *name, const char *key,
    const char *value, struct error *err);

/* The proxy password: the only line of proxy.password_file, without its newline; *ret is NULL when
 * no file is set. 0, or a negative errno and an error (EX_CONFIG, EX_NOPERM). The caller frees *ret
 * with mem_free(). */
int settings_read_password(
    const struct tree *tree, const struct settings *settings, char **ret, struct error *err);
