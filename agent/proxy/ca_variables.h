/* SPDX-License-Identifier: MIT */
#pragma once

/* Data: the variables that have clients trust a company's CA, and what each is set to. What they do
 * was tried with each client: docs/ca-clients.md. */

#include "proxy/environment.h"

/* The file in a value. */
enum ca_path {
    CA_PATH_NONE,
    CA_PATH_BUNDLE,  /* all CAs that the system trusts, the public ones too */
    CA_PATH_COMPANY, /* the company's alone */
    CA_PATH_JAVA,    /* all, as Java reads them */
    CA_PATHS
};

struct ca_variable {
    enum variable_id id;
    const char *words; /* of the value, before the path; NULL: none */
    enum ca_path path;
    const char *caution; /* why it is set only where it is asked for; NULL: it always is */
};

extern const struct ca_variable ca_variables[];
extern const size_t ca_variables_count;

/* One that is set only where it is asked for, by its exact name. NULL: there is none. */
const struct ca_variable *ca_variable_find(const char *name);
