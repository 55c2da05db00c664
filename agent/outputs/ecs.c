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
 * stay. 0 or -ENOMEM. */
static int set_proxy(const char *url, char **ret)
{
    static const char scheme[] = "http://";
    if (!url)
        return 0;
    *ret = mem_strdup(strncmp(url, scheme, strlen(scheme)) == 0 ? url + strlen(scheme) : url);
    return *ret ? 0 : -ENOMEM;
}

static int set_no_proxy(const char *list, char **ret)
{
    _cleanup_buffer_ struct buffer longer = { 0 };
    if (list && buffer_printf(&longer, "%s," DOCKER_SOCKET, list) < 0)
        return -ENOMEM;
    *ret = list ? buffer_take(&longer) : NULL;
    return 0;
}

/* The values in the words of ECS; the caller frees them with proxy_values_free(), also after a
 * failure. 0 or -ENOMEM. */
static int translate(const struct proxy_values *values, struct proxy_values *ret)
{
    *ret = (struct proxy_values){ .letter_case = PROXY_CASE_UPPER };
    int r = set_proxy(values->http, &ret->http);
    if (r == 0)
        r = set_proxy(values->https, &ret->https);
    return r < 0 ? r : set_no_proxy(values->no_proxy, &ret->no_proxy);
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
static enum line_kind ecs_look(const struct line *line, struct line_parser *memory)
{
    (void) memory;
    return line_is_blank_or_comment(line) ? LINE_EMPTY : LINE_STATEMENT;
}

static bool ecs_assigns(
    const struct proxy_values *values, enum block_location place, const struct line *line)
{
    (void) place;
    struct line name, value;
    return ecs_split(line, &name, &value) && proxy_values_own(values, name.text, name.length);
}

static int ecs_append(const struct proxy_values *values, struct buffer *ret)
{
    _cleanup_proxy_values_ struct proxy_values own = { 0 };
    int r = translate(values, &own);
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
    const struct proxy_values *values, const struct content *content, struct error *err)
{
    _cleanup_proxy_values_ struct proxy_values own = { 0 };
    if (translate(values, &own) < 0)
        return error_no_memory(err);
    return variables_verify(&own, content, "ECS", ecs_get, err);
}

static int append_dropin(const struct proxy_values *values, struct buffer *ret)
{
    _cleanup_proxy_values_ struct proxy_values own = { 0 };
    int r = translate(values, &own);
    return r < 0 ? r : dropin_append(&own, CONFIG, ret);
}

static int verify_dropin(
    const struct proxy_values *values, const struct content *content, struct error *err)
{
    _cleanup_proxy_values_ struct proxy_values own = { 0 };
    if (translate(values, &own) < 0)
        return error_no_memory(err);
    return dropin_verify(&own, content, err);
}

#define CONSUMERS                                                                                  \
    LIST("/usr/libexec/amazon-ecs-init", "/usr/lib/systemd/system/ecs.service",                    \
        "/lib/systemd/system/ecs.service", "/etc/systemd/system/ecs.service")

const struct output ecs_output = { "ecs",
    {
        { .path = CONFIG,
            .mode = 0600,
            .consumers = CONSUMERS,
            .block =
                &(const struct block_format){
                    .look = ecs_look, .append = ecs_append, .assigns = ecs_assigns },
            .verify = ecs_verify,
            .units = LIST("ecs.service") },
        { .path = "/etc/systemd/system/ecs.service.d/50-ec2-bootstrap.conf",
            .mode = 0644,
            .consumers = CONSUMERS,
            .body = append_dropin,
            .verify = verify_dropin,
            .units = LIST("ecs.service") },
    } };
