/* SPDX-License-Identifier: MIT */
/* The CodeDeploy agent's codedeployagent.yml, key :proxy_uri:. The agent makes symbols of keys that
 * are strings, and takes the last of those that are equal.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-agent-configuration.html */

#include <errno.h>
#include <string.h>

#include "formats/block.h"
#include "formats/escape.h"
#include "formats/text.h"
#include "formats/yaml.h"
#include "lib/array.h"
#include "lib/memory.h"
#include "lib/utf8.h"
#include "outputs/table.h"

#define PROXY_URI "proxy_uri"

/* ":proxy_uri", "proxy_uri", and a symbol with its own quotes. */
static bool is_proxy_uri(struct line key)
{
    static const char *const forms[] = { PROXY_URI, ":proxy_uri", ":\"proxy_uri\"",
        ":'proxy_uri'" };
    char name[ESCAPE_NAME_MAX];
    escape_decode(&key, name);
    for (size_t i = 0; i < ELEMENTSOF(forms); i++)
        if (strcmp(name, forms[i]) == 0)
            return true;
    return false;
}

static bool codedeploy_assigns(
    const struct environment *environment, enum block_location location, const struct line *line)
{
    (void) environment;
    struct line key;
    return location != LOCATION_OTHER_SECTION && yaml_key(line, &key) && is_proxy_uri(key);
}

static int codedeploy_append(const struct environment *environment, struct buffer *ret)
{
    const char *proxy = environment_proxy(environment);
    return proxy ? buffer_printf(ret, ":proxy_uri: %s\n", proxy) : 0;
}

static const struct block_format format = {
    .classify = yaml_classify, .append = codedeploy_append, .assigns = codedeploy_assigns
};

/* What effect a line has on what is read. */
enum effect { READ_NOTHING, READ_OURS, READ_OTHER };

/* A file that is no mapping from its first column on would not be read at all with our line in it.
 */
static enum effect effect_of(const struct line *line, const char *proxy)
{
    struct line key, value;
    if (!yaml_key(line, &key))
        return READ_OTHER;
    if (!is_proxy_uri(key))
        return READ_NOTHING;
    return yaml_value(line, &value) && line_equals(&value, proxy) ? READ_OURS : READ_OTHER;
}

/* Whether the mark in front of a document has some of it behind: then what stands above it, with
 * our line, was no document before us. */
static bool is_cut_off(const struct line *line)
{
    bool is_bare;
    return yaml_begins_document(line, &is_bare) && !is_bare;
}

static bool codedeploy_is_read(const char *proxy, const struct content *content)
{
    bool is_set = false, is_other = false;
    enum effect last = READ_NOTHING;
    for (struct block_walk walk = { .format = &format, .bytes = &content->bytes };
         block_next(&walk);) {
        is_other |= is_cut_off(&walk.text);
        if (walk.location == LOCATION_OTHER_SECTION)
            continue;
        is_other |= walk.kind == LINE_CONTINUES && last == READ_OURS;
        if (walk.kind != LINE_STATEMENT)
            continue;
        last = effect_of(&walk.text, proxy);
        is_set |= last == READ_OURS;
        is_other |= last == READ_OTHER;
    }
    return is_set && !is_other;
}

/* The number of the first line that begins with one; 0: none does. */
static size_t find_byte_order_mark(const struct buffer *bytes)
{
    size_t number = 1;
    for (struct line line = { 0 }; line_next(bytes, &line); number++)
        if (utf8_mark_length(line.text, line.length) > 0)
            return number;
    return 0;
}

/* To YAML more characters end a line than here: what stands behind one would be a statement. */
static int codedeploy_refuse_text(const struct buffer *bytes, struct error *err)
{
    size_t line = find_byte_order_mark(bytes);
    if (line > 0)
        return error_set(err, EX_IOERR, -EBADMSG,
            "line %zu begins with a byte order mark, and the agent reads none behind another line: "
            "take the mark out",
            line);
    return text_check(bytes, LINE_BREAK_RETURN | LINE_BREAK_UNICODE,
        "a character in it that ends a line in YAML (a carriage return, U+0085, U+2028 or U+2029)",
        err);
}

