/* SPDX-License-Identifier: MIT */
/* What sudo reads after /etc/sudoers.d/50-ec2-bootstrap, and takes our variables away with.
 * sudoers(5). */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/lines.h"
#include "overrides/place.h"
#include "overrides/sudo_variables.h"

#define DIRECTORY "/etc/sudoers.d"
#define OUR_NAME  "50-ec2-bootstrap"
#define REMEDY    "write \"env_keep +=\" there, or name these variables too"
#define REMEDY_INCLUDE                                                                             \
    "add the line \"@includedir " DIRECTORY "\", with visudo; sudo older than 1.9.1 wants \"#\" "  \
    "for \"@\""

enum { SUDOERS_FILES_MAX = 200, SUDOERS_DEPTH_MAX = 8 };

/* Reads one setting at the front of the text, and moves behind it and its comma. */
static int sudo_read_setting(struct sudoers *sudoers, char **text, struct sudo_setting *setting)
{
    char *p = *text + strspn(*text, " \t,");
    setting->change = '\0';
    setting->value = NULL;
    for (; *p == '!'; p += 1 + strspn(p + 1, " \t"))
        setting->change = setting->change == '!' ? '\0' : '!';
    setting->name = p;
    p += strspn(p, "abcdefghijklmnopqrstuvwxyz_0123456789");
    char *end = p;
    p += strspn(p, " \t");
    if (*p == '=' || ((*p == '+' || *p == '-') && p[1] == '=')) {
        setting->change = *p;
        p += *p == '=' ? 1 : 2;
        p += strspn(p, " \t");
        bool is_quoted = *p == '"';
        p += is_quoted;
        setting->value = p;
        p += strcspn(p, is_quoted ? "\"" : " \t,");
        bool more = *p != '\0';
        *p = '\0';
        p += more;
    }
    char *next = p == setting->name && *p ? p + 1 : p; /* what is no setting is passed over */
    bool is_empty = end == setting->name;
    *text = next;
    char *after = end;
    char kept = *after;
    *after = '\0';
    int r = is_empty ? 0 : sudo_apply(sudoers, setting);
    *after = kept;
    return r;
}

/* A line that begins with "Defaults": for whom, and its settings. */
static int sudo_read_defaults(struct sudoers *sudoers, char *text, const char *path, size_t line)
{
    bool is_late = *text == '!';
    struct sudo_setting setting = {
        .is_general = isspace((unsigned char) *text), .path = path, .line = line
    };
    int r = 0;
    if (!setting.is_general)
        text += strcspn(text, " \t");
    /* Checks are left to the second pass. */
    bool is_check = strstr(text, "env_check") != NULL;
    if (is_late != sudoers->is_late && !(is_check && sudoers->is_late))
        return 0;
    sudoers->only_checks = is_late != sudoers->is_late;
    while (r == 0 && *text)
        r = sudo_read_setting(sudoers, &text, &setting);
    return r;
}

static int sudo_read_file(struct sudoers *sudoers, const char *path);

/* Our file keeps all of them. */
static int sudo_read_ours(struct sudoers *sudoers)
{
    int r = 0;
    sudoers->ours_read = true;
    for (size_t i = 0; r == 0 && i < sudoers->count && !sudoers->is_late; i++) {
        sudo_forgive(&sudoers->variables[i]);
        r = strings_append(&sudoers->keep, sudoers->variables[i].name);
    }
    return r;
}

/* Reads a file of a directory, unless its name has a dot, or "~" behind it. */
static int sudo_read_named(struct sudoers *sudoers, const char *directory, const char *name)
{
    _cleanup_buffer_ struct buffer path = { 0 };
    if (strchr(name, '.') || name[strlen(name) - 1] == '~')
        return 0;
    int r = buffer_printf(&path, "%s/%s", directory, name);
    return r < 0 ? r : sudo_read_file(sudoers, path.data);
}

/* Ours has its place among the files, also before it is written. */
static int sudo_read_directory(struct sudoers *sudoers, const char *directory)
{
    _cleanup_strings_ struct strings names = { 0 };
    bool is_due = strcmp(directory, DIRECTORY) == 0;
    if (sudoers->files >= SUDOERS_FILES_MAX)
        return 0;
    sudoers->files++;
    int r = place_list(sudoers->detection->tree, directory, "", &names);
    for (size_t i = 0; r == 0 && i < names.count; i++) {
        int order = is_due ? strcmp(names.items[i], OUR_NAME) : -1;
        if (order >= 0) {
            r = sudo_read_ours(sudoers);
            is_due = false;
        }
        if (r == 0 && order != 0)
            r = sudo_read_named(sudoers, directory, names.items[i]);
    }
    return r == 0 && is_due ? sudo_read_ours(sudoers) : r;
}

/* "@include FILE", "@includedir DIRECTORY", and with '#'. A name without a slash in front is
 * relative to the directory of the file. */
static int sudo_read_include(struct sudoers *sudoers, char *text, const char *from)
{
    _cleanup_buffer_ struct buffer path = { 0 };
    int parent = (int) (strrchr(from, '/') + 1 - from);
    static const char directory[] = "includedir", file[] = "include";
    bool is_directory = strncmp(text, directory, strlen(directory)) == 0;
    text += is_directory ? strlen(directory) : strlen(file);
    if (!isspace((unsigned char) *text))
        return 0;
    text += strspn(text, " \t\"");
    size_t length = strcspn(text, " \t\"");
    while (length > 1 && text[length - 1] == '/')
        length--;
    text[length] = '\0';
    if (buffer_printf(&path, "%.*s%s", *text == '/' ? 0 : parent, from, text) < 0)
        return -ENOMEM;
    if (is_directory)
        return sudo_read_directory(sudoers, path.data);
    bool is_ours = strcmp(path.data, DIRECTORY "/" OUR_NAME) == 0;
    return is_ours ? sudo_read_ours(sudoers) : sudo_read_file(sudoers, path.data);
}

