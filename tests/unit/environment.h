#pragma once

/* What the tests of outputs/environment.c share. */

#include "base/secret.h"
#include "check.h"
#include "outputs/block.h"
#include "outputs/table.h"

#define BEGIN "# BEGIN ec2-bootstrap: proxy settings, written at every boot\n"
#define BEGIN_NEW                                                                                  \
    "# BEGIN ec2-bootstrap: proxy settings, written at every boot (this file was not there "       \
    "before)\n"
#define END       "# END ec2-bootstrap\n"
#define DISPLACED "# ec2-bootstrap displaced: "
#define HTTP      "http_proxy=http://p:1\nno_proxy=n,*.n\nHTTP_PROXY=http://p:1\nNO_PROXY=n,*.n\n"
#define BLOCK     BEGIN HTTP END

static inline struct content content_of(const char *bytes, size_t size)
{
    struct content content = { .exists = bytes != NULL };
    if (bytes)
        check_number("append", buffer_append(&content.bytes, bytes, size), 0);
    return content;
}

static inline int environment_render(
    const struct proxy_values *values, const struct content *old, struct content *ret)
{
    static const struct content nothing;
    struct content kept = { 0 };
    const struct edit edit = { values, old, &nothing, ret, &kept };
    return block_render(environment_output.files[0].block, &edit);
}

static inline int environment_verify(
    const struct proxy_values *values, const struct content *content, struct error *err)
{
    return environment_output.files[0].verify(values, content, err);
}

/* Which of the three are set. */
static inline struct proxy_values values_of(bool http, bool https, enum proxy_case letter_case)
{
    static char http_value[] = "http://p:1", https_value[] = "http://u:x%40@p:2", list[] = "n,*.n";
    return (struct proxy_values){ http ? http_value : NULL, https ? https_value : NULL,
        http || https ? list : NULL, letter_case };
}

static inline void check_content(
    const char *row, const struct content *got, const char *expected, size_t size)
{
    check_number("the file is there", got->exists, expected != NULL);
    check_bytes(row, got->bytes.data, got->bytes.size, expected ? expected : "", size);
}
