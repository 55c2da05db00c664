/* SPDX-License-Identifier: MIT */
/* A machine without any settings file gets the defaults: those of all keys are here. */

#include "settings/settings.h"

#include "lib/memory.h"
#include "settings/keys.h"

struct settings settings_default(void)
{
    return (struct settings){
        .no_proxy_vpc = VPC_ON,
        .no_proxy_presets = { .is_auto = true },
        .no_proxy_brackets = BRACKETS_AUTO,
        .imds_mode = IMDS_MODE_AUTO,
        .imds_request_timeout_ms = 1000,
        .imds_deadline_s = 60,
        .remote_deadline_s = 60,
        .remote_required = true,
        .credentials = CREDENTIALS_REQUIRED,
        .outputs = { .is_auto = true },
        .letter_case = LETTER_CASE_BOTH,
    };
}

void settings_free(struct settings *settings)
{
    keys_free(settings);
    origins_free(&settings->origins);
    few_free(&settings->warnings);
    strings_free(&settings->no_proxy_found);
    *settings = (struct settings){ 0 };
}
