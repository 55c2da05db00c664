/* SPDX-License-Identifier: MIT */
/* agent/outputs/hooks.c and writer.c: the program that runs when a file of an output has changed.
 * The table of outputs is this test's own. */

#include "outputs/hooks.h"

#include "lib/memory.h"
#include "outputs/table.h"
#include "outputs/writer.h"
#include "scratch.h"

#define FILE_PATH "/etc/example.conf"
#define MARK      "/var/lib/ec2-bootstrap/example.due"

/* What the hook does, and how long it may take. */
static char script[1024];
static char program[64] = "/bin/sh";

static int example_body(const struct environment *environment, struct buffer *ret)
{
    return buffer_printf(ret, "%s\n", environment_proxy(environment));
}

static int example_verify(
    const struct environment *environment, const struct content *content, struct error *err)
{
    (void) environment;
    (void) content;
    (void) err;
    return 0;
}

static const struct output example_output = { .name = "example",
    .files = { { .path = FILE_PATH,
        .mode = 0644,
        .body = example_body,
        .verify = example_verify } },
    .hook = { .command = LIST(program, "-c", script), .timeout_s = 1 } };

const struct output *const outputs_table[] = { &example_output };
const size_t outputs_count = 1;

/* One run with a proxy (NULL: none), as run does it. Returns its result. */
static int run(const struct scratch *scratch, bool is_image, const char *proxy,
    struct output_results *results, struct error *err)
{
    static char machine[] = "";
    _cleanup_environment_ struct environment environment = { 0 };
    struct tree tree = scratch->tree;
    if (!is_image)
        tree.path = machine;
    if (proxy)
        check_number("add", environment_add(&environment, VARIABLE_HTTP_PROXY, proxy, NULL), 0);
    const struct output_request request = { .tree = &tree, .environment = &environment };
    int r = outputs_plan(&request, results, err);
    return r < 0 ? r : outputs_write(&request, results, err);
}

static bool is_there(const struct scratch *scratch, const char *path)
{
    struct stat status;
    return stat(scratch_path(scratch, path), &status) == 0;
}

/* How often the hook has run. */
static long long runs(const struct scratch *scratch)
{
    struct stat status;
    return stat(scratch_path(scratch, "/ran"), &status) == 0 ? (long long) status.st_size : 0;
}

/* Lets the hook note that it runs, and then do something. */
static void set_script(const struct scratch *scratch, const char *then)
{
    (void) snprintf(
        script, sizeof(script), "printf x >>'%s'; %s", scratch_path(scratch, "/ran"), then);
}

static void test_changes(void **state)
{
    const struct scratch *scratch = *state;
    static const struct {
        const char *row, *proxy;
        bool is_image;
        const char *then;
        int result;
        const char *error;
        long long runs; /* so far */
        bool is_due;    /* afterwards */
    } rows[] = {
        { "created", "http://a:1", false, "exit 0", 0, "", 1, false },
        { "unchanged", "http://a:1", false, "exit 0", 0, "", 1, false },
        { "changed, but it fails", "http://b:1", false, "echo no space left; exit 3", -EBADMSG,
            "example: /bin/sh failed: no space left", 2, true },
        { "unchanged, but still due", "http://b:1", false, "exit 4", -EBADMSG,
            "example: /bin/sh failed", 3, true },
        { "unchanged, and it works again", "http://b:1", false, "exit 0", 0, "", 4, false },
        { "too slow", "http://c:1", false, "sleep 600", -ETIMEDOUT,
            "example: /bin/sh did not end within 1 s and was killed: the next run tries again", 5,
            true },
        { "in an image it stays due", "http://d:1", true, "exit 0", 0, "", 5, true },
        { "until that boots", "http://d:1", false, "exit 0", 0, "", 6, false },
        { "removed", NULL, false, "exit 0", 0, "", 7, false },
        { "nothing to do", NULL, false, "exit 0", 0, "", 7, false },
    };
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_output_results_ struct output_results results = { 0 };
        struct error err = { 0 };
        long long before = runs(scratch);
        set_script(scratch, rows[i].then);
        int r = run(scratch, rows[i].is_image, rows[i].proxy, &results, &err);
        check_text(rows[i].row, err.text, rows[i].error);
        check_number(rows[i].row, r, rows[i].result);
        check_number(rows[i].row, err.status, r < 0 ? EX_IOERR : 0);
        check_number("runs", runs(scratch), rows[i].runs);
        check_number("reported", (long long) results.hook_count, rows[i].runs - before);
        check_number("due", is_there(scratch, MARK), rows[i].is_due);
        check_number("the file", is_there(scratch, FILE_PATH), rows[i].proxy != NULL);
    }
    check_number("nothing is left", is_there(scratch, "/var"), false);
}

/* What is not there yet is asked for again. Under valgrind no posix_spawn() fails. */
static void test_no_program(void **state)
{
    if (getenv("UNDER"))
        skip();
    const struct scratch *scratch = *state;
    for (int i = 0; i < 2; i++) {
        _cleanup_output_results_ struct output_results results = { 0 };
        struct error err = { 0 };
        (void) snprintf(program, sizeof(program), "%s", i == 0 ? "/none/sh" : "/bin/sh");
        set_script(scratch, "exit 0");
        int r = run(scratch, false, "http://a:1", &results, &err);
        check_text(program, err.text,
            i == 0 ? "example: /none/sh cannot be run: No such file or directory: the next run "
                     "tries again"
                   : "");
        check_number(program, r, i == 0 ? -ENOENT : 0);
        check_number(program, (long long) results.hook_count, 1);
        check_number("due", is_there(scratch, MARK), i == 0);
    }
    check_number("runs", runs(scratch), 1);
}

/* A plan writes nothing, and marks nothing. */
static void test_plan(void **state)
{
    const struct scratch *scratch = *state;
    _cleanup_output_results_ struct output_results results = { 0 };
    _cleanup_environment_ struct environment environment = { 0 };
    struct error err = { 0 };
    check_number("add", environment_add(&environment, VARIABLE_HTTP_PROXY, "http://a:1", NULL), 0);
    const struct output_request request = { .tree = &scratch->tree, .environment = &environment };
    check_number("plan", outputs_plan(&request, &results, &err), 0);
    check_number("results", (long long) results.count, 1);
    check_number("action", results.items[0].action, OUTPUT_CREATED);
    check_number("the file", is_there(scratch, FILE_PATH), false);
    check_number("the mark", is_there(scratch, "/var"), false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_changes),
        scratch_test(test_no_program),
        scratch_test(test_plan),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
