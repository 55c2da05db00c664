/* SPDX-License-Identifier: MIT */
/* What must hold of every edit of a file that others write, too. */

#include <errno.h>
#include <string.h>

#include "formats/block.h"
#include "formats/whole_file.h"
#include "fuzz.h"
#include "outputs/table.h"

/* The file and its backup, as they are on the disk. */
struct edit_state {
    struct content file, backup;
};

static void edit_state_free(struct edit_state *state)
{
    content_free(&state->file);
    content_free(&state->backup);
}

#define _cleanup_edit_state_ _cleanup_(edit_state_free)

/* The file of an output that writes it. */
static const struct output_file *find_file(const char *path)
{
    for (size_t i = 0; i < outputs_count; i++)
        for (const struct output_file *file = outputs_table[i]->files; file->path; file++)
            if (strcmp(file->path, path) == 0 && (file->body || file->block || file->render))
                return file;
    fuzz_fail(__FILE__, __LINE__, path);
}

static bool content_equal(const struct content *a, const struct content *b)
{
    return a->exists == b->exists && buffer_equal(&a->bytes, &b->bytes);
}

/* As the planner does. 0, or -EBADMSG: the file is not written, with words that say why. */
static int run(const struct output_file *file, const struct environment *environment,
    const struct edit_state *before, struct edit_state *after)
{
    const struct edit edit = { .environment = environment,
        .old = &before->file,
        .backup = &before->backup,
        .ret = &after->file,
        .ret_backup = &after->backup };
    struct error err = { 0 };
    int r = file->body    ? whole_file_render(file->body, &edit)
            : file->block ? block_render(file->block, &edit)
                          : file->render(&edit, &err);
    if (r == 0 && !environment_is_empty(environment) && after->file.exists)
        r = file->verify(environment, &after->file, &err);
    FUZZ_CHECK(r == 0 || r == -EBADMSG);
    if (r < 0)
        fuzz_check_error(&err);
    return r;
}

/* Whether the bytes have something in them that looks as if it were ours. */
static bool looks_like_ours(const struct content *content)
{
    return fuzz_contains(&content->bytes, "ec2-bootstrap");
}

/* Every line of others is there yet, in its order, as it was or as a comment. */
static void check_lines(const struct content *before, const struct content *after)
{
    struct line there = { 0 };
    for (struct line line = { 0 }; line_next(&before->bytes, &line);) {
        bool found = false;
        while (!found && line_next(&after->bytes, &there))
            found =
                (there.length == line.length && memcmp(there.text, line.text, line.length) == 0) ||
                line_begins_with(&there, "# ec2-bootstrap displaced: ");
        FUZZ_CHECK(found);
    }
}

static void remove_gives(
    const struct output_file *file, const struct edit_state *state, const struct edit_state *origin)
{
    static const struct environment none;
    _cleanup_edit_state_ struct edit_state removed = { 0 };
    FUZZ_CHECK(run(file, &none, state, &removed) == 0);
    FUZZ_CHECK(content_equal(&removed.file, &origin->file));
    FUZZ_CHECK(!removed.backup.exists);
}

FILE *fuzz_edits;

static void keep_edit(const struct environment *environment, const struct content *before,
    const struct content *after)
{
    for (size_t i = 0; i < VARIABLES; i++)
        (void) fprintf(fuzz_edits, "%s ", environment->values[i] ? environment->values[i] : "-");
    (void) fprintf(fuzz_edits, "%zu %zu\n", before->bytes.size, after->bytes.size);
    if (before->bytes.size > 0)
        (void) fwrite(before->bytes.data, 1, before->bytes.size, fuzz_edits);
    if (after->bytes.size > 0)
        (void) fwrite(after->bytes.data, 1, after->bytes.size, fuzz_edits);
}

void fuzz_edit(const char *path, fuzz_reader reader, const uint8_t *data, size_t size)
{
    static const struct environment none;
    const struct output_file *file = find_file(path);
    struct fuzz_input input = fuzz_input_of(data, size);
    const struct environment *first = fuzz_environment(fuzz_choice(&input, FUZZ_ENVIRONMENTS));
    const struct environment *second = fuzz_environment(fuzz_choice(&input, FUZZ_ENVIRONMENTS));
    _cleanup_edit_state_ struct edit_state origin = { 0 }, theirs = { 0 }, once = { 0 },
                                           twice = { 0 }, other = { 0 };
    origin.file.exists = input.left > 0 || file->only_if_there;
    origin.file.bytes = fuzz_rest(&input);

    /* What is without us stays so; where it has lines of ours, that they go is the first step. */
    if (run(file, &none, &origin, &theirs) < 0)
        return;
    FUZZ_CHECK(looks_like_ours(&origin.file) || content_equal(&theirs.file, &origin.file));
    if (looks_like_ours(&theirs.file))
        return; /* marks that only a hand can have made so */

    if (run(file, first, &theirs, &once) < 0)
        return;
    if (file->block)
        check_lines(&theirs.file, &once.file);
    if (fuzz_edits)
        keep_edit(first, &theirs.file, &once.file);
    if (reader)
        reader(first, &theirs.file, &once.file);
    FUZZ_CHECK(run(file, first, &once, &twice) == 0);
    FUZZ_CHECK(content_equal(&once.file, &twice.file));
    FUZZ_CHECK(content_equal(&once.backup, &twice.backup));
    remove_gives(file, &once, &theirs);
    if (run(file, second, &once, &other) == 0)
        remove_gives(file, &other, &theirs);
}
