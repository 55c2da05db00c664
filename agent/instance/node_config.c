/* SPDX-License-Identifier: MIT */
/* Line by line: of MIME the headers of the parts and their boundary, of YAML mappings in block
 * style, as all documentation writes a NodeConfig. Both keys are scalars of one line. */

#include "instance/node_config.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/lines.h"
#include "lib/memory.h"

#define TYPE "application/node.eks.aws"

enum { DEPTH_MAX = 3, BOUNDARY_MAX = 70 /* RFC 2046, 5.1.1 */ };

/* The keys that a line of YAML is below. */
struct yaml_path {
    struct line keys[DEPTH_MAX];
    size_t columns[DEPTH_MAX];
    size_t depth; /* can be more than DEPTH_MAX: those are not kept */
};

struct node_reader {
    struct yaml_path path;
    struct node_config document; /* of the document that is being read */
    bool is_node_config;
    struct node_config *ret;
    const char *problem;
    bool has_failed; /* no memory */

    /* Of a MIME message. */
    char boundary[BOUNDARY_MAX + 1];
    bool is_mime, in_headers, is_wanted, is_encoded;
};

void node_config_free(struct node_config *config)
{
    mem_free(config->endpoint);
    mem_free(config->services);
    *config = (struct node_config){ 0 };
}

static void take_over(char **from, char **to)
{
    if (!*from)
        return;
    mem_free(*to);
    *to = TAKE_PTR(*from);
}

static void end_document(struct node_reader *reader)
{
    if (reader->is_node_config) {
        take_over(&reader->document.endpoint, &reader->ret->endpoint);
        take_over(&reader->document.services, &reader->ret->services);
    }
    node_config_free(&reader->document);
    reader->is_node_config = false;
    reader->path = (struct yaml_path){ 0 };
}

/* Goes to the key of a line: those that are not left of it are behind. */
static void enter_key(struct yaml_path *path, const struct line *key, size_t column)
{
    size_t kept = path->depth < DEPTH_MAX ? path->depth : DEPTH_MAX;
    while (kept > 0 && path->columns[kept - 1] >= column)
        kept--;
    if (kept == DEPTH_MAX) {
        path->depth = DEPTH_MAX + 1; /* deeper than all that is looked for */
        return;
    }
    path->keys[kept] = *key;
    path->columns[kept] = column;
    path->depth = kept + 1;
}

static bool path_is(const struct yaml_path *path, const char *const *keys, size_t depth)
{
    bool is = path->depth == depth;
    for (size_t i = 0; is && i < depth; i++)
        is = line_equals(&path->keys[i], keys[i]);
    return is;
}

/* The text of a scalar: without its quotes, or the comment behind it. */
static struct line scalar_of(struct line value)
{
    char quote = '\0';
    if (value.length > 0 && (*value.text == '"' || *value.text == '\''))
        quote = *value.text;
    for (size_t i = 1; i < value.length; i++) {
        if (quote && value.text[i] == quote)
            return (struct line){ value.text + 1, i - 1, false };
        if (!quote && value.text[i] == '#' && isblank((unsigned char) value.text[i - 1]))
            value.length = i;
    }
    if (quote)
        value.length = 0; /* it does not end here */
    return line_trim(&value);
}

static void keep(struct node_reader *reader, struct line value, char **to)
{
    const struct line text = scalar_of(value);
    /* YAML has no NUL. */
    if (text.length == 0 || *text.text == '#' || memchr(text.text, '\0', text.length))
        return;
    char *copy = mem_strndup(text.text, text.length);
    reader->has_failed |= !copy;
    mem_free(*to);
    *to = copy;
}

static void node_read_value(struct node_reader *reader, struct line value)
{
    static const char *const kind[] = { "kind" };
    static const char *const endpoint[] = { "spec", "cluster", "apiServerEndpoint" };
    static const char *const services[] = { "spec", "cluster", "cidr" };
    const struct yaml_path *path = &reader->path;
    const struct line text = scalar_of(value);
    if (path_is(path, kind, ELEMENTSOF(kind)))
        reader->is_node_config = line_equals(&text, "NodeConfig");
    else if (path_is(path, endpoint, ELEMENTSOF(endpoint)))
        keep(reader, value, &reader->document.endpoint);
    else if (path_is(path, services, ELEMENTSOF(services)))
        keep(reader, value, &reader->document.services);
    else if ((path_is(path, endpoint, 1) || path_is(path, endpoint, 2)) && text.length > 0 &&
             strchr("{&*!", *text.text))
        reader->problem = "it is not YAML in block style";
}

