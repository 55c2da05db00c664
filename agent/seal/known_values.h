/* SPDX-License-Identifier: MIT */
#pragma once

/* The values that `seal` looks for: the proxy's login out of the settings and of what was made of
 * them, and who this instance is. */

#include "files/tree.h"
#include "seal/patterns.h"
#include "settings/settings.h"

struct seal_known_values {
    struct seal_values values;
    struct strings password_files; /* those that go into the image, with a warning: paths */
    struct strings warnings;       /* settings that hold a password, and what is not known */
};

/* Takes those of the settings; also reads each file of settings by itself, as one that another
 * overrides still holds a password; what the last run wrote, so this comes before the
 * removal; and what cloud-init knows of the instance, with `has_identity` also of its account and
 * addresses. 0, or a negative errno and an error. The
 * caller frees *ret with seal_known_values_free(), also after a failure. */
int seal_known_values_read(const struct tree *tree, const struct settings *settings,
    bool has_identity, struct seal_known_values *ret, struct error *err);

void seal_known_values_free(struct seal_known_values *known);
