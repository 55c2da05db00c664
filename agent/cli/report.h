/* SPDX-License-Identifier: MIT */
#pragma once

/* What a command did, for a person and for a program. Never holds a secret. */

#include <stdint.h>

#include "lib/buffer.h"
#include "lib/error.h"
#include "lib/json.h"
#include "setup/setup.h"

/* The phases of a run, in their order. */
enum report_phase { PHASE_SETTINGS, PHASE_IMDS, PHASE_OUTPUTS, PHASE_CREDENTIALS, REPORT_PHASES };

/* All borrowed; filled in as far as the run came. */
struct report {
    const struct setup *setup;
    const struct strings *stale; /* services that run with other values than their files */
    const struct error *err;     /* status 0: it went well */
    bool dry_run;
    bool diff;                 /* with each output's diff */
    const uint64_t *phases_ms; /* how long each took: REPORT_PHASES of them */
};

/* Logs the warnings; and the notes, when a file has changed, or would. */
void report_log_warnings(const struct setup *setup);

/* Logs what became of each file and hook. Whether an error was among them. */
bool report_log_results(
    const struct tree *tree, const struct output_results *results, bool dry_run);

/* Appends the unified diff of all files, passwords hidden, and printable. 0 or -ENOMEM. */
int report_diff(const struct tree *tree, const struct output_results *results, struct buffer *ret);

/* A new object with what each report begins with: "status", "error" and "dry_run". NULL when memory
 * is short. The caller frees it with json_free(). */
struct json *report_new(int status, const struct error *err, bool dry_run);

/* Adds "outputs", a list with an object for each file, and "hooks", one with an object for each
 * hook that ran; false when memory is short. */
bool report_add_outputs(
    struct json *object, const struct tree *tree, const struct output_results *results, bool diff);

/* Adds a list of strings for people; false when memory is short. */
bool report_add_strings(struct json *object, const char *key, const struct strings *strings);

/* Appends the report of `run`: as one JSON object and a newline, else the diff where it is wanted.
 * 0 or -ENOMEM. */
int report_append(const struct report *report, bool json, struct buffer *ret);

/* The last words of a run that failed: what became of the files. `has_outputs`: all of them were
 * written, or planned. */
const char *report_outcome(const struct setup *setup, bool has_outputs, bool dry_run);

enum { REPORT_SUMMARY_MAX = 256 };

/* One line about a run that went well. */
void report_summary(const struct setup *setup, char text[static REPORT_SUMMARY_MAX]);
