#pragma once

/* Files of NAME=VALUE lines as systemd reads them: EnvironmentFile= in systemd.exec(5). */

#include "formats/edit.h"
#include "lib/error.h"

/* Whether systemd reads each variable as it was meant: see struct output_file. */
int env_file_verify(
    const struct environment *environment, const struct content *content, struct error *err);
