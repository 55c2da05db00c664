/* SPDX-License-Identifier: MIT */
/* apt.conf(5): each statement has a name, a value and a line of the file; what the agent writes is
 * read back behind whatever stands in front of it, if that is closed. */

#include <string.h>

#include "fuzz.h"
#include "overrides/apt_parser.h"

struct visit {
    size_t lines, count;
    bool is_ours;
};

static int visit(const struct apt_statement *statement, void *data)
{
    struct visit *visit = data;
    FUZZ_CHECK(statement->name && statement->value);
    FUZZ_CHECK(statement->line >= 1 && statement->line <= visit->lines);
    visit->count++;
    visit->is_ours |= strcmp(statement->name, "Acquire::http::Proxy") == 0 &&
                      strcmp(statement->value, "http://10.0.0.9:3128") == 0;
    return 0;
}

static int stop(const struct apt_statement *statement, void *data)
{
    (void) statement;
    (void) data;
    return -42;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_buffer_ struct buffer file = fuzz_rest(&input);
    struct visit state = { .lines = 1 };
    for (size_t i = 0; i < file.size; i++)
        state.lines += file.data[i] == '\n';
    FUZZ_CHECK(apt_parse(&file, visit, &state) == 0);
    int r = apt_parse(&file, stop, NULL);
    FUZZ_CHECK(r == (state.count > 0 ? -42 : 0));

    struct visit again = { .lines = state.lines + 2 };
    _cleanup_buffer_ struct buffer ours =
        fuzz_buffer("Acquire::http::Proxy \"http://10.0.0.9:3128\";\n");
    FUZZ_CHECK(buffer_append(&ours, file.data, file.size) == 0);
    FUZZ_CHECK(apt_parse(&ours, visit, &again) == 0 && again.is_ours);
    return 0;
}
