/* SPDX-License-Identifier: MIT */
/* The CloudWatch agent's common-config.toml, section [proxy]. The agent reads it with
 * BurntSushi/toml into a structure, to whose fields the case of letters does not matter.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/install-CloudWatch-Agent-commandline-fleet.html
 */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "formats/block.h"
#include "formats/escape.h"
#include "formats/text.h"
#include "formats/toml.h"
#include "formats/variables.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "outputs/table.h"

#define SECTION "proxy"

static bool is_section(const struct line *key)
{
    char name[ESCAPE_NAME_MAX];
    return strcasecmp(escape_decode(key, name), SECTION) == 0;
}

static enum line_kind cloudwatch_classify(const struct line *line, struct line_parser *parser)
{
    enum line_kind kind = toml_classify(line, parser);
    struct line key;
    return kind == LINE_OTHER_SECTION && toml_table(line, &key) && is_section(&key)
               ? LINE_OUR_SECTION
               : kind;
}

/* What the section knows: the proxies, in lower case. Borrows the values. */
static struct environment cloudwatch_environment(const struct environment *environment)
{
    return environment_of_proxy(environment, LETTER_CASE_LOWER);
}

/* Above the sections "proxy = {…}" and "proxy.key = …" are other forms of the section itself, and
 * there cannot be two. */
static bool cloudwatch_assigns(
    const struct environment *environment, enum block_location location, const struct line *line)
{
    struct line key;
    if (location == LOCATION_OTHER_SECTION || !toml_key(line, &key))
        return false;
    if (location == LOCATION_ROOT)
        return is_section(&key);
    char name[ESCAPE_NAME_MAX];
    escape_decode(&key, name);
    if (!environment)
        return environment_sets(NULL, name, strlen(name));
    const struct environment own = cloudwatch_environment(environment);
    return environment_sets(&own, name, strlen(name));
}

static int cloudwatch_append(const struct environment *environment, struct buffer *ret)
{
    const struct environment own = cloudwatch_environment(environment);
    return variables_append(&own, "", " = \"", "\"\n", ret);
}

static const struct block_format format = { .header = "[" SECTION "]",
    .classify = cloudwatch_classify,
    .append = cloudwatch_append,
    .assigns = cloudwatch_assigns };

/* The value of the one statement that sets the key. */
static int cloudwatch_get(const struct buffer *file, const char *name, char **ret)
{
    struct line value = { 0 };
    size_t count = 0;
    for (struct block_walk walk = { .format = &format, .bytes = file }; block_next(&walk);) {
        struct line key;
        char decoded[ESCAPE_NAME_MAX];
        bool is_value = walk.kind == LINE_STATEMENT && toml_key(&walk.text, &key);
        bool is_root = walk.location == LOCATION_ROOT,
             is_inside = walk.location == LOCATION_OUR_SECTION;
        if (toml_is_array_of(&walk.text, walk.kind, SECTION) ||
            (is_value && is_root && is_section(&key)))
            return -ENOENT;
        if (!is_value || !is_inside || strcasecmp(escape_decode(&key, decoded), name) != 0)
            continue;
        if (!toml_string(&walk.text, &value))
            return -ENOENT;
        count++;
    }
    if (count != 1)
        return -ENOENT;
    *ret = mem_strndup(value.text, value.length);
    return *ret ? 0 : -ENOMEM;
}

/* Older versions of the library also end a line at a carriage return; newer ones refuse what is not
 * UTF-8. */
static int cloudwatch_refuse_text(const struct content *content, struct error *err)
{
    _cleanup_content_ struct content others = { 0 };
    if (block_take_out(&format, content, &others) < 0)
        return error_no_memory(err);
    return text_check(&others.bytes, LINE_BREAK_RETURN,
        "a carriage return in it, which is no line end to every version of the agent", err);
}

/* Of two tables whose names differ in the case of letters only, either can fill the agent's
 * structure: the library goes through them in a random order. */
static int refuse_sections(const struct content *content, struct error *err)
{
    char first[ESCAPE_NAME_MAX] = "", name[ESCAPE_NAME_MAX];
    size_t tables = 0;
    for (struct block_walk walk = { .format = &format, .bytes = &content->bytes };
         block_next(&walk);) {
        struct line part;
        bool is_header = walk.kind == LINE_OUR_SECTION || walk.kind == LINE_OTHER_SECTION;
        if (!is_header || !toml_header(&walk.text, &part) || !is_section(&part))
            continue;
        escape_decode(&part, name);
        tables += walk.kind == LINE_OUR_SECTION;
        if (tables > 1 || (*first && strcmp(first, name) != 0))
            return error_set(err, EX_IOERR, -EBADMSG,
                "it has the section [" SECTION "] more than once, in whatever letter case, and the "
                "agent takes any of them: make them one");
        memcpy(first, name, sizeof(first));
    }
    return 0;
}

static int cloudwatch_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    const struct environment own = cloudwatch_environment(environment);
    int r = cloudwatch_refuse_text(content, err);
    if (r == 0)
        r = refuse_sections(content, err);
    return r < 0 ? r : variables_verify(&own, content, "the CloudWatch agent", cloudwatch_get, err);
}

const struct output cloudwatch_agent_output = { .name = "cloudwatch-agent",
    .files = { { .path = "/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml",
        .only_proxy = true,
        .mode = 0644,
        .consumers = LIST("/opt/aws/amazon-cloudwatch-agent/bin"),
        .block = &format,
        .limits = LIMITS_OF_EXEC,
        .verify = cloudwatch_verify,
        .get = cloudwatch_get,
        .lists = LIST("no_proxy"),
        .logins = LIST("http_proxy", "https_proxy"),
        .private_cost = "",
        .units = LIST("amazon-cloudwatch-agent.service") } } };
