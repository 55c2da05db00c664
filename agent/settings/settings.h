/* SPDX-License-Identifier: MIT */
#pragma once

/* What the operator wants, from files and options. Texts are parsed when they are read, where an
 * error still has a file and a line. */

#include <stdbool.h>

#include "files/tree.h"
#include "imds/endpoint.h"
#include "lib/error.h"
#include "lib/few.h"
#include "lib/strings.h"
#include "proxy/environment.h"
#include "proxy/no_proxy_entries.h"
#include "proxy/proxy_url.h"
#include "settings/origins.h"

enum settings_credentials {
    CREDENTIALS_REQUIRED,
    CREDENTIALS_OPTIONAL,
    CREDENTIALS_OFF,
    CREDENTIALS_CHOICES,
};

/* Whether the VPC is exempt: as far as it is known, or not at all without what IMDS says of it. */
enum settings_vpc { VPC_OFF, VPC_ON, VPC_REQUIRED, VPC_CHOICES };

enum settings_brackets { BRACKETS_AUTO, BRACKETS_ALWAYS, BRACKETS_NEVER, BRACKETS_CHOICES };

/* A list of names, or "auto". */
struct settings_list {
    bool is_auto;
    struct strings names;
    char *origin; /* where it was written: "FILE:LINE", an option; NULL: nowhere */
};

/* Every pointer is NULL where it was not set. */
struct settings {
    struct proxy_url *proxy_http;
    struct proxy_url *proxy_https;
    char *proxy_username;      /* for URLs without a login of their own */
    char *proxy_password_file; /* absolute path, inside the tree */
    char *proxy_ca_file;       /* likewise, of a PEM file */
    struct settings_list proxy_ca_variables;

    struct no_proxy_entries no_proxy_add;
    enum settings_vpc no_proxy_vpc;
    bool no_proxy_vpc_ipv6;                 /* its IPv6 blocks, too */
    struct settings_list no_proxy_presets;  /* auto: those whose programs are there */
    struct settings_list no_proxy_services; /* auto: those that have private addresses here */
    struct strings no_proxy_found;          /* which `fetch` has found */
    bool has_found;                         /* it has looked */
    enum settings_brackets no_proxy_brackets;

    char *imds_endpoint;
    enum imds_mode imds_mode;
    unsigned int imds_request_timeout_ms;
    unsigned int imds_deadline_s;
    bool imds_allow_v1;

    char
        *remote_parameters; /* the prefix of names in Parameter Store, without a slash at its end */
    char *remote_secret;    /* the name or the ARN of a secret */
    char *remote_tags;      /* the prefix of the keys of instance tags */
    char *remote_ssm_endpoint; /* "HOST" or "HOST:PORT" */
    char *remote_secretsmanager_endpoint;
    unsigned int remote_deadline_s;
    bool remote_required;
    bool remote_keep; /* for boots on which AWS cannot be asked */

    enum settings_credentials credentials;
    struct settings_list
        outputs; /* auto: those whose consumer is there; the names are not checked */
    enum letter_case letter_case;
    struct settings_list seal_ignore; /* "KIND: PATH", whose kinds are not checked */

    struct origins origins; /* of what was set, by the last file or option that did */
    struct few warnings;    /* what was left out of lists, and where that was written */
};

/* The settings of an empty configuration. */
struct settings settings_default(void);

void settings_free(struct settings *settings);

#define _cleanup_settings_ _cleanup_(settings_free)

/* Reads the configuration of a tree into *settings, which holds the defaults: config.json of the
 * last directory of /usr/lib/ec2-bootstrap, /run/ec2-bootstrap, /etc/ec2-bootstrap that has one;
 * then the files config.d/NAME.json of all of them in order of their names, where a file of a later
 * directory replaces its namesake. Later keys win; no_proxy.add is joined. An empty file is an
 * empty configuration.
 *
 * `config`, when not NULL, is a file or a directory of the running system (not inside the tree)
 * that replaces all of them.
 *
 * An entry of a list that is none costs only itself: settings->warnings says so.
 *
 * 0, or a negative errno and an error with EX_CONFIG (EX_NOPERM for a file that may not be read)
 * that names file, line and key. The caller frees *settings in any case. */
int settings_load(
    const struct tree *tree, const char *config, struct settings *settings, struct error *err);

/* Appends every file of the search path, also those that a namesake replaces. 0, or a negative
 * errno and an error: that of the first directory that cannot be read; those of the others are
 * appended. */
int settings_files(const struct tree *tree, struct strings *paths, struct error *err);

/* Sets one key as if a file had it, from an option: a list is given as one string. `name` is the
 * option's, for the error. 0, or a negative errno and an error with EX_CONFIG. */
int settings_set_option(struct settings *settings, const char *name, const char *key,
    const char *value, struct error *err);

/* The proxy password: the only line of proxy.password_file, without its newline; *ret is NULL when
 * no file is set. 0, or a negative errno and an error (EX_CONFIG, EX_NOPERM). The caller frees *ret
 * with mem_free(). */
int settings_read_password(
    const struct tree *tree, const struct settings *settings, char **ret, struct error *err);
