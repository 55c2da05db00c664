/* ec2-bootstrap seal: a tree becomes fit for an image. What we did is taken back; then everything
 * that a machine can leave of itself is looked for, and what is left is said. */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "cli/command.h"
#include "cli/report.h"
#include "cli/result.h"
#include "files/paths.h"
#include "files/walk.h"
#include "lib/clock.h"
#include "lib/log.h"
#include "lib/memory.h"
#include "seal/findings.h"
#include "seal/known_values.h"
#include "setup/session.h"
#include "setup/undo.h"

enum { CHUNK = 65536, PROGRESS_MS = 200, LEFT = 1 /* the exit status */ };

struct seal {
    const struct options *options;
    struct session session;
    struct output_results results;
    struct seal_secrets secrets;
    struct scan *scan;
    struct findings findings;
    uint64_t files, bytes, told_ms;
    int unread; /* the first negative errno of a place that cannot be searched */
};

static void seal_free(struct seal *seal)
{
    findings_free(&seal->findings);
    scan_free(seal->scan);
    seal_secrets_free(&seal->secrets);
    output_results_free(&seal->results);
    session_close(&seal->session);
}

#define _cleanup_seal_ _cleanup_(seal_free)

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

static int seal_add_finding(struct seal *seal, const char *path, struct finding finding)
{
    _cleanup_buffer_ struct buffer shown = { 0 };
    if (seal_append_masked(seal->scan, path, &shown) < 0)
        return -ENOMEM;
    finding.path = shown.data;
    return findings_add(&seal->findings, &finding);
}

static int add_unread(
    struct seal *seal, const struct seal_place *place, const char *path, int failure)
{
    if (failure == -ENOENT)
        return 0; /* gone meanwhile */
    if (seal->unread == 0)
        seal->unread = failure;
    return seal_add_finding(
        seal, path, (struct finding){ .place = place, .kind = TRACE_UNREAD, .failure = failure });
}

static int add_hits(struct seal *seal, const struct seal_place *place, const char *path,
    enum finding_spot spot, const struct hits *hits)
{
    int r = 0;
    for (size_t kind = 0; r == 0 && kind < TRACE_UNREAD; kind++)
        if (hits->count[kind] > 0)
            r = seal_add_finding(seal, path,
                (struct finding){ .place = place,
                    .kind = (enum seal_kind) kind,
                    .spot = spot,
                    .count = spot == FOUND_INSIDE ? hits->count[kind] : 0,
                    .offset = hits->first[kind] });
    return r;
}

static void tell_progress(struct seal *seal)
{
    uint64_t now_ms = clock_now_ms();
    if (now_ms - seal->told_ms < PROGRESS_MS)
        return;
    seal->told_ms = now_ms;
    log_progress("searching, %" PRIu64 " files, %" PRIu64 " MB", seal->files, seal->bytes >> 20);
}

static void search_bytes(
    struct seal *seal, unsigned int where, const void *bytes, size_t size, struct hits *hits)
{
    scan_start(seal->scan, where, 0, note_hit, hits);
    scan_feed(seal->scan, bytes, size);
    scan_end(seal->scan);
}

/* From one offset to another, where there are data and no hole. */
static int search_part(struct seal *seal, int fd, off_t from, off_t to)
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
        scan_feed(seal->scan, chunk, (size_t) length);
        from += length;
        seal->bytes += (uint64_t) length;
        tell_progress(seal);
    }
    return 0;
}

/* Holes are skipped: a journal has megabytes of them, and nothing that is looked for has a NUL. */
static int search_file(struct seal *seal, unsigned int where, int fd, off_t size, struct hits *hits)
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
        scan_start(seal->scan, where, (uint64_t) from, note_hit, hits);
        r = search_part(seal, fd, from, to);
        scan_end(seal->scan);
        at = to;
    }
    return r;
}

/* A file that needs no search. An empty machine id, or this word, is made anew at the first boot
 * (machine-id(5)). */
