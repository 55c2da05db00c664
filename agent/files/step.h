/* SPDX-License-Identifier: MIT */
#pragma once

/* Whether one step of a path is safe, by the rule of chase.h. */

#include <stdbool.h>
#include <sys/stat.h>

#include "files/chase.h"

/* From a directory to an entry of it. */
struct step {
    const struct tree *tree;
    int directory;
    const struct stat *directory_status;
    bool is_root; /* that of the tree, which who runs the agent has named */
    bool is_led;  /* by a link of the user `leader`, who is not trusted */
    uid_t leader;
};

/* Why it is not safe. A link at the end of a path leads nowhere. */
enum chase_reason step_judge(const struct step *step, const struct stat *entry, bool is_end);
