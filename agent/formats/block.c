/* SPDX-License-Identifier: MIT */
/* The block can be taken out again only if it leaves no trace in the lines of others. So every edit
 * takes out all that is ours, which gives the file as others wrote it, and then puts in the new
 * block. */

#include "formats/block.h"

#include <string.h>

#include "lib/array.h"
#include "lib/utf8.h"

#define BEGIN      "# BEGIN ec2-bootstrap: proxy settings, written at every boot"
#define NEW_FILE   " (this file was not there before)"
#define NO_NEWLINE " (the line above had no newline)"
#define END        "# END ec2-bootstrap"
#define DISPLACED  "# ec2-bootstrap displaced: "

/* A displaced line is one comment line to every reader: a carriage return would end it for systemd,
 * a backslash at its end would continue it. Without an underscore the names of variables are none.
 */
static const struct {
    char plain;
    bool is_of_name;
    const char *escaped;
} escapes[] = {
    { '\\', false, "\\x5c" },
    { '\r', false, "\\x0d" },
    { '_', true, "\\x5f" },
};

static const char *find_escaped(const struct block_format *format, char plain)
{
    for (size_t i = 0; i < ELEMENTSOF(escapes); i++)
        if (escapes[i].plain == plain && (format->hides_names || !escapes[i].is_of_name))
            return escapes[i].escaped;
    return NULL;
}

static int append_displaced(
    const struct block_format *format, struct buffer *bytes, const struct line *line)
{
    int r = buffer_append_text(bytes, DISPLACED);
    for (size_t i = 0; r == 0 && i < line->length; i++) {
        const char *escaped = find_escaped(format, line->text[i]);
        r = escaped ? buffer_append_text(bytes, escaped) : buffer_append(bytes, line->text + i, 1);
    }
    return r == 0 && line->has_newline ? buffer_append_text(bytes, "\n") : r;
}

static int append_restored(struct buffer *bytes, const struct line *line)
{
    int r = 0;
    for (size_t i = strlen(DISPLACED); r == 0 && i < line->length;) {
        const struct line rest = { line->text + i, line->length - i, false };
        size_t e = 0;
        while (e < ELEMENTSOF(escapes) && !line_begins_with(&rest, escapes[e].escaped))
            e++;
        bool is_escape = e < ELEMENTSOF(escapes);
        r = buffer_append(bytes, is_escape ? &escapes[e].plain : rest.text, 1);
        i += is_escape ? strlen(escapes[e].escaped) : 1;
    }
    return r == 0 && line->has_newline ? buffer_append_text(bytes, "\n") : r;
}

/* A mark, also where somebody gave every line of the file a carriage return. */
static bool block_is_mark(const struct line *line, const char *mark)
{
    struct line text = *line;
    text.length -= text.length > 0 && text.text[text.length - 1] == '\r';
    return line_equals(&text, mark);
}

static bool is_begin(const struct line *line)
{
    return block_is_mark(line, BEGIN) || block_is_mark(line, BEGIN NEW_FILE) ||
           block_is_mark(line, BEGIN NO_NEWLINE);
}

enum block_owner block_owner_of(const struct line *line, bool *is_inside)
{
    bool is_ours = *is_inside || is_begin(line);
    *is_inside = is_ours && !block_is_mark(line, END);
    if (is_ours)
        return BLOCK_OURS;
    return line_begins_with(line, DISPLACED) ? BLOCK_DISPLACED : BLOCK_OTHERS;
}

/* Whether a block that begins before this line has its end. */
static bool has_end(const struct buffer *bytes, struct line line)
{
    while (line_next(bytes, &line)) {
        if (block_is_mark(&line, END))
            return true;
        if (is_begin(&line))
            return false;
    }
    return false;
}

/* The way through a file with our blocks. */
struct block_removal {
    const struct block_format *format;
    bool in_block;
    bool has_its_end;
    bool was_own; /* the last statement of the block is one that we wrote */
    bool was_new;
    size_t newline_at; /* where a newline was added to foreign text; 0: nowhere */
    struct line_parser parser;
};

/* Whether a line inside our block is one that we wrote there, or goes on with one. Where the end of
 * the block is lost, a statement of more than one line is others'. */
static bool block_is_own(struct block_removal *removal, const struct line *line)
{
    const struct block_format *format = removal->format;
    enum line_kind kind = format->classify(line, &removal->parser);
    bool goes_on = removal->parser.quote || removal->parser.depth > 0;
    if (kind == LINE_CONTINUES)
        return removal->was_own && removal->has_its_end;
    if (kind == LINE_STATEMENT)
        removal->was_own =
            format->assigns(NULL, LOCATION_OUR_SECTION, line) && (removal->has_its_end || !goes_on);
    return (kind == LINE_STATEMENT && removal->was_own) ||
           (kind == LINE_OUR_SECTION && format->header);
}

static void enter_block(struct block_removal *removal, const struct buffer *old,
    const struct line *line, const struct buffer *others)
{
    removal->in_block = true;
    removal->was_own = false;
    removal->parser = (struct line_parser){ 0 };
    removal->has_its_end = has_end(old, *line);
    removal->was_new |= block_is_mark(line, BEGIN NEW_FILE);
    if (block_is_mark(line, BEGIN NO_NEWLINE))
        removal->newline_at = others->size;
}

