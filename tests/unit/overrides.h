/* SPDX-License-Identifier: MIT */
#pragma once

/* Tables for the detectors of overrides/: files of a machine, and the warnings they give. */

#include "overrides/detector.h"
#include "scratch.h"

enum { OVERRIDE_FILES_MAX = 6 };

struct override_row {
    const char *name;
    struct {
        const char *path;
        const char *text; /* "-> TARGET": a link */
    } files[OVERRIDE_FILES_MAX];
    const char *expected; /* the warnings, a line each; "": none */
};

#define OVERRIDE_PROXY "http://proxy.corp:3128"
static const char *override_proxy = OVERRIDE_PROXY; /* what a test may change */

/* The outputs that are written; NULL: all. */
static const struct strings *override_outputs = NULL;

#define OVERRIDE_LIST "localhost,169.254.169.254"

/* Both proxies are the same, the list has two entries. */
static inline void override_environment(enum letter_case letter_case, struct environment *ret)
{
    *ret = (struct environment){ .letter_case = letter_case };
    check_number("add", environment_add(ret, VARIABLE_HTTP_PROXY, override_proxy, NULL), 0);
    check_number("add", environment_add(ret, VARIABLE_HTTPS_PROXY, override_proxy, NULL), 0);
    check_number("add", environment_add(ret, VARIABLE_NO_PROXY, OVERRIDE_LIST, NULL), 0);
}

static inline void override_check_row(const struct override_row *row, enum letter_case letter_case,
    int (*detect)(const struct detection *detection))
{
    void *state = NULL;
    check_number(row->name, scratch_setup(&state), 0);
    struct scratch *scratch = state;
    for (size_t i = 0; i < OVERRIDE_FILES_MAX && row->files[i].path; i++) {
        const char *text = row->files[i].text;
        if (strncmp(text, "-> ", 3) == 0)
            scratch_link(scratch, row->files[i].path, text + 3);
        else
            scratch_write(scratch, row->files[i].path, text);
    }
    struct environment environment;
    struct overrides found = { 0 };
    struct strings warnings = { 0 };
    override_environment(letter_case, &environment);
    const struct detection detection = {
        .tree = &scratch->tree,
        .environment = &environment,
        .outputs = override_outputs,
        .found = &found,
    };
    check_number(row->name, detect(&detection), 0);
    check_number(row->name, overrides_warn(&found, &warnings), 0);
    char *text = strings_join(&warnings, "\n");
    check_text(row->name, text ? text : "", row->expected);
    mem_free(text);
    strings_free(&warnings);
    overrides_free(&found);
    environment_free(&environment);
    check_number(row->name, scratch_teardown(&state), 0);
}

#define override_check_rows(rows, letter_case, detect)                                             \
    for (size_t row_ = 0; row_ < ELEMENTSOF(rows); row_++)                                         \
    override_check_row(&(rows)[row_], letter_case, detect)
