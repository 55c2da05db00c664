/* SPDX-License-Identifier: MIT */
/* Precedence of directories, and the many places of drop-ins. */

#include "overrides/unit_paths.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "files/answer.h"
#include "lib/array.h"
#include "overrides/place.h"

#define SERVICE ".service"
#define DROPINS ".service.d"
#define FOR_ALL "service.d"

enum { UNIT_DROPIN_NAMES_MAX = 32 };

/* The first wins. */
static const char *const directories[] = { "/etc/systemd/system", "/run/systemd/system",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system" };

/* Whether a path is a link that leads to a unit of another name: 1, with that name appended; 0; or
 * a negative errno. */
static int find_alias(
    const struct tree *tree, const char *path, const char *unit, struct strings *reals)
{
    _cleanup_tree_entry_ struct tree_entry entry = { .directory = -1 };
    struct stat status;
    _cleanup_close_ int fd = tree_open_path(tree, path, O_PATH | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &status) < 0)
        return file_answer(fd < 0 ? fd : -errno);
    if (!S_ISLNK(status.st_mode))
        return 0;
    int r = tree_resolve(tree, path, false, &entry);
    if (r < 0 || strcmp(entry.name, unit) == 0)
        return file_answer(r);
    r = strings_append(reals, entry.name);
    return r < 0 ? r : 1;
}

/* Instances that are enabled by a link: in "multi-user.target.wants", "…requires". */
static int find_enabled(struct unit_paths *paths, const char *directory)
{
    _cleanup_strings_ struct strings dependencies = { 0 };
    int r = place_list(paths->tree, directory, ".wants", &dependencies);
    if (r == 0)
        r = place_list(paths->tree, directory, ".requires", &dependencies);
    for (size_t i = 0; r == 0 && i < dependencies.count; i++) {
        _cleanup_buffer_ struct buffer path = { 0 };
        _cleanup_strings_ struct strings names = { 0 };
        r = buffer_printf(&path, "%s/%s", directory, dependencies.items[i]);
        if (r == 0)
            r = place_list(paths->tree, path.data, SERVICE, &names);
        for (size_t n = 0; r == 0 && n < names.count; n++)
            if (strchr(names.items[n], '@'))
                r = strings_append(&paths->units, names.items[n]);
    }
    return r;
}

static int find_in(struct unit_paths *paths, const char *directory)
{
    _cleanup_strings_ struct strings units = { 0 }, dropins = { 0 };
    int r = place_list(paths->tree, directory, SERVICE, &units);
    for (size_t i = 0; r == 0 && i < units.count; i++) {
        _cleanup_buffer_ struct buffer path = { 0 };
        r = buffer_printf(&path, "%s/%s", directory, units.items[i]);
        if (r == 0)
            r = find_alias(paths->tree, path.data, units.items[i], &paths->reals);
        if (r > 0)
            r = strings_append(&paths->aliases, units.items[i]);
    }
    if (r == 0)
        r = find_enabled(paths, directory);
    if (r == 0)
        r = place_list(paths->tree, directory, ".d", &dropins);
    for (size_t i = 0; r == 0 && i < units.count; i++)
        r = strings_append(&paths->units, units.items[i]);
    for (size_t i = 0; r == 0 && i < dropins.count; i++)
        r = strings_printf(&paths->directories, "%s/%s", directory, dropins.items[i]);
    return r;
}

static int compare_units(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Instances have no file of their own, but may have drop-ins. */
static int add_instances(struct unit_paths *paths)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < paths->directories.count; i++) {
        const char *name = strrchr(paths->directories.items[i], '/') + 1;
        const char *at = strchr(name, '@');
        const char *dropins = strrchr(name, '.') - strlen(SERVICE); /* "a@b.d" is no service */
        if (at && dropins > at + 1 && strcmp(dropins, DROPINS) == 0)
            r = strings_append_n(&paths->units, name, strlen(name) - strlen(".d"));
    }
    return r;
}

int unit_paths_find(const struct tree *tree, struct unit_paths *ret)
{
    int r = 0;
    ret->tree = tree;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(directories); i++)
        r = find_in(ret, directories[i]);
    if (r == 0)
        r = add_instances(ret);
    if (ret->units.count > 1)
        qsort(ret->units.items, ret->units.count, sizeof(*ret->units.items), compare_units);
    return r;
}