static void read_yaml(struct node_reader *reader, const struct line *line)
{
    size_t column = 0;
    while (column < line->length && line->text[column] == ' ')
        column++;
    const struct line text = line_trim(line);
    if (line_begins_with(line, "---") || line_begins_with(line, "..."))
        end_document(reader);
    if (line_is_blank_or_comment(line) || line_begins_with(line, "---"))
        return;
    const char *colon = memchr(text.text, ':', text.length);
    size_t length = colon ? (size_t) (colon - text.text) : 0;
    if (!colon || (length + 1 < text.length && !isblank((unsigned char) colon[1])))
        return;
    struct line value = { colon + 1, text.length - length - 1, false };
    enter_key(&reader->path, &(const struct line){ text.text, length, false }, column);
    node_read_value(reader, line_trim(&value));
}

static bool has_word(const struct line *line, const char *word)
{
    for (size_t i = 0; i + strlen(word) <= line->length; i++)
        if (strncasecmp(line->text + i, word, strlen(word)) == 0)
            return true;
    return false;
}

/* boundary=XXX or boundary="XXX"; it can stand in a line of its own, behind the header's. */
static void find_boundary(struct node_reader *reader, const struct line *line)
{
    static const char word[] = "boundary=";
    for (size_t i = 0; i + strlen(word) < line->length; i++) {
        if (strncasecmp(line->text + i, word, strlen(word)) != 0)
            continue;
        const char *from = line->text + i + strlen(word), *end = line->text + line->length;
        bool is_quoted = *from == '"';
        from += is_quoted;
        size_t length = 0;
        while (from + length < end && length < BOUNDARY_MAX &&
               !strchr(is_quoted ? "\"" : "; \t\r", from[length]))
            length++;
        memcpy(reader->boundary, from, length);
        reader->boundary[length] = '\0';
        return;
    }
}

static void node_read_header(struct node_reader *reader, const struct line *line)
{
    if (line_trim(line).length == 0)
        reader->in_headers = false;
    reader->is_wanted |= has_word(line, TYPE);
    reader->is_encoded |= has_word(line, "base64") || has_word(line, "quoted-printable");
    if (!*reader->boundary)
        find_boundary(reader, line);
    if (!reader->in_headers && reader->is_wanted && reader->is_encoded)
        reader->problem = "its part of the MIME message is encoded";
}

static bool is_boundary(const struct node_reader *reader, const struct line *line)
{
    return *reader->boundary && line_begins_with(line, "--") &&
           line->length >= strlen(reader->boundary) + 2 &&
           memcmp(line->text + 2, reader->boundary, strlen(reader->boundary)) == 0;
}

static void node_read_line(struct node_reader *reader, const struct line *line)
{
    if (is_boundary(reader, line)) {
        end_document(reader);
        reader->in_headers = true;
        reader->is_wanted = reader->is_encoded = false;
    } else if (reader->in_headers)
        node_read_header(reader, line);
    else if (!reader->is_mime || (reader->is_wanted && !reader->is_encoded))
        read_yaml(reader, line);
}

static bool is_compressed(const struct buffer *user_data)
{
    return user_data->size > 2 && memcmp(user_data->data, "\x1f\x8b", 2) == 0;
}

int node_config_read(
    const struct buffer *user_data, struct node_config *ret, const char **ret_problem)
{
    struct node_reader reader = { .ret = ret };
    struct line line = { 0 };
    *ret_problem = is_compressed(user_data) ? "it is compressed" : NULL;
    if (*ret_problem)
        return 0;
    for (bool is_first = true; line_next(user_data, &line); is_first = false) {
        if (is_first)
            reader.is_mime = reader.in_headers =
                has_word(&line, "MIME-Version:") || has_word(&line, "Content-Type:");
        node_read_line(&reader, &line);
    }
    end_document(&reader);
    *ret_problem = reader.problem;
    return reader.has_failed ? -ENOMEM : 0;
}
