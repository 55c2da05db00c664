/* SPDX-License-Identifier: MIT */
#pragma once

/* What the tests of outputs/environment.c share. */

#include "shared_file.h"

#define HTTP  "http_proxy=http://p:1\nno_proxy=n,*.n\nHTTP_PROXY=http://p:1\nNO_PROXY=n,*.n\n"
#define BLOCK BEGIN HTTP END

static inline int environment_render(
    const struct environment *environment, const struct content *old, struct content *ret)
{
    static const struct content nothing;
    struct content backup = { 0 };
    const struct edit edit = { environment, old, &nothing, ret, &backup };
    return block_render(environment_output.files[0].block, &edit);
}

static inline int environment_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    return environment_output.files[0].verify(environment, content, err);
}
