/* SPDX-License-Identifier: MIT */
/* What PAM gives a session beside /etc/environment: pam_env(8), pam_env.conf(5). Each pam_env.so of
 * a service's stack reads its conffile, then its envfile; on Debian the second one of a stack so
 * reads /etc/security/pam_env.conf behind /etc/environment. */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "lib/ascii.h"
#include "lib/lines.h"
#include "lib/memory.h"
#include "overrides/place.h"
#include "overrides/script_expand.h"
#include "overrides/unit_file.h"

#define PAM_D       "/etc/pam.d/"
#define CONFFILE    "/etc/security/pam_env.conf"
#define ENVIRONMENT "/etc/environment"
#define REMEDY      "remove that line"

enum { PAM_DEPTH_MAX = 5, PAM_FILES_MAX = 200 };

/* What is known while the stacks of a service are read. */
struct pam_reader {
    const struct detection *detection;
    struct values values;
    const char *type;          /* "auth", "session" */
    unsigned int depth, files; /* that are being read, and were read */
};

/* A line of a file, borrowed. */
struct pam_line {
    const char *path;
    const char *text;
    size_t number;
};

typedef int (*pam_visit)(struct pam_reader *reader, const struct pam_line *line);

/* Visits each line that is no comment, without the blanks around it. */
static int pam_read_lines(struct pam_reader *reader, const char *path, pam_visit visit)
{
    _cleanup_buffer_ struct buffer bytes = { 0 };
    size_t number = 0;
    if (reader->files >= PAM_FILES_MAX)
        return 0;
    reader->files++;
    int r = place_read(reader->detection->tree, path, &bytes);
    if (r <= 0)
        return r;
    r = 0;
    for (struct line line = { 0 }; r == 0 && line_next(&bytes, &line);) {
        const struct line trimmed = line_trim(&line);
        number++;
        if (line_is_blank_or_comment(&trimmed))
            continue;
        _cleanup_mem_ char *text = mem_strndup(trimmed.text, trimmed.length);
        r = text ? visit(reader, &(struct pam_line){ path, text, number }) : -ENOMEM;
    }
    return r;
}

static int pam_assign(struct pam_reader *reader, const struct pam_line *line, const char *name,
    const struct expansion *value)
{
    return values_assign(&reader->values, reader->detection->environment,
        &(struct assignment){ .name = name,
            .text = value->text.data,
            .path = line->path,
            .line = line->number,
            .is_known = value->is_known,
            .is_export = true,
            .reach = REACH_ALWAYS });
}

/* "[export ]NAME=value" of an envfile. A name alone takes the variable away. */
static int pam_read_assignment(struct pam_reader *reader, const struct pam_line *line)
{
    static const char export[] = "export ";
    const char *text = line->text;
    if (strncmp(text, export, strlen(export)) == 0)
        text += strlen(export) + strspn(text + strlen(export), " \t");
    size_t length = strcspn(text, "=");
    _cleanup_mem_ char *name = mem_strndup(text, length);
    _cleanup_expansion_ struct expansion value = { .is_known = true };
    if (!name)
        return -ENOMEM;
    const char *start = text + length + (text[length] == '=');
    size_t size = strcspn(start, "#");
    bool is_quoted = size > 1 && strchr("\"'", *start) && start[size - 1] == *start;
    int r = text[length]
                ? buffer_append(&value.text, start + is_quoted, is_quoted ? size - 2 : size)
                : 0;
    return r < 0 ? r : pam_assign(reader, line, name, &value);
}

/* "NAME DEFAULT=value OVERRIDE=value" of a conffile: OVERRIDE, unless it expands to nothing. */
static int pam_read_rule(struct pam_reader *reader, const struct pam_line *line)
{
    static const char *const kinds[] = { "DEFAULT=", "OVERRIDE=" };
    _cleanup_buffer_ struct buffer name = { 0 };
    _cleanup_expansion_ struct expansion value = { .is_known = true };
    const char *rest = line->text;
    int r = unit_next_word(&rest, &name);
    while (r > 0) {
        _cleanup_buffer_ struct buffer word = { 0 };
        r = unit_next_word(&rest, &word);
        for (size_t i = 0; r > 0 && i < ELEMENTSOF(kinds); i++) {
            _cleanup_expansion_ struct expansion text = { 0 };
            size_t length = strlen(kinds[i]);
            if (strncmp(word.data, kinds[i], length) != 0)
                continue;
            if (script_expand(word.data + length, word.size - length, &reader->values,
                    reader->detection->environment, &text) < 0)
                return -ENOMEM;
            if (text.text.size == 0 && value.text.data)
                continue;
            expansion_free(&value);
            value = text;
            text = (struct expansion){ 0 };
        }
    }
    return r < 0 ? r : pam_assign(reader, line, name.data, &value);
}