static int judge_whole(struct seal *seal, const struct seal_place *place, const char *path, int fd)
{
    static const char none[] = "uninitialized";
    char text[64] = { 0 };
    ssize_t length = pread(fd, text, sizeof(text) - 1, 0);
    if (length < 0)
        return add_unread(seal, place, path, -errno);
    text[strcspn(text, " \n")] = '\0';
    if (length == 0 || (place->whole == TRACE_MACHINE_ID && (!*text || strcmp(text, none) == 0)))
        return 0;
    return seal_add_finding(seal, path, (struct finding){ .place = place, .kind = place->whole });
}

/* What a dry run would leave in the file; NULL: what is there. */
static const struct buffer *planned(const struct seal *seal, const struct stat *status)
{
    for (size_t i = 0; seal->options->dry_run && i < seal->results.count; i++) {
        const struct output_result *result = &seal->results.items[i];
        if (output_has_change(result) && result->before.exists &&
            result->seen.st_dev == status->st_dev && result->seen.st_ino == status->st_ino)
            return &result->after.bytes;
    }
    return NULL;
}

static int visit_file(
    struct seal *seal, const struct seal_place *place, const struct walk_entry *entry)
{
    struct stat status;
    struct hits hits = { 0 };
    _cleanup_close_ int fd = walk_open_file(entry, &status);
    if (fd < 0)
        return fd == -EINVAL ? 0 : add_unread(seal, place, entry->path, fd);
    seal->files++;
    tell_progress(seal);
    if (place->whole)
        return judge_whole(seal, place, entry->path, fd);
    unsigned int where = strings_contains(&seal->secrets.password_files, entry->path)
                             ? TRACE_IN_SETTINGS
                             : place->where;
    const struct buffer *plan = planned(seal, &status);
    int r = 0;
    if (plan)
        search_bytes(seal, where, plan->data ? plan->data : "", plan->size, &hits);
    else
        r = search_file(seal, where, fd, status.st_size, &hits);
    if (r < 0)
        r = add_unread(seal, place, entry->path, r);
    return r < 0 ? r : add_hits(seal, place, entry->path, FOUND_INSIDE, &hits);
}

static int visit_name(
    struct seal *seal, const struct seal_place *place, const struct walk_entry *entry)
{
    struct hits hits = { 0 };
    search_bytes(seal, place->where, entry->name, strlen(entry->name), &hits);
    return add_hits(seal, place, entry->path, FOUND_IN_NAME, &hits);
}

static int visit_link(
    struct seal *seal, const struct seal_place *place, const struct walk_entry *entry)
{
    char target[4096]; /* PATH_MAX */
    struct hits hits = { 0 };
    ssize_t length = readlinkat(entry->folder, entry->name, target, sizeof(target));
    if (length < 0)
        return errno == EINVAL ? 0 : add_unread(seal, place, entry->path, -errno);
    search_bytes(seal, place->where, target, (size_t) length, &hits);
    return add_hits(seal, place, entry->path, FOUND_IN_LINK, &hits);
}

static int visit(const struct walk_entry *entry, void *data)
{
    struct seal *seal = data;
    const struct seal_place *place = seal_place_of(entry->path);
    if (!place || strcmp(entry->path, PATH_RUN) == 0)
        return 1;
    int r = 0;
    switch (entry->event) {
    case WALK_FAILED:
        return add_unread(seal, place, entry->path, entry->failure);
    case WALK_LEAVE:
        return 0;
    case WALK_ENTER:
    case WALK_SPECIAL:
        return visit_name(seal, place, entry);
    case WALK_FILE:
        r = visit_name(seal, place, entry);
        return r < 0 || place->where == 0 ? r : visit_file(seal, place, entry);
    case WALK_LINK:
        r = visit_name(seal, place, entry);
        return r < 0 ? r : visit_link(seal, place, entry);
    }
    return r;
}

static int search_tree(struct seal *seal, struct error *err)
{
    int r = seal_scan_new(&seal->secrets.values, &seal->secrets.warnings, &seal->scan);
    for (size_t i = 0; r >= 0 && seal_directories[i]; i++)
        r = walk_tree(&seal->session.tree, seal_directories[i], WALK_MOUNTS, visit, seal);
    findings_sort(&seal->findings);
    if (r < 0 && r != -ENOMEM)
        return error_set(err, EX_IOERR, r, "the tree cannot be searched: %s", strerror(-r));
    return r < 0 ? error_no_memory(err) : 0;
}

