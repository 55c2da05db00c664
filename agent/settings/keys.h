/* SPDX-License-Identifier: MIT */
#pragma once

/* The keys of the configuration: one table that reads, checks and explains them. */

#include "lib/error.h"
#include "lib/json.h"
#include "settings/settings.h"

/* Finds a key by its dotted path, "proxy.http". NULL when there is none. */
struct key;
const struct key *key_find(const char *path);

/* Whether a path is that of a group of keys, "proxy". */
bool key_is_group(const char *path);

/* The known path nearest to an unknown one, or NULL. */
const char *key_suggest(const char *path);

/* Parses a value and puts it into the settings; null sets the key's default, and so does "auto" for
 * a list that has it as its default. `origin` says where it was written, "FILE:LINE". 0, or a
 * negative errno and an error with EX_CONFIG that says what was expected. */
int key_set(const struct key *key, const struct json *value, const char *origin,
    struct settings *settings, struct error *err);

/* The same for a key that takes a string or a list of strings, from a string. */
int key_set_text(const struct key *key, const char *value, const char *origin,
    struct settings *settings, struct error *err);

/* Frees what the keys hold. */
void keys_free(struct settings *settings);
