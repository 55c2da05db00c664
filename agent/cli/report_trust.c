/* SPDX-License-Identifier: MIT */
/* The paths of our files in the store say what was done; a certificate is no secret. */

#include "cli/report_trust.h"

#include "lib/array.h"
#include "lib/log.h"

void report_log_trust(const struct tree *tree, const struct trust_outcome *outcome, bool dry_run)
{
    const struct {
        const struct strings *paths;
        const char *action;
    } lists[] = {
        { &outcome->changes.added, "created" },
        { &outcome->changes.removed, "removed" },
    };
    for (size_t i = 0; outcome->is_shown && i < ELEMENTSOF(lists); i++)
        for (size_t k = 0; k < lists[i].paths->count; k++)
            log_info("%s%s: %s%s", tree->path, lists[i].paths->items[k], lists[i].action,
                dry_run ? " (dry run)" : "");
    if (outcome->is_due && *tree->path && !dry_run)
        log_info(
            "%s%s: is made by %s at the first boot of this image, and the variables of CAs are "
            "set then",
            tree->path, outcome->store->bundle, outcome->store->update[0]);
}

bool report_add_trust(struct json *object, const struct trust_outcome *outcome)
{
    static const struct strings none;
    const struct trust_changes *changes = &outcome->changes;
    bool is_known = outcome->store && (outcome->wanted > 0 || changes->removed.count > 0);
    if (!is_known)
        return json_add_string(object, "ca", NULL);
    struct json *trust = json_add_object(object, "ca");
    return json_add_string(trust, "bundle", outcome->store->bundle) &&
           json_add_bool(trust, "trusted", outcome->has_all) &&
           report_add_strings(trust, "added", outcome->is_shown ? &changes->added : &none) &&
           report_add_strings(trust, "removed", outcome->is_shown ? &changes->removed : &none);
}
