/* SPDX-License-Identifier: MIT */
/* Programs with a file of their own for proxies, which they prefer to their environment. What each
 * makes of its file was seen on the program itself: tests/real/overrides.bats. */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/lines.h"
#include "lib/memory.h"
#include "overrides/detector.h"
#include "overrides/place.h"
#include "overrides/program_line.h"
#include "overrides/program_values.h"

enum {
    PROGRAM_KEYS_MAX = 10,
    PROGRAM_DEPTH_MAX = 10,
    PROGRAM_FILES_MAX = 2000,
    PROGRAM_FILE_SIZE = 4096 /* bytes: a larger file counts as several */
};

struct program_key {
    const char *name;
    enum program_meaning meaning;
};

/* A kind of file, and where it is, in the order in which it is read. A path that does not begin
 * with a slash is below each home; one that ends in a slash is a directory of such files, named
 * "*.repo". */
struct program {
    const char *name;
    const char *const *paths; /* ended by NULL */
    enum program_syntax syntax;
    const char *section;  /* case does not matter; NULL: any, or where there are none */
    bool empty_is_direct; /* a proxy without a value is none; else it says nothing */
    bool reads_one;       /* the first of its files that is there, and no other */
    struct program_key keys[PROGRAM_KEYS_MAX];
};

#define PATHS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct program programs[] = {
    { "wget", PATHS("/etc/wgetrc", ".wgetrc"), SYNTAX_WGET, NULL, true, false,
        { { "httpproxy", MEANS_HTTP }, { "httpsproxy", MEANS_HTTPS }, { "noproxy", MEANS_ADDITION },
            { "useproxy", MEANS_SWITCH } } },
    { "wget2", PATHS("/etc/wget2rc", ".wget2rc", ".config/wget/wget2rc"), SYNTAX_WGET, NULL, true,
        false,
        { { "httpproxy", MEANS_HTTP }, { "httpsproxy", MEANS_HTTPS }, { "proxy", MEANS_SWITCH } } },
    { "curl", PATHS(".curlrc", ".config/curlrc"), SYNTAX_CURL, NULL, true, true,
        { { "proxy", MEANS_BOTH }, { "x", MEANS_BOTH }, { "proxy1.0", MEANS_BOTH },
            { "socks4", MEANS_SOCKS }, { "socks4a", MEANS_SOCKS }, { "socks5", MEANS_SOCKS },
            { "socks5-hostname", MEANS_SOCKS }, { "preproxy", MEANS_BEFORE },
            { "noproxy", MEANS_LIST } } },
    { "git", PATHS("/etc/gitconfig", ".config/git/config", ".gitconfig"), SYNTAX_GIT, "http", true,
        false, { { "proxy", MEANS_BOTH } } },
    { "pip",
        PATHS("/etc/xdg/pip/pip.conf", "/etc/pip.conf", ".pip/pip.conf", ".config/pip/pip.conf"),
        SYNTAX_INI, NULL, false, false, { { "proxy", MEANS_BOTH } } },
    { "npm", PATHS("/usr/etc/npmrc", "/etc/npmrc", ".npmrc"), SYNTAX_NPM, NULL, false, false,
        { { "proxy", MEANS_HTTP }, { "https-proxy", MEANS_HTTPS }, { "noproxy", MEANS_LIST } } },
    { "dnf",
        PATHS(
            "/etc/dnf/dnf.conf", "/etc/yum.repos.d/", "/etc/yum/repos.d/", "/etc/distro.repos.d/"),
        SYNTAX_INI, NULL, false, false, { { "proxy", MEANS_SINGLE } } },
};

/* What is read of a file. */
struct program_reader {
    const struct detection *detection;
    const struct program *program;
    struct program_values *values;
    const char *home;
    const char *path;
    size_t *files;      /* that were read, by their size */
    unsigned int depth; /* of files that include others */
    size_t line;
    struct program_section section;
};

/* Whether settings of the section count. [main] is that of dnf itself, which we write. */
static bool program_is_inside(const struct program_reader *reader)
{
    const char *name = reader->section.name;
    if (reader->program->section)
        return strcasecmp(name, reader->program->section) == 0;
    return reader->program->syntax == SYNTAX_INI ? *name && strcmp(name, "main") != 0 : !*name;
}

static int program_set(const struct program_reader *reader, enum program_meaning meaning,
    const struct program_line *line)
{
    _cleanup_buffer_ struct buffer path = { 0 }, scope = { 0 }, value = { 0 };
    int r = reader->program->syntax == SYNTAX_NPM
                ? program_expand(reader->detection->environment, line->value, &value)
                : buffer_append_text(&value, line->value);
    if (r < 0 || buffer_append_text(&path, reader->path) < 0 ||
        buffer_append_text(&scope, reader->section.scope) < 0)
        return -ENOMEM;
    return program_values_set(reader->values, &(struct program_value){ .meaning = meaning,
                                                  .scope = scope.data,
                                                  .is_special = reader->section.is_special,
                                                  .name = line->name,
                                                  .value = value.data,
                                                  .path = path.data,
                                                  .line = reader->line });
}