/* Where a comment begins: '#' outside of quotes. */
static void sudo_cut_comment(char *text)
{
    bool is_quoted = false;
    for (char *p = text; *p; p++) {
        is_quoted ^= *p == '"';
        if (*p == '#' && !is_quoted && (p == text || p[-1] != '\\')) {
            *p = '\0';
            return;
        }
    }
}

static int sudo_read_line(struct sudoers *sudoers, char *text, const char *path, size_t line)
{
    static const char defaults[] = "Defaults";
    text += strspn(text, " \t");
    if ((*text == '@' || *text == '#') && strncmp(text + 1, "include", strlen("include")) == 0)
        return sudo_read_include(sudoers, text + 1, path);
    if (strncmp(text, defaults, strlen(defaults)) != 0)
        return 0;
    text += strlen(defaults);
    if (!*text || !strchr(" \t@:!>", *text))
        return 0;
    sudo_cut_comment(text);
    return sudo_read_defaults(sudoers, text, path, line);
}

/* A line goes on behind a backslash. */
static int sudo_read_lines(struct sudoers *sudoers, const struct buffer *bytes, const char *path)
{
    _cleanup_buffer_ struct buffer whole = { 0 };
    size_t number = 0, first = 1;
    int r = 0;
    for (struct line line = { 0 }; r == 0 && line_next(bytes, &line);) {
        number++;
        bool continues = line.length > 0 && line.text[line.length - 1] == '\\';
        if (whole.size == 0)
            first = number;
        r = buffer_append(&whole, line.text, line.length - continues);
        if (r < 0 || continues)
            continue;
        r = sudo_read_line(sudoers, whole.data, path, first);
        whole.size = 0;
    }
    return r;
}

static int sudo_read_file(struct sudoers *sudoers, const char *path)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    if (sudoers->files >= SUDOERS_FILES_MAX || sudoers->depth >= SUDOERS_DEPTH_MAX)
        return 0;
    sudoers->files++;
    sudoers->depth++;
    int r = place_read(sudoers->detection->tree, path, &bytes);
    if (r > 0)
        r = sudo_read_lines(sudoers, &bytes, path);
    sudoers->depth--;
    return r;
}

static bool sudo_is_same_line(const struct sudo_variable *a, const struct sudo_variable *b)
{
    return a->is_lost && b->is_lost && a->line == b->line && strcmp(a->path, b->path) == 0;
}

/* Adds a finding for a line that loses variables, with all of them. */
static int sudo_report_line(const struct sudoers *sudoers, const struct sudo_variable *first)
{
    _cleanup_buffer_ struct buffer names = { 0 };
    int r = 0;
    for (size_t i = 0; r == 0 && i < sudoers->count; i++)
        if (sudo_is_same_line(first, &sudoers->variables[i]))
            r = buffer_printf(
                &names, "%s%s", names.size > 0 ? ", " : "", sudoers->variables[i].name);
    if (r < 0)
        return r;
    return overrides_add(sudoers->detection->found, &(struct override){ .effect = OVERRIDE_UNSETS,
                                                        .detector = "sudo",
                                                        .consumer = "sudo",
                                                        .remedy = REMEDY,
                                                        .path = first->path,
                                                        .line = first->line,
                                                        .variable = names.data });
}

/* A line is reported once, as all findings are. */
static int sudo_report(const struct sudoers *sudoers)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < sudoers->count; i++)
        if (sudoers->variables[i].is_lost)
            r = sudo_report_line(sudoers, &sudoers->variables[i]);
    return r;
}

/* That no line reads our file. */
static int sudo_report_hidden(const struct detection *detection, char *path)
{
    char ours[] = DIRECTORY "/" OUR_NAME;
    return overrides_add(detection->found, &(struct override){ .effect = OVERRIDE_HIDES,
                                               .detector = "sudo",
                                               .consumer = "sudo",
                                               .remedy = REMEDY_INCLUDE,
                                               .path = path,
                                               .variable = ours });
}

static int sudo_detect_in(const struct detection *detection, char *path)
{
    struct variable list[VARIABLES_WRITTEN_MAX];
    struct sudoers sudoers = { .detection = detection };
    sudoers.count = environment_list(detection->environment, list);
    for (size_t i = 0; i < sudoers.count; i++)
        sudoers.variables[i].name = list[i].name;
    int r = sudo_read_file(&sudoers, path);
    sudoers.is_late = true;
    sudoers.files = sudoers.changes = 0;
    if (r == 0)
        r = sudo_read_file(&sudoers, path);
    if (r == 0 && !sudoers.ours_read)
        r = sudo_report_hidden(detection, path);
    for (size_t i = 0; sudoers.keeps_all && i < sudoers.count; i++)
        sudo_keep_all(&sudoers.variables[i]);
    if (r == 0 && sudoers.ours_read)
        r = sudo_report(&sudoers);
    for (size_t i = 0; i < sudoers.count; i++)
        sudo_variable_free(&sudoers.variables[i]);
    strings_free(&sudoers.keep);
    return r;
}

int detect_sudo(const struct detection *detection)
{
    static char paths[][32] = { "/etc/sudoers", "/usr/etc/sudoers" };
    int r = place_exists(detection->tree, DIRECTORY);
    if (r <= 0)
        return r;
    for (size_t i = 0; i < ELEMENTSOF(paths); i++) {
        _cleanup_buffer_ struct buffer bytes = { 0 };
        r = place_read(detection->tree, paths[i], &bytes);
        if (r != 0)
            return r < 0 ? r : sudo_detect_in(detection, paths[i]);
    }
    return 0;
}
