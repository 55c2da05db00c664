/* SPDX-License-Identifier: MIT */
/* agent/setup/manager_environment.c, with a service manager that answers from a table. */

#include "setup/manager_environment.h"

#include "files/paths.h"
#include "lib/memory.h"
#include "scratch.h"
#include "setup/bus.h"

#define HEAD "# Written by ec2-bootstrap at every boot: changes are lost.\n"

/* What the manager answers, and what it was asked for. */
static struct {
    int open_result, result;
    char calls[256];
} manager;

int __wrap_bus_open(struct bus **ret);
void __wrap_bus_close(struct bus *bus);
int __wrap_bus_set_environment(
    struct bus *bus, const struct strings *unset, const struct strings *set);

int __wrap_bus_open(struct bus **ret)
{
    static char connection;
    *ret = manager.open_result == 0 ? (struct bus *) (void *) &connection : NULL;
    return manager.open_result;
}

void __wrap_bus_close(struct bus *bus)
{
    (void) bus;
}

int __wrap_bus_set_environment(
    struct bus *bus, const struct strings *unset, const struct strings *set)
{
    (void) bus;
    char *words[] = { strings_join(unset, " "), strings_join(set, " ") };
    (void) snprintf(manager.calls, sizeof(manager.calls), "-%s +%s", words[0] ? words[0] : "",
        words[1] ? words[1] : "");
    mem_free(words[0]);
    mem_free(words[1]);
    return manager.result;
}

static const struct {
    const char *row;
    bool is_image, by_unit;
    int open_result, result;
    const char *file, *given; /* NULL: it is not there */
    const char *calls;
    const char *after; /* of what it was given; NULL: it is not there */
} rows[] = {
    { "the first time", .file = HEAD "a=1\nb=*.x,[::1]\n", .calls = "- +a=1 b=*.x,[::1]",
        .after = "a=1\nb=*.x,[::1]\n" },
    { "again", .file = HEAD "a=1\n", .given = "a=1\n", .calls = "-a=1 +a=1", .after = "a=1\n" },
    { "other values", .file = "b=2\n", .given = "a=1\n", .calls = "-a=1 +b=2", .after = "b=2\n" },
    { "a login stays out", .file = "p=http://u:p@x:1\nq=http://u@x\nb=2", .calls = "- +b=2",
        .after = "b=2\n" },
    { "nothing but logins", .file = "p=http://u:p@x:1\n", .given = "a=1\n", .calls = "-a=1 +" },
    { "no proxy any more, and it refuses", .result = -EACCES, .given = "a=1\n", .calls = "-a=1 +",
        .after = "a=1\n" },
    { "no proxy any more", .given = "a=1\n", .calls = "-a=1 +" },
    { "nothing at all", .calls = "" },
    { "twice", .file = "a=1\na=1\n", .given = "b=1\nb=1\n", .calls = "-b=1 +a=1",
        .after = "a=1\n" },
    { "it refuses what stays", .result = -EACCES, .file = "a=1\n", .given = "a=1\n",
        .calls = "-a=1 +a=1", .after = "a=1\n" },
    { "what is no assignment", .file = "\nx\n#a=1\na=1\n", .calls = "- +a=1", .after = "a=1\n" },
    { "it refuses", .result = -EACCES, .file = "b=2\n", .given = "a=1\n", .calls = "-a=1 +b=2",
        .after = "a=1\nb=2\n" },
    { "it does not answer", .open_result = -ETIMEDOUT, .file = "b=2\n", .calls = "" },
    { "no systemd", .open_result = -ENOENT, .file = "b=2\n", .calls = "" },
    { "in an image", .is_image = true, .file = "b=2\n", .given = "a=1\n", .calls = "",
        .after = "a=1\n" },
    { "in the unit", .by_unit = true, .open_result = -ENOENT, .file = "b=2\n", .given = "a=1\n",
        .calls = "", .after = "a=1\n" },
};

static void check_row(struct scratch *scratch, size_t i)
{
    static char no_path[] = "";
    struct tree tree = scratch->tree;
    struct buffer after = { 0 };
    manager.open_result = rows[i].open_result;
    manager.result = rows[i].result;
    manager.calls[0] = '\0';
    if (!rows[i].is_image)
        tree.path = no_path;
    if (rows[i].file)
        scratch_write(scratch, PATH_ENV_FILE, rows[i].file);
    if (rows[i].given)
        scratch_write(scratch, PATH_MANAGER_ENV, rows[i].given);
    if (rows[i].by_unit)
        check_number(rows[i].row, setenv("NOTIFY_SOCKET", "/nowhere", 1), 0);
    check_number(rows[i].row, manager_refresh(&tree), 0);
    check_number(rows[i].row, unsetenv("NOTIFY_SOCKET"), 0);
    check_text(rows[i].row, manager.calls, rows[i].calls);
    int r = tree_read(&scratch->tree, PATH_MANAGER_ENV, 1000, &after, NULL);
    check_number(rows[i].row, r, rows[i].after ? 0 : -ENOENT);
    check_text(rows[i].row, r == 0 ? after.data : "", rows[i].after ? rows[i].after : "");
    buffer_free(&after);
}

static void test_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        void *scratch = NULL;
        check_number(rows[i].row, scratch_setup(&scratch), 0);
        check_row(scratch, i);
        check_number(rows[i].row, scratch_teardown(&scratch), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
    };
    return cmocka_run_group_tests(tests, check_start, NULL);
}
