/* SPDX-License-Identifier: MIT */
/* A detector's finding has a file, a line and a variable; services have a check of their own. */

#include "doctor/overridden.h"

#include <errno.h>
#include <string.h>

#include "lib/redact.h"

static bool has_ours(const struct override *item)
{
    return item->effect == OVERRIDE_LOSES || item->effect == OVERRIDE_BOWS;
}

static bool is_of_services(const struct override *item)
{
    return strcmp(item->detector, "services") == 0 || strcmp(item->detector, "manager") == 0;
}

static enum doctor_kind_id overridden_kind(const struct override *item)
{
    return has_ours(item)         ? OUTPUT_DISPLACES
           : is_of_services(item) ? SERVICE_OWN_VALUES
                                  : OUTPUT_OVERRIDDEN;
}

/* "takes http_proxy away from login shells" */
static int append_effect_of(const struct override *item, struct buffer *ret)
{
    char value[REDACTED_MAX];
    switch (item->effect) {
    case OVERRIDE_HIDES:
        return buffer_printf(ret, "%s is not read by %s", item->variable, item->consumer);
    case OVERRIDE_UNSETS:
        return buffer_printf(ret, "it takes %s away from %s", item->variable, item->consumer);
    case OVERRIDE_WINS:
    case OVERRIDE_LOSES:
    case OVERRIDE_BOWS:
        break;
    }
    return buffer_printf(ret, "%s=%s %s in %s", item->variable,
        redact_to(item->value ? item->value : "", value),
        item->effect == OVERRIDE_WINS ? "overrides ec2-bootstrap"
        : item->effect == OVERRIDE_LOSES
            ? "has hosts that the new list does not cover, and is replaced"
            : "is overridden by ec2-bootstrap",
        item->consumer);
}

static int overridden_add(const struct override *item, struct doctor_result *ret)
{
    _cleanup_buffer_ struct buffer seen = { 0 }, subject = { 0 };
    int r = buffer_append_text(&subject, item->path);
    if (r == 0 && item->line > 0)
        r = buffer_printf(&subject, ":%zu", item->line);
    if (r == 0)
        r = append_effect_of(item, &seen);
    return r < 0 ? r
                 : doctor_find(
                       ret, overridden_kind(item), subject.data, item->remedy, "%s", seen.data);
}

int overridden_find(const struct overrides *overrides, bool of_services, struct doctor_result *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < overrides->count; i++) {
        const struct override *item = &overrides->items[i];
        bool is_here = overridden_kind(item) == SERVICE_OWN_VALUES;
        if (is_here == of_services)
            r = overridden_add(item, ret);
    }
    if (!of_services)
        ret->left_out += overrides->left_out;
    return r;
}

bool overridden_has_unit(const struct overrides *overrides, const char *unit)
{
    for (size_t i = 0; i < overrides->count; i++) {
        const char *at = strstr(overrides->items[i].path, unit);
        if (is_of_services(&overrides->items[i]) && at && at[-1] == '/')
            return true;
    }
    return false;
}
