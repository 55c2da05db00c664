/* SPDX-License-Identifier: MIT */
#pragma once

/* The environment of systemd itself, which services start with unless their units say otherwise. In
 * the unit's sandbox systemd cannot be asked; units/after-run does the same there. */

#include "files/tree.h"

/* Gives systemd the variables of the environment file without a login, and takes back those that it
 * was given before; not for an image. What cannot be done is a warning. 0 or -ENOMEM. */
int manager_refresh(const struct tree *tree);
