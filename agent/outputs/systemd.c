/* The whole file is ours. Values are of the portable character set, so none needs quoting. */

#include "outputs/systemd.h"

#include <errno.h>
#include <string.h>

static const char head[] = "# Written by ec2-bootstrap at every boot: changes are lost.\n";

int systemd_render(
    const struct proxy_values *values, const struct content *old, struct content *ret)
{
    (void) old;
    if (!proxy_values_any(values))
        return 0;
    struct proxy_variable variables[PROXY_VARIABLES_MAX];
    size_t count = proxy_values_list(values, variables);
    int r = buffer_append_text(&ret->bytes, head);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = buffer_printf(&ret->bytes, "%s=%s\n", variables[i].name, variables[i].value);
    ret->exists = r == 0;
    return r;
}

/* Whether the line assigns the variable as systemd reads it: a value without quotes and backslashes
 * is taken as it stands, but for blanks at its end. */
static bool is_assignment(const char *line, size_t length, const struct proxy_variable *variable)
{
    size_t name = strlen(variable->name), value = strlen(variable->value);
    return length == name + 1 + value && memcmp(line, variable->name, name) == 0 &&
           line[name] == '=' && memcmp(line + name + 1, variable->value, value) == 0 &&
           !memchr(variable->value, '\\', value) && strcspn(variable->value, "\"' \t") == value;
}

static bool has_assignment(const struct buffer *bytes, const struct proxy_variable *variable)
{
    const char *line = bytes->data ? bytes->data : "";
    for (const char *end = line + bytes->size; line < end;) {
        const char *newline = memchr(line, '\n', (size_t) (end - line));
        size_t length = (size_t) ((newline ? newline : end) - line);
        if (is_assignment(line, length, variable))
            return true;
        line += length + 1;
    }
    return false;
}

int systemd_verify(
    const struct proxy_values *values, const struct content *content, struct error *err)
{
    struct proxy_variable variables[PROXY_VARIABLES_MAX];
    size_t count = proxy_values_list(values, variables);
    for (size_t i = 0; i < count; i++)
        if (!content->exists || !has_assignment(&content->bytes, &variables[i]))
            return error_set(err, EX_IOERR, -EBADMSG, "systemd would not read %s as it was meant",
                variables[i].name);
    return 0;
}