static int program_read(struct program_reader *outer, const char *path);

/* [include] path = FILE: absolute, "~/" or relative to the file that says so. */
static int program_include(struct program_reader *reader, const char *value)
{
    _cleanup_buffer_ struct buffer path = { 0 };
    bool is_in_home = strncmp(value, "~/", 2) == 0;
    int parent = (int) (strrchr(reader->path, '/') + 1 - reader->path);
    int r = is_in_home      ? buffer_printf(&path, "%s%s", reader->home, value + 1)
            : *value == '/' ? buffer_append_text(&path, value)
                            : buffer_printf(&path, "%.*s%s", parent, reader->path, value);
    if (r < 0 || reader->depth >= PROGRAM_DEPTH_MAX)
        return r;
    r = program_read(reader, path.data);
    return r < 0 ? r : 0;
}

static int program_read_setting(struct program_reader *reader, char *text)
{
    _cleanup_program_line_ struct program_line line = { 0 };
    const struct program *program = reader->program;
    int r = program_line_split(text, program->syntax, &line);
    if (r <= 0)
        return r;
    if (program->syntax == SYNTAX_GIT && strcasecmp(reader->section.name, "include") == 0 &&
        strcasecmp(line.name, "path") == 0)
        return program_include(reader, line.value);
    for (size_t i = 0; i < PROGRAM_KEYS_MAX && program->keys[i].name; i++)
        if (program_is_inside(reader) &&
            program_is_key(program->syntax, line.name, program->keys[i].name))
            return program_set(reader, program->keys[i].meaning, &line);
    return 0;
}

/* Reads a line without the blanks around it. */
static int program_read_line(struct program_reader *reader, char *text)
{
    enum program_syntax syntax = reader->program->syntax;
    bool has_sections = syntax >= SYNTAX_GIT;
    while (has_sections && *text == '[')
        text = program_section_read(text, syntax, &reader->section);
    if (!*text || *text == '#' || (has_sections && *text == ';'))
        return 0;
    return program_read_setting(reader, text);
}

/* Reads a file, for a reader that is at its beginning or includes it: 1, 0 when it is not there, or
 * -ENOMEM. */
static int program_read(struct program_reader *outer, const char *path)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    struct program_reader reader = *outer;
    if (*reader.files >= PROGRAM_FILES_MAX)
        return 0;
    reader.path = path;
    reader.depth++;
    ++*reader.files;
    reader.line = 0;
    reader.section = (struct program_section){ 0 };
    int r = place_read(reader.detection->tree, path, &bytes);
    if (r <= 0)
        return r;
    *reader.files += bytes.size / PROGRAM_FILE_SIZE;
    r = 0;
    for (struct line line = { 0 }; r == 0 && line_next(&bytes, &line);) {
        const struct line trimmed = line_trim(&line);
        _cleanup_mem_ char *text = mem_strndup(trimmed.text, trimmed.length);
        reader.line++;
        r = text ? program_read_line(&reader, text) : -ENOMEM;
    }
    return r < 0 ? r : 1;
}

/* Reads a file, or those of a directory. */
static int program_read_path(struct program_reader *reader, const char *path)
{
    _cleanup_strings_ struct strings names = { 0 };
    if (path[strlen(path) - 1] != '/')
        return program_read(reader, path);
    int r = place_list(reader->detection->tree, path, ".repo", &names);
    for (size_t i = 0; r >= 0 && i < names.count; i++) {
        _cleanup_buffer_ struct buffer file = { 0 };
        r = buffer_printf(&file, "%s%s", path, names.items[i]);
        if (r == 0)
            r = program_read(reader, file.data);
    }
    return r;
}

/* What a program reads for a user of that home. */
static int program_detect(
    const struct detection *detection, const struct program *program, const char *home)
{
    _cleanup_program_values_ struct program_values values = { 0 };
    size_t files = 0;
    struct program_reader reader = {
        .detection = detection, .program = program, .values = &values, .home = home, .files = &files
    };
    const struct override like = { .detector = "programs",
        .consumer = program->name,
        .remedy = "remove that line, so that the settings of ec2-bootstrap count" };
    int r = 0;
    for (const char *const *path = program->paths; r >= 0 && *path; path++) {
        _cleanup_buffer_ struct buffer full = { 0 };
        r = buffer_printf(
            &full, "%s%s%s", **path == '/' ? "" : home, **path == '/' ? "" : "/", *path);
        if (r == 0)
            r = program_read_path(&reader, full.data);
        if (r > 0 && program->reads_one)
            break;
    }
    return r < 0 ? r : program_values_report(&values, detection, &like, program->empty_is_direct);
}

int detect_programs(const struct detection *detection)
{
    _cleanup_strings_ struct strings homes = { 0 };
    int r = place_homes(detection->tree, &homes);
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(programs); i++)
        for (size_t n = 0; r == 0 && n < homes.count; n++)
            r = program_detect(detection, &programs[i], homes.items[n]);
    return r;
}
