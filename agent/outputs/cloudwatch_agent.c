/* The CloudWatch agent's common-config.toml, section [proxy]. The agent reads it with
 * BurntSushi/toml into a structure, to whose fields the case of letters does not matter.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/install-CloudWatch-Agent-commandline-fleet.html
 */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "formats/block.h"
#include "formats/toml.h"
#include "formats/variables.h"
#include "lib/memory.h"
#include "outputs/table.h"

#define SECTION "proxy"

static bool is_section(const struct line *key)
{
    return key->length == strlen(SECTION) && strncasecmp(key->text, SECTION, key->length) == 0;
}

static enum line_kind cloudwatch_look(const struct line *line, struct line_parser *memory)
{
    enum line_kind kind = toml_look(line, memory);
    struct line key;
    return kind == LINE_OTHER_SECTION && toml_table(line, &key) && is_section(&key)
               ? LINE_OUR_SECTION
               : kind;
}

/* Above the sections "proxy = {…}" and "proxy.key = …" are other forms of the section itself, and
 * there cannot be two. */
static bool cloudwatch_assigns(
    const struct proxy_values *values, enum block_location place, const struct line *line)
{
    struct line key;
    if (place == LOCATION_OTHER_SECTION || !toml_key(line, &key))
        return false;
    return place == LOCATION_ROOT ? is_section(&key)
                                  : proxy_values_own(values, key.text, key.length);
}

static struct proxy_values lower(const struct proxy_values *values)
{
    struct proxy_values own = *values;
    own.letter_case = PROXY_CASE_LOWER;
    return own;
}

static int cloudwatch_append(const struct proxy_values *values, struct buffer *ret)
{
    const struct proxy_values own = lower(values);
    return variables_append(&own, "", " = \"", "\"\n", ret);
}

static const struct block_format format = { .header = "[" SECTION "]",
    .look = cloudwatch_look,
    .append = cloudwatch_append,
    .assigns = cloudwatch_assigns };

/* The value of the one statement that sets the key. */
static int cloudwatch_get(const struct buffer *file, const char *name, char **ret)
{
    const size_t length = strlen(name);
    struct line value = { 0 };
    size_t count = 0;
    for (struct block_walk walk = { .format = &format, .bytes = file }; block_next(&walk);) {
        struct line key;
        bool is_value = walk.kind == LINE_STATEMENT && toml_key(&walk.text, &key);
        bool is_root = walk.place == LOCATION_ROOT, is_inside = walk.place == LOCATION_OUR_SECTION;
        if (toml_is_array_of(&walk.text, walk.kind, SECTION) ||
            (is_value && is_root && is_section(&key)))
            return -ENOENT;
        if (!is_value || !is_inside || key.length != length ||
            strncasecmp(key.text, name, length) != 0)
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

static int cloudwatch_verify(
    const struct proxy_values *values, const struct content *content, struct error *err)
{
    const struct proxy_values own = lower(values);
    return variables_verify(&own, content, "the CloudWatch agent", cloudwatch_get, err);
}

const struct output cloudwatch_agent_output = { "cloudwatch-agent",
    { { .path = "/opt/aws/amazon-cloudwatch-agent/etc/common-config.toml",
        .mode = 0644,
        .consumers = LIST("/opt/aws/amazon-cloudwatch-agent/bin"),
        .block = &format,
        .verify = cloudwatch_verify,
        .units = LIST("amazon-cloudwatch-agent.service") } } };
