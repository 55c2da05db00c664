/* SPDX-License-Identifier: MIT */
/* Shell scripts, as the reader of login shells takes them. Whatever the script, it ends, and its
 * tokens are parts of it in their order. */

#include <string.h>

#include "fuzz.h"
#include "memory_tree.h"
#include "overrides/script.h"
#include "overrides/script_lexer.h"

static char root[] = "";

static void check_tokens(const struct buffer *script)
{
    _cleanup_tokens_ struct tokens tokens = { 0 };
    FUZZ_CHECK(tokens_read(script, &tokens) == 0 && tokens.count > 0);
    FUZZ_CHECK(tokens.items[tokens.count - 1].kind == TOKEN_END);
    const char *at = script->data;
    size_t line = 1;
    for (size_t i = 0; i + 1 < tokens.count; i++) {
        const struct token *token = &tokens.items[i];
        FUZZ_CHECK(token->kind != TOKEN_END && token->length > 0 && token->text >= at);
        FUZZ_CHECK(token->text + token->length <= script->data + script->size);
        FUZZ_CHECK(token->line >= line);
        line = token->line;
        at = token->text;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = { "/etc/profile.d/zz.sh", "/etc/profile.d/included.sh",
        "/etc/environment" };
    struct fuzz_input input = fuzz_input_of(data, size);
    const struct environment *environment =
        fuzz_environment(fuzz_choice(&input, FUZZ_ENVIRONMENTS));
    _cleanup_buffer_ struct buffer script = fuzz_part(&input);
    if (strlen(script.data) != script.size)
        return 0; /* a file with a NUL is not read: overrides/place.h */
    check_tokens(&script);
    memory_tree_add(paths[0], &script);
    memory_tree_add_all(input.at, input.left, paths, 3);

    const struct tree tree = { .fd = -1, .path = root };
    _cleanup_overrides_ struct overrides found = { 0 };
    const struct detection detection = {
        .tree = &tree, .environment = environment, .found = &found
    };
    struct script_reader reader = { .detection = &detection, .home = "/root" };
    FUZZ_CHECK(values_begin(&reader.values, environment) == 0);
    FUZZ_CHECK(script_read(&reader, paths[0], REACH_ALWAYS) == 0);
    const struct override like = { .detector = "d", .consumer = "c", .remedy = "r" };
    FUZZ_CHECK(values_report(&reader.values, &detection, &like) == 0);
    values_free(&reader.values);
    memory_tree_clear();
    return 0;
}
