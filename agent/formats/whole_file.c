/* SPDX-License-Identifier: MIT */
/* A file that is ours as a whole can take the place of one that somebody wrote. That one becomes
 * the backup, and is the file again when nothing is wanted any more. */

#include "formats/whole_file.h"

#include "lib/lines.h"

/* Also where somebody gave every line a carriage return. */
static bool whole_file_is_ours(const struct content *content)
{
    struct line line = { 0 };
    if (!content->exists || !line_next(&content->bytes, &line) || !line.has_newline)
        return false;
    line = line_trim(&line);
    return line_equals(&line, WHOLE_FILE_HEAD);
}

int whole_file_render(whole_file_body body, const struct edit *edit)
{
    bool has_theirs = edit->old->exists && !whole_file_is_ours(edit->old);
    const struct content *theirs = has_theirs ? edit->old : edit->backup;
    _cleanup_buffer_ struct buffer lines = { 0 };
    int r = !environment_is_empty(edit->environment) ? body(edit->environment, &lines) : 0;
    if (r < 0)
        return r;
    if (lines.size == 0)
        return content_copy(theirs, edit->ret);
    edit->ret->exists = true;
    r = buffer_append_text(&edit->ret->bytes, WHOLE_FILE_HEAD "\n");
    if (r == 0)
        r = buffer_append(&edit->ret->bytes, lines.data, lines.size);
    return r < 0 ? r : content_copy(theirs, edit->ret_backup);
}
