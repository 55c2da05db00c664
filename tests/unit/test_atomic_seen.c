/* SPDX-License-Identifier: MIT */
/* agent/files/atomic.c: a file that another program has changed meanwhile is left as it is. */

#include "files/atomic.h"

#include "scratch.h"

#define FILE_PATH "/etc/environment"
#define TEMPORARY "/etc/.environment.ec2-bootstrap"

static struct stat status_of(const struct scratch *scratch)
{
    struct stat status;
    check_number(FILE_PATH, lstat(scratch_path(scratch, FILE_PATH), &status), 0);
    return status;
}

/* As chmod(1) does: only the time of the last change of its status becomes another. */
static void touch_status(const struct scratch *scratch)
{
    struct stat before = status_of(scratch), now = before;
    /* The kernel's clock for it may stand still for some milliseconds. */
    while (now.st_ctim.tv_sec == before.st_ctim.tv_sec &&
           now.st_ctim.tv_nsec == before.st_ctim.tv_nsec) {
        check_number("chmod", chmod(scratch_path(scratch, FILE_PATH), before.st_mode & 07777), 0);
        now = status_of(scratch);
    }
}

/* An edit in place that keeps the size; the time of change is set back, as rsync(1) does. */
static void edit_unseen(const struct scratch *scratch)
{
    struct stat before = status_of(scratch);
    const struct timespec times[2] = { before.st_atim, before.st_mtim };
    touch_status(scratch);
    scratch_write(scratch, FILE_PATH, "odd");
    check_number("utimensat", utimensat(AT_FDCWD, scratch_path(scratch, FILE_PATH), times, 0), 0);
}

static void edit_longer(const struct scratch *scratch)
{
    scratch_write(scratch, FILE_PATH, "older");
}

static void replace_file(const struct scratch *scratch)
{
    scratch_write(scratch, "/etc/other", "odd");
    check_number(
        "rename", rename(scratch_path(scratch, "/etc/other"), scratch_path(scratch, FILE_PATH)), 0);
}

static void remove_file(const struct scratch *scratch)
{
    check_number("unlink", unlink(scratch_path(scratch, FILE_PATH)), 0);
}

/* It is not overwritten, nor is it removed. */
static void test_seen(void **state)
{
    const struct scratch *scratch = *state;
    static const struct {
        const char *row, *at_first;
        void (*change)(const struct scratch *scratch);
        const char *then; /* what a change has left there */
    } rows[] = {
        { "nothing", "old", NULL, NULL },
        { "longer", "old", edit_longer, "older" },
        { "size and time of change are the same", "old", edit_unseen, "odd" },
        { "another file", "old", replace_file, "odd" },
        { "its status only", "old", touch_status, "old" },
        { "removed", "old", remove_file, NULL },
        { "there was none", NULL, NULL, NULL },
        { "there was none, now there is", NULL, edit_longer, "older" },
    };
    _cleanup_buffer_ struct buffer content = { 0 };
    check_number("append", buffer_append_text(&content, "new"), 0);
    for (size_t i = 0; i < 2 * ELEMENTSOF(rows); i++) {
        bool is_removal = i % 2;
        struct stat seen = { 0 };
        (void) unlink(scratch_path(scratch, FILE_PATH));
        scratch_make_parents(scratch, FILE_PATH);
        if (rows[i / 2].at_first) {
            scratch_write(scratch, FILE_PATH, rows[i / 2].at_first);
            seen = status_of(scratch);
        }
        if (rows[i / 2].change)
            rows[i / 2].change(scratch);
        int r = is_removal ? atomic_remove(&scratch->tree, FILE_PATH, &seen)
                           : atomic_write(&scratch->tree, FILE_PATH, &content, 0644, &seen);
        check_number(rows[i / 2].row, r, rows[i / 2].change ? -ESTALE : 0);
        scratch_check(scratch, FILE_PATH, r < 0 ? rows[i / 2].then : is_removal ? NULL : "new");
        scratch_check(scratch, TEMPORARY, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { scratch_test(test_seen) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
