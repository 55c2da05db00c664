/* SPDX-License-Identifier: MIT */
/* Loops of a shell: over names, and over files that are read. */

#include <errno.h>
#include <string.h>

#include "lib/memory.h"
#include "overrides/script_internal.h"

enum { LOOPS_MAX = 32 };

bool script_loop_reads(const struct script *script)
{
    for (const struct token *token = script->at; token->kind != TOKEN_END; token++) {
        script->reader->work++;
        if (token->kind == TOKEN_WORD && token_is(token, "done"))
            return false;
        if (token->kind == TOKEN_WORD && (token_is(token, ".") || token_is(token, "source")))
            return true;
    }
    return false;
}

/* Scripts of such a directory are read in every shell, whatever the conditions around the loop. */
static enum reach loop_reach(const char *directory, enum reach reach)
{
    const char *name = strrchr(directory, '/');
    return name && strcmp(name, "/profile.d") == 0 ? REACH_ALWAYS : reach;
}

/* Reads what a loop over "DIRECTORY/NAME" or "DIRECTORY/…*SUFFIX" reads. */
static int loop_read_files(struct script *script, char *pattern, enum reach reach)
{
    char *slash = strrchr(pattern, '/'), *star = strrchr(pattern, '*');
    if (!star)
        return script_read(script->reader, pattern, reach);
    if (!slash || star < slash)
        return 0;
    *slash = '\0';
    return script_read_directory(
        script->reader, pattern, star + 1, SCRIPT_ORDER_SHELL, loop_reach(pattern, reach));
}

/* Any mention of /etc/profile.d, as in "$(run-parts … /etc/profile.d)", is one of its scripts. */
static int loop_read_pattern(struct script *script, const struct token *word, enum reach reach)
{
    static const char profile[] = "/etc/profile.d";
    _cleanup_expansion_ struct expansion text = { 0 };
    int r = script_word(script, word, &text);
    if (r < 0)
        return r;
    if (!text.is_known)
        return strstr(text.text.data, profile) ? script_read_directory(script->reader, profile,
                                                     ".sh", SCRIPT_ORDER_BYTES, REACH_ALWAYS)
                                               : 0;
    return *text.text.data == '/' ? loop_read_files(script, text.text.data, reach) : 0;
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
    _cleanup_arguments_ struct script_arguments list = { 0 };
    if (!variable || script_split_all(script, words, 0, &list) < 0)
        return -ENOMEM;
    int r = 0;
    for (size_t i = 0; r >= 0 && reach != REACH_NEVER && i < list.count && i < LOOPS_MAX; i++) {
        script->at = body;
        r = values_assign(&script->reader->values, script->reader->detection->environment,
            &(struct assignment){ .name = variable,
                .text = list.items[i].text,
                .path = script->path,
                .line = name->line,
                .is_known = list.items[i].is_known,
                .reach = REACH_ALWAYS });
        if (r == 0)
            r = script_list(script, reach);
    }
    script->at = body;
    return r < 0 ? r : script_list(script, REACH_NEVER);
}
