#pragma once

/* What every command starts from: the tree, its settings, and the way to the metadata service. */

#include "cli/options.h"
#include "files/tree.h"
#include "imds/client.h"
#include "lib/error.h"
#include "settings/settings.h"

struct session {
    struct tree tree;
    struct settings settings;
    struct strings endpoints; /* borrowed by the client */
    struct imds_client *imds; /* NULL before session_open_imds() */
};

/* Opens the tree, loads the settings and puts the options over them. 0, or a negative errno and an
 * error. The caller frees *session with session_close(), also after a failure. */
int session_open(const struct options *options, struct session *session, struct error *err);

/* Whether the firmware says that this is no EC2 instance, and nobody names a metadata service all
 * the same. 1 and the firmware's vendor in *ret_vendor, which the caller frees with mem_free();
 * 0; or -ENOMEM. */
int session_is_not_ec2(const struct session *session, char **ret_vendor);

/* Makes the client and gets its token; what is waited for is told to systemd and to a terminal. 0,
 * or a negative errno and an error: EX_UNAVAILABLE also when AWS_EC2_METADATA_DISABLED is set, or
 * elsewhere. */
int session_open_imds(struct session *session, struct error *err);

void session_close(struct session *session);

#define _cleanup_session_ _cleanup_(session_close)
