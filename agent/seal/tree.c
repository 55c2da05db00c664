/* SPDX-License-Identifier: MIT */
/* Reads everything in the tree once, for all values together. What is known counts everywhere; what
 * only has the shape of a secret, where the place says so. */

#include "seal/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/xattr.h>

#include "files/answer.h"
#include "files/paths.h"
#include "files/walk.h"
#include "lib/array.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/memory.h"

enum { PROGRESS_MS = 200 };

int seal_check_tree(const struct tree *tree, const char *root, struct error *err)
{
    int etc = tree_exists(tree, "/etc/."), usr = etc > 0 ? 0 : tree_exists(tree, "/usr/.");
    if (etc > 0 || usr > 0)
        return 0;
    int r = file_answer(etc < 0 ? etc : usr);
    return r < 0 ? error_set(err, error_file_status(r), r, "--root %s: %s", root, strerror(-r))
                 : error_set(err, EX_USAGE, -ENOENT,
                       "--root %s: neither etc nor usr is there, so this is no tree of a system",
                       root);
}

static int search_add_finding(struct seal_search *search, const char *path, struct finding finding)
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    if (seal_append_masked(search->scan, path, &shown) < 0)
        return -ENOMEM;
    finding.path = shown.data;
    return findings_add(&search->findings, &finding);
}

static int add_unread(
    struct seal_search *search, const struct seal_place *place, const char *path, int failure)
{
    if (failure == -ENOENT)
        return 0; /* gone meanwhile */
    if (search->unread == 0)
        search->unread = failure;
    return search_add_finding(
        search, path, (struct finding){ .place = place, .kind = TRACE_UNREAD, .failure = failure });
}

static int add_hits(struct seal_search *search, const struct seal_place *place, const char *path,
    enum finding_location location, const struct hits *hits)
{
    int r = 0;
    for (size_t kind = 0; r == 0 && kind < TRACE_KINDS; kind++)
        if (hits->count[kind] > 0)
            r = search_add_finding(search, path,
                (struct finding){ .place = place,
                    .kind = (enum seal_kind) kind,
                    .location = location,
                    .count = location == FOUND_INSIDE ? hits->count[kind] : 0,
                    .offset = hits->first[kind] });
    return r;
}

static void tell_progress(uint64_t bytes, void *data)
{
    struct seal_search *search = data;
    uint64_t now_ms = clock_now_ms();
    search->bytes += bytes;
    if (now_ms - search->progress_ms < PROGRESS_MS)
        return;
    search->progress_ms = now_ms;
    log_progress(
        "searching, %" PRIu64 " files, %" PRIu64 " MB", search->files, search->bytes >> 20);
}

/* A file that is a trace by its name. An empty machine id, or this word, is made at the first boot
 * (machine-id(5)). */
static int judge_whole(
    struct seal_search *search, const struct seal_place *place, const char *path, int fd)
{
    static const char none[] = "uninitialized";
    char text[64] = { 0 };
    ssize_t length = pread(fd, text, sizeof(text) - 1, 0);
    if (length < 0)
        return add_unread(search, place, path, -errno);
    text[strcspn(text, " \n")] = '\0';
    if (length == 0 || (place->whole == TRACE_MACHINE_ID && (!*text || strcmp(text, none) == 0)))
        return 0;
    return search_add_finding(
        search, path, (struct finding){ .place = place, .kind = place->whole });
}

/* What the file is planned to hold; NULL: what is there. */
static const struct buffer *planned(const struct seal_search *search, const struct stat *status)
{
    for (size_t i = 0; search->planned && i < search->planned->count; i++) {
        const struct output_result *result = &search->planned->items[i];
        if (output_has_change(result) && result->before.exists &&
            result->read_stat.st_dev == status->st_dev &&
            result->read_stat.st_ino == status->st_ino)
            return &result->after.bytes;
    }
    return NULL;
}

/* The names of the attributes of an open file or directory, and their values. */
static int search_attributes(struct seal_search *search, const struct seal_place *place,
    const struct walk_entry *entry, int fd)
{
    struct seal_content *content = &search->content;
    struct hits hits = { 0 };
    ssize_t size = flistxattr(fd, search->names, SEAL_CHUNK);
    for (const char *name = search->names; name < search->names + size; name += strlen(name) + 1) {
        seal_content_search_bytes(content, place->where, name, strlen(name), &hits);
        ssize_t length = fgetxattr(fd, name, content->chunk, SEAL_CHUNK);
        if (length > 0)
            seal_content_search_bytes(
                content, place->where, content->chunk, (size_t) length, &hits);
    }
    return add_hits(search, place, entry->path, FOUND_IN_ATTRIBUTE, &hits);
}

static unsigned int where_inside(
    const struct seal_search *search, const struct seal_place *place, const char *path)
{
    return strings_contains(search->password_files, path) ? TRACE_IN_SETTINGS : place->where;
}

