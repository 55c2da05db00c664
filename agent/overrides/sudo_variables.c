/* SPDX-License-Identifier: MIT */
/* env_keep, env_check and env_reset. */

#include "overrides/sudo_variables.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "lib/memory.h"

enum { SUDO_KEEP_MAX = 300, SUDO_CHANGES_MAX = 2000 };

void sudo_forgive(struct sudo_variable *variable)
{
    mem_free(variable->path);
    variable->path = NULL;
    variable->is_lost = false;
}

static int sudo_lose(struct sudo_variable *variable, const struct sudo_setting *setting)
{
    sudo_forgive(variable);
    variable->path = mem_strdup(setting->path);
    variable->line = setting->line;
    variable->is_lost = true;
    return variable->path ? 0 : -ENOMEM;
}

/* Whether a list, of names with wildcards, has a variable: "NAME=pattern" can have it. */
static bool sudo_list_has(const char *list, const char *name)
{
    for (const char *p = list; p && *p;) {
        char pattern[256];
        size_t length = strcspn(p, " \t"), used = strcspn(p, " \t=");
        if (used > 0 && used < sizeof(pattern)) {
            memcpy(pattern, p, used);
            pattern[used] = '\0';
            if (fnmatch(pattern, name, 0) == 0)
                return true;
        }
        p += length;
        p += strspn(p, " \t");
    }
    return false;
}

/* Adds the names of a list to it, or takes them out: the same words, whatever they match. */
static int sudo_change_list(struct strings *keep, const struct sudo_setting *setting)
{
    int r = 0;
    if (setting->change != '+' && setting->change != '-')
        strings_free(keep);
    for (const char *p = setting->value; r == 0 && p && *p; p += strspn(p, " \t")) {
        size_t length = strcspn(p, " \t");
        if (setting->change != '-' && keep->count < SUDO_KEEP_MAX)
            r = strings_append_n(keep, p, length);
        for (size_t i = keep->count; setting->change == '-' && i > 0; i--)
            if (strlen(keep->items[i - 1]) == length &&
                memcmp(keep->items[i - 1], p, length) == 0) {
                mem_free(keep->items[i - 1]);
                keep->items[i - 1] = keep->items[--keep->count];
            }
        p += length;
    }
    return r;
}

static bool sudo_keeps(const struct strings *keep, const char *name)
{
    for (size_t i = 0; i < keep->count; i++)
        if (sudo_list_has(keep->items[i], name))
            return true;
    return false;
}

/* What counts for some users or commands only leaves the list of the others as it is. */
static int sudo_apply_keep(struct sudoers *sudoers, const struct sudo_setting *setting)
{
    _cleanup_strings_ struct strings changed = { 0 };
    int r = 0;
    if (sudoers->changes >= SUDO_CHANGES_MAX)
        return 0;
    sudoers->changes++;
    for (size_t i = 0; r == 0 && i < sudoers->keep.count; i++)
        r = strings_append(&changed, sudoers->keep.items[i]);
    if (r == 0)
        r = sudo_change_list(&changed, setting);
    for (size_t i = 0; r == 0 && i < sudoers->count; i++) {
        struct sudo_variable *variable = &sudoers->variables[i];
        bool keeps = sudo_keeps(&changed, variable->name);
        if (!keeps && sudo_keeps(&sudoers->keep, variable->name))
            r = sudo_lose(variable, setting);
        else if (keeps && setting->is_general && sudo_list_has(setting->value, variable->name))
            sudo_forgive(variable);
    }
    if (r == 0 && setting->is_general) {
        struct strings old = sudoers->keep;
        sudoers->keep = changed;
        changed = old;
    }
    return r;
}

/* It is lost, whether all is kept or not. */
static int sudo_delete(struct sudo_variable *variable, const struct sudo_setting *setting)
{
    mem_free(variable->deleted_path);
    variable->deleted_path = mem_strdup(setting->path);
    variable->deleted_line = setting->line;
    return variable->deleted_path ? 0 : -ENOMEM;
}

/* A variable that is checked is taken away when its value has a slash in it, as URLs and blocks
 * have. */
static int sudo_apply_check(struct sudoers *sudoers, const struct sudo_setting *setting)
{
    struct variable list[VARIABLES_WRITTEN_MAX];
    size_t count = environment_list(sudoers->detection->environment, list);
    int r = 0;
    for (size_t i = 0; r == 0 && i < count && setting->change != '-'; i++)
        if (strchr(list[i].value, '/') && sudo_list_has(setting->value, list[i].name))
            r = sudo_lose(&sudoers->variables[i], setting) < 0
                    ? -ENOMEM
                    : sudo_delete(&sudoers->variables[i], setting);
    return r;
}

/* Without env_reset all is kept, except what this list has. */
static int sudo_apply_delete(struct sudoers *sudoers, const struct sudo_setting *setting)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < sudoers->count; i++)
        if (setting->change != '-' && sudo_list_has(setting->value, sudoers->variables[i].name))
            r = sudo_delete(&sudoers->variables[i], setting);
    return r;
}

void sudo_keep_all(struct sudo_variable *variable)
{
    mem_free(variable->path);
    variable->path = variable->deleted_path;
    variable->line = variable->deleted_line;
    variable->is_lost = variable->path;
    variable->deleted_path = NULL;
}

void sudo_variable_free(struct sudo_variable *variable)
{
    mem_free(variable->path);
    mem_free(variable->deleted_path);
}

int sudo_apply(struct sudoers *sudoers, const struct sudo_setting *setting)
{
    if (sudoers->only_checks && strcmp(setting->name, "env_check") != 0)
        return 0;
    if (strcmp(setting->name, "env_reset") == 0 && setting->is_general)
        sudoers->keeps_all = setting->change == '!';
    if (strcmp(setting->name, "env_keep") == 0)
        return sudo_apply_keep(sudoers, setting);
    if (strcmp(setting->name, "env_delete") == 0)
        return sudo_apply_delete(sudoers, setting);
    /* Whatever the order of these two. */
    if (strcmp(setting->name, "env_check") == 0 && sudoers->is_late)
        return sudo_apply_check(sudoers, setting);
    return 0;
}