void unit_paths_free(struct unit_paths *paths)
{
    strings_free(&paths->units);
    strings_free(&paths->aliases);
    strings_free(&paths->reals);
    strings_free(&paths->directories);
}

/* Appends the template of an instance, "a@.service" for "a@b.service". 1, 0 when it is none, or
 * -ENOMEM. */
static int append_template(const char *unit, struct buffer *ret)
{
    const char *at = strchr(unit, '@');
    if (!at || strcmp(at + 1, SERVICE) == 0)
        return 0;
    int r = buffer_printf(ret, "%.*s@" SERVICE, (int) (at - unit), unit);
    return r < 0 ? r : 1;
}

/* Adds the file of a unit, if it can be read. 1, 0 or a negative errno. */
static int add_fragment(
    const struct unit_paths *paths, const char *unit, const char *path, struct strings *files)
{
    _cleanup_strings_ struct strings real = { 0 };
    int r = find_alias(paths->tree, path, unit, &real);
    if (r == 0)
        r = place_is_masked(paths->tree, path);
    if (r != 0)
        return r < 0 ? r : 0;
    r = strings_append(files, path);
    return r < 0 ? r : 1;
}

/* The file of a unit of that very name: 1, with its path appended; 0 when there is none, or it is
 * not read; or a negative errno. */
static int find_fragment(
    const struct unit_paths *paths, const char *unit, struct strings *files, bool *ret_found)
{
    for (size_t i = 0; i < ELEMENTSOF(directories); i++) {
        _cleanup_buffer_ struct buffer path = { 0 };
        if (buffer_printf(&path, "%s/%s", directories[i], unit) < 0)
            return -ENOMEM;
        _cleanup_close_ int fd = tree_open_path(paths->tree, path.data, O_PATH | O_NOFOLLOW);
        if (file_failure_is_answer(fd))
            continue;
        if (fd < 0)
            return fd;
        *ret_found = true;
        return add_fragment(paths, unit, path.data, files);
    }
    return 0;
}

/* Adds the directories of drop-ins of one name, in the order of their precedence. */
static size_t add_directories(
    const struct unit_paths *paths, const char *name, size_t length, const char **ret, size_t count)
{
    for (size_t i = 0; i < paths->directories.count && count < UNIT_DROPIN_NAMES_MAX; i++) {
        const char *own = strrchr(paths->directories.items[i], '/') + 1;
        if (strncmp(own, name, length) == 0 && strcmp(own + length, DROPINS) == 0)
            ret[count++] = paths->directories.items[i];
    }
    return count;
}

/* "a-b-c.service" also has "a-b-.service.d" and "a-.service.d". */
static size_t add_prefixes(
    const struct unit_paths *paths, const char *unit, const char **ret, size_t count)
{
    size_t length = strlen(unit) - strlen(SERVICE);
    count = add_directories(paths, unit, length, ret, count);
    for (size_t n = length - 1; n > 0; n--)
        if (unit[n - 1] == '-')
            count = add_directories(paths, unit, n, ret, count);
    return count;
}

int unit_paths_of(const struct unit_paths *paths, const char *unit, struct strings *files)
{
    const char *dropins[UNIT_DROPIN_NAMES_MAX + 1] = { NULL };
    _cleanup_buffer_ struct buffer template = { 0 };
    bool is_found = false;
    int has_template = append_template(unit, &template);
    int r = has_template < 0 ? has_template : find_fragment(paths, unit, files, &is_found);
    if (r == 0 && !is_found && has_template > 0)
        r = find_fragment(paths, template.data, files, &is_found);
    if (r <= 0)
        return r;
    size_t count = add_prefixes(paths, unit, dropins, 0);
    if (has_template > 0)
        count = add_prefixes(paths, template.data, dropins, count);
    for (size_t i = 0; i < paths->aliases.count; i++)
        if (strcmp(paths->reals.items[i], unit) == 0)
            count = add_prefixes(paths, paths->aliases.items[i], dropins, count);
    /* For all services: "service.d". */
    for (size_t i = 0; i < paths->directories.count && count < UNIT_DROPIN_NAMES_MAX; i++)
        if (strcmp(strrchr(paths->directories.items[i], '/') + 1, FOR_ALL) == 0)
            dropins[count++] = paths->directories.items[i];
    r = place_merge(paths->tree, dropins, ".conf", files);
    return r < 0 ? r : 1;
}