/* What a line takes from another place in the file, a mapping or a key, is not known here; the
 * agent's library lets a merged mapping override what stands above it. */
static int refuse_references(const struct buffer *bytes, struct error *err)
{
    size_t number = 0;
    for (struct block_walk walk = { .format = &format, .bytes = bytes }; block_next(&walk);) {
        struct line key, value;
        number++;
        if (walk.kind != LINE_STATEMENT || walk.location == LOCATION_OTHER_SECTION ||
            !yaml_key(&walk.text, &key))
            continue;
        if (is_proxy_uri(key) && yaml_value(&walk.text, &value) && line_begins_with(&value, "&"))
            return error_set(err, EX_IOERR, -EBADMSG,
                "line %zu gives its value a name (\"&NAME\"), which others can use: write the "
                "value "
                "out where it is used",
                number);
        if (yaml_is_reference(&walk.text, &key))
            return error_set(err, EX_IOERR, -EBADMSG,
                "line %zu has its keys from another place (\"<<:\", \"*NAME :\", \"? |\"), and "
                "they "
                "can "
                "override :proxy_uri: write them out",
                number);
    }
    return 0;
}

/* What others wrote has to be read as we read it. */
static int codedeploy_check_others(const struct content *content, struct error *err)
{
    _cleanup_content_ struct content others = { 0 };
    if (block_take_out(&format, content, &others) < 0)
        return error_no_memory(err);
    int r = codedeploy_refuse_text(&others.bytes, err);
    return r < 0 ? r : refuse_references(&others.bytes, err);
}

static int codedeploy_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    const char *proxy = environment_proxy(environment);
    int r = proxy ? codedeploy_check_others(content, err) : 0;
    if (r < 0)
        return r;
    return !proxy || codedeploy_is_read(proxy, content)
               ? 0
               : error_set(err, EX_IOERR, -EBADMSG,
                     "the CodeDeploy agent would not read :proxy_uri: as it was meant");
}

static int codedeploy_get(const struct buffer *file, const char *name, char **ret)
{
    struct line value = { 0 };
    for (struct block_walk walk = { .format = &format, .bytes = file }; block_next(&walk);) {
        struct line key, found;
        if (walk.kind == LINE_STATEMENT && walk.location != LOCATION_OTHER_SECTION &&
            yaml_key(&walk.text, &key) && is_proxy_uri(key) && yaml_value(&walk.text, &found))
            value = found;
    }
    if (!value.text || strcmp(name, PROXY_URI) != 0)
        return -ENOENT;
    *ret = mem_strndup(value.text, value.length);
    return *ret ? 0 : -ENOMEM;
}

/* The agent does not run without the file, nor with a file that has only this.
 *
 * :proxy_uri: becomes :http_proxy of each AWS client of the agent, which is not held against
 * no_proxy. Without it they are plain Net::HTTP, which follows http_proxy and no_proxy. So do the
 * agent's own requests to IMDS, in either case. aws-codedeploy-agent: lib/instance_metadata.rb,
 * lib/instance_agent/plugins/codedeploy/codedeploy_control.rb; aws-sdk-ruby:
 * lib/seahorse/client/net_http/connection_pool.rb. */
const struct output codedeploy_agent_output = { .name = "codedeploy-agent",
    .files = { { .path = "/etc/codedeploy-agent/conf/codedeployagent.yml",
        .mode = 0644,
        .only_proxy = true,
        .consumers = LIST("/etc/codedeploy-agent/conf/codedeployagent.yml"),
        .only_if_there = true,
        .block = &format,
        .verify = codedeploy_verify,
        .get = codedeploy_get,
        .logins = LIST(PROXY_URI),
        .private_cost = "an agent that does not run as root has to own it",
        .units = LIST("codedeploy-agent.service") } },
    .no_proxy = OUTPUT_KNOWS_NO_NO_PROXY,
    .services = LIST("s3", "codedeploy"),
    .without = "the agent follows http_proxy and no_proxy of its environment" };
