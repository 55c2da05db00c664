/* SPDX-License-Identifier: MIT */
/* NO_PROXY: an entry is read in one way, and what the agent writes for a pasted list is what it
 * would write for that. The first digit: with brackets or without. */

#include <errno.h>
#include <string.h>

#include "clients/samples.h"
#include "fuzz.h"
#include "proxy/no_proxy.h"

static int build(const char *text, bool brackets, char **ret)
{
    _cleanup_no_proxy_entries_ struct no_proxy_entries add = { 0 };
    _cleanup_no_proxy_meant_ struct no_proxy_meant meant = { 0 };
    _cleanup_few_ struct few refused = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    struct error err = { 0 };
    int r = no_proxy_entries_parse(text, "F:1", &add, &refused, &err);
    const struct no_proxy_parts parts = { .add = &add, .brackets = brackets };
    if (r == 0)
        r = no_proxy_check(&parts, &err);
    bool is_refused = r < 0;
    if (r == 0)
        r = no_proxy_build(&parts, &warnings, &meant, ret, &err);
    FUZZ_CHECK(r == 0 || r == -EINVAL || r == -E2BIG);
    FUZZ_CHECK((r < 0) == is_refused);
    if (r < 0)
        fuzz_check_error(&err);
    FUZZ_CHECK(few_tell(&refused, "entries", &warnings) == 0);
    for (size_t i = 0; i < warnings.count; i++)
        FUZZ_CHECK(*warnings.items[i]);
    return r;
}

/* It is of the characters that mean themselves everywhere, and no entry is there twice. */
static void check_list(const char *list)
{
    struct environment environment = { 0 };
    FUZZ_CHECK(environment_add(&environment, VARIABLE_NO_PROXY, list, NULL) == 0);
    environment_free(&environment);
    _cleanup_strings_ struct strings entries = { 0 };
    FUZZ_CHECK(no_proxy_entries_split(list, &entries) == 0);
    for (size_t i = 0; i < entries.count; i++)
        for (size_t j = 0; j < i && i < 64; j++)
            FUZZ_CHECK(strcmp(entries.items[i], entries.items[j]) != 0);
}

/* In any order: what is written of one entry comes as several the second time. */
static bool is_same_list(const char *a, const char *b)
{
    _cleanup_strings_ struct strings first = { 0 }, second = { 0 };
    FUZZ_CHECK(no_proxy_entries_split(a, &first) == 0);
    FUZZ_CHECK(no_proxy_entries_split(b, &second) == 0);
    bool same = first.count == second.count;
    for (size_t i = 0; same && i < first.count; i++)
        same = strings_contains(&second, first.items[i]);
    return same;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    bool brackets = fuzz_choice(&input, 2) == 1;
    _cleanup_mem_ char *text = fuzz_text(&input), *first = NULL, *second = NULL;
    _cleanup_strings_ struct strings urls = { 0 };
    FUZZ_CHECK(samples_of_list(text, 20, &urls) == 0);
    if (build(text, brackets, &first) < 0)
        return 0;
    check_list(first);
    FUZZ_CHECK(build(first, brackets, &second) == 0);
    FUZZ_CHECK(is_same_list(first, second));
    return 0;
}
