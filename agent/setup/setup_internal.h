/* SPDX-License-Identifier: MIT */
#pragma once

/* What the parts of setup/ share. */

#include "setup/setup.h"

/* Chooses the presets that the settings name, or that are on this machine. 0 or -ENOMEM. */
int setup_choose_presets(struct setup *setup);

/* Whether one of them is of a cluster whose configuration is in user-data. */
bool setup_wants_node_config(const struct setup *setup);

/* Appends their entries; of the cluster's own configuration what is known; and warnings. 0 or
 * -ENOMEM. */
int setup_read_presets(struct setup *setup, struct no_proxy_entries *ret);

/* Adds the variables that have clients trust the company's CA, where the system trusts it; and
 * appends what is to be known of those that were asked for. 0, or a negative errno and an error. */
int setup_add_ca_variables(struct setup *setup, struct environment *environment, struct error *err);

/* Asks a connected client for what setup->want says. 0, or a negative errno and an error. */
int setup_fetch(struct setup *setup, struct error *err);
