/* SPDX-License-Identifier: MIT */
#pragma once

/* What wins over the proxy settings that we write: a table of detectors, each of which knows what
 * one kind of consumer reads after our file, or instead of it. Nothing is written. */

#include "files/tree.h"
#include "overrides/override.h"
#include "proxy/environment.h"

/* Appends what is found in a tree. An empty environment has nothing that could be overridden.
 * `outputs` are the names of those that are written; NULL: those whose consumer is there. 0 or
 * -ENOMEM. The caller frees *ret with overrides_free(), also after a failure. */
int overrides_find(const struct tree *tree, const struct environment *environment,
    const struct strings *outputs, struct overrides *ret);