/* Whether somebody named a tree, and it is one. */
static int check_tree(const struct seal *seal, struct error *err)
{
    const struct tree *tree = &seal->session.tree;
    _cleanup_close_ int etc = tree_open_path(tree, "/etc", O_PATH | O_DIRECTORY);
    _cleanup_close_ int usr = tree_open_path(tree, "/usr", O_PATH | O_DIRECTORY);
    return etc >= 0 || usr >= 0
               ? 0
               : error_set(err, EX_USAGE, -ENOENT,
                     "--root %s: neither etc nor usr is there, so this is no tree of a system",
                     seal->options->root);
}

static int prepare(struct seal *seal, struct error *err)
{
    if (!seal->options->root)
        return error_set(err, EX_USAGE, -EINVAL,
            "seal takes out a machine's own traces: name the tree with --root DIR; with "
            "--root / it is this running machine");
    int r = session_open(seal->options, &seal->session, err);
    if (r == 0)
        r = check_tree(seal, err);
    return r < 0 ? r : seal_secrets_read(&seal->session, &seal->secrets, err);
}

/* Looks for traces also where not all could be removed: who reads it wants to know all at once. */
static int seal_tree(struct seal *seal, struct error *err)
{
    struct error search_error = { 0 };
    int r = prepare(seal, err);
    if (r < 0)
        return r;
    r = undo_apply(&seal->session.tree, UNDO_ALL, seal->options->dry_run, &seal->results, err);
    int searched = search_tree(seal, &search_error);
    if (r == 0 && searched < 0) {
        *err = search_error;
        return searched;
    }
    if (r == 0 && seal->unread < 0)
        r = error_set(err, error_file_status(seal->unread), seal->unread,
            "not everything can be searched: %s", strerror(-seal->unread));
    return r;
}

static int exit_status(const struct seal *seal, const struct error *err)
{
    return err->status != 0 ? err->status : seal->findings.count > 0 ? LEFT : EX_OK;
}

static int seal_append_json(const struct seal *seal, const struct error *err, struct buffer *ret)
{
    const struct tree *tree = &seal->session.tree;
    _cleanup_json_ struct json *object =
        report_new(exit_status(seal, err), err, seal->options->dry_run);
    bool ok = object && report_add_outputs(object, tree, &seal->results, false) &&
              findings_add_json(object, &seal->findings, tree->path ? tree->path : "") &&
              report_add_strings(object, "warnings", &seal->secrets.warnings) &&
              json_add_number(object, "files", (double) seal->files) &&
              json_add_number(object, "bytes", (double) seal->bytes);
    return json_print(ok ? object : NULL, ret);
}

static int append_text(const struct seal *seal, const struct error *err, struct buffer *ret)
{
    if (seal->findings.count == 0 && err->status != 0)
        return 0;
    int r = findings_append_text(&seal->findings, seal->session.tree.path, ret);
    if (r < 0)
        return r;
    uint64_t count = seal->findings.count + seal->findings.left_out;
    const char *how = seal->options->dry_run ? " (dry run)" : "";
    return count > 0 ? buffer_printf(ret, "not sealed: %" PRIu64 " finding%s%s\n", count,
                           count > 1 ? "s" : "", how)
                     : buffer_printf(ret, "sealed: nothing is left%s\n", how);
}

int command_seal(const struct options *options)
{
    struct error err = { 0 };
    _cleanup_buffer_ struct buffer text = { 0 };
    _cleanup_seal_ struct seal seal = { .options = options, .session = { .tree = { .fd = -1 } } };
    int r = seal_tree(&seal, &err);
    bool logged = report_log_results(&seal.session.tree, &seal.results, options->dry_run);
    log_warnings(&seal.secrets.warnings);
    if (seal.scan)
        log_info("%" PRIu64 " files (%" PRIu64 " MB) were searched", seal.files, seal.bytes >> 20);
    if (r < 0 && !logged)
        log_error("%s", err.text);
    r = options->json ? seal_append_json(&seal, &err, &text) : append_text(&seal, &err, &text);
    return result_finish(r, &text, exit_status(&seal, &err));
}
