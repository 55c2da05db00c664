/* SPDX-License-Identifier: MIT */
/* All detectors, on files of others in any number: none fails, and each finding has its path, in
 * the warnings and in JSON. The input is a digit for the environment, then files: a line with a
 * path, or with the number of one, and the bytes up to a line "%%". */

#include <string.h>

#include "fuzz.h"
#include "lib/array.h"
#include "lib/json.h"
#include "memory_tree.h"
#include "overrides/overrides.h"

static char root[] = "";

static const char *const paths[] = {
    "/etc/sudoers",
    "/etc/pam.d/sshd",
    "/etc/apt/apt.conf",
    "/etc/profile.d/zz.sh",
    "/etc/systemd/system/docker.service",
    "/etc/systemd/system/docker.service.d/60.conf",
    "/etc/wgetrc",
    "/etc/gitconfig",
    "/etc/sudoers.d/90-x",
    "/etc/apt/apt.conf.d/99x",
    "/etc/bash.bashrc",
    "/etc/environment.d/50.conf",
    "/etc/systemd/system.conf",
    "/etc/sysconfig/proxy",
    "/root/.curlrc",
    "/root/.npmrc",
    "/etc/security/pam_env.conf",
    "/etc/systemd/system/service.d/99.conf",
    "/etc/pip.conf",
    "/etc/zsh/zshenv",
    "/etc/csh.cshrc",
    "/root/.pam_environment",
    "/etc/pam.d/common-session",
    "/etc/systemd/user.conf",
    "/etc/default/docker",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    const struct environment *environment =
        fuzz_environment(fuzz_choice(&input, FUZZ_ENVIRONMENTS));
    memory_tree_add_all(input.at, input.left, paths, ELEMENTSOF(paths));
    const struct tree tree = { .fd = -1, .path = root };
    _cleanup_overrides_ struct overrides found = { 0 };
    _cleanup_strings_ struct strings warnings = { 0 };
    FUZZ_CHECK(overrides_find(&tree, environment, NULL, &found) == 0);
    for (size_t i = 0; i < found.count; i++) {
        const struct override *item = &found.items[i];
        FUZZ_CHECK(item->path && *item->path == '/' && item->detector && item->remedy);
    }
    FUZZ_CHECK(overrides_warn(&found, &warnings) == 0);
    FUZZ_CHECK(warnings.count >= found.count);
    _cleanup_json_ struct json *object = json_new_object();
    FUZZ_CHECK(overrides_add_json(object, &found));
    memory_tree_clear();
    return 0;
}
