/* First everything of ours is taken out, which gives the file as others wrote it; then it is put
 * in. */

#include "outputs/block.h"

#include <string.h>

#include "base/array.h"

#define BEGIN      "# BEGIN ec2-bootstrap: proxy settings, written at every boot"
#define NEW_FILE   " (this file was not there before)"
#define NO_NEWLINE " (the line above had no newline)"
#define END        "# END ec2-bootstrap"
#define DISPLACED  "# ec2-bootstrap displaced: "

/* A displaced line is one comment line to every reader: a carriage return would end it for systemd,
 * a backslash at its end would continue it. */
static const struct {
    char plain;
    const char *escaped;
} escapes[] = { { '\\', "\\x5c" }, { '\r', "\\x0d" } };

static const char *find_escaped(char plain)
{
    for (size_t i = 0; i < ELEMENTSOF(escapes); i++)
        if (escapes[i].plain == plain)
            return escapes[i].escaped;
    return NULL;
}

static int append_displaced(struct buffer *bytes, const struct line *line)
{
    int r = buffer_append_text(bytes, DISPLACED);
    for (size_t i = 0; r == 0 && i < line->length; i++) {
        const char *escaped = find_escaped(line->text[i]);
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

static bool is_begin(const struct line *line)
{
    return line_equals(line, BEGIN) || line_equals(line, BEGIN NEW_FILE) ||
           line_equals(line, BEGIN NO_NEWLINE);
}

/* The name of the section that begins with a line, or one without text. */
static struct line section_of(const struct line *line)
{
    struct line name = line_trim(line);
    if (name.length == 0 || *name.text != '[')
        return (struct line){ 0 };
    const char *end = memchr(name.text, ']', name.length);
    if (!end)
        return (struct line){ 0 };
    const struct line inner = { name.text + 1, (size_t) (end - name.text) - 1, false };
    return line_trim(&inner);
}

static bool is_own_section(const struct block_format *format, const struct line *line)
{
    const struct line name = section_of(line);
    return format->section && name.text && line_equals(&name, format->section);
}

/* Whether a line inside our block is one that we wrote there. */
static bool is_own(const struct block_format *format, const struct line *line)
{
    static char any[] = "set";
    static const struct proxy_values all = { .http = any, .https = any, .no_proxy = any };
    enum block_place place = format->section ? PLACE_INSIDE : PLACE_ROOT;
    return is_own_section(format, line) || format->assigns(&all, place, line);
}

/* Whether a block that begins before this line has its end. */
static bool has_end(const struct buffer *bytes, struct line line)
{
    while (line_next(bytes, &line)) {
        if (line_equals(&line, END))
            return true;
        if (is_begin(&line))
            return false;
    }
    return false;
}

/* The way through a file with our blocks. */
struct removal {
    bool in_block;
    bool has_its_end;
    bool was_new;
    size_t joint; /* where a newline was added to others' text; 0: nowhere */
};

static void enter_block(struct removal *removal, const struct buffer *old, const struct line *line,
    const struct buffer *others)
{
    removal->in_block = true;
    removal->has_its_end = has_end(old, *line);
    removal->was_new |= line_equals(line, BEGIN NEW_FILE);
    if (line_equals(line, BEGIN NO_NEWLINE))
        removal->joint = others->size;
}

/* The file as others wrote it. What somebody wrote into our block stays; where the block has lost
 * its end, it ends with our last line. */
static int take_out(
    const struct block_format *format, const struct content *old, struct content *ret)
{
    struct removal removal = { 0 };
    int r = 0;
    for (struct line line = { 0 }; r == 0 && line_next(&old->bytes, &line);) {
        if (is_begin(&line)) {
            enter_block(&removal, &old->bytes, &line, &ret->bytes);
            continue;
        }
        if (line_equals(&line, END) || (removal.in_block && is_own(format, &line))) {
            removal.in_block &= !line_equals(&line, END);
            continue;
        }
        removal.in_block &= removal.has_its_end;
        r = line_begins_with(&line, DISPLACED) ? append_restored(&ret->bytes, &line)
                                               : line_append(&line, &ret->bytes);
    }
    struct buffer *bytes = &ret->bytes;
    if (removal.joint > 0 && removal.joint == bytes->size && bytes->data[bytes->size - 1] == '\n')
        bytes->data[--bytes->size] = '\0';
    ret->exists = old->exists && !(removal.was_new && bytes->size == 0);
    return r;
}

/* A walk over lines that knows their statements and sections. Zero-initialise the rest. */
struct walk {
    const struct block_format *format;
    const struct buffer *bytes;
    struct line line, first, previous;
    enum block_place place;
    bool is_empty;     /* a comment, or nothing but blanks */
    bool is_statement; /* the line begins one */
    bool is_header;    /* the block stands behind this line */
    bool began;        /* there was a statement before */
};

/* Looks at a line that begins a statement. */
static void begin_statement(struct walk *walk)
{
    const struct block_format *format = walk->format;
    const struct line trimmed = line_trim(&walk->line);
    walk->first = walk->line;
    if (format->section && section_of(&walk->line).text) {
        bool is_own_header = is_own_section(format, &walk->line);
        walk->is_header = is_own_header;
        walk->place = is_own_header ? PLACE_INSIDE : PLACE_OTHER;
    } else if (format->behind && !walk->began)
        walk->is_header = line_equals(&trimmed, format->behind);
    walk->began = true;
}

static bool walk_next(struct walk *walk)
{
    if (!line_next(walk->bytes, &walk->line))
        return false;
    walk->is_empty = line_is_empty(&walk->line);
    walk->is_header = walk->is_statement = false;
    if (walk->is_empty)
        return true;
    bool continues = walk->began && walk->format->continues &&
                     walk->format->continues(&walk->first, &walk->previous, &walk->line);
    walk->is_statement = !continues;
    if (walk->is_statement)
        begin_statement(walk);
    walk->previous = walk->line;
    return true;
}

/* The line that the block stands behind; without text when there is none. */
static struct line find_header(const struct block_format *format, const struct buffer *others)
{
    for (struct walk walk = { .format = format, .bytes = others }; walk_next(&walk);)
        if (walk.is_header)
            return walk.line;
    return (struct line){ 0 };
}

/* Appends the block: its lines between the marks, with the header of its section when the file has
 * none. */
static int append_block(const struct block_format *format, const struct buffer *lines,
    bool needs_section, bool is_new, struct buffer *ret)
{
    bool needs_newline = ret->size > 0 && ret->data[ret->size - 1] != '\n';
    int r = needs_newline ? buffer_append_text(ret, "\n") : 0;
    if (r == 0)
        r = buffer_printf(ret, BEGIN "%s\n", is_new ? NEW_FILE : needs_newline ? NO_NEWLINE : "");
    if (r == 0 && needs_section)
        r = buffer_printf(ret, "[%s]\n", format->section);
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
    for (struct walk walk = { .format = format, .bytes = others }; r == 0 && walk_next(&walk);) {
        if (walk.is_statement)
            displaced = format->assigns(edit->values, walk.place, &walk.line);
        r = displaced && !walk.is_empty ? append_displaced(ret, &walk.line)
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
    bool at_end = !header.text && format->section && !format->section_on_top;
    bool on_top = !header.text && !at_end;
    int r = 0;
    if (on_top)
        r = append_block(format, lines, format->section, !others->exists, &edit->ret->bytes);
    if (r == 0)
        r = append_others(format, edit, &others->bytes, lines, &header, &edit->ret->bytes);
    if (r == 0 && at_end)
        r = append_block(format, lines, true, !others->exists, &edit->ret->bytes);
    edit->ret->exists = r == 0;
    return r;
}

int block_render(const struct block_format *format, const struct edit *edit)
{
    _cleanup_content_ struct content others = { 0 };
    _cleanup_buffer_ struct buffer lines = { 0 };
    int r = take_out(format, edit->old, &others);
    if (r == 0 && proxy_values_any(edit->values))
        r = format->append(edit->values, &lines);
    if (r < 0)
        return r;
    if (lines.size > 0)
        return put_in(format, edit, &others, &lines);
    *edit->ret = others;
    others = (struct content){ 0 };
    return 0;
}
