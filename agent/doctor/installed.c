/* SPDX-License-Identifier: MIT */
/* A version is what the package manager says: programs are not asked, as some of them are slow, and
 * in an image they cannot be. */

#include "doctor/installed.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "doctor/programs.h"
#include "files/program.h"
#include "lib/array.h"
#include "lib/lines.h"
#include "lib/memory.h"
#include "overrides/place.h"

enum {
    STATUS_MAX = 64 << 20, /* bytes of dpkg's list */
    MODULE_MAX = 1 << 20,
    RPM_MS = 3000,
    DIRECTORIES_MAX = 64,
};

int installed_compare(const char *a, const char *b)
{
    while (isdigit((unsigned char) *a) || isdigit((unsigned char) *b)) {
        char *a_end = NULL, *b_end = NULL;
        unsigned long left = strtoul(a, &a_end, 10), right = strtoul(b, &b_end, 10);
        if (left != right)
            return left < right ? -1 : 1;
        a = *a_end == '.' ? a_end + 1 : "";
        b = *b_end == '.' ? b_end + 1 : "";
    }
    return 0;
}

/* dpkg's versions have an epoch in front. */
static const char *without_epoch(const char *version)
{
    const char *colon = strchr(version, ':');
    return colon ? colon + 1 : version;
}

/* The value of a field in the stanza that a line is in. */
static bool line_value(const struct line *line, const char *field, struct line *ret)
{
    if (!line_begins_with(line, field))
        return false;
    *ret = *line;
    line_skip(ret, strlen(field));
    line_skip_blanks(ret);
    return true;
}

/* The version of a package by dpkg's list. 1, 0 or -ENOMEM. */
static int dpkg_version(const struct buffer *status, const char *package, struct buffer *ret)
{
    bool is_it = false;
    for (struct line line = { 0 }; line_next(status, &line);) {
        struct line value;
        if (line_value(&line, "Package:", &value))
            is_it = line_equals(&value, package);
        if (is_it && line_value(&line, "Status:", &value))
            is_it = memmem(value.text, value.length, "ok installed", 12) != NULL;
        if (is_it && line_value(&line, "Version:", &value))
            return buffer_append(ret, value.text, value.length) < 0 ? -ENOMEM : 1;
    }
    return 0;
}

static int rpm_version(const struct tree *tree, const char *package, struct buffer *ret)
{
    const char *const command[] = { "/usr/bin/rpm", "--root", *tree->path ? tree->path : "/", "-q",
        "--queryformat", "%{VERSION}\\n", package, NULL };
    int r = tree_exists(tree, "/var/lib/rpm") > 0 || tree_exists(tree, "/usr/lib/sysimage/rpm") > 0
                ? program_run(command, NULL, RPM_MS, ret)
                : -ENOENT;
    return r == 0 ? 1 : r == -ENOMEM ? r : 0;
}

/* What is looked through once. */
struct searching {
    const struct tree *tree;
    struct buffer dpkg_status;
    struct strings python; /* directories of packages */
    struct strings perl;
    struct installed_clients *found;
};

static void searching_free(struct searching *searching)
{
    buffer_free(&searching->dpkg_status);
    strings_free(&searching->python);
    strings_free(&searching->perl);
}

/* Appends "PARENT/NAME" and what follows, for each name that begins so. */
static int installed_add_directories(const struct tree *tree, const char *parent, const char *front,
    const char *behind, struct strings *ret)
{
    _cleanup_strings_ struct strings names = { 0 };
    int r = place_list(tree, parent, "", &names);
    for (size_t i = 0; r == 0 && i < names.count && ret->count < DIRECTORIES_MAX; i++)
        if (strncmp(names.items[i], front, strlen(front)) == 0)
            r = strings_printf(ret, "%s/%s%s", parent, names.items[i], behind);
    return r == -ENOMEM ? r : 0;
}

static int searching_prepare(struct searching *searching)
{
    static const struct {
        const char *parent, *front, *behind;
        bool is_perl;
    } rows[] = {
        { "/usr/lib", "python3", "/dist-packages", false },
        { "/usr/lib", "python3", "/site-packages", false },
        { "/usr/local/lib", "python3", "/dist-packages", false },
        { "/usr/local/lib", "python3", "/site-packages", false },
        { "/usr/lib64", "python3", "/site-packages", false },
        { "/usr/share", "perl", "", true },
        { "/usr/share/perl", "5", "", true },
        { "/usr/share", "perl5/vendor_perl", "", true },
        { "/usr/lib", "perl5", "", true },
    };
    const struct tree *tree = searching->tree;
    int r = tree_read(tree, "/var/lib/dpkg/status", STATUS_MAX, &searching->dpkg_status, NULL);
    if (r == -ENOMEM)
        return r;
    r = 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(rows); i++)
        r = installed_add_directories(tree, rows[i].parent, rows[i].front, rows[i].behind,
            rows[i].is_perl ? &searching->perl : &searching->python);
    return r;
}

