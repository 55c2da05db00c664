/* SPDX-License-Identifier: MIT */
/* /etc/sudoers.d/50-ec2-bootstrap: sudo hands the variables on. sudoers(5), which reads no file in
 * that directory whose name has a dot. */

#include <errno.h>
#include <string.h>

#include "outputs/table.h"

#define BEFORE "Defaults env_keep += \""

static int append_line(const struct environment *environment, struct buffer *ret)
{
    struct variable variables[VARIABLES_WRITTEN_MAX];
    size_t count = environment_list(environment, variables);
    int r = buffer_append_text(ret, BEFORE);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = buffer_printf(ret, "%s%s", i > 0 ? " " : "", variables[i].name);
    return r < 0 ? r : buffer_append_text(ret, "\"\n");
}

static int sudo_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    _cleanup_buffer_ struct buffer line = { 0 };
    if (append_line(environment, &line) < 0)
        return error_no_memory(err);
    const struct buffer *bytes = &content->bytes;
    return memmem(bytes->data, bytes->size, line.data, line.size)
               ? 0
               : error_set(err, EX_IOERR, -EBADMSG, "sudo would not keep the variables");
}

const struct output sudo_output = { .name = "sudo",
    .files = { { .path = "/etc/sudoers.d/50-ec2-bootstrap",
        .mode = 0440,
        .consumers = LIST("/etc/sudoers.d"),
        .body = append_line,
        .verify = sudo_verify,
        .checker = LIST("/usr/sbin/visudo", "-cf", "-") } } };
