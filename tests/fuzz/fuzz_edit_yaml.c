/* SPDX-License-Identifier: MIT */
/* The file codedeployagent.yml, edited: see edit.c. libyaml, by which the agent's Ruby reads it,
 * has to find in the first document what it found before, and our key. */

#include <string.h>
#include <yaml.h>

#include "fuzz.h"

/* The pairs of the mapping at the top of the first document. */
struct pairs {
    struct strings keys;   /* as the agent's symbols are named; "" for what is no scalar */
    struct strings values; /* likewise */
    struct strings events; /* all that the parser says of the pair, as one text */
};

static void pairs_free(struct pairs *pairs)
{
    strings_free(&pairs->keys);
    strings_free(&pairs->values);
    strings_free(&pairs->events);
}

/* What of an event has a meaning, as text. */
static void append_event(const yaml_event_t *event, struct buffer *ret)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        FUZZ_CHECK(buffer_printf(ret, "%d", (int) event->data.scalar.style) == 0);
        FUZZ_CHECK(buffer_append(ret, event->data.scalar.value, event->data.scalar.length) == 0);
        break;
    case YAML_ALIAS_EVENT:
        anchor = event->data.alias.anchor;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default:
        break;
    }
    FUZZ_CHECK(buffer_printf(ret, " %d &%s !%s\n", (int) event->type,
                   anchor ? (const char *) anchor : "", tag ? (const char *) tag : "") == 0);
}

static bool is_start(const yaml_event_t *event)
{
    return event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT;
}

static bool is_end(const yaml_event_t *event)
{
    return event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT;
}

/* "name", ":name", ":'name'" and ':"name"' are one key to the agent. */
static void add_key(const yaml_event_t *event, struct strings *ret)
{
    const char *text = "";
    size_t length = 0;
    if (event->type == YAML_SCALAR_EVENT) {
        text = (const char *) event->data.scalar.value;
        length = event->data.scalar.length;
    }
    if (length > 0 && *text == ':') {
        text++;
        length--;
        if (length > 1 && (*text == '"' || *text == '\'') && text[length - 1] == *text) {
            text++;
            length -= 2;
        }
    }
    FUZZ_CHECK(strings_append_n(ret, text, length) == 0);
}

/* Reads one event; false when the text is no YAML. The caller deletes the event. */
static bool next_event(yaml_parser_t *parser, yaml_event_t *event)
{
    return yaml_parser_parse(parser, event) == 1;
}

/* Reads what follows the start of the mapping. False: it is no YAML. */
static bool read_mapping(yaml_parser_t *parser, struct pairs *ret)
{
    size_t depth = 0, nodes = 0;
    _cleanup_buffer_ struct buffer text = { 0 };
    for (yaml_event_t event; next_event(parser, &event); yaml_event_delete(&event)) {
        if (depth == 0 && is_end(&event)) {
            yaml_event_delete(&event);
            return true;
        }
        append_event(&event, &text);
        if (depth == 0 && nodes % 2 == 0)
            add_key(&event, &ret->keys);
        else if (depth == 0)
            FUZZ_CHECK(strings_append(&ret->values, event.type == YAML_SCALAR_EVENT
                                                        ? (const char *) event.data.scalar.value
                                                        : "") == 0);
        depth += is_start(&event);
        depth -= is_end(&event);
        nodes += depth == 0;
        if (depth == 0 && nodes % 2 == 0) {
            FUZZ_CHECK(strings_append_n(&ret->events, text.data, text.size) == 0);
            text.size = 0;
        }
    }
    return false;
}

/* What the first document is. */
enum document { DOCUMENT_BROKEN, DOCUMENT_OTHER, DOCUMENT_NONE, DOCUMENT_MAPPING };

/* Deletes the event, and says whether the document ends behind it. */
static bool ends_document(yaml_parser_t *parser, yaml_event_t *event)
{
    yaml_event_delete(event);
    bool is_end_of_document = next_event(parser, event) && event->type == YAML_DOCUMENT_END_EVENT;
    yaml_event_delete(event);
    return is_end_of_document;
}

static enum document read_document(yaml_parser_t *parser, struct pairs *ret)
{
    yaml_event_t event;
    if (!next_event(parser, &event)) /* the start of the stream */
        return DOCUMENT_BROKEN;
    yaml_event_delete(&event);
    if (!next_event(parser, &event))
        return DOCUMENT_BROKEN;
    bool is_none = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
    if (is_none)
        return DOCUMENT_NONE;
    if (!next_event(parser, &event))
        return DOCUMENT_BROKEN;
    enum document document = DOCUMENT_OTHER;
    if (event.type == YAML_MAPPING_START_EVENT)
        document = read_mapping(parser, ret) ? DOCUMENT_MAPPING : DOCUMENT_BROKEN;
    else if (event.type == YAML_SCALAR_EVENT && event.data.scalar.plain_implicit &&
             event.data.scalar.length == 0 && !event.data.scalar.anchor && !event.data.scalar.tag)
        document = DOCUMENT_NONE;
    return ends_document(parser, &event) ? document : DOCUMENT_BROKEN;
}

static enum document read_pairs(const struct buffer *bytes, struct pairs *ret)
{
    yaml_parser_t parser;
    FUZZ_CHECK(yaml_parser_initialize(&parser) == 1);
    yaml_parser_set_input_string(
        &parser, (const unsigned char *) (bytes->data ? bytes->data : ""), bytes->size);
    enum document document = read_document(&parser, ret);
    yaml_parser_delete(&parser);
    return document;
}

static bool is_ours(const struct pairs *pairs, size_t i)
{
    return strcmp(pairs->keys.items[i], "proxy_uri") == 0;
}

/* The next pair of others from `i` on. */
static size_t next_other(const struct pairs *pairs, size_t i)
{
    while (i < pairs->events.count && is_ours(pairs, i))
        i++;
    return i;
}

/* The pairs of others are as they were, in their order. */
static void check_other_pairs(const struct pairs *before, const struct pairs *after)
{
    size_t a = next_other(before, 0), b = next_other(after, 0);
    for (; a < before->events.count && b < after->events.count;
         a = next_other(before, a + 1), b = next_other(after, b + 1))
        FUZZ_CHECK(strcmp(before->events.items[a], after->events.items[b]) == 0);
    FUZZ_CHECK(a == before->events.count && b == after->events.count);
}

static void read_codedeploy(const struct environment *environment, const struct content *before,
    const struct content *after)
{
    const char *proxy = environment_proxy(environment), *last = "";
    struct pairs old = { 0 }, new = { 0 };
    enum document was = read_pairs(&before->bytes, &old);
    /* What is neither empty nor a mapping, the agent has not read before us. */
    if (proxy && (was == DOCUMENT_NONE || was == DOCUMENT_MAPPING)) {
        FUZZ_CHECK(read_pairs(&after->bytes, &new) == DOCUMENT_MAPPING);
        /* Of "? key" the first line tells whether it is ours; it can go on. */
        if (!fuzz_contains(&before->bytes, "?"))
            check_other_pairs(&old, &new);
        for (size_t i = 0; i < new.keys.count; i++)
            if (is_ours(&new, i))
                last = new.values.items[i];
        FUZZ_CHECK(strcmp(last, proxy) == 0);
    }
    pairs_free(&old);
    pairs_free(&new);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_edit("/etc/codedeploy-agent/conf/codedeployagent.yml", read_codedeploy, data, size);
    return 0;
}
