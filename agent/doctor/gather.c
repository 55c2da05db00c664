/* SPDX-License-Identifier: MIT */
/* As far as `run` would come, without a write: a failure on the way leaves the rest to be looked
 * at. */

#include "doctor/gather.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "lib/clock.h"
#include "lib/memory.h"
#include "overrides/overrides.h"

/* Of the time of all checks, what the metadata service may take: it is near, or not there. */
enum { IMDS_S_MAX = 4 };

static bool doctor_is_disabled(void)
{
    const char *disabled = getenv("AWS_EC2_METADATA_DISABLED");
    return disabled && strcasecmp(disabled, "true") == 0;
}

/* Never without a token, whatever the settings allow to `run`. */
static void limit_imds(struct settings *settings)
{
    settings->imds_allow_v1 = false;
    if (settings->imds_deadline_s > IMDS_S_MAX)
        settings->imds_deadline_s = IMDS_S_MAX;
}

/* Asks for more than `run` does: what other checks take the names of hosts from. */
static int gather_imds(struct doctor *doctor)
{
    struct setup *setup = &doctor->setup;
    const struct facts_want want = setup->want;
    bool allows_v1 = setup->settings.imds_allow_v1;
    if (setup_is_not_ec2(setup, &doctor->foreign_vendor) < 0)
        return -ENOMEM;
    if (doctor->foreign_vendor)
        return 0;
    doctor->is_asked = true;
    doctor->is_disabled = doctor_is_disabled();
    setup->want.region = setup->want.domain = true;
    limit_imds(&setup->settings);
    mem_forget_failure();
    doctor->asked = setup_ask(setup, &doctor->ask_error);
    setup->settings.imds_allow_v1 = allows_v1;
    setup->want = want;
    /* Credentials that could not be read are not missing. */
    bool is_short = !setup->facts.has_credentials && mem_has_failed();
    return doctor->asked == -ENOMEM || is_short ? -ENOMEM : 0;
}

/* As `run`: CAs come first, as variables name their files. */
static int gather_trust(struct doctor *doctor)
{
    struct setup *setup = &doctor->setup;
    doctor->trusted = trust_refresh(
        &setup->tree, &setup->ca_file, true, &setup->trust, &setup->warnings, &doctor->trust_error);
    /* That the store lacks one is said once: the variables are held against what run means. */
    setup->trust.has_any |= setup->trust.store && setup->ca_file.count > 0;
    return doctor->trusted == -ENOMEM ? -ENOMEM : 0;
}

/* What the list is made of when the metadata service says nothing. */
static int gather_facts(struct doctor *doctor)
{
    struct setup *setup = &doctor->setup;
    struct error err = { 0 };
    doctor->knows_facts = true;
    if (!setup_needs_facts(setup))
        return 0;
    int r = doctor->asked < 0 ? setup_fall_back(setup, doctor->asked, &doctor->ask_error, &err) : 0;
    if (r < 0)
        doctor->plan_error = err;
    doctor->knows_facts = setup->facts_source == FACTS_OF_IMDS || setup->facts_source == FACTS_KEPT;
    return r;
}

static int gather_outputs(struct doctor *doctor)
{
    struct setup *setup = &doctor->setup;
    int r = setup_make_environment(setup, &doctor->plan_error);
    if (r < 0)
        return r;
    const struct output_request request = setup_output_request(setup);
    r = outputs_plan(&request, &setup->results, &doctor->plan_error);
    if (r == 0)
        r = overrides_find(request.tree, request.environment, request.names, &doctor->overrides);
    doctor->has_plan = r == 0;
    return r;
}

static int gather_plan(struct doctor *doctor)
{
    int r = gather_facts(doctor);
    if (r == 0)
        r = gather_trust(doctor);
    if (r == 0)
        r = gather_outputs(doctor);
    doctor->is_sure = doctor->knows_facts && doctor->trusted == 0;
    return r == -ENOMEM ? r : 0;
}

int doctor_gather(struct doctor *doctor, unsigned int needs)
{
    struct setup *setup = &doctor->setup;
    doctor->now = (int64_t) time(NULL);
    doctor->opened = setup_open(doctor->options, setup, &doctor->open_error);
    if (doctor->opened < 0 || !(needs & (NEEDS_SETTINGS | NEEDS_IMDS | NEEDS_PLAN)))
        return doctor->opened == -ENOMEM ? -ENOMEM : 0;
    doctor->checked = setup_check(setup, &doctor->check_error);
    if (doctor->checked == -ENOMEM)
        return -ENOMEM;
    if (doctor->checked < 0)
        setup->want.credentials = setup->settings.credentials != CREDENTIALS_OFF;
    int r = needs & NEEDS_IMDS ? gather_imds(doctor) : 0;
    if (r < 0 || doctor->checked < 0)
        return r;
    return needs & NEEDS_PLAN ? gather_plan(doctor) : 0;
}

void doctor_free(struct doctor *doctor)
{
    overrides_free(&doctor->overrides);
    mem_free(doctor->foreign_vendor);
    setup_close(&doctor->setup);
    doctor->foreign_vendor = NULL;
}
