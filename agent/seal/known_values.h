#pragma once

/* The values that `seal` looks for: the proxy's login out of the settings and of what was made of
 * them, and who this instance is. */

#include "seal/places.h"
#include "setup/session.h"

struct seal_secrets {
    struct seal_values values;
    struct strings password_files; /* those that go into the image, with a warning: paths */
    struct strings warnings;       /* settings that hold a password, and what is not known */
};

/* Reads the settings of the session; also each file of settings by itself, as one that another
 * overrides holds a password all the same; what the last run wrote, so this comes before the
 * removal; and what cloud-init knows of the instance. 0, or -ENOMEM and an error. The caller frees
 * *ret with seal_secrets_free(), also after a failure. */
int seal_secrets_read(const struct session *session, struct seal_secrets *ret, struct error *err);

void seal_secrets_free(struct seal_secrets *secrets);
