/* SPDX-License-Identifier: MIT */
/* One line a finding, one line what to do. */

#include "doctor/view.h"

#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/json.h"
#include "lib/printable.h"

enum colour { PLAIN, RED, YELLOW, GREEN, BOLD };

static const char *colour_code(const struct doctor_view *view, enum colour colour)
{
    static const char *const codes[] = { "\x1b[0m", "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[1m" };
    return view->colour ? codes[colour] : "";
}

/* One line, printable, behind a front that is ours. */
static int view_append_line(struct buffer *ret, const char *front, const char *text)
{
    return buffer_append_text(ret, front) < 0 ||
                   printable_append_line(text, strlen(text), ret) < 0 ||
                   buffer_append_text(ret, "\n") < 0
               ? -ENOMEM
               : 0;
}

static int append_detail(struct buffer *ret, const char *lines)
{
    int r = 0;
    for (const char *line = lines; r == 0 && *line;) {
        size_t length = strcspn(line, "\n");
        r = buffer_append_text(ret, "      | ");
        if (r == 0)
            r = printable_append_line(line, length, ret);
        if (r == 0)
            r = buffer_append_text(ret, "\n");
        line += length + (line[length] == '\n');
    }
    return r;
}

static int view_append_finding(
    const struct doctor_finding *finding, const struct doctor_view *view, struct buffer *ret)
{
    static const enum colour colours[] = {
        [DOCTOR_ERROR] = RED, [DOCTOR_WARNING] = YELLOW, [DOCTOR_NOTE] = PLAIN
    };
    const struct doctor_kind *kind = &doctor_kinds[finding->kind];
    _cleanup_buffer_ struct buffer line = { 0 };
    if (view->is_quiet && kind->severity == DOCTOR_NOTE)
        return 0;
    int r = buffer_printf(&line, "%s: %s [%s]", finding->subject, finding->seen, kind->id);
    if (r == 0)
        r = buffer_printf(ret, "  %s%s%s: ", colour_code(view, colours[kind->severity]),
            doctor_severity_name(kind->severity), colour_code(view, PLAIN));
    if (r == 0)
        r = view_append_line(ret, "", line.data);
    if (r == 0)
        r = view_append_line(ret, "    -> ", finding->remedy);
    return r == 0 && view->is_verbose ? append_detail(ret, finding->detail) : r;
}

static int append_lines(struct buffer *ret, const char *front, const struct strings *texts)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < texts->count; i++)
        r = view_append_line(ret, front, texts->items[i]);
    return r;
}

static const char *state_of(const struct doctor_run *run)
{
    return run->is_left_out                 ? "skipped"
           : doctor_wrong(&run->result) > 0 ? "failed"
           : run->result.unseen.count > 0   ? "incomplete"
                                            : "passed";
}

static int append_head(
    const struct doctor_run *run, const struct doctor_view *view, struct buffer *ret)
{
    const char *state = state_of(run);
    enum colour colour = strcmp(state, "failed") == 0   ? RED
                         : strcmp(state, "passed") == 0 ? GREEN
                                                        : YELLOW;
    return buffer_printf(ret, "%s%-10s%s %s%s%s\n", colour_code(view, BOLD), run->check->name,
        colour_code(view, PLAIN), colour_code(view, colour), state, colour_code(view, PLAIN));
}

static int append_run(
    const struct doctor_run *run, const struct doctor_view *view, struct buffer *ret)
{
    const struct doctor_result *result = &run->result;
    if (view->is_quiet && doctor_wrong(result) == 0)
        return 0;
    int r = append_head(run, view, ret);
    for (size_t i = 0; r == 0 && i < result->count; i++)
        r = view_append_finding(&result->items[i], view, ret);
    if (r == 0 && result->left_out > 0)
        r = buffer_printf(ret, "  and %zu more\n", result->left_out);
    if (r == 0 && !view->is_quiet)
        r = append_lines(ret, "  not seen: ", &result->unseen);
    return r == 0 && !view->is_quiet ? append_lines(ret, "  ", &result->facts) : r;
}

static int append_summary(
    const struct doctor_report *report, const struct doctor_view *view, struct buffer *ret)
{
    size_t passed = 0, wrong = doctor_report_wrong(report);
    for (size_t i = 0; i < report->count; i++)
        passed += strcmp(state_of(&report->runs[i]), "passed") == 0;
    if (view->is_quiet && wrong == 0)
        return 0;
    int r = buffer_printf(ret, "%s%zu of %zu checks passed%s", colour_code(view, BOLD), passed,
        report->count, colour_code(view, PLAIN));
    if (r == 0 && wrong > 0)
        r = buffer_printf(ret, "; %zu finding%s: docs/doctor.md has a paragraph on each", wrong,
            wrong > 1 ? "s" : "");
    return r < 0 ? r : buffer_append_text(ret, "\n");
}

