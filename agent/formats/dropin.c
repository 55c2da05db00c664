/* SPDX-License-Identifier: MIT */
/* A service with a drop-in of its own has the variables whatever else its unit sets: what a file
 * sets overrides every Environment=, also those of drop-ins that are read later, such as the
 * http-proxy.conf of docker's documentation. In a unit '%' begins a specifier, so each is written
 * twice; of the portable character set (docs/file-formats.md) nothing else is special between
 * double quotes. */

#include "formats/dropin.h"

#include <string.h>

#include "formats/env_file.h"
#include "formats/variables.h"

static int append_value(const char *value, struct buffer *ret)
{
    int r = 0;
    for (const char *p = value; r == 0 && *p; p++)
        r = *p == '%' ? buffer_append_text(ret, "%%") : buffer_append(ret, p, 1);
    return r;
}

/* The values that have a login, or those that have none. Borrows them. */
static struct environment dropin_select(const struct environment *environment, bool has_login)
{
    struct environment selected = *environment;
    for (size_t id = 0; id < VARIABLES; id++)
        if (selected.values[id] && (strchr(selected.values[id], '@') != NULL) != has_login)
            selected.values[id] = NULL;
    return selected;
}

int dropin_append(
    const struct environment *environment, const char *file, const char *logins, struct buffer *ret)
{
    struct variable variables[VARIABLES_WRITTEN_MAX];
    const struct environment public = dropin_select(environment, false);
    size_t count = environment_list(&public, variables);
    int r = buffer_append_text(ret, "[Service]\n");
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = buffer_printf(ret, "Environment=\"%s=", variables[i].name);
        if (r == 0)
            r = append_value(variables[i].value, ret);
        if (r == 0)
            r = buffer_append_text(ret, "\"\n");
    }
    if (r == 0)
        r = buffer_printf(ret, "EnvironmentFile=-%s\n", file);
    return r < 0 || !logins || !environment_has_login(environment)
               ? r
               : buffer_printf(ret, "EnvironmentFile=-%s\n", logins);
}

int dropin_append_logins(const struct environment *environment, struct buffer *ret)
{
    const struct environment logins = dropin_select(environment, true);
    return variables_append(&logins, "", "=", "\n", ret);
}

static int dropin_get(const struct buffer *file, const char *name, char **ret)
{
    char *value = NULL;
    int r = variables_get(file, "Environment=\"", name, "=", "\"", &value);
    if (r < 0)
        return r;
    char *to = value;
    for (const char *from = value; *from; from++) {
        from += *from == '%' && from[1] == '%';
        *to++ = *from;
    }
    *to = '\0';
    *ret = value;
    return 0;
}

int dropin_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    const struct environment public = dropin_select(environment, false);
    return variables_verify(&public, content, "systemd", dropin_get, err);
}

int dropin_verify_logins(
    const struct environment *environment, const struct content *content, struct error *err)
{
    const struct environment logins = dropin_select(environment, true);
    return env_file_verify(&logins, content, err);
}
