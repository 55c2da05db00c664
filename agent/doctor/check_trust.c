/* SPDX-License-Identifier: MIT */
/* The company's CA, from its file to what clients are told to trust. */

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "doctor/check.h"
#include "files/paths.h"
#include "lib/memory.h"
#include "lib/strings.h"
#include "proxy/ca_variables.h"
#include "trust/own.h"
#include "trust/store.h"

static bool is_of_ca_file(const struct error *err)
{
    return strncmp(err->text, "proxy.ca_file", strlen("proxy.ca_file")) == 0;
}

static int find_ca_file(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct error *err = &doctor->check_error;
    return err->status == EX_NOPERM && geteuid() != 0
               ? strings_append(&ret->unseen, err->text)
               : doctor_find(ret, TRUST_CA_FILE, "proxy.ca_file", NULL, "%s", err->text);
}

/* Those that have ended are told by the reading of the file, which leaves them out. */
static int find_ended(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct setup *setup = &doctor->setup;
    _cleanup_buffer_ struct buffer bytes = { 0 };
    _cleanup_ca_file_ struct ca_file file = { 0 };
    _cleanup_strings_ struct strings words = { 0 };
    struct error err = { 0 };
    int r = tree_read(&setup->tree, setup->settings.proxy_ca_file, CA_FILE_SIZE_MAX, &bytes, NULL);
    if (r == 0)
        r = ca_file_parse(&bytes, doctor->now, &file, &words, &err);
    for (size_t i = 0; r == 0 && i < words.count; i++)
        r = strstr(words.items[i], "it ended on ")
                ? doctor_find(ret, TRUST_CA_ENDED, "proxy.ca_file", NULL, "%s", words.items[i])
                : strings_append(&ret->facts, words.items[i]);
    return r == -ENOMEM ? r : 0;
}

/* The subjects of those that the bundle lacks. */
static int list_lost(
    const struct setup *setup, const struct trust_bundle *bundle, struct strings *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < setup->ca_file.count; i++)
        if (!trust_bundle_has(bundle, &setup->ca_file.items[i]))
            r = strings_append(ret, setup->ca_file.items[i].subject);
    return r;
}

static int check_bundle(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct setup *setup = &doctor->setup;
    const struct trust_store *store = setup->trust.store;
    _cleanup_trust_bundle_ struct trust_bundle bundle = { 0 };
    _cleanup_strings_ struct strings lost = { 0 };
    struct error err = { 0 };
    int r = trust_bundle_read(&setup->tree, store, &bundle, &err);
    if (r < 0)
        return r == -ENOMEM ? r : strings_append(&ret->unseen, err.text);
    if (bundle.broken > 0)
        return doctor_find(ret, TRUST_BUNDLE_BROKEN, store->bundle, NULL,
            "its block %zu cannot be read", bundle.broken);
    if (list_lost(setup, &bundle, &lost) < 0)
        return -ENOMEM;
    for (size_t i = 0; r == 0 && i < lost.count; i++)
        r = doctor_find(ret, TRUST_CA_LOST, store->bundle, NULL, "it lacks %s", lost.items[i]);
    if (r == 0 && lost.count == 0 && setup->ca_file.count > 0)
        r = strings_printf(
            &ret->facts, "%s has the company's CA (%zu)", store->bundle, setup->ca_file.count);
    return r;
}

/* What the agent has once added, and would take out now. */
static int find_old(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct trust_changes *changes = &doctor->setup.trust.changes;
    int r = 0;
    for (size_t i = 0; r == 0 && i < changes->removed.count; i++)
        r = doctor_find(ret, TRUST_CA_OLD, changes->removed.items[i], NULL,
            "proxy.ca_file does not have it any more");
    return r;
}

/* The file with the company's CAs alone, which variables name. */
static int check_own_file(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct setup *setup = &doctor->setup;
    int right = trust_own_is_right(&setup->tree, &setup->ca_file);
    if (right == -ENOMEM)
        return right;
    if (right < 0)
        return strings_printf(&ret->unseen, PATH_CA_FILE ": %s", strerror(-right));
    if (right > 0)
        return 0;
    return setup->ca_file.count > 0
               ? doctor_find(ret, TRUST_FILE_MISSING, PATH_CA_FILE, NULL,
                     "it does not have the CAs of proxy.ca_file, and NODE_EXTRA_CA_CERTS names it")
               : doctor_find(ret, TRUST_CA_OLD, PATH_CA_FILE, NULL,
                     "it is still there, and no CA is configured");
}

/* Variables name the bundle, too. */
static int tell_variables(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct environment *environment = &doctor->setup.environment;
    _cleanup_strings_ struct strings names = { 0 };
    for (size_t i = 0; i < ca_variables_count; i++)
        if (environment_get(environment, ca_variables[i].id) &&
            strings_append(&names, environment_name(ca_variables[i].id)) < 0)
            return -ENOMEM;
    _cleanup_mem_ char *words = names.count > 0 ? strings_join(&names, ", ") : NULL;
    if (names.count == 0)
        return 0;
    return words ? strings_printf(&ret->facts, "variables: %s", words) : -ENOMEM;
}

int doctor_check_trust(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct setup *setup = &doctor->setup;
    if (doctor->checked < 0 && is_of_ca_file(&doctor->check_error))
        return find_ca_file(doctor, ret);
    if (!setup->trust.store && setup->ca_file.count > 0)
        return doctor_find(ret, TRUST_NO_STORE, "the system's store", NULL, "%s",
            doctor->trusted < 0 ? doctor->trust_error.text : "none that is known is here");
    if (doctor->trusted < 0)
        return strings_append(&ret->unseen, doctor->trust_error.text);
    int r = setup->settings.proxy_ca_file ? find_ended(doctor, ret)
                                          : strings_append(&ret->facts, "no CA is configured");
    if (r < 0 || !setup->trust.store)
        return r;
    if (setup->ca_file.count > 0)
        r = check_bundle(doctor, ret);
    if (r == 0)
        r = find_old(doctor, ret);
    if (r == 0)
        r = check_own_file(doctor, ret);
    return r < 0 ? r : tell_variables(doctor, ret);
}
