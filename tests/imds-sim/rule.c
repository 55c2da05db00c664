/* SPDX-License-Identifier: MIT */
/* The keys of a rule as one table: a new key is one row. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "clock.h"
#include "lib/cleanup.h"
#include "rule.h"

/* Enough for every oversize test, and small enough for a thousand clients at once. */
#define BODY_SIZE_MAX ((size_t) 16 << 20)
#define COUNT_MAX     INT64_C(1000000000000)
#define MS_MAX        (1000.0 * 3600 * 24 * 365)

struct field;
/* 0, or negative errno when the value is not what the key takes. */
typedef int (*read_function)(const struct field *field, const cJSON *value, struct rule *rule);

struct field {
    const char *key;
    read_function read;
    size_t offset;
    int64_t min;
    int64_t max;
    const char *const *words; /* of an enum, by its values, then NULL */
};

static void *target_of(const struct field *field, struct rule *rule)
{
    return (char *) rule + field->offset;
}

static int read_string(const struct field *field, const cJSON *value, struct rule *rule)
{
    if (!cJSON_IsString(value))
        return -EINVAL;
    *(const char **) target_of(field, rule) = value->valuestring;
    return 0;
}

static int read_count(const struct field *field, const cJSON *value, struct rule *rule)
{
    if (!cJSON_IsNumber(value) || value->valuedouble < (double) field->min ||
        value->valuedouble > (double) field->max ||
        value->valuedouble != (double) (int64_t) value->valuedouble)
        return -EINVAL;
    *(int64_t *) target_of(field, rule) = (int64_t) value->valuedouble;
    return 0;
}

static int read_ms(const struct field *field, const cJSON *value, struct rule *rule)
{
    if (!cJSON_IsNumber(value) || !(value->valuedouble >= 0 && value->valuedouble <= MS_MAX))
        return -EINVAL;
    *(int64_t *) target_of(field, rule) = (int64_t) (value->valuedouble * (double) NS_PER_MS);
    return 0;
}

static int read_percent(const struct field *field, const cJSON *value, struct rule *rule)
{
    if (!cJSON_IsNumber(value) || !(value->valuedouble >= 0 && value->valuedouble <= 100))
        return -EINVAL;
    *(double *) target_of(field, rule) = value->valuedouble;
    return 0;
}

static int read_bool(const struct field *field, const cJSON *value, struct rule *rule)
{
    if (!cJSON_IsBool(value))
        return -EINVAL;
    *(bool *) target_of(field, rule) = cJSON_IsTrue(value) != 0;
    return 0;
}

static int read_word(const struct field *field, const cJSON *value, struct rule *rule)
{
    if (!cJSON_IsString(value))
        return -EINVAL;
    for (unsigned i = 0; field->words[i]; i++) {
        if (strcmp(field->words[i], value->valuestring) == 0) {
            *(unsigned *) target_of(field, rule) = i;
            return 0;
        }
    }
    return -EINVAL;
}

static int read_headers(const struct field *field, const cJSON *value, struct rule *rule)
{
    if (!cJSON_IsObject(value))
        return -EINVAL;
    const cJSON *header;
    cJSON_ArrayForEach(header, value)
    {
        if (!cJSON_IsString(header))
            return -EINVAL;
    }
    *(const cJSON **) target_of(field, rule) = value;
    return 0;
}

/* A rule has one body, whichever of the keys gives it. */
static int set_body(struct rule *rule, struct bytes *body)
{
    if (rule->has_body || body->size > BODY_SIZE_MAX)
        return -EINVAL;
    rule->body = (struct bytes){ .data = TAKE_PTR(body->data), .size = body->size };
    rule->has_body = true;
    return 0;
}

static int read_text(const struct field *field, const cJSON *value, struct rule *rule)
{
    if (!cJSON_IsString(value))
        return -EINVAL;
    _cleanup_(bytes_clear) struct bytes body = { .data = strdup(value->valuestring) };
    if (!body.data)
        return -ENOMEM;
    body.size = strlen(body.data);
    rule->expand_body = true;
    int r = set_body(rule, &body);
    *(bool *) target_of(field, rule) = true;
    return r;
}

