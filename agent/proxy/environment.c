/* SPDX-License-Identifier: MIT */
/* The names of the variables, and what their values may hold. */

#include "proxy/environment.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/memory.h"

const char *const letter_case_words[LETTER_CASES] = {
    [LETTER_CASE_BOTH] = "both",
    [LETTER_CASE_LOWER] = "lower",
    [LETTER_CASE_UPPER] = "upper",
};

enum { LOWER, UPPER, SPELLINGS };

/* A row for each variable. One with a single spelling has it as its upper one; it is written in
 * every letter case of the settings. */
static const char *const names[][SPELLINGS] = {
    [VARIABLE_HTTP_PROXY] = { "http_proxy", "HTTP_PROXY" },
    [VARIABLE_HTTPS_PROXY] = { "https_proxy", "HTTPS_PROXY" },
    [VARIABLE_NO_PROXY] = { "no_proxy", "NO_PROXY" },
    [VARIABLE_AWS_CA_BUNDLE] = { NULL, "AWS_CA_BUNDLE" },
    [VARIABLE_REQUESTS_CA_BUNDLE] = { NULL, "REQUESTS_CA_BUNDLE" },
    [VARIABLE_NODE_EXTRA_CA_CERTS] = { NULL, "NODE_EXTRA_CA_CERTS" },
    [VARIABLE_SSL_CERT_FILE] = { NULL, "SSL_CERT_FILE" },
    [VARIABLE_CURL_CA_BUNDLE] = { NULL, "CURL_CA_BUNDLE" },
    [VARIABLE_PIP_CERT] = { NULL, "PIP_CERT" },
    [VARIABLE_NPM_CONFIG_CAFILE] = { NULL, "npm_config_cafile" },
    [VARIABLE_GIT_SSL_CAINFO] = { NULL, "GIT_SSL_CAINFO" },
    [VARIABLE_CARGO_HTTP_CAINFO] = { NULL, "CARGO_HTTP_CAINFO" },
    [VARIABLE_COMPOSER_CAFILE] = { NULL, "COMPOSER_CAFILE" },
    [VARIABLE_PERL_LWP_SSL_CA_FILE] = { NULL, "PERL_LWP_SSL_CA_FILE" },
    [VARIABLE_DENO_CERT] = { NULL, "DENO_CERT" },
    [VARIABLE_DENO_TLS_CA_STORE] = { NULL, "DENO_TLS_CA_STORE" },
    [VARIABLE_JAVA_TOOL_OPTIONS] = { NULL, "JAVA_TOOL_OPTIONS" },
    [VARIABLE_NODE_OPTIONS] = { NULL, "NODE_OPTIONS" },
    [VARIABLE_NODE_USE_SYSTEM_CA] = { NULL, "NODE_USE_SYSTEM_CA" },
};

_Static_assert(ELEMENTSOF(names) == VARIABLES, "each variable has its names");

static bool is_portable(const char *value)
{
    for (const char *p = value; *p; p++)
        if (!isalnum((unsigned char) *p) && !strchr("._~:/@%,*[]=-", *p))
            return false;
    return true;
}

int environment_add(
    struct environment *environment, enum variable_id id, const char *value, struct error *err)
{
    if (!is_portable(value))
        return error_set(err, EX_SOFTWARE, -EBADMSG,
            "the value of %s has a character that some consumer cannot read", names[id][UPPER]);
    char *copy = mem_strdup(value);
    if (!copy)
        return error_no_memory(err);
    mem_free(environment->values[id]);
    environment->values[id] = copy;
    return 0;
}

const char *environment_name(enum variable_id id)
{
    return names[id][UPPER];
}

const char *environment_get(const struct environment *environment, enum variable_id id)
{
    return environment->values[id];
}

bool environment_is_empty(const struct environment *environment)
{
    for (size_t i = 0; i < VARIABLES; i++)
        if (environment->values[i])
            return false;
    return true;
}

bool environment_has_login(const struct environment *environment)
{
    for (size_t i = 0; i < VARIABLES; i++)
        if (environment->values[i] && strchr(environment->values[i], '@'))
            return true;
    return false;
}

const char *environment_proxy(const struct environment *environment)
{
    const char *https = environment_get(environment, VARIABLE_HTTPS_PROXY);
    return https ? https : environment_get(environment, VARIABLE_HTTP_PROXY);
}

struct environment environment_of_proxy(
    const struct environment *environment, enum letter_case letter_case)
{
    static const enum variable_id ids[] = { VARIABLE_HTTP_PROXY, VARIABLE_HTTPS_PROXY,
        VARIABLE_NO_PROXY };
    struct environment own = { .letter_case = letter_case };
    for (size_t i = 0; i < ELEMENTSOF(ids); i++)
        own.values[ids[i]] = environment->values[ids[i]];
    return own;
}

/* Whether a variable is written in a letter case. */
static bool is_wanted(const struct environment *environment, size_t id, size_t letter_case)
{
    enum letter_case other = letter_case == LOWER ? LETTER_CASE_UPPER : LETTER_CASE_LOWER;
    return names[id][letter_case] && (environment->letter_case != other || !names[id][LOWER]);
}

size_t environment_list(
    const struct environment *environment, struct variable list[static VARIABLES_WRITTEN_MAX])
{
    size_t count = 0;
    for (size_t c = 0; c < SPELLINGS; c++)
        for (size_t i = 0; i < VARIABLES; i++)
            if (environment->values[i] && is_wanted(environment, i, c))
                list[count++] = (struct variable){ names[i][c], environment->values[i] };
    return count;
}

bool environment_sets(const struct environment *environment, const char *name, size_t length)
{
    for (size_t i = 0; i < VARIABLES; i++) {
        const char *own = names[i][UPPER];
        if ((!environment || environment->values[i]) && strlen(own) == length &&
            strncasecmp(own, name, length) == 0)
            return true;
    }
    return false;
}

void environment_free(struct environment *environment)
{
    for (size_t i = 0; i < VARIABLES; i++)
        mem_free(environment->values[i]);
    *environment = (struct environment){ 0 };
}
