/* SPDX-License-Identifier: MIT */
#pragma once

/* The environment: the list of variables that every output renders in its own words. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/error.h"

enum letter_case { LETTER_CASE_BOTH, LETTER_CASE_LOWER, LETTER_CASE_UPPER, LETTER_CASES };

/* "both", "lower", "upper": as the settings have them. */
extern const char *const letter_case_words[LETTER_CASES];

/* The variables that can be set, in the order in which they are written; environment.c has their
 * names, a row each. */
enum variable_id {
    VARIABLE_HTTP_PROXY,
    VARIABLE_HTTPS_PROXY,
    VARIABLE_NO_PROXY,
    VARIABLE_AWS_CA_BUNDLE,       /* a file with all trusted CAs, the public ones too */
    VARIABLE_REQUESTS_CA_BUNDLE,  /* likewise */
    VARIABLE_NODE_EXTRA_CA_CERTS, /* a file with those to be trusted beside the public ones */
    VARIABLE_SSL_CERT_FILE,       /* these: proxy/ca_variables.h */
    VARIABLE_CURL_CA_BUNDLE,
    VARIABLE_PIP_CERT,
    VARIABLE_NPM_CONFIG_CAFILE,
    VARIABLE_GIT_SSL_CAINFO,
    VARIABLE_CARGO_HTTP_CAINFO,
    VARIABLE_COMPOSER_CAFILE,
    VARIABLE_PERL_LWP_SSL_CA_FILE,
    VARIABLE_DENO_CERT,
    VARIABLE_DENO_TLS_CA_STORE,
    VARIABLE_JAVA_TOOL_OPTIONS,
    VARIABLE_NODE_OPTIONS,
    VARIABLE_NODE_USE_SYSTEM_CA,
    VARIABLES
};

/* Zero-initialise: {0}. */
struct environment {
    char *values[VARIABLES]; /* NULL: not set */
    enum letter_case letter_case;
};

/* A variable as it is written. */
struct variable {
    const char *name;
    const char *value; /* borrowed from the environment */
};

enum { VARIABLES_WRITTEN_MAX = 2 * VARIABLES };

/* Sets a variable to a copy of the value. Every character of it must be of the portable set
 * [A-Za-z0-9._~:/@%,*[]=-], which means itself in every output, so that no output needs to quote.
 * 0; -EBADMSG and an error with EX_SOFTWARE that names the variable; or -ENOMEM and an error. */
int environment_add(
    struct environment *environment, enum variable_id id, const char *value, struct error *err);

/* The name of a variable, in upper case where it has both. Static. */
const char *environment_name(enum variable_id id);

/* The value of a variable, or NULL. Borrowed. */
const char *environment_get(const struct environment *environment, enum variable_id id);

/* Whether nothing is set: then nothing of ours is wanted anywhere. */
bool environment_is_empty(const struct environment *environment);

/* Whether a value has a login, as user:password@ or user@. */
bool environment_has_login(const struct environment *environment);

/* The proxy of a consumer that has one for both kinds of URLs: that of https, as most of them are,
 * else that of http. NULL when none is set. Borrowed. */
const char *environment_proxy(const struct environment *environment);

/* The proxies and what is exempt from them, in that letter case. Borrows the values. */
struct environment environment_of_proxy(
    const struct environment *environment, enum letter_case letter_case);

/* The variables to write: in each letter case that is wanted, in their order. Returns their number.
 */
size_t environment_list(
    const struct environment *environment, struct variable list[static VARIABLES_WRITTEN_MAX]);

/* Whether a variable, in either letter case, is one that the environment sets: nobody else may then
 * set it to something different. With NULL: one that can be set. The name is not NUL-terminated. */
bool environment_sets(const struct environment *environment, const char *name, size_t length);

void environment_free(struct environment *environment);

#define _cleanup_environment_ _cleanup_(environment_free)
