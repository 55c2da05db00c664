/* SPDX-License-Identifier: MIT */
/* systemd names a service in the path of its control group, for every user to see; what its
 * process was started with only root sees. No bus is needed. */

#include "doctor/processes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/lines.h"
#include "lib/memory.h"

enum {
    CGROUP_MAX = 64 * 1024,
    STAT_MAX = 4096,
    ENVIRONMENT_MAX = 4 << 20,
};

static const char *const systemd_pid = "1";

/* Reads /proc/PID/NAME; a process that has ended meanwhile has none: -ENOENT. */
static int read_of(
    const struct tree *tree, const char *pid, const char *name, size_t max, struct buffer *ret)
{
    _cleanup_buffer_ struct buffer path = { 0 };
    int r = buffer_printf(&path, "/proc/%s/%s", pid, name);
    r = r < 0 ? r : tree_read(tree, path.data, max, ret, NULL);
    return r == -ESRCH ? -ENOENT : r;
}

/* The service of a line of /proc/PID/cgroup, "0::/system.slice/docker.service"; of a user's manager
 * none. 1 and *ret, which is a part of the line; 0. */
static int unit_of_line(const struct line *line, const char **ret, size_t *ret_length)
{
    static const char suffix[] = ".service";
    const char *slice = memmem(line->text, line->length, ":/system.slice/", 15);
    if (!slice)
        return 0;
    const char *end = line->text + line->length, *unit = slice + 15;
    for (const char *slash; (slash = memchr(unit, '/', (size_t) (end - unit)));) {
        size_t length = (size_t) (slash - unit), tail = strlen(suffix);
        if (length > tail && memcmp(slash - tail, suffix, tail) == 0)
            end = slash; /* what is below is the service's own matter */
        else
            unit = slash + 1;
    }
    *ret = unit;
    *ret_length = (size_t) (end - unit);
    return *ret_length > strlen(suffix) &&
           memcmp(end - strlen(suffix), suffix, strlen(suffix)) == 0;
}

/* 1 and *ret, which the caller frees; 0: the process is of no service; or a negative errno. */
static int find_unit(const struct tree *tree, const char *pid, char **ret)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = read_of(tree, pid, "cgroup", CGROUP_MAX, &text);
    const char *unit = NULL;
    size_t length = 0;
    int found = 0;
    for (struct line line = { 0 }; r == 0 && found == 0 && line_next(&text, &line);)
        found = unit_of_line(&line, &unit, &length);
    if (r < 0 || found == 0)
        return r == -ENOMEM ? r : 0;
    *ret = mem_strndup(unit, length);
    return *ret ? 1 : -ENOMEM;
}

/* Whether systemd is its parent: the fourth field, behind a name that can have anything in it. */
static int process_is_main(const struct tree *tree, const char *pid)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    int r = read_of(tree, pid, "stat", STAT_MAX, &text);
    const char *name_end = r == 0 && text.data ? strrchr(text.data, ')') : NULL;
    char parent[24];
    if (r == -ENOMEM)
        return r;
    return name_end && sscanf(name_end, ") %*c %23s", parent) == 1 &&
           strcmp(parent, systemd_pid) == 0;
}

static int read_environment(const struct tree *tree, const char *pid, struct process *ret)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    ret->unseen = read_of(tree, pid, "environ", ENVIRONMENT_MAX, &bytes);
    int r = ret->unseen == -ENOMEM ? -ENOMEM : 0;
    for (size_t at = 0; r == 0 && at < bytes.size; at += strlen(bytes.data + at) + 1)
        r = strings_append(&ret->environment, bytes.data + at);
    return r;
}

static bool has_unit(const struct processes *processes, const char *unit)
{
    for (size_t i = 0; i < processes->count; i++)
        if (strcmp(processes->items[i].unit, unit) == 0)
            return true;
    return false;
}

static void process_free(struct process *process)
{
    mem_free(process->unit);
    strings_free(&process->environment);
}

/* Adds a process where it is the first of its service that systemd has started. */
static int processes_add(const struct tree *tree, const char *pid, struct processes *ret)
{
    struct process process = { .pid = strtoul(pid, NULL, 10) };
    int r = find_unit(tree, pid, &process.unit);
    if (r > 0)
        r = has_unit(ret, process.unit) ? 0 : process_is_main(tree, pid);
    struct process *items = r > 0 ? mem_grow(ret->items, ret->count + 1, sizeof(*items)) : NULL;
    if (items)
        ret->items = items;
    if (r > 0)
        r = items ? read_environment(tree, pid, &process) : -ENOMEM;
    if (items && r == 0 && process.unseen != -ENOENT)
        items[ret->count++] = process;
    else
        process_free(&process);
    return r;
}

static int compare_pids(const void *a, const void *b)
{
    unsigned long left = strtoul(*(char *const *) a, NULL, 10);
    unsigned long right = strtoul(*(char *const *) b, NULL, 10);
    return (left > right) - (left < right);
}

int processes_find(const struct tree *tree, struct processes *ret)
{
    _cleanup_strings_ struct strings names = { 0 };
    int r = tree_exists(tree, "/proc");
    if (r <= 0)
        return r < 0 ? r : -ENOENT;
    r = tree_list(tree, "/proc", "", &names);
    if (names.count > 1)
        qsort(names.items, names.count, sizeof(*names.items), compare_pids);
    for (size_t i = 0; r == 0 && i < names.count; i++)
        if (*names.items[i] >= '1' && *names.items[i] <= '9')
            r = processes_add(tree, names.items[i], ret);
    return r;
}

const char *process_get(const struct process *process, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < process->environment.count; i++) {
        const char *text = process->environment.items[i];
        if (strncmp(text, name, length) == 0 && text[length] == '=')
            return text + length + 1;
    }
    return NULL;
}

void processes_free(struct processes *processes)
{
    for (size_t i = 0; i < processes->count; i++)
        process_free(&processes->items[i]);
    mem_free(processes->items);
    *processes = (struct processes){ 0 };
}