int doctor_view_append_text(
    const struct doctor_report *report, const struct doctor_view *view, struct buffer *ret)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < report->count; i++)
        r = append_run(&report->runs[i], view, ret);
    return r < 0 ? r : append_summary(report, view, ret);
}

static bool add_texts(struct json *object, const char *key, const struct strings *texts)
{
    struct json *list = json_add_array(object, key);
    bool ok = list;
    for (size_t i = 0; ok && i < texts->count; i++)
        ok = json_add_string(list, NULL, texts->items[i]);
    return ok;
}

static bool add_finding(struct json *list, const struct doctor_finding *finding)
{
    const struct doctor_kind *kind = &doctor_kinds[finding->kind];
    struct json *object = json_add_object(list, NULL);
    return json_add_string(object, "id", kind->id) &&
           json_add_string(object, "severity", doctor_severity_name(kind->severity)) &&
           json_add_string(object, "subject", finding->subject) &&
           json_add_string(object, "seen", finding->seen) &&
           json_add_string(object, "means", kind->means) &&
           json_add_string(object, "remedy", finding->remedy) &&
           json_add_string(object, "detail", *finding->detail ? finding->detail : NULL);
}

static bool add_run(struct json *list, const struct doctor_run *run)
{
    const struct doctor_result *result = &run->result;
    struct json *object = json_add_object(list, NULL);
    bool ok = json_add_string(object, "check", run->check->name) &&
              json_add_string(object, "state", state_of(run)) &&
              json_add_number(object, "took_ms", (double) result->took_ms);
    struct json *findings = json_add_array(object, "findings");
    ok = ok && findings;
    for (size_t i = 0; ok && i < result->count; i++)
        ok = add_finding(findings, &result->items[i]);
    return ok && json_add_number(object, "left_out", (double) result->left_out) &&
           add_texts(object, "unseen", &result->unseen) &&
           add_texts(object, "facts", &result->facts);
}

int doctor_view_append_json(const struct doctor_report *report, struct buffer *ret)
{
    _cleanup_json_ struct json *list = json_new_array();
    bool ok = list;
    for (size_t i = 0; ok && i < report->count; i++)
        ok = add_run(list, &report->runs[i]);
    return json_print(ok ? list : NULL, ret);
}

static const struct {
    unsigned int bit;
    const char *word;
} needs[] = {
    { NEEDS_SETTINGS, "settings" },
    { NEEDS_IMDS, "imds" },
    { NEEDS_NETWORK, "network" },
    { NEEDS_ROOT, "root" },
};

/* Also those that any check can have. */
static bool add_kinds(struct json *object, const struct doctor_check *check)
{
    struct json *list = json_add_array(object, "findings");
    bool ok = list;
    for (size_t i = 0; ok && i < DOCTOR_KINDS; i++) {
        const struct doctor_kind *kind = &doctor_kinds[i];
        if (kind->check && strcmp(kind->check, check->name) != 0)
            continue;
        struct json *finding = json_add_object(list, NULL);
        ok = json_add_string(finding, "id", kind->id) &&
             json_add_string(finding, "severity", doctor_severity_name(kind->severity)) &&
             json_add_string(finding, "means", kind->means) &&
             json_add_string(finding, "remedy", kind->remedy) &&
             json_add_string(finding, "more", *kind->more ? kind->more : NULL);
    }
    return ok;
}

static bool add_check(struct json *list, const struct doctor_check *check)
{
    struct json *object = json_add_object(list, NULL);
    struct json *words = NULL;
    bool ok = json_add_string(object, "check", check->name) &&
              json_add_string(object, "summary", check->summary) &&
              (words = json_add_array(object, "needs"));
    for (size_t i = 0; ok && i < ELEMENTSOF(needs); i++)
        if (check->needs & needs[i].bit)
            ok = json_add_string(words, NULL, needs[i].word);
    return ok && add_kinds(object, check);
}

static int append_check(const struct doctor_check *check, struct buffer *ret)
{
    int r = buffer_printf(ret, "%-10s %s", check->name, check->summary);
    bool any = false;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(needs); i++) {
        if (!(check->needs & needs[i].bit))
            continue;
        r = buffer_printf(ret, "%s%s", any ? ", " : " (", needs[i].word);
        any = true;
    }
    return r < 0 ? r : buffer_append_text(ret, any ? ")\n" : "\n");
}

int doctor_view_append_list(bool json, struct buffer *ret)
{
    _cleanup_json_ struct json *list = json ? json_new_array() : NULL;
    bool ok = list;
    int r = 0;
    for (const struct doctor_check *check = doctor_checks; r == 0 && check->name; check++)
        if (json)
            ok = ok && add_check(list, check);
        else
            r = append_check(check, ret);
    return json ? json_print(ok ? list : NULL, ret) : r;
}
