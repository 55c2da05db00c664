/* SPDX-License-Identifier: MIT */
/* The planner and the writer go through all outputs: this is table.h as an array. */

#include "outputs/table.h"

#define OUTPUT_POINTER(name) &name##_output,
#define OUTPUT_INDEX(name)   name##_index,

enum { OUTPUTS(OUTPUT_INDEX) COUNT };

const struct output *const outputs_table[] = { OUTPUTS(OUTPUT_POINTER) };
const size_t outputs_count = COUNT;
