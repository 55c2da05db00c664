/* SPDX-License-Identifier: MIT */
#pragma once

/* Which CAs each client trusts, and by what. Pure data, a row per family of clients; the rows were
 * measured on real clients, those with "source" in their note were read in their sources. */

#include <stdbool.h>
#include <stddef.h>

#include "lib/strings.h"

/* What a file does that a setting names. */
enum trust_effect {
    TRUST_ADDS,
    TRUST_REPLACES,
    TRUST_ADDS_TO_LINKS, /* adds where the store has hash links, as Debian's; on other stores it
                            replaces */
};

struct trust_setting {
    const char *name; /* of a variable, or of a file's setting; NULL behind the last */
    enum trust_effect effect;
};

enum { TRUST_SETTINGS_MAX = 6 };

/* All static. */
struct trust_client {
    const char *id;
    const char *name;
    bool reads_store;
    struct trust_setting settings[TRUST_SETTINGS_MAX]; /* the first that is set counts */
    const char *bad_file; /* what a missing or empty file in them does; NULL: it reads none */
    const char *note;     /* what else is worth knowing; NULL: nothing */
};

extern const struct trust_client trust_clients[];
extern const size_t trust_clients_count;

/* What a machine has. Zero-initialise: {0}. */
struct trust_machine {
    bool has_company;         /* its store has the company's CAs */
    struct strings variables; /* those of run that are set, by name */
    const char *bundle;       /* the store's; NULL: there is no store */
};

void trust_machine_free(struct trust_machine *machine);

#define _cleanup_trust_machine_ _cleanup_(trust_machine_free)

/* By what a client trusts something; NULL: it does not. Static, or the machine's. */
struct trust_basis {
    const char *company;
    const char *public_cas;
};

/* What the client trusts on that machine. */
struct trust_basis trust_client_judge(
    const struct trust_client *client, const struct trust_machine *machine);
