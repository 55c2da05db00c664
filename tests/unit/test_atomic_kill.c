/* SPDX-License-Identifier: MIT */
/* agent/files/atomic.c and leftover.c: what another program writes just as a run is killed is not
 * lost. */

#include "files/leftover.h"

#include <sys/wait.h>

#include "files/atomic.h"
#include "race.h"

/* A run that is killed just behind a rename of the file, and what the next one makes of it. */
struct kill_row {
    const char *row;
    bool is_removal;
    size_t kill_at;
    void (*changes[CHANGES])(void);
    void (*meanwhile)(void);   /* before the next run */
    void (*next_change)(void); /* in it, before its first rename of the file */
    const char *then;          /* what stands there; NULL: nothing */
    const char *told;          /* behind the path; NULL: nothing */
    size_t kept;               /* files beside it */
};

static void run_killed(const struct kill_row *row, const struct stat *seen)
{
    _cleanup_buffer_ struct buffer content = { 0 };
    check_number("append", buffer_append_text(&content, "new"), 0);
    int status = 0, child = fork();
    check_that("fork", child >= 0);
    if (child == 0) {
        renames = 0;
        kill_at = row->kill_at;
        memcpy(changes, row->changes, sizeof(changes));
        if (row->is_removal)
            (void) atomic_remove(&scratch_now->tree, FILE_PATH, seen);
        else
            (void) atomic_write(&scratch_now->tree, FILE_PATH, &content, 0644, seen);
        _exit(EXIT_FAILURE);
    }
    check_number("wait", waitpid(child, &status, 0), child);
    check_number(row->row, status, SIGKILL);
}

static void check_kill(const struct kill_row *row)
{
    _cleanup_strings_ struct strings told = { 0 };
    struct stat seen;
    (void) unlink(scratch_path(scratch_now, FILE_PATH));
    scratch_put(scratch_now, FILE_PATH, "old");
    check_number("stat", stat(scratch_path(scratch_now, FILE_PATH), &seen), 0);
    run_killed(row, &seen);
    if (row->meanwhile)
        row->meanwhile();
    renames = 0;
    changes[0] = row->next_change;
    /* The run after that one has nothing more to do. */
    for (int i = 0; i < 2; i++) {
        strings_free(&told);
        check_number(row->row, leftover_sweep(&scratch_now->tree, FILE_PATH, &told), 0);
        check_number(row->row, told.count, row->told && (i == 0 || row->kept > 0));
        scratch_check(scratch_now, FILE_PATH, row->then);
        if (i == 0 && told.count > 0) {
            char *line = told.items[0] + strlen(scratch_now->path) + strlen(FILE_PATH);
            if (row->kept == 0)
                check_text(row->row, line, row->told);
        }
    }
    char *line = told.count > 0 ? told.items[0] : NULL;
    check_number(row->row, count_kept(line), row->kept);
    if (line)
        check_text(row->row, line + strlen(scratch_now->path) + strlen(FILE_PATH), row->told);
}

#define BACK ": what another program wrote there while a run was interrupted is restored"
#define KEPT                                                                                       \
    ":  beside it is what another program wrote there while a run was interrupted, and the file "  \
    "is newer: compare the two, then delete that one"

static void test_killed(void **state)
{
    static const struct kill_row rows[] = {
        { "nothing", false, 1, { NULL }, NULL, NULL, "new", NULL, 0 },
        { "edited in place", false, 1, { edit_in_place }, NULL, NULL, "odd", BACK, 0 },
        { "replaced", false, 1, { replace }, NULL, NULL, "odd", BACK, 0 },
        { "replaced, and it is back", false, 2, { replace }, NULL, NULL, "odd", NULL, 0 },
        { "replaced twice", false, 2, { replace, replace_again }, NULL, NULL, "odd", KEPT, 1 },
        { "replaced, and once more later", false, 1, { replace }, replace_again, NULL, "newest",
            KEPT, 1 },
        { "replaced, and once more just then", false, 1, { replace }, NULL, replace_again, "newest",
            KEPT, 1 },
        { "replaced, and deleted later", false, 1, { replace }, delete, NULL, "odd", BACK, 0 },
        { "a link", false, 1, { link_to_secret }, NULL, NULL, "secret", BACK, 0 },
        { "removal: nothing", true, 1, { NULL }, NULL, NULL, NULL, NULL, 0 },
        { "removal: edited in place", true, 1, { edit_in_place }, NULL, NULL, "odd", BACK, 0 },
        { "removal: replaced", true, 1, { replace }, NULL, NULL, "odd", BACK, 0 },
        { "removal: replaced twice", true, 1, { replace }, replace_again, NULL, "newest", KEPT, 1 },
    };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_kill(&rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
