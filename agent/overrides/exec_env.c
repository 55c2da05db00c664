/* SPDX-License-Identifier: MIT */
/* The words in front of the program: env(1). */

#include "overrides/exec_env.h"

#include <errno.h>
#include <string.h>

#include "overrides/unit_file.h"

/* What is read of a command line. */
struct exec_env_reader {
    const struct detection *detection;
    const struct service_setting *command;
    struct values values;
    bool is_env;        /* behind the name of env */
    bool is_unset_next; /* "-u", and the name is the next word */
};

/* `text`: NULL: it unsets. */
static int exec_env_assign(struct exec_env_reader *reader, const char *name, const char *text)
{
    return values_assign(&reader->values, reader->detection->environment,
        &(struct assignment){ .name = name,
            .text = text,
            .path = reader->command->path,
            .line = reader->command->line,
            .is_known = true,
            .is_export = true,
            .reach = REACH_ALWAYS });
}

/* "-i" takes all away. */
static int exec_env_clear(struct exec_env_reader *reader)
{
    struct variable list[VARIABLES_WRITTEN_MAX];
    size_t count = environment_list(reader->detection->environment, list);
    int r = 0;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = exec_env_assign(reader, list[i].name, NULL);
    return r;
}

static int exec_env_read_option(struct exec_env_reader *reader, const char *word)
{
    static const char unset[] = "--unset=";
    if (strcmp(word, "-") == 0 || strcmp(word, "-i") == 0 ||
        strcmp(word, "--ignore-environment") == 0)
        return exec_env_clear(reader);
    reader->is_unset_next = strcmp(word, "-u") == 0;
    if (strncmp(word, unset, strlen(unset)) == 0)
        return exec_env_assign(reader, word + strlen(unset), NULL);
    return 0;
}

/* Reads the next word: 1, 0 when it is the program itself, or -ENOMEM. */
static int exec_env_read_word(struct exec_env_reader *reader, char *word)
{
    int r;
    if (!reader->is_env) {
        const char *slash = strrchr(word, '/');
        reader->is_env = strcmp(slash ? slash + 1 : word, "env") == 0;
        return reader->is_env;
    }
    char *equals = strchr(word, '=');
    if (reader->is_unset_next) {
        reader->is_unset_next = false;
        r = exec_env_assign(reader, word, NULL);
    } else if (*word == '-') {
        r = exec_env_read_option(reader, word);
    } else if (equals) {
        *equals = '\0';
        r = exec_env_assign(reader, word, equals + 1);
    } else {
        return 0;
    }
    return r < 0 ? r : 1;
}

static int exec_env_read(const struct detection *detection, const struct service_setting *command)
{
    static const struct override like = { .detector = "services",
        .consumer = "that service",
        .remedy = "remove it there, then run systemctl daemon-reload and restart the service" };
    struct exec_env_reader reader = { .detection = detection, .command = command };
    int r = values_begin(&reader.values, detection->environment);
    r = r < 0 ? r : 1;
    for (const char *rest = command->text; r > 0;) {
        _cleanup_buffer_ struct buffer word = { 0 };
        r = unit_next_word(&rest, &word);
        if (r > 0)
            r = exec_env_read_word(&reader, word.data);
    }
    if (r == 0)
        r = values_report(&reader.values, detection, &like);
    values_free(&reader.values);
    return r;
}

int exec_env_check(const struct detection *detection, const struct service *service)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < service->exec.count; i++)
        r = exec_env_read(detection, &service->exec.items[i]);
    return r;
}
