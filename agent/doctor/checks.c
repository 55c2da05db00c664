/* SPDX-License-Identifier: MIT */
/* The checks. */

#include "doctor/check.h"

const struct doctor_check doctor_checks[] = {
    { "imds", "the metadata service: way, token, role, credentials", NEEDS_SETTINGS | NEEDS_IMDS,
        doctor_check_imds },
    { "proxy", "whether the proxy lets requests through, and what stands behind it",
        NEEDS_SETTINGS | NEEDS_IMDS | NEEDS_PLAN | NEEDS_NETWORK | NEEDS_ROOT, doctor_check_proxy },
    { "settings", "what is set, where, and who can read it", NEEDS_ROOT, doctor_check_settings },
    { "outputs", "each file as run would write it now, and what wins over it",
        NEEDS_SETTINGS | NEEDS_IMDS | NEEDS_PLAN | NEEDS_ROOT, doctor_check_outputs },
    { "services", "services that run with other proxy variables than the files have",
        NEEDS_SETTINGS | NEEDS_IMDS | NEEDS_PLAN | NEEDS_ROOT, doctor_check_services },
    { "no_proxy", "what the clients on this machine make of the list",
        NEEDS_SETTINGS | NEEDS_IMDS | NEEDS_PLAN, doctor_check_no_proxy },
    { "trust", "the company's CA in the system's store and in the variables",
        NEEDS_SETTINGS | NEEDS_IMDS | NEEDS_PLAN, doctor_check_trust },
    { "endpoints", "hosts of AWS's services with private addresses, and the list",
        NEEDS_SETTINGS | NEEDS_IMDS | NEEDS_PLAN | NEEDS_NETWORK, doctor_check_endpoints },
    { "unit", "whether the agent's units run at boot, and how that went", 0, doctor_check_unit },
    { "clock", "this machine's clock against those of others",
        NEEDS_SETTINGS | NEEDS_IMDS | NEEDS_NETWORK, doctor_check_clock },
    { 0 },
};
