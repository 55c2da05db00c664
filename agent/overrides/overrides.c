/* SPDX-License-Identifier: MIT */
/* The detectors. */

#include "overrides/overrides.h"

#include <errno.h>
#include <string.h>

#include "lib/array.h"
#include "overrides/detector.h"
#include "overrides/place.h"

enum {
    SHARED_BYTES_MAX = 32 << 20, /* of files that more than one consumer reads, in all */
    SHARED_FILE_COST = 1024      /* bytes that a file counts at least */
};

/* A row for each detector. It counts when one of these outputs is written; without any, always. */
static const struct {
    const char *outputs[2];
    int (*detect)(const struct detection *detection);
} detectors[] = {
    { { "environment", "profile" }, detect_login_shells },
    { { "environment" }, detect_user_managers },
    { { "environment" }, detect_pam },
    { { "environment" }, detect_session_files },
    { { "apt" }, detect_apt },
    { { "sudo" }, detect_sudo },
    { { "systemd" }, detect_manager },
    { { NULL }, detect_services },
    { { NULL }, detect_programs },
};

bool detection_writes(const struct detection *detection, const char *output)
{
    return !detection->outputs || strings_contains(detection->outputs, output);
}

int detection_read(const struct detection *detection, const char *path, struct buffer *ret)
{
    size_t *left = detection->bytes_left;
    int r = left && *left < SHARED_FILE_COST ? 0 : place_read(detection->tree, path, ret);
    size_t cost = SHARED_FILE_COST + ret->size;
    if (left)
        *left = *left > cost ? *left - cost : 0;
    return r;
}

int overrides_find(const struct tree *tree, const struct environment *environment,
    const struct strings *outputs, struct overrides *ret)
{
    size_t bytes_left = SHARED_BYTES_MAX;
    const struct detection detection = { tree, environment, outputs, ret, &bytes_left };
    int r = 0;
    if (environment_is_empty(environment))
        return 0;
    for (size_t i = 0; r == 0 && i < ELEMENTSOF(detectors); i++) {
        const char *const *needed = detectors[i].outputs;
        bool is_due = !needed[0];
        for (size_t n = 0; n < ELEMENTSOF(detectors[i].outputs) && needed[n]; n++)
            is_due |= detection_writes(&detection, needed[n]);
        r = is_due ? detectors[i].detect(&detection) : 0;
        if (r < 0 && r != -ENOMEM) {
            ret->unseen = r;
            r = 0;
        }
    }
    return r;
}
