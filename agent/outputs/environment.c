/* SPDX-License-Identifier: MIT */
/* /etc/environment: what PAM gives every login, and what systemd gives its user manager. */

#include <ctype.h>
#include <string.h>

#include "formats/block.h"
#include "formats/pam_env.h"
#include "formats/variables.h"
#include "outputs/table.h"

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

static bool etc_environment_assigns(
    const struct environment *environment, enum block_location location, const struct line *line)
{
    (void) location;
    size_t length;
    const char *name = assigned_name(line, &length);
    return name && environment_sets(environment, name, length);
}

/* Lines that are empty do not end one that goes on. */
static enum line_kind etc_environment_classify(const struct line *line, struct line_parser *parser)
{
    if (line_is_blank_or_comment(line))
        return LINE_EMPTY;
    bool continues = parser->open;
    parser->open = pam_env_continues(line);
    return continues ? LINE_CONTINUES : LINE_STATEMENT;
}

static int etc_environment_append(const struct environment *environment, struct buffer *ret)
{
    return variables_append(environment, "", "=", "\n", ret);
}

static int etc_environment_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    return variables_verify(environment, content, "PAM", pam_env_get, err);
}

const struct output environment_output = { .name = "environment",
    .files = { { .path = "/etc/environment",
        .mode = 0644,
        .block = &(const struct block_format){ .classify = etc_environment_classify,
            .append = etc_environment_append,
            .assigns = etc_environment_assigns },
        .verify = etc_environment_verify,
        .limits = LIMITS_OF_PAM,
        .get = pam_env_get,
        .lists = LIST("no_proxy", "NO_PROXY"),
        .logins = LIST("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY") } } };
