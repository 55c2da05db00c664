/* SPDX-License-Identifier: MIT */
/* /etc/sysconfig/proxy of SUSE, and of Photon. Three read it:
 *
 * - login shells, by a script of profile.d: lines that begin with NAME=, behind
 * PROXY_ENABLED="yes";
 * - zypper, which takes the last NAME=;
 * - registercloudguest, which registers the machine:
 * https://github.com/SUSE-Enceladus/cloud-regionsrv-client, set_proxy(). To it a line is what a
 * name is in, comments too: the text between the first two quotes is the value, the last one
 * counts, a line without quotes ends the program, and one with PROXY_ENABLED and "no" in it
 * switches all off.
 *
 * So our lines are at the end, with quotes, and a name in what was displaced is written so that
 * nobody finds it there. */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "formats/block.h"
#include "formats/variables.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "outputs/table.h"

#define ENABLED "PROXY_ENABLED"

static const char *const sysconfig_names[] = { "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY" };

static bool sysconfig_has(const struct line *line, const char *text)
{
    return line->length > 0 && memmem(line->text, line->length, text, strlen(text));
}

/* Whether registercloudguest looks at the line; as the value what it finds there, NULL where it
 * fails. */
static bool registration_reads(const struct line *line, const char *name, struct line *ret_value)
{
    *ret_value = (struct line){ 0 };
    if (!sysconfig_has(line, name))
        return false;
    const char *end = line->text + line->length;
    const char *from = memchr(line->text, '"', line->length);
    const char *to = from ? memchr(from + 1, '"', (size_t) (end - from - 1)) : NULL;
    if (from)
        *ret_value = (struct line){ from + 1, (size_t) ((to ? to : end) - from - 1), false };
    return true;
}

/* Whether a line, most likely a comment, keeps registercloudguest from all others. */
static bool ends_registration(const struct line *line)
{
    struct line value;
    if (sysconfig_has(line, ENABLED) && sysconfig_has(line, "no"))
        return true;
    for (size_t i = 0; i < ELEMENTSOF(sysconfig_names); i++)
        if (registration_reads(line, sysconfig_names[i], &value) && !value.text)
            return true;
    return false;
}

static enum line_kind sysconfig_classify(const struct line *line, struct line_parser *parser)
{
    bool continues = parser->open;
    bool is_comment = !continues && line_is_blank_or_comment(line);
    size_t end = line->length;
    while (!is_comment && end > 0 && line->text[end - 1] == '\\')
        end--;
    parser->open = !is_comment && (line->length - end) % 2 == 1;
    if (continues)
        return LINE_CONTINUES;
    return is_comment && !ends_registration(line) ? LINE_EMPTY : LINE_STATEMENT;
}

/* The name that a line assigns to; empty where it assigns nothing. */
static struct line assigned(const struct line *line, struct line *ret_value)
{
    static const char export[] = "export ";
    struct line trimmed = line_trim(line);
    if (line_begins_with(&trimmed, export)) {
        line_skip(&trimmed, strlen(export));
        trimmed = line_trim(&trimmed);
    }
    const char *equals = trimmed.length > 0 ? memchr(trimmed.text, '=', trimmed.length) : NULL;
    size_t length = equals ? (size_t) (equals - trimmed.text) : 0;
    *ret_value = (struct line){ 0 };
    if (equals)
        *ret_value = (struct line){ equals + 1, trimmed.length - length - 1, false };
    return (struct line){ trimmed.text, length, false };
}

static bool sysconfig_assigns(
    const struct environment *environment, enum block_location location, const struct line *line)
{
    (void) location;
    struct line value;
    const struct line name = assigned(line, &value);
    return line_equals(&name, ENABLED) || environment_sets(environment, name.text, name.length) ||
           (environment && ends_registration(line));
}

/* Its names are upper case, whatever the settings say. Borrows the values. */
static struct environment in_its_words(const struct environment *environment)
{
    return environment_of_proxy(environment, LETTER_CASE_UPPER);
}

static int sysconfig_append(const struct environment *environment, struct buffer *ret)
{
    const struct environment own = in_its_words(environment);
    int r = buffer_append_text(ret, ENABLED "=\"yes\"\n");
    return r < 0 ? r : variables_append(&own, "", "=\"", "\"\n", ret);
}

/* As the shell reads a value that is quoted as a whole, or not at all. */
static struct line sysconfig_unquote(struct line value)
{
    bool is_quoted = value.length > 1 && (*value.text == '"' || *value.text == '\'') &&
                     value.text[value.length - 1] == *value.text;
    if (is_quoted)
        return (struct line){ value.text + 1, value.length - 2, false };
    return value;
}

static int sysconfig_get(const struct buffer *file, const char *name, char **ret)
{
    struct line last = { 0 };
    for (struct line line = { 0 }, value; line_next(file, &line);) {
        const struct line found = assigned(&line, &value);
        if (!line_is_blank_or_comment(&line) && line_equals(&found, name))
            last = sysconfig_unquote(value);
    }
    if (!last.text)
        return -ENOENT;
    *ret = mem_strndup(last.text, last.length);
    return *ret ? 0 : -ENOMEM;
}

static int registration_get(const struct buffer *file, const char *name, char **ret)
{
    struct line last = { 0 };
    for (struct line line = { 0 }, value; line_next(file, &line);) {
        if (ends_registration(&line))
            return -ENOENT;
        if (registration_reads(&line, name, &value))
            last = value;
    }
    if (!last.text)
        return -ENOENT;
    *ret = mem_strndup(last.text, last.length);
    return *ret ? 0 : -ENOMEM;
}

static int sysconfig_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    const struct environment own = in_its_words(environment);
    int r = variables_verify(&own, content, "a login shell", sysconfig_get, err);
    return r < 0 ? r : variables_verify(&own, content, "registercloudguest", registration_get, err);
}

const struct output sysconfig_output = { .name = "sysconfig",
    .files = { { .path = "/etc/sysconfig/proxy",
        .mode = 0644,
        .only_proxy = true,
        .consumers = LIST("/etc/sysconfig/proxy", "/usr/sbin/registercloudguest"),
        .block = &(const struct block_format){ .at_end = true,
            .hides_names = true,
            .classify = sysconfig_classify,
            .append = sysconfig_append,
            .assigns = sysconfig_assigns },
        .verify = sysconfig_verify,
        .limits = LIMITS_OF_EXEC,
        .get = sysconfig_get,
        .lists = LIST("NO_PROXY"),
        .logins = LIST("HTTP_PROXY", "HTTPS_PROXY") } } };
