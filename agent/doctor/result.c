/* SPDX-License-Identifier: MIT */
/* Findings own their texts: what they speak of is gone when they are shown. */

#include "doctor/result.h"

#include <errno.h>
#include <stdarg.h>

#include "lib/buffer.h"
#include "lib/memory.h"

/* Nobody reads more of one check. */
enum { FINDINGS_MAX = 100 };

static void finding_free(struct doctor_finding *finding)
{
    mem_free(finding->subject);
    mem_free(finding->seen);
    mem_free(finding->remedy);
    mem_free(finding->detail);
}

int doctor_find(struct doctor_result *result, enum doctor_kind_id kind, const char *subject,
    const char *remedy, const char *format, ...)
{
    _cleanup_buffer_ struct buffer seen = { 0 };
    if (result->count == FINDINGS_MAX) {
        result->left_out++;
        return 0;
    }
    struct doctor_finding *items = mem_grow(result->items, result->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    result->items = items;
    va_list arguments;
    va_start(arguments, format);
    int r = buffer_vprintf(&seen, format, arguments);
    va_end(arguments);
    if (r < 0)
        return r;
    struct doctor_finding finding = {
        .kind = kind,
        .subject = mem_strdup(subject),
        .seen = buffer_take(&seen),
        .remedy = mem_strdup(remedy ? remedy : doctor_kinds[kind].remedy),
        .detail = mem_strdup(""),
    };
    if (!finding.subject || !finding.seen || !finding.remedy || !finding.detail) {
        finding_free(&finding);
        return -ENOMEM;
    }
    items[result->count++] = finding;
    return 0;
}

int doctor_detail(struct doctor_result *result, const char *lines)
{
    char *copy = mem_strdup(lines);
    if (!copy || result->count == 0) {
        mem_free(copy);
        return copy ? 0 : -ENOMEM;
    }
    mem_free(result->items[result->count - 1].detail);
    result->items[result->count - 1].detail = copy;
    return 0;
}

size_t doctor_wrong(const struct doctor_result *result)
{
    size_t count = result->left_out;
    for (size_t i = 0; i < result->count; i++)
        count += doctor_kinds[result->items[i].kind].severity != DOCTOR_NOTE;
    return count;
}

void doctor_result_free(struct doctor_result *result)
{
    for (size_t i = 0; i < result->count; i++)
        finding_free(&result->items[i]);
    mem_free(result->items);
    strings_free(&result->facts);
    strings_free(&result->unseen);
    *result = (struct doctor_result){ 0 };
}
