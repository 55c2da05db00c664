/* SPDX-License-Identifier: MIT */
/* A signature has the time in it: AWS takes one that is up to five minutes off. */

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "doctor/check.h"
#include "doctor/probe.h"

enum { SKEW_MAX_S = 300 };

static int check_offset(const char *of, int64_t offset_s, struct doctor_result *ret)
{
    int64_t size_s = offset_s < 0 ? -offset_s : offset_s;
    if (size_s >= SKEW_MAX_S)
        return doctor_find(ret, CLOCK_SKEW, of, NULL,
            "this machine's clock is %" PRId64 " s %s its", size_s,
            offset_s > 0 ? "behind" : "ahead of");
    return strings_printf(&ret->facts, "%" PRId64 " s from that of %s", size_s, of);
}

/* By what answers through the proxy: AWS itself, or the proxy. */
static int check_proxy_clock(const struct doctor *doctor, struct doctor_result *ret)
{
    _cleanup_probe_ struct probe probe = { 0 };
    int r = probe_prepare(doctor, PROBE_HTTPS, &probe);
    if (r <= 0)
        return r;
    r = probe_perform(&probe, doctor->end_ms);
    if (r < 0)
        return r;
    return probe.has_clock ? check_offset(probe.host, probe.clock_offset_s, ret) : 0;
}

int doctor_check_clock(const struct doctor *doctor, struct doctor_result *ret)
{
    int64_t offset_s = 0;
    int r = 0;
    if (doctor->setup.imds && imds_client_clock_offset(doctor->setup.imds, &offset_s))
        r = check_offset("the metadata service", offset_s, ret);
    if (r == 0 && ret->count == 0)
        r = check_proxy_clock(doctor, ret);
    if (r == 0 && ret->count == 0 && ret->facts.count == 0)
        r = strings_append(&ret->unseen, "nobody was reached whose clock could be compared");
    return r;
}
