/* SPDX-License-Identifier: MIT */
/* Words of a shell script. Here-documents and comments are left out. */

#include "overrides/script_lexer.h"

#include <errno.h>
#include <string.h>

#include "lib/memory.h"

enum { HERE_DOCUMENTS_MAX = 8, QUOTES_DEPTH_MAX = 16 };

struct here_document {
    const char *word; /* with its quotes */
    size_t length;
    bool strips_tabs;
};

struct lexer {
    const char *at;
    const char *end;
    size_t line;
    struct here_document here[HERE_DOCUMENTS_MAX];
    size_t here_count;
    int here_next; /* the next word ends a here-document: 1 for <<, 2 for <<- */
    struct tokens *ret;
};

bool token_is(const struct token *token, const char *text)
{
    return token->length == strlen(text) && memcmp(token->text, text, token->length) == 0;
}

void tokens_free(struct tokens *tokens)
{
    mem_free(tokens->items);
    *tokens = (struct tokens){ 0 };
}

static int lexer_push(struct lexer *lexer, enum token_kind kind, const char *text, size_t line)
{
    struct tokens *ret = lexer->ret;
    struct token *items = mem_grow(ret->items, ret->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    ret->items = items;
    items[ret->count++] = (struct token){ kind, text, (size_t) (lexer->at - text), line };
    return 0;
}

static void lexer_step(struct lexer *lexer)
{
    lexer->line += *lexer->at == '\n';
    lexer->at++;
}

static bool lexer_sees(const struct lexer *lexer, const char *text)
{
    const char *p = lexer->at;
    for (; *text && p < lexer->end && *p == *text; p++)
        text++;
    return !*text;
}

/* Behind the character that ends a quoted text in which nothing but that has a meaning. */
static void skip_to(struct lexer *lexer, char last, bool has_escapes)
{
    while (lexer->at < lexer->end && *lexer->at != last) {
        if (has_escapes && *lexer->at == '\\' && lexer->at + 1 < lexer->end)
            lexer_step(lexer);
        lexer_step(lexer);
    }
    if (lexer->at < lexer->end)
        lexer_step(lexer);
}

/* What opens, and what closes it. */
struct bracket {
    const char *open;
    char close;
};

static const struct bracket brackets[] = { { "$(", ')' }, { "${", '}' }, { "`", '`' } };

static const struct bracket *bracket_at(const struct lexer *lexer)
{
    for (size_t i = 0; i < sizeof(brackets) / sizeof(*brackets); i++)
        if (lexer_sees(lexer, brackets[i].open))
            return &brackets[i];
    return NULL;
}

/* What is open, by the characters that close it. */
struct nesting {
    char closing[QUOTES_DEPTH_MAX];
    size_t depth;
};

/* Whether something opens here, which is then passed. */
static bool nesting_opens(struct lexer *lexer, struct nesting *nesting, char last)
{
    const struct bracket *bracket = last == '`' ? NULL : bracket_at(lexer);
    char c = *lexer->at;
    if (nesting->depth >= QUOTES_DEPTH_MAX)
        return false;
    if (bracket)
        nesting->closing[nesting->depth++] = bracket->close;
    else if (c == '"' && last != '"')
        nesting->closing[nesting->depth++] = '"';
    else if (c == '(' && last == ')')
        nesting->closing[nesting->depth++] = ')';
    else
        return false;
    lexer->at += bracket ? strlen(bracket->open) : 1;
    return true;
}

/* Moves behind a comment between commands in brackets, whatever quotes it has. */
static bool skip_nested_comment(struct lexer *lexer, char last)
{
    bool is_comment = *lexer->at == '#' && last == ')' && strchr(" \t\n;", lexer->at[-1]);
    while (is_comment && lexer->at < lexer->end && *lexer->at != '\n')
        lexer->at++;
    return is_comment;
}

/* Moves behind text up to the character that closes it, with all that is quoted or in brackets. */
static void skip_nested(struct lexer *lexer, char close)
{
    struct nesting nesting = { { close }, 1 };
    while (lexer->at < lexer->end && nesting.depth > 0) {
        char last = nesting.closing[nesting.depth - 1], c = *lexer->at;
        if (c == last)
            nesting.depth--;
        else if (skip_nested_comment(lexer, last) || nesting_opens(lexer, &nesting, last))
            continue;
        if (c == '\\' && lexer->at + 1 < lexer->end)
            lexer_step(lexer);
        lexer_step(lexer);
        if (c == '\'' && last != '"' && last != '\'')
            skip_to(lexer, '\'', false);
    }
}

/* One part of a word, at its first character. */
static void skip_part(struct lexer *lexer)
{
    char c = *lexer->at;
    const struct bracket *bracket = bracket_at(lexer);
    if (bracket) {
        lexer->at += strlen(bracket->open);
        skip_nested(lexer, bracket->close);
        return;
    }
    bool is_dollar_quote = lexer_sees(lexer, "$'");
    lexer->at += is_dollar_quote;
    if (c == '\\' && lexer->at + 1 < lexer->end)
        lexer_step(lexer);
    lexer_step(lexer);
    if (is_dollar_quote || c == '\'')
        skip_to(lexer, '\'', is_dollar_quote);
    else if (c == '"')
        skip_nested(lexer, '"');
}

static bool ends_word(char c)
{
    return strchr(" \t\r\n;&|<>()", c) != NULL;
}

/* "<(command)" and ">(command)" are words. */
static bool sees_process(const struct lexer *lexer)
{
    return lexer_sees(lexer, "<(") || lexer_sees(lexer, ">(");
}

static int lexer_read_word(struct lexer *lexer)
{
    const char *start = lexer->at;
    size_t line = lexer->line;
    if (sees_process(lexer)) {
        lexer->at += 2;
        skip_nested(lexer, ')');
    }
    while (lexer->at < lexer->end && !ends_word(*lexer->at)) {
        skip_part(lexer);
        /* A list of values: NAME=(…). */
        if (lexer_sees(lexer, "(") && lexer->at[-1] == '=') {
            lexer_step(lexer);
            skip_nested(lexer, ')');
        }
    }
    if (lexer->here_next && lexer->here_count < HERE_DOCUMENTS_MAX)
        lexer->here[lexer->here_count++] =
            (struct here_document){ start, (size_t) (lexer->at - start), lexer->here_next == 2 };
    lexer->here_next = 0;
    return lexer_push(lexer, TOKEN_WORD, start, line);
}

/* Whether a line, of a length, is the word of a here-document without its quotes. */
static bool here_is_end(const struct here_document *here, const char *line, size_t length)
{
    while (here->strips_tabs && length > 0 && *line == '\t') {
        line++;
        length--;
    }
    for (size_t i = 0; i < here->length; i++) {
        if (strchr("'\"\\", here->word[i]))
            continue;
        if (length == 0 || *line != here->word[i])
            return false;
        line++;
        length--;
    }
    return length == 0;
}

static void skip_here_documents(struct lexer *lexer)
{
    for (size_t i = 0; i < lexer->here_count; i++) {
        bool ended = false;
        while (!ended && lexer->at < lexer->end) {
            const char *newline = memchr(lexer->at, '\n', (size_t) (lexer->end - lexer->at));
            const char *stop = newline ? newline : lexer->end;
            ended = here_is_end(&lexer->here[i], lexer->at, (size_t) (stop - lexer->at));
            lexer->line += newline != NULL;
            lexer->at = newline ? newline + 1 : stop;
        }
    }
    lexer->here_count = 0;
}

/* The longest first. */
static const char *const operators[] = { "<<<", "<<-", "&>>", ";;&", "<<", ">>", "<&", ">&", "<>",
    ">|", "&>", "&&", "||", ";;", ";&", "|&", ";", "&", "|", "<", ">", "(", ")", "\n" };

static int lexer_read_operator(struct lexer *lexer)
{
    const char *start = lexer->at, *text = "";
    size_t line = lexer->line;
    for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++)
        if (lexer_sees(lexer, operators[i])) {
            text = operators[i];
            break;
        }
    for (size_t i = 0; i < strlen(text); i++)
        lexer_step(lexer);
    lexer->here_next = strcmp(text, "<<") == 0 ? 1 : strcmp(text, "<<-") == 0 ? 2 : 0;
    bool is_redirect = strpbrk(text, "<>") != NULL;
    int r = lexer_push(lexer, is_redirect ? TOKEN_REDIRECT : TOKEN_OPERATOR, start, line);
    if (*text == '\n')
        skip_here_documents(lexer);
    return r;
}

