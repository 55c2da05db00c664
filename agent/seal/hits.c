/* SPDX-License-Identifier: MIT */
/* A URL with a login in which a known password stands is that password's: it counts once. */

#include "seal/hits.h"

static void hits_count(struct hits *hits, const struct scan_hit *hit)
{
    if (hits->count[hit->kind]++ == 0 || hit->offset < hits->first[hit->kind])
        hits->first[hit->kind] = hit->offset;
}

void hits_settle(struct hits *hits)
{
    if (hits->login.length > 0)
        hits_count(hits, &hits->login);
    hits->login.length = 0;
}

void hits_note(const struct scan_hit *hit, void *data)
{
    struct hits *hits = data;
    const struct scan_hit *login = &hits->login;
    if (hit->kind == TRACE_LOGIN || hit->kind == TRACE_PROXY_LOGIN) {
        hits_settle(hits);
        hits->login = *hit;
        return;
    }
    if (hit->kind == TRACE_PASSWORD && hit->offset < login->offset + login->length)
        hits->login.length = 0;
    hits_count(hits, hit);
}
