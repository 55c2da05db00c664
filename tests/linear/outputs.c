/* SPDX-License-Identifier: MIT */
/* The files of the outputs: what the others wrote is the text. */

#include "shapes.h"

#include <stdio.h>
#include <string.h>

#include "formats/block.h"
#include "lib/array.h"
#include "lib/diff.h"
#include "lib/memory.h"
#include "outputs/table.h"

static int output_render(const struct output_file *file, const struct edit *edit)
{
    struct error err = { 0 };
    if (file->body)
        return whole_file_render(file->body, edit);
    return file->block ? block_render(file->block, edit) : file->render(edit, &err);
}

/* As a run, a run again, and `remove`. */
static void read_output(const struct buffer *text, const struct subject *subject)
{
    static char proxy[] = "http://user:pass@proxy.corp:3128", list[] = "localhost,.corp.example";
    static const struct environment none;
    const struct environment environment = { .values = { proxy, proxy, list } };
    const struct output_file *file = subject->data;
    const struct content old = { .exists = true, .bytes = *text };
    _cleanup_content_ struct content with = { 0 }, backup = { 0 }, again = { 0 }, kept = { 0 },
                                     without = { 0 }, gone = { 0 };
    const struct content nothing = { 0 };
    _cleanup_buffer_ struct buffer diff = { 0 };
    struct error err = { 0 };
    (void) output_render(
        file, &(const struct edit){ &environment, &old, &nothing, &with, &backup });
    (void) file->verify(&environment, &with, &err);
    (void) diff_unified("a", text, "b", &with.bytes, &diff);
    (void) output_render(file, &(const struct edit){ &environment, &with, &backup, &again, &kept });
    (void) output_render(file, &(const struct edit){ &none, &with, &backup, &without, &gone });
    for (const char *const *name = file->get ? file->lists : NULL; name && *name; name++) {
        _cleanup_mem_ char *value = NULL;
        (void) file->get(text, *name, &value);
    }
}

static void set_subject(struct subject *ret, const char *output, const struct output_file *file)
{
    static char names[64][128];
    static size_t used;
    char *name = names[used++];
    (void) snprintf(name, sizeof(names[0]), "output:%s%s", output, file->path);
    for (char *p = name + strlen("output:"); *p; p++)
        if (*p == '/')
            *p = '_';
    *ret = (struct subject){
        .name = name, .read = read_output, .shapes = file->body ? NULL : output_shapes, .data = file
    };
}

size_t output_subjects(struct subject *ret, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < outputs_count; i++)
        for (const struct output_file *f = outputs_table[i]->files; f->path && count < max; f++)
            if (f->body || f->block || f->render)
                set_subject(&ret[count++], outputs_table[i]->name, f);
    return count;
}
