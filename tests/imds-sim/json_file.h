/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads a JSON file for the tree and the scenario, and says on stderr what is wrong with it. */

#include <cjson/cJSON.h>

/* 0, or the exit status of the program after a message on stderr: 65 (not JSON), 66 (not readable),
 * 71 (no memory). *ret is the caller's to cJSON_Delete(). */
int json_file_read(const char *path, cJSON **ret);

static inline void cleanup_json(cJSON **json)
{
    cJSON_Delete(*json);
}