/* What was found unpacked, of kinds that were not found as they are; and what cannot be read. */
static int add_unpacked_hits(struct seal_search *search, const struct seal_place *place,
    const char *path, struct seal_content_found *found)
{
    for (size_t kind = 0; kind < TRACE_KINDS; kind++)
        if (found->hits.count[kind] > 0)
            found->unpacked.count[kind] = 0;
    int r = add_hits(search, place, path, FOUND_UNPACKED, &found->unpacked);
    bool counts = found->packed < 0 && (place->where & TRACE_IN_COMPRESSED);
    return r == 0 && counts ? search_add_finding(search, path,
                                  (struct finding){ .place = place, .kind = TRACE_COMPRESSED })
                            : r;
}

static int search_content(struct seal_search *search, const struct seal_place *place,
    const struct walk_entry *entry, int fd, const struct stat *status)
{
    struct seal_content_found found = { 0 };
    const unsigned int where = where_inside(search, place, entry->path);
    const struct buffer *plan = planned(search, status);
    int r = 0;
    if (plan)
        seal_content_search_bytes(
            &search->content, where, plan->data ? plan->data : "", plan->size, &found.hits);
    else
        r = seal_content_search(&search->content, where, fd, status, &found);
    if (r < 0 && r != -ENOMEM)
        r = add_unread(search, place, entry->path, r);
    if (r == 0)
        r = add_hits(search, place, entry->path, FOUND_INSIDE, &found.hits);
    return r < 0 ? r : add_unpacked_hits(search, place, entry->path, &found);
}

static int visit_file(
    struct seal_search *search, const struct seal_place *place, const struct walk_entry *entry)
{
    struct stat status;
    _cleanup_close_ int fd = walk_open_file(entry, &status);
    if (fd < 0)
        return fd == -EINVAL ? 0 : add_unread(search, place, entry->path, fd);
    search->files++;
    tell_progress(0, search);
    int r = place->whole ? judge_whole(search, place, entry->path, fd) : 0;
    if (r == 0)
        r = search_attributes(search, place, entry, fd);
    return r < 0 ? r : search_content(search, place, entry, fd, &status);
}

static int search_directory(
    struct seal_search *search, const struct seal_place *place, const struct walk_entry *entry)
{
    _cleanup_close_ int fd = openat(entry->directory, entry->name,
        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    return fd < 0 ? 0 : search_attributes(search, place, entry, fd); /* the walk tells why */
}

static int visit_name(
    struct seal_search *search, const struct seal_place *place, const struct walk_entry *entry)
{
    struct hits hits = { 0 };
    seal_content_search_bytes(
        &search->content, place->where, entry->name, strlen(entry->name), &hits);
    return add_hits(search, place, entry->path, FOUND_IN_NAME, &hits);
}

static int visit_link(
    struct seal_search *search, const struct seal_place *place, const struct walk_entry *entry)
{
    char target[4096]; /* PATH_MAX */
    struct hits hits = { 0 };
    ssize_t length = readlinkat(entry->directory, entry->name, target, sizeof(target));
    if (length < 0)
        return errno == EINVAL ? 0 : add_unread(search, place, entry->path, -errno);
    seal_content_search_bytes(&search->content, place->where, target, (size_t) length, &hits);
    return add_hits(search, place, entry->path, FOUND_IN_LINK, &hits);
}

/* What is in memory and ours is gone with this boot, or with what seal takes back first. */
static bool is_left_out(const char *path)
{
    static const char *const paths[] = { PATH_RUN, PATH_FETCHED, PATH_STATE };
    for (size_t i = 0; i < ELEMENTSOF(paths); i++)
        if (strcmp(path, paths[i]) == 0)
            return true;
    return false;
}

static int visit(const struct walk_entry *entry, void *data)
{
    struct seal_search *search = data;
    const struct seal_place *place = seal_place_of(entry->path);
    int r = 0;
    if (entry->event == WALK_LEAVE)
        return 0;
    if (entry->event == WALK_FAILED)
        return add_unread(search, place, entry->path, entry->failure);
    if (is_left_out(entry->path))
        return 1;
    r = visit_name(search, place, entry);
    if (r == 0 && entry->event == WALK_ENTER)
        r = search_directory(search, place, entry);
    if (r == 0 && entry->event == WALK_FILE)
        r = visit_file(search, place, entry);
    if (r == 0 && entry->event == WALK_LINK)
        r = visit_link(search, place, entry);
    return r;
}

int seal_search_tree(struct seal_search *search, const struct seal_values *values,
    struct strings *notes, struct error *err)
{
    int r = seal_scan_new(values, notes, &search->scan);
    if (r == 0)
        r = seal_content_open(&search->content, search->scan);
    search->content.progress = tell_progress;
    search->content.data = search;
    search->names = r < 0 ? NULL : mem_alloc(SEAL_CHUNK);
    if (r == 0 && !search->names)
        r = -ENOMEM;
    if (r == 0)
        r = walk_tree(search->tree, "/", WALK_MOUNTS, visit, search);
    findings_sort(&search->findings);
    return r < 0 ? error_set(err, error_file_status(r), r, "the tree cannot be searched: %s",
                       strerror(-r))
                 : 0;
}

void seal_search_free(struct seal_search *search)
{
    findings_free(&search->findings);
    seal_content_close(&search->content);
    scan_free(search->scan);
    mem_free(search->names);
}
