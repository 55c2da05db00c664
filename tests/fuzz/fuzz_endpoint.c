/* SPDX-License-Identifier: MIT */
/* The URL of the metadata service: its canonical form is a fixed point. Nothing is asked. */

#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "imds/endpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    enum imds_mode mode = (enum imds_mode) fuzz_choice(&input, 3);
    _cleanup_mem_ char *text = fuzz_line(&input), *words = fuzz_line(&input);
    _cleanup_strings_ struct strings endpoints = { 0 }, chosen = { 0 };
    const char *reason = NULL;
    int r = imds_endpoint_parse(text, &endpoints, &reason);
    FUZZ_CHECK(r == 0 ? endpoints.count == 1 : r == -EINVAL && reason && endpoints.count == 0);
    if (r == 0) {
        _cleanup_mem_ char *first = mem_strdup(endpoints.items[0]);
        FUZZ_CHECK(first && imds_endpoint_parse(first, &endpoints, &reason) == 0);
        FUZZ_CHECK(strcmp(first, endpoints.items[1]) == 0);
        FUZZ_CHECK(strncmp(first, "http://", 7) == 0 && !strpbrk(first + 7, "/@?# "));
    }
    const struct imds_endpoint_sources sources = {
        .setting_mode = mode, .environment_endpoint = text, .environment_mode = words
    };
    struct error err = { 0 };
    r = imds_endpoint_choose(&sources, &chosen, &err);
    FUZZ_CHECK(r == 0 ? chosen.count == 1 || chosen.count == 2 : r == -EINVAL);
    if (r < 0)
        fuzz_check_error(&err);
    return 0;
}
