/* SPDX-License-Identifier: MIT */
/* agent/files/atomic.c: what another program does in the last moment, between the look at the file
 * and the system call that replaces it, is not lost. */

#include "files/atomic.h"

#include "race.h"

struct row {
    const char *row, *at_first;
    void (*changes[CHANGES])(void);
    const char *then; /* what stands there in the end; NULL: nothing */
};

static void check_row(const struct row *row, bool is_removal)
{
    _cleanup_buffer_ struct buffer content = { 0 };
    struct stat seen = { 0 };
    check_number("append", buffer_append_text(&content, "new"), 0);
    bool is_changed = row->changes[0] || mark_change;
    (void) remove(scratch_path(scratch_now, FILE_PATH));
    scratch_put(scratch_now, FILE_PATH, row->at_first);
    if (row->at_first)
        check_number("stat", stat(scratch_path(scratch_now, FILE_PATH), &seen), 0);
    renames = 0;
    memcpy(changes, row->changes, sizeof(changes));
    int r = is_removal ? atomic_remove(&scratch_now->tree, FILE_PATH, &seen)
                       : atomic_write(&scratch_now->tree, FILE_PATH, &content, 0644, &seen);
    memset(changes, 0, sizeof(changes));
    check_number(row->row, r, is_changed ? -ESTALE : 0);
    scratch_check(scratch_now, FILE_PATH, is_changed ? row->then : is_removal ? NULL : "new");
    scratch_check(scratch_now, TEMPORARY, NULL);
    scratch_check(scratch_now, "/etc/secret", "secret");
}

static void test_race(void **state)
{
    static const struct row rows[] = {
        { "nothing", "old", { NULL }, NULL },
        { "nothing, and none was there", NULL, { NULL }, NULL },
        { "edited in place", "old", { edit_in_place }, "odd" },
        { "replaced", "old", { replace }, "odd" },
        { "replaced twice", "old", { replace, replace_again }, "newest" },
        { "replaced, and deleted", "old", { replace, delete }, NULL },
        { "another mode", "old", { make_private }, "old" },
        { "a link", "old", { link_to_secret }, "secret" },
    };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_row(&rows[i], false);
}

static void test_race_new(void **state)
{
    static const struct row rows[] = { { "made meanwhile", NULL, { replace }, "odd" } };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_row(&rows[i], false);
}

static void test_race_removal(void **state)
{
    static const struct row rows[] = {
        { "nothing", "old", { NULL }, NULL },
        { "edited in place", "old", { edit_in_place }, "odd" },
        { "replaced", "old", { replace }, "odd" },
        { "replaced twice", "old", { replace, replace_again }, "newest" },
        { "a link", "old", { link_to_secret }, "secret" },
    };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_row(&rows[i], true);
}

/* Between the look at the file and that at its bytes, or behind both. */
static void test_race_mark(void **state)
{
    static const struct {
        const char *row;
        void (*change)(void);
        const char *then;
        bool is_of_removal;
    } rows[] = {
        { "edited in place", edit_in_place, "odd", true },
        { "replaced", replace, "odd", true },
        { "deleted", delete, NULL, true },
        { "a link", link_to_secret, "secret", true },
        { "a directory", make_directory, "", false },
    };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < 4 * ELEMENTSOF(rows); i++) {
        struct row row = { rows[i / 4].row, "old", { NULL }, rows[i / 4].then };
        bool is_removal = i % 2 > 0;
        if (is_removal && !rows[i / 4].is_of_removal)
            continue;
        mark_change = rows[i / 4].change;
        is_behind_mark = i % 4 >= 2;
        check_row(&row, is_removal);
    }
}

/* Kernels before 3.15, and file systems that cannot exchange, or do nothing but replace. */
static void test_without_exchange(void **state)
{
    static const struct row rows[] = {
        { "a file", "old", { NULL }, NULL },
        { "none", NULL, { NULL }, NULL },
        { "replaced", "old", { replace }, "odd" },
        { "made meanwhile", NULL, { replace }, "odd" },
    };
    static const int errors[] = { EINVAL, ENOSYS, EOPNOTSUPP };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < 2 * ELEMENTSOF(errors); i++)
        for (size_t j = 0; j < ELEMENTSOF(rows); j++) {
            rename_error = errors[i / 2];
            error_from = 1;
            check_row(&rows[j], rows[j].at_first && i % 2 > 0);
            error_from = 0;
            if (!rows[j].changes[0])
                check_row(&rows[j], i % 2 > 0);
        }
    rename_error = 0;
}

/* Of two exchanges, the second fails: what another program wrote comes back by a plain rename, or
 * stays under the other name where that cannot be. */
static void test_without_swap_back(void **state)
{
    static const struct {
        const char *row;
        void (*changes[CHANGES])(void);
        const char *then;
        size_t kept;
    } rows[] = {
        { "replaced", { replace }, "odd", 0 },
        { "replaced, and a directory then", { replace, make_directory }, "", 1 },
    };
    scratch_now = *state;
    scratch_write(scratch_now, "/etc/secret", "secret");
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        struct row row = { rows[i].row, "old", { NULL }, rows[i].then };
        memcpy(row.changes, rows[i].changes, sizeof(row.changes));
        rename_error = EIO;
        error_from = 2;
        check_row(&row, false);
        rename_error = 0;
        error_from = 0;
        check_number(rows[i].row, count_kept(NULL), rows[i].kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(test_race),
        scratch_test(test_race_new),
        scratch_test(test_race_removal),
        scratch_test(test_race_mark),
        scratch_test(test_without_exchange),
        scratch_test(test_without_swap_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
