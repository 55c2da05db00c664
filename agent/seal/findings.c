/* SPDX-License-Identifier: MIT */
/* The search meets files in the order of the file system. A person needs them by who clears them,
 * and a program in an order that is always the same, so findings are gathered and sorted before any
 * is shown. */

#include "seal/findings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "files/tree.h"
#include "lib/memory.h"
#include "lib/shell.h"

/* More than a person reads; the rest is counted. */
enum { FINDINGS_MAX = 10000 };

int findings_add(struct findings *findings, const struct finding *finding)
{
    if (findings->count == FINDINGS_MAX) {
        findings->left_out++;
        return 0;
    }
    struct finding *items = mem_grow(findings->items, findings->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    findings->items = items;
    char *path = mem_strdup(finding->path);
    if (!path)
        return -ENOMEM;
    findings->items[findings->count] = *finding;
    findings->items[findings->count++].path = path;
    return 0;
}

static int findings_compare(const void *a, const void *b)
{
    const struct finding *first = a, *second = b;
    int order = seal_place_compare(first->place, second->place);
    if (order == 0)
        order = strcmp(first->path, second->path);
    if (order == 0)
        order = (int) first->location - (int) second->location;
    return order != 0 ? order : (int) first->kind - (int) second->kind;
}

void findings_sort(struct findings *findings)
{
    if (findings->count > 1)
        qsort(findings->items, findings->count, sizeof(*findings->items), findings_compare);
}

uint64_t findings_left(const struct findings *findings)
{
    uint64_t left = findings->left_out;
    for (size_t i = 0; i < findings->count; i++)
        left += !findings->items[i].is_accepted;
    return left;
}

static int append_what(const struct finding *finding, struct buffer *ret)
{
    static const char *const locations[] = {
        [FOUND_IN_NAME] = "in its name",
        [FOUND_IN_LINK] = "where the link leads to",
        [FOUND_IN_ATTRIBUTE] = "in an extended attribute",
        [FOUND_UNPACKED] = "in what is compressed there",
    };
    const char *name = seal_kind_name(finding->kind);
    if (finding->kind == TRACE_UNREAD)
        return buffer_printf(ret, "%s: %s", name, tree_reason(finding->failure));
    if (finding->location != FOUND_INSIDE)
        return buffer_printf(ret, "%s, %s", name, locations[finding->location]);
    if (finding->count == 0)
        return buffer_printf(ret, "%s", name);
    return finding->count == 1 ? buffer_printf(ret, "%s, at byte %" PRIu64, name, finding->offset)
                               : buffer_printf(ret, "%s, %" PRIu64 " times, first at byte %" PRIu64,
                                     name, finding->count, finding->offset);
}

static int append_finding(const struct finding *finding, const char *root, struct buffer *ret)
{
    _cleanup_buffer_ struct buffer path = { 0 };
    if (buffer_printf(&path, "%s%s", root, finding->path) < 0 ||
        buffer_append_text(ret, "  ") < 0 || shell_append_name(ret, path.data) < 0 ||
        buffer_append_text(ret, ": ") < 0)
        return -ENOMEM;
    int r = append_what(finding, ret);
    return r < 0 ? r : buffer_append_text(ret, finding->is_accepted ? " (accepted)\n" : "\n");
}

/* A line for an owner, with the command that clears its files. */
static int append_owner(const struct seal_place *place, const char *root, struct buffer *ret)
{
    bool has_command = !place->clear || *place->clear;
    if (buffer_printf(ret, "%s%s", place->owner, has_command ? ": " : "") < 0 ||
        seal_place_append_remedy(place, root, NULL, ret) < 0)
        return -ENOMEM;
    return buffer_append_text(ret, "\n");
}

int findings_append_text(const struct findings *findings, const char *root, struct buffer *ret)
{
    int r = 0;
    const struct seal_place *group = NULL;
    for (size_t i = 0; r == 0 && i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        if (!group || seal_place_compare(group, finding->place) != 0)
            r = append_owner(finding->place, root, ret);
        group = finding->place;
        if (r == 0)
            r = append_finding(finding, root, ret);
    }
    if (r < 0)
        return r;
    return findings->left_out > 0 ? buffer_printf(ret, "and %" PRIu64 " more\n", findings->left_out)
                                  : 0;
}

int findings_append_summary(const struct findings *findings, bool is_dry_run, struct buffer *ret)
{
    uint64_t left = findings_left(findings);
    const char *how = is_dry_run ? " (dry run)" : "";
    if (left > 0)
        return buffer_printf(
            ret, "not sealed: %" PRIu64 " finding%s%s\n", left, left > 1 ? "s" : "", how);
    return buffer_printf(ret, "sealed: nothing is left%s%s\n",
        findings->count > 0 ? " that is not accepted" : "", how);
}

static bool findings_add_finding(struct json *list, const struct finding *finding, const char *root)
{
    static const char *const locations[] = {
        [FOUND_INSIDE] = "content",
        [FOUND_IN_NAME] = "name",
        [FOUND_IN_LINK] = "link",
        [FOUND_IN_ATTRIBUTE] = "attribute",
        [FOUND_UNPACKED] = "compressed",
    };
    _cleanup_buffer_ struct buffer clear = { 0 };
    if (seal_place_append_remedy(finding->place, root, finding->path, &clear) < 0)
        return false;
    bool has_offset = finding->count > 0;
    struct json *object = json_add_object(list, NULL);
    bool ok = json_add_string(object, "path", finding->path) &&
              json_add_string(object, "kind", seal_kind_name(finding->kind)) &&
              json_add_string(object, "in", locations[finding->location]);
    if (ok && has_offset)
        ok = json_add_number(object, "count", (double) finding->count) &&
             json_add_number(object, "offset", (double) finding->offset);
    if (ok && finding->failure < 0)
        ok = json_add_string(object, "error", tree_reason(finding->failure));
    if (ok && finding->is_accepted)
        ok = json_add_bool(object, "accepted", true);
    bool can_clear = finding->kind != TRACE_UNREAD;
    return ok && json_add_string(object, "owner", finding->place->owner) &&
           json_add_string(object, "clear", can_clear ? clear.data : NULL);
}

bool findings_add_json(struct json *object, const struct findings *findings, const char *root)
{
    struct json *list = json_add_array(object, "findings");
    bool ok = list && json_add_number(object, "findings_left_out", (double) findings->left_out);
    for (size_t i = 0; ok && i < findings->count; i++)
        ok = findings_add_finding(list, &findings->items[i], root);
    return ok;
}

void findings_free(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        mem_free(findings->items[i].path);
    mem_free(findings->items);
    *findings = (struct findings){ 0 };
}
