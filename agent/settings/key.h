/* SPDX-License-Identifier: MIT */
#pragma once

/* A key of the configuration, for those that hold the table and those that read a value. */

#include <stddef.h>

#include "settings/keys.h"

enum key_type {
    KEY_STRING,  /* char * */
    KEY_URL,     /* struct proxy_url * */
    KEY_BOOL,    /* bool */
    KEY_NUMBER,  /* unsigned int, from min to max */
    KEY_CHOICE,  /* an enum, whose words stand beside it */
    KEY_SWITCH,  /* an enum whose first two choices are false and true, the others as of a choice */
    KEY_LIST,    /* struct settings_list; where "auto" is its default it may be written, too */
    KEY_ENTRIES, /* struct no_proxy_entries; later files add to it */
};

struct key {
    const char *path;
    enum key_type type;
    size_t offset; /* in struct settings */
    const char *expected;
    int (*check)(const char *text, struct error *err); /* of a string, or each of a list */
    bool takes_auto; /* a list that can be "auto" without having it as its default */
    const char *const *choices;
    unsigned int choice_count;
    unsigned int min, max;
    const char *since; /* the version that had it first; NULL: 0.1.0 */
};

extern const struct key keys_table[];
extern const size_t keys_count;

/* Frees what a key holds, and gives it its default. */
void key_reset(const struct key *key, struct settings *settings);