/* The options of pam_env.so; a path is NULL where it is not given. */
struct pam_options {
    char *conf;
    char *env;
    bool reads_no_env;
};

static void pam_options_free(struct pam_options *options)
{
    mem_free(options->conf);
    mem_free(options->env);
}

/* Sets a path, if the word is that option. 0 or -ENOMEM. */
static int pam_set_path(const char *word, const char *option, char **path)
{
    size_t length = strlen(option);
    if (strncmp(word, option, length) != 0)
        return 0;
    mem_free(*path);
    *path = mem_strdup(word + length);
    return *path ? 0 : -ENOMEM;
}

static int pam_read_options(const char *text, struct pam_options *ret)
{
    int r = 1;
    while (r > 0) {
        _cleanup_buffer_ struct buffer word = { 0 };
        r = unit_next_word(&text, &word);
        if (r <= 0)
            break;
        if (pam_set_path(word.data, "conffile=", &ret->conf) < 0 ||
            pam_set_path(word.data, "envfile=", &ret->env) < 0)
            return -ENOMEM;
        ret->reads_no_env |= strcmp(word.data, "readenv=0") == 0;
    }
    return r;
}

/* Runs pam_env.so: its conffile, then its envfile. */
static int pam_run(struct pam_reader *reader, const char *text)
{
    _cleanup_(pam_options_free) struct pam_options options = { 0 };
    const struct detection *detection = reader->detection;
    if (pam_read_options(text, &options) < 0)
        return -ENOMEM;
    int r = pam_read_lines(reader, options.conf ? options.conf : CONFFILE, pam_read_rule);
    if (r < 0 || options.reads_no_env)
        return r;
    const char *env = options.env ? options.env : ENVIRONMENT;
    bool is_ours = strcmp(env, ENVIRONMENT) == 0 && detection_writes(detection, "environment");
    return is_ours ? values_reset(&reader->values, detection->environment)
                   : pam_read_lines(reader, env, pam_read_assignment);
}

static int pam_read_stack(struct pam_reader *reader, const char *name);

/* Moves behind "[…]" or a word. */
static const char *pam_skip_control(const char *text)
{
    text += strcspn(text, *text == '[' ? "]" : " \t");
    text += *text == ']';
    return text + strspn(text, " \t");
}

/* "TYPE CONTROL MODULE OPTIONS", "TYPE include NAME", "@include NAME". */
static int pam_read_module(struct pam_reader *reader, const struct pam_line *line)
{
    static const char everywhere[] = "@include";
    const char *text = line->text + (*line->text == '-');
    size_t length = strlen(reader->type);
    if (strncmp(text, everywhere, strlen(everywhere)) == 0)
        return pam_read_stack(reader, pam_skip_control(text));
    if (strncmp(text, reader->type, length) != 0 || !ascii_is_white(text[length]))
        return 0;
    const char *control = text + length + strspn(text + length, " \t");
    const char *module = pam_skip_control(control);
    if (strncmp(control, "include", 7) == 0 || strncmp(control, "substack", 8) == 0)
        return pam_read_stack(reader, module);
    size_t name = strcspn(module, " \t");
    static const char pam_env[] = "pam_env.so";
    bool is_env = name >= strlen(pam_env) &&
                  strncmp(module + name - strlen(pam_env), pam_env, strlen(pam_env)) == 0;
    return is_env ? pam_run(reader, module + name) : 0;
}

static int pam_read_stack(struct pam_reader *reader, const char *name)
{
    _cleanup_buffer_ struct buffer path = { 0 };
    if (reader->depth >= PAM_DEPTH_MAX)
        return 0;
    if (buffer_printf(&path, "%s%.*s", PAM_D, (int) strcspn(name, " \t#"), name) < 0)
        return -ENOMEM;
    reader->depth++;
    int r = pam_read_lines(reader, path.data, pam_read_module);
    reader->depth--;
    return r;
}

static int pam_detect_service(const struct detection *detection, const char *name)
{
    static const struct override like = {
        .detector = "pam", .consumer = "sessions", .remedy = REMEDY
    };
    static const char *const types[] = { "auth", "session" };
    struct pam_reader reader = { .detection = detection };
    int r = values_begin(&reader.values, detection->environment);
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(types); i++) {
        reader.type = types[i];
        r = pam_read_stack(&reader, name);
    }
    if (r == 0)
        r = values_report(&reader.values, detection, &like);
    values_free(&reader.values);
    return r;
}

int detect_pam(const struct detection *detection)
{
    _cleanup_strings_ struct strings names = { 0 };
    int r = place_list(detection->tree, PAM_D, "", &names);
    for (size_t i = 0; r == 0 && i < names.count; i++)
        r = pam_detect_service(detection, names.items[i]);
    return r;
}
