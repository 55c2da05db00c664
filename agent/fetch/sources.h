/* SPDX-License-Identifier: MIT */
#pragma once

/* The three places in AWS that can hold settings, in the order in which they count. Each function
 * takes what it finds into the values, and appends to setup->warnings. 0, or a negative errno and
 * an error. */

#include "aws/call.h"
#include "fetch/fetch.h"

/* After setup_connect(). */
int sources_read_tags(struct setup *setup, struct fetch *fetch, struct error *err);

int sources_read_parameters(
    struct setup *setup, struct call_client *client, struct fetch *fetch, struct error *err);
int sources_read_secret(
    struct setup *setup, struct call_client *client, struct fetch *fetch, struct error *err);
