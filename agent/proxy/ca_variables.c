/* SPDX-License-Identifier: MIT */
/* A row per variable. */

#include "proxy/ca_variables.h"

#include <string.h>

#include "lib/array.h"

const struct ca_variable ca_variables[] = {
    { VARIABLE_AWS_CA_BUNDLE, NULL, CA_PATH_BUNDLE, NULL },
    { VARIABLE_REQUESTS_CA_BUNDLE, NULL, CA_PATH_BUNDLE, NULL },
    { VARIABLE_NODE_EXTRA_CA_CERTS, NULL, CA_PATH_COMPANY, NULL },
    { VARIABLE_SSL_CERT_FILE, NULL, CA_PATH_BUNDLE,
        "it comes before the store of httpx, rustls and HTTP::Tiny, and while its file is missing "
        "curl, httpx and Rust's clients fail" },
    { VARIABLE_CURL_CA_BUNDLE, NULL, CA_PATH_BUNDLE,
        "pip before 24.2 reads it before PIP_CERT, and while its file is missing every request of "
        "curl fails" },
    { VARIABLE_PIP_CERT, NULL, CA_PATH_BUNDLE,
        "pip before 24.2 reads REQUESTS_CA_BUNDLE, which is set, before it" },
    { VARIABLE_NPM_CONFIG_CAFILE, NULL, CA_PATH_BUNDLE,
        "npm and yarn then trust nothing else, NODE_EXTRA_CA_CERTS included" },
    { VARIABLE_GIT_SSL_CAINFO, NULL, CA_PATH_BUNDLE,
        "it comes before http.sslCAInfo of git's files, and while its file is missing git fails" },
    { VARIABLE_CARGO_HTTP_CAINFO, NULL, CA_PATH_BUNDLE,
        "it comes before http.cainfo of cargo's files, and while its file is missing cargo fails" },
    { VARIABLE_COMPOSER_CAFILE, NULL, CA_PATH_BUNDLE,
        "while its file is missing Composer ends with an error" },
    { VARIABLE_PERL_LWP_SSL_CA_FILE, NULL, CA_PATH_BUNDLE,
        "LWP then trusts nothing else, and while its file is missing every request fails" },
    { VARIABLE_DENO_CERT, NULL, CA_PATH_COMPANY, "while its file is missing Deno does not start" },
    { VARIABLE_DENO_TLS_CA_STORE, "system,mozilla", CA_PATH_NONE,
        "it takes the place of what Deno chooses itself" },
    { VARIABLE_JAVA_TOOL_OPTIONS, "-Djavax.net.ssl.trustStore=", CA_PATH_JAVA,
        "it replaces other options there, each Java says at its start that it has read it, and "
        "with a damaged file every TLS connection fails" },
    { VARIABLE_NODE_OPTIONS, "--use-openssl-ca", CA_PATH_NONE,
        "it replaces other options there, and Node then trusts only the system's store, which it "
        "finds by hash links or SSL_CERT_FILE" },
    { VARIABLE_NODE_USE_SYSTEM_CA, "1", CA_PATH_NONE, "Node 18 and 20 ignore it" },
};

const size_t ca_variables_count = ELEMENTSOF(ca_variables);

const struct ca_variable *ca_variable_find(const char *name)
{
    for (size_t i = 0; i < ELEMENTSOF(ca_variables); i++)
        if (ca_variables[i].caution && strcmp(environment_name(ca_variables[i].id), name) == 0)
            return &ca_variables[i];
    return NULL;
}
