/* SPDX-License-Identifier: MIT */
/* An answer of Parameter Store, or of Secrets Manager: what is taken has its shape; of what is
 * refused something is said. */

#include <errno.h>
#include <string.h>

#include "aws/parameters.h"
#include "aws/secret_value.h"
#include "fuzz.h"

static void check_result(int r, const struct error *err)
{
    FUZZ_CHECK(r == 0 || r == -EBADMSG);
    FUZZ_CHECK((r == 0) == (err->status == 0));
    if (r < 0)
        fuzz_check_error(err);
}

static void read_parameters_of(const struct buffer *answer)
{
    _cleanup_parameters_ struct parameters parameters = { 0 };
    struct error err = { 0 };
    int r = parameters_read(answer, &parameters, &err);
    check_result(r, &err);
    FUZZ_CHECK(parameters.count <= PARAMETERS_NAMES_MAX);
    FUZZ_CHECK(parameters.missing.count <= PARAMETERS_NAMES_MAX);
    for (size_t i = 0; i < parameters.count; i++) {
        const struct parameter *item = &parameters.items[i];
        FUZZ_CHECK(item->value && parameters_find(&parameters, item->name) == item);
        FUZZ_CHECK(item->type <= PARAMETER_SECURE_STRING);
    }
}

static void read_secret_of(const struct buffer *answer)
{
    _cleanup_secret_value_ struct secret_value secret = { 0 };
    struct error err = { 0 };
    int r = secret_value_read(answer, &secret, &err);
    check_result(r, &err);
    FUZZ_CHECK((r == 0) == (secret.text != NULL));
    FUZZ_CHECK(r < 0 || (*secret.text && strlen(secret.text) <= SECRET_VALUE_SIZE_MAX));
    FUZZ_CHECK(r < 0 || (secret.name && secret.version));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    _cleanup_buffer_ struct buffer answer = fuzz_rest(&input);
    read_parameters_of(&answer);
    read_secret_of(&answer);
    return 0;
}