static int read_base64(const struct field *field, const cJSON *value, struct rule *rule)
{
    if (!cJSON_IsString(value))
        return -EINVAL;
    _cleanup_(bytes_clear) struct bytes body = { 0 };
    int r = base64_decode(value->valuestring, &body);
    if (r < 0)
        return r;
    r = set_body(rule, &body);
    *(bool *) target_of(field, rule) = true;
    return r;
}

static int read_repeat(const struct field *field, const cJSON *value, struct rule *rule)
{
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(value, "text");
    const cJSON *count = cJSON_GetObjectItemCaseSensitive(value, "count");
    if (!cJSON_IsString(text) || !cJSON_IsNumber(count) || cJSON_GetArraySize(value) != 2)
        return -EINVAL;
    size_t length = strlen(text->valuestring);
    size_t most = length > 0 ? BODY_SIZE_MAX / length : 0;
    if (length == 0 || !(count->valuedouble >= 0) || count->valuedouble > (double) most)
        return -EINVAL;
    size_t repeats = (size_t) count->valuedouble;
    _cleanup_(bytes_clear) struct bytes body = { .data = malloc(length * repeats + 1) };
    if (!body.data)
        return -ENOMEM;
    for (size_t i = 0; i < repeats; i++)
        memcpy(body.data + i * length, text->valuestring, length);
    body.size = length * repeats;
    int r = set_body(rule, &body);
    *(bool *) target_of(field, rule) = true;
    return r;
}

static const char *const endings[] = { "keep", "close", "reset", "hang", NULL };
static const char *const sendings[] = { "all", "headers", "nothing", NULL };

#define AT(member) offsetof(struct rule, member)

static const struct field fields[] = {
    { "name", read_string, AT(name), 0, 0, NULL },
    { "method", read_string, AT(method), 0, 0, NULL },
    { "path", read_string, AT(path), 0, 0, NULL },
    { "skip", read_count, AT(skip), 0, COUNT_MAX, NULL },
    { "times", read_count, AT(times), 0, COUNT_MAX, NULL },
    { "for_ms", read_ms, AT(for_ns), 0, 0, NULL },
    { "percent", read_percent, AT(percent), 0, 0, NULL },
    { "require_token", read_bool, AT(require_token), 0, 0, NULL },
    { "status", read_count, AT(status), 100, 999, NULL },
    { "reason", read_string, AT(reason), 0, 0, NULL },
    { "headers", read_headers, AT(headers), 0, 0, NULL },
    { "body", read_text, AT(has_body), 0, 0, NULL },
    { "body_base64", read_base64, AT(has_body), 0, 0, NULL },
    { "body_repeat", read_repeat, AT(has_body), 0, 0, NULL },
    { "raw", read_text, AT(raw), 0, 0, NULL },
    { "raw_base64", read_base64, AT(raw), 0, 0, NULL },
    { "delay_ms", read_ms, AT(delay_ns), 0, 0, NULL },
    { "drip_ms", read_ms, AT(drip_ns), 0, 0, NULL },
    { "drip_body_ms", read_ms, AT(drip_body_ns), 0, 0, NULL },
    { "chunked", read_bool, AT(chunked), 0, 0, NULL },
    { "content_length", read_count, AT(content_length), 0, COUNT_MAX, NULL },
    { "no_content_length", read_bool, AT(no_content_length), 0, 0, NULL },
    { "stop_after_bytes", read_count, AT(stop_after_bytes), 0, COUNT_MAX, NULL },
    { "end", read_word, AT(end), 0, 0, endings },
    { "send", read_word, AT(send), 0, 0, sendings },
};

static const struct field *find_field(const char *key)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (strcmp(fields[i].key, key) == 0)
            return &fields[i];
    }
    return NULL;
}

static int read_fields(const cJSON *json, struct rule *ret)
{
    const cJSON *value;
    cJSON_ArrayForEach(value, json)
    {
        const struct field *field = find_field(value->string);
        int r = field ? field->read(field, value, ret) : -ENOENT;
        if (r == 0)
            continue;
        (void) fprintf(stderr, "imds-sim: rule \"%s\": %s \"%s\"\n", ret->name,
            field ? "bad value or second body in" : "unknown key", value->string);
        return r == -ENOMEM ? EX_OSERR : EX_DATAERR;
    }
    return 0;
}

int rule_read(const cJSON *json, struct rule *ret)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(json, "name");
    *ret = rule_none;
    ret->name = cJSON_IsString(name) ? name->valuestring : "unnamed";
    return read_fields(json, ret);
}