/* Moves behind a blank, a line that goes on, or a comment; false where none begins. */
static bool skip_blank(struct lexer *lexer)
{
    static const char *const blanks[] = { " ", "\t", "\r", "\\\n", "\\\r\n" };
    for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++)
        if (lexer_sees(lexer, blanks[i])) {
            for (const char *p = blanks[i]; *p; p++)
                lexer_step(lexer);
            return true;
        }
    bool is_comment = *lexer->at == '#';
    while (is_comment && lexer->at < lexer->end && *lexer->at != '\n')
        lexer->at++;
    return is_comment;
}

int tokens_read(const struct buffer *script, struct tokens *ret)
{
    _cleanup_tokens_ struct tokens tokens = { 0 };
    const char *start = script->data ? script->data : "";
    struct lexer lexer = { start, start + script->size, .line = 1, .ret = &tokens };
    int r = 0;
    while (r == 0 && lexer.at < lexer.end)
        if (!skip_blank(&lexer))
            r = ends_word(*lexer.at) && !sees_process(&lexer) ? lexer_read_operator(&lexer)
                                                              : lexer_read_word(&lexer);
    const char *end = lexer.at;
    if (r == 0)
        r = lexer_push(&lexer, TOKEN_END, end, lexer.line);
    if (r < 0)
        return r;
    *ret = tokens;
    tokens = (struct tokens){ 0 };
    return 0;
}
