/* SPDX-License-Identifier: MIT */
/* What seal shows: a path with a value in it has that hidden, and a command for a shell names the
 * file that it is about. The input is a password, a user and a path, a line each. */

#include <string.h>

#include "fuzz.h"
#include "lib/printable.h"
#include "seal/patterns.h"
#include "seal/places.h"

static void check_masked(const char *password, const char *user, const char *path)
{
    _cleanup_(seal_values_free) struct seal_values values = { 0 };
    _cleanup_strings_ struct strings notes = { 0 };
    _cleanup_scan_ struct scan *scan = NULL;
    _cleanup_buffer_ struct buffer shown = { 0 };
    FUZZ_CHECK(strings_append(&values.passwords, password) == 0);
    FUZZ_CHECK(strings_append(&values.users, user) == 0);
    FUZZ_CHECK(seal_scan_new(&values, &notes, &scan) == 0);
    FUZZ_CHECK(seal_append_masked(scan, path, &shown) == 0);
    /* What hides a value may look like a part of one. */
    size_t length = strlen(password);
    bool has_stars =
        strstr(password, "**") || *password == '*' || (length > 0 && password[length - 1] == '*');
    if (length >= 6 && !has_stars)
        FUZZ_CHECK(!strstr(shown.data ? shown.data : "", password));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_mem_ char *password = fuzz_line(&input), *user = fuzz_line(&input),
                       *path = fuzz_line(&input);
    check_masked(password, user, path);
    const struct seal_place *place = seal_place_of(path);
    (void) seal_is_instance_id(user);
    if (!place || place->where == 0)
        return 0;
    _cleanup_buffer_ struct buffer remedy = { 0 };
    FUZZ_CHECK(seal_place_append_remedy(place, "/mnt/a b", path, &remedy) == 0 && remedy.size > 0);
    FUZZ_CHECK(printable_is(remedy.data));
    return 0;
}
