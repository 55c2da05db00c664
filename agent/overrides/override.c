/* SPDX-License-Identifier: MIT */
/* What was found, in words for people and as JSON. Values are hidden here, where they leave. */

#include "overrides/override.h"

#include <errno.h>
#include <string.h>

#include "lib/buffer.h"
#include "lib/memory.h"
#include "lib/printable.h"
#include "lib/redact.h"
#include "lib/shell.h"

enum { OVERRIDES_MAX = 100 };

static void override_free(struct override *item)
{
    mem_free(item->path);
    mem_free(item->variable);
    mem_free(item->value);
}

static bool override_equals(const struct override *a, const struct override *b)
{
    return a->effect == b->effect && a->line == b->line && strcmp(a->path, b->path) == 0 &&
           strcmp(a->variable, b->variable) == 0;
}

static int override_copy(const struct override *item, struct override *ret)
{
    *ret = *item;
    ret->path = mem_strdup(item->path);
    ret->variable = mem_strdup(item->variable);
    ret->value = item->value ? mem_strdup(item->value) : NULL;
    if (ret->path && ret->variable && (ret->value || !item->value))
        return 0;
    override_free(ret);
    return -ENOMEM;
}

int overrides_add(struct overrides *overrides, const struct override *item)
{
    for (size_t i = 0; i < overrides->count; i++)
        if (override_equals(&overrides->items[i], item))
            return 0;
    if (overrides->count == OVERRIDES_MAX) {
        overrides->left_out++;
        return 0;
    }
    struct override *items = mem_grow(overrides->items, overrides->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    overrides->items = items;
    int r = override_copy(item, &items[overrides->count]);
    overrides->count += r == 0;
    return r;
}

void overrides_free(struct overrides *overrides)
{
    for (size_t i = 0; i < overrides->count; i++)
        override_free(&overrides->items[i]);
    mem_free(overrides->items);
    *overrides = (struct overrides){ 0 };
}

/* Appends a value, its password hidden, on one line. */
static int override_append_value(const char *value, struct buffer *ret)
{
    char text[REDACTED_MAX];
    redact_to(value, text);
    printable_make(text);
    return buffer_printf(ret, "%s%s", text, strlen(text) == sizeof(text) - 1 ? "…" : "");
}

/* What happens, behind the place. */
static int append_effect(const struct override *item, struct buffer *ret)
{
    if (item->effect == OVERRIDE_HIDES)
        return buffer_printf(ret, "%s is not read by %s", item->variable, item->consumer);
    if (item->effect == OVERRIDE_UNSETS)
        return buffer_printf(ret, "takes %s away from %s", item->variable, item->consumer);
    bool loses = item->effect == OVERRIDE_LOSES;
    if (buffer_printf(
            ret, "%s%s%s", loses ? "its " : "", item->variable, loses ? " exempts " : "=") < 0 ||
        override_append_value(item->value, ret) < 0)
        return -ENOMEM;
    if (loses)
        return buffer_printf(
            ret, ", which ec2-bootstrap replaces in %s and does not cover", item->consumer);
    return buffer_printf(ret,
        item->effect == OVERRIDE_BOWS ? " is overridden by ec2-bootstrap in %s"
                                      : " overrides ec2-bootstrap in %s",
        item->consumer);
}

static int append_warning(const struct override *item, struct buffer *ret)
{
    if (shell_append_name(ret, item->path) < 0)
        return -ENOMEM;
    if (item->line > 0 && buffer_printf(ret, ":%zu", item->line) < 0)
        return -ENOMEM;
    if (buffer_append_text(ret, ": ") < 0 || append_effect(item, ret) < 0)
        return -ENOMEM;
    return buffer_printf(ret, ": %s", item->remedy);
}

int overrides_warn(const struct overrides *overrides, struct strings *warnings)
{
    for (size_t i = 0; i < overrides->count; i++) {
        _cleanup_buffer_ struct buffer text = { 0 };
        if (append_warning(&overrides->items[i], &text) < 0 ||
            strings_append(warnings, text.data) < 0)
            return -ENOMEM;
    }
    int r = 0;
    if (overrides->left_out > 0)
        r = strings_printf(warnings, "%zu more settings like these", overrides->left_out);
    if (r == 0 && overrides->unseen < 0)
        r = strings_printf(warnings,
            "not all that overrides these settings could be looked for: %s: run it again",
            strerror(-overrides->unseen));
    return r;
}

static bool override_add_json(struct json *list, const struct override *item)
{
    static const char *const effects[] = {
        [OVERRIDE_WINS] = "overrides",
        [OVERRIDE_UNSETS] = "unsets",
        [OVERRIDE_HIDES] = "hides",
        [OVERRIDE_LOSES] = "displaced",
        [OVERRIDE_BOWS] = "displaced",
    };
    _cleanup_buffer_ struct buffer value = { 0 };
    if (item->value && redact_value(item->value, &value) < 0)
        return false;
    bool has_ours = item->effect == OVERRIDE_LOSES || item->effect == OVERRIDE_BOWS;
    struct json *object = json_add_object(list, NULL);
    bool ok = json_add_string(object, "detector", item->detector) &&
              json_add_string(object, "path", item->path) &&
              (item->line > 0 ? json_add_number(object, "line", (double) item->line)
                              : json_add_string(object, "line", NULL));
    return ok && json_add_string(object, "variable", item->variable) &&
           json_add_string(object, "value", item->value ? (value.data ? value.data : "") : NULL) &&
           json_add_string(object, "effect", effects[item->effect]) &&
           json_add_string(object, "wins", has_ours ? "ours" : "theirs") &&
           json_add_string(object, "consumer", item->consumer) &&
           json_add_string(object, "remedy", item->remedy);
}

bool overrides_add_json(struct json *object, const struct overrides *overrides)
{
    struct json *list = json_add_array(object, "overrides");
    bool ok = list;
    for (size_t i = 0; ok && i < overrides->count; i++)
        ok = override_add_json(list, &overrides->items[i]);
    return ok;
}