/* What somebody wrote into our block stays; where the block has lost its end, it ends with our last
 * line. */
int block_take_out(
    const struct block_format *format, const struct content *old, struct content *ret)
{
    struct block_removal removal = { .format = format };
    int r = 0;
    for (struct line line = { 0 }; r == 0 && line_next(&old->bytes, &line);) {
        if (is_begin(&line)) {
            enter_block(&removal, &old->bytes, &line, &ret->bytes);
            continue;
        }
        if (block_is_mark(&line, END) || (removal.in_block && block_is_own(&removal, &line))) {
            removal.in_block &= !block_is_mark(&line, END);
            continue;
        }
        removal.in_block &= removal.has_its_end;
        r = line_begins_with(&line, DISPLACED) ? append_restored(&ret->bytes, &line)
                                               : line_append(&line, &ret->bytes);
    }
    struct buffer *bytes = &ret->bytes;
    if (removal.newline_at > 0 && removal.newline_at == bytes->size &&
        bytes->data[bytes->size - 1] == '\n')
        bytes->data[--bytes->size] = '\0';
    ret->exists = old->exists && !(removal.was_new && bytes->size == 0);
    return r;
}

/* The line as every reader sees it: the first one without its byte order mark. */
static struct line text_of(const struct buffer *bytes, const struct line *line)
{
    struct line text = *line;
    if (line->text == bytes->data)
        line_skip(&text, utf8_mark_length(line->text, line->length));
    return text;
}

bool block_next(struct block_walk *walk)
{
    if (!line_next(walk->bytes, &walk->line))
        return false;
    walk->text = text_of(walk->bytes, &walk->line);
    walk->kind = walk->format->classify(&walk->text, &walk->parser);
    if (walk->kind == LINE_OUR_SECTION)
        walk->location = LOCATION_OUR_SECTION;
    if (walk->kind == LINE_OTHER_SECTION)
        walk->location = LOCATION_OTHER_SECTION;
    return true;
}

/* The line that the block stands behind; without text when there is none. */
static struct line find_header(const struct block_format *format, const struct buffer *others)
{
    for (struct block_walk walk = { .format = format, .bytes = others }; block_next(&walk);)
        if (walk.kind == LINE_OUR_SECTION)
            return walk.line;
    return (struct line){ 0 };
}

/* Appends the block: its lines between the marks, with the header of its section when the file has
 * none. */
static int append_block(const struct block_format *format, const struct buffer *lines,
    bool needs_header, bool is_new, struct buffer *ret)
{
    bool needs_newline = ret->size > 0 && ret->data[ret->size - 1] != '\n';
    int r = needs_newline ? buffer_append_text(ret, "\n") : 0;
    if (r == 0)
        r = buffer_printf(ret, BEGIN "%s\n", is_new ? NEW_FILE : needs_newline ? NO_NEWLINE : "");
    if (r == 0 && needs_header)
        r = buffer_printf(ret, "%s\n", format->header);
    if (r == 0)
        r = buffer_append(ret, lines->data, lines->size);
    return r < 0 ? r : buffer_append_text(ret, END "\n");
}

/* Appends the lines of others, what sets the same as comments, and the block behind its header. */
static int append_others(const struct block_format *format, const struct edit *edit,
    const struct buffer *others, const struct buffer *lines, const struct line *header,
    struct buffer *ret)
{
    bool displaced = false;
    int r = 0;
    for (struct block_walk walk = { .format = format, .bytes = others };
         r == 0 && block_next(&walk);) {
        if (walk.kind != LINE_EMPTY && walk.kind != LINE_CONTINUES)
            displaced = walk.kind == LINE_STATEMENT &&
                        format->assigns(edit->environment, walk.location, &walk.text);
        r = displaced && walk.kind != LINE_EMPTY ? append_displaced(format, ret, &walk.line)
                                                 : line_append(&walk.line, ret);
        if (r == 0 && header->text && walk.line.text == header->text)
            r = append_block(format, lines, false, false, ret);
    }
    return r;
}

static int put_in(const struct block_format *format, const struct edit *edit,
    const struct content *others, const struct buffer *lines)
{
    const struct line header = find_header(format, &others->bytes);
    bool at_end = !header.text && (format->header || format->at_end);
    bool on_top = !header.text && !at_end;
    int r = 0;
    if (on_top)
        r = append_block(format, lines, false, !others->exists, &edit->ret->bytes);
    if (r == 0)
        r = append_others(format, edit, &others->bytes, lines, &header, &edit->ret->bytes);
    if (r == 0 && at_end)
        r = append_block(format, lines, format->header, !others->exists, &edit->ret->bytes);
    edit->ret->exists = r == 0;
    return r;
}

int block_render(const struct block_format *format, const struct edit *edit)
{
    _cleanup_content_ struct content others = { 0 };
    _cleanup_buffer_ struct buffer lines = { 0 };
    int r = block_take_out(format, edit->old, &others);
    if (r == 0 && !environment_is_empty(edit->environment))
        r = format->append(edit->environment, &lines);
    if (r < 0)
        return r;
    if (lines.size > 0)
        return put_in(format, edit, &others, &lines);
    *edit->ret = others;
    others = (struct content){ 0 };
    return 0;
}
