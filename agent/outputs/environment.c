/* First everything of ours is taken out, which gives the file as others wrote it; then it is put
 * in. */

#include "outputs/environment.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/secret.h"
#include "outputs/pam_env.h"

#define BEGIN     "# BEGIN ec2-bootstrap: proxy settings, written at every boot"
#define BEGIN_NEW BEGIN " (this file was not there before)"
#define END       "# END ec2-bootstrap"
#define DISPLACED "# ec2-bootstrap displaced: "

/* A line of the file. */
struct line {
    const char *text;
    size_t length;    /* without the newline */
    bool has_newline; /* only the last line may lack it */
};

/* Moves to the next line; false at the end. Starts with a zero-initialised line. */
static bool next_line(const struct buffer *bytes, struct line *line)
{
    if (!bytes->data)
        return false;
    const char *end = bytes->data + bytes->size;
    const char *start = line->text ? line->text + line->length + line->has_newline : bytes->data;
    if (start == end)
        return false;
    const char *newline = memchr(start, '\n', (size_t) (end - start));
    *line = (struct line){ start, (size_t) ((newline ? newline : end) - start), newline != NULL };
    return true;
}

static bool equals(const struct line *line, const char *text)
{
    return line->length == strlen(text) && memcmp(line->text, text, line->length) == 0;
}

static bool begins_with(const struct line *line, const char *text)
{
    return line->length >= strlen(text) && memcmp(line->text, text, strlen(text)) == 0;
}

static int append_line(struct buffer *bytes, const struct line *line)
{
    return buffer_append(bytes, line->text, line->length + line->has_newline);
}

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
        while (e < ELEMENTSOF(escapes) && !begins_with(&rest, escapes[e].escaped))
            e++;
        bool is_escape = e < ELEMENTSOF(escapes);
        r = buffer_append(bytes, is_escape ? &escapes[e].plain : rest.text, 1);
        i += is_escape ? strlen(escapes[e].escaped) : 1;
    }
    return r == 0 && line->has_newline ? buffer_append_text(bytes, "\n") : r;
}

/* The name that a line assigns for any reader of the file: pam_env, systemd's environment.d, a
 * shell. NULL when it assigns nothing. */
static const char *assigned_name(const struct line *line, size_t *ret_length)
{
    const char *p = line->text, *end = p + line->length;
    while (p < end && isblank((unsigned char) *p))
        p++;
    if (end - p > 7 && memcmp(p, "export", 6) == 0 && isblank((unsigned char) p[6]))
        for (p += 6; p < end && isblank((unsigned char) *p);)
            p++;
    const char *name = p;
    while (p < end && (isalnum((unsigned char) *p) || *p == '_'))
        p++;
    *ret_length = (size_t) (p - name);
    while (p < end && isblank((unsigned char) *p))
        p++;
    bool is_name = *ret_length > 0 && (p == end || *p == '=' || *p == '\r');
    return is_name ? name : NULL;
}

/* Whether a line inside our block is one that we wrote there. */
static bool is_own_assignment(const struct line *line)
{
    static char any[] = "set";
    static const struct proxy_values all = { .http = any, .https = any, .no_proxy = any };
    size_t length;
    const char *name = assigned_name(line, &length);
    return name && proxy_values_own(&all, name, length);
}

/* Whether a block that begins before this line has its end. */
static bool has_end(const struct buffer *bytes, struct line line)
{
    while (next_line(bytes, &line)) {
        if (equals(&line, END))
            return true;
        if (equals(&line, BEGIN) || equals(&line, BEGIN_NEW))
            return false;
    }
    return false;
}

/* The file as others wrote it. What somebody wrote into our block stays; where the block has lost
 * its end, it ends with our last assignment. */
static int take_out(const struct content *old, struct content *ret)
{
    bool in_block = false, has_its_end = false, was_new = false;
    int r = 0;
    for (struct line line = { 0 }; r == 0 && next_line(&old->bytes, &line);) {
        if (equals(&line, BEGIN) || equals(&line, BEGIN_NEW)) {
            in_block = true;
            has_its_end = has_end(&old->bytes, line);
            was_new |= equals(&line, BEGIN_NEW);
            continue;
        }
        if (equals(&line, END) || (in_block && is_own_assignment(&line))) {
            in_block &= !equals(&line, END);
            continue;
        }
        in_block &= has_its_end;
        r = begins_with(&line, DISPLACED) ? append_restored(&ret->bytes, &line)
                                          : append_line(&ret->bytes, &line);
    }
    ret->exists = old->exists && !(was_new && ret->bytes.size == 0);
    return r;
}

/* Appends the lines of others, those that assign a variable of ours as comments. A line that goes
 * on shares the fate of its continuation. */
static int append_others(
    const struct proxy_values *values, const struct buffer *others, struct buffer *ret)
{
    bool displaced = false, continued = false;
    int r = 0;
    for (struct line line = { 0 }; r == 0 && next_line(others, &line);) {
        if (pam_env_is_empty(line.text, line.length)) {
            r = append_line(ret, &line);
            continue;
        }
        if (!continued) {
            size_t length;
            const char *name = assigned_name(&line, &length);
            displaced = name && proxy_values_own(values, name, length);
        }
        r = displaced ? append_displaced(ret, &line) : append_line(ret, &line);
        continued = pam_env_continues(line.text, line.length);
    }
    return r;
}

static int append_block(const struct proxy_values *values, bool is_new, struct buffer *ret)
{
    struct proxy_variable variables[PROXY_VARIABLES_MAX];
    size_t count = proxy_values_list(values, variables);
    int r = buffer_printf(ret, "%s\n", is_new ? BEGIN_NEW : BEGIN);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = buffer_printf(ret, "%s=%s\n", variables[i].name, variables[i].value);
    return r < 0 ? r : buffer_append_text(ret, END "\n");
}

int environment_render(
    const struct proxy_values *values, const struct content *old, struct content *ret)
{
    _cleanup_content_ struct content others = { 0 };
    int r = take_out(old, &others);
    if (r < 0)
        return r;
    if (!proxy_values_any(values)) {
        *ret = others;
        others = (struct content){ 0 };
        return 0;
    }
    r = append_block(values, !others.exists, &ret->bytes);
    if (r == 0)
        r = append_others(values, &others.bytes, &ret->bytes);
    ret->exists = r == 0;
    return r;
}

int environment_verify(
    const struct proxy_values *values, const struct content *content, struct error *err)
{
    struct proxy_variable variables[PROXY_VARIABLES_MAX];
    size_t count = proxy_values_list(values, variables);
    for (size_t i = 0; i < count; i++) {
        _cleanup_secret_ char *value = NULL;
        int r = pam_env_get(&content->bytes, variables[i].name, &value);
        if (r == -ENOMEM)
            return error_memory(err);
        if (r < 0 || strcmp(value, variables[i].value) != 0)
            return error_set(err, EX_IOERR, -EBADMSG, "PAM would not read %s as it was meant",
                variables[i].name);
    }
    return 0;
}
