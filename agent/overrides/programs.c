/* Programs with a file of their own for proxies, which they prefer to their environment. What each
 * makes of its file was seen on the program itself: tests/real/overrides.bats. */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/lines.h"
#include "lib/memory.h"
#include "overrides/compare.h"
#include "overrides/detector.h"
#include "overrides/place.h"

#define REMEDY "remove that line, so that the settings of ec2-bootstrap count"

enum program_meaning {
    MEANS_HTTP,     /* the proxy for http:// */
    MEANS_HTTPS,    /* for https:// */
    MEANS_BOTH,     /* for both */
    MEANS_SINGLE,   /* the one proxy of a program that has one for both */
    MEANS_LIST,     /* a list in the place of NO_PROXY */
    MEANS_ADDITION, /* a list beside NO_PROXY; an empty one takes that away */
    MEANS_SWITCH,   /* "off": no proxy at all */
};

struct program_key {
    const char *name;
    enum program_meaning meaning;
};

enum program_syntax {
    SYNTAX_WGET, /* NAME = value; case, '-' and '_' of names do not count */
    SYNTAX_CURL, /* NAME value, with "=", ":" or a blank; "-x value" */
    SYNTAX_INI,  /* sections */
};

enum { PROGRAM_KEYS_MAX = 5 };

/* A kind of file. A path that does not begin with a slash is below each home; one that ends in a
 * slash is a directory of such files, named "*.repo". */
struct program {
    const char *name;
    const char *const *paths; /* ended by NULL */
    enum program_syntax syntax;
    const char *section;  /* its begin, case does not matter; "": any, or none */
    bool empty_is_direct; /* a proxy without a value is none; else it says nothing */
    struct program_key keys[PROGRAM_KEYS_MAX];
};

#define PATHS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct program programs[] = {
    { "wget", PATHS("/etc/wgetrc", ".wgetrc"), SYNTAX_WGET, "", true,
        { { "httpproxy", MEANS_HTTP }, { "httpsproxy", MEANS_HTTPS }, { "noproxy", MEANS_ADDITION },
            { "useproxy", MEANS_SWITCH } } },
    { "curl", PATHS(".curlrc", ".config/curlrc"), SYNTAX_CURL, "", true,
        { { "proxy", MEANS_BOTH }, { "x", MEANS_BOTH }, { "noproxy", MEANS_LIST } } },
    { "git", PATHS("/etc/gitconfig", ".gitconfig", ".config/git/config"), SYNTAX_INI, "http", true,
        { { "proxy", MEANS_BOTH } } },
    { "pip",
        PATHS("/etc/pip.conf", "/etc/xdg/pip/pip.conf", ".config/pip/pip.conf", ".pip/pip.conf"),
        SYNTAX_INI, "", false, { { "proxy", MEANS_BOTH } } },
    { "npm", PATHS("/etc/npmrc", "/usr/etc/npmrc", ".npmrc"), SYNTAX_INI, "", false,
        { { "proxy", MEANS_HTTP }, { "http-proxy", MEANS_HTTP }, { "https-proxy", MEANS_HTTPS },
            { "noproxy", MEANS_LIST } } },
    { "dnf", PATHS("/etc/yum.repos.d/"), SYNTAX_INI, "", false, { { "proxy", MEANS_SINGLE } } },
};

/* A line, taken apart. */
struct program_line {
    char *name;
    char *value;
};

/* What is read of a file. */
struct program_reader {
    const struct detection *detection;
    const struct program *program;
    const char *path;
    size_t line;
    bool is_inside;  /* in the section */
    bool is_special; /* of one host: [http "https://host"] */
};

/* Takes the quotes off a value, or what stands behind it off. */
static void program_unquote(char *value, enum program_syntax syntax)
{
    const char *from = value;
    char *to = value;
    bool is_quoted = false;
    for (; *from; from++) {
        bool ends = (syntax == SYNTAX_CURL && ascii_is_white(*from)) ||
                    (syntax == SYNTAX_INI && strchr("#;", *from) && from > value &&
                        ascii_is_white(from[-1]));
        if (!is_quoted && ends)
            break;
        if (*from == '"')
            is_quoted = !is_quoted;
        else
            *to++ = *from;
    }
    while (to > value && ascii_is_white(to[-1]))
        to--;
    *to = '\0';
}

