/* SPDX-License-Identifier: MIT */
#pragma once

/* Which of our variables sudo keeps, setting by setting: sudoers(5). */

#include "overrides/detector.h"

/* Whether sudo keeps one of our variables, and who decided that. */
struct sudo_variable {
    const char *name;
    bool is_lost;
    char *path; /* of who lost it */
    size_t line;
    char *deleted_path; /* of who would delete it, were there no env_reset */
    size_t deleted_line;
};

struct sudoers {
    const struct detection *detection;
    struct sudo_variable variables[VARIABLES_WRITTEN_MAX];
    size_t count;
    struct strings keep;       /* env_keep */
    unsigned int files, depth; /* that were read, with directories, and are being read */
    unsigned int changes;      /* of env_keep */
    bool is_late;              /* the second pass: what counts for commands comes last */
    bool only_checks;          /* of a line that was read in the first pass */
    bool ours_read;            /* our file is among those that are read */
    bool keeps_all;            /* !env_reset */
};

/* A setting of a Defaults line; borrowed. */
struct sudo_setting {
    const char *name;
    const char *value; /* NULL: none */
    char change;       /* '=', '+', '-', '!' */
    bool is_general;   /* for every user, host and command */
    const char *path;
    size_t line;
};

/* Applies a setting. 0 or -ENOMEM. */
int sudo_apply(struct sudoers *sudoers, const struct sudo_setting *setting);

/* The variable is kept again. */
void sudo_forgive(struct sudo_variable *variable);

/* Without env_reset only what would be deleted is lost. */
void sudo_keep_all(struct sudo_variable *variable);

void sudo_variable_free(struct sudo_variable *variable);
