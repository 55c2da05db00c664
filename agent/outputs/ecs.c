/* SPDX-License-Identifier: MIT */
/* The ECS agent: /etc/ecs/ecs.config for the agent in its container, and a drop-in for the service
 * that starts it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/http_proxy_config.html
 *
 * The file has two readers: ecs-init takes each line as it is, up to the first "=" and from there
 * on; ecs.service has it as EnvironmentFile=, where blanks around the "=" do not count. Both the
 * agent and ecs-init look for upper case first, and for HTTPS_PROXY before HTTP_PROXY when a URL is
 * https. */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "formats/block.h"
#include "formats/dropin.h"
#include "formats/variables.h"
#include "lib/memory.h"
#include "outputs/table.h"

#define CONFIG "/etc/ecs/ecs.config"

/* What the documentation demands in addition to what we exempt anyway. */
#define DOCKER_SOCKET "/var/run/docker.sock"

/* host:port is what the documentation shows. Without a scheme http is meant, so another one has to
 * stay. */
static const char *ecs_proxy(const char *url)
{
    static const char scheme[] = "http://";
    return strncmp(url, scheme, strlen(scheme)) == 0 ? url + strlen(scheme) : url;
}

/* Adds a variable in the words of ECS. 0 or -ENOMEM. */
static int ecs_add(struct environment *environment, enum variable_id id, const char *value)
{
    _cleanup_buffer_ struct buffer list = { 0 };
    if (id == VARIABLE_HTTP_PROXY || id == VARIABLE_HTTPS_PROXY)
        value = ecs_proxy(value);
    else if (id == VARIABLE_NO_PROXY) {
        if (buffer_printf(&list, "%s," DOCKER_SOCKET, value) < 0)
            return -ENOMEM;
        value = list.data;
    } else
        return 0; /* the agent's container has neither these files nor a need for them */
    return environment_add(environment, id, value, NULL);
}

/* The environment in the words of ECS; the caller frees it with environment_free(), also after a
 * failure. 0 or -ENOMEM. */
static int ecs_translate(const struct environment *environment, struct environment *ret)
{
    *ret = (struct environment){ .letter_case = LETTER_CASE_UPPER };
    int r = 0;
    for (size_t id = 0; r == 0 && id < VARIABLES; id++)
        if (environment->values[id])
            r = ecs_add(ret, (enum variable_id) id, environment->values[id]);
    return r;
}

static struct line ecs_trim(const struct line *line)
{
    struct line trimmed = { line->text, line->length, false };
    while (trimmed.length > 0 && isspace((unsigned char) *trimmed.text)) {
        trimmed.text++;
        trimmed.length--;
    }
    while (trimmed.length > 0 && isspace((unsigned char) trimmed.text[trimmed.length - 1]))
        trimmed.length--;
    return trimmed;
}

/* The name and the value that a line gives it; false when it does not. */
static bool ecs_split(const struct line *line, struct line *ret_name, struct line *ret_value)
{
    const struct line trimmed = ecs_trim(line);
    const char *sign = trimmed.length > 0 ? memchr(trimmed.text, '=', trimmed.length) : NULL;
    if (!sign)
        return false;
    size_t length = (size_t) (sign - trimmed.text);
    *ret_name = ecs_trim(&(const struct line){ trimmed.text, length, false });
    *ret_value = (struct line){ sign + 1, trimmed.length - length - 1, false };
    return true;
}

/* To ecs-init no line goes on in the next one. */
static enum line_kind ecs_classify(const struct line *line, struct line_parser *parser)
{
    (void) parser;
    return line_is_blank_or_comment(line) ? LINE_EMPTY : LINE_STATEMENT;
}

static bool ecs_assigns(
    const struct environment *environment, enum block_location location, const struct line *line)
{
    (void) location;
    struct line name, value;
    return ecs_split(line, &name, &value) && environment_sets(environment, name.text, name.length);
}

static int ecs_append(const struct environment *environment, struct buffer *ret)
{
    _cleanup_environment_ struct environment own = { 0 };
    int r = ecs_translate(environment, &own);
    return r < 0 ? r : variables_append(&own, "", "=", "\n", ret);
}

static int ecs_get(const struct buffer *file, const char *name, char **ret)
{
    struct line last = { 0 };
    for (struct line line = { 0 }, found, value; line_next(file, &line);)
        if (!line_is_blank_or_comment(&line) && ecs_split(&line, &found, &value) &&
            line_equals(&found, name))
            last = value;
    if (!last.text)
        return -ENOENT;
    *ret = mem_strndup(last.text, last.length);
    return *ret ? 0 : -ENOMEM;
}

static int ecs_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    _cleanup_environment_ struct environment own = { 0 };
    if (ecs_translate(environment, &own) < 0)
        return error_no_memory(err);
    return variables_verify(&own, content, "ECS", ecs_get, err);
}

static int append_dropin(const struct environment *environment, struct buffer *ret)
{
    _cleanup_environment_ struct environment own = { 0 };
    int r = ecs_translate(environment, &own);
    return r < 0 ? r : dropin_append(&own, CONFIG, NULL, ret);
}

static int verify_dropin(
    const struct environment *environment, const struct content *content, struct error *err)
{
    _cleanup_environment_ struct environment own = { 0 };
    if (ecs_translate(environment, &own) < 0)
        return error_no_memory(err);
    return dropin_verify(&own, content, err);
}

#define CONSUMERS                                                                                  \
    LIST("/usr/libexec/amazon-ecs-init", "/usr/lib/systemd/system/ecs.service",                    \
        "/lib/systemd/system/ecs.service", "/etc/systemd/system/ecs.service")

const struct output ecs_output = { .name = "ecs",
    .files = {
        { .path = CONFIG,
            .mode = 0600,
            .only_proxy = true,
            .consumers = CONSUMERS,
            .block =
                &(const struct block_format){
                    .classify = ecs_classify, .append = ecs_append, .assigns = ecs_assigns },
            .verify = ecs_verify,
            .limits = LIMITS_OF_EXEC,
            .get = ecs_get,
            .lists = LIST("NO_PROXY"),
            .logins = LIST("HTTP_PROXY", "HTTPS_PROXY"),
            .private_cost = "",
            .units = LIST("ecs.service") },
        { .path = "/etc/systemd/system/ecs.service.d/50-ec2-bootstrap.conf",
            .mode = 0644,
            .consumers = CONSUMERS,
            .body = append_dropin,
            .verify = verify_dropin,
            .limits = LIMITS_OF_UNIT,
            .units = LIST("ecs.service") },
    } };
