/* SPDX-License-Identifier: MIT */
/* libFuzzer: any user-data; what is read of it stands in it, in a line of its key. */

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "instance/node_config.h"

static void check(const char *value, const char *key, const struct buffer *text)
{
    if (!value)
        return;
    if (!*value || strchr(value, '\n') || !memmem(text->data, text->size, value, strlen(value)) ||
        !memmem(text->data, text->size, key, strlen(key)) ||
        !memmem(text->data, text->size, "NodeConfig", strlen("NodeConfig")))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_node_config_ struct node_config config = { 0 };
    const char *problem = NULL;
    if (buffer_append(&text, (const char *) data, size) < 0 ||
        node_config_read(&text, &config, &problem) < 0)
        abort();
    check(config.endpoint, "apiServerEndpoint", &text);
    check(config.services, "cidr", &text);
    return 0;
}
