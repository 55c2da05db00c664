/* SPDX-License-Identifier: MIT */
/* Files of NAME=VALUE lines for their three readers: what the agent writes above, between or below
 * lines of others is what verify says of it, and a value that PAM gets has no comment in it. */

#include <errno.h>
#include <string.h>

#include "formats/env_file.h"
#include "formats/pam_env.h"
#include "formats/variables.h"
#include "fuzz.h"

/* By the rules of env_file.c and of pam_env.c, alone and behind what others wrote. */
static void check_readers(const struct environment *environment, const struct content *content)
{
    struct error err = { 0 };
    int r = env_file_verify(environment, content, &err);
    FUZZ_CHECK(r == 0 || r == -EBADMSG);
    if (r < 0)
        fuzz_check_error(&err);
    struct error pam = { 0 };
    r = variables_verify(environment, content, "PAM", pam_env_get, &pam);
    FUZZ_CHECK(r == 0 || r == -EBADMSG);
    if (r < 0)
        fuzz_check_error(&pam);
}

/* What is written is read where nothing else is in the file. */
static void check_alone(size_t number, const struct environment *environment)
{
    static bool is_checked[FUZZ_ENVIRONMENTS];
    if (is_checked[number])
        return;
    is_checked[number] = true;
    _cleanup_content_ struct content ours = { .exists = true };
    FUZZ_CHECK(variables_append(environment, "", "=", "\n", &ours.bytes) == 0);
    FUZZ_CHECK(env_file_verify(environment, &ours, NULL) == 0);
    FUZZ_CHECK(variables_verify(environment, &ours, "PAM", pam_env_get, NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    size_t number = fuzz_choice(&input, FUZZ_ENVIRONMENTS);
    const struct environment *environment = fuzz_environment(number);
    check_alone(number, environment);
    _cleanup_mem_ char *name = fuzz_line(&input), *value = NULL;
    _cleanup_content_ struct content both = { .exists = true };
    both.bytes = fuzz_rest(&input);
    int r = pam_env_get(&both.bytes, name, &value);
    FUZZ_CHECK(r == -ENOENT || (r == 0 && value && !strchr(value, '\n')));
    check_readers(environment, &both);
    FUZZ_CHECK(variables_append(environment, "", "=", "\n", &both.bytes) == 0);
    check_readers(environment, &both);
    return 0;
}
