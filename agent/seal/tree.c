/* Reads everything in the tree once, for all values together. What is known counts everywhere; what
 * only has the shape of a secret, where the place says so. */

#include "seal/tree.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/xattr.h>

#include "files/paths.h"
#include "files/walk.h"
#include "lib/array.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/memory.h"

enum { CHUNK = 65536, PROGRESS_MS = 200 };

/* What was found in one name, link or file. */
struct hits {
    uint64_t count[TRACE_KINDS];
    uint64_t first[TRACE_KINDS];
    struct scan_hit login; /* the last one that may be a known password's; length 0: none */
};

static void count_hit(struct hits *hits, const struct scan_hit *hit)
{
    if (hits->count[hit->kind]++ == 0 || hit->offset < hits->first[hit->kind])
        hits->first[hit->kind] = hit->offset;
}

/* A login counts when what follows is not the known password in it. */
static void settle_login(struct hits *hits)
{
    if (hits->login.length > 0)
        count_hit(hits, &hits->login);
    hits->login.length = 0;
}

static void note_hit(const struct scan_hit *hit, void *data)
{
    struct hits *hits = data;
    const struct scan_hit *login = &hits->login;
    if (hit->kind == TRACE_LOGIN || hit->kind == TRACE_PROXY_LOGIN) {
        settle_login(hits);
        hits->login = *hit;
        return;
    }
    if (hit->kind == TRACE_PASSWORD && hit->offset < login->offset + login->length)
        hits->login.length = 0;
    count_hit(hits, hit);
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
    settle_login(hits);
}

/* From one offset to another, where there are data and no hole. */
static int search_part(struct seal_search *search, int fd, off_t from, off_t to)
{
    while (from < to) {
        size_t wanted = to - from < CHUNK ? (size_t) (to - from) : CHUNK;
        ssize_t length = pread(fd, search->chunk, wanted, from);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return length < 0 ? -errno : 0;
        scan_feed(search->scan, search->chunk, (size_t) length);
        from += length;
        search->bytes += (uint64_t) length;
        tell_progress(search);
    }
    return 0;
}

/* Where data begin, from an offset on, and end. The size is the end of a file without holes. */
static void find_data(int fd, const struct stat *status, off_t *from, off_t *to)
{
    enum { BLOCK = 512 };
    off_t begin = *from;
    *to = status->st_size;
    if (status->st_blocks >= status->st_size / BLOCK)
        return;
    *from = lseek(fd, begin, SEEK_DATA);
    if (*from < 0 && errno == ENXIO)
        *from = status->st_size;
    if (*from < begin)
        *from = begin;
    off_t hole = lseek(fd, *from, SEEK_HOLE);
    if (hole > *from && hole < *to)
        *to = hole;
}

/* Holes are skipped: a journal has megabytes of them, and nothing that is looked for has a NUL. */
static int search_file(struct seal_search *search, unsigned int where, int fd,
    const struct stat *status, struct hits *hits)
{
    int r = 0;
    for (off_t from = 0, to = 0; r == 0 && from < status->st_size; from = to) {
        find_data(fd, status, &from, &to);
        scan_start(search->scan, where, (uint64_t) from, note_hit, hits);
        r = search_part(search, fd, from, to);
        scan_end(search->scan);
        settle_login(hits);
    }
    return r;
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
    const unsigned int where = place->where & ~(unsigned int) TRACE_IN_COMPRESSED;
    struct hits hits = { 0 };
    ssize_t size = flistxattr(fd, search->names, CHUNK);
    for (const char *name = search->names; name < search->names + size; name += strlen(name) + 1) {
        search_bytes(search, where, name, strlen(name), &hits);
        ssize_t length = fgetxattr(fd, name, search->chunk, CHUNK);
        if (length > 0)
            search_bytes(search, where, search->chunk, (size_t) length, &hits);
    }
    return add_hits(search, place, entry->path, FOUND_IN_ATTRIBUTE, &hits);
}

/* A program, wherever it is, has what others have as examples; a core dump has what was in memory.
 */
static bool is_program(int fd)
{
    enum { TYPE = 16 };
    unsigned char head[TYPE + 2];
    bool is_elf = pread(fd, head, sizeof(head), 0) == (ssize_t) sizeof(head) &&
                  memcmp(head, ELFMAG, SELFMAG) == 0;
    return is_elf && head[TYPE] != ET_CORE && head[TYPE + 1] != ET_CORE;
}

static unsigned int where_inside(const struct seal_search *search, const struct seal_place *place,
    const struct walk_entry *entry, int fd)
{
    if (strings_contains(search->password_files, entry->path))
        return TRACE_IN_SETTINGS;
    return is_program(fd) ? TRACE_IN_PROGRAMS : place->where;
}

static int search_content(struct seal_search *search, const struct seal_place *place,
    const struct walk_entry *entry, int fd, const struct stat *status)
{
    struct hits hits = { 0 };
    const unsigned int where = where_inside(search, place, entry, fd);
    const struct buffer *plan = planned(search, status);
    int r = 0;
    if (plan)
        search_bytes(search, where, plan->data ? plan->data : "", plan->size, &hits);
    else
        r = search_file(search, where, fd, status, &hits);
    if (r < 0)
        r = add_unread(search, place, entry->path, r);
    return r < 0 ? r : add_hits(search, place, entry->path, FOUND_INSIDE, &hits);
}

static int visit_file(
    struct seal_search *search, const struct seal_place *place, const struct walk_entry *entry)
{
    struct stat status;
    _cleanup_close_ int fd = walk_open_file(entry, &status);
    if (fd < 0)
        return fd == -EINVAL ? 0 : add_unread(search, place, entry->path, fd);
    search->files++;
    tell_progress(search);
    int r = place->whole ? judge_whole(search, place, entry->path, fd) : 0;
    if (r == 0)
        r = search_attributes(search, place, entry, fd);
    return r < 0 ? r : search_content(search, place, entry, fd, &status);
}

static int visit_directory(
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
    search_bytes(search, place->where & ~(unsigned int) TRACE_IN_COMPRESSED, entry->name,
        strlen(entry->name), &hits);
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
    search_bytes(
        search, place->where & ~(unsigned int) TRACE_IN_COMPRESSED, target, (size_t) length, &hits);
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
        r = visit_directory(search, place, entry);
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
    search->chunk = r < 0 ? NULL : mem_alloc(CHUNK);
    search->names = r < 0 ? NULL : mem_alloc(CHUNK);
    if (r == 0 && (!search->chunk || !search->names))
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
    scan_free(search->scan);
    mem_free(search->chunk);
    mem_free(search->names);
}
