#pragma once

/* Presets: what a cluster's own traffic needs to stay direct, by the name of its kind. */

#include <stdbool.h>

struct preset {
    const char *name;
    /* As somebody would write them into no_proxy.add, separated by commas. */
    const char *entries;
    /* Where its programs are, ended by NULL: one of them means that it is on this machine. */
    const char *const *programs;
    bool is_general; /* meant only where no other one is */
};

/* Ended by a preset without a name. */
extern const struct preset presets[];

/* NULL when there is none of that name. */
const struct preset *preset_find(const char *name);
