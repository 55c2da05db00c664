/* SPDX-License-Identifier: MIT */
#pragma once

/* What has the shape of a secret, or of a trace, of which nothing else is known. */

#include "seal/scan.h"

/* The shapes: kinds are enum seal_kind, `where` the bits of places.h. */
extern const struct scan_pattern seal_shapes[];
extern const size_t seal_shapes_count;

/* So many of them, the last ones, count only where no key of ssh may be left. */
extern const size_t seal_shapes_of_keys;
