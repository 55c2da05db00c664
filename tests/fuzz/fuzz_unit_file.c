/* SPDX-License-Identifier: MIT */
/* Unit files, environment files, the words of a value, and specifiers, by systemd's rules. What is
 * visited is clean; what the agent writes is read back. The first digit says which. */

#include <string.h>

#include "formats/dropin.h"
#include "formats/variables.h"
#include "fuzz.h"
#include "lib/ascii.h"
#include "overrides/unit_file.h"

struct visit {
    size_t lines, last_line, count;
    bool is_environment;
};

static int visit(const struct unit_setting *setting, void *data)
{
    struct visit *visit = data;
    FUZZ_CHECK(setting->key && setting->value);
    FUZZ_CHECK(setting->line >= 1 && setting->line <= visit->lines);
    FUZZ_CHECK(setting->line >= visit->last_line);
    size_t length = strlen(setting->value);
    if (!visit->is_environment && length > 0)
        FUZZ_CHECK(
            !ascii_is_white(setting->value[0]) && !ascii_is_white(setting->value[length - 1]));
    visit->last_line = setting->line;
    visit->count++;
    return 0;
}

static void read_words(const char *text)
{
    const char *at = text;
    for (int r = 1; r > 0;) {
        _cleanup_buffer_ struct buffer word = { 0 };
        const char *before = at;
        r = unit_next_word(&at, &word);
        FUZZ_CHECK(r == 0 || (r == 1 && at > before && at <= text + strlen(text)));
    }
}

/* Any words, written with systemd's escapes, are read as they were. */
static void write_words(const char *text)
{
    _cleanup_buffer_ struct buffer quoted = { 0 }, word = { 0 };
    const char *at = NULL;
    FUZZ_CHECK(buffer_append_text(&quoted, "\"") == 0);
    for (const char *p = text; *p; p++)
        FUZZ_CHECK((strchr("\"\\", *p) && buffer_append_text(&quoted, "\\") < 0) == 0 &&
                   buffer_append(&quoted, p, 1) == 0);
    FUZZ_CHECK(buffer_append_text(&quoted, "\"") == 0);
    at = quoted.data;
    FUZZ_CHECK(unit_next_word(&at, &word) == 1 && strcmp(word.data, text) == 0);
    FUZZ_CHECK(*at == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    size_t which = fuzz_choice(&input, 4);
    _cleanup_buffer_ struct buffer file = fuzz_rest(&input), expanded = { 0 };
    if (strlen(file.data) != file.size)
        return 0; /* a file with a NUL is not read: overrides/place.h */
    struct visit state = { .lines = 1, .is_environment = which == 1 };
    for (size_t i = 0; i < file.size; i++)
        state.lines += file.data[i] == '\n';
    int r = 0;
    switch (which) {
    case 0:
        r = unit_file_read(&file, "[Service]", visit, &state);
        break;
    case 1:
        r = unit_environment_read(&file, visit, &state);
        break;
    case 2:
        read_words(file.data);
        write_words(file.data);
        break;
    default:
        r = unit_expand(file.data, "a-b@c.service", &expanded);
        FUZZ_CHECK(r == 0 || r == 1);
        FUZZ_CHECK(
            r == 0 || strchr(file.data, '%') || file.size == 0 || buffer_equal(&file, &expanded));
        r = 0;
    }
    FUZZ_CHECK(r == 0);
    return 0;
}
