/* SPDX-License-Identifier: MIT */
/* People paste whole lists, in any form that some program prints. */

#include "proxy/no_proxy_entries.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/ascii.h"
#include "lib/memory.h"
#include "lib/redact.h"

/* How many bytes of a separator stand here. What is pasted has no-break spaces in it, U+00A0. */
static size_t separator_length(const char *text)
{
    static const char no_break[] = "\xc2\xa0";
    if (strncmp(text, no_break, strlen(no_break)) == 0)
        return strlen(no_break);
    return *text && strchr(",;" ASCII_WHITE, *text);
}

/* The bytes of the entry at p, which is no separator. `login` and `end` are the part of the list
 * that can be a login, in which no separator is one. */
static size_t entry_length(const char *p, const char *login, const char *end)
{
    size_t length = p < end && p >= login ? (size_t) (end - p) : 0;
    while (p[length] && separator_length(p + length) == 0)
        length++;
    return length;
}

int no_proxy_entries_split(const char *list, struct strings *ret)
{
    int r = 0;
    size_t login = 0, end = 0;
    redact_find_in_list(list, &login, &end);
    for (const char *p = list; r == 0 && *p;) {
        size_t skipped = separator_length(p);
        size_t length = skipped == 0 ? entry_length(p, list + login, list + end) : 0;
        if (length > 0)
            r = strings_append_n(ret, p, length);
        p += skipped + length;
    }
    return r;
}

int no_proxy_entries_append(struct no_proxy_entries *list, struct no_proxy_entry *entry)
{
    struct no_proxy_entry *items = mem_grow(list->items, list->count + 1, sizeof(*items));
    if (!items) {
        no_proxy_entry_free(entry);
        return -ENOMEM;
    }
    list->items = items;
    list->items[list->count++] = *entry;
    *entry = (struct no_proxy_entry){ 0 };
    return 0;
}

/* A character that could begin a line of its own, or do worse, where it is shown or written. Around
 * the list line ends are but blanks. */
static bool has_control(const char *list)
{
    size_t end = strlen(list);
    while (end > 0 && (ascii_is_white(list[end - 1]) || strchr(",;", list[end - 1])))
        end--;
    for (size_t i = strspn(list, ",;" ASCII_WHITE); i < end; i++)
        if (iscntrl((unsigned char) list[i]) && list[i] != '\t')
            return true;
    return false;
}

static int refuse_control(const char *text, struct error *err)
{
    char shown[REDACTED_MAX];
    return error_set(err, EX_CONFIG, -EINVAL,
        "no_proxy entry \"%s\": it has a control character in it: take it out",
        redact_to(text, shown));
}

static int entries_append_part(
    const char *part, const char *origin, struct no_proxy_entries *list, struct few *refused)
{
    _cleanup_no_proxy_entry_ struct no_proxy_entry entry = { 0 };
    struct error reason = { 0 };
    int r = no_proxy_entry_parse(part, &entry, &reason);
    if (r < 0)
        return r == -EINVAL ? few_printf(refused, "%s%s%s: left out", origin ? origin : "",
                                  origin ? ": " : "", reason.text)
                            : r;
    if (list->count >= NO_PROXY_ENTRIES_MAX)
        return -E2BIG;
    entry.origin = origin ? mem_strdup(origin) : NULL;
    return origin && !entry.origin ? -ENOMEM : no_proxy_entries_append(list, &entry);
}

int no_proxy_entries_parse(const char *text, const char *origin, struct no_proxy_entries *list,
    struct few *refused, struct error *err)
{
    _cleanup_strings_ struct strings parts = { 0 };
    if (has_control(text))
        return refuse_control(text, err);
    int r = no_proxy_entries_split(text, &parts);
    for (size_t i = 0; r == 0 && i < parts.count; i++)
        r = entries_append_part(parts.items[i], origin, list, refused);
    if (r == -E2BIG)
        return error_set(err, EX_CONFIG, r, "no_proxy would have more than %d entries: shorten it",
            NO_PROXY_ENTRIES_MAX);
    return r < 0 ? error_no_memory(err) : 0;
}

void no_proxy_entries_free(struct no_proxy_entries *list)
{
    for (size_t i = 0; i < list->count; i++)
        no_proxy_entry_free(&list->items[i]);
    mem_free(list->items);
    *list = (struct no_proxy_entries){ 0 };
}
