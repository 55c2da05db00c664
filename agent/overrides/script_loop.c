/* Loops of a shell: over names, and over files that are read. */

#include <errno.h>
#include <string.h>

#include "lib/memory.h"
#include "overrides/script_internal.h"

enum { LOOPS_MAX = 32 };

bool script_loop_reads(const struct script *script)
{
    for (const struct token *token = script->at; token->kind != TOKEN_END; token++) {
        if (token->kind == TOKEN_WORD && token_is(token, "done"))
            return false;
        if (token->kind == TOKEN_WORD && (token_is(token, ".") || token_is(token, "source")))
            return true;
    }
    return false;
}

/* Reads what a loop over a pattern of files reads: DIRECTORY/…*SUFFIX. Any mention of
 * /etc/profile.d, as in "$(run-parts … /etc/profile.d)", is one of its scripts. */
static int loop_read_pattern(struct script *script, const struct token *word, enum reach reach)
{
    static const char profile[] = "/etc/profile.d";
    _cleanup_expansion_ struct expansion text = { 0 };
    int r = script_word(script, word, &text);
    if (r < 0)
        return r;
    char *star = strchr(text.text.data, '*'), *mention = strstr(text.text.data, profile);
    bool is_whole = mention && (!text.is_known || star);
    if (is_whole)
        return script_read_directory(script->reader, profile, ".sh", REACH_ALWAYS);
    if (!text.is_known || *text.text.data != '/')
        return 0;
    if (!star)
        return script_read(script->reader, text.text.data, reach);
    while (star > text.text.data && *star != '/')
        star--;
    *star = '\0';
    const char *suffix = strrchr(star + 1, '*');
    return strchr(text.text.data, '*') || !suffix
               ? 0
               : script_read_directory(script->reader, text.text.data, suffix + 1, reach);
}

int script_loop_files(struct script *script, const struct command_words *words, enum reach reach)
{
    int r = 0;
    for (size_t i = 0; r == 0 && reach != REACH_NEVER && i < words->count; i++)
        r = loop_read_pattern(script, words->items[i], reach);
    return r < 0 ? r : script_list(script, REACH_NEVER);
}

int script_loop_words(struct script *script, const struct token *name,
    const struct command_words *words, enum reach reach)
{
    const struct token *body = script->at;
    _cleanup_mem_ char *variable = mem_strndup(name->text, name->length);
    if (!variable)
        return -ENOMEM;
    int r = 0;
    for (size_t i = 0; r >= 0 && reach != REACH_NEVER && i < words->count && i < LOOPS_MAX; i++) {
        _cleanup_expansion_ struct expansion text = { 0 };
        script->at = body;
        r = script_word(script, words->items[i], &text);
        if (r == 0)
            r = values_assign(&script->reader->values, script->reader->detection->environment,
                &(struct assignment){ .name = variable,
                    .text = text.text.data,
                    .path = script->path,
                    .line = words->items[i]->line,
                    .is_known = text.is_known,
                    .reach = REACH_ALWAYS });
        if (r == 0)
            r = script_list(script, reach);
    }
    script->at = body;
    return r < 0 ? r : script_list(script, REACH_NEVER);
}