/* Where the name of a setting ends and its value begins. */
struct program_parts {
    char *name, *end, *value;
};

/* "NAME = value"; false when it is none. */
static bool program_split_assignment(char *text, struct program_parts *ret)
{
    char *equals = strchr(text, '=');
    if (equals)
        *ret = (struct program_parts){ text, equals, equals + 1 };
    return equals;
}

/* "name = value", "name: value", "name value", "--name value", "-x value", "-xvalue". */
static bool program_split_option(char *text, struct program_parts *ret)
{
    size_t dashes = strspn(text, "-");
    char *name = text + dashes;
    if (dashes == 1 && *name == 'x') {
        *ret = (struct program_parts){ name, name + 1, name + 1 };
        return name[1];
    }
    char *end = name + strcspn(name, dashes > 0 ? " \t" : "=: \t");
    char *value = end + strspn(end, ASCII_WHITE);
    value += dashes == 0 && (*value == '=' || *value == ':');
    *ret = (struct program_parts){ name, end, value };
    return value > end;
}

/* Takes a line apart; false when it is no setting. */
static bool program_split(char *text, enum program_syntax syntax, struct program_line *ret)
{
    struct program_parts parts;
    bool is_setting = syntax == SYNTAX_CURL ? program_split_option(text, &parts)
                                            : program_split_assignment(text, &parts);
    if (!is_setting)
        return false;
    while (parts.end > parts.name && ascii_is_white(parts.end[-1]))
        parts.end--;
    ret->name = mem_strndup(parts.name, (size_t) (parts.end - parts.name));
    ret->value = mem_strdup(parts.value + strspn(parts.value, ASCII_WHITE));
    if (ret->value)
        program_unquote(ret->value, syntax);
    return true;
}

/* To wget "HTTP-Proxy" is "http_proxy". */
static bool program_is_key(enum program_syntax syntax, const char *name, const char *key)
{
    if (syntax != SYNTAX_WGET)
        return strcasecmp(name, key) == 0;
    for (; *name; name++) {
        if (*name == '-' || *name == '_')
            continue;
        if (tolower((unsigned char) *name) != *key)
            return false;
        key++;
    }
    return !*key;
}

/* Whether the value means what we have, for one variable: 1, 0 or -ENOMEM. */
static int program_agrees(
    const struct environment *environment, enum variable_id id, const char *value)
{
    return environment_get(environment, id) ? compare_is_ours(environment, id, value) : 1;
}

/* Whether a setting leaves all as we have it: 1, 0 or -ENOMEM. */
static int program_is_harmless(
    const struct program_reader *reader, enum program_meaning meaning, const char *value)
{
    const struct environment *environment = reader->detection->environment;
    bool is_empty = !*value || strcmp(value, "null") == 0 || strcmp(value, "_none_") == 0;
    int r;
    if (is_empty && !reader->program->empty_is_direct)
        return 1;
    /* One host more that is asked directly. */
    if (is_empty && reader->is_special)
        return 1;
    switch (meaning) {
    case MEANS_HTTP:
        return program_agrees(environment, VARIABLE_HTTP_PROXY, value);
    case MEANS_HTTPS:
        return program_agrees(environment, VARIABLE_HTTPS_PROXY, value);
    case MEANS_BOTH:
        r = program_agrees(environment, VARIABLE_HTTP_PROXY, value);
        return r == 1 ? program_agrees(environment, VARIABLE_HTTPS_PROXY, value) : r;
    case MEANS_SINGLE:
        r = environment_get(environment, VARIABLE_HTTPS_PROXY) ? VARIABLE_HTTPS_PROXY
                                                               : VARIABLE_HTTP_PROXY;
        return program_agrees(environment, (enum variable_id) r, value);
    case MEANS_LIST:
        return program_agrees(environment, VARIABLE_NO_PROXY, value);
    case MEANS_ADDITION:
        return !is_empty;
    case MEANS_SWITCH:
        return strcasecmp(value, "off") != 0 && strcasecmp(value, "no") != 0 &&
               strcmp(value, "0") != 0;
    }
    return 1;
}

