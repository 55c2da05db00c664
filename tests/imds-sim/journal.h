/* SPDX-License-Identifier: MIT */
#pragma once

/* What the simulator saw: a line for each request, and counts for the end. */

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "token.h"

struct journal {
    FILE *log;              /* NULL: no log */
    const char *stats_path; /* NULL: no stats */
    int64_t start;
    uint64_t connections;
    uint64_t open;
    uint64_t open_max;
    uint64_t requests;
    cJSON *requests_by;
};

struct journal_entry {
    int64_t when;
    uint64_t connection;
    uint64_t request;
    const char *method;
    const char *path;
    int status;
    enum token_state token;
    const char *rule;
};

/* Paths may be NULL. 0, or negative errno. stats_path is borrowed. */
int journal_open(const char *log_path, const char *stats_path, int64_t start, struct journal *ret);
void journal_clear(struct journal *journal);

void journal_connection_opened(struct journal *journal);
void journal_connection_closed(struct journal *journal);

/* Counts a request and writes its line. 0, or negative errno. */
int journal_request(struct journal *journal, const struct journal_entry *entry);

/* Replaces the stats file. 0, also when there is none to write, or negative errno. */
int journal_write_stats(const struct journal *journal);
