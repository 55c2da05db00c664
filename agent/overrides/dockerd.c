/* SPDX-License-Identifier: MIT */
/* dockerd --http-proxy, --https-proxy, --no-proxy:
 * https://docs.docker.com/reference/cli/dockerd/#daemon-proxy */

#include "overrides/dockerd.h"

#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "overrides/compare.h"
#include "overrides/unit_file.h"

#define REMEDY                                                                                     \
    "remove the option, then run systemctl daemon-reload and systemctl restart docker.service"

static const struct {
    const char *name;
    enum variable_id id;
} options[] = {
    { "http-proxy", VARIABLE_HTTP_PROXY },
    { "https-proxy", VARIABLE_HTTPS_PROXY },
    { "no-proxy", VARIABLE_NO_PROXY },
};

/* What is read of a command line. */
struct dockerd_reader {
    const struct detection *detection;
    const struct values *values;
    const char *path; /* where the words stand that are read now */
    size_t line;
    bool is_dockerd;
    int open; /* the option whose value the next word is; -1: none */
};

/* What "$NAME" or "${NAME}" stands for, else the text itself. */
static const char *dockerd_resolve(const struct dockerd_reader *reader, const char *text)
{
    if (*text != '$')
        return text;
    const char *name = text + 1 + (text[1] == '{');
    size_t length = strcspn(name, "}");
    const struct value *value = values_get(reader->values, name, length);
    return value && value->text ? value->text : text;
}

static int dockerd_add(struct dockerd_reader *reader, size_t option, const char *word)
{
    const struct environment *environment = reader->detection->environment;
    const char *value = dockerd_resolve(reader, word);
    _cleanup_buffer_ struct buffer name = { 0 }, path = { 0 }, text = { 0 };
    int r = compare_is_ours(environment, options[option].id, value);
    if (r != 0 || !environment_get(environment, options[option].id))
        return r < 0 ? r : 0;
    if (buffer_printf(&name, "--%s", options[option].name) < 0 ||
        buffer_append_text(&path, reader->path) < 0 || buffer_append_text(&text, value) < 0)
        return -ENOMEM;
    return overrides_add(reader->detection->found,
        &(struct override){ .effect = *value ? OVERRIDE_WINS : OVERRIDE_UNSETS,
            .detector = "dockerd",
            .consumer = "dockerd",
            .remedy = REMEDY,
            .path = path.data,
            .line = reader->line,
            .variable = name.data,
            .value = text.data });
}

static int dockerd_read_words(struct dockerd_reader *reader, const char *text, bool is_value);

/* "$NAME" alone is split into words. */
static int dockerd_read_variable(struct dockerd_reader *reader, const char *name)
{
    const struct value *value = values_get(reader->values, name, strlen(name));
    if (!value || !value->text || !value->path)
        return 0;
    struct dockerd_reader inner = *reader;
    inner.path = value->path;
    inner.line = value->line;
    int r = dockerd_read_words(&inner, value->text, true);
    reader->open = inner.open;
    return r;
}

/* Takes a word for an option: its number and, behind "=", its value; or -1. */
static int dockerd_option(const char *word, const char **ret_value)
{
    size_t dashes = strspn(word, "-");
    for (size_t i = 0; (dashes == 1 || dashes == 2) && i < ELEMENTSOF(options); i++) {
        size_t length = strlen(options[i].name);
        const char *end = word + dashes + length;
        if (strncmp(word + dashes, options[i].name, length) == 0 && (!*end || *end == '=')) {
            *ret_value = *end ? end + 1 : NULL;
            return (int) i;
        }
    }
    return -1;
}

static int dockerd_read_word(struct dockerd_reader *reader, const char *word, bool is_value)
{
    const char *value = NULL;
    if (!is_value && *word == '$' && word[1] != '{')
        return dockerd_read_variable(reader, word + 1);
    if (reader->open >= 0) {
        size_t option = (size_t) reader->open;
        reader->open = -1;
        return dockerd_add(reader, option, word);
    }
    int option = dockerd_option(word, &value);
    if (option >= 0 && value)
        return dockerd_add(reader, (size_t) option, value);
    reader->open = option;
    return 0;
}

/* The program: a path with what systemd takes for a prefix in front. */
static bool is_dockerd(const char *word)
{
    const char *slash = strrchr(word, '/');
    return strcmp(slash ? slash + 1 : word, "dockerd") == 0;
}

static int dockerd_read_words(struct dockerd_reader *reader, const char *text, bool is_value)
{
    int r = 1;
    while (r > 0) {
        _cleanup_buffer_ struct buffer word = { 0 };
        r = unit_next_word(&text, &word);
        if (r <= 0)
            break;
        if (!reader->is_dockerd)
            reader->is_dockerd = is_dockerd(word.data);
        else if (dockerd_read_word(reader, word.data, is_value) < 0)
            return -ENOMEM;
    }
    return r;
}

int dockerd_check(
    const struct detection *detection, const struct service *service, const struct values *values)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < service->exec.count; i++) {
        struct dockerd_reader reader = { .detection = detection,
            .values = values,
            .path = service->exec.items[i].path,
            .line = service->exec.items[i].line,
            .open = -1 };
        r = dockerd_read_words(&reader, service->exec.items[i].text, false);
    }
    return r;
}