static int program_report(const struct program_reader *reader, enum program_meaning meaning,
    const struct program_line *line)
{
    int r = program_is_harmless(reader, meaning, line->value);
    if (r != 0)
        return r < 0 ? r : 0;
    _cleanup_buffer_ struct buffer path = { 0 };
    if (buffer_append_text(&path, reader->path) < 0)
        return -ENOMEM;
    return overrides_add(reader->detection->found,
        &(struct override){ .effect = *line->value ? OVERRIDE_WINS : OVERRIDE_UNSETS,
            .detector = "programs",
            .consumer = reader->program->name,
            .remedy = REMEDY,
            .path = path.data,
            .line = reader->line,
            .variable = line->name,
            .value = line->value });
}

static int program_read_setting(struct program_reader *reader, char *text)
{
    _cleanup_mem_ char *name = NULL, *value = NULL;
    struct program_line line = { 0 };
    if (!program_split(text, reader->program->syntax, &line))
        return 0;
    name = line.name;
    value = line.value;
    if (!name || !value)
        return -ENOMEM;
    for (size_t i = 0; i < PROGRAM_KEYS_MAX && reader->program->keys[i].name; i++)
        if (program_is_key(reader->program->syntax, name, reader->program->keys[i].name))
            return program_report(reader, reader->program->keys[i].meaning, &line);
    return 0;
}

/* Reads a line without the blanks around it. */
static int program_read_line(struct program_reader *reader, char *text)
{
    const char *section = reader->program->section;
    size_t length = strlen(section);
    bool is_ini = reader->program->syntax == SYNTAX_INI;
    if (*text == '#' || (is_ini && *text == ';'))
        return 0;
    if (is_ini && *text == '[') {
        const char *name = text + 1 + strspn(text + 1, " \t");
        reader->is_inside = length == 0 || (strncasecmp(name, section, length) == 0 &&
                                               strchr(" ]\t", name[length]));
        reader->is_special = length > 0 && strchr(name, '"');
        return 0;
    }
    return reader->is_inside ? program_read_setting(reader, text) : 0;
}

static int program_read(
    const struct detection *detection, const struct program *program, const char *path)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    struct program_reader reader = {
        .detection = detection, .program = program, .path = path, .is_inside = !*program->section
    };
    int r = place_read(detection->tree, path, &bytes);
    if (r <= 0)
        return r;
    r = 0;
    for (struct line line = { 0 }; r == 0 && line_next(&bytes, &line);) {
        const struct line trimmed = line_trim(&line);
        _cleanup_mem_ char *text = mem_strndup(trimmed.text, trimmed.length);
        reader.line++;
        r = text ? program_read_line(&reader, text) : -ENOMEM;
    }
    return r;
}

/* Reads a file, or those of a directory. */
static int program_read_path(
    const struct detection *detection, const struct program *program, const char *path)
{
    _cleanup_strings_ struct strings names = { 0 };
    if (path[strlen(path) - 1] != '/')
        return program_read(detection, program, path);
    int r = place_list(detection->tree, path, ".repo", &names);
    for (size_t i = 0; r == 0 && i < names.count; i++) {
        _cleanup_buffer_ struct buffer file = { 0 };
        r = buffer_printf(&file, "%s%s", path, names.items[i]);
        if (r == 0)
            r = program_read(detection, program, file.data);
    }
    return r;
}

static int program_detect(
    const struct detection *detection, const struct program *program, const struct strings *homes)
{
    int r = 0;
    for (const char *const *path = program->paths; r == 0 && *path; path++) {
        if (**path == '/')
            r = program_read_path(detection, program, *path);
        for (size_t i = 0; r == 0 && **path != '/' && i < homes->count; i++) {
            _cleanup_buffer_ struct buffer own = { 0 };
            r = buffer_printf(&own, "%s/%s", homes->items[i], *path);
            if (r == 0)
                r = program_read(detection, program, own.data);
        }
    }
    return r;
}

int detect_programs(const struct detection *detection)
{
    _cleanup_strings_ struct strings homes = { 0 };
    int r = place_homes(detection->tree, &homes);
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(programs); i++)
        r = program_detect(detection, &programs[i], &homes);
    return r;
}
