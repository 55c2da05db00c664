/* Reads everything in the tree once, for all values together. Each file, name and link is searched
 * where its place says that a trace counts. */

#include "seal/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "files/paths.h"
#include "files/walk.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/memory.h"

enum { CHUNK = 65536, PROGRESS_MS = 200 };

/* What was found in one name, link or file. */
struct hits {
    uint64_t count[TRACE_UNREAD];
    uint64_t first[TRACE_UNREAD];
};

static void note_hit(const struct scan_hit *hit, void *data)
{
    struct hits *hits = data;
    if (hits->count[hit->kind]++ == 0)
        hits->first[hit->kind] = hit->offset;
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
    for (size_t kind = 0; r == 0 && kind < TRACE_UNREAD; kind++)
        if (hits->count[kind] > 0)
            r = search_add_finding(search, path,
                (struct finding){ .place = place,
                    .kind = (enum seal_kind) kind,
                    .location = location,
                    .count = location == FOUND_INSIDE ? hits->count[kind] : 0,
                    .offset = hits->first[kind] });
    return r;
}

static void tell_progress(struct seal_search *search)
{
    uint64_t now_ms = clock_now_ms();
    if (now_ms - search->progress_ms < PROGRESS_MS)
        return;
    search->progress_ms = now_ms;
    log_progress(
        "searching, %" PRIu64 " files, %" PRIu64 " MB", search->files, search->bytes >> 20);
}

static void search_bytes(struct seal_search *search, unsigned int where, const void *bytes,
    size_t size, struct hits *hits)
{
    scan_start(search->scan, where, 0, note_hit, hits);
    scan_feed(search->scan, bytes, size);
    scan_end(search->scan);
}

/* From one offset to another, where there are data and no hole. */
static int search_part(struct seal_search *search, int fd, off_t from, off_t to)
{
    _cleanup_mem_ char *chunk = mem_alloc(CHUNK);
    if (!chunk)
        return -ENOMEM;
    while (from < to) {
        size_t wanted = to - from < CHUNK ? (size_t) (to - from) : CHUNK;
        ssize_t length = pread(fd, chunk, wanted, from);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return length < 0 ? -errno : 0;
        scan_feed(search->scan, chunk, (size_t) length);
        from += length;
        search->bytes += (uint64_t) length;
        tell_progress(search);
    }
    return 0;
}

/* Holes are skipped: a journal has megabytes of them, and nothing that is looked for has a NUL. */
static int search_file(
    struct seal_search *search, unsigned int where, int fd, off_t size, struct hits *hits)
{
    int r = 0;
    for (off_t at = 0; r == 0 && at < size;) {
        off_t from = lseek(fd, at, SEEK_DATA);
        if (from < 0 && errno == ENXIO)
            break;
        if (from < at)
            from = at;
        off_t to = lseek(fd, from, SEEK_HOLE);
        if (to <= from || to > size)
            to = size;
        scan_start(search->scan, where, (uint64_t) from, note_hit, hits);
        r = search_part(search, fd, from, to);
        scan_end(search->scan);
        at = to;
    }
    return r;
}

/* A file that needs no search. An empty machine id, or this word, is made at the first boot
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

static int visit_file(
    struct seal_search *search, const struct seal_place *place, const struct walk_entry *entry)
{
    struct stat status;
    struct hits hits = { 0 };
    _cleanup_close_ int fd = walk_open_file(entry, &status);
    if (fd < 0)
        return fd == -EINVAL ? 0 : add_unread(search, place, entry->path, fd);
    search->files++;
    tell_progress(search);
    if (place->whole)
        return judge_whole(search, place, entry->path, fd);
    unsigned int where =
        strings_contains(search->password_files, entry->path) ? TRACE_IN_SETTINGS : place->where;
    const struct buffer *plan = planned(search, &status);
    int r = 0;
    if (plan)
        search_bytes(search, where, plan->data ? plan->data : "", plan->size, &hits);
    else
        r = search_file(search, where, fd, status.st_size, &hits);
    if (r < 0)
        r = add_unread(search, place, entry->path, r);
    return r < 0 ? r : add_hits(search, place, entry->path, FOUND_INSIDE, &hits);
}

static int visit_name(
    struct seal_search *search, const struct seal_place *place, const struct walk_entry *entry)
{
    struct hits hits = { 0 };
    search_bytes(search, place->where, entry->name, strlen(entry->name), &hits);
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
    search_bytes(search, place->where, target, (size_t) length, &hits);
    return add_hits(search, place, entry->path, FOUND_IN_LINK, &hits);
}

static int visit(const struct walk_entry *entry, void *data)
{
    struct seal_search *search = data;
    const struct seal_place *place = seal_place_of(entry->path);
    if (!place || strcmp(entry->path, PATH_RUN) == 0 || strcmp(entry->path, PATH_FETCHED) == 0)
        return 1;
    int r = 0;
    switch (entry->event) {
    case WALK_FAILED:
        return add_unread(search, place, entry->path, entry->failure);
    case WALK_LEAVE:
        return 0;
    case WALK_ENTER:
    case WALK_SPECIAL:
        return visit_name(search, place, entry);
    case WALK_FILE:
        r = visit_name(search, place, entry);
        return r < 0 || place->where == 0 ? r : visit_file(search, place, entry);
    case WALK_LINK:
        r = visit_name(search, place, entry);
        return r < 0 ? r : visit_link(search, place, entry);
    }
    return r;
}

int seal_search_tree(struct seal_search *search, const struct seal_values *values,
    struct strings *notes, struct error *err)
{
    int r = seal_scan_new(values, notes, &search->scan);
    for (size_t i = 0; r >= 0 && seal_directories[i]; i++)
        r = walk_tree(search->tree, seal_directories[i], WALK_MOUNTS, visit, search);
    findings_sort(&search->findings);
    return r < 0 ? error_set(err, error_file_status(r), r, "the tree cannot be searched: %s",
                       strerror(-r))
                 : 0;
}

void seal_search_free(struct seal_search *search)
{
    findings_free(&search->findings);
    scan_free(search->scan);
}
