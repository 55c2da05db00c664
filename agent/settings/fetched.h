/* SPDX-License-Identifier: MIT */
#pragma once

/* What `fetch` has brought from AWS: the files of this boot, and those that were kept of an earlier
 * one. */

#include <stdint.h>

#include "settings/settings.h"

/* Paths; all static. */
struct fetched_files {
    const char *settings;
    const char *password; /* NULL: there never is one */
    const char *ca;
    const char *record;
};

extern const struct fetched_files fetched_of_boot, fetched_kept;

/* What is to be known of them. Zero-initialise: {0}. */
struct fetched_record {
    char *request;    /* what AWS was asked for: to be compared */
    uint64_t asked_s; /* when, in seconds of clock_now_ms() */
    char *machine;    /* as machine_identify(); NULL: this one, as it is of this boot */
    struct origins origins;
};

/* Appends the file's text. 0 or -ENOMEM. */
int fetched_record_print(const struct fetched_record *record, struct buffer *ret);

/* Reads it. 0; -EBADMSG: it is none; or another negative errno, -ENOENT without a file. The caller
 * frees *ret with fetched_record_free(), also after a failure. */
int fetched_record_read(const struct tree *tree, const char *path, struct fetched_record *ret);

void fetched_record_free(struct fetched_record *record);

#define _cleanup_fetched_record_ _cleanup_(fetched_record_free)

/* Reads the settings, if they are there: before settings_load(), as all files of the machine count
 * more. The origins are those of the record. What `fetch` does not write is refused. As
 * settings_load(). */
int settings_load_fetched(const struct tree *tree, const struct fetched_files *files,
    struct settings *settings, struct error *err);
