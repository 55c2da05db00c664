/* The list of outputs as an array. */

#include "outputs/table.h"

#include "base/array.h"

#define OUTPUT_POINTER(name) &name##_output,

const struct output *const outputs_table[] = { OUTPUTS(OUTPUT_POINTER) };
const size_t outputs_count = ELEMENTSOF(outputs_table);
