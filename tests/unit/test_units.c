/* SPDX-License-Identifier: MIT */
/* agent/setup/units.c, with a service manager that answers from a table. */

#include "setup/units.h"

#include <sys/time.h>

#include "lib/memory.h"
#include "outputs/table.h"
#include "scratch.h"
#include "setup/bus.h"

/* What the manager does, and what it was asked for. */
static struct {
    bool is_absent;
    int reload_result, restart_result;
    char calls[256];
} manager;

static const int64_t written_s = 1700000000;

int __wrap_bus_open(struct bus **ret);
void __wrap_bus_close(struct bus *bus);
int __wrap_bus_reload(struct bus *bus);
int __wrap_bus_restart(struct bus *bus, const char *unit);

static void note(const char *what, const char *unit)
{
    size_t used = strlen(manager.calls);
    (void) snprintf(manager.calls + used, sizeof(manager.calls) - used, "%s%s%s\n", what,
        *unit ? " " : "", unit);
}

int __wrap_bus_open(struct bus **ret)
{
    static char connection;
    if (manager.is_absent)
        return -ENOENT;
    *ret = (struct bus *) (void *) &connection;
    return 0;
}

void __wrap_bus_close(struct bus *bus)
{
    (void) bus;
}

int __wrap_bus_reload(struct bus *bus)
{
    (void) bus;
    note("reload", "");
    return manager.reload_result;
}

int __wrap_bus_restart(struct bus *bus, const char *unit)
{
    (void) bus;
    note("restart", unit);
    return manager.restart_result;
}

#define SSM  "amazon-ssm-agent.service"
#define SNAP "snap.amazon-ssm-agent.amazon-ssm-agent.service"

static const struct {
    const char *row;
    bool is_image, is_absent, by_unit, is_replaced;
    const char *running[3];    /* units */
    int64_t started_s[3];      /* after the files were written */
    enum output_action action; /* of the agent's drop-in */
    const char *calls, *units;
    bool is_asked; /* by a file */
} rows[] = {
    { "nothing runs", .action = OUTPUT_CREATED, .calls = "reload\n", .units = "" },
    { "started before", .running = { SSM }, .started_s = { -1 }, .action = OUTPUT_CHANGED,
        .calls = "reload\n", .units = SSM },
    { "started after", .running = { SSM }, .started_s = { 1 }, .action = OUTPUT_UNCHANGED,
        .calls = "", .units = "" },
    { "started at that moment", .running = { SSM }, .started_s = { 0 }, .action = OUTPUT_UNCHANGED,
        .calls = "", .units = "" },
    { "started before an earlier run", .running = { SSM }, .started_s = { -1 },
        .action = OUTPUT_UNCHANGED, .calls = "", .units = SSM },
    { "the file is gone", .running = { SSM }, .started_s = { 1 }, .action = OUTPUT_REMOVED,
        .calls = "reload\n", .units = SSM },
    { "written, and what was read back was wrong", .is_replaced = true, .action = OUTPUT_FAILED,
        .calls = "reload\n", .units = "" },
    { "not written", .action = OUTPUT_FAILED, .calls = "", .units = "" },
    { "another output's file", .running = { "snapd.service" }, .started_s = { -1 },
        .action = OUTPUT_UNCHANGED, .calls = "", .units = "snapd.service" },
    { "two", .running = { SSM, "snapd.service" }, .started_s = { -1, -1 }, .action = OUTPUT_CHANGED,
        .calls = "reload\n", .units = SSM " snapd.service" },
    { "one of others", .running = { "other.service", SNAP }, .started_s = { -1, -1 },
        .action = OUTPUT_UNCHANGED, .calls = "", .units = "" },
    { "an image", .is_image = true, .running = { SSM }, .started_s = { -1 },
        .action = OUTPUT_CHANGED, .calls = "", .units = "" },
    { "an image, by a unit", .is_image = true, .is_absent = true, .by_unit = true,
        .action = OUTPUT_CHANGED, .calls = "", .units = "" },
    { "no manager", .is_absent = true, .running = { SSM }, .started_s = { -1 },
        .action = OUTPUT_CHANGED, .calls = "", .units = SSM },
    { "the unit, without its socket", .is_absent = true, .by_unit = true, .running = { SSM },
        .started_s = { -1 }, .action = OUTPUT_CHANGED, .calls = "", .units = SSM,
        .is_asked = true },
    { "the unit, and nothing to reload", .is_absent = true, .by_unit = true, .running = { SSM },
        .started_s = { -1 }, .action = OUTPUT_UNCHANGED, .calls = "", .units = SSM },
    { "the unit, with its socket", .by_unit = true, .action = OUTPUT_CHANGED, .calls = "reload\n",
        .units = "" },
};

/* Makes a file that was written at written_s. */
static void put(const struct scratch *scratch, const char *path)
{
    const struct timeval times[2] = { { .tv_sec = written_s }, { .tv_sec = written_s } };
    scratch_write(scratch, path, "");
    check_number(path, utimes(scratch_path(scratch, path), times), 0);
}

