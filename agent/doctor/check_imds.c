/* SPDX-License-Identifier: MIT */
/* What became of the token says most of what can be wrong. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "doctor/check.h"
#include "lib/array.h"

/* What the last request for a token came to. Rows are looked at in their order; 0 stands for any.
 */
static const struct {
    int result, status;
    bool was_silent;
    enum doctor_kind_id kind;
} token_kinds[] = {
    { -ETIMEDOUT, 0, true, IMDS_HOP_LIMIT },
    { -ETIMEDOUT, 0, false, IMDS_NO_ANSWER },
    { -EPERM, 0, false, IMDS_LOCKED },
    { -EACCES, 0, false, IMDS_LOCKED },
    { -EMSGSIZE, 0, false, IMDS_FOREIGN },
    { -EPROTO, 0, false, IMDS_FOREIGN },
    { -EPIPE, 0, false, IMDS_FOREIGN },
    { -ECONNRESET, 0, false, IMDS_FOREIGN },
    { 0, 403, false, IMDS_SWITCHED_OFF },
    { 0, 401, false, IMDS_FAULT },
    { 0, 429, false, IMDS_FAULT },
};

static enum doctor_kind_id kind_of_outcome(const struct imds_outcome *outcome)
{
    for (size_t i = 0; i < ELEMENTSOF(token_kinds); i++)
        if (token_kinds[i].result == outcome->result && token_kinds[i].status == outcome->status &&
            token_kinds[i].was_silent <= outcome->was_silent)
            return token_kinds[i].kind;
    if (outcome->result < 0)
        return IMDS_UNREACHABLE;
    return outcome->status >= 500 ? IMDS_FAULT : IMDS_FOREIGN;
}

static enum doctor_kind_id kind_of_failure(const struct doctor *doctor)
{
    const struct imds_client *client = doctor->setup.imds;
    if (doctor->is_disabled)
        return IMDS_SWITCHED_OFF_HERE;
    if (!client)
        return IMDS_ENDPOINT;
    if (imds_client_token_stats(client)->attempts == 0)
        return IMDS_UNREACHABLE; /* its name does not resolve */
    const struct imds_outcome *outcome = imds_client_token_outcome(client);
    if (outcome->result == 0 && outcome->status == 200)
        return doctor->ask_error.status == EX_DATAERR ? IMDS_FOREIGN : IMDS_FAULT;
    return kind_of_outcome(outcome);
}

static const char *endpoint_of(const struct doctor *doctor)
{
    const struct setup *setup = &doctor->setup;
    const char *endpoint = setup->imds ? imds_client_endpoint(setup->imds) : NULL;
    if (endpoint)
        return endpoint;
    return setup->endpoints.count > 0 ? setup->endpoints.items[0] : "the endpoint";
}

static int find_failure(const struct doctor *doctor, struct doctor_result *ret)
{
    enum doctor_kind_id kind = kind_of_failure(doctor);
    /* systemd's lock lets root through, and the agent's unit. */
    if (kind == IMDS_LOCKED && geteuid() != 0 &&
        imds_client_token_outcome(doctor->setup.imds)->result == -EPERM)
        return strings_printf(&ret->unseen, "%s: %s", endpoint_of(doctor), doctor->ask_error.text);
    return doctor_find(ret, kind, endpoint_of(doctor), NULL, "%s", doctor->ask_error.text);
}

static int check_role(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct facts *facts = &doctor->setup.facts;
    const struct settings *settings = &doctor->setup.settings;
    const char *endpoint = endpoint_of(doctor);
    if (settings->credentials == CREDENTIALS_OFF)
        return strings_append(&ret->facts, "credentials are not asked for: \"credentials\" is off");
    bool is_required = settings->credentials == CREDENTIALS_REQUIRED;
    const char *code = facts->profile_code ? facts->profile_code : "";
    if (!facts->role && !is_required)
        return strings_append(&ret->facts, "there is no role, which the settings permit");
    if (!facts->role)
        return doctor_find(
            ret, IMDS_NO_ROLE, endpoint, NULL, "no role is attached%s%s", *code ? ": " : "", code);
    if (!facts->has_credentials)
        return doctor_find(ret, IMDS_NO_CREDENTIALS, facts->role, NULL,
            "there are no credentials of the role%s%s", *code ? ": " : "", code);
    if ((int64_t) facts->credentials.expires <= doctor->now)
        return doctor_find(ret, IMDS_CREDENTIALS_EXPIRED, facts->role, NULL, "they ended at %s",
            facts->credentials.expiration);
    return strings_printf(&ret->facts, "role %s, with credentials until %s", facts->role,
        facts->credentials.expiration);
}

static int tell_endpoint(const struct doctor *doctor, struct doctor_result *ret)
{
    const struct imds_client *client = doctor->setup.imds;
    const struct facts *facts = &doctor->setup.facts;
    return strings_printf(&ret->facts, "%s answers over %s, with a token (IMDSv2)%s; region %s",
        endpoint_of(doctor), imds_client_is_ipv6(client) ? "IPv6" : "IPv4",
        imds_client_is_marked(client) ? ", to packets with systemd's mark" : "",
        facts->region ? facts->region : "not known");
}

int doctor_check_imds(const struct doctor *doctor, struct doctor_result *ret)
{
    if (doctor->foreign_vendor)
        return strings_printf(&ret->facts,
            "this is no EC2 instance: the firmware's vendor is \"%s\"; nothing is asked",
            doctor->foreign_vendor);
    if (doctor->setup.settings.imds_allow_v1 &&
        doctor_find(ret, IMDS_V1_ALLOWED, "imds.allow_v1", NULL, "it is set") < 0)
        return -ENOMEM;
    if (doctor->asked < 0)
        return find_failure(doctor, ret);
    int r = tell_endpoint(doctor, ret);
    return r < 0 ? r : check_role(doctor, ret);
}
