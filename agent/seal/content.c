/* SPDX-License-Identifier: MIT */
/* A file is read as it is; one that is packed, once more, through what unpacks it. */

#include "seal/content.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/array.h"
#include "lib/memory.h"
#include "seal/journal.h"

/* Of all files of a tree: some minutes. */
#define UNPACK_ALL_MAX (UINT64_C(32) << 30)

int seal_content_open(struct seal_content *content, struct scan *scan)
{
    content->scan = scan;
    content->unpack_left = UNPACK_ALL_MAX;
    content->chunk = mem_alloc(SEAL_CHUNK);
    return content->chunk ? 0 : -ENOMEM;
}

void seal_content_close(struct seal_content *content)
{
    for (size_t i = 0; i < UNPACK_LEVELS; i++)
        scan_free(content->unpacked[i]);
    mem_free(content->chunk);
}

void seal_content_search_bytes(struct seal_content *content, unsigned int where, const void *bytes,
    size_t size, struct hits *hits)
{
    scan_start(content->scan, where, 0, hits_note, hits);
    scan_feed(content->scan, bytes, size);
    scan_end(content->scan);
    hits_settle(hits);
}

/* As pread(2); or a negative errno. */
static ssize_t read_some(struct seal_content *content, int fd, void *to, size_t size, off_t from)
{
    ssize_t length = 0;
    do
        length = pread(fd, to, size, from);
    while (length < 0 && errno == EINTR);
    if (length > 0)
        content->progress((uint64_t) length, content->data);
    return length < 0 ? -errno : length;
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

/* From one offset to another, where there are data and no hole. */
static int search_part(struct seal_content *content, int fd, off_t from, off_t to)
{
    while (from < to) {
        size_t room = 0;
        void *bytes = scan_room(content->scan, &room);
        size_t wanted = (uintmax_t) (to - from) < room ? (size_t) (to - from) : room;
        ssize_t length = read_some(content, fd, bytes, wanted, from);
        if (length <= 0)
            return (int) length;
        scan_filled(content->scan, (size_t) length);
        from += length;
    }
    return 0;
}

/* Holes are skipped: a journal has megabytes of them, and nothing that is looked for is only NULs.
 */
static int search_raw(struct seal_content *content, unsigned int where, int fd,
    const struct stat *status, struct hits *hits)
{
    int r = 0;
    for (off_t from = 0, to = 0; r == 0 && from < status->st_size; from = to) {
        find_data(fd, status, &from, &to);
        scan_start(content->scan, where, (uint64_t) from, hits_note, hits);
        r = search_part(content, fd, from, to);
        scan_end(content->scan);
        hits_settle(hits);
    }
    return r;
}

/* What comes out of a packed file, stream by stream. */
struct unpacking {
    struct seal_content *content;
    unsigned int where;
    struct hits hits[UNPACK_LEVELS];
};

static int stream_begin(unsigned int level, void *data)
{
    struct unpacking *unpacking = data;
    struct scan **scan = &unpacking->content->unpacked[level];
    if (!*scan && scan_new_like(unpacking->content->scan, scan) < 0)
        return -ENOMEM;
    scan_start(*scan, unpacking->where, 0, hits_note, &unpacking->hits[level]);
    return 0;
}

static void stream_bytes(unsigned int level, const void *bytes, size_t size, void *data)
{
    const struct unpacking *unpacking = data;
    scan_feed(unpacking->content->unpacked[level], bytes, size);
    unpacking->content->progress(0, unpacking->content->data);
}

static void stream_end(unsigned int level, void *data)
{
    struct unpacking *unpacking = data;
    scan_end(unpacking->content->unpacked[level]);
    hits_settle(&unpacking->hits[level]);
}

static void add_unpacked(const struct hits *hits, struct hits *ret)
{
    for (size_t kind = 0; kind < TRACE_KINDS; kind++)
        ret->count[kind] += hits->count[kind];
}

/* -ENOMEM; else found->packed says how it went. */
static int search_packed(struct seal_content *content, unsigned int where, int fd,
    const struct stat *status, struct seal_content_found *found)
{
    struct unpacking unpacking = { .content = content, .where = where };
    const struct unpack_sink sink = { stream_begin, stream_bytes, stream_end, &unpacking };
    _cleanup_unpack_ struct unpack *unpack = NULL;
    int r = unpack_new(&sink, &content->unpack_left, &unpack);
    for (off_t at = 0; r == 0 && at < status->st_size;) {
        ssize_t length = read_some(content, fd, content->chunk, SEAL_CHUNK, at);
        if (length <= 0)
            return (int) length;
        r = unpack_feed(unpack, content->chunk, (size_t) length);
        at += length;
    }
    if (r == 0)
        r = unpack_end(unpack);
    for (size_t i = 0; i < ELEMENTSOF(unpacking.hits); i++)
        add_unpacked(&unpacking.hits[i], &found->unpacked);
    found->packed = r;
    return r == -ENOMEM ? r : 0;
}

static void search_field(const void *bytes, size_t size, void *data)
{
    struct unpacking *unpacking = data;
    seal_content_search_bytes(
        unpacking->content, unpacking->where, bytes, size, &unpacking->hits[0]);
    unpacking->content->progress(0, unpacking->content->data);
}

/* Where libsystemd reads all of a journal, nothing in it is left that cannot be searched. */
static int search_journal(
    struct seal_content *content, unsigned int where, int fd, struct seal_content_found *found)
{
    struct unpacking unpacking = { .content = content, .where = where };
    int r = journal_read(fd, search_field, &unpacking);
    unpacking.hits[0].count[TRACE_COMPRESSED] = 0;
    add_unpacked(&unpacking.hits[0], &found->unpacked);
    if (r == 0)
        found->hits.count[TRACE_COMPRESSED] = 0;
    else if (!(where & TRACE_IN_JOURNAL)) /* there its fields have been seen */
        found->packed = r;
    return r == -ENOMEM ? r : 0;
}

/* A program, wherever it is, has what others have as examples; a core dump has what was in memory.
 */
static bool is_program(const char *head, size_t size)
{
    enum { TYPE = 16 };
    bool is_elf = size >= TYPE + 2 && memcmp(head, ELFMAG, SELFMAG) == 0;
    return is_elf && head[TYPE] != ET_CORE && head[TYPE + 1] != ET_CORE;
}

int seal_content_search(struct seal_content *content, unsigned int where, int fd,
    const struct stat *status, struct seal_content_found *ret)
{
    /* A small file is read once: what it is, is known when all of it is there. */
    ssize_t size = read_some(content, fd, content->chunk, SEAL_CHUNK, 0);
    if (size < 0)
        return (int) size;
    size_t head = size < UNPACK_HEAD ? (size_t) size : UNPACK_HEAD;
    bool is_packed = unpack_knows(content->chunk, head);
    bool is_journal = journal_is(content->chunk, head);
    if (is_program(content->chunk, head) && !(where & TRACE_IN_SETTINGS))
        where = TRACE_IN_PROGRAMS;
    int r = 0;
    if (size < SEAL_CHUNK)
        seal_content_search_bytes(content, where, content->chunk, (size_t) size, &ret->hits);
    else
        r = search_raw(content, where, fd, status, &ret->hits);
    if (r == 0 && is_packed)
        r = search_packed(content, where, fd, status, ret);
    if (r == 0 && is_journal)
        r = search_journal(content, where, fd, ret);
    return r;
}
