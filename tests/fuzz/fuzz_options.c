/* SPDX-License-Identifier: MIT */
/* The command line: a word a line. What is taken is one of the arguments; a refusal does not show
 * what stands behind a "=". */

#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/process.h"
#include "fuzz.h"

enum { ARGUMENTS_MAX = 24 };

static bool is_of(char *argv[], int argc, const char *text)
{
    bool found = !text;
    for (int i = 0; i < argc && !found; i++)
        found = text >= argv[i] && text <= argv[i] + strlen(argv[i]);
    return found;
}

static void check_options(const struct options *options, char *argv[], int argc)
{
    const char *const texts[] = { options->command, options->setup.root, options->setup.config,
        options->setup.http_proxy, options->setup.https_proxy, options->setup.no_proxy,
        options->setup.endpoint, options->no_proxy, options->format, options->client };
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        FUZZ_CHECK(is_of(argv, argc, texts[i]));
    FUZZ_CHECK(options->argument_count < (size_t) argc);
    for (size_t i = 0; i < options->argument_count; i++)
        FUZZ_CHECK(is_of(argv, argc, options->arguments[i]));
}

/* What a login can be in is overwritten in the originals, and whole in the copies. */
static void check_taken(char *argv[], int argc, const struct strings *copies)
{
    FUZZ_CHECK(copies->count == (size_t) argc);
    for (int i = 0; i < argc; i++) {
        const char *at = strrchr(copies->items[i], '@');
        FUZZ_CHECK(strlen(argv[i]) == strlen(copies->items[i]));
        FUZZ_CHECK(!at || at == copies->items[i] || argv[i][at - copies->items[i] - 1] == '*' ||
                   argv[i][at - copies->items[i] - 1] == '=' ||
                   argv[i][at - copies->items[i] - 1] == '/');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = fuzz_input_of(data, size);
    char *originals[ARGUMENTS_MAX + 1] = { 0 }, *argv[ARGUMENTS_MAX + 1] = { 0 };
    int argc = 0;
    originals[argc++] = mem_strdup("ec2-bootstrap");
    while (input.left > 0 && argc < ARGUMENTS_MAX)
        originals[argc++] = fuzz_line(&input);
    _cleanup_strings_ struct strings copies = { 0 };
    FUZZ_CHECK(process_take_arguments(argc, originals, &copies) == 0);
    check_taken(originals, argc, &copies);
    memcpy(argv, copies.items, (size_t) argc * sizeof(*argv));

    struct options options = { 0 };
    struct error err = { 0 };
    int r = options_parse(argc, argv, &options, &err);
    FUZZ_CHECK(r == 0 || r == -EINVAL);
    if (r == 0) {
        check_options(&options, argv, argc);
        r = options_check(argc, argv, COMMAND_EXPLAIN, &err);
    }
    if (r < 0) {
        fuzz_check_error(&err);
        FUZZ_CHECK(err.status == EX_USAGE);
    }
    for (int i = 0; i < argc; i++)
        mem_free(originals[i]);
    return 0;
}
