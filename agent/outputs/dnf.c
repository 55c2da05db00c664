/* SPDX-License-Identifier: MIT */
/* /etc/dnf/dnf.conf and /etc/yum.conf: one proxy for all repositories, in the section [main]. The
 * files have three readers: libdnf, dnf5, and yum's iniparse. What one of them would take for an
 * assignment is one here. */

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "formats/block.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "outputs/table.h"

/* What we set, and what would change how it is used. */
static const char *const names[] = { "proxy", "proxy_username", "proxy_password",
    "proxy_auth_method" };

static bool is_main(const struct line *line)
{
    const struct line trimmed = line_trim(line);
    return line_begins_with(&trimmed, "[main]");
}

static bool begins_with_blank(const struct line *line)
{
    return line->length > 0 && isspace((unsigned char) *line->text);
}

/* A comment begins in the first column. To yum "rem" is one, in whatever words it goes on; dnf
 * knows no option that begins like that. */
static bool is_comment(const struct line *line)
{
    static const char rem[] = "rem";
    return line->length > 0 &&
           (*line->text == '#' || *line->text == ';' ||
               (line->length >= strlen(rem) && strncasecmp(line->text, rem, strlen(rem)) == 0));
}

/* Behind a blank a comment goes on with the value, and to libdnf and yum a value goes on also
 * behind empty lines and comments. */
static enum line_kind dnf_classify(const struct line *line, struct line_parser *parser)
{
    const struct line trimmed = line_trim(line);
    if (trimmed.length == 0 || is_comment(line))
        return LINE_EMPTY;
    if (*trimmed.text == '[') {
        parser->open = false;
        return is_main(line) ? LINE_OUR_SECTION : LINE_OTHER_SECTION;
    }
    if (parser->open && begins_with_blank(line))
        return LINE_CONTINUES;
    parser->open = true;
    return LINE_STATEMENT;
}

/* The length of the name that a line sets: yum also knows "name: value". 0: it sets none. */
static size_t name_length(const struct line *line)
{
    size_t length = 0;
    while (length < line->length && line->text[length] != '=' && line->text[length] != ':')
        length++;
    if (length == line->length)
        return 0;
    while (length > 0 && isspace((unsigned char) line->text[length - 1]))
        length--;
    return length;
}

/* To yum the case of letters does not matter. A line that goes on with nothing, behind the header,
 * would go on with ours. */
static bool dnf_assigns(
    const struct environment *environment, enum block_location location, const struct line *line)
{
    (void) environment;
    if (location != LOCATION_OUR_SECTION)
        return false;
    if (begins_with_blank(line))
        return true;
    size_t length = name_length(line);
    for (size_t i = 0; i < ELEMENTSOF(names); i++)
        if (length == strlen(names[i]) && strncasecmp(line->text, names[i], length) == 0)
            return true;
    return false;
}

/* With a login dnf has to be told how to send it: it would take the strongest scheme that the proxy
 * offers, as NTLM, for which the login is none. */
static int dnf_append(const struct environment *environment, struct buffer *ret)
{
    const char *proxy = environment_proxy(environment);
    if (!proxy)
        return 0;
    return buffer_printf(
        ret, "proxy=%s\n%s", proxy, strchr(proxy, '@') ? "proxy_auth_method=basic\n" : "");
}

static const struct block_format format = {
    .header = "[main]", .classify = dnf_classify, .append = dnf_append, .assigns = dnf_assigns
};

static int dnf_get(const struct buffer *file, const char *name, char **ret)
{
    struct line value = { 0 };
    for (struct block_walk walk = { .format = &format, .bytes = file }; block_next(&walk);) {
        size_t length = walk.kind == LINE_STATEMENT && walk.location == LOCATION_OUR_SECTION
                            ? name_length(&walk.text)
                            : 0;
        if (length != strlen(name) || strncasecmp(walk.text.text, name, length) != 0)
            continue;
        value = walk.text;
        line_skip(&value, strcspn(value.text, "=:") + 1);
        value = line_trim(&value);
    }
    if (!value.text)
        return -ENOENT;
    *ret = mem_strndup(value.text, value.length);
    return *ret ? 0 : -ENOMEM;
}

/* Takes the next of our lines off the front, when it is this one. */
static bool take_meant(struct line *ours, const struct line *line)
{
    const struct line trimmed = line_trim(line);
    const char *end = memchr(ours->text, '\n', ours->length);
    size_t length = end ? (size_t) (end - ours->text) : 0;
    if (length == 0 || begins_with_blank(line) || trimmed.length != length ||
        memcmp(trimmed.text, ours->text, length) != 0)
        return false;
    ours->text += length + 1;
    ours->length -= length + 1;
    return true;
}

/* Whether a reader finds our lines, each once, and nothing else that assigns what they do. */
static bool dnf_is_read(const struct buffer *lines, const struct content *content)
{
    struct line ours = { lines->data, lines->size, false };
    bool is_other = false, is_of_interest = false;
    for (struct block_walk walk = { .format = &format, .bytes = &content->bytes };
         block_next(&walk);) {
        if (walk.kind == LINE_CONTINUES)
            is_other |= is_of_interest;
        if (walk.kind == LINE_EMPTY || walk.kind == LINE_CONTINUES)
            continue;
        is_of_interest =
            walk.kind == LINE_STATEMENT && dnf_assigns(NULL, walk.location, &walk.text);
        is_other |= is_of_interest && !take_meant(&ours, &walk.text);
    }
    return ours.length == 0 && !is_other;
}

static int dnf_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    _cleanup_buffer_ struct buffer lines = { 0 };
    if (dnf_append(environment, &lines) < 0)
        return error_no_memory(err);
    return lines.size == 0 || dnf_is_read(&lines, content)
               ? 0
               : error_set(err, EX_IOERR, -EBADMSG, "dnf would not read proxy as it was meant");
}

/* yum reads its file only where there is no dnf; else it is mostly a link to dnf's. Neither has an
 * option for exemptions: libcurl takes no_proxy of the environment, also with a proxy of the file.
 */
const struct output dnf_output = { .name = "dnf",
    .files = {
        { .path = "/etc/dnf/dnf.conf",
            .only_proxy = true,
            .mode = 0644,
            .consumers = LIST("/etc/dnf/dnf.conf"),
            .block = &format,
            .verify = dnf_verify,
            .get = dnf_get,
            .logins = LIST("proxy", "proxy_username"),
            .private_cost = "then only root can use dnf" },
        { .path = "/etc/yum.conf",
            .mode = 0644,
            .consumers = LIST("/etc/yum.conf"),
            .only_proxy = true,
            .only_if_there = true,
            .block = &format,
            .verify = dnf_verify,
            .get = dnf_get,
            .logins = LIST("proxy", "proxy_username"),
            .private_cost = "then only root can use yum" },
    },
    .no_proxy = OUTPUT_NEEDS_VARIABLES };