/* 1, 0 or -ENOMEM, as the next ones. */
static int version_by_package(
    const struct searching *searching, const struct program *program, struct buffer *ret)
{
    int r = 0;
    for (const char *const *package = program->packages; r == 0 && *package; package++) {
        r = dpkg_version(&searching->dpkg_status, *package, ret);
        if (r == 0 && searching->dpkg_status.size == 0)
            r = rpm_version(searching->tree, *package, ret);
    }
    return r;
}

/* "requests-2.28.1.dist-info", "requests-2.28.1.egg-info" */
static int version_by_python(
    const struct searching *searching, const char *package, struct buffer *ret)
{
    size_t length = strlen(package);
    for (size_t d = 0; d < searching->python.count; d++) {
        _cleanup_strings_ struct strings names = { 0 };
        int r = place_list(searching->tree, searching->python.items[d], "-info", &names);
        if (r == -ENOMEM)
            return r;
        for (size_t i = 0; i < names.count; i++) {
            const char *name = names.items[i], *suffix = strrchr(name, '.');
            if (strncmp(name, package, length) != 0 || name[length] != '-' || !suffix)
                continue;
            const char *version = name + length + 1;
            return suffix > version && buffer_append(ret, version, (size_t) (suffix - version)) < 0
                       ? -ENOMEM
                       : 1;
        }
    }
    return 0;
}

/* "our $VERSION = '0.080';" */
static int version_in_module(const struct buffer *module, struct buffer *ret)
{
    const char *at = module->data ? strstr(module->data, "$VERSION") : NULL;
    at = at ? at + strcspn(at, "0123456789\n") : NULL;
    size_t length = at ? strspn(at, "0123456789._") : 0;
    return length > 0 && buffer_append(ret, at, length) < 0 ? -ENOMEM : 1;
}

static int version_by_perl(
    const struct searching *searching, const char *module, struct buffer *ret)
{
    for (size_t d = 0; d < searching->perl.count; d++) {
        _cleanup_buffer_ struct buffer path = { 0 }, bytes = { 0 };
        int r = buffer_printf(&path, "%s/%s", searching->perl.items[d], module);
        if (r == 0)
            r = place_read(searching->tree, path.data, &bytes);
        if (r == -ENOMEM)
            return r;
        if (r > 0)
            return version_in_module(&bytes, ret);
    }
    return 0;
}

static int has_path(const struct tree *tree, const struct program *program)
{
    int r = 0;
    for (const char *const *path = program->paths; r == 0 && *path; path++)
        r = place_exists(tree, *path);
    return r == -ENOMEM ? r : r > 0;
}

/* Whether the program is there, and its version as far as it is known. */
static int find_program(
    const struct searching *searching, const struct program *program, struct buffer *ret)
{
    if (program->python)
        return version_by_python(searching, program->python, ret);
    if (program->perl)
        return version_by_perl(searching, program->perl, ret);
    int r = has_path(searching->tree, program);
    if (r <= 0)
        return r;
    int known = version_by_package(searching, program, ret);
    return known < 0 ? known : 1;
}

/* The client of the last version that is not later. Where none is known, the newest. */
static const struct client *client_of(const struct program *program, const char *version)
{
    const char *id = NULL;
    for (const struct program_version *row = program->versions;
         row < program->versions + ELEMENTSOF(program->versions) && row->from; row++)
        if (*version ? installed_compare(row->from, version) <= 0 : row->client != NULL)
            id = row->client;
    return id ? client_find(id) : NULL;
}

static int add_program(struct searching *searching, const struct program *program)
{
    _cleanup_buffer_ struct buffer version = { 0 };
    struct installed_clients *found = searching->found;
    int r = find_program(searching, program, &version);
    if (r <= 0)
        return r;
    struct installed *items = mem_grow(found->items, found->count + 1, sizeof(*items));
    if (!items)
        return -ENOMEM;
    found->items = items;
    const char *text = without_epoch(version.data ? version.data : "");
    items[found->count] = (struct installed){
        .client = client_of(program, text), .program = program->name, .version = mem_strdup(text)
    };
    return items[found->count++].version ? 0 : -ENOMEM;
}

int installed_find(const struct tree *tree, struct installed_clients *ret)
{
    _cleanup_(searching_free) struct searching searching = { .tree = tree, .found = ret };
    int r = searching_prepare(&searching);
    for (size_t i = 0; r == 0 && i < programs_count; i++)
        r = add_program(&searching, &programs[i]);
    return r;
}

const char *installed_version(const struct installed_clients *clients, const char *program)
{
    for (size_t i = 0; i < clients->count; i++)
        if (strcmp(clients->items[i].program, program) == 0)
            return clients->items[i].version;
    return NULL;
}

void installed_free(struct installed_clients *clients)
{
    for (size_t i = 0; i < clients->count; i++)
        mem_free(clients->items[i].version);
    mem_free(clients->items);
    *clients = (struct installed_clients){ 0 };
}