/* The links of the units that run. */
static void put_links(
    const struct scratch *scratch, const char *const running[3], const int64_t started_s[3])
{
    for (size_t i = 0; i < 3 && running[i]; i++) {
        char path[200];
        (void) snprintf(path, sizeof(path), "/run/systemd/units/invocation:%s", running[i]);
        time_t second = (time_t) (written_s + started_s[i]);
        const struct timeval times[2] = { { .tv_sec = second }, { .tv_sec = second } };
        scratch_write(scratch, path, "");
        const char *real = scratch_path(scratch, path);
        check_number(path, unlink(real), 0);
        check_number(path, symlink("0123456789abcdef0123456789abcdef", real), 0);
        check_number(path, lutimes(real, times), 0);
    }
}

static void remove_links(const struct scratch *scratch, const char *const running[3])
{
    for (size_t i = 0; i < 3 && running[i]; i++) {
        char path[200];
        (void) snprintf(path, sizeof(path), "/run/systemd/units/invocation:%s", running[i]);
        (void) unlink(scratch_path(scratch, path));
    }
}

static void check_asked(const char *row, const struct scratch *scratch, bool expected)
{
    bool is_asked = unlink(scratch_path(scratch, UNITS_RELOAD_FILE)) == 0;
    check_number(row, is_asked, expected);
}

static void test_find(void **state)
{
    const struct scratch *scratch = *state;
    const struct output_file *dropin = &ssm_agent_output.files[1];
    static char running_system[] = "";
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct tree tree = scratch->tree;
        if (!rows[i].is_image)
            tree.path = running_system;
        memset(&manager, 0, sizeof(manager));
        manager.is_absent = rows[i].is_absent;
        put_links(scratch, rows[i].running, rows[i].started_s);
        check_number("the environment",
            rows[i].by_unit ? setenv("NOTIFY_SOCKET", "@nobody", 1) : unsetenv("NOTIFY_SOCKET"), 0);
        put(scratch, PATH_ENV_FILE);
        put(scratch, dropin->path);
        put(scratch, "/etc/environment");
        struct output_result items[] = {
            { .output = &ssm_agent_output,
                .file = dropin,
                .action = rows[i].action,
                .is_replaced = rows[i].is_replaced },
            { .output = &snapd_output, .file = &snapd_output.files[0], .action = OUTPUT_CHECKED },
            { .output = &sudo_output, .file = &sudo_output.files[0], .action = OUTPUT_CREATED },
        };
        const struct output_results results = { .items = items, .count = ELEMENTSOF(items) };
        _cleanup_strings_ struct strings units = { 0 };
        check_number(rows[i].row, units_refresh(&tree, &results, &units), 0);
        char *words = strings_join(&units, " ");
        check_text(rows[i].row, words, rows[i].units);
        check_text(rows[i].row, manager.calls, rows[i].calls);
        check_asked(rows[i].row, scratch, rows[i].is_asked);
        remove_links(scratch, rows[i].running);
        mem_free(words);
    }
}

/* Looking for stale services changes nothing on the machine. */
static void test_find_only(void **state)
{
    const struct scratch *scratch = *state;
    static char running_system[] = "";
    static const char *const running[3] = { SSM };
    static const int64_t started_s[3] = { -1 };
    struct tree tree = scratch->tree;
    tree.path = running_system;
    struct output_result items[] = { { .output = &ssm_agent_output,
        .file = &ssm_agent_output.files[1],
        .action = OUTPUT_CHANGED } };
    const struct output_results results = { .items = items, .count = ELEMENTSOF(items) };
    _cleanup_strings_ struct strings units = { 0 };
    memset(&manager, 0, sizeof(manager));
    put_links(scratch, running, started_s);
    put(scratch, ssm_agent_output.files[1].path);
    check_number("find", units_find_stale(&tree, &results, &units), 0);
    check_number("stale", units.count, 1);
    check_text("calls", manager.calls, "");
}

static void test_do(void **state)
{
    (void) state;
    static const struct {
        const char *row;
        bool now, is_absent;
        int result;
        const char *calls;
    } tries[] = {
        { "told", false, false, 0, "" },
        { "asked for", true, false, 0, "restart a.service\nrestart b.service\n" },
        { "refused", true, false, -EACCES, "restart a.service\nrestart b.service\n" },
        { "no manager", true, true, 0, "" },
    };
    _cleanup_strings_ struct strings units = { 0 };
    check_number("append", strings_append(&units, "a.service"), 0);
    check_number("append", strings_append(&units, "b.service"), 0);
    for (size_t i = 0; i < ELEMENTSOF(tries); i++) {
        memset(&manager, 0, sizeof(manager));
        manager.is_absent = tries[i].is_absent;
        manager.restart_result = tries[i].result;
        if (tries[i].now)
            units_restart(&units);
        else
            units_advise(&units);
        check_text(tries[i].row, manager.calls, tries[i].calls);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_find),
        scratch_test(test_find_only),
        cmocka_unit_test(test_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
