/* agent/setup/units.c, with a service manager that answers from a table. */

#include "setup/units.h"

#include <sys/time.h>

#include "lib/memory.h"
#include "outputs/table.h"
#include "scratch.h"
#include "setup/bus.h"

/* What the manager knows, and what it was asked for. */
static struct {
    bool is_absent;
    const char *running[3]; /* units */
    int64_t started_s[3];   /* after the files were written */
    int reload_result, restart_result;
    char calls[256];
} manager;

static const int64_t written_s = 1700000000;

int __wrap_bus_open(struct bus **ret);
void __wrap_bus_close(struct bus *bus);
int __wrap_bus_unit_started(struct bus *bus, const char *unit, uint64_t *ret_us);
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

int __wrap_bus_unit_started(struct bus *bus, const char *unit, uint64_t *ret_us)
{
    (void) bus;
    for (size_t i = 0; i < ELEMENTSOF(manager.running); i++)
        if (manager.running[i] && strcmp(manager.running[i], unit) == 0) {
            *ret_us = (uint64_t) (written_s + manager.started_s[i]) * 1000000;
            return 1;
        }
    return 0;
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
    bool is_image, is_absent;
    const char *running[3];
    int64_t started_s[3];
    enum output_action action; /* of the agent's drop-in */
    const char *calls, *units;
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
    { "another output's file", .running = { "snapd.service" }, .started_s = { -1 },
        .action = OUTPUT_UNCHANGED, .calls = "", .units = "snapd.service" },
    { "two", .running = { SSM, "snapd.service" }, .started_s = { -1, -1 }, .action = OUTPUT_CHANGED,
        .calls = "reload\n", .units = SSM " snapd.service" },
    { "one of others", .running = { "other.service", SNAP }, .started_s = { -1, -1 },
        .action = OUTPUT_UNCHANGED, .calls = "", .units = "" },
    { "an image", .is_image = true, .running = { SSM }, .started_s = { -1 },
        .action = OUTPUT_CHANGED, .calls = "", .units = "" },
    { "no manager", .is_absent = true, .running = { SSM }, .started_s = { -1 },
        .action = OUTPUT_CHANGED, .calls = "", .units = "" },
};

/* Makes a file that was written at written_s. */
static void put(const struct scratch *scratch, const char *path)
{
    const struct timeval times[2] = { { .tv_sec = written_s }, { .tv_sec = written_s } };
    scratch_write(scratch, path, "");
    check_number(path, utimes(scratch_path(scratch, path), times), 0);
}

static void test_find(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    const struct output_file *dropin = &ssm_agent_output.files[0];
    static char running_system[] = "";
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct tree tree = scratch->tree;
        if (!rows[i].is_image)
            tree.path = running_system;
        memset(&manager, 0, sizeof(manager));
        manager.is_absent = rows[i].is_absent;
        memcpy(manager.running, rows[i].running, sizeof(manager.running));
        memcpy(manager.started_s, rows[i].started_s, sizeof(manager.started_s));
        put(scratch, dropin->path);
        put(scratch, "/etc/environment");
        struct output_result items[] = {
            { .output = &ssm_agent_output, .file = dropin, .action = rows[i].action },
            { .output = &snapd_output, .file = &snapd_output.files[0], .action = OUTPUT_CHECKED },
            { .output = &sudo_output, .file = &sudo_output.files[0], .action = OUTPUT_CREATED },
        };
        const struct output_results results = { .items = items, .count = ELEMENTSOF(items) };
        _cleanup_strings_ struct strings units = { 0 };
        check_number(rows[i].row, units_refresh(&tree, &results, &units), 0);
        char *words = strings_join(&units, " ");
        check_text(rows[i].row, words, rows[i].units);
        check_text(rows[i].row, manager.calls, rows[i].calls);
        mem_free(words);
    }
}

/* Looking for stale services changes nothing on the machine. */
static void test_find_only(void **state)
{
    const struct scratch *scratch = *state;
    scratch_need_tree(scratch);
    struct bus *bus = NULL;
    struct output_result items[] = { { .output = &ssm_agent_output,
        .file = &ssm_agent_output.files[0],
        .action = OUTPUT_CHANGED } };
    const struct output_results results = { .items = items, .count = ELEMENTSOF(items) };
    _cleanup_strings_ struct strings units = { 0 };
    memset(&manager, 0, sizeof(manager));
    manager.running[0] = SSM;
    manager.started_s[0] = -1;
    put(scratch, ssm_agent_output.files[0].path);
    check_number("open", bus_open(&bus), 0);
    check_number("find", units_find_stale(bus, &scratch->tree, &results, &units), 0);
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
